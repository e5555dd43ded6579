"""What patches change. Levers act on the same draws with the same luck; a reading is weighed by the record anew first.

No lens of its own: who signs, who ratifies, what passes, whether there is a zone, and the measures of the levers of futures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.case.patch import as_of as cut
from winset.case.patch import combine
from winset.derive.deal.acceptance import judge
from winset.derive.deal.bargain import bargain
from winset.derive.war import columns as war
from winset.derive.war import outcomes
from winset.derive.war.no_deal import without_core
from winset.derive.worth.menu import menu
from winset.derive.worth.utilities import missing
from winset.errors import SettingError
from winset.lens.futures.levers import MEASURES, difference, does, effect
from winset.theory.zone import draws, zones

MONTHS = next(title for key, title, _ in MEASURES if key == "months")
ANEW = "weighed by the record anew: other draws, so the error of both counts"
Columns = dict[str, Float[np.ndarray, " draw"]]


@dataclass(frozen=True)
class Row:
    """One outcome of one variant against another. low, high: 5th and 95th percentile of the change over common draws; None
    for a yes or no, and where the draws are not common."""

    of: str
    against: str
    what: str
    before: float
    after: float
    change: float
    low: float | None
    high: float | None
    error: float
    does: str


@dataclass(frozen=True)
class Variant:
    """A case after some patches, on the draws that the record leaves of its readings."""

    name: str
    arrays: Arrays


def variants_of(study: Study, sets: Sequence[Sequence[m.Patch]]) -> list[Variant]:
    """The case as it stands, and after each set, named after the titles of its patches.

    Raises SettingError where two would have one name.
    """
    names = ["the case as it stands", *(" + ".join(p.title for p in patches) for patches in sets)]
    if twice := [name for name in names if names.count(name) > 1]:
        raise SettingError(f"two of what is compared are called {twice[0]!r}; give their patches titles of their own")
    made = [Variant(names[0], study.arrays()[0])]
    for name, patches in zip(names[1:], sets):
        readings = [p for p in patches if p.is_reading]
        stated = combine(study.stated or study.case, readings)
        whole = combine(study.case, [*readings, *(p for p in patches if not p.is_reading)])
        other = replace(study, case=whole, stated=stated) if readings else replace(study, case=whole)
        made.append(Variant(name, other.arrays()[0]))
    return made


def compared(study: Study, sets: Sequence[Sequence[m.Patch]]) -> list[Row]:
    """Every set of patches against the case as it stands, and each later one against the first.

    Raises SettingError when the case can answer neither what is signed nor how the war ends.
    """
    variants = variants_of(study, sets)
    values = [{**deal, **end} for deal, end in zip(_deals(variants), _futures([v.arrays for v in variants]))]
    if not any(values):
        raise SettingError("nothing can be compared: the case has neither the Figures of a deal nor those of a war")
    pairs = [(i, 0) for i in range(1, len(variants))] + [(i, 1) for i in range(2, len(variants))]
    return [row for i, j in pairs for row in _rows(variants[i], variants[j], values[i], values[j])]


def _rows(one: Variant, other: Variant, after: Columns, before: Columns) -> Iterator[Row]:
    common = one.arrays.luck is other.arrays.luck
    for what in (w for w in before if w in after):
        old, new = before[what], after[what]
        low: float | None = None
        high: float | None = None
        if common:
            gap = np.stack([old, new])
            _, low, high, error = difference(gap, 1)
            key = "months" if what == MONTHS else "share"
            told = does(effect(gap, 1, len(before)), key, gap.shape[1])
        else:
            error, told = float(np.sqrt(sum(x.var() / len(x) for x in (old, new)))), ANEW
        if not common or set(np.unique([*old, *new])) <= {0.0, 1.0}:
            low = high = None
        yield Row(
            of=one.name,
            against=other.name,
            what=what,
            before=float(old.mean()),
            after=float(new.mean()),
            change=float(new.mean() - old.mean()),
            low=low,
            high=high,
            error=error,
            does=told,
        )


def said_without_core(study: Study, sets: Sequence[Sequence[m.Patch]]) -> str:
    """A sentence where some variant has no war core, so that nothing is told of how the war ends; else nothing."""
    cases = [study.case, *(combine(study.case, patches) for patches in sets)]
    return next((told for case in cases if (told := without_core(cut(case, study.as_of)))), "")


def _deals(variants: Sequence[Variant]) -> list[Columns]:
    """Signs, ratifies, passes and zone, in this order."""
    if any(missing(v.arrays.case) for v in variants):
        return [{} for _ in variants]
    return [_deal(v.arrays) for v in variants]


def _deal(arrays: Arrays) -> Columns:
    plans = [p for p in arrays.case.plans if p.kind == "plan"]
    verdicts = judge(arrays, plans, detail=False)
    names = {a.id: a.name for a in arrays.case.actors}
    found: Columns = {}
    for what, votes in (("signs", "signs"), ("ratifies", "ratifies")):
        for plan, verdict in zip(plans, verdicts):
            for party, given in sorted(getattr(verdict, votes).items()):
                found[f"{names[party]} {what}: {plan.name}"] = given.astype(float)
    for plan, verdict in zip(plans, verdicts):
        found[f"passes: {plan.name}"] = verdict.passes.astype(float)
    b = bargain(arrays)
    for told, lines in (
        ("a package that all could sign", b.lines(False, False)),
        ("one that would pass", b.lines()),
    ):
        found[f"zone: {told}"] = zones(draws(b.values, b.reserve, lines, b.sizes, b.rules)).exists.astype(float)
    return found


def _futures(arrays: Sequence[Arrays]) -> list[Columns]:
    if any(war.missing(a.case) for a in arrays):
        return [{} for _ in arrays]
    sides = arrays[0].case.war.belligerents  # type: ignore[union-attr]
    names = {a.id: a.name for a in arrays[0].case.actors}
    deals = menu(arrays[0].case, sides)
    told = {
        "A": f"{names[sides[0]]} cannot go on after 24 months",
        "B": f"{names[sides[1]]} cannot go on after 24 months",
    }
    found = [outcomes.future([war.war(a, deals=deals)])[0] for a in arrays]
    return [{told.get(key, title): measure(f) for key, title, measure in MEASURES} for f in found]
