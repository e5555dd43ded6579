"""Wars of attrition: who gives in first, by cost, by private value, by reputation for stubbornness.

Complete information, mixed equilibrium. Prize v_i, cost c_i per unit of time. Each side gives in at a constant
rate that makes the OTHER indifferent: rate_1 = c_2/v_2, rate_2 = c_1/v_1. WARNING: the side that values the prize
more therefore gives in first more often. It is kept as a warning and must not be used to say who breaks first.

Private values U[0, 1], cost c per unit of time: stop at t(v) = (-v - ln(1 - v))/c; E[duration] = 1/(6c)
(Bishop and Cannings 1978; Fudenberg and Tirole 1991, section 6.3).

Reputation (Abreu and Gul, Econometrica 68, 2000): player i is stubborn with probability z_i, demands share a_i
(a_1 + a_2 > 1) and discounts at rate r_i. Normal types give in at rate lambda_1 = r_2 (1 - a_1)/(a_1 + a_2 - 1)
and likewise lambda_2, so the chance that i is stubborn grows as e^(lambda_i t) and reaches 1 at T = min_i T_i,
T_i = -ln(z_i)/lambda_i. The side with the larger T_i gives in at once with probability
1 - z_i z_j^(-lambda_i/lambda_j); after T only stubborn types are left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from winset.errors import SettingError


@dataclass(frozen=True)
class MixedAttrition:
    """The mixed equilibrium of the complete-information war of attrition; see the warning above."""

    cost: tuple[float, float]
    prize: tuple[float, float]
    rate: tuple[float, float]  # rate at which player 1, player 2 gives in

    @property
    def first_gives_in(self) -> float:
        return self.rate[0] / sum(self.rate)

    @property
    def duration(self) -> float:
        return 1 / sum(self.rate)

    def payoff(self, player: int, stop: float) -> float:
        """Expected payoff of player 0 or 1 who stops at `stop`: the prize if the other stops before, less the cost."""
        rate = self.rate[1 - player]
        before = -np.expm1(-rate * stop)
        return float(self.prize[player] * before - self.cost[player] * before / rate)


def mixed_attrition(cost: tuple[float, float], prize: tuple[float, float]) -> MixedAttrition:
    if min(*cost, *prize) <= 0:
        raise SettingError(f"costs and prizes must be positive, not {cost} and {prize}")
    return MixedAttrition(cost, prize, (cost[1] / prize[1], cost[0] / prize[0]))


def private_value_stop(value: float, cost: float) -> float:
    """Stopping time of a player whose prize is worth `value` in [0, 1), when values are U[0, 1]."""
    if not 0 <= value < 1 or cost <= 0:
        raise SettingError(f"value must be in [0, 1) and cost positive, not {value} and {cost}")
    return float((-value - np.log1p(-value)) / cost)


def private_value_duration(cost: float) -> float:
    """Expected duration when both values are U[0, 1]."""
    if cost <= 0:
        raise SettingError(f"cost must be positive, not {cost}")
    return 1 / (6 * cost)


@dataclass(frozen=True)
class Reputation:
    """Abreu-Gul outcome; players in order 1, 2."""

    rate: tuple[float, float]  # lambda_i: rate at which the normal type of i gives in, seen from outside
    end: float  # T: after it only stubborn types remain
    at_once: tuple[float, float]  # probability that i gives in at time 0
    prior: tuple[float, float]

    def stubborn(self, player: int, t: float) -> float:
        """Probability that player 0 or 1 is stubborn, given that nobody gave in up to t in [0, T]."""
        start = self.prior[player] / (1 - self.at_once[player])
        return float(start * np.exp(self.rate[player] * t))

    @property
    def deadlock(self) -> float:
        """Probability that both are stubborn and the war never ends."""
        return self.prior[0] * self.prior[1]


def abreu_gul(
    prior: tuple[float, float], demand: tuple[float, float], discount_rate: tuple[float, float]
) -> Reputation:
    """Concession rates, end of doubt and initial concessions for stubborn-type priors z, demands a, rates r."""
    if not all(0 < z < 1 for z in prior) or not all(0 < a < 1 for a in demand) or min(discount_rate) <= 0:
        raise SettingError("priors and demands must lie strictly between 0 and 1, discount rates above 0")
    excess = demand[0] + demand[1] - 1
    if excess <= 0:
        raise SettingError(f"the demands {demand} are compatible (sum at most 1): there is nothing to fight over")
    rate = (discount_rate[1] * (1 - demand[0]) / excess, discount_rate[0] * (1 - demand[1]) / excess)
    alone = tuple(-np.log(z) / lam for z, lam in zip(prior, rate))
    at_once = [0.0, 0.0]
    slow = 0 if alone[0] > alone[1] else 1
    at_once[slow] = max(0.0, 1 - prior[slow] * prior[1 - slow] ** (-rate[slow] / rate[1 - slow]))
    return Reputation(rate, float(min(alone)), (float(at_once[0]), float(at_once[1])), prior)
