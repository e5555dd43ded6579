"""Chances on simulated paths against the exact law, and what cannot be simulated."""

import datetime as dt

import numpy as np
import pytest

from tests.cases import case
from winset.arrays import Arrays, Luck
from winset.case import model as m
from winset.case.grammar import Count, Happens
from winset.case.patch import as_of
from winset.derive import base_rates, outcomes, war
from winset.derive.question_paths import PATHS, ask, simulate

WHOLE = case("ukraine-2025")
KNOWN = as_of(WHOLE, WHOLE.as_of)


@pytest.fixture(scope="module")
def future():
    return outcomes.future([war.war(Arrays(KNOWN, Luck(3, 64)))])[0]


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


ONES = np.ones(4)


def test_a_truce_by_a_date_has_the_chance_of_the_law(future):
    asked = ask(KNOWN, question("happens(ceasefire, any, any, 2026-12-26)"), future, ONES, ONES, 1)
    exact = float(future.cause[:, future.at(12), :2].sum(axis=1).mean())
    assert asked.model == pytest.approx(exact, abs=4 * max(asked.error, np.sqrt(exact / PATHS)))
    assert asked.base == pytest.approx(float(base_rates.ended(365 / 30.4375)) * 0.46, rel=1e-6)


def test_every_end_has_its_chance(future):
    paths = simulate(KNOWN, question("happens(ceasefire, any, any, 2026-12-26)"), future, ONES, ONES, 1)
    broken = np.mean([bool(p.events["broken"]) for p in paths])
    exact = float(future.cause[:, future.at(12), 2:].sum(axis=1).mean())
    assert broken == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / PATHS) + 0.01)


def test_not_and_or_agree_with_each_other(future):
    yes = ask(KNOWN, question("happens(ceasefire, any, any, 2026-12-26)"), future, ONES, ONES, 1)
    no = ask(KNOWN, question("not happens(ceasefire, any, any, 2026-12-26)"), future, ONES, ONES, 1)
    assert yes.model + no.model == pytest.approx(1) and yes.base + no.base == pytest.approx(1)


def test_recorded_acts_come_at_the_rate_on_record(future):
    """P(no event) of a Gamma-Poisson process in closed form."""
    calls = [e for e in KNOWN.events if e.kind == "call" and {"united_states", "russia"} == {*e.source, *e.target}]
    exposure, days = 365, 60
    calls = [e for e in calls if (KNOWN.as_of - e.known).days <= exposure]
    by = KNOWN.as_of + dt.timedelta(days)
    asked = ask(KNOWN, question(f"happens(call, united_states, russia, {by})", by), future, ONES, ONES, 1)
    none = (exposure / (exposure + days)) ** (len(calls) + 0.5)
    assert asked.model == pytest.approx(1 - none, abs=4 * np.sqrt(none * (1 - none) / PATHS))


def test_a_fight_won_is_a_poisson_first_event(future):
    by = KNOWN.as_of + dt.timedelta(91)
    asked = ask(
        KNOWN, question(f"happens(capture, russia, ukraine, {by})", by), future, np.full(4, 0.2), np.full(4, 0.5), 1
    )
    assert asked.model == pytest.approx(1 - np.exp(-0.2 * 0.5 * 91 / 30.4375), abs=0.03)


@pytest.mark.parametrize(
    "rule",
    [
        "happens(election, ukraine, any, 2026-12-26)",
        "value(no_such_series, 2026-12-26) > 3",
        "happens(acceptance, rada, any, 2026-12-26)",
    ],
)
def test_what_nobody_knows_is_said(future, rule):
    asked = ask(KNOWN, question(rule), future, ONES, ONES, 1)
    assert asked.model is None and asked.why


def test_a_daily_series_goes_on_as_in_its_last_days(future, monkeypatch):
    from scipy import stats

    from winset.derive import question_paths

    counts = np.concatenate([np.zeros(18), np.exp(5 + 0.5 * stats.norm.ppf((np.arange(72) + 0.5) / 72))])
    monkeypatch.setattr(question_paths, "_series", lambda c, name: counts if name == "drones" else None)
    on = KNOWN.as_of + dt.timedelta(9)
    asked = ask(KNOWN, question(f"value(drones, {on}) >= 200"), future, ONES, ONES, 1)
    logs = np.log(counts[counts > 0])
    exact = 0.8 * stats.norm.sf((np.log(199.5) - logs.mean()) / logs.std(ddof=1))
    assert asked.model == pytest.approx(exact, abs=4 * asked.error + 0.005) and "last 90 days" in asked.why
    two = ask(
        KNOWN,
        question(f"value(drones, {on}) >= 200 or value(drones, {on + dt.timedelta(1)}) >= 200"),
        future,
        ONES,
        ONES,
        1,
    )
    assert two.model == pytest.approx(1 - (1 - exact) ** 2, abs=0.035)


def test_beyond_the_horizon_nothing_is_said(future):
    asked = ask(KNOWN, question("happens(ceasefire, any, any, 2090-01-01)", dt.date(2090, 1, 1)), future, ONES, ONES, 1)
    assert asked.model is None and "outside" in asked.why


def test_the_luck_is_the_questions_own(future):
    one = simulate(KNOWN, question("happens(ceasefire, any, any, 2026-12-26)", name="a"), future, ONES, ONES, 1)
    same = simulate(KNOWN, question("happens(ceasefire, any, any, 2026-12-26)", name="a"), future, ONES, ONES, 1)
    other = simulate(KNOWN, question("happens(ceasefire, any, any, 2026-12-26)", name="b"), future, ONES, ONES, 1)
    assert [p.events for p in one] == [p.events for p in same] != [p.events for p in other]


def test_paths_answer_the_grammar():
    from winset.derive.question_paths import Path

    path = Path()
    path.events["strike"] = [(dt.date(2026, 1, d), "russia", "ukraine") for d in (1, 5, 9)]
    assert path.count("strike", "russia", "any", dt.date(2026, 1, 2), dt.date(2026, 1, 9)) == 2
    assert path.count("strike", "ukraine", "any", None, dt.date(2026, 2, 1)) == 0
    assert path.value("x", dt.date(2026, 1, 1)) is None
    assert isinstance(Happens("a", "b", "c", dt.date(2026, 1, 1)), Happens) and Count
