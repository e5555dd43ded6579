"""What a column of draws is made by, compiled: one pass over the numbers, where numpy makes one for every step.

`ordered`, `strata`: orders and stratified quantiles (`winset.seeds`). `spline`: a cubic spline on even nodes, what
scipy makes of it to the last bit, without a search for the place of each number (`winset.quantile`).
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def ordered(words, places):  # type: ignore[no-untyped-def]
    """Fills `places` with those of words from the smallest to the largest, equal ones in the order in which they come.

    As many buckets as words, by the first bits, then insertion: words of a stream are spread evenly, so a bucket holds
    about one (Dobosiewicz 1978). Any other words are put in order too, but slowly.
    """
    size, bits = len(places), 1
    while 1 << bits < size:
        bits += 1
    shift, heads = np.uint64(64 - bits), np.zeros((1 << bits) + 1, np.int64)
    for d in range(size):
        heads[np.int64(words[d] >> shift) + 1] += 1
    for b in range(1 << bits):
        heads[b + 1] += heads[b]
    for d in range(size):
        b = np.int64(words[d] >> shift)
        places[heads[b]] = d
        heads[b] += 1
    for at in range(1, size):
        d = places[at]
        word = words[d]
        while at and words[places[at - 1]] > word:
            places[at] = places[at - 1]
            at -= 1
        places[at] = d


@njit(cache=True, nogil=True)
def strata(raw, column):  # type: ignore[no-untyped-def]
    """Fills `column` with the draws of each stream.

    raw: the words of a stream, first those of its order and then those of the places inside the strata.
    """
    size, below = column.shape[1], np.nextafter(1.0, 0.0)
    places = np.empty(size, np.int64)
    for s in range(raw.shape[0]):
        ordered(raw[s], places)
        for stratum in range(size):
            d = places[stratum]
            inside = (np.float64(raw[s, size + d] >> np.uint64(12)) + 0.5) * 2.0**-52
            column[s, d] = min((stratum + inside) / size, below)


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
