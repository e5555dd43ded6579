import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.errors import NotSolved, SettingError
from winset.theory import organisation as org

SHARE = st.floats(0, 1)


@given(st.integers(1, 9), SHARE)
def test_the_ends_of_the_committees(n, p):
    assert org.hierarchy(n, p) == pytest.approx(p**n, abs=1e-12)
    assert org.polyarchy(n, p) == pytest.approx(1 - (1 - p) ** n, abs=1e-12)
    told = [org.committee(n, k, p) for k in range(1, n + 1)]
    assert all(a >= b - 1e-12 for a, b in itertools.pairwise(told))


@given(st.integers(1, 8), SHARE)
def test_a_committee_is_the_sum_of_the_binomial(n, p):
    for k in range(1, n + 1):
        exact = sum(math.comb(n, m) * p**m * (1 - p) ** (n - m) for m in range(k, n + 1))
        assert org.committee(n, k, p) == pytest.approx(exact, abs=1e-9)


def test_hierarchies_refuse_and_polyarchies_accept():
    """Sah and Stiglitz: two in a row accept fewer bad plans and refuse more good ones than two in parallel."""
    down, across = org.errors(2, 2, 0.8, 0.3), org.errors(2, 1, 0.8, 0.3)
    assert down == pytest.approx((0.09, 0.36)) and across == pytest.approx((0.51, 0.04))
    assert org.worth(2, 2, 0.8, 0.3, good=0.5, gain=1, loss=1) == pytest.approx(0.5 * 0.64 - 0.5 * 0.09)


def test_condorcets_jury():
    assert org.jury(3, 0.6) == pytest.approx(0.648) and org.jury(1, 0.6) == pytest.approx(0.6)
    told = [org.jury(n, 0.55) for n in (1, 11, 101, 1001)]
    assert told == sorted(told) and told[-1] > 0.99
    assert org.jury(2, 0.6) == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("bias", "count"), [(0.3, 1), (0.25, 1), (0.24, 2), (1 / 12, 2), (0.08, 3), (0.05, 3), (0.04, 4)]
)
def test_how_much_a_biased_messenger_can_tell(bias, count):
    """Crawford and Sobel's uniform example: 2 N (N - 1) b < 1; at b = 1/20 three intervals 0, 2/15, 7/15, 1."""
    assert org.partitions(bias) == org.partitions(-bias) == count


def test_the_loss_of_the_uniform_example():
    """At b = 1/20 the variance within intervals of length 2/15, 5/15 and 8/15."""
    exact = sum(length**3 / 12 for length in (2 / 15, 5 / 15, 8 / 15))
    assert org.messenger_loss(0.05) == pytest.approx(exact)
    assert org.messenger_loss(0.0) == 0 and org.messenger_loss(0.5) == pytest.approx(1 / 12)
    with pytest.raises(NotSolved):
        org.partitions(0.0)


def test_a_chain_of_reporters_against_a_simulation():
    rng = np.random.default_rng(1)
    truth = rng.normal(0, 2, 200_000)
    report = truth + sum(0.3 + rng.normal(0, 0.7, truth.size) for _ in range(3))
    naive, wise = org.chain(3, 0.7, 0.3, 2.0)
    assert np.mean((report - truth) ** 2) == pytest.approx(naive, rel=0.02)
    weight = 4 / (4 + 3 * 0.49)
    assert np.mean((weight * (report - 0.9) - truth) ** 2) == pytest.approx(wise, rel=0.02)


@given(st.floats(0.05, 0.45), st.floats(0.1, 0.9), st.floats(0.1, 3), st.floats(0.1, 3))
def test_where_a_formal_process_pays(adhoc, good, gain, loss):
    """At the break-even rate the two are worth the same; below it the formal one is worth more."""
    rate = org.break_even_error((3, 2), (1, 1), adhoc, good, gain, loss)
    rival = org.worth(1, 1, 1 - adhoc, adhoc, good, gain, loss)
    assert rate is not None
    if rate < 0.5:
        assert org.worth(3, 2, 1 - rate, rate, good, gain, loss) == pytest.approx(rival, abs=1e-9)
    assert org.worth(3, 2, 1, 0, good, gain, loss) >= rival - 1e-12


def test_reviewers_who_look_at_one_report():
    assert org.effective_reviewers(5, 0) == 5 and org.effective_reviewers(5, 1) == 1
    for bad in (lambda: org.committee(3, 4, 0.5), lambda: org.jury(0, 0.5), lambda: org.committee(3, 1, 1.5)):
        with pytest.raises(SettingError):
            bad()


def test_errors_alike_are_correlated_by_rho():
    """Of two reviewers who accept with p: P(both) = p^2 + rho p (1 - p), the definition of the correlation."""
    for p, rho in ((0.3, 0.0), (0.3, 0.4), (0.8, 1.0)):
        assert org.alike(2, 2, p, rho) == pytest.approx(p * p + rho * p * (1 - p))
        assert org.alike(2, 1, p, rho) == pytest.approx(2 * p - org.alike(2, 2, p, rho))
    rate = org.break_even_error((3, 2), (2, 1), 0.3, 0.5, 1, 1, rho=1.0)
    assert rate == pytest.approx(0.3)  # one judgement, however many hear it


@given(st.floats(0.01, 2), st.floats(0.01, 2), st.floats(0.01, 2))
def test_reports_are_pooled_by_precision(first, second, prior):
    assert org.pooled([first], prior) == pytest.approx(org.chain(1, math.sqrt(first), 0.3, math.sqrt(prior))[1])
    assert org.pooled([first, second], prior) == pytest.approx(org.pooled([second], org.pooled([first], prior)))
    assert org.pooled([], prior) == pytest.approx(prior)


def test_days_to_a_good_plan_against_a_simulation():
    rng = np.random.default_rng(2)
    good, takes_good, takes_bad, T, R, L = 0.3, 0.7, 0.2, 20.0, 5.0, 60.0
    total = []
    for _ in range(20_000):
        days, done = 0.0, False
        while not done:
            days += T + R
            is_good = rng.random() < good
            if is_good:
                done = rng.random() < takes_good
            elif rng.random() < takes_bad:
                days += L
        total.append(days)
    assert np.mean(total) == pytest.approx(org.days_to_good(T, R, L, good, takes_bad, 1 - takes_good), rel=0.03)
    assert org.days_to_good(T, R, L, 0.0, 0.2, 0.3) == math.inf
    assert org.contradicts(0.2) == pytest.approx(0.32)
