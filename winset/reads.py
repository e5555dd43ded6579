"""Which Figures were read on the way to a number: recorded where they are read, and replayed where a result is kept.

`reading()` opens a record that every read inside adds to; records nest. What is made once and kept (`kept`) keeps the
reads of its making too, and adds them again whenever it is taken from the shelf. So the basis of a number is never
written by hand.

Two things are told apart. *Read* is a Figure whose number went into a result: it is shown as the basis. *Touched* is
every Figure of which anything was looked at that an edit can change, its words included: what is kept on disk is made
again when one of them differs. Whatever is read is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


class Seen(set[str]):
    """The ids of the Figures read; `touched` those touched beside them."""

    __slots__ = ("touched",)

    def __init__(self, read: Iterable[str] = (), touched: Iterable[str] = ()):
        super().__init__(read)
        self.touched = set(touched)

    @property
    def all(self) -> set[str]:
        return self | self.touched

    def join(self, other: Seen) -> None:
        """Add what another record holds."""
        self.update(other)
        self.touched |= other.touched


_open: list[Seen] = []


def note(ids: Iterable[str]) -> None:
    """Add ids of Figures to the record that is open, if one is; with those touched, where the ids are a record too."""
    if _open:
        _open[-1].update(ids)
        if isinstance(ids, Seen):
            _open[-1].touched |= ids.touched


def note_one(name: str) -> None:
    """Add the id of one Figure to the record that is open, if one is."""
    if _open:
        _open[-1].add(name)


def touch(name: str) -> None:
    """Say that something of a Figure was looked at that may not be part of a number."""
    if _open:
        _open[-1].touched.add(name)


class reading:
    """The ids read inside; whoever has a record open around it gets them as well. A class, since it is entered at every
    step, and a generator takes several times as long."""

    __slots__ = ("seen",)

    def __enter__(self) -> Seen:
        self.seen = Seen()
        _open.append(self.seen)
        return self.seen

    def __exit__(self, *raised: object) -> None:
        _open.pop()
        note(self.seen)


def kept(shelf: dict[Any, Any], reads: dict[Any, Seen], key: Any, make: Callable[[], T]) -> T:
    """What stands on the shelf under the key, made and put there first if need be; its reads are noted either way.

    >>> shelf, reads = {}, {}
    >>> with reading() as first:
    ...     made = kept(shelf, reads, "k", lambda: note(["a.b"]) or 1)
    >>> with reading() as again:
    ...     same = kept(shelf, reads, "k", lambda: 2)
    >>> made, same, first == again == {"a.b"}
    (1, 1, True)
    """
    if key in shelf:
        note(reads.get(key, ()))
    else:
        with reading() as seen:
            shelf[key] = make()
        reads[key] = seen
    return shelf[key]
