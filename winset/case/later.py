"""What a case holds that is dated after its own date: answers leave it out, which its writer may not mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from winset.case import model as m
from winset.errors import Problem

REMEDY = "move `as_of` in case.yaml, mend the date, or leave it for a later edition"


def later(case: m.Case) -> tuple[Problem, ...]:
    """A warning for every plan, event, source, Figure, response or item of evidence dated after `case.as_of`.

    A source counts by the first day on which it can have been published.
    """
    return tuple(
        Problem(file, line, f"{what} is dated {date}, after the case's own date {case.as_of}", REMEDY)
        for file, line, what, date in _dated(case)
        if date is not None and date > case.as_of
    )


def _dated(case: m.Case) -> Iterator[tuple[str, int | None, str, dt.date | None]]:
    for plan in case.plans:
        yield "plans.yaml", None, f"the plan {plan.id}", plan.date if plan.public is None else plan.public
        for response in plan.responses:
            yield "plans.yaml", None, f"the response of {response.actor} to {plan.id}", response.date
    for event in case.events:
        yield "events.csv", None, f"the event {event.id}", event.known
    for source in case.sources:
        yield "sources.yaml", None, f"the source {source.id}", source.published_from
    for item in case.evidence:
        if item.kind != "elicited":  # an elicited item is dated by its Figure
            yield "evidence.csv", None, f"the act {item.id}", item.date
    for figure in case.figures:
        yield *figure.where, f"the Figure {figure.id}", figure.date
