from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.theory import war_shell_numpy
from tests.theory.test_war_clock import random_game as clock_game
from tests.theory.war_games import random_game
from winset.errors import SettingError
from winset.theory import war_held, weekly_war
from winset.theory.war_core import solve
from winset.theory.war_game import war_game
from winset.theory.war_paths import analyst_belief, calendar, outcomes
from winset.theory.war_shell import STILL_FIGHTING, shell, simulate

WHOLE = ("cause", "week", "engagements", "deal", "front", "regime", "type")
seeds = st.integers(0, 10**6)


def same(one, two):
    for name in WHOLE:
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name), err_msg=name)
    np.testing.assert_allclose(one.belief, two.belief, atol=1e-9)
    np.testing.assert_allclose(one.credibility, two.credibility)


def full_shell(seed, tau=0.05, private=1, same_levels=False, rate=0.5, **settings):
    """Three types that differ in cost, two levels of credibility, deadlines, a rule and shocks."""
    rng = np.random.default_rng(seed)
    game = random_game(seed, tau, N=6, M=8, R=(3, 2), D=3)
    cores = [
        [
            solve(
                replace(game, flow=game.flow - 0.04 * h, belief_shift=game.belief_shift + 0.05 * l * (not same_levels))
            )
            for l in range(2)
        ]
        for h in range(3)
    ]
    weeks = np.arange(30)
    return shell(cores, rate, 30, **{
        "private": private, "type_prior": [0.2, 0.5, 0.3], "levels": [0.3, 0.7], "credibility": (1.0, 2.0),
        "executes": 0.6, "deadline": weeks % 5 == 2, "deadline_to": [1, 1],
        "shock": np.where(weeks % 7 == 3, 0.5, 0.0), "shock_to": [0, 0],
        "rule": np.where(rng.random((2, 7)) < 0.3, 1, -1), **settings,
    })  # fmt: skip


@given(seeds, st.sampled_from([0.0, 0.05, 0.3]), st.sampled_from([0, 1]))
def test_compiled_and_numpy_agree_in_every_trajectory(seed, tau, private):
    model = full_shell(seed, tau, private)
    p = np.random.default_rng(seed).uniform(0.2, 0.8, 150)
    same(simulate(model, p, seed), war_shell_numpy.simulate(model, p, seed))


def test_compiled_and_numpy_agree_in_a_plain_war_without_deals():
    model = shell(solve(war_game(20, 10, 150, 0.5)), 0.4, 90)
    p = np.linspace(0.3, 0.7, 400)
    same(simulate(model, p, 5, first=70), war_shell_numpy.simulate(model, p, 5, first=70))


@given(seeds)
def test_compiled_and_numpy_agree_with_a_clock(seed):
    """Rounds of talks at random times, a last step that is shorter, deadlines whose effect depends on their week."""
    game, p = clock_game(seed, 3)
    game = replace(
        game, clock=replace(game.clock, pace=float(np.random.default_rng(seed).choice([0.3, 1.0, 4.0, np.inf])))
    )
    weeks, G = game.horizon, len(game.regime)
    cores = [[war_held.solve(replace(game, flow=game.flow - 0.04 * h))] for h in range(2)]
    model = shell(
        cores, 1.0, weeks, private=seed % 2, type_prior=[0.4, 0.6], executes=0.5, deadline=np.arange(weeks) % 3 == 1,
        deadline_to=np.random.default_rng(seed).integers(0, G, (weeks, G)), rule=np.arange(G)[:, None],
    )  # fmt: skip
    same(simulate(model, np.full(300, p), seed), war_shell_numpy.simulate(model, np.full(300, p), seed))


def test_simulation_is_the_forward_pass_with_a_clock():
    for seed in range(6):
        game, p = clock_game(seed, 3)
        game = replace(game, clock=replace(game.clock, pace=0.7))
        core = war_held.solve(game)
        run = simulate(
            shell(core, 1.0, game.horizon, rule=np.arange(len(game.regime))[:, None]), np.full(40_000, p), seed
        )
        deal, broken = war_held.outcomes(core, p)
        exact = np.r_[deal.sum(), broken.sum(0)]
        seen = np.bincount(run.cause, minlength=7)[:6] / 40_000
        assert (np.abs(seen - exact) <= 4 * np.sqrt(exact * (1 - exact) / 40_000) + 1e-9).all(), seed


def test_any_slice_of_draws_can_be_run_alone():
    model, p = full_shell(4), np.random.default_rng(0).uniform(0.2, 0.8, 900)
    whole, part = simulate(model, p, 8), simulate(model, p[300:600], 8, first=300)
    for name in (*WHOLE, "belief", "credibility"):
        np.testing.assert_array_equal(getattr(whole, name)[300:600], getattr(part, name))


def test_battles_have_the_luck_of_the_weekly_war():
    p = np.random.default_rng(1).uniform(0.35, 0.65, 2000)
    never = np.stack([p, *np.repeat([[13.0], [20.0], [7.0], [20.0], [-2.0]], 2000, 1)])
    simple = weekly_war.simulate(never, 77)
    ours = simulate(shell(solve(war_game(20, 10, 151, 0.5)), 1.0, 150), p, 77)
    np.testing.assert_array_equal(ours.cause == 1, simple.outcome == weekly_war.A_WINS)
    np.testing.assert_array_equal(ours.cause == 2, simple.outcome == weekly_war.B_WINS)
    np.testing.assert_array_equal(ours.week, simple.week)


def check_against_forward_pass(draws, games):
    for seed in games:
        game = random_game(seed, 0.05, N=6, M=14, R=(3, 3), D=3)
        game = replace(game, ratify=game.ratify * 0.2)  # so that wars last
        values = solve(game)
        model = shell(values, 0.4, 25)
        law = calendar(outcomes(values, 0.45), 0.4, 25)
        run = simulate(model, np.full(draws, 0.45), seed)
        seen = np.bincount(run.cause, minlength=7) / draws
        exact = np.clip(law.sum(0), 0, 1)
        assert (np.abs(seen - exact) <= 4 * np.sqrt(exact * (1 - exact) / draws) + 1e-9).all(), seed
        by_week, seen = law[:, 0], np.bincount(run.week[run.cause == 0], minlength=26) / draws
        assert (np.abs(seen - by_week) <= 4 * np.sqrt(by_week * (1 - by_week) / draws) + 2 / draws).all(), seed


def test_simulation_is_the_forward_pass():
    check_against_forward_pass(20_000, range(4))


@pytest.mark.slow
def test_simulation_is_the_forward_pass_with_a_million_draws():
    check_against_forward_pass(1_000_000, range(4))


def test_a_beta_belief_of_the_analyst_is_the_mixture_over_p():
    values = solve(random_game(2, 0.05, N=6, M=14, R=(3, 3)))
    exact = calendar(outcomes(values, analyst_belief(3, 2, 6, values.game.start, 14)), 0.4, 25).sum(0)
    p = np.random.default_rng(3).beta(3, 2, 40_000)
    seen = np.bincount(simulate(shell(values, 0.4, 25), p, 6).cause, minlength=7) / len(p)
    assert (np.abs(seen - exact) <= 4 * np.sqrt(exact * (1 - exact) / len(p)) + 1e-9).all()


@given(seeds, st.sampled_from([0, 1]))
def test_beliefs_about_types_are_right_on_average(seed, private):
    """Types are drawn from the prior, so the belief is a martingale and is calibrated."""
    run = simulate(full_shell(seed, private=private), np.full(4000, 0.5), seed)
    for h, prior in enumerate((0.2, 0.5, 0.3)):
        gap = run.belief[:, h] - (run.type == h)
        assert abs(gap.mean()) <= 4.5 * gap.std() / np.sqrt(4000) + 1e-9
        assert abs(run.belief[:, h].mean() - prior) <= 4.5 * run.belief[:, h].std() / np.sqrt(4000) + 1e-9


@given(seeds)
def test_credibility_does_not_matter_when_the_threat_is_empty(seed):
    empty = {"deadline_to": [0, 1], "same_levels": True}
    runs = [simulate(full_shell(seed, executes=x, **empty), np.full(300, 0.5), seed) for x in (0.1, 0.9)]
    for name in WHOLE:
        np.testing.assert_array_equal(getattr(runs[0], name), getattr(runs[1], name))
    assert runs[0].credibility.mean() <= runs[1].credibility.mean()


def test_credibility_is_counted():
    run = simulate(full_shell(3, executes=1.0, rate=0.03), np.full(5000, 0.5), 3)
    due = np.array([(np.arange(30)[: int(t)] % 5 == 2).sum() for t in run.week])
    still = (run.cause == STILL_FIGHTING) & (run.engagements < 8)  # others end before the deadline of their last week
    assert still.any()
    np.testing.assert_allclose(run.credibility[still], (1 + due)[still] / (3 + due)[still])


def test_an_event_of_certain_date_moves_every_war():
    game = random_game(3, 0.05, N=6, M=14, R=(3, 3))
    calm = replace(game, regime=np.eye(2), regime_first=0, ratify=game.ratify * 0)
    model = shell(solve(calm), 0.2, 25, shock=np.arange(25) == 4, shock_to=[1, 1])
    run = simulate(model, np.full(2000, 0.5), 1)
    np.testing.assert_array_equal(run.regime, (run.week > 5) * 1)


@pytest.mark.parametrize(
    "settings",
    [
        {"rate": 0.0},
        {"weeks": 0},
        {"type_prior": [0.5, 0.5]},
        {"levels": [0.2, 0.8]},
        {"executes": 1.5},
        {"credibility": (0.0, 1.0)},
    ],
)
def test_bad_shells(settings):
    values = solve(random_game(1))
    with pytest.raises(SettingError):
        shell(values, **{"rate": 0.5, "weeks": 10, **settings})


def test_bad_runs():
    model = shell(solve(random_game(1)), 0.5, 10)
    with pytest.raises(SettingError):
        simulate(model, np.array([1.2]), 1)
    with pytest.raises(SettingError, match="lattice"):
        shell(solve(random_game(1), keep="first"), 0.5, 10)
