"""The most that a mediator with the power to enforce could do: a linear-programme bound.

Two sides, each privately strong (H, chance q) or weak (L). Peace shares a pie of 1; war leaves theta < 1 of it
to the winner. Equal types win with chance 1/2, H beats L with chance p. Each side reports its type; the
mechanism then chooses war or an enforced split. Unknowns: the chance of peace g_HH, g_HL, g_LL for each pair of
reports and y = g_HL times the share of the strong side. Equal reports split equally. Minimise

    P(war) = q^2 (1 - g_HH) + 2 q (1 - q) (1 - g_HL) + (1 - q)^2 (1 - g_LL)

subject to truth-telling (neither type gains from the other's report) and to participation before the outcome
is known (each type gets at least its expected war payoff). All constraints are linear in the four unknowns.
Peace is certain iff q / (1 - q) >= (p theta - 1/2) / (1/2 - theta/2): the benchmark of arbitration in Hoerner,
Morelli and Squintani (2015). It is a bound: a mediator who cannot enforce can do no better, and may do worse.

Reference: J. Hoerner, M. Morelli and F. Squintani, "Mediation and peace", Review of Economic Studies 82 (2015).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

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
    found = linprog(cost, A_ub=np.array(rows), b_ub=np.array(limits), bounds=[(0.0, 1.0)] * 4, method="highs")
    if not found.success:
        raise NotSolved(f"the mediation programme was not solved: {found.message}")
    hh, hl, ll, y = (float(v) for v in found.x)
    return Mediation(max(0.0, 1.0 + float(found.fun)), hh, hl, ll, y / hl if hl > 0.0 else 0.5)
