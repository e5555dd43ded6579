"""Steps, answers, threats and states, against counts made by hand on small invented records."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest

from tests.cases import case
from winset.arrays import Study
from winset.case import steps
from winset.case.escalation import Bloc, Choice, Escalation, Graph, Placed, Player
from winset.case.model import Event
from winset.derive.steps import games
from winset.derive.steps.follow import own_acts, threats
from winset.derive.steps.placed import acts, pairs, standings
from winset.derive.steps.reactions import counts, reactions
from winset.derive.steps.states import states
from winset.errors import DossierError


def event(key, day, kind, source, target, plover="", mode="", ref=None, intensity=-3.0, precision="day"):
    return Event(
        id=key,
        date=dt.date(2024, 3, 1) + dt.timedelta(day),
        kind=kind,
        plover=plover,
        mode=mode,
        source=source.split(),
        target=target.split(),
        what=f"Act {key}.",
        ref=ref,
        intensity=intensity,
        precision=precision,
        basis="judgement: invented",
    )


def harbour(*events, told=None):
    return dataclasses.replace(case("harbour"), events=tuple(events), escalation=told)


def placed(key, domain, step, **more):
    return Placed(event=key, domain=domain, step=step, basis="judgement: invented", **more)


def test_the_steps_are_an_order_within_each_domain():
    for domain in steps.domains():
        own = [n for d, n in steps.rungs() if d == domain]
        assert own == list(range(1, len(own) + 1))
    assert sum(bool(r.threshold) for r in steps.rungs().values()) == 11 and len(steps.rungs()) == 33


def test_an_act_stands_on_the_lowest_step_of_its_code_or_where_the_case_puts_it():
    told = Escalation(steps=(placed("b", "economy", 4, aimed=("merrin",)), placed("b", "words", 3)))
    made = acts(
        harbour(
            event("a", 0, "strike", "tavenna", "sarrow", "ASSAULT", "aerial"),
            event("b", 1, "tariff", "sarrow", "tavenna", "SANCTION"),
            event("c", 2, "plan", "sarrow", "tavenna", "REQUEST", "change"),
            event("d", 3, "deployment", "sarrow", "tavenna", "MOBILIZE", "weapons", intensity=4.0),
            told=told,
        )
    )
    assert [(a.event.id, a.rung.domain, a.rung.step) for a in made] == [
        ("a", "force", 3),
        ("b", "economy", 4),
        ("b", "words", 3),
    ]
    assert made[1].targets == ("merrin", "tavenna") and made[1].through == ("merrin",)
    assert made[2].targets == ("tavenna",) and made[0].stated is False


def test_persons_act_for_their_party_and_a_bloc_is_reached_with_its_member():
    told = Escalation(blocs=(Bloc(member="sarrow", of="hesk", basis="judgement: invented"),))
    (act,) = acts(harbour(event("a", 0, "threat", "reik", "hesk", "THREATEN", "violence"), told=told))
    assert (act.source, act.targets, act.through) == ("tavenna", ("hesk", "sarrow"), ("sarrow",))
    assert pairs((act,)) == (("tavenna", "hesk"), ("tavenna", "sarrow"))


def test_announced_stands_apart_from_done():
    told = Escalation(steps=(placed("b", "economy", 5, state="announced"),))
    whole = harbour(
        event("a", 0, "sanction", "sarrow", "tavenna", "SANCTION"),
        event("b", 1, "threat", "sarrow", "tavenna", "THREATEN", "restrict"),
        told=told,
    )
    (only,) = standings(whole, acts(whole))
    assert only.done and only.announced and only.ahead
    assert (only.done.rung.step, only.announced.rung.step) == (2, 5)
    assert only.threshold and only.threshold.step == 4 and only.acts == 2


RECORD = (
    event("a1", 0, "strike", "tavenna", "sarrow", "ASSAULT"),
    event("a2", 20, "strike", "tavenna", "sarrow", "ASSAULT"),
    event("a3", 40, "strike", "tavenna", "sarrow", "ASSAULT", precision="month"),
    event("b1", 3, "strike", "sarrow", "tavenna", "ASSAULT", "aerial"),
    event("b2", 60, "sanction", "sarrow", "tavenna", "SANCTION", ref="a2"),
)


def test_an_answer_is_by_date_or_told_and_silence_is_a_row():
    found = {r.act.event.id: r for r in reactions(harbour(*RECORD), acts(harbour(*RECORD)), 7)}
    assert set(found) == {"a1", "a2", "a3", "b1", "b2"}
    assert found["a1"].answer.event.id == "b1" and found["a1"].days == 3 and found["a1"].how == "matched"
    assert found["a2"].coded and found["a2"].answer.event.id == "b2" and found["a2"].how == "another domain"
    assert found["a3"].answer is None and found["a3"].chance is None
    assert found["b1"].answer is None
    # two answers in a period of 61 + 7 days: by hand, every day of it once
    days = [d + r for r in range(1, 68) for d in (3, 60)]
    assert found["a1"].chance == pytest.approx(
        np.mean([any(1 <= (d % 68) <= 7 for d in days[2 * r : 2 * r + 2]) for r in range(67)])
    )


def test_looks_are_corrected_for_their_number():
    found = counts(acts(harbour(*RECORD)), (1, 7))
    assert len(found) == 4 and all(c.q >= c.look.p for c in found)
    first = next(c for c in found if (c.source, c.window) == ("tavenna", 7))
    assert (first.look.acts, first.look.answered) == (2, 1)


def test_a_side_that_does_what_it_announced_follows_through_and_answers_nothing():
    whole = harbour(
        event("t", 0, "threat", "sarrow", "tavenna", "THREATEN", "restrict"),
        event("x", 5, "sanction", "sarrow", "tavenna", "SANCTION", ref="t"),
        event("u", 9, "threat", "sarrow", "tavenna", "THREATEN", "violence"),
        event("v", 12, "statement", "sarrow", "tavenna", "CONCEDE", ref="u", intensity=4.5),
        event("w", 20, "threat", "tavenna", "sarrow", "THREATEN", "violence"),
    )
    fates = {t.event.id: (t.fate, t.like.id if t.like else "") for t in threats(whole, acts(whole))}
    assert fates == {
        "t": ("followed by an act", "threat-standing"),
        "u": ("taken back", "force-after-threat"),
        "w": ("nothing recorded", "force-after-threat"),
    }
    assert [(o.act.event.id, o.later.id, o.how) for o in own_acts(whole, acts(whole))] == [
        ("t", "x", "followed through"),
        ("u", "v", "taken back"),
    ]
    assert all(r.answer is None or r.answer.source != r.act.source for r in reactions(whole, acts(whole), 7))


def graph(**more):
    def player(actor, option, *prefers):
        return Player(
            actor=actor, options=(Choice(id=option, label=option),), prefers=prefers, basis="judgement: invented"
        )

    return Graph(
        players=(
            player("sarrow", "open", ("leave",), ("not open",)),
            player("tavenna", "leave", ("open",), ("not leave",)),
        ),
        ends={"both": ("open", "leave")},
        basis="judgement: invented",
        **more,
    )


def test_the_dilemma_of_two_sides_as_options():
    """Each would rather not move, whatever the other does: today stands, and both only if a move back is met."""
    made = states(graph())
    assert made.named == {"now": made.at(()), "both": made.at(("open", "leave"))}
    assert made.stands(made.named["now"])["nash"] and not made.stands(made.named["both"])["nash"]
    assert made.stands(made.named["both"])["seq"] and made.words(made.named["both"]) == "open; leave"
    lasting = states(graph(lasting=("open", "leave")))
    assert lasting.stands(lasting.named["both"])["nash"]
    assert len(states(graph(never=(("open", "not leave"),))).taken) == 3


def test_too_many_options_are_told():
    many = tuple(Choice(id=f"o{i}", label="x") for i in range(17))
    one = graph().players[0].model_copy(update={"options": many, "prefers": (("o1",),)})
    with pytest.raises(DossierError, match="17 options"):
        states(graph().model_copy(update={"players": (one, one.model_copy(update={"options": ()}))}))


def test_a_better_status_quo_moves_a_threat_as_more_credibility_does():
    whole = case("harbour")
    arrays = Study(whole, whole.as_of, draws=64).arrays()
    (threat,) = whole.escalation.threats
    found = games.weigh(arrays, threat)
    assert found.shares.sum() == pytest.approx(1) and found.sound.all()
    held = games.columns(arrays, threat.id, games.OF_THREAT)
    top, fought = held["challenge_unopposed"], held["challenge_fought"]
    assert (top - found.needed) / (top - fought) == pytest.approx(found.defender)  # c2 at the status quo that is needed
