"""War because each side expects to win: bargaining while beliefs diverge and battles teach.

Side i believes P(A wins a battle) ~ Beta(alpha_i, beta_i). The priors are common knowledge: they agree to disagree.
After a wins and b losses of A the mean is

    m_i(a, b) = (alpha_i + a)/(alpha_i + beta_i + a + b);   with equal prior strength n0 the gap is
    m_A - m_B = D0 n0/(n0 + n), n = a + b, WHATEVER the outcomes: disagreement decays with time, not with events.

One decisive battle at stake: settle iff m_A - m_B <= c_A + c_B, that is after
n* = max(0, ceil(n0 (D0/(c_A + c_B) - 1))) battles.

Forts. A holds k of N; k and n fix (a, b). Each round a proposer is drawn (A with probability pi_A, B with
pi_B = 1 - pi_A) and may divide a pie of 1; no agreement means one battle at cost c_i:

    C_i(n, k) = -c_i + delta [m_i V_i(n+1, k+1) + (1 - m_i) V_i(n+1, k-1)],    S = 1 - C_A - C_B,
    V_i = C_i + pi_i max(0, S),      V = (1, 0) at k = N and (0, 1) at k = 0.       Settle iff S >= 0.

The game is solved backwards from battle M, where the front freezes: V = (k/N, 1 - k/N). That closure matters by the
discounted chance that an unsettled war lasts M battles (compare two horizons). V_A + V_B may exceed 1: these are
what the sides believe, never forecasts. Outcomes are weighed with the analyst's p by `outcome_law`.

References: M. Yildiz, Econometrica 71 (2003), for bargaining without a common prior; A. Smith and A. Stam,
"Bargaining and the nature of war", Journal of Conflict Resolution 48 (2004), for forts and beliefs. The recursion is
derived from those assumptions; their own tables were not available to compare with.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from jaxtyping import Float

from winset.errors import SettingError


def posterior_mean(
    alpha: float, beta: float, wins: Float[np.ndarray, "*at"] | float, losses: Float[np.ndarray, "*at"] | float
) -> Float[np.ndarray, "*at"] | float:
    """Mean of p after `wins` and `losses` of A under a Beta(alpha, beta) prior."""
    if alpha <= 0 or beta <= 0:
        raise SettingError(f"the parameters of a Beta belief must be positive, not {alpha} and {beta}")
    return (alpha + wins) / (alpha + beta + wins + losses)


def battles_to_agreement(gap: float, prior_strength: float, cost: float) -> int:
    """n* of the one-battle version: gap D0 = m_A - m_B at the start, strength n0, cost c_A + c_B > 0."""
    if cost <= 0 or prior_strength <= 0:
        raise SettingError(f"joint cost and prior strength must be positive, not {cost} and {prior_strength}")
    return max(0, ceil(prior_strength * (gap / cost - 1) - 1e-9))  # the last term: .3/.1 is not quite 3


def expected_gap(prior_A: tuple[float, float], prior_B: tuple[float, float], battles: int, p: float) -> float:
    """E(m_A - m_B) after so many battles when A in truth wins each with probability p; exact, m being linear in a."""
    wins = battles * p
    means = [posterior_mean(*prior, wins, battles - wins) for prior in (prior_A, prior_B)]
    return float(means[0] - means[1])


def lattice_means(
    prior: tuple[float, float], N: int, k0: int, horizon: int
) -> Float[np.ndarray, "battle_and_one fort"]:
    """m(n, k) on the lattice n = 0..horizon, k = 0..N; cells no path reaches are held to the nearest score."""
    n, k = np.arange(horizon + 1)[:, None], np.arange(N + 1)[None, :]
    wins = np.clip((n + k - k0) / 2, 0, n)
    return np.asarray(posterior_mean(*prior, wins, n - wins))


@dataclass(frozen=True)
class FortBargaining:
    """Solution on the lattice [battle, fort]; `start` is k0."""

    surplus: Float[np.ndarray, "battle fort"]  # S; settle iff >= 0
    value_A: Float[np.ndarray, "battle_and_one fort"]  # V_A before the proposer is drawn
    value_B: Float[np.ndarray, "battle_and_one fort"]
    start: int

    def first_tied_settlement(self) -> int | None:
        """Fewest battles after which an even score would be settled; None if not before the horizon."""
        tied = np.flatnonzero(self.surplus[::2, self.start] >= 0)
        return int(2 * tied[0]) if len(tied) else None


def fort_bargaining(
    mean_A: Float[np.ndarray, "battle_and_one fort"],
    mean_B: Float[np.ndarray, "battle_and_one fort"],
    start: int,
    cost_A: float,
    cost_B: float,
    delta: float = 1.0,
    propose_A: float = 0.5,
    bargain: bool = True,
) -> FortBargaining:
    """Backward pass. The beliefs' first axis is 0..M; `bargain=False` gives the fight to the finish."""
    if mean_A.shape != mean_B.shape or mean_A.ndim != 2 or not 0 < start < mean_A.shape[1] - 1:
        raise SettingError("both beliefs need the same lattice [battle, fort], with the start inside it")
    if not 0 <= delta <= 1 or not 0 <= propose_A <= 1:
        raise SettingError(f"delta and propose_A must be in [0, 1], not {delta} and {propose_A}")
    M, N = mean_A.shape[0] - 1, mean_A.shape[1] - 1
    S, V_A, V_B = np.zeros((M, N + 1)), np.zeros((M + 1, N + 1)), np.zeros((M + 1, N + 1))
    V_A[M] = np.arange(N + 1) / N
    V_B[M] = 1 - V_A[M]
    V_A[:, N], V_B[:, 0] = 1.0, 1.0
    V_A[:, 0], V_B[:, N] = 0.0, 0.0
    for n in range(M - 1, -1, -1):
        mA, mB = mean_A[n, 1:N], mean_B[n, 1:N]
        C_A = -cost_A + delta * (mA * V_A[n + 1, 2:] + (1 - mA) * V_A[n + 1, :-2])
        C_B = -cost_B + delta * (mB * V_B[n + 1, 2:] + (1 - mB) * V_B[n + 1, :-2])
        S[n, 1:N] = 1 - C_A - C_B
        gain = np.maximum(0.0, S[n, 1:N]) if bargain else 0.0
        V_A[n, 1:N], V_B[n, 1:N] = C_A + propose_A * gain, C_B + (1 - propose_A) * gain
    return FortBargaining(S, V_A, V_B, start)


@dataclass(frozen=True)
class OutcomeLaw:
    settle: Float[np.ndarray, " battle"]  # P(settled before battle n)
    conquest_A: float
    conquest_B: float
    fighting: float  # still fighting at the horizon

    @property
    def settled(self) -> float:
        return float(self.settle.sum())

    @property
    def battles_if_settled(self) -> float:
        """Expected number of battles given a settlement; nan when there is none."""
        total = self.settled
        return float(self.settle @ np.arange(len(self.settle)) / total) if total > 0 else float("nan")


def outcome_law(solution: FortBargaining, p: float) -> OutcomeLaw:
    """What happens when A in truth wins each battle with probability p: one forward pass."""
    if not 0 <= p <= 1:
        raise SettingError(f"p must be a probability, not {p}")
    M, N = len(solution.surplus), solution.surplus.shape[1] - 1
    law, settle, ends = np.zeros(N + 1), np.zeros(M), np.zeros(2)
    law[solution.start] = 1.0
    for n in range(M):
        stop = solution.surplus[n] >= 0
        settle[n] = law[stop].sum()
        law[stop] = 0.0
        law = p * np.r_[0.0, law[:-1]] + (1 - p) * np.r_[law[1:], 0.0]
        ends += law[[0, N]]
        law[[0, N]] = 0.0
    return OutcomeLaw(settle, float(ends[1]), float(ends[0]), float(law.sum()))
