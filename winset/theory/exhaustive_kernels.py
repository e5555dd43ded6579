"""Compiled halves of `exhaustive`: scores of the pairs of two tables of partial packages, added row by row."""

from __future__ import annotations

import numpy as np
from numba import njit


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
def scan(
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
def collect(
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
