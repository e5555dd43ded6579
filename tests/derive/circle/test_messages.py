"""Routes of messengers, the error with which a last point arrives, and voices against each other."""

from dataclasses import replace

import numpy as np
import pytest

from tests.cases import case
from tests.derive.circle.test_circles import arrays, with_figures
from winset.case import model as m
from winset.derive.circle import messages as ms
from winset.derive.circle import voices as vs
from winset.derive.circle.messages import How
from winset.derive.war import columns as wars
from winset.settings import using
from winset.theory import organisation

MANY = 4096


def channel(name, source, target, kind="carries_messages", notes="no"):
    return m.Channel(id=name, source=source, target=target, kind=kind, notes=notes, basis="judgement: test")


def with_channels(*channels, whole=None):
    whole = whole or case("harbour")
    return replace(whole, channels=channels, digest=whole.digest + str([c.id for c in channels]))


def without_noise(whole=None):
    whole = whole or case("harbour")
    left = tuple(f for f in whole.figures if f.quantity not in (ms.QUANTITY, ms.TRUST))
    return replace(whole, figures=left, digest=whole.digest + "silent")


def test_routes_leave_out_the_leaders_and_go_through_a_third():
    whole = case("harbour")
    assert [r.reporters for r in ms.routes(whole, "merrin", "tavenna")] == [("aren",)]
    assert [r.reporters for r in ms.routes(whole, "merrin", "sarrow")] == [("roe", "aren")]
    assert [r.reporters for r in ms.routes(whole, "sarrow", "tavenna")] == [("aren", "roe")]
    assert ms.routes(whole, "hesk", "tavenna") == ()
    leaders = with_channels(channel("x", "reik", "sarrow"))  # a leader to a party itself: nobody reports
    assert ms.routes(leaders, "sarrow", "tavenna") == () and ms.pairs(leaders) == []
    within = with_channels(channel("x", "dunmar", "reik"))
    assert ms.pairs(within) == []


def test_a_report_at_face_value_and_one_weighed_have_their_closed_forms():
    """One reporter with known noise and bias, against `theory.organisation.chain`."""
    noise, bias = 0.08, 0.1
    whole = with_figures(
        with_channels(channel("x", "aren", "reik")),
        ("aren/tavenna", ms.QUANTITY, noise),
        ("aren", "deal_bonus", bias),
    )
    given = arrays(whole, MANY)[0]
    truth = given.get("tavenna", "no_deal")
    naive = ms.misread(given, "merrin", "tavenna", How(trust=1.0))
    wise = ms.misread(given, "merrin", "tavenna", How(trust=0.0))
    prior = float(np.diff(np.quantile(truth, (0.05, 0.95)))[0]) / 3.2897
    told = organisation.chain(1, noise, bias, prior)
    assert np.mean(naive**2) == pytest.approx(told[0], rel=0.05) and naive.mean() == pytest.approx(-bias, abs=0.005)
    assert np.mean(wise**2) == pytest.approx(told[1], rel=0.15) and abs(wise.mean()) < 0.01
    half = ms.misread(given, "merrin", "tavenna", How(trust=0.5))
    np.testing.assert_allclose(half, (naive + wise) / 2)


def test_each_change_does_what_it_says():
    given = arrays(case("harbour"), MANY)[0]

    def size(speaker, **how):
        return float(np.sqrt(np.mean(ms.misread(given, "merrin", speaker, How(**how)) ** 2)))

    for speaker in ("sarrow", "tavenna"):
        assert size(speaker, notes=True) < size(speaker)
        assert size(speaker, trust=0.0) < size(speaker, trust=1.0)
        assert size(speaker, sober=True) < size(speaker)
        assert size(speaker, level=0.05) < size(speaker, level=0.5) < size(speaker, level=0.95)
    assert size("sarrow", shorter=True) < size("sarrow")
    assert size("tavenna", shorter=True) == size("tavenna")  # one reporter: there is none to spare
    without = ms.misread(given, "merrin", "tavenna", How(sober=True, trust=1.0))
    assert abs(without.mean()) < 0.01


def test_two_messengers_are_believed_by_turns_or_pooled():
    one = with_channels(channel("x", "aren", "reik"))
    two = with_channels(channel("x", "aren", "reik"), channel("y", "aren", "dunmar"))
    told = [("aren/tavenna", ms.QUANTITY, 0.1), ("dunmar/tavenna", ms.QUANTITY, 0.0), ("aren", "deal_bonus", 0.0)]
    errors = [
        ms.misread(arrays(with_figures(w, *told), MANY)[0], "merrin", "tavenna", How(trust=0.0)) for w in (one, two)
    ]
    assert np.mean(errors[1] ** 2) < np.mean(errors[0] ** 2)
    turns = ms.misread(arrays(with_figures(two, *told), MANY)[0], "merrin", "tavenna", How(trust=1.0))
    assert np.std(turns) == pytest.approx(0.1, rel=0.05)


def test_who_takes_notes_is_told_from_who_does_not_where_nothing_is_stated():
    def noise(notes):
        whole = without_noise(with_channels(channel("x", "aren", "reik", notes=notes)))
        (route,) = ms.routes(whole, "merrin", "tavenna")
        return float(ms.noise_of(arrays(whole, 256)[0], "aren", "tavenna", route).mean())

    assert noise("yes") < noise("unknown") < noise("no")
    with using({"process.noise": (0.1, 0.2, 0.3)}):
        assert noise("no") > 0.15


def test_the_war_knows_no_error_that_the_case_does_not_state():
    whole = without_noise()
    silent = wars.war(arrays(whole, 64)[0])
    assert not silent.misread.any() and not ms.stated(whole, "merrin", "sarrow")
    with using({"process.noise": (0.3, 0.4, 0.5), "process.face_value": 0.2}):
        again = wars.war(arrays(whole, 64)[0])
    np.testing.assert_array_equal(wars.with_plan(again), wars.with_plan(silent))


def test_the_third_party_tables_on_what_it_hears():
    told = [("aren/sarrow", ms.QUANTITY, 0.3), ("aren/tavenna", ms.QUANTITY, 0.3), ("merrin", ms.TRUST, 1.0)]
    quiet = [(k, q, 0.0) for k, q, _ in told[:2]]
    loud_war = wars.war(arrays(with_figures(case("harbour"), *told), 256)[0])
    calm = wars.war(arrays(with_figures(case("harbour"), *quiet, told[2], ("aren", "deal_bonus", 0.0)), 256)[0])
    assert loud_war.misread.std() > 0.2
    np.testing.assert_allclose(calm.misread[:, 1], 0.0, atol=1e-9)
    np.testing.assert_array_equal(loud_war.reckoned, calm.reckoned)  # what is true does not change
    rows = np.arange(256)
    refused = []
    for war in (calm, loud_war):
        pick = wars.with_plan(war)
        refused.append(float((war.value[rows, pick] < war.reckoned).any(axis=1)[pick >= 0].mean()))
    assert refused[1] > refused[0] + 0.05


def test_two_messengers_of_one_third_party_make_a_way_between_two_sides():
    whole = case("ukraine-2025")
    assert ("witkoff", "driscoll") in [r.reporters for r in ms.routes(whole, "ukraine", "russia")]
    assert ("driscoll", "kushner") in [r.reporters for r in ms.routes(whole, "russia", "ukraine")]


@pytest.mark.parametrize("trust", [0.0, 0.4, 1.0])
def test_what_is_fresh_in_the_error_has_its_closed_form(trust):
    """Against the spread of the simulated error around what is constant in it, with two routes of unlike noise."""
    two = with_channels(channel("x", "aren", "reik"), channel("y", "aren", "dunmar"))
    told = [("aren/tavenna", ms.QUANTITY, 0.1), ("dunmar/tavenna", ms.QUANTITY, 0.05), ("aren", "deal_bonus", 0.2)]
    given = arrays(with_figures(two, *told, ("tavenna", "no_deal", 0.5)), 16_384)[0]
    figure = next(f for f in given.case.figures if f.key == "tavenna.no_deal")
    assert figure.low == figure.high  # a prior that is sure: reports weighed for their worth say nothing more
    how = How(trust=trust)
    error = ms.misread(given, "merrin", "tavenna", how)
    assert float(ms.blur(given, "merrin", "tavenna", how)[0]) == pytest.approx(float(error.std()), rel=0.03, abs=1e-6)
    wide = arrays(with_figures(two, *told), 16_384)[0]
    truth, (middle, prior) = wide.get("tavenna", "no_deal"), ms._prior(wide, "tavenna")
    left = organisation.pooled([0.01, 0.0125], prior)
    constant = (1 - trust) * left / prior * (middle - truth) - trust * 0.2
    fresh = ms.misread(wide, "merrin", "tavenna", how) - constant
    assert float(ms.blur(wide, "merrin", "tavenna", how)[0]) == pytest.approx(float(fresh.std()), rel=0.03)


def test_the_sides_of_a_silent_case_are_not_blurred():
    assert not wars.war(arrays(without_noise(), 16)[0]).blur.any()
    assert wars.war(arrays(case("harbour"), 16)[0]).blur.min() > 0


def test_slices_of_the_draws_hear_the_same():
    whole = case("harbour")
    from winset.arrays import Study

    one = Study(whole, whole.as_of, draws=64, seed=3).arrays()
    parts = Study(whole, whole.as_of, draws=64, seed=3, chunk=20).arrays()
    assert len(parts) > 1
    np.testing.assert_array_equal(
        ms.misread(one[0], "merrin", "sarrow"), np.concatenate([ms.misread(a, "merrin", "sarrow") for a in parts])
    )
    modes = Study(whole, whole.as_of, draws=4).at_modes()
    assert ms.misread(modes, "merrin", "tavenna").shape == (1,)


def test_voices_of_a_party_are_set_against_each_other():
    whole = case("ukraine-2025")
    found = vs.voices(whole, "united_states")
    assert {e.id for e in found.against} == {"dn1", "dn2", "dn4", "dn7"}  # read by hand in events.csv
    with using({"process.window": 1}):
        assert {e.id for e in vs.voices(whole, "united_states").against} == {"dn2", "dn4", "dn7"}
    assert not any(e.kind == "denial" for e in found.followed)
    assert vs.voices(case("harbour"), "hesk") is None and vs.organised(case("harbour")) == [
        "merrin",
        "sarrow",
        "tavenna",
    ]
    assert vs.advisers(case("harbour"), "tavenna") == ("dunmar",) and vs.envoys(case("harbour"), "tavenna") == ()
