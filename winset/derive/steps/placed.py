"""Acts on the steps of escalation: who acted toward whom, in which domain, on which step, done or announced.

A pair is directed and a step belongs to a domain: there is no rung of a war. Persons act for their party. An act toward
an actor of which a party is a member (`blocs`) is toward that party as well, and so is one that is aimed past its
target (`aimed`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from winset.case import model as m
from winset.case import steps
from winset.case.escalation import Named, Placed
from winset.case.steps import Rung


@dataclass(frozen=True)
class Act:
    """An event on a step. targets: parties it is toward; `through` are those it reaches by a bloc or by its aim."""

    event: m.Event
    source: str
    targets: tuple[str, ...]
    through: tuple[str, ...]
    rung: Rung
    announced: bool
    stated: bool

    @property
    def dated(self) -> bool:
        """Whether the day is known, so that it can be held against the days of others."""
        return self.event.precision == "day"

    @property
    def basis(self) -> tuple[str, ...]:
        return (self.event.id,)


def acts(case: m.Case) -> tuple[Act, ...]:
    """All acts that are steps, by date; an event that the case puts on several steps stands as often."""
    own: defaultdict[str, list[Placed]] = defaultdict(list)
    blocs: defaultdict[str, set[str]] = defaultdict(set)
    if case.escalation:
        for placed in case.escalation.steps:
            own[placed.event].append(placed)
        for bloc in case.escalation.blocs:
            blocs[bloc.of].add(bloc.member)
    found = []
    for event in sorted(case.events, key=lambda e: (e.date, e.id)):
        mine = own.get(event.id, [])
        usual = None if mine or (event.intensity or 0) > 0 else steps.usual(event.kind, event.plover, event.mode)
        stands = [(steps.rungs()[p.domain, p.step], p.state == "announced", p.aimed) for p in mine]
        for rung, announced, aimed in stands or ([(usual, False, ())] if usual else []):
            direct = {case.party_of(a) for a in event.target}
            reached = {case.party_of(a) for a in aimed} | {x for d in direct for x in blocs[d]}
            for source in sorted({case.party_of(a) for a in event.source}):
                found.append(
                    Act(
                        event=event,
                        source=source,
                        targets=tuple(sorted((direct | reached) - {source})),
                        through=tuple(sorted(reached - direct - {source})),
                        rung=rung,
                        announced=announced,
                        stated=bool(mine),
                    )
                )
    return tuple(a for a in found if a.targets)


def pairs(made: tuple[Act, ...]) -> tuple[tuple[str, str], ...]:
    """The directed pairs that acts go between, those with the most acts first."""
    counts: defaultdict[tuple[str, str], int] = defaultdict(int)
    for act in made:
        for target in act.targets:
            counts[act.source, target] += 1
    return tuple(sorted(counts, key=lambda p: (-counts[p], p)))


@dataclass(frozen=True)
class Standing:
    """Where one side stands toward another in one domain: the highest step done, the highest announced, the next
    threshold and those who named it as such."""

    source: str
    target: str
    domain: str
    done: Act | None
    announced: Act | None
    acts: int
    threshold: Rung | None
    named: tuple[Named, ...]

    @property
    def ahead(self) -> bool:
        """Whether more has been announced than done."""
        return self.announced is not None and (self.done is None or self.announced.rung.step > self.done.rung.step)


def standings(case: m.Case, made: tuple[Act, ...]) -> tuple[Standing, ...]:
    """One for every directed pair and domain in which there was an act, by pair and in the order of the domains."""
    told = case.escalation.named if case.escalation else ()
    named = sorted(told, key=lambda n: (n.domain, n.step, n.by, n.what))
    absent = {(r.domain, r.step) for r in case.escalation.absent} if case.escalation else set()
    found = []
    for source, target in pairs(made):
        for domain in steps.domains():
            own = [a for a in made if a.source == source and target in a.targets and a.rung.domain == domain]
            if not own:
                continue
            done, announced = _highest([a for a in own if not a.announced]), _highest([a for a in own if a.announced])
            reached = done.rung.step if done else 0
            ahead = (r for r in steps.thresholds(domain) if r.step > reached and (domain, r.step) not in absent)
            above = next(ahead, None)
            found.append(
                Standing(
                    source=source,
                    target=target,
                    domain=domain,
                    done=done,
                    announced=announced,
                    acts=len({a.event.id for a in own}),
                    threshold=above,
                    named=tuple(
                        n
                        for n in named
                        if n.domain == domain and n.step > reached and case.party_of(n.toward) == source
                    ),
                )
            )
    return tuple(found)


def _highest(some: list[Act]) -> Act | None:
    """The act on the highest step; of several the latest."""
    return max(some, key=lambda a: (a.rung.step, a.event.date, a.event.id), default=None)
