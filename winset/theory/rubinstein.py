"""Two benchmark splits of a pie of size 1 between two sides, without a war.

Rubinstein (1982): sides alternate offers, side i discounts a round by d_i; in the only subgame-perfect
equilibrium the first proposer's offer is taken at once and it keeps

    x = (1 - d_2) / (1 - d_1 d_2).

Nash (1950) with utilities x^(1 - r_i) (constant relative risk aversion r_i < 1) and zero for no deal:
maximising x^(1 - r_1) (1 - x)^(1 - r_2) gives side 1

    x = (1 - r_1) / ((1 - r_1) + (1 - r_2)),

so the more risk-averse side gets less (Kihlstrom, Roth and Schmeidler 1981). With d_i = exp(-s_i h) and h -> 0
Rubinstein's share tends to s_2 / (s_1 + s_2) (Binmore, Rubinstein and Wolinsky 1986). Neither says anything on
several issues, private information or fighting while talking.

Reference: A. Rubinstein, "Perfect equilibrium in a bargaining model", Econometrica 50 (1982). J. Nash, "The bargaining
problem", Econometrica 18 (1950).
"""

from __future__ import annotations

import numpy as np

from winset.errors import SettingError
from winset.theory import checks
from winset.theory.checks import Number


def rubinstein(d1: Number, d2: Number) -> Number:
    """Share of the first proposer, discounts per round d1 (its own) and d2, each in [0, 1)."""
    checks.discount(d1=d1, d2=d2)
    return (1.0 - d2) / (1.0 - d1 * d2)


def nash_crra(r1: Number, r2: Number) -> Number:
    """Nash-bargaining share of side 1 under relative risk aversion r1 and r2, each less than 1."""
    for name, r in (("r1", r1), ("r2", r2)):
        if not np.all(np.asarray(r) < 1.0):
            raise SettingError(f"{name} must be less than 1 (utility x^(1-r) must rise from 0), not {r}")
    return (1.0 - r1) / ((1.0 - r1) + (1.0 - r2))
