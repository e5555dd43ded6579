"""The tables of one draw's game, compiled: what `core_game` does many thousand times in a run.

The mathematics stands in `columns` (how time and front are cut), `theory.war_clock` (endurance) and `theory.war_core`
(values); tests compare these tables with those that `theory` makes from the same numbers. Sides A and B are 0 and 1.
Rows are filled in loops: `theory.row_kernels` says why.
"""

# numba compiles the kernels: annotations there would be noise
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np
from numba import njit

from winset.theory.war_game import A, B
from winset.theory.war_held import _forward, _to_the_end


@njit(cache=True, nogil=True)
def fitted(forts, front, rate, step, steps, finer, most):
    """(months a step, steps of the horizon, forts, place of the front) of one draw (`core_game.fitted`)."""
    least = max(4, int(np.ceil(forts / np.sqrt(rate * step))))
    best, place, gap = least, 1.0, np.inf
    for n in range(least, max(least + 3, int(finer * least))):
        N = min(n, max(4, most))
        start = min(max(np.round(front * N), 1.0), N - 1.0)
        off = abs(start / N - front) + 1e-9 * N
        if off < gap:
            best, place, gap = N, start, off
    size = forts / best
    cut = size * size / rate
    return cut, max(1, int(np.ceil(step * steps / cut - 1e-9))), best, int(place)


@njit(cache=True, nogil=True)
def framed(life, months, step, steps):
    """(steps until the war is over or the horizon, month of exhaustion or inf, by whom) of one draw
    (`core_game.frame`)."""
    end = min(life[A], life[B])
    by = 2 if life[A] == life[B] else int(life[B] < life[A])
    if end >= months:
        return steps, np.inf, by
    return max(1, int(np.ceil(end / step))), end, by


@njit(cache=True, nogil=True)
def _of_side(M, life, endurance, pressure, pressed, step, end, places):
    """(until, on, moves out of the first place by step) of one side, in steps (`core_game.side_clock`)."""
    drain, expected = pressure[1], pressure[2]
    if pressed or not (pressure[0] != 0.0 or drain != 0.0 or expected != 0.0):
        until, on = np.empty(1), np.zeros(1, np.int64)
        until[0] = life / step if life <= end else np.inf
        on[0] = 1 if pressed else 0
        return until, on, np.ones((M, 1))
    begins = 1.0 - (1.0 - expected) ** (step / 12.0)
    lasts, over = endurance / step, end / step
    first, top = lasts * (1.0 - drain) + drain, min(lasts, over)
    if first >= top:  # pressure never makes this side the one that ends the war
        at = np.empty(1)
        at[0] = np.inf if over < lasts else lasts
        share = np.ones((M, 1))
    else:
        count = int(min(max(np.ceil(top - first) + 1.0, 2.0), max(2, places)))
        width = (top - first) / (count - 1)
        at = np.empty(count)
        for p in range(count):
            at[p] = p * width + first
        at[count - 1] = top
        share = np.empty((M, count))
        gap = at[1] - at[0]
        for n in range(M):
            x = min((lasts * (1.0 - drain) + drain * (n + 1) - first) / gap, count - 1.0)
            for p in range(count):
                share[n, p] = min(max(1.0 - abs(x - p), 0.0), 1.0)
        if over < lasts:
            at[count - 1] = np.inf
    until, on = np.empty(1 + len(at)), np.ones(1 + len(at), np.int64)
    until[0], on[0] = lasts, 0
    moves = np.empty((M, 1 + len(at)))
    for n in range(M):
        moves[n, 0] = 1.0 - begins
    for p in range(len(at)):
        until[1 + p] = at[p]
        for n in range(M):
            moves[n, 1 + p] = begins * share[n, p]
    return until, on, moves


@njit(cache=True, nogil=True)
def clock(M, life, endurance, pressure, pressed, step, end, places):
    """(until, by, moves, on) of both sides' regimes, those of A first (`core_game.clock_of`)."""
    a, a_on, a_moves = _of_side(M, life[A], endurance[A], pressure[A], pressed[A], step, end, places)
    b, b_on, b_moves = _of_side(M, life[B], endurance[B], pressure[B], pressed[B], step, end, places)
    n_a, n_b = len(a), len(b)
    G = n_a * n_b
    until, by, on = np.empty(G), np.empty(G, np.int64), np.empty((2, G), np.int64)
    moves = np.zeros((M, G, G))
    for i in range(n_a):
        for j in range(n_b):
            g = i * n_b + j
            until[g] = min(a[i], b[j])
            by[g] = 2 if a[i] == b[j] else (0 if a[i] < b[j] else 1)
            on[A, g], on[B, g] = a_on[i], b_on[j]
            for h in range(n_a):
                for k in range(n_b):
                    if (i and h != i) or (j and k != j):
                        continue  # pressure stays
                    for n in range(M):
                        by_A = 1.0 if i else a_moves[n, h]
                        by_B = 1.0 if j else b_moves[n, k]
                        moves[n, g, h * n_b + k] = by_A * by_B
    return until, by, moves, on


@njit(cache=True, nogil=True)
def moving(worth, N, k0):
    """What is worth so much to A and B with the front at k0, with the front at any k: straight to defeat and to
    victory."""
    table = np.empty((2, N + 1))
    low, high = worth[A] / k0, (1.0 - worth[A]) / (N - k0)
    down, last = (worth[B] - 1.0) / k0, (0.0 - worth[B]) / (N - k0)
    for k in range(N + 1):
        table[A, k] = low * k if k < k0 else high * (k - k0) + worth[A]
        table[B, k] = down * k + 1.0 if k < k0 else last * (k - k0) + worth[B]
    table[A, N], table[B, N] = 1.0, 0.0
    return table


@njit(cache=True, nogil=True)
def beliefs(mean, strength, h, least, N, k0, M):
    """m_i(n, k) of both sides by Bayes' rule (`theory.war_game.adviser_belief`)."""
    table = np.empty((2, M, N + 1))
    for i in range(2):
        m = min(max(0.5 + h * (mean[i] - 0.5), least), 1.0 - least)
        s = strength[i] / (h * h)
        alpha, beta = m * s, (1.0 - m) * s
        for n in range(M):
            for k in range(N + 1):
                wins = min(max((n + k - k0) / 2, 0.0), float(n))
                table[i, n, k] = (alpha + wins) / (alpha + beta + wins + (n - wins))
    return table


@njit(cache=True, nogil=True)
def flows(delta, quo, cost, rent, extra, on, step):
    """f_i(g, k): the worth of the front less what the fighting costs, a step."""
    G, K = on.shape[1], quo.shape[1]
    table = np.empty((2, G, K))
    for i in range(2):
        for g in range(G):
            paid = (cost[i] + extra[i] * on[i, g] - rent[i]) * step
            for k in range(K):
                table[i, g, k] = (1.0 - delta[i]) * quo[i, k] - paid
    return table


@njit(cache=True, nogil=True)
def ends(quo, exhausted):
    """What each side gets when A, B or both cannot go on (`theory.war_game.exhaustion`)."""
    K = quo.shape[1]
    table = np.empty((3, 2, K))
    for k in range(K):
        for loser in range(2):
            keep = 1.0 - exhausted[loser]
            table[loser, loser, k] = keep * quo[loser, k]
            table[loser, 1 - loser, k] = 1.0 - keep * (1.0 - quo[1 - loser, k])
            table[2, loser, k] = quo[loser, k]
    for w in range(3):
        table[w, A, 0], table[w, B, 0] = 0.0, 1.0
        table[w, A, K - 1], table[w, B, K - 1] = 1.0, 0.0
    return table


@njit(cache=True, nogil=True)
def fits(forts, front, rate, step, steps, finer, most):
    """`fitted` of many draws: months a step, and (steps, forts, place of the front)."""
    cut, whole = np.empty(len(forts)), np.empty((len(forts), 3), np.int64)
    for d in range(len(forts)):
        cut[d], whole[d, 0], whole[d, 1], whole[d, 2] = fitted(forts[d], front[d], rate[d], step, steps, finer, most)
    return cut, whole


@njit(cache=True, nogil=True)
def fought_to_the_end(
    rows, cut, whole, forts, life, endurance, pressure, pressed, mean, strength, delta, quo, cost, rent, exhausted,
    months,
    places, least, found,
):  # fmt: skip
    """Fills found[row]: what going on is worth to A and B at the start, where nothing can be signed."""
    for d in rows:
        step, N, k0 = cut[d], whole[d, 1], whole[d, 2]
        M, _, _ = framed(life[d], months, step, whole[d, 0])
        end = min(life[d, A], life[d, B], step * whole[d, 0])
        until, by, moves, on = clock(M, life[d], endurance[d], pressure[d], pressed[d], step, end, places)
        belief = beliefs(mean[d], strength[d], forts[d] / N, least, N, k0, M)
        table = moving(quo[d], N, k0)
        flow = flows(delta[d], table, cost[d], rent[d], pressure[d, :, 0], on, step)
        G = len(until)
        patience = np.empty((2, G))
        patience[A], patience[B] = delta[d, A], delta[d, B]
        W = np.empty((M, G, 2, N + 1))
        _to_the_end(
            ends(table, exhausted[d]), table, until, by, moves, belief, np.zeros((2, G)), patience, flow, W,
        )  # fmt: skip
        found[d, A], found[d, B] = W[0, 0, A, k0], W[0, 0, B, k0]


@njit(cache=True, nogil=True)
def going_on(signed, broken, step, end, r, q, cost, terms, deal):
    """What a war with this law of endings is worth to one that leads no side (`no_deal`): its deals worth `deal`, its
    ends `terms` by cause, the flow of the present state of things q less its cost."""
    M, D = signed.shape
    gone, worth, total = 0.0, 0.0, 0.0
    exhausted = np.zeros(3)
    for n in range(M):
        fade = np.exp(-r * ((min((n + 1) * step, end) + min(n * step, end)) / 2))
        for d in range(D):
            gone += fade * signed[n, d]
            worth += fade * signed[n, d] * deal[d]
            total += signed[n, d]
        for c in range(2):
            gone += fade * broken[n, c]
            worth += fade * broken[n, c] * terms[c]
            total += broken[n, c]
        for c in range(3):
            exhausted[c] += broken[n, 2 + c]
            total += broken[n, 2 + c]
    at_end = np.exp(-r * end) if end < np.inf else 0.0
    for c in range(3):
        gone += at_end * exhausted[c]
        worth += at_end * exhausted[c] * terms[2 + c]
    lost = (1.0 - total) * np.exp(-r * min(M * step, end))
    return (1.0 - gone - lost) * (q - cost / r) + worth + lost * q


@njit(cache=True, nogil=True)
def raced(rows, cut, whole, rate, life, p, months, least, r, q, cost, terms, found):
    """Fills found[row]: what going on is worth to one that leads no side, where nothing can be signed."""
    for d in rows:
        step, N = cut[d], whole[d, 1]
        M, end, by = framed(life[d], months, step, whole[d, 0])
        chance = min(max(0.5 + np.sqrt(rate[d] * step) * (p[d] - 0.5), least), 1.0 - least)
        signed, broken = np.zeros((M, 0)), np.zeros((M, 5))
        _forward(np.zeros((M, 0, N + 1)), chance, whole[d, 2], end / step, by, signed, broken)
        found[d] = going_on(signed, broken, step, end, r[d], q[d], cost[d], terms[d], np.zeros(0))


@njit(cache=True, nogil=True)
def _on_months(law, edges, months):
    """The cumulated law on the months, even within a step."""
    M, C = law.shape
    total, table = np.zeros((M + 1, C)), np.empty((len(months), C))
    for n in range(M):
        for c in range(C):
            total[n + 1, c] = total[n, c] + law[n, c]
    for t in range(len(months)):
        low = min(max(np.searchsorted(edges, months[t], side="right") - 1, 0), M - 1)
        inside = (months[t] - edges[low]) / max(edges[low + 1] - edges[low], 1e-300)
        inside = min(max(inside, 0.0), 1.0)
        for c in range(C):
            table[t, c] = total[low, c] + inside * (total[low + 1, c] - total[low, c])
    return table


@njit(cache=True, nogil=True)
def dated(deals, ends_, edges, end, months, truce, rate, peace, young, form, follows):
    """(state, cause, deals signed, lasting, event, kind) of one draw on the months (`outcomes.calendar`).

    Long: one pass over the months. `peace` by months since the middle of the month of signature; `follows`: P(a text by
    then) where the war ended by terms.
    """
    T, D = len(months), len(truce)
    signed, broken = _on_months(deals, edges, months), _on_months(ends_, edges, months)
    for c in range(2, 5):
        total = ends_[:, c].sum()
        for t in range(T):
            broken[t, c] = total if months[t] >= end else 0.0
    state, cause, event, kind = np.zeros((T, 6)), np.zeros((T, 7)), np.empty((T, 4)), np.empty((T, 4))
    lasting, fade = np.empty(T), np.empty(T)
    settled, fresh, old, texts = np.zeros(T), np.zeros(T), np.zeros(T), np.zeros(T)
    first_old = 1
    while first_old < T and first_old - 0.5 < young:
        first_old += 1
    for place in range(D):
        if signed[T - 1, place] <= 0.0:
            continue
        for lag in range(1, T):
            fade[lag] = np.exp(-rate[place] * (lag - 0.5))
        for t in range(T):
            cause[t, 1 if truce[place] else 0] += signed[t, place]
        for j in range(T - 1):
            new = signed[j + 1, place] - signed[j, place]
            if new == 0.0:
                continue
            left = T - j  # lags within the months; loops over them have no branch, and so are vector instructions
            if not truce[place]:
                for lag in range(1, left):
                    settled[j + lag] += fade[lag] * new
                continue
            for lag in range(1, left):
                settled[j + lag] += fade[lag] * new * peace[lag]
                texts[j + lag] += peace[lag] * new
            for lag in range(1, min(first_old, left)):
                fresh[j + lag] += fade[lag] * new * (1.0 - peace[lag])
            for lag in range(first_old, left):
                old[j + lag] += fade[lag] * new * (1.0 - peace[lag])
    for t in range(T):
        state[t, 0], state[t, 1], state[t, 2] = settled[t], fresh[t], old[t]
        lasting[t] = state[t, 0] + state[t, 1] + state[t, 2]
        state[t, 2] += broken[t, 4]
        state[t, 3], state[t, 4] = broken[t, 1] + broken[t, 2], broken[t, 0] + broken[t, 3]
        state[t, 5] = max(0.0, 1.0 - state[t, :5].sum())
        for c in range(5):
            cause[t, 2 + c] = broken[t, c]
        terms, victory, over = broken[t, 2] + broken[t, 3], broken[t, 0] + broken[t, 1], cause[t].sum()
        text = cause[t, 0] + texts[t] + terms * follows[t]
        event[t, 0], event[t, 1], event[t, 2], event[t, 3] = (
            text,
            over - text - victory - broken[t, 4],
            victory,
            broken[t, 4],
        )
        kind[t, 0], kind[t, 1] = cause[t, 0] + form * terms, cause[t, 1] + (1.0 - form) * terms
        kind[t, 2], kind[t, 3] = victory, broken[t, 4]
    return state, cause, signed[T - 1], lasting, event, kind
