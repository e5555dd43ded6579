"""Levers on a circle move the party's wish by what they move its leader by, and no more than that."""

from dataclasses import replace

import numpy as np
import pytest

from tests.cases import case
from tests.derive.circle.test_circles import with_figures
from winset.arrays import Arrays, Luck
from winset.case import model as m
from winset.case.patch import apply
from winset.derive.circle import messages, wish
from winset.derive.deal.acceptance import judge
from winset.derive.war import columns as war
from winset.errors import DossierError

WEIGHT = "dunmar/reik.adviser_weight@2024-09-10"
LUCK = Luck(3, 64)


def patch(kind="lever", channels=(), w=None):
    told = {} if w is None else {WEIGHT: m.Change(low=w, mode=w, high=w)}
    return m.Patch(id="p", title="p", kind=kind, basis="judgement: test", set=told, channels=dict(channels))


def arrays(whole):
    return Arrays(whole, LUCK)


def test_a_lever_moves_the_wish_by_the_change_of_weight_times_the_gap_of_views():
    """Closed form for one adviser: (w' - w)(v_adviser - v_leader), draw by draw, held to the scale."""
    whole = with_figures(case("harbour"), ("tavenna/fleet", "ideal", 60.0))
    before, after = arrays(whole), arrays(apply(whole, patch(w=0.1)))
    own, other = (before.get(p, "fleet", "ideal") for p in ("reik", "dunmar"))
    shift = (0.1 - before.get("dunmar", "reik", "adviser_weight")) * (other - own)
    np.testing.assert_allclose(wish.place(after, "tavenna", "fleet"), np.clip(60.0 + shift, 0, 100))
    np.testing.assert_array_equal(wish.place(after, "sarrow", "fleet"), before.get("sarrow", "fleet", "ideal"))
    assert list(wish.moved(after.case)) == [("tavenna", "fleet"), ("tavenna", "harbour")]


def test_a_reading_of_the_weights_and_a_lever_on_other_numbers_move_no_wish():
    whole = case("harbour")
    other = m.Change(low=0.1, mode=0.1, high=0.1)
    unrelated = replace(whole, acted={"sarrow.flow_cost": whole.figure["sarrow.flow_cost"]})
    for changed in (
        apply(whole, patch("reading", w=0.0)),
        unrelated,
        apply(whole, patch(w=0.3).model_copy(update={"set": {"sarrow.flow_cost": other}})),
    ):
        assert not list(wish.moved(changed))
        now = arrays(changed)
        assert wish.place(now, "tavenna", "fleet") is now.get("tavenna", "fleet", "ideal")


def test_closing_the_channel_of_advice_is_no_weight():
    whole = case("harbour")
    shut, none = (arrays(apply(whole, p)) for p in (patch(channels={"c03": "closed"}), patch(w=0.0)))
    assert "c03" not in {c.id for c in shut.case.channels}
    np.testing.assert_array_equal(wish.place(shut, "tavenna", "fleet"), wish.place(none, "tavenna", "fleet"))


def test_an_adviser_persuaded_moves_the_wish_and_a_wish_set_by_the_lever_is_taken_as_set():
    whole = case("harbour")
    view, own = (whole.in_force[f"{who}/fleet.ideal"].id for who in ("dunmar", "tavenna"))
    told = {view: m.Change(at="none")}
    lever = patch().model_copy(update={"set": told})
    before, after = arrays(whole), arrays(apply(whole, lever))
    weight = before.get("dunmar", "reik", "adviser_weight")
    gap = after.get("dunmar", "fleet", "ideal") - before.get("dunmar", "fleet", "ideal")
    expected = np.clip(before.get("tavenna", "fleet", "ideal") + weight * gap, 0, 100)
    np.testing.assert_allclose(wish.place(after, "tavenna", "fleet"), expected)
    set_ = arrays(apply(whole, patch().model_copy(update={"set": {own: m.Change(low=40, mode=40, high=40)}})))
    np.testing.assert_array_equal(wish.place(set_, "tavenna", "fleet"), 40.0)


def test_the_wish_reaches_worth_who_signs_and_the_war():
    """A marshal who is not heard: plans are worth other amounts to his side, and to nobody else."""
    whole = case("harbour")
    plans = [p for p in whole.plans if p.kind == "plan"]
    before, after = arrays(whole), replace(arrays(apply(whole, patch(w=0.0))), stated=whole)
    was, now = (judge(a, plans, detail=False) for a in (before, after))
    assert any(not np.array_equal(a.signs["tavenna"], b.signs["tavenna"]) for a, b in zip(was, now))
    for a, b in zip(was, now):
        np.testing.assert_array_equal(a.signs["sarrow"], b.signs["sarrow"])
        assert not np.array_equal(a.worth["tavenna"], b.worth["tavenna"])
    worlds = [war.war(a) for a in (before, Arrays(after.case, LUCK))]
    side = worlds[0].sides.index("tavenna")
    fixed = [k for k, deal in enumerate(worlds[0].deals) if deal in worlds[1].deals][:3]
    assert not np.array_equal(*(w.value[:, fixed, side] for w in worlds))
    np.testing.assert_array_equal(worlds[0].reckoned, worlds[1].reckoned)


def test_without_its_last_messenger_a_party_has_what_was_known_before():
    whole = apply(case("harbour"), patch(channels={c.id: "closed" for c in case("harbour").channels}))
    assert messages.routes(whole, "merrin", "sarrow") == () and messages.stated(whole, "merrin", "sarrow")
    shut, open_ = arrays(whole), arrays(case("harbour"))
    error = messages.believed(shut, "merrin", ("sarrow", "tavenna"))[:, 0]
    truth = shut.get("sarrow", "no_deal")
    assert np.ptp(error + truth) == pytest.approx(0) and not messages.blur(shut, "merrin", "sarrow").any()
    informed = messages.misread(open_, "merrin", "sarrow", messages.How(trust=0.0))
    assert np.mean(informed**2) < np.mean(error**2)


@pytest.mark.parametrize("channels", [{"c99": "closed"}, {}])
def test_an_unknown_channel_and_a_patch_of_nothing_are_refused(channels):
    with pytest.raises(DossierError, match=r"unknown channel|changes nothing"):
        apply(case("harbour"), patch(channels=channels))
