"""All clause sets of a given size whose change makes a plan acceptable: a compiled tree search with proved bounds.

A set S of clauses works if options other than the plan's can be chosen on S, the rest kept, such that the package is
acceptable. For any weights lam >= 0 with sum 1, a working set needs

    sum_{j in S} max_o lam . delta_jo  >=  lam . need,    delta_jo = v_jo - v_j,plan,  need = r - u(plan),

so a branch is cut as soon as the clauses chosen plus the best still choosable fall short for one of the weights kept:
the unit vectors and those that minimise the surplus (surrogate duality; Glover 1975). Within a set, options are
searched the same way for the largest smallest gain, then the largest sum.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from jaxtyping import Bool, Float, Int
from numba import njit

PROVED, UNKNOWN = 1, 2  # no answer: names
INNER_NODES = 20_000  # no answer: a limit; what is not proved within it is said


@njit(cache=True)
def _best_options(
    chosen: np.ndarray, delta: np.ndarray, n_alt: np.ndarray, words: np.ndarray, plan_word: np.ndarray,
    gain: np.ndarray, slack: np.ndarray, lam: np.ndarray, best: np.ndarray, pick: np.ndarray,
) -> int:  # fmt: skip
    """Best options on the clauses `chosen`; returns PROVED, UNKNOWN or 0 (none), writing the options to `pick`."""
    size, n_lam, n = len(chosen), lam.shape[0], delta.shape[2]
    ahead = np.zeros((size + 1, n_lam))
    for a in range(size - 1, -1, -1):
        ahead[a] = ahead[a + 1] + best[:, chosen[a]]
    here = np.zeros((size + 1, n))
    here[0] = gain
    mask = np.zeros((size + 1, len(plan_word)), np.uint64)
    mask[0] = plan_word
    option = np.full(size + 1, -1)
    record, total, found, nodes, depth = -np.inf, -np.inf, 0, 0, 0
    while depth >= 0:
        if depth == size:
            breaks = False
            for w in range(mask.shape[1]):
                breaks = breaks or mask[depth, w] != 0
            low, sum_here, fits = np.inf, 0.0, not breaks
            for i in range(n):
                low = min(low, here[depth, i])
                sum_here += here[depth, i]
                fits = fits and here[depth, i] >= -slack[i]
            if fits and (low > record + 1e-9 or (low > record - 1e-9 and sum_here > total)):
                record, total, found = max(low, record), sum_here, PROVED
                pick[:size] = option[:size]
            depth -= 1
            continue
        option[depth] += 1
        j = chosen[depth]
        if option[depth] == n_alt[j]:
            option[depth] = -1
            depth -= 1
            continue
        nodes += 1
        if nodes > INNER_NODES:
            return UNKNOWN
        here[depth + 1] = here[depth] + delta[j, option[depth]]
        mask[depth + 1] = mask[depth] & words[j, option[depth]]
        alive = True
        for m in range(n_lam):
            bound, allowed = ahead[depth + 1, m], 0.0
            for i in range(n):
                bound += lam[m, i] * here[depth + 1, i]
                allowed += lam[m, i] * slack[i]
            if bound < -allowed or bound < record - 1e-9:
                alive = False
                break
        if alive:
            depth += 1
            option[depth] = -1
    return found


@njit(cache=True)
def _clauses(
    order: np.ndarray, decision: np.ndarray, size: int, kept_words: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The clauses that the decisions so far take (0), and what the rules leave open with the plan kept on the rest."""
    chosen = np.empty(size, np.int64)
    word = np.full(kept_words.shape[1], ~np.uint64(0))
    taken = 0
    for place in range(len(order)):
        if place < len(decision) and decision[place] == 0:
            chosen[taken] = order[place]
            taken += 1
        else:
            word &= kept_words[order[place]]
    return chosen, word


@njit(cache=True)
def search(
    order: np.ndarray, n_forced: int, size: int, delta: np.ndarray, n_alt: np.ndarray, words: np.ndarray,
    kept_words: np.ndarray, gain: np.ndarray, slack: np.ndarray, lam: np.ndarray, best: np.ndarray, top: np.ndarray,
    limit: int, max_nodes: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int, bool]:  # fmt: skip
    """Sets of `size` clauses in the order of a depth-first search over `order`, the forced clauses first.

    Returns the sets, the options picked, their status, the number found, and whether the search ran to its end.
    """
    n_issues, n_lam = len(order), lam.shape[0]
    sets, picks = np.zeros((limit, size), np.int64), np.zeros((limit, size), np.int64)
    status = np.zeros(limit, np.int64)
    found, nodes, pos = 0, 0, 0
    decision = np.full(n_issues + 1, -1)
    left = np.zeros(n_issues + 1, np.int64)
    left[0] = size
    acc = np.zeros((n_issues + 1, n_lam))
    floor = -(lam * (gain + slack)).sum(axis=1)
    pick = np.zeros(size, np.int64)
    while pos >= 0:
        if left[pos] == 0:
            if pos >= n_forced:
                chosen, plan_word = _clauses(order, decision[:pos], size, kept_words)
                result = _best_options(chosen, delta, n_alt, words, plan_word, gain, slack, lam, best, pick)
                if result:
                    if found == limit:
                        return sets, picks, status, found, False
                    sets[found], picks[found], status[found] = chosen, pick, result
                    found += 1
            pos -= 1
            continue
        decision[pos] += 1
        if decision[pos] == 2:
            decision[pos] = -1
            pos -= 1
            continue
        nodes += 1
        if nodes > max_nodes:
            return sets, picks, status, found, False
        if decision[pos] == 1 and pos < n_forced:
            continue
        take = decision[pos] == 0
        if take and n_alt[order[pos]] == 0:
            continue
        now = left[pos] - (1 if take else 0)
        if now > n_issues - pos - 1:
            continue
        alive = True
        for m in range(n_lam):
            acc[pos + 1, m] = acc[pos, m] + (best[m, order[pos]] if take else 0.0)
            if acc[pos + 1, m] + top[m, pos + 1, now] < floor[m]:
                alive = False
                break
        if alive:
            pos += 1
            left[pos] = now
            decision[pos] = -1
    return sets, picks, status, found, True


def multipliers(
    delta: Float[np.ndarray, "issue option party"],
    usable: Bool[np.ndarray, "issue option"],
    forced: Bool[np.ndarray, " issue"],
    gain: Float[np.ndarray, " party"],
    size: int,
    steps: int = 300,
) -> Float[np.ndarray, "weight party"]:
    """Unit vectors and the weights met while minimising the surplus of the best `size` clauses (mirror descent)."""
    n, (issues, width) = len(gain), usable.shape
    lam = np.full(n, 1.0 / n)
    seen: list[tuple[float, np.ndarray]] = []
    must, free = np.flatnonzero(forced), np.flatnonzero(~forced & usable.any(axis=1))
    count = min(size - len(must), len(free))
    # hundreds of short steps: what numpy takes to start counts, so rows are taken by their places in flat tables
    shut, flat, row = ~usable, delta.reshape(-1, n), np.arange(issues) * width
    for step in range(steps):
        worth = delta @ lam
        np.copyto(worth, -np.inf, where=shut)
        at = row + worth.argmax(axis=1)
        best = worth.reshape(-1)[at[free]]
        chosen = at[np.concatenate([must, free[(-best).argsort()[:count]]])]
        slope = np.add.reduce(flat.take(chosen, axis=0), axis=0) + gain
        seen.append((float(lam @ slope), lam))
        length = max(map(abs, slope.tolist()))
        if length == 0.0:
            break
        lam = lam * np.exp(-slope / length / sqrt(step + 1.0))
        lam = lam / np.add.reduce(lam)
    seen.sort(key=lambda pair: pair[0])
    return np.vstack([np.eye(n), *[weights for _, weights in seen[:4]]])


def best_ahead(
    best: Float[np.ndarray, "weight issue"], order: Int[np.ndarray, " issue"], size: int
) -> Float[np.ndarray, "weight place left"]:
    """Sum of the t largest `best` among the issues from each place of `order` on, for t = 0..size."""
    n_lam, m = best.shape
    top = np.full((n_lam, m + 1, size + 1), -np.inf)
    top[:, :, 0] = 0.0
    for place in range(m):
        ranked = -np.sort(-best[:, order[place:]], axis=1)[:, :size]
        top[:, place, 1 : ranked.shape[1] + 1] = np.cumsum(ranked, axis=1)
    return top
