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

from winset.theory.additive import TOLERANCE, Canonical, tables

MIN, PRODUCT, SUM = 0, 1, 2  # no answer: names
SMALL = 20_000  # no answer: which exact way is taken; both look at every package
"""Up to this many packages plain arrays are quicker than loading the compiled loop."""
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


def _look(
    form: Canonical, d: np.ndarray, scale: np.ndarray, mode: int, counted: np.ndarray, rational_only: bool
) -> tuple[np.ndarray, np.ndarray, int, int]:
    """Score of every package (-inf where it does not qualify), utilities, numbers of feasible and of rational ones."""
    worth, words = tables(form, 0, len(form.sizes))
    worth = worth + form.constant
    allowed = ~words.any(axis=1)
    gains = worth - d
    rational = np.all(gains >= -TOLERANCE * form.span, axis=1)
    share = gains / scale
    if mode == SUM:
        score = share.sum(axis=1)
    elif mode == PRODUCT:
        score = np.maximum(share[:, counted], 0.0).prod(axis=1)
    else:
        score = share[:, counted].min(axis=1)
    fits = allowed & rational if rational_only else allowed
    return np.where(fits, score, -np.inf), worth, int(allowed.sum()), int((allowed & rational).sum())


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
    if form.n_outcomes <= SMALL:
        every, worth, n_feasible, n_rational = _look(form, disagreement, scale, mode, counted, rational_only)
        score = float(every.max())
        near = _near(form, scale, mode, score)
        places = np.flatnonzero(every >= score - near) if math.isfinite(score) else np.empty(0, np.int64)
        packages = np.stack(np.unravel_index(places, form.sizes), axis=1).astype(np.int64)
        return Best(score, packages, worth[places], n_feasible, n_rational, False)
    cut = len(form.sizes)
    while cut > 0 and math.prod(form.sizes[cut - 1 :]) <= INNER_ROWS:
        cut -= 1
    from winset.theory import exhaustive_kernels as kernels

    outer_u, outer_w = tables(form, 0, cut)
    inner_u, inner_w = tables(form, cut, len(form.sizes))
    outer_u = outer_u + form.constant
    blocks = (outer_u, outer_w, inner_u, inner_w, disagreement, scale, TOLERANCE * form.span, counted)
    score, n_feasible, n_rational = kernels.scan(*blocks, mode, rational_only)
    if not np.isfinite(score):
        places, n_found = np.empty(0, np.int64), 0
    else:
        least = score - _near(form, scale, mode, score)
        places, n_found = kernels.collect(*blocks, mode, rational_only, least, min(KEPT_TIES, n_feasible))
    packages = np.stack(np.unravel_index(places, form.sizes), axis=1).astype(np.int64)
    worth = outer_u[places // len(inner_u)] + inner_u[places % len(inner_u)]
    return Best(float(score), packages, worth, int(n_feasible), int(n_rational), n_found == KEPT_TIES)


def _near(form: Canonical, scale: np.ndarray, mode: int, score: float) -> float:
    """Scores within this of the best one tie with it."""
    return TOLERANCE * (abs(score) if mode == PRODUCT else float(np.max(form.span / scale)))


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
