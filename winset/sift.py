"""Which candidates the record leaves under one reading of a case: block by block, until there are enough draws."""

from __future__ import annotations

import itertools
import math
import pickle
from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import FunctionType
from typing import Any, Protocol, TypeVar

import numpy as np
from jaxtyping import Bool, UInt8

from winset.case import model as m
from winset.luck import Luck, chosen
from winset.reads import Seen, reading

Mask = Bool[np.ndarray, "_block _draw"]
Bits = UInt8[np.ndarray, " byte"]
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])
Several = Callable[[Any, Sequence[Any]], list[tuple[T, Seen]]]
LAST_BLOCK = 256  # no answer: blocks after which a record that fits no candidate is an error


class Weigher(Protocol):
    """Which candidates the record of a case leaves; None where there is nothing to weigh them by.

    `study`: the `winset.arrays.Study` that asks. `how`: how to read what the dossier leaves open, where that is not as
    usual. `blocks`: of which blocks of the Luck, counted from its first, is asked; the mask is of their candidates.
    `unfit` tells why they leave none.
    """

    def __call__(
        self, study: Any, case: m.Case, luck: Luck, how: Hashable | None, blocks: range
    ) -> Bool[np.ndarray, " draw"] | None: ...

    def lay(self, study: Any, case: m.Case, luck: Luck, how: Hashable | None, blocks: range) -> None:
        """Takes over what is kept of what is dear in these candidates."""

    def unfit(self, study: Any, case: m.Case, how: Hashable | None, candidates: int) -> str: ...


@dataclass(frozen=True)
class Look:
    """What is looked at at once: some blocks of a batch of candidates, in one slice of the draws, under one reading.

    places: from where to where in a block; blocks: from which to which of the batch; change, how: as in
    `winset.arrays.Study.reading`; more: what else the task is asked.
    """

    batch: int
    places: tuple[int, int]
    blocks: tuple[int, int]
    change: Any
    how: Hashable | None
    more: Hashable | None = None


@dataclass(frozen=True)
class Looked:
    """What was seen there. left: the candidates that are left, eight to a byte, None where there is nothing to weigh
    by; told: what else the task says."""

    left: Bits | None
    told: Any = None

    def mask(self, look: Look) -> Mask:
        """The candidates left, block by block."""
        shape = look.blocks[1] - look.blocks[0], look.places[1] - look.places[0]
        assert self.left is not None
        return np.unpackbits(self.left, count=shape[0] * shape[1]).view(bool).reshape(shape)


Asked = tuple[Any, Hashable | None, Hashable | None]  # change, how and more, as in `Look`


@dataclass
class Sift:
    """One reading on its way through the candidates, block after block.

    wanted: draws, as many as the first block has; most: blocks looked at for them at most; keep: whether all that was
    seen is kept (found). masks: which candidates are left, by batch and slice. free: there is nothing to weigh by.
    seen: what was read for it. count, blocks: how many are left of how many blocks; last: the last block of these, in
    its batch.
    """

    asked: Asked
    wanted: int
    most: int
    keep: bool = False
    masks: list[list[Mask]] = field(default_factory=list)
    found: list[tuple[Look, Looked]] = field(default_factory=list)
    free: bool = False
    seen: Seen = field(default_factory=Seen)
    count: int = 0
    blocks: int = 0
    last: int = 0

    @property
    def wanting(self) -> bool:
        """Whether more blocks are to be looked at."""
        return not self.free and self.count < self.wanted and self.blocks < (self.most if self.count else LAST_BLOCK)

    def span(self, luck: Luck, sure: bool) -> range:
        """Which blocks of a batch to look at next: as many as are likely to leave what is wanted; sure: so likely that
        a second look is rare, as it should be where slices are gone through in turn."""
        start = self.blocks - luck.block
        looked_at = self.wanted + (self.blocks - 1) * luck.total if self.blocks else 0
        needed = self.wanted - self.count
        needed += 2 * math.isqrt(needed) if sure else 0  # two standard errors
        more = blocks_for(needed, self.count, looked_at, luck.total)
        if self.count:
            more = min(more, self.most - self.blocks)
        return range(start, min(luck.blocks, start + max(1, more)))

    def took(self, luck: Luck, span: range, found: Sequence[tuple[Look, Looked]]) -> None:
        """These blocks of a batch are looked at in every slice: no more of them count than are wanted."""
        self.found += found if self.keep else ()
        self.free = any(one.left is None for _, one in found)
        if self.free:
            return
        parts = [one.mask(look) for look, one in found]
        if span.start == 0:
            self.masks.append([np.zeros((luck.blocks, part.shape[1]), bool) for part in parts])
        for number, *rows in zip(span, *parts):
            if self.wanting:
                for mask, row in zip(self.masks[-1], rows):
                    mask[number] = row
                self.count, self.blocks = self.count + sum(int(row.sum()) for row in rows), self.blocks + 1
                self.last = number

    def left(self) -> list[list[Mask]]:
        """The candidates left, no more of them than wanted."""
        spare = max(0, self.count - self.wanted)
        for mask in reversed(self.masks[-1]):
            over = np.flatnonzero(mask[self.last])[max(0, int(mask[self.last].sum()) - spare) :]
            mask[self.last, over], spare = False, spare - len(over)
        return self.masks


def blocks_for(wanted: int, left: int, looked_at: int, size: int) -> int:
    """How many blocks of so many candidates are likely to leave as many as are wanted, if the share that is left of
    them is that of those looked at."""
    return -(-wanted * looked_at // (max(left, 1) * size))


def through(study: Any, sifts: Sequence[Sift], task: Callable[[Any, Look], Looked]) -> None:
    """Sends readings through the candidates of a study together, until none of them wants more. task: what is asked of
    each slice; where there are several, they are shared out among all hands, and kept."""
    shared = all(_found_by_name(sift.asked[0]) for sift in sifts)
    for number in itertools.count():
        if not any(sift.wanting for sift in sifts):
            break
        lucks = study.batch(number)
        first, several = lucks[0], len(lucks) > 1
        at_once: Several[Looked] = task.together  # type: ignore[attr-defined]
        ask = partial(study.read, task, label="slices") if several and shared else partial(at_once, study)
        while wanting := [s for s in sifts if s.wanting and s.blocks < first.block + first.blocks]:
            spans = [sift.span(first, several) for sift in wanting]
            looks = [
                Look(number, (luck.of_block.start, luck.of_block.stop), (span.start, span.stop), *sift.asked)
                for luck in lucks
                for sift, span in zip(wanting, spans)
            ]
            found = list(zip(looks, ask(looks)))
            for at, (sift, span) in enumerate(zip(wanting, spans)):
                own = found[at :: len(wanting)]
                for _, (_, seen) in own:
                    sift.seen.join(seen)
                sift.took(first, span, [(look, one) for look, (one, _) in own])


def draws_left(study: Any, sift: Sift) -> tuple[Luck, ...]:
    """The draws of a reading that went through them; two that leave the same share them."""
    if sift.free or not sift.count:
        first: tuple[Luck, ...] = study.batch(0) if sift.free else ()
        return first
    masks, left = sift.left(), study.left
    key = (sift.blocks, b"".join(mask.tobytes() for row in masks for mask in row))
    if key not in left:
        if len(masks[0]) > 1:
            _lay(study, sift, masks)
        parts = (_chosen(study, masks, part, sift.blocks) for part in range(len(masks[0])))
        left[key] = tuple(luck for luck in parts if luck.count)
    made: tuple[Luck, ...] = left[key]
    return made


def _lay(study: Any, sift: Sift, masks: Sequence[Sequence[Mask]]) -> None:
    """Takes over what is kept of what is dear in the candidates that are left."""
    change, how, _ = sift.asked
    for number, row in enumerate(masks):
        for luck, mask in zip(study.batch(number), row):
            if (blocks := np.flatnonzero(mask.any(axis=1))).size:
                study.weigher.lay(study, study.variant(change), luck, how, range(int(blocks[-1]) + 1))


def _chosen(study: Any, masks: Sequence[Sequence[Mask]], part: int, blocks: int) -> Luck:
    """The candidates left in one slice, by their place in their block, then by block: for any chunk the same."""
    pool = [study.batch(b)[part] for b in range(len(masks))]
    rows = np.flatnonzero(np.concatenate([row[part].ravel() for row in masks]))
    place = np.concatenate([luck.place for luck in pool])[rows]
    return chosen(pool, rows[np.argsort(place, kind="stable")], blocks)


def by_slice(task: Callable[[Any, Look], Looked]) -> Callable[[Any, Look], Looked]:
    """Says of a task that is asked of slices that those of one slice go together."""

    def several(study: Any, looks: Sequence[Look]) -> list[tuple[Looked, Seen]]:
        found = []
        for look in looks:
            with reading() as seen:
                found.append((task(study, look), seen))
        return found

    task.together = several  # type: ignore[attr-defined]
    task.apart = lambda look: (look.batch, look.places)  # type: ignore[attr-defined]
    return task


@by_slice
def looked(study: Any, look: Look) -> Looked:
    """Which candidates are left (a task)."""
    mask = weighed(study, look)
    return Looked(None if mask is None else np.packbits(mask))


def weighed(study: Any, look: Look) -> Bool[np.ndarray, " draw"] | None:
    """Which candidates are left, block after block; None where there is nothing to weigh them by."""
    if study.weigher is None:
        return None
    if not (luck := slice_of(study, look)).count:
        return np.zeros(0, bool)
    mask: Bool[np.ndarray, " draw"] | None
    mask = study.weigher(study, study.variant(look.change), luck, look.how, range(*look.blocks))
    return mask


def slice_of(study: Any, look: Look) -> Luck:
    """The candidates of the slice, of all blocks of the batch."""
    own: Luck = study.batch(look.batch)[place_of(study, look)]
    return own


def place_of(study: Any, look: Look) -> int:
    """Which slice it is; of those that hold nothing, any."""
    return bisect_left(study.batch(look.batch), look.places, key=lambda luck: (luck.of_block.start, luck.of_block.stop))


def _found_by_name(change: Any) -> bool:
    """Whether another process can be sent a change, and its name and what it is given tell it from all others."""
    inner = change
    while isinstance(inner, partial):
        inner = inner.func
    named = isinstance(inner, FunctionType) and "<" not in inner.__qualname__
    return change is None or (named and written(change) is not None)


def written(change: Any) -> bytes | None:
    """A change of a case in bytes; None where it cannot be written."""
    try:
        return pickle.dumps(change)
    except (AttributeError, TypeError, pickle.PicklingError):
        return None


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
