"""The headlines that are put to the test, and their value in every draw of some arrays.

A headline is a statement and the share of draws in which it holds, or for the end of the fighting its mean chance over
the draws; its answer is whether that reaches `robust.turn` (more likely than not). All are measured on whatever arrays
they are given, so that one change is looked at once for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays
from winset.case import model as m
from winset.derive.deal.acceptance import judge
from winset.derive.deal.bargain import bargain
from winset.derive.war import columns as wars
from winset.derive.war import outcomes
from winset.derive.war.columns import lasting
from winset.derive.worth.menu import menu
from winset.derive.worth.utilities import Reading
from winset.lens.endurance.lens import lacking
from winset.lens.settlement.lens import Settlement
from winset.reads import reading as reading_of
from winset.settings import number
from winset.spoken import short
from winset.theory.zone import draws, zones

YEAR = 12.0  # source: the headlines of the endurance and futures lenses, in months
SCOPES = {"leaders": "some package suits all who must sign", "all": "some package could pass"}
Values = dict[str, Float[np.ndarray, " draw"]]


@dataclass(frozen=True)
class Headline:
    """A statement: its key in the lenses, what is measured to know it, and in words. chief: it has a picture and
    rules."""

    key: str
    family: str
    told: str
    chief: bool
    basis: tuple[str, ...] = ()


def lacks(case: m.Case) -> dict[str, list[str]]:
    """What each family of headlines needs and the case does not have."""
    deals = Settlement().lacks(case)
    return {"deals": deals, "zone": deals, "war": lacking(case), "ends": wars.missing(case)}


def families(case: m.Case) -> tuple[str, ...]:
    """Those that the case can answer."""
    return tuple(family for family, missing in lacks(case).items() if not missing)


def headlines(arrays: Arrays) -> tuple[Headline, ...]:
    """Every headline of a case, with the Figures read on the way to it."""
    return looked_at(arrays)[0]


def looked_at(arrays: Arrays) -> tuple[tuple[Headline, ...], Values]:
    """The headlines, and each in every draw."""
    case, made = arrays.case, []
    values: Values = {}
    names = {a.id: a.name for a in case.actors}
    for family in families(case):
        with reading_of() as seen:
            found = measured(arrays, (family,))
        basis = tuple(sorted(seen))
        for key in found:
            made.append(Headline(key, family, _told(case, names, key), not key.startswith("signs."), basis))
        values |= found
    return tuple(made), values


def _told(case: m.Case, names: Mapping[str, str], key: str) -> str:
    kind, _, rest = key.partition(".")
    if kind == "zone":
        return SCOPES[rest]
    if kind == "exhausted":
        return f"some side is exhausted within {YEAR:.0f} months"
    if kind == "model":
        return f"the present fighting is over within {YEAR:.0f} months"
    if kind == "passes":
        return f"“{short(case.plan[rest].name)}” passes"
    plan, _, party = rest.rpartition("/")
    return f"{names[party]} signs “{short(case.plan[plan].name)}”"


def measured(arrays: Arrays, which: Sequence[str], reading: Reading = Reading()) -> Values:
    """Every headline of some families in each draw: 1 where it holds, or its chance there."""
    found: Values = {}
    case = arrays.case
    if "deals" in which:
        plans = [p for p in case.plans if p.kind == "plan"]
        for verdict in judge(arrays, plans, reading, detail=False):
            found[f"passes.{verdict.plan}"] = verdict.passes.astype(float)
            found |= {f"signs.{verdict.plan}/{p}": x.astype(float) for p, x in sorted(verdict.signs.items())}
    if "zone" in which:
        b = bargain(arrays, reading)
        for scope in SCOPES:
            lines = b.lines(home=scope == "all", abroad=scope == "all")
            found[f"zone.{scope}"] = zones(draws(b.values, b.reserve, lines, b.sizes, b.rules)).exists.astype(float)
    if "war" in which:
        sides = case.war.belligerents  # type: ignore[union-attr]
        found["exhausted.12"] = (lasting(arrays, sides).min(axis=1) <= YEAR).astype(float)
    if "ends" in which:
        found["model.ended.12"] = _ended(arrays, reading)
    return found


def _ended(arrays: Arrays, reading: Reading) -> Float[np.ndarray, " draw"]:
    """The chance in each draw that the present fighting is over within a year, by the law of the war. Changes that
    leave the plans alone are looked at on the menu of the case as stated."""
    case, stated = arrays.case, arrays.stated
    same = stated is not None and stated.plans == case.plans
    deals = menu(stated, case.war.belligerents) if same and stated else None  # type: ignore[union-attr]
    (found,) = outcomes.future([wars.war(arrays, reading, deals)])
    return np.asarray(found.ended[:, found.at(YEAR)])


def shares(found: Values) -> dict[str, float]:
    """Share of draws in which each holds."""
    return {key: float(column.mean()) for key, column in found.items()}


def yes(share: float) -> bool:
    """The answer: whether the statement is more likely than not."""
    return share >= number("robust.turn")
