"""Who stands between the two sides of a war: access, leverage and bias of every other party.

Access     channels in force between the party (or people who stand for it) and a side, and contacts on record.
Leverage   capability of the party over its own and the side's together.
Bias       towards the first side, from -1 to 1: with d the distance of the party's wishes from a side's on an issue
           (its places, or the mean gap of its values), (d_second - d_first) / (d_second + d_first), averaged over the
           issues on which all three have wishes and the two sides differ: by the party's attention, or all alike where
           it has stated none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays
from winset.case import model as m
from winset.derive.circle import wish
from winset.derive.record.contacts import contacts
from winset.reads import reading

BETWEEN = ("has_access", "carries_messages", "hosts")
Column = Float[np.ndarray, " draw"]


@dataclass(frozen=True)
class Mediator:
    """One party between the two sides. access and contacts: with the first side and the second; leverage likewise.

    leverage and bias are None where the case has no capability, or no wishes, to tell them from.
    """

    party: str
    access: tuple[tuple[m.Channel, ...], tuple[m.Channel, ...]]
    contacts: tuple[tuple[m.Event, ...], tuple[m.Event, ...]]
    leverage: tuple[Column, Column] | None
    bias: Column | None
    basis: tuple[str, ...]

    @property
    def reaches_both(self) -> bool:
        """Whether it has a channel to, or has been in contact with, either side."""
        return all(a or c for a, c in zip(self.access, self.contacts))


def mediators(arrays: Sequence[Arrays]) -> list[Mediator]:
    """Every party on neither side that reaches a side or whose role is to mediate, by id; none where no war is
    under way."""
    case = arrays[0].case
    if case.war is None or len(case.war.sides) != 2:
        return []
    sided = {a for side in case.war.sides for a in side}
    found = []
    for actor in sorted(case.actors, key=lambda a: a.id):
        if actor.level == "party" and actor.id not in sided:
            one = _mediator(arrays, actor.id, case.war.sides)
            if any(one.access) or any(one.contacts) or actor.role == "mediator":
                found.append(one)
    return found


def _mediator(arrays: Sequence[Arrays], party: str, sides: Sequence[Sequence[str]]) -> Mediator:
    case = arrays[0].case
    access, met = [], []
    for side in sides:
        access.append(
            tuple(
                c
                for c in sorted(case.channels, key=lambda c: c.id)
                if c.kind in BETWEEN and _between(case, party, side, (c.source,), (c.target,))
            )
        )
        met.append(tuple(e for e in contacts(case) if _between(case, party, side, e.source, e.target)))
    with reading() as seen:
        leverage = _leverage(arrays, party, (sides[0][0], sides[1][0]))
        bias = _bias(arrays, party, sides[0][0], sides[1][0])
    return Mediator(party, (access[0], access[1]), (met[0], met[1]), leverage, bias, tuple(sorted(seen)))


def _between(case: m.Case, party: str, side: Sequence[str], source: Sequence[str], target: Sequence[str]) -> bool:
    ends = {case.party_of(a) for a in (*source, *target)}
    return party in ends and bool(ends & set(side))


def _leverage(arrays: Sequence[Arrays], party: str, leaders: tuple[str, str]) -> tuple[Column, Column] | None:
    if not all(arrays[0].has(a, "capability") for a in (party, *leaders)):
        return None
    own, *others = (np.concatenate([a.get(p, "capability") for a in arrays]) for p in (party, *leaders))
    first, second = (own / np.where(own + c > 0, own + c, 1.0) for c in others)
    return first, second


def wishes(arrays: Sequence[Arrays], actor: str, issue: m.Issue) -> Float[np.ndarray, "draw wish"] | None:
    """An actor's ideal on an ordered issue, or its value of every option of another, 0..100; None where not all
    is stated."""
    if issue.kind == "scale":
        told = arrays[0].has(actor, issue.id, "ideal")
        return np.concatenate([wish.place(a, actor, issue.id) for a in arrays])[:, None] if told else None
    keys = [(actor, issue.id, o, "value") for o in issue.option_ids]
    if not all(arrays[0].has(*key) for key in keys):
        return None
    return np.concatenate([np.stack([a.get(*key) for key in keys], axis=1) for a in arrays])


def _bias(arrays: Sequence[Arrays], party: str, first: str, second: str) -> Column | None:
    draws = sum(a.draws for a in arrays)
    total, weight = np.zeros(draws), np.zeros(draws)
    cares = any(f.quantity == "attention" and f.subject[0] == party for f in arrays[0].case.figures)
    for issue in sorted(arrays[0].case.issues, key=lambda i: i.id):
        own, near, far = (wishes(arrays, a, issue) for a in (party, first, second))
        if own is None or near is None or far is None:
            continue
        to_first, to_second = np.abs(own - near).mean(axis=1), np.abs(own - far).mean(axis=1)
        apart = (np.abs(near - far).mean(axis=1) > 0) & (to_first + to_second > 0)
        if cares:
            told = arrays[0].has(party, issue.id, "attention")
            count = np.concatenate([a.get(party, issue.id, "attention") for a in arrays]) if told else np.zeros(draws)
        else:
            count = np.ones(draws)
        count = count * apart
        total += count * (to_second - to_first) / np.where(apart, to_first + to_second, 1.0)
        weight += count
    if not weight.any():
        return None
    return np.where(weight > 0, total / np.where(weight > 0, weight, 1.0), 0.0)
