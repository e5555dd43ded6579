import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from winset.errors import SettingError
from winset.theory import brinkmanship
from winset.theory import risk_attrition as risk

worst = st.floats(0.2, 50.0)


@given(worst)
def test_the_chance_of_disaster_by_quadrature(d):
    """Both still there at L with chance 1/(1 + D L)^2; disaster comes at rate 1 in L."""
    assert risk.p_disaster(d) == pytest.approx(quad(lambda x: np.exp(-x) / (1 + d * x) ** 2, 0, np.inf)[0], abs=1e-7)


@given(worst, st.floats(0.05, 0.99))
def test_a_side_wins_when_the_rival_quits_first(d, share):
    loss = share * d
    stop = risk.quits_at(loss, d)
    direct = quad(lambda x: np.exp(-x) * d / (1 + d * x) ** 2, 0, stop)[0]
    assert risk.p_wins(loss, d) == pytest.approx(direct, abs=1e-7)


def test_a_dearer_disaster_is_a_rarer_one_and_never_nought():
    found = [risk.p_disaster(d) for d in (0.5, 1, 2, 10, 100)]
    assert found == sorted(found, reverse=True) and found[-1] > 0
    with pytest.raises(SettingError, match="above the largest"):
        risk.quits_at(2.0, 1.0)


def ladder(r_i, r_ii, f, bid=1):
    """(payoff of the one to move, of the other) by backward induction; before the first bid nothing has happened."""
    mover, other = (r_i, r_ii) if bid % 2 else (r_ii, r_i)
    stay = (0.0, other if bid > 1 else 0.0)
    if bid * f >= 1:
        return stay
    reply, own = ladder(r_i, r_ii, f, bid + 1)
    go = (1 - bid * f) * own + bid * f * (mover - 1)
    return (go, (1 - bid * f) * reply + bid * f * (other - 1)) if go > 0 else stay


@given(st.integers(1, 19), st.integers(1, 19), st.integers(3, 17))
def test_the_rising_ladder_is_that_of_backward_induction(i, ii, f):
    r_i, r_ii, f = i / 20 + 0.003, ii / 20 + 0.007, f / 100
    assert brinkmanship.rising_risk(r_i, r_ii, f).payoff == pytest.approx(max(0.0, ladder(r_i, r_ii, f)[0]), abs=1e-9)
