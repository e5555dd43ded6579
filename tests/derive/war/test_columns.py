"""From Figures to games: units of time, slices of draws, and readings."""

import dataclasses

import numpy as np
import pytest

from tests.cases import NAMES, case
from winset.arrays import Arrays, Luck
from winset.case.patch import as_of
from winset.derive.war import columns as war
from winset.derive.war import core_game as games
from winset.derive.war.core_game import Size
from winset.theory.war_game import A, B

ARRAYS: list[str] = [
    f.name for f in dataclasses.fields(war.War) if f.name not in ("sides", "third", "deals", "kinds", "signs", "basis")
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
        for size in (Size(), Size(1.5, 40, 6, 40), Size(4, 14, 4, 8)):
            made = games.frame(one, d, size)
            step, h = made.size.step, made.h
            p = games.fought_with(one, d, made.size)
            assert h**2 == pytest.approx(one.rate[d] * step)  # variance a step, in forts of the dossier
            if 0.01 < p < 0.99:
                assert h * (2 * p - 1) == pytest.approx(one.rate[d] * step * (2 * one.p[d] - 1))  # drift
            assert made.forts == max(4, round(one.forts[d] / h)) <= max(size.forts, 4)
            assert made.size.steps >= 2 and size.months <= made.size.months + 1e-9
            assert made.size.months < size.months + made.size.step or made.size.steps == 2


@pytest.mark.parametrize("name", NAMES)
def test_endurance_lasts_the_stated_months_on_average(name):
    one = of(name)
    for d in range(one.draws):
        made = games.frame(one, d, Size())
        for i in (A, B):
            for g, on in enumerate(made.on):
                months = one.endurance[d, i] * (1 - one.pressure[d, i, 1] * on[i])
                if made.burn[i, g] < 1:
                    assert made.units[i] / made.burn[i, g] * made.size.step == pytest.approx(months)
                else:
                    assert months <= made.units[i] * made.size.step + 1e-9


@pytest.mark.parametrize("name", NAMES)
def test_the_players_beliefs_start_at_their_priors_and_regimes_are_laws(name):
    one = of(name)
    for d in range(6):
        made, keep, _ = games.game(one, d)
        h = games.frame(one, d, Size()).h
        for i in (A, B):
            assert made.belief[i, 0, made.start] == pytest.approx(np.clip(0.5 + h * (one.mean[d, i] - 0.5), 0.02, 0.98))
        assert len(made.regime) == len(games.frame(one, d, Size()).on) == 2 ** int(one.pressure[d].any(axis=1).sum())
        np.testing.assert_allclose(made.regime.sum(1), 1)
        assert made.regime_first == games.regime_of(one, d)
        assert set(keep) == set(np.flatnonzero(one.open[d] & one.ratified[d]))


def test_switches_begin_at_their_yearly_rates():
    one = of("ukraine-2025")
    made, _, size = games.game(one, 0)
    stays = np.sqrt(1.0)
    for i in (A, B):
        stays = stays * (1 - one.pressure[0, i, 2]) ** (size.step / 12)
    assert made.regime[0, 0] == pytest.approx(stays)
    assert made.regime[3, 3] == 1  # what is in force stays


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
