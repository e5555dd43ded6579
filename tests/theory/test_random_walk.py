import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.errors import SettingError
from winset.theory import random_walk as rw

fronts = st.integers(2, 25).flatmap(lambda N: st.tuples(st.integers(1, N - 1), st.just(N)))
chances = st.floats(0.05, 0.95)


def chain(N, p):
    """Transition matrix of the front, ends absorbing."""
    P = np.zeros((N + 1, N + 1))
    P[0, 0] = P[N, N] = 1
    for k in range(1, N):
        P[k, k + 1], P[k, k - 1] = p, 1 - p
    return P


@given(fronts, chances)
def test_win_and_duration_solve_the_chain(front, p):
    k, N = front
    P = chain(N, p)[1:N]
    inner = np.eye(N - 1) - P[:, 1:N]
    assert rw.win_probability(k, N, p) == pytest.approx(np.linalg.solve(inner, P[:, N])[k - 1], rel=1e-9, abs=1e-14)
    assert rw.expected_battles(k, N, p) == pytest.approx(np.linalg.solve(inner, np.ones(N - 1))[k - 1], rel=1e-9)


@given(fronts, chances)
def test_relabelling_the_sides(front, p):
    k, N = front
    assert rw.win_probability(k, N, p) + rw.win_probability(N - k, N, 1 - p) == pytest.approx(1, abs=1e-12)
    assert rw.expected_battles(k, N, p) == pytest.approx(rw.expected_battles(N - k, N, 1 - p), rel=1e-9)


@given(fronts, st.floats(0.2, 0.8), st.integers(0, 60))
def test_survival_is_the_mass_left(front, p, n):
    k, N = front
    law = np.linalg.matrix_power(chain(N, p), n)[k]
    assert rw.survival(n, k, N, p) == pytest.approx(law[1:N].sum(), abs=1e-10)


def test_survival_of_a_long_front_and_of_its_ends():
    law = np.linalg.matrix_power(chain(80, 0.8), 50)[30]
    assert rw.survival(50, 30, 80, 0.8) == pytest.approx(law[1:80].sum(), abs=1e-12)
    assert rw.survival(0, 30, 80, 0.8) == 1
    assert rw.survival(3, 0, 80, 0.8) == 0


@given(fronts, st.floats(0.3, 0.7))
def test_mean_variance_and_conditional_mean_from_the_law_of_the_duration(front, p):
    k, N = front
    P, law, mean, second, mean_win = chain(N, p), np.eye(N + 1)[k], 0.0, 0.0, 0.0
    won = 0.0
    for n in range(1, 4000):
        law = law @ P
        new = law[0] + law[N]
        mean, second, mean_win, won = mean + n * new, second + n * n * new, mean_win + n * law[N], won + law[N]
        law[[0, N]] = 0
        if law.sum() < 1e-25:
            break
    means, variances = rw.battle_moments(N, p)
    assert means[k] == pytest.approx(mean, rel=1e-7)
    assert variances[k] == pytest.approx(second - mean**2, rel=1e-6, abs=1e-9)
    assert rw.expected_battles_given_win(k, N, p) == pytest.approx(mean_win / won, rel=1e-6)


@pytest.mark.parametrize("k, N", [(5, 10), (3, 10), (1, 7)])
def test_fair_walk_closed_forms(k, N):
    means, variances = rw.battle_moments(N, 0.5)
    assert means[k] == pytest.approx(k * (N - k))
    assert variances[k] == pytest.approx(k * (N - k) * (k**2 + (N - k) ** 2 - 2) / 3)
    assert rw.expected_battles_given_win(k, N, 0.5) == pytest.approx((N**2 - k**2) / 3)


@given(fronts, chances, st.floats(0, 0.05), st.floats(0, 0.05))
def test_costly_lottery_range(front, p, cost_A, cost_B):
    deal = rw.costly_lottery(*front, p, cost_A, cost_B)
    assert deal.low <= deal.win <= deal.high
    assert deal.width == pytest.approx((cost_A + cost_B) * deal.battles, abs=1e-9)


def test_limits_do_not_overflow():
    assert rw.win_probability(500, 1000, 0.01) == pytest.approx(0, abs=1e-300)
    assert rw.win_probability(500, 1000, 0.99) == pytest.approx(1)
    assert rw.win_probability(3, 10, 0.5 + 1e-13) == pytest.approx(0.3, abs=1e-10)


@pytest.mark.parametrize("k, N, p", [(-1, 3, 0.5), (4, 3, 0.5), (1, 3, 0.0), (1, 3, 1.0), (0, 0, 0.5)])
def test_bad_front(k, N, p):
    with pytest.raises(SettingError):
        rw.win_probability(k, N, p)


def test_bad_stalemate_and_time():
    with pytest.raises(SettingError, match="without a decisive battle"):
        rw.expected_battles(1, 2, 0.5, stalemate=1.0)
    with pytest.raises(SettingError):
        rw.survival(-1, 1, 2, 0.5)
    with pytest.raises(SettingError):
        rw.expected_battles_given_win(0, 2, 0.5)
