"""A daily series of counts: one that is attached to the case, or else the case's own dated events of a kind."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float

from winset.case import model as m
from winset.case.series import Series, daily
from winset.errors import SettingError

TOTAL = "total"


@dataclass(frozen=True)
class Daily:
    """Counts from `first` on, one a day; nan where the series says nothing. `by`: whose acts are counted, if known.

    complete: a record of every day; otherwise what the case lists, so that a day without an entry may have had one.
    """

    name: str
    column: str
    first: dt.date
    counts: Float[np.ndarray, " day"] = field(repr=False)
    complete: bool
    origin: str
    by: tuple[str, ...] = ()

    @property
    def last(self) -> dt.date:
        return self.first + dt.timedelta(self.counts.size - 1)

    def on(self, day: dt.date) -> float | None:
        """The count of a day; None beyond the series and in a gap."""
        at = (day - self.first).days
        value = self.counts[at] if 0 <= at < self.counts.size else np.nan
        return float(value) if np.isfinite(value) else None

    def cut(self, first: dt.date, last: dt.date) -> Daily:
        """The part from `first` to `last`, as far as the series goes."""
        begin = max(0, (first - self.first).days)
        end = max(begin, min(self.counts.size, (last - self.first).days + 1))
        return replace(self, first=self.first + dt.timedelta(begin), counts=self.counts[begin:end])

    def stretches(self) -> list[Daily]:
        """The parts without gaps."""
        known = np.isfinite(self.counts)
        edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(int)))
        starts, ends = edges[::2], edges[1::2]
        return [
            self.cut(self.first + dt.timedelta(int(a)), self.first + dt.timedelta(int(b) - 1))
            for a, b in zip(starts, ends)
        ]


def from_events(case: m.Case, kind: str = "strike", source: str = "", target: str = "") -> Daily | None:
    """Events of a kind a day, from the first event of the case to its date. None when the case lists none to the
    day."""
    found = [
        e
        for e in case.events
        if e.kind == kind
        and e.precision == "day"
        and e.date <= case.as_of
        and (not source or source in e.source)
        and (not target or target in e.target)
    ]
    if not found:
        return None
    first = min(e.date for e in case.events)
    counts = np.zeros((case.as_of - first).days + 1)
    for event in found:
        counts[(event.date - first).days] += 1.0
    return Daily(kind, "listed", first, counts, False, "the dated events of the case", (source,) if source else ())


def attacker(case: m.Case) -> str:
    """Whose dated strikes the case lists most; "" when it lists none."""
    sources = [a for e in case.events if e.kind == "strike" for a in e.source]
    return max(sorted(set(sources)), key=sources.count) if sources else ""


def attached(case: m.Case, name: str = "") -> list[Daily]:
    """The total and the columns of a series kept with the case, as known on the case's date; empty where it has none.

    name: its id; "" for the one called `strikes`, else the first plain one, else the first. Of machine-coded events the
    strikes are counted, a fraction of a day's event rounded. Raises SettingError for an unknown name.
    """
    held = {s.id: s for s in series_of(case)}
    if name and name not in held:
        raise SettingError(f"no series {name!r} in {case.id}; it has {', '.join(sorted(held)) or 'none'}")
    order = sorted(held, key=lambda i: (i != "strikes", held[i].entry.format != "daily", i))
    return columns_of(case, held[name or order[0]]) if order else []


def series_of(case: m.Case) -> tuple[Series, ...]:
    """The series of a case, cut at its date."""
    return tuple(s.cut(case.as_of) for s in case.series)


def columns_of(case: m.Case, series: Series) -> list[Daily]:
    """Every column of a series as daily counts, and before them their sum where there are several."""
    entry, by = series.entry, tuple(filter(None, [attacker(case)]))
    last = min(entry.to, case.as_of)
    if last < entry.from_:
        return []
    origin = f"{entry.dataset}, sha256 {entry.sha256[:12]}; a day means: {entry.dated}"
    events = "kind" in series.entry.columns
    made = []
    for column in ("count",) if events else series.columns:
        only = {"kind": "strike", "source": by[0]} if events and by else {"kind": "strike"} if events else {}
        _, counts = daily(series, column, entry.from_, last, **only)
        made.append(Daily(series.id, column, entry.from_, np.rint(counts), True, origin, by))
    if len(made) > 1:
        made.insert(0, replace(made[0], column=TOTAL, counts=np.sum([d.counts for d in made], axis=0)))
    return [d for d in made if np.isfinite(d.counts).any()]
