"""A case's own kinds of event: declared with a PLOVER type, then good in events, rules, claims and imports."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.case.broken import copy, problems, replace, said
from tests.derive.paths.test_dated_questions import NEVER, PARTS
from tests.formats import event_files as make
from winset.arrays import Arrays, Luck
from winset.case.load import load
from winset.case.model import EVENT_KINDS
from winset.case.series import daily, load_series
from winset.derive.paths.dated_questions import Paths, ask
from winset.derive.record.claim import after_what
from winset.formats.event_import import import_events

OWN = (
    'event_kinds:\n  blockade: {plover: "COERCE:restrict", meaning: ships of one side are stopped}\n  pressure: '
    "{plover: COERCE}\n"
)
ROW = (
    'e95,2024-09-20,day,,blockade,COERCE,restrict,sarrow,tavenna,Two Tavennan ships are stopped.,-7,,,,,"report: '
    'Merrin Gazette, 2024-09-21"\n'
)
RULE = "happens(deadline_lapsed, sarrow, tavenna, 2024-08-15)"
MINE = "happens(blockade, sarrow, tavenna, 2024-12-31)"


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Harbour with two kinds of its own, one event and a rule."""
    folder = copy(tmp_path)
    with (folder / "case.yaml").open("a") as file:
        file.write(OWN)
    with (folder / "events.csv").open("a") as file:
        file.write(ROW)
    return folder


def test_own_kinds_stand_in_events_rules_and_claims(case: Path) -> None:
    replace(
        case,
        "questions.yaml",
        "count(strike, tavenna, sarrow, 2024-10-01, 2024-12-31) >= 2 and not happens(settlement, any, any, 2024-12-31)",
        MINE,
    )
    found = load(case)
    assert found.kinds == (*EVENT_KINDS, "blockade", "pressure") and found.events[-1].kind == "blockade"
    assert [e.id for e in after_what(found, "blockade:sarrow>tavenna")[0]] == ["e95"]


def test_an_unknown_kind_lists_the_kinds_and_says_how_to_declare_one(case: Path) -> None:
    replace(case, "events.csv", ",blockade,COERCE", ",blokade,COERCE")
    remedy = said(case, "unknown kind 'blokade'", "events.csv").remedy
    assert remedy.startswith("did you mean 'blockade'?") and "event_kinds" in remedy
    assert all(kind in remedy for kind in (*EVENT_KINDS, "pressure"))
    replace(case, "events.csv", ",blokade,COERCE", ",zzz,COERCE")
    assert said(case, "unknown kind 'zzz'").remedy.startswith("the kinds are call, meeting")
    replace(case, "questions.yaml", RULE, "happens(zzz, sarrow, tavenna, 2024-08-15)")
    assert "the kinds are call" in said(case, "unknown kind of event 'zzz'", "questions.yaml").remedy


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("  blockade: {", "  strike: {", "the kind 'strike' is one of winset's own"),
        ("COERCE:restrict", "COERCE:restrain", "unknown PLOVER type 'COERCE:restrain'"),
        ("plover: COERCE}", "plover: COERSE}", "unknown PLOVER type 'COERSE'"),
        ("plover: COERCE}", "plover: coerce}", "event_kinds.pressure.plover"),
        ("plover: COERCE}", "meaning: x}", "event_kinds.pressure.plover"),
    ],
)
def test_what_a_declaration_may_not_be(case: Path, old: str, new: str, what: str) -> None:
    line = replace(case, "case.yaml", old, new)
    assert said(case, what, "case.yaml").line == line


def test_the_type_of_an_event_is_that_of_its_kind(case: Path) -> None:
    replace(case, "events.csv", ",blockade,COERCE,", ",blockade,SANCTION,")
    assert [p.what for p in problems(case)] == ["blockade is COERCE:restrict by case.yaml, not SANCTION"]
    replace(case, "events.csv", ",blockade,SANCTION,", ",blockade,,")
    assert problems(case) == ()


def test_imported_rows_take_the_kinds_of_the_case(case: Path, tmp_path: Path) -> None:
    sides = {"Actor Name": "Sarrow", "Recipient Name": "Tavenna", "Actor Country": "", "Recipient Country": ""}
    kinds = [("COERCE", "restrict"), ("COERCE", "censor"), ("CONSULT", "phone"), ("PROTEST", "")]
    rows = [
        {
            **sides,
            "Event Date": f"2024-05-0{i + 1}",
            "Publication Date": f"2024-05-0{i + 1}",
            "Event Type": k,
            "Event Mode": mode,
        }
        for i, (k, mode) in enumerate(kinds)
    ]
    import_events(make.put(tmp_path, make.polecat(*rows)), case, id="acts")
    (series,) = load_series(case)
    first, last = dt.date(2024, 5, 1), dt.date(2024, 5, 4)
    counts = {k: daily(series, "count", first, last, kind=k)[1].tolist() for k in ("blockade", "pressure", "call", "")}
    assert counts == {"blockade": [1, 0, 0, 0], "pressure": [0, 1, 0, 0], "call": [0, 0, 1, 0], "": [0, 0, 0, 1]}


def test_a_rule_on_an_own_kind_is_answered_from_the_record(case: Path) -> None:
    replace(
        case,
        "questions.yaml",
        "count(strike, tavenna, sarrow, 2024-10-01, 2024-12-31) >= 2 and not happens(settlement, any, any, 2024-12-31)",
        MINE,
    )
    whole = load(case)
    asked = next(q for q in whole.questions if q.id == "strikes-autumn")
    silent = asked.model_copy(update={"rule": MINE.replace("blockade", "pressure")})
    paths = Paths(Arrays(whole, Luck(1, PARTS)), NEVER)
    assert "knows pressure by sarrow" in ask(paths, silent).why
    assert 0 < ask(paths, asked).model < 1
