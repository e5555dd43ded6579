"""Ranks of several alternatives over all weightings: exactly, by cutting the simplex of weights into cells.

Alternatives i with scores x_ij, weights w on the simplex, all equally likely (Dirichlet with whole-number
concentrations: a criterion then counts as so many copies of itself, whose weights add up). Each pair of alternatives
has a plane on which they are worth the same; between the planes lie cells in which the order of all alternatives is
one and the same. Then

    b_i^r  (rank acceptability)  = volume of the cells in which i has rank r, as a share of the simplex;
    c_i    (central weight)      = centroid of the cells in which i is first.

The simplex is cut by one plane after another. A simplex with p corners on one side of a plane and q on the other
falls into two parts; the part with the p corners has the shape of a product of a simplex of p corners and one of q +
1, and the monotone paths through a p x (q + 1) grid cut it into C(p - 1 + q, q) simplices (the staircase
triangulation; De Loera, Rambau and Santos, Triangulations, 2010, section 6.2). A simplex whose corners have weights V
is |det V| of the whole, and its centroid is the mean of its corners: no optimisation, no convex hulls, and errors of
rounding only. Alternatives that are worth the same everywhere share their ranks evenly.

Cannot say: who is first for a given reader. Beyond about six alternatives there are too many cells; `sampled` takes
weightings at Sobol points instead (error 2e-4 to 2e-3 at 2^16 points). Lahdelma and Salminen, Operations Research 49
(2001) 444-454; Tervonen and Lahdelma, European Journal of Operational Research 178 (2007) 500-513.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from winset.errors import SettingError
from winset.theory import acceptability_kernels as kernels
from winset.theory.acceptability import dirichlet, sobol
from winset.theory.checks import positive

MOST_CELLS = 400_000  # no answer: simplices of the exact way; past them ranks are sampled
MOST_SIDES = 10  # no answer: criteria, copies counted, of the exact way
POINTS = 2**16  # no answer: weightings where ranks are sampled


@dataclass(frozen=True)
class Ranks:
    """share: of weightings in which an alternative has a rank; central: mean weights where it is first (nan: never);
    exact: whether by cells."""

    share: Float[np.ndarray, "alternative rank"]
    central: Float[np.ndarray, "alternative criterion"]
    exact: bool

    @property
    def expected(self) -> Float[np.ndarray, " alternative"]:
        """Mean rank."""
        return self.share @ np.arange(1, self.share.shape[1] + 1)


def rank_matrix(
    scores: Sequence[Sequence[float]] | Float[np.ndarray, "alternative criterion"],
    concentration: Sequence[float] | float = 1.0,
) -> Ranks:
    """Rank acceptabilities and central weights: exact where the cells can be counted, else sampled.

    >>> found = rank_matrix([[0.8, 0.2, 0.5], [0.4, 0.7, 0.45], [0.5, 0.5, 0.5]])
    >>> found.exact, [round(float(x), 4) for x in found.share[:, 0]]
    (True, [0.4722, 0.4778, 0.05])
    """
    x = np.asarray(scores, dtype=float)
    if x.ndim != 2 or 0 in x.shape or not np.isfinite(x).all():
        raise SettingError("scores must be a table of finite numbers, a row for each alternative")
    alpha = np.broadcast_to(np.asarray(concentration, dtype=float), x.shape[1:])
    positive(concentration=alpha)
    if np.all(alpha == np.round(alpha)) and alpha.sum() <= MOST_SIDES:
        copies = np.repeat(np.arange(x.shape[1]), alpha.astype(int))
        share, moment, seen = kernels.rank_cells(np.ascontiguousarray(x[:, copies]), MOST_CELLS)
        if seen <= MOST_CELLS:
            first = np.stack([moment[:, copies == j].sum(axis=1) for j in range(x.shape[1])], axis=1)
            return Ranks(share, _over(first, share[:, 0]), exact=True)
    weights = dirichlet(sobol(POINTS, x.shape[1]), alpha)
    return sampled(weights @ x.T, weights)


def sampled(worth: Float[np.ndarray, "point alternative"], weights: Float[np.ndarray, "point criterion"]) -> Ranks:
    """The same from what alternatives are worth at given weightings; ties share their ranks evenly."""
    points, m = worth.shape
    ordered = np.sort(worth, axis=1)
    share, first = np.zeros((m, m)), np.zeros((m, weights.shape[1]))
    for i in range(m):
        above = m - _count_up_to(ordered, worth[:, i])
        same = m - above - _count_below(ordered, worth[:, i])
        for r in range(m):
            share[i, r] = np.where((above <= r) & (r < above + same), 1.0 / np.maximum(same, 1), 0.0).mean()
        leads = np.where(above == 0, 1.0 / same, 0.0)
        first[i] = (leads[:, None] * weights).sum(axis=0) / points  # no matrix product: the same for any threads
    return Ranks(share, _over(first, share[:, 0]), exact=False)


def _count_up_to(ordered: Float[np.ndarray, "point alternative"], value: Float[np.ndarray, " point"]) -> np.ndarray:
    return np.asarray((ordered <= value[:, None]).sum(axis=1))


def _count_below(ordered: Float[np.ndarray, "point alternative"], value: Float[np.ndarray, " point"]) -> np.ndarray:
    return np.asarray((ordered < value[:, None]).sum(axis=1))


def _over(
    moment: Float[np.ndarray, "alternative criterion"], share: Float[np.ndarray, " alternative"]
) -> Float[np.ndarray, "alternative criterion"]:
    return np.where(share[:, None] > 0, moment / np.where(share > 0, share, 1.0)[:, None], np.nan)
