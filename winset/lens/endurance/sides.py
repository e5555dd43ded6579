"""The two belligerents' columns, as the endurance lens reads them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.derive.war.columns import lasting

Draws = Float[np.ndarray, " draw"]


class Sides:
    """The two belligerents' columns over all draws, or over a sample of its own size."""

    def __init__(self, study: Study, case: m.Case, sample: int = 0):
        assert case.war is not None
        self.case, self.sides = case, case.war.belligerents
        self.arrays: Sequence[Arrays] = (study.fewer(sample) if sample else study).arrays()
        self.names = {a.id: a.name for a in case.actors}

    def has(self, *key: str) -> bool:
        return self.arrays[0].has(*key)

    def get(self, *key: str) -> Draws:
        return np.concatenate([a.get(*key) for a in self.arrays])

    def id(self, *key: str) -> str:
        return self.arrays[0].id(*key)

    def column(self, quantity: str) -> list[Draws]:
        return [self.get(s, quantity) for s in self.sides]

    def first(self) -> Draws:
        """Months until the first of the two cannot go on, under the regime that holds in each draw."""
        return np.concatenate([lasting(a, self.sides).min(axis=1) for a in self.arrays])

    def pressed_range(self, months: float) -> tuple[float, float]:
        """Share in which some side is exhausted by then if no added pressure is in force, and if all of it is."""
        free = np.minimum(*self.column("endurance"))
        drain = [self.get(s, "pressure_drain") if self.has(s, "pressure_drain") else 0.0 for s in self.sides]
        all_ = np.minimum(*(e * (1 - d) for e, d in zip(self.column("endurance"), drain)))
        return float((free <= months).mean()), float((all_ <= months).mean())

    def held(self) -> tuple[str, ...]:
        """Ids of the Figures behind `first`."""
        quantities = "endurance pressure_drain pressure_path"
        return tuple(i for s in self.sides for i in self.ids(s, quantities))

    def chance(self) -> Draws:
        """P(A wins an engagement), from either side's Figure or the middle of both."""
        a, b = self.sides
        given = [self.get(a, "battle_win")] if self.has(a, "battle_win") else []
        given += [1 - self.get(b, "battle_win")] if self.has(b, "battle_win") else []
        return np.asarray(np.mean(given, axis=0))

    def burden(self, side: str) -> Draws:
        """What the side itself has to find a month: spending and damage less aid, at least a quarter of spending."""
        spent = self.get(side, "war_spending")
        total = spent + (self.get(side, "damage_rate") if self.has(side, "damage_rate") else 0.0)
        total = total - (self.get(side, "aid") if self.has(side, "aid") else 0.0)
        return np.maximum(total, spent / 4)

    def ids(self, side: str, quantities: str) -> tuple[str, ...]:
        """Ids of those of a side's quantities that the case has."""
        return tuple(self.id(side, q) for q in quantities.split() if self.has(side, q))
