import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad

from winset.errors import SettingError
from winset.theory import attrition as at

positive = st.floats(0.05, 5)
share = st.floats(0.02, 0.5)


# the integral that it is held against cannot be had over 1e-300
@given(st.tuples(positive, positive), st.tuples(positive, positive), st.just(0.0) | st.floats(1e-6, 20))
def test_mixed_equilibrium_makes_both_indifferent(cost, prize, stop):
    war = at.mixed_attrition(cost, prize)
    for i in (0, 1):
        rate = war.rate[1 - i]
        gain = quad(lambda t, rate=rate, i=i: rate * np.exp(-rate * t) * (prize[i] - cost[i] * t), 0, stop)[0]
        direct = gain - cost[i] * stop * np.exp(-rate * stop)
        assert war.payoff(i, stop) == pytest.approx(direct, abs=1e-6)
        assert war.payoff(i, stop) == pytest.approx(0, abs=1e-9)


def test_the_warning_holds_whoever_values_it_more_gives_in_first_less_patiently():
    assert at.mixed_attrition((0.1, 0.1), (1.0, 2.0)).first_gives_in == pytest.approx(1 / 3)


@given(st.floats(0.05, 0.95), positive)
def test_private_value_stop_is_a_best_reply(value, cost):
    # against the same rule the hazard of the other's stop at t(w) is cost/w: at t(value) gain and cost balance
    stop, step = at.private_value_stop(value, cost), 1e-6
    later = at.private_value_stop(value + step, cost)
    hazard = step / (1 - value) / (later - stop)
    assert hazard * value == pytest.approx(cost, rel=1e-3)


def test_private_value_duration_by_integration():
    mean = quad(lambda v: 2 * (1 - v) * at.private_value_stop(v, 0.7), 0, 1 - 1e-12)[0]
    assert at.private_value_duration(0.7) == pytest.approx(mean, rel=1e-6)


@given(st.tuples(share, share), st.tuples(st.floats(0.55, 0.95), st.floats(0.55, 0.95)), st.tuples(share, share))
def test_reputation(prior, demand, rate):
    war = at.abreu_gul(prior, demand, rate)
    assert min(war.at_once) == 0
    assert max(war.at_once) < 1
    for i in (0, 1):
        assert war.stubborn(i, war.end) == pytest.approx(1, abs=1e-9)  # doubt ends for both at once
        assert war.stubborn(i, 0) >= prior[i] - 1e-12
        # waiting dt costs r (1 - a_other) dt and is repaid at rate lambda_other (a_own + a_other - 1)
        concede = 1 - demand[1 - i]
        assert war.rate[1 - i] * (demand[i] - concede) == pytest.approx(rate[i] * concede)
    swapped = at.abreu_gul(prior[::-1], demand[::-1], rate[::-1])
    assert swapped.at_once == pytest.approx(war.at_once[::-1], abs=1e-12)


@pytest.mark.parametrize(
    "call",
    [
        lambda: at.mixed_attrition((0, 1), (1, 1)),
        lambda: at.private_value_stop(1.0, 1),
        lambda: at.private_value_duration(0),
        lambda: at.abreu_gul((0.1, 0.1), (0.5, 0.5), (0.1, 0.1)),
        lambda: at.abreu_gul((0.0, 0.1), (0.6, 0.6), (0.1, 0.1)),
    ],
)
def test_bad_settings(call):
    with pytest.raises(SettingError):
        call()
