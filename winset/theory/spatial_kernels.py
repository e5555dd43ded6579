"""The compiled turns of `spatial_model`; the mathematics, and the order of the switches, stand there."""

from __future__ import annotations

import numba
import numpy as np

from winset.theory.condorcet import elect, fill_victory
from winset.theory.row_kernels import put
from winset.theory.spatial_votes import (
    EVEN,
    ROUNDING,
    coalitions,
    distance,
    even,
    risks,
    seen_risk,
    stand,
    utility,
    vote,
)

FLOOR = 1e-10  # source: KTAB 1.4, smp: a contribution to a contest is at least this
WORTH = 1e-5  # source: KTAB 1.4, smp: a gain from which a challenge is made
STEADY = 1e-6  # source: KTAB 1.4, smpbcn: what holds each to its place in a bargain
QUIET = 0.02  # source: KTAB 1.4, smp: share of the first turn's way below which it stops


@numba.njit(cache=True)
def seen_worth(h, d, r, adjust, U):  # type: ignore[no-untyped-def]
    """Fill U[n, m], what m's position is worth to n as h sees it."""
    for n in range(r.size):
        seen = seen_risk(adjust, r[h], r[n])
        for m in range(r.size):
            U[n, m] = utility(d[n, m], seen)


@numba.njit(cache=True)
def contest(i, j, U, weight, rule, commit):  # type: ignore[no-untyped-def]
    """The chance that i beats j, with the third parties on the sides they would take."""
    vi = max(FLOOR, abs(vote(rule, weight[i], U[i, i], U[i, j])))
    vj = max(FLOOR, abs(vote(rule, weight[j], U[j, j], U[j, i])))
    fore, against = vi, vj
    for n in range(weight.size):
        if n in (i, j):
            continue
        plain = vote(rule, weight[n], U[n, i], U[n, j])
        q = (vi + max(0.0, plain)) / (vi + vj + abs(plain))
        apart_i, apart_j = 2.0 * U[n, i] + U[n, n], 2.0 * U[n, j] + U[n, n]
        with_i, with_j = 3.0 * U[n, i], 3.0 * U[n, j]
        if commit == 0:
            back_i = back_j = q * apart_i + (1.0 - q) * apart_j
        elif commit == 1:
            back_i, back_j = q * apart_i + (1.0 - q) * with_j, q * with_i + (1.0 - q) * apart_j
        else:
            back_i = back_j = q * with_i + (1.0 - q) * with_j
        v = vote(rule, weight[n], back_i, back_j)
        if v > 0.0:
            fore += v
        else:
            against -= v
    return fore / (fore + against)


@numba.njit(cache=True)
def gain_of(i, j, p, U, Sj):  # type: ignore[no-untyped-def]
    """What i gains by challenging j."""
    won, lost = 2.0 * U[i, i], 2.0 * U[i, j]
    return (1.0 - Sj) * won + Sj * (p * won + (1.0 - p) * lost) - U[i, i] - U[i, j]


@numba.njit(cache=True)
def _rounded(x, mended):  # type: ignore[no-untyped-def]
    """A place to four decimals. Mended, halves go to the even one, so that a mirrored case ends at the mirrored place,
    and what is half but for rounding is half."""
    if mended:
        return np.rint(np.rint(x * 1e9) / 1e5) / 1e4
    return np.floor(x * 1e4 + 0.5) / 1e4


@numba.njit(cache=True)
def terms(how, p, xi, xj, si, sj, mended, bi, bj):  # type: ignore[no-untyped-def]
    """Fill bi and bj, where a bargain would put the two; p is what the initiator's chance is taken to be."""
    lag_i, lag_j = max(0.0, 1.0 - 2.0 * p), max(0.0, 2.0 * p - 1.0)
    for k in range(xi.size):
        if how == 2:
            si2, sj2 = si[k] * si[k], sj[k] * sj[k]
            to_j = lag_i * sj2 / (lag_i * sj2 + STEADY + (1.0 - lag_i) * si2)
            to_i = lag_j * si2 / (lag_j * si2 + STEADY + (1.0 - lag_j) * sj2)
            bi[k] = xi[k] + to_j * (xj[k] - xi[k])
            bj[k] = xj[k] + to_i * (xi[k] - xj[k])
            if mended:
                bi[k], bj[k] = _rounded(bi[k], mended), _rounded(bj[k], mended)
            continue
        wi, wj = si[k] * p, sj[k] * (1.0 - p)
        if how == 1:
            wi, wj = wi * wi, wj * wj
        total = wi + wj + STEADY
        bi[k] = _rounded(((wi + STEADY) * xi[k] + wj * xj[k]) / total, mended)
        bj[k] = _rounded((wi * xi[k] + (wj + STEADY) * xj[k]) / total, mended)


@numba.njit(cache=True)
def _targets(i, U, weight, total, told, mended, chances, gains, tied):  # type: ignore[no-untyped-def]
    """Fill tied[j], whether i challenges j; whom first (-1: nobody) and with which gain. Where several would give the
    same gain, the published program takes the first of them in order; mended, all of them are challenged alike."""
    best, first = WORTH, -1
    for j in range(weight.size):
        tied[j] = False
        if j != i:
            chances[j] = contest(i, j, U, weight, told[0], told[5])
            gains[j] = gain_of(i, j, chances[j], U, total[j])
            if gains[j] > best:
                best, first = gains[j], j
    if first < 0:
        return -1, 0.0
    tied[first] = True
    if mended:
        for j in range(weight.size):
            if j != i and gains[j] >= best - EVEN:
                tied[j] = True
                first = min(first, j)
    return first, gains[first]


@numba.njit(cache=True)
def _terms_with(i, j, p, x, s, U, other, weight, total, told, mended, c, b):  # type: ignore[no-untyped-def]
    """Fill b[v, 0] and b[v, 1], where i and j would stand by each view v that counts; how many there are. p: i's chance
    in its own view."""
    terms(told[6], p, x[i], x[j], s[i], s[j], mended, b[0, 0], b[0, 1])
    if told[7] == 0:
        return 1
    q = contest(i, j, other, weight, told[0], told[5])
    if not mended:
        q = gain_of(i, j, q, other, total[j])  # the published program takes the gain for the chance
    terms(told[6], q, x[i], x[j], s[i], s[j], mended, b[1, 0], b[1, 1])
    if told[7] == 1:
        return 2
    wi, wj = weight[i], (c[j] if mended else c[i]) * total[j]
    share = wi / (wi + wj) if wi + wj > 0.0 else 0.5
    b[0] = share * b[0] + (1.0 - share) * b[1]
    return 1


@numba.njit(cache=True)
def _propose(x, c, s, total, weight, d, r, told, mended, to, gain, who, ours, theirs):  # type: ignore[no-untyped-def]
    """Every actor's challenge; fills to, gain, and by bargain its initiator who[b, n], its responders who[b, :n], where
    the initiator would stand, ours[b] (the mean of what each responder offers), and each responder, theirs[b, j];
    returns how many bargains there are."""
    n, D = x.shape
    U, other = np.empty((n, n)), np.empty((n, n))
    chances, gains, tied = np.empty(n), np.empty(n), np.empty(n, np.bool_)
    b = np.empty((2, 2, D))
    count = 0
    for i in range(n):
        seen_worth(i, d, r, told[4], U)
        to[i], gain[i] = _targets(i, U, weight, total, told, mended, chances, gains, tied)
        if to[i] < 0:
            continue
        several, views = tied.sum(), 1 + (told[7] == 1)
        for v in range(views):
            put(who[count + v, :n], tied)
            who[count + v, n] = i
            ours[count + v] = 0.0
        for j in range(n):
            if not tied[j]:
                continue
            if told[7] > 0:
                seen_worth(j, d, r, told[4], other)
            _terms_with(i, j, chances[j], x, s, U, other, weight, total, told, mended, c, b)
            for v in range(views):
                for k in range(D):
                    ours[count + v, k] += np.minimum(1.0, np.maximum(0.0, b[v, 0, k])) / several
                    theirs[count + v, j, k] = np.minimum(1.0, np.maximum(0.0, b[v, 1, k]))
        count += views
    return count


@numba.njit(cache=True)
def _worths(x, s, y, r, d, who, ours, theirs, count, worth):  # type: ignore[no-untyped-def]
    """Fill worth[m, b], the mean utility to m of where all would stand after bargain b, its responders counting in
    equal parts; worth[m, count] is that of where they stand."""
    n = x.shape[0]
    for m in range(n):
        base = 0.0
        for a in range(n):
            base += utility(d[m, a], r[m])
        worth[m, count] = base / n
        for b in range(count):
            i, several, lost, won = who[b, n], 0, 0.0, 0.0
            for j in range(n):
                if who[b, j]:
                    several += 1
                    lost += utility(d[m, j], r[m])
                    won += utility(distance(y[m], s[m], theirs[b, j]), r[m])
            value = base - utility(d[m, i], r[m]) - lost / several
            value += utility(distance(y[m], s[m], ours[b]), r[m])
            worth[m, b] = (value + won / several) / n


@numba.njit(cache=True)
def _choose(  # type: ignore[no-untyped-def]
    x, c, s, y, r, d, told, mended, stochastic, luck, who, ours, theirs, count, new, partner
):
    """Each actor's choice among its bargains; fills new and partner. Mended, whoever finds several equally likely, and
    likelier than to stay, goes to the mean of them."""
    n = x.shape[0]
    worth, queue = np.empty((n, count + 1)), np.empty(count + 1, np.int64)
    _worths(x, s, y, r, d, who, ours, theirs, count, worth)
    for i in range(n):
        size = 1
        queue[0] = count
        for b in range(count):
            if who[b, n] == i or who[b, i]:
                queue[size] = b
                size += 1
        put(new[i], x[i])
        partner[i] = -1
        if size == 1:
            continue
        u = np.empty((n, size))
        for m in range(n):
            for q in range(size):
                u[m, q] = worth[m, queue[q]]
        C, p, h = np.empty((size, size)), np.empty((size, size)), np.empty((size, size))
        P = np.empty(size)
        coalitions(even(told[0], mended), c, u, C)
        fill_victory(C, told[1], p)
        elect(C, p, told[2], P, h)
        pick = int(np.argmax(P))
        if stochastic:
            seen, pick = 0.0, size - 1
            for q in range(size):
                seen += P[q]
                if luck[i] < seen:
                    pick = q
                    break
        shared = mended and not stochastic
        if pick == 0 or (shared and P[0] >= P[pick] - EVEN):
            continue
        alike = 0
        for q in range(1, size):
            if q == pick or (shared and P[q] >= P[pick] - EVEN):
                b = queue[q]
                at = ours[b] if who[b, n] == i else theirs[b, i]
                alike += 1
                if alike == 1:
                    put(new[i], at)
                    partner[i] = np.argmax(who[b, :n]) if who[b, n] == i else who[b, n]
                else:
                    for k in range(x.shape[1]):
                        new[i, k] += (at[k] - new[i, k]) / alike
        if alike > 1:
            for k in range(x.shape[1]):
                new[i, k] = _rounded(new[i, k], mended)


@numba.njit(cache=True)
def run_turns(x0, c, s, A, told, mended, stochastic, luck, turns):  # type: ignore[no-untyped-def]
    """(positions, chances, challenges, gains, partners, turns played, settled)."""
    n, D = x0.shape
    path, chance = np.empty((turns + 1, n, D)), np.zeros((turns + 1, n))
    to, gain, partner = np.full((turns, n), -1), np.zeros((turns, n)), np.full((turns, n), -1)
    y, total, weight, r = x0.copy(), np.empty(n), np.empty(n), np.zeros(n)
    for i in range(n):
        total[i] = s[i].sum()
        weight[i] = total[i] * c[i]
    d, C, p = np.empty((n, n)), np.empty((n, n)), np.empty((n, n))
    h, u, room = np.empty((n, n)), np.empty((n, n)), np.empty(n)
    group, held = np.empty(n, np.int64), np.empty(n, np.int64)
    who, ours, theirs = np.zeros((2 * n, n + 1), np.int64), np.empty((2 * n, D)), np.empty((2 * n, n, D))
    for i in range(n):
        put(path[0, i], x0[i])
    first, settled, last = 0.0, False, 0
    for turn in range(turns + 1):
        x = path[turn]
        for i in range(n):
            free = 1.0 - A[i].sum()
            for k in range(D):
                pull = free * y[i, k]
                for j in range(n):
                    pull += A[i, j] * x[j, k]
                y[i, k] = pull
        for i in range(n):
            for j in range(n):
                d[i, j] = distance(y[i], s[i], x[j])
                u[i, j] = utility(d[i, j], 0.0)
        coalitions(even(told[0], mended), c, u, C)
        fill_victory(C, told[1], p)
        elect(C, p, told[2], room, h)
        risks(room, told[3], r)
        stand(x, d, r, c, told, mended, chance[turn], room, h, u, group, held)
        if turn == turns or settled:
            break
        count = _propose(x, c, s, total, weight, d, r, told, mended, to[turn], gain[turn], who, ours, theirs)
        _choose(
            x, c, s, y, r, d, told, mended, stochastic, luck[turn], who, ours, theirs, count, path[turn + 1],
            partner[turn],
        )  # fmt: skip
        last = turn + 1
        way = np.abs(path[turn + 1] - x).sum()
        if turn == 0:
            first = way
        elif way <= QUIET * first + ROUNDING:
            settled = True
    return path, chance, to, gain, partner, last, settled
