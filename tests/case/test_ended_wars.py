"""Every dossier in cases/ stands on its dates; the ended wars hold no later word, and ask the same questions."""

from __future__ import annotations

import datetime as dt
from functools import cache

import pytest

from tests.cases import NAMES, ROOT
from winset.case.grammar import parse
from winset.case.later import later
from winset.case.load import load
from winset.case.model import Case
from winset.case.patch import as_of
from winset.lens import LENSES, lens

WARS = sorted(p.parent.name for p in (ROOT / "cases").glob("*/case.yaml") if p.parent.name not in NAMES)
OVER = {1: 30, 3: 91, 6: 182, 12: 365}


@cache
def war(name: str) -> Case:
    return load(ROOT / "cases" / name)


def dates(case: Case) -> list[dt.date]:
    return sorted({q.opened for q in case.questions})


@pytest.mark.parametrize("name", WARS)
def test_a_war_says_nothing_later_than_its_date_and_every_lens_can_answer(name):
    case = war(name)
    assert later(case) == ()
    assert case.id == name and case.war and case.war.began < dates(case)[0] and dates(case)[-1] == case.as_of
    assert {who: lens(who).lacks(case) for who in LENSES if lens(who).lacks(case)} == {}


@pytest.mark.parametrize("name", WARS)
def test_a_war_stands_at_its_earlier_dates(name):
    """Screening and settlement may wait for a first act or plan; what the war itself needs is there from the start."""
    for day in dates(war(name)):
        known = as_of(war(name), day)
        assert {who for who in LENSES if lens(who).lacks(known)} <= {"screening", "settlement", "process"}, day
        assert all(f.date is None or f.date <= day for f in known.figures)


@pytest.mark.parametrize("name", WARS)
def test_a_war_asks_the_same_questions_as_the_others(name):
    case = war(name)
    assert len(dates(case)) >= 2 and all(q.status == "open" and q.resolution is None for q in case.questions)
    for day in dates(case):
        asked = {q.id: q for q in case.questions if q.opened == day}
        for months, days in OVER.items():
            by = day + dt.timedelta(days)
            ways = (f"happens({kind}, any, any, {by})" for kind in ("ceasefire", "settlement", "victory"))
            over = asked.pop(f"over-{months}m-{day}")
            assert over.resolve_by == by and parse(over.rule) == parse(" or ".join(ways))
        assert all(q.startswith("accepts-") for q in asked)


def test_there_are_wars():
    assert "winter-war" in WARS
