"""Trust, reassurance and the spiral: how big must a first step be, and how is arming misread?

Trust. Both keep to a bargain: 1 each; one cheats: g for a trustworthy side (g < 1), G for the other kind (G >= 1);
cheated: -l (l' for the other kind); neither keeps it: 0. A trustworthy side keeps it when it holds the rival for
trustworthy with chance at least m = l/(1 - g + l).

Reassurance in two rounds. First a share b of the stakes, then the rest. Trust is t. A first step tells the kinds apart,
and is dared, when

    t G/[t (2 G - 1) + (1 - t) l'] <= b <= t/[l (1 - t) + t g]:

big enough that a cheat would not make it, small enough that an honest side dares it. Where the left end exceeds the
right no step reassures; the right end is at most 1.

Spiral. P(greedy | arms) = p/(p + (1 - p) s), with p = P(greedy) and s the chance that a side that only fears arms. A
side sure that it frightens nobody uses s' < s and reads the same arming as greed too often: by the difference of the
two.

Cannot say: the payoffs; which kind a side is. The two-round conditions are derived here from the payoffs stated.

Reference: A. Kydd, "Game theory and the spiral model", World Politics 49 (1997); "Trust, reassurance, and cooperation",
International Organization 54 (2000); Trust and Mistrust in International Relations (2005).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from winset.errors import SettingError
from winset.theory import checks
from winset.theory.checks import Number


def minimum_trust(gain: Number, loss: Number) -> Number:
    """Trust at which a trustworthy side keeps a bargain: gain from cheating below 1, loss when cheated above 0."""
    checks.not_negative(gain=gain)
    checks.positive(loss=loss)
    if np.any(np.asarray(gain) >= 1.0):
        raise SettingError(f"a trustworthy side gains less than 1 by cheating, not {gain}")
    return loss / (1.0 - np.asarray(gain, float) + loss)


@dataclass(frozen=True)
class Steps:
    """Least first step that a cheat would not make, greatest that an honest side dares (shares of the stakes)."""

    least: Number
    most: Number

    @property
    def possible(self) -> Number:
        return np.asarray(self.least) <= self.most


def first_step(gain: Number, loss: Number, gain_other: Number, loss_other: Number, trust: Number) -> Steps:
    """The two ends of the first step that reassures (elementwise)."""
    checks.probability(trust=trust)
    checks.positive(loss=loss, loss_other=loss_other, gain_other=gain_other)
    trust = np.asarray(trust, float)
    least = trust * gain_other / (trust * (2.0 * np.asarray(gain_other) - 1.0) + (1.0 - trust) * loss_other)
    most = trust / (loss * (1.0 - trust) + trust * gain)
    return Steps(least[()], np.minimum(1.0, most)[()])


def greedy_given_arms(greedy: Number, afraid_arms: Number) -> Number:
    """P(greedy | it arms), where a side that only fears arms with chance `afraid_arms`."""
    checks.probability(greedy=greedy, afraid_arms=afraid_arms)
    greedy = np.asarray(greedy, float)
    return (greedy / (greedy + (1.0 - greedy) * afraid_arms))[()]


def overstatement(greedy: Number, afraid_arms: Number, believed: Number) -> Number:
    """How much more greed is read into arming by a side that believes that it frightens less than it does."""
    return greedy_given_arms(greedy, believed) - greedy_given_arms(greedy, afraid_arms)
