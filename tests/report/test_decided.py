"""What decides, taken from a run of `winset robust` into the brief of another report."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.report import sample
from winset.errors import SettingError
from winset.report import to_json
from winset.report.brief import brief
from winset.report.decided import decided
from winset.result import Offer, Point


@pytest.fixture
def run(tmp_path):
    report = sample.report()
    points = (
        Point("decides", "The odds that the line is real decide."),
        Point("decides", "Ask the judge.", greyed=True),
    )
    made = replace(report.results[0], lens="robust", offer=Offer(points=(*points, Point("stops", "Other."))))
    (tmp_path / "result.json").write_text(to_json(replace(report, results=(made,))), encoding="utf-8")
    return tmp_path


def test_the_brief_says_what_decides_by_it_and_that_it_does(run):
    report = sample.report()
    told = decided(run, report.case)
    assert [p.greyed for p in told] == [False, True] and "By winset robust" in told[0].text
    section = next(s for s in brief(replace(report, decides=told)).sections if s.key == "decides")
    assert [p.text for p in section.points] == [p.text for p in told]
    assert decided(run / "result.json", report.case) == told


def test_a_run_of_another_case_or_date_is_refused(run):
    case = sample.report().case
    with pytest.raises(SettingError, match="another case or date"):
        decided(run, replace(case, digest="other"))


@pytest.mark.parametrize(
    "text", ["", "[]", '{"results": []}', json.dumps({"results": [{"lens": "robust"}], "case": {}})]
)
def test_what_is_no_such_run_is_refused(tmp_path, text):
    (tmp_path / "result.json").write_text(text)
    with pytest.raises(SettingError, match="no result of winset robust"):
        decided(tmp_path, sample.report().case)
    with pytest.raises(SettingError, match="no result of winset robust"):
        decided(tmp_path / "none", sample.report().case)


def test_without_a_run_the_lenses_say_it():
    report = sample.report()
    own = Offer(points=(Point("decides", "The odds of the judge decide."),))
    made = brief(replace(report, results=(replace(report.results[0], offer=own),)))
    section = next(s for s in made.sections if s.key == "decides")
    assert [p.text for p in section.points] == ["The odds of the judge decide."]


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"results": [{"lens": "robust", "offer": {"points": []}}], "case": "x"}']
)
def test_what_is_no_result_is_refused_in_words(run, text):
    (run / "result.json").write_text(text, encoding="utf-8")
    with pytest.raises(SettingError, match="no result of winset robust"):
        decided(run, sample.report().case)
