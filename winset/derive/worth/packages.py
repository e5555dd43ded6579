"""Packages of options: the flat order of all options of a case, and plans as lotteries over them.

A package gives one option per issue. A plan's silent clause is the status quo; a deferred clause ("left to later
talks") is the stated lottery over the issue's options, whose weights are Figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Shaped

from winset.arrays import Arrays, added
from winset.case import model as m
from winset.theory.additive import Rule


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
    """A plan on the layout: the place of the named option per issue, or the odds of each where it is deferred."""

    id: str
    named: dict[str, int]
    odds: dict[str, Float[np.ndarray, "draw _option"]]


def clause_of(plan: m.Plan, issue: m.Issue) -> str:
    """The option id of a plan on an issue, `deferred`, or the status quo where it is silent."""
    clause = plan.clauses.get(issue.id)
    return clause.option if clause else issue.status_quo


def package(arrays: Arrays, plan: m.Plan) -> Package:
    """A plan as a package."""
    return packed(arrays, plan.id, {issue.id: clause_of(plan, issue) for issue in arrays.case.issues})


def packed(arrays: Arrays, name: str, clauses: Mapping[str, str]) -> Package:
    """The package of an option, or `deferred`, for every issue."""
    named, odds = {}, {}
    for issue in layout(arrays.case).issues:
        option = clauses[issue.id]
        if option == m.DEFERRED:
            odds[issue.id] = lottery(arrays, issue)
        else:
            named[issue.id] = issue.option_ids.index(option)
    return Package(name, named, odds)


def beside(columns: Sequence[Float[np.ndarray, " draw"]]) -> Float[np.ndarray, "draw option"]:
    """Columns of the options of an issue, side by side, each in one piece in memory: a package asks for one of them."""
    return np.array(columns).T


def lottery(arrays: Arrays, issue: m.Issue) -> Float[np.ndarray, "draw option"]:
    """The stated odds of each option of an issue that is left to later talks (even odds if all weights are 0)."""
    columns = [arrays.get(issue.id, o, "deferred_weight") for o in issue.option_ids]

    def make() -> Float[np.ndarray, "draw option"]:
        weights = beside(columns)
        total = added(columns)[:, None]
        return np.where(total > 0, weights / np.where(total > 0, total, 1), 1 / len(columns))

    return arrays.memo(("lottery", *map(id, columns)), make)


def mean(block: Shaped[np.ndarray, "draw _"], odds: Float[np.ndarray, "draw option"]) -> Float[np.ndarray, " draw"]:
    """The mean over the options by their odds."""
    return added(block[:, k] * odds[:, k] for k in range(odds.shape[1]))


def broken_rules(case: m.Case, plan: m.Plan) -> tuple[m.Rule, ...]:
    """The rules across clauses that a plan's own (named or silent) clauses break."""
    choice = {i.id: clause_of(plan, i) for i in case.issues}
    return tuple(r for r in case.rules if all(choice[i] in options for i, options in r.forbid.items()))


def rules_of(rules: Sequence[m.Rule], issues: Sequence[m.Issue]) -> tuple[Rule, ...]:
    """The rules by place of issue and option, in order of id. Issues stand as in `issues`; deferral is in no rule."""
    place = {issue.id: j for j, issue in enumerate(issues)}
    return tuple(
        tuple(
            (place[i], frozenset(issues[place[i]].option_ids.index(o) for o in options))
            for i, options in sorted(rule.forbid.items())
        )
        for rule in sorted(rules, key=lambda r: r.id)
    )


def changes(case: m.Case, before: m.Plan, after: m.Plan) -> dict[str, tuple[str, str]]:
    """Issues on which two plans differ, with the option of each, in order of issue id."""
    pairs = {i.id: (clause_of(before, i), clause_of(after, i)) for i in layout(case).issues}
    return {issue: pair for issue, pair in pairs.items() if pair[0] != pair[1]}


def version_pairs(plans: Sequence[m.Plan]) -> list[tuple[m.Plan, m.Plan]]:
    """(earlier, later) for every version and the plan it follows."""
    ids = {p.id: p for p in plans}
    return [(ids[p.follows], p) for p in plans if p.follows in ids]
