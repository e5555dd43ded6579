"""ICEWS event tables: tab-separated with 20 columns, CAMEO codes as text, countries by name.

Boschee, E. et al. (2015). ICEWS coded event data. Harvard Dataverse, doi:10.7910/DVN/28075.
"""

from __future__ import annotations

import polars as pl

from winset.formats.event_fields import day, described, text, thousandths

SYSTEM = "cameo"
SEPARATOR, QUOTED = "\t", False
SIGNS = ("event id", "cameo code", "source country")
NEEDED = (
    "event id", "event date", "source name", "source country", "cameo code", "intensity", "target name",
    "target country",
)  # fmt: skip
COVERED = "start"
ORIGIN = "ICEWS coded event data"
DATED = "day of the event as coded"


def table(frame: pl.DataFrame) -> pl.DataFrame:
    """The common record of ICEWS rows."""
    date = day(text("event date"))
    return frame.select(
        id=text("event id"),
        start=date,
        end=date,
        public=pl.lit(None, pl.Date),
        source=described(text("source name"), text("source country")),
        target=described(text("target name"), text("target country")),
        code=text("cameo code"),
        intensity=thousandths(text("intensity"), -10, 10),
        stamp=pl.lit(0, pl.Int64),
    )
