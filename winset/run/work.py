"""Work: questions put to studies, each answered once, by as many hands as there are, and kept.

A task is a function of a module, a study and a plain item: `function(study, item)`. Its answer is looked for in the
store first; what is missing is made, here or by other processes, and kept as soon as it is there. So a run that was
broken off is taken up by running it again, and hands, order, chunk and store change no byte of an answer.

While a function works, it is recorded which Figures it touches (`winset.reads`); the answer counts as long as these are
as they were, and everything of the case that is no Figure.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from winset.arrays import Study
from winset.reads import Seen, note, reading
from winset.run import keys
from winset.run.store import Memory, Shelf, packed, unpacked
from winset.settings import Changes, changed, using
from winset.sift import together

Found = tuple[Any, Seen]


@dataclass(frozen=True)
class Task:
    """function(study, item), all of which another process can find or be sent, under the Settings of now."""

    study: Study
    function: Callable[[Study, Any], Any]
    item: Any
    settings: Changes = field(default_factory=changed)

    @cached_property
    def base(self) -> str:
        """The question without the Figures of the case."""
        with using(dict(self.settings)):
            return keys.base(self.study, self.function, self.item)

    def answer(self) -> bytes:
        """The answer and what it rests on, as bytes."""
        with using(dict(self.settings)), reading() as seen:
            made = self.function(self.study, self.item)
        return _packed(made, seen)

    def like(self, other: Task) -> bool:
        """Whether it differs in its item alone, and is asked of the same slice."""
        same = self.study is other.study and self.function is other.function
        return same and self.settings == other.settings and self.apart == other.apart

    def alike(self, tasks: Mapping[int, Task]) -> list[int]:
        """The places of those that it can go together with, itself among them."""
        can = hasattr(self.function, "together")
        return [place for place, task in tasks.items() if task is self or (can and task.like(self))]

    @property
    def apart(self) -> Hashable:
        """A name for the slice of the draws that it is asked of; None for all of them."""
        return getattr(self.function, "apart", _all)(self.item)

    @property
    def beside(self) -> str:
        """A name for the columns that others of its study make too; "" where there are none."""
        return getattr(self.function, "beside", "")


def _all(_: Any) -> None:
    """The slice of what goes through all of them."""


def _packed(made: Any, seen: Seen) -> bytes:
    return packed((made, frozenset(seen), frozenset(seen.touched)))


class Hands(Protocol):
    """Who answers tasks and keeps the answers: gives the place of each and its bytes, in the order in which they are
    done."""

    def __call__(self, tasks: Sequence[Task], shelf: Shelf) -> Iterator[tuple[int, bytes]]: ...


def serial(tasks: Sequence[Task], shelf: Shelf) -> Iterator[tuple[int, bytes]]:
    """One after another, here; those that go through the same slices go together, where their function can."""
    left = dict(enumerate(tasks))
    for place, task in enumerate(tasks):
        if place not in left:
            continue
        alike = task.alike(left)
        several = together(task.study, task.function, alike)
        if several is None:
            alike, found = [place], [task.answer()]
        else:
            with using(dict(task.settings)):
                found = [_packed(*one) for one in several(task.study, [tasks[p].item for p in alike])]
        for p, data in zip(alike, found):
            del left[p]
            yield p, kept(shelf, tasks[p], data)


@dataclass(frozen=True)
class Work:
    """Where answers are kept, and who makes them. share: (k, n), where n runs share slices out: this one begins with
    every n-th, from the k-th on, and finds what others have made of the rest meanwhile."""

    shelf: Shelf = field(default_factory=Memory)
    hands: Hands = serial
    share: tuple[int, int] = (0, 1)

    @property
    def finds(self) -> bool:
        """Whether those who answer find what is kept."""
        return getattr(self.hands, "finds", True)

    @property
    def few(self) -> bool:
        """Whether so few answer that one of them does best to make the columns of a study alone."""
        return getattr(self.hands, "few", True)

    @property
    def after(self) -> Work:
        """For tasks that stand on the answers to others: by hands that find what is kept, else here."""
        return self if self.finds else Work(self.shelf)

    @property
    def alone(self) -> Work:
        """For what a task itself asks in several pieces: here, one after another."""
        return Work(self.shelf)

    def each(self, study: Study, function: Callable[[Study, Any], Any], items: Sequence[Any], label: str) -> list[Any]:
        """What the function says of every item, in their order. What it rests on counts as read here. label: what the
        progress is told of; nothing is told without one."""
        return self.do([Task(study, function, item) for item in items], label)

    def found(self, study: Study, function: Callable[[Study, Any], Any], items: Sequence[Any]) -> list[Any] | None:
        """What is kept of every item, in their order; None unless all are. What it rests on counts as read here."""
        held = []
        for item in items:
            if (one := self.find(Task(study, function, item))) is None:
                return None
            held.append(one)
        for one in held:
            note(one[1])
        return [made for made, _ in held]

    def read(
        self, study: Study, function: Callable[[Study, Any], Any], items: Sequence[Any], label: str
    ) -> list[Found]:
        """What the function says of every item, each with what it rests on: whoever asks has to note it."""
        tasks = [Task(study, function, item) for item in items]
        if self.share[1] > 1:
            own = [*dict.fromkeys(task.apart for task in tasks)][self.share[0] :: self.share[1]]
            self._do([task for task in tasks if task.apart in own], label)
        return self._do(tasks, label)

    def do(self, tasks: Sequence[Task], label: str) -> list[Any]:
        """The answers to all tasks, in their order."""
        found = self._do(tasks, label)
        for _, seen in found:
            note(seen)
        return [made for made, _ in found]

    def _do(self, tasks: Sequence[Task], label: str) -> list[Found]:
        found = [self.find(task) for task in tasks]
        missing = [place for place, one in enumerate(found) if one is None]
        tell = tasks[0].study.progress if tasks and label else None
        for done, (place, data) in enumerate(self.hands([tasks[p] for p in missing], self.shelf)):
            found[missing[place]] = _read(data)
            if tell:
                tell(label, len(tasks) - len(missing) + done + 1, len(tasks))
        assert None not in found
        return [one for one in found if one is not None]

    def find(self, task: Task) -> Found | None:
        """The answer that is kept, if it still counts."""
        for data in self._held(task):
            try:
                return _read(data)
            except ValueError:
                continue
        return None

    def has(self, task: Task) -> bool:
        """Whether an answer that still counts is kept."""
        return any(True for _ in self._held(task))

    def _held(self, task: Task) -> Iterator[bytes]:
        base = task.base
        entries = (self.shelf.get(keys.full(task.study, base, ids)) for ids in _traces(self.shelf, base))
        return (data for data in entries if data is not None)


def kept(shelf: Shelf, task: Task, data: bytes) -> bytes:
    """Keeps an answer under what it rests on, and that list under the question."""
    base, ids = task.base, sorted(_read(data)[1].all)
    shelf.put(keys.full(task.study, base, ids), data)
    known = _traces(shelf, base)
    if ids not in known:
        shelf.put(_trace(base), packed([*known, ids]))
    return data


def _read(data: bytes) -> Found:
    made, read, touched = unpacked(data)
    return made, Seen(read, touched)


def _trace(base: str) -> str:
    return keys.digest(("rests on", base))


def _traces(shelf: Shelf, base: str) -> list[list[str]]:
    """The lists of Figures that answers to a question were found to rest on."""
    data = shelf.get(_trace(base))
    try:
        return [list(map(str, ids)) for ids in unpacked(data)] if data is not None else []
    except ValueError:
        return []
