"""All tests of a daily series against the contacts of a case, with the other ways to compare."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from winset.case import model as m
from winset.derive.record import contacts as c
from winset.derive.record.daily import Daily
from winset.theory.event_study import Change


@dataclass(frozen=True)
class Talks:
    """All tests of one series. `head` is the pair of ends whose contacts are asked about first: `after` has its
    days, `every` all contacts. turned: every test by rotation, over all of them; `asked`: the head's, over its
    windows."""

    series: Daily
    head: c.Group
    tests: dict[tuple[str, int], Change]
    turned: dict[tuple[str, int], c.Turned]
    asked: dict[tuple[str, int], c.Turned]
    groups: list[c.Group]
    columns: dict[tuple[str, int], Change]
    columns_turned: dict[tuple[str, int], c.Turned]
    readings: list[tuple[str, float, float | None]]
    after: list[c.After]
    every: list[tuple[m.Event, c.After]]
    beside: dict[str, list[m.Event]]


def study_talks(
    case: m.Case, series: Sequence[Daily], *, lead: int, block: int, placements: int, seed: int
) -> Talks | None:
    """The tests on the first series (the total), and the head group on the others. None without a contact it could
    follow."""
    total, attackers = series[0], series[0].by
    head = c.leading_group(case, attackers)
    if head is None:
        return None
    held = c.contacts(case)
    days = sorted({e.date for e in held})
    cut = c.period(total, days, lead)
    if not c.numbers(cut, head.days):
        return None
    groups = [head, *(g for g in c.groups(case) if g.days != head.days or g.kind == "any")]

    def run(one: Daily, group: c.Group, window: int) -> Change | None:
        return c.change(
            one, group.days, window, block=block, draws=placements, seed=seed, stream=f"{one.name}:{group.key}"
        )

    tests = {(g.key, w): found for g in groups for w in c.WINDOWS if (found := run(cut, g, w))}
    days_of = {(g.key, w): g.days for g in groups for w in c.WINDOWS if (g.key, w) in tests}
    turned = c.turned(cut, days_of, block)
    asked = c.turned(cut, {k: days for k, days in days_of.items() if k[0] == head.key}, block)
    parts = [s.cut(cut.first, cut.last) for s in series[1:]]
    by_column = {
        (s.column, w): found
        for s in parts
        if not np.isnan(s.counts).any()
        for w in c.WINDOWS
        if (found := run(s, head, w))
    }
    return Talks(
        cut,
        head,
        tests,
        turned,
        asked,
        groups,
        by_column,
        {
            (s.column, w): c.turned(s, {("", w): head.days}, block)["", w]
            for s in parts
            for w in c.WINDOWS
            if (s.column, w) in by_column
        },
        _readings(cut, head, block),
        c.after_each(total, head.days),
        list(zip(held, c.after_each(total, [e.date for e in held]))),
        {e.id: c.beside(case, e, attackers) for e in held},
    )


def _readings(series: Daily, head: c.Group, block: int) -> list[tuple[str, float, float | None]]:
    """The 7-day ratio, and its p by rotation, under other ways to compare: no strata, shorter strata, the days before,
    each contact left out."""
    ways = (
        ("against all other days, no strata", None, "outside"),
        ("against other days of the same month", 30, "outside"),
        ("against the same number of days before", block, "before"),
    )
    found: list[tuple[str, float, float | None]] = []
    for label, days, against in ways:
        change = c.change(series, head.days, 7, block=days, draws=1, seed=0, stream="reading", against=against)
        if change and math.isfinite(change.ratio):
            turns = c.turned(series, {("", 7): head.days}, days, against)
            found.append((label, change.ratio, turns["", 7].p))
    left = c.without_each(series, head.days, 7, block) if len(head.days) > 2 else {}
    return found + [(f"without the contact of {day}", ratio, None) for day, ratio in left.items()]
