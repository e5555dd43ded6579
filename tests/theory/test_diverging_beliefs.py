from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from winset.errors import SettingError
from winset.theory import diverging_beliefs as db
from winset.theory import random_walk as rw

strength = st.floats(1, 40)


def solve(A, B, N=10, k0=5, cost=0.01, horizon=400, **kwargs):
    means = [db.lattice_means(prior, N, k0, horizon) for prior in (A, B)]
    return db.fort_bargaining(*means, k0, cost, cost, **kwargs)


@given(strength, st.floats(0.1, 0.9), st.floats(0.1, 0.9), st.integers(0, 30), st.integers(0, 30))
def test_equal_strength_disagreement_decays_whatever_happens(n0, m_A, m_B, a, b):
    gap = db.posterior_mean(n0 * m_A, n0 * (1 - m_A), a, b) - db.posterior_mean(n0 * m_B, n0 * (1 - m_B), a, b)
    assert gap == pytest.approx((m_A - m_B) * n0 / (n0 + a + b), abs=1e-12)


@given(strength, st.floats(0.02, 0.9), st.floats(0.01, 0.5))
def test_one_battle_version_stops_at_the_first_agreement(n0, gap, cost):
    n = db.battles_to_agreement(gap, n0, cost)
    assert gap * n0 / (n0 + n) <= cost + 1e-9
    if n > 0:
        assert gap * n0 / (n0 + n - 1) > cost - 1e-9


@given(strength, strength, strength, strength, st.integers(0, 12), st.floats(0, 1))
def test_expected_gap_by_the_binomial(a1, b1, a2, b2, n, p):
    wins = np.arange(n + 1)
    gap = (a1 + wins) / (a1 + b1 + n) - (a2 + wins) / (a2 + b2 + n)
    assert db.expected_gap((a1, b1), (a2, b2), n, p) == pytest.approx(binom.pmf(wins, n, p) @ gap, abs=1e-9)


@given(st.tuples(strength, strength), st.floats(0, 0.05), st.floats(0, 1))
def test_common_prior_settles_at_once_with_surplus_the_joint_cost(prior, cost, propose):
    solution = solve(prior, prior, cost=cost, horizon=40, propose_A=propose)
    assert solution.surplus[0, 5] == pytest.approx(2 * cost, abs=1e-12)
    assert solution.surplus[0, 5] > -1e-12


@given(st.tuples(strength, strength), st.tuples(strength, strength), st.floats(0, 0.05), st.floats(0, 1))
def test_against_plain_recursion_on_scores(A, B, cost, propose):
    M, N, k0 = 9, 6, 3

    @cache
    def value(a, b):
        k = k0 + a - b
        if k in (0, N):
            return (1.0, 0.0) if k else (0.0, 1.0)
        if a + b == M:
            return k / N, 1 - k / N
        up, down, out = value(a + 1, b), value(a, b + 1), []
        for i, (al, be) in enumerate((A, B)):
            m = (al + a) / (al + be + a + b)
            out.append(-cost + 0.97 * (m * up[i] + (1 - m) * down[i]))
        gain = max(0.0, 1 - sum(out))
        return out[0] + propose * gain, out[1] + (1 - propose) * gain

    solution = solve(A, B, N, k0, cost, M, delta=0.97, propose_A=propose)
    assert (solution.value_A[0, k0], solution.value_B[0, k0]) == pytest.approx(value(0, 0), abs=1e-12)


def test_relabelling_the_sides():
    one = solve((7, 3), (4, 6), k0=4, delta=0.99, propose_A=0.3)
    two = solve((6, 4), (3, 7), k0=6, delta=0.99, propose_A=0.7)
    np.testing.assert_allclose(one.value_A, two.value_B[:, ::-1], atol=1e-12)


@given(st.tuples(strength, strength), st.tuples(strength, strength), st.floats(0, 1))
def test_outcome_shares_add_up(A, B, p):
    law = db.outcome_law(solve(A, B, horizon=60), p)
    assert law.settled + law.conquest_A + law.conquest_B + law.fighting == pytest.approx(1, abs=1e-12)


def test_without_bargaining_a_point_belief_is_the_costly_lottery():
    mean = np.full((4001, 11), 0.55)
    finish = db.fort_bargaining(mean, mean, 4, 0.01, 0.01, bargain=False)
    assert finish.value_A[0, 4] == pytest.approx(rw.costly_lottery(4, 10, 0.55, 0.01, 0.01).low, abs=1e-9)


def test_longer_war_with_more_and_firmer_disagreement_and_lower_cost():
    base = db.outcome_law(solve((12, 8), (8, 12), cost=0.02), 0.5).battles_if_settled
    assert db.outcome_law(solve((13, 7), (7, 13), cost=0.02), 0.5).battles_if_settled > base  # wider
    assert db.outcome_law(solve((24, 16), (16, 24), cost=0.02), 0.5).battles_if_settled > base  # firmer
    assert db.outcome_law(solve((12, 8), (8, 12), cost=0.04), 0.5).battles_if_settled < base  # dearer


def test_the_horizon_stops_mattering():
    short, long = (solve((12, 8), (7, 13), 20, 8, 0.005, M, delta=0.995) for M in (800, 1600))
    assert short.surplus[0, 8] == pytest.approx(long.surplus[0, 8], abs=1e-7)


@pytest.mark.parametrize(
    "call",
    [
        lambda: db.posterior_mean(0, 1, 1, 1),
        lambda: db.battles_to_agreement(0.3, 10, 0),
        lambda: solve((1, 1), (1, 1), k0=10),
        lambda: solve((1, 1), (1, 1), delta=1.1),
        lambda: db.outcome_law(solve((1, 1), (1, 1), horizon=4), 2.0),
    ],
)
def test_bad_settings(call):
    with pytest.raises(SettingError):
        call()
