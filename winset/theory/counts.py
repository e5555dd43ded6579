"""Tails and quantiles of laws of counts, by the regularised incomplete beta function I_x(a, b).

    X ~ Binomial(n, p):               P(X > k)  = I_p(k + 1, n - k),  P(X <= k) = I_(1-p)(n - k, k + 1),  k = 0..n-1
    X ~ NegativeBinomial(r, p):       P(X <= k) = I_p(r, k + 1),      k failures before the r-th success

`scipy.stats` gives the same numbers (tested), but takes longer to load than most lenses take to answer, and a call with
one number takes as long as with hundreds.

Reference: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.5.24 and 26.5.26.
"""

from __future__ import annotations

import numpy as np
import scipy
from jaxtyping import Float, Int

from winset.theory import checks

Number = Float[np.ndarray, "*n"] | Int[np.ndarray, "*n"] | float


def binomial_above(k: Number, n: Number, p: float) -> Float[np.ndarray, "*n"]:
    """P(X > k), X ~ Binomial(n, p), for whole k.

    >>> float(binomial_above(1, 2, 0.5)), float(binomial_above(-1, 2, 0.5)), float(binomial_above(2, 2, 0.5))
    (0.25, 1.0, 0.0)
    """
    k, n = np.asarray(k, dtype=float), np.asarray(n, dtype=float)
    found = scipy.special.betainc(np.maximum(k, 0.0) + 1.0, np.maximum(n - k, 1.0), p)
    return np.where(k < 0.0, 1.0, np.where(k >= n, 0.0, found))


def binomial_critical(alpha: float, n: Int[np.ndarray, " count"], p: float) -> Float[np.ndarray, " count"]:
    """The least k with P(X > k) <= alpha, X ~ Binomial(n, p), for each n.

    >>> binomial_critical(0.05, np.array([1, 10, 100]), 0.5).tolist()
    [1.0, 8.0, 58.0]
    """
    z = -scipy.special.ndtri(alpha)
    k = np.clip(np.floor(n * p + z * np.sqrt(n * p * (1.0 - p))), 0.0, n)  # by the normal law: a step or two off
    while (short := binomial_above(k, n, p) > alpha).any():
        k[short] += 1.0
    while (far := (k > 0.0) & (binomial_above(k - 1.0, n, p) <= alpha)).any():
        k[far] -= 1.0
    return k


def negative_binomial_quantiles(q: Float[np.ndarray, " quantile"], r: float, p: float) -> Int[np.ndarray, " quantile"]:
    """The least k with P(X <= k) >= q, X ~ NegativeBinomial(r, p), for each q in (0, 1) of an increasing list.

    Raises SettingError unless r and p are above 0.

    >>> negative_binomial_quantiles(np.array([0.25, 0.5, 0.75, 0.9]), 1.0, 0.5).tolist()
    [0, 0, 1, 3]
    """
    checks.positive(r=r, p=p)
    most = 16
    while scipy.special.betainc(r, most, p) < q[-1]:
        most *= 2
    return np.searchsorted(scipy.special.betainc(r, np.arange(1.0, most + 1.0), p), q)
