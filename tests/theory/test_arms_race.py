import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from winset.errors import SettingError
from winset.theory.arms_race import Race

rate = st.floats(0.02, 0.6)


@given(rate, rate, rate, rate)
def test_stable_is_a_negative_eigenvalue_and_rest_is_rest(k, l, a, b):
    race = Race(k, l, a, b, 0.05, 0.1)
    values = np.linalg.eigvals([[-a, k], [l, -b]])
    assert race.eigenvalue == pytest.approx(max(values.real), abs=1e-9)
    if abs(a * b - k * l) > 1e-3:
        assert race.stable == (race.eigenvalue < 0)
        x, y = race.equilibrium
        assert race.path(x, y, 3.0) == pytest.approx((x, y), rel=1e-6, abs=1e-6)


def test_the_path_is_that_of_the_equations():
    race = Race(0.04, 0.04, 0.11, 0.17, 0.05, 0.05)
    solved = solve_ivp(
        lambda _, z: [0.04 * z[1] - 0.11 * z[0] + 0.05, 0.04 * z[0] - 0.17 * z[1] + 0.05],
        (0, 5),
        (1, 2),
        rtol=1e-10,
        atol=1e-12,
    )
    assert race.path(1, 2, 5) == pytest.approx(solved.y[:, -1], abs=1e-7)
    with pytest.raises(SettingError, match="no equilibrium"):
        _ = Race(0.1, 0.1, 0.1, 0.1).equilibrium
