"""Largest smallest gain and largest Nash product by an exact tree search with Lagrangian bounds (`bargaining_tree`).

The compiled tree is imported where it is used: a small problem never needs it.

When the tree is done, the best score is the optimum and every package within 1e-9 of it has been kept, so ties are
complete. Every branch cut is cut by a proved bound; there is no solver tolerance. If the tree grows beyond its number
of nodes, the best package met stands with the bound that its root proves.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Int

from winset.theory.additive import TOLERANCE, Canonical, Rule
from winset.theory.bargaining_milp import Optimum
from winset.theory.exhaustive import PRODUCT, count_vectors, leximin_order

if TYPE_CHECKING:
    from winset.theory.bargaining_climb import Space
    from winset.theory.bargaining_tree import Found

NODES = 500_000  # no answer: a limit; what is not proved within it is said
PARTS = (0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)  # no answer: effort; the last alone would prove the same
KEPT = 20_000  # no answer: a limit of the search for ties
FINEST = 1e-4  # no answer: effort on the first bound
ANY = -1.0  # no answer: below the share of every package that qualifies, as `enough` where any will do
STEPS = 2000  # no answer: effort on the first bound; the tree proves with any


def search(
    form: Canonical,
    scale: Float[np.ndarray, " party"],
    counted: Bool[np.ndarray, " party"],
    mode: int,
    rational: bool = True,
    start: np.ndarray | None = None,
    enough: float = math.inf,
    max_nodes: int = NODES,
) -> tuple[bool, Optimum | None]:
    """(proved, optimum): the best package by MIN or PRODUCT score (PRODUCT as a logarithm), leximin among ties.

    Not proved: the tree grew to `max_nodes` or met a score of `enough`; the optimum is then the best package met, with
    a bound, and there may be none. Proved without optimum: no package qualifies (for PRODUCT, none with a gain for
    every party). PRODUCT needs a package that qualifies to `start` from. Works on a canonical problem whose `reserve`
    is the disagreement point.
    """
    space = _space(form, scale, counted, mode, rational)
    lam, bound, package = _root(space)
    starts = np.array([package] if start is None else [package, form.offsets[:-1] + start])
    found, bound = _hunt(space, lam, starts, bound, enough, max_nodes)
    if not len(found.kept):
        return found.proved, None
    return found.proved, _optimum(form, space, scale, found, bound)


def _hunt(
    space: Space, lam: np.ndarray, starts: np.ndarray, bound: float, enough: float, max_nodes: int
) -> tuple[Found, float]:
    """The tree for scores just below the bound, then for lower ones: each that finds none proves a lower bound."""
    from winset.theory.bargaining_climb import climb
    from winset.theory.bargaining_tree import tree

    reached = max(climb(space, start.copy()) for start in starts)
    lowest = max(space.least, reached - space.near)
    top, nodes = bound, 0
    for part in PARTS if enough == math.inf else (1.0,):
        least = bound - part * (bound - lowest)
        found = tree(space._replace(least=least), lam, starts, enough, max_nodes - nodes, KEPT)
        nodes += found.nodes
        if found.record >= least or not found.proved:
            return found, top
        top = min(top, least)
    return found, top


def _optimum(form: Canonical, space: Space, scale: np.ndarray, found: Found, bound: float) -> Optimum:
    """The leximin-best of the packages kept, in an order that no search moves."""
    flat = found.kept[np.lexsort(found.kept.T[::-1])]
    gains = space.base + space.values[flat].sum(axis=1)
    best = int(leximin_order(gains[:, space.counted])[0])
    top = float(np.max(found.scores))
    ties = count_vectors(gains * scale, form.span)
    package = flat[best] - form.offsets[:-1]
    if found.proved:
        return Optimum(package, top, top, ties, not found.cut_short)
    return Optimum(package, top, max(top, bound), ties, False)


def _space(form: Canonical, scale: np.ndarray, counted: np.ndarray, mode: int, rational: bool) -> Space:
    from winset.theory.bargaining_climb import Space

    shares = np.ascontiguousarray(form.values / scale)
    base = (form.constant - form.reserve) / scale
    slack = TOLERANCE * form.span / scale
    some = np.flatnonzero(counted)
    rule_start, rule_issue, fits = rule_parts(form.rules, form.offsets)
    worst = base + np.minimum.reduceat(shares, form.offsets[:-1]).sum(axis=0)
    return Space(
        values=shares,
        base=base,
        slack=slack,
        counted=some,
        offsets=form.offsets,
        rule_start=rule_start,
        rule_issue=rule_issue,
        fits=fits,
        product=mode == PRODUCT,
        rational=rational,
        near=TOLERANCE if mode == PRODUCT else TOLERANCE * float(np.max(form.span / scale)),
        least=-np.inf if mode == PRODUCT else float((-slack if rational else worst - slack)[some].min()),
    )


def rule_parts(
    rules: Sequence[Rule], offsets: Int[np.ndarray, " issue_and_one"]
) -> tuple[Int[np.ndarray, " rule_and_one"], Int[np.ndarray, " part"], Bool[np.ndarray, "rule flat"]]:
    """`rule_start`, `rule_issue` and `fits` of a `Space`."""
    fits = np.zeros((len(rules), int(offsets[-1])), bool)
    for r, rule in enumerate(rules):
        for k, named in rule:
            fits[r, offsets[k] + np.array(sorted(named), dtype=np.int64)] = True
    start = np.concatenate([[0], np.cumsum([len(rule) for rule in rules])]).astype(np.int64)
    return start, np.array([k for rule in rules for k, _ in rule], dtype=np.int64), fits


def _root(space: Space) -> tuple[np.ndarray, float, np.ndarray]:
    """Weights that give a good bound over all packages, the bound, and the package that they like best."""
    from winset.theory.bargaining_climb import climb
    from winset.theory.bargaining_tree import lower

    some, first = space.counted, space.offsets[:-1]
    w, fixed = np.ascontiguousarray(space.values[:, some].T), space.base[some]
    n = len(some)
    lam = np.full(n, 1.0 / n)
    if space.product:  # the mean of the packages that each party likes best
        best = np.array([first + _best(space, np.eye(n)[i]) for i in range(n)])
        lam = 1.0 / np.maximum(fixed + space.values[best][:, :, some].sum(axis=1).mean(axis=0), 1e-6)
    package = first + _best(space, lam)
    goal = max(climb(space, package.copy()), -float(n) * math.log(1e9) if space.product else space.least)
    bound = lower(w, fixed, space.offsets, space.product, goal, STEPS, FINEST, lam, np.empty(w.shape[1]))
    return lam, bound, first + _best(space, lam)


def _best(space: Space, lam: np.ndarray) -> np.ndarray:
    """The option of each issue, counted from its first, that the weights like best."""
    worth = space.values[:, space.counted] @ lam
    return np.array([int(np.argmax(worth[a:b])) for a, b in zip(space.offsets[:-1], space.offsets[1:])])
