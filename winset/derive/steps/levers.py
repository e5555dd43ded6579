"""What each lever of a case does to the ladder: to its threats and first steps, and which step it would be itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.case import steps
from winset.case.escalation import Named, Pulled
from winset.case.patch import combine
from winset.case.steps import Rung
from winset.derive.steps import games
from winset.derive.steps.games import Reassures, Weighed
from winset.derive.steps.placed import Act


@dataclass(frozen=True)
class Pull:
    """What a lever does to one threat or first step, draw by draw on the same luck: how much further credibility lies
    beyond what deters everybody, or how much wider the room for a first step is."""

    lever: m.Patch
    subject: str
    change: Float[np.ndarray, " draw"]
    basis: tuple[str, ...]

    @property
    def up(self) -> float:
        return float(np.mean(self.change > 0))

    @property
    def down(self) -> float:
        return float(np.mean(self.change < 0))


def pulls(study: Study, weighed: Sequence[Weighed], reassures: Sequence[Reassures]) -> tuple[Pull, ...]:
    """Every lever on every threat and first step of which it sets a number, on the draws that the record left; of a
    threat those that are sound with and without it."""
    found = []
    for lever in sorted(study.case.levers, key=lambda p: p.id):
        subjects = {name.split("@")[0].rpartition(".")[0] for name in lever.set}
        looks: list[Callable[[Sequence[Arrays]], Pull]] = []
        looks += [_threat(lever, w) for w in weighed if w.threat.id in subjects]
        looks += [_gesture(lever, r) for r in reassures if r.gesture.id in subjects]
        if looks:
            arrays = study.arrays(combine(study.case, [lever]))
            found += [look(arrays) for look in looks]
    return tuple(found)


def _threat(lever: m.Patch, before: Weighed) -> Callable[[Sequence[Arrays]], Pull]:
    def look(arrays: Sequence[Arrays]) -> Pull:
        after = games.weigh(arrays, before.threat, before.sound)
        change = after.margin - before.margin[after.sound[before.sound]]
        return Pull(lever, before.threat.id, change, after.basis)

    return look


def _gesture(lever: m.Patch, before: Reassures) -> Callable[[Sequence[Arrays]], Pull]:
    def look(arrays: Sequence[Arrays]) -> Pull:
        after = games.reassures(arrays, before.gesture)
        return Pull(lever, before.gesture.id, after.room - before.room, after.basis)

    return look


@dataclass(frozen=True)
class Stands:
    """A lever as an act on a step. before: the highest step done by its side toward the other in that domain; named:
    those who have named it, or a step between the two, as a threshold."""

    lever: m.Patch
    told: Pulled
    source: str
    target: str
    rung: Rung
    before: Rung | None
    named: tuple[Named, ...]

    @property
    def further(self) -> bool:
        """Whether it lies beyond what has been done."""
        return self.before is None or self.rung.step > self.before.step


def stands(case: m.Case, made: Sequence[Act]) -> tuple[Stands, ...]:
    """Every step that the case says a lever is, by lever."""
    levers, found = {p.id: p for p in case.levers}, []
    told = [x for x in case.escalation.levers if x.lever in levers] if case.escalation else []
    for own in sorted(told, key=lambda x: (x.lever, x.source, x.target, x.domain, x.step)):
        source, target = case.party_of(own.source), case.party_of(own.target)
        done = [
            a.rung
            for a in made
            if a.source == source and target in a.targets and a.rung.domain == own.domain and not a.announced
        ]
        before = max(done, key=lambda r: r.step, default=None)
        new = range((before.step if before else 0) + 1, own.step + 1)
        named = case.escalation.named if case.escalation else ()
        found.append(
            Stands(
                lever=levers[own.lever],
                told=own,
                source=source,
                target=target,
                rung=steps.rungs()[own.domain, own.step],
                before=before,
                named=tuple(
                    n
                    for n in sorted(named, key=lambda n: (n.step, n.by, n.what))
                    if n.domain == own.domain and n.step in new and case.party_of(n.toward) == source
                ),
            )
        )
    return tuple(found)
