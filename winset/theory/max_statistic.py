"""Which of many columns goes with an outcome: the largest association of all, against a permutation null.

Objects. Outcomes y_k in {0, 1} in each of n draws (k: whose yes or no), and columns x_f, one a Figure. The change of
outcome k over column f is the difference of its share between the third of the draws in which x_f is highest and the
third in which it is lowest,

    c_fk = (sum of y_k over the upper third - sum over the lower third) / (n/3),

and its size in standard deviations of the outcome is t_fk = |c_fk| / sqrt(p_k (1 - p_k)), p_k the share of y_k.

Null. If no column has to do with any outcome, the draws of the outcomes could be dealt out in any order. T_b is the
largest t_fk over all f and k in the b-th random order (one order for all outcomes, so that what they share is kept).
Then

    p_f = (1 + number of T_b >= max_k t_fk) / (B + 1)

is the chance that the largest of all would be so large, and naming every f with p_f <= alpha names a wrong one with
chance alpha at most, however many columns there are (maxT, Westfall and Young 1993, section 2.6).

Sums of zeros and ones are exact, so that the result does not depend on how the machine adds.
Cannot say: what a column does that is not monotone; which of two that move together is the cause.
Reference: P. Westfall and S. Young, Resampling-Based Multiple Testing (1993).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from winset import seeds
from winset.errors import SettingError

ORDERS = 64  # no answer: orders at a time, at most
CELLS = 16_000_000  # no answer: outcomes dealt out at a time; it keeps the scratch arrays small
BLOCK = 65_536  # no answer: draws summed at a time


@dataclass(frozen=True)
class Movers:
    """change, p: by column and outcome. largest: T_b of every order; sd: of each outcome (0 where it is left out)."""

    change: Float[np.ndarray, "column outcome"]
    sd: Float[np.ndarray, " outcome"]
    largest: Float[np.ndarray, " order"]

    def size(self) -> Float[np.ndarray, "column outcome"]:
        """The changes in standard deviations; 0 for an outcome that is left out."""
        return np.abs(self.change) * np.where(self.sd > 0, 1 / np.where(self.sd > 0, self.sd, 1.0), 0.0)

    def p(self, column: int) -> float:
        """The chance that the largest of all changes would be as large as the largest of this column."""
        seen = self.size()[column].max(initial=0.0)
        return float((1 + np.sum(self.largest >= seen - 1e-9)) / (1 + self.largest.size))

    def critical(self, level: float = 0.95) -> Float[np.ndarray, " outcome"]:
        """The change of each outcome that the largest of all stays below in `level` of the random orders."""
        return float(np.quantile(self.largest, level, method="higher")) * self.sd


def thirds(column: Float[np.ndarray, " draw"]) -> Int[np.ndarray, " draw"]:
    """+1 in the upper third of a column, -1 in the lower, 0 between; equal values in the order of the draws."""
    total = len(column)
    if total < 3:
        raise SettingError("three draws at least are needed to compare thirds")
    order, weight = np.argsort(column, kind="stable"), np.zeros(total, np.int8)
    weight[order[-(total // 3) :]] = 1
    weight[order[: total // 3]] = -1
    return weight


def movers(
    weight: Int[np.ndarray, "column draw"],
    outcomes: Bool[np.ndarray, "draw outcome"],
    *,
    orders: int,
    seed: int,
    sure: float,
) -> Movers:
    """The changes of every outcome over every column, and the largest of all in `orders` random orders of the draws.

    weight: the `thirds` of each column, a byte a draw. An outcome rarer or surer than `sure` is left out: a few draws
    would decide it.
    """
    if orders < 1:
        raise SettingError(f"orders must be at least 1, not {orders}")
    total, third = len(outcomes), max(1, len(outcomes) // 3)
    y = outcomes.astype(np.float32)
    share = outcomes.mean(axis=0)
    sd = np.where((share >= sure) & (share <= 1 - sure), np.sqrt(share * (1 - share)), 0.0)
    change = _summed(weight, y).astype(float) / third
    live, largest = np.flatnonzero(sd > 0), np.zeros(orders)
    scale, y = (third * sd[live]).astype(float), y[:, live]
    most = min(ORDERS, max(1, CELLS // (total * max(1, live.size))))
    for begin in range(0, orders if live.size and weight.size else 0, most):
        many = min(most, orders - begin)
        dealt = np.empty((total, many, live.size), np.float32)
        for b in range(many):
            dealt[:, b] = y[seeds.order(seeds.words(seed, "movers", str(begin + b), count=total))]
        sums = _summed(weight, dealt.reshape(total, -1))
        sizes = np.abs(sums.reshape(len(weight), many, live.size).astype(float)) / scale
        largest[begin : begin + many] = sizes.max(axis=(0, 2))
    return Movers(change, sd, largest)


def _summed(weight: Int[np.ndarray, "column draw"], y: Float[np.ndarray, "draw k"]) -> Float[np.ndarray, "column k"]:
    """weight @ y, a block of draws at a time. Sums of whole numbers below 2^24 are exact in single precision."""
    made = np.zeros((len(weight), y.shape[1]), np.float32)
    for begin in range(0, len(y), BLOCK):
        made += weight[:, begin : begin + BLOCK].astype(np.float32) @ y[begin : begin + BLOCK]
    return made
