from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report import sample
from tests.report.sample import DAY, event
from winset.report.chronicle import WEIGHTIEST, fate, months, weightiest

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


def test_the_weightiest_events_stand_open_in_order_of_date():
    quiet = [event(f"q{i:02}", DAY(2024, 1, 1 + i), "talks", intensity=1.0) for i in range(2 * WEIGHTIEST)]
    loud = [event(f"l{i}", DAY(2024, 2, 1 + i), "threat", intensity=(-1) ** i * 5.0) for i in range(WEIGHTIEST)]
    found = weightiest(replace(sample.case(), events=(*loud[::-1], *quiet)))
    assert [e.event.id for _, entries in found for e in entries] == [e.id for e in loud]


def test_of_equal_events_those_that_set_a_date_and_then_the_latest_count_more():
    plain = [event(f"p{i:02}", DAY(2024, 1, 1 + i), "talks") for i in range(WEIGHTIEST + 1)]
    dated = event("d", DAY(2023, 1, 1), "deadline_set", due=DAY(2023, 2, 1))
    found = weightiest(replace(sample.case(), events=(*plain, dated)))
    assert [e.event.id for _, entries in found for e in entries] == ["d", *(e.id for e in plain[2:])]
