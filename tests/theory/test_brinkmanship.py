from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from winset.errors import SettingError
from winset.theory.brinkmanship import chicken, p_disaster_by, powell87, rungs_worth_climbing


@given(st.floats(0.05, 0.9), st.floats(0.01, 0.9), st.floats(0.1, 50.0), st.floats(-20.0, 20.0))
def test_chicken_mixes_at_indifference_whatever_the_scale(submit, step, scale, shift):
    compromise = submit + step * (1 - submit)
    assume(submit < compromise < 1)
    base = chicken(submit, compromise)
    other = chicken(*(shift + scale * v for v in (submit, compromise, 1.0, 0.0)))
    assert base.indifference_gap == pytest.approx(0.0, abs=1e-12)
    assert other.critical_risk == pytest.approx(base.critical_risk, abs=1e-6)
    assert 0 <= base.p_disaster <= base.critical_risk <= 1
    assert base.critical_risk_submit == pytest.approx(1 - submit)


@given(st.floats(0.02, 0.2), st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_powell_mixture_is_an_equilibrium_of_the_tree(f, a, b, c, d):
    r_i, r_ii = 2 * f + 2 * f * a, f + 2 * f * b
    r_high = 3 * f + c * (1 - 3 * f)
    least = powell87(f, r_i, r_ii, r_high, 0.5).belief
    p = least + (1 - least) * d  # more than the belief at which a bid is answered
    found = powell87(f, r_i, r_ii, r_high, p)
    assert found.belief == least
    assert found.broken == ()
    assert found.gap_i == pytest.approx(0, abs=1e-12)
    assert found.gap_ii == pytest.approx(0, abs=1e-12)
    for chance in (found.answer, found.bluff, found.p_disaster):
        assert 0 <= chance <= 1
    # Bayes: belief "weak" after a bid
    assert p * found.bluff / (p * found.bluff + 1 - p) == pytest.approx(found.belief)
    # the resolute type would not rather submit at its last bid
    assert 3 * f * (r_high - 1) + (1 - 3 * f) * r_high >= -1e-12


def test_powell_says_which_condition_fails():
    assert powell87(0.08, 0.3, 0.2, 0.3, 0.5).broken == ("p >= b*",)
    assert "f < R_II <= 3f" in powell87(0.08, 0.3, 0.05, 0.3, 0.9).broken


@given(st.floats(0.001, 0.5), st.floats(0.01, 1.0))
def test_ladder_against_counting(f, submit):
    n = rungs_worth_climbing(f, submit)
    survive = 1.0
    for _ in range(n):
        survive *= 1 - f
    assert survive >= submit * (1 - 1e-9)
    assert survive * (1 - f) < submit * (1 + 1e-9)
    assert p_disaster_by(n, f) == pytest.approx(1 - survive)


def test_bad_settings():
    with pytest.raises(SettingError):
        chicken(0.6, 0.5)
    with pytest.raises(SettingError):
        powell87(0.4, 0.5, 0.5, 0.5, 0.5)
    with pytest.raises(SettingError):
        rungs_worth_climbing(0.0, 0.5)
