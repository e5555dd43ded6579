"""Which candidates the record leaves under one reading of a case: block by block, until there are enough draws."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import numpy as np
from jaxtyping import Bool

from winset.case import model as m
from winset.luck import Luck
from winset.reads import Seen, reading

Mask = Bool[np.ndarray, "_block _draw"]
Weigh = Callable[[m.Case, Luck, Hashable | None, int | None], Bool[np.ndarray, " draw"] | None]
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])
Several = Callable[[Any, Sequence[Any]], list[tuple[T, Seen]]]
LAST_BLOCK = 256  # no answer: blocks after which a record that fits no candidate is an error


class Weigher(Protocol):
    """Which candidates the record of a case leaves; None where there is nothing to weigh them by.

    `study`: the `winset.arrays.Study` that asks. `how`: how to read what the dossier leaves open, where that is not as
    usual. `wanted`: how many are asked for; of the blocks after those that leave as many, none needs to be left.
    `unfit` tells why they leave none.
    """

    def __call__(
        self, study: Any, case: m.Case, luck: Luck, how: Hashable | None, wanted: int | None
    ) -> Bool[np.ndarray, " draw"] | None: ...

    def unfit(self, study: Any, case: m.Case, how: Hashable | None, candidates: int) -> str: ...


@dataclass
class Sift:
    """One reading on its way through the batches of candidates.

    wanted: draws; most: blocks of candidates looked at for them at most. masks: which are left, by batch and slice;
    found: those of the batch in hand. free: there is nothing to weigh by. seen: what was read for it.
    """

    case: m.Case
    how: Hashable | None
    wanted: int
    most: int
    masks: list[list[Mask]] = field(default_factory=list)
    found: list[Mask] = field(default_factory=list)
    free: bool = False
    seen: Seen = field(default_factory=Seen)
    count: int = 0
    blocks: int = 0
    last: int = 0  # block of the last batch

    @property
    def wanting(self) -> bool:
        """Whether more blocks are to be looked at."""
        return not self.free and self.count < self.wanted and self.blocks < (self.most if self.count else LAST_BLOCK)

    def took(self) -> None:
        """The batch in hand is looked at in every slice: no more of its blocks count than are wanted."""
        if self.free:
            return
        for number, own in enumerate(np.sum([mask.sum(axis=1) for mask in self.found], axis=0)):
            if self.wanting:
                self.count, self.blocks, self.last = self.count + int(own), self.blocks + 1, number
        for mask in self.found:
            mask[self.last + 1 :] = False  # nobody asked for these blocks
        self.masks.append(self.found)
        self.found = []

    def left(self) -> list[list[Mask]]:
        """The candidates left, no more of them than wanted."""
        spare = max(0, self.count - self.wanted)
        for mask in reversed(self.masks[-1]):
            over = np.flatnonzero(mask[self.last])[max(0, int(mask[self.last].sum()) - spare) :]
            mask[self.last, over], spare = False, spare - len(over)
        return self.masks

    def look(self, weigh: Weigh, luck: Luck, alone: bool) -> None:
        """One slice of the batch in hand. alone: there is no other, so that it tells how many blocks are wanted."""
        if self.free:
            return
        wanted = self.wanted - self.count if alone else None
        with reading() as seen:
            mask = weigh(self.case, luck, self.how, wanted) if luck.count else np.zeros(0, bool)
        self.seen.join(seen)
        if mask is None:
            self.free = True
        else:
            self.found.append(mask.reshape(luck.blocks, -1))


def blocks_for(wanted: int, left: int, looked_at: int, size: int) -> int:
    """How many blocks of so many candidates are likely to leave as many as are wanted, if the share that is left of
    them is that of those looked at."""
    return -(-wanted * looked_at // (max(left, 1) * size))


def through(sifts: Sequence[Sift], batch: Callable[[int], Sequence[Luck]], weigh: Weigh) -> None:
    """Sends readings through the batches of candidates together, slice by slice, until none of them wants more."""
    for number in itertools.count():
        wanting = [sift for sift in sifts if sift.wanting]
        if not wanting:
            break
        lucks = batch(number)
        for luck in lucks:
            for sift in wanting:
                sift.look(weigh, luck, alone=len(lucks) == 1)
        for sift in wanting:
            sift.took()


def beside(columns: str) -> Callable[[F], F]:
    """Says of a task that others of its study make the same columns, by a name for them: where hands are few, it is
    best that one does them all (`run.hands`)."""

    def marked(task: F) -> F:
        task.beside = columns  # type: ignore[attr-defined]
        return task

    return marked


def together(study: Any, function: Callable[..., T], items: Sequence[Any]) -> Several[T] | None:
    """How several items of a function are answered slice by slice, so that columns are made once for all of them (its
    attribute `together`), each with what was read for it; None where that saves nothing."""
    return getattr(function, "together", None) if len(items) > 1 and study.draws > study.chunk else None
