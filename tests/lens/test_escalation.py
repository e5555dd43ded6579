"""The escalation lens on both cases and on cases that lack its parts."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
import re
from functools import cache

import pytest

from tests.cases import NAMES, case
from winset.arrays import Study
from winset.case.escalation import Escalation as File
from winset.lens.escalation.lens import Escalation
from winset.result import plain
from winset.settings import using
from winset.theory.risk_attrition import p_disaster
from winset.theory.signalling import Worth, equilibria

ON = {"signalling": "on", "attrition": "on", "cross_impact": "on"}
MORE = {"signalling", "contests", "balances"}
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


@cache
def with_models():
    whole = case("harbour")
    return Escalation(**ON).look(Study(whole, whole.as_of, draws=128))


def numbers_of(result):
    return {f.key: (f.value, f.low, f.high) for f in result.findings}


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_everything_in_the_file_changes_no_number(name):
    whole = case(name)
    told = whole.escalation
    turned = {name: tuple(reversed(x)) for name in File.model_fields if isinstance(x := getattr(told, name), tuple)}
    turned["graph"] = told.graph.model_copy(update={"players": tuple(reversed(told.graph.players))})
    if told.cross_impact:
        by = [
            d.model_copy(update={"variants": tuple(reversed(d.variants))})
            for d in reversed(told.cross_impact.descriptors)
        ]
        turned["cross_impact"] = told.cross_impact.model_copy(update={"descriptors": tuple(by)})
    shuffled = {n: tuple(reversed(getattr(whole, n))) for n in ("events", "figures", "actors", "levers")}
    other = dataclasses.replace(whole, escalation=told.model_copy(update=turned), **shuffled)
    first = looked(name) if name != "harbour" else with_models()
    again = Escalation(**ON if name == "harbour" else {}).look(Study(other, whole.as_of, draws=128))
    assert numbers_of(again) == numbers_of(first)
    for key in ("standing", "ledger", "looks", "next", "lever_steps", *(MORE if name == "harbour" else ())):
        assert [tuple(map(plain, r)) for r in again.table(key).rows] == [
            tuple(map(plain, r)) for r in first.table(key).rows
        ], key


@pytest.mark.parametrize("name", NAMES)
def test_the_names_of_actors_change_no_number(name):
    whole = case(name)
    actors = tuple(a.model_copy(update={"name": f"Actor {i}"}) for i, a in enumerate(reversed(whole.actors)))
    again = Escalation().look(Study(dataclasses.replace(whole, actors=actors), whole.as_of, draws=128))
    assert numbers_of(again) == numbers_of(looked(name))


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


def test_the_models_behind_settings_are_off_and_add_a_table_and_a_sentence_when_on():
    usual, more = looked("harbour"), with_models()
    assert not MORE & {t.key for t in usual.tables} and set(usual.answer) < set(more.answer)
    assert {t.key for t in more.tables} >= MORE and len(more.answer) == len(usual.answer) + 3
    assert {"lewis2003", "nalebuff1986", "weimer2006"} <= set(more.sources) - set(usual.sources)
    assert {f.key: f.value for f in more.findings} == {f.key: f.value for f in usual.findings}


def test_the_signalling_game_of_a_threat_is_that_of_its_payoffs():
    """At numbers that are certain: the payoffs of the threat, counted in what is private."""
    whole = case("harbour")
    at = {"challenge_unopposed": 0.9, "challenge_not_made": 0.5, "challenge_fought": 0.3, "challenge_dropped": 0.2}
    at |= {"defence_holds": 0.8, "defence_gives_way": 0.4, "defence_fought": 0.3}
    sure = tuple(
        dataclasses.replace(f, low=at[f.quantity], mode=at[f.quantity], high=at[f.quantity])
        if f.subject == ("blockade",) and f.quantity in at
        else f
        for f in whole.figures
    )
    with using({"escalation.private": (0.2, 0.25, 0.3), "escalation.signalling_draws": 2}):
        result = Escalation(signalling="on").look(Study(dataclasses.replace(whole, figures=sure), whole.as_of, draws=8))
    row = result.table("signalling").rows[1]
    assert [plain(r[3]) for r in result.table("signalling").rows] == [0.2, 0.25, 0.3]
    (found,) = equilibria(Worth(2.0, 3.6, 1.6, 3.2, 1.2, 1.2, 0.8))
    assert [plain(x) for x in row[4:13]] == pytest.approx(
        [x for x in (found.challenge, found.resist, found.fight) for _ in "123"]
    )


def test_the_worse_a_disaster_the_less_often_neither_gives_way():
    whole = case("harbour")
    rows = Escalation(attrition="on").look(Study(whole, whole.as_of, draws=64)).table("contests").rows
    assert [plain(r[3]) for r in rows] == [1, 3, 10]
    chances = [plain(r[5]) for r in rows]
    assert chances == sorted(chances, reverse=True) and all(0 < x < 1 for x in chances)
    assert [plain(r[5]) for r in rows] == pytest.approx([p_disaster(plain(r[4])) for r in rows])


def test_combinations_that_support_themselves_by_brute_force():
    told = case("harbour").escalation.cross_impact
    result = Escalation(cross_impact="on").look(Study(case("harbour"), case("harbour").as_of, draws=8))
    label = {v.id: v.label for d in told.descriptors for v in d.variants}
    on = {(x.of, name): by for x in told.impacts for name, by in x.on.items()}
    wanted = []
    for chosen in itertools.product(*([v.id for v in d.variants] for d in told.descriptors)):
        sums = {v.id: sum(on.get((c, v.id), 0) for c in chosen) for d in told.descriptors for v in d.variants}
        short = max(max(sums[v.id] for v in d.variants) - sums[c] for d, c in zip(told.descriptors, chosen))
        if short <= 1:
            own = {d.id: label[c] for d, c in zip(told.descriptors, chosen)}
            wanted.append((*(own[k] for k in sorted(own)), short, sum(sums[c] for c in chosen)))
    assert {tuple(map(plain, r)) for r in result.table("balances").rows} == set(wanted)
    bare = dataclasses.replace(
        case("harbour"), escalation=case("harbour").escalation.model_copy(update={"cross_impact": None})
    )
    notes = Escalation(cross_impact="on").look(Study(bare, bare.as_of, draws=8)).notes
    assert any("no cross_impact" in n and "escalation.yaml" in n for n in notes)
