"""Packages within a price, by what they leave unmet, in the order of the demands: the tree of `correction_search`.

A node leaves some options of each issue open and is narrowed as in `bargaining_tree`: by rules, by what each party can
still reach and by Lagrangian bounds. It is then divided on the first demand that is still undecided: what leaves it
unmet comes first. Where all are decided, any package will do, and the node is divided on the option that its weights
like best; the first package met ends the search there. So every set of unmet demands is met once, and sets of one size
in the order of their demands.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from winset.theory.bargaining_climb import Space, gains, value
from winset.theory.bargaining_tree import CUT, LEAF, narrow
from winset.theory.row_kernels import put


@njit(cache=True)
def _undecided(space: Space, unmet: np.ndarray, issue: np.ndarray, alive: np.ndarray) -> int:
    """The first demand that some open options meet and others leave unmet; -1 if there is none."""
    for d in range(len(unmet)):
        some, others = False, False
        for k in range(space.offsets[issue[d]], space.offsets[issue[d] + 1]):
            some = some or (alive[k] and unmet[d, k])
            others = others or (alive[k] and not unmet[d, k])
        if some and others:
            return d
    return -1


@njit(cache=True)
def first_packages(
    space: Space, unmet: np.ndarray, issue: np.ndarray, limit: int, max_nodes: int
) -> tuple[np.ndarray, int, bool]:
    """One package for each of the first `limit` sets of unmet demands; nodes; and is the answer complete?

    `unmet[d, k]`: option k, of `issue[d]`, leaves demand d unmet. An answer of fewer packages is complete where there
    are no others.
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
        d = _undecided(space, unmet, issue, alive[top])
        if d < 0:
            decided = min(decided, top)
        else:
            j = issue[d]
        put(alive[top + 1], alive[top])
        put(weights[top + 1], weights[top])
        for k in range(space.offsets[j], space.offsets[j + 1]):
            first = unmet[d, k] if d >= 0 else k == package[j]
            alive[top if first else top + 1, k] = False  # the last on the stack is the next
        top += 2
    return found[:count], nodes, count == limit or top == 0
