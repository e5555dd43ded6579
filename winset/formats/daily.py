"""A plain daily series: a CSV file with the column `date` and columns of counts, which stay as they are.

A blank, "NaN" or word in a cell is a gap, not a zero. A column without any number is left out. What a day means (when
an attack ended, when it was reported) only the person who has the file can say, so it is stated at import.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import polars as pl

from winset.case.series_rows import BETWEEN, MOST, NAME, column_fault
from winset.case.text import plain_number
from winset.errors import SettingError
from winset.formats.event_fields import day, text
from winset.formats.event_rows import Shape, Tally, frames

ORIGIN = "daily series"
DATED = "not stated"
FEW = 10  # lines told of cells that can be no counts


def table(path: Path, shape: Shape, tally: Tally) -> tuple[str, tuple[dt.date, dt.date], int]:
    """The series as CSV, the days it covers and how many rows were kept.

    Raises SettingError when two rows give one date different numbers, or when nothing is left.
    """
    blocks = [f for f in frames(path, shape, tally) if f.height]
    if not blocks:
        raise SettingError(f"{path.name}: no row can be used")
    whole = pl.concat(blocks)
    first, *others = whole.columns
    if fault := column_fault("daily", ("date", *(c for c in others if NAME.fullmatch(c)))):
        raise SettingError(f"{path.name}:1: {fault}")
    value = {c: text(c).cast(pl.Float64, strict=False) for c in others}
    rows = whole.select(
        day(text(first)).alias("date"), *(pl.when(v.is_finite()).then(v).alias(c) for c, v in value.items())
    )
    _counted(path, whole.select(value[c].alias(c) for c in others), shape)
    said = whole.select(text(c).is_not_null().alias(c) for c in others)
    columns = [c for c in others if NAME.fullmatch(c) and rows[c].is_not_null().any()]
    for c in others:
        if c not in columns:
            tally.notes[f"column {c[:60]!r} left out: no numbers in it, or no plain name"] += 1
        elif odd := int((said[c] & rows[c].is_null()).sum()):
            tally.notes[f"cells of {c} that are no numbers, kept as gaps"] += odd
    before = rows.height
    rows = rows.select("date", *columns).filter(pl.col("date").is_not_null())
    if before > rows.height:
        tally.dropped["a date that is none"] += before - rows.height
    before, rows = rows.height, rows.unique().sort("date")
    if before > rows.height:
        tally.dropped["the same row again"] += before - rows.height
    twice = rows.filter(pl.col("date").is_duplicated())
    if twice.height:
        raise SettingError(f"{path.name}: rows that differ for the date {twice['date'][0]}; keep one")
    if not rows.height or not columns:
        raise SettingError(f"{path.name}: no row with a date and a number")
    return _csv(rows), (rows["date"][0], rows["date"][-1]), rows.height


def _counted(path: Path, numbers: pl.DataFrame, shape: Shape) -> None:
    """Raises SettingError, with the first lines, where a number can be no count: -1 or 9999999999 mean "missing"."""
    if numbers.select((pl.all().is_finite() & ~pl.all().is_between(0, MOST)).any()).row(0).count(True) == 0:
        return
    found = []
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        reader = csv.reader(file)
        for row in reader:
            for name in numbers.columns if len(row) == shape.width else ():
                value = plain_number(row[shape.columns[name]].strip(' \r\t"'))
                if value is not None and not 0 <= value <= MOST:
                    found.append(f"{path.name}:{reader.line_num}: {name}: {value:g} is not {BETWEEN}")
    more = [f"and {len(found) - FEW} more"] if len(found) > FEW else []
    raise SettingError("\n".join([*found[:FEW], *more, "leave a cell blank where the count is not known"]))


def _csv(rows: pl.DataFrame) -> str:
    cells = [
        rows["date"].cast(pl.String).to_list(),
        *([_plain(v) for v in rows[c].to_list()] for c in rows.columns[1:]),
    ]
    return "\n".join([",".join(rows.columns), *map(",".join, zip(*cells))]) + "\n"


def _plain(value: float | None) -> str:
    if value is None:
        return ""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
