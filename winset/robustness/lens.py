"""robustness: which assumption decides, over everything at once?

It asks a study as a lens does (`study.look(Robust())`), but wraps what the lenses measure: the headlines of
settlement, of endurance the exhaustion and of futures the end of the fighting within a year, under every set of
assumptions of a design, with one number or two changed, and as far as the draws tell what it would be worth to know a
number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.result import Result, nothing
from winset.robustness import forecasts as forecasting
from winset.robustness import known as finding_out
from winset.robustness import words
from winset.robustness.changes import base, moved
from winset.robustness.headlines import Headline, Values, families, lacks, looked_at, shares
from winset.robustness.known import Known, Rule
from winset.robustness.multiverse import design, multiverse, universe
from winset.robustness.tables import Parts
from winset.settings import whole


@dataclass(frozen=True)
class Robust:
    """What everything that was assumed does to the headlines."""

    name = "robust"
    question = "Which assumption decides?"
    reads = ("positions", "war", "questions")
    sources = (
        "steegen2016",
        "sobol1993",
        "jansen1999",
        "saltelli2010",
        "friedman1999",
        "bryant2010",
        "brier1950",
        "westfall1993",
    )
    assumes = (
        (
            "A changed number is known in every draw and nothing else moves with it; the draws stay as the "
            "record left them."
        ),
        "What going on is worth stays that of the case as stated, unless the number is one of the war itself.",
        (
            "The design of the multiverse is a choice: its universes are not equally likely, and their number "
            "says nothing of chance."
        ),
    )

    def lacks(self, case: m.Case) -> list[str]:
        """What would have to be there for any headline; nothing where one can be put to the test."""
        missing = lacks(case)
        return [] if families(case) else sorted({x for own in missing.values() for x in own})

    def parts(self, study: Study) -> list[tuple[Study, Any, Any]]:
        """(study, function, item) of what `look` will ask for and can be answered apart."""
        if self.lacks(study.known):
            return []
        one = in_one(study)
        asked: list[tuple[Any, Any]] = [(looked, ()), *((base, family) for family in families(study.known))]
        if any(q.status == "open" for q in study.known.questions):
            asked.append((forecasting.asked, ()))
        return [(one, function, item) for function, item in [*asked, *((universe, u) for u in design(one))]]

    def look(self, study: Study) -> Result:
        """The result. A case without a headline to test gets `nothing can be said`, and what to add."""
        if missing := self.lacks(study.known):
            return nothing(self, missing)
        one = in_one(study)
        ((every, values),) = one.each(looked, [()], "headlines")
        arrays = one.arrays()[0]
        found = _known(study, arrays, every, values)
        moving = moved(one, every, found)
        parts = Parts(
            case=study.known,
            headlines=every,
            shares=shares(values),
            draws=arrays.draws,
            universes=multiverse(one),
            tips=moving.tips,
            pairs=moving.pairs,
            known=found,
            totals=moving.totals,
            reached=moving.reached,
            rules=_rules(arrays, every, values),
            forecasts=forecasting.forecasts(one),
            lacks={k: v for k, v in lacks(study.known).items() if v},
            moved_draws=min(arrays.draws, whole("robust.draws")),
        )
        return words.result(self, parts, {"draws": study.kept, "seed": study.seed})


def in_one(study: Study) -> Study:
    """The study in one slice."""
    if len(study.lucks) == 1:
        return study
    return study.anew(chunk=study.draws, pool={})


def looked(study: Study, _: object = ()) -> tuple[tuple[Headline, ...], Values]:
    """The headlines, and each in every draw (a task)."""
    return looked_at(study.arrays()[0])


def _known(study: Study, arrays: Arrays, every: tuple[Headline, ...], values: Values) -> Known:
    names = {i for h in every for i in h.basis}
    columns = finding_out.columns_of(arrays, sorted(names), lines="deals" in families(study.known))
    return finding_out.known(columns, every, values, study.seed)


def _rules(arrays: Arrays, every: tuple[Headline, ...], values: Values) -> list[Rule]:
    made = []
    for one in (h for h in every if h.chief):
        columns = finding_out.columns_of(arrays, one.basis, lines=one.family != "war")
        if rule := finding_out.rule(columns, one, values[one.key]):
            made.append(rule)
    return made
