"""Futures told as stories: kinds of endings with their shares and dates, and one path of each as an example."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from tests.cases import case
from winset.derive.paths.dated_questions import Paths
from winset.derive.paths.simulated_wars import Ends, never
from winset.derive.war.outcomes import CAUSES
from winset.lens.futures.stories import stories, table
from winset.run import study

NAMES, SIDES = {"sarrow": "Sarrow", "tavenna": "Tavenna"}, ("Sarrow", "Tavenna")


@pytest.fixture(scope="module")
def arrays():
    return study(case("harbour"), draws=16).arrays()[0]


def ends(*groups: tuple[str, list[float]], lag: float = np.inf, going_on: int = 0) -> Ends:
    months = np.array([m for _, own in groups for m in own] + [np.inf] * going_on)
    cause = np.array([CAUSES.index(c) for c, own in groups for _ in own] + [0] * going_on)
    count = len(months)
    return Ends(
        np.arange(count) % 16, months, cause, np.full(count, lag), np.zeros(count), np.full(count, 0.5), months=36.0
    )


def test_kinds_by_share_with_their_dates(arrays):
    made = ends(("deal", [2.0, 4.0, 6.0]), ("A exhausted", [10.0] * 5), going_on=2, lag=0.0)
    found = stories(Paths(arrays, made), SIDES, NAMES)
    assert [(s.ending, round(s.share, 2)) for s in found] == [
        ("Sarrow cannot go on and must take terms", 0.5),
        ("the sides sign", 0.3),
        ("", 0.2),
    ]
    day = arrays.case.as_of
    deal = found[1]
    assert deal.when and abs((deal.when[1] - day).days - 4 * 30.4) < 1.5
    assert deal.text and abs((deal.text - deal.when[1]).days) <= 1  # no lag: the middle path's own text
    assert found[2].when is None and "goes on beyond" in found[2].told(dt.date(2027, 10, 1))


def test_the_acts_of_a_story_come_before_its_end(arrays):
    made = ends(("A conquers", [1.0] * 40), ("deal", [30.0] * 60))
    for story in stories(Paths(arrays, made), SIDES, NAMES):
        assert len(story.acts) <= 2 and list(story.acts) == sorted(story.acts)
        assert story.when and all(day <= max(story.when) for day, _ in story.acts)


def test_a_conquest_has_no_text_and_is_not_called_a_ceasefire(arrays):
    (story,) = stories(Paths(arrays, ends(("B conquers", [5.0, 7.0, 9.0]))), SIDES, NAMES)
    assert (
        story.text is None
        and "front decides" in story.told(dt.date(2027, 10, 1))
        and "firing stops" not in story.told(dt.date(2027, 10, 1))
    )


def test_rare_kinds_are_not_told_and_the_table_says_all_that_is(arrays):
    made = ends(("deal", [3.0] * 199), ("A conquers", [3.0]))
    found = stories(Paths(arrays, made), SIDES, NAMES)
    assert len(found) == 1  # one in two hundred is too rare for a story
    shown = table(found, dt.date(2027, 10, 1), ("x.y",))
    assert shown.column("share") == [199 / 200] and shown.basis("share") == [("x.y",)]


def test_where_no_war_is_simulated_it_goes_on(arrays):
    (story,) = stories(Paths(arrays, never(16, 64)), SIDES, NAMES)
    assert story.ending == "" and story.share == 1.0
