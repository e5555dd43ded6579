"""What moved and why: a case in which the fact that moves a headline is known beforehand."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.report import many
from tests.report.sample import DAY, figure
from winset import run as engine
from winset.case import model as m
from winset.errors import SettingError
from winset.lens.settlement.lens import Settlement
from winset.report import report_of, to_json
from winset.report.pack import moved
from winset.report.pack.asked import read_run
from winset.report.pack.change import Changes, change
from winset.report.pack.moved import Moved, attributed, between, headlines, study_without
from winset.report.pack.told import Told

SINCE, UNTIL = DAY(2024, 3, 20), DAY(2024, 4, 10)
LINE = ("p01/i1.red_line@2024-04-01", "p01/i1.red_line_real@2024-04-01")
LENS = Settlement(readings=False, exact=False)


def case() -> m.Case:
    """Two parties and one plan. On 1 April the second party states a line that the plan crosses, and that is surely
    real; three days later a number becomes public that no one reads, and the first party looks at another issue more
    closely."""
    base = many.case(2, 1)
    new = (
        figure("p01/i1.red_line", None, "passages: p1", DAY(2024, 4, 1), at="high"),
        figure("p01/i1.red_line_real", 1.0, "passages: p2", DAY(2024, 4, 1)),
        figure("x:town.persons", 100.0, "judgement: Counted.", DAY(2024, 4, 4)),
        figure("p00/i5.attention", 51.0, "judgement: A little more.", DAY(2024, 4, 4), low=31.0, high=71.0),
    )
    plans = tuple(p.model_copy(update={"responses": ()}) for p in base.plans)
    return replace(base, figures=(*base.figures, *new), plans=plans)


def compared(held: m.Case, draws: int = 256):
    then, now = (engine.study(held, as_of=d, draws=draws) for d in (SINCE, UNTIL))
    old, new = ((s.look(LENS),) for s in (then, now))
    facts = between(held, SINCE, UNTIL)
    found = headlines(old, new, (then.kept, now.kept))
    tried = attributed(found, facts, study_without(now, held, ()), few=64)
    return report_of(now, new), facts, tried


def test_the_fact_that_moves_a_headline_is_named_and_no_other() -> None:
    _, facts, tried = compared(case())
    by_key = {h.key: h for h in tried.headlines}
    fell = by_key["signs.draft-00.p01"]
    assert fell.now == 0.0 and fell.then > 0.1 and fell.told
    assert [fact.cites for fact, _ in fell.by] == [LINE]
    assert fell.by[0][1] == pytest.approx(fell.change, abs=0.2), "all of the fall is its doing"
    assert not by_key["signs.draft-00.p00"].by, "the other party's headline has no mover"
    unread = {f.cites[0] for f in facts if id(f) in tried.unread}
    assert unread == {"x:town.persons@2024-04-04"} and len(tried.alone & {id(f) for f in facts}) == 2


def test_without_the_fact_nothing_moves() -> None:
    held = case()
    held = replace(held, figures=tuple(f for f in held.figures if f.id not in LINE))
    _, _, tried = compared(held)
    assert not any(h.told for h in tried.headlines if h.key.endswith(".p01"))


def test_the_note_says_what_moved_and_what_was_tried() -> None:
    report, facts, tried = compared(case())
    paper = change(Told(report), Changes(since=SINCE, against="", differs=(), tried=tried, facts=tuple(facts)))
    moved_sheet, fact_sheet = (b for b in paper.blocks if hasattr(b, "heads"))
    row = next(r for r in moved_sheet.rows if "signed by Party p01" in r[0].text)
    assert "1 Apr 2024, Party p01 · Provision i1: red line, red line real: −" in row[4].text
    assert row[4].cites == LINE
    said = {r[2].text: r[3].text for r in fact_sheet.rows}
    assert {v for k, v in said.items() if k.lower().startswith("town")} == {"not read by a headline"}
    assert "each of 2 facts was left out by itself, on 64 draws" in moved_sheet.note
    assert paper.blocks[0].said[0].text.startswith("Since 20 Mar 2024 3 facts became public; ")


def test_facts_are_those_of_the_days_between() -> None:
    base = many.case(2, 3)
    facts = between(base, DAY(2024, 3, 1), DAY(2024, 3, 29))
    assert [(f.kind, f.date) for f in facts] == [
        ("plan", DAY(2024, 3, 2)),
        ("plan", DAY(2024, 3, 3)),
        *[("answer", DAY(2024, 3, 29))] * 3,
    ]
    whole = {p.id for p in base.plans}
    for fact in facts:
        without = moved.without(base, fact.without)
        gone = whole - {p.id for p in without.plans}
        assert gone == (set(fact.cites) if fact.kind == "plan" else set())
        assert without.digest != base.digest
        answers = sum(len(p.responses) for p in without.plans)
        assert answers == 2
    assert len({moved.without(base, f.without).digest for f in facts}) == len(facts)


@pytest.mark.parametrize(
    ("then", "now", "error", "told"),
    [(0.5, 0.6, 0.01, True), (0.5, 0.51, 0.01, False), (0.5, 0.502, 0.0001, False), (0.5, 0.9, None, False)],
)
def test_a_headline_has_moved_beyond_chance_and_by_a_point(then, now, error, told) -> None:
    assert Moved("passes.x", "settlement", then, now, error).told is told


def result(folder: Path, **more: object) -> Path:
    study = engine.study(case(), as_of=SINCE, draws=16)
    document = json.loads(to_json(report_of(study, (study.look(LENS),))))
    (folder / "result.json").write_text(json.dumps({**document, **more}), encoding="utf-8")
    return folder


def test_an_earlier_run_is_read_from_its_folder_or_file(tmp_path: Path) -> None:
    for path in (result(tmp_path), tmp_path / "result.json"):
        earlier = read_run(path, "many")
        assert (earlier.as_of, earlier.draws) == (SINCE, 16) and earlier.results[0].lens == "settlement"
        study = engine.study(case(), as_of=SINCE, draws=16)
        same = {f.key: f.value for f in study.look(LENS).findings}
        assert {f.key: f.value for f in earlier.results[0].findings} == pytest.approx(same)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[]", "a JSON object is expected"),
        ('{"schema": "winset-report/2", "schema": "x"}', "stands twice"),
        ("{}", "no result of winset"),
        ('{"schema": "winset-report/2"}', "not a whole result"),
        ('{"schema": "winset-report/2", "case": {"id": "other"}, "results": []}', "of the case other, not of many"),
        ('{"schema": "winset-report/2", "case": {"id": "many", "as_of": "soon"}, "results": []}', "not a whole result"),
    ],
)
def test_what_is_no_earlier_run_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "result.json").write_text(text, encoding="utf-8")
    with pytest.raises(SettingError, match=said):
        read_run(tmp_path, "many")
    with pytest.raises(SettingError, match="cannot read"):
        read_run(tmp_path / "none", "many")


@pytest.mark.parametrize("number", ['"low": "few"', '"value": [1]', '"error": true'])
def test_a_finding_of_an_earlier_run_has_numbers(tmp_path: Path, number: str) -> None:
    finding = '{"key": "a", "sentence": "b", ' + number + "}"
    case = '{"id": "many", "as_of": "2025-01-01", "digest": "x"}'
    held = '{"lens": "l", "question": "q?", "answer": [], "findings": [' + finding + "]}"
    text = '{"schema": "winset-report/2", "settings": {"draws": 4}, "case": ' + case + ', "results": [' + held + "]}"
    (tmp_path / "result.json").write_text(text, encoding="utf-8")
    with pytest.raises(SettingError, match="not a whole result"):
        read_run(tmp_path, "many")


def test_war_headlines_are_found_as_the_lens_finds_them() -> None:
    """What a fact is tried on is what the lens says: the same draws give the same number."""
    from tests.cases import case as shipped

    study = engine.study(shipped("harbour"), draws=16, as_of=dt.date(2024, 10, 1))
    said = {f.key: f.value for f in study.look("futures").findings}
    made = moved._columns(study, set(said), 16)
    keys = [k for k in made if k in said]
    assert len(keys) == 8
    assert {k: float(made[k].mean()) for k in keys} == pytest.approx({k: said[k] for k in keys}, abs=1e-9)


def test_facts_that_act_only_together_are_named_together() -> None:
    """Two lines on two issues that the plan crosses: either alone stops it, so that neither can be blamed by itself."""
    held = case()
    more = tuple(replace(f, id=f.id.replace("i1", "i4"), subject=("p01", "i4")) for f in held.figures if f.id in LINE)
    _, _, tried = compared(replace(held, figures=(*held.figures, *more)))
    fell = next(h for h in tried.headlines if h.key == "signs.draft-00.p01")
    assert fell.told and [(f.kind, f.what) for f, _ in fell.by] == [("together", "all positions together (3)")]


def test_events_are_left_out_together_with_those_that_refer_to_them() -> None:
    from tests.report import sample

    held = sample.case()
    (facts,) = moved._together([f for f in between(held, DAY(2024, 2, 15), DAY(2024, 3, 1)) if f.kind == "event"])
    assert facts.what == "all events together (1)" and facts.without is not None
    assert [e.id for e in moved.without(held, facts.without).events] == ["e1", "e4"]
