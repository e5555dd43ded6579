"""Who answers tasks: processes of this machine, or the workers of a Dask cluster."""

from __future__ import annotations

import ctypes
import multiprocessing
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace

from winset.arrays import Study
from winset.errors import MissingExtra, SettingError
from winset.run.store import Shelf
from winset.run.work import Task, kept

TRIES = 3  # no answer: how often a pool is opened after a worker was killed, before the rest is done here
REACHED = 20  # seconds in which a cluster must answer
# never a plain fork: polars keeps threads, and a forked child waits for them for ever
METHODS = ("forkserver", "spawn")
PRELOADED = ("winset.run.hands", "winset.lens.settlement.lens", "winset.lens.futures.lens")
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
_held: tuple[Mapping[int, Task], Shelf] | None = None  # what this worker was sent
_one = threading.Lock()  # what is read is recorded for a process: a worker with many threads answers one task at a time
_alone = False  # in a worker, which opens no pool of its own


@dataclass(frozen=True)
class Processes:
    """So many processes of this machine. A worker that is killed costs the task in its hand, which is done again."""

    count: int

    def __call__(self, tasks: Sequence[Task], shelf: Shelf) -> Iterator[tuple[int, bytes]]:
        left = dict(enumerate(tasks))
        if not _alone and min(self.count, len(tasks)) > 1:
            for _ in range(TRIES):
                try:
                    for place, data in _pooled(self.count, left, shelf):
                        del left[place]
                        yield place, data
                except BrokenProcessPool:
                    continue
                break
        for place, task in left.items():
            yield place, kept(shelf, task, task.answer())


def _pooled(count: int, tasks: Mapping[int, Task], shelf: Shelf) -> Iterator[tuple[int, bytes]]:
    """The answers as they come, by place. Every worker is sent the tasks once, so that they share their studies there."""
    tasks, before = dict(tasks), set(multiprocessing.active_children())
    sent = dict(zip(tasks, bare(list(tasks.values()))))
    pool = ProcessPoolExecutor(min(count, len(tasks)), _context(), initializer=_begin, initargs=(sent, shelf))
    try:
        asked = {pool.submit(_answer, place): place for place in tasks}
        for future in as_completed(asked):
            place, data = asked[future], future.result()
            yield place, data if shelf.lasting else kept(shelf, tasks[place], data)
    except BaseException:  # an error of a task, or Ctrl-C: nobody waits for what is still being made
        for child in set(multiprocessing.active_children()) - before:
            child.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _context() -> multiprocessing.context.BaseContext:
    method = next(m for m in METHODS if m in multiprocessing.get_all_start_methods())
    context = multiprocessing.get_context(method)
    if method == "forkserver":
        context.set_forkserver_preload(list(PRELOADED))
    return context


def _begin(tasks: Mapping[int, Task], shelf: Shelf) -> None:
    """A worker leaves Ctrl-C to its parent, ends with it, and opens no pool of its own."""
    global _alone, _held
    _alone, _held = True, (tasks, shelf)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)


def _answer(place: int) -> bytes:
    assert _held is not None
    task, shelf = _held[0][place], _held[1]
    return kept(shelf, task, task.answer()) if shelf.lasting else task.answer()


@dataclass(frozen=True)
class Cluster:
    """The workers of a Dask cluster, by the address of its scheduler (`tcp://HOST:8786`). They need the same winset; they are
    sent the case and send the answers back, which are kept here."""

    address: str

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
            asked = {client.submit(_sent, t, pure=False, retries=TRIES): i for i, t in enumerate(bare(tasks))}
            for future in done(asked):
                place = asked[future]
                yield place, kept(shelf, tasks[place], future.result())


def _sent(task: Task) -> bytes:
    with _one:
        return task.answer()


def bare(tasks: Sequence[Task]) -> list[Task]:
    """The tasks without what another process would make for itself; those of one study still share it."""
    known: dict[int, Study] = {}
    return [replace(task, study=_bare(task.study, known)) for task in tasks]


def _bare(study: Study, known: dict[int, Study]) -> Study:
    if id(study) not in known:
        parent = study.parent and _bare(study.parent, known)
        known[id(study)] = study.anew(pool={}, parent=parent, progress=None, work=None)
    return known[id(study)]
