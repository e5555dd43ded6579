"""Why deals fail in a crisis: closed forms of the standard models. A pie of 1, A wins a war with chance p.

Ultimatum (Fearon 1995, Claim 2). A demands x; B, with private cost c_B, fights iff c_B < x - p. With y = x - p and
c_B ~ F, A maximises (y + c_A)(1 - F(y)), so 1 - F(y) = f(y)(y + c_A). Uniform on [lo, hi]: y* = (hi - c_A)/2
clipped to [lo, min(hi, 1 - p)], P(war) = (y* - lo)/(hi - lo). In the interior P(war) does not depend on p: arming
one side moves the terms, not the risk (neutrality). A patron's threat to make B's war dearer by S, believed with
chance kappa, shifts F by kappa S (own extension). Two types: by cost, the risky demand pays iff P(weak) > (c_L +
c_A)/(c_H + c_A); by power, iff P(weak) > (c_A + c_B)/(p_H - p_L + c_A + c_B). Both hold while the risky demand does
not exceed the pie. Mutual optimism (p_A, p_B: each side's belief that A wins): a range exists iff p_A - p_B <= c_A
+ c_B.

Commitment (Fearon 1995, pp. 402-406). First strike: a range exists iff p_first - p_second <= c_A + c_B. Prevention:
A rises from p1 to p2, discount delta; B attacks now iff delta x2 - p1 > c_B (1 - delta), x2 = min(1, p2 + c_B (1 -
delta)). Powell (2006, p. 183): war destroys share d of the flow; a shift Delta causes war iff (1-d)[delta (p+Delta)
- p] > d.

Audience costs (Fearon 1994). Backing down at t costs a_i t; prize v; private war values U[-W_i, 0]. With i and j
the sides, t_i = [-a_j v + sqrt(a_j^2 v^2 + 4 a_i a_j v W_j)] / (2 a_i a_j), horizon t* = min; L is the side with
the smaller t_i. L concedes at once with chance k/v, k = v - a_L t* (v + a_H t*)/W_L; P(war) = (a_L t*/W_L)(a_H
t*/W_H). On the way H has quit by t with chance Q_H = a_L t/(v + a_L t) and L with Q_L = (k + a_H t)/(v + a_H t), each
set by the other's cost; P(war | still on at t) = P(war)/[(1 - Q_L)(1 - Q_H)], which is 1 at t*.

Signals (after Fearon 1997; two types). A sunk cost k separates iff k >= what a bluffer would gain. A challenger is
deterred iff P(resolute) >= q* = gain/(gain + loss). A tie (cost a of backing down, prize V) that does not separate:
bluff rate r (1 - q*)/(q* (1 - r)), challenge rate V/(V + a), for prior r < q*.

What they cannot say: one issue that can be divided, one decision, and costs and chances given from outside.

Reference: J. Fearon, "Domestic political audiences and the escalation of international disputes", American
Political Science Review 88 (1994); "Rationalist explanations for war", International Organization 49 (1995);
"Signaling foreign policy interests", Journal of Conflict Resolution 41 (1997). R. Powell, "War as a commitment
problem", International Organization 60 (2006). For neutrality: B. Benson, A. Meirowitz and K. Ramsay, "Inducing
deterrence through moral hazard in alliance contracts", Journal of Conflict Resolution 58 (2014).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy

from winset.errors import SettingError
from winset.theory import checks
from winset.theory.checks import Number


@dataclass(frozen=True)
class Ultimatum:
    """Best demand of A and the chance that B fights."""

    demand: Number
    p_war: Number


def ultimatum(p: Number, c_a: Number, lo: Number, hi: Number) -> Ultimatum:
    """Fearon 1995 with c_B uniform on [lo, hi], lo >= 0 (elementwise)."""
    checks.probability(p=p)
    checks.not_negative(c_a=c_a, lo=lo, hi=hi)
    width = np.asarray(hi, dtype=float) - lo
    if np.any(width < 0.0):
        raise SettingError("the range of costs needs lo <= hi")
    y = np.minimum(np.maximum((hi - c_a) / 2.0, lo), np.minimum(hi, 1.0 - np.asarray(p)))
    war = np.where(width > 0.0, np.maximum(0.0, y - lo) / np.where(width > 0.0, width, 1.0), 0.0)
    return Ultimatum((p + y)[()], war[()])


def ultimatum_with_threat(p: Number, c_a: Number, lo: Number, hi: Number, kappa: Number, threat: Number) -> Ultimatum:
    """The same when a patron will add `threat` to B's cost of war with believed chance kappa."""
    checks.probability(kappa=kappa)
    checks.not_negative(threat=threat)
    return ultimatum(p, c_a, lo + kappa * threat, hi + kappa * threat)


def ultimatum_beta(p: float, c_a: float, a: float, b: float, scale: float) -> Ultimatum:
    """Fearon 1995 with c_B = scale * Beta(a, b): best on a fine grid, then the first-order condition to 1e-14."""
    checks.probability(p=p)
    checks.not_negative(c_a=c_a)
    checks.positive(a=a, b=b, scale=scale)

    def more(y: Number) -> Number:
        return scipy.special.betaincc(a, b, y / scale)

    def density(y: float) -> float:
        x = y / scale
        return (
            float(np.exp(scipy.special.xlogy(a - 1, x) + scipy.special.xlog1py(b - 1, -x) - scipy.special.betaln(a, b)))
            / scale
        )

    grid = np.linspace(0.0, min(scale, 1.0 - p), 2001)
    best = int(np.argmax((grid + c_a) * more(grid)))

    def slope(y: float) -> float:
        return float(more(y) - density(y) * (y + c_a))

    left, right = grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)]
    y = float(grid[best])
    with np.errstate(invalid="ignore", divide="ignore"):  # a density may be infinite at an end
        if slope(left) > 0.0 > slope(right):
            y = float(scipy.optimize.brentq(slope, left, right, xtol=1e-14))
    return Ultimatum(p + y, float(scipy.special.betainc(a, b, y / scale)))


def critical_belief_cost(c_a: Number, c_low: Number, c_high: Number) -> Number:
    """P(weak, cost c_high) above which the risky demand p + c_high pays (needs p + c_high <= 1)."""
    checks.positive(total=c_high + c_a)
    return (c_low + c_a) / (c_high + c_a)


def critical_belief_power(p_low: Number, p_high: Number, c_a: Number, c_b: Number) -> Number:
    """P(weak, A wins with p_high) above which the risky demand p_high + c_b pays (needs p_high + c_b <= 1)."""
    checks.probability(p_low=p_low, p_high=p_high)
    checks.positive(gap=p_high - p_low + c_a + c_b)
    return (c_a + c_b) / (p_high - p_low + c_a + c_b)


def mutual_optimism(p_a: Number, p_b: Number, c_a: Number, c_b: Number) -> Number:
    """Width of the range of deals when the sides believe p_a and p_b; negative: no deal both prefer to war."""
    checks.probability(p_a=p_a, p_b=p_b)
    return c_a + c_b - (p_a - p_b)


def first_strike(p_first: Number, p_second: Number, c_a: Number, c_b: Number) -> Number:
    """Width of the range when A wins with p_first if it strikes first, p_second if second; negative: none."""
    checks.probability(p_first=p_first, p_second=p_second)
    return c_a + c_b - (p_first - p_second)


def preventive_war(p1: Number, p2: Number, c_b: Number, delta: Number) -> Number:
    """B's gain, times (1 - delta), from war now over the best peace A can credibly offer; war iff above 0."""
    checks.probability(p1=p1, p2=p2)
    checks.discount(delta=delta)
    later = np.minimum(1.0, p2 + c_b * (1.0 - np.asarray(delta)))
    return (delta * later - p1 - c_b * (1.0 - np.asarray(delta)))[()]


def power_shift(p: Number, shift: Number, d: Number, delta: Number) -> Number:
    """Powell 2006: (1-d)[delta (p+shift) - p] - d; a shift too fast to buy off iff above 0."""
    checks.probability(p=p, p_after=p + shift, d=d, delta=delta)
    return (1.0 - d) * (delta * (p + shift) - p) - d


@dataclass(frozen=True)
class AudienceCrisis:
    """Fearon 1994: horizon after which war is certain, P(war), the side that may concede at once, with what chance."""

    horizon: float
    p_war: float
    conceder: int
    p_concede_at_once: float


def audience_costs(v: float, a: tuple[float, float], w: tuple[float, float]) -> AudienceCrisis:
    """Prize v, audience cost rates a = (a1, a2) per unit of time, war values U[-w_i, 0]; sides are 0 and 1."""
    checks.positive(v=v, a1=a[0], a2=a[1], w1=w[0], w2=w[1])

    def horizon(i: int) -> float:
        j = 1 - i
        root = math.sqrt((a[j] * v) ** 2 + 4.0 * a[i] * a[j] * v * w[j])
        return (root - a[j] * v) / (2.0 * a[i] * a[j])

    low = 0 if horizon(0) <= horizon(1) else 1
    high, t = 1 - low, horizon(low)
    k = v - a[low] * t * (v + a[high] * t) / w[low]
    return AudienceCrisis(t, (a[low] * t / w[low]) * (a[high] * t / w[high]), low, max(0.0, k / v))


@dataclass(frozen=True)
class AudiencePath:
    """Chances that the side with the later horizon (H) and the other (L) have quit by some time, and of war if it is
    still on then."""

    high_quit: float
    low_quit: float
    p_war: float


def audience_path(v: float, a: tuple[float, float], w: tuple[float, float], share: float) -> AudiencePath:
    """The crisis at `share` of its horizon (0 to 1)."""
    checks.probability(share=share)
    whole = audience_costs(v, a, w)
    t, a_low, a_high = share * whole.horizon, a[whole.conceder], a[1 - whole.conceder]
    high = a_low * t / (v + a_low * t)
    low = (whole.p_concede_at_once * v + a_high * t) / (v + a_high * t)
    return AudiencePath(high, low, whole.p_war / ((1.0 - high) * (1.0 - low)))


def who_backs_down(v: float, a: tuple[float, float], w: tuple[float, float]) -> tuple[float, float, float]:
    """(chance that H backs down, that L does, mean length of the crisis)."""
    whole = audience_costs(v, a, w)
    a_low, a_high, k = a[whole.conceder], a[1 - whole.conceder], whole.p_concede_at_once * v

    def left(t: float) -> tuple[float, float]:
        return v / (v + a_low * t), (v - k) / (v + a_high * t)

    def over(rate: Callable[[float], float]) -> float:
        return float(scipy.integrate.quad(rate, 0.0, whole.horizon, epsabs=1e-12, epsrel=1e-12)[0])

    high = over(lambda t: left(t)[1] * a_low * v / (v + a_low * t) ** 2)
    low = whole.p_concede_at_once + over(lambda t: left(t)[0] * a_high * (v - k) / (v + a_high * t) ** 2)
    return high, low, over(lambda t: math.prod(left(t)))


def sunk_cost(v_bluffer: Number, v_resolute: Number) -> tuple[Number, Number]:
    """(least sunk cost that separates, what is left to the resolute type after paying it)."""
    return v_bluffer, v_resolute - v_bluffer


def deterrence_threshold(gain: Number, loss: Number) -> Number:
    """Belief "resolute" at which a challenger who gains or loses this much stays away."""
    checks.positive(gain=gain, loss=loss)
    return gain / (gain + loss)


def tied_hands(prior: Number, q_star: Number, prize: Number, tie: Number) -> tuple[Number, Number]:
    """(bluff rate, challenge rate). At a prior of q_star or more everyone ties and nobody challenges."""
    checks.probability(prior=prior, q_star=q_star)
    checks.positive(q_star=q_star, prize=prize, tie=tie)
    prior = np.asarray(prior, dtype=float)
    deterred = prior >= q_star
    odds = prior * (1.0 - q_star) / (q_star * np.where(deterred, 1.0, 1.0 - prior))
    return np.where(deterred, 1.0, odds)[()], np.where(deterred, 0.0, prize / (prize + tie))[()]
