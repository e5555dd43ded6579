"""The fewest clause changes that make a named plan acceptable to all.

Given a plan x0, a package x is an amendment with change set S(x) = {j: x_j != x0_j}. The least |S| over acceptable
packages is found by the search of `amendment_search`, size by size; then every set of that size is listed (up to a
limit). Its cuts are proved bounds, so a size passed over has no set and a list with `more_exist=False` is complete;
what its nodes do not settle goes to a 0/1 programme. For each set the best amendment is named: largest smallest gain
over reserve, then largest sum of gains.

Since no smaller set works, every clause of a listed set does change. What it cannot say: whether a party would
reopen the plan, or which change is politically small; each clause counts one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from winset.errors import NotSolved, SettingError
from winset.theory import amendment_search as tree
from winset.theory.additive import (
    AdditiveProblem,
    acceptable,
    canonical,
    rule_words,
    tolerance,
    utilities,
)
from winset.theory.bargaining import NoZone, uniform_cut
from winset.theory.bargaining_milp import reserves
from winset.theory.milp_model import (
    SCALE,
    Programme,
    add_row,
    add_utility_row,
    add_variable,
    maximise_checked,
    programme,
)

NODES = 20_000_000  # no answer: a limit; what is not proved within it is said
FEW_NODES = 30_000  # no answer: a limit of the search for the least size; what is left open goes to a programme


@dataclass(frozen=True, eq=False)
class Amendment:
    """One change set, the best package that changes just these clauses, and what it is worth to each party."""

    clauses: tuple[int, ...]
    package: Int[np.ndarray, " issue"]
    utilities: Float[np.ndarray, " party"]
    gains: Float[np.ndarray, " party"]
    change: Float[np.ndarray, " party"]


@dataclass(frozen=True, eq=False)
class Amendments:
    """Least number of clauses to change, with the sets of that size; `no_zone` says why there are none.

    `gains` in each amendment are over the reserves, `change` is against the plan (a loss is negative).
    """

    size: int | None
    sets: tuple[Amendment, ...]
    more_exist: bool
    no_zone: NoZone | None


@dataclass(frozen=True, eq=False)
class Changes:
    """A plan and what else each issue may say: options nobody forbids, what each adds to the plan, its rule words.

    `forced` issues must change, since the plan crosses a red line there; `gain` is the plan's over the reserves.
    """

    problem: AdditiveProblem
    plan: Int[np.ndarray, " issue"]
    others: list[Int[np.ndarray, " _option"]]
    delta: Float[np.ndarray, "issue option party"]
    usable: Bool[np.ndarray, "issue option"]
    words: np.ndarray
    plan_words: np.ndarray
    forced: Bool[np.ndarray, " issue"]
    gain: Float[np.ndarray, " party"]
    slack: Float[np.ndarray, " party"]


def amendments(problem: AdditiveProblem, plan: Int[np.ndarray, " issue"], limit: int = 1000) -> Amendments:
    """All smallest change sets of `plan`, at most `limit`. An acceptable plan needs none: size 0, one empty set."""
    plan = _checked(problem, plan)
    if acceptable(problem, plan)[0]:
        return Amendments(0, (_amendment(problem, plan, plan),), False, None)
    changes = _changes(problem, plan)
    size = _least(changes)
    if size is None:
        return Amendments(None, (), False, uniform_cut(problem))
    packages, complete = _sets_of(changes, size, limit)
    found = sorted((_amendment(problem, plan, package) for package in packages), key=lambda a: a.clauses)
    return Amendments(size, tuple(found), not complete, None)


def fewest(problem: AdditiveProblem, plan: Int[np.ndarray, " issue"]) -> int | None:
    """The least number of clauses of `plan` to change; None where no package suits all. The sets are dearer than their
    size."""
    plan = _checked(problem, plan)
    return 0 if acceptable(problem, plan)[0] else _least(_changes(problem, plan))


def _checked(problem: AdditiveProblem, plan: Int[np.ndarray, " issue"]) -> Int[np.ndarray, " issue"]:
    plan = np.asarray(plan, dtype=np.int64)
    if plan.shape != (len(problem.sizes),) or np.any(plan < 0) or np.any(plan >= np.array(problem.sizes)):
        raise SettingError("a plan names one existing option for every issue")
    return plan


def _amendment(problem: AdditiveProblem, plan: np.ndarray, package: np.ndarray) -> Amendment:
    worth = utilities(problem, package)[0]
    clauses = tuple(int(j) for j in np.flatnonzero(package != plan))
    return Amendment(clauses, package, worth, worth - problem.reserve, worth - utilities(problem, plan)[0])


def _programme(problem: AdditiveProblem, plan: np.ndarray) -> tuple[Programme, np.ndarray, np.ndarray, np.ndarray]:
    """Acceptable packages; the exact floor; per original issue the column of the plan's option (-1 if red-lined)."""
    form = canonical(problem)
    p = programme(form)
    floor = reserves(p)
    column = np.full(len(plan), -1)
    for k, j in enumerate(form.issues):
        at = np.flatnonzero(form.options[k] == plan[j])
        if len(at):
            column[j] = form.offsets[k] + at[0]
    return p, floor, column, form.issues


def _least(changes: Changes) -> int | None:
    """Size by size, ruled out or shown by the search; by a 0/1 programme where its nodes do not suffice."""
    problem, plan = changes.problem, changes.plan
    if any(red.any(axis=0).all() for red in problem.red):
        return None
    for size in range(max(1, int(changes.forced.sum())), len(plan) + 1):
        lam, hope = _multipliers(changes, size)
        if not hope:
            continue
        sets, _, status, complete = _search(changes, lam, size, 1, FEW_NODES)
        if len(sets) and status[0] == tree.PROVED:
            return size
        if len(sets) or not complete:
            return _least_by_programme(problem, plan)
    return None


def _least_by_programme(problem: AdditiveProblem, plan: np.ndarray) -> int | None:
    if not canonical(problem).possible:
        return None
    p, floor, column, _ = _programme(problem, plan)
    kept = column[column >= 0]
    answer = maximise_checked(p, kept, np.ones(len(kept)), floor)
    if answer is None:
        return None
    if round(answer.bound - 1e-6) > round(answer.value):
        raise NotSolved("the least number of amended clauses is not proved", answer.package)
    return len(plan) - round(answer.value)


def _changes(problem: AdditiveProblem, plan: np.ndarray) -> Changes:
    allowed = [np.flatnonzero(~red.any(axis=0)) for red in problem.red]
    others = [kept[kept != plan[j]] for j, kept in enumerate(allowed)]
    m, width = len(plan), max(1, *(len(o) for o in others))
    offsets = np.concatenate([[0], np.cumsum(problem.sizes)]).astype(np.int64)
    flat_words = rule_words(problem.rules, offsets)
    delta = np.zeros((m, width, problem.n_parties))
    usable = np.zeros((m, width), bool)
    words = np.zeros((m, width, flat_words.shape[1]), np.uint64)
    for j, options in enumerate(others):
        delta[j, : len(options)] = (problem.values[j][:, options] - problem.values[j][:, [plan[j]]]).T
        usable[j, : len(options)] = True
        words[j, : len(options)] = flat_words[offsets[j] + options]
    forced = np.array([plan[j] not in kept for j, kept in enumerate(allowed)])
    gain = utilities(problem, plan)[0] - problem.reserve
    return Changes(
        problem, plan, others, delta, usable, words, flat_words[offsets[:-1] + plan], forced, gain, tolerance(problem)
    )


def _multipliers(changes: Changes, size: int) -> tuple[np.ndarray, bool]:
    return tree.multipliers(changes.delta, changes.usable, changes.forced, changes.gain, changes.slack, size)


def _search(
    changes: Changes, lam: np.ndarray, size: int, limit: int, max_nodes: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, bool]:
    """Sets of `size` clauses, the options picked, their status, and whether these are all."""
    delta, usable, forced = changes.delta, changes.usable, changes.forced
    best = np.where(usable, np.einsum("jop,lp->ljo", delta, lam), -np.inf).max(axis=2)
    m, n = len(best[0]), len(changes.gain)
    order = np.array(sorted(range(m), key=lambda j: (not forced[j], -best[n, j], j)), dtype=np.int64)
    top = tree.best_ahead(best, order, size)
    sets, picks, status, found, complete = tree.search(
        order, int(forced.sum()), size, delta, usable.sum(axis=1), changes.words, changes.plan_words, changes.gain,
        changes.slack, lam, best, top, limit, max_nodes,
    )  # fmt: skip
    return sets[:found], picks[:found], status[:found], complete


def _sets_of(changes: Changes, size: int, limit: int) -> tuple[list[np.ndarray], bool]:
    """Best package for each working set of `size` clauses, and whether the list is complete."""
    problem, plan = changes.problem, changes.plan
    sets, picks, status, complete = _search(changes, _multipliers(changes, size)[0], size, limit, NODES)
    packages = []
    for clauses, pick, how in zip(sets, picks, status):
        best_package: np.ndarray | None = None
        if how == tree.PROVED:
            best_package = plan.copy()
            best_package[clauses] = [changes.others[j][o] for j, o in zip(clauses, pick)]
        else:
            best_package = _best_on(problem, plan, clauses)
        if best_package is not None:
            packages.append(best_package)
    if not complete and len(sets) < limit:
        return _by_cuts(problem, plan, size, limit, packages)
    return packages, complete


def _best_on(problem: AdditiveProblem, plan: np.ndarray, clauses: np.ndarray) -> np.ndarray | None:
    """Best amendment changing just `clauses`, by 0/1 programme; None if there is none."""
    p, floor, column, _ = _programme(problem, plan)
    for j, c in enumerate(column):
        if c >= 0:
            p.lower[c], p.upper[c] = (0.0, 0.0) if j in clauses else (1.0, 1.0)
        elif j not in clauses:
            return None
    reach = SCALE * 4 * float(np.abs(np.concatenate(problem.values, axis=1)).sum() + np.abs(problem.reserve).max() + 1)
    t = add_variable(p, -reach, reach)
    for i in range(problem.n_parties):
        add_utility_row(p, i, float(p.form.reserve[i]), 1.0, ((t, -1.0),))
    answer = maximise_checked(p, np.array([t]), np.ones(1), floor)
    return None if answer is None else _home(p, answer.package)


def _by_cuts(
    problem: AdditiveProblem, plan: np.ndarray, size: int, limit: int, packages: list[np.ndarray]
) -> tuple[list[np.ndarray], bool]:
    """Go on by 0/1 programmes, cutting off each set found, where the tree search met its limit of nodes."""
    p, floor, column, _ = _programme(problem, plan)
    kept = column[column >= 0]
    add_row(p, kept, np.ones(len(kept)), float(len(plan) - size), float(len(plan) - size))
    for package in packages:
        _cut_set(p, column, package != plan)
    while len(packages) < limit:
        answer = maximise_checked(p, np.array([0]), np.zeros(1), floor)
        if answer is None:
            return packages, True
        changed = _home(p, answer.package) != plan
        best = _best_on(problem, plan, np.flatnonzero(changed))
        packages.append(_home(p, answer.package) if best is None else best)
        _cut_set(p, column, changed)
    return packages, maximise_checked(p, np.array([0]), np.zeros(1), floor) is None


def _cut_set(p: Programme, column: np.ndarray, changed: np.ndarray) -> None:
    """At least one clause of the set keeps the plan's option."""
    columns = column[changed & (column >= 0)]
    add_row(p, columns, np.ones(len(columns)), 1.0)


def _home(p: Programme, package: np.ndarray) -> np.ndarray:
    home = np.empty_like(package)
    for k, j in enumerate(p.form.issues):
        home[j] = p.form.options[k][package[k]]
    return home
