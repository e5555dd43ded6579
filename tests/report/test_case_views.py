from __future__ import annotations

import pytest

from tests.report import sample
from tests.report.sample import DAY
from winset.report.case_views import case_result, positions_tables
from winset.result import plain


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
    assert [(row[0], row[1], row[2], plain(row[3])) for row in series[0].rows] == [
        (DAY(2024, 2, 1), "North", "ideal", 100),
        (DAY(2024, 4, 10), "North", "ideal", 100),
        (DAY(2024, 2, 5), "South", "ideal", 5),
        (DAY(2024, 3, 1), "South", "ideal", 20),
        (DAY(2024, 4, 10), "South", "ideal", 20),
        (DAY(2024, 3, 3), "North", "red line", 50),
        (DAY(2024, 4, 10), "North", "red line", 50),
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
