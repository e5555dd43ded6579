"""Quantile functions of the distributions a Figure may have: from a quantile in (0, 1) to a number.

PERT (Malcolm et al. 1959; Vose 2008): a Beta(1 + 4t, 5 - 4t) on [a, b] whose mode m is at the share t of the way.
Here an analyst gives the mode and the 5th and 95th percentiles, not the ends. With q05(t) and q95(t) the
percentiles of the unit Beta, (m - low)/(high - low) = (t - q05)/(q95 - q05) grows strictly with t, so t is found by
bisection, then the width (high - low)/(q95 - q05) and the left end m - t * width. The ends may lie beyond what the
quantity allows; values are clipped to its bounds by the caller, which says so.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import scipy
from jaxtyping import Float

from winset.errors import SettingError

_NAMED = {"beta": 2, "uniform": 2, "normal": 2, "lognormal": 2, "gamma": 2}
LARGEST = 1e18
Array = Float[np.ndarray, " draw"]
SPAN, NODE = 5.0, 0.02


@lru_cache(maxsize=4096)
def pert_shape(ratio: float) -> tuple[float, float, float]:
    """(t, q05, q95) for a mode at `ratio` of the way from the 5th to the 95th percentile."""
    low, high = 0.0, 1.0
    for _ in range(60):
        t = (low + high) / 2
        q05, q95 = scipy.special.betaincinv(1 + 4 * t, 5 - 4 * t, (0.05, 0.95))
        if (t - q05) / (q95 - q05) < ratio:
            low = t
        else:
            high = t
    return t, float(q05), float(q95)


def pert(low: float, mode: float, high: float, quantile: Array) -> Array:
    """PERT numbers from quantiles, given 5th percentile, mode and 95th percentile.

    >>> np.round(pert(10.0, 20.0, 40.0, np.array([0.05, 0.5, 0.95])), 3)
    array([10.   , 22.725, 40.   ])
    """
    if not low <= mode <= high:
        raise SettingError(f"low {low:g} <= mode {mode:g} <= high {high:g} does not hold")
    if low == high:
        return np.full_like(quantile, mode)
    t, q05, q95 = pert_shape((mode - low) / (high - low))
    width = (high - low) / (q95 - q05)
    column = _of_unit_beta(t, quantile)
    column -= t
    column *= width
    column += mode
    return column


class _Spline(NamedTuple):
    """A cubic Hermite spline as `scipy.interpolate` has it: nodes, and the coefficients of each piece, the cubic
    first."""

    x: Float[np.ndarray, " node"]
    c: Float[np.ndarray, "4 piece"]


def _of_unit_beta(t: float, quantile: Array) -> Array:
    """Numbers of Beta(1 + 4t, 5 - 4t) from quantiles, by the spline as far as it goes."""
    from winset.column_kernels import spline  # here, since numba takes time to load, and a case is read without

    made, score = _unit_beta(t), scipy.special.ndtri(quantile)
    column = np.empty(len(score))
    if spline(made.x, made.c, SPAN, NODE, score, column):
        beyond = np.abs(score) > SPAN
        column[beyond] = scipy.special.betaincinv(1 + 4 * t, 5 - 4 * t, quantile[beyond])
    return column


@lru_cache(maxsize=4096)
def _unit_beta(t: float) -> _Spline:
    """Quantiles of Beta(1 + 4t, 5 - 4t) as a function of the normal score, exact at nodes NODE apart.

    Inverting the incomplete beta function costs microseconds a number. Between nodes the slope dx/dz = phi(z) / f(x)
    is known, so the error stays below 1e-9 (tested). Used for any number of draws, so that chunks do not matter.
    """
    a, b = 1 + 4 * t, 5 - 4 * t
    nodes = np.arange(-SPAN, SPAN + NODE / 2, NODE)
    at = scipy.special.betaincinv(a, b, scipy.special.ndtr(nodes))
    log_density = scipy.special.xlogy(a - 1, at) + scipy.special.xlog1py(b - 1, -at) - scipy.special.betaln(a, b)
    slope = np.exp(-0.5 * nodes**2 - 0.5 * np.log(2 * np.pi) - log_density)
    width = np.diff(nodes)
    rise = np.diff(at) / width
    bend = (slope[:-1] + slope[1:] - 2 * rise) / width
    return _Spline(nodes, np.stack((bend / width, (rise - slope[:-1]) / width - bend, slope[:-1], at[:-1])))


def parse_distribution(text: str) -> tuple[str, tuple[float, ...]]:
    """`beta(2,3)`, `uniform(0,1)`, `normal(0,1)`, `lognormal(median,sigma)`, `gamma(shape,rate)`.

    Raises SettingError for another name or impossible parameters.
    """
    match = re.fullmatch(r"\s*([a-z]+)\s*\(([^()]*)\)\s*", text)
    if not match or match[1] not in _NAMED:
        raise SettingError(f"unknown distribution {text[:60]!r}; one of {', '.join(sorted(_NAMED))}, e.g. beta(2,3)")
    name = match[1]
    try:
        numbers = tuple(float(x) for x in match[2].split(","))
        if "_" in text or not text.isascii():
            raise ValueError
    except ValueError:
        raise SettingError(f"{text[:60]!r}: its parameters are not numbers") from None
    a, b = (*numbers, 0.0, 0.0)[:2]
    sound = len(numbers) == _NAMED[name] and all(map(np.isfinite, numbers))
    sound = sound and {"uniform": a < b, "normal": b > 0}.get(name, a > 0 and b > 0)
    if not sound or not _bounded(name, a, b):
        raise SettingError(f"{text[:60]!r}: impossible parameters")
    return name, numbers


def _bounded(name: str, a: float, b: float) -> bool:
    """Whether the numbers stay within reason as far out as a draw can go."""
    with np.errstate(all="ignore"):
        ends = _inverse(name, a, b, np.array([2.0**-53, 0.5, 1 - 2.0**-53]))
    return bool(np.all(np.abs(ends) <= LARGEST))


def named(text: str, quantile: Array) -> Array:
    """Numbers of a named distribution from quantiles."""
    name, (a, b) = parse_distribution(text)
    return _inverse(name, a, b, quantile)


def _inverse(name: str, a: float, b: float, quantile: Array) -> Array:
    if name == "beta":
        return scipy.special.betaincinv(a, b, quantile)
    if name == "uniform":
        return a + (b - a) * quantile
    if name == "normal":
        return a + b * scipy.special.ndtri(quantile)
    if name == "lognormal":
        return a * np.exp(b * scipy.special.ndtri(quantile))
    return scipy.special.gammaincinv(a, quantile) / b
