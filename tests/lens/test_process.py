"""The process lens: break-even points, misread last points, what a change buys, and what is missing."""

from dataclasses import replace

import numpy as np
import pytest

from tests.cases import case
from tests.derive.circle.test_circles import with_figures
from tests.derive.circle.test_messages import channel, with_channels, without_noise
from tests.lens.test_influence import study
from winset.derive.war import columns as war
from winset.derive.war import outcomes
from winset.lens import lens
from winset.lens.process.lens import Process
from winset.lens.process.parts import CHANGES, departs
from winset.result import plain
from winset.settings import number, numbers, using
from winset.theory import organisation


def looked(whole, draws=128):
    return Process().look(study(whole, draws))


@pytest.fixture(scope="module")
def harbour():
    return looked(case("harbour"))


@pytest.fixture(scope="module")
def ukraine():
    return looked(case("ukraine-2025"), 32)


def rows(table, **wanted):
    keys = [c.key for c in table.columns]
    told = [dict(zip(keys, map(plain, row))) for row in table.rows]
    return [row for row in told if all(row[k] == v for k, v in wanted.items())]


def test_it_says_break_even_points_and_bands(harbour):
    told = " ".join(harbour.answer)
    assert "judges plans better if each errs in under" in told and "Nobody has measured" in told
    assert len(harbour.offer.headline.split()) <= 25 and harbour.offer.picture == "curve_chart"
    assert {p.part for p in harbour.offer.points} == {"process"}
    for found in harbour.findings:
        assert found.low is not None and found.low <= found.value <= found.high and found.basis, found.key


def test_at_the_break_even_point_both_ways_are_worth_as_much(ukraine):
    """Four envoys of whom one is enough, against a majority of eight advisers: the worth of both, by the theory."""
    rho, errors = number("process.rho"), numbers("process.error")
    (row,) = rows(ukraine.table("break_even"), party="United States", form="formal: majority of 8")
    for k, error in enumerate(errors):
        rate, worth = row[f"at_{k}"], (row["good"], row["gain"], row["loss"], rho)
        formal = organisation.worth(8, 5, 1 - rate, rate, *worth)
        assert formal == pytest.approx(organisation.worth(4, 1, 1 - error, error, *worth), abs=1e-9)
    (as_now,) = rows(ukraine.table("review"), party="United States", form="as now: four envoys, each alone")
    assert as_now["accepted_middle"] == pytest.approx(rho * errors[1] + (1 - rho) * (1 - (1 - errors[1]) ** 4))


def test_one_more_envoy_alone_accepts_more_bad_plans():
    one = looked(with_channels(channel("x", "aren", "reik")))
    two = looked(with_channels(channel("x", "aren", "reik"), channel("y", "hesk", "reik"), channel("z", "roe", "aren")))
    assert rows(one.table("review"), party="Merrin")[0]["form"] == "as now: one envoy alone"
    assert {r["party"] for r in rows(two.table("review"))} == {"Merrin", "Sarrow"}


def test_what_one_change_buys_is_the_difference_of_its_rows(harbour):
    bought, heard = harbour.table("bought"), harbour.table("heard")
    (row,) = rows(bought, change="a staff weighs reports", measure="Sarrow of Tavenna: error") or rows(
        bought, change="a staff weighs reports", measure="Tavenna of Sarrow: error"
    )
    hearer, speaker = row["measure"].removesuffix(": error").split(" of ")
    before, after = (
        rows(heard, hearer=hearer, speaker=speaker, change=name)[0] for name in ("as now", "a staff weighs reports")
    )
    gaps = [after[end] - before[end] for end in ("low", "middle", "high")]
    assert (row["low"], row["high"]) == (min(gaps), max(gaps)) and row["high"] < 0
    assert set(CHANGES) == set(heard.column("change"))


def test_better_reports_table_fewer_plans_that_somebody_refuses(harbour):
    table = harbour.table("tabled")
    now, then = (rows(table, party="Merrin", change=name)[0] for name in ("as now", "all of these"))
    assert now["high"] > then["high"] and then["middle"] <= now["middle"]
    assert rows(table, party="Merrin")[0]["exact"] <= now["middle"]


def test_a_wish_for_a_deal_tips_and_costs():
    """A leader with a wish larger than any loss takes every plan that no line forbids."""
    whole = with_figures(case("harbour"), ("reik", "deal_bonus", 1.0))
    plain_ = looked(whole).table("wishes")
    none = looked(with_figures(case("harbour"), ("reik", "deal_bonus", 0.0)))
    assert all(r["cost"] > 0 for r in rows(plain_, party="Tavenna")) and any(r["tipped"] for r in rows(plain_))
    assert "wishes" not in {t.key for t in none.tables}
    few = looked(with_figures(case("harbour"), ("reik", "deal_bonus", 0.05))).table("wishes")
    for some, all_ in zip(rows(few), rows(plain_)):
        assert some["tipped"] <= all_["tipped"]


def test_contradictions_observed_and_expected(ukraine):
    (row,) = rows(ukraine.table("voices"), party="United States")
    assert row["against"] == 4 and row["expected_low"] < row["expected_middle"] < row["expected_high"]
    n, e = row["followed"], numbers("process.departs")[1]
    assert row["expected_middle"] / row["week"] == pytest.approx(n * 2 * e * (1 - e) / 4)
    for x in (0.0, 0.1, 0.3, 0.5):
        assert organisation.contradicts(departs(organisation.contradicts(x))) == pytest.approx(2 * x * (1 - x))
    assert row["departs_low"] < row["departs_middle"] < row["departs_high"]


def test_days_follow_from_the_pace_of_the_record(harbour):
    table = harbour.table("days")
    shares = set(table.column("good"))
    assert number("process.good") in shares
    (row,) = rows(table, party="Merrin", form="as now: one envoy alone", good=number("process.good"))
    plans = sorted(p.date for p in case("harbour").plans if p.kind == "plan")
    every = (plans[-1] - plans[0]).days / (len(plans) - 1)
    low = numbers("process.error")[0]
    assert row["low"] >= every / (number("process.good") * (1 - low))  # and what bad plans cost comes on top
    with using({"process.review_days": 0.0}):
        quick = looked(case("harbour")).table("days")
    slow = [r["middle"] for r in rows(table, form="formal: majority of 3")]
    assert all(a < b for a, b in zip([r["middle"] for r in rows(quick, form="formal: majority of 3")], slow))


def test_a_case_without_channels_says_what_to_add():
    found = looked(with_channels())
    assert found.answer == ("Nothing can be said: the case has no person who carries messages, no person who advises.",)
    from winset.lens.lacking import place_of

    assert {place_of(x) for x in Process().lacks(with_channels())} == {"channels.csv"}


def test_a_case_with_nothing_but_channels_still_answers():
    """No plans, positions, events, war or Figures: ways of deciding are compared, and what is missing is told."""
    bare = replace(
        without_noise(), plans=(), events=(), figures=(), war=None, evidence=(), levers=(), readings=(), digest="bare"
    )
    found = lens("process").look(study(bare, 16))
    assert "break_even" in {t.key for t in found.tables} and "tabled" not in {t.key for t in found.tables}
    assert any("pace of plans cannot be told" in n for n in found.notes)
    assert found.offer.headline


def test_nothing_of_messages_is_invented_where_the_case_is_silent(harbour):
    silent = looked(without_noise())
    assert any("range of the Settings stands in" in n for n in silent.notes)
    assert not any("range of the Settings stands in" in n for n in harbour.notes)


def test_the_lever_of_a_formal_process_is_no_copy_of_another():
    """It sets what messengers lose and what the leader wishes, and no number that another lever sets."""
    levers = {p.id: set(p.set) for p in case("ukraine-2025").levers}
    own = levers.pop("formal_process")
    assert {key.rpartition(".")[2] for key in own} >= {"message_noise", "face_value"}
    assert all(not own & other for other in levers.values())


def test_the_error_reaches_the_war_and_nothing_else_of_it():
    """Louder messengers: what is tabled and seen changes, what is true does not, and other deals are signed."""
    whole = case("harbour")
    told = {key: (key, "message_noise") for key in ("aren/sarrow", "aren/tavenna")}
    worlds = [
        with_figures(whole, *((*told[key], noise) for key in told), ("merrin", "face_value", 1.0))
        for noise in (0.0, 0.4)
    ]
    made = [war.war(study(w, 24).arrays()[0]) for w in worlds]
    for name in ("value", "reckoned", "open", "ratified", "p", "endurance", "length"):
        np.testing.assert_array_equal(getattr(made[0], name), getattr(made[1], name))
    assert (made[1].blur > made[0].blur).all() and made[1].misread.std() > made[0].misread.std()
    calm, loud = outcomes.future(made)
    assert not np.array_equal(calm.state, loud.state)
    assert loud.state[:, :24, 5].sum(axis=1).mean() > calm.state[:, :24, 5].sum(axis=1).mean()
