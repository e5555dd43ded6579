"""Efficient utilities and bargaining solutions of two parties whose bonuses are paid for boxes of packages.

The efficient utilities known so far leave open the corners between them (the local bounds of Klamroth, Lacour &
Vanderpooten 2015): a further one gives the first party more than the neighbour on one side does, and the second more
than the other. For each corner `box_tree` finds a package there, which parts the corner in two, or proves that there is
none. When no corner is left, all efficient utilities that reach both reserves are known, told apart at 1e-9 of a
party's span, and the solutions of `bargaining` are among them. A corner that is given up keeps utilities that no
package there exceeds; they tell how much each solution may miss.

Utilities may be capped, as GENIUS caps them at 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from winset.errors import NotSolved
from winset.theory.additive import TOLERANCE
from winset.theory.box_space import BoxSpace, box_space, utility
from winset.theory.box_tree import reach
from winset.theory.nonadditive import Exhaustive, Rectangle, chosen, hyperrectangles

NODES = 200_000  # no answer: a limit; what is not proved within it is said
NO_GAIN = 1e-300  # no answer: rounding; stands for no gain in a logarithm
POINTS = 2000  # no answer: a limit; what is not proved within it is said


@dataclass(frozen=True, eq=False)
class Boxes:
    """A problem of two parties: bonuses, sizes of the issues, reserves, and the most that a utility can be."""

    rectangles: Sequence[Sequence[Rectangle]]
    sizes: Sequence[int]
    reserve: Float[np.ndarray, " two"]
    cap: float = math.inf


@dataclass(frozen=True, eq=False)
class BoxSolutions:
    """The efficient utilities that reach the reserves, with the solutions; `gaps`: by how much a package may do better.

    A gap is one of what the solution makes largest: a share for Kalai-Smorodinsky, a logarithm for Nash, else utility.
    `complete`: no other vector is efficient.
    """

    found: Exhaustive
    gaps: dict[str, float]
    complete: bool


@dataclass(frozen=True, eq=False)
class Shortfall:
    """The least by which both reserves must fall for a zone, whether that is proved, and the parties that bind."""

    cut: float
    proved: bool
    binding: tuple[int, ...]


def solve_boxes(boxes: Boxes, max_nodes: int = NODES) -> BoxSolutions:
    """Frontier and solutions; none of them where no package reaches both reserves.

    Raises NotSolved if none was found within `max_nodes` and none is proved to be missing.
    """
    space, span = _space(boxes)
    found, given_up, left = _frontier(space, boxes.reserve / span - TOLERANCE, max_nodes)
    if given_up and not len(found):
        raise NotSolved(f"no package that reaches both reserves was met within {max_nodes:,} nodes")
    packages = space.home[found]
    worth = np.stack([hyperrectangles(own, boxes.cap)(packages) for own in boxes.rectangles], axis=1)
    order = np.argsort(-worth[:, 0])
    if not len(order):
        return BoxSolutions(chosen(packages, worth, boxes.reserve, None), {}, True)
    ideal, above = np.array([_best_for(space, i, max(left, 1)) for i in (0, 1)]).T * span
    solutions = chosen(packages[order], worth[order], boxes.reserve, ideal)
    most = np.minimum(np.array(given_up).reshape(-1, 2) * span, above)
    return BoxSolutions(solutions, _gaps(solutions, boxes.reserve, most, bool(np.all(ideal == above))), not given_up)


def shortfall(boxes: Boxes, max_nodes: int = NODES) -> Shortfall:
    """How far there is from a zone where there is none. A party binds if without its reserve alone there would be one.

    Raises NotSolved if it is not settled within `max_nodes` for each question who binds.
    """
    space, span = _space(boxes)
    worst = _worst(space) * span

    def corner(cut: float) -> np.ndarray:
        return (boxes.reserve - cut) / span

    least, near = float(np.max(boxes.reserve - worst)), TOLERANCE * float(span.max())
    best, proved = -least - near, False
    while not proved:
        reached = reach(space, corner(-best - near), max_nodes)
        if not (reached.found or reached.none):
            break
        proved = reached.none
        if reached.found:
            best = float(np.min(np.array(utility(space, reached.package)) * span - boxes.reserve))
    binding = []
    for i in (0, 1):
        waived = np.where(np.arange(2) == i, worst, boxes.reserve) / span - TOLERANCE
        reached = reach(space, waived, max_nodes)
        if not (reached.found or reached.none):
            raise NotSolved(f"it is not settled within {max_nodes:,} nodes who binds")
        if reached.found:
            binding.append(i)
    return Shortfall(-best, proved, tuple(binding) or (0, 1))


def _space(boxes: Boxes) -> tuple[BoxSpace, Float[np.ndarray, " two"]]:
    if len(boxes.rectangles) != 2:
        raise NotSolved("only the utilities of two parties are searched by this method")
    return box_space(boxes.rectangles, boxes.sizes, np.full(2, boxes.cap))


def _worst(space: BoxSpace) -> Float[np.ndarray, " two"]:
    """Utilities that no package falls below, in spans."""
    return np.minimum(space.constant + np.minimum(space.bonus, 0.0).sum(axis=0), space.cap)


def _top(space: BoxSpace) -> Float[np.ndarray, " two"]:
    """Utilities that no package exceeds, in spans."""
    return np.minimum(space.constant + np.maximum(space.bonus, 0.0).sum(axis=0), space.cap)


def _frontier(
    space: BoxSpace, floor: Float[np.ndarray, " two"], max_nodes: int
) -> tuple[Int[np.ndarray, "vector issue"], list[np.ndarray], int]:
    """Efficient packages above the floor, for each corner given up the most there, and the nodes that are left."""
    corners, given_up, left = [floor], list[np.ndarray](), max_nodes
    known: list[tuple[np.ndarray, np.ndarray]] = []
    while corners and len(known) < POINTS:
        corner = corners.pop()
        if np.any(corner > space.cap):
            continue
        reached = reach(space, corner, max(left, 1))
        left -= reached.nodes
        if reached.found:
            worth = np.array(utility(space, reached.package))
            known = [(package, other) for package, other in known if np.any(other > worth + TOLERANCE)]
            known.append((reached.package, worth))
            met = [corner, *(other for other in corners if np.all(worth >= other))]
            corners = [other for other in corners if np.any(worth < other)]
            low = np.min(met, axis=0)
            corners += [np.array([low[0], worth[1] + TOLERANCE]), np.array([worth[0] + TOLERANCE, low[1]])]
        elif not reached.none:
            given_up.append(np.minimum(reached.most, _top(space)))
    given_up += [_top(space)] * len(corners)
    packages = np.array([package for package, _ in known], dtype=np.int64)
    return packages.reshape(-1, len(space.offsets) - 1), given_up, left


def _best_for(space: BoxSpace, party: int, max_nodes: int) -> tuple[float, float]:
    """The most that a party can have whatever the other gets, in spans, and what is proved not to be exceeded."""
    corner = _worst(space) - TOLERANCE
    best = -math.inf
    while True:
        reached = reach(space, corner, max_nodes)
        if reached.none:
            return best, best
        if not reached.found:
            return best, float(min(reached.most[party], _top(space)[party]))
        best = utility(space, reached.package)[party]
        corner[party] = best + TOLERANCE
        if corner[party] > space.cap[party]:
            return best, best


def _gaps(
    found: Exhaustive, reserve: Float[np.ndarray, " two"], most: Float[np.ndarray, "corner two"], known: bool
) -> dict[str, float]:
    """For each solution the most by which a package of the corners given up can exceed it; `known`: are the ideals?"""
    assert found.ideal is not None
    room = found.ideal - reserve
    counted = room > TOLERANCE if np.any(room > TOLERANCE) else np.ones(2, bool)
    scores: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "nash": lambda gain: np.log(np.maximum(gain, NO_GAIN)).sum(axis=1),
        "kalai_smorodinsky": lambda gain: (gain / np.where(counted, room, 1.0))[:, counted].min(axis=1),
        "egalitarian": lambda gain: gain.min(axis=1),
        "utilitarian": lambda gain: gain.sum(axis=1),
    }
    gaps = {}
    for name, score in scores.items():
        here = float(score(found.utilities[[getattr(found, name)]] - reserve)[0])
        gaps[name] = float(np.max(score(most - reserve), initial=here)) - here
    return gaps if known else gaps | {"kalai_smorodinsky": 1.0}
