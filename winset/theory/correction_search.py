"""The smallest sets of demands to drop, in order, by asking the tree of `bargaining_tree` whether any is left.

A package leaves some demands unmet. With some demands dropped and some kept for sure, its *price* is how many of the
undecided ones it leaves unmet, and the question is whether a package has a price within a budget. To the tree the price
is one more party; a reserve that can be missed is one more issue, kept or dropped, where dropping makes up for all that
the party could lack; an option that leaves a kept demand unmet is closed; a set already found is a rule. Every no is
proved. Where the tree's patience ends the answer is left open, and the sets are divided further.

Sets of one size are met in the order of their demands: each in turn is dropped, then kept, and a branch that holds no
set is passed over; the package that showed one of two branches open spares that question. Where a size has no more
sets, what the next size leaves unmet in a package is a set of just that size, so it is minimal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Int

from winset.errors import NotSolved
from winset.theory.additive import TOLERANCE, AdditiveProblem, Rule
from winset.theory.bargaining_search import ANY, rule_parts

if TYPE_CHECKING:
    from winset.theory.bargaining_climb import Space

CLOSED = 1e6  # no answer: a price beyond every budget
PATIENCE = 30  # no answer: effort on a question that may stay open
WORK = 60_000  # no answer: a limit in nodes of the tree; what is left open goes to a programme
QUESTION = 10  # no answer: what a question costs apart from its nodes, in nodes


@dataclass
class Questions:
    """What the tree is asked about (its last party is the price), and the work done so far.

    `unmet`: the options that leave each demand unmet; `live`: the demands that have such options; `start`: the package
    met last, options numbered in the row.
    """

    space: Space
    rules: tuple[Rule, ...]
    unmet: Bool[np.ndarray, "demand flat"]
    live: tuple[int, ...]
    start: Int[np.ndarray, " issue"]
    work: int = 0  # no answer: nothing was asked yet


def smallest_sets(
    problem: AdditiveProblem, asked: Sequence[tuple[str, int, int]], limit: int
) -> tuple[list[tuple[int, ...]], bool]:
    """Minimal correction sets as places in `asked`, by size and then in the order of demands; are there more?

    `asked` are reserves and red lines; rules always hold. Raises NotSolved where the work does not suffice.
    """
    questions = _questions(problem, asked)
    found: list[tuple[int, ...]] = []
    size = 0
    while _ask(questions, 0, questions.live, ()) is not None:
        seen = _ask(questions, size, (), ())
        for one in () if seen is None else _sets(questions, size, (), (), questions.live, seen):
            if len(found) == limit:
                return found, True
            found.append(one)
        if found == [()]:
            break
        _forbid(questions, [one for one in found if len(one) == size])
        size += 1
    return found, False


def _questions(problem: AdditiveProblem, asked: Sequence[tuple[str, int, int]]) -> Questions:
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
    live = tuple(map(int, np.flatnonzero(unmet.any(axis=1))))
    return Questions(space, problem.rules, unmet, live, offsets[:-1].copy())


def _sets(
    questions: Questions,
    size: int,
    dropped: tuple[int, ...],
    kept: tuple[int, ...],
    undecided: tuple[int, ...],
    seen: frozenset[int],
) -> Iterator[tuple[int, ...]]:
    """Sets of `size` that hold `dropped` and nothing of `kept`; `seen`: one of them, or empty where none is known."""
    if len(dropped) == size:
        yield dropped
        return
    for place, demand in enumerate(undecided):
        more = (*dropped, demand)
        within = seen if demand in seen else _ask(questions, size - len(more), more, kept)
        if within is not None:
            yield from _sets(questions, size, more, kept, undecided[place + 1 :], within)
        kept = (*kept, demand)
        if demand in seen or not seen:
            without = _ask(questions, size - len(dropped), dropped, kept)
            if without is None:
                return
            seen = without


def _ask(questions: Questions, budget: int, dropped: tuple[int, ...], kept: tuple[int, ...]) -> frozenset[int] | None:
    """What a package within the budget leaves unmet; None if there is none; empty if the question stays open.

    Without a budget no question stays open. Raises NotSolved at the limit of the work.
    """
    from winset.theory.bargaining_tree import tree

    space, unmet = questions.space, questions.unmet
    undecided = np.ones(len(unmet), bool)
    undecided[[*dropped, *kept]] = False
    closed = unmet[list(kept)].any(axis=0)
    space.values[:, -1] = -np.where(closed, CLOSED, unmet[undecided].sum(axis=0))
    space.base[-1] = budget
    left = WORK - questions.work
    nodes = min(PATIENCE, left) if budget else left
    found = tree(space, np.full(len(space.base), 1.0 / len(space.base)), questions.start[None], ANY, nodes, 1)
    questions.work += found.nodes + QUESTION
    if len(found.kept):
        questions.start = found.kept[0]
        return frozenset(int(d) for d in np.flatnonzero(unmet[:, questions.start].any(axis=1)))
    if found.proved:
        return None
    if questions.work >= WORK:
        raise NotSolved("the search for correction sets has reached its limit")
    return frozenset()


def _forbid(questions: Questions, sets: Sequence[tuple[int, ...]]) -> None:
    """From now on no package may leave all demands of one of these sets unmet."""
    offsets = questions.space.offsets
    for one in sets:
        parts: dict[int, frozenset[int]] = {}
        for demand in one:
            flat = np.flatnonzero(questions.unmet[demand])
            j = int(np.searchsorted(offsets, flat[0], side="right")) - 1
            options = frozenset((flat - offsets[j]).tolist())
            parts[j] = parts.get(j, options) & options
        questions.rules += (tuple(parts.items()),)
    start, issue, fits = rule_parts(questions.rules, offsets)
    questions.space = questions.space._replace(rule_start=start, rule_issue=issue, fits=fits)
