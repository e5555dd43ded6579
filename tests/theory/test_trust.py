import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.errors import SettingError
from winset.theory import trust

share = st.floats(0.05, 0.95)


@given(share, st.floats(0.1, 3.0))
def test_at_the_least_trust_both_acts_are_worth_the_same(gain, loss):
    m = trust.minimum_trust(gain, loss)
    assert m * 1 + (1 - m) * -loss == pytest.approx(m * gain + (1 - m) * 0)


@given(share, st.floats(0.2, 2.0), st.floats(1.0, 2.0), st.floats(0.2, 2.0), share)
def test_at_the_ends_of_the_first_step_nobody_gains_by_the_other_act(gain, loss, gain_other, loss_other, t):
    """A cheat at the least step: keeping it and cheating on the rest, or cheating at once (then nobody goes on)."""
    found = trust.first_step(gain, loss, gain_other, loss_other, t)
    b = float(found.least)
    keep = t * (b + (1 - b) * gain_other) - (1 - t) * b * loss_other
    assert keep == pytest.approx(t * b * gain_other)
    b = t / (loss * (1 - t) + t * gain)
    honest = t * (b + (1 - b)) - (1 - t) * b * loss
    assert honest == pytest.approx(t * b * gain) and found.most == pytest.approx(min(1, b))


@given(share, share, share)
def test_arming_is_read_by_bayes_and_overstated_by_the_gap(greedy, s, believed):
    assert trust.greedy_given_arms(greedy, s) == pytest.approx(greedy / (greedy + (1 - greedy) * s))
    assert (trust.overstatement(greedy, s, believed) > 0) == (believed < s)


def test_a_side_that_gains_by_cheating_is_no_trustworthy_one():
    with pytest.raises(SettingError, match="less than 1"):
        trust.minimum_trust(1.2, 0.5)
    assert not np.all(trust.first_step(0.5, 2.0, 1.5, 0.2, 0.2).possible)
