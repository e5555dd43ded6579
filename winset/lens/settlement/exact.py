"""settlement, the exact half: every package that could be signed, not only the plans on the table.

Whether a zone of agreement exists is settled in every draw, each with a certificate. Solutions, frontier, amendments
and corrections are solved at the modes of all Figures and in 64 stratified draws, to proof or with the gap told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from winset.arrays import Study
from winset.case import model as m
from winset.derive.deal.bargain import AT_EASE, Bargain, bargain
from winset.derive.war import columns as war
from winset.derive.worth.utilities import Reading
from winset.lens.settlement import basis
from winset.lens.settlement.proofs import SOLVERS, proof_note
from winset.lens.settlement.solved import SCOPES, Sampled, blocks, sample, scoped
from winset.lens.settlement.solved import parts as solved_parts
from winset.lens.settlement.tables import percent, unfit
from winset.result import Chart, Cited, Column, Finding, Section, Table, cited
from winset.settings import whole
from winset.sift import beside
from winset.spoken import count as counted
from winset.theory.additive import AdditiveProblem, without_red
from winset.theory.additive import utilities as worth_of
from winset.theory.pareto import frontier, on_frontier
from winset.theory.zone import draws, most_acceptable, zones

DOSSIER = "what no deal is worth is the dossier's number, not the war core's"
SHOWN = 80  # no answer: how many packages a table shows
ADVICE = dict.fromkeys(("Nash", "Kalai-Smorodinsky"), "advice")
ADVICE |= dict.fromkeys(("egalitarian", "utilitarian"), "compares parties")


@dataclass
class Extra:
    """What a part of the lens adds to the result."""

    answer: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    def add(self, other: Extra) -> None:
        """What another part adds, after what is here."""
        for f in fields(self):
            getattr(self, f.name).extend(getattr(other, f.name))


def parts(study: Study, reading: Reading, rivals: dict[str, tuple[str, Reading]]) -> list[tuple[Study, Any, Any]]:
    """(study, function, item) of what `exact` will ask for and can be answered apart."""
    return [(study, efficient, reading), (study, common, reading), *solved_parts(study, reading, rivals)]


def exact(study: Study, plans: Sequence[m.Plan], reading: Reading, rivals: dict[str, tuple[str, Reading]]) -> Extra:
    """The whole of this half for a case."""
    extra = Extra()
    shares = study.each(scoped, [(reading, True)], "zone")[0]
    ranges = {"as stated": shares}
    fewer = study.fewer(whole("exact.rivals"))
    others = {title: (rival, True) for title, rival in rivals.values() if rival != reading}
    ranges |= dict(zip(others, fewer.each(scoped, list(others.values()), "zone, rival readings")))
    if study.weigher and study.lucks is not study.batch(0):
        ranges["before the record"] = fewer.before.each(scoped, [(reading, True)], "zone, before the record")[0]
    ranges["no issue may be left to later talks"] = fewer.each(scoped, [(reading, False)], "zone")[0]
    _zone(extra, study, shares, ranges)
    extra.add(study.each(common, [reading], "the commonest package")[0])
    words = Words(study.known, bargain(study.at_modes(), reading))
    solved = [s for s in sample(study, reading) if s is not None]
    _solutions(extra, words, solved)
    extra.add(study.each(efficient, [reading], "frontier")[0])
    _amendments(extra, words, plans, solved)
    _corrections(extra, words, solved)
    extra.sections += SECTIONS
    return extra


@dataclass(frozen=True)
class Words:
    """Names for what the solvers count."""

    case: m.Case
    bargain: Bargain

    def worth(self, party: str) -> tuple[str, ...]:
        """The Figures that the worth of a package to a party rests on."""
        return basis.signing(self.case, [party])

    def worths(self, utilities: Any) -> list[Cited]:
        """The worth of a package to each party, as cells."""
        return [Cited(float(x), self.worth(p)) for p, x in zip(self.bargain.parties, utilities)]

    def party(self, ids: str) -> str:
        return ", ".join(self.case.actor[i].name for i in ids.split())

    def issue(self, j: int) -> str:
        return self.bargain.issues[j].name

    def option(self, j: int, k: int) -> str:
        option = self.bargain.options[j][k]
        return "left to later talks" if option == m.DEFERRED else self.bargain.issues[j].option(option).label

    def demand(self, problem: AdditiveProblem, demand: tuple[str, int, int]) -> str:
        kind, i, j = demand
        who = problem.parties[i]
        if kind == "reserve":
            return f"{self.party(who)} accepts less than no deal is worth to it"
        if who in self.bargain.parties:
            return f"{self.party(who)} gives up its line on {self.issue(j)}"
        return f"{self.party(who)} consents on {self.issue(j)}"


def _zone(extra: Extra, study: Study, shares: dict[str, float], ranges: dict[str, dict[str, float]]) -> None:
    against, ranges = unfit(ranges), {title: found for title, found in ranges.items() if found}
    columns = (Column("reading", "Reading"), *(Column(s, s, "share") for s in SCOPES))
    rests = {s: basis.zone(study.known) for s in SCOPES}
    rows = tuple((title, *(Cited(r[s], rests[s]) for s in SCOPES)) for title, r in ranges.items())
    note = (
        f"Columns add up: {'; '.join(f'{k}: {v}' for k, v in SCOPES.items())}. Every draw is settled with a "
        "certificate. "
    )
    note += f"Rival readings on {min(study.kept, whole('exact.rivals')):,} draws, the first row on {study.kept:,}."
    note += against
    extra.tables.append(Table("zone", "Draws in which some package could be signed", columns, rows, note))
    for scope, value in shares.items():
        others = [r[scope] for r in ranges.values()]
        extra.findings.append(
            Finding(
                key=f"zone.{scope}",
                sentence=(
                    f"A package that all who must sign could accept exists in {percent(value)} of the draws, counting "
                    f"{'; '.join(list(SCOPES.values())[: list(SCOPES).index(scope) + 1])}."
                ),
                value=value,
                unit="share of draws",
                low=min(others),
                high=max(others),
                error=float(np.sqrt(value * (1 - value) / study.kept)),
                basis=rests[scope],
                sources=("putnam1988", "nash1950"),
            )
        )
    rival = ""
    if DOSSIER in ranges and not war.missing(study.known):
        rival = (
            " What no deal is worth is what each side expects of fighting on, from a model of the war (the war core); "
            "by the dossier's own "
        )
        rival += f"numbers the first share is {percent(ranges[DOSSIER]['leaders'])}."
    extra.answer.append(
        f"Some package, on the table or not, that all signatories could accept exists in {percent(shares['leaders'])} "
        f"of the draws; counting ratification on their own side in {percent(shares['home'])}, and every other consent "
        f"in {percent(shares['all'])}.{rival}"
    )


@beside("deals")
def common(study: Study, reading: Reading) -> Extra:
    """The one package acceptable in most draws of the first block, with its proved bound (a task)."""
    extra = Extra()
    b = bargain(blocks(study, reading)[0], reading)
    many = draws(b.values, b.reserve, b.lines(), b.sizes, b.rules)
    best = most_acceptable(many, zones(many))
    if best.share <= 0:
        return extra
    words = Words(study.known, b)
    rows = tuple((words.issue(j), words.option(j, int(k))) for j, k in enumerate(best.package))
    note = (
        f"Acceptable in {best.share:.1%} of the draws; no package is acceptable in more than {best.bound:.1%} (proved)."
    )
    columns = (Column("issue", "Issue"), Column("option", "Clause"))
    extra.tables.append(Table("common", "The package acceptable in most draws", columns, rows, note))
    extra.findings.append(
        Finding(
            "common.share",
            f"The best single package found passes in {best.share:.1%} of the draws; {note.split('; ')[1]}",
            best.share, "share of draws", best.share, max(best.share, best.bound), basis=basis.zone(study.known),
        )
    )  # fmt: skip
    extra.answer.append(
        f"No single package suits many of these draws: the best one found passes in {best.share:.1%}, and none can "
        f"pass in more than {best.bound:.1%}."
        if best.bound < 0.5
        else f"One package passes in {best.share:.0%} of the draws."
    )
    return extra


def _solutions(extra: Extra, words: Words, solved: Sequence[Sampled]) -> None:
    rows: list[tuple[Any, ...]] = []
    shared: Counter[tuple[int, int]] = Counter()
    zone = [s for s in solved if s.solutions]
    parties = words.bargain.parties
    for key in SOLVERS:
        at = [s for s in zone if key in s.solutions]
        if not at:
            continue
        worth = np.array([s.solutions[key].utilities for s in at])
        for s in at:
            shared.update((j, int(k)) for j, k in enumerate(s.solutions[key].package))
        first = at[0].solutions[key]
        count = Cited(len(at), basis.zone(words.case))
        rows.append((key, ADVICE[key], count, *words.worths(worth.mean(axis=0)), first.definition))
    columns = (
        Column("solution", "Solution"), Column("use", "Use"), Column("draws", "Draws with a zone", "number"),
        *(Column(p, words.party(p), "number") for p in parties), Column("definition", "Definition"),
    )  # fmt: skip
    draws_of = len([s for s in solved if s.draw >= 0])
    note = (
        f"Mean worth to each party, on its own scale, over the draws with a zone among {draws_of} stratified draws; "
        f"{proof_note([s.solutions for s in zone])}."
    )
    extra.tables.append(Table("solutions", "What the best deals are worth to whom", columns, tuple(rows), note))
    total = len(rows) and sum(1 for s in zone for _ in s.solutions)
    most = []
    for j in range(len(words.bargain.issues)):
        options = [(n, k) for (i, k), n in shared.items() if i == j]
        if options:
            n, k = max(options, key=lambda x: (x[0], -x[1]))
            most.append((words.issue(j), words.option(j, k), Cited(n / total, basis.zone(words.case))))
    most.sort(key=lambda r: (-r[2].value, r[0]))
    columns = (
        Column("issue", "Issue"),
        Column("option", "Clause"),
        Column("share", "Share of the best deals", "share"),
    )
    note = (
        "The commonest clause on each issue among Nash, Kalai-Smorodinsky, egalitarian and utilitarian packages of "
        "those draws."
    )
    extra.tables.append(Table("shared", "What the best deals share, clause by clause", columns, tuple(most), note))


def efficient(study: Study, reading: Reading) -> Extra:
    """By value alone, at the modes: the efficient packages, the plans among them, and what each plan leaves on the
    table (a task)."""
    extra, b = Extra(), bargain(study.at_modes(), reading)
    words, problem = Words(study.known, b), without_red(b.problem())
    front = frontier(problem, rational=True, limit=400_000)
    keep = np.linspace(0, len(front.utilities) - 1, min(SHOWN, len(front.utilities))).astype(int)
    order = np.lexsort(front.utilities.T[::-1])
    parties = b.parties
    rows = [("efficient package", "", *words.worths(front.utilities[order[k]]), "") for k in keep]
    floors = [
        Cited(float(x), basis.floor(words.case, [p])) if x > AT_EASE / 2 else "follows its leader"
        for p, x in zip(parties, problem.reserve)
    ]
    rows.append(("no deal", "no deal", *floors, ""))
    for plan in [p for p in study.known.plans if p.kind == "plan"]:
        package = b.package(plan)
        said = on_frontier(problem, package)
        gains = (
            ""
            if said.efficient or said.gains is None
            else ", ".join(f"{words.party(p)} {g:+.2f}" for p, g in zip(parties, said.gains))
        )
        told = "efficient" if said.efficient else f"not efficient: {gains} at nobody's cost"
        rows.append(("plan", plan.name, *words.worths(worth_of(problem, package)[0]), told))
    columns = (
        Column("what", "Package"),
        Column("name", "Name"),
        *(Column(p, words.party(p), "number") for p in parties),
        Column("efficient", "Efficient?"),
    )
    whole = "complete" if front.complete else "a sample"
    note = (
        "At the modes of all Figures and by value alone (red lines and consents ignored, rules kept). The frontier of "
        f"{len(front.utilities):,} efficient packages worth no less than no deal to anyone is {whole}; at most "
        f"{SHOWN} are shown."
    )
    extra.tables.append(Table("frontier", "The frontier and the plans on it", columns, tuple(rows), note))
    if len(parties) > 1:  # a party that signs alone gets its best package; there is nothing to draw it against
        one, other = parties[:2]
        title = f"What {words.party(one)} and {words.party(other)} get"
        encoding = {"x": one, "y": other, "label": "name", "color": "what"}
        told = "Each point is a package; nothing lies beyond the frontier."
        extra.charts.append(Chart("frontier_chart", "frontier", "frontier", title, encoding, told))
    return extra


def _amendments(extra: Extra, words: Words, plans: Sequence[m.Plan], solved: Sequence[Sampled]) -> None:
    rows, sets, fewest = [], [], []
    for plan in plans:
        found = [(s, a) for s in solved if (a := s.amendments.get(plan.id)) and a.size is not None]
        if not found:
            continue
        sizes = [a.size or 0 for _, a in found]
        often: Counter[int] = Counter(j for _, a in found for j in {j for one in a.sets for j in one.clauses})
        clauses = "; ".join(
            f"{words.issue(j)} ({n}/{len(found)})" for j, n in sorted(often.items(), key=lambda x: (-x[1], x[0]))[:4]
        )
        middle = float(np.median(sizes))
        fewest.append((middle, plan.name))
        rests = (plan.id, *basis.zone(words.case))
        rows.append(cited(rests, plan.name, len(found), min(sizes), middle, max(sizes), clauses))
        easiest, least = min(found, key=lambda x: (x[1].size or 0, x[0].draw))
        for one in least.sets[:12]:
            told = "; ".join(f"{words.issue(j)}: {words.option(j, int(one.package[j]))}" for j in one.clauses)
            name = "modes" if easiest.draw < 0 else f"draw {easiest.draw + 1}"
            size = Cited(len(one.clauses), (plan.id,))
            sets.append((plan.name, name, size, told or "none needed", *words.worths(one.change)))
    columns = (
        Column("plan", "Plan"), Column("draws", "Draws with a zone", "number"),
        Column("least", "Fewest clauses to change", "number"),
        Column("median", "Median", "number"), Column("most", "Most", "number"),
        Column("clauses", "Clauses in a smallest set, and how often"),
    )  # fmt: skip
    note = (
        "Where a zone exists: the fewest clauses of the plan that must change before all could sign and every consent "
        "is given."
    )
    extra.tables.append(Table("amendments", "The least that opens each plan", columns, tuple(rows), note))
    of_sets = (
        Column("plan", "Plan"), Column("draw", "In"), Column("size", "Clauses", "number"), Column("set", "Change to"),
        *(Column(p, words.party(p), "number") for p in words.bargain.parties),
    )  # fmt: skip
    note = (
        "For each plan the draw in which fewest changes are needed, with at most 12 of its smallest sets, and what "
        "each costs or brings whom."
    )
    extra.tables.append(Table("amendment_sets", "Amendment sets and whom they cost what", of_sets, tuple(sets), note))
    if rows:
        least_of, name = min(fewest)
        extra.answer.append(
            f"Where a deal is possible at all, “{name}” needs the fewest changes: "
            f"{counted(int(least_of), 'clause') if least_of == int(least_of) else f'{least_of:g} clauses'} in the "
            "median draw."
        )


def _corrections(extra: Extra, words: Words, solved: Sequence[Sampled]) -> None:
    none = [s for s in solved if s.diagnosis is not None]
    over, short = 0, False
    often: Counter[str] = Counter()
    for s in none:
        if s.draw >= 0 and s.diagnosis:
            least = s.diagnosis.smallest
            often.update({words.demand(s.demands, d) for c in least for d in c.dropped})
            over, short = over + 1, short or (s.diagnosis.more_exist and len(least) == len(s.diagnosis.corrections))
    rests = basis.zone(words.case)
    rows = tuple((name, Cited(n / over, rests)) for name, n in sorted(often.items(), key=lambda x: (-x[1], x[0]))[:15])
    note = (
        f"Among the {over} stratified draws without a zone: how often a step is part of a smallest set of steps that "
    )
    note += "opens one."
    note += (
        f" In some draws only {whole('settlement.ways')} sets were looked for; more may be as small." if short else ""
    )
    columns = (Column("step", "Step"), Column("share", "Share of draws without a zone", "share"))
    extra.tables.append(Table("steps", "What would have to give", columns, rows, note))
    modes = next((s for s in none if s.draw < 0), None)
    if modes is None or modes.diagnosis is None or modes.cuts is None:
        return
    d = modes.diagnosis
    ways = tuple(
        (n + 1, "; ".join(words.demand(modes.demands, x) for x in c.dropped)) for n, c in enumerate(d.corrections)
    )
    cut, bare = modes.cuts
    note = "At the modes of all Figures, where a line is real from even odds on. "
    note += (
        f"Without dropping a line every party would have to accept {cut:.2f} less than no deal. "
        if np.isfinite(cut)
        else "Lines and refusals leave no package at all, whatever the parties would settle for. "
    )
    note += f"With all lines dropped {'a zone is open' if bare <= 0 else f'a cut of {bare:.2f} would open one'}."
    note += " More sets exist." if d.more_exist else ""
    columns = (Column("set", "Set", "number"), Column("steps", "All of these"))
    extra.tables.append(Table("corrections", "Every smallest way to open a zone at the modes", columns, ways, note))


SECTIONS = [
    Section(
        "zone",
        "Is there any deal that all could sign?",
        (
            "All packages of clauses are searched, not only the plans. A zone of agreement is a draw in which some "
            "package crosses no real red line, gets every consent it needs and is worth at least no deal to each "
            "party. The solutions are advice on where in the zone to settle; two of them compare gains between "
            "parties, which others would say cannot be done.",
        ),
        ("zone", "common", "solutions", "shared", "frontier_chart", "frontier"),
    ),
    Section(
        "least",
        "The least that opens a deal",
        (
            "An amendment set says which clauses of a plan change. A set of steps says which lines or refusals "
            "would have to give where no package works.",
        ),
        ("amendments", "amendment_sets", "steps", "corrections"),
    ),
]
