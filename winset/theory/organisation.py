"""Ways of deciding: what reviews, votes, messengers and chains of reports do to what is decided.

A plan is good with prior chance g. One reviewer takes a good plan with chance a and a bad one with chance b < a.

Hierarchy of n: all must say yes, h(p) = p^n. Polyarchy of n: one yes is enough, h(p) = 1 - (1 - p)^n. Committee: k of
n, h(p) = sum_{m >= k} C(n, m) p^m (1 - p)^(n - m) (Sah and Stiglitz 1986). A bad plan is accepted with chance h(b), a
good one refused with 1 - h(a). With +v for a good plan taken and -c for a bad one the organisation is worth
g h(a) v - (1 - g) h(b) c a plan. Errors are independent; of n reviewers whose errors are correlated by rho as many
count as n / (1 + (n - 1) rho) independent ones. Errors alike: with chance rho all see one judgement, else each its own,
so that any two judgements are correlated by rho and h(p; rho) = rho p + (1 - rho) h(p).

Days to a good plan: plans come up every T days, a share g of them good; a review takes R days, and a bad plan that is
accepted takes L days to fall. Each plan starts the search anew unless it is good and accepted, so that the expected
time is (T + R + (1 - g) h(b) L)/(g h(a)) days (a renewal).

Voices: of two statements by voices that each leave the line with chance e, one does and the other does not with chance
2 e (1 - e).

Jury (Condorcet 1785): of n voters, each right with chance p, the majority is right with chance
sum_{m > n/2} C(n, m) p^m (1 - p)^(n - m), and half of a tie.

Biased messenger (Crawford and Sobel 1982): state uniform on [0, 1], the receiver wants the state, the sender the state
plus b. A report can tell at most N = ceil(sqrt(1 + 2/|b|)/2 - 1/2) intervals apart, and the receiver's expected squared
error is 1/(12 N^2) + b^2 (N^2 - 1)/3. From |b| = 1/4 on N = 1: nothing that is said can be believed.

Chain of n reporters, each adding independent noise of variance v and bias m: the report has bias n m and variance n v.
A receiver with prior variance w who knows all that has the error w n v/(w + n v); one who takes it at face value errs
by n v + (n m)^2. One who hears several reports of error variances v_k, and knows the bias and the noise of each, takes
them and the prior by their precision: the error is 1/(1/w + sum_k 1/v_k).

What it cannot say: what the rates are; nothing observes how often a leader's staff errs. Show break-even points.

References: R. Sah and J. Stiglitz, American Economic Review 76 (1986); Condorcet (1785); V. Crawford and J. Sobel,
Econometrica 50 (1982).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import scipy

from winset.errors import NotSolved, SettingError
from winset.theory import checks

TINY = 1e-12  # no answer: a variance of nothing


def committee(reviewers: int, needed: int, chance: float | np.ndarray) -> float | np.ndarray:
    """The chance that at least `needed` of the reviewers say yes, each with `chance`.

    >>> committee(3, 3, 0.5), committee(3, 1, 0.5), committee(3, 2, 0.5)
    (0.125, 0.875, 0.5)
    """
    checks.probability(chance=chance)
    if not 1 <= needed <= reviewers:
        raise SettingError(f"from 1 to all {reviewers} reviewers must be needed, not {needed}")
    found = scipy.special.betainc(needed, reviewers - needed + 1, chance)  # P(Binomial(n, p) >= k) = I_p(k, n - k + 1)
    return float(found) if np.ndim(found) == 0 else found


def hierarchy(reviewers: int, chance: float | np.ndarray) -> float | np.ndarray:
    """The chance that a plan passes all of them."""
    return committee(reviewers, reviewers, chance)


def polyarchy(reviewers: int, chance: float | np.ndarray) -> float | np.ndarray:
    """The chance that a plan passes any one of them."""
    return committee(reviewers, 1, chance)


def alike(reviewers: int, needed: int, chance: float, rho: float) -> float:
    """The same of reviewers who all see one judgement with chance rho, and else each their own.

    >>> alike(3, 1, 0.5, 0.0), alike(3, 1, 0.5, 1.0)
    (0.875, 0.5)
    """
    checks.probability(rho=rho)
    return rho * chance + (1 - rho) * float(committee(reviewers, needed, chance))


def errors(reviewers: int, needed: int, takes_good: float, takes_bad: float, rho: float = 0.0) -> tuple[float, float]:
    """(chance that a bad plan is accepted, chance that a good one is refused)."""
    return alike(reviewers, needed, takes_bad, rho), 1.0 - alike(reviewers, needed, takes_good, rho)


def worth(
    reviewers: int,
    needed: int,
    takes_good: float,
    takes_bad: float,
    good: float,
    gain: float,
    loss: float,
    rho: float = 0.0,
) -> float:
    """What the organisation is worth a plan: good plans taken bring `gain`, bad ones cost `loss`."""
    checks.probability(good=good)
    checks.not_negative(gain=gain, loss=loss)
    accepts_bad, refuses_good = errors(reviewers, needed, takes_good, takes_bad, rho)
    return good * (1 - refuses_good) * gain - (1 - good) * accepts_bad * loss


@lru_cache(maxsize=4096)
def break_even_error(
    formal: tuple[int, int],
    adhoc: tuple[int, int],
    adhoc_error: float,
    good: float,
    gain: float,
    loss: float,
    rho: float = 0.0,
) -> float | None:
    """How often a reviewer of the formal organisation may err, either way, for it to be worth as much as the other.

    formal and adhoc: (reviewers, needed). adhoc_error: how often a reviewer there errs. rho: as in `alike`, in both.
    None where no rate up to 1/2 will do, and 1/2 where it is the better one at any.
    """
    checks.probability(adhoc_error=adhoc_error)
    rival = worth(*adhoc, 1 - adhoc_error, adhoc_error, good, gain, loss, rho)

    def over(error: float) -> float:
        return worth(*formal, 1 - error, error, good, gain, loss, rho) - rival

    if over(0.0) < 0:
        return None
    return 0.5 if over(0.5) >= 0 else float(scipy.optimize.brentq(over, 0.0, 0.5, xtol=1e-12))


def jury(voters: int, right: float) -> float:
    """The chance that the majority of the voters is right; a tie counts half.

    >>> round(jury(3, 0.6), 3), jury(2, 0.7)
    (0.648, 0.7)
    """
    checks.probability(right=right)
    if voters < 1:
        raise SettingError(f"need at least one voter, not {voters}")
    more = voters // 2 + 1
    won = float(committee(voters, more, right))
    if voters % 2 == 0:
        half = voters // 2
        won += 0.5 * (float(committee(voters, half, right)) - won)
    return won


def effective_reviewers(reviewers: int, rho: float) -> float:
    """How many independent reviewers as many count for whose errors are correlated by rho."""
    checks.probability(rho=rho)
    return reviewers / (1 + (reviewers - 1) * rho)


def partitions(bias: float) -> int:
    """The most intervals that a biased messenger's report can tell apart (scale of length 1).

    >>> partitions(0.3), partitions(0.1), partitions(0.05)
    (1, 2, 3)
    """
    size = abs(bias)
    if not math.isfinite(size):
        raise SettingError(f"bias must be finite, not {bias}")
    if size == 0:
        raise NotSolved("a messenger without bias tells everything: there is no largest number of intervals", math.inf)
    # the largest N with 2 N (N - 1) |bias| < 1
    count = max(1, math.ceil(0.5 * math.sqrt(1 + 2 / size) - 0.5 - 1e-12))
    return count


def messenger_loss(bias: float) -> float:
    """The receiver's expected squared error from the best report of a biased messenger, on a scale of length 1."""
    if bias == 0:
        return 0.0
    count = partitions(bias)
    return 1 / (12 * count**2) + bias**2 * (count**2 - 1) / 3


def chain(reporters: int, noise_sd: float, bias: float, prior_sd: float) -> tuple[float, float]:
    """(squared error of a receiver who takes the report at face value, of one who knows the chain)."""
    checks.not_negative(noise_sd=noise_sd, prior_sd=prior_sd)
    if reporters < 0:
        raise SettingError(f"the number of reporters must not be negative, not {reporters}")
    noise, prior = reporters * noise_sd**2, prior_sd**2
    naive = noise + (reporters * bias) ** 2
    return naive, prior * noise / (prior + noise) if prior + noise > 0 else 0.0


def pooled(variances: Sequence[float | np.ndarray], prior: float | np.ndarray) -> float | np.ndarray:
    """Squared error of a receiver who knows the bias and the noise of every report; variances, of one or more reports.

    >>> pooled([1.0], 1.0), pooled([2.0, 2.0], 1.0)
    (0.5, 0.5)
    """
    precise = sum(1.0 / np.maximum(v, TINY) for v in variances) + 1.0 / np.maximum(prior, TINY)
    found = 1.0 / precise
    return float(found) if np.ndim(found) == 0 else np.asarray(found)


def days_to_good(
    every: float, review: float, wasted: float, good: float, accepts_bad: float, refuses_good: float
) -> float:
    """Expected days until a good plan is accepted: T, R, L, g, h(b) and 1 - h(a) of the text; inf if none ever is.

    >>> days_to_good(every=30, review=0, wasted=0, good=0.5, accepts_bad=0.2, refuses_good=0.2)
    75.0
    """
    checks.probability(good=good, accepts_bad=accepts_bad, refuses_good=refuses_good)
    checks.not_negative(every=every, review=review, wasted=wasted)
    taken = good * (1 - refuses_good)
    return (every + review + (1 - good) * accepts_bad * wasted) / taken if taken > 0 else math.inf


def contradicts(departs: float) -> float:
    """The chance that one of two voices leaves the line and the other keeps to it.

    >>> contradicts(0.0), contradicts(0.5)
    (0.0, 0.5)
    """
    checks.probability(departs=departs)
    return 2 * departs * (1 - departs)
