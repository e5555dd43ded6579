"""Who decides and who speaks for a party: its envoys, its advisers, and what its voices said against each other.

A contradiction is a denial by somebody of a party of what somebody of the same party said within a window of days
(`process.window`). Set against them are the statements that could have been contradicted: those which the same party
followed by another one within the window.
"""

from __future__ import annotations

from dataclasses import dataclass

from winset.case import model as m
from winset.settings import whole

SAID = (
    *("statement", "claim", "denial", "offer", "acceptance", "refusal", "condition", "threat", "plan", "memo"),
    *("deadline_set", "deadline_moved", "deadline_dropped"),
)
WEEK = 7  # source: days of a week


@dataclass(frozen=True)
class Voices:
    """What the people of a party said on record. followed: those, denials left out, that another one followed within
    the window. against: the denials of what the same party said, within it. weeks: from the first statement to the
    date."""

    party: str
    people: tuple[str, ...]
    said: tuple[m.Event, ...]
    followed: tuple[m.Event, ...]
    against: tuple[m.Event, ...]
    weeks: float


def envoys(case: m.Case, party: str) -> tuple[str, ...]:
    """Its people, the leader left out, who carry messages between it and others, by id."""
    ends = {a for c in case.channels if c.kind == "carries_messages" for a in (c.source, c.target)}
    return tuple(sorted(a for a in ends if case.party_of(a) == party and a != party and case.actor[a].role != "leader"))


def advisers(case: m.Case, party: str) -> tuple[str, ...]:
    """Who advises its leader, by id."""
    heads = {a.id for a in case.actors if a.id == party or (a.role == "leader" and case.party_of(a.id) == party)}
    return tuple(sorted({c.source for c in case.channels if c.kind == "advises" and c.target in heads} - heads))


def organised(case: m.Case) -> list[str]:
    """The parties of which the channels tell who decides or carries messages, by id."""
    return sorted(a.id for a in case.actors if a.level == "party" and (envoys(case, a.id) or advisers(case, a.id)))


def voices(case: m.Case, party: str) -> Voices | None:
    """The voices of a party; None where fewer than two statements are on record."""
    own = {a.id for a in case.actors if case.party_of(a.id) == party}
    said = sorted((e for e in case.events if e.kind in SAID and own & set(e.source)), key=lambda e: (e.date, e.id))
    if len(said) < 2:
        return None
    near = whole("process.window")
    known = {e.id: e for e in said}
    followed = tuple(
        e
        for i, e in enumerate(said)
        if e.kind != "denial" and any((later.date - e.date).days <= near for later in said[i + 1 :])
    )
    against = tuple(
        e for e in said if e.kind == "denial" and e.ref in known and (e.date - known[e.ref].date).days <= near
    )
    people = sorted({a for e in said for a in own & set(e.source)})
    return Voices(
        party, tuple(people), tuple(said), followed, against, max(1.0, (case.as_of - said[0].date).days / WEEK)
    )
