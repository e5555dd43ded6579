"""The smallest sets of demands to drop, in order, by a tree of packages that is searched size by size.

A package leaves some demands unmet; how many is its *price*. The tree of `correction_tree` lists what packages within a
price leave unmet, in the order of the demands, and proves that there is nothing else. To the tree the price is one more
party; a reserve that can be missed is one more issue, kept or dropped, where dropping makes up for all that the party
could lack; a set already found is a rule. So what the next size leaves unmet in a package is a set of just that size,
and it is minimal. Whether any package is left, whatever is dropped, is asked with a price that is enough for all; that
is a question of the sets found more than of bounds, so there the tree decides these rules first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Int

from winset.errors import NotSolved
from winset.theory.additive import TOLERANCE, AdditiveProblem, Rule
from winset.theory.bargaining_search import rule_parts

if TYPE_CHECKING:
    from winset.theory.bargaining_climb import Space

WORK = 200_000  # no answer: a limit in nodes of the tree; what is left open goes to a programme


@dataclass
class Search:
    """What the tree searches (its last party is the price), and the nodes spent so far.

    The first `given` rules are those of the problem. `live`: the demands that some option leaves unmet, as places in
    what was asked; `unmet`: these options of each, and `issue`: the one issue that they belong to.
    """

    space: Space
    rules: tuple[Rule, ...]
    given: int
    live: Int[np.ndarray, " live"]
    unmet: Bool[np.ndarray, "live flat"]
    issue: Int[np.ndarray, " live"]
    nodes: int = 0  # no answer: nothing was asked yet


def smallest_sets(
    problem: AdditiveProblem, asked: Sequence[tuple[str, int, int]], limit: int
) -> tuple[list[tuple[int, ...]], bool]:
    """Minimal correction sets as places in `asked`, by size and then in the order of demands; are there more?

    `asked` are reserves and red lines; rules always hold. Raises NotSolved where the work does not suffice.
    """
    search = _search(problem, asked)
    found: list[tuple[int, ...]] = []
    size = 0
    while _sets(search, len(search.live), 1):
        if len(found) == limit:
            return found, True
        new: list[tuple[int, ...]] = []
        while not new:
            new = _sets(search, size, limit + 1 - len(found))
            size += 1
        found += new
        if len(found) > limit:
            return found[:limit], True
        _forbid(search, new)
    return found, False


def _search(problem: AdditiveProblem, asked: Sequence[tuple[str, int, int]]) -> Search:
    from winset.theory.bargaining_climb import Space

    span, m = problem.span, len(problem.sizes)
    worst = (problem.constant + sum(v.min(axis=1) for v in problem.values) - problem.reserve) / span
    short = np.flatnonzero(worst < -TOLERANCE)
    n = len(short) + 1
    offsets = np.concatenate([[0], np.cumsum([*problem.sizes, *[2] * len(short)])]).astype(np.int64)
    dropping = offsets[m:-1] + 1
    values = np.zeros((int(offsets[-1]), n))
    values[: offsets[m], :-1] = (np.concatenate(problem.values, axis=1)[short] / span[short, None]).T
    values[dropping, np.arange(n - 1)] = -worst[short]
    unmet = np.zeros((len(asked), len(values)), bool)
    for d, (kind, i, j) in enumerate(asked):
        if kind == "red":
            unmet[d, offsets[j] : offsets[j + 1]] = problem.red[j][i]
        else:
            unmet[d, dropping[short == i]] = True
    live = np.flatnonzero(unmet.any(axis=1))
    unmet = unmet[live]
    values[:, -1] = -unmet.sum(axis=0)
    rule_start, rule_issue, fits = rule_parts(problem.rules, offsets)
    space = Space(
        values=values,
        base=np.append(((problem.constant - problem.reserve) / span)[short], 0.0),
        slack=np.full(n, TOLERANCE),
        counted=np.arange(n),
        offsets=offsets,
        rule_start=rule_start,
        rule_issue=rule_issue,
        fits=fits,
        product=False,
        rational=True,
        near=TOLERANCE,
        least=-TOLERANCE,
    )
    issue = np.searchsorted(offsets, unmet.argmax(axis=1), side="right") - 1
    return Search(space, problem.rules, len(problem.rules), live, unmet, issue)


def _sets(search: Search, price: int, limit: int) -> list[tuple[int, ...]]:
    """The first `limit` sets of demands that packages within a price leave unmet."""
    from winset.theory.correction_tree import first_packages

    search.space.base[-1] = price
    in_order = price < len(search.live)
    packages, nodes, complete = first_packages(
        search.space,
        search.unmet,
        search.issue,
        len(search.rules) if in_order else search.given,
        limit,
        WORK - search.nodes,
    )
    search.nodes += nodes
    if not complete:
        raise NotSolved("the search for correction sets has reached its limit")
    return [tuple(map(int, search.live[search.unmet[:, one].any(axis=1)])) for one in packages]


def _forbid(search: Search, sets: Sequence[tuple[int, ...]]) -> None:
    """From now on no package may leave all demands of one of these sets unmet."""
    offsets = search.space.offsets
    for one in sets:
        parts: dict[int, frozenset[int]] = {}
        for d in np.flatnonzero(np.isin(search.live, one)):
            j = int(search.issue[d])
            options = frozenset((np.flatnonzero(search.unmet[d]) - offsets[j]).tolist())
            parts[j] = parts.get(j, options) & options
        search.rules += (tuple(parts.items()),)
    start, issue, fits = rule_parts(search.rules, offsets)
    search.space = search.space._replace(rule_start=start, rule_issue=issue, fits=fits)
