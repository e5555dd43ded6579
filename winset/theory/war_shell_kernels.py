"""The compiled walk of `war_shell`, one war at a time; the model, and the names, stand there."""

# numba compiles these: annotations would be noise, and mypy cannot see through the decorator
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from math import exp

import numpy as np
from numba import njit

from winset.theory import war_kernels as kernels
from winset.theory.weekly_kernels import threefry

ENDURANCE, MOVES, OFFER, ANSWERS, EVENTS, TYPE, DUE, TALKS = 1, 2, 3, 4, 5, 6, 7, 8  # no answer: streams; 0: battle
# rounds in a step at most; a Poisson count reaches it where a text takes under three days
ROUNDS = 31  # no answer: a limit on size
LATER = 1 << 16  # no answer: names of streams; a round after the first in week t has the luck of week t + round x LATER


@njit(forceinline=True)
def _luck(seed, stream, draw, week):
    """Two fractions in [0, 1)."""
    x, y = threefry(seed, np.uint32(stream), draw, np.uint32(week))
    return (x >> np.uint32(8)) * 2.0**-24, (y >> np.uint32(8)) * 2.0**-24


@njit(forceinline=True)
def _pick(u, law):
    """The first place where the running sum of the law exceeds u; the last if rounding leaves none."""
    total = 0.0
    for i in range(len(law)):
        total += law[i]
        if u < total:
            return i
    return len(law) - 1


@njit(cache=True)
def _accept(gain, tau):
    if tau == 0.0:
        return 1.0 if gain >= 0.0 else 0.0
    return 1.0 / (1.0 + exp(min(700.0, -gain / tau)))


@njit(cache=True)
def _offer_law(gain, sign, available, tau, law):
    """law[d] = P(offer d), law[D] = P(no offer), as in the core."""
    D = len(gain)
    law[:] = 0.0
    if tau == 0.0:
        top, pick = 0.0, D
        for d in range(D):
            if sign[d] > 0.0 and (gain[d] > top or (pick == D and gain[d] == 0.0)):
                top, pick = gain[d], d
        law[pick] = 1.0
        return
    top = 0.0
    for d in range(D):
        top = max(top, gain[d])
    total = 0.0
    for d in range(D):
        law[d] = available[d] * exp((gain[d] - top) / tau)
        total += law[d]
    law[D] = exp(-top / tau)
    total += law[D]
    for d in range(D + 1):
        law[d] /= total


@njit(cache=True)
def _learn(mu, likelihood):
    """Bayes; an act that no type would do teaches nothing."""
    total = 0.0
    for h in range(len(mu)):
        total += mu[h] * likelihood[h]
    if total > 0.0:
        for h in range(len(mu)):
            mu[h] = mu[h] * likelihood[h] / total


@njit(cache=True)
def _bargain(who, plan, held, ratify, available, tau, private, true, mu, U, C, u, work):
    """One round; returns the deal signed or -1, and updates mu. U[type, side, deal], C[type, side], u = four fractions:
    offer, first answer, second answer, ratification."""
    H, _, D = U.shape
    gain, sign, law, like, U_mean, C_mean = work
    for i in range(2):  # what the side that does not know the type reckons with
        C_mean[i] = 0.0
        for h in range(H):
            C_mean[i] += mu[h] * C[h, i]
        for d in range(D):
            U_mean[i, d] = 0.0
            for h in range(H):
                U_mean[i, d] += mu[h] * U[h, i, d]
    if who == 2:
        pick = plan if plan >= 0 and available[plan] > 0.0 else D
    elif private == who:
        other = 1 - who
        for d in range(D):
            sign[d] = held[d] * _accept(U_mean[other, d] - C_mean[other], tau[2 + other])
        pick = -1
        for shift in range(H):  # the true type first: it chooses; then what each other type would have done
            h = (true + shift) % H
            for d in range(D):
                gain[d] = sign[d] * (U[h, who, d] - C[h, who])
            _offer_law(gain, sign, available, tau[who], law)
            if shift == 0:
                pick = _pick(u[0], law)
            like[h] = law[pick]
        _learn(mu, like)
    else:
        other = 1 - who
        for d in range(D):
            gain[d], sign[d] = 0.0, 0.0
            for h in range(H):
                s = mu[h] * held[d] * _accept(U[h, other, d] - C[h, other], tau[2 + other])
                sign[d] += s
                gain[d] += s * (U[h, who, d] - C[h, who])
        _offer_law(gain, sign, available, tau[who], law)
        pick = _pick(u[0], law)
    if pick == D:
        return -1
    agreed = True
    for i in range(2):
        if i == who:
            continue
        if i == private:
            said = u[1 + i] < _accept(U[true, i, pick] - C[true, i], tau[i])
            for h in range(H):
                yes = _accept(U[h, i, pick] - C[h, i], tau[i])
                like[h] = yes if said else 1.0 - yes
            _learn(mu, like)
        else:
            said = u[1 + i] < _accept(U_mean[i, pick] - C_mean[i], tau[i])
        agreed = agreed and said
    return pick if agreed and u[3] < ratify[pick] else -1


@njit(cache=True)
def run(  # one kernel per trajectory: the state of a war must stay in registers, hence its length
    p, first, seed, C, W, base, load, held, ratify, open_now, front, rearm, after, change, regime, who, turn,
    turn_first, start, end_A, end_B, regime_first, plan, tau, rate, weeks, private, type_prior, levels, e0, f0,
    executes, deadline, deadline_to, shock, shock_to, rule, until, by, rounds, open_part,
    cause, week, fought, deal, where, last, kind, belief, trust,
):  # fmt: skip
    H, L, M, _, turns, _, K, RA, RB = C.shape
    D = base.shape[2]
    U, here, mu, u = np.empty((H, 2, D)), np.empty((H, 2)), np.empty(H), np.empty(4)
    held_now, ratify_now, open_here = np.empty(D), np.empty(D), np.empty(D)
    work = (np.empty(D), np.empty(D), np.empty(D + 1), np.empty(H), np.empty((2, D)), np.empty(2))
    for i in range(len(p)):
        draw = np.uint32(first + i)
        u_type, u_turn = _luck(seed, TYPE, draw, 0)
        true, j = _pick(u_type, type_prior), _pick(u_turn, turn_first)
        mu[:] = type_prior
        n, k, a, b, g, e, f, fresh = 0, start, end_A, end_B, regime_first, e0, f0, True
        cause[i], deal[i], week[i], odd = 6, -1, weeks, np.uint32(0)
        for t in range(weeks + 1):
            if fresh:
                c = 0
                for l in range(1, L):
                    if abs(levels[l] - e / (e + f)) < abs(levels[c] - e / (e + f)):
                        c = l
                h2, a2, b2 = after[g], min(a + rearm[0], RA - 1), min(b + rearm[1], RB - 1)
                for h in range(H):
                    for s in range(2):
                        here[h, s] = C[h, c, n, g, min(j, turns - 1), s, k, a, b]
                        w_A = kernels.between(W[h, c, n, h2, s, :, a2, b2], k + front[0])
                        w_B = kernels.between(W[h, c, n, h2, s, :, a2, b2], k - front[1])
                        for d in range(D):
                            x = base[h, c, d, g, s, k]
                            U[h, s, d] = x + load[h, c, d, g, s, 0] * w_A + load[h, c, d, g, s, 1] * w_B
                for d in range(D):
                    now = open_part[n, d]
                    held_now[d], ratify_now[d] = held[d, g] * now, ratify[d] * now
                    open_here[d] = open_now[d, g] if now > 0.0 else 0.0
                u_count, u_turn = _luck(seed, TALKS, draw, t)
                pick, count = -1, kernels.poisson(u_count, rounds[n, g], ROUNDS)
                for r in range(count):
                    later = np.uint32(t + r * LATER)
                    if r > 0:
                        _, u_turn = _luck(seed, TALKS, draw, later)
                        j = _pick(u_turn, turn[j])
                    u[0], u[3] = _luck(seed, OFFER, draw, later)
                    u[1], u[2] = _luck(seed, ANSWERS, draw, later)
                    pick = _bargain(
                        who[j], plan[g], held_now, ratify_now, open_here, tau, private, true, mu, U, here, u, work
                    )  # fmt: skip
                    if pick >= 0:
                        break
                fresh = False
                if pick >= 0:
                    cause[i], deal[i], week[i] = 0, pick, t
                    break
            if t == weeks:
                break
            if t & 1:
                word = odd
            else:
                word, odd = threefry(seed, np.uint32(0), draw, np.uint32(t >> 1))
            u_engage, u_shock = _luck(seed, EVENTS, draw, t)
            if u_engage < rate:
                lost = 0 if (word >> np.uint32(8)) * 2.0**-24 < p[i] else 1
                u_A, u_B = _luck(seed, ENDURANCE, draw, t)
                a = min(a + _pick(u_A, change[0, g, lost]) - 1, RA - 1)
                b = min(b + _pick(u_B, change[1, g, lost]) - 1, RB - 1)
                if u_A < until[g] - n:  # always, but for the last step of a clock
                    k += 1 - 2 * lost
                n, fresh = n + 1, True
                if k == K - 1 or k == 0:
                    cause[i] = 1 if k else 2
                elif RA > 1 and (a == 0 or b == 0):
                    cause[i] = 5 if a == b else (3 if a == 0 else 4)
                elif until[g] <= n:
                    cause[i] = 3 + by[g]
                if cause[i] < 6:
                    week[i] = t + 1
                    break
                u_regime, u_turn = _luck(seed, MOVES, draw, t)
                j = _pick(u_turn, turn[j])
                g = rule[g, k] if rule[g, k] >= 0 else _pick(u_regime, regime[g])
                if n == M:
                    break
            if deadline[t]:
                u_due, _ = _luck(seed, DUE, draw, t)
                if u_due < executes:
                    g, e = deadline_to[t, g], e + 1.0
                else:
                    f += 1.0
            if u_shock < shock[t]:
                g = shock_to[t, g]
        fought[i], where[i], last[i], kind[i], trust[i] = n, k, g, true, e / (e + f)
        belief[i] = mu
