from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from winset.errors import SettingError
from winset.theory.mediation import (
    accuracy_to_be_believed,
    believed,
    bias_to_be_believed,
    full_peace_possible,
    mediation_bound,
    seen_soft,
)

q_, p_, theta_ = st.floats(0.02, 0.98), st.floats(0.5, 1.0), st.floats(0.05, 0.97)


@given(q_, p_, theta_)
def test_certain_peace_exactly_where_the_closed_form_says(q, p, theta):
    margin = q * (1 - theta) - (1 - q) * (2 * p * theta - 1)
    assume(abs(margin) > 1e-4)
    found = mediation_bound(q, p, theta)
    assert full_peace_possible(q, p, theta) == (margin > 0)
    assert (found.p_war < 1e-9) == (margin > 0)
    assert 0.0 <= found.p_war <= 1.0


@given(q_, p_, theta_, st.integers(0, 2**31))
def test_no_honest_mechanism_drawn_at_random_does_better(q, p, theta, seed):
    """Brute force written from the definition: payoffs of each report, not the programme's rows."""
    best = mediation_bound(q, p, theta).p_war
    g = np.random.default_rng(seed).random((4, 400))
    g[:3] = g[:3] ** 0.25  # mostly peace, so that better candidates would be met
    hh, hl, ll, share = g

    def side(true, said):
        beat = {("H", "H"): 0.5, ("H", "L"): p, ("L", "H"): 1 - p, ("L", "L"): 0.5}
        total = 0.0
        for other, chance in (("H", q), ("L", 1 - q)):
            peace = hh if said == other == "H" else ll if said == other else hl
            own = 0.5 if said == other else share if said == "H" else 1 - share
            total = total + chance * (peace * own + (1 - peace) * theta * beat[true, other])
        return total

    war = {"H": theta * (q * 0.5 + (1 - q) * p), "L": theta * (q * (1 - p) + (1 - q) * 0.5)}
    ok = np.ones(400, dtype=bool)
    for true, lie in (("H", "L"), ("L", "H")):
        ok &= (side(true, true) >= side(true, lie)) & (side(true, true) >= war[true])
    p_war = q * q * (1 - hh) + 2 * q * (1 - q) * (1 - hl) + (1 - q) ** 2 * (1 - ll)
    assert np.all(p_war[ok] >= best - 1e-9)


def test_bad_settings():
    for q, p, theta in ((1.2, 0.7, 0.5), (0.5, 0.4, 0.5), (0.5, 0.7, 1.0)):
        with pytest.raises(SettingError):
            mediation_bound(q, p, theta)


COSTS = st.floats(0.01, 0.2), st.floats(0.2, 0.6), st.floats(0.001, 0.5)


@given(st.floats(-1, 1), st.floats(0, 0.99), *COSTS)
def test_belief_is_where_the_truth_pays_the_mediator(bias, soft, low, high, war):
    """Against the two pay-offs themselves, for a war worth 1/2 to the side that demands."""
    p = 0.5
    truth = soft * bias * (p + high) + (1 - soft) * (bias * p - war)
    restraint = bias * (p + low)
    assume(abs(truth - restraint) > 1e-9)
    if bias > 0 and soft * high > low:
        assert believed(bias, soft, low, high, war) == (truth >= restraint)
    else:
        assert not believed(bias, soft, low, high, war)


@given(st.floats(0.01, 1), *COSTS)
def test_the_accuracy_is_where_belief_begins(bias, low, high, war):
    assume(high > low * 1.01)
    s = float(accuracy_to_be_believed(np.array(bias), low, high, war))
    assert bias_to_be_believed(s, low, high, war) == pytest.approx(bias, rel=1e-6)


def test_whoever_wants_nothing_but_peace_is_not_believed():
    assert not believed(0.0, 0.9, 0.1, 0.3, 0.05) and believed(0.0, 1.0, 0.1, 0.3, 0.05)
    assert float(accuracy_to_be_believed(np.array(-0.4), 0.1, 0.3, 0.05)) == 1
    assert seen_soft(0.5, 0.8) == pytest.approx(0.8) and seen_soft(0.0, 1.0) == 0
