"""Fighting and bargaining at the same time: Slantchev's principle of convergence.

A flow pie of 1 is shared; while they fight, players get flows b1 + b2 < 1. k of N forts are player 1's; players
propose in turn; each rejected offer is followed by one battle, won by player 1 with probability p; at k = N player 1
has everything, at k = 0 nothing. Discount delta; all values are normalised flows.

Complete information (Proposition 1). Let x_k (y_k) be the share player 1 (2) asks for itself at k. The responder is
just willing to accept:

    1 - x_k = (1 - delta) b2 + delta [p y_{k+1} + (1-p) y_{k-1}],     x_0 = 0, x_N = 1,
    1 - y_k = (1 - delta) b1 + delta [p x_{k+1} + (1-p) x_{k-1}],     y_0 = 1, y_N = 0,

a linear system. The first offer is accepted: no war. Never bargaining gives W^i_k = (1-delta) b_i + delta E W^i.

Incomplete information (Proposition 2). Player 2 is weak, moderate or strong: player 1 wins a battle with p_H, p_M,
p_L. On the path player 1 asks x0; the weak accept at once, the moderate offer y* after one battle, the strong make
an offer meant to be refused and settle after two. With q the posterior of "strong" given the first battle,

    y*(q, k) = 1 - (1-delta) b1 - delta [p_q V(k+1) + (1-p_q) V(k-1)],  p_q = q p_L + (1-q) p_M,  V = x_.(p_L),
    x0 = 1 - (1-delta) b2 - delta [p_H y*(q_win, k0+1) + (1-p_H) y*(q_loss, k0-1)].

Cannot say: costs of fighting do not grow, nothing else is learned, player 1's type is known. Later work in
continuous time finds that rivals may stand firm instead of converging, so convergence is a feature of this protocol.
Reference: B. Slantchev, "The principle of convergence in wartime negotiations", American Political Science Review
97 (2003), Propositions 1 and 2, equations 1 to 5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from winset.errors import SettingError


@dataclass(frozen=True)
class Shares:
    """Arrays over k = 0..N."""

    ask_1: Float[np.ndarray, " fort"]  # x_k: what player 1 asks for itself
    ask_2: Float[np.ndarray, " fort"]  # y_k: what player 2 asks for itself
    war_1: Float[np.ndarray, " fort"]  # W^1_k
    war_2: Float[np.ndarray, " fort"]


def _check(N: int, delta: float, flow_1: float, flow_2: float, *win: float) -> None:
    if N < 2 or not 0 <= delta < 1 or flow_1 + flow_2 >= 1 or not all(0 < p < 1 for p in win):
        raise SettingError("need N >= 2, delta in [0, 1), war flows summing to less than 1, and p strictly in (0, 1)")


def _after_battle(N: int, p: float) -> Float[np.ndarray, "fort fort"]:
    """Transition of the front by one battle; the ends stay."""
    move = np.zeros((N + 1, N + 1))
    inner = np.arange(1, N)
    move[inner, inner + 1], move[inner, inner - 1] = p, 1 - p
    move[0, 0] = move[N, N] = 1
    return move


def complete_information(N: int, p: float, delta: float, flow_1: float, flow_2: float) -> Shares:
    """Proposition 1 and the values of fighting to the end."""
    _check(N, delta, flow_1, flow_2, p)
    inner, move = slice(1, N), delta * _after_battle(N, p)[1:N]
    eye = np.eye(N - 1)
    ends_1 = move[:, N]  # player 1's value is 1 at N and 0 at 0; player 2's the reverse
    ends_2 = move[:, 0]
    coupled = np.block([[eye, move[:, inner]], [move[:, inner], eye]])
    fixed = np.r_[1 - (1 - delta) * flow_2 - ends_2, 1 - (1 - delta) * flow_1 - ends_1]
    asks = np.linalg.solve(coupled, fixed)
    alone = eye - move[:, inner]
    war_1 = np.linalg.solve(alone, (1 - delta) * flow_1 + ends_1)
    war_2 = np.linalg.solve(alone, (1 - delta) * flow_2 + ends_2)
    return Shares(
        ask_1=np.r_[0.0, asks[: N - 1], 1.0],
        ask_2=np.r_[1.0, asks[N - 1 :], 0.0],
        war_1=np.r_[0.0, war_1, 1.0],
        war_2=np.r_[1.0, war_2, 0.0],
    )


@dataclass(frozen=True)
class Screening:
    """Proposition 2, on the path."""

    strong_after_win: float  # posterior of "strong" given refusal of x0 and a battle won by player 1
    strong_after_loss: float
    first_ask: float  # x0
    moderate_ask_after_win: float  # y* at k0 + 1
    moderate_ask_after_loss: float  # y* at k0 - 1
    battle_belief: float  # player 1's chance of winning the first battle, given refusal of x0
    expected_battles: float
    weak_if_known: float  # what player 1 would ask of a player 2 known to be weak
    payoff_1: float  # player 1's expected payoff on the path
    payoff_1_pooled: float  # the same if the strong too could settle at y* after one battle (not the path payoff)


def incomplete_information(
    N: int,
    k0: int,
    win: tuple[float, float, float],
    prior: tuple[float, float],
    delta: float,
    flow_1: float,
    flow_2: float,
) -> Screening:
    """`win` = player 1's chance in battle against weak, moderate, strong; `prior` = P(weak), P(strong)."""
    p_H, p_M, p_L = win
    weak, strong = prior
    _check(N, delta, flow_1, flow_2, *win)
    if not p_H > p_M > p_L or not 0 < weak + strong < 1 or min(prior) < 0 or not 2 <= k0 <= N - 2:
        raise SettingError("need win chances falling from weak to strong, a proper prior and k0 in 2..N-2")
    moderate = 1 - weak - strong
    V = complete_information(N, p_L, delta, flow_1, flow_2).ask_1

    def ask(q: float, k: int) -> float:
        chance = q * p_L + (1 - q) * p_M
        return float(1 - (1 - delta) * flow_1 - delta * (chance * V[k + 1] + (1 - chance) * V[k - 1]))

    after_win = strong * p_L / (strong * p_L + moderate * p_M)
    after_loss = strong * (1 - p_L) / (strong * (1 - p_L) + moderate * (1 - p_M))
    y_win, y_loss = ask(after_win, k0 + 1), ask(after_loss, k0 - 1)
    x0 = 1 - (1 - delta) * flow_2 - delta * (p_H * y_win + (1 - p_H) * y_loss)
    refuse = (strong * p_L + moderate * p_M) / (strong + moderate)

    def settle_at_one(p: float) -> float:
        return (1 - delta) * flow_1 + delta * (p * (1 - y_win) + (1 - p) * (1 - y_loss))

    two_battles = np.linalg.matrix_power(_after_battle(N, p_L), 2)[k0]
    settle_at_two = (1 - delta**2) * flow_1 + delta**2 * float(two_battles @ V)
    return Screening(
        strong_after_win=after_win,
        strong_after_loss=after_loss,
        first_ask=x0,
        moderate_ask_after_win=y_win,
        moderate_ask_after_loss=y_loss,
        battle_belief=refuse,
        expected_battles=moderate + 2 * strong,
        weak_if_known=float(complete_information(N, p_H, delta, flow_1, flow_2).ask_1[k0]),
        payoff_1=weak * x0 + moderate * settle_at_one(p_M) + strong * settle_at_two,
        payoff_1_pooled=weak * x0 + (1 - weak) * settle_at_one(refuse),
    )
