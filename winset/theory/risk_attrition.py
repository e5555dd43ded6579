"""Risk as the price of time: brinkmanship with doubt on both sides.

Both sides run a common risk of disaster until one quits; L is the cumulative hazard so far. The prize is 1; a disaster
costs a side d, private and uniform on [0, D]. In the symmetric equilibrium a side stays while the rival's rate of
quitting is at least d, so that type d quits at L = 1/d - 1/D, of each side 1/(1 + D L) are left, and with x = 1/D

    P(disaster) = x - x^2 e^x E1(x),      P(d wins) = x e^x [F(x) - F(1/d)],   F(u) = e^-u/u - E1(u),

E1 the exponential integral. Only cumulative risk enters: any schedule of hazard in clock time, in finer or coarser
steps, gives the same chance of disaster (neutrality).

Cannot say: who quits first in one case, or how leaders make risk. These are consequences of payoffs nobody has
measured.

Reference: B. Nalebuff, "Brinkmanship and nuclear deterrence: the neutrality of escalation", Conflict Management and
Peace Science 9 (1986). Equations derived from the structure stated here.
"""

from __future__ import annotations

import math

import scipy

from winset.errors import SettingError
from winset.theory import checks

LEAST = 0.002  # no answer: below it e^(1/D) leaves the range of floating point


def _largest(worst: float) -> float:
    checks.positive(worst=worst)
    if worst < LEAST:
        raise SettingError(f"the largest loss must be at least {LEAST}, not {worst}")
    return 1.0 / worst


def p_disaster(worst: float) -> float:
    """Chance of disaster where the loss of each side is uniform on [0, worst]."""
    x = _largest(worst)
    return x - x**2 * math.exp(x) * float(scipy.special.exp1(x))


def quits_at(loss: float, worst: float) -> float:
    """Cumulative hazard at which a side with this loss quits."""
    x = _largest(worst)
    checks.positive(loss=loss)
    if loss > worst:
        raise SettingError(f"the loss {loss} lies above the largest, {worst}")
    return 1.0 / loss - x


def p_wins(loss: float, worst: float) -> float:
    """Chance that a side with this loss gets the prize."""
    x, last = _largest(worst), 1.0 / loss
    quits_at(loss, worst)

    def antiderivative(u: float) -> float:
        return math.exp(-u) / u - float(scipy.special.exp1(u))

    return x * math.exp(x) * (antiderivative(x) - antiderivative(last))
