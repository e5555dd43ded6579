"""How levers of circle and process act before the war is fought."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from tests.cases import case
from winset.arrays import Study
from winset.case.patch import as_of as cut
from winset.case.patch import combine
from winset.derive.worth.menu import menu
from winset.lens.futures import ways


def told(whole, draws=64):
    study = Study(whole, whole.as_of, draws=draws, seed=2)
    deals = menu(study.known, study.known.war.belligerents[:2])
    cases = [study.known, *(cut(combine(whole, [lever]), study.as_of) for lever in whole.levers)]
    return ways.ways(study, cases, deals, draws)


def test_each_lever_moves_its_own_way_and_no_other():
    found = told(case("harbour"))
    moved = {
        lever: {w.what.split(" ", 1)[-1] for w in found if w.lever.id == lever}
        for lever in ("envoy-writes", "marshal-unheard")
    }
    assert {w.lever.id for w in found} == set(moved)  # the levers on the war itself are not told here
    assert any(what.startswith("with which") for what in moved["envoy-writes"])
    assert not any("wishes" in what for what in moved["envoy-writes"])
    assert any("wishes" in what for what in moved["marshal-unheard"])
    assert not any(what.startswith("with which") for what in moved["marshal-unheard"])
    for way in found:
        if "error" in way.what:
            assert 0 < way.with_ < way.without


def test_an_adviser_back_in_ukraine_2025_moves_towards_his_view():
    found = [w for w in told(case("ukraine-2025"), 32) if w.lever.id == "adviser_back" and w.unit == "place"]
    assert found and all(w.with_ < w.without for w in found)  # his views lie below the leader's on all of these


def test_a_lever_on_a_circle_that_nobody_can_settle_says_so():
    """Without the marshal's views there is no circle, and the lever moves nothing."""
    whole = case("harbour")
    bare = replace(
        whole,
        figures=tuple(f for f in whole.figures if f.subject[0] != "dunmar" or f.quantity != "ideal"),
        levers=tuple(x for x in whole.levers if x.id == "marshal-unheard"),
        digest="bare",
    )
    (way,) = told(bare)
    assert way.without is None and "settles no circle" in way.what
    assert ways.table([way]).rows[0][3:] == ("", "")


def test_a_plan_is_refused_where_it_is_worth_less_than_no_deal_to_either_side(monkeypatch):
    tabled = np.array([-1, 0, 0, 1, 1])  # nothing; then one draw each: both gain, A loses, B loses, no gain is no loss
    value = np.array(
        [
            [[0.0, 0.0], [0.0, 0.0]],
            [[0.6, 0.6], [0.0, 0.0]],
            [[0.4, 0.6], [1.0, 1.0]],
            [[1.0, 1.0], [0.6, 0.4]],
            [[0.0, 0.0], [0.5, 0.5]],
        ]
    )
    monkeypatch.setattr(ways.war, "with_plan", lambda made: tabled)
    made = SimpleNamespace(value=value, draws=5, reckoned=np.full((5, 2), 0.5))
    assert ways.refused(made) == pytest.approx(2 / 5)
