"""What a lens lacks: told by `verify` with its file, and the same list by which the lens itself says nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest
from click.testing import CliRunner

from tests.case.broken import copy, replace, rows, write_rows
from tests.cases import NAMES, case
from winset.arrays import Study
from winset.case.load import load
from winset.case.patch import as_of
from winset.cli.main import main
from winset.lens import LENSES, lens
from winset.lens.lacking import lacks, place_of
from winset.result import Result

DAYS = [dt.date(2024, 2, 9), dt.date(2024, 3, 1), dt.date(2024, 5, 20), dt.date(2024, 10, 1)]


@pytest.mark.parametrize("name", NAMES)
def test_the_cases_kept_here_lack_nothing(name):
    assert lacks(case(name)) == {}


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("name", LENSES)
def test_a_lens_says_nothing_exactly_when_it_lacks_something(name, day, monkeypatch):
    """Looking is stopped at the first step after the question what is lacking, since only that is tested."""
    whole = case("harbour")
    look, known = lens(name), as_of(whole, day)
    lacking = look.lacks(known)
    monkeypatch.setattr(Study, "arrays", stop)
    monkeypatch.setattr(Study, "at_modes", stop)
    monkeypatch.setattr(Study, "fewer", stop)
    try:
        result = look.look(Study(whole, day, draws=2))
    except Stopped:
        assert not lacking
    else:
        assert isinstance(result, Result) and result.answer[0].startswith("Nothing can be said") and lacking
        assert list(result.notes) == lacking


@pytest.mark.parametrize("name", LENSES)
def test_a_line_of_which_nobody_has_said_yet_how_real_it_is(name):
    """The line is stated, the odds that it is real only after the date: what values deals is then lacking, and no
    error."""
    whole = case("harbour")
    late = whole.as_of + dt.timedelta(days=30)
    key = "tavenna/fleet.red_line_real"
    figures = tuple(dataclasses.replace(f, date=late, id=f"{key}@{late}") if f.key == key else f for f in whole.figures)
    changed = dataclasses.replace(whole, figures=figures, digest="late")
    answer = lens(name).look(Study(changed, whole.as_of, draws=2)).answer
    lacking = lens(name).lacks(as_of(changed, whole.as_of))
    assert (key in lacking) <= answer[0].startswith("Nothing can be said")
    assert (key in lacking) or name not in ("settlement", "futures")


class Stopped(Exception):
    pass


def stop(*_, **__):
    raise Stopped


@pytest.mark.parametrize(
    ("lack", "file"),
    [
        ("tavenna.flow_cost", "figures.csv"),
        ("tavenna/harbour.attention", "positions.csv"),
        ("harbour/lease.place", "figures.csv"),
        ("plan on the table", "plans.yaml"),
        ("dated act", "events.csv"),
        ("dated act coded as evidence", "evidence.csv"),
        ("rival hypotheses", "case.yaml"),
        ("war between two belligerents", "case.yaml"),
        ("sarrow as a signatory", "case.yaml"),
        ("tavenna/*.prior_mean", "figures.csv"),
    ],
)
def test_where_it_is_added(lack, file):
    assert place_of(lack) == file


def verify(folder, *words):
    done = CliRunner().invoke(main, ["verify", str(folder), *words])
    assert done.exit_code == 0, done.output
    return done.output


def test_verify_names_what_each_lens_needs_and_where(tmp_path):
    folder = copy(tmp_path)
    kept = [
        r
        for r in rows(folder, "figures.csv")
        if (r[0], r[1]) not in (("tavenna", "flow_cost"), ("sarrow", "endurance"))
    ]
    write_rows(folder, "figures.csv", kept)
    (folder / "evidence.csv").unlink()
    told = verify(folder)
    assert "futures cannot answer: needs sarrow.endurance, tavenna.flow_cost (figures.csv)" in told
    assert "endurance cannot answer: needs sarrow.endurance (figures.csv)" in told
    assert "screening cannot answer: needs dated act coded as evidence (evidence.csv)" in told
    assert "settlement" not in told and "ledger" not in told
    found = json.loads(verify(folder, "--json"))["lacks"]
    assert found["endurance"] == ["sarrow.endurance"] and set(found) == {"futures", "endurance", "screening"}
    texts = verify(folder, "--sources", folder / "texts")
    assert "orphan" in texts and "futures cannot answer" in texts


def test_what_is_dated_after_the_case_is_warned_of(tmp_path):
    folder = copy(tmp_path)
    replace(folder, "case.yaml", "as_of: 2024-10-01", "as_of: 2024-09-12")
    found = json.loads(verify(folder, "--json"))["warnings"]
    dated = [w for w in found if "after the case's own date 2024-09-12" in w]
    assert len(dated) == 8
    assert found[0].startswith("plans.yaml: the plan merrin-winter-note is dated 2024-09-25")
    assert found[1].startswith("plans.yaml: the response of sarrow to merrin-winter-note is dated 2024-09-27")
    assert found[3].startswith("events.csv: the event e14 is dated 2024-09-13")
    assert found[7].startswith("evidence.csv:8: the Figure guard-first/stalling.likelihood_ratio@2024-09-13")
    replace(folder, "case.yaml", "as_of: 2024-09-12", "as_of: 2024-09-01")
    told = verify(folder)
    assert "warning: plans.yaml: the plan merrin-draft-2 is dated 2024-09-06" in told
    assert "warning: sources.yaml: the source tavenna-beacon is dated 2024-09-10" in told
    assert told.count("  -> move `as_of`") == 1


def test_the_report_shows_what_is_dated_after_the_case():
    from winset.case.later import later
    from winset.report import Report, to_html, to_json, to_text

    whole = dataclasses.replace(case("harbour"), as_of=dt.date(2024, 9, 28))
    plain = Report(whole, ())
    warned = Report(whole, (), warnings=later(whole))
    assert len(warned.warnings) == 1 and later(case("harbour")) == ()
    assert "event e18" in to_html(warned) and "Dated after the case" in to_html(warned)
    assert "Dated after the case's own date, 1 thing: first, the event e18." in to_text(warned)
    assert len(json.loads(to_json(warned))["warnings"]) == 1 and "warnings" not in json.loads(to_json(plain))
    assert "Dated after" not in to_html(plain) + to_text(plain)


def test_a_starter_case_is_told_what_to_add(tmp_path):
    from winset.case.new import write_starter

    write_starter(tmp_path / "new")
    made = load(tmp_path / "new")
    told = verify(tmp_path / "new")
    assert all(f"{name} cannot answer" in told for name in lacks(made))
