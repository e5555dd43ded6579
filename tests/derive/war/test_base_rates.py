"""Base rates: the shipped counts against published totals, and which wars a case may be compared with."""

import csv
import dataclasses
import datetime as dt
from collections import Counter

import pytest

from tests.cases import case
from tests.shared import SHARED, needs_shared
from winset.derive.war import base_rates


def at(began, as_of):
    """The invented case with its war at other dates."""
    whole = case("harbour")
    began, as_of = dt.date.fromisoformat(began), dt.date.fromisoformat(as_of)
    return dataclasses.replace(whole, as_of=as_of, war=whole.war.model_copy(update={"began": began}))


OLD = at("2022-02-24", "2025-12-26")


def test_of_nine_wars_of_forty_six_months_four_ended_within_a_year():
    """By hand from the eleven wars that outlasted 36 months: 51.5, 53.0, 57.7 and 57.9 of those longer than 46.1."""
    found = base_rates.rate(OLD, 12)
    assert (found.at_risk, found.ended) == (9, 4)
    lived = sum(x - base_rates.age(OLD, OLD.as_of) for x in (51.5, 53.0, 57.7, 57.9, 63.1, 63.6, 71.5, 94.9, 122.7))
    assert base_rates.compared(OLD).table.lived(base_rates.age(OLD, OLD.as_of)) == pytest.approx(lived)
    assert "9 interstate wars begun 1823 to 2003 that lasted 46 months" in base_rates.compared(OLD).words


def test_a_war_of_1952_is_not_judged_by_what_came_after():
    found = base_rates.compared(at("1950-06-25", "1952-10-01"))
    assert "begun 1823 to 1945" in found.words and found.at_risk == pytest.approx(9 * (7 / 9) ** (found.age / 12 - 2))
    assert base_rates.kinds(at("1950-06-25", "1952-10-01")) is None
    assert base_rates.rate(at("1950-06-25", "1952-10-01"), 12, since=1946) is None


@pytest.mark.parametrize("began", ["1950-06-25", "1965-02-07", "1980-09-22", "1998-05-06", "2022-02-24"])
def test_nothing_that_ended_after_the_war_began_is_counted(began):
    whole = at(began, f"{int(began[:4]) + 1}-01-01")
    kinds = base_rates.kinds(whole)
    assert kinds is None or kinds.last <= whole.war.began.year
    assert f" to {2003 if began > '2004' else 1945} " in base_rates.compared(whole).words


def test_where_no_war_lasted_as_long_nothing_is_said():
    long = at("1980-09-22", "1988-01-01")
    assert base_rates.rate(long, 12) is None and base_rates.ended(long, 12) is None
    assert base_rates.compared(long).words.startswith("no comparable war lasted this long")
    assert "too few for a rate" in base_rates.compared(at("1965-02-07", "1970-01-01")).words
    assert base_rates.compared(at("1914-07-28", "1916-01-01")).words.startswith("no list of wars")


def test_kinds_are_the_counts_of_the_episodes():
    kinds = base_rates.kinds(OLD)
    assert (kinds.n, kinds.first, kinds.last) == (28, 1948, 2003)
    assert {k: round(v * 28) for k, v in kinds.shares.items()} == {
        "agreement": 4, "ceasefire": 9, "fizzles out": 3, "victory": 12,
    }  # fmt: skip
    assert sum(kinds.belief.values()) == pytest.approx(1) and min(kinds.belief.values()) > 0


@needs_shared
def test_the_shipped_counts_are_those_of_the_tables_they_come_from():
    folder = SHARED / "data"
    for name, since in (("km_cow_all.csv", 0), ("km_cow_1946on.csv", 1946)):
        table = base_rates.compared(OLD, since=since).table
        for row in csv.DictReader((folder / name).read_text().splitlines()):
            start, stop = float(row["from_month"]), float(row["to_month"])
            assert (table.going(start), table.going(stop)) == (
                float(row["at_risk"]), float(row["at_risk"]) - float(row["ended"]),
            )  # fmt: skip
            if start >= 36:
                lived = table.lived(start) - table.lived(stop) if stop < 130 else table.lived(start)
                assert lived == pytest.approx(float(row["war_months"]), abs=0.3)
    told = {"peace agreement": "agreement", "low activity": "fizzles out"}
    episodes = (folder / "interstate_episodes_1946_2020.csv").read_text().splitlines()
    rows = [r for r in csv.DictReader(episodes) if r["maxint"] == "2"]
    seen = Counter(told.get(r["outcome_label"], r["outcome_label"].partition(" side")[0]) for r in rows)
    assert seen == Counter(kind for _, _, kind in base_rates._endings())
