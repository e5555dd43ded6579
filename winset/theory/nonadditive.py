"""Bargaining solutions for utilities with interactions between clauses, by looking at every package.

u_i(x) may be any function of the whole package; nothing is assumed, so nothing short of enumeration is a proof here.
(Bonuses for boxes of packages go far beyond it: see `box_frontier` for two parties, `rectangles` for more.)
Definitions are those of `bargaining` (Nash 1950; Kalai & Smorodinsky 1975 in max-min form; Kalai 1977) and `pareto`.

Hyper-rectangle utilities (Ito, Hattori & Klein 2007): a bonus is paid if every issue it names takes an option in the
range it names (bounds included), and bonuses add up.

Spaces above `limit` outcomes (10^7 unless given) are refused.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from winset.errors import NotSolved
from winset.theory.additive import TOLERANCE, enumerate_packages
from winset.theory.dominance import undominated
from winset.theory.exhaustive import leximin_order

LIMIT = 10_000_000  # no answer: a limit on size; beyond it is an error
Utility = Callable[[Int[np.ndarray, "package issue"]], Float[np.ndarray, "package party"]]
Rectangle = tuple[float, tuple[tuple[int, int, int], ...]]
"""A bonus and (issue, lowest option, highest option) for each issue it names."""


@dataclass(frozen=True, eq=False)
class Exhaustive:
    """Frontier and solutions as places in it; None where no efficient package is individually rational.

    Each solution is efficient up to ties, which leximin settles, so all of them lie on the frontier.
    """

    packages: Int[np.ndarray, "vector issue"]
    utilities: Float[np.ndarray, "vector party"]
    ideal: Float[np.ndarray, " party"] | None
    nash: int | None
    kalai_smorodinsky: int | None
    egalitarian: int | None
    utilitarian: int | None


def hyperrectangles(rectangles: Sequence[Rectangle], cap: float = math.inf) -> Callable[[np.ndarray], np.ndarray]:
    """One party's utility: the sum of the bonuses of the rectangles that hold the package, at most `cap`."""

    def value(packages: Int[np.ndarray, "package issue"]) -> Float[np.ndarray, " package"]:
        total = np.zeros(len(packages))
        for bonus, sides in rectangles:
            inside = np.ones(len(packages), bool)
            for j, low, high in sides:
                inside &= (packages[:, j] >= low) & (packages[:, j] <= high)
            total += bonus * inside
        return np.minimum(total, cap)

    return value


def solve(
    utility: Utility,
    sizes: Sequence[int],
    reserve: Float[np.ndarray, " party"],
    allowed: Callable[[Int[np.ndarray, "package issue"]], Bool[np.ndarray, " package"]] | None = None,
    limit: int = LIMIT,
) -> Exhaustive:
    """Frontier and solutions over all packages for which `allowed` is true. Raises NotSolved above `limit` outcomes."""
    total = math.prod(sizes)
    if total > limit:
        raise NotSolved(
            f"{total:.3g} outcomes with utilities that are not additive; only {limit:.3g} can be looked at one by one. "
            "Fix some clauses, merge options, or state the interactions as rules between clauses of an additive problem"
        )
    reserve = np.asarray(reserve, dtype=np.float64)
    kept_packages = np.empty((0, len(sizes)), np.int64)
    kept = np.empty((0, len(reserve)))
    for packages in enumerate_packages(sizes):
        if allowed is not None:
            packages = packages[allowed(packages)]
        pooled, worth = np.concatenate([kept_packages, packages]), np.concatenate([kept, utility(packages)])
        rows, _ = undominated(np.rint(worth / TOLERANCE).astype(np.int64), np.ones(len(worth)))
        kept_packages, kept = pooled[rows], worth[rows]
    return chosen(kept_packages, kept, reserve, kept.max(axis=0) if len(kept) else None)


def chosen(
    packages: Int[np.ndarray, "vector issue"],
    utilities: Float[np.ndarray, "vector party"],
    reserve: Float[np.ndarray, " party"],
    ideal: Float[np.ndarray, " party"] | None,
) -> Exhaustive:
    """The solutions among efficient packages, of which at least those that reach every reserve are given.

    `ideal` is the best utility of each party over all packages.
    """
    gains = utilities - reserve
    rational = np.flatnonzero(np.all(gains >= -TOLERANCE, axis=1))
    if ideal is None or not len(rational):
        return Exhaustive(packages, utilities, ideal, None, None, None, None)
    room = ideal - reserve
    share = gains / np.where(room > TOLERANCE, room, 1.0)
    counted = share[:, room > TOLERANCE] if np.any(room > TOLERANCE) else share

    def best(score: np.ndarray, tie: np.ndarray, near: float) -> int:
        tied = rational[score[rational] >= score[rational].max() - near]
        return int(tied[leximin_order(tie[tied])[0]])

    product = np.prod(np.maximum(share, 0.0), axis=1)
    nash = best(product, share, TOLERANCE * float(product[rational].max()))
    ks = best(counted.min(axis=1), counted, TOLERANCE)
    egal = best(gains.min(axis=1), gains, TOLERANCE)
    util = best(gains.sum(axis=1), gains, TOLERANCE)
    return Exhaustive(packages, utilities, ideal, nash, ks, egal, util)
