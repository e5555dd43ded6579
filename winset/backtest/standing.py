"""The case's own questions: forecast on a date, and what became of those whose date has passed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from importlib import metadata
from typing import Any

from winset.arrays import Study
from winset.backtest.questions import Answer, Asked, Past
from winset.backtest.replay import forecasts
from winset.case import model as m
from winset.case.grammar import Value, atoms, parse
from winset.derive.paths import dated_questions, simulated_wars
from winset.derive.paths.acts_on_record import limits
from winset.derive.war import columns as war
from winset.derive.worth.menu import menu
from winset.run import study as study_of
from winset.settings import number, whole

STANCES = {"yes": 0.95, "likely": 0.75, "unlikely": 0.25, "no": 0.05}  # no answer: words of authors, to score them


def asked(study: Study) -> list[dated_questions.Asked]:
    """The chance of every open question of the case, as the futures lens gives it; on acts alone where there is no core."""
    known, paths = study.known, study.fewer(whole("paths.draws"))
    if war.missing(known):
        ends = simulated_wars.never(paths.kept, whole("paths.paths"))
        found = dated_questions.answers(paths.arrays()[0], ends)
        return [a for a in found if a.decided or not a.war]
    sides = (known.war.belligerents[0], known.war.belligerents[1])  # type: ignore[union-attr]
    columns = war.war(paths.arrays()[0], deals=menu(known, sides))
    return dated_questions.answers(paths.arrays()[0], simulated_wars.prepare(paths, columns, number("choice_noise")))


def own(case: m.Case, past: Past, seed: int = 1) -> Iterator[tuple[Asked, Answer]]:
    """The case's questions whose date has passed by its own: asked when they were opened, with what became of them."""
    due = [q for q in case.questions if q.resolve_by <= case.as_of or q.status == "resolved"]
    for day in sorted({max(q.opened, q.as_of) for q in due if max(q.opened, q.as_of) < case.as_of}):
        cut = study_of(case, as_of=day, draws=whole("backtest.draws"), seed=seed)
        said = {a.question.id: a for a in asked(cut) if not a.decided}
        for q in due:
            if max(q.opened, q.as_of) == day:
                model = said[q.id].model if q.id in said else None
                yield _asked(q, day, model), answer(past, q)


def _asked(q: m.Question, day: dt.date, model: float | None) -> Asked:
    return Asked(
        "a question of the case", f"own:{q.id}", q.title, day, q.resolve_by, q.cluster or q.id, q.rule, model, 0.0
    )


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


def entries(case: m.Case, day: dt.date, seed: int = 1) -> list[dict[str, Any]]:
    """What goes into the public record on a date: recurring questions, the case's own, and what the authors of the texts said."""
    made = []

    def put(key: str, title: str, by: dt.date, rule: str, who: str, chance: float, cluster: str) -> None:
        made.append(
            {
                "kind": "forecast",
                "id": f"{key}@{day.isoformat()}@{case.digest[:12]}{'' if who == 'winset' else f'@{who}'}",
                "case": case.id,
                "question": title,
                "rule": rule,
                "by": by.isoformat(),
                "asked": day.isoformat(),
                "cluster": cluster,
                "who": who,
                "chance": round(chance, 6),
                "case_digest": case.digest,
                "seed": seed,
                "version": metadata.version("winset"),
            }
        )

    for a in forecasts(case, day, seed):
        if a.model is not None:
            put(a.key, a.title, a.by, a.rule, "winset", a.model, a.cluster)
    study = study_of(case, as_of=day, draws=whole("backtest.draws"), seed=seed)
    for found in asked(study):
        q = found.question
        if found.model is not None and not found.decided:
            put(f"own:{q.id}", q.title, q.resolve_by, q.rule, "winset", found.model, q.cluster or q.id)
        for said in q.foreseen:
            put(
                f"own:{q.id}",
                q.title,
                q.resolve_by,
                q.rule,
                f"source {said.source}",
                STANCES[said.stance],
                q.cluster or q.id,
            )
    return made
