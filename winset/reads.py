"""Which Figures were read on the way to a number: recorded where they are read, and replayed where a result is kept.

`reading()` opens a record that every read inside adds to; records nest. What is made once and kept (`kept`) keeps the reads
of its making too, and adds them again whenever it is taken from the shelf. So the basis of a number is never written by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")
_open: list[set[str]] = []


def note(ids: Iterable[str]) -> None:
    """Add ids of Figures to the record that is open, if one is."""
    if _open:
        _open[-1].update(ids)


def note_one(name: str) -> None:
    """Add the id of one Figure to the record that is open, if one is."""
    if _open:
        _open[-1].add(name)


@contextmanager
def reading() -> Iterator[set[str]]:
    """The ids read inside; whoever has a record open around it gets them as well."""
    seen: set[str] = set()
    _open.append(seen)
    try:
        yield seen
    finally:
        _open.pop()
        note(seen)


def kept(shelf: dict[Any, Any], reads: dict[Any, frozenset[str]], key: Any, make: Callable[[], T]) -> T:
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
        reads[key] = frozenset(seen)
    return shelf[key]
