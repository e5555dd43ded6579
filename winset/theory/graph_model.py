"""The graph model for conflict resolution: which states stand if each looks one move ahead, from orderings alone.

States s; R_i(s): states to which decision maker i can move from s; an improvement is a move to what i prefers.
Sequences of the others: moves by others than i, nobody twice in a row. With u_i the ordering of i, state s is stable
for i

    Nash   if i has no improvement from s;
    GMR    if every improvement s1 can be met by a sequence of the others to some s2 that is no better than s for i;
    SMR    if besides i cannot escape from that s2 to anything better than s;
    SEQ    if every improvement can be met so by a sequence in which each mover improves on where it stands.

A state that is stable for all is an equilibrium; Nash lies within SEQ within GMR, and Nash within SMR within GMR.

Inverse. What must i prefer for s to stand, all else equal? Whether s is stable for i depends only on which states are
better than s for i. Under all strict rankings of m relevant states and s equally likely, a given set of k better ones
has chance k! (m - k)!/(m + 1)!, so that the share of rankings under which s is stable is a sum over sets; for Nash it
is 1/(own moves + 1). `turns` is a smallest set of states that must cease to be better than s.

Preference by ordered statements: the score of a state is the sum of 2^(n - j) over the true ones of n statements, the
first the most important.

Cannot say: odds, strength of preference, timing. What can be undone, which combinations are possible and who moves what
is the case's to say.

Reference: L. Fang, K. Hipel and D. M. Kilgour, Interactive Decision Making: The Graph Model for Conflict Resolution
(1993). H. Xu, K. Hipel, D. M. Kilgour and L. Fang, Conflict Resolution Using the Graph Model (2018). R. Kinsara, O.
Petersons, K. Hipel and D. M. Kilgour, Journal of Decision Systems 24 (2015), for the inverse question.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float

from winset.errors import SettingError

Concept = Literal["nash", "gmr", "smr", "seq"]
CONCEPTS: tuple[Concept, ...] = ("nash", "gmr", "smr", "seq")
MOST_STATES = 2_000  # no answer: dense matrices of moves beyond it take too much memory
MOST_RELEVANT = 13  # no answer: 2^13 sets are looked through
MOST_SETS = 20_000  # no answer: sets of one size that are tried
Reach = Bool[np.ndarray, "state state"]


def _join(a: Reach, b: Reach) -> Reach:
    return (a.astype(np.float32) @ b.astype(np.float32)) > 0


@dataclass(frozen=True)
class GraphModel:
    """moves: who can move from a state (row) to which (column), a matrix for each; worth: higher is better."""

    moves: tuple[Reach, ...]
    worth: Float[np.ndarray, "actor state"]

    def __post_init__(self) -> None:
        states = self.worth.shape[1]
        if states > MOST_STATES:
            raise SettingError(f"a graph model takes at most {MOST_STATES} states, not {states}; forbid combinations")
        if len(self.moves) != len(self.worth) or any(m.shape != (states, states) for m in self.moves):
            raise SettingError("a graph model needs one square matrix of moves for each row of worths")

    @cached_property
    def improvements(self) -> tuple[Reach, ...]:
        return tuple(m & (w[None, :] > w[:, None]) for m, w in zip(self.moves, self.worth))

    def others(self, i: int, improving: bool = False) -> Reach:
        """States that sequences of the others than i lead to, each mover improving or not."""
        steps = self.improvements if improving else self.moves
        by = {j: steps[j] for j in range(len(steps)) if j != i}
        if not by:
            return np.zeros_like(self.moves[i])
        last = dict(by)
        while True:
            after = {}
            for j, own in by.items():
                before = [reached for k, reached in last.items() if k != j]
                after[j] = own | _join(np.logical_or.reduce(before), own) if before else own
            if all(np.array_equal(after[j], last[j]) for j in by):
                return np.asarray(np.any(list(after.values()), axis=0))
            last = after

    def stable(self, i: int, concept: Concept) -> Bool[np.ndarray, " state"]:
        """The states that are stable for decision maker i."""
        if concept == "nash":
            return np.asarray(~self.improvements[i].any(axis=1))
        worth = self.worth[i]
        no_better = worth[None, :] <= worth[:, None]
        if concept == "smr":
            no_better = no_better & ~_join(~no_better, self.moves[i].T)
        met = _join(no_better, self.others(i, concept == "seq").T)
        return np.asarray(~(self.improvements[i] & ~met).any(axis=1))

    def equilibria(self, concept: Concept) -> Bool[np.ndarray, " state"]:
        """The states that are stable for all."""
        held = np.array([self.stable(i, concept) for i in range(len(self.moves))])
        return np.asarray(held.all(axis=0))

    def _asks(self, i: int, s: int, concept: Concept) -> tuple[list[int], dict[int, set[int]], dict[int, set[int]]]:
        """Own moves from s, for each what the others can make of it, and for each of those where i can escape to."""
        own = [int(t) for t in np.flatnonzero(self.moves[i][s]) if t != s]
        if concept == "nash":
            return own, {t: set() for t in own}, {}
        reach = self.others(i, concept == "seq")
        met = {t: {int(x) for x in np.flatnonzero(reach[t])} for t in own}
        after = {x for t in own for x in met[t]}
        escape = {x: {int(y) for y in np.flatnonzero(self.moves[i][x])} for x in after} if concept == "smr" else {}
        return own, met, escape

    def share_of_rankings(self, i: int, s: int, concept: Concept) -> float | None:
        """Share of the strict rankings of i under which s is stable for i; None where too many states matter."""
        own, met, escape = self._asks(i, s, concept)
        relevant = sorted({*own, *(x for t in own for x in met[t]), *(y for x in escape for y in escape[x])} - {s})
        if len(relevant) > MOST_RELEVANT:
            return None
        m, total = len(relevant), 0.0
        for chosen in itertools.product((False, True), repeat=m):
            better = {t for t, is_better in zip(relevant, chosen) if is_better}
            if _stands(own, met, escape, better):
                total += math.factorial(len(better)) * math.factorial(m - len(better))
        return total / math.factorial(m + 1)

    def turns(self, i: int, s: int, concept: Concept) -> tuple[int, ...]:
        """A smallest set of states that must cease to be better than s for i, for s to be stable for i.

        Where there are too many sets to try: all states that i would gain by moving to, which is always enough.
        """
        own, met, escape = self._asks(i, s, concept)
        better = {int(t) for t in np.flatnonzero(self.worth[i] > self.worth[i][s])}
        improving = [t for t in own if t in better]
        useful = sorted(
            better & {*improving, *(x for t in improving for x in met[t]), *(y for x in escape for y in escape[x])}
        )
        for size in range(len(improving)):
            if math.comb(len(useful), size) > MOST_SETS:
                break
            for some in itertools.combinations(useful, size):
                if _stands(own, met, escape, better - set(some)):
                    return some
        return tuple(improving)


def _stands(own: list[int], met: dict[int, set[int]], escape: dict[int, set[int]], better: set[int]) -> bool:
    """Whether every improvement among `own` is met by something that is not better (and not escaped)."""
    return all(
        t not in better or any(x not in better and not (escape.get(x, set()) & better) for x in met[t]) for t in own
    )


def from_lists(moves: Sequence[Sequence[Sequence[int]]], worth: Sequence[Sequence[float]]) -> GraphModel:
    """A model from lists of moves (states counted from 0) and worths."""
    made = []
    for own in moves:
        reach = np.zeros((len(own), len(own)), bool)
        for s, to in enumerate(own):
            reach[s, list(to)] = True
        made.append(reach)
    return GraphModel(tuple(made), np.asarray(worth, float))


def by_statements(true: Bool[np.ndarray, "statement state"]) -> Float[np.ndarray, " state"]:
    """Scores of the states from which of the ordered statements hold in each, the first the most important."""
    n = len(true)
    return (2.0 ** np.arange(n - 1, -1, -1)) @ true if n else np.zeros(true.shape[1])
