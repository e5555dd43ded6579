import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.errors import SettingError
from winset.theory import signalling as sig


def simulated(w, e, n=400_000):
    rng = np.random.default_rng(5)
    e1, e2, e3 = rng.standard_normal((3, n))
    stands = np.maximum(w.back_down + e1, w.war_a + e2)
    challenge = (1 - e.resist) * w.prize + e.resist * stands > w.status_quo
    resist = e.fight * (w.war_b + e3) + (1 - e.fight) * w.held > w.conceded
    fights = w.war_a + e2 > w.back_down + e1
    return challenge.mean(), fights[challenge].mean(), resist.mean()


@pytest.mark.parametrize("values", [(0, 1, -0.5, 1, -1, -1, -1.5), (0.5, 2, -1, 1.5, 0, -2, -1)])
def test_simulated_play_is_its_own_answer(values):
    w = sig.Worth(*values)
    (e,) = sig.equilibria(w)
    challenge, fight, resist = simulated(w, e)
    assert (e.challenge, e.fight, e.resist) == pytest.approx((challenge, fight, resist), abs=5e-3)


@settings(max_examples=10, deadline=None)
@given(st.floats(-1, 1), st.floats(0.5, 2), st.floats(-1, 0.5), st.floats(-2, 0), st.floats(-2, 0))
def test_outcomes_sum_to_one_and_there_is_always_an_equilibrium(status_quo, prize, conceded, war_a, war_b):
    found = sig.equilibria(sig.Worth(status_quo, prize, conceded, 1.0, war_a, war_b, -1.0))
    assert len(found) % 2 == 1
    for e in found:
        assert e.status_quo + e.concedes + e.backs_down + e.war == pytest.approx(1)


def test_what_is_no_number_is_told():
    with pytest.raises(SettingError, match="finite"):
        sig.equilibria(sig.Worth(float("nan"), 1, 0, 1, -1, -1, -1))
