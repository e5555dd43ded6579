"""All clause sets of a given size whose change makes a plan acceptable: a compiled tree search with proved bounds.

A set S of clauses works if options other than the plan's can be chosen on S, the rest kept, such that the package is
acceptable. For any weights lam >= 0 with sum 1, a working set needs

    sum_{j in S} max_o lam . delta_jo  >=  lam . need,    delta_jo = v_jo - v_j,plan,  need = r - u(plan),

so a branch is cut as soon as the clauses chosen plus the best still choosable fall short for one of the weights kept:
the unit vectors and those that minimise the surplus (surrogate duality; Glover 1975). Within a set, options are
searched the same way for the largest smallest gain, then the largest sum.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int
from numba import njit

from winset.theory.row_kernels import put

PROVED, UNKNOWN = 1, 2  # no answer: names
STEPS = 300  # no answer: effort on a bound; the search proves with any
INNER_NODES = 20_000  # no answer: a limit; what is not proved within it is said


@njit(cache=True)
def _best_options(
    chosen: np.ndarray, delta: np.ndarray, n_alt: np.ndarray, words: np.ndarray, plan_word: np.ndarray,
    gain: np.ndarray, slack: np.ndarray, lam: np.ndarray, best: np.ndarray, pick: np.ndarray,
) -> tuple[int, int]:  # fmt: skip
    """Best options on the clauses `chosen`, written to `pick`; returns PROVED, UNKNOWN or 0 (none), and the nodes."""
    size, n_lam, n = len(chosen), lam.shape[0], delta.shape[2]
    ahead = np.zeros((size + 1, n_lam))
    for a in range(size - 1, -1, -1):
        for m in range(n_lam):
            ahead[a, m] = ahead[a + 1, m] + best[m, chosen[a]]
    here = np.zeros((size + 1, n))
    put(here[0], gain)
    mask = np.zeros((size + 1, len(plan_word)), np.uint64)
    put(mask[0], plan_word)
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
                put(pick, option[:size])
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
            return UNKNOWN, nodes
        for i in range(n):
            here[depth + 1, i] = here[depth, i] + delta[j, option[depth], i]
        for w in range(mask.shape[1]):
            mask[depth + 1, w] = mask[depth, w] & words[j, option[depth], w]
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
    return found, nodes


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
            for w in range(len(word)):
                word[w] &= kept_words[order[place], w]
    return chosen, word


@njit(cache=True)
def _floors(lam: np.ndarray, gain: np.ndarray, slack: np.ndarray) -> np.ndarray:
    """What the changes of a set must add by each of the weights."""
    floor = np.zeros(lam.shape[0])
    for m in range(len(floor)):
        for i in range(len(gain)):
            floor[m] -= lam[m, i] * (gain[i] + slack[i])
    return floor


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
    decision, left = np.full(n_issues + 1, -1), np.zeros(n_issues + 1, np.int64)
    left[0] = size
    acc = np.zeros((n_issues + 1, n_lam))
    floor = _floors(lam, gain, slack)
    pick = np.zeros(size, np.int64)
    while pos >= 0:
        if left[pos] == 0:
            if pos >= n_forced:
                chosen, plan_word = _clauses(order, decision[:pos], size, kept_words)
                result, looked = _best_options(chosen, delta, n_alt, words, plan_word, gain, slack, lam, best, pick)
                nodes += looked
                if result:
                    if found == limit:
                        return sets, picks, status, found, False
                    put(sets[found], chosen)
                    put(picks[found], pick)
                    status[found] = result
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


@njit(cache=True)
def _descend(
    delta: np.ndarray, usable: np.ndarray, forced: np.ndarray, gain: np.ndarray, slack: np.ndarray, size: int,
    steps: int, lams: np.ndarray, surplus: np.ndarray,
) -> int:  # fmt: skip
    """Mirror descent on the surplus of the best `size` clauses: the number of steps taken.

    The weights of each step go to `lams`, what they leave to `surplus`. Ends at weights that rule out every set.
    """
    m, width, n = delta.shape
    lam, slope = np.full(n, 1.0 / n), np.empty(n)
    best, option = np.empty(m), np.empty(m, np.int64)
    for step in range(steps):
        for i in range(n):
            slope[i] = gain[i]
        taken = 0
        for j in range(m):
            best[j] = -np.inf
            for o in range(width):
                if usable[j, o]:
                    worth = 0.0
                    for i in range(n):
                        worth += delta[j, o, i] * lam[i]
                    if worth > best[j]:
                        best[j], option[j] = worth, o
            if forced[j]:
                taken += 1
                for i in range(n):
                    slope[i] += delta[j, option[j], i]
                best[j] = -np.inf
        while taken < size:
            top = best.argmax()
            if best[top] == -np.inf:
                break
            taken += 1
            for i in range(n):
                slope[i] += delta[top, option[top], i]
            best[top] = -np.inf
        length, allowed = 0.0, 0.0
        surplus[step] = 0.0
        for i in range(n):
            lams[step, i] = lam[i]
            surplus[step] += lam[i] * slope[i]
            allowed += lam[i] * slack[i]
            length = max(length, abs(slope[i]))
        if length == 0.0 or surplus[step] < -allowed:
            return step + 1
        total = 0.0
        for i in range(n):
            lam[i] *= np.exp(-slope[i] / length / np.sqrt(step + 1.0))
            total += lam[i]
        for i in range(n):
            lam[i] /= total
    return steps


def multipliers(
    delta: Float[np.ndarray, "issue option party"],
    usable: Bool[np.ndarray, "issue option"],
    forced: Bool[np.ndarray, " issue"],
    gain: Float[np.ndarray, " party"],
    slack: Float[np.ndarray, " party"],
    size: int,
) -> tuple[Float[np.ndarray, "weight party"], bool]:
    """Unit vectors and the weights met with the least surplus of the best `size` clauses; can a set of so many work?

    Not where the last weights prove that none does. Every forced issue must have a usable option.
    """
    n = len(gain)
    lams, surplus = np.empty((STEPS, n)), np.empty(STEPS)
    steps = _descend(delta, usable, forced, gain, slack, size, STEPS, lams, surplus)
    some = np.argsort(surplus[:steps], kind="stable")[:4]
    return np.vstack([np.eye(n), lams[some]]), bool(surplus[steps - 1] >= -(lams[steps - 1] * slack).sum())


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
