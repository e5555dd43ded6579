"""The war core against a slow plain solver, against every limit with a closed form, and its invariants."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.theory.war_games import Slow, mirror, random_game
from winset.errors import SettingError
from winset.theory import diverging_beliefs, exhaustion, random_walk, slantchev
from winset.theory.commitment import durability_zopa
from winset.theory.war_core import fight_to_the_end, solve, solve_split, table_at
from winset.theory.war_game import adviser_belief, burn_law, engagement_scale, war_game
from winset.theory.war_kernels import exp_down

seeds = st.integers(0, 10**6)
strength = st.floats(1, 40)


def start_cell(game, j):
    return 0, game.regime_first, j, slice(None), game.start, *game.endurance


# --- against the slow solver, all features at once


@given(seeds, st.sampled_from([0.0, 0.01, 0.1, 0.5]))
def test_core_equals_plain_recursion(seed, tau):
    game = random_game(seed, tau)
    values, slow = solve(game), Slow(game)
    k, (a, b), g = game.start, game.endurance, game.regime_first
    np.testing.assert_allclose(values.at_start("to_the_end"), [slow.W(i, 0, k, a, b, g) for i in (0, 1)], atol=1e-12)
    for j in range(3):
        V_A, V_B, signed = slow.V(0, k, a, b, g, j)
        np.testing.assert_allclose(values.value[start_cell(game, j)], [V_A, V_B], atol=1e-11)
        assert values.deal_probability[0, g, j, k, a, b] == pytest.approx(signed.sum(), abs=1e-10)
        table = table_at(values, 0, k, (a, b), g, j)
        np.testing.assert_allclose(table.signed, signed, atol=1e-10)
        assert table.offered.sum() <= 1 + 1e-12


@given(seeds)
def test_undiscounted_deals_and_a_mixed_pair_of_taus(seed):
    game = replace(random_game(seed, delta=1.0), tau=np.array([0.0, 0.05]))
    values, slow = solve(game), Slow(game)
    for j in range(3):
        V = slow.V(0, game.start, *game.endurance, game.regime_first, j)[:2]
        np.testing.assert_allclose(values.value[start_cell(game, j)], V, atol=1e-11)


@given(seeds)
def test_smaller_tables_hold_the_same_numbers(seed):
    game = random_game(seed)
    full, first, half = solve(game), solve(game, keep="first"), solve(game, dtype=np.float32)
    np.testing.assert_array_equal(first.value[0], full.value[0])
    assert half.value.dtype == half.to_the_end.dtype == np.float32
    np.testing.assert_allclose(half.value, full.value, atol=1e-6)


def test_exp_of_the_kernels():
    x = -np.r_[0.0, np.geomspace(1e-12, 699.9, 500)]
    ours = np.array([exp_down(v) for v in x])
    np.testing.assert_allclose(ours, np.exp(x), rtol=2e-13)
    assert exp_down(-1e9) == exp_down(-700.0)


# --- limits


@pytest.mark.parametrize("p, k, cost", [(0.45, 5, 0.01), (0.5, 3, 0.02), (0.62, 8, 0.005)])
def test_no_offers_is_the_gamblers_ruin(p, k, cost):
    game = war_game(10, k, 3000, p, flow=-cost)
    deal = random_walk.costly_lottery(k, 10, p, cost, cost)
    np.testing.assert_allclose(solve(game, keep="first").at_start(), [deal.low, 1 - deal.high], atol=1e-9)


@given(st.integers(1, 8), st.integers(1, 8), st.floats(0.1, 0.9))
def test_no_offers_many_forts_loser_burns_is_the_problem_of_points(units_A, units_B, p):
    forts = 2 * (units_A + units_B)
    game = war_game(forts, forts // 2, forts, p, endurance=(units_A, units_B), change=burn_law(1.0))
    W = fight_to_the_end(game)[0, 0, :, forts // 2, units_A, units_B]
    first = exhaustion.problem_of_points(units_A, units_B, p)
    np.testing.assert_allclose(W, [first, 1 - first], atol=1e-12)


def test_no_offers_with_learning_is_the_problem_of_points_under_a_beta_belief():
    belief = adviser_belief((6, 4), (1, 1), 60, 30, 40)
    game = war_game(60, 30, 40, np.stack([belief, belief]), endurance=(8, 5), change=burn_law(1.0))
    expected = exhaustion.problem_of_points_beta(8, 5, 6, 4)[0]
    assert solve(game, keep="first").at_start()[0] == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    "N, p, delta, b1, b2",
    [(6, 0.5, 0.9, 0.3, 0.3), (6, 0.6, 0.9, 0.3, 0.3), (10, 0.3, 0.9, 0.2, 0.2), (5, 0.4, 0.8, 0.1, 0.4)],
)
def test_divisible_pie_and_alternating_offers_is_slantchev(N, p, delta, b1, b2):
    shares = slantchev.complete_information(N, p, delta, b1, b2)
    flow = np.array([b1, b2])[:, None, None] * (1 - delta)
    for k in range(1, N):
        values = solve_split(war_game(N, k, 260, p, flow=flow, delta=delta), keep="first")
        C = values.no_deal[0, 0, :, :, k, 1, 1]  # proposer, side
        assert 1 - C[0, 1] == pytest.approx(shares.ask_1[k], abs=1e-8)
        assert 1 - C[1, 0] == pytest.approx(shares.ask_2[k], abs=1e-8)
        np.testing.assert_allclose(values.at_start("to_the_end"), [shares.war_1[k], shares.war_2[k]], atol=1e-8)


def split_with_beliefs(A, B, N, k0, cost, M, propose_A=0.5, delta=1.0):
    beliefs = np.stack([adviser_belief(prior, (1, 1), N, k0, M) for prior in (A, B)])
    law = [propose_A, 1 - propose_A]
    return war_game(N, k0, M, beliefs, flow=-cost, delta=delta, proposer_next=[law, law], proposer_first=law)


@given(st.tuples(strength, strength), st.tuples(strength, strength), st.floats(0, 0.05), st.floats(0, 1))
def test_random_proposer_and_beta_beliefs_is_smith_stam(A, B, cost, propose_A):
    values = solve_split(split_with_beliefs(A, B, 8, 3, cost, 60, propose_A, 0.98), keep="first")
    means = [diverging_beliefs.lattice_means(prior, 8, 3, 60) for prior in (A, B)]
    peer = diverging_beliefs.fort_bargaining(*means, 3, cost, cost, 0.98, propose_A)
    np.testing.assert_allclose(values.at_start(), [peer.value_A[0, 3], peer.value_B[0, 3]], atol=1e-12)
    assert 1 - values.at_start("no_deal").sum() == pytest.approx(peer.surplus[0, 3], abs=1e-12)


@given(st.floats(0.1, 0.9), st.floats(0, 0.3), st.floats(0, 0.3))
def test_one_battle_is_fearon(p, cost_A, cost_B):
    values = solve_split(war_game(2, 1, 1, p, flow=np.array([-cost_A, -cost_B])[:, None, None]))
    assert 1 - values.at_start("no_deal")[1] == pytest.approx(p + cost_B, abs=1e-12)


@pytest.mark.parametrize("delta", [0.5, 0.9])
def test_front_out_of_reach_is_rubinstein(delta):
    values = solve_split(war_game(700, 350, 340, 0.5, delta=delta), keep="first")
    np.testing.assert_allclose(values.at_start(), [1 / (1 + delta), delta / (1 + delta)], atol=1e-9)


def test_finite_menu_approaches_the_divisible_pie():
    share = np.linspace(0, 1, 2001)
    common = {"flow": -0.01, "delta": 0.95, "proposer_next": [[0.5, 0.5]] * 2, "proposer_first": [0.5, 0.5]}
    beliefs = np.stack([adviser_belief(prior, (1, 1), 6, 3, 40) for prior in ((7, 3), (3, 7))])
    # by normalised flows a deal worth u for ever is worth u
    menu = solve(war_game(6, 3, 40, beliefs, deal=np.stack([share, 1 - share], 1), **common), keep="first")
    pie = solve_split(war_game(6, 3, 40, beliefs, **common), keep="first")
    np.testing.assert_allclose(menu.at_start(), pie.at_start(), atol=2e-3)


tenth = st.floats(0, 0.1)


@given(st.floats(0.3, 0.7), tenth, tenth, st.floats(0, 0.2), st.floats(0.3, 1), tenth)
def test_durability_edge(p, cost_A, cost_B, shift, hold, penalty):
    """A menu of splits that hold with probability `hold`; a broken one leads to a war shifted against A."""
    delta, grid = 0.9, 4001
    u = np.linspace(-1, 2, grid)
    hazard = (1 - delta) * (1 - hold) / (delta * hold)  # so that (1-delta)/(1-delta(1-xi)) = hold
    game = war_game(
        2, 1, 1, p, flow=-np.array([cost_A, cost_B])[:, None, None], delta=[[delta, delta]] * 2, regime=np.eye(2),
        belief_shift=[[0.0, -shift / delta]] * 2, defect_regime=[1, 1], deal=np.stack([u, 1 - u], 1),
        hazard=np.array([hazard, 0.0]), home_cost=np.array([0.0, penalty])[None, :, None],
    )  # fmt: skip
    table = table_at(solve(game), 0, 1, (1, 1), 0, 0)
    agreed = u[(table.accept == 1).all(1)]
    # fighting is worth delta p - c_A and delta (1 - p) - c_B: delay costs the pair 1 - delta, here charged to B
    low, high = durability_zopa(delta * p, cost_A, cost_B + (1 - delta), shift, hold, penalty)
    if high - low < 3 / grid:
        return
    assert agreed.min() == pytest.approx(low, abs=3 / grid)
    assert agreed.max() == pytest.approx(high, abs=3 / grid)


# --- beliefs


@given(strength, strength, st.integers(0, 30))
def test_minds_made_up_do_not_learn(alpha, beta, n):
    table = adviser_belief((alpha, beta), (0, 0), 10, 5, 40)
    np.testing.assert_allclose(table, alpha / (alpha + beta))


def test_advisers_who_pass_on_good_news_keep_the_gap_open():
    A = [adviser_belief((7, 3), w, 40, 20, 40) for w in ((1, 1), (1, 0.3))]
    tied = (np.arange(0, 40, 2), 20)
    assert (A[1][tied][1:] > A[0][tied][1:]).all()


@given(seeds)
def test_engagement_scale_is_the_sum_over_waiting(seed):
    delta, rate = np.random.default_rng(seed).uniform(0.05, 0.99, 2)
    wait = np.arange(4000)
    scaled = engagement_scale(delta, rate)
    law = rate * (1 - rate) ** wait
    assert scaled[0] == pytest.approx((law * delta ** (wait + 1)).sum(), rel=1e-6)
    assert scaled[1] == pytest.approx(((1 - rate) ** wait * delta**wait).sum(), rel=1e-6)


# --- invariants


@given(st.tuples(strength, strength), st.floats(0, 0.05), st.floats(0, 1))
def test_common_prior_leaves_the_joint_cost_as_surplus(prior, cost, propose_A):
    values = solve_split(split_with_beliefs(prior, prior, 6, 3, cost, 30, propose_A), keep="first")
    assert 1 - values.at_start("no_deal").sum() == pytest.approx(2 * cost, abs=1e-12)


@given(seeds)
def test_pie_is_shared_whole_or_not_at_all(seed):
    values = solve_split(random_game(seed))
    C, V = (np.asarray(x).sum(3) for x in (values.no_deal, values.value))
    np.testing.assert_allclose(V[..., 1:-1, 1:, 1:], np.maximum(1, C)[..., 1:-1, 1:, 1:], atol=1e-12)


@given(seeds, st.sampled_from([0.0, 0.05]))
def test_relabelling_the_sides(seed, tau):
    game = random_game(seed, tau)
    one, two = solve(game), solve(mirror(game))
    for table in ("value", "no_deal", "to_the_end"):
        np.testing.assert_allclose(one.at_start(table), two.at_start(table)[::-1], atol=1e-11)
    one, two = solve_split(game), solve_split(mirror(game))
    np.testing.assert_allclose(one.at_start(), two.at_start()[::-1], atol=1e-11)


@given(seeds)
def test_a_dominated_deal_changes_nothing_at_tau_0(seed):
    game = random_game(seed, 0.0)
    more = replace(
        game,
        deal=np.concatenate([game.deal, game.deal[:1] - 0.05]),
        home_cost=np.concatenate([game.home_cost, game.home_cost[:1]]),
        hazard=np.concatenate([game.hazard, game.hazard[:1]]),
        ratify=np.r_[game.ratify, game.ratify[0]],
        available=np.concatenate([game.available, game.available[:1]]),
    )
    np.testing.assert_array_equal(solve(game).value, solve(more).value)


@given(seeds)
def test_deals_nobody_would_sign_change_nothing_at_tau_0(seed):
    game = random_game(seed, 0.0)
    hopeless = replace(game, deal=game.deal - 5.0)
    values = solve(hopeless)
    np.testing.assert_array_equal(values.value, values.no_deal)
    # without deals the proposer does not matter: C = W on every path
    live = ~np.isnan(values.no_deal)
    W = np.broadcast_to(values.to_the_end[:, :, None], live.shape)
    np.testing.assert_allclose(values.no_deal[live], W[live], atol=1e-12)


@given(seeds, seeds)
def test_regimes_that_differ_in_name_only_do_not_matter(seed, other):
    game = random_game(seed)
    same = replace(
        game, belief_shift=game.belief_shift[:, :1].repeat(2, 1), delta=game.delta[:, :1].repeat(2, 1),
        flow=game.flow[:, :1].repeat(2, 1), change=game.change[:, :1].repeat(2, 1),
        hazard=game.hazard[:, :1].repeat(2, 1), available=game.available[:, :1].repeat(2, 1),
        plan=game.plan[:1].repeat(2),
    )  # fmt: skip
    values = [solve(replace(same, regime=random_game(s).regime)).at_start() for s in (seed, other)]
    np.testing.assert_allclose(*values, atol=1e-12)


@pytest.mark.parametrize(
    "settings",
    [
        {"forts": 1, "start": 0, "horizon": 2, "belief": 0.5},
        {"forts": 4, "start": 4, "horizon": 2, "belief": 0.5},
        {"forts": 4, "start": 2, "horizon": 2, "belief": 1.5},
        {"forts": 4, "start": 2, "horizon": 2, "belief": 0.5, "delta": 1.1},
        {"forts": 4, "start": 2, "horizon": 2, "belief": 0.5, "regime": [[0.5, 0.4], [0, 1]]},
        {"forts": 4, "start": 2, "horizon": 2, "belief": 0.5, "proposer": (0, 3)},
        {"forts": 4, "start": 2, "horizon": 2, "belief": 0.5, "plan": 0},
        {"forts": 4, "start": 2, "horizon": 2, "belief": 0.5, "deal": [[0.5, 0.5]], "hazard": 0.6},
        {"forts": 4, "start": 2, "horizon": 2, "belief": 0.5, "tau": -1},
        {"forts": 4, "start": 2, "horizon": 2, "belief": 0.5, "flow": np.nan},
    ],
)
def test_bad_games(settings):
    with pytest.raises(SettingError):
        war_game(**settings)


def test_bad_questions():
    values = solve(war_game(4, 2, 3, 0.5))
    with pytest.raises(SettingError, match="no path"):
        table_at(values, 0, 1, (1, 1), 0, 0)
    with pytest.raises(SettingError, match="keep"):
        solve(values.game, keep="some")
    with pytest.raises(SettingError):
        engagement_scale(0.9, 0.0)
    with pytest.raises(SettingError):
        adviser_belief((0, 1), (1, 1), 4, 2, 3)


@pytest.mark.parametrize("tau", [0.05, 0.0])
def test_who_misreads_offers_by_what_it_sees_and_is_answered_by_what_is(tau):
    """The law of offers and of signing by hand, from the tables of no deal; a deal that holds is worth its u."""
    menu = np.array([[[0.5], [0.5]], [[0.7], [0.35]], [[0.9], [0.1]]])
    told = {"belief": (0.5, 0.5), "flow": -0.01, "delta": 0.95, "deal": menu, "tau": tau}
    game = war_game(4, 2, 6, seen=(0.2, 0.3), **told)
    found = solve(game)

    def answers(gain, noise):
        return 1 / (1 + np.exp(-gain / noise)) if noise else (gain >= 0) * 1.0

    for who in (0, 1):
        C = found.no_deal[0, 0, who, :, 2, 1, 1]
        gain = menu[:, :, 0] - C
        seen = answers(gain[:, 1 - who], game.seen[1 - who])
        true = answers(gain[:, 1 - who], tau)
        worth = np.append(seen * gain[:, who], 0.0)
        if tau:
            law = np.exp((worth - worth.max()) / tau)
            law /= law.sum()
        else:
            law = np.eye(4)[int(np.argmax(worth))]
        assert found.deal_probability[0, 0, who, 2, 1, 1] == pytest.approx(float(law[:3] @ true), abs=1e-6)
        np.testing.assert_allclose(table_at(found, 0, 2, (1, 1), 0, who).offered, law[:3], atol=1e-6)


def test_who_sees_what_is_plays_the_usual_game():
    menu = np.array([[[0.5], [0.5]], [[0.7], [0.35]]])
    told = {"belief": (0.6, 0.5), "flow": -0.01, "delta": 0.95, "deal": menu, "tau": (0.03, 0.05)}
    usual, same = solve(war_game(4, 2, 6, **told)), solve(war_game(4, 2, 6, seen=(0.03, 0.05), **told))
    for table in ("value", "no_deal", "deal_probability"):
        np.testing.assert_array_equal(getattr(usual, table), getattr(same, table))
    with pytest.raises(SettingError):
        war_game(4, 2, 6, seen=(-0.1, 0.1), **told)
