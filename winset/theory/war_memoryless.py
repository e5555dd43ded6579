"""The war core where nobody's turn to propose depends on whose turn it was: the same numbers, several times as fast.

If every row of Pi is one law pi, the value of no deal does not depend on the proposer: C(g, j, .) = C(g, .), and only the
mean of V over pi enters the step before. The forward pass is for a regime that is held (players expect it to change, the
path says that it does not) and for one chance a step; where nothing can be signed only the race to the end is left.

`war_core` and `war_paths` have the mathematics, and are what this is tested against.
"""
# numba compiles the kernels: annotations there would be noise
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numba import njit

from winset.errors import SettingError
from winset.theory import war_kernels as kernels
from winset.theory.war_game import Menu, WarGame, ends, live_cells, menu_of


@dataclass(frozen=True)
class Solved:
    """Tables over n; `no_deal` has a proposer axis of length 1."""

    game: WarGame
    menu: Menu
    to_the_end: Float[np.ndarray, "battle regime side fort R_A R_B"]
    no_deal: Float[np.ndarray, "battle regime 1 side fort R_A R_B"]

    def at_start(self) -> Float[np.ndarray, " side"]:
        """C of both sides at the start."""
        game = self.game
        return np.asarray(self.no_deal[0, game.regime_first, 0, :, game.start, game.endurance[0], game.endurance[1]])


def solve(game: WarGame) -> Solved:
    """Backward pass. Raises SettingError when the next proposer depends on the present one."""
    if (game.proposer_next != game.proposer_next[0]).any():
        raise SettingError("here the next proposer may not depend on the present one; use war_core.solve")
    deals, cells, over, shape = menu_of(game), live_cells(game), ends(game), game.shape
    W = np.empty((game.horizon, shape[0], *shape[2:]))
    no_deal = np.empty((game.horizon, shape[0], 1, *shape[2:])) if len(game.deal) else W[:, :, None]
    last = np.where(np.isnan(over), game.closure[:, :, None, None], over)
    _backward(
        W, no_deal, over, last, game.start, game.belief, game.belief_shift, game.delta, game.flow, game.change,
        game.regime, game.proposer_next[0], *cells, deals.base, deals.load, game.defect_front, game.rearm,
        game.defect_regime, game.proposer, game.plan, deals.held, deals.open_now, game.tau,
    )  # fmt: skip
    return Solved(game, deals, W, no_deal)


def to_the_end_at_start(game: WarGame) -> Float[np.ndarray, " side"]:
    """W of both sides at the start: the value of a war in which nothing can be signed, without keeping its tables."""
    over = ends(game)
    last = np.where(np.isnan(over), game.closure[:, :, None, None], over)
    layer = _fought_out(
        over, last, game.start, game.belief, game.belief_shift, game.delta, game.flow, game.change, game.regime
    )
    return np.asarray(layer[game.regime_first, 0, :, game.start, game.endurance[0], game.endurance[1]])


@njit(cache=True, nogil=True)
def _fought_out(over, last, start, belief, shift, delta, flow, change, regime):
    """W of the first step, in the cells that a path can reach."""
    _, M, K = belief.shape
    G, RA, RB, alone = len(regime), over.shape[2], over.shape[3], np.ones((1, 1))
    W, X = np.empty((G, 1, 2, K, RA, RB)), np.empty((G, 1, 2, K, RA, RB))
    W[:] = last
    flat = (G, 1, 2 * K * RA * RB)
    for n in range(M - 1, -1, -1):
        kernels.expect(W.reshape(flat), regime, alone, X.reshape(flat))
        W[:] = last
        kernels.fight(X, belief[:, n], shift, delta, flow, change, (start + n) % 2, 2, W)
    return W


@njit(cache=True, nogil=True)
def _backward(
    W, no_deal, over, last, start, belief, shift, delta, flow, change, regime, pi, a, b, base, load, front, rearm, after,
    who, plan, held, open_now, tau,
):  # fmt: skip
    """Fills W[n] and, where there are deals, C = no_deal[n], from the last step to the first."""
    M, G, _, K, RA, RB = W.shape
    J, alone, one = len(who), np.ones((1, 1)), (G, 1, 2, K, RA, RB)
    fought, mean, X = np.empty(one), np.empty(one), np.empty(one)
    C, V, P = np.empty((G, J, 2, K, RA, RB)), np.empty((G, J, 2, K, RA, RB)), np.empty((G, J, K, RA, RB))
    fought[:], mean[:], V[:] = last, last, over
    flat = (G, 1, 2 * K * RA * RB)
    for n in range(M - 1, -1, -1):
        here = belief[:, n]
        kernels.expect(fought.reshape(flat), regime, alone, X.reshape(flat))
        fought[:] = over
        kernels.fight(X, here, shift, delta, flow, change, 0, 1, fought)
        W[n] = fought[:, 0]
        if len(base) == 0:
            continue
        offset = (start + n) % 2
        kernels.expect(mean.reshape(flat), regime, alone, X.reshape(flat))
        mean[:] = over
        kernels.fight(X, here, shift, delta, flow, change, offset, 2, mean)
        no_deal[n] = mean
        C[:] = mean
        kernels.menu(C, W[n], offset, a, b, base, load, front, rearm, after, who, plan, held, open_now, tau, V, P)
        mean[:] = 0.0
        for j in range(J):
            mean[:, 0] += pi[j] * V[:, j]


def outcomes(
    solved: Solved, chance: float, regime: int
) -> tuple[Float[np.ndarray, "battle deal"], Float[np.ndarray, "battle 5"]]:
    """P(signed before engagement n, by deal) and P(ended by engagement n, by CAUSES[1:6]), the regime held."""
    game, deals = solved.game, solved.menu
    _, J, _, K, R_A, R_B = game.shape
    here, M = slice(regime, regime + 1), game.horizon
    law, fought, D = np.zeros((1, J, K, R_A, R_B)), np.empty((1, J, K, R_A, R_B)), len(game.deal)
    law[0, :, game.start, game.endurance[0], game.endurance[1]] = game.proposer_first
    deal, broken = np.zeros((M, D, K)), np.zeros((M, 5))
    base, load, held, open_now, change = (
        np.ascontiguousarray(x[:, here]) for x in (deals.base, deals.load, deals.held, deals.open_now, game.change)
    )
    _forward(
        law, fought, np.full(K, float(chance)), game.proposer_next[0], solved.no_deal[:, here], solved.to_the_end,
        game.start, *live_cells(game), base, load, game.defect_front, game.rearm, game.defect_regime[here],
        game.proposer, game.plan[here], held, open_now, game.tau, change, deal, broken,
    )  # fmt: skip
    return deal.sum(axis=2), broken


@njit(cache=True, nogil=True)
def _forward(
    law, fought, chance, pi, no_deal, W, start, a, b, base, load, front, rearm, after, who, plan, held, open_now, tau, change,
    deal, broken,
):  # fmt: skip
    """Fills deal[n] and broken[n] from the law of the first step; one regime."""
    M, _, _, _, K, RA, RB = no_deal.shape
    J = len(who)
    C = np.empty((1, J, 2, K, RA, RB))
    for n in range(M):
        for j in range(J):
            C[0, j] = no_deal[n, 0, 0]
        kernels.settle(
            law, C, W[n], (start + n) % 2, a, b, base, load, front, rearm, after, who, plan, held, open_now, tau, deal[n]
        )  # fmt: skip
        kernels.engage(law, chance, change, fought)
        _take(fought, broken[n])
        law[:] = 0.0
        for j in range(J):
            for i in range(J):
                law[0, j] += pi[j] * fought[0, i]


def race(
    forts: int,
    start: int,
    endurance: tuple[int, int],
    steps: int,
    chance: float,
    change: Float[np.ndarray, "side outcome 3"],
) -> Float[np.ndarray, "battle 5"]:
    """P(ended by engagement n, by CAUSES[1:6]) when nobody can sign anything; `change` as in `WarGame`, one regime."""
    law = np.zeros((1, 1, forts + 1, endurance[0] + 1, endurance[1] + 1))
    law[0, 0, start, endurance[0], endurance[1]] = 1.0
    broken = np.zeros((steps, 5))
    _race(law, np.empty_like(law), np.full(forts + 1, float(chance)), np.ascontiguousarray(change[:, None]), broken)
    return broken


@njit(cache=True, nogil=True)
def _race(law, fought, chance, change, broken):
    for n in range(len(broken)):
        kernels.engage(law, chance, change, fought)
        _take(fought, broken[n])
        law[:] = fought


@njit(cache=True)
def _take(law, ended):
    """Moves the mass of the cells where the war is over to `ended`, by cause."""
    G, J, K, RA, RB = law.shape
    for g in range(G):
        for j in range(J):
            for k in range(K):
                for a in range(RA):
                    for b in range(RB):
                        if k == K - 1:
                            cause = 0
                        elif k == 0:
                            cause = 1
                        elif a == 0 and b == 0:
                            cause = 4
                        elif a == 0:
                            cause = 2
                        elif b == 0:
                            cause = 3
                        else:
                            continue
                        ended[cause] += law[g, j, k, a, b]
                        law[g, j, k, a, b] = 0.0
