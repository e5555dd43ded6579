"""Which of many vectors are dominated: filters for two, three and more coordinates.

Vector a is dominated by b if b_i >= a_i for all i and b_i > a_i for some i; of equal vectors the first is kept.
Rows are sorted and looked at from the largest first coordinate (then second, ...) down, so a row can only be
dominated by one before it, and the first coordinate needs no further comparison.

    two     keep the running maximum of the second coordinate
    three   keep the staircase of maximal (second, third) pairs in a sorted array, binary search
    more    divide and conquer: the maxima of the upper half cull those of the lower half, one coordinate less
            at each cut, in O(n log^(d-2) n)

Of many rows in three or more coordinates most are dropped before the sort, by a grid over all coordinates but the last.

Reference: Kung, Luccio & Preparata (1975), "On finding the maxima of a set of vectors", J. ACM 22(4).
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

FEW = 1000  # no answer: which exact way is taken
"""Up to this many rows plain arrays are quicker than loading the compiled filters."""

COARSE = 4  # no answer: which exact way is taken
"""A grid with fewer steps a coordinate than this drops little, and in many coordinates its borders are most of it."""


def _filter_two(key: np.ndarray) -> np.ndarray:
    """A row stays if its second coordinate is above all before it."""
    before = np.maximum.accumulate(key[:, 1])
    return np.concatenate([[True], key[1:, 1] > before[:-1]])


def _filter_few(key: np.ndarray) -> np.ndarray:
    """Each row against every row before it, which are the only ones that can dominate it."""
    reached = np.all(key[:, None, :] <= key[None, :, :], axis=2)
    return ~np.any(np.tril(reached, -1), axis=1)


def undominated(
    key: Int[np.ndarray, "row coordinate"], counts: Float[np.ndarray, " row"]
) -> tuple[Int[np.ndarray, " kept"], Float[np.ndarray, " kept"]]:
    """Rows that no other row dominates, the first of each set of equals, with the summed `counts` of the set."""
    if len(key) == 0:
        return np.empty(0, np.int64), np.empty(0)
    some, many = np.arange(len(key)), key.shape[1] > 2 and len(key) > FEW
    side = int(len(key) ** (1 / (key.shape[1] - 1))) if many else 0
    if side >= COARSE:
        from winset.theory.dominance_kernels import hopeful

        some = np.flatnonzero(hopeful(key, side))
        key, counts = key[some], counts[some]
    order = np.lexsort([-key[:, i] for i in range(key.shape[1] - 1, -1, -1)])
    ranked = key[order]
    new = np.ones(len(key), bool)
    new[1:] = (ranked[1:] != ranked[:-1]).any(axis=1)
    starts = np.flatnonzero(new)
    ranked = np.ascontiguousarray(ranked[starts])
    total = np.add.reduceat(counts[order], starts)
    if key.shape[1] == 1:
        keep = np.arange(len(ranked)) == 0
    elif key.shape[1] == 2:
        keep = _filter_two(ranked)
    elif not many:
        keep = _filter_few(ranked)
    else:
        from winset.theory.dominance_kernels import filter_many, filter_three

        keep = filter_three(ranked) if key.shape[1] == 3 else filter_many(ranked)
    return some[order[starts[keep]]], total[keep]
