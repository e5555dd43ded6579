"""Learning from refusals: an uninformed side offers again and again while the fighting goes on.

Model (structure of Powell 2004). S offers x_t; D, whose cost of a round c is private, accepts, or refuses and a
round is fought: S wins outright with chance pi_s, D with pi_d, otherwise (rho = 1 - pi_s - pi_d) the next round
comes, worth `discount` as much. Value of fighting for ever: V(c) = (-c + discount * pi) / (1 - discount * rho). D
accepts iff x_t - V >= b (x_{t+1} - V), b = discount * rho: exactly a durable-good seller facing a buyer of surplus
theta = 1 - V_S - V_D(c). For theta uniform on [0, u] (Sobel and Takahashi 1983), with n offers left S demands
surplus alpha_n u and the types above (alpha_n / lambda_n) u accept:

    alpha_1 = 1/2,  lambda_n = 1 - b + b alpha_{n-1},  alpha_n = lambda_n^2 / (2 lambda_n - b alpha_{n-1}).

No last round: with s = sqrt(1 - b), alpha* = s/(1+s), gamma* = 1/(1+s): demand alpha* gamma*^t u at round t, share
gamma* of the types left refuses. Then P(settle) = (1-gamma)/(1-rho gamma), rounds fought = gamma/(1-rho gamma).
As b -> 1 the demand goes to 0 (Coase 1972).

Two types, two offers: weak (v_w) with chance mu, resolute (v_r), S's value of the thing B > v_r. S pools at v_r, or
screens at x~ = v_w + b (v_r - v_w), or, if mu > mu^ = (B - v_r)/(B - v_w), offers v_w and the weak type mixes so
that the belief after refusal is mu^.

Staller or sincere: after n refusals the odds are multiplied by ((1 - a_staller)/(1 - a_sincere))^n.

What it cannot say: one side makes all offers, and types differ in the cost of delay. Types that differ only in what
they want after the war do not separate by refusing (Spaniel and Bils 2018); see `belief_grid`.

Reference: R. Powell, "Bargaining and learning while fighting", American Journal of Political Science 48 (2004). J.
Sobel and I. Takahashi, "A multistage model of bargaining", Review of Economic Studies 50 (1983). R. Coase,
"Durability and monopoly", Journal of Law and Economics 15 (1972). W. Spaniel and P. Bils, "Slow to learn", Journal
of Conflict Resolution 62 (2018).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from winset.errors import SettingError
from winset.theory import checks
from winset.theory.checks import Number


@dataclass(frozen=True)
class Round:
    """First offer of a screening sequence on types U[0, u]: surplus demanded and share left, both times u = 1."""

    demand: float
    left: float


def sobel_takahashi(discount: float, periods: int | None) -> Round:
    """alpha_n and the share of types that refuse the first of n offers; periods None = no last round."""
    checks.discount(discount=discount)
    if periods is None:
        s = math.sqrt(1.0 - discount)
        return Round(s / (1.0 + s), 1.0 / (1.0 + s))
    if periods < 1:
        raise SettingError(f"periods must be at least 1 or None (no last round), not {periods}")
    alpha, share = 0.5, 0.5
    for _ in range(periods - 1):
        rate = 1.0 - discount + discount * alpha
        alpha, share = rate * rate / (2.0 * rate - discount * alpha), rate / (2.0 * rate - discount * alpha)
    return Round(alpha, share)


@dataclass(frozen=True)
class Screen:
    """Powell-type screening without a last round."""

    demand: float
    gamma: float
    p_settle: float
    rounds_fought: float


def collapse_chances(k_s: Number, k_d: Number) -> tuple[Number, Number]:
    """(pi_s, pi_d): one side prevails when only the other collapses; k = chance of collapse per round."""
    checks.probability(k_s=k_s, k_d=k_d)
    return k_d * (1.0 - k_s), k_s * (1.0 - k_d)


def war_value(cost: Number, discount: float, pi_own: float, pi_other: float) -> Number:
    """Value of fighting to the end: cost per round, chances per round of winning and of losing outright."""
    checks.discount(discount=discount)
    checks.probability(pi_own=pi_own, pi_other=pi_other, end=pi_own + pi_other)
    return (-cost + discount * pi_own) / (1.0 - discount * (1.0 - pi_own - pi_other))


def powell_screen(discount: float, pi_s: float, pi_d: float) -> Screen:
    """Demand (share of the largest surplus), gamma, P(settle before the war ends itself), expected rounds fought."""
    checks.discount(discount=discount)
    checks.probability(pi_s=pi_s, pi_d=pi_d, end=pi_s + pi_d)
    rho = 1.0 - pi_s - pi_d
    first = sobel_takahashi(discount * rho, None)
    gamma = first.left
    return Screen(first.demand, gamma, (1.0 - gamma) / (1.0 - rho * gamma), gamma / (1.0 - rho * gamma))


def settlement_by_round(screen: Screen, pi_s: float, pi_d: float, rounds: int) -> Float[np.ndarray, " round"]:
    """P(settle exactly at round t), t = 0..rounds-1: (rho gamma)^t (1 - gamma)."""
    rho = 1.0 - pi_s - pi_d
    return (rho * screen.gamma) ** np.arange(rounds) * (1.0 - screen.gamma)


@dataclass(frozen=True)
class TwoByTwo:
    """Two types, two offers: S's value, what it does (pool, screen, mix), its first offer, P(first offer accepted)."""

    value: float
    choice: str
    offer: float
    p_accept: float
    mu_hat: float
    x_tilde: float


def two_type_two_period(mu: float, v_weak: float, v_resolute: float, b: float, discount: float) -> TwoByTwo:
    """Closed form; b = S's value of settling, above v_resolute > v_weak; mu = chance of the weak type."""
    checks.probability(mu=mu, discount=discount)
    if not b > v_resolute > v_weak:
        raise SettingError("two types need b > v_resolute > v_weak")
    mu_hat = (b - v_resolute) / (b - v_weak)
    x_tilde = v_weak + discount * (v_resolute - v_weak)
    later = discount * (b - v_resolute)
    options = [
        (b - v_resolute, "pool", v_resolute, 1.0),
        (mu * (b - x_tilde) + (1.0 - mu) * later, "screen", x_tilde, mu),
    ]
    if mu > mu_hat:
        accept = mu * (mu - mu_hat) / (mu * (1.0 - mu_hat))
        options.append((accept * (b - v_weak) + (1.0 - accept) * later, "mix", v_weak, accept))
    value, choice, offer, p_accept = max(options, key=lambda option: option[0])
    return TwoByTwo(value, choice, offer, p_accept, mu_hat, x_tilde)


def staller_posterior(prior: float, a_sincere: float, a_staller: float, refusals: int) -> float:
    """P(staller) after `refusals` acceptable offers refused; a = chance that each type accepts one."""
    checks.probability(prior=prior, a_sincere=a_sincere, a_staller=a_staller)
    checks.not_negative(refusals=refusals)
    stall, sincere = prior * (1.0 - a_staller) ** refusals, (1.0 - prior) * (1.0 - a_sincere) ** refusals
    if stall + sincere == 0.0:
        raise SettingError("these refusals are impossible for either type: one acceptance chance must be below 1")
    return stall / (stall + sincere)


def refusals_needed(prior: float, a_sincere: float, a_staller: float, target: float) -> float:
    """Fewest refusals after which P(staller) >= target; infinite when refusals do not tell the types apart."""
    checks.probability(prior=prior, a_sincere=a_sincere, a_staller=a_staller, target=target)
    if prior >= target:
        return 0.0
    if prior == 0.0 or target == 1.0 or a_sincere <= a_staller:
        return 1.0 if prior > 0.0 and a_sincere == 1.0 > a_staller else math.inf
    if a_sincere == 1.0:
        return 1.0
    gap = math.log(target / (1.0 - target)) - math.log(prior / (1.0 - prior))
    return float(math.ceil(gap / math.log((1.0 - a_staller) / (1.0 - a_sincere)) - 1e-9))
