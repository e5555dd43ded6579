"""What happened, as a chronicle: events in words by month, and those that weigh most."""

from __future__ import annotations

from dataclasses import dataclass

from winset.case.model import Case, Event
from winset.report import words

FATES = {
    "deadline_moved": "moved",
    "deadline_lapsed": "passed without what was announced",
    "deadline_dropped": "dropped",
    "deadline_executed": "carried out",
}
WEIGHTIEST = 8  # no answer: events of the chronicle that stand open


@dataclass(frozen=True)
class Entry:
    """One event in words: when, who to whom, what, and for a deadline what became of it."""

    event: Event
    when: str
    who: str
    fate: str


def months(case: Case) -> list[tuple[str, list[Entry]]]:
    """All events in words, grouped by month, in order of date."""
    found: dict[str, list[Entry]] = {}
    for event in sorted(case.events, key=lambda e: (e.date, e.id)):
        month = f"{words.MONTHS[event.date.month - 1]} {event.date.year}"
        found.setdefault(month, []).append(_entry(case, event))
    return list(found.items())


def _entry(case: Case, event: Event) -> Entry:
    when = words.day(event.date, event.precision)
    who = words.names(case, event.source)
    if event.target:
        who += f" → {words.names(case, event.target)}"
    return Entry(event, when, who, fate(case, event))


def fate(case: Case, event: Event) -> str:
    """What became of a deadline, from the events that refer to it; for other kinds nothing."""
    if event.kind not in ("deadline_set", "deadline_moved") or not event.due:
        return ""
    after = [e for e in case.events if e.ref == event.id and e.kind in FATES]
    if after:
        return "; ".join(
            FATES[e.kind]
            + (f" to {words.day(e.due)}" if e.kind == "deadline_moved" and e.due else "")
            + f" ({words.day(e.date)})"
            for e in sorted(after, key=lambda e: (e.date, e.id))
        )
    return "not yet due" if event.due > case.as_of else "nothing recorded after it fell due"


def weightiest(case: Case) -> list[tuple[str, list[Entry]]]:
    """The events furthest from neutral on the scale of conflict and cooperation, by month; of equals the latest.

    An event without a place on that scale counts as neutral. Those that set a date count before others of their weight.
    """

    def weight(event: Event) -> tuple[float, bool, int, str]:
        return -abs(event.intensity or 0.0), event.due is None, -event.date.toordinal(), event.id

    kept = {e.id for e in sorted(case.events, key=weight)[:WEIGHTIEST]}
    found = [(month, [entry for entry in entries if entry.event.id in kept]) for month, entries in months(case)]
    return [(month, entries) for month, entries in found if entries]
