"""The pages that the browser tests look at: the sample, the same with hostile text or with a number that rests on
many Figures, and both dossiers."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.cases import NAMES, looks, study
from tests.report import sample
from winset.report import Report, report_of, to_html


@cache
def report(name: str) -> Report:
    """What all lenses say about a dossier, in few draws."""
    return report_of(study(name), looks(name))


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


def resize(page, width: int) -> None:
    """Make the window so wide, and wait until the page has been laid out and painted for it."""
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))")
