"""Put lenses to a case: with progress, and so that what is written is whole or not there at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from importlib import metadata

from winset.arrays import Study
from winset.case import model as m
from winset.case.patch import combine, date_of
from winset.derive.deal.weighing import kept
from winset.errors import SettingError
from winset.lens import LENSES, lens
from winset.result import Result
from winset.writing import write_whole as write_whole

Progress = Callable[[str, int, int], None]


def study(
    case: m.Case, *, as_of: dt.date | None = None, draws: int = 4096, seed: int = 1, patches: Iterable[m.Patch] = (),
    chunk: int = 16_384, progress: Progress | None = None,
) -> Study:  # fmt: skip
    """A case, patched, as of a date.

    Raises SettingError for draws outside 1..10^7, a year outside 1800..2200 or a date after the case's own, and
    DossierError for a bad patch.
    """
    date = date_of(case, as_of)
    patches = tuple(patches)
    stated = combine(case, [p for p in patches if p.is_reading])
    changed = combine(case, patches)
    return Study(
        case=changed,
        as_of=date,
        draws=draws,
        seed=seed,
        chunk=chunk,
        weigher=kept,
        stated=stated,
        progress=progress,
    )


def look(study: Study, names: Sequence[str] = ()) -> tuple[Result, ...]:
    """The results of the lenses named (all, if none is), in the order of `LENSES`.

    Raises SettingError for an unknown name.
    """
    unknown = [n for n in names if n not in LENSES]
    if unknown:
        raise SettingError(f"unknown lens {', '.join(unknown)}; one of {', '.join(LENSES)}")
    return tuple(lens(n).look(study) for n in LENSES if not names or n in names)


def settings(study: Study) -> dict[str, object]:
    """What a reader needs to get the same bytes again: seed, draws, date, patches, digest, versions."""
    libraries = ("winset", "numpy", "scipy", "numba")
    return {
        "as_of": study.as_of.isoformat(),
        "case_digest": study.case.digest,
        "candidates": study.candidates,
        "draws": study.kept,
        "patches": list(study.case.patches),
        "seed": study.seed,
        "versions": {name: metadata.version(name) for name in libraries},
    }
