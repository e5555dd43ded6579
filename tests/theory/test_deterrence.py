import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.errors import SettingError
from winset.theory import deterrence as d

WORTH = d.Payoffs(
    unopposed=1.0, left_alone=0.6, fought=0.4, dropped=0.2, holds=0.8, yields=0.3, resisted=0.0
)  # the example of the research note: thresholds .5, .667, .625


def test_the_four_regions_by_hand():
    at = d.thresholds(WORTH)
    assert (at.soft, at.certain, at.resists) == pytest.approx((0.5, 2 / 3, 0.625))
    named = [d.REGIONS[int(d.region(at, c, f))] for c, f in [(0.3, 0.8), (0.3, 0.6), (0.3, 0.3), (0.7, 0.3)]]
    assert named == ["certain", "separating", "bluff", "attack"]
    bluff = d.outcomes(at, 0.3, 0.3)
    assert (bluff.status_quo, bluff.yields, bluff.dropped, bluff.fought) == pytest.approx((0.52, 0.24, 0.09, 0.15))


steps = st.lists(st.floats(0.02, 0.3), min_size=7, max_size=7)


@settings(max_examples=80)
@given(steps, st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_chances_sum_to_one_and_nobody_gains_by_another_act(gaps, challenger, defender):
    """Soft challengers come only where coming is worth at least the status quo, by direct counting of payoffs."""
    c = np.cumsum(gaps[:4])  # dropped, fought, left, unopposed
    f = np.cumsum(gaps[4:])  # resisted, yields, holds
    at = d.thresholds(d.Payoffs(c[3], c[2], c[1], c[0], f[2], f[1], f[0]))
    assert 0 < at.soft < at.certain < 1 and 0 < at.resists < 1
    law, where = d.outcomes(at, challenger, defender), d.REGIONS[int(d.region(at, challenger, defender))]
    assert law.status_quo + law.yields + law.dropped + law.fought == pytest.approx(1)
    resist = {"certain": defender, "separating": defender, "bluff": at.soft, "attack": defender}[where]
    soft_comes = (1 - resist) * c[3] + resist * c[0] - c[2]
    hard_comes = (1 - resist) * c[3] + resist * c[1] - c[2]
    sign = {"certain": hard_comes <= 1e-9, "separating": soft_comes <= 1e-9 <= hard_comes + 2e-9}
    assert {**sign, "bluff": abs(soft_comes) < 1e-9, "attack": soft_comes >= -1e-9}[where]


@given(st.floats(0.01, 0.19))
def test_a_better_status_quo_does_the_work_of_credibility(more):
    better = d.Payoffs(1.0, 0.6 + more, 0.4, 0.2, 0.8, 0.3, 0.0)
    before, after = d.thresholds(WORTH), d.thresholds(better)
    assert after.soft < before.soft and after.certain < before.certain and after.resists == before.resists


def test_payoffs_out_of_order_are_told():
    with pytest.raises(SettingError, match="left alone"):
        d.thresholds(d.Payoffs(1.0, 0.3, 0.4, 0.2, 0.8, 0.3, 0.0))


def test_columns_of_draws_give_what_single_numbers_give():
    many = d.Payoffs(*(np.array([x, x]) for x in (1.0, 0.6, 0.4, 0.2, 0.8, 0.3, 0.0)))
    assert np.all(d.region(d.thresholds(many), np.array([0.3, 0.7]), np.array([0.8, 0.3])) == [0, 3])
    assert list(d.steadfast(d.thresholds(many), np.array([0.3, 0.7]), np.array([0.3, 0.3]))) == [True, False]
