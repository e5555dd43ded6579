"""A cubic spline on even nodes, compiled: what scipy makes of it, to the last bit, without a search for the place of each number."""

from __future__ import annotations

from numba import njit


@njit(cache=True, nogil=True)
def fill(nodes, cubes, span, node, score, column):  # type: ignore[no-untyped-def]
    """Fills `column` with the spline at the scores, held to `span` around 0; says whether one lies beyond.

    nodes: from -span to span, `node` apart but for rounding. cubes: the coefficients between them, the highest power first.
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
