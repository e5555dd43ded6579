"""What all tables and sentences of the influence lens are made from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from jaxtyping import Float

from winset.case import model as m
from winset.derive.circle.circles import Settled
from winset.derive.record.mediators import Mediator
from winset.lens.influence.board import Board, Ends
from winset.theory.spatial_model import Outcome


@dataclass(frozen=True)
class Change:
    """A circle with one adviser left out, or heard as much as the record ever says (`date` of that weight)."""

    adviser: str
    date: dt.date | None
    weight: float
    after: Settled

    @property
    def told(self) -> str:
        return "left out" if self.weight == 0 else f"heard as on {self.date} ({self.weight:.0%})"


@dataclass(frozen=True)
class Signed:
    """Who signs a plan with the party's position as stated, and as the leader's circle gives it."""

    plan: str
    party: str
    leader: str
    stated: float
    circle: float
    basis: tuple[str, ...]


@dataclass(frozen=True)
class Parts:
    """boards: over all draws; few: over those on which rival models run; modal: at the modes. spatial: rounds at
    the modes."""

    case: m.Case
    draws: int
    boards: Sequence[Board]
    modal: Sequence[Board] = ()
    at_modes: Ends | None = None
    tried: Ends | None = None
    spatial: Outcome | None = None
    circles: Mapping[tuple[str, str], Settled] = field(default_factory=dict)
    medians: Mapping[tuple[str, str], float] = field(default_factory=dict)
    declared: Mapping[tuple[str, str], tuple[float, str]] = field(default_factory=dict)
    changes: Mapping[tuple[str, str], Sequence[Change]] = field(default_factory=dict)
    signed: Sequence[Signed] = ()
    unfit: Sequence[str] = ()  # leaders of whose circle that cannot be told
    between: Sequence[Mediator] = ()

    @cached_property
    def names(self) -> dict[str, str]:
        return {a.id: a.name for a in self.case.actors}

    @property
    def ordered(self) -> list[Board]:
        return [b for b in self.boards if b.ordered]

    @cached_property
    def leading(self) -> Board | None:
        """The ordered issue over which most is at stake: weight times distance from the weighted mean, summed."""
        if not self.ordered:
            return None

        def stake(b: Board) -> float:
            mean = (b.weight * b.ideal).sum(axis=1) / np.maximum(b.weight.sum(axis=1), 1e-300)
            return float((b.weight * np.abs(b.ideal - mean[:, None])).sum(axis=1).mean())

        return max(self.ordered, key=lambda b: (round(stake(b), 9), b.issue.id))

    @property
    def weightiest(self) -> Board | None:
        """The issue, ordered or not, to which the parties bring most weight."""
        return max(self.boards, key=lambda b: (round(float(b.weight.sum(axis=1).mean()), 9), b.issue.id), default=None)

    @cached_property
    def leaders(self) -> list[str]:
        return sorted({leader for leader, _ in self.circles})

    def of(self, leader: str) -> list[Settled]:
        """The settled positions of a leader, by issue."""
        return [s for (who, _), s in sorted(self.circles.items()) if who == leader]

    def party_of(self, leader: str) -> str:
        return self.case.party_of(leader)


def spread(column: Float[np.ndarray, " draw"]) -> tuple[float, float, float]:
    """5th percentile, median and 95th."""
    low, mid, high = (float(x) for x in np.percentile(column, [5, 50, 95]))
    return low, mid, high
