"""Cases drawn at random that the checks of a dossier take: who signs, who ratifies, which issues, which rules, what is
on the table.

One to six parties, of which some sign; one to six issues, ordered or not, with one to four options, some deferrable,
some with consents of parliaments, parties or publics by each of the rules; rules across clauses that forbid, require,
cap or exclude; plans or none, with answers; a war with or without allies, or none; events, channels, rival hypotheses,
readings, levers, criteria and questions, each there or not. Numbers about war, money and circles are those of the
invented case, moved.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from random import Random

from tests.cases import case
from winset.case import model as m
from winset.case.check import check, possible
from winset.case.criteria import Anchor, CriteriaFile, Criterion
from winset.case.defaults import with_defaults
from winset.case.load import FILES
from winset.case.record import LARGEST_NUMBER
from winset.case.text import Document, Problems, Row
from winset.units import quantities

BEGAN, NOW = dt.date(2024, 2, 10), dt.date(2024, 10, 1)
BASIS = "report: Gazette, 2024-09-20"
WAYS = ("forbids", "requires", "caps", "excludes")
MOST_RULES = 14
PARTIES = {"sarrow": "p1", "tavenna": "p2", "merrin": "p3", "hesk": "p4"}  # who lends each party its numbers
PERSONS = {"roe": "p1", "sarrow-diet": "p1", "reik": "p2", "dunmar": "p2", "aren": "p3"}


def drawn(luck: Random) -> m.Case:
    """A case that `check` takes. Draws again until one is: some of those drawn have, say, a defeat worth a victory."""
    while True:
        made = _drawn(luck)
        if possible(made) and not faults(made):
            return with_defaults(made)


def faults(made: m.Case) -> list[str]:
    """What a dossier that said this would be refused for."""
    problems = Problems()
    documents = {name: Document(name) for name in FILES}
    rows: dict[str, list[Row]] = {"passages.csv": []}
    for name, things in (
        ("events.csv", made.events),
        ("channels.csv", made.channels),
        ("evidence.csv", made.evidence),
    ):
        rows[name] = [Row(name, k, {"id": x.id}) for k, x in enumerate(things, 2)]
    check(made, documents, rows, problems)
    return [str(p) for p in problems.found]


def _drawn(luck: Random) -> m.Case:
    actors = _actors(luck)
    issues = _issues(luck, [a.id for a in actors])
    signing = [a.id for a in actors if a.signs]
    places, ideals = _places(luck, issues), _ideals(luck, issues, signing)
    figures = [*places, *_positions(luck, issues, signing, ideals), *_consents(luck, issues), *_lent(luck, actors)]
    told = case("harbour")
    hypotheses = told.hypotheses if "p2" in signing and luck.random() < 0.4 else ()
    plans = (*_ends(issues, signing, ideals), *(_plans(luck, issues, actors) if luck.random() < 0.8 else ()))
    events = tuple(_events(actors)) if luck.random() < 0.6 else ()
    made = m.Case(
        id="drawn", title="A drawn case", summary="", as_of=NOW, war=_war(luck, actors), actors=actors, issues=issues,
        rules=rules(luck, issues, luck.choice((0, 1, 2, 4, 8))),
        scales={p: m.Scale(defeat=f"{p}-defeat", victory=f"{p}-terms") for p in signing},
        missing_voices=(), plans=plans, figures=tuple(figures), events=events,
        questions=tuple(_questions(luck, signing)),
        channels=tuple(_channels(actors)) if luck.random() < 0.5 else (),
        hypotheses=tuple(h.model_copy(update={"actor": "p2"}) for h in hypotheses),
        scorecard=_criteria(luck, issues, ideals) if luck.random() < 0.3 else None,
        digest=f"drawn {luck.random()}",
    )  # fmt: skip
    if hypotheses:
        made = replace(made, evidence=tuple(_evidence(made)), figures=(*made.figures, *_views()))
    return _changed(luck, made)


def _actors(luck: Random) -> tuple[m.Actor, ...]:
    count = luck.choice((1, 2, 2, 2, 3, 3, 4, 5, 6))
    signing = luck.randint(1, count)
    if luck.random() < 0.7:
        signing = max(signing, min(2, count))
    roles = ("patron", "supporter", "mediator", "host", "bystander")
    made = []
    for k in range(1, count + 1):
        signs = k <= signing
        role = "belligerent" if signs and k < 3 else luck.choice(roles)
        made.append(m.Actor(id=f"p{k}", name=f"State {k}", level="party", role=role, signs=signs))
    for person, party in PERSONS.items():
        if any(a.id == party for a in made) and luck.random() < 0.6:
            actor = case("harbour").actor[person]
            made.append(actor.model_copy(update={"principal": party}))
    return tuple(made)


def _issues(luck: Random, actors: list[str]) -> tuple[m.Issue, ...]:
    made = []
    for k in range(1, luck.choice((1, 1, 2, 2, 3, 3, 4, 5, 6)) + 1):
        ids = [f"o{j}" for j in range(1, luck.choice((1, 2, 2, 3, 3, 4)) + 1)]
        options = tuple(m.Option(id=o, label=f"way {o}", needs=_needs(luck, actors)) for o in ids)
        made.append(
            m.Issue(
                id=f"i{k}", name=f"Issue {k}", kind=luck.choice(("scale", "scale", "options")), options=options,
                status_quo=luck.choice(ids), deferrable=luck.random() < 0.3,
            )
        )  # fmt: skip
    return tuple(made)


def _needs(luck: Random, actors: list[str]) -> tuple[m.Need, ...]:
    """Consents of one option: none as a rule, else of some actors by one of the rules; once in a while of two
    groups."""
    rules = ("consensus", "majority", "two_thirds", "referendum", "no_objection")
    many = luck.choice((0, 0, 0, 1, 1, 2))
    groups = [luck.sample(actors, luck.randint(1, min(4, len(actors)))) for _ in range(many)]
    return tuple(m.Need(actors=tuple(group), rule=luck.choice(rules)) for group in groups)


def figure(subject: str, quantity: str, *numbers: float, at: str = "", date: dt.date | None = None) -> m.Figure:
    """A Figure of three numbers, of an option, or of nothing (an option that is excluded)."""
    low, mode, high = sorted(map(float, numbers)) if numbers else (None, None, None)
    name = f"{subject}.{quantity}" + (f"@{date}" if date else "")
    return m.Figure(
        id=name, subject=tuple(subject.split("/")), quantity=quantity, basis=m.parse_basis(BASIS), date=date, low=low,
        mode=mode, high=high, at=at, where=("figures.csv", 2),
    )  # fmt: skip


def _three(luck: Random, low: float, high: float) -> list[float]:
    """Three numbers of a range: mostly apart, now and then all the same or at its ends."""
    way = luck.random()
    if way < 0.1:
        return [luck.choice((low, high, (low + high) / 2))] * 3
    return [low, luck.uniform(low, high), high] if way < 0.15 else [luck.uniform(low, high) for _ in range(3)]


def _places(luck: Random, issues: tuple[m.Issue, ...]) -> Iterator[m.Figure]:
    for issue in issues:
        count = len(issue.options)
        for k, option in enumerate(issue.option_ids):
            if issue.kind == "scale":
                middle = 100 * k / max(count - 1, 1)
                spread = luck.choice((0, 0, 3, 10))
                yield figure(
                    f"{issue.id}/{option}", "place", *(min(max(middle + x, 0), 100) for x in (-spread, 0, spread))
                )
            if issue.deferrable:
                yield figure(f"{issue.id}/{option}", "deferred_weight", *_three(luck, 0.1, 4))
            if luck.random() < 0.15:
                yield figure(f"{issue.id}/{option}", "deal_breaks", *_three(luck, 0.01, 0.5))
    if issues and luck.random() < 0.3:
        yield figure(f"{issues[0].id}/{issues[0].option_ids[-1]}", "truce_clause", 1, 1, 1)


def _ideals(luck: Random, issues: tuple[m.Issue, ...], signing: list[str]) -> dict[tuple[str, str], str]:
    """Which option each party would choose of each issue: the first and the second party mostly opposite ends."""
    found = {}
    for issue in issues:
        for k, party in enumerate(signing):
            end = issue.option_ids[0] if k % 2 == 0 else issue.option_ids[-1]
            found[party, issue.id] = end if luck.random() < 0.7 else luck.choice(issue.option_ids)
    return found


def _positions(
    luck: Random, issues: tuple[m.Issue, ...], signing: list[str], ideals: dict[tuple[str, str], str]
) -> Iterator[m.Figure]:
    for party in signing:
        if luck.random() < 0.9:
            yield figure(party, "no_deal", *_three(luck, 0.05, 0.9))
        if luck.random() < 0.5:
            yield figure(party, "red_line_dependence", *_three(luck, 0, 1))
        for issue in issues:
            key, best = f"{party}/{issue.id}", ideals[party, issue.id]
            yield figure(key, "attention", *_three(luck, luck.choice((0, 10, 30)), 100))
            lined = luck.random() < 0.4
            if issue.kind == "scale":
                yield figure(key, "ideal", at=best)
                if lined:
                    yield figure(key, "red_line", at=luck.choice(issue.option_ids))
            else:
                for option in issue.option_ids:
                    yield figure(f"{key}/{option}", "value", *([100] * 3 if option == best else _three(luck, 0, 80)))
                if lined:
                    yield figure(f"{key}/{luck.choice(issue.option_ids)}", "red_line")
            if lined:
                yield figure(key, "red_line_real", *_three(luck, 0, 1))
                if luck.random() < 0.5:
                    yield figure(key, "line_slips", *_three(luck, 0, 1))
            if luck.random() < 0.4:
                yield figure(key, "crossing_cost", *_three(luck, 0, 0.2))


def _consents(luck: Random, issues: tuple[m.Issue, ...]) -> Iterator[m.Figure]:
    for issue in issues:
        for option in issue.options:
            for actor in sorted({a for need in option.needs for a in need.actors}):
                yield figure(f"{actor}/{issue.id}/{option.id}", "consent", *_three(luck, 0, 1))
                if luck.random() < 0.2:
                    yield figure(f"{actor}/{issue.id}/{option.id}", "guarantor_fights", *_three(luck, 0, 1))


def _lent(luck: Random, actors: tuple[m.Actor, ...]) -> Iterator[m.Figure]:
    """The invented case's numbers that are about no issue, for the parties that stand in its parties' places."""
    here, some = {a.id for a in actors}, luck.choice((1.0, 1.0, 0.9, 0.3, 0.0))
    names = {**PARTIES, **{p: p for p in PERSONS}, "case": "case"}
    for lent in case("harbour").figures:
        subject = [names.get(part, "") for part in lent.subject]
        if (
            lent.quantity in ("no_deal", "red_line_dependence")
            or lent.mode is None
            or not all(s in {*here, "case"} for s in subject)
        ):
            continue
        if luck.random() < some:
            bounds, times = quantities()[lent.quantity], luck.choice((1, 1, 1, 0.3, 0.8, 1.2, 3))
            low, high = max(bounds.low, -LARGEST_NUMBER), min(bounds.high, LARGEST_NUMBER)
            yield figure("/".join(subject), lent.quantity, *(min(max(x * times, low), high) for x in lent.numbers))


def _views() -> Iterator[m.Figure]:
    """Of the rival hypotheses: their priors, what each is worth, and how much an act tells."""
    for lent in case("harbour").figures:
        if lent.quantity in ("hypothesis_prior", "reservation"):
            yield figure(f"p2/{lent.subject[1]}", lent.quantity, *lent.numbers)
    yield figure("acts/stalling", "likelihood_ratio", 0.6, 1.2, 2, date=dt.date(2024, 7, 4))


def _evidence(made: m.Case) -> Iterator[m.Evidence]:
    act = {"actor": "p2", "what": "An act.", "basis": BASIS}
    yield m.Evidence(id="acts", date=dt.date(2024, 7, 4), kind="elicited", hypothesis="stalling", **act)
    for plan in made.plans:
        if plan.kind == "plan" and plan.date:
            late = plan.date + dt.timedelta(days=7)
            yield m.Evidence(id=f"no-{plan.id}", date=late, kind="offer_refused", ref=(f"plan:{plan.id}",), **act)
            break


def _ends(issues: tuple[m.Issue, ...], signing: list[str], ideals: dict[tuple[str, str], str]) -> Iterator[m.Plan]:
    """Every party's own terms, and its defeat: on an ordered issue the far end, else what another wants or any other
    option."""
    for party in signing:
        best = {i.id: ideals[party, i.id] for i in issues}
        worst = {}
        for issue in issues:
            ids = issue.option_ids
            at = ids.index(best[issue.id])
            worst[issue.id] = ids[0] if at >= len(ids) / 2 else ids[-1]
        for name, clauses in (("terms", best), ("defeat", worst)):
            given = {i: m.Clause(option=o) for i, o in clauses.items()}
            yield m.Plan(id=f"{party}-{name}", name=f"{name} of {party}", kind="benchmark", basis=BASIS, clauses=given)


def _plans(luck: Random, issues: tuple[m.Issue, ...], actors: tuple[m.Actor, ...]) -> Iterator[m.Plan]:
    kinds = ("accepted", "conditional", "not_accepted", "refused")
    for k in range(luck.choice((1, 1, 2, 3))):
        date = BEGAN + dt.timedelta(days=60 * (k + 1))
        clauses = {}
        for issue in issues:
            if luck.random() < 0.8:
                options = [*issue.option_ids, *([m.DEFERRED] if issue.deferrable else [])]
                clauses[issue.id] = m.Clause(option=luck.choice(options))
        answers = tuple(
            m.Response(actor=a.id, date=date + dt.timedelta(days=5), response=luck.choice(kinds), basis=BASIS)
            for a in actors
            if luck.random() < (0.6 if a.signs else 0.1)
        )
        yield m.Plan(
            id=f"plan-{k}", name=f"Plan {k}", date=date, authors=tuple(a.id for a in actors if luck.random() < 0.2),
            basis=BASIS, clauses=clauses, responses=answers,
            follows=f"plan-{k - 1}" if k and luck.random() < 0.5 else None,
        )  # fmt: skip


def rules(luck: Random, issues: tuple[m.Issue, ...], most: int) -> tuple[m.Rule, ...]:
    """Rules across clauses: some options forbidden together, one that requires another, a cap on how many hold, pairs
    that exclude one another."""
    found: list[dict[str, tuple[str, ...]]] = []
    while len(issues) > 1 and len(found) < most:
        some = luck.sample(issues, luck.randint(2, min(4, len(issues))))
        of = {i.id: tuple(luck.sample(i.option_ids, luck.randint(1, len(i.options)))) for i in some}
        way, (first, second) = luck.choice(WAYS), some[:2]
        if way == "forbids":
            found.append(of)
        elif way == "requires":
            others = tuple(o for o in second.option_ids if o not in of[second.id][:1])
            found += [{first.id: of[first.id][:1], second.id: others}] if others else []
        elif way == "caps":
            cap = luck.randint(1, len(some) - 1)
            found += [{i: of[i] for i in group} for group in combinations(of, cap + 1)]
        else:
            found += [{a: of[a][:1], b: of[b][:1]} for a, b in combinations(of, 2)]
        if not found and luck.random() < 0.2:
            break
    return tuple(m.Rule(id=f"r{k}", why="a trial", forbid=f, basis=BASIS) for k, f in enumerate(found[:MOST_RULES]))


def _war(luck: Random, actors: tuple[m.Actor, ...]) -> m.War | None:
    """No war, or one between the first two that sign, with or without allies, signing or not."""
    signing = [a.id for a in actors if a.signs]
    if len(signing) < 2 or luck.random() < 0.3:
        return None
    sides = [signing[:1], signing[1:2]]
    for actor in actors:
        if actor.level == "party" and actor.id not in signing[:2] and luck.random() < 0.3:
            luck.choice(sides).append(actor.id)
    return m.War(began=luck.choice((BEGAN, BEGAN, NOW)), belligerents=sides)


def _events(actors: tuple[m.Actor, ...]) -> Iterator[m.Event]:
    here = {a.id for a in actors}
    names = {**PARTIES, **{p: p for p in PERSONS}}
    told: set[str] = set()
    for event in case("harbour").events:
        source, target = (tuple(names[x] for x in end) for end in (event.source, event.target))
        if {*source, *target} <= here and (event.ref is None or event.ref in told):
            told.add(event.id)
            yield event.model_copy(update={"source": source, "target": target, "basis": BASIS})


def _channels(actors: tuple[m.Actor, ...]) -> Iterator[m.Channel]:
    here = {a.id for a in actors}
    names = {**PARTIES, **{p: p for p in PERSONS}}
    for channel in case("harbour").channels:
        source, target = names[channel.source], names[channel.target]
        if {source, target} <= here:
            yield channel.model_copy(update={"source": source, "target": target, "basis": BASIS})


def _questions(luck: Random, signing: list[str]) -> Iterator[m.Question]:
    kinds = ("settlement", "ceasefire", "talks", "strike", "victory", "sanction", "acceptance")
    for k in range(luck.choice((0, 0, 1, 2))):
        by = NOW + dt.timedelta(days=luck.choice((30, 90, 400)))
        ends = [luck.choice(("any", *signing)) for _ in range(2)]
        rule = f"happens({luck.choice(kinds)}, {ends[0]}, {ends[1]}, {by})"
        if luck.random() < 0.4:
            more = f"count({luck.choice(kinds)}, any, any, {NOW}, {by}) >= {luck.randint(0, 5)}"
            rule = f"{rule} {luck.choice(('and', 'or', 'and not', 'or not'))} {more}"
        yield m.Question(
            id=f"q{k}", title=f"Question {k}", opened=NOW, as_of=NOW, resolve_by=by, rule=rule, prose="Yes if so."
        )


def _criteria(luck: Random, issues: tuple[m.Issue, ...], ideals: dict[tuple[str, str], str]) -> CriteriaFile | None:
    """What each party gains on some issues that have two ends."""
    made = []
    for (party, name), best in ideals.items():
        issue = next(i for i in issues if i.id == name)
        others = [o for o in issue.option_ids if o != best]
        if others and luck.random() < 0.5:
            ends = [Anchor(says=f"way {o}", option=o, basis=BASIS) for o in (luck.choice(others), best)]
            key = f"{party}-{name}"
            made.append(
                Criterion(id=key, actor=party, domain="security", name=key, issue=name, defeat=ends[0], victory=ends[1])
            )
    return CriteriaFile(criteria=tuple(made)) if made else None


def _changed(luck: Random, made: m.Case) -> m.Case:
    """The case with up to two readings and two levers, each of which it takes."""
    found: dict[str, list[m.Patch]] = {"reading": [], "lever": []}
    numbers = [f for f in made.figures if f.mode is not None and f.quantity != "hypothesis_prior"]
    for kind, patches in found.items():
        for k in range(luck.choice((0, 0, 1, 2)) if numbers else 0):
            of = luck.choice(numbers)
            low, high = quantities()[of.quantity].low, quantities()[of.quantity].high
            ends = (max(low, of.numbers[0] / 2), min(high, of.numbers[2] * 1.5))
            low, mode, high = sorted(_three(luck, *sorted(ends)))
            change = {of.id: m.Change(low=low, mode=mode, high=high)}
            patch = m.Patch(id=f"{kind}-{k}", title=f"{kind} {k}", kind=kind, basis=BASIS, set=change)
            whole = replace(made, readings=(patch,))
            patches += [] if faults(whole) and not faults(made) else [patch]
    return replace(made, readings=tuple(found["reading"]), levers=tuple(found["lever"]))
