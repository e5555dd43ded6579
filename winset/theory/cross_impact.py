"""Cross-impact balance: which combinations of developments support themselves.

Descriptors have variants; an impact J(x, y) says how far variant x of one descriptor promotes (above 0) or restricts
(below 0) variant y of another. A scenario takes one variant of each. The balance of a variant is the sum of impacts of
the chosen variants on it; a scenario is consistent if in every descriptor the chosen variant has the greatest balance,
and its inconsistency is the largest shortfall otherwise. The total impact score is the sum of the balances of the
chosen.

Succession moves a scenario to the variants of greatest balance in all descriptors at once (a tie: stay, else the
first). How many scenarios end in which says something about the rule of succession; it is never a chance.

Cannot say: odds or dates. Impacts are judgements.

Reference: W. Weimer-Jehle, "Cross-impact balances: a system-theoretical approach to cross-impact analysis",
Technological Forecasting and Social Change 73 (2006).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from winset.errors import SettingError

MOST = 1_000_000  # no answer: scenarios that are looked through


@dataclass(frozen=True)
class CrossImpact:
    """sizes: variants of each descriptor; impact: from variant (row) to variant (column), in their order."""

    sizes: tuple[int, ...]
    impact: Float[np.ndarray, "variant variant"]

    def __post_init__(self) -> None:
        n = sum(self.sizes)
        if self.impact.shape != (n, n):
            raise SettingError(f"{n} variants need a matrix of {n} by {n} impacts, not {self.impact.shape}")
        if np.prod(self.sizes, dtype=float) > MOST:
            raise SettingError(f"at most {MOST:,} scenarios are looked through; take fewer descriptors or variants")

    @cached_property
    def scenarios(self) -> Int[np.ndarray, "scenario descriptor"]:
        """All scenarios: the variant (counted from 0) in each descriptor."""
        return np.stack(np.unravel_index(np.arange(int(np.prod(self.sizes))), self.sizes), axis=1)

    def balances(self, chosen: Int[np.ndarray, "scenario descriptor"]) -> list[Float[np.ndarray, "scenario _"]]:
        """The balance of every variant, descriptor by descriptor."""
        starts = np.cumsum([0, *self.sizes[:-1]])
        sums = self.impact[chosen + starts].sum(axis=1)
        return np.split(sums, starts[1:], axis=1)

    def inconsistency(self, chosen: Int[np.ndarray, "scenario descriptor"]) -> Float[np.ndarray, " scenario"]:
        """The largest shortfall; 0 where the scenario is consistent."""
        short = [b.max(axis=1) - b[np.arange(len(b)), chosen[:, d]] for d, b in enumerate(self.balances(chosen))]
        return np.max(short, axis=0)

    def score(self, chosen: Int[np.ndarray, "scenario descriptor"]) -> Float[np.ndarray, " scenario"]:
        """The total impact score."""
        parts = [b[np.arange(len(b)), chosen[:, d]] for d, b in enumerate(self.balances(chosen))]
        return np.sum(parts, axis=0)

    def succession(self, chosen: Int[np.ndarray, "scenario descriptor"]) -> Int[np.ndarray, "scenario descriptor"]:
        """The next scenario of each, all descriptors at once."""
        after = np.empty_like(chosen)
        for d, balance in enumerate(self.balances(chosen)):
            best = balance.max(axis=1)
            stays = balance[np.arange(len(balance)), chosen[:, d]] == best
            after[:, d] = np.where(stays, chosen[:, d], balance.argmax(axis=1))
        return after

    @cached_property
    def ends(self) -> Int[np.ndarray, " scenario"]:
        """The scenario (by number) in which each ends; -1 where it ends in a cycle."""
        step = np.ravel_multi_index(tuple(self.succession(self.scenarios).T), self.sizes)
        at = np.arange(len(step))
        for _ in range(max(1, int(np.ceil(np.log2(len(step)))))):
            step = step[step]
        at = step[at]
        once = np.ravel_multi_index(tuple(self.succession(self.scenarios[at]).T), self.sizes)
        return np.where(once == at, at, -1)

    def number(self, scenario: Sequence[int]) -> int:
        return int(np.ravel_multi_index(tuple(scenario), self.sizes))
