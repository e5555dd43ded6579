"""Leaders and those they listen to: where a leader's position settles, and whose share of it is how large.

A row of weights says how far the view of each adviser counts with a person (Figures `adviser_weight`, the person's own
view among them; where that one is missing it is what the others leave of 1). Only people with a position of their own
on the issue can be heard on it: the others' weights are shared out in proportion. Who has no row does not move.
`theory.opinion` has the rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays, added
from winset.case import model as m
from winset.reads import Seen, kept, reading
from winset.theory.opinion import anchored_shares

QUANTITY = "adviser_weight"
Weights = Mapping[tuple[str, str], float]  # (adviser, hearer): a weight that stands in for the Figure's; 0 leaves out


@dataclass(frozen=True)
class Settled:
    """A leader's position on an issue. people: the leader, then the heard by id. share: of each one's view in the
    leader's.

    unheard: share of the leader's stated weights that belongs to people without a position on the issue.
    lever: what one more unit of each one's weight with the leader would do, all others giving way in proportion.
    """

    leader: str
    issue: str
    people: tuple[str, ...]
    view: Float[np.ndarray, "draw person"]
    share: Float[np.ndarray, "draw person"]
    lever: Float[np.ndarray, "draw person"]
    unheard: float
    basis: tuple[str, ...]

    @property
    def position(self) -> Float[np.ndarray, " draw"]:
        """Where the leader's position settles."""
        return (self.share * self.view).sum(axis=1)

    @property
    def leading(self) -> tuple[str, float]:
        """The adviser (not the leader) with the largest mean share, and the share of the draws in which it leads."""
        mean = self.share[:, 1:].mean(axis=0)
        best = int(np.argmax(mean))
        return self.people[1 + best], float((self.share[:, 1:].argmax(axis=1) == best).mean())


@dataclass(frozen=True)
class Talk:
    """What those who hear each other come to, on all issues on which the same people are heard.

    share: of everybody's view in everybody's; row: whom the leader hears; times: how often his word comes round to him;
    lost: share of his weights that belongs to people who are not heard.
    """

    share: Float[np.ndarray, "draw person person"]
    row: Float[np.ndarray, "draw person"]
    times: Float[np.ndarray, " draw"]
    lost: float


Talks = tuple[
    dict[Any, Talk], dict[Any, Seen]
]  # by who is heard and what weights stand in, with what was read for each


def leaders(case: m.Case) -> list[str]:
    """Everybody whom somebody else's view is said to count with, by id."""
    return [hearer for hearer, advisers in rows(case).items() if set(advisers) - {hearer}]


def rows(case: m.Case) -> dict[str, tuple[str, ...]]:
    """Of each person with a row, the people whose weight it states (perhaps the person's own), by id."""
    return case.like.memo(("rows of advisers",), lambda: _rows(case.like))


def _rows(case: m.Case) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for figure in case.figures:
        if figure.quantity == QUANTITY:
            found.setdefault(figure.subject[1], set()).add(figure.subject[0])
    return {hearer: tuple(sorted(found[hearer])) for hearer in sorted(found)}


def issues_of(case: m.Case, leader: str) -> list[str]:
    """Ordered issues on which the leader and somebody who is heard have a position of their own, by id."""
    scales = sorted(i.id for i in case.issues if i.kind == "scale" and f"{leader}/{i.id}.ideal" in case.in_force)
    return [i for i in scales if len(_heard(case, leader, i)) > 1]


def silent(case: m.Case, leader: str) -> list[str]:
    """Keys of the positions that would let a leader's circle be settled, where none can be."""
    if issues_of(case, leader):
        return []
    people = [leader, *(a for a in rows(case).get(leader, ()) if a != leader)]
    lacking = [
        [key for a in people if (key := f"{a}/{i.id}.ideal") not in case.in_force]
        for i in sorted(case.issues, key=lambda i: i.id)
        if i.kind == "scale"
    ]
    return min(lacking, key=len, default=[])


def _heard(case: m.Case, leader: str, issue: str) -> tuple[str, ...]:
    """The leader and all who are heard on the issue, if only through others: the leader first, the others by id."""
    told, seen, ask = rows(case), {leader}, [leader]
    while ask:
        for adviser in told.get(ask.pop(), ()):
            if adviser not in seen and f"{adviser}/{issue}.ideal" in case.in_force:
                seen.add(adviser)
                ask.append(adviser)
    return (leader, *sorted(seen - {leader}))


def keys(case: m.Case, leader: str, issue: str) -> list[tuple[str, ...]]:
    """(subject, quantity) of every Figure that a leader's position on an issue rests on."""
    people, told = _heard(case, leader, issue), rows(case)
    weights = [(adviser, person, QUANTITY) for person in people for adviser in told.get(person, ())]
    return [*weights, *((person, issue, "ideal") for person in people)]


def settle(
    arrays: Sequence[Arrays], leader: str, issue: str, instead: Weights | None = None, talks: Talks | None = None
) -> Settled:
    """Where the leader's position on an issue settles, over all slices of the draws.

    talks: room for what other issues share.
    """
    instead = instead or {}
    with reading() as seen:
        people = _heard(arrays[0].case, leader, issue)
        key = (people, *sorted(instead.items()))
        talk = kept(*(talks or ({}, {})), key, lambda: _talk(arrays, people, instead))
        view = np.concatenate([np.stack([a.get(p, issue, "ideal") for p in people], axis=1) for a in arrays])
    final = np.einsum("dij,dj->di", talk.share, view)
    rest = np.maximum(1.0 - talk.row, 1e-9)
    lever = talk.times[:, None] * (final - final[:, :1]) / rest
    lever[:, 0] = talk.times * (view[:, 0] - final[:, 0]) / rest[:, 0]
    return Settled(leader, issue, people, view, talk.share[:, 0, :].copy(), lever, talk.lost, tuple(sorted(seen)))


def _talk(arrays: Sequence[Arrays], people: Sequence[str], instead: Weights) -> Talk:
    parts = [_weights(a, people, instead) for a in arrays]
    A = np.concatenate([made for made, _ in parts])
    V, N = anchored_shares(A)
    return Talk(V, A[:, 0, :], N[:, 0, 0], float(np.mean(np.concatenate([lost for _, lost in parts]))))


def rows_at(
    modes: Arrays, leader: str, issue: str
) -> tuple[Float[np.ndarray, "person person"], Float[np.ndarray, " person"]]:
    """Who listens to whom around a leader, and what each wishes on an issue, of arrays with one draw."""
    people = _heard(modes.case, leader, issue)
    return _weights(modes, people, {})[0][0], np.array([modes.get(p, issue, "ideal")[0] for p in people])


def _weights(
    arrays: Arrays, people: Sequence[str], instead: Weights
) -> tuple[Float[np.ndarray, "draw person person"], Float[np.ndarray, " draw"]]:
    """The full rows of the people, and the share of the first one's row that belongs to others."""
    told, n = rows(arrays.case), len(people)
    A = np.zeros((arrays.draws, n, n))
    lost = np.zeros(arrays.draws)
    for i, person in enumerate(people):
        column = {a: _column(arrays, a, person, instead) for a in told.get(person, ())}
        others = added([c for a, c in column.items() if a != person] or [np.zeros(arrays.draws)])
        own = column[person] if person in column else np.maximum(0.0, 1.0 - others)
        A[:, i, i] = own
        for j, adviser in enumerate(people):
            if adviser in column and i != j:
                A[:, i, j] = column[adviser]
        total = A[:, i].sum(axis=1)
        A[:, i, i] = np.where(total > 0, A[:, i, i], 1.0)
        A[:, i] /= np.where(total > 0, total, 1.0)[:, None]
        if i == 0:
            whole = own + others
            lost = 1.0 - np.where(whole > 0, total / np.where(whole > 0, whole, 1.0), 1.0)
    return A, lost


def _column(arrays: Arrays, adviser: str, hearer: str, instead: Weights) -> Float[np.ndarray, " draw"]:
    given = instead.get((adviser, hearer))
    return arrays.get(adviser, hearer, QUANTITY) if given is None else np.full(arrays.draws, float(given))


def most_heard(case: m.Case, adviser: str, leader: str, until: dt.date) -> m.Figure | None:
    """The largest weight of an adviser on record up to a date, where it is larger than the one in force."""
    told = [f for f in case.figures if f.key == f"{adviser}/{leader}.{QUANTITY}" and (f.date or until) <= until]
    told = [f for f in told if f.mode is not None]
    if len(told) < 2:
        return None
    now = max(told, key=lambda f: f.date or dt.date.min)
    best = max(told, key=lambda f: (f.numbers[1], f.date or dt.date.min))
    return best if best.numbers[1] > now.numbers[1] else None
