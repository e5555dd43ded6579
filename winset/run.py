"""Put lenses to a case: with progress, and so that what is written is whole or not there at all."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from importlib import metadata
from pathlib import Path

from winset.arrays import Study
from winset.case import model as m
from winset.case.grammar import day
from winset.case.patch import combine
from winset.derive.deal.weighing import kept
from winset.errors import SettingError
from winset.lens import LENSES, lens
from winset.result import Result

Progress = Callable[[str, int, int], None]


def study(
    case: m.Case, *, as_of: dt.date | None = None, draws: int = 4096, seed: int = 1, patches: Iterable[m.Patch] = (),
    chunk: int = 16_384, progress: Progress | None = None,
) -> Study:  # fmt: skip
    """A case, patched, as of a date.

    Raises SettingError for draws outside 1..10^7 or a year outside 1800..2200, and DossierError for a bad patch.
    """
    try:
        day(as_of or case.as_of)
    except ValueError as error:
        raise SettingError(f"as of {as_of}: {error}") from None
    patches = tuple(patches)
    stated = combine(case, [p for p in patches if p.is_reading])
    changed = combine(stated, [p for p in patches if not p.is_reading])
    return Study(
        case=changed,
        as_of=as_of or case.as_of,
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


def write_whole(folder: Path, files: dict[str, str]) -> list[Path]:
    """Write files so that each is complete or untouched: all to temporary names first, then renamed at the end.

    Raises SettingError when the folder cannot be written.
    """
    staged: list[tuple[str, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}.")
            staged.append((temporary, folder / name))
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            os.chmod(temporary, 0o644)
        for _, final in staged:
            if final.is_dir():
                raise SettingError(f"cannot write {final}: it is a folder")
        for temporary, final in staged:
            os.replace(temporary, final)
    except OSError as error:
        raise SettingError(f"cannot write to {folder}: {error.strerror or error}") from None
    finally:
        for temporary, _ in staged:
            if os.path.exists(temporary):
                os.unlink(temporary)
    return [final for _, final in staged]
