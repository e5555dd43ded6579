"""Compiled inner loops of the war core; `war_core` has the mathematics and the names.

A layer is [regime g, proposer j, side, fort k, endurance a of A, endurance b of B]. The loops are long because a
compiled kernel pays for every array it would otherwise build.
"""
# numba compiles these: annotations would be noise, and mypy cannot see through the decorator
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

from winset.theory.row_kernels import put


@njit(cache=True)
def within(x, low, high):
    """Whether all of a flat array is in low..high; what is not a number is not."""
    good = True
    for v in x:
        good &= low <= v <= high
    return good


@njit(cache=True)
def laws(x, least):
    """Whether every row of x holds probabilities, of at least `least`, that sum to 1."""
    good = True
    for row in range(x.shape[0]):
        total = 0.0
        for c in range(x.shape[1]):
            good &= x[row, c] >= least
            total += x[row, c]
        good &= abs(total - 1.0) < 1e-8
    return good


@njit(cache=True)
def expect(V, Q, Pi, X):
    """X(g, j, cell) = E V over next regime and proposer."""
    G, J, cells = V.shape
    for g in range(G):
        for j in range(J):
            X[g, j, :] = 0.0
            for h in range(G):
                for l in range(J):
                    w = Q[g, h] * Pi[j, l]
                    if w > 0.0:
                        for c in range(cells):
                            X[g, j, c] += w * V[h, l, c]


@njit(cache=True, error_model="numpy")
def fight(X, belief, shift, delta, flow, change, offset, step, C):
    """C_i for every live cell with k = offset (mod step): one more engagement, then X.

    The two sides' endurance changes independently, so that first A's change is averaged over, then B's.
    """
    G, J, _, K, RA, RB = X.shape
    half = np.empty(RB)
    for g in range(G):
        for s in range(2):
            for k in range(1, K - 1):
                if (k - offset) % step != 0:
                    continue
                m = min(1.0, max(0.0, belief[s, k] + shift[s, g]))
                for j in range(J):
                    for a in range(1, RA):
                        row, more = C[g, j, s, k, a], min(a + 1, RA - 1)
                        row[1:] = flow[s, g, k]
                        for lost in range(2):
                            w = delta[s, g] * ((1.0 - m) if lost else m)
                            X_k, law_A, law_B = X[g, j, s, k + 1 - 2 * lost], change[0, g, lost], change[1, g, lost]
                            down, same, up = w * law_A[0], w * law_A[1], w * law_A[2]
                            for b in range(RB):
                                half[b] = down * X_k[a - 1, b] + same * X_k[a, b]
                            if up > 0.0:
                                for b in range(RB):
                                    half[b] += up * X_k[more, b]
                            down, same, up = law_B[0], law_B[1], law_B[2]
                            for b in range(1, RB):
                                row[b] += down * half[b - 1] + same * half[b]
                            if up > 0.0:
                                for b in range(1, RB):
                                    row[b] += up * half[min(b + 1, RB - 1)]


# LLVM turns a loop over cells into vector instructions only if exp is plain arithmetic, division does not raise, and
# sums may be reordered. No deal value is ever nan here.
FAST: dict[str, Any] = {"cache": True, "error_model": "numpy", "fastmath": {"contract", "reassoc", "nnan", "nsz"}}


@intrinsic
def _as_float(typing, bits):
    """The float64 that has these 64 bits."""

    def generate(context, builder, signature, arguments):
        return builder.bitcast(arguments[0], context.get_value_type(types.float64))

    return types.float64(types.int64), generate


@njit(forceinline=True)
def exp_down(x):
    """exp(x) for x <= 0 within 1e-13, held at exp(-700): 2^i times the Taylor series of the rest, |f| <= ln(2)/2."""
    t = (x if x > -700.0 else -700.0) * 1.4426950408889634
    i = np.int32(t - 0.5)
    f = (t - i) * 0.6931471805599453
    p = 1 / 5040 + f * (1 / 40320 + f * (1 / 362880 + f * (1 / 3628800 + f * (1 / 39916800 + f * (1 / 479001600)))))
    p = 1.0 + f * (1.0 + f * (1 / 2 + f * (1 / 6 + f * (1 / 24 + f * (1 / 120 + f * (1 / 720 + f * p))))))
    return p * _as_float((np.int64(i) + np.int64(1023)) << np.int64(52))


@njit(**FAST)
def deal_worth(g, k, a, b, base, load, W, front, rearm, after, U):
    """Fills U[side, deal, cell] for the cells (a[c], b[c]); W is the layer [regime, side, fort, R_A, R_B] of this n."""
    K, RA, RB = W.shape[2], W.shape[3], W.shape[4]
    h, cells = after[g], len(a)
    k_A, k_B = min(k + front[0], K - 1), max(k - front[1], 0)
    w_A, w_B = np.empty(cells), np.empty(cells)
    for s in range(2):
        for c in range(cells):
            a2, b2 = min(a[c] + rearm[0], RA - 1), min(b[c] + rearm[1], RB - 1)
            w_A[c], w_B[c] = W[h, s, k_A, a2, b2], W[h, s, k_B, a2, b2]
        for d in range(U.shape[1]):
            fixed, by_A, by_B = base[d, g, s, k], load[d, g, s, 0], load[d, g, s, 1]
            for c in range(cells):
                U[s, d, c] = fixed + by_A * w_A[c] + by_B * w_B[c]


@njit(**FAST)
def _accepted(gain, noise, out):
    """out = P(accepts) at each gain: logit, or at noise 0 whether it is at least 0. Flat, so that the loop is long."""
    if noise == 0.0:
        for c in range(len(out)):
            out[c] = 1.0 if gain[c] >= 0.0 else 0.0
        return
    steep = 1.0 / noise
    for c in range(len(out)):
        x = gain[c] * steep
        e = exp_down(-abs(x))
        out[c] = (1.0 if x >= 0.0 else e) / (1.0 + e)


@njit(**FAST)
def acceptance(gain, tau, accept):
    """accept[deal, cell]: P(A, B accepts), then as the other side takes it, from gain[side, deal, cell] = U - C."""
    for r in (0, 2):
        if r and tau[2] == tau[0] and tau[3] == tau[1]:
            put(accept[2:].ravel(), accept[:2].ravel())
            return
        sides = 2 if tau[r] == tau[r + 1] else 1  # in one loop
        for s in range(0, 2, sides):
            _accepted(gain[s : s + sides].ravel(), tau[r + s], accept[r + s : r + s + sides].ravel())


@njit(**FAST)
def _exponentials(x):
    """x = exp(x), of a flat array of numbers of at most 0."""
    for c in range(len(x)):
        x[c] = exp_down(x[c])


@njit(**FAST)
def sign_law(who, g, plan, gain, accept, held, open_now, tau, share, room, signed):
    """signed[deal, cell] += share x P(proposed and signed now); held[deal, g] = P(ratified), 0 if not available.

    gain, accept: as in `acceptance`; room: two rows and one a deal, of what stands there no more. A proposer with tau =
    0 picks the first of its best deals, if any is at least as good as no deal.
    """
    D, cells = signed.shape
    if who == 2:
        d = plan[g]
        if d >= 0:
            for c in range(cells):
                signed[d, c] += share * held[d, g] * accept[0, d, c] * accept[1, d, c]
        return
    taken, seen = 1 - who, 3 - who  # rows of `accept`: a view costs more than a row of few cells
    if tau[who] == 0.0:
        for c in range(cells):
            top, pick = 0.0, -1
            for d in range(D):
                likely = held[d, g] * accept[seen, d, c]  # what the proposer reckons with
                worth = likely * gain[who, d, c]
                if likely > 0.0 and (worth > top or (pick < 0 and worth == 0.0)):
                    top, pick = worth, d
            if pick >= 0:
                signed[pick, c] += share * held[pick, g] * accept[taken, pick, c]
        return
    best, total, weight = 0, 1, 2  # rows of `room`
    for c in range(cells):
        room[best, c] = 0.0
    for d in range(D):
        for c in range(cells):
            worth = held[d, g] * accept[seen, d, c] * gain[who, d, c]
            room[weight + d, c] = worth
            room[best, c] = worth if worth > room[best, c] else room[best, c]
    steep = 1.0 / tau[who]
    for c in range(cells):
        room[total, c] = -room[best, c] * steep  # no offer, on the scale where the best offer weighs 1
    for d in range(D):
        for c in range(cells):
            room[weight + d, c] = (room[weight + d, c] - room[best, c]) * steep
    _exponentials(room[total:].ravel())
    for d in range(D):
        for c in range(cells):
            room[weight + d, c] *= open_now[d, g]
            room[total, c] += room[weight + d, c]
    for c in range(cells):
        room[total, c] = share / room[total, c]
    for d in range(D):
        for c in range(cells):
            signed[d, c] += held[d, g] * accept[taken, d, c] * room[weight + d, c] * room[total, c]


@njit(**FAST)
def gains(U, C, gain):
    """gain[side, deal, cell] = U - C."""
    for s in range(2):
        for d in range(U.shape[1]):
            for c in range(U.shape[2]):
                gain[s, d, c] = U[s, d, c] - C[s, c]


@njit(**FAST)
def menu(C, W, offset, a, b, base, load, front, rearm, after, who, plan, held, open_now, tau, V, P):
    """V and P(deal) for every live cell (a[c], b[c]) of each fort k = offset (mod 2)."""
    G, J, _, K, _, _ = C.shape
    D, cells = held.shape[0], len(a)
    U, sign, here, room = np.empty((2, D, cells)), np.empty((D, cells)), np.empty((2, cells)), np.empty((D + 2, cells))
    gain, accept = np.empty((2, D, cells)), np.empty((4, D, cells))
    for g in range(G):
        for k in range(1, K - 1):
            if (k - offset) % 2 != 0:
                continue
            deal_worth(g, k, a, b, base, load, W, front, rearm, after, U)
            for j in range(J):
                for s in range(2):
                    for c in range(cells):
                        here[s, c] = C[g, j, s, k, a[c], b[c]]
                gains(U, here, gain)
                acceptance(gain, tau, accept)
                sign[:] = 0.0
                sign_law(who[j], g, plan, gain, accept, held, open_now, tau, 1.0, room, sign)
                for s in range(2):
                    more = room[0]
                    for c in range(cells):
                        more[c] = 0.0
                    for d in range(D):
                        for c in range(cells):
                            more[c] += sign[d, c] * gain[s, d, c]
                    for c in range(cells):
                        V[g, j, s, k, a[c], b[c]] = here[s, c] + more[c]
                for c in range(cells):
                    P[g, j, k, a[c], b[c]] = sign[:, c].sum()


@njit(cache=True)
def split(C, offset, who, V, S):
    """V and the surplus S when the proposer divides a pie of 1; a mediator halves the surplus."""
    G, J, _, K, RA, RB = C.shape
    for g in range(G):
        for j in range(J):
            to_A = 0.5 if who[j] == 2 else 1.0 - who[j]
            for k in range(1, K - 1):
                if (k - offset) % 2 != 0:
                    continue
                for a in range(1, RA):
                    for b in range(1, RB):
                        C_A, C_B = C[g, j, 0, k, a, b], C[g, j, 1, k, a, b]
                        surplus = 1.0 - C_A - C_B
                        S[g, j, k, a, b] = surplus
                        V[g, j, 0, k, a, b] = C_A + to_A * max(0.0, surplus)
                        V[g, j, 1, k, a, b] = C_B + (1.0 - to_A) * max(0.0, surplus)


@njit(**FAST)
def settle(law, C, W, offset, a, b, base, load, front, rearm, after, who, plan, held, open_now, tau, deal):
    """Takes out of law[g, j, k, R_A, R_B] what is signed now and adds it to deal[deal, k]."""
    G, J, _, K, _, _ = C.shape
    D, cells = held.shape[0], len(a)
    U, sign, here, room = np.empty((2, D, cells)), np.empty((D, cells)), np.empty((2, cells)), np.empty((D + 2, cells))
    gain, accept = np.empty((2, D, cells)), np.empty((4, D, cells))
    for g in range(G):
        for k in range(1, K - 1):
            if (k - offset) % 2 != 0 or law[g, :, k].max() == 0.0:
                continue
            deal_worth(g, k, a, b, base, load, W, front, rearm, after, U)
            for j in range(J):
                for s in range(2):
                    for c in range(cells):
                        here[s, c] = C[g, j, s, k, a[c], b[c]]
                gains(U, here, gain)
                acceptance(gain, tau, accept)
                sign[:] = 0.0
                sign_law(who[j], g, plan, gain, accept, held, open_now, tau, 1.0, room, sign)
                for c in range(cells):
                    mass = law[g, j, k, a[c], b[c]]
                    for d in range(D):
                        deal[d, k] += mass * sign[d, c]
                    law[g, j, k, a[c], b[c]] = mass * (1.0 - sign[:, c].sum())


@njit(cache=True)
def engage(law, chance, change, out):
    """out = law after one engagement, A winning with chance[k]; endurance changes by the law of the old regime."""
    G, J, K, RA, RB = law.shape
    out[:] = 0.0
    for g in range(G):
        for j in range(J):
            for k in range(1, K - 1):
                for a in range(1, RA):
                    for b in range(1, RB):
                        mass = law[g, j, k, a, b]
                        if mass == 0.0:
                            continue
                        for lost in range(2):
                            m = mass * ((1.0 - chance[k]) if lost else chance[k])
                            for da in range(3):
                                for db in range(3):
                                    w = m * change[0, g, lost, da] * change[1, g, lost, db]
                                    if w > 0.0:
                                        a2, b2 = min(a + da - 1, RA - 1), min(b + db - 1, RB - 1)
                                        out[g, j, k + 1 - 2 * lost, a2, b2] += w


@njit(cache=True, nogil=True)
def between(row, k):
    """The row at a place that need not be whole, held to its ends."""
    K = len(row)
    k = min(max(k, 0.0), K - 1.0)
    low = min(int(k), K - 2)
    return row[low] + (k - low) * (row[low + 1] - row[low])


@njit(cache=True)
def poisson(u, mean, most):
    """A Poisson number at fraction u, at most so many; 1 for certain if the mean is inf."""
    if mean == np.inf:
        return 1
    total = term = np.exp(-mean)
    count = 0
    while u >= total and count < most:
        count += 1
        term *= mean / count
        total += term
    return count
