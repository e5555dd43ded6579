from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.report import sample
from tests.report.sample import DAY, event
from winset.report.case_views import case_result, fate, months, positions_tables
from winset.result import plain

SET = event("d1", DAY(2024, 2, 20), "deadline_set", due=DAY(2024, 4, 1))


@pytest.mark.parametrize(
    "later,expected",
    [
        (None, "nothing recorded after it fell due"),
        (
            event("d2", DAY(2024, 3, 20), "deadline_moved", ref="d1", due=DAY(2024, 5, 1)),
            "moved to 1 May 2024 (20 Mar 2024)",
        ),
        (event("d2", DAY(2024, 4, 1), "deadline_lapsed", ref="d1"), "passed without what was announced (1 Apr 2024)"),
        (event("d2", DAY(2024, 3, 25), "deadline_dropped", ref="d1"), "dropped (25 Mar 2024)"),
        (event("d2", DAY(2024, 4, 1), "deadline_executed", ref="d1"), "carried out (1 Apr 2024)"),
        (event("d2", DAY(2024, 4, 1), "talks", ref="d1"), "nothing recorded after it fell due"),
    ],
)
def test_what_became_of_a_deadline(later, expected):
    case = replace(sample.case(), events=(SET, *([later] if later else [])))
    assert fate(case, SET) == expected


def test_a_deadline_to_come_is_not_yet_due():
    case = replace(sample.case(), events=(SET,), as_of=DAY(2024, 3, 1))
    assert fate(case, SET) == "not yet due"


def test_events_are_grouped_by_month_in_order_of_date():
    found = months(sample.case())
    assert [(month, [e.event.id for e in entries]) for month, entries in found] == [
        ("February 2024", ["e1", "e2"]),
        ("March 2024", ["e3"]),
        ("April 2024", ["e4"]),
    ]
    assert found[0][1][0].who == "North → South" and found[2][1][0].who == "The judge → North, South"


def test_positions_are_steps_up_to_the_date_of_the_case():
    table, series = positions_tables(sample.report())
    south = [row for row in table.rows if row[1] == "South"]
    assert [(row[2], row[3], plain(row[5])) for row in south] == [
        ("ideal", DAY(2024, 2, 5), 5),
        ("ideal", DAY(2024, 3, 1), 20),
    ]
    north = [row for row in table.rows if row[1] == "North"]
    assert [(row[2], row[4], plain(row[5])) for row in north] == [
        ("ideal", "all tolls", 100),
        ("red line", "half tolls", 50),
    ]
    assert [s.title for s in series] == ["Tolls"]
    assert [(row[0], row[1], plain(row[2])) for row in series[0].rows] == [
        (DAY(2024, 2, 1), "North", 100),
        (dt.date(2024, 4, 10), "North", 100),
        (DAY(2024, 2, 5), "South", 5),
        (DAY(2024, 3, 1), "South", 20),
        (DAY(2024, 4, 10), "South", 20),
    ]


def test_coverage_names_the_best_basis():
    rows = {(row[0], row[1]): row[2] for row in case_result(sample.report()).table("c-coverage").rows}
    assert rows["North", "Tolls"].value == "passage" and rows["South", "Tolls"].value == "publisher unknown"
    assert rows["North", "Guard"].value == "" and set(rows["North", "Tolls"].basis) == {
        "north/tolls.ideal@2024-02-01",
        "north/tolls.red_line@2024-03-03",
    }


def test_kinds_of_basis_count_every_figure_in_force_once():
    table = case_result(sample.report()).table("c-kinds")
    assert table.column("count") == [1, 1, 1, 1, 4]
    assert sum(table.column("share")) == pytest.approx(1)


def test_whose_voice_is_missing():
    assert case_result(sample.report()).table("c-voices").rows == (("The carters", "Nobody asked."),)
