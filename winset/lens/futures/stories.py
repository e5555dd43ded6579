"""Three to five futures as short dated stories: the simulated wars sorted by how they end, and of each kind the middle
one.

The paths are those of the dated questions (`derive.paths`). Of the wars that end alike, the story is that of the path
whose end lies in the middle, with the rarer acts on record that come in it: what comes often says little. It is an
example, not a prediction: the share and the range of dates belong to the kind.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from winset.derive.paths.acts_on_record import Pair
from winset.derive.paths.dated_questions import Paths
from winset.derive.war.columns import DAYS
from winset.derive.war.outcomes import CAUSES
from winset.result import Column, Table, cited
from winset.spoken import capital, listed, one_in

LEAST, MOST, ACTS = 0.01, 5, 2  # no answer: which kinds and acts are told
RARE = (0.3, 4.0)  # no answer: acts a year, on record, that a story tells of
GROUPS = (("deal", "truce"), ("A exhausted",), ("B exhausted",), ("both exhausted",), ("A conquers",), ("B conquers",))
ENDS = (
    "the sides sign",
    "{a} cannot go on and must take terms",
    "{b} cannot go on and must take terms",
    "both sides cannot go on",
    "the front decides for {a}",
    "the front decides for {b}",
)


@dataclass(frozen=True)
class Story:
    """A kind of ending: its share of all paths, when it comes (5th, 50th, 95th percentile; None: not by the horizon),
    and the dated acts of its middle path."""

    ending: str
    share: float
    when: tuple[dt.date, dt.date, dt.date] | None
    acts: tuple[tuple[dt.date, str], ...]
    text: dt.date | None  # a text is signed, in the middle path
    conquest: bool = False

    def told(self, horizon: dt.date, most: int = ACTS) -> str:
        """The story in two sentences, with at most so many acts."""
        path = [f"{_month(day)} {what}" for day, what in self.acts[:most]]
        if self.when is None:
            return f"{capital(one_in(self.share))}: the fighting goes on beyond {_month(horizon)}."
        low, mid, high = self.when
        told = f"{self.ending} ({_month(low)} to {_month(high)})"
        path.append(f"{_month(mid)} {'the front decides' if self.conquest else 'the firing stops'}")
        path += [f"{_month(self.text)} a text is signed"] if self.text and most > 1 else []
        return f"{capital(one_in(self.share))}: {told}. One path: {', '.join(path)}."


def stories(paths: Paths, sides: Sequence[str], names: Mapping[str, str]) -> list[Story]:
    """The kinds of futures that at least one path in a hundred takes, the commonest first, at most five."""
    ends, day = paths.ends, paths.case.as_of
    ended = np.isfinite(ends.month)
    kinds = [
        (
            f"{told}".format(a=sides[0], b=sides[1]),
            ended & np.isin(ends.cause, [CAUSES.index(c) for c in group if c in CAUSES]),
        )
        for told, group in zip(ENDS, GROUPS)
    ]
    kinds.append(("", ~ended))
    rare = _rare(paths)
    found = []
    for ending, own in kinds:
        share = float(own.mean())
        if share < LEAST:
            continue
        months = ends.month[own]
        middle = int(np.flatnonzero(own)[np.argsort(months, kind="stable")[len(months) // 2]])
        when = (
            tuple(day + dt.timedelta(round(x * DAYS)) for x in np.percentile(months, [5, 50, 95])) if ending else None
        )
        text = ends.settlement[middle]
        signed = day + dt.timedelta(round(float(text) * DAYS)) if ending and text <= ends.months else None
        conquest = ending.startswith("the front")
        acts = _acts(paths, middle, rare, names)
        found.append(Story(ending, share, when, acts, signed, conquest))  # type: ignore[arg-type]
    return sorted(found, key=lambda s: -s.share)[:MOST]


def _rare(paths: Paths) -> list[tuple[str, Pair]]:
    """Kinds of acts between two who sign that the record knows, that come neither daily nor once in many years."""
    sign = {a.id for a in paths.case.signatories}
    found = sorted(
        {
            (a.kind, a.pair)
            for a in paths.known.acts
            if a.kind in paths.known.recorded and a.day >= paths.known.first and {*a.pair} <= sign
        }
    )
    rates = {key: 365.25 * n / days for key in found for n, days in [paths.known.rate(*key)]}
    return [key for key in found if RARE[0] <= rates[key] <= RARE[1]]


def _acts(
    paths: Paths, path: int, rare: Sequence[tuple[str, Pair]], names: Mapping[str, str]
) -> tuple[tuple[dt.date, str], ...]:
    """The first acts of each of these kinds in a path, within a year and before the war ends; the earliest few."""
    last = int(min(paths.ends.month[path] * DAYS, 365))
    coming = []
    for kind, pair in rare:
        first = float(paths.acts(kind, pair, 365)[0][path])
        if first <= last:
            coming.append((paths.case.as_of + dt.timedelta(int(first)), _told(kind, pair, names)))
    return tuple(sorted(coming)[:ACTS])


def _told(kind: str, pair: Pair, names: Mapping[str, str]) -> str:
    source, target = (listed([names.get(a, a) for a in end.split()]) for end in pair)
    return f"{kind.replace('_', ' ')} ({source}{f' to {target}' if target else ''})"


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%b %Y}"


def _month(day: dt.date | None) -> str:
    return f"{day:%b %Y}" if day else ""


def table(found: Sequence[Story], horizon: dt.date, basis: Sequence[str]) -> Table:
    rows = []
    for s in found:
        low, mid, high = (d.isoformat() for d in s.when) if s.when else ("", "", "")
        acts = "; ".join(f"{_day(day)}: {what}" for day, what in s.acts)
        text = s.text.isoformat() if s.text else ""
        ending = s.ending or f"the fighting goes on beyond {_month(horizon)}"
        rows.append(cited(basis, ending, s.share, low, mid, high, text, acts))
    columns = (
        Column("ending", "How it ends"),
        Column("share", "Share of paths", "share"),
        Column("low", "5th percentile", "date"),
        Column("mid", "Middle", "date"),
        Column("high", "95th percentile", "date"),
        Column("text", "Text signed, in the middle path", "date"),
        Column("acts", "Acts in the middle path"),
    )
    note = (
        "Simulated wars sorted by how they end; of each kind the path whose end lies in the middle is told. Acts are "
        "those of the record's rarer kinds, at their rates of the last year; they are examples, not predictions."
    )
    return Table("stories", "What may come: kinds of futures", columns, tuple(rows), note)
