"""`import winset`: light, complete, and results that become frames and show themselves."""

from __future__ import annotations

import ast
import datetime as dt
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

import winset
from winset import notebook
from winset.errors import SettingError
from winset.report import to_json
from winset.result import Cited, Column, Finding, Result, Table
from winset.run import look, settings

ROOT = Path(winset.__file__).parents[1]
HEAVY = (
    "numpy",
    "scipy",
    "numba",
    "polars",
    "pydantic",
    "ruamel",
    "yaml",
    "click",
    "rich",
    "jinja2",
    "altair",
    "dataclasses",
)


def table(**changed) -> Table:
    made = {
        "key": "odds",
        "title": "Who <signs>",
        "columns": (
            Column("plan", "Plan"),
            Column("on", "Date", "date"),
            Column("share", "Signs", "share"),
            Column("months", "Months", "number", "months"),
            Column("ends", "Ends", "date"),
        ),
        "rows": (
            ("a | b", "2024-05-14", Cited(0.423, ("north.no_deal",)), 1234.5, "2024-06-01"),
            ("<script>", "", "", "never", "open"),
        ),
        "note": "Shares & draws.",
    }
    return Table(**(made | changed))


def test_importing_winset_imports_nothing_heavy():
    code = f"import sys, winset; print([m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_every_name_offered_is_there_and_no_other():
    assert set(winset.__all__) <= set(dir(winset))
    for name in winset.__all__:
        assert getattr(winset, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'weather'"):
        _ = winset.weather


def test_a_type_checker_sees_the_same_names():
    tree = ast.parse((ROOT / "winset" / "__init__.py").read_text(encoding="utf-8"))
    guarded = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {alias.name for node in guarded.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert seen == set(winset.__all__)
    assert (ROOT / "winset" / "py.typed").exists()


def test_a_frame_has_types_by_kind():
    frame = table().frame()
    assert dict(frame.schema) == {
        "plan": pl.String(),
        "on": pl.Date(),
        "share": pl.Float64(),
        "months": pl.String(),  # a word stands among the numbers
        "ends": pl.String(),
    }
    assert frame["on"].to_list() == [dt.date(2024, 5, 14), None]
    assert frame["share"].to_list() == [0.423, None]
    assert frame["months"].to_list() == ["1234.5", "never"]
    assert table().basis("share") == [("north.no_deal",), ()]
    assert table(rows=()).frame().shape == (0, 5)


class Reader(HTMLParser):
    """The tags of a page and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def test_html_is_escaped_and_can_be_read_aloud():
    read = Reader(table()._repr_html_())
    names = [tag for tag, _ in read.tags]
    assert not read.open and "script" not in names
    assert read.words[0] == "Who <signs>" and names[:2] == ["table", "caption"]
    scopes = [attrs["scope"] for tag, attrs in read.tags if tag == "th"]
    assert scopes == ["col"] * 5 + ["row"] * 2
    assert {"42%", "1,234", "never", "<script>", "Shares & draws.", "Months (months)"} <= set(read.words)


def test_markdown_keeps_the_columns_of_a_cell_with_a_bar():
    lines = table()._repr_markdown_().splitlines()
    rows = [line for line in lines if line.startswith("| ")]
    assert rows[1].startswith("| a \\| b |")
    assert {line.replace("\\|", "").count("|") for line in rows} == {6}


@pytest.mark.parametrize("sign, said", [("\u202e", ""), ("\x1b[31m", "")])
def test_marks_that_a_screen_obeys_are_left_out(sign, said):
    assert notebook.cell(f"a{sign}b") == f"a{said}b"


@pytest.mark.parametrize(
    "value, kind, said",
    [
        (0, "share", "0%"),
        (1, "share", "100%"),
        (0.9999, "share", ">99%"),
        (-0.12, "share", "−12%"),
        (-3.21, "number", "−3.21"),
        (0.0, "number", "0"),
        (2, "number", "2"),
        (float("inf"), "number", "–"),
        (1e-12, "number", "0.00000000000100"),
    ],
)
def test_numbers_in_words(value, kind, said):
    assert notebook.cell(value, kind) == said


def test_a_result_shows_its_answer_and_what_can_be_asked_of_it():
    found = (
        Finding(key="p", sentence="Half <sign>.", value=0.5, low=0.4, high=0.6, unit="share of draws"),
        Finding(key="who", sentence="North.", value="north"),
    )
    result = Result(lens="x", question="Why & how?", answer=("Because.",), findings=found, tables=(table(),))
    assert result.frame()["value"].to_list() == [0.5, None]
    assert result.frame("odds").equals(table().frame())
    with pytest.raises(SettingError, match="no table 'evens'; it has odds"):
        result.frame("evens")
    read = Reader(result._repr_html_())
    assert {"Why & how?", "Because.", "Half <sign>.", "odds"} <= set(read.words)
    assert result._repr_markdown_() == "### Why & how?\n\nBecause.\n"


def test_looking_from_python_is_what_the_command_line_reports():
    case = winset.load(ROOT / "cases" / "harbour")
    study = winset.study(case, draws=64)
    report = winset.report.report_of(study, [study.look("ledger")])
    assert report.results == look(study, ["ledger"])
    assert report.settings == settings(study, report.results)
    assert to_json(report) == to_json(winset.report.report_of(winset.study(case, draws=64), report.results))
    with pytest.raises(SettingError, match="unknown lens 'weather'"):
        study.look("weather")
    with pytest.raises(SettingError, match=r"settlement has no setting colour; it has .*exact"):
        study.look("settlement", colour="red")
    assert study.look("settlement", exact=False, readings=False).table("odds").rows
    assert isinstance(study, winset.Study) and type(study.before) is type(study)
