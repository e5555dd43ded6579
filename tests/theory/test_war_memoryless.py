"""The fast core against `war_core` and `war_paths`, on random games and on games without deals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.errors import SettingError
from winset.theory import war_core, war_memoryless, war_paths
from winset.theory.war_game import adviser_belief, burn_law, war_game


def random_game(seed, deals):
    rng = np.random.default_rng(seed)
    N, M, G = int(rng.integers(4, 9)), int(rng.integers(3, 9)), int(rng.integers(1, 4))
    start, J = int(rng.integers(1, N)), int(rng.integers(2, 4))
    units = (int(rng.integers(1, 4)), int(rng.integers(1, 4)))
    pi, u = rng.dirichlet(np.ones(J)), rng.random((deals, 2))
    burn = rng.random((2, G)) * 0.6
    belief = [adviser_belief(tuple(1 + 9 * rng.random(2)), (1, 1), N, start, M) for _ in range(2)]
    return war_game(
        N, start, M, np.stack(belief), flow=-0.05 * rng.random((2, G, 1)), delta=0.9 + 0.1 * rng.random((2, 1)), endurance=units,
        change=burn_law(burn, burn / 2, G), regime=rng.dirichlet(np.ones(G), G), proposer=(0, 1, 2)[:J], proposer_next=np.tile(pi, (J, 1)),
        proposer_first=pi, deal=u if deals else None, hazard=0.1 * rng.random((deals, G, 2)), ratify=rng.random(deals), plan=0 if deals else -1,
        home_cost=0.05, defect_front=(1, 0), rearm=(1, 1), tau=float(rng.choice([0.01, 0.05])), regime_first=int(rng.integers(G)),
    ), float(rng.uniform(0.2, 0.8))  # fmt: skip


@given(st.integers(0, 10_000), st.integers(0, 4))
@settings(max_examples=50, deadline=None)
def test_the_same_numbers_as_the_canonical_core(seed, deals):
    game, p = random_game(seed, deals)
    slow, fast = war_core.solve(game), war_memoryless.solve(game)
    for j in range(game.shape[1]):
        reached = ~np.isnan(slow.no_deal[:, :, j])
        np.testing.assert_allclose(fast.no_deal[:, :, 0][reached], slow.no_deal[:, :, j][reached], atol=1e-11)
    np.testing.assert_allclose(fast.at_start(), slow.at_start("no_deal"), atol=1e-11)
    np.testing.assert_allclose(war_memoryless.to_the_end_at_start(game), slow.at_start("to_the_end"), atol=1e-11)
    for g in range(game.shape[0]):
        held = np.broadcast_to(np.eye(game.shape[0]), (game.horizon, game.shape[0], game.shape[0]))
        known = war_paths.outcomes(slow, p, held, g)
        deal, broken = war_memoryless.outcomes(fast, p, g)
        np.testing.assert_allclose(deal, known.deal.sum(2), atol=1e-11)
        np.testing.assert_allclose(broken, known.broken, atol=1e-11)


@given(st.integers(0, 10_000))
@settings(max_examples=50, deadline=None)
def test_the_race_is_the_war_without_deals(seed):
    game, p = random_game(seed, 0)
    slow = war_core.solve(game)
    held = np.broadcast_to(np.eye(game.shape[0]), (game.horizon, game.shape[0], game.shape[0]))
    known = war_paths.outcomes(slow, p, held, 0).broken
    found = war_memoryless.race(game.forts, game.start, game.endurance, game.horizon, p, game.change[:, 0])
    np.testing.assert_allclose(found, known, atol=1e-12)


def test_a_turn_that_depends_on_the_last_is_refused():
    with pytest.raises(SettingError, match="present one"):
        war_memoryless.solve(war_game(4, 2, 3, 0.5, proposer=(0, 1)))
