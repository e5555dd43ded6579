"""Votes are those of `judge`, whatever other readings were looked at before; what a reading changes is never taken
over."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from tests.cases import case
from winset import run
from winset.case.patch import apply
from winset.derive.deal.acceptance import judge, votes

CASE = case("harbour")


def without(case, key):
    """The case without the Figures of one key: what is not there is read by nobody."""
    kept = tuple(f for f in case.figures if f.key != key)
    return replace(case, figures=kept, digest=f"without {key}")


LINE = next(f.key for f in CASE.figures if f.quantity == "red_line")
CHANGES = [partial(without, key=LINE), *(partial(apply, patch=p) for p in CASE.readings), lambda case: case]


@pytest.mark.parametrize("order", [1, -1])
def test_votes_are_those_of_the_verdicts_for_all_readings_in_any_order(order: int) -> None:
    shared = run.study(CASE, draws=64)
    plans = [p for p in CASE.plans if p.kind == "plan"]
    for change in CHANGES[::order]:
        alone = run.study(CASE, draws=64).reading(change)[0]
        for one, verdict in zip(votes(shared.reading(change)[0], plans), judge(alone, plans), strict=True):
            for name in ("signs", "ratifies"):
                for party, votes_ in getattr(verdict, name).items():
                    np.testing.assert_array_equal(getattr(one, name)[party], votes_)
            np.testing.assert_array_equal(one.passes, verdict.passes)
