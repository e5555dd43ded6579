"""Two Poisson rates compared: the exact test of their ratio, the same allowing for overdispersion, and its power.

x events in e1 days, y in e0 others. If both are Poisson with rates r L and L, then x | x + y ~ Binomial(x + y, r e1 /
(r e1 + e0)) (Przyborowski and Wilenski 1940): an exact test of r = 1, and, from the Clopper-Pearson interval of the
binomial share, an exact interval of r. Quasi-Poisson: the variance is phi times the mean (phi = Pearson chi-square /
degrees of freedom), so log r has standard error sqrt(phi (1/x + 1/y)) (McCullagh and Nelder 1989, section 6.2).

References: J. Przyborowski and H. Wilenski, "Homogeneity of results in testing samples from Poisson series",
Biometrika 31 (1940). P. McCullagh and J. Nelder, Generalized Linear Models (1989).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from jaxtyping import Float, Int

from winset.errors import NotSolved, SettingError
from winset.theory import checks
from winset.theory.counts import binomial_above, binomial_critical

NODES = 8192  # no answer: totals at which the power of the test is summed


@dataclass(frozen=True)
class RateRatio:
    """Exact conditional comparison of two Poisson counts; low and high are the central `level` interval."""

    ratio: float
    low: float
    high: float
    p_greater: float
    p_less: float
    p_two_sided: float


def rate_ratio(x: int, y: int, e1: float, e0: float, level: float = 0.9) -> RateRatio:
    """x events in exposure e1 against y in e0 (same unit). ratio is inf when y = 0 and nan when x = y = 0.

    The two-sided p is twice the smaller tail, which agrees with the interval.
    """
    checks.not_negative(x=x, y=y)
    checks.positive(e1=e1, e0=e0)
    if not 0.0 < level < 1.0:
        raise SettingError(f"level must lie between 0 and 1, not {level}")
    n, share, tail = x + y, e1 / (e1 + e0), (1.0 - level) / 2.0
    greater = float(binomial_above(x - 1, n, share))
    less = float(scipy.special.betainc(y, x + 1, e0 / (e1 + e0))) if y > 0 else 1.0
    low_share = float(scipy.special.betaincinv(x, y + 1, tail)) if x > 0 else 0.0
    high_share = float(scipy.special.betaincinv(x + 1, y, 1.0 - tail)) if y > 0 else 1.0
    ratio = (x / e1) / (y / e0) if y > 0 else (np.inf if x > 0 else np.nan)
    high = high_share / (1.0 - high_share) * e0 / e1 if high_share < 1.0 else np.inf
    return RateRatio(
        ratio, low_share / (1.0 - low_share) * e0 / e1, high, greater, less, min(1.0, 2.0 * min(greater, less))
    )


def quasi_poisson(ratio: float, x: int, y: int, dispersion: float, level: float = 0.9) -> tuple[float, float, float]:
    """(low, high, two-sided p) of a rate ratio with variance `dispersion` times the Poisson one."""
    checks.positive(dispersion=dispersion)
    if x == 0 or y == 0:
        return 0.0, float(np.inf), 1.0  # the normal approximation says nothing with an empty side
    error = float(np.sqrt(dispersion * (1.0 / x + 1.0 / y)))
    half = float(scipy.special.ndtri((1.0 + level) / 2.0)) * error
    centre = float(np.log(ratio))
    return (
        float(np.exp(centre - half)),
        float(np.exp(centre + half)),
        float(2.0 * scipy.special.ndtr(-abs(centre) / error)),
    )


def power_of(
    ratio: float, base_rate: float, e1: float, e0: float, alpha: float = 0.05, dispersion: float = 1.0
) -> float:
    """Exact power of the one-sided conditional test at size alpha: summed over the Poisson law of x + y.

    base_rate: attacks per other day. Overdispersed counts are worth 1/dispersion as much. Above some 260,000 counts the
    law is summed in `NODES` equal steps, each at its middle, where the power changes by less than 1/1000.
    """
    checks.positive(ratio=ratio, base_rate=base_rate, e1=e1, e0=e0, dispersion=dispersion)
    mean = base_rate * (e0 + ratio * e1) / dispersion
    return _power(mean, ratio * e1 / (ratio * e1 + e0), _Critical(alpha, e1 / (e1 + e0)))


class _Critical:
    """The critical count of the test for totals one apart: those that were met before are not sought again."""

    def __init__(self, alpha: float, share: float):
        self.alpha, self.share, self.known = alpha, share, np.zeros(0)

    def __call__(self, n: Int[np.ndarray, " total"]) -> Float[np.ndarray, " total"]:
        """P(X > critical) <= alpha."""
        if n[-1] >= len(self.known):
            self.known = np.concatenate([self.known, np.full(int(n[-1]) + 1, np.nan)])
        new = n[np.isnan(self.known[n])]
        self.known[new] = binomial_critical(self.alpha, new, self.share)
        return self.known[n]


def _power(mean: float, share: float, critical: _Critical) -> float:
    """The power at so many counts in the mean, of which `share` fall on the days tested."""
    least, most = max(0, int(mean - 8.0 * np.sqrt(mean) - 8.0)), int(mean + 8.0 * np.sqrt(mean) + 30.0)
    step = -(-(most - least) // NODES)
    n = np.arange(least, most, step)
    if step == 1:
        weight, most_by_chance = np.exp(scipy.special.xlogy(n, mean) - scipy.special.gammaln(n + 1) - mean), critical(n)
    else:
        weight = np.diff(scipy.special.pdtr([*n, most], mean))
        n = n + step // 2
        most_by_chance = binomial_critical(critical.alpha, n, critical.share)
    return float(np.sum(weight * binomial_above(most_by_chance, n, share)))


def smallest_detectable(
    base_rate: float, e1: float, e0: float, power: float = 0.8, alpha: float = 0.05, dispersion: float = 1.0
) -> float:
    """Smallest rate ratio above 1 found with chance `power`; inf when a thousandfold rise is not enough."""
    if not alpha < power < 1.0:
        raise SettingError(f"power must lie between alpha ({alpha}) and 1, not {power}")
    if base_rate == 0.0:
        return float(np.inf)

    checks.positive(base_rate=base_rate, e1=e1, e0=e0, dispersion=dispersion)
    critical = _Critical(alpha, e1 / (e1 + e0))

    def shortfall(log_ratio: float) -> float:
        ratio = float(np.exp(log_ratio))
        mean = base_rate * (e0 + ratio * e1) / dispersion
        return _power(mean, ratio * e1 / (ratio * e1 + e0), critical) - power

    top = 1e-3
    while shortfall(top) < 0.0:
        top *= 2.0
        if top > np.log(1000.0):
            return float(np.inf)
    found, report = scipy.optimize.brentq(shortfall, 0.0, top, xtol=1e-4, full_output=True)
    if not report.converged:
        raise NotSolved("the smallest detectable ratio was not found", float(np.exp(found)))
    return float(np.exp(found))
