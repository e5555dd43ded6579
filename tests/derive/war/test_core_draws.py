"""The endings of many draws, compiled, against the same draws solved one by one in records that can be read."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.cases import NAMES, case
from winset.arrays import Study
from winset.derive.war import columns as war
from winset.derive.war import core_draws, no_deal, outcomes
from winset.derive.war.core_game import Size
from winset.errors import SettingError
from winset.lens.futures.variants import replace_rows
from winset.settings import number, using

DRAWS = 120


def of(name: str, draws: int = DRAWS) -> war.War:
    return war.war(Study(case(name), case(name).as_of, draws=draws, seed=7).arrays()[0])


def hard(one: war.War) -> war.War:
    """With a third party that tables in every draw, lines that give way later, and those beside at odds with half the
    menu."""
    rng = np.random.default_rng(3)
    opens = np.where(one.open, rng.uniform(0, 30, one.open.shape), one.opens)
    beside = tuple(
        dataclasses.replace(b, deal=b.deal - 0.6 * rng.integers(0, 2, b.deal.shape), follows=np.zeros(one.draws, bool))
        for b in one.beside
    )
    return dataclasses.replace(one, tabling=np.full(one.draws, 0.4), opens=opens, beside=beside)


def unsigned(columns: core_draws.Draws, d: int) -> outcomes.Law:
    """The law of a draw in which nothing is signed."""
    deal, broken, end, _, _ = core_draws.alone(columns, d)
    return outcomes.Law(deal, broken, float(columns.cut[d]), end)


@pytest.mark.parametrize("change", [lambda one: one, hard], ids=["as stated", "hard"])
@pytest.mark.parametrize("name", NAMES)
def test_a_draw_ends_as_it_does_when_solved_alone(name, change):
    one = change(of(name))
    plans, noise = war.with_plan(one), number("choice_noise")
    columns = core_draws.draws_of(one, plans, Size(), noise)
    free = np.flatnonzero((one.open & one.ratified).any(axis=1))
    assert len(free) > 10
    for d in map(int, free):
        core, found = outcomes.solved(one, d, plan=int(plans[d])), outcomes.settled(columns, one, d)
        law = outcomes.law(core, one, d)
        np.testing.assert_array_equal(found.no_deal, core.solved.at_start())
        np.testing.assert_array_equal(found.floor, core.floor)
        np.testing.assert_array_equal(found.law.deal, law.deal)
        np.testing.assert_array_equal(found.law.broken, law.broken)
        assert (found.law.step, found.law.end) == (law.step, law.end)


@pytest.mark.parametrize("name", NAMES)
def test_a_draw_without_a_deal_is_a_race(name):
    one = of(name)
    columns = core_draws.draws_of(one, war.with_plan(one), Size(), number("choice_noise"))
    for d in range(DRAWS):
        law, found = outcomes.law(None, one, d), unsigned(columns, d)
        np.testing.assert_array_equal(found.broken, law.broken)
        assert not found.deal.any() and found.deal.shape == law.deal.shape
        assert (found.step, found.end) == (law.step, law.end)


@pytest.mark.parametrize("change", [lambda one: one, hard], ids=["as stated", "hard"])
@pytest.mark.parametrize("name", NAMES)
def test_every_draw_is_put_on_the_calendar_as_it_is_alone(name, change):
    one, months = change(of(name)), np.arange(61.0)
    columns = core_draws.draws_of(one, war.with_plan(one), Size(), number("choice_noise"))
    found, free = outcomes.future([one])[0], (one.open & one.ratified).any(axis=1)
    for d in range(DRAWS):
        law = outcomes.settled(columns, one, d).law if free[d] else unsigned(columns, d)
        for name, other in zip(outcomes.TABLES, outcomes.calendar(law, one, d, months), strict=True):
            np.testing.assert_array_equal(getattr(found, name)[d], other)
    assert free.any() and not free.all() and (found.cause[:, -1, 1] > 0).any()


def test_variants_that_differ_in_what_the_analyst_knows_share_cores_and_end_as_they_do_alone():
    one = hard(of("ukraine-2025", 40))
    worlds = [one, dataclasses.replace(one, p=1 - one.p), dataclasses.replace(one, beside=one.beside[:1])]
    keys = [outcomes.core_keys(w, war.with_plan(w)) for w in worlds]
    assert any(outcomes._shared([of_draw[d] for of_draw in keys]) for d in range(40))
    for together, world in zip(outcomes.future(worlds), worlds, strict=True):
        alone = outcomes.future([world])[0]
        for field in dataclasses.fields(alone):
            np.testing.assert_array_equal(getattr(together, field.name), getattr(alone, field.name))


def test_settings_reach_it():
    one = of("harbour", 40)
    plans = war.with_plan(one)
    d = int(np.flatnonzero((one.open & one.ratified).any(axis=1))[0])
    for name, value in (("war.rest", 0.9), ("war.least_belief", 0.24), ("war.assent_passes", 1)):
        with using({name: value}):
            columns = core_draws.draws_of(one, plans, Size(), number("choice_noise"))
            own = outcomes.solved(one, d, plan=int(plans[d])).solved.at_start()
            np.testing.assert_array_equal(outcomes.settled(columns, one, d).no_deal, own)


@pytest.mark.parametrize("column, value", [("exhausted", 1.5), ("value", np.nan), ("leader", np.inf), ("hazard", -0.5)])
def test_a_number_out_of_its_range_is_an_error_and_not_a_result(column, value):
    one = of("harbour", 40)
    wrong = dataclasses.replace(one, **{column: np.full_like(getattr(one, column), value)})
    d = int(np.flatnonzero((one.open & one.ratified).any(axis=1))[0])
    columns = core_draws.draws_of(wrong, war.with_plan(one), Size(), number("choice_noise"))
    with pytest.raises(SettingError):
        outcomes.settled(columns, dataclasses.replace(wrong, beside=()), d)
    with pytest.raises(SettingError):
        no_deal._fought_on(wrong)
    with pytest.raises(SettingError):
        outcomes.future([wrong])


@pytest.mark.parametrize("case", ["harbour", "ukraine-2025"])
def test_what_going_on_is_worth_is_that_of_each_draw(case):
    one = of(case, 40)
    few = dataclasses.replace(
        one, beside=tuple(dataclasses.replace(b, pays=i % 2 == 1) for i, b in enumerate(one.beside * 2))
    )
    for world in (one, few):
        found, pays = no_deal._fought_on(world), [b.pays for b in world.beside]
        columns = core_draws.draws_of(world, war.with_plan(world), Size(), number("choice_noise"))
        for d in np.flatnonzero((world.open & world.ratified).any(axis=1)):
            alone = outcomes.settled(columns, world, int(d))
            np.testing.assert_array_equal(found[d], [*alone.no_deal, *alone.floor[pays]])


def test_the_first_draws_of_a_war_end_as_they_do_among_all():
    one = of("ukraine-2025", 60)
    few, whole = outcomes.future([replace_rows(one, 20)])[0], outcomes.future([one])[0]
    np.testing.assert_array_equal(few.state, whole.state[:20])
