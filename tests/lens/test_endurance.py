"""Who breaks first: shares recomputed from the columns, and bounds of what a unit buys."""

import dataclasses
import datetime as dt

import numpy as np
import pytest

from tests.cases import NAMES, case
from winset.arrays import Study
from winset.case import model as m
from winset.case.patch import apply
from winset.derive.war import base_rates
from winset.lens.endurance.lens import Endurance, Sides, lacking
from winset.result import plain


def study(name, draws=400, chunk=16_384):
    return Study(case(name), case(name).as_of, draws=draws, seed=2, chunk=chunk)


@pytest.mark.parametrize("name", NAMES)
def test_the_race_by_stated_months_is_a_count_of_draws(name):
    made = study(name)
    result, sides = Endurance().look(made), case(name).war.belligerents
    a, b = (made.arrays()[0].get(s, "endurance") for s in sides)
    assert result.finding(f"first.{sides[0]}").value == pytest.approx(np.mean(a < b))
    rows = result.table("race").rows
    for reading in {r[0] for r in rows}:
        assert sum(plain(r[2]) for r in rows if r[0] == reading) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_any_chunk_gives_the_same_result(name):
    assert Endurance().look(study(name)) == Endurance().look(study(name, chunk=37))


def test_a_model_number_never_stands_alone():
    result = Endurance().look(study("ukraine-2025"))
    rates = result.table("rates")
    assert rates.column("months") == [6, 12, 24, 36]
    assert rates.column("ended") == [1, 4, 6, 7]  # of nine that lasted 46 months
    whole = case("ukraine-2025")
    assert rates.column("all") == [base_rates.ended(whole, t) for t in (6, 12, 24, 36)]
    assert rates.column("recent") == [""] * 4 and "only 3 of the interstate wars begun 1946" in rates.note
    assert "of 9 interstate wars" in result.answer[1] and "90% interval 17% to 75%" in result.answer[1]
    assert len(result.table("alikes").rows) == 5 and any("chosen by the sources" in s for s in result.answer)
    assert any("no earlier wars" in s for s in Endurance().look(study("harbour")).answer)


@pytest.mark.parametrize("name", NAMES)
def test_more_for_one_side_never_shortens_its_months(name):
    b = case(name).actor[case(name).war.belligerents[1]].name
    for row in Endurance().look(study(name)).table("buys").rows:
        more = "more" in row[1]
        assert (plain(row[2]) >= 0) == more or plain(row[2]) == 0
        assert (plain(row[6]) <= 0) == (more == (row[0] == b)) or plain(row[6]) == 0


def test_a_month_of_its_own_burden_is_spending_and_damage_less_aid():
    made = Sides(study("ukraine-2025"), study("ukraine-2025").known)
    spent, damage, aid = (made.get("ukraine", q) for q in ("war_spending", "damage_rate", "aid"))
    np.testing.assert_allclose(made.burden("ukraine"), np.maximum(spent + damage - aid, spent / 4))


def test_the_size_of_a_change_is_the_cases_own():
    told = {r[1] for r in Endurance().look(study("harbour")).table("buys").rows}
    assert {"0.01 USD bn of 2025 a month more (aid, income)", "20 persons a month more recruited"} <= told
    whole = case("harbour")
    less = dataclasses.replace(whole, figures=tuple(f for f in whole.figures if f.quantity != "money_step"))
    rows = Endurance().look(Study(less, less.as_of, 400, 2)).table("buys").rows
    assert any(r[1] == "10% of its war spending more (aid, income)" for r in rows)
    # spending and damage less aid are the burden: a tenth of spending less of it lengthens the months by as much
    twice = patched("ukraine-2025", 2.0, "case.money_step")
    one, two = (
        [plain(r[2]) for r in Endurance().look(Study(c, c.as_of, 400, 2)).table("buys").rows if "aid, income" in r[1]]
        for c in (case("ukraine-2025"), twice)
    )
    assert all(b > 1.9 * a for a, b in zip(one, two))


def test_what_is_missing_is_named():
    whole = case("harbour")
    assert lacking(dataclasses.replace(whole, war=None)) == ["war between two belligerents under way"]
    lost = dataclasses.replace(whole, figures=tuple(f for f in whole.figures if f.key != "sarrow.endurance"))
    assert lacking(lost) == ["sarrow.endurance"]
    assert Endurance().look(Study(lost, lost.as_of, 8)).answer[0].startswith("Nothing can be said")
    assert Endurance().look(Study(whole, dt.date(2023, 1, 1), 8)).answer[0].startswith("Nothing can be said")


def test_wars_are_listed_by_length():
    found = [f.numbers[1] for f in base_rates.look_alikes(case("ukraine-2025"))]
    assert found == sorted(found) and found[-1] == (dt.date(1989, 2, 15) - dt.date(1979, 12, 27)).days


def patched(name, value, *figures):
    """The case with some Figures at one number."""
    change = {f: m.Change(low=value, mode=value, high=value) for f in figures}
    return apply(case(name), m.Patch(id="x", title="x", basis="judgement: a trial", set=change))


def test_nothing_spent_and_nothing_received_means_that_money_never_sets_the_limit():
    ids = {f.key: f.id for f in case("ukraine-2025").figures}
    free = patched("ukraine-2025", 0.0, *(ids[f"ukraine.{q}"] for q in ("war_spending", "damage_rate", "aid")))
    result = Endurance().look(Study(free, free.as_of, 64))
    rows = {(r[0], r[1]): r for r in result.table("clocks").rows}
    if ("Ukraine", "reserves replace all aid") in rows:
        assert plain(rows["Ukraine", "reserves replace all aid"][2]) == "never"
        assert plain(rows["Ukraine", "reserves replace all aid"][5]) == 0
    money = [r for r in result.table("buys").rows if r[0] == "Ukraine" and "USD" in r[1]]
    assert [plain(r[2]) for r in money] == [0, 0] and [plain(r[6]) for r in money] == [0, 0]
