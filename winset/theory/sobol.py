"""Variance-based sensitivity: which input, alone or with others, the variance of an outcome comes from.

Objects. Y = f(X_1, ..., X_k), the inputs independent and uniform on (0, 1). With X_-i all inputs but the i-th,

    S_i  = Var(E[Y | X_i]) / Var(Y)              first order: what is gone on average if X_i becomes known
    ST_i = E[Var(Y | X_-i)] / Var(Y)             total: what is left on average if all but X_i become known

so S_i <= ST_i, and sum S_i <= 1 with equality iff the inputs do not interact.

Design. Two independent tables A and B of n points, from the two halves of a scrambled Sobol' sequence in 2k
dimensions; A_i is A with its i-th column from B. With f centred on its mean over A and B and V its variance there,

    S_i  = (1/n) sum f(B) (f(A_i) - f(A)) / V                (Saltelli et al. 2010)
    ST_i = (1/2n) sum (f(A) - f(A_i))^2 / V                  (Jansen 1999)

at n (k + 2) runs. Intervals: percentiles over resamples of the n points, all in two matrix products, since every
estimate is a ratio of means over the points.

Given draws. Where runs are dear, S_i is estimated from draws that exist (`first_of_draws`): the draws sorted by x_i
are cut into m parts of equal number, and with M_b the mean of y in part b, S_i = (Var_b M_b - e) / Var(Y), where e =
Var(Y) (m - 1)/(n - 1) is what Var_b M_b is on average if y is dealt out at random. Dependent inputs share what they
explain.

Cannot say: which of two dependent inputs is the cause; anything of an input outside the range it was drawn from;
whether a variance is what matters to a decision.
References: I. Sobol' (1993); M. Jansen (1999); A. Saltelli et al. (2010).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from jaxtyping import Float, Int
from numba import njit

from winset import seeds
from winset.errors import SettingError

CHUNK = 100  # no answer: resamples at a time: keeps the scratch arrays small
SURE = (0.05, 0.95)  # no answer: the ends of the intervals shown


@dataclass(frozen=True)
class Design:
    """The points at which the function is to be run: a, b, and mixed[i], which is a with its i-th column from b."""

    a: Float[np.ndarray, "point input"]
    b: Float[np.ndarray, "point input"]

    @property
    def mixed(self) -> Float[np.ndarray, "input point input"]:
        made = np.repeat(self.a[None], self.a.shape[1], axis=0)
        every = np.arange(self.a.shape[1])
        made[every, :, every] = self.b.T
        return made


@dataclass(frozen=True)
class Indices:
    """First and total order by input, and the ends of their 90% intervals over resamples (low, high)."""

    first: Float[np.ndarray, " input"]
    total: Float[np.ndarray, " input"]
    first_range: Float[np.ndarray, "end input"]
    total_range: Float[np.ndarray, "end input"]


def design(inputs: int, points: int, seed: int) -> Design:
    """Two tables of `points` (a power of two) rows in the unit cube."""
    if inputs < 1 or points < 2 or points & (points - 1):
        raise SettingError(f"a design needs an input and a power of two of points, not {inputs} and {points}")
    both = scipy.stats.qmc.Sobol(2 * inputs, scramble=True, rng=seed).random(points)
    return Design(both[:, :inputs], both[:, inputs:])


def indices(
    at_a: Float[np.ndarray, " point"],
    at_b: Float[np.ndarray, " point"],
    at_mixed: Float[np.ndarray, "input point"],
    *,
    resamples: int,
    seed: int,
) -> Indices:
    """Both orders from the runs at `a`, `b` and `mixed`. All zero where the outcome does not vary."""
    points = len(at_a)
    if at_b.shape != (points,) or at_mixed.shape[1:] != (points,):
        raise SettingError(f"runs do not belong together: {at_a.shape}, {at_b.shape} and {at_mixed.shape}")
    if resamples < 1:
        raise SettingError(f"resamples must be at least 1, not {resamples}")
    middle = np.concatenate([at_a, at_b]).mean()
    a, b, mixed = at_a - middle, at_b - middle, at_mixed - middle
    own = np.concatenate([b * (mixed - a), 0.5 * (mixed - a) ** 2])
    both = np.stack([a + b, a**2 + b**2])  # half their means: the mean and the mean square over the 2n runs
    terms = np.concatenate([own, both]).T
    whole = _ratios(terms.mean(axis=0)[None], len(mixed))[0]
    made = np.concatenate(
        [
            _ratios(_counts(seed, begin, min(CHUNK, resamples - begin), points) @ terms / points, len(mixed))
            for begin in range(0, resamples, CHUNK)
        ]
    )
    ends = np.quantile(made, SURE, axis=0)
    k = len(mixed)
    return Indices(whole[:k], whole[k:], ends[:, :k], ends[:, k:])


def _ratios(means: Float[np.ndarray, "sample term"], inputs: int) -> Float[np.ndarray, "sample index"]:
    """Means of the terms to both orders: each over the variance of its own sample, 0 where that is 0."""
    variance = means[:, -1] / 2 - (means[:, -2] / 2) ** 2
    over = np.where(variance > 0, 1 / np.where(variance > 0, variance, 1.0), 0.0)
    return means[:, : 2 * inputs] * over[:, None]


def _counts(seed: int, begin: int, many: int, points: int) -> Float[np.ndarray, "sample point"]:
    """How often each point is drawn in each of `many` resamples."""
    raw = seeds.words(seed, "sobol", str(begin), count=-(-many * points // 2))
    return _counted(raw.view(np.uint32)[: many * points].reshape(many, points))


@njit(cache=True)
def _counted(luck: np.ndarray) -> np.ndarray:
    """How often each place of a row is named by the row's words of 32 bits, as shares of their range."""
    many, points = luck.shape
    made = np.zeros((many, points))
    for row in range(many):
        for at in range(points):
            made[row, np.uint64(luck[row, at]) * np.uint64(points) >> np.uint64(32)] += 1.0
    return made


def total_of(
    before: Float[np.ndarray, "*outcome draw"], after: Float[np.ndarray, "*outcome draw"]
) -> Float[np.ndarray, "*outcome"]:
    """Jansen's total order of one input: runs before and after that input alone was drawn anew. 0 without a
    variance."""
    variance = np.concatenate([before, after], axis=-1).var(axis=-1)
    moved = 0.5 * ((before - after) ** 2).mean(axis=-1)
    return np.asarray(np.where(variance > 0, moved / np.where(variance > 0, variance, 1.0), 0.0))


def parts_of(columns: Float[np.ndarray, "draw column"], parts: int) -> Int[np.ndarray, "draw column"]:
    """The part of each draw in each column: 0 (lowest) to parts - 1, of equal number up to one.

    A column of few different values, as many as parts at most, has one part a value.
    """
    total = len(columns)
    if not 2 <= parts <= total:
        raise SettingError(f"parts must be from 2 to the {total} draws, not {parts}")
    place = np.empty(columns.shape, np.int64)
    for i, column in enumerate(columns.T):
        values = np.unique(column)
        if len(values) <= parts:
            place[:, i] = np.searchsorted(values, column)
        else:
            place[np.argsort(column, kind="stable"), i] = np.arange(total) * parts // total
    return place


def means_of(
    place: Int[np.ndarray, "draw column"], outcomes: Float[np.ndarray, "draw outcome"], parts: int
) -> tuple[Float[np.ndarray, "column part outcome"], Int[np.ndarray, "column part"]]:
    """Mean outcome in each part of each column (0 where it is empty), and how many draws it has."""
    columns = place.shape[1]
    flat = place + parts * np.arange(columns)
    size = np.bincount(flat.ravel(), minlength=columns * parts).reshape(columns, parts)
    sums = [
        np.bincount(flat.ravel(), np.repeat(y, columns), minlength=columns * parts).reshape(columns, parts)
        for y in outcomes.T
    ]
    made = np.stack(sums, axis=2) if sums else np.zeros((columns, parts, 0))
    return made / np.maximum(size, 1)[:, :, None], size


def first_of_draws(
    columns: Float[np.ndarray, "draw column"], outcomes: Float[np.ndarray, "draw outcome"], parts: int
) -> Float[np.ndarray, "column outcome"]:
    """First order of every column for every outcome from draws that exist, less what chance gives. 0 without a
    variance."""
    means, size = means_of(parts_of(columns, parts), outcomes, parts)
    share, draws = size / len(columns), len(columns)
    between = (share[:, :, None] * (means - outcomes.mean(axis=0)) ** 2).sum(axis=1)
    variance = outcomes.var(axis=0)
    used = (size > 0).sum(axis=1)
    chance = variance * ((used - 1) / (draws - 1))[:, None]
    return np.where(variance > 0, (between - chance) / np.where(variance > 0, variance, 1.0), 0.0)
