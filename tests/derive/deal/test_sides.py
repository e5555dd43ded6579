"""A side of one or more parties: an ally that signs, alone or after its leader, in the settlement, the core and the
record."""

import dataclasses

import numpy as np
import pytest

from tests.cases import NAMES, case
from winset.arrays import Arrays, Luck, Study
from winset.case import model as m
from winset.case.defaults import is_default, with_defaults
from winset.case.figure import parse_basis
from winset.case.unsaid import unsaid
from winset.derive.deal.acceptance import judge
from winset.derive.deal.bargain import bargain
from winset.derive.deal.weighing import heard, kept
from winset.derive.war import columns as wars
from winset.derive.war import outcomes
from winset.derive.war.no_deal import no_deal, no_deal_from_core
from winset.derive.worth.followers import goes_along
from winset.derive.worth.menu import menu
from winset.derive.worth.utilities import Reading

OWN = ("ideal", "value", "attention", "red_line", "red_line_real", "crossing_cost", "no_deal")
TEST = parse_basis("judgement: a test")
NEAR = (("sarrow", "hesk"), ("tavenna",))


def signing(follows=None, sides=NEAR, cost=0.004, like="sarrow"):
    """The harbour with the League of Hesk signing: another's positions and dossier's no deal, by its own luck."""
    whole = case("harbour")
    actors = tuple(a.model_copy(update={"signs": True}) if a.id == "hesk" else a for a in whole.actors)
    copied = [f for f in whole.figures if f.subject[0] == like and f.quantity in OWN]
    figures = [
        dataclasses.replace(f, id=f.id.replace(like, "hesk", 1), subject=("hesk", *f.subject[1:])) for f in copied
    ]
    more = {"hesk.flow_cost": (cost, cost, cost)} if cost is not None else {}
    more |= {"hesk/sarrow.follows": (follows,) * 3} if follows is not None else {}
    for key, (low, mode, high) in more.items():
        subject, _, quantity = key.rpartition(".")
        figures.append(
            m.Figure(
                id=key,
                subject=tuple(subject.split("/")),
                quantity=quantity,
                basis=TEST,
                low=low,
                mode=mode,
                high=high,
                where=("test", 1),
            )
        )
    return dataclasses.replace(
        whole, actors=actors, figures=(*whole.figures, *figures), scales={**whole.scales, "hesk": whole.scales[like]},
        war=whole.war.model_copy(update={"sides": sides}), digest=f"{follows}{sides}{cost}{like}",
    )  # fmt: skip


def arrays_of(known, draws=64):
    return Study(known, known.as_of, draws=draws, seed=3).arrays()[0]


def verdicts(arrays, reading=Reading()):
    return judge(arrays, [p for p in arrays.case.plans if p.kind == "plan"], reading)


def test_one_actor_needs_no_brackets_and_the_first_leads():
    made = m.War.model_validate({"began": "2024-02-10", "belligerents": ["a", ["b", "c"]]})
    assert made.sides == (("a",), ("b", "c")) and made.belligerents == ("a", "b")
    assert [made.leader_of(x) for x in "abcd"] == [None, None, "b", None]
    known = case("harbour")
    assert known.war.sides == NEAR and known.war.belligerents == ("sarrow", "tavenna")


def test_an_ally_that_does_not_sign_changes_nothing():
    known = case("harbour")
    alone = dataclasses.replace(known, war=known.war.model_copy(update={"sides": (("sarrow",), ("tavenna",))}))
    ours, theirs = arrays_of(known), arrays_of(alone)
    for party, column in no_deal_from_core(ours).items():
        np.testing.assert_array_equal(column, no_deal_from_core(theirs)[party])
    for a, b in zip(verdicts(ours), verdicts(theirs)):
        assert sorted(a.signs) == ["sarrow", "tavenna"]
        np.testing.assert_array_equal(a.passes, b.passes)


@pytest.mark.parametrize("follows", [None, 0.0])
@pytest.mark.parametrize("cost", [None, 0.004])
def test_an_ally_that_never_follows_is_one_more_signatory(follows, cost):
    ally = arrays_of(signing(follows, cost=cost))
    third = arrays_of(signing(follows, sides=(("sarrow",), ("tavenna",)), cost=cost))
    values = no_deal_from_core(third)
    for party, column in no_deal_from_core(ally).items():
        np.testing.assert_array_equal(column, values[party])
    assert (values["hesk"] == third.get("hesk", "no_deal")).all() == (cost is None)
    for a, b in zip(verdicts(ally), verdicts(third)):
        for party in a.signs:
            np.testing.assert_array_equal(a.signs[party], b.signs[party])
    for a, b in zip(outcomes.future([wars.war(ally)]), outcomes.future([wars.war(third)])):
        np.testing.assert_array_equal(a.state, b.state)


def test_an_ally_that_always_follows_stops_nothing_that_its_leader_signs():
    sure, never, alone = (arrays_of(x) for x in (signing(1.0), signing(0.0), case("harbour")))
    apart = False
    for own, refused, without in zip(verdicts(sure), verdicts(never), verdicts(alone)):
        assert (own.signs["hesk"] >= own.signs["sarrow"]).all()
        np.testing.assert_array_equal(own.signs["hesk"], refused.signs["hesk"] | own.signs["sarrow"])
        np.testing.assert_array_equal(own.all_sign, own.signs["sarrow"] & own.signs["tavenna"])
        np.testing.assert_array_equal(own.blocked("hesk") | own.short("hesk"), ~own.signs["hesk"])
        apart |= bool((refused.signs["sarrow"] & ~refused.signs["hesk"]).any())
        np.testing.assert_array_equal(own.worth["sarrow"], without.worth["sarrow"])
    assert apart  # it would not sign all by itself
    deals = menu(alone.case, ("sarrow", "tavenna"))
    found = [outcomes.future([wars.war(x, deals=deals)])[0] for x in (sure, alone, never)]
    np.testing.assert_array_equal(found[0].state, found[1].state)
    assert found[2].deal.sum() < found[1].deal.sum()
    b, free = bargain(sure), bargain(alone)
    at = b.parties.index("hesk")
    assert not b.red[:, at].any() and (b.reserve[:, at] < -5).all()
    np.testing.assert_array_equal(b.red[:, b.parties.index("sarrow")], free.red[:, free.parties.index("sarrow")])


def test_between_the_two_it_follows_in_its_share_of_draws():
    arrays = arrays_of(signing(0.3), 2000)
    along = goes_along(arrays, "hesk")
    assert along.mean() == pytest.approx(0.3, abs=0.01) and not goes_along(arrays, "sarrow").any()
    for v, alone in zip(verdicts(arrays, DOSSIER), verdicts(arrays_of(signing(0.0), 2000), DOSSIER)):
        np.testing.assert_array_equal(v.signs["hesk"], alone.signs["hesk"] | (along & alone.signs["sarrow"]))


DOSSIER = Reading(no_deal="dossier")


def test_the_order_of_the_sides_does_not_matter():
    """Who signs what, and what going on without deals is worth to the ally; the front is told from the first side's
    defeat."""
    ours = signing(0.4)
    front = next(f for f in ours.figures if f.key == "case.front")
    turned = dataclasses.replace(front, low=1 - front.high, mode=1 - front.mode, high=1 - front.low)
    theirs = dataclasses.replace(
        signing(0.4, sides=NEAR[::-1]),
        figures=tuple(turned if f is front else f for f in ours.figures),
    )
    one, two = Arrays(ours, Luck(3, 48)), Arrays(theirs, Luck(3, 48))
    for a, b in zip(verdicts(one, DOSSIER), verdicts(two, DOSSIER)):
        for party in a.signs:
            np.testing.assert_array_equal(a.signs[party], b.signs[party])
        np.testing.assert_array_equal(a.passes, b.passes)
    first, second = wars.war(one), wars.war(two)
    plans = [k for k, kind in enumerate(first.kinds) if kind == "plan"]
    at = [second.deals.index(first.deals[k]) for k in plans]
    np.testing.assert_array_equal(first.open[:, plans], second.open[:, at])
    even = dataclasses.replace(first, front=np.full(48, 0.5)), dataclasses.replace(second, front=np.full(48, 0.5))
    for d in range(48):
        laws = [outcomes.law(None, w, d) for w in even]
        votes = [outcomes.assent(w, d, x, x) for w, x in zip(even, laws)]
        np.testing.assert_allclose(votes[0][1], votes[1][1], atol=1e-9)


@pytest.mark.parametrize("name", [*NAMES, "allied"])
def test_settlement_and_core_have_one_assent(name):
    """Of those who lead no side, over the deals on the table that no real line and no consent stops, in the weighed
    draws."""
    known = signing(0.3, like="tavenna") if name == "allied" else case(name)
    draws = 400 if name == "ukraine-2025" else 96
    arrays = Study(known, known.as_of, draws=draws, seed=2, weigher=kept).arrays()[0]
    one, told = wars.war(arrays), {v.plan: v for v in verdicts(arrays)}
    plans, same, refused = wars.with_plan(one), [], 0
    for d in np.flatnonzero((one.open & one.ratified).any(axis=1)):
        core = outcomes.solved(one, d, plan=int(plans[d]))
        for k in np.flatnonzero(one.open[d] & one.ratified[d]):
            if one.deals[k] in told:
                signs = told[one.deals[k]].signs
                # an ally that follows signs when its leader does: the core leaves that to the leader
                own = [signs[b.party][d] or b.follows[d] for b in one.beside]
                same.append(all(own) == core.assent[k])
                refused += not core.assent[k]
    assert same and np.mean(same) >= 0.99
    assert refused or name != "allied"


@pytest.mark.parametrize("name", ["ukraine-2025"])
def test_the_assent_is_a_fixed_point(name):
    """What those who watch sign is what their value of going on says, in the law of endings of the same core."""
    known = case(name)
    arrays = arrays_of(known, 200)
    one = wars.war(arrays)
    plans, seen, free = wars.with_plan(one), [], one.open & one.ratified
    for d in np.flatnonzero(free.any(axis=1)):
        core = outcomes.solved(one, d, plan=int(plans[d]))
        again, floor = outcomes.assent(one, d, outcomes.law(core, one, d), outcomes.law(None, one, d))
        seen += list((again == core.assent)[free[d]])
        np.testing.assert_array_equal(floor, core.floor)
        assert floor[0] == no_deal(arrays, "united_states")[d]
    assert len(seen) > 50 and np.mean(seen) >= 0.99


def test_a_wish_for_a_deal_as_such_does_not_sign():
    one = wars.war(arrays_of(case("ukraine-2025"), 48))
    wish = dataclasses.replace(one, bonus=one.bonus + 1.0)
    for d in np.flatnonzero((one.open & one.ratified).any(axis=1)):
        np.testing.assert_array_equal(outcomes.solved(wish, d).assent, outcomes.solved(one, d).assent)


def test_the_answer_of_an_ally_is_read_as_what_it_would_sign():
    known = signing(0.5, like="tavenna")
    plan = known.plan["merrin-winter-note"]
    said = m.Response(actor="hesk", date=known.as_of, response="accepted", basis="judgement: a test", gist="x")
    plans = tuple(p.model_copy(update={"responses": (*p.responses, said)}) if p is plan else p for p in known.plans)
    known = dataclasses.replace(known, plans=plans)
    study = Study(known, known.as_of, draws=200, seed=3)
    (luck,) = study.lucks
    told = next(h for h in heard(study, known, luck) if h.answer.party == "hesk")
    arrays = study.arrays()[0]
    floors = {p: no_deal(arrays, p) for p in ("hesk", "sarrow")}
    verdict = next(v for v in verdicts(arrays) if v.plan == plan.id)
    np.testing.assert_array_equal(told.signs(floors), verdict.signs["hesk"])
    assert (told.signs(floors) & goes_along(arrays, "hesk") & (verdict.margin["hesk"] < 0)).any()
    low, high = told.bounds()
    weight = told.weight(told.agrees(floors))
    assert ((low <= weight) & (weight <= high)).all()


def test_the_default_is_that_no_ally_follows():
    found = with_defaults(signing())
    figure = next(f for f in found.figures if f.key == "hesk/sarrow.follows")
    assert is_default(figure) and figure.subject == ("hesk", "sarrow") and figure.high == 0
    assert not goes_along(arrays_of(found), "hesk").any()
    assert any("hesk/sarrow.follows" in p.what for p in unsaid(found))  # the report says where a default stands in
    assert not any(f.quantity == "follows" for f in with_defaults(case("harbour")).figures)
