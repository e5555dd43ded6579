"""Packages within a price, by what they leave unmet, in the order of the demands: the tree of `correction_search`.

A node leaves some options of each issue open and is narrowed as in `bargaining_tree`: by rules, by what each party can
still reach and by Lagrangian bounds. It is then divided on the first demand that is still undecided: what leaves it
unmet comes first. Where all are decided, any package will do, and the node is divided on the option that its weights
like best; the first package met ends the search there. So every set of unmet demands is met once, and sets of one size
in the order of their demands. Where any package will do from the start, rules with few parts undecided come first.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from winset.theory.bargaining_climb import Space, gains, value
from winset.theory.bargaining_tree import CUT, LEAF, narrow
from winset.theory.row_kernels import put


@njit(cache=True)
def _sides(space: Space, named: np.ndarray, j: int, alive: np.ndarray) -> tuple[bool, bool]:
    """Is an option of issue j open that is named, and one that is not?"""
    inside, outside = False, False
    for k in range(space.offsets[j], space.offsets[j + 1]):
        if alive[k]:
            inside = inside or named[k]
            outside = outside or not named[k]
    return inside, outside


@njit(cache=True)
def _first_demand(space: Space, unmet: np.ndarray, issue: np.ndarray, alive: np.ndarray) -> int:
    """The first demand that some open options leave unmet and others meet; -1 if there is none."""
    for d in range(len(unmet)):
        inside, outside = _sides(space, unmet[d], issue[d], alive)
        if inside and outside:
            return d
    return -1


@njit(cache=True)
def _shortest_rule(space: Space, first: int, alive: np.ndarray) -> tuple[int, int]:
    """The rule, from the `first` on, with the fewest parts undecided, and the issue of one of them; -1 if none is."""
    best, at, least = -1, -1, len(space.offsets)
    for r in range(first, len(space.fits)):
        count, here = 0, -1
        for part in range(space.rule_start[r], space.rule_start[r + 1]):
            j = space.rule_issue[part]
            inside, outside = _sides(space, space.fits[r], j, alive)
            if not inside:  # it holds already
                count = least
                break
            if outside:
                count, here = count + 1, here if count else j
        if 0 < count < least:
            best, at, least = r, here, count
    return best, at


@njit(cache=True)
def first_packages(
    space: Space, unmet: np.ndarray, issue: np.ndarray, first_rule: int, limit: int, max_nodes: int
) -> tuple[np.ndarray, int, bool]:
    """One package for each of the first `limit` sets of unmet demands; nodes; and is the answer complete?

    `unmet[d, k]`: option k, of `issue[d]`, leaves demand d unmet. Rules from `first_rule` on are decided first, at
    the price of the order. An answer of fewer packages is complete where there are no others.
    """
    m, flat, n = len(space.offsets) - 1, len(space.values), len(space.base)
    alive, weights = np.ones((flat + 2, flat), np.bool_), np.full((flat + 2, n), 1.0 / n)
    found, package = np.empty((limit, m), np.int64), np.empty(m, np.int64)
    count, nodes, top, decided = 0, 0, 1, flat + 2  # nodes from `decided` upwards on the stack leave the same unmet
    while top > 0 and nodes < max_nodes and count < limit:
        top -= 1
        nodes += 1
        decided = decided if top >= decided else flat + 2
        j = narrow(space, space.least, alive[top], weights[top], package)
        if j == LEAF and value(space, gains(space, package)) >= space.least:
            put(found[count], package)
            count += 1
            top = min(top, decided)
        if j in (LEAF, CUT):
            continue
        r, at = _shortest_rule(space, first_rule, alive[top])
        d = _first_demand(space, unmet, issue, alive[top]) if r < 0 else -1
        if r >= 0:
            j = at
        elif d >= 0:
            j = issue[d]
        else:
            decided = min(decided, top)
        put(alive[top + 1], alive[top])
        put(weights[top + 1], weights[top])
        for k in range(space.offsets[j], space.offsets[j + 1]):
            first = space.fits[r, k] if r >= 0 else unmet[d, k] if d >= 0 else k == package[j]
            alive[top if first else top + 1, k] = False  # the last on the stack is the next
        top += 2
    return found[:count], nodes, count == limit or top == 0
