"""Attacks after contacts: the tests, tables and sentences of the ledger's first question."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence

import numpy as np

from winset.case import model as m
from winset.derive.record import contacts as c
from winset.derive.record.daily import Daily
from winset.derive.record.talks import Talks
from winset.lens.ledger.cells import columns
from winset.result import Chart, Column, Finding, Table, cited
from winset.settings import number, whole
from winset.theory.event_study import Change

SEVERAL = {
    "call": "calls",
    "meeting": "meetings",
    "summit": "summits",
    "talks": "talks",
    "visit": "visits",
    "any": "contacts of any kind",
}


def who(case: m.Case, group: c.Group) -> str:
    """A group in words: `calls between North and South`."""
    kind = SEVERAL[group.kind]
    if group.ends:
        return f"{kind} between {' and '.join(case.actor[a].name for a in group.ends)}"
    return f"{kind} with {case.actor[group.actor].name}" if group.actor else f"all {kind}"


def ids(events: Iterable[m.Event]) -> tuple[str, ...]:
    """Ids of events: what a number that counts them, or that looks at their days, rests on beside the series."""
    return tuple(e.id for e in events)


def p_words(p: float) -> str:
    """A p-value in print."""
    return "p under 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def finite(value: float | None) -> float | None:
    """The value, or nothing where it is infinite or no number."""
    return value if value is not None and math.isfinite(value) else None


def tables(case: m.Case, talks: Talks | None, series: Sequence[Daily]) -> list[Table]:
    if talks is None:
        return []
    return [
        _around(talks),
        _tests(case, talks),
        _contacts(case, talks),
        _rivals(talks),
        _columns(talks),
    ]


def _around(talks: Talks) -> Table:
    """Mean and spread of the count by day from the contact."""
    rows = []
    for k in range(-3, 8):
        counts = [v for a in talks.after if (v := a.counts[k + 3]) is not None]
        if counts:
            low, high = np.percentile(counts, [5, 95])
            measures = cited(ids(talks.head.events), float(np.mean(counts)), float(low), float(high))
            rows.append((float(k), *measures))
    heads = columns(
        "day=Days from the contact=number; mean=Mean count=number; low=5th percentile=number; high=95th "
        "percentile=number"
    )
    s = talks.series
    note = f"Mean of all {s.counts.size} days from {s.first} to {s.last}: {s.counts.mean():.0f}."
    return Table("around", "Counts around a contact", heads, tuple(rows), note)


_MEASURES = columns(
    "days=Days in windows=number; mean=A day in them=number; other=A day outside=number; "
    "ratio=Ratio=number; low=90% from=number; high=to=number; p=p by rotation=number; placed=p by placing at "
    "random=number; detectable=Detectable=number"
)


def _measures(found: Change, turned: c.Turned) -> tuple[float | None, ...]:
    return (
        float(found.exposed),
        found.x / found.exposed,
        found.y / found.other,
        finite(found.ratio),
        finite(found.quasi_low),
        finite(found.quasi_high),
        turned.p,
        c.two_sided(found),
        finite(found.detectable),
    )


def _tests(case: m.Case, talks: Talks) -> Table:
    rows = tuple(
        (
            *cited(ids(g.events), who(case, g), float(found.contacts)),
            float(w),
            *cited(ids(g.events), *_measures(found, x := talks.turned[g.key, w]), x.over_all),
        )
        for g in talks.groups
        for w in c.WINDOWS
        if (found := talks.tests.get((g.key, w)))
    )
    heads = (
        *columns("group=Contacts; contacts=Number=number; window=Days after=number"),
        *_MEASURES,
        *columns("all=p over all rows=number"),
    )
    note = (
        f"{len(rows)} tests of overlapping days: about {len(rows) / 20:.0f} would have a p by rotation below 0.05 by "
        "chance alone. p over all rows: how often the smallest of them all would be as small, with all contacts "
        "turned together. Interval: with the spread of the counts (quasi-Poisson). p: both sides; by rotation the "
        "contacts keep their spacing, placed at random within the quarter they do not; rotation decides. The "
        "textbook Poisson test would call nearly all of these certain, since attacks come in bursts; it is not used."
    )
    return Table("talks", f"Days after contacts against other days ({talks.series.name})", heads, rows, note)


def _contacts(case: m.Case, talks: Talks) -> Table:
    rows = []
    for event, a in talks.every:
        ends = ", ".join(case.actor[x].name for x in (*event.source, *event.target))
        told = "; ".join(f"{e.date:%d %b} {e.kind.replace('_', ' ')} ({e.id})" for e in talks.beside[event.id])
        large = "" if a.large is None else "yes" if a.large else "no"
        rank = float(a.rank) if a.rank else None
        numbers = cited([event.id], *a.counts[1:7], a.week, a.before, rank)
        rows.append((a.day, event.kind, ends, *numbers, large, told, event.basis))
    heads = (
        *columns("date=Date=date; kind=Contact; ends=Between"),
        *(Column(f"d{k}", f"Day {k:+d}" if k else "Day 0", "number") for k in range(-2, 4)),
        *columns(
            "week=Days +1 to +7=number; before=Mean of 30 days before=number; rank=Rank of day +1=number; "
            "large=Large; beside=What else happened, 3 days before to 7 after; basis=Basis"
        ),
    )
    note = (
        f"Rank: among day +1 and the {whole('talks.back')} days up to the contact, 1 = most. Large: among the "
        f"{whole('talks.large')} largest of them."
    )
    return Table(
        "contacts", "Every contact, the days before and after it, and what else happened", heads, tuple(rows), note
    )


def _rivals(talks: Talks) -> Table:
    base = talks.tests.get((talks.head.key, 7))
    asked = talks.turned.get((talks.head.key, 7))
    found = (("as asked", finite(base.ratio), asked.p), *talks.readings) if base and asked and talks.readings else ()
    rows = tuple(cited(ids(talks.head.events), *row) for row in found)
    return Table(
        "talks_readings",
        "The 7-day ratio in other ways",
        columns("reading=Reading; ratio=Ratio=number; p=p by rotation=number"),
        rows,
    )


def _columns(talks: Talks) -> Table:
    rows = tuple(
        (
            column.replace("_", " "),
            float(w),
            *cited(ids(talks.head.events), *_measures(found, talks.columns_turned[column, w])),
        )
        for (column, w), found in talks.columns.items()
    )
    heads = (*columns("column=Column; window=Days after=number"), *_MEASURES)
    return Table("talks_columns", "The same by column of the series", heads, rows)


def charts(case: m.Case, talks: Talks | None) -> tuple[Chart, ...]:
    if talks is None:
        return ()
    title = f"Counts in the days around {who(case, talks.head)}"
    return (
        Chart(
            "around_chart",
            "fan",
            "around",
            title,
            {"x": "day", "low": "low", "mid": "mean", "high": "high"},
            "Line: mean; band: 5th to 95th percentile over contacts.",
        ),
    )


def answer(case: m.Case, talks: Talks | None, series: Sequence[Daily]) -> tuple[str, ...]:
    """Whether attacks follow talks, in sentences."""
    if not series:
        return ("Whether attacks follow talks cannot be said: the case has no daily series and lists no dated strike.",)
    if talks is None:
        return ("Whether attacks follow talks cannot be said: no contact known to the day lies in the series.",)
    said, tested = [], [talks.tests.get((talks.head.key, w)) for w in c.WINDOWS]
    count, group = len(c.numbers(talks.series, talks.head.days)), who(case, talks.head)
    if not talks.series.complete:
        said.append(
            "No daily series is attached, so only strikes that the case lists are counted, and a day without one may "
            "have had an attack."
        )
    if count < 3 or any(t is None for t in tested):
        return (
            *said,
            f"Whether attacks follow talks cannot be said from {count} of the {group} and "
            f"{talks.series.counts.sum():.0f} counted attacks.",
        )
    first, _, week = (t for t in tested if t)
    day_p, week_p = (talks.turned[talks.head.key, w].p for w in (c.WINDOWS[0], c.WINDOWS[-1]))
    said.append(
        f"After the {count} {group}, the daily count of {talks.series.name} is {_times(week, week_p)} in the next 7 "
        f"days, and {_times(first, day_p)} on the next day, than on other days of the same quarter; with {count} "
        f"contacts, less than {_more(week.detectable)} in 7 days or {_more(first.detectable)} on one day would likely "
        f"be missed. {_judged(talks)} This is association, not effect."
    )
    said += [_claim(talks), _confounded(talks)]
    return tuple(said)


def _more(ratio: float) -> str:
    """`36% higher`, `12% lower`, `27 times as high`."""
    if not math.isfinite(ratio):
        return "any number higher"
    return f"{ratio:.0f} times as high" if ratio >= 3 else f"{abs(ratio - 1):.0%} {'higher' if ratio >= 1 else 'lower'}"


def _times(found: Change, rotation: float) -> str:
    """`36% higher (90% interval 12% higher to 66% higher; by rotation p = 0.010, placed at random p = 0.004)`."""
    interval = f"{_more(found.quasi_low)} to {_more(found.quasi_high)}"
    p = f"by rotation {p_words(rotation)}, placed at random {p_words(c.two_sided(found))}"
    return f"{_more(found.ratio)} (90% interval {interval}; {p})"


def _judged(talks: Talks) -> str:
    """Whether chance explains it, by the smallest p by rotation of the windows, and of all that the table looks at."""
    asked = min(x.over_all for x in talks.asked.values())
    every = min(talks.turned[key].over_all for key in talks.asked)
    windows = f"over the {len(talks.asked)} windows looked at ({p_words(asked)} by rotation)"
    if asked > number("talks.alpha"):
        return f"That is no more than chance explains {windows}."
    several = f"over all {len(talks.turned)} pairs of contacts and windows in the table ({p_words(every)})"
    return (
        f"That is more than chance explains {windows}, {'but not' if every > number('talks.alpha') else 'and'} "
        f"{several}."
    )


def _claim(talks: Talks) -> str:
    """How far it is true that an intensive attack came on the day after each contact."""
    hits, ranked, expected, p = c.chance_of_large(talks.after)
    some = sum(a.counts[4] is not None and a.counts[4] > 0 for a in talks.after)
    usual = float((talks.series.counts > 0).mean())
    kind = SEVERAL[talks.head.kind]
    return (
        f"That an intensive attack comes on the day after each of the {kind} holds for {hits} of {ranked}, if "
        f"intensive means one of the {whole('talks.large')} largest among the {whole('talks.back')} days before and "
        f"that one (by chance {expected:.1f} of {ranked}; {p_words(p)}); some attack came after {some} of {ranked}, "
        f"as it did on {usual:.0%} of all days."
    )


def _confounded(talks: Talks) -> str:
    held = [e for e in talks.head.events if talks.beside[e.id]]
    acts = [
        (event, e)
        for event in talks.head.events
        for e in talks.beside[event.id]
        if e.kind == "strike" and e.date <= event.date
    ]
    sentence = f"Other events stand within 3 days before to 7 days after {len(held)} of them"
    if acts:
        sentence += ", such as " + "; ".join(
            f"a strike of {_day(e.date)} before the contact of {_day(x.date)}" for x, e in acts[:2]
        )
    return f"{sentence}: see the table of contacts."


def _day(date: dt.date) -> str:
    return f"{date.day} {date:%B}"


def findings(case: m.Case, talks: Talks | None) -> tuple[Finding, ...]:
    if talks is None:
        return ()
    made = []
    for (key, window), found in talks.tests.items():
        group = next(g for g in talks.groups if g.key == key)
        if finite(found.ratio) is None or finite(found.quasi_high) is None:
            continue
        made.append(
            Finding(
                key=f"talks.{key}.{window}",
                sentence=(
                    f"On days +1 to +{window} after {who(case, group)} ({found.contacts}) the count is "
                    f"{_times(found, talks.turned[key, window].p)} than on other days of the same quarter; "
                    "association, not effect."
                ),
                value=found.ratio,
                unit="times",
                low=found.quasi_low,
                high=found.quasi_high,
                basis=ids(group.events),
                sources=("przyborowski1940", "mccullagh1989", "rothman2008", "westfall1993"),
            )
        )
    hits, ranked, _, _ = c.chance_of_large(talks.after)
    if ranked:
        basis = ids(talks.head.events)
        made.append(Finding(f"large.{talks.head.key}", _claim(talks), hits / ranked, "share of contacts", basis=basis))
    return tuple(made)


def notes(case: m.Case, talks: Talks | None, series: Sequence[Daily]) -> tuple[str, ...]:
    if talks is None:
        return ()
    vague = [e.id for e in case.events if e.kind in c.KINDS and e.precision != "day"]
    said = [f"Series: {talks.series.name}, {talks.series.first} to {talks.series.last} ({talks.series.origin})."]
    if vague:
        said.append(f"Contacts whose day is not known are left out of the tests: {', '.join(vague)}.")
    return tuple(said)
