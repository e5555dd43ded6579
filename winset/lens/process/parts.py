"""What all tables and sentences of the process lens are made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import scipy
from jaxtyping import Bool, Float

from winset.case import model as m
from winset.derive.circle.messages import How
from winset.derive.circle.voices import Voices
from winset.settings import number, numbers, whole
from winset.theory import organisation

Band = tuple[float, float, float]
CHANGES: dict[str, How] = {  # no answer: which questions are asked
    "as now": How(),
    "notes taken": How(notes=True),
    "a staff weighs reports": How(trust=0.0),
    "one messenger fewer": How(shorter=True),
    "no wish for a deal": How(sober=True),
    "all of these": How(notes=True, trust=0.0, shorter=True, sober=True),
}
MEANT = (
    "Notes taken: by every reporter. A staff weighs reports: the bias and the noise of each are known and taken off, "
    "instead of taking the last word at face value. One messenger fewer: in every chain of two or more. No wish for a "
    "deal: the messengers do not want one as such."
)
ENDS = ("low end", "middle", "high end")
LEVELS = (0.05, 0.5, 0.95)  # no answer: which quantiles a band is told by


@dataclass(frozen=True)
class Review:
    """How a party takes or leaves a plan. good: share of the plans on record that it would sign, over draws; gain and
    loss: what a good one brings and a bad one costs it, on its own scale. `own`: else good is what all would sign."""

    party: str
    envoys: tuple[str, ...]
    advisers: tuple[str, ...]
    good: float
    gain: float
    loss: float
    own: bool
    basis: tuple[str, ...]

    @property
    def adhoc(self) -> tuple[int, int]:
        """Each envoy acts alone, so that one yes is enough; the leader alone where there are none."""
        return max(1, len(self.envoys)), 1

    @property
    def formal(self) -> tuple[int, int]:
        """A majority of as many as advise now, or of the least number that the Settings ask for."""
        return majority(max(whole("process.reviewers"), len(self.advisers)))

    def errors(self, form: tuple[int, int], error: float) -> tuple[float, float]:
        """(a bad plan is accepted, a good one refused) where each errs so often either way."""
        return organisation.errors(*form, 1 - error, error, number("process.rho"))

    def break_even(self, form: tuple[int, int], error: float) -> float | None:
        """How often a reviewer of another form may err for it to be worth as much as the ad-hoc one."""
        rho = number("process.rho")
        return organisation.break_even_error(form, self.adhoc, error, self.good, self.gain, self.loss, rho)


@dataclass(frozen=True)
class Heard:
    """What one party believes that another would sign, by change: root mean square and mean of the error at the
    levels."""

    hearer: str
    speaker: str
    reporters: tuple[tuple[str, ...], ...]
    size: Mapping[str, Band]
    lean: Mapping[str, Band]
    stated: bool
    basis: tuple[str, ...]


@dataclass(frozen=True)
class Tabled:
    """What one party would table on what it hears. refused: by change, the share of draws in which somebody else
    refuses it, of those in which some deal could be signed (`signable` of `draws`); exact: the same on a true hearing.
    moved, given: how often a leader's wish for a deal as such changes what is tabled, and what that costs the party."""

    party: str
    refused: Mapping[str, Band]
    exact: float
    signable: int
    draws: int
    moved: float
    given: float
    basis: tuple[str, ...]


@dataclass(frozen=True)
class Wish:
    """What a leader's wish for a deal as such does to what is taken: share of draws in which it alone tips the leader,
    by plan on record, what such a plan costs the party (mean, of its scale), and the wish itself (5th, 50th, 95th)."""

    party: str
    size: Band
    tipped: Mapping[str, float]
    cost: float
    basis: tuple[str, ...]


@dataclass(frozen=True)
class Messenger:
    """A biased messenger: intervals that the best report can tell apart at the low, middle and high wish, and the share
    of draws in which nothing it says can be believed."""

    person: str
    wish: Band
    intervals: Band
    nothing: float
    basis: tuple[str, ...]


@dataclass(frozen=True)
class Pace:
    """Days between plans, share of plans on record that all would sign, days that a bad plan takes to fall."""

    every: float
    good: float
    wasted: float
    basis: tuple[str, ...]


@dataclass(frozen=True)
class Parts:
    case: m.Case
    reviews: Sequence[Review] = ()
    heard: Sequence[Heard] = ()
    tabled: Sequence[Tabled] = ()
    wishes: Sequence[Wish] = ()
    messengers: Sequence[Messenger] = ()
    voices: Sequence[Voices] = ()
    pace: Pace | None = None
    names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def leading(self) -> Review | None:
        """The party with the most envoys who act alone; of equal ones that which sends most."""

        def weight(r: Review) -> tuple[int, int, int, str]:
            sent = [c for c in self.case.channels if c.kind == "carries_messages" and c.source in r.envoys]
            return len(r.envoys), len(sent), len(r.advisers), r.party

        return max(self.reviews, key=weight, default=None)

    @cached_property
    def worst(self) -> Heard | None:
        """The pair with the largest error, one whose noise the case states before others."""
        return max(self.heard, key=lambda h: (h.stated, round(h.size[now()][1], 9), h.hearer, h.speaker), default=None)


def best(h: Heard) -> str:
    """The single change that cuts an error most, at the middle."""
    return max(list(CHANGES)[1:-1], key=lambda name: (round(h.size[now()][1] - h.size[name][1], 9), name))


def now() -> str:
    return next(iter(CHANGES))


def majority(reviewers: int) -> tuple[int, int]:
    """(reviewers, how many must say yes)."""
    return reviewers, reviewers // 2 + 1


def errors_told() -> tuple[float, ...]:
    return numbers("process.error")


def told(column: Float[np.ndarray, " draw"]) -> Band:
    """5th percentile, median and 95th."""
    low, mid, high = (float(x) for x in np.percentile(column, [100 * q for q in LEVELS]))
    return low, mid, high


def share(hits: Bool[np.ndarray, " draw"]) -> float:
    return float(hits.mean()) if len(hits) else 0.0


def contradicted(v: Voices) -> Band | None:
    """Share of the statements that could be contradicted which the party itself contradicted: the 90% interval by
    Jeffreys' prior, with the share itself in the middle; None where there are none."""
    n, k = max(len(v.followed), len(v.against)), len(v.against)
    if not n:
        return None
    low, high = (float(x) for x in scipy.special.betaincinv(k + 0.5, n - k + 0.5, [LEVELS[0], LEVELS[2]]))
    return min(low, k / n), k / n, max(high, k / n)


def departs(contradictory: float) -> float:
    """How often a voice leaves the line, where so many pairs contradict each other: of 2 e (1 - e) the e up to a
    half."""
    return float((1 - np.sqrt(max(0.0, 1 - 2 * contradictory))) / 2)
