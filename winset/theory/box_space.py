"""Packages valued by bonuses for boxes of options, as the tree of `box_tree` searches them, and better ones by single
swaps.

Party i values a package at u_i(x) = min(c_i + sum_r w_ir [x_j in S_rj for every issue j that box r names], cap_i).
Options that lie in the same sides are one; an option is left out if another of its issue lies in every side with
bonuses that it lies in, and in no further side with losses: nobody's utility falls by the exchange, so the efficient
utilities are all kept. Utilities are counted in the parties' spans, sum_r |w_ir|.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from numba import njit

from winset.theory.nonadditive import Rectangle


class BoxSpace(NamedTuple):
    """Boxes over the options that are left, all issues in one row, `home` being the option that each of them stands
    for.

    Box r has the sides `sides[r]` to `sides[r + 1]`; side s holds the options `first[s]` to `last[s]` - 1 of
    `issue[s]`.
    """

    bonus: Float[np.ndarray, "box two"]
    constant: Float[np.ndarray, " two"]
    cap: Float[np.ndarray, " two"]
    offsets: Int[np.ndarray, " issue_and_one"]
    home: Int[np.ndarray, " flat"]
    sides: Int[np.ndarray, " box_and_one"]
    issue: Int[np.ndarray, " side"]
    first: Int[np.ndarray, " side"]
    last: Int[np.ndarray, " side"]


def box_space(
    rectangles: Sequence[Sequence[Rectangle]], sizes: Sequence[int], cap: Float[np.ndarray, " two"]
) -> tuple[BoxSpace, Float[np.ndarray, " two"]]:
    """The space of two parties' bonuses over issues of these sizes, and the parties' spans."""
    paid: dict[tuple[tuple[int, int, int], ...], np.ndarray] = {}
    for i, own in enumerate(rectangles):
        for worth, sides in own:
            paid.setdefault(tuple(sorted(sides)), np.zeros(2))[i] += worth
    constant = paid.pop((), np.zeros(2))
    boxes = [sides for sides, worth in paid.items() if worth.any()]
    bonus = np.array([paid[sides] for sides in boxes]).reshape(-1, 2)
    span = np.abs(bonus).sum(axis=0)
    span = np.where(span > 0, span, 1.0)
    kept = [_options(j, size, boxes, bonus) for j, size in enumerate(sizes)]
    offsets = np.concatenate([[0], np.cumsum([len(options) for options in kept])])
    flat = [side for sides in boxes for side in sides]
    issue = np.array([j for j, _, _ in flat], dtype=np.int64)
    return BoxSpace(
        bonus=bonus / span,
        constant=constant / span,
        cap=np.asarray(cap, dtype=np.float64) / span,
        offsets=offsets.astype(np.int64),
        home=np.concatenate(kept).astype(np.int64),
        sides=np.concatenate([[0], np.cumsum([len(sides) for sides in boxes])]).astype(np.int64),
        issue=issue,
        first=np.array([offsets[j] + np.searchsorted(kept[j], low) for j, low, _ in flat], dtype=np.int64),
        last=np.array([offsets[j] + np.searchsorted(kept[j], high, "right") for j, _, high in flat], dtype=np.int64),
    ), span


def _options(
    issue: int, size: int, boxes: Sequence[tuple[tuple[int, int, int], ...]], bonus: Float[np.ndarray, "box two"]
) -> Int[np.ndarray, " kept"]:
    """Options of an issue that no other makes needless, ascending."""
    named = [(r, low, high) for r, sides in enumerate(boxes) for j, low, high in sides if j == issue]
    ends = {end for _, low, high in named for end in (low, high + 1)}
    options = np.array(sorted({0} | {end for end in ends if 0 < end < size}), dtype=np.int64)
    if not named:
        return options
    low, high = (np.array([side[k] for side in named]) for k in (1, 2))
    inside = (options[:, None] >= low) & (options[:, None] <= high)
    gives, takes = ((sign * bonus[[side[0] for side in named]] > 0).any(axis=1) for sign in (1, -1))
    keep: list[int] = []
    for a in range(len(options)):
        lacks, adds = inside[a] & ~inside, inside & ~inside[a]
        better = ~(lacks[:, gives].any(axis=1) | adds[:, takes].any(axis=1))
        same = better & ~(lacks[:, takes].any(axis=1) | adds[:, gives].any(axis=1))
        if not (better & ~same).any() and not same[:a].any():
            keep.append(a)
    return options[keep]


@njit(cache=True, error_model="numpy")
def utility(space: BoxSpace, package: Int[np.ndarray, " issue"]) -> tuple[float, float]:
    """Utilities in spans, options numbered in the row."""
    sides, issue, first, last, bonus = space.sides, space.issue, space.first, space.last, space.bonus
    one, two = space.constant[0], space.constant[1]
    for r in range(len(bonus)):
        met = True
        for s in range(sides[r], sides[r + 1]):
            k = package[issue[s]]
            if k < first[s] or k >= last[s]:
                met = False
                break
        if met:
            one += bonus[r, 0]
            two += bonus[r, 1]
    return min(one, space.cap[0]), min(two, space.cap[1])


@njit(cache=True, error_model="numpy")
def climb(space: BoxSpace, package: Int[np.ndarray, " issue"], weight: float, floor: Float[np.ndarray, " two"]) -> None:
    """The best single swaps, one after another, by the weighted sum of utilities, none below `floor`; `package` is
    changed."""
    one, two = utility(space, package)
    score = weight * one + (1.0 - weight) * two
    while True:
        best, issue, at = score + 1e-12, -1, -1
        for j in range(len(package)):
            old = package[j]
            for k in range(space.offsets[j], space.offsets[j + 1]):
                package[j] = k
                one, two = utility(space, package)
                goal = weight * one + (1.0 - weight) * two
                if goal > best and one >= floor[0] and two >= floor[1]:
                    best, issue, at = goal, j, k
            package[j] = old
        if at < 0:
            return
        package[issue], score = at, best
