"""Compiled loops of the weekly war; `weekly_war` has the mathematics, the names and the specification.

`walk` goes through one war as the specification does, in float64. `lanes` goes through LANES wars side by side, a week
of all of them at a time, so that the processor works on 8 or 16 with one instruction; a lane whose war is over takes
the next draw, since wars are of very unequal length and most lanes would soon stand idle.

LLVM makes vector instructions of the loop over lanes only if all state of the lanes lies in flat arrays at offsets
known when it compiles, and the loop has no branch, no call and no power of unknown length. Seven squarings reach 127
forts.

Lanes count in float32, twice as many to an instruction, and never decide what float32 cannot: each V comes with a bound
of its rounding error, and a war in which some V_A - V_B comes within it of c is walked in float64 instead (1 in 300 of
those that are benchmarked). So every ending is that of the specification, to the bit; shares of the settled are taken
in float64 anyway.

The bound. With u = 2^-24, q has a relative error of at most 6u (a belief rounded, a sum, a quotient), so that q^k by
squaring has 8ku, and V = (1 - q^k)/(1 - q^N) an absolute error of at most (16N + 4)u/(1 - q^N) <= 18Nu/(1 - q^N); 32N
is taken. Where 1 - q < 0.02/N, V is taken as s/N, from which it differs by less than N(1 - q)/4 <= 0.005 (a ratio of
two sums of powers of q); the specification does so below 1e-4 only, hence LANE_FORTS. What is not a number is in doubt
too.
"""
# numba compiles these: annotations would be noise, and mypy cannot see through the decorator
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np
from numba import njit

LANES = 64  # no answer: wars side by side
LANE_FORTS = 100  # no answer: the bound holds up to here
FIGHTING, A_WINS, B_WINS, SETTLED, DOUBT, OUT_OF_TIME, IDLE = range(7)  # no answer: names
A_FOR, A_AGAINST, B_FOR, B_AGAINST, COST = (
    row * LANES for row in range(5)
)  # no answer: beliefs a and n - a of A and of B
DRAW, WINS, WEEK, STATE, EVEN, ODD, BELOW = (row * LANES for row in range(7))  # no answer: rows
ONE = np.float32(1)  # no answer: a number of its kind


@njit(forceinline=True)
def _turn(x, y, r):
    x = np.uint32(x + y)
    return x, np.uint32(np.uint32((y << np.uint32(r)) | (y >> np.uint32(32 - r))) ^ x)


@njit(forceinline=True)
def _four(x, y, first, second, third, fourth):
    x, y = _turn(x, y, first)
    x, y = _turn(x, y, second)
    x, y = _turn(x, y, third)
    return _turn(x, y, fourth)


@njit(forceinline=True)
def threefry(k0, k1, c0, c1):
    """Two 32-bit words for key (k0, k1) and counter (c0, c1); all uint32."""
    k2 = np.uint32(k0 ^ k1 ^ np.uint32(0x1BD11BDA))
    x, y = _four(np.uint32(c0 + k0), np.uint32(c1 + k1), 13, 15, 26, 6)
    x, y = _four(np.uint32(x + k1), np.uint32(y + k2 + np.uint32(1)), 17, 29, 16, 24)
    x, y = _four(np.uint32(x + k2), np.uint32(y + k0 + np.uint32(2)), 13, 15, 26, 6)
    x, y = _four(np.uint32(x + k0), np.uint32(y + k1 + np.uint32(3)), 17, 29, 16, 24)
    x, y = _four(np.uint32(x + k1), np.uint32(y + k2 + np.uint32(4)), 13, 15, 26, 6)
    return np.uint32(x + k2), np.uint32(y + k0 + np.uint32(5))


@njit(forceinline=True)
def _below(p):
    """u < p for u = j 2^-24 iff j < this."""
    return np.ceil(np.float64(p) * 16777216.0)


@njit(cache=True, error_model="numpy")
def victories(params, i, t, w, s, N):
    """V of both sides of draw i in week t, r = y/x, by squaring q = min(r, 1/r), whose powers cannot overflow.

    Both in one loop: the processor then works on the two at a time.
    """
    x_A, x_B = np.float64(params[1, i]) + w, np.float64(params[3, i]) + w
    y_A, y_B = np.float64(params[2, i]) + t - x_A, np.float64(params[4, i]) + t - x_B
    q_A, q_B = min(x_A, y_A) / max(x_A, y_A), min(x_B, y_B) / max(x_B, y_B)
    up_A, up_B, down_A, down_B = 1.0, 1.0, 1.0, 1.0
    bit = 0
    while N >> bit:
        if (s >> bit) & 1:
            up_A, up_B = up_A * q_A, up_B * q_B
        if ((N - s) >> bit) & 1:
            down_A, down_B = down_A * q_A, down_B * q_B
        q_A, q_B = q_A * q_A, q_B * q_B
        bit += 1
    V_A = (1.0 - up_A) / (1.0 - up_A * down_A) * (1.0 if y_A <= x_A else down_A)
    V_B = (1.0 - up_B) / (1.0 - up_B * down_B) * (1.0 if y_B <= x_B else down_B)
    if abs(y_A - x_A) < 1e-4 * x_A:
        V_A = s / N
    if abs(y_B - x_B) < 1e-4 * x_B:
        V_B = s / N
    return V_A, V_B


@njit(cache=True, error_model="numpy")
def walk(params, i, first, seed, N, start, weeks, outcome, week, share):
    """The war of draw i from its first week to its end."""
    c, below, none = np.float64(params[5, i]), np.uint32(_below(params[0, i])), np.uint32(0)
    s, w, odd = start, 0, none
    outcome[i], week[i], share[i] = FIGHTING, weeks, 0.0
    for t in range(weeks):
        V_A, V_B = victories(params, i, t, w, s, N)
        if c >= V_A - V_B:
            outcome[i], week[i], share[i] = SETTLED, t, 0.5 * (V_A + V_B)
            break
        if t & 1:
            word = odd
        else:
            word, odd = threefry(seed, none, np.uint32(first + i), np.uint32(t >> 1))
        win = np.int64((word >> np.uint32(8)) < below)  # no branch: it could not be predicted
        s, w = s + 2 * win - 1, w + win
        if s == N or s == 0:
            outcome[i], week[i] = (A_WINS if s == N else B_WINS), t + 1
            break


@njit(cache=True)
def walks(params, first, seed, N, start, weeks, outcome, week, share):
    """Every draw, one after another."""
    for i in range(params.shape[1]):
        walk(params, i, first, seed, N, start, weeks, outcome, week, share)


@njit(forceinline=True)
def _times(value, q, k, bit):
    return value * (q if (k >> np.int32(bit)) & np.int32(1) else ONE)


@njit(forceinline=True, error_model="numpy")
def _lane_victory(x, y, s, N, level):
    """V in float32, and a bound of its error."""
    ahead = y <= x
    low, high = min(x, y), max(x, y)
    q, k, up, whole = low / high, (s if ahead else N - s), ONE, ONE
    near = high - low < np.float32(0.02) / np.float32(N) * high
    up, whole, q = _times(up, q, k, 0), _times(whole, q, N, 0), q * q
    up, whole, q = _times(up, q, k, 1), _times(whole, q, N, 1), q * q
    up, whole, q = _times(up, q, k, 2), _times(whole, q, N, 2), q * q
    up, whole, q = _times(up, q, k, 3), _times(whole, q, N, 3), q * q
    up, whole, q = _times(up, q, k, 4), _times(whole, q, N, 4), q * q
    up, whole, q = _times(up, q, k, 5), _times(whole, q, N, 5), q * q
    up, whole = _times(up, q, k, 6), _times(whole, q, N, 6)
    part = ONE / (ONE - whole)
    V = (ONE - up) * part
    loose = np.float32(32 * 2.0**-24) * np.float32(N) * part
    return (level if near else (V if ahead else ONE - V)), (np.float32(0.005) if near else loose)


@njit(cache=True, error_model="numpy")
def _week(real, whole, luck, N, start, weeks):
    """A week of every lane whose war goes on, with the words at `luck`; returns how many lanes have ended."""
    ended = 0
    for l in range(LANES):
        w, t, state = whole[WINS + l], whole[WEEK + l], whole[STATE + l]
        s = start + w + w - t
        won, lost, level = np.float32(w), np.float32(t - w), np.float32(s) / np.float32(N)
        V_A, e_A = _lane_victory(real[A_FOR + l] + won, real[A_AGAINST + l] + lost, s, N, level)
        V_B, e_B = _lane_victory(real[B_FOR + l] + won, real[B_AGAINST + l] + lost, s, N, level)
        over, error = V_A - V_B - real[COST + l], e_A + e_B
        now = SETTLED if over < -error else (FIGHTING if over > error else DOUBT)
        on = state == FIGHTING and now == FIGHTING
        win = ((whole[luck + l] >> np.int32(8)) & np.int32(0xFFFFFF)) < whole[BELOW + l]
        w, t = (w + np.int32(win) if on else w), (t + np.int32(1) if on else t)
        s = start + w + w - t
        then = A_WINS if s == N else (B_WINS if s == 0 else (OUT_OF_TIME if t == weeks else FIGHTING))
        state = state if state != FIGHTING else (now if now != FIGHTING else then)
        whole[WINS + l], whole[WEEK + l], whole[STATE + l] = w, t, state
        ended += state != FIGHTING
    return ended


@njit(cache=True)
def _luck(whole, first, seed):
    """The words of two weeks. All lanes are in an even week: one that ends in it stands still for the odd one."""
    none = np.uint32(0)
    for l in range(LANES):
        even, odd = threefry(seed, none, np.uint32(first + whole[DRAW + l]), np.uint32(whole[WEEK + l] >> 1))
        whole[EVEN + l], whole[ODD + l] = np.int32(even), np.int32(odd)


@njit(cache=True)
def _load(real, whole, l, params, i):
    for row, side in ((A_FOR, 1), (B_FOR, 3)):
        real[row + l] = params[side, i]
        real[row + LANES + l] = np.float64(params[side + 1, i]) - np.float64(params[side, i])
    real[COST + l] = params[5, i]
    whole[DRAW + l], whole[WINS + l], whole[WEEK + l], whole[STATE + l] = i, 0, 0, FIGHTING
    whole[BELOW + l] = np.int32(_below(params[0, i]))


@njit(cache=True)
def lanes(params, first, seed, N, start, weeks, outcome, week, share):
    """Every draw, LANES at a time; N is at most LANE_FORTS."""
    real, whole = np.ones(5 * LANES, np.float32), np.zeros(7 * LANES, np.int32)
    forts, front, last = np.int32(N), np.int32(start), np.int32(weeks)
    draws, following = params.shape[1], min(LANES, params.shape[1])
    for l in range(LANES):
        whole[STATE + l] = IDLE
    for l in range(following):
        _load(real, whole, l, params, l)
    going = following
    while going:
        _luck(whole, first, seed)
        _week(real, whole, EVEN, forts, front, last)
        if _week(real, whole, ODD, forts, front, last) == 0:
            continue
        for l in range(LANES):
            state = whole[STATE + l]
            if state in (FIGHTING, IDLE):
                continue
            i, w, t = whole[DRAW + l], whole[WINS + l], whole[WEEK + l]
            outcome[i], week[i], share[i] = (FIGHTING if state == OUT_OF_TIME else state), t, 0.0
            if state == SETTLED:
                V_A, V_B = victories(params, i, t, w, start + 2 * w - t, N)
                share[i] = 0.5 * (V_A + V_B)
            elif state == DOUBT:
                walk(params, i, first, seed, N, start, weeks, outcome, week, share)
            if following < draws:
                _load(real, whole, l, params, following)
                following += 1
            else:
                whole[STATE + l] = IDLE
                going -= 1
