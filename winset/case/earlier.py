"""Dates before a case's own at which it cannot be asked: scales and criteria that measure nothing by the Figures of the
day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from winset.case import model as m
from winset.case.check_scales import exchanged, upside_down
from winset.case.patch import as_of
from winset.errors import Problem


def earlier(case: m.Case) -> tuple[Problem, ...]:
    """A warning for every scale and criterion whose two ends are equal or exchanged at an earlier date, with the first
    and the last of the dates from which that holds. A run `--as-of` such a date is refused.

    What is in force changes on the dates of Figures alone, so that these are all the dates there are to look at.
    """
    days = sorted({f.date for f in case.figures if f.date is not None and f.date < case.as_of})
    found: dict[tuple[str, str], list[dt.date]] = {}
    for day in days:
        for file, what in _faults(as_of(case, day)):
            found.setdefault((file, what), []).append(day)
    return tuple(
        Problem(
            file,
            None,
            f"{what}, by the Figures of {at[0]}{f' to {at[-1]}' if at[1:] else ''}",
            "a run as of such a date is refused: date the Figures of both ends alike, or ask as of another date",
        )
        for (file, what), at in found.items()
    )


def _faults(known: m.Case) -> Iterator[tuple[str, str]]:
    yield from (("case.yaml", what) for _, what in upside_down(known))
    yield from (("criteria.yaml", what) for _, what in exchanged(known))
