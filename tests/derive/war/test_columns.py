"""From Figures to games: units of time, slices of draws, and readings."""

import dataclasses

import numpy as np
import pytest

from tests.cases import NAMES, case
from winset.arrays import Arrays, Luck
from winset.case.patch import as_of
from winset.derive.war import columns as war
from winset.derive.war import core_game as games
from winset.derive.war import outcomes
from winset.derive.war.around import talks_on_record
from winset.derive.war.core_game import Size
from winset.derive.worth.utilities import Reading, holds, utilities
from winset.lens.futures.variants import halved
from winset.theory.war_game import A, B

ARRAYS: list[str] = [
    f.name
    for f in dataclasses.fields(war.War)
    if f.name not in ("sides", "third", "deals", "kinds", "signs", "beside", "basis")
]


def of(name, total=40, part=slice(None)):
    whole = case(name)
    return war.war(Arrays(as_of(whole, whole.as_of), Luck(5, total, part)))


@pytest.mark.parametrize("name", NAMES)
def test_a_slice_of_the_draws_is_a_slice_of_the_columns(name):
    whole, part = of(name), of(name, part=slice(13, 29))
    for field in ARRAYS:
        np.testing.assert_array_equal(getattr(part, field), getattr(whole, field)[13:29], err_msg=field)


@pytest.mark.parametrize("name", NAMES)
def test_a_finer_front_keeps_drift_variance_and_learning(name):
    one = of(name)
    for d in range(one.draws):
        for size in (Size(), Size(3.0, 20, 4, 40), Size(4, 14, 4, 8)):
            made = games.frame(one, d, size)
            step, h = made.size.step, made.h
            p = games.fought_with(one, d, made.size)
            assert h**2 == pytest.approx(one.rate[d] * step)  # variance a step, in forts of the dossier
            if 0.01 < p < 0.99:
                assert h * (2 * p - 1) == pytest.approx(one.rate[d] * step * (2 * one.p[d] - 1))  # drift
            assert made.forts * h == pytest.approx(one.forts[d])  # nothing is lost by rounding
            assert abs(made.start / made.forts - one.front[d]) <= 0.5 / made.forts
            if made.forts < size.forts:
                assert step <= size.step + 1e-9 or made.forts == 4
            assert made.size.months >= size.months - 1e-6


@pytest.mark.parametrize("name", NAMES)
def test_endurance_ends_at_its_own_month(name):
    """No luck is added to the Figure: with a front that cannot decide, the war is over at E (1 - drain) to the day."""
    one = of(name)
    one = dataclasses.replace(one, open=np.zeros_like(one.open), rate=np.full_like(one.rate, 1e-4))
    found = outcomes.future([one])[0]
    months = one.endurance * (1 - one.pressure[:, :, 1] * one.pressed)
    first = months.min(axis=1)
    assert (one.pressed.any() or name == "harbour") and (first < 60).any()
    np.testing.assert_allclose(found.out, first)
    out = found.cause[:, :, 4:].sum(axis=2)
    np.testing.assert_allclose(out, found.months >= first[:, None], atol=0.02)  # the rest: the front after all
    by = np.where(months[:, 0] < months[:, 1], 4, 5)
    seen = first < 60
    np.testing.assert_allclose(found.cause[np.arange(one.draws), -1, by][seen], 1, atol=0.02)


@pytest.mark.parametrize("name", NAMES)
def test_pressure_that_begins_later_drains_what_is_left(name):
    one = of(name)
    for d in range(one.draws):
        made = games.frame(one, d, Size())
        clock, on = games.clock_of(one, d, made)
        np.testing.assert_allclose(clock.moves.sum(2), 1)
        end = games.lasts(one, d).min() / made.size.step
        assert clock.until[0] == pytest.approx(end) or made.months == np.inf
        assert (clock.until[np.isfinite(clock.until)] <= one.endurance[d].max() / made.size.step + 1e-9).all()
        assert (on[:, 0] == one.pressed[d]).all()
        for i in (A, B):
            stays = clock.moves[0, 0, on[i] == on[i, 0]].sum()
            begins = 0 if one.pressed[d, i] or not one.pressure[d, i].any() else one.pressure[d, i, 2]
            assert stays == pytest.approx((1 - begins) ** (made.size.step / 12))


@pytest.mark.parametrize("name", NAMES)
def test_the_players_beliefs_start_at_their_priors(name):
    one = of(name)
    for d in range(6):
        made, keep, frame = games.game(one, d)
        for i in (A, B):
            mean = np.clip(0.5 + frame.h * (one.mean[d, i] - 0.5), 0.02, 0.98)
            assert made.belief[i, 0, made.start] == pytest.approx(mean)
        assert set(keep) == set(np.flatnonzero(one.open[d] & one.ratified[d]))


def test_half_the_step_moves_no_headline_by_more_than_a_point():
    """Step, places and forts at once; what the lens prints, over the draws of a seeded sample."""
    for name, draws in (("harbour", 48), ("ukraine-2025", 96)):
        one = of(name, draws)
        whole, half = (outcomes.future([one], size)[0] for size in (Size(), halved(Size())))
        for month in (6, 12, 24, 36):
            at = whole.at(month)
            for field in ("state", "cause"):
                gap = (getattr(half, field) - getattr(whole, field))[:, at].mean(axis=0)
                assert abs(gap).max() <= 0.01, (name, month, field, gap)
            assert abs((half.ended - whole.ended)[:, at].mean()) <= 0.01
            assert abs((half.lasting - whole.lasting)[:, at].mean()) <= 0.01
        values = [
            np.array([outcomes.solved(one, d, size).solved.at_start() for d in range(draws // 2)])
            for size in (Size(), halved(Size()))
        ]
        gap = values[1] - values[0]
        assert abs(gap.mean(axis=0)).max() <= 0.01 and np.quantile(abs(gap), 0.95) <= 0.03, (name, gap)


def without(name, *keys):
    whole = case(name)
    less = dataclasses.replace(whole, figures=tuple(f for f in whole.figures if f.key not in keys))
    return Arrays(as_of(less, less.as_of), Luck(5, 40))


@pytest.mark.parametrize("name", NAMES)
def test_the_front_is_a_figure_and_an_old_case_keeps_the_mean_of_the_worths(name):
    arrays = without(name, "case.front")
    old = war.war(arrays)
    quo = war.status_quo(arrays, old.sides)
    np.testing.assert_allclose(old.front, np.clip((quo[:, 0] + 1 - quo[:, 1]) / 2, 0.1, 0.9))
    made = of(name)
    assert (made.front != old.front).any() and ((made.front > 0) & (made.front < 1)).all()
    np.testing.assert_array_equal(made.quo, old.quo)


@pytest.mark.parametrize("name", NAMES)
def test_the_present_state_moves_with_the_front_from_defeat_to_victory(name):
    one = of(name)
    for d in range(one.draws):
        made, _, frame = games.game(one, d)
        np.testing.assert_allclose(made.quo[:, frame.start], one.quo[d])
        np.testing.assert_allclose(made.quo[:, [0, -1]], [[0, 1], [1, 0]])
        assert (np.diff(made.quo[0]) >= 0).all() and (np.diff(made.quo[1]) <= 0).all()
        delta = (1 - one.discount[d]) ** (frame.size.step / 12)
        cost = (one.cost[d] - one.rent[d]) * frame.size.step
        free = made.flow[:, 0, frame.start] + cost + one.pressure[d, :, 0] * one.pressed[d] * frame.size.step
        np.testing.assert_allclose(free, (1 - delta) * one.quo[d])


def test_talks_pay_in_months_in_which_they_go_on():
    """Harbour has two contacts in eight months (8 April and 2 July); a Figure would say otherwise."""
    arrays = without("harbour")
    assert talks_on_record(arrays.case) == pytest.approx(2 / 8)
    np.testing.assert_allclose(war.war(arrays).rent[:, 1], arrays.get("tavenna", "talk_rent") / 4)
    quiet = dataclasses.replace(arrays.case, events=())
    assert talks_on_record(quiet) == 0


@pytest.mark.parametrize("name", NAMES)
def test_lines_wear_at_their_rate(name):
    """Three structures: no wear is today's; more wear opens sooner, all by the same luck; times are exponential."""
    whole = case(name)
    arrays = Arrays(as_of(whole, whole.as_of), Luck(5, 400))
    stay = war.war(arrays)
    none = war.war(arrays, lines="wear", wear=0.0)
    for field in ARRAYS:
        np.testing.assert_array_equal(getattr(none, field), getattr(stay, field))
    slow, fast = (war.war(arrays, lines="wear", wear=w) for w in (0.02, 0.05))
    assert (fast.open >= stay.open).all() and (slow.opens[stay.open] == 0).all()
    both = slow.open & fast.open & ~stay.open
    assert both.any()
    np.testing.assert_allclose(fast.opens[both] * 0.05, slow.opens[both] * 0.02)
    np.testing.assert_array_equal(slow.open, fast.open)
    worths = utilities(arrays)
    for key, real in worths.real.items():
        held = holds(arrays, *key, Reading())
        np.testing.assert_array_equal(held > 0, real)
        if real.sum() > 100:
            assert abs(held[real].mean() - 1) < 4 * 1.2 / np.sqrt(real.sum()) and held[real].min() < 0.1


@pytest.mark.parametrize("name", NAMES)
def test_a_deal_is_signed_only_once_its_lines_have_given_way(name):
    whole = case(name)
    one = war.war(Arrays(as_of(whole, whole.as_of), Luck(5, 120)), lines="wear", wear=0.03)
    seen = 0
    for d in np.flatnonzero((one.open & (one.opens > 0)).any(axis=1))[:12]:
        law = outcomes.law(outcomes.solved(one, int(d)), one, int(d))
        for k in np.flatnonzero(one.open[d] & one.ratified[d] & (one.opens[d] > 0)):
            late = law.edges[1:] <= one.opens[d, k] + 1e-9
            assert law.deal[late, k].sum() == 0
            seen += int((~late).any())
    assert seen


def test_at_the_base_rate_lines_are_real_as_often_as_comparable_ones_held():
    whole = case("ukraine-2025")
    arrays = Arrays(as_of(whole, whole.as_of), Luck(5, 2000))
    worths = utilities(arrays, Reading(red_lines="base"))
    share = np.mean([real.mean() for real in worths.real.values()])
    assert share == pytest.approx(1 - 0.43, abs=0.02)
    assert len(worths.real) > 10


def test_lines_that_bend_open_deals_and_lines_at_no_price_are_free():
    one = of("harbour")
    free, dear = (
        war.bent(dataclasses.replace(one, line_price=np.full((one.draws, 2), x)), most=99) for x in (0.0, 5.0)
    )
    assert (free.open >= one.open).all() and free.open.sum() > (one.open & one.ratified).sum()
    assert (free.price == 0).all() and set(np.unique(dear.price)) == {0.0, 5.0}
    assert ((dear.price > 0) == one.line[:, :, :2]).all()
    assert ((war.bent(one, most=3).open & ~one.open).sum(1) <= 3).all()


def test_without_a_price_no_line_bends():
    whole = case("harbour")
    lost = dataclasses.replace(whole, figures=tuple(f for f in whole.figures if f.quantity != "line_price"))
    assert war.bends(of("harbour")) and not war.bends(war.war(Arrays(as_of(lost, lost.as_of), Luck(1, 8))))


def test_what_is_missing_is_named():
    whole = case("harbour")
    lost = dataclasses.replace(
        whole, figures=tuple(f for f in whole.figures if f.key not in ("case.forts", "sarrow.endurance"))
    )
    assert war.missing(as_of(whole, whole.as_of)) == []
    assert war.missing(as_of(lost, lost.as_of)) == ["sarrow.endurance", "case.forts"]
    assert war.missing(dataclasses.replace(whole, war=None)) == ["war between two belligerents"]


def test_the_wish_for_a_deal_as_such_moves_what_is_tabled_toward_what_both_would_sign():
    one = of("ukraine-2025", 400)
    wish, sober = war.with_plan(one), war.with_plan(one, bonus=False)
    ready = (1 / (1 + np.exp(-(one.value - one.reckoned[:, None, :]) / 0.1))).prod(axis=2)
    moved = np.flatnonzero((wish != sober) & (sober >= 0) & (wish >= 0))
    assert len(moved) and (ready[moved, wish[moved]] >= ready[moved, sober[moved]] - 1e-12).all()
    for d in range(one.draws):
        if wish[d] >= 0:
            assert one.open[d, wish[d]] and one.ratified[d, wish[d]]
