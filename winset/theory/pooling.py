"""Several forecasters made into one: a weighted mean of chances, and a correction of what it says too boldly or too
shyly.

Objects. Question q has chances p_q1..p_qk of k forecasters and an outcome y_q in {0, 1}; questions of one cluster tell
much the same, so every cluster counts once: c_q = 1 / (questions of its cluster).

Pool (Stone 1961)                    P_q = sum_s w_s p_qs,   w_s >= 0,   sum_s w_s = 1
Weights (stacking, Breiman 1996)     w = argmin  sum_q c_q (P_q - y_q)^2  +  K d sum_s (w_s - 1/k)^2
                                     d = sum_q c_q sum_s (p_qs - mean_s p_qs)^2 / number of clusters
Correction (Cox 1958)                logit R_q = a + b logit P_q
                                     (a, b) = argmin  - sum_q c_q [y_q ln R_q + (1 - y_q) ln(1 - R_q)]
                                                  +  (a^2 + (b - 1)^2) / (2 v)

The first prior says that all are equally good and is worth K clusters like those at hand (d: how far apart the
forecasters are in one; a prior that knows the scale of the data, as Zellner's 1986); the second is normal, with
variance v, about no correction at all. With no question both give their priors back. A chance of exactly 0 or 1 needs
no clip in the pool, and one forecaster who was certain and wrong cannot be the ruin of it, as in a mean of log odds;
the price is that a mean of chances says too little where the forecasters know different things (Ranjan and Gneiting
2010), which the correction may give back.

Weights may be used on questions of which none was among those that they were fitted to. Cannot say: that forecasters
stay as good as they were; which of them is good at which kind of question.

References: M. Stone, Annals of Mathematical Statistics 32 (1961); L. Breiman, Machine Learning 24 (1996); D. Cox,
Biometrika 45 (1958); A. Zellner, in Bayesian Inference and Decision Techniques (1986); R. Ranjan and T. Gneiting,
Journal of the Royal Statistical Society B 72 (2010).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from jaxtyping import Bool, Float

from winset.errors import SettingError

Chances = Float[np.ndarray, "question source"]
Outcomes = Bool[np.ndarray, " question"]
STEPS = 100  # no answer: steps of Newton at most; it ends when a step is below 1e-10


def shares_of_clusters(clusters: Sequence[str]) -> Float[np.ndarray, " question"]:
    """c_q: one over the questions of its cluster."""
    _, at, size = np.unique(np.asarray(clusters, str), return_inverse=True, return_counts=True)
    return 1.0 / size[at]


def linear_pool(chances: Chances, weights: Float[np.ndarray, " source"]) -> Float[np.ndarray, " question"]:
    """P: the weighted mean of chances. Raises SettingError for weights below 0 or of another sum than 1."""
    if (weights < 0).any() or not np.isclose(weights.sum(), 1.0):
        raise SettingError("weights of a pool are not below 0 and sum to 1")
    return np.asarray(np.clip(chances @ weights, 0.0, 1.0))


def stacked(chances: Chances, yes: Outcomes, clusters: Sequence[str], prior: float) -> Float[np.ndarray, " source"]:
    """w: weights that make the mean squared error least under the prior, worth `prior` clusters.

    Exact: the problem is convex, so the least over every set of forecasters with some weight, by its linear equations,
    that has no weight below 0. Meant for a handful of forecasters.
    """
    if not prior > 0:
        raise SettingError(f"the prior of a pool must be worth more than 0 clusters, not {prior:g}")
    share, count = shares_of_clusters(clusters), chances.shape[1]
    if not len(share):
        return np.full(count, 1 / count)
    apart = float(share @ ((chances - chances.mean(axis=1, keepdims=True)) ** 2).sum(axis=1) / share.sum())
    worth = prior * (apart or 1.0)  # where all say the same any weights do
    square = (chances * share[:, None]).T @ chances + worth * np.eye(count)
    line = (chances * share[:, None]).T @ yes.astype(float) + worth / count

    def loss(w: Float[np.ndarray, " source"]) -> float:
        return float(w @ square @ w - 2 * line @ w)

    tried = []
    for size in range(1, count + 1):
        for some in map(list, combinations(range(count), size)):
            weights = np.zeros(count)
            weights[some] = _on_the_plane(square[np.ix_(some, some)], line[some])
            if (weights >= -1e-12).all():
                tried.append(np.maximum(weights, 0.0))
    return min(tried, key=loss)


def _on_the_plane(
    square: Float[np.ndarray, "source source"], line: Float[np.ndarray, " source"]
) -> Float[np.ndarray, " source"]:
    """The least of w S w - 2 l w where the weights sum to 1 (one multiplier)."""
    free, ones = np.linalg.solve(square, line), np.linalg.solve(square, np.ones(len(line)))
    return np.asarray(free + ones * (1.0 - free.sum()) / ones.sum())


def correction(
    chance: Float[np.ndarray, " question"], yes: Outcomes, clusters: Sequence[str], variance: float, clip: float
) -> tuple[float, float]:
    """(a, b), by Newton's method; chances are kept `clip` from 0 and 1."""
    if not variance > 0:
        raise SettingError(f"the variance of a prior must be greater than 0, not {variance:g}")
    x = np.stack([np.ones(len(chance)), _logit(chance, clip)], axis=1)
    share, at, start = shares_of_clusters(clusters), np.array([0.0, 1.0]), np.array([0.0, 1.0])

    def loss(b: Float[np.ndarray, " two"]) -> float:
        z = x @ b
        return float(share @ (np.logaddexp(0.0, z) - yes * z) + ((b - start) ** 2).sum() / (2 * variance))

    for _ in range(STEPS):
        said = 1 / (1 + np.exp(-x @ at))
        slope = x.T @ (share * (said - yes)) + (at - start) / variance
        bend = (x * (share * said * (1 - said))[:, None]).T @ x + np.eye(2) / variance
        step = np.linalg.solve(bend, slope)
        while loss(at - step) > loss(at) + 1e-12:
            step = step / 2
        at = at - step
        if np.abs(step).max() < 1e-10:
            break
    return float(at[0]), float(at[1])


def corrected(
    chance: Float[np.ndarray, " question"], by: tuple[float, float], clip: float
) -> Float[np.ndarray, " question"]:
    """R: chances after the correction; as they are where it is none (0, 1)."""
    if by == (0.0, 1.0):
        return chance
    return np.asarray(1 / (1 + np.exp(-(by[0] + by[1] * _logit(chance, clip)))))


def _logit(chance: Float[np.ndarray, " question"], clip: float) -> Float[np.ndarray, " question"]:
    kept = np.clip(chance, clip, 1 - clip)
    return np.asarray(np.log(kept / (1 - kept)))
