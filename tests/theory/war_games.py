"""Small random games with every feature of the war core, a mirror that relabels the sides, and a slow plain solver."""

from dataclasses import replace
from functools import cache
from math import exp

import numpy as np

from winset.theory.war_game import war_game


def random_game(seed, tau=0.05, N=4, M=5, R=(2, 2), G=2, D=3, delta=None, proposer=(0, 1, 2)):
    rng = np.random.default_rng(seed)

    def rows(*shape):
        x = rng.random(shape) + 0.05
        return x / x.sum(-1, keepdims=True)

    J = len(proposer)
    return war_game(
        N, int(rng.integers(1, N)), M, rng.uniform(0.2, 0.8, (2, M, N + 1)),
        flow=rng.uniform(-0.1, 0.02, (2, G, N + 1)),
        delta=rng.uniform(0.8, 1, (2, G)) if delta is None else delta,
        endurance=R, change=rows(2, G, 2, 3), regime=rows(G, G), regime_first=int(rng.integers(G)),
        belief_shift=rng.uniform(-0.1, 0.1, (2, G)), proposer=proposer, proposer_next=rows(J, J),
        proposer_first=rows(J), deal=rng.uniform(0, 1, (D, 2, N + 1)), home_cost=rng.uniform(0, 0.1, (D, 2, N + 1)),
        hazard=rng.uniform(0, 0.2, (D, G, 2)), ratify=rng.uniform(0.3, 1, D), available=rng.random((D, G)) < 0.8,
        plan=rng.integers(-1, D, G), defect_front=(1, 1), rearm=(0, 1), defect_regime=rng.integers(0, G, G), tau=tau,
        closure=rng.uniform(0, 1, (2, N + 1)), exhausted=rng.uniform(0, 1, 2),
    )  # fmt: skip


def mirror(game):
    """The same war with the names of A and B exchanged."""
    names = np.array([1, 0, 2])
    return replace(
        game,
        start=game.forts - game.start,
        endurance=game.endurance[::-1],
        belief=np.ascontiguousarray(1 - game.belief[::-1, :, ::-1]),
        belief_shift=-game.belief_shift[::-1],
        delta=np.ascontiguousarray(game.delta[::-1]),
        flow=np.ascontiguousarray(game.flow[::-1, :, ::-1]),
        change=np.ascontiguousarray(game.change[::-1, :, ::-1]),
        proposer=names[game.proposer],
        deal=np.ascontiguousarray(game.deal[:, ::-1, ::-1]),
        home_cost=np.ascontiguousarray(game.home_cost[:, ::-1, ::-1]),
        hazard=np.ascontiguousarray(game.hazard[..., ::-1]),
        defect_front=game.defect_front[::-1],
        rearm=game.rearm[::-1],
        tau=game.tau[::-1].copy(),
        closure=np.ascontiguousarray(game.closure[::-1, ::-1]),
        exhausted=game.exhausted[::-1].copy(),
    )


class Slow:
    """The equations of the core by memoised recursion, one state at a time, sharing nothing with the kernels."""

    def __init__(self, game):
        self.game = game
        self.W, self.C, self.V = cache(self._W), cache(self._C), cache(self._V)

    def over(self, k, a, b):
        N = self.game.forts
        if k in (0, N):
            return (1.0, 0.0) if k == N else (0.0, 1.0)
        if a == 0 and b == 0:
            return k / N, 1 - k / N
        if a == 0:
            left = k / N * (1 - self.game.exhausted[0])
            return left, 1 - left
        if b == 0:
            left = (1 - k / N) * (1 - self.game.exhausted[1])
            return 1 - left, left
        return None

    def after(self, i, n, k, a, b, g):
        """(probability in the mind of i, k, a, b) after one engagement."""
        game, out = self.game, []
        m = min(1.0, max(0.0, game.belief[i, n, k] + game.belief_shift[i, g]))
        for lost in (0, 1):
            for da in (-1, 0, 1):
                for db in (-1, 0, 1):
                    w = (1 - m if lost else m) * game.change[0, g, lost, da + 1] * game.change[1, g, lost, db + 1]
                    out.append((w, k + 1 - 2 * lost, min(a + da, game.endurance[0]), min(b + db, game.endurance[1])))
        return out

    def _W(self, i, n, k, a, b, g):
        game, end = self.game, self.over(k, a, b)
        if end is not None:
            return end[i]
        if n == game.horizon:
            return game.closure[i, k]
        future = sum(
            w * game.regime[g, h] * self.W(i, n + 1, k2, a2, b2, h)
            for w, k2, a2, b2 in self.after(i, n, k, a, b, g)
            for h in range(len(game.regime))
        )
        return game.flow[i, g, k] + game.delta[i, g] * future

    def _C(self, i, n, k, a, b, g, j):
        game = self.game
        future = sum(
            w * game.regime[g, h] * game.proposer_next[j, l] * self.V(n + 1, k2, a2, b2, h, l)[i]
            for w, k2, a2, b2 in self.after(i, n, k, a, b, g)
            for h in range(len(game.regime))
            for l in range(len(game.proposer))
        )
        return game.flow[i, g, k] + game.delta[i, g] * future

    def worth(self, i, d, n, k, a, b, g):
        game = self.game
        xi, dl, h = game.hazard[d, g], game.delta[i, g], game.defect_regime[g]
        a2, b2 = min(a + game.rearm[0], game.endurance[0]), min(b + game.rearm[1], game.endurance[1])
        fronts = min(k + game.defect_front[0], game.forts), max(k - game.defect_front[1], 0)
        broken = sum(xi[j] * self.W(i, n, fronts[j], a2, b2, h) for j in (0, 1))
        lasting = 1 - dl * (1 - xi.sum())
        u = game.deal[d, i, k]
        return (u if lasting == 0 else ((1 - dl) * u + dl * broken) / lasting) - game.home_cost[d, i, k]

    def _V(self, n, k, a, b, g, j):
        """(V_A, V_B, signed by deal)"""
        game, end = self.game, self.over(k, a, b)
        if end is not None:
            return end
        if n == game.horizon:
            return game.closure[0, k], game.closure[1, k]
        C = [self.C(i, n, k, a, b, g, j) for i in (0, 1)]
        U = [[self.worth(i, d, n, k, a, b, g) for i in (0, 1)] for d in range(len(game.deal))]

        def accept(i, d):
            gain = U[d][i] - C[i]
            return float(gain >= 0) if game.tau[i] == 0 else 1 / (1 + exp(-gain / game.tau[i]))

        who, signed = game.proposer[j], np.zeros(len(U))
        if who == 2:
            d = game.plan[g]
            if d >= 0 and game.available[d, g]:
                signed[d] = game.ratify[d] * accept(0, d) * accept(1, d)
        else:
            sign = [game.ratify[d] * accept(1 - who, d) * game.available[d, g] for d in range(len(U))]
            worth = [sign[d] * (U[d][who] - C[who]) for d in range(len(U))]
            if game.tau[who] == 0:
                good = [d for d in range(len(U)) if sign[d] > 0 and worth[d] >= 0]
                if good:
                    d = max(good, key=lambda d: worth[d])
                    signed[d] = sign[d]
            else:
                weight = [game.available[d, g] * exp(worth[d] / game.tau[who]) for d in range(len(U))]
                signed = np.array(weight) * sign / (1 + sum(weight))
        gains = [sum(signed[d] * (U[d][i] - C[i]) for d in range(len(U))) for i in (0, 1)]
        return C[0] + gains[0], C[1] + gains[1], signed
