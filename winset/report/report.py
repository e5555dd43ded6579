"""What a report is made from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from winset.spoken import agreeing, plural

if TYPE_CHECKING:
    from winset.case.model import Case, Figure
    from winset.derive.deal.bench import Bench
    from winset.errors import Problem
    from winset.result import Point, Result


@dataclass(frozen=True)
class Report:
    """What was asked and what came of it.

    `case` is the case as of the date of the report. `settings` has what is needed to make it again (seed, draws, as_of,
    patches, versions, digests): plain values, lists and dicts, no paths and no times of the clock. `history` has the
    Figures of the uncut case, for positions over time; those that became public after the case's date are not shown.
    `warnings`: what the case holds that is dated after its own date. `record`: how forecasts of this kind have done so
    far. `decides`: what a run of `winset robust` found to decide. `lab`: the bench of the plan lab, or why there is
    none in one sentence.
    """

    case: Case
    results: tuple[Result, ...]
    settings: dict[str, Any] = field(default_factory=dict)
    history: tuple[Figure, ...] = ()
    warnings: tuple[Problem, ...] = ()
    record: Result | None = None
    decides: tuple[Point, ...] = ()
    lab: Bench | str = "This report was made without one."

    def __post_init__(self) -> None:
        """Verbs follow the parties: `the Northern Allies are`, not `is`."""
        several = [a.name for a in self.case.actors if plural(a.name)]
        if several:
            say = partial(agreeing, names=several)
            object.__setattr__(self, "results", tuple(r.said(say) for r in self.results))
            object.__setattr__(self, "record", self.record and self.record.said(say))
            object.__setattr__(self, "decides", tuple(replace(p, text=say(p.text)) for p in self.decides))

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every Figure known at the date of the report: those in force, and those that were before."""
        known = {f.id: f for f in self.case.figures}
        for figure in self.history:
            if figure.date is None or figure.date <= self.case.as_of:
                known.setdefault(figure.id, figure)
        return tuple(known.values())
