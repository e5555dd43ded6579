from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from winset.errors import SettingError
from winset.theory import hawkes as hk

seeds = st.integers(0, 2**31)


def slow_log_likelihood(times, marks, horizon, mu, branching, beta):
    """Straight from the definition, every pair of events."""
    total = 0.0
    for i in range(len(mu)):
        for k, t in enumerate(times):
            if marks[k] == i:
                past = [(times[a], marks[a]) for a in range(k)]
                total += np.log(mu[i] + sum(branching[i, j] * beta[i] * np.exp(-beta[i] * (t - s)) for s, j in past))
        total -= mu[i] * horizon
        total -= sum(branching[i, j] * (1 - np.exp(-beta[i] * (horizon - s))) for s, j in zip(times, marks))
    return total


def test_published_style_value():
    times = np.array([0.5, 1.2, 1.9, 4.0, 4.1])
    assert hk.log_likelihood(times, 5.0, 0.5, 0.8 / 1.5, 1.5) == pytest.approx(-6.36209, abs=1e-5)


@given(seeds, st.integers(0, 30), st.integers(1, 2), st.integers(0, 1))
def test_linear_time_likelihood_equals_the_double_sum(seed, n, targets, outside):
    rng = np.random.default_rng(seed)
    sources = targets + outside
    times, marks = np.sort(rng.uniform(0, 10, n)), rng.integers(0, sources, n)
    mu, beta = rng.uniform(0.1, 2, targets), rng.uniform(0.1, 4, targets)
    branching = rng.uniform(0, 1, (targets, sources))
    fast = hk.log_likelihood(times, 10.0, mu, branching, beta, marks)
    assert fast == pytest.approx(slow_log_likelihood(times, marks, 10.0, mu, branching, beta), rel=1e-9, abs=1e-9)


@given(seeds, st.integers(1, 3))
def test_gradient_is_the_slope(seed, sources):
    rng = np.random.default_rng(seed)
    times, marks = np.sort(rng.uniform(0, 10, 25)), rng.integers(0, sources, 25)
    objective, theta = hk._objective(times, marks, 0, sources, 10.0), rng.normal(-0.5, 0.5, sources + 2)
    step = 1e-6 * np.eye(theta.size)
    slope = [(objective(theta + e)[0] - objective(theta - e)[0]) / 2e-6 for e in step]
    assert np.allclose(objective(theta)[1], slope, rtol=1e-4, atol=1e-4)


@given(seeds, st.floats(0.1, 50.0))
def test_the_unit_of_time_only_shifts_the_likelihood(seed, unit):
    times = np.sort(np.random.default_rng(seed).uniform(0, 10, 20))
    a = hk.log_likelihood(times, 10.0, 0.7, 0.4, 2.0)
    b = hk.log_likelihood(times * unit, 10.0 * unit, 0.7 / unit, 0.4, 2.0 / unit)
    assert b == pytest.approx(a - 20 * np.log(unit), rel=1e-9)


def test_no_excitation_is_poisson():
    times = np.sort(np.random.default_rng(1).uniform(0, 50, 70))
    assert hk.log_likelihood(times, 50.0, 1.4, 0.0, 1.0) == pytest.approx(70 * np.log(1.4) - 1.4 * 50)


def test_compensator_is_the_integral_of_the_rate():
    rng = np.random.default_rng(2)
    times, marks = np.sort(rng.uniform(0, 6, 12)), rng.integers(0, 2, 12)
    mu, branching, beta = np.array([0.5, 0.3]), np.array([[0.3, 0.6], [0.2, 0.1]]), np.array([1.0, 2.0])

    def rate(t):
        past = times < t
        return mu[0] + sum(branching[0, j] * np.exp(-(t - s)) for s, j in zip(times[past], marks[past]))

    gaps = hk.residuals(times, 6.0, mu, branching, beta, marks, 0).gaps
    ends = np.concatenate([[0.0], times[marks == 0]])
    for k in range(gaps.size):
        inside = times[(times > ends[k]) & (times < ends[k + 1])]
        area = integrate.quad(rate, ends[k], ends[k + 1], points=inside if inside.size else None, limit=200)[0]
        assert gaps[k] == pytest.approx(area, abs=1e-6)


def test_simulation_has_the_rate_and_fano_factor_of_the_theory():
    rng = np.random.default_rng(3)
    mu, branching, beta = np.array([0.3, 0.4]), np.array([[0.2, 0.1], [0.5, 0.3]]), np.array([2.0, 3.0])
    counts = np.array([np.bincount(hk.simulate(300, mu, branching, beta, rng)[1], minlength=2) for _ in range(1500)])
    assert counts.mean(axis=0) / 300 == pytest.approx(hk.stationary_rate(mu, branching), rel=0.02)
    assert counts.var(axis=0) / counts.mean(axis=0) == pytest.approx(hk.fano(mu, branching), rel=0.12)


@given(st.floats(0.0, 0.95), st.floats(0.1, 5.0))
def test_one_process_closed_forms(n, mu):
    assert hk.stationary_rate(mu, n)[0] == pytest.approx(mu / (1 - n))
    assert hk.fano(mu, n)[0] == pytest.approx(1 / (1 - n) ** 2)
    assert hk.spectral_radius(n) == pytest.approx(n)


def test_rate_is_the_sum_over_generations():
    g, mu = np.array([[0.2, 0.1], [0.5, 0.3]]), np.array([0.1, 0.4])
    total, step = np.zeros(2), mu
    for _ in range(400):
        total, step = total + step, g @ step
    assert hk.stationary_rate(mu, g) == pytest.approx(total)


def test_fit_finds_the_parameters_of_a_long_series_with_outside_events():
    rng = np.random.default_rng(4)
    calls = np.sort(rng.uniform(0, 4000, 250))
    times, marks = hk.simulate(4000, 0.3, np.array([[0.4, 1.5]]), 2.0, rng, (calls,))
    found = hk.fit(times, 4000, marks, targets=1, sources=2)
    assert found.mu[0] == pytest.approx(0.3, rel=0.15)
    assert found.branching[0] == pytest.approx([0.4, 1.5], rel=0.15)
    assert found.beta[0] == pytest.approx(2.0, rel=0.2)
    truth = hk.log_likelihood(times, 4000, 0.3, np.array([[0.4, 1.5]]), 2.0, marks)
    assert 0 <= found.log_likelihood - truth < 12
    good = hk.residuals(times, 4000, found.mu, found.branching, found.beta, marks)
    assert good.ks_p > 0.01
    assert good.gaps.mean() == pytest.approx(1.0, abs=0.05)
    assert hk.residuals(times, 4000, times.size / 4000, np.zeros((1, 2)), 1.0, marks).ks_p < 1e-4


@given(seeds)
def test_fit_is_no_worse_than_the_truth_and_interval_ends_are_where_the_deviance_says(seed):
    rng = np.random.default_rng(seed)
    times, _ = hk.simulate(200, 0.6, 0.5, 1.5, rng)
    found = hk.fit(times, 200)
    assert found.log_likelihood >= hk.log_likelihood(times, 200, 0.6, 0.5, 1.5) - 1e-6
    if seed % 10 == 0:
        bar = stats.chi2.ppf(0.9, 1)
        limits = hk.intervals(times, 200)
        base = (found.mu[0], found.branching[0, 0], found.beta[0])
        for k, name in enumerate(("mu", "branching_0", "beta")):
            for end in limits[name]:
                if 0 < end < np.inf:
                    at = [*base[:k], end, *base[k + 1 :]]
                    assert hk.deviances(times, 200, *at)[k] == pytest.approx(bar, abs=0.01)


def test_poisson_data_let_the_branching_interval_reach_down_to_almost_nothing():
    times = np.sort(np.random.default_rng(6).uniform(0, 200, 200))
    assert hk.intervals(times, 200)["branching_0"][0] < 0.02


@pytest.mark.parametrize(
    "call",
    [
        lambda: hk.fit(np.array([2.0, 1.0]), 5.0),
        lambda: hk.fit(np.array([1.0]), 5.0),
        lambda: hk.stationary_rate(1.0, 1.0),
        lambda: hk.simulate(10, 1.0, 1.2, 1.0, np.random.default_rng(0)),
        lambda: hk.log_likelihood(np.array([1.0]), 5.0, 1.0, 0.5, 0.0),
        lambda: hk.log_likelihood(np.array([1.0]), 5.0, 1.0, 0.5, 1.0, np.array([3])),
    ],
)
def test_bad_settings(call):
    with pytest.raises(SettingError):
        call()


@pytest.mark.slow
@pytest.mark.parametrize(("mu", "alpha", "beta"), [(0.5, 0.6, 1.5), (0.3, 1.4, 2.0), (1.0, 0.4, 0.8)])
def test_likelihood_ratio_intervals_cover(mu, alpha, beta):
    rng = np.random.default_rng(2024)
    bar, inside = stats.chi2.ppf(0.95, 1), np.zeros(3)
    for _ in range(500):
        times, _ = hk.simulate(400, mu, alpha / beta, beta, rng)
        inside += hk.deviances(times, 400, mu, alpha / beta, beta) <= bar
    assert np.all(inside / 500 >= 0.92), inside / 500
    assert np.all(inside / 500 <= 0.98), inside / 500
