"""Outside event data as daily counts: UCDP GED, ACLED, GDELT, POLECAT, ICEWS, or a plain daily series.

`read_events` finds out which it is, reads it block by block, and says of every row whether it was kept or why not.
Machine-coded rows become counts, never cited facts: no single one of them can be pointed to from a case.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import polars as pl

from winset.case.model import Actor
from winset.errors import SettingError
from winset.formats import acled, daily, gdelt, icews, polecat, ucdp
from winset.formats.event_actors import Resolver
from winset.formats.event_counts import csv_text, daily_counts
from winset.formats.event_keep import Seen, keep, pairs, settle
from winset.formats.event_rows import Shape, Tally, first_line, frames

FORMATS: dict[str, ModuleType] = {"ucdp": ucdp, "acled": acled, "gdelt": gdelt, "polecat": polecat, "icews": icews}
NAMES = (*FORMATS, "daily")


@dataclass(frozen=True)
class Imported:
    """A series ready to be written. rows_read = rows_kept + all that was dropped.

    text: the CSV. covered: first and last day of what the file covers. absence: what a day without a row means.
    codes: what was taken for which actor. unknown: descriptions that fit no actor -> rows, the most frequent first.
    """

    format: str
    origin: str
    text: str
    sha256: str
    rows_read: int
    rows_kept: int
    dropped: dict[str, int]
    notes: dict[str, int]
    covered: tuple[dt.date, dt.date]
    absence: str
    dated: str
    codes: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)


def read_events(
    path: str | Path,
    actors: Iterable[Actor],
    *,
    format: str = "auto",
    codes: Mapping[str, str] | None = None,
    kinds: Mapping[str, str] | None = None,
) -> Imported:
    """Read an event file for the actors of a case.

    codes: code or name -> actor id, before the automatic ones. kinds: kind of the case's own -> PLOVER type.
    Raises SettingError, with the line where there is one,
    for a file that is none of the formats, is damaged, or has no row about the actors.
    """
    path = Path(path)
    name, shape = recognise(path, format)
    tally, resolve = Tally(), Resolver(actors, codes)
    if name == "daily":
        text, covered, kept = daily.table(path, shape, tally)
        return _imported("daily", daily, tally, text, kept, covered, resolve, Counter())
    module, blocks, unknown, seen = FORMATS[name], [], Counter[str](), Seen()
    for frame in frames(path, shape, tally):
        if frame.height:
            rows = module.table(frame)
            seen.look(rows, module.COVERED)
            blocks.append(keep(rows, module.SYSTEM, resolve, seen, tally, unknown, kinds or {}))
    rows = settle(pl.concat(blocks), seen, tally) if blocks else pl.DataFrame()
    seen.check_zeros(path, module.SYSTEM)
    if not rows.height:
        raise SettingError(f"{path.name}: no row can be used{_why(tally, unknown)}")
    counts = daily_counts(pairs(rows, tally))
    ends = counts["date"]  # sorted
    covered = (seen.first or ends[0], seen.last or ends[-1])
    return _imported(name, module, tally, csv_text(counts), rows.height, covered, resolve, unknown)


def recognise(path: Path, format: str = "auto") -> tuple[str, Shape]:
    """The format of a file and how it is written. Raises SettingError when it is none, or not the one named."""
    if format not in ("auto", *NAMES):
        raise SettingError(f"unknown format {format!r}; one of auto, {', '.join(NAMES)}")
    line = first_line(path)
    for name, module in FORMATS.items():
        if format in ("auto", name) and (shape := _shape(path, line, name, module)):
            return name, shape
    names = [cell.strip() for cell in _cells(line, ",")]
    if (
        format in ("auto", "daily")
        and names[:1]
        and names[0].casefold() == "date"
        and len(set(names)) == len(names) > 1
    ):
        return "daily", Shape(",", True, len(names), True, {n: i for i, n in enumerate(names)})
    wanted = "any known format" if format == "auto" else format
    raise SettingError(
        f"{path.name}: the first line is not that of {wanted}: {line[:120]!r}; known are {', '.join(NAMES)} "
        "(a daily series starts with the column `date`, cells parted by commas)"
    )


def _shape(path: Path, line: str, name: str, module: ModuleType) -> Shape | None:
    cells = _cells(line, module.SEPARATOR)
    if name == "gdelt" and len(cells) in gdelt.ADDED and cells[0].strip().isdigit():
        return Shape("\t", False, len(cells), False, {**gdelt.PLACES, "dateadded": gdelt.ADDED[len(cells)]})
    place = {cell.strip(' \t"').casefold(): i for i, cell in reversed(list(enumerate(cells)))}
    if not set(module.SIGNS) <= set(place):
        if all(sign in line.casefold() for sign in module.SIGNS):
            shown = "a tab" if module.SEPARATOR == "\t" else repr(module.SEPARATOR)
            raise SettingError(f"{path.name}: a {name} file parts its cells by {shown}, this one does not; save it so")
        return None
    if missing := [n for n in module.NEEDED if n not in place]:
        raise SettingError(
            f"{path.name}: a {name} file without the columns {', '.join(missing)}; export it with all columns"
        )
    wanted = (*module.NEEDED, *(n for n in getattr(module, "OPTIONAL", ()) if n in place))
    return Shape(module.SEPARATOR, module.QUOTED, len(cells), True, {n: place[n] for n in wanted})


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:  # a stray CR, or a cell beyond all measure: no header of ours
        return []


def _imported(
    name: str, module: ModuleType, tally: Tally, text: str, kept: int, covered: tuple[dt.date, dt.date],
    resolve: Resolver, unknown: Counter[str],
) -> Imported:  # fmt: skip
    return Imported(
        format=name,
        origin=module.ORIGIN,
        text=text,
        sha256=tally.digest.hexdigest(),
        rows_read=tally.read,
        rows_kept=kept,
        dropped={reason: n for reason, n in sorted(tally.dropped.items()) if n},
        notes=dict(sorted(tally.notes.items())),
        covered=covered,
        absence="unknown" if name == "daily" else "zero",
        dated=module.DATED,
        codes=dict(sorted(resolve.used.items())),
        unknown=dict(sorted(unknown.items(), key=lambda x: (-x[1], x[0]))[:20]),
    )


def _why(tally: Tally, unknown: Counter[str]) -> str:
    reasons = "; ".join(f"{n:,} {reason}" for reason, n in tally.dropped.most_common() if n)
    names = ", ".join(name for name, _ in unknown.most_common(5))
    return (f" ({reasons})" if reasons else "") + (f"; name actors by --codes, for example {names}" if names else "")
