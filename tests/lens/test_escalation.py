"""The escalation lens on both cases and on cases that lack its parts."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

import pytest

from tests.cases import NAMES, case
from winset.arrays import Study
from winset.case.escalation import Escalation as File
from winset.lens.escalation.lens import Escalation
from winset.result import plain

_made: dict = {}


def looked(name, on=None):
    if (name, on) not in _made:
        whole = case(name)
        _made[name, on] = Escalation().look(Study(whole, on or whole.as_of, draws=128))
    return _made[name, on]


@pytest.mark.parametrize("name", NAMES)
def test_the_headline_is_short_and_its_picture_is_there(name):
    offer = looked(name).offer
    assert 0 < len(offer.headline.split()) <= 25 and offer.so_what
    assert offer.picture in {c.key for c in looked(name).charts}
    assert {p.part for p in offer.points} == {"escalation"}


@pytest.mark.parametrize("name", NAMES)
def test_no_single_number_for_the_war_and_no_chance_of_nuclear_use(name):
    """Numbers of steps stand in rows of a pair and a domain; no class of comparable cases is about nuclear use."""
    result = looked(name)
    assert not [f for f in result.findings if re.search(r"nuclear|index|rung|ladder", f.key)]
    nuclear = [s for s in result.answer if "nuclear weapons" in s]
    assert all("No chance" in s and not re.search(r"\d%", s) for s in nuclear)
    assert all(row[:2] != ("", "") for row in result.table("standing").rows)
    steps = {row[3] for row in result.table("next").rows} if "next" in {t.key for t in result.tables} else set()
    assert "force 6" not in steps and "posture 5" not in steps


def test_words_are_the_same_for_all_sides():
    for name in NAMES:
        text = " ".join((*looked(name).answer, *(t.note for t in looked(name).tables)))
        assert not re.search(r"provok|forced|bluffing|punish|aggress", text)


WANTED = {
    "e1": ("words", 5, "done"),
    "e2": ("posture", 4, "done"),
    "e3": ("diplomacy", 3, "done"),
    "e5": ("economy", 4, "announced"),
    "x1": ("economy", 4, "done"),
    "b1": ("balancing", 4, "announced"),
    "b2": ("balancing", 1, "done"),
    "b3": ("balancing", 2, "done"),
}


def test_the_acts_that_the_texts_tell_stand_in_it_with_their_passages():
    whole = case("ukraine-2025")
    held = {(p.event, p.domain, p.step, p.state): p for p in whole.escalation.steps}
    for event, (domain, step, state) in WANTED.items():
        assert "passages:" in held[event, domain, step, state].basis, event
    rearms = next(n for n in whole.escalation.neighbours if n.id == "big-three")
    assert "passages:" in rearms.basis
    assert set(WANTED) <= {b for basis in looked("ukraine-2025").table("acts").basis("step") for b in basis}


def test_the_two_links_that_sources_tell_are_found_and_no_pair_stands_out():
    rows = looked("ukraine-2025").table("ledger").rows
    told = [(row[2], row[5]) for row in rows if row[-1] == "told by a source"]
    assert ("2025-07-31", "2025-08-01") in [(day, _date(what)) for day, what in told]
    assert ("2025-08-01", "2025-08-04") in [(day, _date(what)) for day, what in told]
    assert all(plain(q) > 0.05 for q in looked("ukraine-2025").table("looks").column("q"))


def _date(what):
    return str(next(e.date for e in case("ukraine-2025").events if e.what == what))


def test_a_case_without_the_file_answers_from_its_record_and_says_what_to_add():
    whole = dataclasses.replace(case("harbour"), escalation=None)
    result = Escalation().look(Study(whole, whole.as_of, draws=16))
    assert {"standing", "threats"} <= {t.key for t in result.tables} and "deterrence" not in {
        t.key for t in result.tables
    }
    for part in ("threats", "gestures", "next", "neighbours", "graph"):
        assert any(f"no {part} " in note and "escalation.yaml" in note for note in result.notes), part


def test_a_threat_without_a_figure_names_it():
    whole = case("harbour")
    kept = tuple(f for f in whole.figures if f.id != "blockade.defender_firm")
    result = Escalation().look(Study(dataclasses.replace(whole, figures=kept, digest="x"), whole.as_of, draws=16))
    assert any("blockade.defender_firm (figures.csv)" in note for note in result.notes)


def test_what_was_not_yet_public_is_not_seen():
    early = looked("harbour", dt.date(2024, 5, 17))
    assert "deterrence" not in {t.key for t in early.tables}
    assert "deterrence" in {t.key for t in looked("harbour", dt.date(2024, 6, 1)).tables}


def test_no_acts_no_answer():
    whole = dataclasses.replace(case("harbour"), events=())
    result = Escalation().look(Study(whole, whole.as_of, draws=8))
    assert result.answer[0].startswith("Nothing can be said") and result.notes == ("hostile dated act",)


def test_the_order_of_everything_in_the_file_changes_no_number():
    whole = case("ukraine-2025")
    turned = {name: tuple(reversed(getattr(whole.escalation, name))) for name in File.model_fields if name != "graph"}
    graph = whole.escalation.graph
    turned["graph"] = graph.model_copy(update={"players": tuple(reversed(graph.players))})
    other = dataclasses.replace(whole, escalation=whole.escalation.model_copy(update=turned))
    again = Escalation().look(Study(other, whole.as_of, draws=128))
    numbers = {f.key: (f.value, f.low, f.high) for f in looked("ukraine-2025").findings}
    assert {f.key: (f.value, f.low, f.high) for f in again.findings} == numbers
    for key in ("standing", "ledger", "looks", "next"):
        assert [tuple(map(plain, r)) for r in again.table(key).rows] == [
            tuple(map(plain, r)) for r in looked("ukraine-2025").table(key).rows
        ]


def test_every_lever_stands_in_it_with_a_direction_or_as_one_that_moves_nothing_here():
    for name in NAMES:
        whole, result = case(name), looked(name)
        shown = set(result.table("lever_steps").column("lever")) | set(result.table("levers").column("lever"))
        assert shown == {p.title for p in whole.levers}, name


def test_a_lever_is_further_only_beyond_what_has_been_done():
    rows = {row[0]: row for row in looked("ukraine-2025").table("lever_steps").rows}
    ended, again = (
        rows["The United States stops arms and intelligence for Ukraine"],
        rows["New sanctions on Russia now"],
    )
    assert ended[6] == "further than anything done" and again[6] == "no further than what has been done"


def test_a_lever_that_makes_cheating_pay_less_leaves_more_room_for_a_first_step():
    """The most that is dared, t/[l (1 - t) + t g], rises as g falls; the least that reassures has no g."""
    whole = case("harbour")
    lever = whole.levers[0]
    change = next(iter(lever.set.values())).model_copy(update={"low": 0.01, "mode": 0.05, "high": 0.1})
    own = lever.model_copy(update={"id": "own", "title": "Own", "set": {"open-canal.cheating_gain": change}})
    result = Escalation().look(Study(dataclasses.replace(whole, levers=(own,)), whole.as_of, draws=64))
    ((what, way, up, down),) = [tuple(map(plain, r[1:])) for r in result.table("levers").rows]
    assert (what, way) == ("the first step “the canal opens for a month”", "more room for it")
    assert up > 0.5 and down == 0  # in the other draws all of the stakes are dared as it is
