from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from tests.report import sample
from winset.report import show, to_text
from winset.result import Column, Table


@pytest.mark.parametrize("width,height", [(80, 24), (100, 40), (120, 30)])
@pytest.mark.parametrize("results", [1, 3, 9])
@pytest.mark.parametrize("text", ["", sample.HOSTILE])
def test_it_fits_one_screen(width, height, results, text):
    lines = to_text(sample.report(text, results), width=width, height=height, where="report.html").splitlines()
    if not text:
        assert len(lines) < height
    assert max(map(len, lines)) <= width
    assert lines[-1] == "Full report: report.html"


def test_verdict_first_then_the_first_table_then_where():
    text = to_text(sample.report(), where="out/report.html")
    order = [
        "The tolls, as known on 10 Apr 2024",
        "One of the two drafts would pass.",
        "The North decides.",
        "Who accepts",
        "First draft",
        "Full report: out/report.html",
    ]
    at = [text.index(part) for part in order]
    assert at == sorted(at)
    assert "8%" in text and "92%" not in text.split("Full report")[0].split("8%")[0]


def test_a_matrix_is_shown_with_a_column_for_each_party():
    line = next(x for x in to_text(sample.report()).splitlines() if x.startswith("Second draft"))
    assert line.split() == ["Second", "draft", "58%", "75%"]


def test_case_text_is_not_obeyed_by_the_terminal():
    out = io.StringIO()
    show(
        sample.report(sample.HOSTILE), Console(file=out, width=100, height=200, color_system=None, force_terminal=False)
    )
    assert "[bold]" in out.getvalue() and "\x1b" not in out.getvalue() and "\u202e" not in out.getvalue()


def test_a_long_table_says_what_it_left_out():
    report = sample.report()
    table = Table(
        "odds",
        "Odds",
        (Column("p", "Plan"), Column("v", "Share", "share")),
        tuple((f"plan {i}", i / 100) for i in range(60)),
    )
    made = replace(report.results[0], tables=(table, *report.results[0].tables[1:]), charts=())
    sections = (replace(made.sections[0], show=("odds",)),)
    text = to_text(replace(report, results=(replace(made, sections=sections),)), height=24)
    shown = sum(line.startswith("plan ") for line in text.splitlines())
    assert 5 < shown < 24 and f"… and {60 - shown} more rows" in text and len(text.splitlines()) < 24


def test_equal_neighbours_are_written_once():
    report = sample.report()
    sections = (replace(report.results[0].sections[0], show=("gains",)),)
    text = to_text(replace(report, results=(replace(report.results[0], sections=sections),)))
    assert text.count("tolls ") == 1 and "−0.125" in text and "0.250" in text


def test_of_many_answers_the_first_sentences_are_shown():
    text = to_text(sample.report(results=3), height=16)
    assert text.count("One of the two drafts would pass.") == 3 and text.count("The North decides.") < 3
    assert "more questions" in to_text(sample.report(results=9), height=20)
