"""The largest of many changes: against plain loops, and its size where nothing has to do with anything."""

import numpy as np
import pytest

from winset import seeds
from winset.errors import SettingError
from winset.theory import max_statistic
from winset.theory.max_statistic import movers as of_thirds
from winset.theory.max_statistic import thirds


def movers(columns, outcomes, **settings):
    return of_thirds(np.stack([thirds(column) for column in columns.T]), outcomes, **settings)


def by_hand(column, outcome):
    order = sorted(range(len(column)), key=lambda d: (column[d], d))
    third = len(column) // 3
    return np.mean([outcome[d] for d in order[-third:]]) - np.mean([outcome[d] for d in order[:third]])


def test_the_changes_and_their_null_are_those_of_plain_loops():
    rng = np.random.default_rng(0)
    columns, outcomes = rng.random((30, 4)).round(1), rng.random((30, 2)) < 0.4
    found = movers(columns, outcomes, orders=5, seed=3, sure=0.02)
    want = [[by_hand(columns[:, f], outcomes[:, k]) for k in range(2)] for f in range(4)]
    np.testing.assert_allclose(found.change, want)
    sd = outcomes.std(axis=0)
    for b, largest in enumerate(found.largest):
        order = np.argsort(seeds.words(3, "movers", str(b), count=30), kind="stable")
        dealt = outcomes[order]
        sizes = [abs(by_hand(columns[:, f], dealt[:, k])) / sd[k] for f in range(4) for k in range(2)]
        assert largest == pytest.approx(max(sizes))
    top = np.abs(np.array(want) / sd).max(axis=1)
    for f in range(4):
        assert found.p(f) == (1 + sum(t >= top[f] - 1e-9 for t in found.largest)) / 6


def test_of_two_hundred_columns_without_influence_one_is_named_in_one_case_of_twenty():
    named, runs = 0, 200
    for run in range(runs):
        rng = np.random.default_rng(run)
        found = movers(rng.random((240, 200)), rng.random((240, 1)) < 0.1, orders=99, seed=run, sure=0.02)
        named += min(found.p(f) for f in range(200)) <= 0.05
    assert named / runs <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)
    assert named > 0


def test_a_column_that_decides_is_found_among_two_hundred():
    rng = np.random.default_rng(5)
    columns = rng.random((600, 200))
    outcomes = (rng.random(600) < 0.2 + 0.4 * columns[:, 17])[:, None]
    found = movers(columns, outcomes, orders=199, seed=1, sure=0.02)
    clear = [f for f in range(200) if found.p(f) <= 0.05]
    assert clear == [17] and found.change[17, 0] > found.critical()[0]


def test_a_sure_outcome_and_too_few_draws():
    found = movers(np.random.default_rng(0).random((30, 2)), np.ones((30, 1), bool), orders=9, seed=1, sure=0.02)
    assert found.p(0) == found.p(1) == 1.0 and found.critical()[0] == 0
    with pytest.raises(SettingError, match="three draws"):
        movers(np.zeros((2, 1)), np.ones((2, 1), bool), orders=9, seed=1, sure=0.02)


def test_blocks_of_draws_and_of_orders_change_nothing(monkeypatch: pytest.MonkeyPatch):
    rng = np.random.default_rng(2)
    columns, outcomes = rng.random((100, 3)), rng.random((100, 2)) < 0.4
    whole = movers(columns, outcomes, orders=20, seed=3, sure=0.02)
    monkeypatch.setattr(max_statistic, "BLOCK", 7)
    monkeypatch.setattr(max_statistic, "CELLS", 600)  # three orders at a time
    parts = movers(columns, outcomes, orders=20, seed=3, sure=0.02)
    np.testing.assert_array_equal(parts.change, whole.change)
    np.testing.assert_array_equal(parts.largest, whole.largest)
