"""The luck of a case: quantiles by name, for a slice of candidates or for the rows of them that are chosen."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from operator import is_
from typing import Any, TypeVar

import numpy as np
import scipy
from jaxtyping import Float, Int, Shaped

from winset.case import model as m
from winset.errors import SettingError
from winset.quantile import named, pert
from winset.reads import Seen, kept, note, reading
from winset.seeds import stratified_each
from winset.settings import changed, of_now
from winset.units import quantities

Column = Float[np.ndarray, " draw"]
Block = Shaped[np.ndarray, "draw ..."]
T = TypeVar("T")
BATCH = 5  # no answer: how many blocks after the first are looked at together
QUARTER = 4  # no answer: how finely the number of candidates follows what is needed


@dataclass
class Room:
    """How many bytes of columns the slices of a study may hold together; the slice in hand is never asked to give up
    its own.

    Columns that were given up are made again when they are asked for, to the same byte. First go those of rows that
    were chosen (each reading chooses its own, and a reading that was looked at seldom comes again), the longest unused
    first; then candidates of a slice. Of these the last made go first: slices are gone through in turn, again and
    again, and so some stay for every turn.
    """

    most: float = float("inf")
    held: dict[int, tuple[Luck, int]] = field(default_factory=dict)  # with its bytes, the last used last
    total: int = 0

    def took(self, luck: Luck, size: int) -> None:
        """A Luck holds so many bytes more."""
        _, before = self.held.pop(id(luck), (luck, 0))
        self.held[id(luck)] = luck, before + size
        self.total += size
        while self.total > self.most and (spare := self._spare(luck.at)) is not None:
            self.total -= self.held.pop(id(spare))[1]
            spare.give_up()

    def _spare(self, at: int) -> Luck | None:
        """Whose columns go next while this slice is in hand."""
        others = [luck for luck, _ in self.held.values() if luck.at != at]
        return next((luck for luck in others if luck.rows is not None), others[-1] if others else None)


@dataclass(frozen=True)
class Luck:
    """The quantiles of some candidates of a case, by name, and the columns made from them so far.

    Candidates come in blocks of `total`, each block with streams of its own (block 0 is all there is where no record
    weighs them). A Luck holds a slice of one block, or of several that follow each other, laid end to end; or, made by
    `chosen`, rows of several Lucks of the same slice.
    """

    seed: int
    total: int
    draws: slice = field(default_factory=lambda: slice(None))
    block: int = 0
    blocks: int = 1
    pool: tuple[Luck, ...] = field(default=(), repr=False)
    rows: Int[np.ndarray, " draw"] | None = field(default=None, repr=False)
    columns: dict[tuple[object, ...], Block] = field(default_factory=dict, repr=False)
    held: dict[int, object] = field(default_factory=dict, repr=False)
    stores: dict[tuple[object, ...], tuple[np.ndarray, np.ndarray]] = field(default_factory=dict, repr=False)
    reads: dict[tuple[object, ...], Seen] = field(default_factory=dict, repr=False)
    shelf: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False)  # what is no column
    figures: dict[int, tuple[m.Figure, Column]] = field(default_factory=dict, repr=False)
    room: Room | None = field(default=None, repr=False, compare=False)
    at: int = 0  # which slice of its study it is of

    def __post_init__(self) -> None:
        if not 1 <= self.total <= 10_000_000:
            raise SettingError(f"draws must be from 1 to 10,000,000, not {self.total}")

    def give_up(self) -> None:
        """Forget the columns; what was dear (`filled`) stays, and with it the cases that it is known by."""
        self.columns.clear()
        self.figures.clear()
        self.shelf.clear()
        for key in [key for key in self.reads if key not in self.stores]:
            del self.reads[key]
        for name in [name for name, thing in self.held.items() if isinstance(thing, np.ndarray)]:
            del self.held[name]

    @property
    def count(self) -> int:
        return self.blocks * len(self.of_block) if self.rows is None else len(self.rows)

    @property
    def of_block(self) -> range:
        """The places of a block that its slice holds."""
        return range(*self.draws.indices(self.total))

    @property
    def place(self) -> Int[np.ndarray, " draw"]:
        """How far into the draws of their block the candidates stand."""
        if self.rows is not None:
            return np.concatenate([p.place for p in self.pool])[self.rows]
        return (QUARTER if self.block else 1) * np.tile(np.array(self.of_block, int), self.blocks)

    def quantile(self, name: str) -> Column:
        """The stratified quantiles named `name`."""
        if self.rows is not None:
            return self.memo(("quantile", name), lambda: self.of_roots([p.quantile(name) for p in self.pool]))

        def make() -> Column:
            names = [f"{name}#{self.block + k}" if self.block + k else name for k in range(self.blocks)]
            return stratified_each(self.seed, [(n,) for n in names], total=self.total, draws=self.draws).ravel()

        return self.memo(("quantile", name), make)

    def score(self, name: str) -> Column:
        """The normal scores of the quantiles named `name`."""
        return self.memo(("score", name), lambda: scipy.special.ndtri(self.quantile(name)))

    def matter(self, name: str, factor: str, share: Column | float) -> Column:
        """The score of a yes/no matter: its own luck and, for `share` of its variance, that of a common factor."""
        common, left = self._common(factor, share)
        return common + left * self.score(f"happens:{name}")

    def _common(self, factor: str, share: Column | float) -> tuple[Column | float, Column | float]:
        """What a common factor adds to the score of each matter that it moves, and the weight of the matter's own
        luck."""
        score = self.score(f"factor:{factor}") if factor else 0.0
        if not isinstance(share, np.ndarray):
            return np.sqrt(share) * score, np.sqrt(1 - share)
        own = self.name(share)
        common = self.memo(("common", factor, own), lambda: np.sqrt(share) * score)
        return common, self.memo(("left", own), lambda: np.sqrt(1 - share))

    def name(self, thing: object) -> int:
        """A name for a key of `memo`; the thing is held, so that no later one can take over its id."""
        self.held[id(thing)] = thing
        return id(thing)

    def memo(self, key: tuple[object, ...], make: Callable[[], Block]) -> Block:
        """What `make` gives, made once. Patches that leave its columns alone share it; it must not be changed."""
        return kept(self.columns, self.reads, of_now(key), lambda: self._took(make()))

    def once(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """The same for what is no column and says how much it holds (`nbytes`)."""

        def counted() -> T:
            made = make()
            self._holds(made.nbytes)  # type: ignore[attr-defined]
            return made

        return kept(self.columns, self.reads, of_now(key), counted)

    def shared(
        self, key: tuple[object, ...], case: m.Case, make: Callable[[], T], stated: Hashable | None = None
    ) -> tuple[T, Seen]:
        """What `make` gives of a case in these draws, and what was read for it; it must not be changed.

        Made once for all variants of the case that have the same frame and leave alone the Figures that it rests on. On
        the shelf stand, of each variant: what was read, the ids of the Figures it rests on, these, what its frame
        names, and what was made. stated: a name for all that `make` can look for and not find, where the day, plans and
        channels change nothing else for it: then days on which the same Figures are in force share it too, unless
        levers moved the case.
        """
        now, own = changed(), (*key, frame(case), *changed())
        for seen, ids, figures, _, made in self.shelf.get(own, ()):
            if all(map(is_, map(case.figure.get, ids), figures)):
                note(seen)
                return made, seen
        lasting = None if stated is None or case.acted else ("any day", *key, stated, *_standing(case), *now)
        for variant in self.shelf.get(lasting, ()) if lasting else ():
            if all(f is not None and case.in_force.get(f.key) is f for f in variant[2]):
                note(variant[0])
                self.shelf[own] = (*self.shelf.get(own, ()), variant)
                return variant[4], variant[0]
        with reading() as seen:
            made = make()
        rests_on = seen.all
        patched = rests_on & case.before.keys()
        ids = (*patched, *(rests_on - patched))  # first those by which variants are mostly told apart
        self._holds(getattr(made, "nbytes", 0))
        variant = (seen, ids, tuple(map(case.figure.get, ids)), _framed(case), made)
        for place in (own, lasting) if lasting else (own,):
            self.shelf[place] = (*self.shelf.get(place, ()), variant)
        return made, seen

    def _took(self, column: Block) -> Block:
        self._holds(column.nbytes)
        column.flags.writeable = False
        return column

    def _holds(self, size: int) -> None:
        """So many bytes more."""
        if self.room is not None:
            self.room.took(self, size)

    @contextmanager
    def forgetting(self) -> Iterator[None]:
        """What is made inside is not kept: for many changes of a case, each looked at once."""
        kinds = ("columns", "held", "stores", "reads", "shelf", "figures")
        before = [(getattr(luck, k), dict(getattr(luck, k))) for luck in (self, *self.pool) for k in kinds]
        try:
            yield
        finally:
            for shelf, was in before:
                shelf.clear()
                shelf.update(was)

    def figure(self, figure: m.Figure) -> Column:
        """The draws of a Figure given by numbers or a named distribution, clipped to what its quantity allows."""
        held = self.figures.get(id(figure))  # the Figure is held beside its column, so that no other takes over its id
        if held is None:
            column = self._figure(figure) if self.rows is None else self._of_pool(figure)
            held = self.figures[id(figure)] = (figure, column)
        return held[1]

    def _of_pool(self, figure: m.Figure) -> Column:
        """The draws of a Figure in the rows that are chosen; by what else it is known, the pool knows."""
        return self._took(self.of_roots([p.figure(figure) for p in self.pool]))

    def _figure(self, figure: m.Figure) -> Column:
        key = (figure.latent, figure.quantity, figure.distribution, figure.low, figure.mode, figure.high)

        def make() -> Column:
            bounds, quantile = quantities()[figure.quantity], self.quantile(figure.latent)
            if figure.distribution:
                column = named(figure.distribution, quantile)
            else:
                column = pert(*figure.numbers, quantile)
            return np.clip(column, bounds.low, bounds.high, out=column)

        return self.memo(key, make)

    @property
    def roots(self) -> tuple[Luck, ...]:
        """The candidates that its draws are chosen from, which other choices share; itself, where none are chosen."""
        return self.pool if self.rows is not None else (self,)

    def of_roots(self, parts: Sequence[Shaped[np.ndarray, "_part ..."]]) -> Block:
        """Columns of the roots, in the draws of this Luck."""
        if self.rows is None:
            return parts[0]
        joined = parts[0] if len(parts) == 1 else np.concatenate(parts)
        if joined.flags.f_contiguous:  # column after column: taken and left so
            return joined.T.take(self.rows, axis=-1).T
        return joined.take(self.rows, axis=0)

    def filled(self, key: tuple[object, ...], make: Callable[[Luck], Float[np.ndarray, "_draw column"]]) -> Block:
        """What `make` gives for these draws, each draw made once for all Lucks that share its candidates.

        For what is dear and stands alone in every draw: `make` is asked only for the draws that nobody asked for yet.
        """
        key, roots = of_now(key), self.roots
        rows = np.arange(self.count) if self.rows is None else self.rows
        stores = [root.stores.get(key) for root in roots]
        done = np.concatenate([np.zeros(r.count, bool) if s is None else s[0] for r, s in zip(roots, stores)])
        missing = rows[~done[rows]]
        if missing.size:
            with reading() as seen:
                made = make(self if len(missing) == self.count else chosen(roots, missing))
            starts = np.cumsum([0, *(r.count for r in roots)])
            for root, a, b in zip(roots, starts, starts[1:]):
                held = root.stores.setdefault(key, (np.zeros(root.count, bool), np.zeros((root.count, made.shape[1]))))
                own = (missing >= a) & (missing < b)
                held[0][missing[own] - a], held[1][missing[own] - a] = True, made[own]
                root.reads[key] = seen
        note(next((root.reads[key] for root in roots if key in root.reads), ()))
        width = max((root.stores[key][1].shape[1] for root in roots if key in root.stores), default=0)
        none = [np.zeros((root.count, width)) for root in roots]  # for a root of which no row was ever asked for
        return np.concatenate([root.stores.get(key, (None, n))[1] for root, n in zip(roots, none)])[rows]


def chosen(pool: Sequence[Luck], rows: Int[np.ndarray, " draw"], blocks: int = 1) -> Luck:
    """Some rows of Lucks of one slice laid end to end, chosen among so many blocks. The columns of the pool are made
    once for all that choose."""
    first = pool[0]  # a candidate itself: no Luck is chosen from chosen ones
    room, at = first.room, first.at
    return Luck(first.seed, first.total, first.draws, blocks=blocks, pool=tuple(pool), rows=rows, room=room, at=at)


def in_slices(lucks: Sequence[Luck], chunk: int) -> tuple[Luck, ...]:
    """Draws in smaller slices, of `chunk` draws; those that hold none are left out."""
    parts = []
    for luck in lucks:
        place = luck.place
        rows, pool = (np.arange(luck.count), (luck,)) if luck.rows is None else (luck.rows, luck.pool)
        first = int(place[0]) // chunk if len(place) else 0
        ends = np.searchsorted(place, chunk * np.arange(first, int(place[-1]) // chunk + 2))
        parts += [chosen(pool, rows[a:b], luck.blocks) for a, b in itertools.pairwise(ends) if a < b]
    return tuple(parts)


def batch_of(number: int, seed: int, draws: int, chunk: int, room: Room) -> tuple[Luck, ...]:
    """A batch of candidates for so many draws, in slices of `chunk` draws: the first block, as many as there are draws;
    then several blocks at a time (`_blocks_of`), a quarter as many in each."""
    first, blocks = _blocks_of(number)
    share = QUARTER if number else 1
    at = [-(-end // share) for end in (*range(0, draws, chunk), draws)]
    slices = enumerate(itertools.pairwise(at))
    return tuple(Luck(seed, at[-1], slice(a, b), first, blocks, room=room, at=i) for i, (a, b) in slices)


def _blocks_of(batch: int) -> tuple[int, int]:
    """The first block of a batch, and how many it has: 1, `BATCH`, and from then on as many as all after the first
    before."""
    if batch < 2:
        return batch, BATCH if batch else 1
    more = BATCH * 2 ** (batch - 2)
    return 1 + more, more


def frame(case: m.Case) -> tuple[object, ...]:
    """A name for all that the worth of a deal can rest on but the numbers of Figures: the day, which Figures there are,
    parties, issues, rules, scales, plans, channels, the war and what levers did. It holds while `_framed` is held."""

    like = case.like

    def make() -> tuple[object, ...]:
        present = hashlib.sha256("\0".join(f.id for f in like.figures).encode()).digest()
        return like.as_of, present, *map(id, _framed(like)[1:])

    return id(case.acted), *like.memo(("frame",), make)


def _standing(case: m.Case) -> tuple[int, ...]:
    """What of the frame is the same on every day, by name. It holds while `_framed` is held."""
    return tuple(map(id, (case.acted, case.actors, case.issues, case.rules, case.scales, case.war)))


def _framed(case: m.Case) -> tuple[object, ...]:
    return (case.acted, case.actors, case.issues, case.rules, case.scales, case.war, *case.plans, *case.channels)
