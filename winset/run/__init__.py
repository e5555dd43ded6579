"""The engine: lenses put to a case, each question answered once, by as many hands as there are, and kept.

keys    what a kept answer is known by: digests of case, Figures, Settings, draws and code
store   where answers are kept: a folder that can be seen, measured and pruned
work    tasks, what they rest on, and their answers
hands   who answers: this process, others of this machine, a cluster
warm    what every process does first, done once for those of this machine
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
import weakref
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from importlib import metadata
from itertools import chain
from pathlib import Path
from typing import Any

from winset.arrays import CHUNK, Study
from winset.case import model as m
from winset.case.patch import combine, date_of
from winset.derive.deal.bench import Bench
from winset.derive.deal.laid import laid, without
from winset.derive.deal.weighing import kept as weighed
from winset.derive.war import core_pages
from winset.errors import NoDrawFits, SettingError
from winset.lens import LENSES, lens
from winset.result import Lens, Result
from winset.run.hands import Cluster, Processes
from winset.run.store import Memory, Passing, Store
from winset.run.work import Task, serial
from winset.run.work import Work as Work
from winset.settings import told
from winset.sift import beside
from winset.writing import write_whole as write_whole

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Inquiry(Study):
    """A study that can be asked: what `study` gives. It stands here because a Study itself knows no lens."""

    def look(self, lens_or_name: str | Lens, **settings: object) -> Result:
        """What a lens says, by its name (one of `LENSES`) or given as an object, such as one of your own.

        settings: fields of the lens that are to differ from its own. Raises SettingError for an unknown name or field.
        """
        asked: Any = lens(lens_or_name) if isinstance(lens_or_name, str) else lens_or_name
        if settings:
            known = [f.name for f in fields(asked)]
            if unknown := [name for name in settings if name not in known]:
                raise SettingError(
                    f"{asked.name} has no setting {', '.join(unknown)}; it has {', '.join(known) or 'none'}"
                )
            asked = replace(asked, **settings)
        return asked.look(self)


def study(
    case: m.Case, *, as_of: dt.date | None = None, draws: int = 4096, seed: int = 1, patches: Iterable[m.Patch] = (),
    chunk: int = CHUNK, progress: Progress | None = None, work: Work | None = None,
) -> Inquiry:  # fmt: skip
    """A case, patched, as of a date; `look` of what this gives asks a lens. `work`: see `working`; by default nothing
    is kept.

    Raises SettingError for draws outside 1..10^7, a year outside 1800..2200 or a date after the case's own, and
    DossierError for a bad patch.
    """
    date = date_of(case, as_of)
    patches = tuple(patches)
    stated = combine(case, [p for p in patches if p.is_reading])
    changed = combine(case, patches)
    return Inquiry(
        case=changed,
        as_of=date,
        draws=draws,
        seed=seed,
        chunk=chunk,
        weigher=weighed,
        stated=stated,
        progress=progress,
        work=work,
    )


def working(store: Path | None = None, workers: int = 1, cluster: str = "") -> Work:
    """A way of working: what is answered is kept in a folder, if one is given; by so many processes, or a Dask cluster.

    Raises SettingError where nothing can be kept in the folder.
    """
    hands = Cluster(cluster) if cluster else Processes(workers) if workers > 1 else serial
    if store is None and isinstance(hands, Processes):
        return _passing(hands)
    return Work(Store.at(store) if store else Memory(), hands)


def _passing(hands: Processes) -> Work:
    """Processes pass on what they have made by a folder that goes with the Work, where one can be made."""
    try:
        folder = tempfile.mkdtemp(prefix="winset-")
    except OSError:
        return Work(Memory(), hands)
    work = Work(Passing.at(Path(folder)), hands)
    weakref.finalize(work, shutil.rmtree, folder, ignore_errors=True)
    return work


@beside("deals")
def answer(study: Study, asked: Lens) -> Result:
    """What one lens says (a task)."""
    return asked.look(study)


def look(
    study: Study, names: Sequence[str] = (), more: Sequence[Task] = (), then: Sequence[Task] = (), exact: bool = True
) -> tuple[Result, ...]:
    """The results of the lenses named (all, if none is), in the order of `LENSES`. exact: as in `asked_of`.

    For those who will ask for them, to be done with the work of the lenses: more, other tasks; then, tasks that stand
    on these, or on lenses: one whose item is a lens asks it, and then nobody else does. Raises SettingError for an
    unknown name.
    """
    asked = asked_of(names, exact)
    if study.work is None:
        return tuple(one.look(study) for one in asked)
    work = _work(study)
    ahead(study, asked, more)
    last = [Task(study, answer, one) for one in asked]
    others = [task for task in last if all(task.item != one.item for one in then)]
    work.after.do([*others, *then], "lenses")
    return tuple(work.after.do(last, ""))


def _work(study: Study) -> Work:
    assert isinstance(study.work, Work)
    return study.work


def asked_of(names: Sequence[str] = (), exact: bool = True) -> list[Any]:
    """The lenses named, or all. Without `exact` the settlement judges the plans on the table, and searches no
    packages."""
    unknown = [n for n in names if n not in LENSES]
    if unknown:
        raise SettingError(f"unknown lens {', '.join(unknown)}; one of {', '.join(LENSES)}")
    found = [lens(n) for n in LENSES if not names or n in names]
    return found if exact else [replace(one, exact=False) if one.name == "settlement" else one for one in found]


def ahead(study: Study, asked: Sequence[Any], more: Sequence[Task] = ()) -> int:
    """What the lenses will ask for, and the lenses that are asked in one piece, by all hands at once; how many tasks it
    were.

    more: other tasks to be done with them. Where the work is shared out (`Work.share`), every n-th of the tasks only.
    """
    work = _work(study)
    number, count = work.share
    sharing = count > 1  # all have to share the same list out
    open_ = [one for one in asked if sharing or not work.has(Task(study, answer, one))]
    whole_ = [Task(study, answer, one) for one in reversed(open_) if not hasattr(one, "parts")]
    parts = {one.name: [Task(*task) for task in one.parts(study)] for one in open_ if hasattr(one, "parts")}
    settles = any(one.name == "settlement" for one in asked)
    lab = [Task(study, bench, ())] if settles and not without(study.known) else []
    pieces = chain(*sorted(parts.values(), key=len))  # many small ones last: no hand waits long for another's
    tasks = [*whole_, *more, *lab, *pieces][number::count]
    if not all(map(work.has, tasks)):
        if study.draws > study.chunk:
            sliced(study, open_)
        elif parts.get("settlement") and work.finds and not sharing:
            if work.few:
                tasks = [Task(study, paged, ()), *tasks]
            else:
                core_pages.ask(study, work)
    work.do(tasks, "answers")
    return len(tasks)


def sliced(study: Study, asked: Sequence[Any]) -> None:
    """Has all hands look at many draws, slice by slice, for what is asked of all of them."""
    work, found = _work(study), list[Task]()
    for one in asked:
        if hasattr(one, "ahead"):
            found += [Task(*task) for task in one.ahead(study)]
    with suppress(NoDrawFits):  # said by who needs draws
        _ = study.lucks
    if not work.finds:
        work.after.do(found, "")


@beside("deals")
def paged(study: Study, _: object = ()) -> None:
    """Has the pages of the core solved by the process that is asked, which then holds their columns (a task)."""
    core_pages.ask(study, _work(study).alone)


def lab_of(study: Study, results: Sequence[Result]) -> Bench | str:
    """The bench of the plan lab on the draws of the settlement lens, or why there is none in one sentence."""
    if not any(result.lens == "settlement" for result in results):
        return "It stands in a report that asks who signs which plan (`--lens settlement`, or all lenses)."
    return without(study.known) or study.each(bench, [()], "plan lab")[0]


@beside("deals")
def bench(study: Study, _: object = ()) -> Bench:
    """The bench of the plan lab (a task)."""
    return laid(study)


def counts(study: Study, _: object = ()) -> tuple[int, int]:
    """How many draws the record left, of how many candidates (a task)."""
    return study.kept, study.candidates


def settings(study: Study, results: Sequence[Result] = ()) -> dict[str, object]:
    """What a reader needs to get the same bytes again: seed, draws, date, patches, digest, versions, and
    `model`, the Settings that the lenses of these results read (all, where none is given)."""
    libraries = ("winset", "numpy", "scipy", "numba")
    (kept, candidates), *_ = study.each(counts, [()], "draws")
    return {
        "as_of": study.as_of.isoformat(),
        "case_digest": study.case.digest,
        "candidates": candidates,
        "draws": kept,
        "model": told([r.lens for r in results]),
        "patches": list(study.case.patches),
        "seed": study.seed,
        "versions": {name: metadata.version(name) for name in libraries},
    }
