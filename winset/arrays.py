"""`compile`: a Case becomes numbers, one column of draws per Figure.

Every Figure has its own stratified stream keyed by (seed, latent name), so no column depends on which others exist,
on the order of rows, or on which slice of the draws is asked for. Dependence is explicit: one latent quantile per
(subject, quantity) across dates, shared luck within a `group`, and one common factor for how real the red lines of one
actor are. Columns are made when first asked for and kept in a `Luck` that all patches of a case share.
"""

from __future__ import annotations

import datetime as dt
import functools
import operator
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Protocol, TypeVar

import numpy as np
import scipy
from jaxtyping import Bool

from winset.case import model as m
from winset.case.patch import as_of as cut
from winset.errors import NoDrawFits, SettingError
from winset.luck import QUARTER, Room, batch_of, in_slices
from winset.luck import Block as Block
from winset.luck import Column as Column
from winset.luck import Luck as Luck
from winset.luck import chosen as chosen
from winset.quantile import named
from winset.reads import Seen, kept, note, note_one
from winset.settings import changed, of_now, whole
from winset.sift import LAST_BLOCK, Asked, Look, Looked, Sift, draws_left, looked, through, together, written
from winset.sift import Weigher as Weigher

T = TypeVar("T")
U = TypeVar("U")
Change = Callable[[m.Case], m.Case]
CHUNK = 4096  # no answer: draws held at once
ROOM = 700e6  # no answer: bytes of columns that the slices of a study hold before the oldest give theirs up


@dataclass(frozen=True)
class Arrays:
    """A case as of a date, as columns of draws, or one draw `at_modes`; `stated`: what it is a rival reading of."""

    case: m.Case
    luck: Luck
    at_modes: bool = False
    stated: m.Case | None = None
    used: set[str] = field(default_factory=set, repr=False)

    @property
    def draws(self) -> int:
        return 1 if self.at_modes else self.luck.count

    def has(self, *subject_quantity: str) -> bool:
        return _key(subject_quantity) in self.case.in_force

    def id(self, *subject_quantity: str) -> str:
        """The id of the Figure in force, e.g. `id("north", "no_deal")`."""
        return self.case.in_force[_key(subject_quantity)].id

    def get(self, *subject_quantity: str) -> Column:
        """The draws of the Figure in force for a subject and quantity. KeyError when the case has none."""
        figure = self.case.in_force[_key(subject_quantity)]
        self.used.add(figure.id)
        note_one(figure.id)
        if figure.at:
            return self.get(figure.subject[1], figure.at, "place")
        if self.at_modes:
            return np.array([mode(figure)])
        return self.luck.figure(figure)

    def memo(self, key: tuple[object, ...], make: Callable[[], Block]) -> Block:
        """What `make` gives from columns of these arrays; `key` names it and holds the `id` of each column."""
        if self.at_modes:
            return make()
        made = self.luck.memo(key, make)
        self.used.update(self.luck.reads.get(of_now(key), ()))
        return made

    def shared(self, key: tuple[object, ...], make: Callable[[], T], stated: Hashable | None = None) -> T:
        """What `make` gives from these arrays, once for all variants of the case that leave alone what it rests on
        (`Luck.shared`, also for `stated`). `key` names it and what else it depends on; it must not be changed."""
        if self.at_modes:
            return make()
        made, seen = self.luck.shared(key, self.case, make, stated)
        self.used.update(seen)
        return made

    def happens(
        self, name: str, probability: Column, factor: str = "", share: Column | float = 0.0
    ) -> Bool[np.ndarray, " draw"]:
        """Draws of a yes/no matter: true with `probability`, by its own luck and, for `share` of it, a common factor.

        A Gaussian copula with one factor: true iff sqrt(share) Z_factor + sqrt(1 - share) Z_own < ndtri(probability).
        """
        if self.at_modes:
            return probability >= 0.5
        luck = self.luck

        def make() -> Bool[np.ndarray, " draw"]:
            return luck.matter(name, factor, share) < scipy.special.ndtri(probability)

        of = share if isinstance(share, float) else luck.name(share)
        return luck.memo(("happens", name, luck.name(probability), factor, of), make)

    def outlasts(self, name: str, probability: Column, factor: str = "", share: Column | float = 0.0) -> Column:
        """How long what `happens` says goes on to hold, where it does: an exponential time of mean 1, by the same luck.

        With x the score that `happens` holds against ndtri(p): Phi(x)/p is uniform given x < ndtri(p), so that
        log(p/Phi(x)) is exponential. Below 0 where it does not hold.
        """
        if self.at_modes:
            return np.where(probability >= 0.5, 1.0, -1.0)
        luck = self.luck

        def make() -> Column:
            return np.log(np.maximum(probability, 1e-300)) - scipy.special.log_ndtr(luck.matter(name, factor, share))

        of = share if isinstance(share, float) else luck.name(share)
        return luck.memo(("outlasts", name, luck.name(probability), factor, of), make)


def _key(parts: tuple[str, ...]) -> str:
    return f"{'/'.join(parts[:-1])}.{parts[-1]}"


def added(columns: Iterable[Column]) -> Column:
    """Their sum, one after another in every draw: numpy's takes another order in a draw that is alone in its slice."""
    return functools.reduce(operator.add, columns)


def mode(figure: m.Figure) -> float:
    """The mode of a Figure; for a named distribution its median."""
    if figure.distribution:
        return float(named(figure.distribution, np.array([0.5]))[0])
    return figure.numbers[1]


def compile(
    case: m.Case, *, as_of: dt.date | None = None, draws: int = 4096, seed: int = 1, part: slice = slice(None),
    luck: Luck | None = None,
) -> Arrays:  # fmt: skip
    """Arrays of a case: as known on `as_of` (the case's own date if None), for `part` of `draws` draws.

    Pass the `luck` of another compilation to share its streams (the same luck under every Patch).
    """
    luck = luck or Luck(seed, draws, part)
    return Arrays(cut(case, as_of or case.as_of), luck)


def at_modes(case: m.Case, as_of: dt.date | None = None) -> Arrays:
    """One draw in which every Figure has its mode and a yes/no matter is true from even odds on."""
    return Arrays(cut(case, as_of or case.as_of), Luck(0, 1), at_modes=True)


class Work(Protocol):
    """Answers many questions of one kind at once, and keeps the answers (`winset.run.work`)."""

    def each(
        self, study: Study, function: Callable[[Study, Any], Any], items: Sequence[Any], label: str
    ) -> list[Any]: ...

    def read(
        self, study: Study, function: Callable[[Study, Any], Any], items: Sequence[Any], label: str
    ) -> list[tuple[Any, Seen]]: ...

    def found(self, study: Study, function: Callable[[Study, Any], Any], items: Sequence[Any]) -> list[Any] | None: ...

    @property
    def alone(self) -> Work: ...


@dataclass(frozen=True)
class Study:
    """A case put to the question: the whole dossier, the date, and the luck that all its variants share.

    `chunk` bounds how many draws are held at once; results do not depend on it. With a `weigher` the draws are those
    candidates that the record leaves: more are drawn, `record.blocks` times as many at most, until `draws` are there.
    `stated`: the case that the record weighs, where `case` is that one after levers; they act on the draws as they are.
    `parent`: the study of which this one has the same draws in smaller slices (`in_parts`).
    """

    case: m.Case
    as_of: dt.date
    draws: int = 4096
    seed: int = 1
    chunk: int = CHUNK
    weigher: Weigher | None = None
    stated: m.Case | None = None
    pool: dict[int, tuple[Luck, ...]] = field(default_factory=dict, repr=False, compare=False)
    left: dict[object, tuple[Luck, ...]] = field(default_factory=dict, repr=False, compare=False)
    variants: dict[object, tuple[Change, m.Case]] = field(default_factory=dict, repr=False, compare=False)
    seen: dict[object, Seen] = field(default_factory=dict, repr=False, compare=False)  # read for those and these
    samples: dict[object, Study] = field(default_factory=dict, repr=False, compare=False)
    parent: Study | None = field(default=None, repr=False, compare=False)
    progress: Callable[[str, int, int], None] | None = field(default=None, repr=False, compare=False)
    work: Work | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.chunk < 1:
            raise SettingError(f"chunk must be at least 1, not {self.chunk}")
        if not 1 <= self.draws <= 10_000_000:
            raise SettingError(f"draws must be from 1 to 10,000,000, not {self.draws}")

    def track(self, things: Sequence[T], label: str) -> Iterator[T]:
        """The things one by one, telling the progress display how far it is."""
        for done, thing in enumerate(things):
            if self.progress:
                self.progress(label, done, len(things))
            yield thing
        if self.progress and things:
            self.progress(label, len(things), len(things))

    def each(self, function: Callable[[Study, U], T], items: Sequence[U], label: str) -> list[T]:
        """What `function(study, item)` gives for every item, in their order: by all hands of the study, and kept.

        function: of a module, so that another process finds it; items: plain records.
        """
        if self.work is None:
            if several := together(self, function, items):
                return [made for made, _ in several(self, items)]
            return [function(self, item) for item in self.track(items, label)]
        return self.work.each(self, function, items, label)

    def read(self, function: Callable[[Study, U], T], items: Sequence[U], label: str) -> list[tuple[T, Seen]]:
        """The same, each with what was read for it: whoever asks has to note it."""
        if self.work is None:
            made: list[tuple[T, Seen]] = function.together(self, items)  # type: ignore[attr-defined]
            return made
        return self.work.read(self, function, items, label)

    def found(self, function: Callable[[Study, U], T], items: Sequence[U]) -> list[T] | None:
        """What is kept of every item; None unless all are."""
        return None if self.work is None else self.work.found(self, function, items)

    @cached_property
    def room(self) -> Room:
        """What its slices share."""
        return Room(ROOM)

    @cached_property
    def known(self) -> m.Case:
        """The case as of the study's date."""
        return cut(self.case, self.as_of)

    @cached_property
    def tabled(self) -> m.Case | None:
        """The case with the plans as stated, where levers changed what they say: what going on is worth stays that of
        the plans on the table, so that the difference an amendment makes is that of its clauses. None otherwise."""
        whole = self.stated
        if whole is None or whole.plans == self.case.plans:
            return None
        same = whole.figures == self.case.figures
        return cut(whole if same else replace(self.case, plans=whole.plans), self.as_of)

    @property
    def lucks(self) -> tuple[Luck, ...]:
        """The draws, slice by slice: those that the record leaves of the case as stated."""
        return self.lucks_of()

    @property
    def kept(self) -> int:
        """How many draws there are: `draws`, or fewer where the record leaves so few."""
        return sum(luck.count for luck in self.lucks)

    @property
    def candidates(self) -> int:
        """How many candidates were drawn for them."""
        first = self.lucks[0]
        return self.looked_at(first.blocks if first.pool else 1)

    def looked_at(self, blocks: int) -> int:
        """How many candidates so many blocks hold."""
        return 0 if blocks == 0 else self.draws + (blocks - 1) * -(-self.draws // QUARTER)

    def anew(self, **changes: Any) -> Study:
        """The study with changes, and nothing weighed yet; on its own candidates, unless `pool` is among the
        changes."""
        return replace(self, left={}, variants={}, seen={}, samples={}, **changes)

    @property
    def before(self) -> Study:
        """The same study before the record: every candidate of the first block."""
        return self.samples.setdefault("before", self.anew(weigher=None))

    def fewer(self, draws: int) -> Study:
        """The same study with fewer draws (never more than it has) in one slice; one for all who ask for as many."""
        count = min(draws, self.draws)
        if count not in self.samples:
            self.samples[count] = self.anew(draws=count, chunk=count, pool={})
        return self.samples[count]

    def sliced(self, draws: int) -> Study:
        """The same study with fewer draws (never more than it has), of which no more than `chunk` are held at once."""
        if draws <= self.chunk:
            return self.fewer(draws)
        return (
            self if draws >= self.draws else self.samples.setdefault(("sliced", draws), self.anew(draws=draws, pool={}))
        )

    def in_parts(self, size: int) -> Study:
        """The same draws in slices of about `size`, whatever the study's own chunk is."""
        if self.chunk == size or self.draws <= min(self.chunk, size):
            return self
        if ("parts", size) not in self.samples:
            nest = self.draws <= self.chunk or self.chunk % size == 0
            self.samples["parts", size] = self.anew(chunk=size, pool={}, parent=self if nest else None)
        return self.samples["parts", size]

    def batch(self, number: int) -> tuple[Luck, ...]:
        """Candidates, slice by slice: the first block, `draws` of them; then several blocks at a time, a quarter as
        large."""
        if number not in self.pool:
            self.pool[number] = batch_of(number, self.seed, self.draws, self.chunk, self.room)
        return self.pool[number]

    def variant(self, change: Change | None) -> m.Case:
        """The case as stated under another reading."""
        whole = self.stated or self.case
        if change is None:
            return whole
        key = whole.digest, written(change) or id(change)

        def make() -> tuple[Change, m.Case]:  # the change is held, so that its id is its own
            return change, change(whole)

        return kept(self.variants, self.seen, key, make)[1]

    def lucks_of(self, change: Change | None = None, how: Hashable | None = None) -> tuple[Luck, ...]:
        """The draws that the record leaves of another reading of the case: it is weighed anew. Raises NoDrawFits."""
        if self.parent is not None:
            return self._in_slices(self.parent.lucks_of(change, how))
        if self.weigher is None:
            return self.batch(0)
        case = self.variant(change)
        key = (case.digest, how, changed())
        if key not in self.left:
            self.sift([(change, how, None)])
        note(self.seen[key])
        if not self.left[key]:
            raise NoDrawFits(self.weigher.unfit(self, case, how, self.looked_at(LAST_BLOCK)))
        return self.left[key]

    def sift(
        self, asked: Sequence[Asked], task: Callable[[Study, Look], Looked] = looked, keep: bool = False
    ) -> list[Sift]:
        """Sends readings through the candidates (`sift.through`), to be asked a task in every slice. keep: what it says
        of them beside which are left. The draws left of a reading that is asked nothing more are kept here."""
        most = 1 + QUARTER * (whole("record.blocks") - 1)
        sifts = [Sift(one, self.draws, most, keep) for one in asked]
        through(self, sifts, task)
        for sift in sifts:
            change, how, more = sift.asked
            if more is None:
                key = (self.variant(change).digest, how, changed())
                self.left[key], self.seen[key] = draws_left(self, sift), sift.seen
        return sifts

    def _in_slices(self, lucks: tuple[Luck, ...]) -> tuple[Luck, ...]:
        """The draws of the parent in the slices of this study; those that hold none are left out."""
        key = tuple(map(id, lucks))  # the parent holds them
        if key not in self.left:
            self.left[key] = in_slices(lucks, self.chunk)
        return self.left[key]

    def arrays(self, case: m.Case | None = None, as_of: dt.date | None = None) -> tuple[Arrays, ...]:
        """The arrays of the case, of it after levers, or of another date, slice by slice: the same draws and luck."""
        return self._arrays(self.lucks, case, as_of)

    def reading(self, change: Change | None = None, how: Hashable | None = None) -> tuple[Arrays, ...]:
        """The arrays of a rival reading, on the draws that the record leaves of it. `change`: what it makes of a case.
        Raises NoDrawFits."""
        return self.under(change, self.lucks_of(change, how))

    def under(self, change: Change | None, lucks: Sequence[Luck]) -> tuple[Arrays, ...]:
        """The arrays of a rival reading, after levers, in candidates that it leaves."""
        whole = self.case is (self.stated or self.case)
        case = None if change is None else self.variant(change) if whole else change(self.case)
        return self._arrays(lucks, case, None)

    def _arrays(self, lucks: Sequence[Luck], case: m.Case | None, as_of: dt.date | None) -> tuple[Arrays, ...]:
        if case is None and as_of is None:
            return tuple(Arrays(self.known, luck, stated=self.tabled) for luck in lucks)
        on = as_of or self.as_of
        stated = None if case is None else self.known if on == self.as_of else cut(self.case, on)
        return tuple(Arrays(cut(case or self.case, on), luck, stated=stated) for luck in lucks)

    def at_modes(self) -> Arrays:
        return Arrays(self.known, Luck(0, 1), at_modes=True, stated=self.tabled)
