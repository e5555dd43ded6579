from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from winset.errors import SettingError
from winset.theory import crisis

share = st.floats(0.0, 1.0)
cost = st.floats(0.0, 0.5)


@given(share, cost, cost, st.floats(0.01, 0.6))
def test_ultimatum_against_a_grid(p, c_a, lo, width):
    hi = lo + width
    found = crisis.ultimatum(p, c_a, lo, hi)
    x = np.linspace(0.0, 1.0, 4001)
    fight = np.clip((x - p - lo) / width, 0, 1)
    best = np.max(x * (1 - fight) + (p - c_a) * fight)
    got = found.demand * (1 - found.p_war) + (p - c_a) * found.p_war
    assert got == pytest.approx(best, abs=5e-4)
    assert 0 <= found.p_war <= 1
    assert 0 <= found.demand <= 1 + 1e-12


@given(st.floats(0.0, 0.5), st.floats(0.0, 0.5), cost, st.floats(0.05, 0.4))
def test_chance_of_war_does_not_depend_on_power_inside(p, q, c_a, hi):
    a, b = crisis.ultimatum(p, c_a, 0.0, hi), crisis.ultimatum(q, c_a, 0.0, hi)
    assert a.p_war == pytest.approx(b.p_war, abs=1e-12)
    assert a.demand - b.demand == pytest.approx(p - q, abs=1e-12)


@given(share, cost, st.floats(0.05, 0.5), share, st.floats(0.0, 0.3))
def test_a_believed_threat_never_raises_the_chance_of_war(p, c_a, hi, kappa, threat):
    base = crisis.ultimatum_with_threat(p, c_a, 0.0, hi, 0.0, threat)
    with_threat = crisis.ultimatum_with_threat(p, c_a, 0.0, hi, kappa, threat)
    assert with_threat.p_war <= base.p_war + 1e-12
    assert with_threat.demand >= base.demand - 1e-12
    unpaid = crisis.ultimatum_with_threat(p, c_a, 0.0, hi, kappa, 0.0)
    assert unpaid.p_war == base.p_war


def test_ultimatum_works_on_arrays():
    p = np.array([0.2, 0.5])
    assert crisis.ultimatum(p, 0.1, 0.0, 0.4).p_war.tolist() == pytest.approx([0.375, 0.375])


@given(share, cost, st.floats(0.6, 5.0), st.floats(0.6, 5.0), st.floats(0.05, 0.6))
def test_beta_costs_against_a_grid(p, c_a, a, b, scale):
    assume(p < 0.999)
    found = crisis.ultimatum_beta(p, c_a, a, b, scale)
    x = np.linspace(0.0, 1.0, 4001)
    fight = stats.beta(a, b, scale=scale).cdf(x - p)
    best = np.max(x * (1 - fight) + (p - c_a) * fight)
    got = found.demand * (1 - found.p_war) + (p - c_a) * found.p_war
    assert got >= best - 1e-6


def test_uniform_is_beta_one_one():
    a, b = crisis.ultimatum_beta(0.4, 0.05, 1.0, 1.0, 0.5), crisis.ultimatum(0.4, 0.05, 0.0, 0.5)
    assert a.demand == pytest.approx(b.demand, abs=1e-10)
    assert a.p_war == pytest.approx(b.p_war, abs=1e-10)


@given(st.floats(0.1, 0.5), st.floats(0.01, 0.2), st.floats(0.01, 0.2), st.floats(0.01, 0.2))
def test_critical_beliefs_make_both_demands_equal(p, c_a, c_low, extra):
    c_high = c_low + extra
    mu = crisis.critical_belief_cost(c_a, c_low, c_high)
    assert mu * (p + c_high) + (1 - mu) * (p - c_a) == pytest.approx(p + c_low)
    mu = crisis.critical_belief_power(p, p + extra, c_a, c_low)
    assert mu * (p + extra + c_low) + (1 - mu) * (p - c_a) == pytest.approx(p + c_low)


@given(share, share, cost, cost)
def test_range_is_the_gap_between_the_two_reservation_values(p_a, p_b, c_a, c_b):
    most, least = p_b + c_b, p_a - c_a  # the most B gives and the least A takes
    assert crisis.mutual_optimism(p_a, p_b, c_a, c_b) == pytest.approx(most - least)
    assert crisis.first_strike(p_a, p_b, c_a, c_b) == pytest.approx(most - least)


@given(share, share, cost, st.floats(0.05, 0.95))
def test_preventive_war_by_payoffs(p1, p2, c_b, d):
    war = (1 - p1) / (1 - d) - c_b
    x2 = min(1.0, p2 + c_b * (1 - d))
    peace = 1.0 + d * (1 - x2) / (1 - d)  # everything now, then what A will demand for ever
    assert crisis.preventive_war(p1, p2, c_b, d) == pytest.approx((war - peace) * (1 - d), abs=1e-9)


@given(share, st.floats(0.0, 1.0), share, st.floats(0.05, 0.95))
def test_power_shift_by_payoffs(p, part, d, delta):
    shift = part * (1 - p)
    b_war_now = (1 - p) * (1 - d) / (1 - delta)
    a_war_later = (p + shift) * (1 - d) / (1 - delta)  # what A can secure next round: B keeps the rest
    b_peace = 1.0 + delta * (1.0 / (1 - delta) - a_war_later)
    assert crisis.power_shift(p, shift, d, delta) == pytest.approx((b_war_now - b_peace) * (1 - delta), abs=1e-9)


@given(st.floats(0.2, 3.0), st.floats(0.1, 4.0), st.floats(0.1, 4.0), st.floats(0.2, 5.0), st.floats(0.2, 5.0))
def test_audience_costs_keep_both_sides_indifferent(v, a1, a2, w1, w2):
    found = crisis.audience_costs(v, (a1, a2), (w1, w2))
    low, a, w, t = found.conceder, (a1, a2), (w1, w2), found.horizon
    high = 1 - low
    k = found.p_concede_at_once * v
    stays_h, stays_l = v / (v + a[low] * t), (v - k) / (v + a[high] * t)  # chances to hold out to the horizon
    assert stays_h == pytest.approx(a[high] * t / w[high], abs=1e-9)
    assert stays_l == pytest.approx(a[low] * t / w[low], abs=1e-9)
    assert found.p_war == pytest.approx(stays_h * stays_l, abs=1e-9)
    assert 0 <= found.p_war <= 1
    assert 0 <= found.p_concede_at_once <= 1
    mirror = crisis.audience_costs(v, (a2, a1), (w2, w1))
    assert mirror.p_war == pytest.approx(found.p_war)


@given(st.floats(0.01, 0.99), st.floats(0.05, 0.95), st.floats(0.1, 3.0), st.floats(0.1, 3.0))
def test_tied_hands_keep_the_challenger_and_the_bluffer_indifferent(prior, q_star, prize, tie):
    bluff, challenge = crisis.tied_hands(prior, q_star, prize, tie)
    if prior < q_star:
        assert prior / (prior + (1 - prior) * bluff) == pytest.approx(q_star)
        assert (1 - challenge) * prize - challenge * tie == pytest.approx(0, abs=1e-9)
    else:
        assert (bluff, challenge) == (1.0, 0.0)


def test_threshold_and_sunk_cost():
    q = crisis.deterrence_threshold(0.5, 0.75)
    assert (1 - q) * 0.5 - q * 0.75 == pytest.approx(0, abs=1e-12)
    assert crisis.sunk_cost(0.6, 1.0) == (0.6, pytest.approx(0.4))


@pytest.mark.parametrize(
    "call",
    [
        lambda: crisis.ultimatum(1.2, 0.1, 0.0, 0.4),
        lambda: crisis.ultimatum(0.5, -0.1, 0.0, 0.4),
        lambda: crisis.ultimatum(0.5, 0.1, 0.5, 0.4),
        lambda: crisis.preventive_war(0.3, 0.4, 0.1, 1.0),
        lambda: crisis.audience_costs(1.0, (0.0, 1.0), (1.0, 1.0)),
        lambda: crisis.ultimatum(math.nan, 0.1, 0.0, 0.4),
    ],
)
def test_bad_settings(call):
    with pytest.raises(SettingError):
        call()


def test_the_path_to_the_horizon_and_who_backs_down():
    """With equal sides the horizon is 1: Q_H(t) = t/(1 + t), and each backs down with 3/8 (war has 1/4)."""
    crisis_of = (1.0, (1.0, 1.0), (2.0, 2.0))
    for share, war in ((0.25, 0.390625), (0.5, 0.5625), (0.75, 0.765625), (1.0, 1.0)):
        on = crisis.audience_path(*crisis_of, share)
        assert (on.high_quit, on.p_war) == pytest.approx((share / (1 + share), war))
    assert crisis.who_backs_down(*crisis_of) == pytest.approx((0.375, 0.375, 0.5))
    high, low, _ = crisis.who_backs_down(1.0, (3.0, 0.5), (2.0, 2.0))
    war = crisis.audience_costs(1.0, (3.0, 0.5), (2.0, 2.0)).p_war
    assert high + low + war == pytest.approx(1)
