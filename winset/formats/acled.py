"""ACLED exports as CSV: lower or upper case headers, ISO dates or "16 May 2025", old files with more columns.

Types come from `sub_event_type`; `inter` codes and associated actors are not used, so it does not matter whether they
are numbers or words. Several rows with one id are versions of one event; the one with the latest `timestamp` is kept.
Terms of use: rows may not be passed on; a series of daily counts is derived data, and names ACLED as its origin.
Raleigh, C. et al. (2010). Introducing ACLED. Journal of Peace Research 47(5).
"""

from __future__ import annotations

import polars as pl

from winset.formats.event_fields import day, deaths, described, text, thousandths

SYSTEM = "acled"
SEPARATOR, QUOTED = ",", True
SIGNS = ("event_id_cnty", "event_date", "sub_event_type")
NEEDED = ("event_id_cnty", "event_date", "sub_event_type", "actor1", "actor2", "fatalities")
OPTIONAL = ("timestamp",)
COVERED = "start"
ORIGIN = "Armed Conflict Location and Event Data (ACLED)"
DATED = "day of the event as coded"


def table(frame: pl.DataFrame) -> pl.DataFrame:
    """The common record of ACLED rows."""
    cell = text("event_date")
    words = cell.str.replace_all(r"[\s-]+", " ")
    date = pl.coalesce(day(cell), *(day(words, form, 30) for form in ("%d %B %Y", "%d %b %Y")))
    stamp = thousandths(text("timestamp"), 0, 1e15) if "timestamp" in frame.columns else pl.lit(0, pl.Int64)
    return frame.select(
        id=text("event_id_cnty"),
        start=date,
        end=date,
        public=pl.lit(None, pl.Date),
        source=described(text("actor1")),
        target=described(text("actor2")),
        code=text("sub_event_type").str.to_lowercase(),
        intensity=pl.lit(None, pl.Int64),
        best=deaths(text("fatalities")),
        stamp=stamp.fill_null(0),
    )
