"""War as a random walk over forts: the gambler's ruin.

A holds k of N forts, 0 < k < N. Each decisive battle moves one fort: to A with probability p, to B with
q = 1 - p. The war ends by conquest at N (A's total victory) or 0. With r = q/p and p != 1/2:

    h_k = (1 - r^k) / (1 - r^N)                      P(A takes all);            k/N          at p = 1/2
    D_k = (k - N h_k) / (q - p)                      expected battles;          k(N - k)     at p = 1/2
    P(T > n) = (2/N) sum_m (p/q)^((m-k)/2) (2 sqrt(pq))^n sum_j cos^n(pi j/N) sin(pi j k/N) sin(pi j m/N)

Given that A wins, the walk moves up from k with probability p h_{k+1}/h_k (Doob's transform), which depends on
|p - q| only: a long war says little about who wins it. If a period sees a battle only with probability 1 - s,
durations in periods are D/(1 - s).

Costly lottery: with cost c_i per battle and no discounting A's value of fighting to the end is h_k - c_A D_k and
B's is 1 - h_k - c_B D_k, so every split in [h_k - c_A D_k, h_k + c_B D_k] is better for both. The range is widest
in mid-front, where the war would last longest.

Cannot say: learning, limited endurance and bargaining on the way are in `exhaustion`, `diverging_beliefs` and
`war_core`. Reference: A. Smith, "Fighting battles, winning wars", Journal of Conflict Resolution 42 (1998);
A. Smith and A. Stam, "Mediation and peacekeeping in a random walk model", International Studies Review 5 (2003);
W. Feller, An Introduction to Probability Theory, vol. 1, ch. XIV.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from jaxtyping import Float

from winset.errors import SettingError


def check_front(k: int, N: int, p: float) -> None:
    """SettingError unless 0 <= k <= N, N >= 1 and 0 < p < 1."""
    if N < 1 or not 0 <= k <= N:
        raise SettingError(f"forts held must be within 0..N with N at least 1, not k={k}, N={N}")
    if not 0 < p < 1:
        raise SettingError(f"the probability of winning a battle must lie strictly between 0 and 1, not {p}")


def win_probability(k: int, N: int, p: float) -> float:
    """h_k: probability that A, holding k of N forts, ends with all of them."""
    check_front(k, N, p)
    step = np.log((1 - p) / p)
    if k in (0, N) or step == 0:
        return k / N
    if step < 0:
        return float(np.expm1(k * step) / np.expm1(N * step))
    # the same ratio with negative exponents, so that nothing overflows when B is much the stronger
    return float(np.exp((k - N) * step) * np.expm1(-k * step) / np.expm1(-N * step))


def _first_step(
    up: Float[np.ndarray, " fort"], down: Float[np.ndarray, " fort"], gain: Float[np.ndarray, " fort"]
) -> Float[np.ndarray, " fort"]:
    """x_k = gain_k + up_k x_{k+1} + down_k x_{k-1} over the forts 1..N-1, zero outside: one banded solve."""
    bands = np.zeros((3, len(gain)))
    bands[0, 1:], bands[1], bands[2, :-1] = -up[:-1], 1.0, -down[1:]
    return scipy.linalg.solve_banded((1, 1), bands, gain)


def battle_moments(N: int, p: float) -> tuple[Float[np.ndarray, " fort"], Float[np.ndarray, " fort"]]:
    """Mean and variance of the number of battles, for every k in 0..N."""
    check_front(0, N, p)
    mean, second = np.zeros(N + 1), np.zeros(N + 1)
    if N > 1:
        up, down = np.full(N - 1, p), np.full(N - 1, 1 - p)
        mean[1:N] = _first_step(up, down, np.ones(N - 1))
        second[1:N] = _first_step(up, down, 2 * mean[1:N] - 1)  # E T^2 = 1 + 2 E[T after] + E[(T after)^2]
    return mean, second - mean**2


def expected_battles(k: int, N: int, p: float, stalemate: float = 0.0) -> float:
    """Expected periods to conquest when a period passes without a decisive battle with probability `stalemate`."""
    check_front(k, N, p)
    if not 0 <= stalemate < 1:
        raise SettingError(f"the share of periods without a decisive battle must be in [0, 1), not {stalemate}")
    return float(battle_moments(N, p)[0][k] / (1 - stalemate))


def expected_battles_given_win(k: int, N: int, p: float) -> float:
    """Expected battles given that A wins in the end; 0 < k <= N."""
    check_front(k, N, p)
    if k == 0:
        raise SettingError("A cannot win from 0 forts; ask for k of at least 1")
    if k == N:
        return 0.0
    step, forts = abs(np.log((1 - p) / p)), np.arange(1, N)
    up = max(p, 1 - p) * np.expm1(-(forts + 1) * step) / np.expm1(-forts * step) if step else (forts + 1) / (2 * forts)
    return float(_first_step(up, 1 - up, np.ones(N - 1))[k - 1])


def survival(n: int, k: int, N: int, p: float) -> float:
    """P(T > n): probability that the war is still being fought after n battles."""
    check_front(k, N, p)
    if n < 0:
        raise SettingError(f"the number of battles cannot be negative, and {n} is")
    if k in (0, N):
        return 0.0
    inner, odds = np.arange(1, N), p / (1 - p)
    if N * abs(np.log(odds)) > 30:  # the spectral sum would cancel terms larger than e^15: carry the law forward
        law = (inner == k).astype(float)
        for _ in range(n):
            law = p * np.r_[0.0, law[:-1]] + (1 - p) * np.r_[law[1:], 0.0]
        return float(law.sum())
    waves = np.sin(np.pi * np.outer(inner, inner) / N)
    decay = (2 * np.sqrt(p * (1 - p)) * np.cos(np.pi * inner / N)) ** n
    return float(2 / N * (decay * waves[:, k - 1]) @ waves @ odds ** ((inner - k) / 2))


@dataclass(frozen=True)
class CostlyLottery:
    """Splits of the stake (A's share) that both prefer to a fight to the end, and what that fight would cost."""

    win: float  # P(A takes all)
    battles: float  # expected number of battles
    low: float  # A's reservation value
    high: float  # the most B would leave to A

    @property
    def width(self) -> float:
        return self.high - self.low


def costly_lottery(k: int, N: int, p: float, cost_A: float, cost_B: float) -> CostlyLottery:
    """Bargaining range of a war to the finish with costs per battle in units of the stake, undiscounted."""
    win, battles = win_probability(k, N, p), expected_battles(k, N, p)
    return CostlyLottery(win, battles, win - cost_A * battles, win + cost_B * battles)
