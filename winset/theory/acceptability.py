"""Acceptability: under which weightings of several criteria one thing is better than another.

Objects. Alternatives i with scores x_ij in 0..1 on criteria j (0: own defeat on it, 1: own victory), weights w on the
simplex, u_i = sum_j w_j x_ij. Nobody knows w, so it is drawn: w ~ Dirichlet(alpha); alpha = 1 throughout makes all
weightings equally likely, less than 1 lets one criterion rule, more than 1 keeps them near equal. With d = x_i - x_k,

    P(i better than k) = P(sum_j w_j d_j > 0).

Whole-number alpha (a criterion then counts as alpha_j copies of itself). X_h are the d <= 0, Y_k the d > 0. Varsi's
recursion, free of cancellation and at home with ties: A_0 = 1, A_k = 0 for k = 1..K; for each h, for k = 1..K

    A_k = (Y_k A_k - X_h A_(k-1)) / (Y_k - X_h);        P = 1 - A_K.

Any alpha. sum w_j d_j > 0 just where sum G_j d_j > 0, G_j ~ Gamma(alpha_j), whose characteristic function is inverted
(Gil-Pelaez), with t = e^y, in which the trapezoid rule converges at the rate exp(-pi^2 / step):

    P = 1/2 + (1/pi) int Im prod_j (1 - i d_j e^y)^(-alpha_j) dy.

Expected rank of i = 1 + sum_k P(k better than i), a tie counting half. Tipping share of a criterion k, the others in
proportion to their weights: t = -rest / (d_k - rest), rest = sum_(j/=k) w_j d_j / sum_(j/=k) w_j.

Weights by domain. W ~ Dirichlet(A_1..A_D) over domains, v_d ~ Dirichlet(kappa_d pi_dc) within, w_dc = W_d v_dc. Parts
of a Dirichlet vector add up to one with added concentrations, so a criterion that is split in two, its concentration
shared out, changes nothing where both halves score alike; equal weights for all criteria would be a vote by whoever
lists the most. If the concentrations within every domain add up to A_d, w is one flat Dirichlet and the above is
exact. Else v is integrated over Sobol points and W exactly. Criteria of a domain that score alike are joined first,
so the rule holds to the last digit.

Cannot say: which weighting anybody has; it moves with the concentration, so that a share alone means little: give it
over several. Varsi, Pacific Journal of Mathematics 46 (1973) 303-314; Gil-Pelaez, Biometrika 38 (1951) 481-482;
Lahdelma, Hokkanen and Salminen, European Journal of Operational Research 106 (1998) 137-143; Lahdelma and Salminen,
Operations Research 49 (2001) 444-454.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy
from jaxtyping import Float, Int

from winset.errors import SettingError
from winset.theory import acceptability_kernels as kernels
from winset.theory.checks import positive
from winset.theory.sobol_points import sobol_points

MOST_COPIES = 256  # no answer: beyond that many copies of criteria the inversion is the faster of two exact ways
POINTS = 2**13  # no answer: of the integral over weights within domains; its error is below 1e-4
ROUGH = (0.7, 12.0)  # no answer: step and ends of the inversion where an error of 1e-4 will do


def better(
    difference: Sequence[float] | Float[np.ndarray, "*draw criterion"],
    concentration: Sequence[float] | Float[np.ndarray, " criterion"] | float = 1.0,
    rough: bool = False,
) -> Float[np.ndarray, "*draw"] | float:
    """P(sum w d > 0) for one difference of scores or a row of them each; a tie is not better. `rough`: to 1e-4, sooner.

    >>> round(float(better([-0.5, 0.1, 0.1, 0.05])), 6), round(float(better([0.4, -0.2, -0.1, 0.05], 0.5)), 6)
    (0.368687, 0.553433)
    """
    d = np.asarray(difference, dtype=float)
    if d.ndim == 0 or d.shape[-1] == 0 or not np.isfinite(d).all():
        raise SettingError("differences of scores must be finite numbers, at least one for each comparison")
    alpha = np.broadcast_to(np.asarray(concentration, dtype=float), d.shape[-1:]).copy()
    positive(concentration=alpha)
    rows = np.ascontiguousarray(d.reshape(-1, d.shape[-1]))
    if np.all(alpha == np.round(alpha)) and alpha.sum() <= MOST_COPIES:
        found = kernels.varsi_rows(rows, alpha.astype(np.int64))
    else:
        found = kernels.gil_pelaez_rows(rows, alpha, *(ROUGH if rough else (kernels.STEP, kernels.SMALL)))
    return found.reshape(d.shape[:-1]) if d.ndim > 1 else float(found[0])


def expected_ranks(
    scores: Float[np.ndarray, "alternative criterion"], concentration: Sequence[float] | float = 1.0
) -> Float[np.ndarray, " alternative"]:
    """Mean rank of every alternative, 1 for the best: exact for any number of them."""
    x = np.asarray(scores, dtype=float)
    beats = np.asarray(better(x[:, None, :] - x[None, :, :], concentration))
    loses = beats.T
    return 1 + (loses + (1 - beats - loses) / 2).sum(axis=1) - 0.5  # its tie with itself is none


def tipping_share(difference: Sequence[float], weights: Sequence[float], criterion: int) -> float | None:
    """The weight of one criterion, the others in proportion, at which the better of two turns; None: it never does.

    >>> round(tipping_share([0.5, -0.2, -0.1, 0.05], [0.25] * 4, 0), 6), tipping_share([0.1, 0.2], [0.5, 0.5], 0)
    (0.142857, None)
    """
    d, w = np.asarray(difference, dtype=float), np.asarray(weights, dtype=float)
    others = np.arange(len(d)) != criterion
    if w[others].sum() <= 0:
        return None
    rest = float(w[others] @ d[others] / w[others].sum())
    if rest * d[criterion] >= 0:
        return None
    return float(-rest / (d[criterion] - rest))


@dataclass(frozen=True)
class Joined:
    """Criteria of which those of one domain that score alike are joined, in an order that comes from scores alone.

    place: which joined criterion each one went to; domain: of each joined one; inside: its concentration within it.
    """

    place: Int[np.ndarray, " criterion"]
    domain: Int[np.ndarray, " joined"]
    inside: Float[np.ndarray, " joined"]


def joined(scores: Float[np.ndarray, "row criterion"], domain: Sequence[int], inside: Sequence[float]) -> Joined:
    """Join the criteria of each domain whose columns are the same throughout."""
    columns = [(int(d), *column) for d, column in zip(domain, np.asarray(scores, dtype=float).T.tolist())]
    order = sorted(set(columns))
    place_of = {column: k for k, column in enumerate(order)}
    place = np.array([place_of[c] for c in columns], dtype=np.int64)
    given = [sorted(float(a) for a, p in zip(inside, place) if p == k) for k in range(len(order))]
    return Joined(place, np.array([c[0] for c in order]), np.array([float(sum(parts)) for parts in given]))


def weights_inside(criteria: Joined, points: int, whole: int = 0) -> Float[np.ndarray, "point joined"]:
    """Weights of the joined criteria within their domains at so many Sobol points (a power of 2 covers them best)."""
    free = [d for d in np.unique(criteria.domain) if (criteria.domain == d).sum() > 1]
    found = np.ones((points, len(criteria.domain)))
    columns = np.concatenate([np.flatnonzero(criteria.domain == d) for d in free]) if free else np.zeros(0, int)
    u = sobol(points, whole + len(columns))[:, whole:]
    for d in free:
        own = np.flatnonzero(criteria.domain == d)
        found[:, own] = dirichlet(u[:, np.isin(columns, own)], criteria.inside[own])
    return found


def dirichlet(
    u: Float[np.ndarray, "point part"], concentration: Float[np.ndarray, " part"]
) -> Float[np.ndarray, "point part"]:
    """Dirichlet weights at points of the unit cube, by the quantiles of gamma variables."""
    drawn = np.maximum(scipy.special.gammaincinv(np.asarray(concentration)[None, :], u), 1e-300)
    return np.asarray(drawn / drawn.sum(axis=1, keepdims=True))


@lru_cache(maxsize=64)
def spread_weights(points: int, parts: int, concentration: float) -> Float[np.ndarray, "point part"]:
    """Weights of so many parts with one concentration at Sobol points; made once."""
    return dirichlet(sobol(points, parts), np.full(parts, float(concentration)))


@lru_cache(maxsize=32)
def sobol(points: int, dimensions: int) -> Float[np.ndarray, "point dimension"]:
    """The first points of the Sobol sequence, moved off the corner of the cube."""
    if dimensions == 0:
        return np.zeros((points, 0))
    exponent = max(0, int(np.ceil(np.log2(points))))
    return sobol_points(exponent, dimensions)[:points] + 0.5 / 2**exponent


def better_by_domain(
    difference: Sequence[float],
    domain: Sequence[int],
    concentration: Sequence[float],
    inside: Sequence[float],
    points: int = POINTS,
) -> float:
    """P(better) under weights by domain: `domain` and `inside` of each criterion, `concentration` of each domain.

    >>> halves = better_by_domain([0.4, 0.4, -0.1, -0.3], [0, 0, 0, 1], [1, 1], [0.5, 0.5, 1, 1])
    >>> halves == better_by_domain([0.4, -0.1, -0.3], [0, 0, 1], [1, 1], [1, 1, 1])
    True
    """
    positive(concentration=np.asarray(concentration, float), inside=np.asarray(inside, float))
    d = np.asarray(difference, dtype=float)[None, :]
    criteria = joined(d, domain, inside)
    one = np.zeros((1, len(criteria.domain)))
    one[0, criteria.place] = d[0]
    used = np.unique(criteria.domain)
    alike = [criteria.inside[criteria.domain == k].sum() == concentration[k] for k in used]
    single = [(criteria.domain == k).sum() == 1 for k in used]
    if all(a or s for a, s in zip(alike, single)):
        alpha = [concentration[k] if s else 0.0 for k, s in zip(used, single)]
        flat = [alpha[list(used).index(k)] or a for k, a in zip(criteria.domain, criteria.inside)]
        return float(better(one[0], flat))
    v = weights_inside(criteria, points)
    by_domain = np.stack([(v * one)[:, criteria.domain == k].sum(axis=1) for k in used], axis=1)
    return float(np.mean(better(by_domain, [concentration[k] for k in used])))
