"""Branch and bound over packages, with Lagrangian bounds that are lowered at every node.

A node leaves some options of each issue open. For weights lam the linear function lam . g, maximised issue by issue
over the open options, bounds the score of every package of the node:

    max-min   min_i g_i      <=  sum_i lam_i g_i                            lam >= 0 with sum 1
    Nash      sum_i log g_i  <=  sum_i lam_i g_i - log lam_i - 1            lam > 0   (tangents of the logarithm)

Both are convex (Nash: in log lam) and are lowered by subgradient steps of Polyak's (1969) length towards the best score
known. A node whose bound stays below that score is cut; an option that would bring the bound below it is closed, as is
one with which some party cannot reach what it must; a rule met in all its parts but one closes the options of that
part. What is left open is branched on, where the weights are least sure of an option. Packages met on the way are
made better by single swaps. Every cut rests on a proved bound, and effort is counted in nodes, never in seconds.

References: Land & Doig (1960); Geoffrion (1974), Lagrangean relaxation for integer programming; Polyak (1969),
Minimization of unsmooth functionals; Held, Wolfe & Crowder (1974), Validation of subgradient optimization; Michelot
(1986), A finite algorithm for finding the projection of a point onto the canonical simplex.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from numba import njit

from winset.theory.bargaining_climb import Space, climb, gains, value
from winset.theory.row_kernels import put

STEPS = 20  # no answer: effort on a bound; the tree proves with any
FINEST = 0.2  # no answer: effort on a bound
ROUNDS = 4  # no answer: effort on a bound
CLIMBS = 64  # no answer: one node in so many, and each of the first so many, is climbed from
LEAF, CUT = -2, -1  # no answer: names


class Found(NamedTuple):
    """Best score, packages that tie with it (options in the row) and their scores, whether some were left out."""

    record: float
    kept: Int[np.ndarray, "tie issue"]
    scores: Float[np.ndarray, " tie"]
    cut_short: bool
    proved: bool
    nodes: int


@njit(cache=True)
def _to_simplex(y: np.ndarray) -> None:
    """Project onto the weights that are not negative and sum to 1 (Michelot 1986: drop what falls below, again)."""
    inside = np.ones(len(y), np.bool_)
    shift, before = 0.0, -1
    while before != inside.sum():
        before = inside.sum()
        total = -1.0
        for i in range(len(y)):
            if inside[i]:
                total += y[i]
        shift = total / before
        for i in range(len(y)):
            inside[i] = inside[i] and y[i] > shift
    for i in range(len(y)):
        y[i] = max(y[i] - shift, 0.0)


@njit(cache=True)
def _keep_rules(space: Space, alive: np.ndarray) -> int:
    """Close options that a rule, met in all its other parts, forbids: how many; -1 if a rule cannot be kept."""
    closed = 0
    for r in range(len(space.fits)):
        last, n_open, dead = -1, 0, False
        for part in range(space.rule_start[r], space.rule_start[r + 1]):
            j, inside, outside = space.rule_issue[part], False, False
            for k in range(space.offsets[j], space.offsets[j + 1]):
                if alive[k]:
                    inside = inside or space.fits[r, k]
                    outside = outside or not space.fits[r, k]
            if not inside:
                dead = True
                break
            if outside:
                n_open += 1
                last = j
        if dead or n_open > 1:
            continue
        if n_open == 0:
            return -1
        for k in range(space.offsets[last], space.offsets[last + 1]):
            if alive[k] and space.fits[r, k]:
                alive[k] = False
                closed += 1
    return closed


@njit(cache=True)
def _keep_hope(space: Space, alive: np.ndarray, target: float) -> int:
    """Close options with which some party cannot reach what it must: how many; -1 if a party cannot at all."""
    closed, m = 0, len(space.offsets) - 1
    best, least = np.empty(m), np.full(len(space.base), -np.inf)
    if space.rational:
        put(least, -space.slack)
    if not space.product:
        for i in space.counted:
            least[i] = max(least[i], target)
    for i in range(len(least)):
        hope = space.base[i]
        for j in range(m):
            best[j] = -np.inf
            for k in range(space.offsets[j], space.offsets[j + 1]):
                if alive[k]:
                    best[j] = max(best[j], space.values[k, i])
            hope += best[j]
        if hope < least[i]:
            return -1
        for j in range(m):
            for k in range(space.offsets[j], space.offsets[j + 1]):
                if alive[k] and hope - best[j] + space.values[k, i] < least[i]:
                    alive[k] = False
                    closed += 1
    return closed


@njit(cache=True)
def _open(space: Space, alive: np.ndarray, package: np.ndarray) -> tuple[np.ndarray, ...]:
    """Shares of the closed issues; the open options side by side, their places in the row, and cuts between issues.

    Closed issues are entered in `package`.
    """
    n, m = len(space.counted), len(space.offsets) - 1
    fixed = space.base[space.counted]
    home, which, cuts = np.empty(len(alive), np.int64), np.empty(m, np.int64), np.zeros(m + 1, np.int64)
    total, opened = 0, 0
    for j in range(m):
        before = total
        for k in range(space.offsets[j], space.offsets[j + 1]):
            if alive[k]:
                home[total] = k
                total += 1
        if total == before + 1:
            total = before
            package[j] = home[before]
            for i in range(n):
                fixed[i] += space.values[package[j], space.counted[i]]
        else:
            which[opened] = j
            opened += 1
            cuts[opened] = total
    w = np.empty((n, total))
    for i in range(n):
        for a in range(total):
            w[i, a] = space.values[home[a], space.counted[i]]
    return fixed, w, home[:total], which[:opened], cuts[: opened + 1]


@njit(cache=True)
def _best_of(w: np.ndarray, cuts: np.ndarray, lam: np.ndarray, worth: np.ndarray, pick: np.ndarray) -> None:
    """What each open option is worth under the weights, and the best option of each issue."""
    worth[:] = 0.0
    for i in range(len(lam)):
        for k in range(w.shape[1]):
            worth[k] += lam[i] * w[i, k]
    for j in range(len(pick)):
        at = cuts[j]
        for k in range(cuts[j] + 1, cuts[j + 1]):
            if worth[k] > worth[at]:
                at = k
        pick[j] = at


@njit(cache=True)
def lower(
    w: np.ndarray, fixed: np.ndarray, cuts: np.ndarray, product: bool, target: float, steps: int, finest: float,
    lam: np.ndarray, often: np.ndarray,
) -> float:  # fmt: skip
    """The least bound met and, in `lam`, its weights; `often` counts how often each open option was the best."""
    n, m = len(fixed), len(cuts) - 1
    worth, pick = np.empty(w.shape[1]), np.empty(m, np.int64)
    here, least, stalled, relax = lam.copy(), np.inf, 0, 1.0
    often[:] = 0.0
    for _ in range(steps):
        _best_of(w, cuts, here, worth, pick)
        gain = fixed.copy()
        for at in pick:
            often[at] += 1.0
            for i in range(n):
                gain[i] += w[i, at]
        bound = (here * gain).sum() - ((np.log(here) + 1.0).sum() if product else 0.0)
        stalled = 0 if bound < least - 0.01 * (least - target) else stalled + 1
        if bound < least:
            least = bound
            put(lam, here)
        slope = here * gain - 1.0 if product else gain - gain.mean()
        size = (slope * slope).sum()
        if least < target or size < 1e-24:
            break
        if stalled == 4:
            relax, stalled = relax / 2, 0
            if relax < finest:
                break
        step = relax * (bound - target) / size
        if product:
            here *= np.exp(-np.minimum(np.maximum(step * slope, -1.0), 1.0))
        else:
            here -= step * slope
            _to_simplex(here)
    return least


@njit(cache=True)
def _close(
    w: np.ndarray, cuts: np.ndarray, home: np.ndarray, lam: np.ndarray, often: np.ndarray, room: float,
    alive: np.ndarray, pick: np.ndarray,
) -> tuple[int, int]:  # fmt: skip
    """Close options that lose more than `room`: how many, and the open issue that the weights were least sure of."""
    worth = np.empty(w.shape[1])
    _best_of(w, cuts, lam, worth, pick)
    closed, branch, sure, loss = 0, 0, np.inf, np.inf
    for j in range(len(pick)):
        top, second = often[pick[j]], np.inf
        for k in range(cuts[j], cuts[j + 1]):
            top = max(top, often[k])
            if k != pick[j]:
                lost = worth[pick[j]] - worth[k]
                second = min(second, lost)
                if lost > room:
                    alive[home[k]] = False
                    closed += 1
        if top < sure or (top == sure and second < loss):
            branch, sure, loss = j, top, second
    return closed, branch


@njit(cache=True)
def narrow(space: Space, target: float, alive: np.ndarray, lam: np.ndarray, package: np.ndarray) -> int:
    """Close what cannot reach `target`. Returns the issue to branch on, CUT, or LEAF if one package is left.

    `alive` and `lam` are changed; `package` becomes the package of the node that the weights like best.
    """
    branch = CUT
    for _ in range(ROUNDS):
        changed = 1
        while changed:
            by_rules = _keep_rules(space, alive)
            by_hope = -1 if by_rules < 0 else _keep_hope(space, alive, target)
            if by_hope < 0:
                return CUT
            changed = by_rules + by_hope
        fixed, w, home, which, cuts = _open(space, alive, package)
        if len(which) == 0:
            return LEAF
        often, pick = np.empty(len(home)), np.empty(len(which), np.int64)
        bound = lower(w, fixed, cuts, space.product, target, STEPS, FINEST, lam, often)
        if bound < target:
            return CUT
        closed, at = _close(w, cuts, home, lam, often, bound - target, alive, pick)
        branch = which[at]
        for a in range(len(which)):
            package[which[a]] = home[pick[a]]
        if closed < 0.05 * len(home):
            break
    return branch


@njit(cache=True)
def _enter(space: Space, alive: np.ndarray, lam: np.ndarray, j: int, order: np.ndarray) -> int:
    """The open options of issue j in the order to be tried, best under the weights first; returns how many."""
    count, worth = 0, np.zeros(space.offsets[j + 1] - space.offsets[j])
    for k in range(space.offsets[j], space.offsets[j + 1]):
        if not alive[k]:
            continue
        here = 0.0
        for i in range(len(lam)):
            here += lam[i] * space.values[k, space.counted[i]]
        at = count
        while at > 0 and worth[at - 1] < here:
            order[at], worth[at] = order[at - 1], worth[at - 1]
            at -= 1
        order[at], worth[at] = k, here
        count += 1
    return count


@njit(cache=True)
def _keep(kept: np.ndarray, scores: np.ndarray, size: int, least: float, package: np.ndarray, score: float) -> int:
    """Adds a package where there is room, after dropping those below `least`; returns how many are kept."""
    live = np.flatnonzero(scores[:size] >= least)
    if len(live) < size:
        for a in range(len(live)):  # each from its own place or a later one
            put(kept[a], kept[live[a]])
            scores[a] = scores[live[a]]
    size = len(live)
    if size < len(kept):
        put(kept[size], package)
        scores[size] = score
        size += 1
    return size


@njit(cache=True)
def tree(space: Space, lam: np.ndarray, starts: np.ndarray, enough: float, max_nodes: int, limit: int) -> Found:
    """Depth-first search from the weights `lam`, after climbing from the packages `starts`.

    Ends early, unproved, at `max_nodes` or with a score of `enough`. Keeps up to `limit` packages that tie; once they
    are full it looks only for better ones.
    """
    m, flat = len(space.offsets) - 1, len(space.values)
    alive, weights = np.ones((m + 2, flat), np.bool_), np.empty((m + 2, len(lam)))
    branch, place, count = np.zeros(m + 2, np.int64), np.zeros(m + 2, np.int64), np.zeros(m + 2, np.int64)
    order, package = np.zeros((m + 2, flat), np.int64), np.empty(m, np.int64)
    kept, scores = np.empty((limit, m), np.int64), np.empty(limit)
    size, depth, nodes, record, full = 0, 0, 0, -np.inf, False
    best = space.offsets[:m].copy()
    for start in starts:
        put(package, start)
        score = climb(space, package)
        if score > record:
            put(best, package)
            record = score
    put(weights[0], lam)
    count[0] = 1  # a level above the root, with the root as its only child
    while depth >= 0 and nodes < max_nodes and record < enough:
        if place[depth] == count[depth]:
            depth -= 1
            continue
        below, j, k = depth + 1, branch[depth], order[depth, place[depth]]
        place[depth] += 1
        put(alive[below], alive[depth])
        if depth > 0:
            alive[below, space.offsets[j] : space.offsets[j + 1]] = False
            alive[below, k] = True
        put(weights[below], weights[depth])
        nodes += 1
        target = max(record + (space.near if full else -space.near), space.least)
        found = narrow(space, target, alive[below], weights[below], package)
        if found == LEAF:
            score = value(space, gains(space, package))
            if score >= target:
                record = max(record, score)
                size = _keep(kept, scores, size, record - space.near, package, score)
                full = size == limit
        elif found != CUT:
            if nodes <= CLIMBS or nodes % CLIMBS == 0:
                score = climb(space, package)
                if score > record:
                    put(best, package)
                    record = score
            branch[below], place[below] = found, 0
            count[below] = _enter(space, alive[below], weights[below], found, order[below])
            depth = below
    live = np.flatnonzero(scores[:size] >= record - space.near)
    if len(live) == 0 and np.isfinite(record):
        put(kept[0], best)
        scores[0], live = record, np.zeros(1, np.int64)
    return Found(record, kept[live], scores[live], full, depth < 0, nodes)
