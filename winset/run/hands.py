"""Who answers tasks: processes of this machine, or the workers of a Dask cluster."""

from __future__ import annotations

import ctypes
import itertools
import os
import pickle
import shutil
import signal
import sys
import tempfile
import threading
import weakref
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from winset import server
from winset.arrays import Luck, Study
from winset.errors import MissingExtra, SettingError
from winset.run.store import Memory, Shelf
from winset.run.work import Task, Work, kept, serial
from winset.settings import Changes
from winset.sift import together

Bundle = tuple[int, ...]  # places of tasks
Answered = Future[list[bytes] | None]
Done = tuple[Bundle, Answered]

TRIES = 3  # no answer: how often a pool is opened after a worker was killed, before the rest is done here
REACHED = 20  # seconds in which a cluster must answer
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
_one = threading.Lock()  # what is read is recorded for a process: a worker with many threads answers one task at a time
_alone = False  # in a worker, which opens no pool of its own
_work: Work | None = None  # in a worker: how it finds what others have kept
_held: dict[Path, list[Study]] = {}  # in a worker: studies it was sent, the last used last
HERE, THERE = "here", "there"
SPARE = 1  # no answer: tasks that lie ready for the workers, so that they need not wait for the next
FEW = 2  # no answer: hands of which it is best that one makes all columns of a study
LAST = 8  # no answer: the part of a study's tasks that is left to who has made its columns
KEPT = 4  # no answer: how many sets of studies a worker holds


@dataclass
class Processes:
    """So many processes of this machine, this one among them. A worker that is killed costs the task in its hand, which
    is done again. They stay for later tasks, and with them what they made of the studies that they were sent."""

    count: int
    pool: _Pool | None = field(default=None, repr=False, compare=False)

    def __call__(self, tasks: Sequence[Task], shelf: Shelf) -> Iterator[tuple[int, bytes]]:
        left = dict(enumerate(tasks))
        if not _alone and min(self.count, len(tasks)) > 1:
            for _ in range(TRIES):
                try:
                    for place, data in self._opened(shelf).answers(left):
                        del left[place]
                        yield place, data
                except BrokenProcessPool:
                    self.pool = None
                    continue
                except _NoPlace:
                    self.pool = None
                except BaseException:  # an error of a task, or Ctrl-C: nobody waits for what is still being made
                    self.pool = None
                    raise
                break
        places = list(left)
        for number, data in serial(list(left.values()), shelf):
            yield places[number], data

    @property
    def few(self) -> bool:
        return self.count <= FEW

    def _opened(self, shelf: Shelf) -> _Pool:
        if self.pool is None or self.pool.shelf is not shelf:
            self.pool = _Pool(self.count - 1, shelf)
        return self.pool


def _bundles(tasks: Mapping[int, Task], hands: int) -> list[Bundle]:
    """The places of tasks that go together: those that go through the same slices (`together`), in as many parts as
    there are hands, or those of one slice; every other alone."""
    made: list[Bundle] = []
    left = dict(tasks)
    for place, task in tasks.items():
        if place in left:
            alike = task.alike(left)
            if together(task.study, task.function, alike) is None:
                alike = [place]
            size = -(-len(alike) // hands) if task.apart is None else len(alike)
            made += [tuple(alike[i : i + size]) for i in range(0, len(alike), size)]
            for done in alike:
                del left[done]
    return made


class _Waiting:
    """Bundles that nobody has begun, each with a name for the draws that it goes by, or None where that does not
    matter.

    A hand takes the first of draws whose columns it holds, else the first of those that nobody holds, which are its own
    from then on, or of none; else what others would come to last, unless so few of theirs are left that they are sooner
    done.
    """

    def __init__(self, left: Sequence[tuple[Bundle, Hashable]], holder: dict[Hashable, str]):
        self.left, self.holder, self.lock = list(left), holder, threading.Lock()
        self.size = Counter(draws for _, draws in left)
        for _, draws in self.left:
            if draws is not None:  # this process is ready before the others
                holder.setdefault(draws, HERE)
                break

    def take(self, hand: str) -> Bundle | None:
        with self.lock:
            held = [self.holder.get(draws) for _, draws in self.left]
            place = next((held.index(whose) for whose in (hand, None) if whose in held), None)
            if place is None and (place := self._spared()) is None:
                return None
            bundle, draws = self.left.pop(place)
            if draws is not None:
                self.holder.setdefault(draws, hand)
            return bundle

    def _spared(self) -> int | None:
        """The place of the last of draws of which more than a small part is left."""
        many = Counter(draws for _, draws in self.left)
        last = (at for at, (_, draws) in reversed([*enumerate(self.left)]) if many[draws] * LAST > self.size[draws])
        return next(last, None)


def _failed(error: Exception) -> Answered:
    made: Answered = Future()
    made.set_exception(error)
    return made


def _claimed(claim: Path) -> bool:
    """Whether nobody else has begun what goes by this name: who makes the file does it. There is no lock that a killed
    process could leave closed; on a full disk both do it, and say the same."""
    try:
        os.close(os.open(claim, os.O_CREAT | os.O_EXCL))
    except (FileExistsError, FileNotFoundError):  # the folder is gone: nobody waits, or who waits does it
        return False
    except OSError:
        return True
    return True


class _NoPlace(Exception):
    """No file can be written to send studies by."""


class _Pool:
    """Processes that are open, and what they were sent: studies by files, so that all tasks of one share it there."""

    def __init__(self, count: int, shelf: Shelf):
        self.count, self.shelf = count, shelf
        try:
            self.folder = Path(tempfile.mkdtemp(prefix="winset-"))
        except OSError:
            raise _NoPlace from None
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self.sent: dict[Path, list[Study]] = {}
        self.holder: dict[Hashable, str] = {}  # who holds the columns of which draws
        self.numbers = itertools.count()
        server.begin()
        self.opened = ProcessPoolExecutor(count, server.context(), initializer=_begin, initargs=(shelf,))

    def answers(self, tasks: Mapping[int, Task]) -> Iterator[tuple[int, bytes]]:
        """The answers as they come, by place; this process takes its turn, and in the end what the workers have
        not begun. Unless all are taken, the workers are killed."""
        at = self._send([task.study for task in tasks.values()])
        waiting, back, out = self._waiting(tasks, at), SimpleQueue[Done](), dict[Bundle, Path]()

        def hand_out(done: Done | None = None) -> None:
            """One more bundle to a worker: at first, and whenever one is done, by the thread that says so."""
            if (bundle := waiting.take(THERE)) is not None:
                task, items = tasks[bundle[0]], [(tasks[place].function, tasks[place].item) for place in bundle]
                claim = out[bundle] = self.folder / f"claim-{next(self.numbers)}"
                try:
                    asked = self.opened.submit(_answer, *at[id(task.study)], items, task.settings, claim)
                except Exception as error:  # noqa: BLE001 - the pool broke, or nothing starts: told with the answers
                    back.put((bundle, _failed(error)))
                else:
                    asked.add_done_callback(lambda future: hand_out((bundle, future)))
            if done:
                back.put(done)

        def begin() -> None:
            for _ in range(self.count + SPARE):
                hand_out()

        left, own = len(tasks), set[Bundle]()
        begun = threading.Thread(target=begin)  # it waits for the server of processes; meanwhile this process works
        try:
            begun.start()
            while left:
                if (bundle := self._next(waiting, out) if back.empty() else None) is not None:
                    own.add(bundle)
                    found = _in_order([tasks[place] for place in bundle], self.shelf)
                else:
                    bundle, future = back.get()
                    made = future.result()
                    out.pop(bundle, None)
                    if made is None and bundle not in own:  # no claims can be made
                        waiting.left.append((bundle, None))
                    if made is None or bundle in own:
                        continue
                    found = made
                for place, data in zip(bundle, found):
                    left -= 1
                    yield place, data if self.shelf.shared else kept(self.shelf, tasks[place], data)
        finally:
            if left:
                waiting.left.clear()
                begun.join()
                for child in list((self.opened._processes or {}).values()):
                    child.kill()
                self.opened.shutdown(cancel_futures=True)

    def _waiting(self, tasks: Mapping[int, Task], at: Mapping[int, tuple[Path, int]]) -> _Waiting:
        """All tasks. Where hands are few the draws of a study are one hand's, as long as there is other work."""
        few = self.count < FEW

        def draws(task: Task) -> Hashable:
            return (at[id(task.study)], task.beside) if few and task.beside else None

        return _Waiting([(own, draws(tasks[own[0]])) for own in _bundles(tasks, self.count + 1)], self.holder)

    @staticmethod
    def _next(waiting: _Waiting, out: dict[Bundle, Path]) -> Bundle | None:
        """What this process does next: what suits it of what lies ready, else the last that was handed out and is not
        begun."""
        if (bundle := waiting.take(HERE)) is not None:
            return bundle
        return next((one for one in reversed(list(out)) if _claimed(out.pop(one))), None)

    def _send(self, studies: Sequence[Study]) -> dict[int, tuple[Path, int]]:
        """Where each of these studies lies: the file and the place in it; those that are in none go into one more."""
        where = {id(study): (path, i) for path, held in self.sent.items() for i, study in enumerate(held)}
        if new := list({id(study): study for study in studies if id(study) not in where}.values()):
            path = self.folder / f"studies-{next(self.numbers)}"
            try:
                path.write_bytes(pickle.dumps(bare(new), protocol=5))
            except OSError:
                raise _NoPlace from None
            self.sent[path] = new
            where |= {id(study): (path, i) for i, study in enumerate(new)}
        used = {where[id(study)][0] for study in studies}
        for path in [path for path in self.sent if path not in used][: max(0, len(self.sent) - KEPT)]:
            del self.sent[path]
        return where


def _begin(shelf: Shelf) -> None:
    """A worker leaves Ctrl-C to its parent, ends with it, and opens no pool of its own."""
    global _alone, _work
    _alone, _work = True, Work(shelf)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)


def _answer(
    path: Path, place: int, asked: Sequence[tuple[Callable[[Study, Any], Any], Any]], settings: Changes, claim: Path
) -> list[bytes] | None:
    """The answers to several functions of an item each, in their order; None if another process has begun them."""
    assert _work is not None
    if not _claimed(claim):
        return None
    if path not in _held:
        _held[path] = bare(pickle.loads(path.read_bytes()), _work)
    _held[path] = _held.pop(path)
    for old in list(_held)[:-KEPT]:
        del _held[old]
    tasks = [Task(_held[path][place], function, item, settings) for function, item in asked]
    return _in_order(tasks, _work.shelf if _work.shelf.shared else Memory())


def _in_order(tasks: Sequence[Task], shelf: Shelf) -> list[bytes]:
    """The answers to tasks that go together, which `serial` may give in another order."""
    found = dict(serial(tasks, shelf))
    return [found[place] for place in range(len(tasks))]


@dataclass(frozen=True)
class Cluster:
    """The workers of a Dask cluster, by the address of its scheduler (`tcp://HOST:8786`). They need the same winset;
    they are sent the case and send the answers back, which are kept here."""

    address: str
    finds = False

    def __call__(self, tasks: Sequence[Task], shelf: Shelf) -> Iterator[tuple[int, bytes]]:
        if not tasks:
            return
        try:
            from distributed import Client
            from distributed import as_completed as done
        except ImportError:
            raise MissingExtra("distributed", "cluster") from None
        try:
            client = Client(self.address, timeout=REACHED)
        except (OSError, ValueError, TimeoutError) as error:
            raise SettingError(f"no Dask cluster answers at {self.address}: {error}") from None
        with client:
            studies = bare([task.study for task in tasks])
            sent = {i: replace(task, study=study) for i, (task, study) in enumerate(zip(tasks, studies))}
            asked = {
                client.submit(_sent, [sent[i] for i in bundle], pure=False, retries=TRIES): bundle
                for bundle in _bundles(sent, max(1, len(client.ncores())))
            }
            for future in done(asked):
                for place, data in zip(asked[future], future.result()):
                    yield place, kept(shelf, tasks[place], data)


def _sent(tasks: Sequence[Task]) -> list[bytes]:
    with _one:
        return _in_order(tasks, Memory())


def bare(studies: Sequence[Study], work: Work | None = None) -> list[Study]:
    """The studies without what another process would make for itself. What they have of each other they have again: one
    that comes twice is one, samples and candidates are shared."""
    known: dict[int, Study] = {}
    pools: dict[int, dict[int, tuple[Luck, ...]]] = {}

    def made(study: Study) -> Study:
        if id(study) not in known:
            parent, pool = study.parent and made(study.parent), pools.setdefault(id(study.pool), {})
            known[id(study)] = study.anew(pool=pool, parent=parent, progress=None, work=work)
        return known[id(study)]

    found = [made(study) for study in studies]
    for study, own in zip(studies, found):
        own.samples.update({name: known[id(one)] for name, one in study.samples.items() if id(one) in known})
    return found
