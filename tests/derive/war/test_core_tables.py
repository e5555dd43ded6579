"""The compiled tables of a game against those that `theory` makes from the same numbers, on both cases."""

from __future__ import annotations

import numpy as np
import pytest

from tests.cases import NAMES, case
from winset.arrays import Study
from winset.derive.war import columns as war
from winset.derive.war import core_game as games
from winset.derive.war import core_tables as tables
from winset.derive.war.core_game import Size
from winset.derive.war.no_deal import _fought_on
from winset.settings import number
from winset.theory import war_held
from winset.theory.war_clock import both
from winset.theory.war_game import A, B, adviser_belief, exhaustion

DRAWS = 40


@pytest.fixture(scope="module", params=NAMES)
def one(request):
    name = request.param
    return war.war(Study(case(name), case(name).as_of, draws=DRAWS, seed=7).arrays()[0])


def test_the_clock_is_that_of_both_sides(one):
    for d in range(DRAWS):
        made = games.frame(one, d, Size())
        clock, on = games.clock_of(one, d, made)
        end = min(float(one.lasts[d].min()), made.size.months)
        sides = [games.side_clock(one, d, i, made, end) for i in (A, B)]
        expected, under = both(*sides, rest=clock.rest, pace=clock.pace)
        np.testing.assert_allclose(clock.until, expected.until, rtol=1e-12)
        np.testing.assert_array_equal(clock.by, expected.by)
        np.testing.assert_allclose(clock.moves, expected.moves, atol=1e-12)
        np.testing.assert_array_equal(on, under)


def test_beliefs_fronts_and_ends_are_those_of_theory(one):
    for d in range(DRAWS):
        game, _, frame = games.game(one, d)
        N, k0, k = frame.forts, frame.start, np.arange(frame.forts + 1)
        np.testing.assert_allclose(game.quo[A], np.interp(k, [0, k0, N], [0, one.quo[d, A], 1]), atol=1e-12)
        np.testing.assert_allclose(game.quo[B], np.interp(k, [0, k0, N], [1, one.quo[d, B], 0]), atol=1e-12)
        least = number("war.least_belief")
        for i in (A, B):
            m = np.clip(0.5 + frame.h * (one.mean[d, i] - 0.5), least, 1 - least)
            s = one.strength[d, i] / frame.h**2
            expected = adviser_belief((m * s, (1 - m) * s), (1.0, 1.0), N, k0, frame.steps)
            np.testing.assert_allclose(game.belief[i], expected, rtol=1e-12)
        np.testing.assert_allclose(tables.ends(game.quo, game.exhausted), exhaustion(game), rtol=1e-12)


def test_draws_without_a_deal_are_fought_to_the_end(one):
    found = _fought_on(one)
    shut = np.flatnonzero(~(one.open & one.ratified).any(axis=1))
    for d in shut:
        game, _, frame = games.game(one, d)
        values = war_held.to_the_end(game)[0, game.regime_first, :, frame.start]
        np.testing.assert_allclose(found[d, :2], values, rtol=1e-10)
