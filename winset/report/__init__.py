"""A report of what the lenses say about one case: for a terminal, as JSON, or as one HTML file.

The report holds no lens's own code: it renders any `Result` through its sections, findings, tables and charts. Axes,
words and units come from the Result; names come from the case. Nothing heavy is imported before it is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from winset.case.model import Case, Figure
    from winset.errors import Problem
    from winset.result import Result


@dataclass(frozen=True)
class Report:
    """What was asked and what came of it.

    `case` is the case as of the date of the report. `settings` has what is needed to make it again (seed, draws, as_of,
    patches, versions, digests): plain values, lists and dicts, no paths and no times of the clock. `history` has the
    Figures of the uncut case, for positions over time; those that became public after the case's date are not shown.
    `warnings`: what the case holds that is dated after its own date.
    """

    case: Case
    results: tuple[Result, ...]
    settings: dict[str, Any] = field(default_factory=dict)
    history: tuple[Figure, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every Figure known at the date of the report: those in force, and those that were before."""
        known = {f.id: f for f in self.case.figures}
        for figure in self.history:
            if figure.date is None or figure.date <= self.case.as_of:
                known.setdefault(figure.id, figure)
        return tuple(known.values())


def to_text(report: Report, *, width: int = 100, height: int = 40, where: str = "") -> str:
    """The answer as plain text of at most `height` lines; `where` says where the full report is."""
    from winset.report.text import as_text

    return as_text(report, width=width, height=height, where=where)


def show(report: Report, console: Console, *, where: str = "") -> None:
    """Print the answer to a rich Console, within its size."""
    from winset.report.text import print_to

    print_to(report, console, where=where)


def to_json(report: Report) -> str:
    """The report as canonical JSON: the same seed gives the same bytes."""
    from winset.report.plain_json import as_json

    return as_json(report)


def to_html(report: Report) -> str:
    """The report as one HTML file that needs no network and no script to be read."""
    from winset.report.html import as_html

    return as_html(report)
