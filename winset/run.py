"""Put lenses to a case: with progress, and so that what is written is whole or not there at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from importlib import metadata
from typing import Any

from winset.arrays import Study
from winset.case import model as m
from winset.case.patch import combine, date_of
from winset.derive.deal.bench import Bench
from winset.derive.deal.laid import laid, without
from winset.derive.deal.weighing import kept
from winset.errors import SettingError
from winset.lens import LENSES, lens
from winset.result import Lens, Result
from winset.settings import told
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
    chunk: int = 16_384, progress: Progress | None = None,
) -> Inquiry:  # fmt: skip
    """A case, patched, as of a date; `look` of what this gives asks a lens.

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


def lab_of(study: Study, results: Sequence[Result]) -> Bench | str:
    """The bench of the plan lab on the draws of the settlement lens, or why there is none in one sentence."""
    if not any(result.lens == "settlement" for result in results):
        return "It stands in a report that asks who signs which plan (`--lens settlement`, or all lenses)."
    return without(study.known) or laid(study)


def settings(study: Study, results: Sequence[Result] = ()) -> dict[str, object]:
    """What a reader needs to get the same bytes again: seed, draws, date, patches, digest, versions, and
    `model`, the Settings that the lenses of these results read (all, where none is given)."""
    libraries = ("winset", "numpy", "scipy", "numba")
    return {
        "as_of": study.as_of.isoformat(),
        "case_digest": study.case.digest,
        "candidates": study.candidates,
        "draws": study.kept,
        "model": told([r.lens for r in results]),
        "patches": list(study.case.patches),
        "seed": study.seed,
        "versions": {name: metadata.version(name) for name in libraries},
    }
