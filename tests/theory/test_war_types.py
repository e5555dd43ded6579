import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.errors import SettingError
from winset.theory.learning_while_fighting import powell_screen, staller_posterior, two_type_two_period, war_value
from winset.theory.war_core import solve
from winset.theory.war_game import burn_law, war_game
from winset.theory.war_types import TypeValues, going_on, posterior, screen, screen_many, type_values


def one_engagement(cost_B, offers, p=0.4, cost_A=0.3, aim=0.0):
    """A war decided by the next engagement; offers are B's share. `aim` is added to whatever B ends with."""
    flow = np.array([-cost_A, aim - cost_B])[:, None, None]
    return solve(war_game(2, 1, 1, p, flow=flow, deal=np.stack([1 - offers, offers + aim], 1)))


@pytest.mark.parametrize("weak, resolute", [(0.2, 0.5), (0.1, 0.45)])
def test_two_types_screened_twice_is_the_closed_form(weak, resolute):
    offers = np.linspace(weak - 0.05, resolute + 0.05, 81)
    cores = [one_engagement(0.6 - least, offers) for least in (weak, resolute)]
    values = type_values(cores, 0, 1, (1, 1))
    np.testing.assert_allclose(values.war[:, 1], [weak, resolute])
    found = screen(values, 1, 0.9, 2, 3e-4, points=501)
    closed = [two_type_two_period(mu, weak, resolute, 0.9, 0.9).value for mu in found.beliefs[:, 0]]
    assert np.abs(found.value[0] - closed).max() < 0.012  # the grid of offers is 0.005 apart


def lasting_war(cost_B, delta=0.9, win_A=0.3, break_chance=0.2, cost_A=0.02):
    """Front out of reach; the loser of an engagement collapses with `break_chance`: one state for ever."""
    flow = np.array([-cost_A, -cost_B])[:, None, None]
    return solve(war_game(802, 401, 400, win_A, flow=flow, delta=delta, change=burn_law(break_chance)))


def test_many_types_by_cost_is_powells_closed_form():
    delta, pi_A, pi_B = 0.9, 0.3 * 0.2, 0.7 * 0.2
    war_A = war_value(0.02, delta, pi_A, pi_B)
    rho, surplus = 1 - pi_A - pi_B, 0.5
    top = war_value(0.0, delta, pi_B, pi_A)
    # costs such that the surplus 1 - V_A - V_B(c) runs from 0 to `surplus`
    theta = (np.arange(150) + 0.5) / 150 * surplus
    costs = (top - (1 - war_A - theta)) * (1 - delta * rho)
    cores = [lasting_war(costs[i]) for i in (0, -1)]
    read = type_values(cores, 0, 401, (1, 1)).war
    np.testing.assert_allclose(read[:, 1], war_value(costs[[0, -1]], delta, pi_B, pi_A), atol=1e-9)
    np.testing.assert_allclose(read[:, 0], war_A, atol=1e-9)
    b = going_on(cores[0], 0, 401, (1, 1), private=1)
    assert b == pytest.approx(delta * rho)
    least = read[0, 1] + (costs - costs[0]) / (costs[-1] - costs[0]) * (read[1, 1] - read[0, 1])  # W is affine in cost
    war = np.stack([np.full(150, read[0, 0]), least], 1)
    all_types = TypeValues(war=war, no_deal=np.zeros((150, 2)), worth=np.zeros((150, 0, 2)))
    played = screen_many(all_types, 1, np.full(150, 1 / 150), b, 60)
    closed = powell_screen(delta, pi_A, pi_B)
    demanded = 1 - war_A - played.offer[0]
    assert demanded == pytest.approx(closed.demand * surplus, abs=0.02)
    assert played.left[0] == pytest.approx(closed.gamma, abs=0.03)


@given(st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0.05, 0.95))
def test_types_that_differ_in_aims_only_do_not_separate(aim_1, aim_2, mu):
    offers = np.linspace(0, 0.9, 10)
    cores = [one_engagement(0.2, offers, aim=aim) for aim in (aim_1, aim_2)]
    found = screen(type_values(cores, 0, 1, (1, 1)), 1, 0.9, 3, 0.05, points=11)
    kept = np.broadcast_to(found.beliefs[None, :, None, :], found.posterior.shape)
    np.testing.assert_allclose(found.posterior, kept, atol=1e-7)


def test_types_that_differ_in_cost_do_separate():
    offers = np.linspace(0, 0.9, 10)
    cores = [one_engagement(cost, offers) for cost in (0.4, 0.1)]
    found = screen(type_values(cores, 0, 1, (1, 1)), 1, 0.9, 3, 0.05, points=11)
    inner = slice(1, -1)
    assert (found.posterior[0, inner, :, 1] > found.beliefs[inner, None, 1]).all()  # a refusal speaks for resolve


@given(st.floats(0.05, 0.95), st.integers(0, 8))
def test_posterior_after_refusals(prior, n):
    acts = np.tile([[1 - 0.6, 1 - 0.05]], (n, 1)).reshape(n, 2)
    belief = posterior(np.array([1 - prior, prior]), acts)
    assert belief[1] == pytest.approx(staller_posterior(prior, 0.6, 0.05, n), abs=1e-9)


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=5), st.integers(0, 1000))
def test_posterior_does_not_depend_on_the_order_of_acts(weights, seed):
    rng = np.random.default_rng(seed)
    prior, acts = np.array(weights) / sum(weights), rng.uniform(0.01, 1, (6, len(weights)))
    np.testing.assert_allclose(posterior(prior, acts), posterior(prior, rng.permutation(acts)), atol=1e-12)
    one_by_one = prior
    for act in acts:
        one_by_one = one_by_one * act / (one_by_one @ act)
    np.testing.assert_allclose(posterior(prior, acts), one_by_one, atol=1e-12)


def test_bad_settings():
    with pytest.raises(SettingError, match="no type"):
        posterior(np.array([0.5, 0.5]), np.array([[0.0, 0.0]]))
    with pytest.raises(SettingError):
        posterior(np.array([0.5, 0.6]), np.array([[0.5, 0.5]]))
    offers = np.array([0.5])
    values = type_values([one_engagement(0.1, offers)] * 2, 0, 1, (1, 1))
    with pytest.raises(SettingError):
        screen(values, 2, 0.9, 2, 0.05)
    with pytest.raises(SettingError, match="lattice"):
        type_values([one_engagement(0.1, offers), lasting_war(0.1)], 0, 1, (1, 1))
    apart = type_values([one_engagement(0.1, offers), one_engagement(0.1, offers, cost_A=0.1)], 0, 1, (1, 1))
    with pytest.raises(SettingError, match="differs by type"):
        screen_many(apart, 1, np.array([0.5, 0.5]), 0.9, 3)
