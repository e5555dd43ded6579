"""The war core by a clock, where nobody's turn to propose depends on whose turn it was: the same numbers, many times as
fast.

With endurance a known time in each regime (`war_clock`) the state is (step n, regime g, fort k). If every row of Pi is
one law pi, C(g, j, .) = C(g, .), and only the mean of V over pi enters the step before. The forward pass is for the
regime of the start, held: there the end by exhaustion is one known time, and P(signed) by step, deal and fort, found on
the way back, is all that is needed.

A regime is solved only in the steps in which it can be in force (`reachable`) and the war is not over; W is solved in
all, since a deal that breaks leads back to an earlier step of it. `war_core` and `war_paths` have the mathematics, and
are what this is tested against.
"""

# numba compiles the kernels: annotations there would be noise
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from numba import njit

from winset.errors import SettingError
from winset.theory import war_kernels as kernels
from winset.theory.row_kernels import put
from winset.theory.war_clock import Clock
from winset.theory.war_game import Menu, WarGame, exhaustion, menu_of

LANES = 4  # no answer: cells to an instruction


@dataclass(frozen=True)
class Held:
    """Tables over n = 0..M-1. `no_deal` is nan where a regime cannot be in force, and on forts no path leads to."""

    game: WarGame
    menu: Menu
    to_the_end: Float[np.ndarray, "battle regime side fort"]
    no_deal: Float[np.ndarray, "battle regime side fort"]
    signed: Float[np.ndarray, "battle deal fort"]  # P(proposed and signed now) in the regime of the start

    def at_start(self) -> Float[np.ndarray, " side"]:
        """C of both sides at the start."""
        return np.asarray(self.no_deal[0, self.game.regime_first, :, self.game.start])


def reachable(clock: Clock, first: int) -> Int[np.ndarray, " regime"]:
    """The first step in which each regime can be in force, or follow the first one (the horizon: never).

    The forward pass holds the first regime even where the players are sure that it ends, so that what they expect from
    it is looked at in every step.
    """
    return _reachable(clock.moves, first)


def solve(game: WarGame) -> Held:
    """Backward pass. Raises SettingError without a clock, and when the next proposer depends on the present one."""
    clock = game.clock
    if clock is None or (len(game.deal) and (game.proposer_next != game.proposer_next[0]).any()):
        raise SettingError("this solver needs a clock, and a next proposer that does not depend on the present one")
    M, D, (G, _, _, K, _, _) = game.horizon, len(game.deal), game.shape
    deals, since = menu_of(game), reachable(clock, game.regime_first)
    W, no_deal = np.empty((M, G, 2, K)), np.full((M, G, 2, K), np.nan)
    signed, over = np.zeros((M, D, K)), exhaustion(game)
    own = game.closure, clock.until, clock.by, clock.moves, game.belief, game.belief_shift, game.delta, game.flow
    common = over, *own
    _to_the_end(*common, W)
    if D:
        step = np.arange(M)[:, None]
        left = np.clip(clock.until - step, 0.0, 1.0)
        rounds = left * clock.pace if np.isfinite(clock.pace) else np.where(left > 0, np.inf, 0.0)
        part = np.ones((M, D)) if game.opens is None else np.clip(step + 1 - game.opens, 0.0, 1.0)
        _bargained(
            *common, W, since, clock.rest, rounds, part, game.start, game.proposer_next[0], deals.base, deals.load,
            tuple(map(float, game.defect_front)), game.defect_regime, game.proposer, game.plan, deals.held,
            deals.open_now, game.noise,
            game.regime_first, no_deal, signed,
        )  # fmt: skip
    else:
        no_deal = W
    return Held(game, deals, W, no_deal, signed)


def to_the_end(game: WarGame) -> Float[np.ndarray, "battle regime side fort"]:
    """W alone: both fight on whatever happens."""
    clock, (G, _, _, K, _, _) = game.clock, game.shape
    if clock is None:
        raise SettingError("this solver needs a clock")
    W = np.empty((game.horizon, G, 2, K))
    _to_the_end(
        exhaustion(game), game.closure, clock.until, clock.by, clock.moves, game.belief, game.belief_shift, game.delta,
        game.flow, W,
    )  # fmt: skip
    return W


def worth(held: Held, n: int, k: int, regime: int) -> Float[np.ndarray, "deal side"]:
    """U of every deal in one state."""
    game = held.game
    W = game.clock.rested(held.to_the_end, n)[game.defect_regime[regime]]  # type: ignore[union-attr]
    forts, (ahead, back) = np.arange(game.forts + 1), game.defect_front
    broken = np.array([[np.interp(k + by, forts, W[i]) for by in (ahead, -back)] for i in (0, 1)])
    return held.menu.base[:, regime, :, k] + (held.menu.load[:, regime] * broken).sum(axis=2)


def outcomes(held: Held, chance: float) -> tuple[Float[np.ndarray, "battle deal"], Float[np.ndarray, "battle 5"]]:
    """P(signed before engagement n, by deal) and P(ended in engagement n, by CAUSES[1:6]), the regime of the start
    held."""
    game, clock, first = held.game, held.game.clock, held.game.regime_first
    deal, broken = np.zeros(held.signed.shape[:2]), np.zeros((game.horizon, 5))
    until, by = clock.until[first], clock.by[first]  # type: ignore[union-attr]
    _forward(held.signed, float(chance), game.start, until, by, deal, broken)
    return deal, broken


def race(forts: int, start: int, steps: int, chance: float, until: float, by: int) -> Float[np.ndarray, "battle 5"]:
    """P(ended in engagement n, by CAUSES[1:6]) when nobody can sign anything."""
    deal, broken = np.zeros((steps, 0)), np.zeros((steps, 5))
    _forward(np.zeros((steps, 0, forts + 1)), float(chance), start, float(until), by, deal, broken)
    return broken


@njit(cache=True, nogil=True)
def _reachable(moves, first):
    M, G, _ = moves.shape
    since, now, next_ = np.full(G, M), np.zeros(G, np.bool_), np.zeros(G, np.bool_)
    now[first] = True
    for n in range(M):
        next_[:] = False
        now[first] = True  # the path holds it, whatever the players expect
        for g in range(G):
            if now[g]:
                since[g] = min(since[g], n)
                for h in range(G):
                    next_[h] |= moves[n, g, h] > 0.0
        put(now, next_)
    return since


@njit(cache=True, nogil=True)
def _fight(n, since, over, until, by, moves, belief, shift, delta, flow, later, room, out):
    """out[regime, side, k] = one more engagement, or what is left of it, in the regimes that can be in force;
    flow[regime, side, k]; later is the next step; room: three rows for both sides.

    Rows hold both sides, and their loops have no branch, so that they are long vector instructions; what they say of
    the two ends is put right after.
    """
    G, _, K = out.shape
    made, to, ahead = -1, out.reshape(G, 2 * K), later.reshape(G, 2 * K)
    end, gain = over.reshape(3, 2 * K), flow.reshape(G, 2 * K)
    for g in range(G):
        if n < since[g]:
            continue
        part, w = min(1.0, until[g] - n), by[g]
        if part <= 0.0:
            for k in range(2 * K):
                to[g, k] = end[w, k]
            continue
        if made < 0 or shift[0, g] != shift[0, made] or shift[1, g] != shift[1, made]:
            _means(n, g, belief, shift, room)
            made = g
        for s in range(2):
            fade = delta[s, g] if part == 1.0 else delta[s, g] ** part
            for k in range(s * K, (s + 1) * K if room[1, s * K] != fade else 0):
                room[1, k] = fade
        if until[g] <= n + 1:
            for k in range(1, 2 * K - 1):
                moved = room[0, k] * end[w, k + 1] + (1.0 - room[0, k]) * end[w, k - 1]
                to[g, k] = part * gain[g, k] + room[1, k] * (part * moved + (1.0 - part) * end[w, k])
        else:
            _expect(n, g, moves, ahead, room)
            for k in range(1, 2 * K - 1):
                moved = room[0, k] * room[2, k + 1] + (1.0 - room[0, k]) * room[2, k - 1]
                to[g, k] = part * gain[g, k] + room[1, k] * moved
        for s in range(2):
            out[g, s, 0], out[g, s, K - 1] = over[w, s, 0], over[w, s, K - 1]


@njit(cache=True, nogil=True)
def _expect(n, g, moves, later, room):
    """room[2] = E later over the next regime."""
    begun = False
    for h in range(len(later)):
        w = moves[n, g, h]
        if w > 0.0 and begun:
            for k in range(later.shape[1]):
                room[2, k] += w * later[h, k]
        elif w > 0.0:
            begun = True
            for k in range(later.shape[1]):
                room[2, k] = w * later[h, k]


@njit(cache=True, nogil=True)
def _means(n, g, belief, shift, room):
    """room[0] = the chance that A wins as each side sees it in regime g."""
    K = belief.shape[2]
    for s in range(2):
        for k in range(K):
            x = belief[s, n, k] + shift[s, g]
            x = x if x > 0.0 else 0.0
            room[0, s * K + k] = x if x < 1.0 else 1.0


@njit(cache=True, nogil=True)
def _closing(over, closure, later):
    """later[regime, side, k] = what each side has after the horizon."""
    G, _, K = later.shape
    for g in range(G):
        for s in range(2):
            for k in range(1, K - 1):
                later[g, s, k] = closure[s, k]
            later[g, s, 0], later[g, s, K - 1] = over[2, s, 0], over[2, s, K - 1]


@njit(cache=True, nogil=True)
def _to_the_end(over, closure, until, by, moves, belief, shift, delta, flow, W):
    """Fills W."""
    M, G, _, K = W.shape
    later, room, since = np.empty((G, 2, K)), np.zeros((3, 2 * K)), np.zeros(G, np.int64)
    by_regime = np.ascontiguousarray(flow.transpose(1, 0, 2))
    _closing(over, closure, later)
    for n in range(M - 1, -1, -1):
        now = W[n]
        _fight(n, since, over, until, by, moves, belief, shift, delta, by_regime, later, room, now)
        later = now


@njit(cache=True, nogil=True)
def _bargained(
    over, closure, until, by, moves, belief, shift, delta, flow, W, since, rest, rounds, part, start, pi, base, load,
    front, after,
    who, plan, held, open_now, tau, first, no_deal, signed,
):  # fmt: skip
    """Fills C = no_deal, of as many of the first steps as that has, and P(signed) of the first regime, from the last
    step to the first. Long: one pass over all tables."""
    M, G, _, K = W.shape
    D, J = len(base), len(who)
    later, rows, by_regime = np.empty((G, 2, K)), np.zeros((3, 2 * K)), np.ascontiguousarray(flow.transpose(1, 0, 2))
    now, busy, widest = np.full((G, 2, K), np.nan), np.empty(G, np.int64), G * ((K + 1) // 2) + LANES
    space, here = np.zeros((8 * D + 2) * widest), np.empty((2, widest))
    broken, share = np.zeros((2, K)), np.empty(widest)
    held_now, open_here, alike, made = np.empty((D, G)), np.empty((D, G)), _alike(plan, held, open_now), 0
    gain, accept, agreed, room = _tables(space, D, LANES)
    ahead, breaks = (front[0], -front[1]), (load[..., 0].any(), load[..., 1].any())
    _closing(over, closure, later)
    for n in range(M - 1, -1, -1):
        k0 = max(start - n, 1 + (start + n + 1) % 2)  # forts that a path from the start can have led to
        cells = (min(start + n, K - 2) - k0) // 2 + 1
        _fight(n, since, over, until, by, moves, belief, shift, delta, by_regime, later, rows, now)
        talks = 0
        for g in range(G):
            if n >= since[g] and until[g] > n:
                busy[talks] = g
                talks += 1
        size = talks if alike else 1  # regimes with the same deals are laid side by side: long loops are cheaper
        for b in range(0, talks, max(1, size)):
            # whole instructions: what is left over would be counted one by one
            wide, laid = -(-size * cells // LANES) * LANES, busy[b : b + size]
            if wide != made:
                gain, accept, agreed, room = _tables(space, D, wide)
                made = wide
            _lay(n, k0, cells, laid, now, W, rest, base, load, ahead, breaks, after, broken, here, gain, no_deal)
            kernels.acceptance(gain, tau, accept)
            agreed[:], g = 0.0, busy[b]
            for d in range(D):
                held_now[d, g] = held[d, g] * part[n, d]
                open_here[d, g] = open_now[d, g] if part[n, d] > 0.0 else 0.0
            for j in range(J):
                kernels.sign_law(who[j], g, plan, gain, accept, held_now, open_here, tau, pi[j], room, agreed)
            _in_time(n, cells, laid, rounds, agreed, share)
            _gain(k0, cells, laid, agreed, gain, here, now)
            for at in range(size):
                if busy[b + at] == first:
                    for d in range(D):
                        for c in range(cells):
                            signed[n, d, k0 + 2 * c] = agreed[d, at * cells + c]
        later, now = now, later


@njit(cache=True, nogil=True)
def _tables(space, D, wide):
    """(gain, accept, signed, room) of `sign_law` for so many cells, in one space for all steps."""
    size = D * wide
    gain, agreed = space[: 2 * size].reshape(2, D, wide), space[2 * size : 3 * size].reshape(D, wide)
    accept = space[3 * size : 7 * size].reshape(4, D, wide)
    return gain, accept, agreed, space[7 * size : 8 * size + 2 * wide].reshape(D + 2, wide)


@njit(cache=True, nogil=True)
def _lay(n, k0, cells, busy, now, W, rest, base, load, ahead, breaks, after, broken, here, gain, no_deal):
    """Lays side by side what each side gains by a deal in the busy regimes, and `here`, what it gets without, which
    no_deal keeps.

    ahead: how far the front moves if A breaks a deal, if B does; breaks: whether it ever does; broken: what that is
    worth, 0 where it does not.
    """
    K, low = W.shape[3], int(max(0.0, n - rest))
    up = max(0.0, n - rest) - low
    high = low + 1 if up > 0.0 else low
    for at in range(len(busy)):
        g, o = busy[at], at * cells
        h = after[g]
        for s in range(2):
            for c in range(cells):
                here[s, o + c] = now[g, s, k0 + 2 * c]
            for c in range(cells if n < len(no_deal) else 0):
                no_deal[n, g, s, k0 + 2 * c] = now[g, s, k0 + 2 * c]
            for who in range(2):
                if not breaks[who]:
                    continue
                for c in range(cells):
                    k = min(max(k0 + 2 * c + ahead[who], 0.0), K - 1.0)
                    i = min(int(k), K - 2)
                    left = (1.0 - up) * W[low, h, s, i] + up * W[high, h, s, i]
                    right = (1.0 - up) * W[low, h, s, i + 1] + up * W[high, h, s, i + 1]
                    broken[who, c] = left + (k - i) * (right - left)
            for d in range(len(base)):
                by_A, by_B = load[d, g, s, 0], load[d, g, s, 1]
                for c in range(cells):
                    worth = base[d, g, s, k0 + 2 * c] + by_A * broken[0, c] + by_B * broken[1, c]
                    gain[s, d, o + c] = worth - here[s, o + c]


@njit(cache=True, nogil=True)
def _in_time(n, cells, busy, rounds, agreed, share):
    """Turns P(agreed in a round), by deal and cell, into P(signed in so many rounds of step n) that are a Poisson
    process."""
    D, wide = agreed.shape
    for c in range(wide):
        share[c] = 0.0
    for d in range(D):
        for c in range(wide):
            share[c] += agreed[d, c]
    for at in range(len(busy)):
        mean = rounds[n, busy[at]]
        for c in range(at * cells, (at + 1) * cells):
            total = share[c]
            share[c] = -np.expm1(-total * mean) / total if total > 0.0 and mean < np.inf else 1.0
    for d in range(D):
        for c in range(wide):
            agreed[d, c] *= share[c]


@njit(cache=True, nogil=True)
def _gain(k0, cells, busy, agreed, gain, here, now):
    """Adds what deals that are agreed to change."""
    for s in range(2):
        for d in range(len(agreed)):
            for c in range(agreed.shape[1]):
                here[s, c] += agreed[d, c] * gain[s, d, c]
        for at in range(len(busy)):
            for c in range(cells):
                now[busy[at], s, k0 + 2 * c] = here[s, at * cells + c]


@njit(cache=True, nogil=True)
def _alike(plan, held, open_now):
    """Whether the same deals can be proposed and signed in all regimes."""
    same = True
    for g in range(1, len(plan)):
        same &= plan[g] == plan[0]
        for d in range(len(held)):
            same &= held[d, g] == held[d, 0] and open_now[d, g] == open_now[d, 0]
    return same


@njit(cache=True, nogil=True)
def _forward(signed, chance, start, until, by, deal, broken):
    """Fills deal[n] and broken[n]; looks only at forts that can have been reached by then, every other one of those
    within n."""
    M, D, K = signed.shape
    law, out = np.zeros(K), np.empty(K)
    law[start] = 1.0
    for n in range(M):
        low, high = max(start - n, 1 + (start + n + 1) % 2), min(start + n, K - 2)
        for k in range(low, high + 1, 2):
            left = law[k]
            for d in range(D):
                deal[n, d] += law[k] * signed[n, d, k]
                left -= law[k] * signed[n, d, k]
            law[k] = left
        part = min(1.0, until - n)
        win, loss = part * chance * law[K - 2], part * (1.0 - chance) * law[1]
        broken[n, 0], broken[n, 1] = win, loss
        if until <= n + 1:
            broken[n, 2 + by] = law[1 : K - 1].sum() - win - loss
            return
        out[:] = 0.0
        for k in range(low, high + 1, 2):
            out[k + 1] += chance * law[k]
            out[k - 1] += (1.0 - chance) * law[k]
        out[0] = out[K - 1] = 0.0
        put(law, out)
