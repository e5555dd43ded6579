"""Compiled loops of `zone`: settle many draws of one shape, count acceptances, bound partial packages.

Layout: options of all issues in one flat row, `offsets` marks where each issue begins; a package is a row of flat
places; `words` and `finished` carry the rules as in `additive.Canonical`. Gains are utilities minus reserve.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from winset.theory.row_kernels import put

OPEN, BY_POOL, BY_SEARCH, BY_WEIGHTS, BY_TREE = 0, 1, 2, 3, 4  # no answer: names
POOL = 256  # no answer: packages tried first


@njit(cache=True)
def gains_of(
    value: np.ndarray, reserve: np.ndarray, red: np.ndarray, words: np.ndarray, package: np.ndarray, gain: np.ndarray,
) -> bool:  # fmt: skip
    """Fill `gain` for one package in one draw; False if it crosses a red line or breaks a rule."""
    for k in package:
        if red[k]:
            return False
    for w in range(words.shape[1]):
        mask = ~np.uint64(0)
        for k in package:
            mask &= words[k, w]
        if mask:
            return False
    for i in range(len(reserve)):
        gain[i] = -reserve[i]
        for k in package:
            gain[i] += value[i, k]
    return True


@njit(cache=True)
def _fits(gain: np.ndarray, slack: np.ndarray) -> bool:
    for i in range(len(gain)):  # noqa: SIM110 - numba compiles a plain loop faster
        if gain[i] < -slack[i]:
            return False
    return True


@njit(cache=True)
def best_for(
    value: np.ndarray, reserve: np.ndarray, red: np.ndarray, offsets: np.ndarray, lam: np.ndarray,
    package: np.ndarray, gain: np.ndarray,
) -> float:  # fmt: skip
    """max over packages (rules ignored) of lam . gain, with the package and its gains; -inf if an issue is all red."""
    total = 0.0
    worth = np.zeros(len(red))
    for i in range(len(reserve)):
        gain[i] = -reserve[i]
        total -= lam[i] * reserve[i]
        for k in range(len(red)):  # without a branch: several options at a time
            worth[k] += lam[i] * value[i, k]
    for j in range(len(offsets) - 1):
        best, at = -np.inf, -1
        for k in range(offsets[j], offsets[j + 1]):
            if not red[k] and worth[k] > best:
                best, at = worth[k], k
        if at < 0:
            return -np.inf
        package[j] = at
        total += best
        for i in range(len(reserve)):
            gain[i] += value[i, at]
    return total


@njit(cache=True)
def descend(
    value: np.ndarray, reserve: np.ndarray, red: np.ndarray, offsets: np.ndarray, lam: np.ndarray, slack: np.ndarray,
    steps: int, package: np.ndarray, gain: np.ndarray,
) -> float:  # fmt: skip
    """Mirror descent on max lam . gain over the simplex: lowest value met, its weights in `lam`. Stops below zero."""
    here = lam.copy()
    lowest = np.inf
    for step in range(steps):
        surplus = best_for(value, reserve, red, offsets, here, package, gain)
        if surplus < lowest:
            lowest = surplus
            put(lam, here)
            allowed = 0.0
            for i in range(len(here)):
                allowed += here[i] * slack[i]
            if surplus < -allowed:
                return lowest
        length = np.abs(gain).max()
        if length == 0.0 or _fits(gain, slack):
            return lowest
        here *= np.exp(-gain / length / np.sqrt(step + 1.0))
        here /= here.sum()
    return lowest


@njit(cache=True)
def _climb(
    value: np.ndarray, reserve: np.ndarray, red: np.ndarray, offsets: np.ndarray, words: np.ndarray,
    slack: np.ndarray, package: np.ndarray, gain: np.ndarray, trial: np.ndarray,
) -> bool:  # fmt: skip
    """Single swaps that raise the smallest gain, first found; True once all parties accept."""
    if not gains_of(value, reserve, red, words, package, gain):
        return False
    low = gain.min()
    improved = True
    while improved:
        if _fits(gain, slack):
            return True
        improved = False
        for j in range(len(offsets) - 1):
            old = package[j]
            for k in range(offsets[j], offsets[j + 1]):
                if k == package[j] or red[k]:
                    continue
                least = np.inf
                for i in range(len(gain)):
                    least = min(least, gain[i] - value[i, package[j]] + value[i, k])
                if least > low + 1e-12:
                    old = package[j]
                    package[j] = k
                    if gains_of(value, reserve, red, words, package, trial):
                        put(gain, trial)
                        low = least
                        improved = True
                    else:
                        package[j] = old
    return _fits(gain, slack)


@njit(cache=True)
def _look_ahead(
    value: np.ndarray, red: np.ndarray, offsets: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What the issues from each on can still add under each row of weights, and options by falling worth in the
    last."""
    m, n_lam = len(offsets) - 1, len(weights)
    worth = np.zeros((n_lam, offsets[m]))
    for i in range(len(value)):
        worth += weights[:, i : i + 1] * value[i]
    ahead = np.zeros((m + 1, n_lam))
    rank = np.empty(offsets[m], np.int64)
    for j in range(m - 1, -1, -1):
        for a in range(n_lam):
            best = -np.inf
            for k in range(offsets[j], offsets[j + 1]):
                if not red[k]:
                    best = max(best, worth[a, k])
            ahead[j, a] = ahead[j + 1, a] + best
        for place, k in enumerate(np.argsort(-worth[n_lam - 1, offsets[j] : offsets[j + 1]])):
            rank[offsets[j] + place] = offsets[j] + k
    return ahead, rank


@njit(cache=True)
def _tree(
    value: np.ndarray, reserve: np.ndarray, red: np.ndarray, offsets: np.ndarray, words: np.ndarray,
    finished: np.ndarray, weights: np.ndarray, slack: np.ndarray, max_nodes: int, package: np.ndarray,
) -> int:  # fmt: skip
    """Exact search for an acceptable package: 1 found, 0 proved none, -1 gave up after `max_nodes`."""
    m, n, n_lam = len(offsets) - 1, len(reserve), len(weights)
    ahead, rank = _look_ahead(value, red, offsets, weights)
    gain = np.zeros((m + 1, n))
    for i in range(n):
        gain[0, i] = -reserve[i]
    mask = np.full((m + 1, words.shape[1]), ~np.uint64(0))
    at = np.full(m + 1, -1)
    depth, nodes = 0, 0
    while depth >= 0:
        if depth == m:
            return 1
        at[depth] += 1
        if at[depth] == offsets[depth + 1] - offsets[depth]:
            at[depth] = -1
            depth -= 1
            continue
        k = rank[offsets[depth] + at[depth]]
        if red[k]:
            continue
        nodes += 1
        if nodes > max_nodes:
            return -1
        alive = True
        for w in range(words.shape[1]):
            mask[depth + 1, w] = mask[depth, w] & words[k, w]
            if mask[depth + 1, w] & finished[depth, w]:
                alive = False
        for i in range(n):
            gain[depth + 1, i] = gain[depth, i] + value[i, k]
        for a in range(n_lam):
            if not alive:
                break
            bound = ahead[depth + 1, a]
            for i in range(n):
                bound += weights[a, i] * (gain[depth + 1, i] + slack[i])
            alive = bound >= 0.0
        if alive:
            package[depth] = k
            depth += 1
            at[depth] = -1
    return 0


@njit(cache=True)
def _from_pool(
    value: np.ndarray, reserve: np.ndarray, red: np.ndarray, words: np.ndarray, slack: np.ndarray,
    pool: np.ndarray, recent: np.ndarray, gain: np.ndarray,
) -> int:  # fmt: skip
    """Place in the pool of the first package of `recent` that all accept, -1 if none."""
    for a in range(len(recent)):
        hit = recent[a]
        if gains_of(value, reserve, red, words, pool[hit], gain) and _fits(gain, slack):
            if a > 0:  # one place forward: useful packages drift to the front
                recent[a] = recent[a - 1]
                recent[a - 1] = hit
            return hit
    return -1


@njit(cache=True)
def settle(
    values: np.ndarray, reserve: np.ndarray, red: np.ndarray, offsets: np.ndarray, words: np.ndarray,
    finished: np.ndarray, slack: np.ndarray, steps: int, max_nodes: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    """Answer every draw. Returns how, witness place in the pool, weights, lowest surplus, and the pool.

    Weights that proved "none" and packages that were accepted are tried first on later draws.
    """
    n_draws, n = reserve.shape
    m = len(offsets) - 1
    how = np.zeros(n_draws, np.int64)
    witness = np.full(n_draws, -1)
    lams = np.full((n_draws, n), 1.0 / n)
    lowest = np.full(n_draws, np.inf)
    pool = np.zeros((n_draws, m), np.int64)
    recent = np.zeros(POOL, np.int64)
    size, tried = 0, 0
    package, climbing = np.zeros(m, np.int64), np.zeros(m, np.int64)
    gain, trial = np.zeros(n), np.zeros(n)
    weights = np.zeros((n + 1, n))
    for i in range(n):
        weights[i, i] = 1.0
    last = np.full(n, 1.0 / n)
    for d in range(n_draws):
        value, floor, closed = values[d], reserve[d], red[d]
        witness[d] = _from_pool(value, floor, closed, words, slack[d], pool, recent[:tried], gain)
        if witness[d] >= 0:
            how[d] = BY_POOL
            continue
        lam = lams[d]
        put(lam, np.maximum(last, 1e-3))
        lam /= lam.sum()
        lowest[d] = descend(value, floor, closed, offsets, lam, slack[d], steps, package, gain)
        if lowest[d] < -(lam * slack[d]).sum():
            how[d] = BY_WEIGHTS
            put(last, lam)
            continue
        put(climbing, package)
        if _climb(value, floor, closed, offsets, words, slack[d], climbing, gain, trial):
            how[d] = BY_SEARCH
        else:
            put(weights[n], lam)
            result = _tree(value, floor, closed, offsets, words, finished, weights, slack[d], max_nodes, climbing)
            if result < 0:
                continue
            how[d] = BY_TREE
            if result == 0:
                continue
        put(pool[size], climbing)
        witness[d] = size
        if tried < POOL:
            recent[tried] = size
            tried += 1
        else:
            recent[POOL - 1] = size
        size += 1
    return how, witness, lams, lowest, pool[:size].copy()


@njit(cache=True)
def accepted(
    values: np.ndarray, reserve: np.ndarray, red: np.ndarray, words: np.ndarray, slack: np.ndarray,
    packages: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Per package, draw and party: is the party's reserve met and none of its own red lines crossed?"""
    n_draws, n = reserve.shape
    out = np.zeros((len(packages), n_draws, n), np.bool_)
    for p in range(len(packages)):
        for w in range(words.shape[1]):
            mask = ~np.uint64(0)
            for k in packages[p]:
                mask &= words[k, w]
            if mask:
                break
        else:
            for d in range(n_draws):
                for i in range(n):
                    gain = -reserve[d, i]
                    fine = True
                    for k in packages[p]:
                        gain += values[d, i, k]
                        fine = fine and not red[d, i, k]
                    out[p, d, i] = fine and gain >= -slack[d, i]
    return out


@njit(cache=True, nogil=True)
def passes(
    values: np.ndarray, reserve: np.ndarray, red: np.ndarray, words: np.ndarray, slack: np.ndarray,
    packages: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """In how many draws all accept each package."""
    counts, gain = np.zeros(len(packages), np.int64), np.zeros(reserve.shape[1])
    for p in range(len(packages)):
        for d in range(len(reserve)):
            counts[p] += gains_of(values[d], reserve[d], red[d], words, packages[p], gain) and _fits(gain, slack[d])
    return counts


@njit(cache=True)
def swap_counts(
    values: np.ndarray, gain: np.ndarray, red_count: np.ndarray, red: np.ndarray, slack: np.ndarray,
    offsets: np.ndarray, package: np.ndarray, words: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """For each option: number of draws all accept if the package takes it instead of its own on that issue."""
    n_draws, n = gain.shape
    counts = np.zeros(offsets[-1], np.int64)
    for j in range(len(offsets) - 1):
        old = package[j]
        for k in range(offsets[j], offsets[j + 1]):
            broken = False
            for w in range(words.shape[1]):
                mask = words[k, w]
                for b in range(len(package)):
                    if b != j:
                        mask &= words[package[b], w]
                broken = broken or mask != 0
            if broken:
                continue
            for d in range(n_draws):
                if red_count[d] - red[d, old] + red[d, k] > 0:
                    continue
                fine = True
                for i in range(n):
                    if gain[d, i] - values[d, i, old] + values[d, i, k] < -slack[d, i]:
                        fine = False
                        break
                counts[k] += fine
    return counts


@njit(cache=True)
def children(
    values: np.ndarray, reserve: np.ndarray, red: np.ndarray, slack: np.ndarray, weights: np.ndarray,
    ahead: np.ndarray, offsets: np.ndarray, order: np.ndarray, fixed: np.ndarray, alive: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Draws still open after each option of the next issue in `order`, given flat places `fixed` of those before."""
    depth = len(fixed)
    j = order[depth]
    width = offsets[j + 1] - offsets[j]
    n, n_lam = values.shape[1], weights.shape[1]
    keep = np.zeros((width, len(alive)), np.bool_)
    gain = np.zeros(n)
    for a in range(len(alive)):
        d = alive[a]
        for i in range(n):
            gain[i] = slack[d, i] - reserve[d, i]
            for k in fixed:
                gain[i] += values[d, i, k]
        for o in range(width):
            k = offsets[j] + o
            if red[d, k]:
                continue
            fine = True
            for b in range(n_lam):
                bound = ahead[d, depth + 1, b]
                for i in range(n):
                    bound += weights[d, b, i] * (gain[i] + values[d, i, k])
                if bound < 0.0:
                    fine = False
                    break
            keep[o, a] = fine
    return keep
