import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from winset.errors import SettingError
from winset.theory import domestic as do
from winset.theory import random_walk as rw

point = st.floats(-1, 2)


@given(point, point, point)
def test_romer_rosenthal_is_the_best_point_the_ratifier_accepts(proposer, ideal, quo):
    outcome = do.romer_rosenthal(proposer, ideal, quo)
    grid = np.linspace(-4, 6, 20001)
    accepted = grid[np.abs(grid - ideal) <= abs(quo - ideal) + 1e-9]
    accepted = np.r_[accepted, quo]
    assert abs(outcome - ideal) <= abs(quo - ideal) + 1e-9
    assert abs(outcome - proposer) <= np.abs(accepted - proposer).min() + 1e-9


@given(point, point, point)
def test_two_levels_share_the_status_quo(ideal_A, ideal_B, quo):
    low, high = do.two_level_zopa(ideal_A, ideal_B, quo)
    assert low - 1e-12 <= quo <= high + 1e-12
    if (ideal_A - quo) * (ideal_B - quo) < 0:
        assert high == pytest.approx(low)


@given(point, point, st.floats(0.05, 1), st.integers(1, 60))
def test_ratification_is_a_binomial_tail(offer, threshold, spread, voters):
    yes = stats.norm.cdf((offer - threshold) / spread)
    assert do.ratification(offer, threshold, spread, voters) == pytest.approx(
        stats.binom.sf(voters // 2, voters, yes), abs=1e-9
    )


@given(st.floats(0, 0.5), st.floats(0.05, 0.5), st.floats(0, 0.9))
def test_ratification_offer_is_optimal(low, width, no_deal):
    high = low + width
    y = np.linspace(low, high, 4001)
    worth = (y - low) / width * (1 - y) + (high - y) / width * no_deal
    best = do.ratification_offer(low, high, no_deal)
    ours = (best - low) / width * (1 - best) + (high - best) / width * no_deal
    assert ours >= worth.max() - 1e-9


@given(st.floats(0, 1), st.floats(0, 1))
def test_iida(delta, ratifiable):
    assert do.iida_share(delta, ratifiable) >= max(ratifiable, 1 / (1 + delta)) - 1e-12


@given(st.integers(3, 20), st.floats(0.2, 0.8), st.floats(0, 3), st.floats(0, 0.05))
def test_gamble_for_resurrection_is_an_indifference(N, p, penalty, cost):
    k = N // 2
    K = do.resurrection_threshold(k, N, penalty, cost, p)
    win = rw.win_probability(k, N, p)
    fight = win - (1 - win) * penalty - cost * rw.expected_battles(k, N, p)
    assert k / N - K == pytest.approx(fight, abs=1e-9)


def test_gamble_published_form_at_a_fair_walk():
    assert do.resurrection_threshold(3, 10, 0.5, 0.005) == pytest.approx(0.7 * 0.5 + 0.005 * 3 * 7)


@given(st.floats(-1, 1), st.floats(0.1, 2), st.floats(0.1, 2))
def test_one_adviser_is_the_normal_update(bias, sd, prior_sd):
    mean = do.adviser_mean(0.4, np.array([bias]), np.array([sd]), 0.0, prior_sd)
    assert mean == pytest.approx((0.4 + bias) * prior_sd**2 / (prior_sd**2 + sd**2))


@pytest.mark.parametrize(
    "call",
    [
        lambda: do.ratification(0.5, 0.5, 0.0, 5),
        lambda: do.ratification_offer(0.5, 0.5, 0.1),
        lambda: do.iida_share(1.5, 0.2),
        lambda: do.adviser_mean(0.4, np.array([0.0]), np.array([0.0]), 0, 1),
    ],
)
def test_bad_settings(call):
    with pytest.raises(SettingError):
        call()
