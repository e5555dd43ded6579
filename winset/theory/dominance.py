"""Which of many vectors are dominated: compiled filters for two, three and more coordinates.

Vector a is dominated by b if b_i >= a_i for all i and b_i > a_i for some i; of equal vectors the first is kept.
Rows are sorted and looked at from the largest first coordinate (then second, ...) down, so a row can only be dominated by one
before it, and the first coordinate needs no further comparison.

    two     keep the running maximum of the second coordinate
    three   keep the staircase of maximal (second, third) pairs in a sorted array, binary search
    more    divide and conquer: the maxima of the upper half cull those of the lower half, one coordinate less
            at each cut, in O(n log^(d-2) n)

Reference: Kung, Luccio & Preparata (1975), "On finding the maxima of a set of vectors", J. ACM 22(4).
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int
from numba import njit

BRUTE = 4096
"""Below this many pairs two runs are compared row by row."""


@njit(cache=True)
def _filter_two(key):
    keep = np.zeros(len(key), np.bool_)
    best = np.iinfo(np.int64).min
    first = True
    for place in range(len(key)):
        if first or key[place, 1] > best:
            keep[place] = True
            best = key[place, 1]
            first = False
    return keep


@njit(cache=True)
def _filter_three(key):
    """Staircase: ys rising, zs falling. A new (y, z) is dominated if the first y' >= y has z' >= z."""
    n = len(key)
    keep = np.zeros(n, np.bool_)
    ys = np.empty(n, np.int64)
    zs = np.empty(n, np.int64)
    size = 0
    for place in range(n):
        y, z = key[place, 1], key[place, 2]
        lo, hi = 0, size
        while lo < hi:
            mid = (lo + hi) // 2
            if ys[mid] < y:
                lo = mid + 1
            else:
                hi = mid
        if lo < size and zs[lo] >= z:
            continue
        keep[place] = True
        end = lo
        if lo < size and ys[lo] == y:
            end = lo + 1
        start = lo
        while start > 0 and zs[start - 1] <= z:
            start -= 1
        gap = end - start
        if gap == 0:
            for k in range(size, start, -1):
                ys[k] = ys[k - 1]
                zs[k] = zs[k - 1]
            size += 1
        elif gap > 1:
            for k in range(end, size):
                ys[k - gap + 1] = ys[k]
                zs[k - gap + 1] = zs[k]
            size -= gap - 1
        ys[start] = y
        zs[start] = z
    return keep


@njit(cache=True)
def _marry(key, high, low, beaten, k):
    """Mark rows of `low` that some row of `high` reaches in coordinates 1..k; the others are settled already."""
    if len(high) == 0 or len(low) == 0:
        return
    if k > 2 and len(high) * len(low) > BRUTE:
        values = np.concatenate((key[high, k], key[low, k]))
        least = values.min()
        pivot = np.partition(values, len(values) // 2)[len(values) // 2]
        if pivot == least:
            above = values[values > least]
            if len(above) == 0:
                _marry(key, high, low, beaten, k - 1)
                return
            pivot = above.min()
        up_high, up_low = key[high, k] >= pivot, key[low, k] >= pivot
        low_down = low[~up_low]
        _marry(key, high[up_high], low_down, beaten, k - 1)
        _marry(key, high[up_high], low[up_low], beaten, k)
        _marry(key, high[~up_high], low_down[~beaten[low_down]], beaten, k)
        return
    if len(high) * len(low) <= BRUTE:
        for b in low:
            for a in high:
                reached = True
                for i in range(1, k + 1):
                    if key[a, i] < key[b, i]:
                        reached = False
                        break
                if reached:
                    beaten[b] = True
                    break
        return
    # two coordinates left: sweep coordinate k down, with the running maximum of coordinate 1
    highs = high[np.argsort(-key[high, k])]
    lows = low[np.argsort(-key[low, k])]
    best = np.iinfo(np.int64).min
    at = 0
    for b in lows:
        while at < len(highs) and key[highs[at], k] >= key[b, k]:
            best = max(best, key[highs[at], 1])
            at += 1
        if best >= key[b, 1]:
            beaten[b] = True


@njit(cache=True)
def _filter_many(key):
    """Divide and conquer, bottom up: pairs of neighbouring runs are married until one run is left."""
    n = len(key)
    beaten = np.zeros(n, np.bool_)
    run = 1
    while run < n:
        for start in range(0, n - run, 2 * run):
            high = start + np.flatnonzero(~beaten[start : start + run])
            low = start + run + np.flatnonzero(~beaten[start + run : min(n, start + 2 * run)])
            _marry(key, high, low, beaten, key.shape[1] - 1)
        run *= 2
    return ~beaten


def undominated(
    key: Int[np.ndarray, "row coordinate"], counts: Float[np.ndarray, " row"]
) -> tuple[Int[np.ndarray, " kept"], Float[np.ndarray, " kept"]]:
    """Rows that no other row dominates, the first of each set of equals, with the summed `counts` of the set."""
    if len(key) == 0:
        return np.empty(0, np.int64), np.empty(0)
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
    else:
        keep = _filter_three(ranked) if key.shape[1] == 3 else _filter_many(ranked)
    return order[starts[keep]], total[keep]
