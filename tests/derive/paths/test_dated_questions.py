"""Chances by the rule of a question on paths whose ends are given, recorded acts in closed form, and what is not known."""

import dataclasses
import datetime as dt

import numpy as np
import pytest

from tests.cases import case
from winset.case import model as m
from winset.case.grammar import Count, Happens
from winset.case.patch import as_of
from winset.derive.paths.dated_questions import ask, error, simulate
from winset.derive.paths.simulated_wars import PATHS, Ends
from winset.derive.war import base_rates
from winset.derive.war.columns import DAYS
from winset.derive.war.outcomes import CAUSES

WHOLE = case("ukraine-2025")
KNOWN = as_of(WHOLE, WHOLE.as_of)
PARTS = 64


def question(rule, by=dt.date(2026, 12, 26), name="q"):
    return m.Question(
        id=name,
        title="?",
        opened=KNOWN.as_of,
        as_of=KNOWN.as_of,
        resolve_by=by,
        rule=rule,
        prose="",
        basis="judgement: test",
    )


def ends(*rows, rate=1.0, p=1.0):
    """Paths in 64 draws: of every 16 in a draw, one for each row (month, cause, lag in months); the rest fight on."""
    draw, rank = np.arange(PATHS) % PARTS, np.arange(PATHS) // PARTS % 16
    month, cause, lag = np.full(PATHS, np.inf), np.zeros(PATHS, int), np.full(PATHS, 100.0)
    for at, (when, what, then) in enumerate(rows):
        month[rank == at], cause[rank == at], lag[rank == at] = when, CAUSES.index(what), then
    return Ends(draw, month, cause, lag, np.full(PATHS, rate), np.full(PATHS, p), 60.0)


NEVER = ends()
SOME = ends((3.0, "deal", 100), (5.0, "truce", 2.0), (5.0, "truce", 9.0), (14.0, "deal", 1), (4.0, "B exhausted", 1))


@pytest.mark.parametrize(
    ("rule", "sixteenths"),
    [
        ("happens(ceasefire, any, any, 2026-12-26)", 3),
        ("happens(ceasefire, any, any, 2026-05-01)", 1),
        ("happens(settlement, any, any, 2026-12-26)", 2),
        ("happens(settlement, any, any, 2026-05-01)", 1),
        ("happens(settlement, any, any, 2026-08-26)", 2),
        ("happens(acceptance, russia, any, 2026-12-26)", 3),
        ("happens(acceptance, ukraine, any, 2026-12-26)", 3),
        ("happens(ceasefire, any, any, 2026-12-26) and not happens(settlement, any, any, 2026-12-26)", 1),
        ("happens(acceptance, russia, any, 2026-12-26) and happens(ceasefire, any, any, 2026-05-01)", 1),
    ],
)
def test_the_ends_of_the_war_resolve_the_rule(rule, sixteenths):
    """A settlement is a ceasefire too; a peace follows a truce by its lag; a side that breaks signs nothing."""
    assert ask(KNOWN, question(rule), SOME, 1).model == sixteenths / 16


def test_the_base_rate_stands_beside_the_end_of_the_war():
    asked = ask(KNOWN, question("happens(ceasefire, any, any, 2026-12-26)"), SOME, 1)
    assert asked.base == pytest.approx(base_rates.ended(KNOWN, 365 / DAYS) * (4.5 + 9.5) / 30, rel=1e-6)


def test_a_side_that_breaks_is_on_the_record_and_signs_nothing():
    paths = simulate(KNOWN, question("happens(ceasefire, any, any, 2026-12-26)"), SOME, 1)
    assert np.mean([bool(p.events["broken"]) for p in paths]) == 1 / 16
    assert not any(p.events["broken"] and p.events["ceasefire"] for p in paths)


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


def test_recorded_acts_come_at_the_rate_on_record():
    """P(no event) of a Gamma-Poisson process in closed form."""
    calls = [e for e in KNOWN.events if e.kind == "call" and {"united_states", "russia"} == {*e.source, *e.target}]
    exposure, days = 365, 60
    calls = [e for e in calls if (KNOWN.as_of - e.known).days <= exposure]
    by = KNOWN.as_of + dt.timedelta(days)
    asked = ask(KNOWN, question(f"happens(call, united_states, russia, {by})", by), NEVER, 1)
    none = (exposure / (exposure + days)) ** (len(calls) + 0.5)
    assert asked.model == pytest.approx(1 - none, abs=4 * np.sqrt(none * (1 - none) / PATHS))


def test_a_fight_won_is_a_poisson_first_event_until_the_war_is_over():
    by = KNOWN.as_of + dt.timedelta(91)
    won = question(f"happens(capture, russia, ukraine, {by})", by)
    lost = question(f"happens(capture, ukraine, russia, {by})", by)
    months = 91 / DAYS
    for asked, p in ((won, 0.4), (lost, 0.6)):
        exact = 1 - np.exp(-0.2 * p * months)
        slack = 4 * np.sqrt(exact * (1 - exact) / PATHS)
        assert ask(KNOWN, asked, ends(rate=0.2, p=0.4), 1).model == pytest.approx(exact, abs=slack)
        soon = ends(*[(1.0, "truce", 1)] * 16, rate=0.2, p=0.4)
        assert ask(KNOWN, asked, soon, 1).model == pytest.approx(1 - np.exp(-0.2 * p), abs=slack)


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
    from scipy import stats

    from winset.derive.paths import dated_questions as question_paths

    counts = np.concatenate([np.zeros(18), np.exp(5 + 0.5 * stats.norm.ppf((np.arange(72) + 0.5) / 72))])
    monkeypatch.setattr(question_paths, "_series", lambda c, name: counts if name == "drones" else None)
    on = KNOWN.as_of + dt.timedelta(9)
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


def test_the_luck_is_the_questions_own_and_the_war_is_common():
    rule = "happens(call, united_states, russia, 2026-12-26) or happens(ceasefire, any, any, 2026-12-26)"
    one, same, other = (simulate(KNOWN, question(rule, name=name), SOME, 1) for name in ("a", "a", "b"))
    assert [p.events for p in one] == [p.events for p in same] != [p.events for p in other]
    for kind in ("ceasefire", "settlement", "broken"):
        assert [p.events[kind] for p in one] == [p.events[kind] for p in other]


def test_paths_answer_the_grammar():
    from winset.derive.paths.dated_questions import Path

    path = Path()
    path.events["strike"] = [(dt.date(2026, 1, d), "russia", "ukraine") for d in (1, 5, 9)]
    assert path.count("strike", "russia", "any", dt.date(2026, 1, 2), dt.date(2026, 1, 9)) == 2
    assert path.count("strike", "ukraine", "any", None, dt.date(2026, 2, 1)) == 0
    assert path.value("x", dt.date(2026, 1, 1)) is None
    assert isinstance(Happens("a", "b", "c", dt.date(2026, 1, 1)), Happens) and Count
