"""The files of a report are found again whole, as long as nothing that they show has changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.report.sample import report as sample
from winset.case.load import load
from winset.errors import Problem
from winset.report import Report, charts, kept, to_html, to_json
from winset.report.case_chapters import case_chapters
from winset.report.chapters import chapter
from winset.result import Point
from winset.run import Task, Work, answer, asked_of, look, study
from winset.run.store import Memory


class Lasting(Memory):
    """A shelf that is there for the next run too."""

    lasting = True


def made() -> Report:
    return replace(sample(), settings={**sample().settings, "case_digest": "abc"})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    calls: list[str] = []
    monkeypatch.setattr(kept, "to_json", lambda report: (calls.append("json"), to_json(report))[1])
    monkeypatch.setattr(kept, "to_html", lambda report, text: (calls.append("html"), to_html(report, text))[1])
    return calls


def test_files_are_made_once_and_are_those_that_are_made(asked: list[str]) -> None:
    shelf, report = Lasting(), made()
    text = to_json(report)
    for _ in range(2):
        assert kept.text_of(made(), shelf) == text and kept.page_of(made(), shelf, text) == to_html(report, text)
    assert asked == ["json", "html"]


CHANGES = {
    "results": lambda r: {"results": (replace(r.results[0], answer=("Another answer.",)), *r.results[1:])},
    "settings": lambda r: {"settings": {**r.settings, "seed": 2}},
    "case": lambda r: {"settings": {**r.settings, "case_digest": "abd"}},
    "date": lambda r: {"case": replace(r.case, as_of=r.case.as_of - dt.timedelta(1))},
    "warnings": lambda r: {"warnings": (Problem("case.yaml", 1, "is dated later", "look"),)},
    "record": lambda r: {"record": r.results[0]},
    "decides": lambda r: {"decides": (Point("decides", "One number decides."),)},
    "lab": lambda r: {"lab": "There is no lab."},
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_is_shown_has_them_made_anew(change: str, asked: list[str]) -> None:
    shelf, report = Lasting(), made()
    kept.text_of(report, shelf)
    other = replace(report, **CHANGES[change](report))
    assert kept.text_of(other, shelf) == to_json(other) and asked == ["json", "json"]


def test_every_part_of_a_report_is_looked_at() -> None:
    """The case and its history are known by the digest among the settings."""
    known = {"results", "settings", "case", "warnings", "record", "decides", "lab", "history"}
    assert set(Report.__dataclass_fields__) == known


@pytest.mark.parametrize(("shelf", "settings"), [(Lasting(), {}), (Memory(), made().settings)])
def test_without_a_digest_or_for_this_run_alone_none_is_kept(
    shelf: Memory, settings: dict[str, object], asked: list[str]
) -> None:
    for _ in range(2):
        kept.text_of(replace(made(), settings=settings), shelf)
    assert asked == ["json", "json"] and not shelf.held


def test_what_the_chapters_on_the_case_show_is_drawn_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work()
    asked = study(load("cases/harbour"), draws=1, work=work)
    kept.draw_case(asked)
    monkeypatch.setattr(charts.vl_convert, "vegalite_to_svg", lambda *_, **__: pytest.fail("drawn twice"))
    with charts.kept(work.shelf):
        chapters = case_chapters(Report(case=asked.known, results=sample().results, history=asked.case.figures))
    assert any(chapter.beside for chapter in chapters)


def test_a_lens_that_has_parts_is_drawn_where_it_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked once, and says what it says when it is asked plainly."""
    case, (one,), looks = load("cases/harbour"), asked_of(["settlement"], exact=False), list[str]()
    plain, asks = one.look(study(case, draws=4)), type(one).look
    monkeypatch.setattr(type(one), "look", lambda self, study: (looks.append(self.name), asks(self, study))[1])
    work = Work()
    asked = study(case, draws=4, work=work)
    assert hasattr(one, "parts")
    assert look(asked, ["settlement"], then=[Task(asked, kept.draw, one)], exact=False) == (plain,)
    assert looks == ["settlement"]
    monkeypatch.setattr(charts.vl_convert, "vegalite_to_svg", lambda *_, **__: pytest.fail("drawn twice"))
    with charts.kept(work.shelf):
        chapter(plain)


def test_for_its_drawings_a_lens_is_asked_where_what_is_kept_is_found() -> None:
    class Far:
        finds = False

        def __call__(self, tasks: object, shelf: object) -> None:
            pytest.fail("asked of hands that find nothing")

    (one,) = asked_of(["endurance"])
    asked = study(load("cases/harbour"), draws=1, work=Work(hands=Far()))  # type: ignore[arg-type]
    kept.draw(asked, one)
    assert asked.work.has(Task(asked, answer, one))  # type: ignore[union-attr]
