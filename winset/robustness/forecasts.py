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
from winset.robustness.known import Known, columns_of, known
from winset.settings import whole

FAMILY = "question"


def forecasts(study: Study) -> Known | None:
    """What knowing each number would do to each open question that the record leaves open; None where there is none."""
    if not any(q.status == "open" for q in study.known.questions):
        return None
    ((every, values),) = study.each(asked, [()], "forecasts")
    if not every:
        return None
    names, few = sorted({i for h in every for i in h.basis}), study.fewer(whole("paths.draws"))
    return known(columns_of(few.arrays()[0], names, lines=False), every, values, study.seed)


def asked(study: Study, _: object = ()) -> tuple[tuple[Headline, ...], Values]:
    """The questions, and the chance of each in every draw (a task)."""
    few = study.fewer(whole("paths.draws"))
    arrays = few.arrays()[0]
    with reading() as seen:
        ends = _ends(few)
    paths, simulated = dated.Paths(arrays, ends), not columns.missing(few.known)
    every: list[Headline] = []
    values: Values = {}
    for question in sorted(few.known.questions, key=lambda q: q.id):
        found = dated.ask(paths, question) if question.status == "open" else None
        if found is None or found.model is None or found.decided or (found.war and not simulated):
            continue
        yes = dated.holds(paths, question)
        basis = tuple(sorted({*found.basis, *(seen if found.war else ())}))
        every.append(Headline(f"question.{question.id}", FAMILY, question.title, True, basis))
        values[f"question.{question.id}"] = np.bincount(ends.draw, yes) / np.bincount(ends.draw)
    return tuple(every), values


def _ends(few: Study) -> wars.Ends:
    """The ends of the simulated wars; where the case has no war core, of wars that do not end."""
    if columns.missing(few.known):
        return wars.never(few.kept, whole("paths.paths"))
    return wars.prepare(few, columns.war(few.arrays()[0]))
