"""Do the dates of a case run forwards? One that became public before it happened would let a run as of a date know too
early."""

from __future__ import annotations

import datetime as dt
from typing import Any

from winset.case import model as m
from winset.case.checker import Checker
from winset.case.grammar import Happens, atoms, parse


def check_dates(checker: Checker) -> None:
    """Add a Problem for every pair of dates that stand the wrong way round."""
    case = checker.case

    def order(
        file: str, path: Any, whose: str, first: tuple[str, dt.date | None], last: tuple[str, dt.date | None]
    ) -> None:
        (one, before), (other, after) = first, last
        if before is not None and after is not None and after < before:
            what = f"{whose}: `{other}` {after} lies before `{one}` {before}"
            checker.say(file, path if isinstance(path, int) else (*path, other), what, "mend one of the two dates")

    if case.war:
        order("case.yaml", ("war", "began"), "the war", ("began", case.war.began), ("as_of", case.as_of))
    for i, actor in enumerate(case.actors):
        order("case.yaml", ("actors", i), actor.id, ("since", actor.since), ("until", actor.until))
    for i, source in enumerate(case.sources):
        span = ("published_from", source.published_from), ("published_to", source.published_to)
        order("sources.yaml", ("sources", i), source.id, *span)
    for i, plan in enumerate(case.plans):
        path, dated = ("plans", i), ("date", plan.date)
        order("plans.yaml", path, plan.id, dated, ("public", plan.public))
        for j, response in enumerate(plan.responses):
            told = f"the answer of {response.actor} to {plan.id}"
            order("plans.yaml", (*path, "responses", j), told, ("date of the plan", plan.date), ("date", response.date))
        if plan.follows in case.plan:
            order("plans.yaml", path, plan.id, (f"date of {plan.follows}", case.plan[plan.follows].date), dated)
    for row, channel in _lines(checker, "channels.csv", case.channels):
        order("channels.csv", row, channel.id, ("since", channel.since), ("until", channel.until))
    for row, event in _lines(checker, "events.csv", case.events):
        order("events.csv", row, event.id, ("date", event.date), ("public", event.public))
        if event.kind in ("deadline_set", "deadline_moved"):
            order("events.csv", row, event.id, ("date", event.date), ("due", event.due))
        if event.kind.startswith("deadline_") and event.ref in case.event:
            set_on = (f"date of {event.ref}", case.event[event.ref].date)
            order("events.csv", row, event.id, set_on, ("date", event.date))
    for i, question in enumerate(case.questions):
        _question(checker, ("questions", i), question, order)


def _lines(checker: Checker, file: str, things: tuple[Any, ...]) -> list[tuple[int, Any]]:
    """The things of a table with their lines; of an id that stands twice, the last line."""
    lines = {row.cells["id"]: row.line for row in checker.rows[file]}
    return [(lines[thing.id], thing) for thing in things]


def _question(checker: Checker, path: tuple[Any, ...], question: m.Question, order: Any) -> None:
    file, opened = "questions.yaml", ("opened", question.opened)
    asked = max(("as_of", question.as_of), opened, key=lambda named: named[1])
    order(file, path, question.id, asked, ("resolve_by", question.resolve_by))
    order(file, path, question.id, opened, ("resolved_on", question.resolved_on))
    try:
        terms = atoms(parse(question.rule))
    except ValueError:
        return  # told with the rule
    for term in terms:
        if isinstance(term, Happens):
            order(file, path, f"{question.id}: happens({term.kind}, ...)", opened, ("its date", term.by))
