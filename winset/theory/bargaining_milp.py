"""Max-min, leximin, sum and Nash product over packages too many to enumerate, each with a proved bound.

Max-min:  maximise T subject to (u_i - d_i)/s_i >= T.
Leximin:  theta_k(g) = sum of the k smallest g_i = max_t [k t - sum_i max(t - g_i, 0)] is concave, and maximising
          theta_1, then theta_2 at that theta_1, ... is leximin (Ogryczak & Sliwinski 2003, eq. 9-11).
Nash:     maximise sum_i z_i with z_i <= log a + (g_i - a)/a for tangent points a (outer approximation, Kelley 1960;
          Duran & Grossmann 1986). Each round adds the tangents at the package found; the programme's optimum is an
          upper bound on log product, the best package found a lower one, and they meet after finitely many rounds.

Every function works on a `Canonical` problem whose `reserve` is the disagreement point.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from winset.errors import NotSolved
from winset.theory.additive import TOLERANCE, Canonical
from winset.theory.exhaustive import leximin_order
from winset.theory.milp_model import (
    SCALE,
    SLACK,
    Programme,
    add_row,
    add_utility_row,
    add_variable,
    canonical_utilities,
    copy_of,
    forbid,
    maximise,
    maximise_checked,
    programme,
)

GAP = 1e-8  # no answer: rounding
LOOSE = 0.05  # no answer: effort on a start
"""The Nash product starts from a max-min package within this share of its bound; the proof does not rest on it."""
ROUNDS = 60  # no answer: a limit; what is not proved within it is said
SAME = 16  # no answer: a limit of the search for ties
"""Packages with the same objective that are looked for before the search for ties stops."""


@dataclass(frozen=True, eq=False)
class Optimum:
    """A canonical package, what it scores, the proved bound, and how many packages are known to tie with it."""

    package: Int[np.ndarray, " issue"]
    score: float
    bound: float
    ties: int
    ties_complete: bool


def reserves(p: Programme) -> Float[np.ndarray, " party"]:
    """Add u_i >= reserve_i for every party; returns the floor an exact check must use."""
    floor = p.form.reserve - TOLERANCE * p.form.span
    for i, low in enumerate(floor):
        add_utility_row(p, i, float(low), float(p.form.span[i]))
    return floor


def ideal_point(form: Canonical) -> Float[np.ndarray, " party"] | None:
    """Best utility of each party over feasible packages, reserves ignored; None if no package is feasible."""
    if not form.possible:
        return None
    parts = np.split(form.values, form.offsets[1:-1])
    best = form.constant + sum((part.max(axis=0) for part in parts), np.zeros(len(form.reserve)))
    if not form.rules:
        return best
    for i in range(len(best)):
        p = programme(form)
        weights = SCALE * form.values[:, i] / form.span[i]
        answer = maximise(p, np.arange(len(weights)), weights)
        if answer is None:
            return None
        best[i] = canonical_utilities(form, answer.package)[i]
    return best


def maximin(
    form: Canonical,
    scale: Float[np.ndarray, " party"],
    counted: Bool[np.ndarray, " party"],
    rational: bool = True,
    slack: float = 0.0,
) -> Optimum | None:
    """Package with the largest min gain / scale over counted parties, leximin among ties; None if there is none.

    With `rational` every party must reach its reserve (also those not counted); ties are refined only then. `slack`
    is the share of the objective by which the package may fall short: above 0 it is a start, with its bound.
    """
    p = programme(form)
    floor = reserves(p) if rational else np.full(len(form.reserve), -np.inf)
    far = np.abs(form.values).max(axis=0) * len(form.sizes) + np.abs(form.constant - form.reserve)
    reach = float(np.max(far / scale))
    t = add_variable(p, -SCALE * (reach + 1), SCALE * (reach + 1))
    parties = np.flatnonzero(counted)
    for i in parties:
        add_utility_row(p, int(i), float(form.reserve[i]), float(scale[i]), ((t, -1.0),))
    answer = maximise_checked(p, np.array([t]), np.ones(1), floor, open_ended=True, slack=slack)
    if answer is None:
        return None
    score = float(np.min(_gains(form, answer.package, scale)[parties]))
    first = Optimum(answer.package, score, max(score, answer.bound / SCALE + SLACK), 1, True)
    if first.bound - first.score > GAP:
        return replace(first, ties_complete=False)
    if not rational:
        return first
    try:
        return _leximin(form, scale, parties, first)
    except NotSolved:  # the optimum is proved; only its ties are not
        return replace(first, ties_complete=False)


def _gains(form: Canonical, package: Int[np.ndarray, " issue"], scale: np.ndarray) -> Float[np.ndarray, " party"]:
    return (canonical_utilities(form, package) - form.reserve) / scale


def _leximin(form: Canonical, scale: np.ndarray, parties: np.ndarray, first: Optimum) -> Optimum:
    """Refine a max-min optimum; costs one programme when the optimum is unique.

    That one has an objective although any rival would do: with a bound to cut by, HiGHS ends several times sooner.
    """
    p = programme(form)
    floor = reserves(p)
    least = first.score - TOLERANCE
    for i in parties:
        add_utility_row(p, int(i), float(form.reserve[i] + least * scale[i]), float(scale[i]))
    rival = copy_of(p)
    forbid(rival, first.package)
    columns, weights = np.arange(len(form.values)), SCALE * (form.values / scale)[:, parties].sum(axis=1)
    if maximise_checked(rival, columns, weights, floor) is None:
        return first
    package = first.package
    n, reach = len(parties), 2 * SCALE * (1 + abs(first.score) + float(np.max(form.span / scale)))
    for k in range(2, n + 1):
        t = add_variable(p, -reach, reach)
        short = [add_variable(p, 0.0, reach) for _ in parties]
        for i, lack in zip(parties, short):
            add_utility_row(p, int(i), float(form.reserve[i]), float(scale[i]), ((t, -1.0), (lack, 1.0)))
        columns, weights = np.array([t, *short]), np.array([float(k), *([-1.0] * n)])
        answer = maximise_checked(p, columns, weights, floor)
        if answer is None:
            break
        package = answer.package
        theta = float(np.sum(np.sort(_gains(form, package, scale)[parties])[:k]))
        add_row(p, columns, weights, SCALE * (theta - TOLERANCE))
    return Optimum(package, first.score, first.bound, 2, False)


def maximum_sum(form: Canonical, scale: Float[np.ndarray, " party"]) -> Optimum | None:
    """Rational package with the largest sum of gains / scale, leximin among the ties found."""
    p = programme(form)
    floor = reserves(p)
    columns = np.arange(len(form.values))
    weights = SCALE * (form.values / scale).sum(axis=1)
    shift = float(np.sum((form.constant - form.reserve) / scale))
    answer = maximise_checked(p, columns, weights, floor)
    if answer is None:
        return None
    score = float(np.sum(_gains(form, answer.package, scale)))
    add_row(p, columns, weights, SCALE * (score - shift - TOLERANCE))
    same = [answer.package]
    complete = False
    while len(same) < SAME and not complete:
        forbid(p, same[-1])
        try:
            other = maximise_checked(p, np.array([0]), np.zeros(1), floor)
        except NotSolved:
            break
        complete = other is None
        if other is not None:
            same.append(other.package)
    return _best_of(form, same, scale, score, answer.bound / SCALE + shift + SLACK, complete)


def _best_of(
    form: Canonical, same: list[np.ndarray], scale: np.ndarray, score: float, bound: float, complete: bool
) -> Optimum:
    gains = np.array([_gains(form, package, scale) for package in same])
    pick = int(leximin_order(gains)[0])
    return Optimum(same[pick], score, max(score, bound), len(same), complete)


def _tangents(p: Programme, z: list[int], scale: np.ndarray, points: Float[np.ndarray, " party"]) -> None:
    """z_i <= log a_i + (g_i - a_i) / a_i for normalised gains g and one point a per party."""
    for i, a in enumerate(points):
        low = float(p.form.reserve[i] + a * scale[i] * (1.0 - math.log(a)))
        add_utility_row(p, i, low, float(a * scale[i]), ((z[i], -1.0),))


def nash_product(form: Canonical, scale: Float[np.ndarray, " party"]) -> Optimum | None:
    """Rational package with the largest product of gains / scale, as its logarithm; None if all products are 0.

    `scale` must be at least every party's largest gain, so that each logarithm is at most 0.
    """
    n = len(form.reserve)
    start = maximin(form, scale, np.ones(n, bool), slack=LOOSE)
    if start is None or start.score <= 10 * TOLERANCE:
        return None
    package, log_best = start.package, float(np.log(_gains(form, start.package, scale)).sum())
    p = programme(form)
    floor = reserves(p)
    z = [add_variable(p, SCALE * (log_best - 1), 0.0) for _ in range(n)]
    least = math.exp(log_best) * (1 - 1e-6)
    for i in range(n):  # no other party gains more than `scale`, so a better package leaves i at least this much
        add_utility_row(p, i, float(form.reserve[i] + least * scale[i]), float(scale[i]))
    for a in np.geomspace(max(least, 1e-3), 1.0, 8):
        _tangents(p, z, scale, np.full(n, a))
    _tangents(p, z, scale, _gains(form, package, scale))
    for _ in range(ROUNDS):
        answer = maximise_checked(p, np.array(z), np.ones(n), floor, open_ended=True)
        if answer is None:
            break
        bound = answer.bound / SCALE + SLACK
        gains = _gains(form, answer.package, scale)
        log_here = float(np.log(gains).sum())
        if log_here > log_best:
            package, log_best = answer.package, log_here
        if bound - log_best <= GAP:
            return _nash_ties(p, z, scale, floor, package, log_best, max(bound, log_best))
        if answer.bound - answer.value > SCALE * GAP:  # out of time: the bound stands, the gap is told
            return Optimum(package, log_best, max(bound, log_best), 1, False)
        _tangents(p, z, scale, gains)
    raise NotSolved(f"the Nash product is not settled after {ROUNDS} rounds of tangent cuts", package)


def _nash_ties(
    p: Programme, z: list[int], scale: np.ndarray, floor: np.ndarray, package: np.ndarray, log_best: float, bound: float
) -> Optimum:
    """Look for other packages with the same product, cutting off those that only the tangents let through."""
    add_row(p, np.array(z), np.ones(len(z)), SCALE * (log_best - TOLERANCE))
    same, seen = [package], package
    for _ in range(SAME):
        forbid(p, seen)
        try:
            other = maximise_checked(p, np.array([0]), np.zeros(1), floor)
        except NotSolved:
            break
        if other is None:
            return _best_of(p.form, same, scale, log_best, bound, True)
        seen = other.package
        gains = _gains(p.form, seen, scale)
        if float(np.log(gains).sum()) >= log_best - TOLERANCE:
            same.append(seen)
        _tangents(p, z, scale, gains)
    return _best_of(p.form, same, scale, log_best, bound, False)
