"""Packages of options: the flat order of all options of a case, and plans as lotteries over them.

A package gives one option per issue. A plan's silent clause is the status quo; a deferred clause ("left to later
talks") is the stated lottery over the issue's options, whose weights are Figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float

from winset.arrays import Arrays
from winset.case import model as m


@dataclass(frozen=True)
class Layout:
    """Where each option stands in a flat vector: issues by id, options in their order on the issue.

    The order of issues is by id, not by place in the file, so that it is the same for any order of rows.
    """

    issues: tuple[m.Issue, ...]

    @cached_property
    def start(self) -> dict[str, int]:
        ends = np.cumsum([0, *(len(i.options) for i in self.issues)])
        return {issue.id: int(at) for issue, at in zip(self.issues, ends)}

    @property
    def size(self) -> int:
        return sum(len(i.options) for i in self.issues)

    def at(self, issue: str, option: str) -> int:
        """Flat index of an option."""
        found = next(i for i in self.issues if i.id == issue)
        return self.start[issue] + found.option_ids.index(option)

    def span(self, issue: str) -> slice:
        found = next(i for i in self.issues if i.id == issue)
        return slice(self.start[issue], self.start[issue] + len(found.options))


def layout(case: m.Case) -> Layout:
    """The layout of a case."""
    return Layout(tuple(sorted(case.issues, key=lambda i: i.id)))


@dataclass(frozen=True)
class Package:
    """A plan on the layout: odds of each option, and which options it names outright."""

    id: str
    odds: Float[np.ndarray, "draw flat"]
    named: Bool[np.ndarray, " flat"]
    deferred: tuple[str, ...] = ()


def clause_of(plan: m.Plan, issue: m.Issue) -> str:
    """The option id of a plan on an issue, `deferred`, or the status quo where it is silent."""
    clause = plan.clauses.get(issue.id)
    return clause.option if clause else issue.status_quo


def package(arrays: Arrays, plan: m.Plan) -> Package:
    """A plan as a package. `odds` has one row where no clause is deferred, else one row a draw."""
    lay = layout(arrays.case)
    deferred = tuple(i.id for i in lay.issues if clause_of(plan, i) == m.DEFERRED)
    odds = np.zeros((arrays.draws if deferred else 1, lay.size))
    named = np.zeros(lay.size, bool)
    for issue in lay.issues:
        if issue.id in deferred:
            odds[:, lay.span(issue.id)] = lottery(arrays, issue)
        else:
            named[lay.at(issue.id, clause_of(plan, issue))] = True
    odds[:, named] = 1.0
    return Package(plan.id, odds, named, deferred)


def lottery(arrays: Arrays, issue: m.Issue) -> Float[np.ndarray, "draw option"]:
    """The stated odds of each option of an issue that is left to later talks (even odds if all weights are 0)."""
    weights = np.stack([arrays.get(issue.id, o, "deferred_weight") for o in issue.option_ids], axis=1)
    total = weights.sum(axis=1, keepdims=True)
    return np.where(total > 0, weights / np.where(total > 0, total, 1), 1 / len(issue.options))


def broken_rules(case: m.Case, plan: m.Plan) -> tuple[m.Rule, ...]:
    """The rules across clauses that a plan's own (named or silent) clauses break."""
    choice = {i.id: clause_of(plan, i) for i in case.issues}
    return tuple(r for r in case.rules if all(choice[i] in options for i, options in r.forbid.items()))


def changes(case: m.Case, before: m.Plan, after: m.Plan) -> dict[str, tuple[str, str]]:
    """Issues on which two plans differ, with the option of each, in order of issue id."""
    pairs = {i.id: (clause_of(before, i), clause_of(after, i)) for i in layout(case).issues}
    return {issue: pair for issue, pair in pairs.items() if pair[0] != pair[1]}


def version_pairs(plans: Sequence[m.Plan]) -> list[tuple[m.Plan, m.Plan]]:
    """(earlier, later) for every version and the plan it follows."""
    ids = {p.id: p for p in plans}
    return [(ids[p.follows], p) for p in plans if p.follows in ids]
