"""Cells as values, and the record that every event format is read into.

The common record, one row per row of the file (a polars frame):
    id          str     the dataset's own id
    start, end  date    first and last day of the event (the same for most)
    public      date    the day it can have been known at the earliest, or null: the last day
    source      str     descriptions of who acts, the most particular first (see event_actors)
    target      str     of whom it is done to; "" where the file names nobody
    code        str     event code in the dataset's system
    intensity   int     thousandths of a point, or null: the score of the code is used
    low, best, high     int, thousandths of a fatality; only the columns that the format has
    stamp       int     of rows with one id the greatest is kept (ACLED: the time of the last change)
    order       int     dates written with slashes: 0 none, 1 day first, 2 month first, 3 either (then read day first)
Numbers are whole thousandths so that sums are exact and do not depend on the order of rows.
"""

from __future__ import annotations

import polars as pl

from winset.formats.event_actors import NEXT

BLANK = ["", "None", "NULL", "null", "NaN", "nan", "NA"]
DEATHS = ("low", "best", "high")


def text(column: str) -> pl.Expr:
    """The cell, trimmed of spaces and of quotes around it; null where it says nothing ("None", "NaN", "")."""
    return pl.col(column).str.strip_chars(' \r\t"').replace(BLANK, None)


def day(cell: pl.Expr, form: str = "%Y-%m-%d", width: int = 10) -> pl.Expr:
    """The date in the first `width` characters; null where it is none or lies outside 1800..2199."""
    date = cell.str.slice(0, width).str.to_date(form, strict=False)
    return pl.when(date.dt.year().is_between(1800, 2199)).then(date)


def thousandths(cell: pl.Expr, low: float, high: float) -> pl.Expr:
    """A number as whole thousandths; null where the cell is no number from low to high (NaN, infinite, words)."""
    value = cell.cast(pl.Float64, strict=False)
    return pl.when(value.is_between(low, high)).then((value * 1000).round()).cast(pl.Int64)


def deaths(cell: pl.Expr) -> pl.Expr:
    """Fatalities of one event; the bound keeps sums of millions of rows within 64 bits."""
    return thousandths(cell, 0, 1e6)


def described(*cells: pl.Expr) -> pl.Expr:
    """Descriptions of one actor, the most particular first."""
    return pl.concat_str([c.fill_null("") for c in cells], separator=NEXT).str.strip_chars(NEXT)
