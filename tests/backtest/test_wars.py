"""Ended wars: forecasts before outcomes, nothing of an outcome reaches a run, scores by hand, lines counted."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

from tests.backtest.test_replay import after
from tests.peer import peer
from tests.test_cli import HARBOUR, good, refused
from winset.backtest import chain, ended, lines, wars
from winset.backtest.entries import entries
from winset.backtest.outlook import outlook
from winset.backtest.standing import chances
from winset.case.load import load
from winset.case.patch import apply
from winset.case.patch import as_of as cut
from winset.errors import DossierError
from winset.run import study
from winset.settings import using

DATES = (dt.date(2024, 6, 15), dt.date(2024, 10, 1))
SMALL = {"paths.draws": 16, "paths.paths": 64, "backtest.draws": 16}
ENDING = """case: harbour
record: {digest}
coder: Invented by who invented the war.
ended: 2024-12-10
known_to: 2025-06-01
kind: agreement
told: Both signed.
basis: "judgement: Invented."
text:
  name: Treaty of Callis
  date: 2024-12-12
  clauses: {{canal: open, harbour: joint-board, schools: other}}
  basis: "judgement: Invented."
answers:
  - {{plan: merrin-draft-1, actor: sarrow, accepted: yes, basis: "judgement: Invented."}}
  - {{plan: merrin-draft-1, actor: tavenna, accepted: no, basis: "judgement: Invented."}}
questions: {{truce-winter: yes}}
lines:
  - {{actor: sarrow, issue: fleet, crossed: yes, basis: "judgement: Invented."}}
  - {{actor: tavenna, issue: fleet, crossed: no, basis: "judgement: Invented."}}
  - {{actor: tavenna, issue: guarantee, crossed: unclear, basis: "judgement: Invented."}}
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with a record of forecasts and an outcomes file written after it."""
    folder = tmp_path_factory.mktemp("wars")
    shutil.copytree(HARBOUR, folder / "harbour")
    case = load(folder / "harbour")
    with using(SMALL):
        for day in DATES:
            chain.append(folder / "r.jsonl", entries(case, day, war=True))
    last = chain.read(folder / "r.jsonl")[-1].digest
    (folder / "o.yaml").write_text(ENDING.format(digest=last))
    return folder


def war_of(home, file: str = "o.yaml") -> wars.War:
    case = load(home / "harbour")
    return wars.war(case, *ended.read(home / file, case, chain.read(home / "r.jsonl")))


def test_nothing_of_an_outcome_reaches_a_run(home):
    case = load(home / "harbour")
    with using(SMALL):
        before = json.dumps(entries(case, DATES[0], war=True))
        (home / "harbour" / ended.FILE).write_text("ended: this is not even read")
        again = load(home / "harbour")
        assert again.digest == case.digest
        assert json.dumps(entries(again, DATES[0], war=True)) == before
    (home / "harbour" / ended.FILE).unlink()


def test_what_came_later_does_not_change_an_outlook_or_a_question_of_the_case(home):
    case, day = load(home / "harbour"), DATES[0]
    with using(SMALL):
        assert outlook(case, day) == outlook(after(case, day), day)
        due = [(day, tuple(q.model_copy(update={"opened": day, "as_of": day}) for q in case.questions))]
        (told,) = chances(case, due)
        assert [told] == chances(after(case, day), due) and any(model is not None for model, _ in told.values())


def test_an_outcome_without_forecasts_before_it_is_refused(home):
    case, record = load(home / "harbour"), chain.read(home / "r.jsonl")
    (home / "early.yaml").write_text(ENDING.format(digest=record[0].digest))
    with pytest.raises(DossierError, match="holds no outlook of harbour"):
        ended.read(home / "early.yaml", case, record)
    (home / "none.yaml").write_text(ENDING.format(digest="0" * 64))
    with pytest.raises(DossierError, match=r"none.yaml:2.*no line with this digest"):
        ended.read(home / "none.yaml", case, record)
    with pytest.raises(DossierError, match="no outlook"):  # a dossier that was changed afterwards is another case
        ended.read(home / "o.yaml", replace(case, digest="f" * 64), record)


def test_only_what_stood_in_the_record_before_is_scored(home):
    case, record = load(home / "harbour"), chain.read(home / "r.jsonl")
    first = next(x for x in record if x.said["kind"] == "outlook")
    (home / "half.yaml").write_text(ENDING.format(digest=first.digest))
    assert war_of(home, "half.yaml").dates == [DATES[0]]
    assert war_of(home).dates == list(DATES) and case.id == "harbour"


def test_all_that_is_wrong_is_told_at_once(home):
    record = chain.read(home / "r.jsonl")
    bad = ENDING.format(digest=record[-1].digest).replace("merrin-draft-1, actor: sarrow", "draft, actor: nobody")
    bad = bad.replace("canal: open", "canal: shut").replace("issue: fleet, crossed: no", "issue: repair, crossed: no")
    (home / "bad.yaml").write_text(bad.replace("kind: agreement", "kind: goes on"))
    with pytest.raises(DossierError) as error:
        ended.read(home / "bad.yaml", load(home / "harbour"), record)
    assert len(error.value.problems) == 5
    assert all(p.line for p in error.value.problems)


def test_scores_are_what_one_gets_by_hand(home):
    w = war_of(home)
    found = wars.replayed([w])
    over = [q for q in found.questions if q.asked.template == wars.OVER and q.asked.origin == DATES[0]]
    assert [q.state for q in over] == ["no", "no", "yes", "yes"]  # the end came after 5.8 months
    signs = {q.asked.key: q.state for q in found.questions if q.asked.template == wars.SIGNS}
    assert signs["war:signs:merrin-draft-1:sarrow"] == "yes" and signs["war:signs:sarrow-counter:sarrow"] == "void"
    chances = w.chances(DATES[0])
    bins = np.diff([0, *(chances[f"war:over:{k}"]["winset"] for k in wars.MONTHS), 1])
    second = np.diff([0, *(w.chances(DATES[1])[f"war:over:{k}"]["winset"] for k in wars.MONTHS), 1])
    expected = (peer.rps_score(3, bins) + peer.rps_score(2, second)) / 2  # the peer counts bins from 1
    assert wars.when([w])["winset"].value == pytest.approx(expected)
    assert wars.hits_of(w, DATES[0])[1] == 3
    asked = [q for q in found.questions if q.asked.template == wars.OWN]
    assert [(q.asked.key, q.asked.origin, q.state) for q in asked] == [("own:truce-winter", DATES[1], "yes")]
    assert "One war only catches gross error" in wars.caution([w]) and "knew how they ended" in wars.caution([w])


def test_an_end_that_is_not_known_yet_is_no_no(home):
    ending = war_of(home).ending
    still = ending.model_copy(update={"ended": None, "kind": "goes on"})
    assert still.over_by(dt.date(2025, 5, 1)) == "no" and still.over_by(dt.date(2025, 7, 1)) == "pending"
    assert ending.over_by(dt.date(2030, 1, 1)) == "yes"


def test_an_answer_from_before_the_day_is_no_answer_to_what_was_asked_on_it(home):
    ending = war_of(home).ending
    dated = ending.answers[0].model_copy(update={"date": DATES[1]})
    again = ending.answers[0].model_copy(update={"date": dt.date(2024, 11, 1)})
    once = ending.model_copy(update={"answers": (dated,)})
    asked = (dated.plan, dated.actor)
    assert [once.accepted(*asked, day) for day in DATES] == ["yes", "void"]  # on the second date it was known
    assert ending.model_copy(update={"answers": (dated, again)}).accepted(*asked, DATES[1]) == "yes"


def test_questions_of_a_case_are_held_against_other_wars_and_not_its_own_past(home):
    w = war_of(home)
    stood = {x["chance"] for x in w.said if x.get("who") == "base rate" and x["key"] == "own:truce-winter"}
    assert stood and {q.base for q in wars.replayed([w]).questions if q.asked.template == wars.OWN} == {0.5}


def test_acceptance_is_held_against_other_wars_only(home):
    w = war_of(home)
    other = replace(
        w, case=replace(w.case, id="other"), ending=w.ending.model_copy(update={"answers": w.ending.answers[:1]})
    )
    signs = [q for q in wars.replayed([w, other]).questions if q.asked.template == wars.SIGNS]
    assert {q.base for q in signs if q.case == "harbour"} == {1.5 / 2}  # the other war: one answer, one yes
    assert {q.base for q in signs if q.case == "other"} == {1.5 / 3}
    assert {q.base for q in wars.replayed([w]).questions if q.asked.template == wars.SIGNS} == {0.5}


def test_a_war_without_earlier_wars_to_compare_is_held_against_those_beside_it(home):
    w = war_of(home)
    bare = replace(w, case=replace(w.case, id="bare"), said=tuple(x for x in w.said if x.get("who") != "base rate"))
    found = {(q.case, q.asked.key, q.asked.origin): q.base for q in wars.replayed([w, bare]).questions}
    assert found["bare", "war:over:12", DATES[0]] == 1.5 / 2 and found["bare", "war:over:1", DATES[0]] == 0.5 / 2
    stood = w.chances(DATES[0])["war:over:12"]["base rate"]
    assert found["harbour", "war:over:12", DATES[0]] == pytest.approx(stood, abs=1e-6)


def test_lines_are_counted_and_offered_as_a_reading(home):
    w = war_of(home)
    stood = lines.stood([w])
    assert {(x.owner, x.side, x.crossed) for x in stood} == {
        ("sarrow", "first side", "yes"),
        ("tavenna", "second side", "no"),
        ("tavenna", "second side", "unclear"),  # a line about one option of an issue without a scale
    }
    for x, day in zip(stood, DATES):  # that of the second side was stated between the two dates
        then = cut(w.case, day)
        assert x.said == pytest.approx(1 - then.in_force[f"{x.owner}/fleet.red_line_real"].numbers[1])
    found = lines.share(stood)
    assert (found.k, found.n, found.value) == (1, 2, 0.5) and found.low < 0.1 < 0.9 < found.high
    read = apply(w.case, lines.reading(w.case, found))
    assert all(f.mode == 0.5 for f in read.figures if f.quantity == "red_line_real")
    assert study(w.case, patches=[lines.reading(w.case, found)], draws=16).kept > 0
    table = lines.table(
        [*stood, replace(stood[0], war="b", crossed="no"), replace(stood[1], war="b", crossed="unclear")]
    )
    assert table.rows[0][1:3] == (3.0, 1 / 3) and "2 lines with an unclear end" in table.note
    assert lines.share([replace(x, crossed="unclear") for x in stood]) is None


def test_from_the_command_line(home, tmp_path):
    keep = ("--store", tmp_path / "kept")
    told = good(
        "backtest", home / "harbour", "--record", home / "r.jsonl", "--outcomes", home / "o.yaml", *keep, "--json"
    )
    found = json.loads(told.stdout)["wars"]
    assert found["lines_crossed"]["n"] == 2 and len(found["wars"]) == 2 and found["questions_scored"] == 13
    assert "give --record" in refused("backtest", home / "harbour", "--outcomes", home / "o.yaml", *keep)
    shown = good(
        "backtest", home / "harbour", "--record", home / "r.jsonl", "--outcomes", home / "o.yaml", *keep
    ).stdout
    assert "One war only catches gross error" in " ".join(shown.split()) and "lines.crossed=" in shown
