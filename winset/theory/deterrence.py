"""Does a threat deter? Thresholds of credibility, and the statistical game of attack and defence.

Thresholds. A challenger keeps the status quo (SQ) or challenges; the defender gives way (DC) or resists; the challenger
backs down (CD) or fights on (DD). Each side is hard (would rather fight on than back down or give way) or soft, with
chances p_Ch, p_Def of being hard. Worth to the challenger c_DC > c_SQ > c_DD+ > c_CD > c_DD-, to the defender d_CD >
d_DD+ > d_DC > d_DD- (+: hard, -: soft; d_DD+ moves no threshold). Then

    c1 = (c_DC - c_SQ)/(c_DC - c_CD)     above it a soft challenger stays out,
    c2 = (c_DC - c_SQ)/(c_DC - c_DD+)    above it every challenger does,         c1 < c2
    d1 = (d_CD - d_DC)/(d_CD - d_DD-)    below it a soft defender resists.

    p_Def > c2               certain deterrence
    c1 < p_Def < c2          separating: only hard challengers come; a soft defender gives way
    p_Def < c1, p_Ch > d1    attack: every challenger comes; a soft defender gives way
    p_Def < c1, p_Ch < d1    bluff: soft challengers come with chance x = p_Ch (1 - d1)/(d1 (1 - p_Ch)), soft
                             defenders resist with y = (c1 - p_Def)/(1 - p_Def), so that resistance has chance c1

Steadfast deterrence (nobody comes although p_Def < c2, since whoever comes is read as soft) is a second equilibrium
where p_Ch < d1: a rival reading, not a correction. A satisfied challenger (high c_SQ) lowers both c1 and c2, so that a
better status quo and more credibility do the same work; credibility beyond c2 buys nothing.

Statistical game. Attack or not; defend or give way; normal errors of scale s. P(defend) = Phi([U_D(war) - U_D(gives
way)]/(s sqrt 2)); P(attack) = Phi([p U_A(war) + (1 - p) U_A(gives way) - U_A(SQ)]/(s k)) with k = sqrt 2 where the
error is the agent's at each node and k = sqrt(1 + p^2 + (1 - p)^2) where it is a private payoff of each outcome.

Cannot say: the payoffs, how far a fight goes, or what a third side adds. Where nothing was attempted the defender's act
is unseen, so rates of success are rates among threats that were put to the test.

Reference: F. Zagare and D. M. Kilgour, Perfect Deterrence (2000), ch. 5 (thresholds derived again here). S.
Quackenbush, International Interactions 36 (2010). C. Signorino, American Political Science Review 93 (1999); C.
Signorino and A. Tarar, American Journal of Political Science 50 (2006).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from winset.errors import SettingError
from winset.theory import checks
from winset.theory.checks import Number

REGIONS = ("certain", "separating", "bluff", "attack")


@dataclass(frozen=True)
class Payoffs:
    """What the outcomes are worth, one number or one a draw: to the challenger DC, SQ, DD if hard, CD; to the defender
    CD, DC, DD if soft."""

    unopposed: Number
    left_alone: Number
    fought: Number
    dropped: Number
    holds: Number
    yields: Number
    resisted: Number

    @property
    def ordered(self) -> Number:
        """Whether the order that the game asks for holds."""
        challenger = (self.unopposed > self.left_alone) & (self.left_alone > self.fought) & (self.fought > self.dropped)
        return challenger & (self.holds > self.yields) & (self.yields > self.resisted)


@dataclass(frozen=True)
class Thresholds:
    """Credibility of the defender at which a soft challenger (`soft`) and every challenger (`certain`) stays out, and
    of the challenger below which a soft defender resists (`resists`)."""

    soft: Number
    certain: Number
    resists: Number


def thresholds(worth: Payoffs) -> Thresholds:
    """c1, c2, d1 (elementwise). Raises SettingError where the order of the payoffs does not hold."""
    if not np.all(worth.ordered):
        raise SettingError(
            "the payoffs need unopposed > left alone > fought > dropped for the challenger and holds > yields > "
            "resisted "
            "for the defender"
        )
    gain = np.asarray(worth.unopposed, float) - worth.left_alone
    return Thresholds(
        soft=(gain / (worth.unopposed - np.asarray(worth.dropped)))[()],
        certain=(gain / (worth.unopposed - np.asarray(worth.fought)))[()],
        resists=((np.asarray(worth.holds, float) - worth.yields) / (worth.holds - np.asarray(worth.resisted)))[()],
    )


def region(at: Thresholds, challenger_hard: Number, defender_hard: Number) -> Number:
    """The place in `REGIONS` (elementwise). On a threshold the milder region is named."""
    checks.probability(challenger_hard=challenger_hard, defender_hard=defender_hard)
    below = np.where(np.asarray(challenger_hard) > at.resists, 3, 2)
    apart = np.where(np.asarray(defender_hard) >= at.soft, 1, below)
    return np.where(np.asarray(defender_hard) >= at.certain, 0, apart)[()]


def steadfast(at: Thresholds, challenger_hard: Number, defender_hard: Number) -> Number:
    """Whether deterrence may hold below c2 too, because a challenge would be read as soft."""
    return (np.asarray(challenger_hard) < at.resists) & (np.asarray(defender_hard) < at.certain)


@dataclass(frozen=True)
class Outcomes:
    """Chances of the status quo, of the defender giving way, of the challenger backing down, of a fight."""

    status_quo: float
    yields: float
    dropped: float
    fought: float


def outcomes(at: Thresholds, challenger_hard: float, defender_hard: float) -> Outcomes:
    """Chances of the four outcomes in the region that holds: what follows from the payoffs, no forecast."""
    where = int(region(at, challenger_hard, defender_hard))
    if where == 0:
        return Outcomes(1.0, 0.0, 0.0, 0.0)
    soft = resist = 0.0
    if where == 1:
        resist = defender_hard
    elif where == 2:
        soft = challenger_hard * (1.0 - float(at.resists)) / float(at.resists)  # x (1 - p_Ch)
        resist = float(at.soft)
    else:
        soft, resist = 1.0 - challenger_hard, defender_hard
    come = challenger_hard + soft
    return Outcomes(1.0 - come, come * (1.0 - resist), soft * resist, challenger_hard * resist)


@dataclass(frozen=True)
class Attempt:
    """Chances of an attack, of defence if attacked, of war, and of the defender giving way."""

    attack: Number
    defend: Number
    war: Number
    yields: Number


def statistical(
    status_quo: Number, gives_way: Number, war: Number, defence: Number, scale: Number = 1.0, private: bool = False
) -> Attempt:
    """The statistical game: the attacker's worth of three outcomes, the defender's worth of war less giving way."""
    checks.positive(scale=scale)
    p = scipy.special.ndtr(np.asarray(defence, float) / (scale * np.sqrt(2.0)))
    spread = np.sqrt(1.0 + p**2 + (1.0 - p) ** 2) if private else np.sqrt(2.0)
    attack = scipy.special.ndtr((p * war + (1.0 - p) * gives_way - status_quo) / (scale * spread))
    return Attempt(attack, p, attack * p, attack * (1.0 - p))
