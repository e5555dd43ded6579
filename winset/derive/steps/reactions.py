"""What answered what: every hostile act between a pair, its answer within a window or none, and what chance would give.

An answer goes the other way, 1 to w days later, both to the day. A reference in the case (`ref`) beats the rule.
Follow-through (a side doing what it announced itself) and retraction are no answers; see `follow`. Silence counts: an
act without an answer is a row too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain

from winset.case import model as m
from winset.derive.steps.placed import Act, pairs
from winset.theory import answers
from winset.theory.answers import Look


@dataclass(frozen=True)
class Reaction:
    """One act of a pair. coded: the case itself refers the answer to it. chance: how often the window after it would
    hold an answer if the answers began on any other day; None where the pair has no answer or the act has no day."""

    act: Act
    target: str
    answer: Act | None
    coded: bool
    chance: float | None

    @property
    def days(self) -> int | None:
        return (self.answer.event.date - self.act.event.date).days if self.answer else None

    @property
    def how(self) -> str:
        """How the answer stands to the act: matched, raised, damped, or in another domain."""
        if self.answer is None:
            return ""
        if self.answer.rung.domain != self.act.rung.domain:
            return "another domain"
        change = self.answer.rung.step - self.act.rung.step
        return "matched" if abs(change) <= 1 else "raised" if change > 0 else "damped"


@dataclass(frozen=True)
class Counted:
    """A look at one pair and window against rotation; `q` is its p after all looks; `before`: the same backwards in
    time."""

    source: str
    target: str
    window: int
    look: Look
    before: Look
    q: float
    basis: tuple[str, ...]


def reactions(case: m.Case, made: Sequence[Act], window: int) -> tuple[Reaction, ...]:
    """All acts of all pairs in which both sides acted, by pair and date."""
    found = []
    for source, target in pairs(tuple(made)):
        own, other = _between(made, source, target), _between(made, target, source)
        if not other:
            continue
        first, period = _period(own, other, window)
        at = [(a.event.date - first).days for a in own if a.dated]
        back = [(a.event.date - first).days for a in other if a.dated]
        held = answers.matches(at, back, window) if at and back else {}
        chances = dict(zip(at, answers.chance_each(at, back, window, period))) if at and back else {}
        first_of_day: dict[dt.date, Act] = {}
        for act in sorted(own, key=lambda a: (-a.rung.step, a.event.id)):
            first_of_day.setdefault(act.event.date, act)  # one cause an answer: of a day's acts the highest step
        for act in own:
            coded = next((b for b in other if b.event.ref == act.event.id and b.event.date >= act.event.date), None)
            day = (act.event.date - first).days
            lead = act.dated and first_of_day[act.event.date] is act
            ruled = next((b for b in other if lead and b.dated and (b.event.date - first).days == held.get(day)), None)
            chance = float(chances[day]) if act.dated and day in chances else None
            found.append(Reaction(act, target, coded or ruled, coded is not None, chance))
    return tuple(found)


def counts(made: Sequence[Act], windows: Sequence[int]) -> tuple[Counted, ...]:
    """A look at every pair with acts on both sides and every window, corrected for the number of looks."""
    looks = []
    for source, target in pairs(tuple(made)):
        own = [a for a in _between(made, source, target) if a.dated]
        other = [a for a in _between(made, target, source) if a.dated]
        if not own or not other:
            continue
        for window in windows:
            first, period = _period(own, other, window)
            at, back = ([(a.event.date - first).days for a in side] for side in (own, other))
            early, late = ([period - 1 - d for d in side] for side in (at, back))
            looks.append(
                Counted(
                    source=source,
                    target=target,
                    window=window,
                    look=answers.rotated(at, back, window, period),
                    before=answers.rotated(early, late, window, period),
                    q=1.0,
                    basis=tuple(dict.fromkeys(a.event.id for a in chain(own, other))),
                )
            )
    if not looks:
        return ()
    return tuple(replace(x, q=float(q)) for x, q in zip(looks, answers.controlled([x.look.p for x in looks])))


def _between(made: Sequence[Act], source: str, target: str) -> list[Act]:
    """One act an event, that of the highest step, by date."""
    best: dict[str, Act] = {}
    for act in made:
        if act.source == source and target in act.targets:
            held = best.get(act.event.id)
            if held is None or (not act.announced, act.rung.step) > (not held.announced, held.rung.step):
                best[act.event.id] = act
    return sorted(best.values(), key=lambda a: (a.event.date, a.event.id))


def _period(own: Sequence[Act], other: Sequence[Act], window: int) -> tuple[dt.date, int]:
    """The first day and the length of the time in which the two sides act: from the first act of either to the last and
    a window more, so that years without an act on record make nothing look rare."""
    days = [a.event.date for a in (*own, *other)]
    return min(days), (max(days) - min(days)).days + 1 + window
