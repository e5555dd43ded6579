"""What a column of draws is made by, compiled: one pass over the numbers, where numpy makes one for every step.

`strata`: stratified quantiles (`winset.seeds`). `spline`: a cubic spline on even nodes, what scipy makes of it to the
last bit, without a search for the place of each number (`winset.quantile`).
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def strata(raw, places, start, column):  # type: ignore[no-untyped-def]
    """Fills `column` with the draws of each stream from `start` on; says whether two words of an order are equal.

    raw: the words of a stream, first those of its order and then those of the places inside the strata. places: the
    order of the first, from the smallest.
    """
    size, alike, below = raw.shape[1] // 2, False, np.nextafter(1.0, 0.0)
    stop = start + column.shape[1]
    for s in range(raw.shape[0]):
        for stratum in range(size):
            d = places[s, stratum]
            if stratum and raw[s, d] == raw[s, places[s, stratum - 1]]:
                alike = True
            if start <= d < stop:
                inside = (np.float64(raw[s, size + d] >> np.uint64(12)) + 0.5) * 2.0**-52
                column[s, d - start] = min((stratum + inside) / size, below)
    return alike


@njit(cache=True, nogil=True)
def spline(nodes, cubes, span, node, score, column):  # type: ignore[no-untyped-def]
    """Fills `column` with the spline at the scores, held to `span` around 0; says whether one lies beyond.

    nodes: from -span to span, `node` apart but for rounding. cubes: the coefficients between them, the highest power
    first.
    """
    last, beyond = cubes.shape[1] - 1, False
    for d in range(len(score)):
        x = score[d]
        if x > span or x < -span:
            x, beyond = (span if x > 0 else -span), True
        k = min(int((x + span) / node), last)
        if x < nodes[k]:
            k -= 1
        if k < last and x >= nodes[k + 1]:
            k += 1
        step = x - nodes[k]
        square = step * step
        column[d] = cubes[3, k] + cubes[2, k] * step + cubes[1, k] * square + cubes[0, k] * (square * step)
    return beyond
