"""How long a stated position stands: its moves, and the half-life that follows.

Every signing party's ideal places and red lines on scale issues are followed from the first day on which all signing
parties have one (so that old and new statements are held to the same rule) to the date of the case. A move counts when
the place changes by at least 5 of 100 (`positions.least`). One statement can move several positions, so the days with a
move are what comes at a constant rate: with n such days, k moves and T position-days, and Jeffreys' prior, the rate of
a position is Gamma(n + 1/2, T) times k / n, and half of all positions have moved after ln 2 / rate days. Red lines and
ideals of one issue count as two positions; unordered issues are left out, since no distance is defined on them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import scipy
from jaxtyping import Float, Int

from winset.arrays import Arrays
from winset.case import model as m
from winset.settings import number, whole


@dataclass(frozen=True)
class Move:
    """A change of position. back: it takes back at least half of the move before it."""

    actor: str
    issue: str
    quantity: str
    date: dt.date
    before: str
    after: str
    size: float
    held: int
    back: bool
    basis: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """One actor's positions: how many were followed, for how many position-days, its moves (the mean over draws), and
    per draw their number and on how many days they fell."""

    actor: str
    followed: int
    days: int
    moves: tuple[Move, ...]
    count: Float[np.ndarray, " draw"]
    on: Int[np.ndarray, " draw"]
    luck: Float[np.ndarray, " draw"]
    basis: tuple[str, ...]

    @property
    def pace(self) -> float:
        """Moves per position and year, the mean over draws."""
        return float(self.count.mean()) * 365.25 / max(1, self.days)

    @property
    def days_moved(self) -> int:
        """On how many days a position moved, as in the list of moves."""
        return len({x.date for x in self.moves})

    @property
    def rated(self) -> bool:
        """Whether there are moves enough for a half-life."""
        return self.days_moved >= whole("positions.rate_days")

    @cached_property
    def half_life(self) -> Float[np.ndarray, " draw"]:
        """Days in which half of the positions move."""
        size = np.where(self.on > 0, self.count / np.maximum(self.on, 1), 1.0)
        rate = scipy.special.gammaincinv(self.on + 0.5, self.luck) * size / max(1, self.days)
        return np.log(2.0) / np.maximum(rate, 1e-300)


def standings(figures: Sequence[m.Figure], arrays: Sequence[Arrays]) -> list[Standing]:
    """By signing party. `figures`: all of the case, those no longer in force too; later ones than its date are left
    out."""
    case = arrays[0].case
    known = [f for f in figures if f.date is None or f.date <= case.as_of]
    lines = _lines(case, known)
    firsts = [
        min((f.date for steps in lines.get(a.id, {}).values() for f in steps if f.date), default=None)
        for a in case.signatories
    ]
    if not firsts or any(d is None for d in firsts):
        return []
    start = max(d for d in firsts if d)
    return [_standing(arrays, actor.id, lines[actor.id], start) for actor in case.signatories]


def _lines(case: m.Case, figures: Sequence[m.Figure]) -> dict[str, dict[tuple[str, str], list[m.Figure]]]:
    """actor -> (issue, ideal or red_line) -> Figures by date. Scale issues only: elsewhere no distance is defined."""
    lines: dict[str, dict[tuple[str, str], list[m.Figure]]] = {}
    for figure in sorted(figures, key=lambda f: (f.date or dt.date.min, f.id)):
        if figure.quantity in ("ideal", "red_line") and len(figure.subject) == 2:
            actor, issue = figure.subject
            if issue in case.issue and case.issue[issue].kind == "scale" and figure.date:
                lines.setdefault(actor, {}).setdefault((issue, figure.quantity), []).append(figure)
    return lines


def _standing(
    arrays: Sequence[Arrays], actor: str, lines: dict[tuple[str, str], list[m.Figure]], start: dt.date
) -> Standing:
    case, days, moves = arrays[0].case, 0, []
    moved: dict[dt.date, list[Float[np.ndarray, " draw"]]] = {}
    for (issue, quantity), steps in sorted(lines.items()):
        begin = max(start, steps[0].date or start)
        days += max(0, (case.as_of - begin).days)
        last = 0.0
        for before, after in pairwise(steps):
            if after.date is None or after.date <= start:
                continue
            columns = [place(a, after) - place(a, before) for a in arrays]
            slices = moved.setdefault(after.date, [np.zeros(a.draws) for a in arrays])
            for moves_of, column in zip(slices, columns):
                moves_of += np.abs(column) >= number("positions.least")
            size = float(np.concatenate(columns).mean())
            if abs(size) >= number("positions.least"):
                back = bool(last) and size * last < 0 and abs(size) >= abs(last) / 2
                held = (after.date - max(start, before.date or start)).days
                ids = (before.id, after.id)
                moves.append(
                    Move(
                        actor,
                        issue,
                        quantity,
                        after.date,
                        _said(case, before),
                        _said(case, after),
                        size,
                        held,
                        back,
                        ids,
                    )
                )
                last = size
    total = sum(a.draws for a in arrays)
    count = np.array([np.concatenate(by_slice) for by_slice in moved.values()]).reshape(len(moved), total)
    basis = tuple(sorted({i for x in moves for i in x.basis}))
    luck = np.concatenate([a.luck.quantile(f"position-rate:{actor}") for a in arrays])
    ordered = tuple(sorted(moves, key=lambda x: (x.date, x.issue, x.quantity)))
    return Standing(actor, len(lines), days, ordered, count.sum(axis=0), (count > 0).sum(axis=0), luck, basis)


def place(arrays: Arrays, figure: m.Figure) -> Float[np.ndarray, " draw"]:
    """Draws of a position, in force or not; the same luck for all dates of one key."""
    if figure.at:
        return arrays.get(figure.subject[1], figure.at, "place")
    return arrays.luck.figure(figure)


def _said(case: m.Case, figure: m.Figure) -> str:
    if figure.at:
        return case.issue[figure.subject[1]].option(figure.at).label
    return f"about {figure.mode:g}" if figure.mode is not None else figure.distribution


def still_held(half_life: Float[np.ndarray, " draw"], days: float) -> Float[np.ndarray, " draw"]:
    """Chance that a position stated `days` ago is still held."""
    return np.exp2(-days / half_life)


def weight(held: Float[np.ndarray, " draw"]) -> Float[np.ndarray, " draw"]:
    """Likelihood ratio of a yes/no statement that is still held with this chance and says nothing otherwise.

    P(said yes | yes) = held + (1 - held)/2 and P(said yes | no) = (1 - held)/2, so that even odds become (1 + held)/2.
    """
    return (1.0 + held) / np.maximum(1.0 - held, 1e-12)
