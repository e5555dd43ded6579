"""Threats that leave something to chance.

Chicken. Both stand firm: disaster d; both yield: compromise c; one stands firm: it wins w, the other submits s,
with w > c > s > d. Critical risk, the chance of disaster at which yielding becomes as good:
(w - c) / ((w - c) + (s - d)) when the rival may yield too (Jervis 1972's reading), (w - s) / (w - d) when the only
alternative is to submit (Snyder and Diesing 1977). In the symmetric mixed equilibrium each stands firm with
exactly the first, so disaster comes with its square.

Powell (1987, Proposition 2). Payoffs scaled so that winning is R (resolve), submitting 0, disaster R - 1: R is the
greatest risk a side would run to win. Bids in turn, each with an autonomous risk of disaster f, 2f, 3f: side II bids,
I answers, II answers again, I submits. II is weak (R_II) with prior chance p, otherwise resolute (R_II'). Mixing:

    b* = [1 - (1-2f)(1-3f)] (1 - R_I) / {(1-2f) [(1-3f) R_I + 3f]}     belief "weak" that keeps I indifferent
    e_I = (R_II - f) / {(1-f) [(1-2f) R_II + 2f]}                      chance that I answers
    e_II = b* (1-p) / [p (1-b*)]                                       chance that weak II bids

An equilibrium of this form needs f < R_II <= 3f <= R_II', 2f < R_I <= 4f and p >= b*.

Ladder (Kahn 1965; Schelling 1966): each rung has the same chance f of disaster, P(disaster by rung n) = 1 - (1-f)^n.
With win 1, disaster 0 and s now, climbing n rungs to a sure win is worth it while (1-f)^n >= s.

Rising risk with full information. Bids in turn, bid k at risk k f, the challenger's odd. R is the greatest risk a
side would run to win; K_i is i's largest own bid k with R_i >= k f. The challenger bids, and wins at once, iff K_I >
K_II, with payoff R_I - f and P(disaster) = f; else nothing happens. (The structure of Powell 1988; solved here.)

None of these says who is resolute, nor how risk is made; risks are taken as independent.

Reference: R. Powell, "Crisis bargaining, escalation, and MAD", American Political Science Review 81 (1987). R.
Jervis, "Bargaining and bargaining tactics", in Coercion (1972). G. Snyder and P. Diesing, Conflict Among Nations
(1977). R. Powell, "Nuclear brinkmanship with two-sided incomplete information", APSR 82 (1988). H. Kahn, On
Escalation (1965). T. Schelling, Arms and Influence (1966).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from winset.errors import SettingError
from winset.theory import checks


@dataclass(frozen=True)
class Chicken:
    critical_risk: float
    critical_risk_submit: float
    p_disaster: float
    indifference_gap: float


def chicken(submit: float, compromise: float, win: float = 1.0, disaster: float = 0.0) -> Chicken:
    """Critical risks (Jervis; Snyder-Diesing) and the mixed equilibrium's chance of disaster."""
    if not win > compromise > submit > disaster:
        raise SettingError("chicken needs win > compromise > submit > disaster")
    gain, loss = win - compromise, submit - disaster
    firm = gain / (gain + loss)
    stand = (1.0 - firm) * win + firm * disaster
    yield_ = (1.0 - firm) * compromise + firm * submit
    return Chicken(firm, (win - submit) / (win - disaster), firm * firm, stand - yield_)


@dataclass(frozen=True)
class Brink:
    """Powell 1987's mixed play. gap_i, gap_ii: bidding minus submitting (0 at the mixture).

    `broken` lists the conditions of the proposition that fail; when it is not empty the numbers are the
    formulas' and no equilibrium.
    """

    belief: float
    answer: float
    bluff: float
    p_disaster: float
    gap_i: float
    gap_ii: float
    broken: tuple[str, ...]


def powell87(f: float, r_i: float, r_ii: float, r_ii_high: float, p: float) -> Brink:
    """Brink with risk step f (3f < 1), resolves in (0, 1), prior p that II is the weak type."""
    checks.positive(f=f, r_i=r_i, r_ii=r_ii, r_ii_high=r_ii_high, p=p)
    checks.probability(r_i=r_i, r_ii=r_ii, r_ii_high=r_ii_high, p=p)
    if 3.0 * f >= 1.0:
        raise SettingError(f"three steps of risk must stay below 1: f < 1/3, not {f}")
    last = (1.0 - 3.0 * f) * r_i + 3.0 * f  # what I loses, against winning, when a resolute II answers
    belief = (1.0 - (1.0 - 2.0 * f) * (1.0 - 3.0 * f)) * (1.0 - r_i) / ((1.0 - 2.0 * f) * last)
    answer = (r_ii - f) / ((1.0 - f) * ((1.0 - 2.0 * f) * r_ii + 2.0 * f))
    bluff = belief * (1.0 - p) / (p * (1.0 - belief)) if belief != 1.0 else math.inf
    bid = p * bluff + 1.0 - p
    p_disaster = bid * (f + (1.0 - f) * answer * 2.0 * f) + (1.0 - p) * (1.0 - f) * answer * (1.0 - 2.0 * f) * 3.0 * f
    against = belief * r_i + (1.0 - belief) * 3.0 * f * (r_i - 1.0)
    gap_i = 2.0 * f * (r_i - 1.0) + (1.0 - 2.0 * f) * against
    gap_ii = f * (r_ii - 1.0) + (1.0 - f) * ((1.0 - answer) * r_ii + answer * 2.0 * f * (r_ii - 1.0))
    needs = {
        "f < R_II <= 3f": f < r_ii <= 3.0 * f,
        "R_II' >= 3f": r_ii_high >= 3.0 * f,
        "2f < R_I <= 4f": 2.0 * f < r_i <= 4.0 * f,
        "p >= b*": p >= belief,
    }
    broken = tuple(text for text, holds in needs.items() if not holds)
    return Brink(belief, answer, bluff, p_disaster, gap_i, gap_ii, broken)


@dataclass(frozen=True)
class Ladder:
    """Whether the challenger bids, what that is worth to it, and the chance of disaster."""

    bids: bool
    payoff: float
    p_disaster: float


def rising_risk(r_i: float, r_ii: float, f: float) -> Ladder:
    """The rising-risk ladder with full information: resolve of challenger and defender, risk of the first bid."""
    checks.probability(r_i=r_i, r_ii=r_ii, f=f)
    checks.positive(f=f)

    def last(resolve: float, parity: int) -> int:
        most = math.floor(resolve / f + 1e-12)
        return most if most % 2 == parity else most - 1

    if last(r_i, 1) > max(0, last(r_ii, 0)):
        return Ladder(True, r_i - f, f)
    return Ladder(False, 0.0, 0.0)


def p_disaster_by(rung: int, f: float) -> float:
    """Chance of disaster by a rung of the ladder, risk f a rung."""
    checks.probability(f=f)
    checks.not_negative(rung=rung)
    return -math.expm1(rung * math.log1p(-f)) if f < 1.0 else float(rung > 0)


def rungs_worth_climbing(f: float, submit: float) -> int:
    """Most rungs n with (1-f)^n >= submit (win 1, disaster 0)."""
    if not (0.0 < f < 1.0 and 0.0 < submit <= 1.0):
        raise SettingError(f"the ladder needs 0 < f < 1 and 0 < submit <= 1, not f={f}, submit={submit}")
    return math.floor(math.log(submit) / math.log1p(-f) + 1e-12)
