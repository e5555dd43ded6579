"""Life tables against counting, binomial limits and the shipped counts against published totals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from winset.errors import SettingError
from winset.theory.life_table import LifeTable, ends, shares

lives = st.lists(st.integers(1, 60), min_size=2, max_size=25)


def exact(values):
    """The table of wars whose lengths are known to the month."""
    stop, dead = np.unique(np.asarray(values, float), return_counts=True)
    start = np.concatenate([[0.0], stop[:-1]])
    return LifeTable(start, stop, dead[::-1].cumsum()[::-1].astype(float), dead.astype(float), np.ones(len(stop), bool))


@given(lives, st.integers(0, 60), st.integers(0, 60))
@settings(max_examples=100, deadline=None)
def test_known_lengths_are_counted(values, age, months):
    lasted = [x for x in values if x > age]
    found = ends(exact(values), age, months)
    if not lasted:
        assert found is None
        return
    k = sum(x <= age + months for x in lasted)
    assert (found.at_risk, found.ended) == (len(lasted), k)
    tail = stats.binomtest(k, len(lasted)).proportion_ci(0.9, "exact")
    assert (found.low, found.high) == pytest.approx((tail.low, tail.high), abs=1e-9)
    assert exact(values).lived(age) == pytest.approx(sum(x - age for x in lasted))
    assert found.greenwood**2 == pytest.approx(k * (len(lasted) - k) / len(lasted) ** 3)
    rate = len(lasted) / sum(x - age for x in lasted)
    assert found.value == pytest.approx((k + 1 - np.exp(-rate * months)) / (len(lasted) + 1))


@given(st.floats(0, 70), st.floats(0.1, 70), st.floats(0.1, 20))
def test_the_value_grows_with_the_months_and_is_never_certain(age, months, more):
    bins = np.array([[0, 12, 36, 60], [12, 36, 60, 90], [40, 20, 9, 4], [20, 11, 5, 4]], float)
    table = LifeTable(*bins, np.array([False, False, False, True]))
    found, later = ends(table, age, months), ends(table, age, months + more)
    assert 0 < found.value < later.value < 1 and found.low <= found.share <= found.high
    assert ends(table, age + 90, months) is None


def test_within_a_bin_the_hazard_is_constant():
    table = LifeTable(*np.array([[0, 12], [12, 24], [8, 4], [4, 4]], float), np.array([False, True]))
    assert table.going(6) == pytest.approx(8 * 0.5**0.5) and table.going(12) == 4 and table.going(24) == 0
    area, _ = integrate.quad(table.going, 3, 24, points=[12])
    assert table.lived(3) == pytest.approx(area, rel=1e-6)


def test_the_limits_hold_for_few_wars():
    """90% limits of nine lives of one law, at twelve months: the truth lies outside in at most ten percent."""
    rng, truth, missed = np.random.default_rng(1), 1 - np.exp(-12 / 30), 0
    for _ in range(2000):
        found = ends(exact(np.ceil(rng.exponential(30, 9) * 1000) / 1000), 0.0, 12.0)
        missed += not found.low <= truth <= found.high
    assert missed / 2000 <= 0.10 + 2 * np.sqrt(0.09 / 2000)


def test_a_table_that_loses_a_war_is_refused():
    with pytest.raises(SettingError, match="counts every war"):
        LifeTable(*np.array([[0, 12], [12, 24], [8, 5], [4, 5]], float), np.zeros(2, bool))
    with pytest.raises(SettingError, match="without gaps"):
        LifeTable(*np.array([[0, 13], [12, 24], [8, 4], [4, 4]], float), np.zeros(2, bool))


def test_a_kind_never_seen_is_not_impossible():
    np.testing.assert_allclose(shares(np.array([3.0, 0.0])), [3.5 / 4, 0.5 / 4])
