"""Base rates and pools against closed forms and integrals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from winset.errors import SettingError
from winset.theory.base_rate import log_pool, log_pool_kinds, lognormal_cdf, survival

share = st.floats(0.01, 0.99)


@given(st.floats(0.5, 30), st.floats(20, 500), st.floats(0, 120))
def test_survival_is_the_mean_of_an_exponential_over_the_belief(ends, at_risk, months):
    belief = stats.gamma(ends, scale=1 / at_risk)
    mean, _ = integrate.quad(lambda x: np.exp(-x * months) * belief.pdf(x), *belief.ppf([1e-13, 1 - 1e-13]))
    assert survival(months, ends, at_risk) == pytest.approx(mean, abs=1e-5)


@given(share, share, share)
def test_the_pool_of_an_event_is_a_mean_of_log_odds(p, q, w):
    pool = float(log_pool(p, q, w))
    assert min(p, q) - 1e-12 <= pool <= max(p, q) + 1e-12
    assert float(log_pool(1 - p, 1 - q, w)) == pytest.approx(1 - pool)
    assert float(log_pool(p, p, w)) == pytest.approx(p)


@given(share, share)
def test_who_is_certain_decides_and_two_that_are_certain_of_opposites_are_weighed(p, w):
    for sure in (0.0, 1.0):
        assert float(log_pool(sure, p, w)) == float(log_pool(p, sure, w)) == sure
        assert float(log_pool(sure, sure, w)) == sure
        assert float(log_pool(sure, 1 - sure, w)) == pytest.approx(w * sure + (1 - w) * (1 - sure))
    assert log_pool(np.array([1.0, 1.0]), np.array([p, 0.0]), w).tolist() == pytest.approx([1.0, w])


@given(share, share, share, st.floats(0.1, 10))
def test_it_commutes_with_updating_on_shared_evidence(p, q, w, ratio):
    def update(x):
        return x * ratio / (x * ratio + 1 - x)

    assert float(log_pool(update(p), update(q), w)) == pytest.approx(update(float(log_pool(p, q, w))), rel=1e-9)


def test_two_kinds_pool_as_an_event_does():
    pool = log_pool_kinds(np.array([0.2, 0.8]), np.array([0.6, 0.4]), 0.3)
    assert pool[0] == pytest.approx(float(log_pool(0.2, 0.6, 0.3)))
    with pytest.raises(SettingError):
        log_pool_kinds(np.array([1.0, 0.0]), np.array([0.0, 1.0]), 0.5)


def test_the_lag_has_its_median_and_the_spread_of_its_quartiles():
    assert lognormal_cdf(np.array([723.0]), 723, 176, 3962)[0] == pytest.approx(0.5)
    low, high = 723 * (176 / 3962) ** 0.5, 723 * (3962 / 176) ** 0.5
    assert lognormal_cdf(np.array([low, high]), 723, 176, 3962) == pytest.approx([0.25, 0.75])
    assert lognormal_cdf(np.array([0.0, -3.0]), 723, 176, 3962).tolist() == [0, 0]


@pytest.mark.parametrize(
    "call",
    [
        lambda: survival(1, 0, 10),
        lambda: survival(-1, 1, 10),
        lambda: log_pool(0.5, 0.5, 2),
        lambda: lognormal_cdf(np.array([1.0]), 1, 3, 2),
    ],
)
def test_what_is_out_of_range_is_refused(call):
    with pytest.raises(SettingError):
        call()
