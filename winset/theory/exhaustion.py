"""War as a race of endurance: who runs out first.

Units (problem of points). The loser of a battle burns one unit; A has r_A, B has r_B, A wins a battle with
probability p. B is exhausted first iff A wins r_B battles before losing r_A:

    P(B first) = I_p(r_B, r_A)                                       regularised incomplete beta function
    P(end at battle n, B first) = C(n-1, r_B-1) p^r_B q^(n-r_B)      n = r_B .. r_A + r_B - 1

With p unknown, p ~ Beta(alpha, beta), powers of p and q become ratios of beta functions (Polya's urn); learning
from battles on the way is then already in the sum, since nobody acts on it.

Stocks (first passage). Each side's stock h_i falls by a Brownian motion with drift m_i > 0 and standard deviation
s_i per unit of time, independently. The time to exhaustion is inverse Gaussian with mean h/m and shape h^2/s^2, and

    P(A first) = integral f_A(t) (1 - F_B(t)) dt.

Cannot say: nobody surrenders early, borrows, or is rescued; common shocks to both stocks are left out.
References: D. Filson and S. Werner, American Journal of Political Science 46 (2002), for war as exhaustion of
forces; W. Feller, vol. 1, VI.8 (problem of points); J. Folks and R. Chhikara, J. Royal Statistical Society B 40
(1978), for the inverse Gaussian.
"""

from __future__ import annotations

import numpy as np
import scipy
from jaxtyping import Float

from winset.errors import SettingError


def _check_units(units_A: int, units_B: int) -> None:
    if units_A < 1 or units_B < 1:
        raise SettingError(f"each side needs at least one unit of endurance, not {units_A} and {units_B}")


def problem_of_points(units_A: int, units_B: int, p: float) -> float:
    """P(B is exhausted first) for a known p in [0, 1]."""
    _check_units(units_A, units_B)
    if not 0 <= p <= 1:
        raise SettingError(f"p must be a probability, not {p}")
    return float(scipy.special.betainc(units_B, units_A, p))


def points_law(
    units_A: int, units_B: int, log_weight: Float[np.ndarray, "wins losses"]
) -> tuple[Float[np.ndarray, " battle"], Float[np.ndarray, " battle"]]:
    """P(end at battle n = 0.. and B first), and the same for A, given log P of one order of a wins and b losses."""
    _check_units(units_A, units_B)
    last = units_A + units_B
    B_first, A_first = np.zeros(last), np.zeros(last)
    for law, own, other, weight in (
        (B_first, units_B, units_A, log_weight[units_B, :units_A]),
        (A_first, units_A, units_B, log_weight[:units_B, units_A]),
    ):
        extra = np.arange(other)
        orders = scipy.special.gammaln(own + extra) - scipy.special.gammaln(own) - scipy.special.gammaln(extra + 1)
        law[own : own + other] = np.exp(orders + weight)
    return B_first, A_first


def known_p(units_A: int, units_B: int, p: float) -> Float[np.ndarray, "wins losses"]:
    """log P of one order of a wins and b losses when p in (0, 1) is known."""
    if not 0 < p < 1:
        raise SettingError(f"p must lie strictly between 0 and 1 here, not {p}")
    wins, losses = np.ogrid[: units_B + 1, : units_A + 1]
    return wins * np.log(p) + losses * np.log1p(-p)


def beta_p(units_A: int, units_B: int, alpha: float, beta: float) -> Float[np.ndarray, "wins losses"]:
    """The same when p ~ Beta(alpha, beta)."""
    if alpha <= 0 or beta <= 0:
        raise SettingError(f"the parameters of a Beta belief must be positive, not {alpha} and {beta}")
    wins, losses = np.ogrid[: units_B + 1, : units_A + 1]
    return scipy.special.betaln(alpha + wins, beta + losses) - scipy.special.betaln(alpha, beta)


def expected_battles(units_A: int, units_B: int, p: float) -> float:
    """Expected battles until one side is exhausted, known p in (0, 1)."""
    B_first, A_first = points_law(units_A, units_B, known_p(units_A, units_B, p))
    return float((B_first + A_first) @ np.arange(len(B_first)))


def problem_of_points_beta(units_A: int, units_B: int, alpha: float, beta: float) -> tuple[float, float]:
    """P(B is exhausted first) and expected battles when p ~ Beta(alpha, beta)."""
    B_first, A_first = points_law(units_A, units_B, beta_p(units_A, units_B, alpha, beta))
    return float(B_first.sum()), float((B_first + A_first) @ np.arange(len(B_first)))


def exhaustion_time(
    t: Float[np.ndarray, " time"], stock: float, drift: float, sd: float
) -> tuple[Float[np.ndarray, " time"], Float[np.ndarray, " time"]]:
    """Density and survival function of the time (t > 0) at which a stock is used up (inverse Gaussian)."""
    if min(stock, drift, sd) <= 0:
        raise SettingError(f"stock, drift and sd must all be positive, not {stock}, {drift}, {sd}")
    mean, shape = stock / drift, (stock / sd) ** 2
    root = np.sqrt(shape / t)
    density = root / (t * np.sqrt(2 * np.pi)) * np.exp(-shape * (t - mean) ** 2 / (2 * mean**2 * t))
    # 1 - F, its second term in logs because exp(2 shape/mean) alone overflows for large stocks
    survival = scipy.special.ndtr(root * (1 - t / mean)) - np.exp(
        2 * shape / mean + scipy.special.log_ndtr(-root * (1 + t / mean))
    )
    return density, np.clip(survival, 0.0, 1.0)


def endurance_race(
    stock_A: float, drift_A: float, sd_A: float, stock_B: float, drift_B: float, sd_B: float, points: int = 8001
) -> float:
    """P(A's stock is used up first).

    Trapezoids in log t. With u = t/mean the exponent of f_A is -shape/(2 mean) (u - 2 + 1/u), which reaches -40 at
    log u = +-arccosh(1 + 40 mean/shape); there the integrand and all its derivatives vanish, so the rule converges
    faster than any power of the step.
    """
    if min(stock_A, drift_A, sd_A) <= 0:
        raise SettingError(f"stock, drift and sd must all be positive, not {stock_A}, {drift_A}, {sd_A}")
    mean, shape = stock_A / drift_A, (stock_A / sd_A) ** 2
    reach = np.arccosh(1 + 40 * mean / shape)
    log_t = np.log(mean) + np.linspace(-reach, reach, points)
    t = np.exp(log_t)
    f_A, _ = exhaustion_time(t, stock_A, drift_A, sd_A)
    _, survive_B = exhaustion_time(t, stock_B, drift_B, sd_B)
    return float(np.trapezoid(f_A * survive_B * t, log_t))
