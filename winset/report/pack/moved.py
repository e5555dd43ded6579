"""What moved between two dates, and which fact moved it: each fact is left out by itself, on few draws.

A headline is a share that both reports give. It has moved where its change is beyond twice its Monte-Carlo error, and
half a point or more. What moved it is tried and never guessed: the case of the later date is asked again without one
fact, and the fact is named where the headline then goes back by more than twice the error of that comparison. Numbers
that were not read on the way to any headline cannot move one, and are not tried. Facts of one kind are also left out
together, events and acts only so.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
from jaxtyping import Float

from winset.arrays import Study
from winset.case import model as m
from winset.case.patch import as_of as cut
from winset.case.patch import combine
from winset.derive.deal.acceptance import judge
from winset.derive.war import columns as war
from winset.derive.war import outcomes
from winset.derive.worth.menu import menu
from winset.derive.worth.utilities import missing
from winset.errors import DossierError, NotSolved
from winset.reads import reading
from winset.report import words
from winset.result import Finding, Result

TRIED = 48  # no answer: how many facts are left out one by one; the note says how many were not
FEW = 256  # no answer: draws on which a fact is left out; the note says so
LEAST = 0.005  # no answer: the least change that is told, which prints as a point of a hundred
SURE = 2.0  # no answer: standard errors beyond which a change is told from chance; the note says so
AT = 24.0  # no answer: months at which the states of affairs are looked at, as in the finding that is explained
STATES = ("settlement", "ceasefire", "frozen", "A_breaks", "B_breaks", "fighting")
ENDED = ("model.ended.12", "model.ended.24")
TOGETHER = "together"
Column = Float[np.ndarray, " draw"]
Take = Callable[[m.Case], m.Case]
Track = Callable[[Sequence["Fact"]], Iterable["Fact"]]


@dataclass(frozen=True)
class Fact:
    """Something that became public between the dates. without: the case if it had not, where it can be taken out."""

    date: dt.date
    kind: str
    what: str
    cites: tuple[str, ...]
    without: Take | None = None

    @property
    def alone(self) -> bool:
        """Whether it is left out by itself: events and acts reach these headlines through rates and records of many."""
        return self.without is not None and self.kind not in ("event", "act", TOGETHER)


@dataclass(frozen=True)
class Moved:
    """A headline then and now. error: of the change; None where none is known. by: facts and how far each moves it."""

    key: str
    lens: str
    then: float
    now: float
    error: float | None
    by: tuple[tuple[Fact, float], ...] = ()

    @property
    def change(self) -> float:
        return self.now - self.then

    @property
    def told(self) -> bool:
        """Whether the change is beyond chance."""
        return self.error is not None and abs(self.change) > max(SURE * self.error, LEAST)


def headlines(then: Sequence[Result], now: Sequence[Result], draws: tuple[int, int]) -> list[Moved]:
    """The shares that both give, those that moved most first. draws: how many each rests on."""
    old = {(r.lens, f.key): f for r in then for f in r.findings}
    found = []
    for result in now:
        for finding in result.findings:
            before = old.get((result.lens, finding.key))
            if before is None or not _headline(finding.key):
                continue
            old_value, new_value = before.value, finding.value
            if not isinstance(old_value, int | float) or not isinstance(new_value, int | float):
                continue
            errors = [_error(f, n) for f, n in zip((before, finding), draws)]
            known = [e for e in errors if e is not None]
            error = float(np.hypot(known[0], known[1])) if len(known) == 2 else None
            found.append(Moved(finding.key, result.lens, float(old_value), float(new_value), error))
    return sorted(found, key=lambda h: (not h.told, -abs(h.change), h.lens, h.key))


def _headline(key: str) -> bool:
    """The findings that a change note follows: shares that answer the question of a lens."""
    first = key.split(".")[0]
    return first in ("passes", "signs", "zone", "first") or key in (*ENDED, *(f"state.{s}.24" for s in STATES))


def _error(finding: Finding, draws: int) -> float | None:
    """The Monte-Carlo error of a finding: its own, or of a mean over draws from its 5th and 95th percentile."""
    if finding.error is not None:
        return finding.error
    low, high = finding.low, finding.high
    if low is None or high is None or draws < 1 or not finding.key.startswith(("state.", "model.")):
        return None
    return float(high - low) / 3.29 / float(np.sqrt(draws))  # source: two normal 95% points; 2 * 1.645


def between(case: m.Case, since: dt.date, until: dt.date) -> list[Fact]:
    """What became public after `since` and by `until`, oldest first: positions and numbers, plans, answers, acts,
    events.
    """

    def new(date: dt.date | None) -> bool:
        return date is not None and since < date <= until

    figures: dict[tuple[dt.date, tuple[str, ...]], list[m.Figure]] = {}
    for figure in case.figures:
        if new(figure.date) and figure.quantity != "likelihood_ratio":  # that is a part of its act
            figures.setdefault((figure.date, figure.subject[:2]), []).append(figure)  # type: ignore[arg-type]
    found = [_numbers(case, date, held) for (date, _), held in figures.items()]
    for plan in case.plans:
        if plan.kind == "plan" and plan.known is not None and new(plan.known):
            found.append(Fact(plan.known, "plan", words.clean(plan.name), (plan.id,), _no_plan(plan.id)))
        found += [_answer(case, plan, r) for r in plan.responses if new(r.date)]
    acts = {e.id: e for e in case.evidence if new(e.date)}  # one act has a row for each hypothesis
    for item in acts.values():
        found.append(Fact(item.date, "act", words.clean(item.what), (f"act:{item.id}",), _no_act(item.id)))
    found += [Fact(e.known, "event", words.clean(e.what), (e.id,)) for e in case.events if new(e.known)]
    return sorted(found, key=lambda f: (f.date, f.kind, f.what))


def _numbers(case: m.Case, date: dt.date, held: Sequence[m.Figure]) -> Fact:
    """Numbers on one subject and date together: a position, its line and how real that is are one statement."""
    ids = tuple(f.id for f in held)
    names = ", ".join(dict.fromkeys(f.quantity.replace("_", " ") for f in held))
    what = f"{words.name(case, *held[0].subject[:2])}: {names}"

    def without(whole: m.Case) -> m.Case:
        return replace(whole, figures=tuple(f for f in whole.figures if f.id not in ids))

    kind = "position" if held[0].subject[0] in case.actor and len(held[0].subject) > 1 else "number"
    return Fact(date, kind, what, ids, without)


def _answer(case: m.Case, plan: m.Plan, response: m.Response) -> Fact:
    what = f"{words.name(case, response.actor)} to “{words.clean(plan.name)}”: {response.response.replace('_', ' ')}"

    def without(whole: m.Case) -> m.Case:
        def cleared(held: m.Plan) -> m.Plan:
            return held.model_copy(update={"responses": tuple(r for r in held.responses if r != response)})

        return replace(whole, plans=tuple(cleared(p) if p.id == plan.id else p for p in whole.plans))

    cites = (f"answer:{plan.id}/{response.actor}/{response.date.isoformat()}",)
    return Fact(response.date, "answer", what, cites, without)


def _no_plan(plan: str) -> Take:
    def without(whole: m.Case) -> m.Case:
        kept = tuple(
            p.model_copy(update={"follows": None}) if p.follows == plan else p for p in whole.plans if p.id != plan
        )
        evidence = tuple(e for e in whole.evidence if f"plan:{plan}" not in e.ref)
        return replace(whole, plans=kept, evidence=evidence)

    return without


def _no_act(item: str) -> Take:
    return lambda whole: replace(whole, evidence=tuple(e for e in whole.evidence if e.id != item))


@dataclass(frozen=True)
class Tried:
    """Headlines with what moves them; the facts that were left out one by one, and those that no headline has read, by
    their identity; on how many draws."""

    headlines: tuple[Moved, ...]
    alone: frozenset[int] = frozenset()
    unread: frozenset[int] = frozenset()
    draws: int = 0


def attributed(
    moved: Iterable[Moved],
    facts: Sequence[Fact],
    ask: Callable[[Take | None], Study],
    track: Track = iter,
    few: int = FEW,
) -> Tried:
    """Headlines with the facts that move them, and how many facts were tried. ask: the later study without a fact.

    Only headlines that moved are explained, of those that can be asked of few draws (who signs, what passes, states of
    affairs). A fact that cannot be taken out of the case by itself explains nothing. All facts of a kind together are
    named only where no single one is.
    """
    held = list(moved)
    wanted = {h.key for h in held if h.told and askable(h.key)}
    if not wanted:
        return Tried(tuple(held))
    with reading() as seen:
        whole = _columns(ask(None), wanted, few)
    numbers = ("number", "position")
    unread = frozenset(id(f) for f in facts if f.kind in numbers and not seen & set(f.cites))
    able = [f for f in facts if f.alone and id(f) not in unread][-TRIED:]
    by: dict[str, list[tuple[Fact, float]]] = {}
    alone: set[int] = set()
    draws = max((len(column) for column in whole.values()), default=0)
    for fact in track([*able, *_together([f for f in facts if id(f) not in unread])]):
        try:
            other = _columns(ask(fact.without), wanted, few)
        except (DossierError, NotSolved):
            continue  # without it the case no longer holds together, or answers nothing
        alone.add(id(fact))
        for key in wanted & set(whole) & set(other):
            change = float(whole[key].mean() - other[key].mean())
            error = float(np.sqrt(sum(x.var() / len(x) for x in (whole[key], other[key]))))
            if abs(change) > SURE * error and abs(change) > 0:
                by.setdefault(key, []).append((fact, change))
    return Tried(tuple(_with(h, by.get(h.key, [])) for h in held), frozenset(alone), unread, draws)


def _together(facts: Sequence[Fact]) -> list[Fact]:
    """The facts of each kind as one, where there are several; events and acts, which are not left out one by one, in
    any number.
    """
    made = []
    for kind in dict.fromkeys(f.kind for f in facts):
        own = [f for f in facts if f.kind == kind]
        takes = [f.without for f in own if f.without is not None]
        cites = tuple(c for f in own for c in f.cites)
        if kind == "event":
            made.append(Fact(own[-1].date, TOGETHER, f"all events together ({len(own)})", cites, _no_events(cites)))
        elif len(takes) > (kind != "act"):
            made.append(Fact(own[-1].date, TOGETHER, f"all {kind}s together ({len(own)})", cites, _all_of(takes)))
    return made


def _all_of(takes: Sequence[Take]) -> Take:
    return lambda whole: reduce(lambda case, take: take(case), takes, whole)


def _no_events(ids: Sequence[str]) -> Take:
    """Without these events, and without those that refer to one of them."""
    gone = set(ids)
    return lambda whole: replace(whole, events=tuple(e for e in whole.events if not {e.id, e.ref} & gone))


def _with(headline: Moved, by: list[tuple[Fact, float]]) -> Moved:
    """The headline with the facts that move it the way it moved, the strongest first."""
    same = [(fact, change) for fact, change in by if change * headline.change > 0]
    single = [(fact, change) for fact, change in same if fact.kind != TOGETHER]
    same = single or same
    return replace(headline, by=tuple(sorted(same, key=lambda x: -abs(x[1]))))


def askable(key: str) -> bool:
    """Whether a headline is asked again fact by fact."""
    return key.split(".")[0] in ("passes", "signs", "state", "model")


def _columns(study: Study, wanted: Iterable[str], few: int) -> Mapping[str, Column]:
    """The draws of some headlines, by the same definitions as the lenses that found them."""
    wanted, made = set(wanted), {}
    arrays = study.fewer(few).arrays()[0]
    if not missing(arrays.case) and any(k.startswith(("passes.", "signs.")) for k in wanted):
        plans = [p for p in arrays.case.plans if p.kind == "plan"]
        for plan, verdict in zip(plans, judge(arrays, plans, detail=False)):
            made[f"passes.{plan.id}"] = verdict.passes.astype(float)
            made.update({f"signs.{plan.id}.{a}": x.astype(float) for a, x in verdict.signs.items()})
    if any(k.startswith(("state.", "model.")) for k in wanted) and not war.missing(arrays.case):
        sides = arrays.case.war.belligerents  # type: ignore[union-attr]
        future = outcomes.future([war.war(arrays, deals=menu(arrays.case, sides))])[0]
        made.update({key: future.ended[:, future.at(float(key.split(".")[2]))] for key in ENDED})
        made.update({f"state.{s}.24": future.state[:, future.at(AT), i] for i, s in enumerate(STATES)})
    return {key: column for key, column in made.items() if key in wanted}


def without(case: m.Case, take: Take) -> m.Case:
    """A case without a fact: another case, under a digest of its own."""
    made = take(case)
    told = hashlib.sha256(repr(([f.id for f in made.figures], made.plans, made.evidence, made.events)).encode())
    return replace(made, digest=hashlib.sha256(f"{case.digest} {told.hexdigest()}".encode()).hexdigest())


def study_without(study: Study, base: m.Case, patches: Sequence[m.Patch]) -> Callable[[Take | None], Study]:
    """How to ask a study again without a fact: on the same luck, its patches made anew."""

    def ask(take: Take | None) -> Study:
        if take is None:
            return study
        case = without(base, take)
        changed = combine(case, patches)
        stated = combine(case, [p for p in patches if p.is_reading])
        cut(changed, study.as_of)
        return study.anew(case=changed, stated=stated)

    return ask
