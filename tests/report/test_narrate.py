"""The sentence of each picture, against what its rows say."""

from __future__ import annotations

import pytest

from tests.report import sample
from winset.report.charts import DRAW
from winset.report.glossary import Glossary, terms
from winset.report.narrate import SAYS, picture_says, table_says
from winset.result import Chart, Column, Table

RESULT = sample.result()
SAID = {
    "odds-c": "Highest: Second draft, South, 75%; lowest: First draft, North, 8%.",
    "wide-c": "Highest: First draft, South, 90%; lowest: First draft, North, 10%.",
    "gains-c": "Longest: tolls, North, 0.25 from defeat (0) to victory (1); furthest to the left: tolls, South, −0.12",
    "curve-c": "North: from 90% at 0 months to 60% at 3 months; South: from 90% at 0 months to 60% at 3 months",
    "points-c": (
        "3 points; most on “To North”: Second draft, 70% and 30%; most on “To South”: First draft, 20% and 80%"
    ),
    "ties-c": "2 ties among 3; most, 2, are of The judge.",
    "dates-c": "2 marks from 1 Feb 2024 to 1 Mar 2024; most, 1, are of North.",
    "rungs-c": "North: from 1 at 1 Feb 2024 to 3 at 1 Mar 2024; South: 2 throughout.",
}


def test_every_kind_that_is_drawn_is_told():
    assert set(SAYS) == set(DRAW)


@pytest.mark.parametrize("chart", RESULT.charts, ids=lambda c: c.key)
def test_what_a_picture_says(chart):
    assert picture_says(chart, RESULT.table(chart.table)).startswith(SAID[chart.key])


def test_a_line_that_ends_where_it_began_is_not_said_to_be_level():
    columns = (Column("t", "Day", "number"), Column("m", "Count", "number"))
    rows = ((0, 1.0), (1, 5.0), (2, -3.0), (3, 1.0))
    chart = Chart("f", "fan", "t", "Count", {"x": "t", "mid": "m"})
    said = picture_says(chart, Table("t", "T", columns, rows))
    assert said == "From 1 at 0 to 1 at 3, highest 5 at 1, lowest −3 at 2 (“Count” by “Day”)."
    assert picture_says(chart, Table("t", "T", columns, rows[::3])) == "1 throughout (“Count” by “Day”)."


def test_what_a_table_says():
    assert table_says(RESULT.table("odds")) == "4 rows: Plan, Party, Accepts"


def test_a_term_is_explained_where_it_first_stands():
    glossary = Glossary()
    assert [t.term for t in glossary.new_in("A draw of no deal.")] == ["draw", "no deal"]
    assert not glossary.new_in("Another draw, and draws.") and not glossary.new_in("Withdrawn.")


def test_a_fold_that_explains_a_term_does_not_take_it_from_what_stands_open():
    glossary = Glossary()
    assert glossary.new_in("A frontier.", folded=True) and not glossary.new_in("A frontier.", folded=True)
    assert glossary.new_in("A frontier.") and not glossary.new_in("A frontier.", folded=True)


def test_terms_are_listed_once_and_explained_in_plain_words():
    names = [t.term for t in terms()]
    assert len(names) == len(set(names)) > 20
    assert all(t.stands_in(t.term) and len(t.means.split()) < 30 for t in terms())
