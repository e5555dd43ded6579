"""Compiled loops of `acceptability` and `rank_cells`; the mathematics stands there."""

from __future__ import annotations

import numba as nb
import numpy as np

STEP = 0.3  # no answer: of the trapezoid rule in log t; its error falls as exp(-pi^2 / step)
SMALL = 27.6  # no answer: minus the logarithm of what is left off at either end, 1e-12
FAR = 18.0  # no answer: beyond e^18 a factor of the characteristic function is its own limit to the last digit


@nb.njit(cache=True)
def varsi(difference: np.ndarray, copies: np.ndarray) -> float:
    """P(sum w_j d_j > 0) for w Dirichlet with whole-number concentrations `copies`."""
    ups = 0
    for j in range(difference.shape[0]):
        if difference[j] > 0:
            ups += copies[j]
    up = np.empty(ups)
    k = 0
    for j in range(difference.shape[0]):
        if difference[j] > 0:
            for _ in range(copies[j]):
                up[k] = difference[j]
                k += 1
    below = np.zeros(ups + 1)
    below[0] = 1.0
    for j in range(difference.shape[0]):
        if difference[j] <= 0:
            for _ in range(copies[j]):
                for k in range(1, ups + 1):
                    below[k] = (up[k - 1] * below[k] - difference[j] * below[k - 1]) / (up[k - 1] - difference[j])
    return 1.0 - below[ups]


@nb.njit(cache=True)
def gil_pelaez(difference: np.ndarray, concentration: np.ndarray, step: float, small: float) -> float:
    """The same for any positive concentrations, by the trapezoid rule in y = log t."""
    total = scale = logs = 0.0
    ups = downs = 0
    log = np.empty(len(difference))
    for j in range(difference.shape[0]):
        d = difference[j]
        if d == 0.0:
            continue
        log[j] = np.log(abs(d))
        ups += d > 0
        downs += d < 0
        total += concentration[j]
        scale += concentration[j] * abs(d)
        logs += concentration[j] * log[j]
    if ups == 0:
        return 0.0
    if downs == 0:
        return 1.0
    low, high = -small - np.log(scale), (small - logs) / total
    points = int((high - low) / step) + 1
    found = 0.0
    for i in range(points):
        y = low + i * step
        size = turn = 0.0
        for j in range(difference.shape[0]):
            d = difference[j]
            if d == 0.0:
                continue
            z = log[j] + y
            if z > FAR:
                size += concentration[j] * z
                angle = np.pi / 2
            else:
                t = np.exp(z)
                size += 0.5 * concentration[j] * np.log1p(t * t)
                angle = np.arctan(t)
            turn += concentration[j] * (angle if d > 0 else -angle)
        found += np.exp(-size) * np.sin(turn)
    return min(1.0, max(0.0, 0.5 + step * found / np.pi))


@nb.njit(cache=True)
def varsi_rows(difference: np.ndarray, copies: np.ndarray) -> np.ndarray:
    found = np.empty(difference.shape[0])
    for i in range(difference.shape[0]):
        found[i] = varsi(difference[i], copies)
    return found


@nb.njit(cache=True)
def gil_pelaez_rows(difference: np.ndarray, concentration: np.ndarray, step: float, small: float) -> np.ndarray:
    found = np.empty(difference.shape[0])
    for i in range(difference.shape[0]):
        found[i] = gil_pelaez(difference[i], concentration, step, small)
    return found


@nb.njit(cache=True)
def _side(simplex: np.ndarray, value: np.ndarray, near: float, sign: float, out: np.ndarray, at: int) -> int:
    """Cut off the part of a simplex where sign * value >= 0: simplices written to `out` from `at` on; where they end.

    Its corners are the vertices on that side, those on the cut, and for each pair across it the point on their edge: a
    product of two simplices, which the monotone paths through its grid triangulate.
    """
    n = simplex.shape[0]
    own, other, on = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    p = q = z = 0
    for i in range(n):
        v = sign * value[i]
        if v > near:
            own[p] = i
            p += 1
        elif v < -near:
            other[q] = i
            q += 1
        else:
            on[z] = i
            z += 1
    for mask in range(1 << (p + q - 1)):
        steps = 0
        for bit in range(p + q - 1):
            steps += (mask >> bit) & 1
        if steps != q:
            continue
        a = b = 0
        for corner in range(p + q):
            x = simplex[own[a]]
            if b == 0:
                out[at, corner] = x
            else:
                y, u, v = simplex[other[b - 1]], value[own[a]], value[other[b - 1]]
                out[at, corner] = (u * y - v * x) / (u - v)
            if corner < p + q - 1:
                if (mask >> corner) & 1:
                    b += 1
                else:
                    a += 1
        for i in range(z):
            out[at, p + q + i] = simplex[on[i]]
        at += 1
    return at


@nb.njit(cache=True)
def rank_cells(scores: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray, int]:
    """(share by alternative and rank, first-place moments by criterion, simplices seen; above `most`: given up)."""
    m, n = scores.shape
    pairs = m * (m - 1) // 2
    cuts = np.empty((pairs, n))
    near = np.empty(pairs)
    c = 0
    for i in range(m):
        for k in range(i + 1, m):
            cuts[c] = scores[i] - scores[k]
            near[c] = 1e-12 * np.abs(cuts[c]).max()
            c += 1
    widest = 1 << n  # a cut leaves fewer simplices than that
    stack = np.empty((pairs * widest + 1, n, n))
    level = np.zeros(pairs * widest + 1, np.int64)
    stack[0] = np.eye(n)
    top, seen = 1, 0
    rank, first = np.zeros((m, m)), np.zeros((m, n))
    value = np.empty(n)
    while top > 0:
        seen += 1
        if seen > most:
            break
        top -= 1
        simplex, cut = stack[top].copy(), level[top]
        crossed = False
        while cut < pairs and not crossed:
            value[:] = simplex @ cuts[cut]
            crossed = value.max() > near[cut] and value.min() < -near[cut]
            cut += 1
        if crossed:
            end = _side(simplex, value, near[cut - 1], 1.0, stack, top)
            end = _side(simplex, value, near[cut - 1], -1.0, stack, end)
            level[top:end] = cut
            top = end
            continue
        share = abs(np.linalg.det(simplex))
        middle = np.zeros(n)
        for i in range(n):
            middle += simplex[i] / n
        worth = scores @ middle
        for i in range(m):
            above = same = 0
            for k in range(m):
                gap = worth[k] - worth[i]
                if k != i and abs(gap) <= 1e-12:
                    same += 1
                elif gap > 0:
                    above += 1
            for r in range(above, above + same + 1):
                rank[i, r] += share / (same + 1)
            if above == 0:
                first[i] += share / (same + 1) * middle
    return rank, first, seen
