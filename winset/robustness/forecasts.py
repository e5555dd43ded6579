"""The dated questions of a case as forecasts: what knowing one number would do to the score of each.

A question's chance in a draw is the share of the paths of that draw (`derive.paths`) on which it resolves yes.
"""

from __future__ import annotations

import numpy as np

from winset.arrays import Study
from winset.derive.paths import dated_questions as dated
from winset.derive.paths import simulated_wars as wars
from winset.derive.war import columns
from winset.reads import reading
from winset.robustness.headlines import Headline, Values
from winset.robustness.kept import NONE, Kept
from winset.robustness.known import Known, columns_of, known
from winset.settings import whole

FAMILY = "question"


def forecasts(study: Study, done: Kept = NONE) -> Known | None:
    """What knowing each number would do to each open question that the record leaves open; None where there is none."""
    few = study.fewer(whole("paths.draws"))
    if not any(q.status == "open" for q in study.known.questions):
        return None

    told, held = done(lambda: _asked(few), "forecasts")
    if not told:
        return None
    every = tuple(Headline(key, FAMILY, title, True, tuple(basis)) for key, title, basis in told)
    values: Values = {key: np.array(column) for key, column in held.items()}
    names = sorted({i for h in every for i in h.basis})
    return known(columns_of(few.arrays()[0], names, lines=False), every, values, study.seed)


def _asked(few: Study) -> tuple[list[list[object]], dict[str, list[float]]]:
    """(key, title, basis) of the questions, and the chance of each in every draw."""
    arrays = few.arrays()[0]
    with reading() as seen:
        ends = _ends(few)
    paths, simulated = dated.Paths(arrays, ends), not columns.missing(few.known)
    told: list[list[object]] = []
    held: dict[str, list[float]] = {}
    for question in sorted(few.known.questions, key=lambda q: q.id):
        asked = dated.ask(paths, question) if question.status == "open" else None
        if asked is None or asked.model is None or asked.decided or (asked.war and not simulated):
            continue
        yes = dated.holds(paths, question)
        basis = sorted({*asked.basis, *(seen if asked.war else ())})
        told.append([f"question.{question.id}", question.title, basis])
        held[f"question.{question.id}"] = (np.bincount(ends.draw, yes) / np.bincount(ends.draw)).tolist()
    return told, held


def _ends(few: Study) -> wars.Ends:
    """The ends of the simulated wars; where the case has no war core, of wars that do not end."""
    if columns.missing(few.known):
        return wars.never(few.kept, whole("paths.paths"))
    return wars.prepare(few, columns.war(few.arrays()[0]))
