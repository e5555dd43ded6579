"""The past replayed: nothing leaks, states are right, references are what they say, the same bytes twice."""

from __future__ import annotations

import csv
import datetime as dt
import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from tests.cases import NAMES, ROOT, case
from winset import run as engine
from winset.arrays import Study
from winset.backtest import foretold, history
from winset.backtest import replay as replays
from winset.backtest.chapter import result
from winset.backtest.past import parts, told
from winset.backtest.pool import fitted, pooled, pools
from winset.backtest.pool import rows as rows_of
from winset.backtest.questions import Asked, Origin, Past, acts, ask, resolve, whole_of
from winset.backtest.record import numbers, record
from winset.backtest.replay import Replay, joined, origins_of, replay
from winset.backtest.standing import own
from winset.case import model as m
from winset.errors import SettingError
from winset.run.hands import Processes
from winset.run.store import Memory, Store
from winset.run.work import Work
from winset.settings import using


@cache
def played(name: str) -> Replay:
    return replay(case(name), every=28, others=own)


def after(whole: m.Case, day: dt.date) -> m.Case:
    """The case with everything that became public after a day changed or left out."""
    later = [e for e in whole.events if e.known > day]
    other = tuple(
        e
        if e.known <= day
        else e.model_copy(update={"kind": "visit", "what": "Something else.", "source": e.target or e.source})
        for e in whole.events
        if e not in later[::2]
    )
    figures = tuple(f for f in whole.figures if f.date is None or f.date <= day)
    moved = tuple(
        replace(f, mode=(f.mode or 0) / 2, low=(f.low or 0) / 2)
        for f in whole.figures
        if f.date and f.date > day and f.mode
    )
    plans = tuple(
        p.model_copy(update={"responses": tuple(r for r in p.responses if r.date <= day)})
        for p in whole.plans
        if p.date is None or p.date <= day
    )
    return replace(
        whole,
        events=other,
        figures=figures + moved,
        plans=plans,
        questions=(),
        series=tuple(s.cut(day) for s in whole.series),
        digest="other",
    )


@pytest.mark.parametrize("name", NAMES)
def test_what_came_later_does_not_change_a_forecast(name):
    whole = case(name)
    for day in origins_of(whole, 60):
        told, without = (replays.asked_at(whole_of(c), day) for c in (whole, after(whole, day)))
        assert all(told) and repr(told) == repr(without), day


def test_a_war_without_an_act_in_the_last_year_has_no_past_to_ask():
    """A dossier may have no act near its date: that is nothing to ask, and no error."""
    whole = case("harbour")
    late = whole.as_of + dt.timedelta(366)
    assert origins_of(whole) and origins_of(replace(whole, as_of=late)) == []


@pytest.mark.parametrize("name", NAMES)
def test_questions_carry_their_date_and_their_case(name):
    whole = case(name)
    found = played(name)
    ids = [q.id for q in found.questions]
    assert len(set(ids)) == len(ids)
    assert all(q.id.endswith(whole.digest[:12]) and q.asked.origin.isoformat() in q.id for q in found.questions)
    assert all(q.asked.origin < q.asked.by for q in found.questions)
    assert all(q.asked.model is None or 0 <= q.asked.model <= 1 for q in found.questions)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_a_no_before_its_time(name):
    whole = case(name)
    for q in played(name).questions:
        if q.answer.state == "no" and q.asked.template != "a deadline is carried out":
            assert q.asked.by <= whole.as_of
        if q.answer.state == "pending":
            assert q.asked.by + dt.timedelta(7) > whole.as_of


def test_an_act_answers_yes_and_only_inside_its_window():
    whole = case("ukraine-2025")
    past, day = Past(Study(whole, whole.as_of, draws=16)), dt.date(2025, 10, 1)
    asked = next(
        a for a in acts(Origin(Study(whole, day, draws=16))) if a.key.startswith("act:call:united_states>russia")
    )
    assert resolve(past, asked).state == "yes"  # the call of 16 October
    assert resolve(past, replace(asked, by=dt.date(2025, 10, 15))).state == "no"
    assert resolve(past, replace(asked, by=whole.as_of)).state == "yes"
    late = replace(asked, origin=dt.date(2025, 12, 20), by=whole.as_of)
    assert resolve(past, late).state == "pending"
    with using({"backtest.grace": 0}):
        assert resolve(past, late).state == "no"


def test_a_gap_in_a_feed_is_void_and_a_late_feed_pending():
    whole = case("ukraine-2025")
    past, day = Past(Study(whole, whole.as_of, draws=16)), dt.date(2025, 9, 1)
    asked = next(a for a in ask(Origin(Study(whole, day, draws=16))) if a.template == "a day above the record")
    name, column = asked.key.split(":")[1:3]
    high = replace(asked, key=f"record:{name}:{column}:1000000")
    assert resolve(past, high).state == "no"
    daily = past.series[name, column]
    gap = daily.counts.copy()
    gap[(day - daily.first).days + 3] = np.nan
    past.series[name, column] = replace(daily, counts=gap)
    assert resolve(past, high).state == "void"
    past.series[name, column] = daily.cut(daily.first, day + dt.timedelta(5))
    assert resolve(past, high).state == "pending"
    del past.series[name, column]
    assert resolve(past, high).state == "void"


def test_the_base_rate_counts_only_what_was_resolved_by_then():
    found = played("ukraine-2025").questions
    for q in found[:: max(1, len(found) // 60)]:
        before = [
            x.answer.state == "yes"
            for x in found
            if x.asked.template == q.asked.template and x.counted and x.asked.by < q.asked.origin
        ]
        assert q.base == pytest.approx((sum(before) + 0.5) / (len(before) + 1))
    first = min(found, key=lambda q: q.asked.origin)
    assert first.base == 0.5


def turned(found: Replay, case_id: str) -> Replay:
    """The replay with every answer of one case turned round."""
    other = {"yes": "no", "no": "yes"}
    return replace(
        found,
        questions=tuple(
            replace(q, answer=replace(q.answer, state=other.get(q.answer.state, q.answer.state)))
            if q.case == case_id
            else q
            for q in found.questions
        ),
    )


def test_the_weights_of_the_pool_never_come_from_the_case_at_hand(monkeypatch):
    monkeypatch.setattr(history, "besides", lambda cases: ())
    both, alone = joined([played("harbour"), played("ukraine-2025")]), played("ukraine-2025")
    assert np.allclose(pools(alone)["ukraine-2025"].weights, 1 / 3)
    assert pools(alone)["ukraine-2025"].by == (0.0, 1.0)
    before, after_ = pools(both), pools(turned(both, "harbour"))
    assert np.allclose(after_["harbour"].weights, before["harbour"].weights)
    assert after_["harbour"].by == before["harbour"].by
    assert not np.allclose(after_["ukraine-2025"].weights, before["ukraine-2025"].weights)
    with pytest.raises(SettingError, match="same id"):
        joined([alone, alone])


def test_the_history_that_ships_is_a_replay_and_never_weighs_its_own_case(monkeypatch):
    known = played("ukraine-2025")
    rows = list(csv.DictReader(history.told(known).splitlines()))
    assert tuple(rows[0]) == history.COLUMNS and len(rows) == len(known.counted)
    ended = list(
        csv.DictReader(history.told(known, ["ukraine-2025"]).splitlines())
    )  # a dossier that stops before the end
    assert ended == [r for r in rows if r["template"] not in history.ENDS] and 0 < len(ended) < len(rows)
    monkeypatch.setattr(history, "_all", lambda: tuple(history._scored(r) for r in rows))
    assert history.besides(["ukraine-2025"]) == ()
    shipped, given = pools(played("harbour"))["harbour"], pools(joined([played("harbour"), known]))["harbour"]
    assert np.allclose(shipped.weights, given.weights, atol=1e-3) and shipped.clusters == given.clusters
    assert all(q.counted and q.case == history.name_of("ukraine-2025") for q in history._all())


def test_the_pool_within_is_fitted_without_the_cluster_that_it_foretells():
    counted, within = played("harbour").counted, pooled(played("harbour"))["within"]
    for cluster in {q.cluster for q in counted}:
        out = np.array([q.cluster == cluster for q in counted])
        rest = fitted(tuple(q for q in counted if q.cluster != cluster))
        assert (rest.of(rows_of(tuple(q for q in counted if q.cluster == cluster))) == within[out]).all()


def test_where_the_base_rate_wins_the_headline_says_so_and_it_is_ours():
    won = played("ukraine-2025")
    assert record(won).ours == "pool"
    lost = replace(won, questions=tuple(replace(q, base=float(q.answer.state == "yes")) for q in won.questions))
    found = record(lost)
    assert found.ours == numbers(found)["ours"] == "base"
    assert "plain base rate does best" in result(found).headline and "therefore the base rate" in " ".join(
        result(found).answer
    )


def test_a_yes_before_the_last_day_waits_for_those_that_may_still_be_a_no():
    whole = case("ukraine-2025")
    early = [q for q in played("ukraine-2025").questions if q.early]
    assert early and all(q.answer.state == "yes" and not q.counted for q in early)
    assert all(q.asked.by + dt.timedelta(7) > whole.as_of for q in early)
    assert all(q.asked.by + dt.timedelta(7) <= whole.as_of for q in played("ukraine-2025").counted)


class Stopped(Exception):
    pass


def test_a_replay_that_was_stopped_goes_on_where_it_was(tmp_path, monkeypatch):
    whole, work = case("harbour"), engine.working(tmp_path)

    def stop(_: str, done: int, of: int) -> None:
        if done == 3:
            raise Stopped

    with pytest.raises(Stopped):
        replay(whole, progress=stop, work=work)
    asked: list[dt.date] = []
    real = replays._origin
    monkeypatch.setattr(replays, "_origin", lambda c, day, seed: asked.append(day) or real(c, day, seed))
    again = replay(whole, work=work)
    assert asked == origins_of(whole)[3:]
    assert repr(again) == repr(replay(whole)) == repr(replay(whole, work=work))
    next(work.shelf.entries()).path.write_text("not what was put there")
    assert repr(replay(whole, work=work)) == repr(again)


def test_processes_replay_the_same_and_a_report_finds_what_they_kept(tmp_path):
    whole, shelf = case("harbour"), Store.at(tmp_path)
    made = replay(whole, every=28, others=own, work=Work(shelf, Processes(2)))
    assert repr(made) == repr(played("harbour"))
    days = origins_of(whole, 28)
    same = [task for task in parts(engine.study(whole)) if task.item in days]
    assert same and all(Work(shelf).find(task) for task in same)


@pytest.mark.parametrize("name", NAMES)
def test_all_that_the_past_asks_can_be_asked_before(name):
    def nothing(tasks, shelf):
        assert not tasks
        return iter(())

    whole, shelf = case(name), Memory()
    said = foretold.read(ROOT / "cases" / name, whole)
    plain = engine.study(whole, draws=1)
    Work(shelf).do(parts(plain, said), "")
    assert told(replace(plain, work=Work(shelf, nothing)), (whole.digest, said)) is not None


def test_a_case_may_list_the_dates_at_which_it_is_asked():
    whole = case("harbour")
    days = (dt.date(2024, 8, 1), dt.date(2024, 6, 1), whole.as_of + dt.timedelta(1))
    assert origins_of(replace(whole, dates=days)) == [days[1], days[0]]
    assert origins_of(replace(whole, dates=days), every=28) == origins_of(whole, 28)


@pytest.mark.parametrize("name", NAMES)
def test_the_record_says_coverage_first_and_what_programs_need(name):
    told = numbers(record(played(name)))
    assert {"questions_scored", "origins", "coverage", "brier", "brier_base", "brier_nothing_changes"} <= set(told)
    json.dumps(told, allow_nan=False)
    made = result(record(played(name)))
    assert "scored" in made.answer[0] and len(made.headline.split()) <= 45
    assert json.dumps(told) == json.dumps(numbers(record(replay(case(name), every=28, others=own))))


def test_ukraine_has_questions_enough():
    told = numbers(record(replay(case("ukraine-2025"))))
    assert told["origins"] >= 10 and told["questions_scored"] >= 150 and told["coverage"]["value"] > 0.9


def test_without_a_record_nothing_is_asked():
    bare = replace(case("harbour"), events=(), figures=(), questions=(), digest="bare")
    found = record(replay(bare))
    assert found.asked == 0 and numbers(found)["brier"]["value"] is None
    assert "nothing is known" in result(found).answer[-1]


def test_own_questions_are_asked_when_opened_and_resolved_by_rule_or_word():
    whole = case("ukraine-2025")
    base = whole.questions[0]
    day = dt.date(2025, 9, 1)
    rows = (
        base.model_copy(
            update={
                "id": "call",
                "opened": day,
                "as_of": day,
                "resolve_by": dt.date(2025, 11, 1),
                "rule": "happens(call, united_states, russia, 2025-11-01)",
            }
        ),
        base.model_copy(
            update={
                "id": "said",
                "opened": day,
                "as_of": day,
                "resolve_by": dt.date(2025, 11, 1),
                "rule": "happens(visit, any, any, 2025-11-01)",
                "status": "resolved",
                "resolution": "no",
                "resolved_on": dt.date(2025, 11, 1),
                "basis": "judgement: A trial.",
            }
        ),
    )
    trial = replace(whole, questions=rows, digest="trial")
    found = {a.key: (a, b) for a, b in own(trial, Past(Study(trial, trial.as_of, draws=16)))}
    assert found["own:call"][1].state == "yes" and 0 < found["own:call"][0].model < 1
    assert found["own:said"][1].state == "no"
    assert all(isinstance(a, Asked) and a.origin == day for a, _ in found.values())
