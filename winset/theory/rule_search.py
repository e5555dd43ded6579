"""The best package by a score that adds up over issues, among those that break no rule across issues.

Objects. Issues j with options o, a score s_j(o) per option (minus infinity where the option is out of the question),
and rules, each a set of options on some issues that may not all hold together. Wanted, for many draws of the scores
over the same issues and rules:

    max over packages x of  sum_j s_j(x_j)      subject to no rule holding in full.

Issues that no rule names are settled alone. The others fall into groups linked by rules, and each group is written as a
decision diagram, layer by layer: a *state* after the first j issues is the set of rules whose named options have all
been taken so far and that name an issue still to come, so that partial packages of the same state have the same
futures. An option that would complete a rule has no arc. The best package is the longest path from the root, found
backwards (Bellman 1957). The diagram does not depend on the scores, so it is built once for all draws.

Exact: no step is greedy, and where every path is cut the answer is that no package is allowed. Equal scores go to the
option that stands first. What it cannot do: rules that link very many issues at once, whose diagram outgrows
`LARGEST_LAYER` states; that is said with `NotSolved` and never answered by guessing.

References: Bellman (1957); Bryant (1986) for diagrams of shared states; Andersen, Hadzic, Hooker & Tiedemann (2007) for
several values per variable and longest paths under constraints.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from winset.errors import NotSolved
from winset.theory.additive import Rule

LARGEST_LAYER = 1 << 16  # no answer: states of one layer; only a bound on memory
CELLS = 1 << 22  # no answer: numbers held at a time; only a bound on memory


@dataclass(frozen=True, eq=False)
class Best:
    """Per draw the best package (option per issue) and whether any package is allowed.

    Where none is, `choice` is the best option of each issue taken alone, rules or no rules.
    """

    choice: Int[np.ndarray, "draw issue"]
    possible: Bool[np.ndarray, " draw"]


@dataclass(frozen=True, eq=False)
class Diagram:
    """A group of linked issues. arcs[k][state, option]: the state after issue k, or -1 where the option is cut."""

    issues: tuple[int, ...]
    arcs: tuple[Int[np.ndarray, "_state _option"], ...]
    after: tuple[int, ...]  # number of states after each issue


def best_packages(scores: Sequence[Float[np.ndarray, "draw _option"]], rules: Sequence[Rule]) -> Best:
    """The best package of every draw. `scores` has one table an issue.

    Raises NotSolved when a group of linked issues is too large for its diagram.
    """
    firsts = [_first_best(table) for table in scores]
    alone = np.stack([place for place, _ in firsts], axis=1)
    choice, possible = alone.copy(), np.ones(len(alone), bool)
    for _, top in firsts:
        possible &= np.isfinite(top)
    for members, own in groups(len(scores), rules):
        broken = np.any([_holds(rule, choice) for rule in own], axis=0)
        at = np.flatnonzero(broken & possible)
        if not at.size:
            continue
        diagram = build(members, [table.shape[1] for table in scores], own)
        found, allowed = _longest(diagram, [scores[j][at] for j in members])
        choice[np.ix_(at[allowed], members)] = found[allowed]
        possible[at] = allowed
    choice[~possible] = alone[~possible]
    return Best(choice, possible)


def _first_best(
    table: Float[np.ndarray, "draw _option"],
) -> tuple[Int[np.ndarray, " draw"], Float[np.ndarray, " draw"]]:
    """Of every draw the first of the best options, and its score: a column at a time, since options are few."""
    place, top = np.zeros(len(table), np.int64), table[:, 0].copy()
    for k in range(1, table.shape[1]):
        np.copyto(place, k, where=table[:, k] > top)
        np.maximum(top, table[:, k], out=top)
    return place, top


def groups(n_issues: int, rules: Sequence[Rule]) -> list[tuple[tuple[int, ...], tuple[Rule, ...]]]:
    """Issues linked by rules, group by group, with the rules of each."""
    label = list(range(n_issues))
    for rule in rules:
        linked = {label[j] for j, _ in rule}
        label = [min(linked) if x in linked else x for x in label]
    found = []
    for one in sorted({label[j] for rule in rules for j, _ in rule}):
        members = tuple(j for j in range(n_issues) if label[j] == one)
        found.append((members, tuple(rule for rule in rules if label[rule[0][0]] == one)))
    return found


def build(members: Sequence[int], sizes: Sequence[int], rules: Sequence[Rule]) -> Diagram:
    """The diagram of a group. Raises NotSolved when a layer outgrows `LARGEST_LAYER`."""
    whole = (1 << len(rules)) - 1
    fits = {j: [whole] * sizes[j] for j in members}  # per option: the rules it leaves alive
    last = {r: max(j for j, _ in rule) for r, rule in enumerate(rules)}
    for r, rule in enumerate(rules):
        for j, named in rule:
            for o in range(sizes[j]):
                if o not in named:
                    fits[j][o] &= ~(1 << r)
    states, arcs, after = {whole: 0}, [], []
    for j in members:
        ending = sum(1 << r for r in last if last[r] == j)
        places: dict[int, int] = {}
        table = np.full((len(states), sizes[j]), -1, dtype=np.int64)
        for state, row in states.items():
            for o, alive in enumerate(fits[j]):
                left = state & alive
                if not left & ending:
                    table[row, o] = places.setdefault(left, len(places))
        if len(places) > LARGEST_LAYER:
            raise NotSolved(
                f"the rules link {len(members)} issues in too many ways ({len(places):,} states); split them"
            )
        states = places
        arcs.append(table)
        after.append(len(places))
    return Diagram(tuple(members), tuple(arcs), tuple(after))


def _holds(rule: Rule, choice: Int[np.ndarray, "draw issue"]) -> Bool[np.ndarray, " draw"]:
    """Draws in which every part of a rule has one of its named options."""
    held = np.ones(len(choice), bool)
    for j, named in rule:
        own = np.zeros(1 + max([int(choice[:, j].max(initial=0)), *named]), bool)
        own[list(named)] = True
        held &= own[choice[:, j]]
    return held


def _longest(
    diagram: Diagram, scores: Sequence[Float[np.ndarray, "draw _option"]]
) -> tuple[Int[np.ndarray, "draw member"], Bool[np.ndarray, " draw"]]:
    """The longest path of every draw, a part of the draws at a time."""
    widest = max((max(arc.size, states + 1) for arc, states in zip(diagram.arcs, diagram.after)), default=1)
    step = max(1, CELLS // (widest * len(diagram.arcs)))
    parts = [
        _paths(diagram, [table[start : start + step] for table in scores]) for start in range(0, len(scores[0]), step)
    ]
    return np.concatenate([found for found, _ in parts]), np.concatenate([allowed for _, allowed in parts])


def _paths(
    diagram: Diagram, scores: Sequence[Float[np.ndarray, "draw _option"]]
) -> tuple[Int[np.ndarray, "draw member"], Bool[np.ndarray, " draw"]]:
    """Backwards: the best score from every state to the end. Forwards: the path that has it."""
    draws, none = len(scores[0]), np.full((len(scores[0]), 1), -np.inf)
    ahead = [np.concatenate([np.zeros((draws, diagram.after[-1])), none], axis=1)]  # the last column: no arc (-1)
    for arc, table in zip(reversed(diagram.arcs), reversed(scores)):
        best = (table[:, None, :] + ahead[-1][:, arc]).max(axis=2)
        ahead.append(np.concatenate([best, none], axis=1))
    ahead.reverse()
    allowed = np.isfinite(ahead[0][:, 0])
    found = np.zeros((draws, len(diagram.arcs)), dtype=np.int64)
    rows = np.flatnonzero(allowed)
    state = np.zeros(len(rows), dtype=np.int64)
    for k, (arc, table) in enumerate(zip(diagram.arcs, scores)):
        onward = arc[state]
        option = (table[rows] + ahead[k + 1][rows[:, None], onward]).argmax(axis=1)
        found[rows, k] = option
        state = onward[np.arange(len(rows)), option]
    return found, allowed
