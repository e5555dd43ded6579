"""What patches change, on the same draws with the same luck. No lens of its own: it uses the measures of `futures_levers`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.case.patch import as_of as cut
from winset.case.patch import combine
from winset.derive.deal.acceptance import judge
from winset.derive.war import columns as war
from winset.derive.war import outcomes
from winset.derive.worth.menu import menu
from winset.derive.worth.utilities import missing
from winset.errors import SettingError
from winset.lens.futures.levers import MEASURES, difference


@dataclass(frozen=True)
class Row:
    of: str
    against: str
    what: str
    before: float
    after: float
    change: float
    low: float
    high: float
    error: float


def compared(study: Study, sets: Sequence[tuple[str, Sequence[m.Patch]]]) -> list[Row]:
    """Every set of patches against the case as it stands, and each later one against the first.

    Raises SettingError when the case can answer neither what is signed nor how the war ends.
    """
    variants = [
        ("the case as it stands", study.case),
        *((name, combine(study.case, patches)) for name, patches in sets),
    ]
    luck = study.lucks[0]
    arrays = [Arrays(cut(case, study.as_of), luck) for _, case in variants]
    values = {**_plans(arrays), **_futures(study, arrays)}
    if not values:
        raise SettingError("nothing can be compared: the case has neither the Figures of a deal nor those of a war")
    pairs = [(i, 0) for i in range(1, len(variants))] + [(i, 1) for i in range(2, len(variants))]
    rows = []
    for i, j in pairs:
        for what, columns in values.items():
            mean, low, high, error = difference(np.stack([columns[j], columns[i]]), 1)
            rows.append(
                Row(
                    variants[i][0],
                    variants[j][0],
                    what,
                    float(columns[j].mean()),
                    float(columns[i].mean()),
                    mean,
                    low,
                    high,
                    error,
                )
            )
    return rows


def _plans(arrays: Sequence[Arrays]) -> dict[str, Float[np.ndarray, "variant draw"]]:
    if any(missing(a.case) for a in arrays):
        return {}
    found = {}
    plans = [p for p in arrays[0].case.plans if p.kind == "plan"]
    judged = [judge(a, [a.case.plan[p.id] for p in plans], detail=False) for a in arrays]
    names = {a.id: a.name for a in arrays[0].case.actors}
    for k, plan in enumerate(plans):
        for party in sorted(judged[0][k].accepts):
            found[f"{names[party]} accepts: {plan.name}"] = np.stack(
                [v[k].accepts[party].astype(float) for v in judged]
            )
    return found


def _futures(study: Study, arrays: Sequence[Arrays]) -> dict[str, Float[np.ndarray, "variant draw"]]:
    if any(war.missing(a.case) for a in arrays):
        return {}
    sides = arrays[0].case.war.belligerents  # type: ignore[union-attr]
    names = {a.id: a.name for a in arrays[0].case.actors}
    deals = menu(arrays[0].case, sides)
    found = outcomes.future([war.war(a, deals=deals) for a in arrays])
    told = {
        "A": f"{names[sides[0]]} cannot go on after 24 months",
        "B": f"{names[sides[1]]} cannot go on after 24 months",
    }
    return {told.get(key, title): np.stack([measure(f) for f in found]) for key, title, measure in MEASURES}
