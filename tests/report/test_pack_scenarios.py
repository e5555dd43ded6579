"""The scenario table on a result made by hand: which futures, in which order, by which signs and levers."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.report import sample
from winset.case import model as m
from winset.case.sides import War
from winset.report.pack.paper import Sheet
from winset.report.pack.scenarios import _turns_on, scenarios
from winset.report.pack.told import Told
from winset.result import Column, Finding, Result, Table

ODDS = {"settlement": 0.3, "ceasefire": 0.02, "frozen": 0.08, "A_breaks": 0.25, "B_breaks": 0.15, "fighting": 0.2}


def question(rule: str, **more: object) -> m.Question:
    day = dt.date(2024, 4, 1)
    held = {
        "id": "q",
        "title": "Will it?",
        "opened": day,
        "as_of": day,
        "resolve_by": dt.date(2024, 9, 1),
        "prose": "x",
        **more,
    }
    return m.Question(rule=rule, **held)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rule", "kinds", "source", "said"),
    [
        ("happens(ceasefire, any, any, 2024-09-01)", ("ceasefire",), "", "yes"),
        (
            "not (happens(ceasefire, any, any, 2024-09-01) or happens(settlement, any, any, 2024-09-01))",
            ("ceasefire",),
            "",
            "no",
        ),
        ("not not happens(ceasefire, any, any, 2024-09-01)", ("ceasefire",), "", "yes"),
        ("count(strike, any, any, 2024-04-01, 2024-09-01) < 2", ("strike",), "", "no"),
        ("not count(strike, any, any, 2024-04-01, 2024-09-01) < 2", ("strike",), "", "yes"),
        (
            "happens(strike, any, any, 2024-09-01) and not happens(ceasefire, any, any, 2024-09-01)",
            ("ceasefire",),
            "",
            "",
        ),
        ("happens(capture, north, south, 2024-09-01)", ("capture",), "north", "yes"),
        ("happens(capture, south, north, 2024-09-01)", ("capture",), "north", ""),
        ("value(drones_launched, 2024-09-01) > 3", ("strike",), "", ""),
    ],
)
def test_which_answer_goes_with_a_future(rule: str, kinds: tuple[str, ...], source: str, said: str) -> None:
    assert _turns_on(question(rule), kinds, source) == said


def futures() -> Result:
    """What the futures lens would give: odds of states, and two levers, one of which does something."""
    findings = [
        Finding(f"state.{key}.24", f"After 24 months: {key}.", share, "probability", share / 2, share * 1.5)
        for key, share in ODDS.items()
    ]
    findings.append(Finding("question.q", "Will it? 40% by the model.", 0.4, "probability"))
    states = Table(
        "states",
        "States",
        (Column("months", "Months", "number"), *(Column(k, k, "share") for k in ODDS)),
        ((12, *(s / 2 for s in ODDS.values())), (24, *ODDS.values())),
    )
    heads = (
        Column("lever", "Lever"),
        Column("what", "What"),
        Column("change", "Change", "number"),
        Column("does", "Does"),
    )
    what = "A truce or settlement in force after 24 months"
    levers = (("A canal", what, 0.12, "raises it"), ("A fleet", what, 0.01, "cannot be told apart at 512 draws"))
    return Result("futures", "What next?", ("x",), tuple(findings), (states, Table("levers", "Levers", heads, levers)))


def made() -> Sheet:
    report = sample.report()
    case = replace(
        report.case,
        war=War(began=dt.date(2024, 1, 1), belligerents=[["north"], ["south"]]),  # type: ignore[call-arg]
        questions=(question("happens(settlement, any, any, 2024-09-01)"),),
    )
    paper = scenarios(Told(replace(report, case=case, results=(futures(),))))
    return next(b for b in paper.blocks if isinstance(b, Sheet) and b.key == "futures")


def test_five_futures_by_their_odds_and_the_rest_is_named() -> None:
    sheet = made()
    names = [row[0].text.split("\n")[0] for row in sheet.rows]
    assert names == [
        "Central: a settlement",
        "Alternative 1: North cannot go on",
        "Alternative 2: still fighting",
        "Alternative 3: South cannot go on",
        "Alternative 4: a frozen front",
    ]
    assert "Left out as less likely: a ceasefire without a settlement (2%)." in sheet.note
    assert sheet.rows[0][1].text == "15% after 12 months\n30% after 24 months (15% to 45%)"


def test_signs_and_levers_of_a_future() -> None:
    sheet = made()
    assert sheet.rows[0][2].text == "Yes to “Will it?” (yes: 40%)"
    assert sheet.rows[1][2].text == "no dated question of the case turns on it"
    change = sheet.rows[0][3].text
    assert "A canal: +12 points, raises it" in change and "A fleet:" not in change
    assert "1 lever cannot be told apart from no change" in change
    assert sheet.rows[2][3].text == "the case lists no lever"
