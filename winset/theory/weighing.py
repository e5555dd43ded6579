"""Weighing evidence between rival hypotheses: likelihood ratios, items that hang together, and what would overturn it.

Hypotheses h = 0..H-1 with priors pi_h; item j of the evidence has the likelihood ratio L_jh = P(item j | h) / P(item
j | h = 0), so L_j0 = 1. If the items were independent given each hypothesis, by Bayes' rule

    P(h | items) proportional to pi_h prod_j L_jh.

Draws and hypotheses are weighed together. An item whose chances P(item j | h, d) are known in every draw d of the
uncertain numbers weighs the draw too; of one whose ratios alone are known the level is free, and is set so that all
such items together say nothing about the draw. With R_h the product of the ratios of the latter and M_h that of the
chances of the former, both in draw d,

    P(h | d, items) proportional to pi_h R_h M_h,      w(d) = sum_h pi_h R_h M_h / sum_h pi_h R_h,

and the mean of anything is the mean over draws weighted by w; the effective number of draws is (sum w)^2 / sum w^2
(Kish 1965).

Items that tell the same story are not independent. Within a group of m items whose information is correlated by rho,
all log ratios are divided by the design effect 1 + (m - 1) rho (Kish 1965, for the variance of a mean of m
equally correlated numbers): rho = 0 counts each in full, rho = 1 counts the group as its average item. Weight of
evidence (Good 1950) is log10 L; it adds up. Diagnosticity of an item: the difference between the largest and the
smallest of its mean weights over the hypotheses, its group's share taken; at 0 the item tells nothing.

Overturning: with leader a and rival b, posterior odds O = P(a)/P(b). One more act, O times as likely under b as under
a, makes them even; so does a prior pi_b / (pi_a + pi_b) = R / (1 + R), R the ratio of the evidence for a over b. Items
are left out greedily, each time the one whose loss narrows the lead most, until another hypothesis leads: that set need
not be the smallest.

Competing hypotheses in the classical form (Heuer 1999, ch. 8): each item is marked very consistent (CC), consistent
(C), neutral (N), inconsistent (I) or very inconsistent (II) with each hypothesis, and the hypothesis with the fewest
inconsistencies stands. Here the marks are read off the ratios, against the geometric mean over the hypotheses: I from
below 1/clear, II from below 1/strong, and the same above. It ignores priors and how strongly an item speaks for
something.

What it cannot say: a hypothesis that is not listed; and a ratio is no better than the reason given for it.

Reference: I. J. Good, Probability and the Weighing of Evidence (1950). L. Kish, Survey Sampling (1965). R. J. Heuer,
Psychology of Intelligence Analysis (1999).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import scipy
from jaxtyping import Float

from winset.theory import checks

MARKS = ("II", "I", "N", "C", "CC")


def shares(groups: Sequence[str], rho: float) -> Float[np.ndarray, " item"]:
    """The weight of each item: 1 / (1 + (m - 1) rho) in a group of m; an item without a group ("") stands alone."""
    checks.probability(rho=rho)
    size = [1 if not g else list(groups).count(g) for g in groups]
    return np.array([1.0 / (1.0 + (m - 1) * rho) for m in size])


def posterior(
    prior: Float[np.ndarray, "draw hypothesis"],
    logs: Float[np.ndarray, "draw item hypothesis"],
    groups: Sequence[str],
    rho: float,
) -> Float[np.ndarray, "draw hypothesis"]:
    """P(hypothesis | items), draw by draw. `logs` are natural log likelihood ratios; priors need not sum to 1."""
    checks.not_negative(prior=prior)
    with np.errstate(divide="ignore"):
        total = np.log(prior) + np.einsum("djh,j->dh", logs, shares(groups, rho))
    return scipy.special.softmax(total, axis=1)


def bounded(logs: Float[np.ndarray, "*item hypothesis"], most: float) -> Float[np.ndarray, "*item hypothesis"]:
    """The logs with no hypothesis made more than `most` times less likely than any other: raised, never lowered."""
    return np.maximum(logs, logs.max(axis=-1, keepdims=True) - math.log(most))


def draw_weights(
    prior: Float[np.ndarray, "draw hypothesis"],
    logs: Float[np.ndarray, "draw item hypothesis"],
    groups: Sequence[str],
    rho: float,
    levels: Sequence[bool],
) -> Float[np.ndarray, " draw"]:
    """w(draw), with mean 1. levels: the items whose logs are chances, which weigh the draws; the rest are ratios."""
    known = np.asarray(levels, bool)
    told = logs * shares(groups, rho)[:, None]
    with np.errstate(divide="ignore"):
        first = np.log(prior) + told[:, ~known].sum(axis=1)
    total = scipy.special.logsumexp(first + told[:, known].sum(axis=1), axis=1) - scipy.special.logsumexp(first, axis=1)
    weight = np.exp(total - total.max())
    return weight / weight.mean()


def effective(weight: Float[np.ndarray, " draw"]) -> float:
    """The number of equally weighted draws that would tell as much (Kish 1965)."""
    return float(weight.sum() ** 2 / (weight**2).sum())


def mean(column: Float[np.ndarray, "draw *rest"], weight: Float[np.ndarray, " draw"]) -> Float[np.ndarray, "*rest"]:
    """The weighted mean over draws."""
    return np.asarray(np.tensordot(weight, column, axes=1) / weight.sum())


def percentiles(
    column: Float[np.ndarray, "draw *rest"], weight: Float[np.ndarray, " draw"], at: Sequence[float]
) -> Float[np.ndarray, "at *rest"]:
    """The least number that so many percent of the weight does not exceed. It is always one of the draws."""
    return np.asarray(np.percentile(column, at, axis=0, weights=weight, method="inverted_cdf"))


def without_each(
    prior: Float[np.ndarray, "draw hypothesis"],
    logs: Float[np.ndarray, "draw item hypothesis"],
    groups: Sequence[str],
    rho: float,
    levels: Sequence[bool],
) -> Float[np.ndarray, "item hypothesis"]:
    """Mean posterior with each item left out; the rest of its group then shares the weight among fewer."""
    means = []
    for j in range(logs.shape[1]):
        rest = [k for k in range(logs.shape[1]) if k != j]
        left = (prior, logs[:, rest], [groups[k] for k in rest], rho)
        means.append(mean(posterior(*left), draw_weights(*left, [levels[k] for k in rest])))
    return np.array(means).reshape(logs.shape[1], logs.shape[2])


def diagnosticity(
    logs: Float[np.ndarray, "item hypothesis"], groups: Sequence[str], rho: float
) -> Float[np.ndarray, " item"]:
    """Spread of an item's weight of evidence over the hypotheses, in powers of ten."""
    return np.ptp(logs, axis=1) * shares(groups, rho) / math.log(10.0)


def marks(logs: Float[np.ndarray, "item hypothesis"], clear: float, strong: float) -> list[list[str]]:
    """Consistency of each item with each hypothesis: CC, C, N, I or II; C from a ratio of `clear`, CC from `strong`."""
    centred = logs - logs.mean(axis=1, keepdims=True)
    bounds = np.log([1 / strong, 1 / clear, clear, strong])
    return [[MARKS[k] for k in row] for row in np.searchsorted(bounds, centred)]


def inconsistencies(table: Sequence[Sequence[str]], hypotheses: int, double: int) -> list[int]:
    """For each hypothesis, the I counted once and the II `double` times."""
    cost = {"I": 1, "II": double}
    return [sum(cost.get(row[h], 0) for row in table) for h in range(hypotheses)]


def even_prior(
    logs: Float[np.ndarray, "item hypothesis"], groups: Sequence[str], rho: float, leader: int, rival: int
) -> float:
    """The prior chance of the rival, between it and the leader, at which the evidence leaves the two even."""
    ratio = float(shares(groups, rho) @ (logs[:, leader] - logs[:, rival])) if len(groups) else 0.0
    return float(scipy.special.expit(ratio))


def fewest_to_drop(
    log_prior: Float[np.ndarray, " hypothesis"],
    logs: Float[np.ndarray, "item hypothesis"],
    groups: Sequence[str],
    rho: float,
    leader: int,
) -> list[int] | None:
    """Items to leave out, greedily, until another hypothesis leads; None when no such set is found."""
    kept = list(range(logs.shape[0]))
    dropped: list[int] = []

    def total(items: Sequence[int]) -> Float[np.ndarray, " hypothesis"]:
        return log_prior + shares([groups[i] for i in items], rho) @ logs[list(items)] if items else log_prior

    while kept:
        if int(np.argmax(total(kept))) != leader:
            return dropped
        trial = {i: total([k for k in kept if k != i]) for i in kept}
        gap = {i: t[leader] - np.max(np.delete(t, leader)) for i, t in trial.items()}
        worst = min(kept, key=lambda i: (gap[i], i))
        kept.remove(worst)
        dropped.append(worst)
    return dropped if int(np.argmax(log_prior)) != leader else None
