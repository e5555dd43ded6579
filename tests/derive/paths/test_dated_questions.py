"""Chances by the rule of a question: ends that are given, recorded acts in closed form, laws of probability, what is
decided."""

import dataclasses
import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.derive.paths.asking import (
    KNOWN,
    NEVER,
    NOW,
    PARTS,
    PATHS,
    SOME,
    WHOLE,
    YEAR,
    act,
    ask,
    chance,
    ends,
    pause,
    question,
    slack,
    with_acts,
)
from winset.arrays import Arrays, Luck
from winset.case import model as m
from winset.case.patch import as_of
from winset.derive.paths.acts_on_record import Known, Sought
from winset.derive.paths.dated_questions import Paths, answers, error, signed
from winset.derive.war import base_rates
from winset.derive.war.columns import DAYS


@pytest.mark.parametrize(
    ("rule", "sixteenths"),
    [
        ("happens(ceasefire, any, any, 2026-12-26)", 4),
        ("happens(ceasefire, any, any, 2026-05-01)", 2),
        ("happens(settlement, any, any, 2026-12-26)", 3),
        ("happens(settlement, any, any, 2026-05-01)", 1),
        ("happens(settlement, any, any, 2026-08-26)", 3),
        ("happens(acceptance, russia, any, 2026-12-26)", 4),
        ("happens(acceptance, ukraine, any, 2026-12-26)", 4),
        ("happens(ceasefire, any, any, 2026-12-26) and not happens(settlement, any, any, 2026-12-26)", 1),
        ("happens(acceptance, russia, any, 2026-12-26) and happens(ceasefire, any, any, 2026-05-01)", 2),
    ],
)
def test_the_ends_of_the_war_resolve_the_rule(rule, sixteenths):
    """A settlement is a ceasefire too; a peace follows a truce by its lag, a text the terms of a side that cannot go
    on."""
    assert chance(with_acts(), rule, SOME) == sixteenths / 16


def test_the_base_rate_stands_beside_the_end_of_the_war():
    asked = ask(KNOWN, question("happens(ceasefire, any, any, 2026-12-26)"), SOME, 1)
    assert asked.base == pytest.approx(base_rates.ended(KNOWN, 365 / DAYS) * (4.5 + 9.5) / 30, rel=1e-6)


def test_a_side_that_cannot_go_on_signs_terms_and_one_that_is_conquered_signs_nothing():
    for cause in ("A conquers", "B conquers", "both exhausted"):
        days = signed(ends((6.0, cause, np.inf)))
        assert not np.isfinite(days["ceasefire"]).any() and not np.isfinite(days["settlement"]).any()
    days = signed(ends((4.0, "B exhausted", 1.0)))
    assert set(days["ceasefire"]) == {122.0, np.inf} and set(days["settlement"]) == {152.0, np.inf}


def test_a_conquest_is_a_victory_of_one_side_and_no_act_of_both():
    wars = ends((2.0, "A conquers", np.inf), (3.0, "B conquers", np.inf), (3.0, "B conquers", np.inf), (4.0, "deal", 0))
    first, second = KNOWN.war.belligerents
    by = {"any, any": 3, f"{first}, {second}": 1, f"{second}, {first}": 2}
    for who, sixteenths in by.items():
        assert chance(with_acts(), f"happens(victory, {who}, 2026-12-26)", wars) == sixteenths / 16
    over = "happens(ceasefire, any, any, 2026-12-26) or happens(victory, any, any, 2026-12-26)"
    assert chance(with_acts(), over, wars) == 4 / 16
    base = {r: ask(KNOWN, question(r), wars, 1).base for r in (over, over.split(" or ")[0], over.split(" or ")[1])}
    assert list(base.values())[2] is None and base[over] > base[over.split(" or ")[0]]


def test_not_and_or_agree_with_each_other():
    yes = ask(KNOWN, question("happens(ceasefire, any, any, 2026-12-26)"), SOME, 1)
    no = ask(KNOWN, question("not happens(ceasefire, any, any, 2026-12-26)"), SOME, 1)
    assert yes.model + no.model == pytest.approx(1) and yes.base + no.base == pytest.approx(1)


def test_paths_of_one_draw_belong_together():
    """Draws that are all yes or all no say as much as that many paths, not more; independent paths as much as all."""
    whole = NEVER.draw % 4 == 0
    assert error(whole, NEVER) == pytest.approx(np.sqrt(0.25 * 0.75 / (PARTS - 1)))
    apart = np.random.default_rng(0).random(PATHS) < 0.25
    assert error(apart, NEVER) == pytest.approx(np.sqrt(0.25 * 0.75 / PATHS), rel=0.25)
    assert error(SOME.month < 6, SOME) == pytest.approx(0)  # the same share in every draw


def later(n, exposure, days):
    """The number of acts in `days` after n in `exposure`: negative binomial, the mixture of Poissons by Gamma(n +
    1/2)."""
    return stats.nbinom(n + 0.5, exposure / (exposure + days))


def test_recorded_acts_come_at_the_rate_on_record():
    calls = [e for e in KNOWN.events if e.kind == "call" and (e.source, e.target) == (("united_states",), ("russia",))]
    law = later(len(calls), YEAR, 60)
    for least in (1, 2, 4):
        by = NOW + dt.timedelta(60)
        found = chance(KNOWN, f"count(call, united_states, russia, {NOW}, {by}) >= {least}")
        assert found == pytest.approx(law.sf(least - 1), abs=slack(law.sf(least - 1)))


@given(st.integers(1, 12), st.integers(0, 4), st.integers(1, 300))
def test_a_count_goes_on_from_what_the_record_has(held, more, days):
    """A path begins with the record: P(at least so many by then) is that of the acts that are still to come."""
    known = with_acts(*(act(-1 - 20 * i, name=f"e{i}") for i in range(held)))
    by, law = NOW + dt.timedelta(days), later(held, YEAR, days)
    rule = f"count(call, united_states, russia, {NOW - dt.timedelta(YEAR)}, {by})"
    exact = law.sf(more - 1)
    assert chance(known, f"{rule} >= {held + more}") == pytest.approx(exact, abs=slack(exact))
    assert chance(known, f"{rule} == {held + more}") == pytest.approx(law.pmf(more), abs=slack(law.pmf(more)))


def test_happens_counts_from_the_day_after_opening():
    """What came between the opening of a question and the date of the case is on the path; what came before is not."""
    known, by = with_acts(act(-10, name="e")), NOW + dt.timedelta(30)
    rule = f"happens(call, united_states, russia, {by})"
    assert chance(known, rule, opened=NOW - dt.timedelta(11)) == 1
    exact = later(1, YEAR, 30).sf(0)
    assert chance(known, rule, opened=NOW - dt.timedelta(10)) == pytest.approx(exact, abs=slack(exact))


def test_acts_in_the_other_direction_do_not_count():
    by = NOW + dt.timedelta(200)
    there, back = (
        f"happens(sanction, {a}, {b}, {by})" for a, b in (("united_states", "russia"), ("russia", "united_states"))
    )
    known = with_acts(*(act(-9 - i, "sanction", name=f"e{i}") for i in range(5)))
    asked = ask(known, question(back), NEVER)
    assert asked.model is None and "either" in asked.why
    both = with_acts(*known.events[1:], act(-30, "sanction", "russia", "united_states", name="b"))
    for rule, n in ((there, 5), (back, 1)):
        exact = later(n, YEAR, 200).sf(0)
        assert chance(both, rule) == pytest.approx(exact, abs=slack(exact))
    for rule in (f"happens(sanction, russia, united_states, {by}, either)", f"happens(sanction, any, any, {by})"):
        none = later(5, YEAR, 200).pmf(0) * later(1, YEAR, 200).pmf(0)
        assert chance(both, rule) == pytest.approx(1 - none, abs=slack(none))


def test_a_term_written_twice_is_one_term():
    by = NOW + dt.timedelta(90)
    term = f"count(call, united_states, russia, {NOW}, {by}) >= 3"
    one = chance(KNOWN, term)
    assert 0.1 < one < 0.9
    assert chance(KNOWN, f"{term} or {term}") == chance(KNOWN, f"{term} and {term}") == one
    assert chance(KNOWN, f"{term} or not {term}") == 1


def test_the_rate_is_that_of_the_last_year():
    by = NOW + dt.timedelta(60)
    rule, exact = f"happens(call, united_states, russia, {by})", later(1, YEAR, 60).sf(0)
    assert chance(with_acts(act(-365, name="a"), act(-366, name="b")), rule) == pytest.approx(exact, abs=slack(exact))
    asked = ask(with_acts(act(-366, name="b")), question(rule), NEVER)
    assert asked.model is None and "last year" in asked.why


def test_several_actors_together_are_one_end_and_one_act():
    known = with_acts(act(-5, "summit", "united_states", "ukraine e3 eu", name="s"))
    by, law = NOW + dt.timedelta(100), later(1, YEAR, 100)
    for target in ("ukraine", "eu", "any"):
        rule = f"count(summit, united_states, {target}, {NOW - dt.timedelta(9)}, {by})"
        assert chance(known, f"{rule} >= 2") == pytest.approx(law.sf(0), abs=slack(law.sf(0)))


def test_any_is_the_sum_over_ordered_pairs():
    paths, until = Paths(Arrays(KNOWN, Luck(1, PARTS)), NEVER), NOW + dt.timedelta(300)
    every = paths.known.pairs(Sought("talks", "any", "any"))
    assert len(every) > 1
    parts = [paths.count("talks", a, b, NOW, until) for a, b in every]
    np.testing.assert_array_equal(paths.count("talks", "any", "any", NOW, until), np.sum(parts, axis=0))


def test_no_other_act_or_question_changes_a_path():
    until = NOW + dt.timedelta(300)
    alone = with_acts(act(-5, name="a"), act(-50, name="b"))
    among = with_acts(
        act(-9, "talks", name="c"), act(-50, name="b"), act(-5, name="a"), act(-3, target="ukraine", name="d")
    )
    one, two = (Paths(Arrays(k, Luck(1, PARTS)), NEVER) for k in (alone, among))
    two.count("talks", "any", "any", NOW, until + dt.timedelta(90))
    args = ("call", "united_states", "russia", NOW, until)
    np.testing.assert_array_equal(one.count(*args), two.count(*args))


def test_a_pause_to_come_takes_its_days_and_one_on_record_its_exposure():
    calls = [act(-1 - 40 * i, name=f"e{i}") for i in range(5)]
    by = NOW + dt.timedelta(40)
    rule, held = f"happens(call, united_states, russia, {by})", {"kinds": ["call"], "actors": ["russia"]}
    ahead = with_acts(*calls, calendar=(pause(11, 25, **held),))
    exact = later(5, YEAR, 25).sf(0)
    assert chance(ahead, rule) == pytest.approx(exact, abs=slack(exact))
    behind = with_acts(*calls, calendar=(pause(-70, -30, **held),))  # one of the five calls, on day -41, lies in it
    exact = later(4, YEAR - 41, 40).sf(0)
    assert chance(behind, rule) == pytest.approx(exact, abs=slack(exact))
    days = np.concatenate(Paths(Arrays(ahead, Luck(1, PARTS)), NEVER).acts("call", ("united_states", "russia"), 40))
    assert ((days > 25) & (days <= 40)).any() and not ((days > 10) & (days <= 25)).any()


@pytest.mark.parametrize("other", [{"kinds": ["talks"]}, {"actors": ["ukraine"]}])
def test_a_pause_of_other_kinds_or_actors_changes_nothing(other):
    calls, by = [act(-1 - 40 * i, name=f"e{i}") for i in range(5)], NOW + dt.timedelta(40)
    rule = f"happens(call, united_states, russia, {by})"
    assert chance(with_acts(*calls, calendar=(pause(11, 25, **other),)), rule) == chance(with_acts(*calls), rule)
    assert chance(with_acts(*calls, calendar=(pause(1, 40),)), f"{rule} or happens(ceasefire, any, any, {by})") == 0


def test_a_pause_that_was_not_public_yet_is_not_known():
    early = dataclasses.replace(WHOLE, calendar=(pause(-400, 400, public=NOW), pause(1, 2)))
    assert len(as_of(early, NOW).calendar) == 2 and len(as_of(early, NOW - dt.timedelta(1)).calendar) == 1


def taken(rate, **more):
    """The dossier with a rate at which Russia takes a named place."""
    basis = m.parse_basis("judgement: test")
    figure = m.Figure(
        id="russia/ford.capture_rate",
        subject=("russia", "ford"),
        quantity="capture_rate",
        basis=basis,
        low=rate,
        mode=rate,
        high=rate,
        where=("figures.csv", 1),
    )
    return dataclasses.replace(KNOWN, figures=(*KNOWN.figures, figure), **more)


def test_a_named_place_falls_at_its_rate_until_the_war_is_over():
    by = NOW + dt.timedelta(91)
    rule = f"happens(capture, russia, ukraine, {by}, at ford)"
    for wars, months in ((NEVER, 91 / DAYS), (ends(*[(1.0, "truce", 1)] * 16), 1.0)):
        exact = -np.expm1(-0.3 * months)
        assert chance(taken(0.3), rule, wars) == pytest.approx(exact, abs=slack(exact))
    assert chance(taken(0.0), rule) == 0


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("happens(capture, russia, ukraine, 2026-12-26)", "names no place"),
        ("happens(capture, russia, ukraine, 2026-12-26, at mill)", "add the Figure russia/mill.capture_rate"),
        ("happens(capture, ukraine, russia, 2026-12-26, at ford)", "add the Figure ukraine/ford.capture_rate"),
    ],
)
def test_a_place_without_a_rate_cannot_be_said(rule, what):
    asked = ask(taken(0.3), question(rule), NEVER)
    assert asked.model is None and what in asked.why


def test_a_place_that_was_taken_is_decided_and_not_taken_twice():
    held = (*KNOWN.events, act(-4, "capture", "russia", "ukraine", "cap", place="ford"))
    rule = "happens(capture, russia, ukraine, 2026-12-26, at ford)"
    decided = ask(taken(0.3, events=held), question(rule, opened=NOW - dt.timedelta(9)), NEVER)
    assert decided.decided and "event cap" in decided.why
    assert ask(taken(0.3, events=held), question(rule), NEVER).model is None


def test_acceptance_is_signing_and_what_the_record_has_of_it():
    """Responses count once, as a whole only, and not to one's own plan."""

    def plan(name, actor, response, authors=("united_states",), day=-20):
        said = m.Response(actor=actor, date=NOW + dt.timedelta(day), response=response, basis="judgement: test")
        return m.Plan(
            id=name,
            name=name,
            date=NOW + dt.timedelta(-40),
            authors=authors,
            basis="judgement: test",
            clauses={},
            responses=(said,),
        )

    rule = "happens(acceptance, ukraine, any, 2026-12-26)"
    plans = [
        plan("a", "ukraine", "accepted"),
        plan("b", "ukraine", "conditional"),
        plan("c", "ukraine", "accepted", ("ukraine",)),
    ]
    known = dataclasses.replace(with_acts(), plans=tuple(plans))
    assert [a.told for a in Known(known).acts if a.kind == "acceptance"] == ["the response to a"]
    exact = 1 - (1 - later(1, YEAR, 365).sf(0)) * (1 - 3 / 16)
    assert chance(known, rule, SOME) == pytest.approx(exact, abs=slack(exact))
    twice = dataclasses.replace(known, events=(*known.events, act(-20, "acceptance", "ukraine", "united_states", "e")))
    assert [a.told for a in Known(twice).acts if a.kind == "acceptance"] == ["event e"]


@pytest.mark.parametrize(
    ("rule", "answer", "what"),
    [
        ("count(call, united_states, russia, {before}, {after}) >= 2", 1, "yes, by event e1 on"),
        ("count(call, united_states, russia, {before}, {after}) <= 1", 0, "no, by event e1 on"),
        ("count(call, united_states, russia, {before}, {after}) == 2", 0, "no, by event e0 on"),
        ("count(call, united_states, russia, {before}, {day}) > 3", 0, "no, by 1 call on record up to"),
        ("happens(call, russia, united_states, {day})", 0, "no, by no call on record"),
        ("not happens(call, united_states, russia, {after})", 0, "no, by event e2 on"),
        (
            "happens(election, ukraine, any, {after}) or happens(call, united_states, russia, {after})",
            1,
            "yes, by event e2",
        ),
        ("happens(election, ukraine, any, {after}) and happens(call, any, united_states, {day})", 0, "no, by no call"),
        ("count(call, united_states, russia, {before}, {after}) >= 0", 1, "by the rule itself"),
        ("value(drones_launched, {day}) >= 0", 1, "yes, by drones_launched"),
    ],
)
def test_what_the_record_has_decided_is_said_and_not_simulated(rule, answer, what, monkeypatch):
    known = with_acts(act(-10, name="e0"), act(-40, name="e1"), act(-70, name="e2"))
    days = {k: NOW + dt.timedelta(d) for k, d in {"before": -90, "day": -50, "after": 50}.items()}
    monkeypatch.setattr(Paths, "_coming", None)
    asked = ask(known, question(rule.format(**days), opened=NOW - dt.timedelta(80)), NEVER)
    assert (asked.model, asked.error, asked.base, asked.decided) == (answer, 0.0, None, True)
    assert asked.why.startswith("already decided by the record: ") and what in asked.why


def test_what_the_record_leaves_open_is_not_decided():
    known, after = with_acts(act(-10, name="e0"), act(-40, name="e1")), NOW + dt.timedelta(9)
    for op, number in ((">=", 3), ("<=", 2), ("==", 2), ("==", 3), ("<", 3), (">", 2)):
        rule = f"count(call, united_states, russia, {NOW - dt.timedelta(90)}, {after}) {op} {number}"
        asked = ask(known, question(rule), NEVER)
        assert not asked.decided and 0 < asked.model < 1 and "beginning with 2 on record" in asked.why


def test_all_open_questions_are_answered_in_the_order_of_their_ids():
    asked = answers(Arrays(KNOWN, Luck(1, PARTS)), SOME)
    assert [a.question.id for a in asked] == sorted(q.id for q in KNOWN.questions if q.status == "open")
    assert asked == answers(Arrays(KNOWN, Luck(1, PARTS)), SOME)


@pytest.mark.parametrize(
    "rule",
    [
        "happens(election, ukraine, any, 2026-12-26)",
        "value(no_such_series, 2026-12-26) > 3",
        "happens(acceptance, rada, any, 2026-12-26)",
    ],
)
def test_what_nobody_knows_is_said(rule):
    asked = ask(KNOWN, question(rule), NEVER, 1)
    assert asked.model is None and asked.why


def test_a_daily_series_goes_on_as_in_its_last_days(monkeypatch):
    counts = np.concatenate([np.zeros(18), np.exp(5 + 0.5 * stats.norm.ppf((np.arange(72) + 0.5) / 72))])
    monkeypatch.setattr(Known, "last_days", lambda self, name: counts if name == "drones" else None)
    on = NOW + dt.timedelta(9)
    asked = ask(KNOWN, question(f"value(drones, {on}) >= 200"), NEVER, 1)
    logs = np.log(counts[counts > 0])
    exact = 0.8 * stats.norm.sf((np.log(199.5) - logs.mean()) / logs.std(ddof=1))
    assert asked.model == pytest.approx(exact, abs=4 * asked.error + 0.005) and "last 90 days" in asked.why
    rule = f"value(drones, {on}) >= 200 or value(drones, {on + dt.timedelta(1)}) >= 200"
    assert ask(KNOWN, question(rule), NEVER, 1).model == pytest.approx(1 - (1 - exact) ** 2, abs=0.035)


def test_beyond_the_horizon_nothing_is_said():
    asked = ask(KNOWN, question("happens(ceasefire, any, any, 2090-01-01)", dt.date(2090, 1, 1)), SOME, 1)
    assert asked.model is None and "outside" in asked.why
    short = dataclasses.replace(SOME, months=6.0)
    assert ask(KNOWN, question("happens(ceasefire, any, any, 2026-12-26)"), short, 1).model is None
