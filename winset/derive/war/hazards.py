"""How often each deal on the menu is broken: by its clause on the issue whose options have `deal_breaks`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays
from winset.case import model as m
from winset.derive.worth.menu import Deal, Tailored
from winset.derive.worth.packages import mean, package


def hazards(arrays: Arrays, fixed: Sequence[Deal], made: Sequence[Tailored]) -> Float[np.ndarray, "draw deal"]:
    """Chance a year that each deal is broken; 0 where no option has `deal_breaks`."""
    found = np.zeros((arrays.draws, len(fixed) + len(made)))
    for issue in arrays.case.issues:
        if not any(arrays.has(issue.id, o, "deal_breaks") for o in issue.option_ids):
            continue
        none = np.zeros(arrays.draws)
        table = np.stack(
            [
                arrays.get(issue.id, o, "deal_breaks") if arrays.has(issue.id, o, "deal_breaks") else none
                for o in issue.option_ids
            ],
            1,
        )
        for d, deal in enumerate(fixed):
            pack = deal.pack(arrays)
            own = table[:, pack.named[issue.id]] if issue.id in pack.named else mean(table, pack.odds[issue.id])
            found[:, d] = np.maximum(found[:, d], own)
        if issue.deferrable:
            later = package(arrays, _deferred(issue)).odds[issue.id]
            table = np.concatenate([table, mean(table, later)[:, None]], axis=1)
        for t, one in enumerate(made, start=len(fixed)):
            found[:, t] = np.maximum(found[:, t], table[np.arange(arrays.draws), one.choice[issue.id]])
    return found


def _deferred(issue: m.Issue) -> m.Plan:
    return m.Plan(
        id="x",
        name="x",
        basis="judgement: a clause left to later talks",
        clauses={issue.id: m.Clause(option=m.DEFERRED)},
    )
