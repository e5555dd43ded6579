"""What answered what, and how often would that be chance?

Acts of one side and of the other lie on days 0..N-1. An act is answered if the other side acts 1 to w days later; each
answer has one cause (the nearest act before it that has none yet) and each act one answer, so that chains do not
multiply.

Rotation. If the answers had nothing to do with the acts they could have begun on any other day, as far apart as they
were: turned around the period by r = 1..N-1 days they give the law of the count,

    p = (1 + #{counts under rotation >= observed}) / (1 + #rotations),

exact and without a seed. Turned backwards in time (answers before acts) the same count is a placebo.

Closed form. If b days with an answer lay at random among N, a given window of w days would hold one with chance
1 - C(N - w, b)/C(N, b).

Many looks. With looks at many pairs and windows the p of a look is raised to what controls the share of false finds
(Benjamini and Hochberg): q_(i) = min over j >= i of m p_(j)/j.

Cannot say: cause. Both sides may act because of a third thing, which rotation does not remove; and a record made of
told chains holds links because they were told.

Reference: Y. Benjamini and Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995). For shifting one pattern
around against another: H. Lotwick and B. Silverman, Journal of the Royal Statistical Society B 44 (1982).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from jaxtyping import Float

from winset.theory import checks


def matches(acts: Sequence[int], answers: Sequence[int], window: int) -> dict[int, int]:
    """Day of an act -> day of its answer, for the acts that have one."""
    checks.positive(window=window)
    held: dict[int, int] = {}
    waiting: list[int] = []  # acts before the day that have no answer yet, the nearest last
    coming = deque(sorted(set(acts)))
    for day in sorted(set(answers)):
        while coming and coming[0] < day:
            waiting.append(coming.popleft())
        if waiting and day - waiting[-1] <= window:
            held[waiting.pop()] = day
    return held


@dataclass(frozen=True)
class Look:
    """Answered acts, what rotations give on average, and how often they give as many."""

    acts: int
    answered: int
    expected: float
    p: float


def rotated(acts: Sequence[int], answers: Sequence[int], window: int, days: int) -> Look:
    """The count of answered acts against all rotations of the answers around `days` days."""
    own, other = sorted(set(acts)), np.array(sorted(set(answers)), dtype=int)
    seen = len(matches(own, list(other), window))
    counts = [len(matches(own, list((other + r) % days), window)) for r in range(1, days)] if own and other.size else []
    at_least = sum(c >= seen for c in counts)
    return Look(len(own), seen, float(np.mean(counts)) if counts else 0.0, (1 + at_least) / (1 + len(counts)))


def chance_each(acts: Sequence[int], answers: Sequence[int], window: int, days: int) -> Float[np.ndarray, " act"]:
    """For each act, the share of rotations in which some answer lies 1 to `window` days after it.

    Over all rotations an answer visits every day once, so the share is the same for every act but those near the end,
    whose window the period cuts short.
    """
    marked = np.zeros(days, bool)
    marked[np.array(sorted(set(answers)), dtype=int)] = True
    found = []
    for act in acts:
        cut = marked[act + 1 : act + 1 + window]
        turned = (
            np.logical_or.reduce([np.roll(marked, -k) for k in range(len(cut))]) if len(cut) else np.zeros(days, bool)
        )
        found.append((int(turned.sum()) - bool(cut.any())) / (days - 1))  # all turns but the one of nought days
    return np.array(found)


def by_chance(days: int, answers: int, window: int) -> float:
    """Chance that a window holds one of so many answers placed at random."""
    if answers <= 0 or window <= 0:
        return 0.0
    if days - window < answers:
        return 1.0
    log = scipy.special.gammaln
    none = log(days - window + 1) - log(days - window - answers + 1) - log(days + 1) + log(days - answers + 1)
    return float(-np.expm1(none))


def controlled(p: Sequence[float]) -> Float[np.ndarray, " look"]:
    """The p of each of several looks raised by Benjamini and Hochberg."""
    values = np.asarray(p, float)
    order = np.argsort(values)[::-1]
    ranks = np.arange(len(values), 0, -1)
    raised = np.minimum.accumulate(values[order] * len(values) / ranks)
    out = np.empty(len(values))
    out[order] = np.minimum(raised, 1.0)
    return out
