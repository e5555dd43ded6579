"""What happens next: the headline, causes, levers and variants, on few draws."""

import dataclasses
import datetime as dt

import numpy as np
import pytest

from tests.cases import NAMES, case
from winset.arrays import Study
from winset.case.model import Change, Patch
from winset.case.patch import apply
from winset.compare import compared
from winset.derive.war import base_rates
from winset.derive.war import columns as war
from winset.derive.war.core_game import Size
from winset.lens.endurance.lens import Endurance
from winset.lens.futures import levers, pulled
from winset.lens.futures.lens import Futures
from winset.result import plain
from winset.run.work import Task, Work
from winset.theory.base_rate import log_pool

SMALL = Futures(common=6, few=6, pairs=False)
_made: dict = {}


def study(name, draws=24, chunk=16_384):
    return Study(case(name), case(name).as_of, draws=draws, seed=2, chunk=chunk)


def looked(name):
    if name not in _made:
        _made[name] = SMALL.look(study(name))
    return _made[name]


@pytest.mark.parametrize("name", NAMES)
def test_any_chunk_gives_the_same_result(name):
    assert looked(name) == SMALL.look(study(name, chunk=16))


def test_the_headline_is_the_log_pool_of_model_and_base_rate():
    result = looked("ukraine-2025")
    for months in (3, 6, 12, 24, 36):
        model = result.finding(f"model.ended.{months}").value
        pool = result.finding(f"ended.{months}").value
        assert pool == pytest.approx(float(log_pool(model, base_rates.ended(case("ukraine-2025"), months), 0.5)))
    alone = dataclasses.replace(SMALL, weight=1.0).look(study("harbour"))
    assert alone.finding("ended.12").value == pytest.approx(alone.finding("model.ended.12").value)
    assert all(
        plain(r[7]) <= plain(q[7]) for q, r in zip(result.table("survival").rows, result.table("survival").rows[1:])
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_and_the_table_say_the_same_of_the_variants(name):
    result = looked(name)
    held = {row[0]: f"{plain(row[2]):.0%}" for row in result.table("variants").rows}
    said = " ".join(result.answer)
    told = f"after 24 months in {held['as stated']} of cases as stated"
    assert told in said and f"in {held['no red line is real']} if none were real" in said


def test_where_no_war_compares_the_verdict_names_no_base_rate():
    whole = case("harbour")
    early = dataclasses.replace(whole, war=whole.war.model_copy(update={"began": dt.date(1931, 1, 1)}))
    result = SMALL.look(Study(early, early.as_of, draws=12, seed=2))
    model = result.finding("model.ended.12").value
    assert result.finding("ended.12").value == model and "comparable wars" not in result.answer[0]
    assert "no list of wars" in result.table("survival").note and set(result.table("kinds").column("base")) == {""}


@pytest.mark.parametrize("name", NAMES)
def test_states_and_causes_sum_to_one(name):
    result = looked(name)
    for row in result.table("states").rows:
        assert sum(plain(c) for c in row[2:]) == pytest.approx(1, abs=1e-6)
    for k in range(1, 5):
        assert sum(plain(row[k]) for row in result.table("causes").rows) == pytest.approx(1, abs=1e-6)


def test_the_verdict_opens_with_the_floors_when_they_decide():
    result = looked("ukraine-2025")
    share = result.finding("floors").value
    assert share > 0.5 and result.answer[0].startswith(f"{share:.0%} of the model's endings")
    assert (
        looked("harbour").finding("floors").value < 0.5 and "endurance running out" not in looked("harbour").answer[0]
    )


def test_no_belief_of_a_player_is_shown_as_a_forecast():
    told = " ".join(t.title for t in looked("ukraine-2025").tables)
    assert "belie" not in told.lower()


def test_levers_are_differences_on_the_same_draws():
    made = study("ukraine-2025", 24)
    found = pulled.pull(made, pulled.Pull(16, 0, Size(), 0.02))
    assert found.sets[0] == () and len(found.together) == len(found.sets)
    n = len(made.case.levers)
    assert len(found.sets) == 1 + n + n * (n - 1) // 2 - len(found.apart) and found.apart
    by = {tuple(p.id for p in s): own for s, own in zip(found.sets, found.values("B"))}
    base, cut, arms = by[()], by[("aid_cut",)], by[("arms",)]
    assert (cut >= base - 0.02).all() and cut.mean() > base.mean() and arms.mean() < base.mean()
    np.testing.assert_array_equal(found.single("B"), found.values("B")[: n + 1])
    most, mean = levers.regrets(found)["held"]
    assert (
        (most >= mean - 1e-12).all()
        and mean.min() >= 0
        and most[levers.best(found, "held")] == pytest.approx(most.min(), abs=1e-8)
    )


@pytest.mark.parametrize("levered", [True, False], ids=["levers", "none"])
def test_its_parts_are_all_that_it_asks_for_and_change_nothing(levered):
    whole = case("harbour") if levered else dataclasses.replace(case("harbour"), levers=())
    work = Work()
    made = Study(whole, whole.as_of, draws=8, seed=2, work=work)
    work.do([Task(*part) for part in SMALL.parts(made)], "parts")
    held = set(work.shelf.held)
    assert SMALL.look(made) == SMALL.look(Study(whole, whole.as_of, draws=8, seed=2)) and set(work.shelf.held) == held
    assert len(SMALL.parts(made)) == (5 if levered else 3)


def test_levers_that_set_one_number_differently_are_not_combined():
    def lever(name, low, key="sarrow.flow_cost"):
        return Patch(
            id=name, title=name, kind="lever", basis="judgement: test", set={key: Change(low=low, mode=low, high=low)}
        )

    assert pulled.conflict(lever("a", 0.1), lever("b", 0.2))
    assert not pulled.conflict(lever("a", 0.1), lever("b", 0.1))
    assert not pulled.conflict(lever("a", 0.1), lever("b", 0.2, "tavenna.flow_cost"))


def test_a_case_without_levers_says_so():
    whole = dataclasses.replace(case("harbour"), levers=())
    result = SMALL.look(Study(whole, whole.as_of, draws=8, seed=2))
    assert result.answer[-1] == "The case lists no levers." and "levers" not in {t.key for t in result.tables}


@pytest.mark.parametrize("lost", ["case.forts", "tavenna.flow_cost", "case.round_length"])
def test_without_a_figure_nothing_can_be_said(lost):
    whole = case("harbour")
    less = dataclasses.replace(whole, figures=tuple(f for f in whole.figures if f.key != lost))
    result = SMALL.look(Study(less, less.as_of, draws=8))
    assert result.answer[0].startswith("Nothing can be said") and lost in result.answer[0]


def test_a_comparison_is_the_difference_of_two_runs():
    made = study("harbour", 16)
    longer = Patch(
        id="x", title="one", basis="judgement: test", set={"sarrow.endurance": Change(low=40, mode=50, high=60)}
    )
    rows = compared(
        made,
        [(longer,), (Patch(id="y", title="none", basis="judgement: test", set={"sarrow.endurance": Change(low=12)}),)],
    )
    alone = compared(
        Study(apply(made.case, longer), made.as_of, 16, 2),
        [(Patch(id="y", title="none", basis="judgement: test", set={"sarrow.endurance": Change(low=40)}),)],
    )
    for row in rows:
        assert row.low is None or row.low <= row.change <= row.high
        assert row.after - row.before == pytest.approx(row.change)
    one = {r.what: r.after for r in rows if (r.of, r.against) == ("one", "the case as it stands")}
    assert {r.what: r.before for r in alone} == pytest.approx(one)
    assert all(r.change == 0 for r in rows if (r.of, r.against) == ("none", "the case as it stands"))
    gone = next(r for r in rows if r.what.startswith("Sarrow cannot go on") and r.of == "one")
    assert gone.change < 0 and np.isfinite(gone.error)


@pytest.mark.parametrize("name", NAMES)
def test_an_end_adds_up(name):
    """Text, ceasefire without a text, victory and fizzling out are the fighting over; so are the kinds of endings."""
    result = looked(name)
    kinds = [f.value for f in result.findings if f.key.startswith("kind.") and f.key.endswith(".12")]
    assert len(kinds) == 4 and sum(kinds) == pytest.approx(result.finding("model.ended.12").value, abs=1e-12)
    for row in result.table("events").rows:
        months, _, text, truce, victory, fizzles, over, ceasefire = (plain(c) for c in row)
        assert text + truce + victory + fizzles == pytest.approx(over, abs=1e-9) and min(text, truce, victory) >= -1e-12
        assert ceasefire == pytest.approx(text + truce)
        if months in (3, 6, 12, 24, 36):
            assert over == pytest.approx(result.finding(f"model.ended.{months:.0f}").value)
    assert sum(plain(r[1]) for r in result.table("kinds").rows) == pytest.approx(sum(kinds))


@pytest.mark.parametrize("name", NAMES)
def test_endurance_and_futures_say_the_same_of_exhaustion(name):
    made = study(name, 200)
    alone = Endurance().look(made).finding("exhausted.12").value
    assert alone == pytest.approx(
        dataclasses.replace(SMALL, most=200).look(made).finding("exhausted.12").value, abs=0.01
    )
    one = war.war(made.arrays()[0])
    assert alone == pytest.approx(
        np.mean((one.endurance * (1 - one.pressure[:, :, 1] * one.pressed)).min(axis=1) <= 12)
    )


def test_lines_that_wear_open_no_fewer_deals_than_lines_that_stay():
    for name in NAMES:
        rows = {r[0]: r for r in looked(name).table("lines").rows}
        stay, wear, _ = rows.values()
        assert len(rows) == 3 and plain(wear[2]) >= plain(stay[2]) - 0.01


def test_a_question_that_the_record_has_decided_says_by_what():
    result = looked("harbour")
    found = result.finding("question.strike-year")
    assert (found.value, found.error) == (1.0, 0.0)
    assert "Already decided by the record: yes, by event e10 on 2024-07-03." in found.sentence
    assert "sarrow/callis.capture_rate" in result.finding("question.callis-taken").basis
    assert not result.finding("question.next-call").basis  # from the record alone


def test_nothing_is_said_to_do_nothing_unless_its_interval_says_so():
    rng = np.random.default_rng(0)
    base = np.zeros(512)

    def said(gap, key="held", count=9):
        values = np.stack([base[: gap.size], gap])
        return levers.does(levers.effect(values, 1, count), key, gap.size)

    assert said(rng.normal(0.0, 0.01, 512)) == "does nothing that matters"
    assert said(rng.normal(0.0, 0.3, 512)) == "cannot be told apart at 512 draws"
    assert said(rng.normal(0.1, 0.3, 512)) == "raises" and said(rng.normal(-0.1, 0.3, 512)) == "lowers"
    assert said(np.zeros(24)) == "cannot be told apart at 24 draws"  # one change in ten may hide there
    assert said(np.where(np.arange(512) < 8, 0.9, 0.0) + 0.002) == "cannot be told apart at 512 draws"
    assert said(rng.normal(0.2, 0.1, 512), "months") == "does nothing that matters"


def test_what_levers_do_is_in_the_table_and_none_is_called_idle_on_few_draws():
    result = looked("ukraine-2025")
    table = result.table("levers")
    assert set(table.column("does")) <= {"raises", "lowers", "cannot be told apart at 6 draws"}
    for low, change, high in zip(*(table.column(k) for k in ("from", "change", "to"))):
        assert low <= change <= high
    assert not any("others do not" in s for s in result.answer)


def test_one_draw_gives_no_limits_to_what_a_lever_does():
    """A difference that stands alone has no interval: its cells are blank, not infinite."""
    table = SMALL.look(study("harbour", 1)).table("levers")
    assert set(table.column("from")) == set(table.column("to")) == {""}
    assert all(np.isfinite(x) for x in table.column("change"))
