from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from winset.errors import SettingError
from winset.theory import exhaustion as ex

units = st.integers(1, 15)


def race(units_A, units_B, chance):
    """P(B first), E battles by first-step analysis; chance(a, b) = P(A wins the next after a wins, b losses)."""

    @cache
    def value(a, b):
        if a == units_B:
            return 1.0, 0.0
        if b == units_A:
            return 0.0, 0.0
        m, up, down = chance(a, b), value(a + 1, b), value(a, b + 1)
        return m * up[0] + (1 - m) * down[0], 1 + m * up[1] + (1 - m) * down[1]

    return value(0, 0)


@given(units, units, st.floats(0.02, 0.98))
def test_known_p(units_A, units_B, p):
    first, battles = race(units_A, units_B, lambda a, b: p)
    assert ex.problem_of_points(units_A, units_B, p) == pytest.approx(first, abs=1e-12)
    assert ex.expected_battles(units_A, units_B, p) == pytest.approx(battles, rel=1e-10)
    B_first, A_first = ex.points_law(units_A, units_B, ex.known_p(units_A, units_B, p))
    assert B_first.sum() + A_first.sum() == pytest.approx(1)
    assert B_first.sum() == pytest.approx(first, abs=1e-12)


@given(units, units, st.floats(0.3, 40), st.floats(0.3, 40))
def test_learned_p(units_A, units_B, alpha, beta):
    first, battles = race(units_A, units_B, lambda a, b: (alpha + a) / (alpha + beta + a + b))
    assert ex.problem_of_points_beta(units_A, units_B, alpha, beta) == pytest.approx((first, battles), rel=1e-9)


@given(st.floats(2, 40), st.floats(0.2, 2), st.floats(0.3, 3))
def test_exhaustion_time_is_inverse_gaussian(stock, drift, sd):
    mean, shape = stock / drift, (stock / sd) ** 2
    t = mean * np.array([0.2, 0.5, 1.0, 1.7, 3.0])
    peer = stats.invgauss(mean / shape, scale=shape)
    density, survival = ex.exhaustion_time(t, stock, drift, sd)
    np.testing.assert_allclose(density, peer.pdf(t), rtol=1e-8, atol=1e-14)
    np.testing.assert_allclose(survival, peer.sf(t), rtol=1e-6, atol=1e-11)


side = st.tuples(st.floats(2, 40), st.floats(0.2, 2), st.floats(0.3, 3))


@given(side, side)
def test_race_shares_add_up(A, B):
    assert ex.endurance_race(*A, *B) + ex.endurance_race(*B, *A) == pytest.approx(1, abs=1e-7)


def test_race_between_equals_and_almost_certain_ones():
    assert ex.endurance_race(10, 0.5, 1, 10, 0.5, 1) == pytest.approx(0.5, abs=1e-9)
    assert ex.endurance_race(1, 1, 0.01, 9, 1, 0.01) == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize(
    "call",
    [
        lambda: ex.problem_of_points(0, 3, 0.5),
        lambda: ex.problem_of_points(2, 3, 1.5),
        lambda: ex.expected_battles(2, 3, 0.0),
        lambda: ex.problem_of_points_beta(2, 3, 0, 1),
        lambda: ex.endurance_race(1, 0, 1, 1, 1, 1),
        lambda: ex.endurance_race(1, 1, 1, 1, -1, 1),
    ],
)
def test_bad_settings(call):
    with pytest.raises(SettingError):
        call()
