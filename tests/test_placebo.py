"""Tests by permutation and rotation on data in which nothing has to do with anything: they reject about as often as
they say. A placebo record is bursty and uneven, as records are; what is independent is one side of the other."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from winset.case.model import Event
from winset.case.steps import rungs
from winset.derive.steps.placed import Act
from winset.derive.steps.reactions import counts
from winset.robustness.headlines import Headline
from winset.robustness.known import Columns, known
from winset.settings import using
from winset.theory import answers, event_study

pytestmark = pytest.mark.slow
ERRORS = 3.0  # standard errors that a share of rejections may lie off


def within(p: np.ndarray, level: float, least: float = 0.0) -> None:
    """The share of placebo data rejected at a level is no more than it, and at least the share `least` of it."""
    share, error = float(np.mean(p <= level)), ERRORS * np.sqrt(level * (1 - level) / len(p))
    assert least * level - error <= share <= level + error, (level, share)


def bursts(rng: np.random.Generator, days: int, often: float) -> list[int]:
    """Days of acts that come in bursts: each start is followed by more for some days."""
    found: set[int] = set()
    for start in np.flatnonzero(rng.random(days) < often):
        length = 1 + rng.geometric(0.4)
        found |= {int(d) for d in (start + np.flatnonzero(rng.random(length) < 0.7)) if d < days}
        found.add(int(start))
    return sorted(found)


@pytest.mark.parametrize("window", [1, 7, 30])
def test_rotation_of_answers_keeps_its_level_on_bursts(window: int) -> None:
    rng, days, p = np.random.default_rng(window), 240, []
    while len(p) < 800:
        own, other = bursts(rng, days, 0.03), bursts(rng, days, 0.04)
        if own and other:
            p.append(answers.rotated(own, other, window, days).p)
    for level in (0.05, 0.1, 0.2):
        within(np.array(p), level, least=0.3)  # counts are whole numbers, so that it may be on the cautious side


def act(key: str, day: int, source: str, target: str) -> Act:
    event = Event(
        id=key,
        date=dt.date(2024, 1, 1) + dt.timedelta(day),
        kind="strike",
        source=[source],
        target=[target],
        what="An act.",
        basis="judgement: a placebo",
    )
    return Act(event, source, (target,), (), rungs()["force", 2], False, False)


def test_after_all_looks_a_record_without_answers_rarely_shows_one() -> None:
    """The whole way of the lens: periods from the record, every pair and window, corrected together."""
    rng, named = np.random.default_rng(3), []
    for record in range(250):
        made = []
        for source, target in (("a", "b"), ("b", "a"), ("a", "c"), ("c", "a")):
            days = bursts(rng, 200, 0.03)
            made += [act(f"{source}{target}{record}{d}", d, source, target) for d in days]
        found = counts(sorted(made, key=lambda a: (a.event.date, a.event.id)), (1, 3, 7, 14))
        named.append(min((c.q for c in found if c.look.answered > c.look.expected), default=1.0))
    within(np.array(named), 0.05)


@pytest.mark.parametrize("against", event_study.AGAINST)
def test_rotation_of_dates_keeps_its_level_on_bursty_series(against: str) -> None:
    rng, p = np.random.default_rng(20), []
    for _ in range(1000):
        level = np.repeat(rng.gamma(2.0, 5.0, 4), 60)
        series = rng.negative_binomial(1, 1 / (1 + level))
        dates = rng.choice(238, 10, replace=False)
        p.append(event_study.change_after(series, dates, 3, against=against, placement="rotation").p_permutation)
    for level in (0.05, 0.1, 0.2):
        within(np.array(p), level, least=0.8)


@pytest.mark.parametrize("kind", ["yes or no", "chances"])
def test_finding_out_names_a_number_on_placebo_draws_in_one_case_of_twenty(kind: str) -> None:
    rng, p = np.random.default_rng(11), []
    one = Headline("placebo", "deals", "a placebo holds", True)
    with using({"robust.orders": 79}):
        for run in range(600):
            columns = Columns(tuple(f"x{i}" for i in range(30)), rng.random((160, 30)).round(2))
            outcome = rng.random(160) < rng.uniform(0.1, 0.5) if kind == "yes or no" else rng.beta(0.3, 0.8, 160)
            p.append(known(columns, [one], {"placebo": outcome.astype(float)}, seed=run).p.min())
    for level in (0.05, 0.1):
        within(np.array(p), level, least=0.8)
