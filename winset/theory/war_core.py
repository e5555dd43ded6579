"""The canonical war core: bargaining while fighting, solved exactly by one backward pass.

Sides A and B (index 0, 1) and a mediator M (index 2) who may table a plan. State s = (n, k, r_A, r_B, g, j):
n engagements so far; A holds k of N forts; units of endurance left; lever regime g (a Markov chain Q as the players
expect it); proposer j (transition Pi). k and n fix the battle record (a wins, b losses), so beliefs m_i(n, k) need
no further state. The war ends by conquest (k = N or 0), by exhaustion (r_B = 0 or r_A = 0), or by a deal; each side's
scale runs from 0, its own defeat, to 1, its own victory. A side that is exhausted falls from where the front stands by
a share x of the way to its defeat: A gets (1 - x_A) s_A(k) and B rises by the share x_A of its way to victory, and the
other way round; x = 1, the usual assumption, is defeat. If both are exhausted at once the front freezes. s_i(k) is what
the present state of things is worth to i with the front at k: k/N and 1 - k/N unless stated (`quo`). Endurance burns by
units here; with a `clock` each side is exhausted at a time known in the regime that holds (`war_clock`), and has none.

    W_i(s) = f_i(g,k) + delta_i E[m_i W_i(after a win) + (1 - m_i) W_i(after a loss)]        fighting to the end
    C_i(s) = the same with V in place of W                                                    no deal now
    U_i(d; s) = [(1 - delta) u_i(d,k) + delta (xi_A w^A_i + xi_B w^B_i)] / [1 - delta (1 - xi_A - xi_B)] - chi_i(d,k)
        xi_j: hazard that j breaks deal d; w^j_i: W_i after that, fought from a front moved by j's gain, with
        endurance partly restored and in the regime that follows; chi_i: what signing costs i at home
    accept_i(d) = 1/(1 + exp(-(U_i - C_i)/tau_i));  both must accept a plan of M
    sign(d) = accept of the responder x P(ratified);  seen(d): the same with the noise s_i in place of tau_i
    offer(d) proportional to exp(seen(d) (U_j - C_j)/tau_j), no offer to 1
    V_i = C_i + sum_d offer(d) sign(d) (U_i(d) - C_i)

s_i >= tau_i where j misreads what i would sign: an error of standard deviation e on top of logit noise is close to
logit noise of sqrt(tau^2 + 3 e^2/pi^2) (the two have the same variance). s_i = tau_i unless stated (`seen`).
tau = 0 gives the exact best reply (indifference settles). One side moves at a time and n only grows, so the solution
is unique: there is no equilibrium to select. The game is closed at n = M (by default the front freezes there). With a
divisible pie (`solve_split`) the proposer leaves the other just its C_i and takes the surplus S = 1 - C_A - C_B.

Flow. A war is a state of things that lasts: while it does, i has the worth of the front less what the fighting costs
it,

    f_i(k) = (1 - delta_i) s_i(k) - c_i, so that  W_i = E[sum_n delta^n ((1 - delta) s_i(k_n) - c_i) + delta^tau End_i],

an average of worths over time (the weights (1 - delta) delta^n and delta^tau add up to 1), less costs. The closure is
the same flow for ever without cost, s_i(k), and a deal kept for ever is (1 - delta) u a step: every place where a war
can lead is on one scale, and a war without cost on a front that does not move is worth its front, whatever delta. With
f = -c alone (lumps: the published models, in which nothing is enjoyed before the end) going on counts as sitting at
one's own defeat, so that the less patient side would pay for any end; at delta = 1 the two are the same. Normalised
flows of Slantchev are f = (1 - delta) b. The values are what the PLAYERS expect, and with diverging beliefs V_A + V_B
may exceed 1: forecasts come from `war_paths` only. Cannot say: private types (`war_types`), choice of intensity, a
strategic mediator, three-sided deals. A deal that breaks is followed by a war without further bargaining, whose beliefs
are those of the front it starts at.

References: A. Smith and A. Stam (2004), B. Slantchev (2003), D. Filson and S. Werner (2002) for the parts;
R. McKelvey and T. Palfrey, Experimental Economics 1 (1998), for logit choice by agents. The union is derived here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from winset.errors import SettingError
from winset.theory import war_kernels as kernels
from winset.theory.war_game import MEDIATOR, WarGame, ends, exhaustion, live_cells, menu_of
from winset.theory.war_game import signable as part_open


@dataclass(frozen=True)
class WarValues:
    """Tables over n = 0..M-1 (only n = 0 if so asked); values are the players' own.

    Where the war is over, tables hold the terminal values. Cells no path reaches are nan, except in `to_the_end`.
    """

    game: WarGame
    to_the_end: Float[np.ndarray, "battle regime side fort R_A R_B"]  # W
    no_deal: Float[np.ndarray, "battle regime proposer side fort R_A R_B"]  # C
    value: Float[np.ndarray, "battle regime proposer side fort R_A R_B"]  # V
    deal_probability: Float[np.ndarray, "battle regime proposer fort R_A R_B"]  # P(deal | state)
    divisible: bool = False  # solved as a divisible pie, not by the menu

    def at_start(self, table: str = "value") -> Float[np.ndarray, " side"]:
        """A table's value for both sides at the start, the first proposer drawn: `value`, `no_deal` or `to_the_end`."""
        game = self.game
        cell = (slice(None), game.start, *game.endurance)
        if table == "to_the_end":
            return self.to_the_end[0, game.regime_first][cell]
        by_proposer = getattr(self, table)[0, game.regime_first]
        return np.asarray(game.proposer_first @ by_proposer[(slice(None), *cell)])


def _fight_layer(
    game: WarGame, n: int, X: Float[np.ndarray, "*layer"], C: Float[np.ndarray, "*layer"], every_fort: bool
) -> None:
    offset, step = (0, 1) if every_fort else ((game.start + n) % 2, 2)
    kernels.fight(
        X, game.belief[:, n], game.belief_shift, game.delta, game.flow, game.change, offset, step, C
    )  # fmt: skip
    if game.clock is None:
        return
    k = np.arange(1, game.forts)
    k = k[(k - offset) % step == 0]
    for g, part in game.clock.last(n):
        C[g][:, :, k, 1, 1] = last_step(game, n, g, part)[:, k]


def last_step(game: WarGame, n: int, g: int, part: float) -> Float[np.ndarray, "side fort"]:
    """C in the step n of which only a part is left, after which the war is over by exhaustion (`war_clock`)."""
    end = exhaustion(game)[game.clock.by[g]]  # type: ignore[union-attr]
    m = np.clip(game.belief[:, n] + game.belief_shift[:, g, None], 0, 1)[:, 1:-1]
    moved = (1 - part) * end[:, 1:-1] + part * (m * end[:, 2:] + (1 - m) * end[:, :-2])
    worth = end.copy()
    worth[:, 1:-1] = part * game.flow[:, g, 1:-1] + game.delta[:, g, None] ** part * moved
    return worth


def rested(game: WarGame, W: Float[np.ndarray, "battle *cell"], n: int) -> Float[np.ndarray, "*cell"]:
    """What a war is worth that follows a deal broken in step n: with a clock both sides have rested."""
    return W[n] if game.clock is None else game.clock.rested(W, n)


def signable(game: WarGame, held: Float[np.ndarray, "deal regime"], n: int) -> Float[np.ndarray, "deal regime"]:
    """P(ratified) in step n: none once the war is over."""
    if game.clock is None:
        return held
    if np.isfinite(game.clock.pace):
        raise SettingError("rounds of talks at random times are solved in war_held")
    return np.ascontiguousarray(held * (game.clock.left(n) > 0) * part_open(game, n)[:, None])


def on_table(game: WarGame, open_now: Float[np.ndarray, "deal regime"], n: int) -> Float[np.ndarray, "deal regime"]:
    """1 where a deal is available in step n."""
    return open_now if game.opens is None else np.ascontiguousarray(open_now * (part_open(game, n) > 0)[:, None])


def next_regime(game: WarGame, n: int) -> Float[np.ndarray, "regime regime"]:
    """The law of the regime after step n, as the players expect it."""
    return game.regime if game.clock is None else game.clock.moves[n]


def _closed(game: WarGame) -> Float[np.ndarray, "side fort R_A R_B"]:
    """The layer n = M."""
    over = ends(game)
    return np.where(np.isnan(over), game.closure[:, :, None, None], over)


def fight_to_the_end(game: WarGame, dtype: type = np.float64) -> Float[np.ndarray, "battle regime side fort R_A R_B"]:
    """W: both fight on whatever happens, n = 0..M-1; every fort has a value, reached or not."""
    G, _, *cell = game.shape
    over, M = ends(game), game.horizon
    table: Float[np.ndarray, "battle regime side fort R_A R_B"] = np.empty((M, G, *cell), dtype)
    layer = np.broadcast_to(_closed(game), (G, 1, *cell)).copy()
    X, alone = np.empty_like(layer), np.ones((1, 1))
    for n in range(M - 1, -1, -1):
        kernels.expect(layer.reshape(G, 1, -1), next_regime(game, n), alone, X.reshape(G, 1, -1))
        layer[:] = over
        _fight_layer(game, n, X, layer, every_fort=True)
        table[n] = layer[:, 0]
    return table


def _tables(game: WarGame, keep: str, dtype: type) -> tuple[Float[np.ndarray, "..."], ...]:
    if keep not in ("all", "first"):
        raise SettingError(f"keep must be 'all' or 'first', not {keep!r}")
    kept = game.horizon if keep == "all" else 1
    shape = game.shape
    values: list[np.ndarray] = [np.empty((kept, *shape), dtype) for _ in range(2)]
    return *values, np.empty((kept, *shape[:2], *shape[3:]), dtype)


def solve(game: WarGame, keep: str = "all", dtype: type = np.float64) -> WarValues:
    """Backward pass with the discrete menu. `keep="first"` drops all but n = 0; float32 halves the tables.

    The arithmetic is float64 either way. Time grows as states x deals x proposers.
    """
    no_deal, value, probability = _tables(game, keep, dtype)
    W = fight_to_the_end(game)
    deals, cells = menu_of(game), live_cells(game)
    over, shape = ends(game), game.shape
    V = np.broadcast_to(_closed(game), shape).copy()
    X, C, P = np.empty(shape), np.empty(shape), np.empty(shape[:2] + shape[3:])
    flat = (*shape[:2], -1)
    for n in range(game.horizon - 1, -1, -1):
        kernels.expect(V.reshape(flat), next_regime(game, n), game.proposer_next, X.reshape(flat))
        C[:], V[:], P[:] = over, over, np.where(np.isnan(over[0]), np.nan, 0.0)
        _fight_layer(game, n, X, C, every_fort=False)
        kernels.menu(
            C, rested(game, W, n), (game.start + n) % 2, *cells, deals.base, deals.load, game.defect_front, game.rearm,
            game.defect_regime, game.proposer, game.plan, signable(game, deals.held, n),
            on_table(game, deals.open_now, n),
            game.noise, V, P,
        )  # fmt: skip
        if n < len(value):
            no_deal[n], value[n], probability[n] = C, V, P
    return WarValues(game, W[: len(value)].astype(dtype, copy=False), no_deal, value, probability)


def solve_split(game: WarGame, keep: str = "all", dtype: type = np.float64) -> WarValues:
    """Backward pass with a divisible pie of 1 (the menu is not used); settles iff the surplus 1 - C_A - C_B >= 0.

    Shares may leave 0..1 where a war would cost a side more than its stake: only the menu has a limited stake.
    """
    no_deal, value, probability = _tables(game, keep, dtype)
    over, shape = ends(game), game.shape
    V = np.broadcast_to(_closed(game), shape).copy()
    X, C, S = np.empty(shape), np.empty(shape), np.empty(shape[:2] + shape[3:])
    flat = (*shape[:2], -1)
    for n in range(game.horizon - 1, -1, -1):
        kernels.expect(V.reshape(flat), next_regime(game, n), game.proposer_next, X.reshape(flat))
        C[:], V[:], S[:] = over, over, np.where(np.isnan(over[0]), np.nan, -1.0)
        _fight_layer(game, n, X, C, every_fort=False)
        kernels.split(C, (game.start + n) % 2, game.proposer, V, S)
        if n < len(value):
            no_deal[n], value[n] = C, V
            probability[n] = np.where(np.isnan(S), np.nan, S >= 0)
    W = fight_to_the_end(game, dtype)[: len(value)]
    return WarValues(game, W, no_deal, value, probability, divisible=True)


@dataclass(frozen=True)
class Table:
    """What is on the table in one state."""

    worth: Float[np.ndarray, "deal side"]  # U
    no_deal: Float[np.ndarray, " side"]  # C
    accept: Float[np.ndarray, "deal side"]  # probability that the side would accept if it were proposed
    offered: Float[np.ndarray, " deal"]  # probability of being proposed; the rest is no offer
    signed: Float[np.ndarray, " deal"]  # probability of being proposed, accepted and ratified


def table_at(values: WarValues, n: int, k: int, units: tuple[int, int], regime: int, proposer: int) -> Table:
    """The bargaining of one state, written out in numpy; `proposer` is a place in `game.proposer`."""
    game = values.game
    C = np.asarray(values.no_deal[n, regime, proposer, :, k, units[0], units[1]], float)
    if np.isnan(C).any():
        raise SettingError(f"no path of engagements leads to n={n}, k={k} from k={game.start}")
    deals, U = menu_of(game), np.empty((2, len(game.deal), 1))
    W = np.asarray(rested(game, values.to_the_end, n), float)
    a, b = np.array(units[:1]), np.array(units[1:])
    kernels.deal_worth(
        regime, k, a, b, deals.base, deals.load, W, game.defect_front, game.rearm, game.defect_regime, U
    )  # fmt: skip
    worth = U[:, :, 0].T
    gain = worth - C
    accept = _logit(gain, game.tau)
    who, held = int(game.proposer[proposer]), signable(game, deals.held, n)[:, regime]
    if who == MEDIATOR:
        offered = deals.open_now[:, regime] * (np.arange(len(gain)) == game.plan[regime])
        return Table(worth, C, accept, offered, offered * held * accept.prod(1))
    sign, seen = held * accept[:, 1 - who], held * _logit(gain, game.noise[2:])[:, 1 - who]
    profit = np.where(game.available[:, regime], seen * gain[:, who], -np.inf)
    if game.tau[who] == 0:
        usable = (seen > 0) & (profit >= 0)
        offered = np.zeros(len(gain))
        if usable.any():
            offered[np.argmax(np.where(usable, profit, -np.inf))] = 1.0
    else:
        top = max(0.0, profit.max(initial=0.0))
        weight = np.exp((profit - top) / game.tau[who])
        offered = weight / (weight.sum() + np.exp(-top / game.tau[who]))
    return Table(worth, C, accept, offered, offered * sign)


def _logit(gain: Float[np.ndarray, "deal side"], tau: Float[np.ndarray, " side"]) -> Float[np.ndarray, "deal side"]:
    soft = 1 / (1 + np.exp(np.clip(-gain / np.where(tau > 0, tau, 1.0), -700, 700)))
    return np.where(tau > 0, soft, gain >= 0)
