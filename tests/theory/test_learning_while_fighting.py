from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.errors import SettingError
from winset.theory import learning_while_fighting as sc


@given(st.floats(0.0, 0.97), st.integers(1, 8))
def test_finite_sequence_solves_each_stage(b, n):
    """Numeric maximum of the seller's problem on U[0,1], given the closed form for the rest."""
    cut = np.linspace(0.0, 1.0, 20001)
    rest = sc.sobel_takahashi(b, n - 1).demand if n > 1 else 0.0
    worth = [0.0]
    for k in range(1, n):  # value of k offers on U[0,1]: profit on U[0,u] is worth_k u^2
        step = sc.sobel_takahashi(b, k)
        worth.append(step.demand * (1 - step.left) + b * worth[-1] * step.left**2)
    price = cut if n == 1 else cut * (1 - b) + b * rest * cut
    profit = price * (1 - cut) + (b * worth[-1] * cut**2 if n > 1 else 0.0)
    best = np.argmax(profit)
    found = sc.sobel_takahashi(b, n)
    assert found.left == pytest.approx(cut[best], abs=2e-3)
    assert found.demand == pytest.approx(price[best], abs=2e-3)


@given(st.floats(0.0, 0.98))
def test_long_sequence_tends_to_the_endless_one(b):
    finite, endless = sc.sobel_takahashi(b, 3000), sc.sobel_takahashi(b, None)
    assert finite.demand == pytest.approx(endless.demand, abs=1e-9)
    assert finite.left == pytest.approx(endless.left, abs=1e-9)


def test_coase_limit():
    demands = [sc.sobel_takahashi(b, None).demand for b in (0.9, 0.99, 0.9999, 0.999999)]
    assert demands == sorted(demands, reverse=True)
    assert demands[-1] < 1.1e-3


@given(st.floats(0.3, 0.999), st.floats(0.001, 0.3), st.floats(0.001, 0.3))
def test_screening_ends_by_a_deal_or_by_war(b, pi_s, pi_d):
    found = sc.powell_screen(b, pi_s, pi_d)
    by_round = sc.settlement_by_round(found, pi_s, pi_d, 20_000)
    assert by_round.sum() == pytest.approx(found.p_settle, abs=1e-9)
    # rounds fought by counting: a round t is fought when nothing has ended before and the offer is refused
    rho = 1 - pi_s - pi_d
    assert (rho ** np.arange(20_000) * found.gamma ** np.arange(1, 20_001)).sum() == pytest.approx(found.rounds_fought)
    assert found.p_settle + (pi_s + pi_d) * found.rounds_fought == pytest.approx(1.0)


def test_war_value_is_the_discounted_sum():
    cost, b, win, lose = 0.02, 0.95, 0.1, 0.05
    value, alive = 0.0, 1.0
    for t in range(2000):
        value += alive * b**t * (-cost + b * win)
        alive *= 1 - win - lose
    assert sc.war_value(cost, b, win, lose) == pytest.approx(value)


@given(st.floats(0.01, 0.99), st.floats(0.0, 0.4), st.floats(0.05, 0.4), st.floats(0.05, 0.4), st.floats(0.1, 0.95))
def test_two_by_two_against_search_over_first_offers(mu, weak, gap, extra, d):
    resolute, b = weak + gap, weak + gap + extra
    found = sc.two_type_two_period(mu, weak, resolute, b, d)

    def second(m):
        return max(b - resolute, m * (b - weak))

    values = [b - resolute]
    if mu > found.mu_hat:  # weak types accept with every share that leaves the second offer low
        for share in np.linspace(0, 1, 4001):
            m = mu * (1 - share) / (1 - mu * share)
            if m >= found.mu_hat - 1e-12:
                values.append(mu * share * (b - weak) + (1 - mu * share) * d * second(m))
    values.append(mu * (b - found.x_tilde) + (1 - mu) * d * (b - resolute))
    assert found.value == pytest.approx(max(values), abs=2e-3)
    assert 0 <= found.p_accept <= 1


@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.floats(0.05, 0.95), st.integers(0, 30))
def test_staller_posterior_is_sequential_bayes(prior, sincere, staller, n):
    belief = prior
    for _ in range(n):
        odds = belief * (1 - staller) / (1 - sincere)
        belief = odds / (odds + 1 - belief)
    assert sc.staller_posterior(prior, sincere, staller, n) == pytest.approx(belief, abs=1e-9)


@given(st.floats(0.05, 0.9), st.floats(0.2, 0.95), st.floats(0.0, 0.15), st.floats(0.2, 0.99))
def test_refusals_needed_is_the_first_that_is_enough(prior, sincere, staller, target):
    need = sc.refusals_needed(prior, sincere, staller, target)
    brute = next(n for n in range(10_000) if sc.staller_posterior(prior, sincere, staller, n) >= target - 1e-12)
    assert need == brute


def test_refusals_never_tell_equal_types_apart():
    assert sc.refusals_needed(0.3, 0.2, 0.2, 0.9) == math.inf
    with pytest.raises(SettingError):
        sc.staller_posterior(0.5, 1.0, 1.0, 1)
