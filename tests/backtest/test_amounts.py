"""Questions for a number: forecasts against exact laws, scores against scoringrules, answers only when they are due."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from tests.cases import NAMES, case
from tests.peer import peer
from winset.arrays import Study
from winset.backtest import amounts
from winset.backtest.amounts import HOW_LONG, HOW_MANY, WAIT, WHEN, Measured
from winset.backtest.questions import Origin, past_of
from winset.backtest.replay import replay

DAY = dt.date(2025, 9, 1)


def asked(name: str = "ukraine-2025", day: dt.date = DAY) -> list[amounts.Amount]:
    return amounts.ask(Origin(Study(case(name), day, draws=16)))


def test_counts_have_the_law_of_a_poisson_process_of_unknown_rate():
    origin = Origin(Study(case("ukraine-2025"), DAY, draws=16))
    for q in [a for a in amounts.ask(origin) if a.template == HOW_MANY]:
        _, kind, ends, days = q.key.split(":")
        pair = tuple(ends.split(">"))
        count, exposure = origin.record.rate(kind, pair)
        free = len(origin.record.coming(kind, pair, int(days)))
        mean = (count + 0.5) * free / exposure  # of a Gamma mixture of Poisson counts
        assert np.mean(q.model) == pytest.approx(mean, abs=0.1 + 0.05 * mean)
        law = stats.nbinom(count + 0.5, exposure / (exposure + free))
        for y in (0, 1, 4):
            exact = peer.crps_negbinom(y, count + 0.5, exposure / (exposure + free))
            assert amounts.Measured("c", "i", q, float(y), (0.0,)).score["model"] == pytest.approx(
                exact, abs=0.02 + 0.02 * exact
            )
        assert max(q.model) >= law.ppf(0.99)


def test_waits_have_the_law_of_the_first_act_and_counts_of_the_same_process():
    for q in [a for a in asked() if a.template == HOW_LONG]:
        many = next(a for a in asked() if a.key == q.key.replace("wait", "count").replace(f":{WAIT}", ":30"))
        none = np.mean(np.array(many.model) == 0)  # no act within 30 days is a wait beyond them
        assert np.mean(np.array(q.model) > 30) == pytest.approx(none, abs=2 / 64)
        assert min(q.model) >= 1 and max(q.model) <= WAIT + 1


def test_scores_are_those_of_the_peer():
    for q in asked()[::3]:
        sized = Measured("c", "i", q, 2.0, (0.0, 1.0, 3.0))
        if q.template == WHEN:
            bins = np.bincount(np.array(q.model, int), minlength=4) / len(q.model)
            expected = float(peer.rps_score(3, bins))  # the peer counts bins from 1
        else:
            expected = float(peer.crps_ensemble(2.0, np.array(q.model), estimator="nrg"))
        assert sized.score["model"] == pytest.approx(expected)


def test_answers_wait_for_the_last_day_and_count_what_the_record_has():
    whole, past = case("ukraine-2025"), past_of(case("ukraine-2025"))
    q = next(a for a in asked(day=dt.date(2025, 10, 1)) if a.key.startswith("wait:call:united_states>russia"))
    assert amounts.resolve(past, q) is None  # the call of 16 October came, but the 90 days are not over
    due = replace(q, by=dt.date(2025, 11, 1))
    assert amounts.resolve(past, due) == 15.0
    many = next(a for a in asked(day=dt.date(2025, 10, 1)) if a.key.startswith("count:call:united_states>russia"))
    calls = [e for e in whole.events if e.kind == "call" and many.origin < e.date <= many.by]
    own = [e for e in calls if e.source == ("united_states",) and e.target == ("russia",)]
    assert amounts.resolve(past, many) == len(own)
    end = next(a for a in asked(day=dt.date(2025, 8, 1)) if a.template == WHEN)
    assert amounts.resolve(past, end) == 3.0  # later than all bins


@pytest.mark.parametrize("name", NAMES)
def test_the_base_rate_is_what_was_due_before(name):
    found = replay(case(name), every=28).amounts
    assert found
    for q in found[:: max(1, len(found) // 30)]:
        known = [
            x.value
            for x in found
            if x.asked.template == q.asked.template and x.value is not None and x.asked.by < q.asked.origin
        ]
        assert len(q.base) == 2 + 2 * len(known) and set(known) <= set(q.base)
