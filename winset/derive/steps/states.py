"""The options of the sides as a graph model: feasible states, who can move where, and which states stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool

from winset.case.escalation import MERGE, Graph, feasible, holds
from winset.errors import DossierError, Problem
from winset.theory.graph_model import CONCEPTS, Concept, GraphModel, by_statements


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
    try:
        combos = feasible(graph)
    except ValueError as error:
        raise DossierError([Problem("escalation.yaml", None, str(error), MERGE)]) from None
    ids = [o.id for o in graph.options]
    lasting = np.array([o in graph.lasting for o in ids])
    undone = (combos[:, None, :] & ~combos[None, :, :] & lasting).any(axis=2)
    differ = combos[:, None, :] != combos[None, :, :]
    moves, worth = [], []
    for player in graph.players:
        own = np.array([o in {x.id for x in player.options} for o in ids])
        moves.append(differ.any(axis=2) & ~(differ & ~own).any(axis=2) & ~undone)
        worth.append(by_statements(np.array([holds(combos, ids, s) for s in player.prefers])))
    return States(graph, combos, GraphModel(tuple(moves), np.array(worth)))
