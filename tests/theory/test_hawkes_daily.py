from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from winset.errors import SettingError
from winset.theory import hawkes_daily as hd

seeds = st.integers(0, 2**31)


@given(seeds, st.floats(0.0, 0.95), st.integers(0, 2))
def test_rate_is_the_double_sum_over_past_days(seed, rho, extra):
    rng = np.random.default_rng(seed)
    y, x = rng.poisson(5.0, 20).astype(float), rng.integers(0, 2, (extra, 20)).astype(float)
    effects = rng.uniform(0, 2, 1 + extra)
    found = hd.rate(y, 0.7, effects, rho, x if extra else None)
    for t in range(20):
        kernel = (1 - rho) * rho ** np.arange(t)[::-1] if rho else np.eye(1, t, t - 1)[0] if t else np.zeros(0)
        direct = 0.7 + effects[0] * kernel @ y[:t] + sum(effects[1 + s] * kernel @ x[s, :t] for s in range(extra))
        assert found[t] == pytest.approx(direct)


@pytest.mark.parametrize("law", hd.LAWS)
@given(seed=seeds)
def test_objective_is_the_named_law_and_its_gradient_the_slope(law, seed):
    rng = np.random.default_rng(seed)
    x = np.vstack([rng.poisson(6.0, 30), rng.integers(0, 2, 30)]).astype(float)
    theta = rng.normal(0.0, 0.5, 4 + (law != "poisson"))
    objective = hd._objective(x, law)
    lam = hd.rate(x[0], np.exp(theta[0]), np.exp(theta[1:3]), 1 / (1 + np.exp(-theta[3])), x[1:])
    size = None if law == "poisson" else float(np.exp(theta[4]))
    assert -objective(theta)[0] == pytest.approx(hd.log_likelihood(x[0], lam, size))
    slope = [(objective(theta + e)[0] - objective(theta - e)[0]) / 2e-6 for e in 1e-6 * np.eye(theta.size)]
    assert np.allclose(objective(theta)[1], slope, rtol=1e-4, atol=1e-3)


def test_large_size_is_poisson():
    y, lam = np.array([3.0, 5.0, 0.0]), np.array([2.0, 4.0, 1.0])
    assert hd.log_likelihood(y, lam, 1e9) == pytest.approx(stats.poisson.logpmf(y, lam).sum(), abs=1e-5)


def test_mean_of_a_long_simulation():
    y = hd.simulate(20_000, 3.0, np.array([0.5]), 0.6, np.random.default_rng(1))
    assert y.mean() == pytest.approx(6.0, rel=0.03)


def test_fit_finds_the_effect_of_calls_and_its_absence():
    rng = np.random.default_rng(2)
    calls = (rng.random(900) < 0.05).astype(float)
    y = hd.simulate(900, 20.0, np.array([0.4, 25.0]), 0.4, rng, 4.0, calls)
    found = hd.fit(y, calls)
    for name, truth in (("mu", 20.0), ("effect_0", 0.4), ("effect_1", 25.0)):
        low, high = found.intervals[name]
        assert low * 0.8 < truth < high * 1.2
        assert low < high
    assert found.p_none[1] < 0.01
    assert found.mean_delay == pytest.approx(1 / 0.6, rel=0.5)
    other = (rng.random(900) < 0.05).astype(float)
    none = hd.fit(y, other)
    assert none.p_none[1] > 0.01
    assert none.intervals["effect_1"][0] < 10.0


def test_poisson_intervals_are_too_narrow_for_batches():
    rng = np.random.default_rng(3)
    y = hd.simulate(600, 20.0, np.array([0.4]), 0.4, rng, 1.0)
    wide, narrow = (hd.fit(y, law=law).intervals["effect_0"] for law in hd.LAWS)
    assert wide[1] - wide[0] > 1.5 * (narrow[1] - narrow[0])


@pytest.mark.parametrize(
    "call",
    [
        lambda: hd.fit(np.ones(20), law="normal"),
        lambda: hd.fit(np.zeros(20)),
        lambda: hd.fit(np.ones(20), np.zeros(20)),
        lambda: hd.rate(np.array([1.0, -1.0, 2.0]), 1.0, np.array([0.5]), 0.5),
        lambda: hd.simulate(10, 1.0, np.array([1.0]), 0.5, np.random.default_rng(0)),
    ],
)
def test_bad_settings(call):
    with pytest.raises(SettingError):
        call()


@pytest.mark.slow
def test_negative_binomial_intervals_cover():
    rng = np.random.default_rng(5)
    inside = np.zeros(2)
    for _ in range(150):
        calls = (rng.random(400) < 0.05).astype(float)
        y = hd.simulate(400, 20.0, np.array([0.4, 20.0]), 0.4, rng, 3.0, calls)
        limits = hd.fit(y, calls).intervals
        inside += [limits[n][0] <= v <= limits[n][1] for n, v in (("effect_0", 0.4), ("effect_1", 20.0))]
    assert np.all(inside / 150 > 0.9 - 3 * np.sqrt(0.09 / 150)), inside / 150
    assert np.all(inside / 150 < 0.9 + 3 * np.sqrt(0.09 / 150)), inside / 150
