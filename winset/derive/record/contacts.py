"""Contacts and a daily series: what the days after each contact hold, against the other days.

A series is dated by the day an attack ended, so the night after a contact is day +1. Only contacts known to the day
count. Every number speaks of association: contacts answer fighting as much as the reverse, and other events intervene.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from winset.case import model as m
from winset.derive.record.daily import Daily
from winset.settings import whole
from winset.theory import event_study
from winset.theory.counts import binomial_above

KINDS = ("call", "meeting", "summit", "talks", "visit")
WINDOWS = (1, 3, 7)  # no answer: which questions are asked (the day after, three days, a week); each row says its own


@dataclass(frozen=True)
class Group:
    """Contacts of one kind (or any) in which one actor (or any) takes part; `ends` names a pair as coded."""

    kind: str
    actor: str
    ends: tuple[str, ...]
    events: tuple[m.Event, ...]

    @property
    def key(self) -> str:
        return f"{self.kind}:{'-'.join(self.ends) or self.actor or 'any'}"

    @property
    def days(self) -> tuple[dt.date, ...]:
        return tuple(sorted({e.date for e in self.events}))


def contacts(case: m.Case) -> list[m.Event]:
    """Contacts whose day is known, by date."""
    return sorted((e for e in case.events if e.kind in KINDS and e.precision == "day"), key=lambda e: (e.date, e.id))


def groups(case: m.Case, least: int | None = None) -> list[Group]:
    """By kind (from `least` days on, as set where not given), by kind and side and by side (from one day more on); no
    set of days twice for a kind."""
    held, least = contacts(case), whole("talks.least") if least is None else least
    sides = {e.id: {case.party_of(a) for a in (*e.source, *e.target)} for e in held}
    actors = sorted(set().union(*sides.values())) if held else []
    wanted = [(k, "") for k in KINDS] + [(k, a) for k in KINDS for a in actors] + [("any", a) for a in actors]
    made, seen = [], set()
    for kind, actor in wanted:
        events = tuple(e for e in held if kind in ("any", e.kind) and (not actor or actor in sides[e.id]))
        group = Group(kind, actor, (), events)
        if len(group.days) >= least + bool(actor) and (kind, group.days) not in seen:
            seen.add((kind, group.days))
            made.append(group)
    return made


def leading_group(case: m.Case, attackers: Sequence[str] = ()) -> Group | None:
    """The kind of contact between the same two ends, as coded, that happened most often; with an attacker if there
    is one."""
    found: dict[tuple[str, tuple[str, ...]], list[m.Event]] = {}
    for event in contacts(case):
        found.setdefault((event.kind, tuple(sorted({*event.source, *event.target}))), []).append(event)

    def rank(item: tuple[tuple[str, tuple[str, ...]], list[m.Event]]) -> tuple[bool, int, tuple[str, tuple[str, ...]]]:
        (kind, ends), events = item
        with_attacker = any(case.party_of(a) in attackers for a in ends)
        return not with_attacker, -len({e.date for e in events}), (kind, ends)

    if not found:
        return None
    (kind, ends), events = min(found.items(), key=rank)
    return Group(kind, "", ends, tuple(events))


def period(series: Daily, days: Sequence[dt.date], lead: int) -> Daily:
    """The gap-free stretch of the series that holds most of the days, from `lead` days before the first of them."""
    stretches = series.stretches()
    best = max(stretches, key=lambda s: (sum(s.first <= d <= s.last for d in days), s.counts.size))
    inside = [d for d in days if best.first <= d <= best.last]
    return best.cut(inside[0] - dt.timedelta(lead), best.last) if inside else best


def numbers(series: Daily, days: Sequence[dt.date]) -> list[int]:
    """Day numbers of the dates that have a day after them in the series."""
    return sorted({(d - series.first).days for d in days if series.first <= d < series.last})


def change(
    series: Daily,
    days: Sequence[dt.date],
    window: int,
    *,
    block: int | None,
    draws: int,
    seed: int,
    stream: str,
    against: str = "outside",
) -> event_study.Change | None:
    """The event study of one window; None where there is nothing to compare (no contact, no attack, no other day)."""
    at = numbers(series, days)
    exposed = event_study.exposed_days(series.counts.size, at, window) if at else np.zeros(1, bool)
    if not at or exposed.all() or series.counts.sum() == 0:
        return None
    return event_study.change_after(
        series.counts, at, window, block=block, draws=draws, seed=seed, stream=stream, against=against
    )


def two_sided(found: event_study.Change) -> float:
    """Twice the smaller tail of the permutation test."""
    return min(1.0, 2.0 * min(found.p_permutation, found.p_permutation_less))


@dataclass(frozen=True)
class Turned:
    """The p of a test by rotation (both sides), and that of the smallest p of all tests looked at with it."""

    p: float
    over_all: float


def turned(
    series: Daily, tests: Mapping[tuple[str, int], Sequence[dt.date]], block: int | None, against: str = "outside"
) -> dict[tuple[str, int], Turned]:
    """By (name, window): the contacts turned around the period together, which keeps how they are spaced."""
    if not tests:
        return {}
    null = [
        event_study.rotations(series.counts, numbers(series, days), window, block=block, against=against)
        for (_, window), days in tests.items()
    ]
    p = np.array([event_study.two_sided(row) for row in null])
    return {key: Turned(float(x), float(all_)) for key, x, all_ in zip(tests, p[:, 0], event_study.over_all(p))}


def without_each(series: Daily, days: Sequence[dt.date], window: int, block: int | None) -> dict[dt.date, float]:
    """The rate ratio with each contact left out in turn."""
    kept = {left: ratio(series, [d for d in days if d != left], window, block) for left in days}
    return {day: value for day, value in kept.items() if np.isfinite(value)}


def ratio(series: Daily, days: Sequence[dt.date], window: int, block: int | None) -> float:
    """The Mantel-Haenszel ratio of `event_study` alone, without its tests; nan where nothing is compared."""
    size = series.counts.size
    inside = event_study.exposed_days(size, numbers(series, days), window)
    strata = np.arange(size) // (block or size)
    e1, e0 = np.bincount(strata, inside), np.bincount(strata, ~inside)
    x, y = np.bincount(strata, inside * series.counts), np.bincount(strata, ~inside * series.counts)
    bottom = np.sum(y * e1 / (e1 + e0))
    return float(np.sum(x * e0 / (e1 + e0)) / bottom) if bottom > 0 else np.nan


@dataclass(frozen=True)
class After:
    """One contact: counts of days -3..+7 (None beyond the series), the mean of the 30 days up to it, and the rank of
    day +1 among those days and itself (1 = the largest; an equal day counts as larger)."""

    day: dt.date
    counts: tuple[float | None, ...]
    before: float | None
    week: float | None
    rank: int | None
    among: int

    @property
    def large(self) -> bool | None:
        return None if self.rank is None else self.rank <= large_rank(self.among)


def large_rank(among: int) -> float:
    """The rank among so many days up to which a day counts as large."""
    return whole("talks.large") * among / (whole("talks.back") + 1)


def after_each(series: Daily, days: Sequence[dt.date]) -> list[After]:
    found = []
    for day in days:
        counts = tuple(series.on(day + dt.timedelta(k)) for k in range(-3, 8))
        past = [v for k in range(whole("talks.back")) if (v := series.on(day - dt.timedelta(k))) is not None]
        week = [v for v in counts[4:] if v is not None]
        first = counts[4]
        rank = None if first is None or not past else 1 + sum(v >= first for v in past)
        found.append(
            After(
                day,
                counts,
                float(np.mean(past)) if past else None,
                float(np.sum(week)) if len(week) == 7 else None,
                rank,
                len(past) + 1,
            )
        )
    return found


def chance_of_large(found: Sequence[After]) -> tuple[int, int, float, float]:
    """(contacts followed by a large day, contacts ranked, number expected by chance, P(as many or more by chance)).

    Were day +1 a day like the 30 before it, its rank would be uniform, and the share of such ranks its chance.
    """
    ranked = [a for a in found if a.rank is not None]
    if not ranked:
        return 0, 0, 0.0, 1.0
    share = float(np.mean([int(large_rank(a.among)) / a.among for a in ranked]))
    hits = sum(bool(a.large) for a in ranked)
    return hits, len(ranked), share * len(ranked), float(binomial_above(hits - 1, len(ranked), share))


@dataclass(frozen=True)
class Followed:
    """How many contacts had a day of at least `least` within `within` days; the same for any day of the period, and the
    share of rotations of the contact dates (which keep their spacing) with as many."""

    hits: int
    contacts: int
    base: float
    p: float


def followed(series: Daily, days: Sequence[dt.date], within: int, least: float) -> Followed | None:
    at = np.array(numbers(series, days), dtype=int)
    if at.size == 0:
        return None
    day, size = series.counts >= least, series.counts.size
    ahead = np.zeros(size, dtype=bool)
    for k in range(1, within + 1):
        ahead |= np.roll(day, -k)  # the period is closed to a ring, as a rotation of the dates does
    hits = np.array([ahead[(at + turn) % size].sum() for turn in range(size)])
    cut = np.array([day[d + 1 : d + 1 + within].any() for d in at])  # the real windows end with the series
    return Followed(int(cut.sum()), at.size, float(ahead.mean()), float(np.mean(hits >= cut.sum())))


def beside(case: m.Case, event: m.Event, measured: Sequence[str]) -> list[m.Event]:
    """Other dated events from `talks.beside_back` days before a contact to `talks.beside_ahead` after, less the attacks
    that are measured."""
    back, ahead = whole("talks.beside_back"), whole("talks.beside_ahead")
    first, last = event.date - dt.timedelta(back), event.date + dt.timedelta(ahead)
    return sorted(
        (
            e
            for e in case.events
            if e.precision == "day"
            and first <= e.date <= last
            and e.id != event.id
            and e.kind != "statement"
            and not (e.kind == "strike" and any(case.party_of(a) in measured for a in e.source))
        ),
        key=lambda e: (e.date, e.id),
    )
