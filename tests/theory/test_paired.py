"""Means of skewed and heavy-tailed differences: Hall's formula by itself, and how often the interval misses zero."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from winset.errors import SettingError
from winset.theory.paired import inverse, paired

RUNS = 2000


@given(st.floats(-5, 5), st.floats(-3, 3), st.integers(50, 2000))
@settings(max_examples=100)
def test_the_inverse_undoes_the_series(t, skew, n):
    root = np.sqrt(n)
    h = t + skew * t**2 / (3 * root) + skew**2 * t**3 / (27 * n) + skew / (6 * root)
    assert inverse(h, skew, n) == pytest.approx(t, abs=1e-6)


def skewed(rng, n):
    """One draw in twenty gains much, the others lose a little: 0 on the mean."""
    return np.where(rng.random(n) < 0.05, 0.19, -0.01) + rng.normal(0, 0.002, n)


def sparse(rng, n):
    """Nine in ten do not move, the others move by 0.2 or so, less the mean."""
    return np.where(rng.random(n) < 0.1, rng.beta(1, 4, n), 0.0) - 0.02


def tailed(rng, n):
    return rng.lognormal(0, 1.2, n) - np.exp(0.72)


def student(rng, n):
    return rng.standard_t(3, n)


def rare(rng, n):
    """Six in a hundred move, by a log-normal amount: so few carry the mean that no interval holds."""
    return (rng.random(n) < 0.06) * (rng.lognormal(0, 1, n) - np.exp(0.5))


def wrong(law, n, level=0.95):
    """How often a mean of 0 is given a sign: by the interval, by the interval where enough carry it, by two errors."""
    rng, said = np.random.default_rng(3), np.zeros(3)
    for _ in range(RUNS):
        gap = law(rng, n)
        found = paired(gap, level)
        off = not found.low <= 0 <= found.high
        said += [off, off and found.carried >= 30, abs(found.mean) > stats.norm.isf((1 - level) / 2) * found.error]
    return said / RUNS


@pytest.mark.parametrize("law", [skewed, sparse, tailed, student])
def test_the_sign_is_wrong_in_one_case_of_twenty_at_most(law):
    ours, _, usual = wrong(law, 512)
    assert ours <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / RUNS) and ours <= usual


def test_where_few_draws_carry_it_no_sign_is_given():
    ours, guarded, _ = wrong(rare, 512)
    assert ours > 0.07 and guarded <= 0.05


def test_two_standard_errors_on_few_draws_give_wrong_signs():
    assert wrong(tailed, 128)[2] > 0.08 > wrong(tailed, 128)[0]


def test_normal_differences_get_students_interval():
    gap = np.random.default_rng(0).normal(0.3, 1, 4000)
    found = paired(gap, 0.9)
    want = stats.t.interval(0.9, 3999, gap.mean(), gap.std(ddof=1) / np.sqrt(4000))
    assert (found.low, found.high) == pytest.approx(want, abs=2e-3) and found.low <= want[0] and found.high >= want[1]
    assert found.carried == pytest.approx(4000 * np.abs(gap).mean() ** 2 / np.mean(gap**2))


def test_no_spread_and_one_draw():
    assert vars(paired(np.zeros(5))) == {"mean": 0, "error": 0, "low": 0, "high": 0, "carried": 5}
    one = paired(np.array([0.4]))
    assert one.mean == 0.4 and one.low == -np.inf and one.high == np.inf
    with pytest.raises(SettingError):
        paired(np.array([]))
