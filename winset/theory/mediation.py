"""Mediators: the most that one with the power to enforce could do, and when one who can only speak is believed.

The bound of arbitration, a linear programme. Two sides, each privately strong (H, chance q) or weak (L). Peace shares a
pie of 1; war leaves theta < 1 of it to the winner. Equal types win with chance 1/2, H beats L with chance p. Each side
reports its type; the mechanism then chooses war or an enforced split. Unknowns: the chance of peace g_HH, g_HL, g_LL
for each pair of reports and y = g_HL times the share of the strong side. Equal reports split equally. Minimise

    P(war) = q^2 (1 - g_HH) + 2 q (1 - q) (1 - g_HL) + (1 - q)^2 (1 - g_LL)

subject to truth-telling (neither type gains from the other's report) and to participation before the outcome
is known (each type gets at least its expected war payoff). All constraints are linear in the four unknowns.
Peace is certain iff q / (1 - q) >= (p theta - 1/2) / (1/2 - theta/2): the benchmark of arbitration in Hoerner,
Morelli and Squintani (2015). It is a bound: a mediator who cannot enforce can do no better, and may do worse.

Belief in a mediator who only speaks (after Kydd 2003). Side 1 demands a share x of what is at stake; a war gives it p
and costs side 2 either c_low (2 is firm) or c_high (2 is soft). 2 accepts x up to p + its own cost. The mediator has
looked at 2 and tells 1 what it saw; 1 then demands p + c_low, which is always accepted, or p + c_high, which only a
soft 2 accepts. To the mediator a share x for 1 is worth b x (b: its bias, above 0 towards 1, below 0 towards 2) and a
war costs it k. It has seen that 2 is soft, which is true with chance s. Saying so is at least as good for it as urging
restraint iff

    s b (p + c_high) + (1 - s)(b p - k) >= b (p + c_low)    iff    b (s c_high - c_low) >= (1 - s) k.

So where s c_high > c_low its calls for restraint are believed from a bias of b* = (1 - s) k / (s c_high - c_low) on:
from somebody on one's own side. Who wants nothing but peace (b = 0 < k) always urges restraint and is never believed,
unless never wrong (s = 1); where s c_high <= c_low no friend of 1 is believed, since restraint is then better for 1
itself. If 2 was seen to be firm, saying so is as good for every b >= 0 if then soft is unlikely enough: s' c_high <=
c_low. Solved for s, a mediator of bias b is believed from an accuracy of s* = (b c_low + k) / (b c_high + k) on. The
article's own notation was not at hand: this is the smallest game with its argument, solved here.

References: J. Hoerner, M. Morelli and F. Squintani, "Mediation and peace", Review of Economic Studies 82 (2015); A.
Kydd, "Which side are you on? Bias, credibility, and mediation", American J. Political Science 47 (2003).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from winset.errors import NotSolved, SettingError
from winset.theory import checks


@dataclass(frozen=True)
class Mediation:
    """Least P(war), and the chance of peace after reports HH, HL, LL with the strong side's share after HL."""

    p_war: float
    peace_hh: float
    peace_hl: float
    peace_ll: float
    strong_share: float


def _check(q: float, p: float, theta: float) -> None:
    checks.probability(q=q, p=p)
    checks.positive(theta=theta)
    if p < 0.5:
        raise SettingError(f"p is the chance that the strong side beats the weak one: at least 0.5, not {p}")
    if theta >= 1.0:
        raise SettingError(f"theta, what war leaves of the pie, must be less than 1, not {theta}")


def full_peace_possible(q: float, p: float, theta: float) -> bool:
    """True when enforced arbitration can always avoid war (closed form)."""
    _check(q, p, theta)
    return q * (1.0 - theta) >= (1.0 - q) * (2.0 * p * theta - 1.0)


def mediation_bound(q: float, p: float, theta: float) -> Mediation:
    """Least chance of war over all truthful, voluntary, enforced mechanisms; arguments as in the module's text."""
    _check(q, p, theta)
    even, strong, weak = theta / 2.0, p * theta, (1.0 - p) * theta
    n = 1.0 - q

    def payoff(own_even: float, own_cross: float, reports_high: bool) -> tuple[np.ndarray, float]:
        """Interim payoff as (coefficients of g_HH, g_HL, g_LL, y; constant).

        own_even, own_cross: the side's true war payoff against the other's H and L.
        """
        if reports_high:  # the other is H: outcome HH; the other is L: outcome HL on the strong side
            return np.array([q * (0.5 - own_even), -n * own_cross, 0.0, n]), q * own_even + n * own_cross
        # the other is H: outcome HL on the weak side; the other is L: outcome LL
        return np.array([0.0, q * (1.0 - own_even), n * (0.5 - own_cross), -q]), q * own_even + n * own_cross

    rows, limits = [], []
    for against_h, against_l, is_high in ((even, strong, True), (weak, even, False)):
        truth, base = payoff(against_h, against_l, is_high)
        lie, lie_base = payoff(against_h, against_l, not is_high)
        rows += [lie - truth, -truth]
        limits += [base - lie_base, 0.0]  # participation: the constant is exactly the war payoff
    rows.append(np.array([0.0, -1.0, 0.0, 1.0]))  # a share is at most 1
    limits.append(0.0)
    cost = -np.array([q * q, 2.0 * q * n, n * n, 0.0])
    found = scipy.optimize.linprog(
        cost, A_ub=np.array(rows), b_ub=np.array(limits), bounds=[(0.0, 1.0)] * 4, method="highs"
    )
    if not found.success:
        raise NotSolved(f"the mediation programme was not solved: {found.message}")
    hh, hl, ll, y = (float(v) for v in found.x)
    return Mediation(max(0.0, 1.0 + float(found.fun)), hh, hl, ll, y / hl if hl > 0.0 else 0.5)


def seen_soft(prior_soft: float, right: float) -> float:
    """s: the chance that the other side is soft, given that a mediator who is right with this chance takes it to be."""
    checks.probability(prior_soft=prior_soft, right=right)
    seen = prior_soft * right + (1 - prior_soft) * (1 - right)
    return prior_soft * right / seen if seen > 0 else 0.0


def bias_to_be_believed(soft: float, cost_low: float, cost_high: float, war_cost: float) -> float | None:
    """b*: the least bias towards a side from which its mediator is believed when it urges restraint; None if none is.

    soft: s of the text. cost_low, cost_high: what war costs the other side if it is firm or soft. war_cost: what a war
    costs
    the mediator. All in units of what is at stake.

    >>> bias_to_be_believed(0.9, 0.1, 0.3, 0.05)
    0.029411764705882346
    >>> bias_to_be_believed(0.3, 0.1, 0.3, 0.05) is None
    True
    """
    checks.probability(soft=soft)
    checks.not_negative(cost_low=cost_low, cost_high=cost_high, war_cost=war_cost)
    margin = soft * cost_high - cost_low
    return (1 - soft) * war_cost / margin if margin > 0 else None


def believed(bias: float, soft: float, cost_low: float, cost_high: float, war_cost: float) -> bool:
    """Whether a side believes a mediator with this bias towards it when it urges restraint."""
    least = bias_to_be_believed(soft, cost_low, cost_high, war_cost)
    return least is not None and bias >= least and (bias > 0 or soft == 1)


def accuracy_to_be_believed(bias: np.ndarray, cost_low: float, cost_high: float, war_cost: float) -> np.ndarray:
    """s*: how likely its word that the other side is soft must be true for its call for restraint to be believed.

    From b*: s* = (b c_low + k)/(b c_high + k); 1 for a bias of 0 or less, who is believed only if never wrong.

    >>> float(accuracy_to_be_believed(np.array(0.5), 0.1, 0.3, 0.05))
    0.5
    """
    checks.not_negative(cost_low=cost_low, cost_high=cost_high, war_cost=war_cost)
    b = np.maximum(np.asarray(bias, float), 0.0)
    above = b * cost_high + war_cost
    return np.where(above > 0, np.minimum(1.0, (b * cost_low + war_cost) / np.where(above > 0, above, 1.0)), 1.0)
