"""Proper scores of forecasts, what they are made of, and how sure a difference between two forecasters is.

Of a yes/no question with forecast p and outcome y in {0, 1}:

    Brier score   (p - y)^2                                                     0 best, 0.25 for always 1/2, 1 worst
    log score     -ln p if y = 1, -ln(1 - p) if y = 0                           p kept within clip .. 1 - clip

Murphy's split of the mean Brier score over bins k of equal forecasts (n_k questions, forecast p_k, share of yes o_k,
overall share o):

    mean Brier = reliability - resolution + uncertainty
    reliability = sum n_k (p_k - o_k)^2 / n,   resolution = sum n_k (o_k - o)^2 / n,   uncertainty = o (1 - o)

exact where forecasts within a bin are equal; else two terms for the spread within bins are added and shown as
`within`.

Of an ordered question with K bins: RPS = sum over k < K of (P(bin <= k) - 1[outcome <= k])^2. Of a number with a sample
x_1..x_m as forecast: CRPS = mean |x_i - y| - mean |x_i - x_j| / 2 (Gneiting and Raftery 2007, eq. 21).

Two forecasters on the same questions are compared by the mean difference of their scores. Questions of one cluster tell
much the same, so whole clusters are resampled (paired cluster bootstrap); twenty questions on one town are not twenty
draws.

Brier 1950; Murphy 1973; Epstein 1969; Gneiting and Raftery 2007. What scores cannot say: whether a forecaster was lucky
on few questions; so no mean without its count, and under ten none without an interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from winset.errors import SettingError

Chances = Float[np.ndarray, " question"]
Outcomes = Bool[np.ndarray, " question"]


def brier(chance: Chances, yes: Outcomes) -> Chances:
    """(p - y)^2 of each question."""
    return (_valid(chance) - yes) ** 2


def log_score(chance: Chances, yes: Outcomes, clip: float = 0.001) -> Chances:
    """-ln of the chance given to what happened, in nats, the chance kept within clip .. 1 - clip."""
    kept = np.clip(_valid(chance), clip, 1 - clip)
    return -np.log(np.where(yes, kept, 1 - kept))


def _valid(chance: Chances) -> Chances:
    if np.isnan(chance).any() or (chance < 0).any() or (chance > 1).any():
        raise SettingError("a forecast must be a chance from 0 to 1")
    return chance


def ranked(chance: Float[np.ndarray, "question bin"], outcome: Int[np.ndarray, " question"]) -> Chances:
    """Ranked probability score of ordered bins, outcomes as places from 0. Raises SettingError for rows that do not sum
    to 1."""
    if not np.allclose(chance.sum(axis=1), 1.0) or outcome.min() < 0 or outcome.max() >= chance.shape[1]:
        raise SettingError("chances of ordered bins must sum to 1, and outcomes be places of bins, from 0")
    reached = outcome[:, None] <= np.arange(chance.shape[1])
    return ((chance.cumsum(axis=1) - reached) ** 2)[:, :-1].sum(axis=1)


def crps(sample: Float[np.ndarray, "question member"], outcome: Float[np.ndarray, " question"]) -> Chances:
    """Continuous ranked probability score of samples, in units of the outcome; O(m log m) by sorting.

    mean |x_i - x_j| = 2 sum_i (2 i - m - 1) x_(i) / m^2 for sorted x, i from 1.
    """
    x, m = np.sort(sample, axis=1), sample.shape[1]
    spread = 2.0 * (x * (2.0 * np.arange(1, m + 1) - m - 1)).sum(axis=1) / m**2
    return np.abs(sample - outcome[:, None]).mean(axis=1) - spread / 2


@dataclass(frozen=True)
class Split:
    """Murphy's parts of a mean Brier score: reliability - resolution + uncertainty + within = mean."""

    mean: float
    reliability: float
    resolution: float
    uncertainty: float
    within: float


@dataclass(frozen=True)
class Bin:
    """Questions with forecasts from low to high (the last bin with its upper end): their mean forecast and share of
    yes."""

    low: float
    high: float
    count: int
    forecast: float
    share: float


def bins(chance: Chances, yes: Outcomes, edges: Sequence[float]) -> list[Bin]:
    """The reliability diagram: bins that hold a question, in order."""
    at = _places(chance, edges)
    found = []
    for k in range(len(edges) - 1):
        own = at == k
        if own.any():
            found.append(Bin(edges[k], edges[k + 1], int(own.sum()), float(chance[own].mean()), float(yes[own].mean())))
    return found


def _places(chance: Chances, edges: Sequence[float]) -> Int[np.ndarray, " question"]:
    return np.clip(np.searchsorted(edges, chance, side="right") - 1, 0, len(edges) - 2)


def split(chance: Chances, yes: Outcomes, edges: Sequence[float]) -> Split:
    """Murphy's decomposition over the bins."""
    n, o, mean = len(chance), float(yes.mean()), float(brier(chance, yes).mean())
    made = bins(chance, yes, edges)
    reliability = sum(b.count * (b.forecast - b.share) ** 2 for b in made) / n
    resolution = sum(b.count * (b.share - o) ** 2 for b in made) / n
    uncertainty = o * (1 - o)
    return Split(mean, reliability, resolution, uncertainty, mean - reliability + resolution - uncertainty)


@dataclass(frozen=True)
class Interval:
    """A mean with the 5th and 95th percentile over resampled clusters, and how many there are."""

    value: float
    low: float
    high: float
    count: int
    clusters: int


def clustered(values: Chances, cluster: Sequence[str], resamples: int, rng: np.random.Generator) -> Interval:
    """The mean of values, with an interval by resampling whole clusters. One cluster alone has no interval: nan."""
    if not len(values):
        return Interval(float("nan"), float("nan"), float("nan"), 0, 0)
    names, at = np.unique(np.asarray(cluster), return_inverse=True)
    total, size = np.bincount(at, weights=values), np.bincount(at)
    value = float(values.mean())
    if len(names) < 2:
        return Interval(value, float("nan"), float("nan"), len(values), 1)
    drawn = rng.integers(len(names), size=(resamples, len(names)))
    means = total[drawn].sum(axis=1) / size[drawn].sum(axis=1)
    low, high = np.percentile(means, [5, 95])
    return Interval(value, min(float(low), value), max(float(high), value), len(values), len(names))
