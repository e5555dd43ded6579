from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from tests.report import sample
from winset.report import show, to_text
from winset.report.brief import brief


@pytest.mark.parametrize("width,height", [(60, 24), (80, 24), (100, 40), (120, 30)])
@pytest.mark.parametrize("results", [1, 3, 9])
@pytest.mark.parametrize("text", ["", sample.HOSTILE])
def test_it_fits_two_screens(width, height, results, text):
    lines = to_text(sample.report(text, results), width=width, height=height, where="report.html").splitlines()
    if not text:
        assert len(lines) <= 2 * height
    assert max(map(len, lines)) <= width
    assert lines[-1] == "Full report: report.html"


def test_the_parts_in_their_order_then_where():
    text = to_text(sample.report(), where="out/report.html")
    order = [
        "The tolls, as known on 10 Apr 2024",
        "One of the two drafts passes in about half",
        "Who signs, who ratifies, what passes",
        "First draft",
        "What stops the closest plan",
        "What may come next",
        "No lever is seen to change it.",
        "What this rests on",
        "Full report: out/report.html",
    ]
    at = [text.index(part) for part in order]
    assert at == sorted(at)


def test_a_matrix_has_a_word_and_a_number_in_every_cell():
    line = next(x for x in to_text(sample.report()).splitlines() if x.startswith("Second draft"))
    assert line.split() == ["Second", "draft", "likely", "58%", "likely", "75%"]


def test_where_it_is_not_a_terminal_it_is_whole():
    report = sample.report()
    out = io.StringIO()
    show(report, Console(file=out, width=100, height=5, color_system=None, force_terminal=False))
    assert all(p.text in " ".join(out.getvalue().split()) for s in brief(report).sections for p in s.points)


def test_on_a_small_terminal_the_verdict_stays():
    text = to_text(sample.report(results=9), height=6)
    assert "One of the two drafts passes" in text and len(text.splitlines()) <= 24


def test_case_text_is_not_obeyed_by_the_terminal():
    out = io.StringIO()
    show(
        sample.report(sample.HOSTILE), Console(file=out, width=100, height=200, color_system=None, force_terminal=False)
    )
    assert "[bold]" in out.getvalue() and "\x1b" not in out.getvalue() and "\u202e" not in out.getvalue()


def test_a_changed_model_is_said_before_the_answer():
    report = sample.report()
    changed = replace(report, settings={**report.settings, "model": {"choice_noise": {"value": 0.1, "set": True}}})
    assert to_text(changed).startswith("Not with the usual numbers of the model: choice_noise 0.1.")
