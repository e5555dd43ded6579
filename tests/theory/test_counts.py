"""Tails and quantiles of counts: those of scipy.stats."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from winset.theory.counts import binomial_above, binomial_critical, negative_binomial_quantiles


@pytest.mark.parametrize("p", [0.004, 0.3, 0.5, 0.97])
def test_binomial_tails_and_critical_counts_are_those_of_scipy(p):
    n = np.array([0, 1, 2, 7, 40, 333, 4000])
    for k in (-1, 0, 1, 5, 300, 5000):
        np.testing.assert_array_equal(binomial_above(k, n, p), stats.binom.sf(k, n, p))
    for alpha in (0.5, 0.05, 1e-6):
        np.testing.assert_array_equal(binomial_critical(alpha, n, p), stats.binom.isf(alpha, n, p))


@pytest.mark.parametrize(("r", "p"), [(0.2, 0.05), (1.0, 0.5), (3.5, 0.9), (40.0, 0.02)])
def test_negative_binomial_quantiles_are_those_of_scipy(r, p):
    q = (np.arange(64) + 0.5) / 64
    np.testing.assert_array_equal(negative_binomial_quantiles(q, r, p), stats.nbinom.ppf(q, r, p))
