"""A war simulated week by week with counter-based luck: the smallest complete simulation, and its own specification.

N forts, A holds s. One battle a week, won by A with probability p. Side i believes p ~ Beta(a_i, n_i - a_i) and after
t weeks and w wins of A holds the mean m_i = (a_i + w)/(n_i + t). Each week, before the battle, both compare what they
expect of a fight to the end, V_i = (1 - r^s)/(1 - r^N), r = (1 - m_i)/m_i (gambler's ruin; s/N if |r - 1| < 1e-4),
and settle as soon as V_A - V_B <= c, the joint cost of going on, at A's share (V_A + V_B)/2. Otherwise the war ends at
0 or N forts, or is still on after T weeks. The state is (s, t), so `exact_law` gives the whole law without luck.

Luck. Threefry 2x32 with 20 rounds is a keyed permutation of 64 bits: week t of draw i uses word t mod 2 of the block
with key (seed, 0) and counter (i, t div 2), and A wins iff its upper 24 bits, as a fraction, are below p. Any slice of
draws can be run alone, in any order, and the same draw has the same luck whatever else is changed.

Powers are taken by repeated squaring, not by exp and log, so the compiled kernels (`weekly_kernels`) and the numpy
version round alike: they agree in every bit of every trajectory.

References: A. Smith and A. Stam (2004) and M. Yildiz (2003) for the idea of the war; J. Salmon, M. Moraes, R. Dror and
D. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11 (2011), for Threefry.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32, Int, Int8, Int16, UInt32

from winset.errors import SettingError
from winset.theory import weekly_kernels as kernels
from winset.theory.weekly_kernels import A_WINS, B_WINS, FIGHTING, SETTLED

PARAMETERS = ("p", "a_A", "n_A", "a_B", "n_B", "c")
_TURNS = ((13, 15, 26, 6), (17, 29, 16, 24))  # source: Salmon et al. (2011)
_PARITY = 0x1BD11BDA  # source: Salmon et al. (2011)


def threefry_words(
    key: tuple[int, int], c0: UInt32[np.ndarray, "*at"], c1: UInt32[np.ndarray, "*at"]
) -> tuple[UInt32[np.ndarray, "*at"], UInt32[np.ndarray, "*at"]]:
    """Two 32-bit words for each key and counter, in numpy from the paper: the specification of
    `weekly_kernels.threefry`."""
    keys = [np.uint32(k) for k in (key[0], key[1], key[0] ^ key[1] ^ _PARITY)]
    x, y = np.atleast_1d(np.asarray(c0, np.uint32)) + keys[0], np.atleast_1d(np.asarray(c1, np.uint32)) + keys[1]
    for block in range(5):
        for r in _TURNS[block % 2]:
            x = x + y
            y = ((y << np.uint32(r)) | (y >> np.uint32(32 - r))) ^ x
        x = x + keys[(block + 1) % 3]
        y = y + keys[(block + 2) % 3] + np.uint32(block + 1)
    return x, y


@dataclass(frozen=True)
class Endings:
    """One entry per draw."""

    outcome: Int8[np.ndarray, " draw"]  # FIGHTING, A_WINS, B_WINS, SETTLED
    week: Int16[np.ndarray, " draw"]  # of the end; T if still fighting
    share: Float32[np.ndarray, " draw"]  # A's share if settled, else 0


def _checked(params: Float[np.ndarray, "6 draw"], forts: int, start: int, weeks: int, seed: int) -> None:
    if params.ndim != 2 or params.shape[0] != len(PARAMETERS):
        raise SettingError(f"parameters must be a table with the rows {', '.join(PARAMETERS)}")
    if not 0 < start < forts or not 0 < weeks < 2**15 or not 0 <= seed < 2**32:
        raise SettingError("need 0 < start < forts, 1..32767 weeks, and a seed of 32 bits")
    if not (params[1] > 0).all() or not (params[2] > params[1]).all() or not (params[3] > 0).all():
        raise SettingError("beliefs need 0 < a < n for both sides")
    if not (params[4] > params[3]).all() or not ((params[0] >= 0) & (params[0] <= 1)).all():
        raise SettingError("beliefs need 0 < a < n for both sides, and p must be a probability")


def simulate(
    params: Float[np.ndarray, "6 draw"], seed: int, forts: int = 20, start: int = 10, weeks: int = 150, first: int = 0
) -> Endings:
    """Compiled simulation; rows of `params` as in PARAMETERS, `first` the number of the first draw."""
    _checked(params, forts, start, weeks, seed)
    n = params.shape[1]
    out = Endings(np.empty(n, np.int8), np.empty(n, np.int16), np.empty(n, np.float32))
    run = kernels.lanes if forts <= kernels.LANE_FORTS else kernels.walks
    table = np.ascontiguousarray(params, np.float64)
    run(table, first, np.uint32(seed), forts, start, weeks, out.outcome, out.week, out.share)
    return out


def simulate_numpy(
    params: Float[np.ndarray, "6 draw"], seed: int, forts: int = 20, start: int = 10, weeks: int = 150, first: int = 0
) -> Endings:
    """The specification: all draws a week at a time, those that have ended dropped."""
    _checked(params, forts, start, weeks, seed)
    n = params.shape[1]
    out = Endings(np.zeros(n, np.int8), np.full(n, weeks, np.int16), np.zeros(n, np.float32))
    draw, P = np.arange(n), params.astype(np.float64)
    s, w, odd = np.full(n, start), np.zeros(n), np.empty(0, np.uint32)
    for t in range(weeks):
        x_A, x_B = P[1] + w, P[3] + w
        V_A, V_B = _victory_numpy(x_A, P[2] + t - x_A, s, forts), _victory_numpy(x_B, P[4] + t - x_B, s, forts)
        stop = P[5] >= V_A - V_B
        out.outcome[draw[stop]], out.week[draw[stop]] = SETTLED, t
        out.share[draw[stop]] = 0.5 * (V_A + V_B)[stop]
        draw, P, s, w, odd = draw[~stop], P[:, ~stop], s[~stop], w[~stop], odd[~stop] if t & 1 else odd
        if t & 1:
            word = odd
        else:
            pair = np.full(len(draw), t >> 1, np.uint32)
            word, odd = threefry_words((seed, 0), (draw + first).astype(np.uint32), pair)
        win = (word >> np.uint32(8)) * 2.0**-24 < P[0]
        s, w = np.where(win, s + 1, s - 1), w + win
        stop = (s == forts) | (s == 0)
        out.outcome[draw[stop]], out.week[draw[stop]] = np.where(s[stop] == forts, A_WINS, B_WINS), t + 1
        draw, P, s, w, odd = draw[~stop], P[:, ~stop], s[~stop], w[~stop], odd[~stop]
        if not len(draw):
            break
    return out


def _victory_numpy(
    x: Float[np.ndarray, " draw"], y: Float[np.ndarray, " draw"], s: Int[np.ndarray, " draw"], N: int
) -> Float[np.ndarray, " draw"]:
    ahead = y <= x
    q = np.minimum(x, y) / np.maximum(x, y)
    up, down = np.ones_like(q), np.ones_like(q)
    for bit in range(N.bit_length()):
        up, down = np.where((s >> bit) & 1, up * q, up), np.where(((N - s) >> bit) & 1, down * q, down)
        q = q * q
    level = np.abs(y - x) < 1e-4 * x
    share = (1.0 - up) / np.where(level, 1.0, 1.0 - up * down)
    return np.where(level, s / N, np.where(ahead, share, share * down))


@dataclass(frozen=True)
class ExactLaw:
    ended: Float[np.ndarray, "week outcome"]  # P(ended in week t by outcome), t = 0..T; column FIGHTING is P(on) at T
    mean_share: float  # of A, given a settlement; nan if there is none

    @property
    def mean_week(self) -> float:
        return float(self.ended.sum(1) @ np.arange(len(self.ended)))


def exact_law(params: Float[np.ndarray, " parameter"], forts: int = 20, start: int = 10, weeks: int = 150) -> ExactLaw:
    """The law of one parameter set by carrying the distribution of s forward; no luck."""
    _checked(np.asarray(params)[:, None], forts, start, weeks, 0)
    p, a_A, n_A, a_B, n_B, c = (float(x) for x in params)
    law, ended, s, share = np.zeros(forts + 1), np.zeros((weeks + 1, 4)), np.arange(forts + 1), 0.0
    law[start] = 1.0
    for t in range(weeks):
        w = np.clip((t + s - start) / 2, 0, t)
        V_A, V_B = (_victory_numpy(a + w, n + t - a - w, s, forts) for a, n in ((a_A, n_A), (a_B, n_B)))
        stop = (c >= V_A - V_B) & (s > 0) & (s < forts)
        ended[t, SETTLED] = law[stop].sum()
        share += float(law[stop] @ (V_A + V_B)[stop]) / 2
        law[stop] = 0.0
        law = p * np.r_[0.0, law[:-1]] + (1 - p) * np.r_[law[1:], 0.0]
        ended[t + 1, A_WINS], ended[t + 1, B_WINS] = law[-1], law[0]
        law[[0, -1]] = 0.0
    ended[weeks, FIGHTING] = law.sum()
    settled = ended[:, SETTLED].sum()
    return ExactLaw(ended, share / settled if settled > 0 else float("nan"))
