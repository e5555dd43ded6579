"""GDELT event tables: tab-separated, without a header; 61 columns (GDELT 2), 58 or 57 (GDELT 1).

Codes are text (036 is not 36). The first 35 columns are the same in all three; DATEADDED stands last but one, or last
where there is no SOURCEURL. A daily file also holds older events that were reported anew: DATEADDED is the day an event
became public, and what the file covers is the range of DATEADDED.
Leetaru, K. and Schrodt, P. A. (2013). GDELT: Global data on events, location and tone. ISA Annual Convention.
"""

from __future__ import annotations

import polars as pl

from winset.formats.event_fields import day, described, text, thousandths

SYSTEM = "cameo"
SEPARATOR, QUOTED = "\t", False
SIGNS = ("globaleventid", "sqldate", "eventcode")
PLACES = {
    "globaleventid": 0, "sqldate": 1, "actor1code": 5, "actor1countrycode": 7, "actor1knowngroupcode": 8,
    "actor2code": 15, "actor2countrycode": 17, "actor2knowngroupcode": 18, "eventcode": 26, "goldsteinscale": 30,
}  # fmt: skip
ADDED = {61: 59, 58: 56, 57: 56}  # columns in the file -> place of DATEADDED
NEEDED = (*PLACES, "dateadded")
COVERED = "public"
ORIGIN = "GDELT event database"
DATED = "day of the event as coded (SQLDATE); public: DATEADDED"


def table(frame: pl.DataFrame) -> pl.DataFrame:
    """The common record of GDELT rows."""
    date = day(text("sqldate"), "%Y%m%d", 8)
    return frame.select(
        id=text("globaleventid"),
        start=date,
        end=date,
        public=day(text("dateadded"), "%Y%m%d", 8),
        source=described(*(text(f"actor1{c}code") for c in ("", "country", "knowngroup"))),
        target=described(*(text(f"actor2{c}code") for c in ("", "country", "knowngroup"))),
        code=text("eventcode"),
        intensity=thousandths(text("goldsteinscale"), -10, 10),
        stamp=pl.lit(0, pl.Int64),
    )
