"""What became of threats: carried out, in part, moved, taken back, dropped, or nothing recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from winset.case import model as m
from winset.derive.record.credibility import Deadline, deadlines
from winset.derive.steps.placed import Act
from winset.theory.bands import ReferenceClass, classes

MEANS = ("economy", "aid")  # what is withheld, cut or taken: threats of it are compared with threats of sanctions


@dataclass(frozen=True)
class Threatened:
    """One threat: the event that made it, its author and targets, what the same side did later, and its fate."""

    event: m.Event
    author: str
    targets: tuple[str, ...]
    fate: str
    later: tuple[m.Event, ...]
    due: dt.date | None
    like: ReferenceClass | None

    @property
    def basis(self) -> tuple[str, ...]:
        return (self.event.id, *(e.id for e in self.later))

    @property
    def settled(self) -> bool:
        return self.fate not in ("open", "nothing recorded")


def threats(case: m.Case, made: Sequence[Act]) -> tuple[Threatened, ...]:
    """Deadlines and threats by date; a chain of moved deadlines counts once."""
    chains = {d.begun.id: d for d in deadlines(case)}
    parts = {e.id for d in chains.values() for e in d.moves}
    steps_of = {a.event.id: a for a in made}
    acted = {e for e in steps_of if all(not a.announced and a.rung.domain != "words" for a in made if a.event.id == e)}
    heads = [
        e
        for e in case.events
        if e.id in chains or (e.kind == "threat" and e.id not in parts | acted and e.ref not in {*chains, *parts})
    ]
    found = []
    for event in sorted(heads, key=lambda e: (e.date, e.id)):
        author = case.party_of(event.source[0])
        own = [e for e in case.events if author in {case.party_of(a) for a in e.source} and _about(e, event, chains)]
        later = tuple(sorted((e for e in own if e.id != event.id), key=lambda e: (e.date, e.id)))
        chain = chains.get(event.id)
        found.append(
            Threatened(
                event=event,
                author=author,
                targets=tuple(sorted({case.party_of(a) for a in event.target})),
                fate=_fate(chain, later, steps_of, case.as_of),
                later=later,
                due=chain.due if chain else None,
                like=_like(event, [a for a in made if a.event.id == event.id]),
            )
        )
    return tuple(found)


@dataclass(frozen=True)
class Own:
    """An act on a step and a later one of the same side that refers to it: followed through, announced again, moved or
    taken back."""

    act: Act
    later: m.Event
    how: str


def own_acts(case: m.Case, made: Sequence[Act]) -> tuple[Own, ...]:
    """What sides did about their own acts, by date; neutral words about them are left out."""
    of: dict[str, list[Act]] = {}
    for act in made:
        of.setdefault(act.event.id, []).append(act)
    found = []
    for event in sorted(case.events, key=lambda e: (e.date, e.id)):
        before = of.get(event.ref or "", [])
        if before and before[0].source in {case.party_of(a) for a in event.source} and (event.intensity or 0) != 0:
            found.append(Own(before[0], event, _how(event, of.get(event.id, []))))
    return tuple(found)


def _how(event: m.Event, stands: Sequence[Act]) -> str:
    if (event.intensity or 0) > 0:
        return "taken back"
    if event.kind == "deadline_moved":
        return "moved"
    words = all(a.announced or a.rung.domain == "words" for a in stands)
    return "announced again" if words else "followed through"


def _like(event: m.Event, stands: Sequence[Act]) -> ReferenceClass | None:
    """Comparable threats: of force, or of measures; none where the case names no measure."""
    if event.mode == "violence":
        return classes()["force-after-threat"]
    means = event.mode in ("restrict", "relations") or any(a.rung.domain in MEANS for a in stands)
    return classes()["threat-standing"] if means else None


def _about(event: m.Event, head: m.Event, chains: dict[str, Deadline]) -> bool:
    chain = chains.get(head.id)
    ids = {head.id, *((e.id for e in (*chain.moves, *((chain.end,) if chain.end else ()))) if chain else ())}
    return event.ref in ids


def _fate(chain: Deadline | None, later: Sequence[m.Event], steps_of: dict[str, Act], today: dt.date) -> str:
    """In the order in which one outweighs the other: carried out, in part, taken back, as the deadline ended."""
    done = [
        e for e in later if e.kind not in ("threat",) and not e.kind.startswith("deadline_") and _hostile(e, steps_of)
    ]
    back = [e for e in later if (e.intensity or 0) > 0]
    if chain and chain.outcome == "carried out":
        return "carried out"
    if done:
        return "carried out in part" if chain or back else "followed by an act"
    if back and (chain is None or chain.outcome != "dropped"):
        return "taken back"
    return chain.outcome if chain else "nothing recorded"


def _hostile(event: m.Event, steps_of: dict[str, Act]) -> bool:
    return event.id in steps_of and not steps_of[event.id].announced and (event.intensity or 0) < 0
