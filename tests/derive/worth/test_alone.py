"""A draw that is alone in its slice has the bytes that it has among others, however many terms a sum has."""

from __future__ import annotations

import numpy as np

from tests.cases import case
from winset.arrays import Study, added
from winset.derive.worth.packages import beside, mean
from winset.derive.worth.utilities import Reading, utilities

TERMS = 24  # numpy adds 8 and more in another order where they lie in one row


def test_a_sum_and_a_mean_over_many_options() -> None:
    columns = list(np.random.default_rng(5).random((TERMS, 40)))
    block, odds = beside(columns), beside(columns[::-1])
    for d in range(40):
        one = [column[d : d + 1] for column in columns]
        np.testing.assert_array_equal(added(one), added(columns)[d : d + 1])
        np.testing.assert_array_equal(mean(beside(one), beside(one[::-1])), mean(block, odds)[d : d + 1])


def test_what_a_defeat_and_a_victory_are_worth_over_many_issues() -> None:
    found = []
    for chunk in (1, 30):
        study = Study(case("ukraine-2025"), case("ukraine-2025").as_of, draws=30, seed=3, chunk=chunk)
        parts = [utilities(arrays, Reading()) for arrays in study.arrays()]
        found.append(
            {party: np.concatenate([part.offset[party] for part in parts]) for part in parts for party in part.parties}
        )
    assert len(case("ukraine-2025").issues) > 8 and found[0].keys() == found[1].keys()
    for party, alone in found[0].items():
        np.testing.assert_array_equal(alone, found[1][party])
