"""What is kept of a page: drawings, made while other lenses are still at work, and the files of a report, whole."""

from __future__ import annotations

import hashlib
import pickle
import zlib
from contextlib import suppress
from importlib import metadata

from winset.arrays import Study
from winset.report import charts, to_html, to_json
from winset.report.case_chapters import case_chapters
from winset.report.chapters import chapter
from winset.report.report import Report
from winset.result import Lens
from winset.run import Work, answer
from winset.run.keys import code, digest
from winset.run.store import Shelf, packed, unpacked

LIBRARIES = ("jinja2", "markupsafe", "vl-convert-python")  # of the page


def draw(study: Study, lens: Lens) -> None:
    """Draws what the chapter of a lens shows (a task); the drawings stay on the shelf of the study's work."""
    assert isinstance(study.work, Work)
    with charts.kept(study.work.shelf):
        chapter(study.work.after.each(study, answer, [lens], lens.name)[0])


def draw_case(study: Study, _: object = ()) -> None:
    """Draws what the chapters on the case show (a task), as `draw`."""
    assert isinstance(study.work, Work)
    with charts.kept(study.work.shelf):
        case_chapters(Report(case=study.known, results=(), history=study.case.figures))


def text_of(report: Report, shelf: Shelf) -> str:
    """The report as JSON (`to_json`), made once."""
    return _once("json", report, shelf)


def page_of(report: Report, shelf: Shelf, text: str) -> str:
    """The page beside that text (`to_html`), made once."""
    return _once("html", report, shelf, text)


def _once(kind: str, report: Report, shelf: Shelf, text: str = "") -> str:
    lasts = shelf.lasting and report.settings.get("case_digest")  # a run itself makes them once
    key = digest((kind, _known_by(report))) if lasts else ""
    if key and (held := shelf.get(key)) is not None:
        with suppress(ValueError, TypeError, zlib.error):  # else it is of another hand, and made again
            return zlib.decompress(unpacked(held)).decode()
    with charts.kept(shelf):
        made = to_json(report) if kind == "json" else to_html(report, text)
    if key:
        shelf.put(key, packed(zlib.compress(made.encode(), 1)))
    return made


def _known_by(report: Report) -> str:
    """What the files of a report are known by: what the lenses said, the case by its digest, the code and the
    libraries."""
    said = pickle.dumps((report.results, report.record), protocol=5)
    about = report.settings, report.case.as_of, report.warnings, report.decides, report.lab
    versions = tuple(map(metadata.version, LIBRARIES))
    return digest((code("report"), versions, about, hashlib.sha256(said).digest()))
