"""Paths of the war around its cores: against the exact law, and what types and deadlines must do."""

import dataclasses
import datetime as dt
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cases import NAMES, case
from winset.arrays import Study
from winset.derive.paths import simulated_wars as shells
from winset.derive.paths.simulated_wars import Ends, Types, of_draw, prepare
from winset.derive.war import columns as war
from winset.derive.war import core_game as games
from winset.derive.war import outcomes
from winset.errors import SettingError
from winset.theory.war_shell import DEAL, STILL_FIGHTING, simulate

DRAWS, MANY = 24, 200_000


@cache
def made(name, draws=DRAWS):
    study = Study(case(name), case(name).as_of, draws, 4)
    one = war.war(study.arrays()[0])
    return study, one, war.with_plan(one), np.flatnonzero((one.open & one.ratified).any(axis=1))


@cache
def likely(name):
    """The draw in which a deal is most likely, and the exact law of its core."""
    _, one, plans, free = made(name)

    def law(d):
        return outcomes.law(outcomes.solved(one, d, plan=int(plans[d])), one, d)

    return max(((int(d), law(d)) for d in free), key=lambda pair: pair[1].deal.sum())


def near(seen, exact, count):
    assert (np.abs(seen - exact) <= 4 * np.sqrt(np.maximum(exact * (1 - exact), 0) / count) + 1e-9).all()


@pytest.mark.parametrize("name", NAMES)
def test_a_plain_shell_has_the_exact_law_month_by_month(name):
    _, one, plans, _ = made(name)
    d, law = likely(name)
    months = np.arange(0, 25.0)
    exact = outcomes.calendar(law, one, d, months)[1]
    found = of_draw(one, d, int(plans[d]))
    month, cause = found.ends(one, d, 3, 0, np.random.default_rng(1).random(MANY))
    for at in (2, 5, 12, 24):
        near(np.array([np.mean((month <= at) & (cause == c)) for c in range(7)]), exact[at], MANY)


def test_draws_in_which_nothing_can_be_signed_keep_the_exact_law():
    study, one, _, _ = made("ukraine-2025")
    never = dataclasses.replace(one, open=np.zeros_like(one.open))
    ends, law = prepare(study, never), outcomes.future([never])[0].cause.mean(axis=0)
    for at in (3, 12, 36):
        near(np.array([np.mean((ends.month <= at) & (ends.cause == c)) for c in range(7)]), law[at], len(ends.draw))


@pytest.mark.parametrize("name", NAMES)
def test_ceasefire_and_text_of_the_paths_are_those_of_the_exact_law(name):
    """Draws in which nothing can be signed: only terms and conquest are left, so that the law is exact."""
    study, one, _, _ = made(name)
    never = dataclasses.replace(one, open=np.zeros_like(one.open))
    ends, law = prepare(study, never), outcomes.future([never])[0].event.mean(axis=0)
    for at in (12, 24, 36):
        near(
            np.array([np.mean(ends.settlement <= at), np.mean(ends.ceasefire <= at)]),
            np.array([law[at, 0], law[at, :2].sum()]),
            len(ends.draw),
        )
    conquered = np.isin(ends.cause, [2, 3])
    assert (ends.settlement[conquered] == np.inf).all() and (ends.settlement >= ends.ceasefire).all()


@pytest.mark.parametrize("name", NAMES)
def test_types_lie_as_far_apart_as_the_dossier_says(name):
    study, one, plans, free = made(name)
    kinds = shells.types_of(study, one)
    for d in free[:6]:
        shell = of_draw(one, d, int(plans[d]), kinds).shell
        game, own = shell.game, kinds[d % len(kinds)]
        assert shell.private == own.side
        worth = shell.to_the_end[:, 0, 0, game.regime_first, :, game.start, -1, -1]
        plain = of_draw(one, d, int(plans[d])).shell.to_the_end[0, 0, 0, game.regime_first, :, game.start, -1, -1]
        shift = own.reservation[d] - own.chance[d] @ own.reservation[d]
        np.testing.assert_allclose(worth[:, own.side] - plain[own.side], shift, atol=1e-9)
        np.testing.assert_allclose(worth[:, 1 - own.side], plain[1 - own.side], atol=1e-12)


def test_one_side_is_private_at_a_time():
    study, one, _, free = made("ukraine-2025")
    kinds = shells.types_of(study, one)
    assert [k.side for k in kinds] == [0, 1]
    assert all(of_draw(one, d, -1, kinds).shell.private == d % 2 for d in free[:4])
    study, one, _, free = made("harbour")
    assert [one.sides[k.side] for k in shells.types_of(study, one)] == ["tavenna"]
    bare = dataclasses.replace(study.case, hypotheses=(), evidence=())
    assert shells.types_of(Study(bare, bare.as_of, DRAWS, 4), one) == ()
    unseen = Study(dataclasses.replace(study.case, evidence=()), study.as_of, DRAWS, 4)
    stated = [unseen.arrays()[0].get("tavenna", h, "hypothesis_prior") for h in ("sincere", "stalling")]
    np.testing.assert_allclose(shells.types_of(unseen, one)[0].chance[:, 0], stated[0] / (stated[0] + stated[1]))


def gains(shell):
    """Worth of a deal less that of no deal to the private side at the start, and everywhere if no deal can break:
    (type, deal, ...)."""
    game, i = shell.game, shell.private
    g, k, after = game.regime_first, game.start, int(game.defect_regime[game.regime_first])
    fronts = min(k + game.defect_front[0], game.forts), max(k - game.defect_front[1], 0)
    forts, worths = np.arange(game.forts + 1), shell.to_the_end[:, 0, 0, after, i, :, -1, -1]
    broken = [np.array([np.interp(front, forts, row) for row in worths]) for front in fronts]
    load, base = shell.load[:, 0, :, g, i], shell.base[:, 0, :, g, i, k]
    start = base + load[..., 0] * broken[0][:, None] + load[..., 1] * broken[1][:, None]
    C = shell.no_deal[:, 0, :, :, :, i]
    return start - C[:, 0, g, 0, k, -1, -1][:, None], [
        shell.base[:, 0, d, :, i][:, None, :, None, :, None, None] - C for d in range(len(game.deal))
    ]


@given(st.sampled_from(NAMES), st.integers(0, 10**6), st.sampled_from([0, 1]), st.floats(0.001, 0.4))
def test_a_type_with_a_higher_reservation_accepts_no_lasting_deal_more_often(name, at, side, rise):
    """Of a deal that breaks that cannot be said: it may lead to more fighting than going on, which soon ends in another
    deal."""
    _, one, plans, free = made(name)
    d = int(free[at % len(free)])
    one = dataclasses.replace(one, hazard=0 * one.hazard)
    two = Types(side, np.tile([0.4, 0.6], (DRAWS, 1)), np.tile([0.3, 0.3 + rise], (DRAWS, 1)))
    start, everywhere = gains(of_draw(one, d, int(plans[d]), (two,)).shell)
    assert (np.diff(start, axis=0) <= 1e-12).all() and (np.diff(start, axis=0) < 0).any()
    assert all(np.nanmax(np.diff(x[:, ..., 1:-1, :, :], axis=0)) <= 1e-9 for x in everywhere)


def test_after_refusals_the_type_that_refuses_more_is_held_more_likely():
    _, one, plans, _ = made("harbour")
    d, _ = likely("harbour")
    for side in (0, 1):
        two = Types(side, np.full((DRAWS, 2), 0.5), np.tile([0.4, 0.6], (DRAWS, 1)))
        found = of_draw(one, d, int(plans[d]), (two,))
        run = simulate(found.shell, np.full(20_000, found.p), 5)
        refused, signed = run.cause != DEAL, run.cause == DEAL
        assert refused.mean() > 0.01 and signed.mean() > 0.01
        assert run.belief[refused, 1].mean() > 0.51 and run.belief[signed, 1].mean() < 0.5
        assert run.type[refused].mean() == pytest.approx(run.belief[refused, 1].mean(), abs=0.02)  # and rightly so


def test_the_record_of_deadlines():
    """Counted by hand: in the last year three for Russia, one for Ukraine; all four passed or were dropped."""
    study, one, _, _ = made("ukraine-2025")
    found = shells.deadlines_of(study, one)
    assert one.sides[found.target] == "russia" and found.open == ()
    assert found.gap * war.DAYS == pytest.approx(365 / 3)
    np.testing.assert_allclose(found.e + found.f, 4 + 4)
    assert found.due(1.0, 36).sum() == found.due(6.0, 6).sum() == 9
    study, one, _, _ = made("harbour")  # there only a belligerent has set any
    assert shells.deadlines_of(study, one) is None


def test_a_deadline_that_is_open_falls_due_on_its_day():
    whole = case("ukraine-2025")
    study = Study(whole, dt.date(2025, 7, 20), DRAWS, 4)  # fifty days were given on 14 July
    found = shells.deadlines_of(study, made("ukraine-2025")[1])
    assert found.open == pytest.approx([44 / war.DAYS])
    assert found.due(7 / war.DAYS, 10).tolist() == [0, 0, 0, 0, 0, 0, 1, 0, 0, 0]


def test_an_executed_deadline_puts_the_pressure_in_force():
    study, one, plans, free = made("ukraine-2025")
    waiting = shells.deadlines_of(study, one)
    d = next(int(d) for d in free if not one.pressed[d].any())
    found = of_draw(one, d, int(plans[d]), (), waiting, months=24)
    on, ran = games.clock_of(one, d, games.frame(one, d, games.Size()))[1][waiting.target], {}
    for executes in (0.0, found.shell.executes, 1.0):
        ran[executes] = simulate(dataclasses.replace(found.shell, executes=executes), np.full(5000, found.p), 2)
    shares = [np.mean(on[run.regime]) for run in ran.values()]
    assert shares[0] == 0 and shares[0] < shares[1] < shares[2]
    first = int(np.flatnonzero(found.shell.deadline)[0])
    late = ran[1.0].week > first + 1
    assert on[ran[1.0].regime[late]].all()
    trust = [run.credibility[run.cause == STILL_FIGHTING].mean() for run in ran.values()]
    assert trust[0] < waiting.e[d] / (waiting.e[d] + waiting.f[d]) < trust[2]


def test_the_expected_pressure_follows_credibility():
    study, one, plans, free = made("ukraine-2025")
    waiting = shells.deadlines_of(study, one)
    for d in free[:5]:
        shell = of_draw(one, d, int(plans[d]), (), waiting).shell
        plain = of_draw(one, d, int(plans[d])).shell
        np.testing.assert_array_equal(shell.no_deal[:, 1], plain.no_deal[:, 0])  # the middle level is the core itself
        np.testing.assert_allclose(shell.levels[1], waiting.e[d] / (waiting.e[d] + waiting.f[d]))
        assert shell.levels[0] < shell.levels[1] < shell.levels[2]
        game, side = shell.game, waiting.target
        at = (game.regime_first, side, game.start, -1, -1)
        if not one.pressed[d, side]:  # the readier the pressure is expected, the less going on is worth to its target
            worth = shell.to_the_end[(0, slice(None), 0, *at)]
            assert worth[0] > worth[1] > worth[2]


def same(one, two):
    return all(
        getattr(one, f.name) == getattr(two, f.name)
        if f.name == "months"
        else np.array_equal(getattr(one, f.name), getattr(two, f.name))
        for f in dataclasses.fields(Ends)
    )


def test_the_same_seed_gives_the_same_paths():
    study, one, _, _ = made("ukraine-2025")
    ends = prepare(study, one)
    assert same(ends, prepare(study, one))
    other = Study(study.case, study.as_of, DRAWS, 5)
    assert not same(ends, prepare(other, war.war(other.arrays()[0])))


def test_later_months_leave_the_earlier_ones_alone():
    study, one, plans, _ = made("ukraine-2025")
    d, _ = likely("ukraine-2025")
    kinds, waiting, spread = shells.types_of(study, one), shells.deadlines_of(study, one), np.full(4000, 0.5)
    short, long = (
        of_draw(one, d, int(plans[d]), kinds, waiting, months=t).ends(one, d, 1, 0, spread) for t in (12, 24)
    )
    early = long[0] <= 12
    assert early.any()
    np.testing.assert_array_equal(short[0][early], long[0][early])
    np.testing.assert_array_equal(short[1][early], long[1][early])


def test_the_war_must_be_made_from_the_study():
    study, _, _, _ = made("harbour")
    with pytest.raises(SettingError, match="draws"):
        prepare(study, made("harbour", 12)[1])
