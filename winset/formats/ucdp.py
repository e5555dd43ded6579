"""UCDP Georeferenced Event Dataset (GED) and its monthly candidate files, as CSV.

An event has a first and a last day, perhaps months apart, with three estimates of deaths: it is spread over its days.
One file may hold three spellings of a date. "1/22/2014 12:00:00 AM" is month first. Of "05/02/2014 00:00" the file as a
whole has to tell: some other date in it (a day above 12) shows which order it is in, else such rows are dropped.
UCDP names sides, not attacker and victim: source is side a, target side b. For violence against civilians (type 3) the
target is the country where it happened.

Sundberg, R. and Melander, E. (2013). Introducing the UCDP GED. Journal of Peace Research 50(4). Data: CC BY 4.0.
"""

from __future__ import annotations

import polars as pl

from winset.formats.event_fields import day, deaths, described, text

SYSTEM = "ucdp"
SEPARATOR, QUOTED = ",", True
SIGNS = ("type_of_violence", "date_start", "best")
NEEDED = (
    "id", "type_of_violence", "side_a", "side_b", "gwnoa", "gwnob", "country", "date_start", "date_end",
    "low", "best", "high",
)  # fmt: skip
COVERED = "start"
ORIGIN = "UCDP Georeferenced Event Dataset"
DATED = "an event is spread evenly over date_start..date_end; public: its last day, the earliest it can have been known"
_SLASHED = r"^(\d{1,2})/(\d{1,2})/(\d{4})(?: \d{1,2}:\d\d(?::\d\d)?(?: ([AP])M)?)?$"


def table(frame: pl.DataFrame) -> pl.DataFrame:
    """The common record of UCDP rows."""
    violence = text("type_of_violence").str.replace(r"\.0+$", "")
    start, end = _date(frame, "date_start"), _date(frame, "date_end")
    return frame.select(
        id=text("id"),
        start=start[0],
        end=end[0],
        public=end[0],
        source=described(text("side_a"), _number("gwnoa")),
        target=described(text("side_b"), _number("gwnob"), pl.when(violence == "3").then(text("country"))),
        code=violence,
        intensity=pl.lit(None, pl.Int64),
        low=deaths(text("low")),
        best=deaths(text("best")),
        high=deaths(text("high")),
        stamp=pl.lit(0, pl.Int64),
        order=start[1],
        order_end=end[1],
    )


def _number(column: str) -> pl.Expr:
    """Gleditsch-Ward numbers, perhaps several, perhaps written 365.0."""
    plain = text(column).str.replace_all(r"\.0+\b", "").str.replace_all(r"\s*[,;]\s*", "; gw:")
    return "gw:" + plain


def _date(frame: pl.DataFrame, column: str) -> tuple[pl.Expr, pl.Expr]:
    """The date, and in which order its slashes stand (see event_fields)."""
    cell = text(column)
    if not frame[column].str.contains("/", literal=True).any():
        return day(cell), pl.lit(0, pl.Int8)
    parts = cell.str.extract_groups(_SLASHED)
    first, second = (parts.struct.field(g).cast(pl.Int8, strict=False) for g in "12")
    american = parts.struct.field("4").is_not_null()
    month_first = american | ((second > 12) & (first <= 12))
    month, day_of = (
        pl.when(month_first).then(a).otherwise(b).cast(pl.String).str.zfill(2)
        for a, b in ((first, second), (second, first))
    )
    slashed = pl.concat_str([parts.struct.field("3"), month, day_of], separator="-")
    order = (
        pl.when(first.is_null() | american).then(0)
        .when(month_first).then(2)
        .when(first > 12).then(1)
        .when(first == second).then(0)
        .otherwise(3)
    )  # fmt: skip
    return pl.when(first.is_null()).then(day(cell)).otherwise(day(slashed)), order.cast(pl.Int8)
