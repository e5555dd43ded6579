"""The pages that the browser tests look at: the sample, the same with hostile text or with a number that rests on
many Figures, and both dossiers."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.cases import NAMES, case
from tests.report import sample
from winset import run
from winset.report import Report, report_of, to_html

DRAWS = 24  # the page is the same for any number


@cache
def report(name: str) -> Report:
    """What all lenses say about a dossier, in few draws."""
    study = run.study(case(name), draws=DRAWS)
    return report_of(study, run.look(study))


def text_of(name: str) -> str:
    """A page by its name: `plain`, `hostile`, `many`, or a dossier's."""
    if name in NAMES:
        return to_html(report(name))
    return to_html(sample.many()) if name == "many" else sample.page(sample.HOSTILE if name == "hostile" else "")


def write(folder: Path, *names: str) -> Path:
    """The pages of these names as files of a folder."""
    for name in names:
        (folder / f"{name}.html").write_text(text_of(name), encoding="utf-8")
    return folder
