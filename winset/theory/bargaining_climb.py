"""What the tree of `bargaining_tree` searches, what a package scores in it, and better packages by single swaps."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from numba import njit


class Space(NamedTuple):
    """What is searched. Options of all issues stand in one row; `values` are shares g_i / s_i that an option adds.

    Scores within `near` tie, and none below `least` counts. `fits[r, k]`: option k is named by rule r, whose issues are
    `rule_issue[rule_start[r] : rule_start[r + 1]]`.
    """

    values: Float[np.ndarray, "flat party"]
    base: Float[np.ndarray, " party"]
    slack: Float[np.ndarray, " party"]
    counted: Int[np.ndarray, " counted"]
    offsets: Int[np.ndarray, " issue_and_one"]
    rule_start: Int[np.ndarray, " rule_and_one"]
    rule_issue: Int[np.ndarray, " part"]
    fits: Bool[np.ndarray, "rule flat"]
    product: bool
    rational: bool
    near: float
    least: float


@njit(cache=True)
def gains(space: Space, package: np.ndarray) -> np.ndarray:
    """Share of each party at a package, options numbered in the row."""
    total = space.base.copy()
    for k in package:
        total += space.values[k]
    return total


@njit(cache=True)
def value(space: Space, gain: np.ndarray) -> float:
    """The score of these gains, -inf where it does not qualify: the least counted share, or the sum of logarithms."""
    total, low = 0.0, np.inf
    for i in range(len(gain)):
        if space.rational and gain[i] < -space.slack[i]:
            return -np.inf
        if space.product:
            total += np.log(gain[i]) if gain[i] > 0.0 else -np.inf
    if space.product:
        return total
    for i in space.counted:
        low = min(low, gain[i])
    return low


@njit(cache=True)
def _met(space: Space, package: np.ndarray) -> np.ndarray:
    """For each rule, how many of its parts the package does not meet; 0 means that it breaks the rule."""
    lacking = np.zeros(len(space.fits), np.int64)
    for r in range(len(space.fits)):
        for part in range(space.rule_start[r], space.rule_start[r + 1]):
            lacking[r] += not space.fits[r, package[space.rule_issue[part]]]
    return lacking


@njit(cache=True)
def _allows(space: Space, lacking: np.ndarray, old: int, new: int, mend: bool) -> bool:
    """May an issue go from option `old` to `new`: no rule breaks by it, and if it is to `mend`, a broken one is
    kept."""
    mended = not mend
    for r in range(len(lacking)):
        after = lacking[r] + space.fits[r, old] - space.fits[r, new]
        if after == 0 and lacking[r] > 0:
            return False
        mended = mended or (lacking[r] == 0 and after > 0)
    return mended


@njit(cache=True)
def climb(space: Space, package: np.ndarray) -> float:
    """Score after the best single swaps, one after another, that keep all rules; `package` is changed.

    Broken rules are mended first. Until the package qualifies the least share of any party is raised instead.
    """
    n = len(space.base)
    gain, here = gains(space, package), np.empty(n)
    while True:
        lacking = _met(space, package)
        mend = len(lacking) > 0 and lacking.min() == 0
        score = value(space, gain)
        plain = mend or not np.isfinite(score)
        best = -np.inf if mend else (gain.min() if plain else score) + 1e-12
        issue, at = -1, -1
        for j in range(len(package)):
            for k in range(space.offsets[j], space.offsets[j + 1]):
                for i in range(n):
                    here[i] = gain[i] + space.values[k, i] - space.values[package[j], i]
                goal = here.min() if plain else value(space, here)
                if goal > best and _allows(space, lacking, package[j], k, mend):
                    best, issue, at = goal, j, k
        if at < 0:
            return -np.inf if mend else score
        gain += space.values[at] - space.values[package[issue]]
        package[issue] = at
