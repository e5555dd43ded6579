"""Home fronts: what a leader can ratify, what a leader risks, and what advisers let through.

Win-set on a line (Romer and Rosenthal 1978; Putnam 1988). With ideal r and status quo q a ratifier accepts what is
no farther from r than q is: the points between q and 2r - q. A foreign proposer with ideal f gets the point of that
interval nearest f. Two levels: a deal must lie in both win-sets, which share the end q.

Ratification by n voters, each accepting x iff x >= own threshold, thresholds Normal(tau, s): yes-votes are
Binomial(n, Phi((x - tau)/s)), a majority is needed. A proposer with 1 - y if ratified and w otherwise, facing a
threshold U[lo, hi], offers y* = (lo + 1 - w)/2 held to [lo, hi].

Two-level Rubinstein (Iida 1993): share = max(1/(1 + delta), least share that can be ratified): tied hands pay.

Gamble for resurrection (after Goemans 2000): a leader with k of N forts settles for k/N less a penalty K, or fights
to the end: win 1, lose the rest of the career, -L, cost c a battle. Fights on iff
K > K* = k/N - h_k + (1 - h_k) L + c D_k  (h, D of the gambler's ruin; at p = 1/2: (1 - k/N) L + c k (N - k)).

Adviser noise: theta is reported as theta + bias_i + noise(sd_i); a leader who takes reports at face value has
posterior mean (m0/s0^2 + sum report_i/sd_i^2) / (1/s0^2 + sum 1/sd_i^2): precise bias moves him most.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy
from jaxtyping import Float

from winset.errors import SettingError
from winset.theory.random_walk import expected_battles, win_probability


def win_set(ideal: float, status_quo: float) -> tuple[float, float]:
    """Ends of the interval a ratifier prefers to the status quo, the lower first."""
    mirror = 2 * ideal - status_quo
    return min(status_quo, mirror), max(status_quo, mirror)


def romer_rosenthal(proposer: float, ideal: float, status_quo: float) -> float:
    """Outcome of a take-it-or-leave-it proposal: the point of the win-set nearest the proposer's ideal."""
    return float(np.clip(proposer, *win_set(ideal, status_quo)))


def two_level_zopa(ideal_A: float, ideal_B: float, status_quo: float) -> tuple[float, float]:
    """Ends of the intersection of two win-sets; never empty, since the status quo is in both."""
    low_A, high_A = win_set(ideal_A, status_quo)
    low_B, high_B = win_set(ideal_B, status_quo)
    return max(low_A, low_B), min(high_A, high_B)


def ratification(offer: float, threshold: float, spread: float, voters: int) -> float:
    """Probability that more than half of the voters accept (thresholds Normal(threshold, spread))."""
    if voters < 1 or spread <= 0:
        raise SettingError(f"need at least one voter and a positive spread, not {voters} and {spread}")
    needed = voters // 2 + 1
    # P(Binomial(n, y) >= m) = I_y(m, n - m + 1)
    return float(scipy.special.betainc(needed, voters - needed + 1, scipy.special.ndtr((offer - threshold) / spread)))


def ratification_offer(low: float, high: float, no_deal: float) -> float:
    """Share to offer when the other side ratifies y with probability (y - low)/(high - low)."""
    if not low < high:
        raise SettingError(f"the threshold's range must have low below high, not {low} and {high}")
    return float(np.clip((low + 1 - no_deal) / 2, low, high))


def iida_share(delta: float, ratifiable: float) -> float:
    """First proposer's share with discount delta in [0, 1] when less than `ratifiable` would fail at home."""
    if not 0 <= delta <= 1:
        raise SettingError(f"delta must be in [0, 1], not {delta}")
    return max(1 / (1 + delta), ratifiable)


def resurrection_threshold(k: int, N: int, defeat_penalty: float, cost: float, p: float = 0.5) -> float:
    """K*: penalty for settling above which the leader fights on to the end."""
    win = win_probability(k, N, p)
    return k / N - win + (1 - win) * defeat_penalty + cost * expected_battles(k, N, p)


def adviser_mean(
    truth: float,
    bias: Float[np.ndarray, " adviser"] | Sequence[float],
    sd: Float[np.ndarray, " adviser"] | Sequence[float],
    prior_mean: float,
    prior_sd: float,
) -> float:
    """Expected posterior mean of a leader who does not know that his advisers are biased."""
    b, s = np.asarray(bias, float), np.asarray(sd, float)
    if b.shape != s.shape or (s <= 0).any() or prior_sd <= 0:
        raise SettingError("give one bias and one positive sd per adviser, and a positive prior sd")
    precision = s**-2
    return float((prior_mean / prior_sd**2 + precision @ (truth + b)) / (prior_sd**-2 + precision.sum()))
