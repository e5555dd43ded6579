"""Put to the record: "after X, Y within N days", for dated events X and a daily series Y."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from winset.case import model as m
from winset.derive.record import contacts as c
from winset.derive.record.daily import TOTAL, Daily, attached, from_events, series_of
from winset.errors import SettingError
from winset.settings import number, whole
from winset.theory.event_study import Change


@dataclass(frozen=True)
class Claim:
    """The question and what the record says. least: the count from which a day counts as Y; `each`: day 0..N of
    every X."""

    after: str
    series: Daily
    within: int
    events: tuple[m.Event, ...]
    undated: int
    change: Change
    turned: c.Turned
    least: float
    followed: c.Followed
    each: tuple[tuple[m.Event, tuple[float | None, ...]], ...]


def after_what(case: m.Case, text: str) -> tuple[list[m.Event], list[m.Event]]:
    """The events of `KIND[:FROM>TO]`: those known to the day, and the others. FROM or TO may be blank or `any`.

    A FROM or TO matches an actor as coded or whoever acts for it. Raises SettingError for what is unknown.
    """
    kind, _, ends = text.partition(":")
    source, _, target = (end.strip() for end in ends.partition(">"))
    if kind not in case.kinds:
        raise SettingError(f"--after: unknown kind {kind!r}; one of {', '.join(case.kinds)}")
    wanted = [None if end in ("", "any") else end for end in (source, target)]
    for end in wanted:
        if end is not None and end not in case.actor:
            raise SettingError(f"--after: no actor {end!r} in {case.id}; it has {', '.join(case.actor)}")

    def fits(end: str | None, actors: Sequence[str]) -> bool:
        return end is None or any(end in (a, case.party_of(a)) for a in actors)

    found = [e for e in case.events if e.kind == kind and fits(wanted[0], e.source) and fits(wanted[1], e.target)]
    found.sort(key=lambda e: (e.date, e.id))
    return [e for e in found if e.precision == "day"], [e for e in found if e.precision != "day"]


def which_series(case: m.Case, text: str, columns: Sequence[Daily] = ()) -> Daily:
    """The series `NAME[:COLUMN]`: of `columns` (a file) if given, else attached to the case, else a kind of its
    events."""
    name, _, column = text.partition(":")
    if not columns and name in {s.id for s in series_of(case)}:
        columns = attached(case, name)
    if not columns and name in case.kinds:
        source, _, target = column.partition(">")
        listed = from_events(case, name, *("" if end == "any" else end for end in (source, target)))
        columns, column = ([listed] if listed else []), ""
    if not columns:
        held = ", ".join(sorted(s.id for s in series_of(case))) or "none attached"
        raise SettingError(
            f"--series: no series and no dated events {name!r} in {case.id}; series: {held}; or give --file"
        )
    found = [s for s in columns if s.column == column] if column else columns[:1]
    if not found:
        raise SettingError(f"--series: no column {column!r}; it has {', '.join(s.column for s in columns)}")
    return found[0]


def read_columns(text: str, name: str, as_of: dt.date) -> list[Daily]:
    """The columns of a plain daily CSV up to a date, and before them their sum where there are several."""
    rows = list(csv.DictReader(io.StringIO(text)))
    days = [dt.date.fromisoformat(row["date"]) for row in rows]
    first, size = min(days), (max(days) - min(days)).days + 1
    made = []
    for column in list(rows[0])[1:]:
        counts = np.full(size, np.nan)
        for day, row in zip(days, rows):
            counts[(day - first).days] = float(row[column]) if row[column] else np.nan
        made.append(Daily(name, column, first, counts, True, "the file given"))
    if len(made) > 1:
        made.insert(0, replace(made[0], column=TOTAL, counts=np.sum([d.counts for d in made], axis=0)))
    cut = [d.cut(first, as_of) for d in made]
    return [d for d in cut if np.isfinite(d.counts).any()]


def check(
    case: m.Case,
    after: str,
    series: Daily,
    within: int,
    *,
    least: float | None = None,
    seed: int = 1,
) -> Claim:
    """The test. Raises SettingError when nothing can be compared.

    least: default 1 for a series that is zero on most days, else the count that the top fifth of days reach.
    """
    dated, vague = after_what(case, after)
    lead, block, draws = (whole(f"{n}") for n in ("talks.lead", "talks.block", "claim.placements"))
    days = sorted({e.date for e in dated})
    cut = c.period(series, days, lead)
    if not c.numbers(cut, days):
        raise SettingError(
            f"no {after} whose day is known has a day after it in {series.name} ({series.first} to {series.last})"
        )
    change = c.change(
        cut, days, within, block=block, draws=draws, seed=seed, stream=f"claim:{after}:{series.name}:{series.column}"
    )
    if least is None:
        least = 1.0 if np.median(cut.counts) == 0 else float(np.percentile(cut.counts, number("claim.large")))
    followed = c.followed(cut, days, within, least)
    if change is None or followed is None:
        raise SettingError(f"{series.name} has no count or no other day to compare within {cut.first} to {cut.last}")
    each = tuple((e, tuple(cut.on(e.date + dt.timedelta(k)) for k in range(within + 1))) for e in dated)
    turned = c.turned(cut, {(after, within): days}, block)[after, within]
    return Claim(after, cut, within, tuple(dated), len(vague), change, turned, least, followed, each)
