"""Daily totals that feed on past days and on dated events: Hawkes in discrete time.

Model. Daily counts y_t, outside series x_s,t (for example 1 on the day of a call), rho in (0, 1):

    rate_t = mu + n_0 A_0,t + sum_s n_s A_s,t,     A_s,t = sum_{u>=1} (1 - rho) rho^{u-1} x_s,t-u   (x_0 = y)

so n_s is the mean number of counts one unit of source s sets off directly and 1/(1 - rho) the mean delay in days:
the exponential kernel, read once a day (beta = -ln rho). y_t is Poisson(rate_t) (an INGARCH model: Ferland, Latour
and Oraichi 2006) or negative binomial with variance rate + rate^2 / size (Zhu 2011). Attack totals come in large
batches: the Poisson intervals are then far too narrow and the negative binomial is the default. Fit and intervals
as in `hawkes`. An event acts from the next day on, which suits a series dated by the day the attack ended.

When to use it: totals by day, many a day. With exact times use `hawkes`. Effects are never negative, mu has no
trend: cut the series to a period of even level, or read n_0 near 1 as a drift of level rather than as excitation.

Reference: R. Ferland, A. Latour and D. Oraichi, "Integer-valued GARCH process", Journal of Time Series Analysis 27
(2006). F. Zhu, "A negative binomial integer-valued GARCH model", Journal of Time Series Analysis 32 (2011).
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
import scipy
from jaxtyping import Float

from winset.errors import SettingError
from winset.theory import checks
from winset.theory.hawkes import Objective, best_of, minimise, profile_limits

LAWS = ("negative_binomial", "poisson")


@numba.njit(cache=True)
def _filter(x: np.ndarray, rho: float) -> tuple[np.ndarray, np.ndarray]:
    """A (source, day), A_t = rho A_{t-1} + (1 - rho) x_{t-1}, and its derivative by rho. Compiled: inner loop."""
    a, da = np.zeros(x.shape), np.zeros(x.shape)
    for s in range(x.shape[0]):
        for t in range(1, x.shape[1]):
            a[s, t] = rho * a[s, t - 1] + (1.0 - rho) * x[s, t - 1]
            da[s, t] = a[s, t - 1] + rho * da[s, t - 1] - x[s, t - 1]
    return a, da


def rate(
    counts: Float[np.ndarray, " day"], mu: float, effects: Float[np.ndarray, " source"], rho: float,
    outside: Float[np.ndarray, "*series day"] | None = None,
) -> Float[np.ndarray, " day"]:  # fmt: skip
    """Expected count of each day given the days before; effects[0] is n_0 (own past), then one per outside series."""
    x = _stack(counts, outside)
    checks.discount(rho=rho)
    checks.not_negative(mu=mu, effects=np.asarray(effects))
    return mu + np.asarray(effects, dtype=float) @ _filter(x, rho)[0]


def _stack(counts: np.ndarray, outside: np.ndarray | None) -> Float[np.ndarray, "source day"]:
    y = np.asarray(counts, dtype=float)
    rows = y[None] if outside is None else np.vstack([y, np.atleast_2d(np.asarray(outside, dtype=float))])
    if y.ndim != 1 or y.size < 3 or not np.all((rows >= 0.0) & np.isfinite(rows)):
        raise SettingError("counts and outside series need one number of at least 0 per day, at least three days")
    return np.ascontiguousarray(rows)


def log_likelihood(
    counts: Float[np.ndarray, " day"], rates: Float[np.ndarray, " day"], size: float | None = None
) -> float:
    """Log probability of the counts given rates: Poisson, or negative binomial with `size`."""
    if size is None:
        return float(np.sum(scipy.stats.poisson.logpmf(counts, rates)))
    return float(np.sum(scipy.stats.nbinom.logpmf(counts, size, size / (size + np.asarray(rates)))))


def _objective(x: np.ndarray, law: str) -> Objective:
    """Negative log likelihood and gradient in (log mu, log effects, logit rho, and log size)."""
    y, sources = x[0], x.shape[0]
    constant = scipy.special.gammaln(y + 1.0).sum()

    def negative(theta: np.ndarray) -> tuple[float, np.ndarray]:
        mu, effects = np.exp(theta[0]), np.exp(theta[1 : 1 + sources])
        rho = scipy.special.expit(theta[1 + sources])
        a, da = _filter(x, rho)
        lam = mu + effects @ a
        if law == "poisson":
            value = np.sum(y * np.log(lam) - lam) - constant
            score, tail = y / lam - 1.0, []
        else:
            size = np.exp(theta[-1])
            ways = scipy.special.gammaln(y + size) - scipy.special.gammaln(size)
            value = np.sum(ways + y * np.log(lam / (lam + size)) - size * np.log1p(lam / size)) - constant
            score = y / lam - (y + size) / (lam + size)
            by_size = scipy.special.digamma(y + size) - scipy.special.digamma(size) - np.log1p(lam / size)
            tail = [size * np.sum(by_size + (lam - y) / (lam + size))]
        grad = [mu * score.sum(), *(effects * (a @ score)), rho * (1.0 - rho) * ((effects @ da) @ score), *tail]
        return -float(value), -np.array(grad)

    return negative


@dataclass(frozen=True)
class DailyFit:
    """mu per day; effects (own past, then outside series); rho; size (None: Poisson).

    intervals: profile-likelihood limits of "mu", "effect_0".., and "effect" p values against no effect: p_none.
    """

    mu: float
    effects: Float[np.ndarray, " source"]
    rho: float
    size: float | None
    log_likelihood: float
    intervals: dict[str, tuple[float, float]]
    p_none: Float[np.ndarray, " source"]

    @property
    def mean_delay(self) -> float:
        """Mean delay in days of what an event sets off."""
        return 1.0 / (1.0 - self.rho)


def fit(
    counts: Float[np.ndarray, " day"],
    outside: Float[np.ndarray, "*series day"] | None = None,
    law: str = "negative_binomial",
    level: float = 0.9,
) -> DailyFit:
    """Maximum likelihood with profile intervals. p_none: likelihood-ratio p of each effect being 0, halved because
    0 is the edge of what is allowed (Self and Liang 1987)."""
    if law not in LAWS:
        raise SettingError(f"law must be one of {LAWS}, not {law!r}")
    x = _stack(counts, outside)
    y, sources = x[0], x.shape[0]
    if y.sum() == 0.0 or np.any(x.sum(axis=1) == 0.0):
        raise SettingError("a series is zero on every day; nothing can be fitted to it")
    objective, mean = _objective(x, law), y.mean()
    last = [0.0] if law == "negative_binomial" else []
    share = x.mean(axis=1) / mean
    starts = [
        np.array([np.log(mean * (1.0 - n)), *np.log(n / sources / share), scipy.special.logit(rho), *last])
        for n, rho in ((0.5, 0.5), (0.2, 0.1), (0.8, 0.9))
    ]
    best = best_of(objective, starts)
    theta = best[1]
    names = ["mu", *(f"effect_{s}" for s in range(sources))]
    limits = {name: profile_limits(objective, best, k, level) for k, name in enumerate(names)}
    drop = [2.0 * (minimise(objective, theta.copy(), {1 + s: -23.0})[0] - best[0]) for s in range(sources)]
    p_none = 0.5 * scipy.stats.chi2.sf(np.maximum(0.0, drop), 1)
    size = float(np.exp(theta[-1])) if law == "negative_binomial" else None
    return DailyFit(
        float(np.exp(theta[0])), np.exp(theta[1 : 1 + sources]), float(scipy.special.expit(theta[1 + sources])), size,
        -best[0], limits, p_none,
    )  # fmt: skip


def simulate(
    days: int, mu: float, effects: Float[np.ndarray, " source"], rho: float, rng: np.random.Generator,
    size: float | None = None, outside: Float[np.ndarray, "*series day"] | None = None,
) -> Float[np.ndarray, " day"]:  # fmt: skip
    """Counts of `days` days from an empty past."""
    checks.discount(rho=rho, own_effect=float(effects[0]))
    extra = np.zeros((0, days)) if outside is None else np.atleast_2d(np.asarray(outside, dtype=float))
    y, a = np.zeros(days), np.zeros(1 + extra.shape[0])
    for t in range(days):
        lam = mu + float(np.asarray(effects) @ a)
        y[t] = rng.poisson(lam if size is None else rng.gamma(size, lam / size))
        a = rho * a + (1.0 - rho) * np.array([y[t], *extra[:, t]])
    return y
