"""Who answers tasks: processes of this machine, or the workers of a Dask cluster."""

from __future__ import annotations

import ctypes
import multiprocessing
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace

from winset.arrays import Study
from winset.errors import MissingExtra, SettingError
from winset.run.store import Shelf
from winset.run.work import Task, kept, serial

TRIES = 3  # no answer: how often a pool is opened after a worker was killed, before the rest is done here
REACHED = 20  # seconds in which a cluster must answer
_DIES_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
_forked: tuple[Mapping[int, Task], Shelf] | None = None  # what the workers of the open pool find, as of the fork
_worker = False


@dataclass(frozen=True)
class Processes:
    """So many processes of this machine, forked: each starts with what is in memory. A worker that is killed costs its task
    in hand, which is done again; where processes cannot be forked the tasks are done one after another."""

    count: int

    def __call__(self, tasks: Sequence[Task], shelf: Shelf) -> Iterator[tuple[int, bytes]]:
        alone = _worker or min(self.count, len(tasks)) < 2 or "fork" not in multiprocessing.get_all_start_methods()
        left = {} if alone else dict(enumerate(tasks))
        for _ in range(TRIES):
            try:
                for place, data in _pooled(self.count, left, shelf):
                    del left[place]
                    yield place, data
            except BrokenProcessPool:
                continue
            break
        if alone:
            yield from serial(tasks, shelf)
        for place, task in left.items():
            yield place, kept(shelf, task, task.answer())


def _pooled(count: int, tasks: Mapping[int, Task], shelf: Shelf) -> Iterator[tuple[int, bytes]]:
    """The answers as they come, by place."""
    global _forked
    if not tasks:
        return
    tasks = dict(tasks)
    _forked, before = (tasks, shelf), set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(min(count, len(tasks)), multiprocessing.get_context("fork"), initializer=_begin)
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
        _forked = None


def _begin() -> None:
    """A worker leaves Ctrl-C to its parent, ends with it, and opens no pool of its own."""
    global _worker
    _worker = True
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIES_WITH_PARENT, signal.SIGKILL)


def _answer(place: int) -> bytes:
    assert _forked is not None
    tasks, shelf = _forked
    return kept(shelf, tasks[place], tasks[place].answer()) if shelf.lasting else tasks[place].answer()


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
            asked = {client.submit(_sent, bare(task), pure=False, retries=TRIES): i for i, task in enumerate(tasks)}
            for future in done(asked):
                place = asked[future]
                yield place, kept(shelf, tasks[place], future.result())


def _sent(task: Task) -> bytes:
    return task.answer()


def bare(task: Task) -> Task:
    """A task without what another process would make for itself."""
    return replace(task, study=_bare(task.study))


def _bare(study: Study) -> Study:
    parent = study.parent and _bare(study.parent)
    return replace(study, pool={}, left={}, seen={}, samples={}, parent=parent, progress=None, work=None)
