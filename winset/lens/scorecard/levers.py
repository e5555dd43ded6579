"""What each lever does to the scores of outcomes: the same draws and luck, with the numbers and clauses it sets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from winset.arrays import Study
from winset.case import model as m
from winset.case.criteria import BEFORE, TODAY
from winset.case.patch import combine
from winset.derive.worth import scores
from winset.derive.worth.scores import Outcome
from winset.lens.scorecard import shares
from winset.lens.scorecard.shares import Scored, Share
from winset.lens.scorecard.tables import Looked
from winset.lens.scorecard.words import weightings
from winset.result import Column, Table, cited
from winset.spoken import count, listed

LEAST = 1e-9  # no answer: a change below it is none


@dataclass(frozen=True)
class Moved:
    """An outcome that a lever changes for an actor: its score, all domains weighed equally, and how it compares with
    today under the lever (None for today itself)."""

    lever: m.Patch
    actor: str
    outcome: Outcome
    before: float
    after: float
    better: Share | None
    basis: tuple[str, ...]


def moved(study: Study, found: Looked) -> list[Moved]:
    """Every outcome that a lever changes, by lever and actor."""
    made = []
    for lever in _touching(study, found):
        after = {b.actor: b for b in shares.scored(scores.boards(study.arrays(combine(study.case, [lever]))))}
        for one in found.boards:
            if one.actor in after:
                made += _moved(lever, found, one, after[one.actor])
    return made


def _touching(study: Study, found: Looked) -> list[m.Patch]:
    """The levers that set a number behind some score, or a score of their own, or change what a plan says."""
    rests_on = {i for one in found.boards for i in found.basis(one, *(o.id for o in one.board.outcomes))}
    return [
        lever
        for lever in sorted(study.case.levers, key=lambda p: p.id)
        if lever.clauses or any(name in rests_on or ".score" in name for name in lever.set)
    ]


def _moved(lever: m.Patch, found: Looked, before: Scored, after: Scored) -> list[Moved]:
    """The outcomes whose score changes; all of them where that of today does, which they are held against."""
    made = []
    today = _change(before, after, TODAY)
    for outcome in before.board.outcomes:
        if outcome.id == BEFORE or not after.board.has(outcome.id):
            continue
        if max(today, _change(before, after, outcome.id)) > LEAST:
            was, now = (float(b.even[b.board.at(outcome.id)].mean()) for b in (before, after))
            better = None if outcome.id == TODAY else shares.than(after, outcome.id, TODAY)
            basis = tuple(sorted({*found.basis(before, outcome.id), *lever.set}))
            made.append(Moved(lever, before.actor, outcome, was, now, better, basis))
    return made


def _change(before: Scored, after: Scored, outcome: str) -> float:
    """The largest change of an outcome's score in any draw, all domains weighed equally."""
    was, now = (b.even[b.board.at(outcome)].mean(axis=1) for b in (before, after))
    return float(np.abs(now - was).max())


def table(found: Looked, rows: list[Moved]) -> Table:
    cells = [
        (
            r.lever.title,
            found.name(r.actor),
            r.outcome.name,
            *cited(r.basis, r.before, r.after, r.after - r.before),
            weightings(r.better) if r.better else "",
            *cited(r.basis, r.better.value if r.better else ""),
        )
        for r in rows
    ]
    columns = (
        Column("lever", "Lever"),
        Column("actor", "For"),
        Column("outcome", "Outcome"),
        Column("before", "Score as stated", "number"),
        Column("after", "Under the lever", "number"),
        Column("change", "Change", "number"),
        Column("under", "Then better than today under"),
        Column("share", "Share of weightings", "share"),
    )
    note = (
        "Domains weighed equally, means over the same draws. How likely a lever makes each outcome is said elsewhere."
    )
    return Table("levers", "What each lever does to the scores", columns, tuple(cells), note)


def note(study: Study, rows: list[Moved]) -> list[str]:
    """Levers that change no score, and how a dossier would say that one does."""
    still = [p.title for p in study.case.levers if p.id not in {r.lever.id for r in rows}]
    if not still:
        return []
    told = count(len(still), "lever").capitalize()
    return [
        f"{told} of the dossier change{'s' if len(still) == 1 else ''} no score "
        f"({listed(sorted(still))}); a lever that sets `CRITERION/OUTCOME.score` would."
    ]
