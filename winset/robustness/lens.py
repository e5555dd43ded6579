"""robustness: which assumption decides, over everything at once?

It asks a study as a lens does (`study.look(Robust())`), but wraps what the lenses measure: the headlines of
settlement, of endurance the exhaustion and of futures the end of the fighting within a year, under every set of
assumptions of a design, with one number or two changed, and as far as the draws tell what it would be worth to know a
number.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

import numpy as np

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.case.figure import Figure
from winset.result import Result, nothing
from winset.robustness import known as finding_out
from winset.robustness import words
from winset.robustness.forecasts import forecasts
from winset.robustness.headlines import Headline, Values, families, lacks, looked_at, shares, yes
from winset.robustness.kept import Kept, Shelf, kept
from winset.robustness.known import Known, Rule
from winset.robustness.moves import Moves, Tip, first, of_war, own_range, pairs, tips, varies
from winset.robustness.multiverse import multiverse
from winset.robustness.tables import Parts
from winset.settings import whole

DEAR = {"zone": "robust.zone_figures", "ends": "robust.end_figures"}  # no answer: how many numbers are changed
OF_WAR = ("war", "ends")  # no answer: headlines for which numbers of the war are like any other
WAR_STEPS = 3  # no answer: halvings where each solves the core anew: to an eighth of the way


@dataclass(frozen=True)
class Robust:
    """What everything that was assumed does to the headlines. shelf: where an interrupted run has left its parts."""

    shelf: Shelf | None = None

    name = "robust"
    question = "Which assumption decides?"
    reads = ("positions", "war", "questions")
    sources = (
        "steegen2016",
        "sobol1993",
        "jansen1999",
        "saltelli2010",
        "friedman1999",
        "bryant2010",
        "brier1950",
        "westfall1993",
    )
    assumes = (
        (
            "A changed number is known in every draw and nothing else moves with it; the draws stay as the "
            "record left them."
        ),
        "What going on is worth stays that of the case as stated, unless the number is one of the war itself.",
        (
            "The design of the multiverse is a choice: its universes are not equally likely, and their number "
            "says nothing of chance."
        ),
    )

    def lacks(self, case: m.Case) -> list[str]:
        """What would have to be there for any headline; nothing where one can be put to the test."""
        missing = lacks(case)
        return [] if families(case) else sorted({x for own in missing.values() for x in own})

    def look(self, study: Study) -> Result:
        """The result. A case without a headline to test gets `nothing can be said`, and what to add."""
        if missing := self.lacks(study.known):
            return nothing(self, missing)
        whole_study = (
            study if len(study.lucks) == 1 else replace(study, chunk=study.draws, pool={}, left={}, seen={}, samples={})
        )
        arrays = whole_study.arrays()[0]
        done = kept(self.shelf, study)
        every, values = _looked_at(arrays, done)
        found = _known(study, arrays, every, values)
        few = Arrays(study.known, first(arrays.luck, whole("robust.draws")), stated=arrays.stated)
        turned, two, totals, reached = _moved(study, few, every, found, done)
        parts = Parts(
            case=study.known,
            headlines=every,
            shares=shares(values),
            draws=arrays.draws,
            universes=multiverse(whole_study, done),
            tips=turned,
            pairs=two,
            known=found,
            totals=totals,
            reached=reached,
            rules=_rules(arrays, every, values),
            forecasts=forecasts(whole_study, done),
            lacks={k: v for k, v in lacks(study.known).items() if v},
            moved_draws=few.draws,
        )
        return words.result(self, parts, {"draws": study.kept, "seed": study.seed})


def _looked_at(arrays: Arrays, done: Kept) -> tuple[tuple[Headline, ...], Values]:
    """The headlines, and each in every draw."""

    def make() -> list[object]:
        every, values = looked_at(arrays)
        return [[asdict(h) for h in every], {key: column.tolist() for key, column in values.items()}]

    told, held = done(make, "headlines")
    every = tuple(Headline(**{**one, "basis": tuple(one["basis"])}) for one in told)
    return every, {key: np.array(column) for key, column in held.items()}


def _known(study: Study, arrays: Arrays, every: tuple[Headline, ...], values: Values) -> Known:
    names = {i for h in every for i in h.basis}
    columns = finding_out.columns_of(arrays, sorted(names), lines="deals" in families(study.known))
    return finding_out.known(columns, every, values, study.seed)


def _rules(arrays: Arrays, every: tuple[Headline, ...], values: Values) -> list[Rule]:
    made = []
    for one in (h for h in every if h.chief):
        columns = finding_out.columns_of(arrays, one.basis, lines=one.family != "war")
        if rule := finding_out.rule(columns, one, values[one.key]):
            made.append(rule)
    return made


Moved = tuple[list[Tip], list[Tip], dict[tuple[str, str], float], dict[str, tuple[float, str, float]]]


def _moved(study: Study, few: Arrays, every: tuple[Headline, ...], found: Known, done: Kept) -> Moved:
    """Tips of one number and of two, total orders by (Figure, headline), and how far one number can bring each
    headline."""
    turned: list[Tip] = []
    totals: dict[tuple[str, str], float] = {}
    reached: dict[str, tuple[float, str, float]] = {}
    two: list[Tip] = []
    for group in _groups(few, every):
        moves, own = Moves(few, group, done), [h for h in every if h.family in group]
        base = moves.base()
        figures = _figures(few.case, own, found, DEAR.get(group[0]), war=group[0] in OF_WAR)
        for figure in study.track(figures, f"numbers changed: {group[0]}"):
            turned += tips(moves, figure, own, shares(base))
            for key, total in moves.total(figure, base).items():
                totals[figure.id, key] = total
        for one in own:
            mine = [f for f in figures if f.id in one.basis]
            _reach(moves, mine, one, shares(base), reached)
            alone = any(t.headline == one.key for t in turned)
            tip = pairs(moves, mine, one, shares(base)) if one.chief and not alone else None
            two += [tip] if tip else []
    return [*turned, *_of_war(study, few, every, found, done)], two, totals, reached


def _groups(few: Arrays, every: tuple[Headline, ...]) -> list[tuple[str, ...]]:
    """Headlines that are measured together."""
    there = {h.family for h in every}
    return [(family,) for family in ("deals", "zone", "war", "ends") if family in there]


def _figures(case: m.Case, own: list[Headline], found: Known, most: str | None, war: bool) -> list[Figure]:
    """The numbers to change: all that the headlines rest on and that need no core; of dear headlines those that the
    draws show to move most (as many as the Setting `most` says)."""
    names = sorted({i for h in own for i in h.basis})
    figures = [f for i in names if (f := case.figure.get(i)) and varies(f) and (war or not of_war(f))]
    return _leading(figures, own, found, whole(most)) if most else figures


def _leading(figures: list[Figure], own: list[Headline], found: Known, most: int) -> list[Figure]:
    """Those whose being known would move any of the headlines most, by the draws; a line counts for its odds."""
    at = [i for i, h in enumerate(found.headlines) if h in own]
    worth = {
        name.removeprefix(finding_out.LINE): max(found.worth[c, i] for i in at)
        for c, name in enumerate(found.columns.names)
    }
    return sorted(figures, key=lambda f: (-worth.get(f.id, 0.0), f.id))[:most]


def _of_war(study: Study, few: Arrays, every: tuple[Headline, ...], found: Known, done: Kept) -> list[Tip]:
    """Tips of numbers of the war in the headlines of deals: the core is solved anew."""
    own = [h for h in every if h.family == "deals"]
    names = sorted({i for h in own for i in h.basis})
    figures = [f for i in names if (f := few.case.figure.get(i)) and varies(f) and of_war(f)]
    if not own or not figures:
        return []
    fewer = Arrays(few.case, first(few.luck, whole("robust.solved_draws")), stated=few.stated)
    moves, made = Moves(fewer, ("deals",), done), []
    base = shares(moves.base())
    for figure in study.track(_leading(figures, own, found, whole("robust.solved")), "numbers of the war"):
        made += tips(moves, figure, own, base, steps=WAR_STEPS)
    return made


def _reach(
    moves: Moves,
    figures: list[Figure],
    one: Headline,
    base: dict[str, float],
    into: dict[str, tuple[float, str, float]],
) -> None:
    """How near to the other answer one number can bring a headline inside its own range: (share, Figure, its value)."""
    sign = -1 if yes(base[one.key]) else 1
    tried = [(moves.shares((f.id, end))[one.key], f.id, end) for f in figures for end in own_range(f)]
    if tried:
        into[one.key] = max(tried, key=lambda x: (sign * x[0], x[1]))
