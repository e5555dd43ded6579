"""The case's own questions: forecast on a date, and what became of those whose date has passed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from winset.arrays import Study
from winset.backtest.questions import Answer, Asked, Past, whole_of
from winset.case import model as m
from winset.case.grammar import Value, atoms, parse, truth
from winset.case.patch import as_of as cut
from winset.derive.paths import dated_questions, simulated_wars
from winset.derive.paths.acts_on_record import Known, Sought, limits
from winset.derive.war import columns as war
from winset.derive.worth.menu import menu
from winset.run import Work
from winset.run import study as study_of
from winset.settings import number, whole

Due = tuple[dt.date, tuple[m.Question, ...]]  # questions as of a date
Chances = dict[str, tuple[float | None, float | None]]
# source: Intelligence Community Directive 203 (2015), middle of each range; `yes` and `no` without a hedge are its
# outermost words
WORDS = {
    "no": 0.03, "almost no chance": 0.03, "very unlikely": 0.125, "unlikely": 0.325, "roughly even chance": 0.5,
    "likely": 0.675, "very likely": 0.875, "almost certain": 0.97, "yes": 0.97,
}  # fmt: skip


def asked(study: Study) -> list[dated_questions.Asked]:
    """The chance of every open question of the case, as the futures lens gives it; where there is no core, on acts
    alone, and of what rests on the war only its base rate."""
    known, paths = study.known, study.fewer(whole("paths.draws"))
    if war.missing(known):
        ends = simulated_wars.never(paths.kept, whole("paths.paths"))
        found = dated_questions.answers(paths.arrays()[0], ends)
        return [a if a.decided or not a.war else replace(a, model=None) for a in found]
    sides = (known.war.belligerents[0], known.war.belligerents[1])  # type: ignore[union-attr]
    columns = war.war(paths.arrays()[0], deals=menu(known, sides))
    return dated_questions.answers(paths.arrays()[0], simulated_wars.prepare(paths, columns, number("choice_noise")))


def own(case: m.Case, past: Past, seed: int = 1, work: Work | None = None) -> Iterator[tuple[Asked, Answer]]:
    """The case's questions whose date has passed by its own: asked when they were opened, with what became of them."""
    due = passed(case)
    for (day, now), said in zip(due, chances(case, due, seed, work)):
        for q in now:
            yield asked_as(case, q, day, said[q.id][0]), answer(past, q)


def passed(case: m.Case) -> list[Due]:
    """The case's questions whose date has passed by its own, by the day on which they were opened."""
    by_day: dict[dt.date, list[m.Question]] = {}
    for q in case.questions:
        opened = max(q.opened, q.as_of)
        if opened < case.as_of and (q.resolve_by <= case.as_of or q.status == "resolved"):
            by_day.setdefault(opened, []).append(q)
    return [(day, tuple(by_day[day])) for day in sorted(by_day)]


def chances(case: m.Case, due: Sequence[Due], seed: int = 1, work: Work | None = None) -> list[Chances]:
    """(model, base rate) of the questions of each date as of it, by id; None where there is none or the record had
    decided it."""
    return whole_of(case, seed, work).each(chances_at, due, f"questions of {case.id}")


def chances_at(study: Study, due: Due) -> Chances:
    """The same for one date (a task)."""
    day, questions = due
    still = tuple(q.model_copy(update={"status": "open", "resolution": None}) for q in questions)
    then = study_of(replace(study.case, questions=still), as_of=day, draws=study.draws, seed=study.seed)
    found = {a.question.id: (a.model, a.base) for a in asked(then) if not a.decided}
    return {q.id: found.get(q.id, (None, None)) for q in questions}


def asked_as(case: m.Case, q: m.Question, day: dt.date, model: float | None) -> Asked:
    """A question of the case in the form of the recurring ones."""
    nothing = nothing_more(case, q, day)
    return Asked(
        "a question of the case",
        f"own:{q.id}",
        q.title,
        day,
        q.resolve_by,
        q.cluster or q.id,
        q.rule,
        model,
        0.0,
        nothing,
    )


def nothing_more(case: m.Case, q: m.Question, day: dt.date) -> float:
    """1 if the rule holds when nothing is added to what was on record on a day and series stay at their last value,
    else 0."""
    return float(truth(parse(q.rule), _Still(Known(cut(case, day))), q.opened + dt.timedelta(1)) == 1)


@dataclass(frozen=True)
class _Still:
    """A record that ends on its day and to which nothing is added."""

    known: Known

    def count(
        self, kind: str, source: str, target: str, start: dt.date | None, end: dt.date, place: str = "",
        either: bool = False
    ) -> float:  # fmt: skip
        return float(len(self.known.matching(Sought(kind, source, target, place, either), start, end)))

    def value(self, series: str, on: dt.date) -> float | None:
        return self.known.held(series, on)


def answer(past: Past, q: m.Question) -> Answer:
    """What the dossier says of a question: its own resolution, else what its rule gives on the whole record."""
    if q.status == "resolved" and q.resolution:
        return Answer(q.resolution, f"as resolved on {q.resolved_on}")
    rule, opened = parse(q.rule), q.opened + dt.timedelta(1)
    truth, by = past.record.decided(rule, opened)
    last = max(a.on if isinstance(a, Value) else limits(a, opened)[1] for a in atoms(rule))
    if truth == 1 or (truth == 0 and past.closed(max(last, q.resolve_by))):
        return Answer("yes" if truth == 1 else "no", by)
    if truth == 0:
        return Answer("pending", "the days of grace are not over")
    return Answer("pending" if not past.closed(last) else "void", "the record does not settle it")
