"""The series of a case: daily counts of machine-coded events, or plain daily counts, with where they come from.

`series.yaml` lists them, `series/ID.csv` holds the numbers. A series is evidence about frequencies; no Figure cites it
as a passage. `winset import events` writes both files; do not edit them by hand, since each CSV is checked by its hash.

Events: columns date, public, source, target, kind, plover, mode, then sums: count, intensity (PLOVER or Goldstein
points), and low, best, high (fatalities) where the dataset gives them. `public` is the day a row can have been known at
the earliest; `cut` goes by it. Plain series: the column date, then counts.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from jaxtyping import Float, Shaped
from pydantic import Field, StringConstraints, model_validator

from winset.case.parse import parse_document
from winset.case.record import Count, Day, Id, Record, Text
from winset.case.series_rows import LABELS, column_fault, row_faults
from winset.case.text import Problems, read_yaml
from winset.errors import DossierError, Problem, SettingError

if TYPE_CHECKING:
    import polars as pl

FILE = "series.yaml"
LARGEST = 2**30
_Hash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Entry(Record):
    """One row of series.yaml: the file here, the file it was made from, and what was left out on the way.

    file_sha256: of the CSV in the case. sha256: of the imported file, which is not kept. had: the day it was imported.
    from, to: the days that the dataset covers. absence: what a day without a row means there.
    """

    id: Id
    title: Text
    file: Annotated[str, StringConstraints(pattern=r"^series/[a-z0-9][a-z0-9_-]*\.csv$", max_length=100)]
    file_sha256: _Hash
    format: Literal["ucdp", "acled", "gdelt", "polecat", "icews", "daily"]
    origin: Literal["dataset"]
    dataset: Text
    sha256: _Hash
    query: Text = ""
    imported_from: Text
    had: Day
    rows_read: Count
    rows_kept: Count
    dropped: dict[str, Count] = Field(default_factory=dict)
    notes: dict[str, Count] = Field(default_factory=dict)
    from_: Annotated[Day, Field(alias="from")]
    to: Day
    columns: Annotated[tuple[str, ...], Field(min_length=2)]
    absence: Literal["zero", "unknown"]
    dated: Text
    codes: dict[str, Id] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _sound(self) -> Entry:
        if fault := column_fault(self.format, self.columns):
            raise ValueError(fault)
        if self.to < self.from_:
            raise ValueError(f"it covers no day: from {self.from_} to {self.to}")
        return self


class SeriesFile(Record):
    """series.yaml."""

    series: tuple[Entry, ...]


@dataclass(frozen=True)
class Series:
    """A series of a case. The numbers are read on first use; until: rows known later are left out."""

    entry: Entry
    path: Path = field(repr=False)
    until: dt.date | None = None

    @property
    def id(self) -> str:
        return self.entry.id

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that hold numbers."""
        return tuple(c for c in self.entry.columns if c not in ("date", "public", *LABELS))

    def cut(self, as_of: dt.date) -> Series:
        """The series as it was known on a date."""
        return replace(self, until=min(as_of, self.until or as_of))

    @cached_property
    def frame(self) -> pl.DataFrame:
        """The rows known by `until`: dates as dates, numbers as floats (null: a gap), labels as text."""
        import polars as pl

        kinds = {c: pl.String if c in ("date", "public", *LABELS) else pl.Float64 for c in self.entry.columns}
        dates = [c for c in ("date", "public") if c in kinds]
        try:
            frame = pl.read_csv(self.path, schema=kinds).with_columns(pl.col(dates).str.to_date("%Y-%m-%d"))
        except (pl.exceptions.PolarsError, OSError) as error:
            what = f"cannot be read: {' '.join(str(error).split())[:200]}"
            raise DossierError([Problem(self.entry.file, None, what, "import the series again")]) from None
        frame = frame.with_columns(pl.col(c).fill_null("") for c in LABELS if c in kinds)
        return frame if self.until is None else frame.filter(pl.col(dates[-1]) <= self.until)


def load_series(folder: str | Path) -> tuple[Series, ...]:
    """The series of a case folder; none where it has no series.yaml. Raises DossierError with every problem."""
    problems = Problems()
    found = read_series(Path(folder), problems)
    if problems.found:
        raise DossierError(problems.found)
    return found


def read_series(folder: Path, problems: Problems) -> tuple[Series, ...]:
    """The series of a case folder, with a Problem for each thing wrong: to be called by the loader of cases."""

    if not os.path.lexists(folder / FILE):
        return ()
    document = read_yaml(folder, FILE, problems)
    parsed = parse_document(document, SeriesFile, problems)
    made, seen = [], set()
    for i, entry in enumerate(parsed.series if parsed else ()):
        line = document.line(("series", i))
        if entry.id in seen:
            problems.add(FILE, line, f"the series id {entry.id!r} stands twice", "ids identify; choose another")
        seen.add(entry.id)
        if (fault := _fault(folder, entry)) == "missing file":
            problems.add(entry.file, None, fault, f"import the series {entry.id} again, or take it out of {FILE}")
        elif fault:
            problems.add(FILE, line, f"{entry.file}: {fault}", "import the series again")
        else:
            covered = (entry.from_, entry.to)
            for row, what in row_faults(folder / entry.file, entry.columns, covered, entry.format == "daily"):
                problems.add(entry.file, row, what, f"import {entry.id} again, or mend the row and the hash in {FILE}")
            made.append(Series(entry, folder / entry.file))
    return tuple(made)


def _fault(folder: Path, entry: Entry) -> str:
    path = folder / entry.file
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            return "leads out of the case folder"
        if not path.is_file():
            return "missing file" if not path.exists() else "not a plain file"
        if path.stat().st_size > LARGEST:
            return f"more than {LARGEST:,} bytes"
        with path.open("rb") as file:
            header = file.readline(100_000)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, RuntimeError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or error}"
    if digest != entry.file_sha256:
        return "the file was changed: it does not have the hash given"
    if header.decode("utf-8", "replace").rstrip("\n") != ",".join(entry.columns):
        return "its columns are not those given"
    return ""


def daily(
    series: Series, column: str, start: dt.date, end: dt.date, **only: str
) -> tuple[Shaped[np.ndarray, " day"], Float[np.ndarray, " day"]]:
    """The days from start to end (datetime64[D]) and the sum of a column on each; NaN where nothing is known.

    only: source, target, kind, plover or mode, to count only such rows. A day without a row is 0 where the dataset
    covers the day and its rules make absence mean zero, else NaN; days after the cut are NaN.
    Raises SettingError for an unknown column or label, or an end before the start.
    """
    import polars as pl

    if column not in series.columns:
        raise SettingError(f"series {series.id}: no column {column!r}; it has {', '.join(series.columns)}")
    labels = [c for c in LABELS if c in series.entry.columns]
    if unknown := sorted(set(only) - set(labels)):
        raise SettingError(f"series {series.id}: no label {', '.join(unknown)}; it has {', '.join(labels) or 'none'}")
    if end < start:
        raise SettingError(f"the end {end} is before the start {start}")
    days = np.arange(np.datetime64(start, "D"), np.datetime64(end, "D") + 1)
    values = np.full(len(days), np.nan)
    entry = series.entry
    covered = (days >= np.datetime64(entry.from_)) & (days <= np.datetime64(min(entry.to, series.until or entry.to)))
    if entry.absence == "zero":
        values[covered] = 0.0
    rows = series.frame.filter(pl.col("date").is_between(start, end), *(pl.col(k) == v for k, v in only.items()))
    sums = rows.drop_nulls(column).group_by("date").agg(pl.col(column).sum()).sort("date")
    place = (sums["date"].to_numpy().astype("datetime64[D]") - days[0]).astype(int)
    known = covered[place]
    values[place[known]] = sums[column].to_numpy()[known]
    return days, values


def find(series: Sequence[Series], column: str) -> Series:
    """The one series that has this column. Raises SettingError when none or several have it."""
    found = [s for s in series if column in s.columns]
    if len(found) != 1:
        held = ", ".join(s.id for s in found) or "none"
        raise SettingError(f"{column!r} should be a column of one series; it is one of {held}")
    return found[0]
