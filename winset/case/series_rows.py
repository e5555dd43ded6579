"""Are the columns and rows of a series what its listing says: days that are days, and counts that can be counts?

A series that is imported is; one made by hand, with its hash, need not be.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from winset.case.grammar import YEARS
from winset.errors import LISTED

if TYPE_CHECKING:
    import polars as pl

LABELS = ("source", "target", "kind", "plover", "mode")
DAYS = ("date", "public")
SUMS = ("count", "intensity")
DEATHS = ("low", "best", "high")
MOST = 1e9  # of anything in a day: of no war are as many counted, while a slip or a code for "missing" may be more
MOST_COLUMNS = 100
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}", re.ASCII)
BETWEEN = f"a number from 0 to {MOST:,.0f}"


def column_fault(format: str, columns: Sequence[str]) -> str:
    """What is wrong with the columns of a series in one of the formats; "" if nothing is."""
    if format != "daily":
        wanted = (*DAYS, *LABELS, *SUMS)
        rest = tuple(columns[len(wanted) :])
        fits = tuple(columns[: len(wanted)]) == wanted and rest in ((), ("best",), DEATHS)
        return "" if fits else f"the columns of a {format} series are {','.join(wanted)}, and deaths where it has them"
    counts = columns[1:]
    if columns[:1] != ("date",) or not counts:
        return "a daily series has the column `date`, then counts"
    if len(counts) > MOST_COLUMNS:
        return f"{len(counts):,} columns of counts; at most {MOST_COLUMNS} are taken"
    if taken := [c for c in counts if c.casefold() in {*DAYS, *LABELS}]:
        return f"the column {taken[0]!r} has a meaning of its own in a series; give it another name"
    if odd := [c for c in counts if not NAME.fullmatch(c)]:
        return f"{odd[0][:60]!r} is no plain name of a column"
    if len(set(counts)) < len(counts):
        return "a column stands twice"
    return ""


def row_faults(
    path: Path, columns: Sequence[str], covered: tuple[dt.date, dt.date], plain: bool
) -> list[tuple[int | None, str]]:
    """(line, what is wrong) of the first rows that are none, some fifty at most. The columns must be sound.

    covered: first and last day of a plain daily series; plain: whether it is one, and no counts of events.
    """
    import polars as pl

    try:
        rows = pl.read_csv(path, infer_schema=False, quote_char=None, raise_if_empty=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        return [(None, f"cannot be read: {' '.join(str(error).split())[:200]}")]
    days = DAYS[:1] if plain else DAYS
    numbers = [c for c in columns if c not in (*DAYS, *LABELS)]
    # names with a space: no column of a series has one
    rows = rows.with_row_index("the line", offset=2).with_columns(_day(c).alias(f"{c} as day") for c in days)
    faults = [*_of_days(days, covered), *(_of_number(c, plain) for c in numbers)]
    told = rows.select("the line", what=pl.coalesce(faults)).filter(pl.col("what").is_not_null()).head(LISTED)
    return list(told.iter_rows())


def _day(column: str) -> pl.Expr:
    """The cell as a date; null where it is none that a case may have."""
    import polars as pl

    date = pl.col(column).str.to_date("%Y-%m-%d", strict=False)
    return pl.when(date.dt.year().is_between(*YEARS)).then(date)


def _of_days(days: Sequence[str], covered: tuple[dt.date, dt.date]) -> list[pl.Expr]:
    """What is wrong with the days of a row."""
    import polars as pl

    first = pl.col("date as day")
    found = [_say(pl.col(f"{c} as day").is_null(), c, "is no day, written YYYY-MM-DD") for c in days]
    if "public" in days:
        return [*found, _say(pl.col("public as day") < first, "public", "lies before the day itself")]
    return [
        *found,
        _say(first <= first.shift(1), "date", "is not after the row before it"),
        _say(~first.is_between(*covered), "date", f"lies outside {covered[0]} to {covered[1]}"),
    ]


def _of_number(column: str, plain: bool) -> pl.Expr:
    """What is wrong with a number: a blank cell of a plain series is a gap, every other one is a number in its
    range."""
    import polars as pl

    low = -MOST if column == "intensity" else 0.0
    sound = pl.col(column).cast(pl.Float64, strict=False).is_between(low, MOST)
    blank = pl.col(column).is_null() if plain else pl.lit(False)
    between = BETWEEN if low == 0.0 else f"a number from {low:,.0f} to {MOST:,.0f}"
    return _say(~blank & ~sound.fill_null(False), column, f"is not {between}")


def _say(wrong: pl.Expr, column: str, what: str) -> pl.Expr:
    import polars as pl

    cell = pl.col(column).fill_null("").str.slice(0, 40)
    return pl.when(wrong).then(pl.format(f"{column}: {{}} {what}", cell))
