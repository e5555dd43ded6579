"""Where an actor wishes an ordered issue to end: as declared, moved as far as levers on its circle move its leader.

    wish = declared + (settled after the levers - settled before them),  draw by draw, held to the scale,

settled being where the leader's position ends among those who are heard (`circles`). What is declared is on record, so
it stays what it is at the weights and views of today; only what a lever does to the circle moves it. A reading of the
weights is another view of the same circle and moves nothing here (the influence lens shows it as a rival reading).

A party's leader: the people with the role who stand for it, else everybody who stands for it, of those with a circle;
where there are several, the mean of what moves them. A declared wish that a lever sets itself is taken as set.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from winset.arrays import Arrays, Column
from winset.case import model as m
from winset.derive.circle import circles
from winset.units import quantities

WISH = "ideal"


def place(arrays: Arrays, actor: str, issue: str) -> Column:
    """The actor's wish on an ordered issue, 0..100. KeyError where it has declared none."""
    declared, case = arrays.get(actor, issue, WISH), arrays.case
    if not case.acted:
        return declared
    heads, before = moving(case, actor, issue), undone(case, actor)
    if before is None or not heads:
        return declared
    earlier = Arrays(before, arrays.luck, arrays.at_modes)
    key = [id(a.get(*key)) for a in (arrays, earlier) for head in heads for key in circles.keys(case, head, issue)]
    bounds = quantities()[WISH]

    def make() -> Column:
        shift = np.mean([_settled(arrays, h, issue) - _settled(earlier, h, issue) for h in heads], axis=0)
        return np.clip(declared + shift, bounds.low, bounds.high)

    return arrays.memo(("wish", id(declared), *key), make)


def _settled(arrays: Arrays, head: str, issue: str) -> Column:
    return circles.settle([arrays], head, issue).position


def undone(case: m.Case, actor: str) -> m.Case | None:
    """The case with the circles as they were before its levers, the actor's own declared wishes as they are; None where
    no lever touched a circle."""
    return case.memo(("circles undone", actor), lambda: _undone(case, actor))


def _undone(case: m.Case, actor: str) -> m.Case | None:
    people = set().union(circles.rows(case), *circles.rows(case).values()) - {actor}
    was = {
        name: figure
        for name, figure in case.acted.items()
        if figure.quantity == circles.QUANTITY or (figure.quantity == WISH and figure.subject[0] in people)
    }
    return replace(case, figures=tuple(was.get(f.id, f) for f in case.figures)) if was else None


def moving(case: m.Case, actor: str, issue: str) -> tuple[str, ...]:
    """The leaders of an actor, by id, if levers touched what one of their circles settles an issue by; else none."""
    before = undone(case, actor)
    if before is None:
        return ()
    own = [a for a in circles.leaders(case) if case.party_of(a) == actor and issue in circles.issues_of(case, a)]
    heads = [a for a in own if case.actor[a].role == "leader"] or own
    names = [f"{'/'.join(key[:-1])}.{key[-1]}" for head in heads for key in circles.keys(case, head, issue)]
    return tuple(heads) if any(case.in_force[n] is not before.in_force[n] for n in names) else ()


def moved(case: m.Case) -> Iterator[tuple[str, str]]:
    """(actor, issue) of every declared wish that levers on a circle move, by id."""
    for key in sorted(f.key for f in case.figures if f.quantity == WISH):
        actor, issue = case.in_force[key].subject
        if moving(case, actor, issue):
            yield actor, issue
