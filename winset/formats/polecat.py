"""POLECAT weekly files: tab-separated with 40 columns, PLOVER types and modes, "None" for a blank.

Several actors stand in one cell joined by "; ": the event counts once for each pair of different actors of the case.
Halterman, A. et al. (2023). PLOVER and POLECAT: a new political event ontology and dataset. ISA Annual Convention.
"""

from __future__ import annotations

import polars as pl

from winset.formats.event_fields import day, described, text, thousandths

SYSTEM = "plover"
SEPARATOR, QUOTED = "\t", False
SIGNS = ("event id", "event type", "event mode")
NEEDED = (
    "event id", "event date", "event type", "event mode", "intensity", "actor name", "actor country", "recipient name",
    "recipient country", "publication date",
)  # fmt: skip
COVERED = "public"
ORIGIN = "POLECAT"
DATED = "day of the event as coded; public: publication date"


def table(frame: pl.DataFrame) -> pl.DataFrame:
    """The common record of POLECAT rows."""
    date = day(text("event date"))
    mode = text("event mode").str.to_lowercase()
    return frame.select(
        id=text("event id"),
        start=date,
        end=date,
        public=day(text("publication date")),
        source=described(text("actor name"), text("actor country")),
        target=described(text("recipient name"), text("recipient country")),
        code=pl.concat_str([text("event type").str.to_uppercase(), (":" + mode).fill_null("")]),
        intensity=thousandths(text("intensity"), -10, 10),
        stamp=pl.lit(0, pl.Int64),
    )
