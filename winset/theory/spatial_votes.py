"""The compiled votes of `spatial_model`: what places are worth, who votes for which, elections, and risks read from
them."""

from __future__ import annotations

import numba
import numpy as np

from winset.theory.condorcet import LEAST, elect, fill_victory

SAME = 1e-8  # source: KTAB 1.4, kmodel: a difference of utility from which a binary vote is whole
ALIKE = 9.999e-4  # source: KTAB 1.4, smp: positions nearer than this count as one
ROUNDING = 1e-12  # no answer: differences of utilities that are rounding
EVEN = 1e-9  # no answer: differences of gains and chances that are rounding


@numba.njit(cache=True)
def utility(d, r):  # type: ignore[no-untyped-def]
    return (1.0 - d) * (1.0 + d * r) if d <= 1.0 else (1.0 - d) * (1.0 + r)


@numba.njit(cache=True)
def vote(rule, w, a, b):  # type: ignore[no-untyped-def]
    """What an actor of weight w throws in for a against b."""
    du = a - b
    if abs(du) <= ROUNDING:
        return 0.0
    if rule == 1:
        return w * du
    if rule == 2:
        return w * du * du * du
    if rule == 4:
        return w * (0.5 * du + 0.5 * du * du * du)
    if rule == 5:
        return w * du if du < 0.0 else 2.0 / 3.0 * w * du
    whole = max(-1.0, min(1.0, du / SAME))
    return w * whole if rule == 0 else w * (0.8 * du + 0.2 * whole)


@numba.njit(cache=True)
def distance(y, s, x):  # type: ignore[no-untyped-def]
    """Of a position from an ideal; an actor without salience is as far from everything as it weighs all issues
    alike."""
    up = down = flat = 0.0
    for k in range(x.size):
        gap = y[k] - x[k]
        up += (s[k] * gap) ** 2
        down += s[k] * s[k]
        flat += gap * gap
    return np.sqrt(up / down) if down > 0.0 else np.sqrt(flat / x.size)


@numba.njit(cache=True)
def seen_risk(adjust, own, other):  # type: ignore[no-untyped-def]
    """The risk that somebody sees in another: own, blended, or the other's."""
    if adjust == 0:
        return own
    if adjust == 1:
        return (2.0 * own + other) / 3.0
    if adjust == 2:
        return 0.5 * (own + other)
    return (own + 2.0 * other) / 3.0 if adjust == 3 else other


@numba.njit(cache=True)
def coalitions(rule, w, u, C):  # type: ignore[no-untyped-def]
    """Fill C[i, j]; u[k, i] is what option i is worth to actor k."""
    options = u.shape[1]
    for i in range(options):
        C[i, i] = LEAST
        for j in range(i):
            fore = against = LEAST
            for k in range(u.shape[0]):
                v = vote(rule, w[k], u[k, i], u[k, j])
                if v > 0.0:
                    fore += v
                else:
                    against -= v
            C[i, j], C[j, i] = fore, against


@numba.njit(cache=True)
def even(rule, mended):  # type: ignore[no-untyped-def]
    """The rule of votes of an election. Mended, one that counts gains for less than losses counts both alike there:
    neither of two options is where anybody stands, so that the order of the two would decide what is a gain."""
    return 1 if mended and rule == 5 else rule


@numba.njit(cache=True)
def stand(x, d, r, c, told, mended, P, room, h, u, group, held):  # type: ignore[no-untyped-def]
    """Fill P[i], the chance of i's position in the election of all positions held, each one once, by everybody's
    risk r."""
    n, count = x.shape[0], 0
    for i in range(n):
        group[i] = -1
        for g in range(count):
            if np.sqrt(((x[i] - x[held[g]]) ** 2).sum()) < ALIKE:
                group[i] = g
        if group[i] < 0:
            group[i], held[count] = count, i
            for k in range(n):
                u[k, count] = utility(d[k, i], r[k])
            count += 1
    for i in range(n):
        for g in range(count):
            if np.sqrt(((x[i] - x[held[g]]) ** 2).sum()) < ALIKE:
                group[i] = g  # of several that are alike the program reports the last
    C, p = np.empty((count, count)), np.empty((count, count))  # whole, as the other elections have them
    coalitions(even(told[0], mended), c, u[:, :count].copy(), C)
    fill_victory(C, told[1], p)
    elect(C, p, told[2], room[:count], h)
    for i in range(n):
        P[i] = room[group[i]]


@numba.njit(cache=True)
def risks(P, how, r):  # type: ignore[no-untyped-def]
    low, high = P.min(), P.max()
    for i in range(P.size):
        if high - low <= EVEN:
            r[i] = 0.0  # nobody stands out: nobody has a reason to take or to shun risk
        elif how == 0:
            r[i] = (P[i] - low) / (high - low)
        elif how == 1:
            r[i] = (3.0 * P[i] - high - 2.0 * low) / (2.0 * (high - low))
        else:
            r[i] = (2.0 * P[i] - high - low) / (high - low)
