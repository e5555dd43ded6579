"""The clock: closed forms, and the fast core against `war_core` and `war_paths` on random games."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.errors import SettingError
from winset.theory import war_core, war_held, war_paths
from winset.theory.war_clock import Clock, both, held, pressed_later
from winset.theory.war_game import adviser_belief, war_game


def clock_of(rng, M):
    """A clock as games make it: either side pressed from the start, never, or later; and its regimes."""
    endurance, drain = rng.uniform(0.3, 1.3 * M, 2), rng.uniform(0, 0.6, 2)
    end = min(endurance.min(), M)
    sides = [
        held(M, e, False) if rng.random() < 0.3 else pressed_later(M, e, d, begins, 4, end)
        for e, d, begins in zip(endurance, drain, rng.choice([0.05, 0.3, 1.0], 2))  # 1: sure to begin at once
    ]
    return both(*sides, rest=float(rng.uniform(0, 3)), pace=np.inf)


def random_game(seed, deals):
    rng = np.random.default_rng(seed)
    N, M = int(rng.integers(4, 12)), int(rng.integers(2, 9))
    clock, on = clock_of(rng, M)
    G, J, start = on.shape[1], int(rng.integers(2, 4)), int(rng.integers(1, N))
    pi, k = rng.dirichlet(np.ones(J)), np.arange(N + 1) / N
    belief = [adviser_belief(tuple(1 + 9 * rng.random(2)), (1, 1), N, start, M) for _ in range(2)]
    return war_game(
        N, start, M, np.stack(belief), flow=(0.01 * np.stack([k, 1 - k])[:, None] - 0.05 * on[:, :, None]),
        delta=0.9 + 0.1 * rng.random((2, 1)), regime=np.eye(G), proposer=(0, 1, 2)[:J],
        proposer_next=np.tile(pi, (J, 1)),
        proposer_first=pi, deal=rng.random((deals, 2)) if deals else None, hazard=0.1 * rng.random((deals, 1, 2)),
        ratify=rng.random(deals), plan=0 if deals else -1, home_cost=0.05, defect_front=(1, 0),
        tau=float(rng.choice([0.01, 0.05])),
        exhausted=rng.random(2), quo=np.stack([k ** rng.uniform(0.5, 2), 1 - k ** rng.uniform(0.5, 2)]), clock=clock,
        opens=np.where(rng.random(deals) < 0.5, 0.0, rng.uniform(0, 1.5 * M, deals)) if deals else None,
        available=rng.random((deals, G)) < rng.choice([0.6, 1.0]),  # the same deals in all regimes, or others in each
    ), float(rng.uniform(0.2, 0.8))  # fmt: skip


@given(st.integers(0, 10_000), st.integers(0, 4))
def test_the_same_numbers_as_the_canonical_core(seed, deals):
    game, p = random_game(seed, deals)
    slow, fast = war_core.solve(game), war_held.solve(game)
    np.testing.assert_allclose(fast.at_start(), slow.at_start("no_deal"), atol=1e-11)
    live = np.isfinite(slow.no_deal[:, :, 0, :, :, 1, 1]) & np.isfinite(fast.no_deal)
    first, on = game.regime_first, np.arange(game.horizon) < game.clock.until[game.regime_first]
    assert live[on, first].any(axis=(1, 2)).all()  # the path holds the first regime, whatever the players expect
    np.testing.assert_allclose(fast.no_deal[live], slow.no_deal[:, :, 0, :, :, 1, 1][live], atol=1e-11)
    np.testing.assert_allclose(fast.to_the_end[:, :, :, 1:-1], slow.to_the_end[:, :, :, 1:-1, 1, 1], atol=1e-11)
    G = len(game.regime)
    stay = np.broadcast_to(np.eye(G), (game.horizon, G, G))
    known = war_paths.outcomes(slow, p, stay)
    deal, broken = war_held.outcomes(fast, p)
    np.testing.assert_allclose(deal, known.deal.sum(2), atol=1e-11)
    np.testing.assert_allclose(broken, known.broken, atol=1e-11)
    moved = war_paths.outcomes(slow, p)  # with the players' own law of regimes all ends too
    assert sum(moved.shares().values()) == pytest.approx(1, abs=1e-9)


@given(st.floats(0.5, 30), st.floats(0, 0.8), st.floats(0.01, 0.9), st.integers(2, 9))
def test_pressure_that_begins_later_ends_the_war_at_its_time_on_average(endurance, drain, begins, places):
    steps = int(np.ceil(endurance)) + 1
    side = pressed_later(steps, endurance, drain, begins, places, np.inf)
    np.testing.assert_allclose(side.moves.sum(2), 1)
    for n in range(steps):
        t = n + 1
        if t < endurance:
            mean = side.moves[n, 0, 1:] @ side.until[1:] / begins
            assert mean == pytest.approx(endurance * (1 - drain) + drain * t)


def still(endurance, steps=40, rest=0.0):
    """A front that cannot move far: many forts, one regime."""
    clock, _ = both(held(steps, endurance, False), held(steps, np.inf, False), rest, np.inf)
    return clock


@given(st.floats(0.2, 39), st.floats(0.9, 0.999), st.floats(0, 0.03), st.floats(0, 1))
def test_a_war_without_bargaining_on_an_even_front_in_closed_form(endurance, delta, cost, falls):
    """p = 1/2 and worths linear in k make the front a martingale: W = sum delta^n flow + delta^E End."""
    N, k0 = 200, 90
    s = np.arange(N + 1) / N
    game = war_game(
        N,
        k0,
        40,
        0.5,
        delta=delta,
        flow=(1 - delta) * np.stack([s, 1 - s])[:, None] - cost,
        exhausted=falls,
        clock=still(endurance),
    )
    whole, part = int(np.ceil(endurance)) - 1, endurance - np.ceil(endurance) + 1
    weight = sum(delta**n for n in range(whole)) + part * delta**whole
    end = np.array([(1 - falls) * 0.45, 1 - (1 - falls) * 0.45])
    known = weight * ((1 - delta) * np.array([0.45, 0.55]) - cost) + delta**endurance * end
    np.testing.assert_allclose(war_held.solve(game).to_the_end[0, 0, :, k0], known, atol=1e-9)


def test_a_costless_war_on_a_still_front_is_worth_its_front_whatever_the_patience():
    s = np.arange(21) / 20
    for delta in (0.5, 0.9, 0.99):
        game = war_game(
            20,
            9,
            30,
            0.5,
            delta=delta,
            flow=(1 - delta) * np.stack([s, 1 - s])[:, None],
            exhausted=0.0,
            clock=still(np.inf, 30),
        )
        np.testing.assert_allclose(war_held.solve(game).to_the_end[0, 0, :, 9], [0.45, 0.55], atol=1e-9)


@given(st.floats(0.1, 11.9))
def test_values_and_odds_do_not_jump_where_a_step_ends(endurance):
    def at(e):
        clock, _ = both(held(14, e, False), held(14, np.inf, False), 1.5, 0.4)
        game = war_game(
            10,
            4,
            14,
            0.5,
            delta=0.95,
            flow=-0.02,
            deal=[[0.5, 0.55], [0.4, 0.6]],
            hazard=0.05,
            ratify=0.8,
            proposer_next=[[0.5, 0.5]] * 2,
            proposer_first=[0.5, 0.5],
            tau=0.05,
            exhausted=0.5,
            clock=clock,
        )
        solved = war_held.solve(game)
        return np.r_[solved.at_start(), war_held.outcomes(solved, 0.5)[0].sum(0)]

    for e in (endurance, float(np.ceil(endurance))):
        np.testing.assert_allclose(at(e + 1e-7), at(max(0.05, e - 1e-7)), atol=1e-5)


def test_the_race_is_over_when_endurance_is():
    broken = war_held.race(1000, 500, 30, 0.5, 7.3, 0)
    assert broken[7, 2] == pytest.approx(1) and broken.sum() == pytest.approx(1)
    assert war_held.race(1000, 500, 30, 0.5, np.inf, 2).sum() == 0


def test_bad_clocks():
    good = still(5.0)
    for bad in (
        Clock(good.until, good.by, good.moves[:3]),
        Clock(np.array([0.0]), good.by, good.moves),
        Clock(good.until, good.by, good.moves * 0.5),
        Clock(good.until, good.by, good.moves, rest=-1.0),
    ):
        with pytest.raises(SettingError):
            war_game(6, 3, 40, 0.5, clock=bad)
    with pytest.raises(SettingError, match="clock"):
        war_held.solve(war_game(6, 3, 4, 0.5))
