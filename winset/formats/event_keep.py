"""Which rows of an event file can be used for a case, and why the others cannot: every row gets one answer."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from winset.case.event_codes import event_types, find_type, own_kind
from winset.errors import SettingError
from winset.formats.event_actors import NEXT, Resolver
from winset.formats.event_fields import DEATHS
from winset.formats.event_rows import Tally

LONGEST_SPAN = 366
NOT_ACTING, NOT_THERE = "who acts is no actor of the case", "the other side is no actor of the case"
_KEPT = (
    "id", "start", "end", "public", "source", "target", "label", "intensity", *DEATHS, "stamp", "order", "order_end",
)  # fmt: skip


@dataclass
class Seen:
    """What the file as a whole shows: which days it covers, the order of day and month, zeros before codes."""

    first: dt.date | None = None
    last: dt.date | None = None
    day_first: bool = False
    month_first: bool = False
    leading_zero: bool = False
    lost_zero: bool = False

    def look(self, rows: pl.DataFrame, covered: str) -> None:
        begins, ends = ("public", "public") if covered == "public" else ("start", "end")
        days = [self.first, self.last, rows[begins].min(), rows[ends].max()]
        known = [day for day in days if isinstance(day, dt.date)]
        if known:
            self.first, self.last = min(known), max(known)
        for date, order in (("start", "order"), ("end", "order_end")):
            if order in rows.columns:
                votes = rows.filter(pl.col(date).is_not_null())[order]
                self.day_first |= bool((votes == 1).any())
                self.month_first |= bool((votes == 2).any())

    def codes(self, system: str, codes: Iterable[str]) -> None:
        if system == "cameo":
            known = event_types(system)
            for code in codes:
                self.leading_zero |= code.startswith("0")
                self.lost_zero |= code not in known and f"0{code}" in known

    def check_zeros(self, path: Path, system: str) -> None:
        if self.lost_zero and not self.leading_zero:
            raise SettingError(
                f"{path.name}: the event codes have lost their leading zeros (36 for 036), so 10 may mean 010 or 10; "
                "export the file again with codes as text"
            )


def keep(
    rows: pl.DataFrame,
    system: str,
    resolve: Resolver,
    seen: Seen,
    tally: Tally,
    unknown: Counter[str],
    kinds: Mapping[str, str],
) -> pl.DataFrame:
    """The rows that can be used, with actors and types put in; of the others the first reason that holds is counted."""
    codes = rows["code"].drop_nulls().unique().to_list()
    seen.codes(system, codes)
    types = {c: own_kind(t, kinds) for c in codes if (t := find_type(system, c))}
    labels = {c: t.label for c, t in types.items() if t.plover}
    scores = {c: round(t.score * 1000) for c, t in types.items()}
    who = {p: resolve(p) for p in pl.concat([rows["source"], rows["target"]]).unique().to_list()}
    rows = rows.with_columns(
        pl.col("source", "target").replace_strict(who, default="", return_dtype=pl.String).name.suffix("_id"),
        label=pl.col("code").replace_strict(labels, default=None, return_dtype=pl.String),
        intensity=pl.col("intensity").fill_null(
            pl.col("code").replace_strict(scores, default=None, return_dtype=pl.Int64)
        ),
    )
    rows = rows.with_columns(why=_why(rows.columns, list(types)))
    for reason, n in rows["why"].drop_nulls().value_counts().iter_rows():
        tally.dropped[reason] += n
    for side, reason in (("source", NOT_ACTING), ("target", NOT_THERE)):
        for person, n in rows.filter(pl.col("why") == reason)[side].value_counts().iter_rows():
            unknown[person.split(NEXT)[0] or person.strip(NEXT)] += n
    kept = rows.filter(pl.col("why").is_null()).drop("source", "target")
    kept = kept.rename({"source_id": "source", "target_id": "target"})
    return kept.select(c for c in _KEPT if c in kept.columns)


def _why(columns: list[str], codes: list[str]) -> pl.Expr:
    """The first reason for which a row cannot be used, or null."""
    no_number = pl.any_horizontal(pl.lit(False), *(pl.col(d).is_null() for d in DEATHS if d in columns))
    reasons = {
        "no id": pl.col("id").is_null(),
        "a date that is none": pl.col("start").is_null() | pl.col("end").is_null(),
        "deaths are no number from 0 to a million": no_number,
        "unknown event code": ~pl.col("code").is_in(codes).fill_null(False),
        "an event code without a PLOVER type": pl.col("label").is_null(),
        "nobody named as acting": pl.col("source") == "",
        NOT_ACTING: pl.col("source_id") == "",
        NOT_THERE: (pl.col("target") != "") & (pl.col("target_id") == ""),
    }
    return pl.coalesce(pl.when(holds).then(pl.lit(reason)) for reason, holds in reasons.items())


def settle(rows: pl.DataFrame, seen: Seen, tally: Tally) -> pl.DataFrame:
    """What only the whole file can tell: the order of day and month, impossible spans, rows with the same id."""

    def drop(reason: str, bad: pl.Expr) -> None:
        nonlocal rows
        before, rows = rows.height, rows.filter(~bad)
        tally.dropped[reason] += before - rows.height

    if "order" in rows.columns:
        if seen.day_first == seen.month_first:
            drop("day and month cannot be told apart", (pl.col("order") == 3) | (pl.col("order_end") == 3))
        elif seen.month_first:
            rows = rows.with_columns(_swapped("start", "order"), _swapped("end", "order_end"))
        rows = rows.with_columns(public="end").drop("order", "order_end")
    drop("the end is before the start", pl.col("end") < pl.col("start"))
    drop("lasts longer than a year", pl.col("end") - pl.col("start") >= pl.duration(days=LONGEST_SPAN))
    rows = rows.with_columns(public=pl.max_horizontal("public", "end"))
    again = rows["id"].is_duplicated()
    if not again.any():
        return rows
    # Which of them stays must not hang on their order: the last version, then whichever sorts first.
    others = [c for c in rows.columns if c not in ("id", "stamp")]
    versions = rows.filter(again).sort("id", "stamp", *others, descending=[False, True, *[False] * len(others)])
    first = versions.unique("id", keep="first", maintain_order=True)
    tally.dropped["the same id again"] += versions.height - first.height
    return pl.concat([rows.filter(~again), first])


def _swapped(date: str, order: str) -> pl.Expr:
    """A date that was read day first, read month first where either is possible."""
    cell = pl.col(date)
    other = pl.date(cell.dt.year(), cell.dt.day(), cell.dt.month())
    return pl.when(pl.col(order) == 3).then(other).otherwise(cell).alias(date)


def pairs(rows: pl.DataFrame, tally: Tally) -> pl.DataFrame:
    """One row for each pair of actors: an event of two against one counts for both pairs."""
    joint = pl.col("source").str.contains(" ", literal=True) | pl.col("target").str.contains(" ", literal=True)
    several = rows.filter(joint)
    if not several.height:
        return rows
    tally.notes["events of more than two actors, counted once for each pair"] += several.height
    for side in ("source", "target"):
        several = several.with_columns(pl.col(side).str.split(" ")).explode(side)
    return pl.concat([rows.filter(~joint), several])
