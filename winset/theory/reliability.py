"""Deadlines and claims: how often has this side done what it said?

Model. Each time a threat with a date is defied, its author carries it out with an unknown chance kappa,
the same each time and independently. Prior kappa ~ Beta(e, f). After x executed and m dropped,

    kappa ~ Beta(e + x, f + m),   mean (e + x) / (e + f + x + m)

(the Beta-binomial model; Gelman et al. 2013, section 2.1). A deadline that was moved is still open: it is
neither executed nor dropped. A deadline that was complied with says nothing about execution when defied.
A chain of deadlines for the same demand that was moved and at last dropped counts once, as dropped.
From a prior Beta(e, f) the executions in a row that lift the mean to a threshold h are

    ceil((h (e + f) - e) / (1 - h)).

The default prior is broad (worth four cases) and centred on a named reference class: threats of sanctions that stood
at least a day. Counts of all threats are higher since more than half of the measures they count were imposed on the
day of the threat itself, so that there was no deadline to defy. What it cannot say: whether a past deadline was of
the same kind or stake as the next, or whether the author picks the deadlines it means to keep.
The same arithmetic with a flat prior serves a speaker's record: claims borne out or contradicted by the
record (claims still open are not counted).

Reference: A. Gelman and others, Bayesian Data Analysis (2013). T. C. Morgan, N. Bapat and Y. Kobayashi, "Threat and
imposition of economic sanctions 1945-2005", Conflict Management and Peace Science 31 (2014).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import scipy
from jaxtyping import Float

from winset.errors import SettingError
from winset.theory import checks
from winset.theory.bands import ReferenceClass, classes

STANDING_THREATS = classes()["threat-standing"]
ALL_THREATS = classes()["threat-any"]


@dataclass(frozen=True)
class Credibility:
    """Beta(a, b) belief about a chance, the counts behind it, and its mean with a central interval."""

    a: float
    b: float
    kept: int
    broken: int
    open: int
    mean: float
    low: float
    high: float


def broad_prior(reference: ReferenceClass = STANDING_THREATS, worth: float = 4.0) -> tuple[float, float]:
    """Beta (e, f) centred on the reference class and worth `worth` cases (not the class's own size)."""
    checks.positive(worth=worth)
    return reference.share * worth, (1.0 - reference.share) * worth


def beta_record(kept: int, broken: int, prior: tuple[float, float], open_: int = 0, level: float = 0.9) -> Credibility:
    """Posterior after `kept` successes and `broken` failures; `open_` cases are carried, not counted.

    low and high are the central `level` interval (0.9: 5th and 95th percentile).
    """
    e, f = prior
    checks.positive(prior_e=e, prior_f=f)
    checks.not_negative(kept=kept, broken=broken, open=open_)
    if not 0.0 < level < 1.0:
        raise SettingError(f"level must lie between 0 and 1, not {level}; 0.9 gives the 5th and 95th percentile")
    a, b = e + kept, f + broken
    low, high = scipy.special.betaincinv(a, b, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return Credibility(a, b, kept, broken, open_, a / (a + b), float(low), float(high))


def deadline_credibility(
    executed: int, dropped: int, moved: int = 0, prior: tuple[float, float] | None = None, level: float = 0.9
) -> Credibility:
    """P(executed | defied) of one author's deadlines; default prior `broad_prior()`. Moved ones are open."""
    return beta_record(executed, dropped, broad_prior() if prior is None else prior, moved, level)


def speaker_record(borne_out: int, contradicted: int, open_: int = 0, level: float = 0.9) -> Credibility:
    """Share of a speaker's checkable claims that the record bears out; flat prior Beta(1, 1)."""
    return beta_record(borne_out, contradicted, (1.0, 1.0), open_, level)


def executions_needed(belief: tuple[float, float], threshold: float) -> int:
    """Executions in a row, from belief Beta(e, f), until the mean is at least `threshold`."""
    e, f = belief
    checks.positive(e=e, f=f)
    checks.discount(threshold=threshold)
    # the small allowance keeps a need of exactly k from being rounded up to k + 1
    return max(0, math.ceil((threshold * (e + f) - e) / (1.0 - threshold) - 1e-9))


def predictive(belief: tuple[float, float], future: int) -> Float[np.ndarray, " executed"]:
    """P(k of the next `future` defied deadlines are executed), k = 0..future (Beta-binomial)."""
    e, f = belief
    checks.positive(e=e, f=f)
    checks.not_negative(future=future)
    return scipy.stats.betabinom.pmf(np.arange(future + 1), future, e, f)
