import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from winset.errors import SettingError
from winset.theory import lanchester as la

force = st.floats(20, 200)
rate = st.floats(0.005, 0.05)


@given(force, force, rate, rate)
def test_square_law_against_the_equations(A, B, alpha, beta):
    battle = la.square_law(A, B, alpha, beta)
    assume(abs(alpha * A**2 - beta * B**2) > 0.05 * alpha * A**2)
    t = 0.999 * battle.time
    end = solve_ivp(lambda _, x: [-beta * x[1], -alpha * x[0]], (0, t), [A, B], rtol=1e-9, atol=1e-9).y[:, -1]
    winner, loser = end if battle.winner == 1 else end[::-1]
    assert 0 < loser < 0.02 * max(A, B)
    assert winner == pytest.approx(battle.survivors, rel=2e-2)


@given(force, force, rate, rate)
def test_relabelling(A, B, alpha, beta):
    for law in (la.square_law, la.linear_law):
        one, two = law(A, B, alpha, beta), law(B, A, beta, alpha)
        assert one.winner == -two.winner
        assert (one.survivors, one.time) == pytest.approx((two.survivors, two.time))


@given(force, force, rate, rate)
def test_linear_law_against_the_equations(A, B, alpha, beta):
    battle = la.linear_law(A, B, alpha, beta)
    assume(abs(alpha * A - beta * B) > 0.05 * alpha * A)
    end = solve_ivp(
        lambda _, x: [-beta * x[0] * x[1], -alpha * x[0] * x[1]], (0, 2000), [A, B], method="LSODA", rtol=1e-9
    ).y[:, -1]
    assert max(end) == pytest.approx(battle.survivors, rel=1e-2)


def test_tie_and_bad_settings():
    assert la.square_law(10, 10, 0.01, 0.01) == la.Attrition(0, 0.0, np.inf)
    with pytest.raises(SettingError):
        la.square_law(0, 1, 1, 1)
    with pytest.raises(SettingError):
        la.linear_law(1, 1, 1, 0)
