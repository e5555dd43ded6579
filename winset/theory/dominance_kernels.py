"""Compiled filters of `dominance` for three and more coordinates. Rows are unique and sorted, the largest first, for
all but `hopeful`."""

from __future__ import annotations

import numpy as np
from numba import njit

BRUTE = 4096  # no answer: which exact way is taken
"""Below this many pairs two runs are compared row by row."""


@njit(cache=True, nogil=True)
def hopeful(key: np.ndarray, side: int) -> np.ndarray:
    """False for rows surely dominated, in any order and equals among them: by a row that lies, on a grid of `side`
    steps in each coordinate but the last, in a higher cell in all of these, and reaches the row in the last."""
    n, last = len(key), key.shape[1] - 1
    cell, above, stride = np.zeros(n, np.int64), 0, 1
    for i in range(last):
        low, high = key[:, i].min(), key[:, i].max()
        scale = side / (float(high) - float(low) + 1.0)
        for row in range(n):
            cell[row] += stride * min(side - 1, int((float(key[row, i]) - float(low)) * scale))
        above += stride
        stride *= side + 1
    none = np.iinfo(np.int64).min
    best = np.full(stride, none)  # of the last coordinate: first in each cell, then in all cells at or above it
    for row in range(n):
        best[cell[row]] = max(best[cell[row]], key[row, last])
    stride = 1
    for _ in range(last):
        for at in range(len(best) - 1, -1, -1):
            if at // stride % (side + 1) < side:
                best[at] = max(best[at], best[at + stride])
        stride *= side + 1
    keep = np.empty(n, np.bool_)
    for row in range(n):
        over = best[cell[row] + above]
        keep[row] = over < key[row, last] or over == none
    return keep


@njit(cache=True)
def filter_three(key: np.ndarray) -> np.ndarray:
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
def _split(key: np.ndarray, rows: np.ndarray, start: int, stop: int, k: int, pivot: int) -> int:
    """Move rows with coordinate k at or above the pivot to the front of start..stop; where the others begin."""
    at = start
    for place in range(start, stop):
        row = rows[place]
        if key[row, k] >= pivot:
            rows[place] = rows[at]
            rows[at] = row
            at += 1
    return at


@njit(cache=True)
def _pivot(key: np.ndarray, high: np.ndarray, a: int, b: int, low: np.ndarray, c: int, d: int, k: int) -> int:
    """A value of coordinate k that is above the least one, near the middle; the least one if all are equal."""
    least = key[high[a], k]
    for place in range(a, b):
        least = min(least, key[high[place], k])
    for place in range(c, d):
        least = min(least, key[low[place], k])
    x, y, z = key[high[(a + b) // 2], k], key[low[(c + d) // 2], k], key[high[a], k]
    middle = max(min(x, y), min(max(x, y), z))
    if middle > least:
        return middle
    above = least
    for place in range(a, b):
        value = key[high[place], k]
        if value > least and (above == least or value < above):
            above = value
    for place in range(c, d):
        value = key[low[place], k]
        if value > least and (above == least or value < above):
            above = value
    return above


@njit(cache=True)
def _compare(key: np.ndarray, high: np.ndarray, a: int, b: int, low: np.ndarray, c: int, d: int,
             beaten: np.ndarray, k: int) -> None:  # fmt: skip
    """Mark rows of low[c:d] that some row of high[a:b] reaches in coordinates 1..k, pair by pair."""
    for place in range(c, d):
        row = low[place]
        if beaten[row]:
            continue
        for other in range(a, b):
            reached = True
            for i in range(1, k + 1):
                if key[high[other], i] < key[row, i]:
                    reached = False
                    break
            if reached:
                beaten[row] = True
                break


@njit(cache=True)
def _marry(key: np.ndarray, high: np.ndarray, low: np.ndarray, beaten: np.ndarray, stack: np.ndarray) -> None:
    """Mark rows of `low` that some row of `high` reaches in coordinates 1, 2, ...; `stack` is scratch space.

    A pair of ranges is cut at a pivot of its last open coordinate k: upper rows against lower rows have k settled,
    upper against upper and lower against lower have not, and lower rows never reach upper ones.
    """
    stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3], stack[0, 4] = 0, len(high), 0, len(low), key.shape[1] - 1
    depth = 1
    while depth > 0:
        depth -= 1
        a, b, c, d, k = stack[depth, 0], stack[depth, 1], stack[depth, 2], stack[depth, 3], stack[depth, 4]
        if a == b or c == d:
            continue
        if (b - a) * (d - c) <= BRUTE:
            _compare(key, high, a, b, low, c, d, beaten, k)
            continue
        if k == 1:
            best = key[high[a], 1]
            for place in range(a, b):
                best = max(best, key[high[place], 1])
            for place in range(c, d):
                if key[low[place], 1] <= best:
                    beaten[low[place]] = True
            continue
        pivot = _pivot(key, high, a, b, low, c, d, k)
        h, l = _split(key, high, a, b, k, pivot), _split(key, low, c, d, k, pivot)
        if h == b and l == d:  # all equal in coordinate k
            stack[depth, 4] = k - 1
            depth += 1
            continue
        stack[depth, 0], stack[depth, 1], stack[depth, 2], stack[depth, 3] = h, b, l, d
        stack[depth + 1, 0], stack[depth + 1, 1], stack[depth + 1, 2], stack[depth + 1, 3] = a, h, c, l
        stack[depth + 2, 0], stack[depth + 2, 1], stack[depth + 2, 2], stack[depth + 2, 3] = a, h, l, d
        stack[depth, 4], stack[depth + 1, 4], stack[depth + 2, 4] = k, k, k - 1
        depth += 3


@njit(cache=True)
def filter_many(key: np.ndarray) -> np.ndarray:
    """Divide and conquer, bottom up: pairs of neighbouring runs are married until one run is left."""
    n = len(key)
    beaten = np.zeros(n, np.bool_)
    high, low = np.empty(n, np.int64), np.empty(n, np.int64)
    stack = np.empty((2 * n + 64 * key.shape[1], 5), np.int64)
    run = 1
    while run < n:
        for start in range(0, n - run, 2 * run):
            n_high, n_low = 0, 0
            for row in range(start, start + run):
                if not beaten[row]:
                    high[n_high] = row
                    n_high += 1
            for row in range(start + run, min(n, start + 2 * run)):
                if not beaten[row]:
                    low[n_low] = row
                    n_low += 1
            _marry(key, high[:n_high], low[:n_low], beaten, stack)
        run *= 2
    return ~beaten
