"""Best packages by looking at every one: the proof for spaces of up to some millions of outcomes.

The issues are cut in two blocks; utilities of every combination within a block are tabled once, and a package is a
pair (outer row, inner row) whose utilities are added: one addition per party and outcome, no memory per outcome.
A score is one of

    MIN      min over counted parties of (u_i - d_i) / s_i
    PRODUCT  prod over parties of (u_i - d_i) / s_i           (a gain below zero within tolerance counts as 0)
    SUM      sum over parties of (u_i - d_i) / s_i

Reference: exhaustive search; the tie rule is leximin (Sen 1970, ch. 9; Rawls 1971): first the worst-off, then the
second worst-off, and so on.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from numba import njit

from winset.theory.additive import TOLERANCE, Canonical, tables

MIN, PRODUCT, SUM = 0, 1, 2  # no answer: names
INNER_ROWS = 4096  # no answer: rows held at a time
KEPT_TIES = 1_000_000  # no answer: a limit on size; beyond it is said


@dataclass(frozen=True, eq=False)
class Best:
    """Best score over the packages looked at, the canonical packages within tolerance of it, and counts."""

    score: float
    packages: Int[np.ndarray, "tie issue"]
    utilities: Float[np.ndarray, "tie party"]
    n_feasible: int
    n_rational: int
    cut_short: bool


@njit(cache=True)
def _score(
    outer: np.ndarray, inner: np.ndarray, d: np.ndarray, s: np.ndarray, slack: np.ndarray, counted: np.ndarray,
    mode: int, rational_only: bool,
) -> tuple[float, bool]:  # fmt: skip
    """Score of one package and whether every party reaches d; -inf where `rational_only` fails."""
    low = np.inf
    product = 1.0
    total = 0.0
    rational = True
    for i in range(outer.shape[0]):
        gain = outer[i] + inner[i] - d[i]
        if gain < -slack[i]:
            rational = False
            if rational_only:
                return -np.inf, False
        share = gain / s[i]
        if counted[i]:
            low = min(low, share)
            product *= max(share, 0.0)
        total += share
    if mode == 0:
        return low, rational
    if mode == 1:
        return product, rational
    return total, rational


@njit(cache=True)
def _breaks(outer: np.ndarray, inner: np.ndarray) -> bool:
    """Do two halves of a package with these words break a rule?"""
    for w in range(len(outer)):  # noqa: SIM110 (numba compiles no generator)
        if outer[w] & inner[w]:
            return True
    return False


@njit(cache=True)
def _scan(
    outer_u: np.ndarray, outer_w: np.ndarray, inner_u: np.ndarray, inner_w: np.ndarray, d: np.ndarray, s: np.ndarray,
    slack: np.ndarray, counted: np.ndarray, mode: int, rational_only: bool,
) -> tuple[float, int, int]:  # fmt: skip
    """Best score, number of feasible and of individually rational packages."""
    best = -np.inf
    n_feasible = 0
    n_rational = 0
    for a in range(outer_u.shape[0]):
        for b in range(inner_u.shape[0]):
            if _breaks(outer_w[a], inner_w[b]):
                continue
            n_feasible += 1
            score, rational = _score(outer_u[a], inner_u[b], d, s, slack, counted, mode, rational_only)
            n_rational += rational
            best = max(best, score)
    return best, n_feasible, n_rational


@njit(cache=True)
def _collect(
    outer_u: np.ndarray, outer_w: np.ndarray, inner_u: np.ndarray, inner_w: np.ndarray, d: np.ndarray, s: np.ndarray,
    slack: np.ndarray, counted: np.ndarray, mode: int, rational_only: bool, threshold: float, limit: int,
) -> tuple[np.ndarray, int]:  # fmt: skip
    """Places of the packages that score at least `threshold`, in order, up to `limit` of them."""
    found = np.empty(limit, np.int64)
    n = 0
    for a in range(outer_u.shape[0]):
        for b in range(inner_u.shape[0]):
            if _breaks(outer_w[a], inner_w[b]):
                continue
            score, _ = _score(outer_u[a], inner_u[b], d, s, slack, counted, mode, rational_only)
            if score >= threshold:
                found[n] = a * inner_u.shape[0] + b
                n += 1
                if n == limit:
                    return found, n
    return found[:n].copy(), n


def best_packages(
    form: Canonical,
    disagreement: Float[np.ndarray, " party"],
    scale: Float[np.ndarray, " party"],
    mode: int,
    counted: Bool[np.ndarray, " party"] | None = None,
    rational_only: bool = True,
) -> Best:
    """Scan all packages of a canonical problem; see the module's head for the scores."""
    n = len(disagreement)
    counted = np.ones(n, bool) if counted is None else counted
    if not form.possible:
        return Best(-math.inf, np.empty((0, len(form.sizes)), np.int64), np.empty((0, n)), 0, 0, False)
    cut = len(form.sizes)
    while cut > 0 and math.prod(form.sizes[cut - 1 :]) <= INNER_ROWS:
        cut -= 1
    outer_u, outer_w = tables(form, 0, cut)
    inner_u, inner_w = tables(form, cut, len(form.sizes))
    outer_u = outer_u + form.constant
    blocks = (outer_u, outer_w, inner_u, inner_w, disagreement, scale, TOLERANCE * form.span, counted)
    score, n_feasible, n_rational = _scan(*blocks, mode, rational_only)
    if not np.isfinite(score):
        places, n_found = np.empty(0, np.int64), 0
    else:
        near = TOLERANCE * (abs(score) if mode == PRODUCT else float(np.max(form.span / scale)))
        places, n_found = _collect(*blocks, mode, rational_only, score - near, min(KEPT_TIES, n_feasible))
    packages = np.stack(np.unravel_index(places, form.sizes), axis=1).astype(np.int64)
    worth = outer_u[places // len(inner_u)] + inner_u[places % len(inner_u)]
    return Best(float(score), packages, worth, int(n_feasible), int(n_rational), n_found == KEPT_TIES)


def leximin_order(gains: Float[np.ndarray, "tie party"], near: float = TOLERANCE) -> Int[np.ndarray, " best"]:
    """Rows that are leximin-best: largest minimum, then largest second smallest, ... each within `near`."""
    rows = np.arange(len(gains))
    ranked = np.sort(gains, axis=1)
    for k in range(gains.shape[1]):
        if len(rows):
            rows = rows[ranked[rows, k] >= ranked[rows, k].max() - near]
    return rows


def count_vectors(worth: Float[np.ndarray, "tie party"], span: Float[np.ndarray, " party"]) -> int:
    """Number of distinct utility vectors at nine decimals of a span."""
    return len(np.unique(np.rint(worth / span / TOLERANCE), axis=0))
