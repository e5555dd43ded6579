"""The options of the sides as a graph model: feasible states, who can move where, and which states stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from jaxtyping import Bool

from winset.case.escalation import Graph, Literals, literal
from winset.errors import DossierError, Problem
from winset.theory.graph_model import CONCEPTS, MOST_STATES, Concept, GraphModel, by_statements

MOST_OPTIONS = 16  # no answer: 2^16 combinations are looked through


@dataclass(frozen=True)
class States:
    """taken: which options are taken in which state; players in the order of the case."""

    graph: Graph
    taken: Bool[np.ndarray, "state option"]
    model: GraphModel

    def at(self, options: Sequence[str]) -> int:
        """The number of the state in which just these options are taken."""
        wanted = np.array([o.id in options for o in self.graph.options])
        return int(np.flatnonzero((self.taken == wanted).all(axis=1))[0])

    def words(self, state: int) -> str:
        """What is done in a state."""
        labels = [o.label for o, on in zip(self.graph.options, self.taken[state]) if on]
        return "; ".join(labels) or "nothing of it"

    @cached_property
    def named(self) -> dict[str, int]:
        """The state of today, and the ends that the case names."""
        return {"now": self.at(self.graph.now), **{name: self.at(own) for name, own in sorted(self.graph.ends.items())}}

    def stands(self, state: int) -> dict[Concept, bool]:
        return {c: bool(self.model.equilibria(c)[state]) for c in CONCEPTS}

    def leaves(self, state: int, concept: Concept) -> list[int]:
        """The players for whom a state is not stable."""
        return [i for i in range(len(self.graph.players)) if not self.model.stable(i, concept)[state]]


def states(graph: Graph) -> States:
    """Raises DossierError where there are too many options or feasible states."""
    ids = [o.id for o in graph.options]
    if len(ids) > MOST_OPTIONS:
        raise _too_many(f"{len(ids)} options")
    combos = np.array(list(product((False, True), repeat=len(ids))), bool).reshape(-1, len(ids))
    for together in graph.never:
        combos = combos[~_holds(combos, ids, together)]
    if len(combos) > MOST_STATES:
        raise _too_many(f"{len(combos):,} feasible states")
    lasting = np.array([o in graph.lasting for o in ids])
    undone = (combos[:, None, :] & ~combos[None, :, :] & lasting).any(axis=2)
    differ = combos[:, None, :] != combos[None, :, :]
    moves, worth = [], []
    for player in graph.players:
        own = np.array([o in {x.id for x in player.options} for o in ids])
        moves.append(differ.any(axis=2) & ~(differ & ~own).any(axis=2) & ~undone)
        worth.append(by_statements(np.array([_holds(combos, ids, s) for s in player.prefers])))
    return States(graph, combos, GraphModel(tuple(moves), np.array(worth)))


def _holds(
    combos: Bool[np.ndarray, "state option"], ids: Sequence[str], together: Literals
) -> Bool[np.ndarray, " state"]:
    held = np.ones(len(combos), bool)
    for option, on in map(literal, together):
        held &= combos[:, ids.index(option)] == on
    return held


def _too_many(what: str) -> DossierError:
    remedy = (
        f"at most {MOST_OPTIONS} options and {MOST_STATES:,} states; merge options, or forbid combinations in `never`"
    )
    return DossierError([Problem("escalation.yaml", None, f"{what} are too many for a graph model", remedy)])
