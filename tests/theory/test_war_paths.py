from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from tests.theory.war_games import Slow, mirror, random_game
from winset.errors import SettingError
from winset.theory import diverging_beliefs, exhaustion, random_walk
from winset.theory.war_core import solve, solve_split
from winset.theory.war_game import adviser_belief, burn_law, war_game
from winset.theory.war_paths import CAUSES, analyst_belief, calendar, open_loop, outcomes, week_of_engagement

seeds = st.integers(0, 10**6)


def slow_outcomes(game, chance):
    """Causes by walking every path as a dictionary of states."""
    slow, shares = Slow(game), defaultdict(float)
    law = {(game.start, *game.endurance, game.regime_first, j): w for j, w in enumerate(game.proposer_first)}
    for n in range(game.horizon):
        following = defaultdict(float)
        for (k, a, b, g, j), mass in law.items():
            signed = slow.V(n, k, a, b, g, j)[2].sum()
            shares["deal"] += mass * signed
            for lost in (0, 1):
                for da in (-1, 0, 1):
                    for db in (-1, 0, 1):
                        w = mass * (1 - signed) * (1 - chance[n, k] if lost else chance[n, k])
                        w *= game.change[0, g, lost, da + 1] * game.change[1, g, lost, db + 1]
                        k2, a2, b2 = k + 1 - 2 * lost, min(a + da, game.endurance[0]), min(b + db, game.endurance[1])
                        if k2 == game.forts:
                            shares["A conquers"] += w
                        elif k2 == 0:
                            shares["B conquers"] += w
                        elif a2 == 0 or b2 == 0:
                            shares["both exhausted" if a2 == b2 else "A exhausted" if a2 == 0 else "B exhausted"] += w
                        else:
                            for h in range(len(game.regime)):
                                for l in range(len(game.proposer)):
                                    step = game.regime[g, h] * game.proposer_next[j, l]
                                    following[k2, a2, b2, h, l] += w * step
        law = following
    shares["still fighting"] = sum(law.values())
    return [shares[cause] for cause in CAUSES]


@given(seeds, st.sampled_from([0.0, 0.05, 0.3]))
def test_forward_pass_equals_walking_every_path(seed, tau):
    game = random_game(seed, tau, M=4)
    chance = np.random.default_rng(seed + 1).uniform(0, 1, (4, 5))
    shares = outcomes(solve(game), chance).shares()
    np.testing.assert_allclose(list(shares.values()), slow_outcomes(game, chance), atol=1e-10)
    assert sum(shares.values()) == pytest.approx(1, abs=1e-12)


@given(seeds)
def test_relabelling_the_sides(seed):
    game = random_game(seed)
    chance = np.random.default_rng(seed + 1).uniform(0, 1, (5, 5))
    one = outcomes(solve(game), chance).shares()
    two = outcomes(solve(mirror(game)), 1 - chance[:, ::-1]).shares()
    swapped = [two[c] for c in ("deal", "B conquers", "A conquers", "B exhausted", "A exhausted", *CAUSES[5:])]
    np.testing.assert_allclose(list(one.values()), swapped, atol=1e-11)


@pytest.mark.parametrize("p, k", [(0.45, 5), (0.5, 3), (0.62, 8)])
def test_without_deals_conquest_is_the_gamblers_ruin(p, k):
    result = outcomes(solve(war_game(10, k, 600, 0.9)), p)  # what the players believe is of no account
    assert result.shares()["A conquers"] == pytest.approx(random_walk.win_probability(k, 10, p), abs=1e-9)
    fought = np.arange(1, 601)
    assert result.broken.sum(1) @ fought == pytest.approx(random_walk.expected_battles(k, 10, p), rel=1e-6)


@given(st.integers(1, 8), st.integers(1, 8), st.floats(0.5, 20), st.floats(0.5, 20))
def test_exhaustion_under_the_analysts_beta_belief(units_A, units_B, alpha, beta):
    forts = 2 * (units_A + units_B)
    game = war_game(forts, forts // 2, forts // 2, 0.5, endurance=(units_A, units_B), change=burn_law(1.0))
    belief = analyst_belief(alpha, beta, forts, forts // 2, forts // 2)
    shares = outcomes(solve(game), belief).shares()
    first = exhaustion.problem_of_points_beta(units_A, units_B, alpha, beta)[0]
    assert shares["B exhausted"] == pytest.approx(first, abs=1e-10)
    assert shares["A exhausted"] == pytest.approx(1 - first, abs=1e-10)


def test_aid_that_replaces_every_loss_keeps_B_from_breaking():
    share = np.linspace(0.1, 0.9, 5)
    common = {"flow": -0.01, "delta": 0.98, "endurance": (4, 4), "deal": np.stack([share, 1 - share], 1), "tau": 0.02}
    for aid, breaks in ((1.0, False), (0.0, True)):
        game = war_game(30, 15, 60, [0.7, 0.4], change=burn_law([[0.8], [0.8 * (1 - aid)]]), **common)
        assert (outcomes(solve(game), 0.6).shares()["B exhausted"] > 1e-6) == breaks


@pytest.mark.parametrize("p", [0.3, 0.5, 0.6])
def test_divisible_pie_is_smith_stam(p):
    beliefs = np.stack([adviser_belief(prior, (1, 1), 10, 5, 200) for prior in ((7, 3), (3, 7))])
    half = [0.5, 0.5]
    game = war_game(10, 5, 200, beliefs, flow=-0.01, proposer_next=[half, half], proposer_first=half)
    ours = outcomes(solve_split(game), p)
    means = [diverging_beliefs.lattice_means(prior, 10, 5, 200) for prior in ((7, 3), (3, 7))]
    peer = diverging_beliefs.outcome_law(diverging_beliefs.fort_bargaining(*means, 5, 0.01, 0.01), p)
    np.testing.assert_allclose(ours.deal.sum((1, 2)), peer.settle, atol=1e-12)
    assert ours.shares()["A conquers"] == pytest.approx(peer.conquest_A, abs=1e-12)


def test_minds_made_up_end_the_war_by_exhaustion_only():
    """The loser of an engagement breaks with probability 0.1: every state looks alike but for what was learned."""
    for weight, learns in (((0, 0), False), ((1, 1), True)):
        beliefs = np.stack([adviser_belief(prior, weight, 302, 151, 150) for prior in ((7, 3), (3, 7))])
        assert (np.ptp(beliefs[0] - beliefs[1]) < 1e-12) != learns
        game = war_game(302, 151, 150, beliefs, flow=-0.01, change=burn_law(0.1))
        shares = outcomes(solve_split(game), 0.5).shares()
        assert shares["deal"] > 0.1 if learns else shares["deal"] == 0
        assert shares["A exhausted"] + shares["B exhausted"] + shares["deal"] == pytest.approx(1, abs=1e-6)


def test_dearer_wars_settle_more():
    """Not proved in general: a check that the sign does not turn round."""
    share = np.linspace(0.05, 0.95, 10)
    beliefs = np.stack([adviser_belief(prior, (1, 1), 10, 5, 60) for prior in ((7, 3), (3, 7))])
    settled = []
    for cost in (0.0, 0.005, 0.01, 0.02, 0.04):
        game = war_game(10, 5, 60, beliefs, flow=-cost, delta=0.99, deal=np.stack([share, 1 - share], 1), tau=0.02)
        settled.append(outcomes(solve(game), 0.5).shares()["deal"])
    assert np.all(np.diff(settled) > 0)


def test_open_loop_path_of_regimes():
    game = random_game(3)
    values = solve(game)
    stay = outcomes(values, 0.5, open_loop(np.ones(5, int), 2), regime_first=1)
    assert stay.shares() != pytest.approx(outcomes(values, 0.5).shares())
    law = np.broadcast_to(np.array([[0.0, 1.0], [0.0, 1.0]]), (5, 2, 2))
    assert stay.shares() == pytest.approx(outcomes(values, 0.5, law, regime_first=1).shares())
    with pytest.raises(SettingError):
        open_loop(np.array([0, 2]), 2)


@given(st.floats(0.05, 1), st.integers(0, 6))
def test_weeks_of_an_engagement_are_negative_binomial(rate, n):
    law = week_of_engagement(rate, 6, 50)[n]
    if n == 0:
        assert law[0] == 1
        assert law[1:].sum() == 0
    else:
        np.testing.assert_allclose(law, stats.nbinom.pmf(np.arange(51) - n, n, rate), atol=1e-10)


@given(seeds, st.floats(0.05, 1))
def test_calendar_keeps_all_the_mass(seed, rate):
    result = outcomes(solve(random_game(seed)), 0.5)
    law = calendar(result, rate, 400)
    assert law.sum() == pytest.approx(1, abs=1e-9)
    ended = result.by_battle()[:, :6].sum(0)
    np.testing.assert_array_less(law[:, :6].sum(0), ended + 1e-9)
    if rate == 1:
        np.testing.assert_allclose(law[:6, :6], result.by_battle()[:, :6], atol=1e-12)


def test_bad_settings():
    game = random_game(1)
    with pytest.raises(SettingError, match="every table"):
        outcomes(solve(game, keep="first"), 0.5)
    with pytest.raises(SettingError):
        outcomes(solve(game), 1.5)
    with pytest.raises(SettingError, match="law of regimes"):
        outcomes(solve(game), 0.5, open_loop(np.zeros(3, int), 2))
    with pytest.raises(SettingError):
        week_of_engagement(0.0, 3, 10)
