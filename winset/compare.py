"""What patches change. Levers act on the same draws with the same luck; a reading is weighed by the record anew first.

No lens of its own: who signs, who ratifies, what passes, whether there is a zone, and the measures of the levers of
futures.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays, Luck, Study
from winset.case import model as m
from winset.case.patch import as_of as cut
from winset.case.patch import combine
from winset.derive.deal.acceptance import judge
from winset.derive.deal.bargain import bargain
from winset.derive.war import columns as war
from winset.derive.war import outcomes
from winset.derive.war.no_deal import without_core
from winset.derive.worth.menu import Deal, menu
from winset.derive.worth.utilities import missing
from winset.errors import SettingError
from winset.lens.futures.levers import difference, does, effect
from winset.lens.futures.pulled import MEASURES
from winset.theory.zone import draws, zones

MONTHS = next(title for key, title, _ in MEASURES if key == "months")
ANEW = "weighed by the record anew: other draws, so the error of both counts"
Columns = dict[str, Float[np.ndarray, " draw"]]


@dataclass(frozen=True)
class Row:
    """One outcome of one variant against another. low, high: 5th and 95th percentile of the change over common draws;
    None for a yes or no, and where the draws are not common."""

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
    """A case after some patches: each outcome in every draw, of the deal and of the war, and which draws of the study
    they are."""

    name: str
    deal: Columns
    war: Columns
    draws: str


def names_of(sets: Sequence[Sequence[m.Patch]]) -> list[str]:
    """The case as it stands, and each set by the titles of its patches. SettingError where two would have one name."""
    names = ["the case as it stands", *(" + ".join(p.title for p in patches) for patches in sets)]
    if twice := [name for name in names if names.count(name) > 1]:
        raise SettingError(f"two of what is compared are called {twice[0]!r}; give their patches titles of their own")
    return names


def variant(study: Study, asked: tuple[str, tuple[m.Patch, ...]]) -> Variant:
    """The case after a set of patches, on the draws that the record leaves of its readings (a task)."""
    name, patches = asked
    readings = [p for p in patches if p.is_reading]
    whole = combine(study.case, [*readings, *(p for p in patches if not p.is_reading)])
    stated = combine(study.stated or study.case, readings) if readings else study.stated
    arrays = replace(study, case=whole, stated=stated).arrays()[0] if patches else study.arrays()[0]
    known = study.known
    deals = [] if known.war is None or war.missing(known) else menu(known, known.war.belligerents)
    return Variant(name, _deal(arrays), _future(arrays, deals), _draws(arrays.luck))


def _draws(luck: Luck) -> str:
    """A name for the draws of a Luck: which candidates of its blocks they are."""
    rows = luck.rows
    return "" if rows is None else hashlib.sha256(f"{luck.blocks} ".encode() + rows.tobytes()).hexdigest()


def compared(study: Study, sets: Sequence[Sequence[m.Patch]]) -> list[Row]:
    """Every set of patches against the case as it stands, and each later one against the first.

    Raises SettingError when the case can answer neither what is signed nor how the war ends.
    """
    asked = [(name, tuple(patches)) for name, patches in zip(names_of(sets), [(), *sets])]
    variants = study.each(variant, asked, "variants")
    if not all(v.deal for v in variants):  # told of all or of none
        variants = [replace(v, deal={}) for v in variants]
    if not all(v.war for v in variants):
        variants = [replace(v, war={}) for v in variants]
    if not any(v.deal or v.war for v in variants):
        raise SettingError("nothing can be compared: the case has neither the Figures of a deal nor those of a war")
    pairs = [(i, 0) for i in range(1, len(variants))] + [(i, 1) for i in range(2, len(variants))]
    return [row for i, j in pairs for row in _rows(variants[i], variants[j])]


def _rows(one: Variant, other: Variant) -> Iterator[Row]:
    after, before, common = one.deal | one.war, other.deal | other.war, one.draws == other.draws
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


def _deal(arrays: Arrays) -> Columns:
    """Signs, ratifies, passes and zone, in this order; nothing where a Figure is missing."""
    if missing(arrays.case):
        return {}
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


def _future(arrays: Arrays, deals: Sequence[Deal]) -> Columns:
    """The measures of the levers of futures, on the menu of the case as it stands; nothing where a Figure is
    missing."""
    if war.missing(arrays.case):
        return {}
    sides = arrays.case.war.belligerents  # type: ignore[union-attr]
    names = [next(a.name for a in arrays.case.actors if a.id == side) for side in sides]
    told = {key: f"{name} cannot go on after 24 months" for key, name in zip("AB", names)}
    (found,) = outcomes.future([war.war(arrays, deals=deals)])
    return {told.get(key, title): measure(found) for key, title, measure in MEASURES}
