"""Golden rows of items that two sides weigh: who gets what when each item can be split, and when none can.

The share of each item is computed twice, by Adjusted Winner and by a linear programme for the division whose smallest
total is largest; where several divisions are as good, the share is not covered. The package of whole items with the
largest product is found by the exact solver and by going through all of them. Points that are those of the Panama Canal
talks (Raiffa 1982; Brams and Taylor 1996) are compared with the published results too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from tests.golden._form import Malformed, Row, not_numbers, refuse
from winset.theory.additive import AdditiveProblem, additive_problem
from winset.theory.bargaining import Solution, nash
from winset.theory.divisible import adjusted_winner, max_min_division

Named = tuple[str, tuple[bool | None, str]]
NEAR = 1e-5  # of a linear programme in floating point
MOST = 18  # items of which all packages are gone through
# Raiffa (1982, ch. 12): points of the United States and of Panama; 66.0 each, the third item split, (64, 68) undivided
CANAL = ((22, 22, 15, 14, 11, 6, 4, 2, 2, 2), (9, 15, 15, 3, 15, 5, 11, 7, 7, 13))


def weights(path: Path, rows: Sequence[Row]) -> tuple[np.ndarray, np.ndarray]:
    """Points of both sides. Raises Malformed where they are no points, or do not add up to the same."""
    names = [name for name in rows[0] if name.endswith("_weight")]
    refuse(not_numbers(path, rows, names))
    refuse(
        f"{path}:{row['line']}: {name} is {row[name] or 'blank'}; points are numbers of at least 0"
        for row in rows
        for name in names
        if not row[name] or not 0 <= float(row[name]) < np.inf
    )
    one, other = (np.array([float(row[name]) for row in rows]) for name in names)
    if not np.isclose(one.sum(), other.sum()) or not one.sum():
        raise Malformed(
            f"{path}: {names[0]} adds up to {one.sum():g}, {names[1]} to {other.sum():g}; both need the same"
        )
    return one, other


def check_items(items: Sequence[str], one: np.ndarray, other: np.ndarray) -> Iterator[Named]:
    """A verdict for each item, one for the undivided package, and the published ones where there are any."""
    problem = additive_problem([np.array([[u, 0.0], [0.0, v]]) for u, v in zip(one, other)], reserve=np.zeros(2))
    winner, best = adjusted_winner(one, other), max_min_division(problem, np.ones(len(items), bool))
    assert best is not None
    for k, item in enumerate(items):
        share, again = float(winner.first_share[k]), float(best.shares[k][0])
        if _as_good(k, winner.first_share, one, other):
            yield item, (None, "several divisions are as good")
        else:
            yield item, (abs(share - again) <= NEAR, f"a share of {share:g} by Adjusted Winner, {again:g} by programme")
    yield from _undivided(problem, one, other)
    if (tuple(one), tuple(other)) == CANAL:
        yield "published, points of both", _same(winner.points, (66.0, 66.0))
        yield "published, share of the item that is split", _same((winner.first_share[2],), (0.1333,), 5e-5)


def _as_good(k: int, share: np.ndarray, one: np.ndarray, other: np.ndarray) -> bool:
    """Whether part of item k could go to the other side, for another item of the same ratio, without a loss to
    either."""
    alike = np.isclose(one[k] * other, other[k] * one) & (np.abs(share - share[k]) > 0)
    return bool(alike.any()) or one[k] == other[k] == 0


def _undivided(problem: AdditiveProblem, one: np.ndarray, other: np.ndarray) -> Iterator[Named]:
    name = "undivided, the largest product"
    if len(one) > MOST:
        yield name, (None, f"more than {MOST} items")
        return
    given = (np.arange(2 ** len(one))[:, None] >> np.arange(len(one))) & 1
    points = np.stack([given @ one, (1 - given) @ other], axis=1)
    products = points.prod(axis=1)
    found = nash(problem)
    if not products.max() or not isinstance(found, Solution):
        yield name, (None, "no package gives both sides something")
        return
    yield name, _same((found.utilities.prod(),), (products.max(),), 1e-9 * products.max())
    if (tuple(one), tuple(other)) == CANAL:
        yield "published, undivided", _same(tuple(found.utilities), (64.0, 68.0))


def _same(got: Sequence[float], expected: Sequence[float], tolerance: float = 1e-6) -> tuple[bool | None, str]:
    words = " ".join(f"{x:.9g}" for x in expected), " ".join(f"{x:.9g}" for x in got)
    return bool(np.allclose(got, expected, rtol=0, atol=tolerance)), f"expected {words[0]}, got {words[1]}"
