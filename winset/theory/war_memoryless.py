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
from winset.theory.war_core import fight_to_the_end
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
    if not np.allclose(game.proposer_next, game.proposer_next[:1]):
        raise SettingError("here the next proposer may not depend on the present one; use war_core.solve")
    deals, cells, over, shape, pi = menu_of(game), live_cells(game), ends(game), game.shape, game.proposer_next[0]
    W = fight_to_the_end(game)
    G, J, M = shape[0], shape[1], game.horizon
    one = (G, 1, *shape[2:])
    mean = np.broadcast_to(np.where(np.isnan(over), game.closure[:, :, None, None], over), one).copy()
    X, V, P = np.empty(one), np.zeros(shape), np.zeros(shape[:2] + shape[3:])
    no_deal, full, alone = np.empty((M, *one)), np.empty(shape), np.ones((1, 1))
    no_deal[:] = over
    V[:] = over
    for n in range(M - 1, -1, -1):
        kernels.expect(mean.reshape(G, 1, -1), game.regime, alone, X.reshape(G, 1, -1))
        C = no_deal[n]
        offset = (game.start + n) % 2
        kernels.fight(X, game.belief[:, n], game.belief_shift, game.delta, game.flow, game.change, offset, 2, C)
        full[:] = C
        V[:] = over
        kernels.menu(
            full, W[n], offset, *cells, deals.base, deals.load, game.defect_front, game.rearm, game.defect_regime,
            game.proposer, game.plan, deals.held, deals.open_now, game.tau, V, P,
        )  # fmt: skip
        mean[:, 0] = pi[0] * V[:, 0]
        for j in range(1, J):
            mean[:, 0] += pi[j] * V[:, j]
    return Solved(game, deals, W, no_deal)


def outcomes(
    solved: Solved, chance: float, regime: int
) -> tuple[Float[np.ndarray, "battle deal"], Float[np.ndarray, "battle 5"]]:
    """P(signed before engagement n, by deal) and P(ended by engagement n, by CAUSES[1:6]), the regime held."""
    game, deals = solved.game, solved.menu
    _, J, _, K, R_A, R_B = game.shape
    here, M = slice(regime, regime + 1), game.horizon
    law, fought, D = np.zeros((1, J, K, R_A, R_B)), np.empty((1, J, K, R_A, R_B)), len(game.deal)
    law[0, :, game.start, game.endurance[0], game.endurance[1]] = game.proposer_first
    deal, broken, table = np.zeros((M, D, K)), np.zeros((M, 5)), np.empty((1, J, 2, K, R_A, R_B))
    base, load = (np.ascontiguousarray(x[:, here]) for x in (deals.base, deals.load))
    held, open_now = (np.ascontiguousarray(x[:, here]) for x in (deals.held, deals.open_now))
    after, plan, cells = game.defect_regime[here], game.plan[here], live_cells(game)
    change, chances, pi = np.ascontiguousarray(game.change[:, here]), np.full(K, float(chance)), game.proposer_next[0]
    for n in range(M):
        table[:] = solved.no_deal[n, here]
        kernels.settle(
            law, table, solved.to_the_end[n], (game.start + n) % 2, *cells, base, load, game.defect_front, game.rearm,
            after, game.proposer, plan, held, open_now, game.tau, deal[n],
        )  # fmt: skip
        kernels.engage(law, chances, change, fought)
        _take(fought, broken[n])
        law[0] = fought[0].sum(axis=0)[None] * pi[:, None, None, None]
    return deal.sum(axis=2), broken


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


@njit(cache=True)
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
