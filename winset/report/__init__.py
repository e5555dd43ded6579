"""A report of what the lenses say about one case: for a terminal, as JSON, or as one HTML file.

The report holds no lens's own code: it renders any `Result` through its sections, findings, tables and charts. Axes,
words and units come from the Result; names come from the case. Nothing heavy is imported before it is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from winset.report.report import Report as Report

if TYPE_CHECKING:
    from rich.console import Console

    from winset.arrays import Study
    from winset.result import Result


def report_of(study: Study, results: Sequence[Result]) -> Report:
    """What lenses said about a study, ready to be written; with all that is needed to make it again."""
    from winset.case.later import later
    from winset.run import lab_of, settings

    return Report(
        case=study.known,
        results=tuple(results),
        settings=settings(study, results),
        history=study.case.figures,
        warnings=later(study.case),
        lab=lab_of(study, results),
    )


def to_text(report: Report, *, width: int = 100, height: int = 0, where: str = "") -> str:
    """The brief as plain text, of at most two screens of `height` lines (0: whole); `where` says where the report
    is."""
    from winset.report.text import as_text

    return as_text(report, width=width, height=height, where=where)


def to_markdown(report: Report) -> str:
    """The brief, one page, as Markdown."""
    from winset.report.brief import as_markdown, brief

    return as_markdown(brief(report))


def show(report: Report, console: Console, *, where: str = "") -> None:
    """Print the brief to a rich Console: on a terminal within two screens, else whole."""
    from winset.report.text import print_to

    print_to(report, console, where=where)


def to_json(report: Report) -> str:
    """The report as canonical JSON: the same seed gives the same bytes."""
    from winset.report.plain_json import as_json

    return as_json(report)


def to_html(report: Report, result: str = "") -> str:
    """The report as one HTML file that needs no network and no script to be read.

    result: the text of the result.json that is to stand beside it; the page carries its digest.
    """
    from winset.report.html import as_html

    return as_html(report, result)


def to_data(report: Report) -> dict[str, bytes]:
    """Every table as CSV and Parquet with a data dictionary: files by name (see `winset.report.data`)."""
    from winset.report.data import as_data

    return as_data(report)
