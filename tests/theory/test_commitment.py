import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.errors import SettingError
from winset.theory import commitment as cm

unit = st.floats(0, 1)


@given(unit, unit, unit, st.floats(0, 0.99))
def test_breakdown_value_is_the_fixed_point(flow, war, hazard, delta):
    U = cm.deal_with_breakdown(flow, war, hazard, delta)
    assert (1 - delta) * flow + delta * (hazard * war + (1 - hazard) * U) == pytest.approx(U, abs=1e-9)
    assert min(flow, war) - 1e-9 <= U <= max(flow, war) + 1e-9


cost = st.floats(0, 0.1)


@given(st.floats(0.1, 0.9), cost, cost, st.floats(0, 0.5), st.floats(0.1, 1), st.floats(0, 0.2))
def test_ends_of_the_range_make_each_side_indifferent(p, cost_A, cost_B, shift, hold, penalty):
    low, high = cm.durability_zopa(p, cost_A, cost_B, shift, hold, penalty)
    broken_A, broken_B = p - shift - cost_A, 1 - (p - shift) - cost_B
    assert hold * low + (1 - hold) * broken_A == pytest.approx(p - cost_A, abs=1e-9)
    assert hold * (1 - high) + (1 - hold) * broken_B - penalty == pytest.approx(1 - p - cost_B, abs=1e-9)


@given(st.floats(0.1, 0.9), st.floats(0, 0.1), st.floats(0.01, 0.8))
def test_least_hold_puts_the_lower_end_at_the_whole_stake(p, cost_A, shift):
    hold = cm.least_hold(p, cost_A, shift)
    assert cm.durability_zopa(p, cost_A, 0.1, shift, hold)[0] == pytest.approx(1, abs=1e-9)


@given(unit, st.floats(0.05, 0.99), unit, unit)
def test_guarantee_makes_defection_pointless(share_A, delta, grab, war_B):
    g = cm.guarantee_needed(share_A, delta, grab, war_B)
    keep, defect = 1 - share_A, (1 - delta) * grab + delta * (war_B - g)
    assert keep == pytest.approx(defect, abs=1e-9)


@pytest.mark.parametrize(
    "call",
    [
        lambda: cm.deal_with_breakdown(0.5, 0.5, 0.1, 1.0),
        lambda: cm.durability_zopa(0.5, 0.1, 0.1, 0.2, 0.0),
        lambda: cm.guarantee_needed(0.5, 0.0, 1, 0.5),
        lambda: cm.least_hold(1.2, 0.1, 0.1),
    ],
)
def test_bad_settings(call):
    with pytest.raises(SettingError):
        call()


def test_no_shift_needs_no_durability():
    assert cm.least_hold(0.5, 0.1, 0.0) == 0
