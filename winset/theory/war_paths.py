"""What happens: the exact law of outcomes of a solved war, one forward pass.

The players act on their own beliefs (`war_core`); the engagements are won with the ANALYST's probability, never the
players'. If the analyst holds p ~ Beta(alpha, beta), the chance that A wins the next engagement after a wins and b
losses is (alpha + a)/(alpha + beta + a + b), so one pass over (n, k) is exact for the mixture and no sampling of p is
needed. The regime moves by the players' own Q, by another law, or along a given path (a lever pulled by date).

Every ending has one cause: deal, conquest by A or B (k = N, k = 0), exhaustion of A or B, of both at once, or still
fighting at the horizon. Conquest counts before exhaustion when one engagement brings both.

Calendar. If a week sees a decisive engagement with probability e, the n-th comes after a negative binomial number of
weeks: P(week t) = C(t-1, n-1) e^n (1-e)^(t-n). Deals at n are signed when the n-th engagement is over (n = 0: now).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.special import gammaln

from winset.errors import SettingError
from winset.theory import war_kernels as kernels
from winset.theory.war_core import WarValues, next_regime, on_table, rested, signable
from winset.theory.war_game import WarGame, adviser_belief, live_cells, menu_of

CAUSES = ("deal", "A conquers", "B conquers", "A exhausted", "B exhausted", "both exhausted", "still fighting")


@dataclass(frozen=True)
class Outcomes:
    """Law of endings. Axis `battle` of `deal` is the number of engagements fought before signing, 0..M-1; of `broken`
    the number fought when it ended, 1..M at place 0..M-1; causes of `broken` are CAUSES[1:6]."""

    deal: Float[np.ndarray, "battle deal fort"]  # one place on the axis of deals for a divisible pie
    broken: Float[np.ndarray, "battle cause"]
    fighting: Float[np.ndarray, " fort"]  # front of a war still on at the horizon

    def shares(self) -> dict[str, float]:
        """Probability of each cause of ending."""
        ends = [self.deal.sum(), *self.broken.sum(0), self.fighting.sum()]
        return dict(zip(CAUSES, map(float, ends)))

    def by_battle(self) -> Float[np.ndarray, "battle cause"]:
        """P(ended by this cause with so many engagements fought), n = 0..M; the last column is still fighting at M."""
        M = len(self.deal)
        law = np.zeros((M + 1, len(CAUSES)))
        law[:M, 0] = self.deal.sum((1, 2))
        law[1:, 1:6] = self.broken
        law[M, 6] = self.fighting.sum()
        return law


def analyst_belief(alpha: float, beta: float, forts: int, start: int, horizon: int) -> Float[np.ndarray, "battle fort"]:
    """Chance that A wins the next engagement when the analyst holds p ~ Beta(alpha, beta)."""
    return adviser_belief((alpha, beta), (1.0, 1.0), forts, start, horizon)


def open_loop(path: Int[np.ndarray, " battle"], regimes: int) -> Float[np.ndarray, "battle regime regime"]:
    """Law of the next regime that follows a given path: path[n] is the regime at engagement n."""
    steps = np.asarray(path)
    if steps.size == 0 or steps.min() < 0 or steps.max() >= regimes:
        raise SettingError(f"a regime path needs regimes 0..{regimes - 1}, one per engagement")
    following = np.r_[steps[1:], steps[-1:]]
    return np.broadcast_to(np.eye(regimes)[following][:, None], (len(steps), regimes, regimes))


def outcomes(
    values: WarValues,
    p: float | Float[np.ndarray, "battle fort"],
    regime_law: Float[np.ndarray, "battle regime regime"] | None = None,
    regime_first: int | None = None,
) -> Outcomes:
    """Forward pass; `values` must hold all tables. `p` is the analyst's table [battle, fort] or a known p."""
    game, M = values.game, values.game.horizon
    G, J, _, K, R_A, R_B = game.shape
    if len(values.no_deal) != M:
        raise SettingError('the forward pass needs every table: solve the game with keep="all"')
    chance = np.array(np.broadcast_to(np.asarray(p, float), (M, K)))
    if chance.min() < 0 or chance.max() > 1:
        raise SettingError("the analyst's chances must lie in 0..1")
    moves = np.stack([next_regime(game, n) for n in range(M)]) if regime_law is None else regime_law
    if moves.shape != (M, G, G):
        raise SettingError(f"the law of regimes needs the shape {(M, G, G)}, not {moves.shape}")
    D = 1 if values.divisible else len(game.deal)
    deal, broken = np.zeros((M, D, K)), np.zeros((M, 5))
    law = np.zeros((G, J, K, R_A, R_B))
    first = game.regime_first if regime_first is None else regime_first
    law[first, :, game.start, game.endurance[0], game.endurance[1]] = game.proposer_first
    fought = np.empty_like(law)
    for n in range(M):
        _sign(values, n, law, deal[n])
        _run_out(game, n, law, chance[n], broken[n])
        kernels.engage(law, chance[n], game.change, fought)
        broken[n] += _take_ended(fought)
        mixed = np.einsum("gh,gjkab->hjkab", moves[n], fought)
        _gone(game, n, mixed, broken[n])
        law = np.einsum("jl,hjkab->hlkab", game.proposer_next, mixed)
    return Outcomes(deal, broken, law.sum((0, 1, 3, 4)))


def _run_out(
    game: WarGame, n: int, law: Float[np.ndarray, "regime proposer fort R_A R_B"], chance: Float[np.ndarray, " fort"],
    broken: Float[np.ndarray, " cause"],
) -> None:  # fmt: skip
    """Takes the regimes out whose time is over by the end of step n: a side is exhausted, unless the front ends it
    first."""
    for g, part in game.clock.last(n) if game.clock else ():
        mass = law[g].sum((0, 2, 3))
        win, loss = part * mass[-2] * chance[-2], part * mass[1] * (1 - chance[1])
        broken[0] += win
        broken[1] += loss
        broken[2 + game.clock.by[g]] += mass.sum() - win - loss  # type: ignore[union-attr]
        law[g] = 0.0


def _gone(
    game: WarGame, n: int, law: Float[np.ndarray, "regime proposer fort R_A R_B"], broken: Float[np.ndarray, " cause"]
) -> None:
    """The same for what has come, at the end of step n, into a regime whose time is over by then."""
    for g in np.flatnonzero(game.clock.until <= n + 1) if game.clock else ():
        broken[2 + game.clock.by[g]] += law[g].sum()  # type: ignore[union-attr]
        law[g] = 0.0


def _sign(
    values: WarValues,
    n: int,
    law: Float[np.ndarray, "regime proposer fort R_A R_B"],
    deal: Float[np.ndarray, "deal fort"],
) -> None:
    """Moves what is signed before engagement n from `law` to `deal`."""
    game = values.game
    if values.divisible:
        signed = np.where(law > 0, law * values.deal_probability[n], 0.0)
        deal[0] = signed.sum((0, 1, 3, 4))
        law -= signed
        return
    deals = menu_of(game)
    C, W = np.asarray(values.no_deal[n], float), np.asarray(rested(game, values.to_the_end, n), float)
    kernels.settle(
        law, C, W, (game.start + n) % 2, *live_cells(game), deals.base, deals.load, game.defect_front, game.rearm,
        game.defect_regime, game.proposer, game.plan, signable(game, deals.held, n), on_table(game, deals.open_now, n),
        game.noise, deal,
    )  # fmt: skip


def _take_ended(law: Float[np.ndarray, "regime proposer fort R_A R_B"]) -> Float[np.ndarray, " cause"]:
    """Takes the mass of the cells where the war is over out of the law; by cause."""
    ended = np.array(
        [
            law[:, :, -1].sum(),
            law[:, :, 0].sum(),
            law[:, :, 1:-1, 0, 1:].sum(),
            law[:, :, 1:-1, 1:, 0].sum(),
            law[:, :, 1:-1, 0, 0].sum(),
        ]
    )
    law[:, :, [0, -1]] = 0.0
    law[:, :, :, 0] = 0.0
    law[:, :, :, :, 0] = 0.0
    return ended


def week_of_engagement(rate: float, engagements: int, weeks: int) -> Float[np.ndarray, "battle week"]:
    """P(the n-th decisive engagement is over in week t), n = 0..engagements, t = 0..weeks; later weeks are left out."""
    if not 0 < rate <= 1:
        raise SettingError(f"the engagement rate must be in (0, 1], not {rate}")
    n, t = np.arange(engagements + 1)[:, None], np.arange(weeks + 1)[None, :]
    if rate == 1:
        return (n == t).astype(float)
    possible = (t >= n) & (n > 0)
    ways = gammaln(np.maximum(t, 1)) - gammaln(np.maximum(n, 1)) - gammaln(np.maximum(t - n, 0) + 1)
    law = np.where(possible, np.exp(ways + n * np.log(rate) + (t - n) * np.log1p(-rate)), 0.0)
    law[0, 0] = 1.0
    return law


def calendar(result: Outcomes, rate: float, weeks: int) -> Float[np.ndarray, "week cause"]:
    """P(ended in week t by this cause), t = 0..weeks; the last column of the last row is P(on after `weeks` weeks).

    Wars that reach the horizon M of the core before that week count as still fighting.
    """
    by_battle = result.by_battle()
    when = week_of_engagement(rate, len(by_battle) - 1, weeks)
    law = when.T @ by_battle
    law[:, 6] = 0.0
    law[-1, 6] = 1 - law[:, :6].sum()
    return law
