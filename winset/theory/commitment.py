"""Deals that may not hold: breakdown, shifting power, and the guarantee that would hold them.

Breakdown hazard. A deal worth flow u breaks each period with probability xi into a war worth w; discount delta:

    U = [(1 - delta) u + delta xi w] / [1 - delta (1 - xi)].

Durability. A deal holds with probability h; if it breaks, the war that follows has shifted by D against A. With
transferable utility this only SHIFTS the range of deals (A's share x): each side's loss is the other's gain,

    ZOPA = [p - c_A + D(1-h)/h,  p + c_B + D(1-h)/h],   non-empty within x <= 1 iff h >= D/(1 - (p - c_A) + D).

So durability bites only through a limited stake, indivisible red lines, or opportunism.

Opportunism. B has 1 - x for ever, or may defect now: a one-off grab e, then war worth w_B less the cost g that a
guarantor imposes. B keeps the deal iff g >= g* = w_B - [(1 - x) - (1 - delta) e]/delta.

Reference: R. Powell, International Organization 60 (2006); J. Fearon, International Organization 49 (1995),
pp. 401-409; B. Leventoglu and B. Slantchev, American Journal of Political Science 51 (2007), for the setting. The
equations for durability and the guarantee follow from the payoffs stated here.
"""

from __future__ import annotations

from winset.errors import SettingError


def deal_with_breakdown(flow: float, war: float, hazard: float, delta: float) -> float:
    """Value of a deal with flow value `flow` that turns into a war worth `war` with probability `hazard` a period."""
    if not (0 <= hazard <= 1 and 0 <= delta < 1):
        raise SettingError(f"hazard must be in [0, 1] and delta in [0, 1), not {hazard} and {delta}")
    return ((1 - delta) * flow + delta * hazard * war) / (1 - delta * (1 - hazard))


def durability_zopa(
    p: float, cost_A: float, cost_B: float, shift: float, hold: float, penalty: float = 0.0
) -> tuple[float, float]:
    """Lowest and highest share of A that both accept when the deal holds with probability `hold`.

    `penalty` is what signing costs B at home (a red line crossed), in the same units: it lowers the upper end by
    penalty/hold, since B pays it for certain and keeps the deal only if it holds.
    """
    if not 0 < hold <= 1:
        raise SettingError(f"the probability of holding must be in (0, 1], not {hold}")
    move = shift * (1 - hold) / hold
    return p - cost_A + move, p + cost_B + move - penalty / hold


def least_hold(p: float, cost_A: float, shift: float) -> float:
    """Least probability of holding at which some share x <= 1 still satisfies A (0 when any does)."""
    room = 1 - (p - cost_A)
    if room <= 0:
        raise SettingError("A would accept nothing short of more than the whole stake even if the deal held for sure")
    return shift / (room + shift) if shift > 0 else 0.0


def guarantee_needed(share_A: float, delta: float, grab: float, war_B: float) -> float:
    """g*: least cost a guarantor must impose on B's defection for B to keep a deal that gives A `share_A`."""
    if not 0 < delta < 1:
        raise SettingError(f"delta must lie strictly between 0 and 1, not {delta}")
    return war_B - ((1 - share_A) - (1 - delta) * grab) / delta
