from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import expit, softmax

from winset.errors import SettingError
from winset.theory import belief_grid as bg
from winset.theory.learning_while_fighting import two_type_two_period


def game(least, b, offers):
    """(gain, settle): type h accepts down to least_h, S values settling at b less the offer."""
    return offers[None, :] - np.asarray(least)[:, None], b - offers


def exact_two_rounds(mu, gain, settle, d, tau):
    """The same equilibrium without a grid: the second round solved exactly at whatever belief the first reaches."""

    @cache
    def last(m):
        acc = expit(gain / tau)
        ev = (m * acc[0] + (1 - m) * acc[1]) * settle
        chance = softmax(ev / tau)
        return chance @ ev, (acc * gain) @ chance

    ev = np.empty(gain.shape[1])
    for k in range(gain.shape[1]):

        def refuse(m, k=k):
            return expit(-(gain[:, k] - d * last(m)[1]) / tau)

        def excess(m):
            r = refuse(m)
            return mu * r[0] * (1 - m) - (1 - mu) * r[1] * m

        m = brentq(excess, 0.0, 1.0, xtol=1e-14)
        r = refuse(m)
        after = d * last(m)[0]
        ev[k] = mu * ((1 - r[0]) * settle[k] + r[0] * after) + (1 - mu) * ((1 - r[1]) * settle[k] + r[1] * after)
    return softmax(ev / tau) @ ev


@pytest.mark.parametrize("tau", [0.3, 0.1, 0.04])
def test_two_rounds_without_a_grid(tau):
    gain, settle = game([0.2, 0.5], 0.9, np.linspace(0.1, 0.6, 9))
    found = bg.solve(gain, settle, 0.9, 2, tau, points=1001)
    for state in (100, 300, 500, 800, 950):
        mu = found.beliefs[state, 0]
        assert found.value[0, state] == pytest.approx(exact_two_rounds(mu, gain, settle, 0.9, tau), abs=2e-5)


@pytest.mark.parametrize(("weak", "resolute", "b", "d"), [(0.2, 0.5, 0.9, 0.9), (0.1, 0.6, 0.8, 0.8)])
def test_little_noise_gives_the_two_type_closed_form(weak, resolute, b, d):
    gain, settle = game([weak, resolute], b, np.linspace(weak - 0.05, resolute + 0.05, 81))
    found = bg.solve(gain, settle, d, 2, 3e-4, points=2001)
    closed = [two_type_two_period(mu, weak, resolute, b, d).value for mu in found.beliefs[:, 0]]
    assert np.max(np.abs(found.value[0] - closed)) < 0.012


@given(
    st.floats(0.0, 0.5), st.floats(0.0, 0.4), st.floats(0.05, 0.5), st.floats(0.1, 0.95), st.floats(0.01, 0.3),
    st.integers(1, 4),
)  # fmt: skip
def test_bayes_logit_and_bounds_hold_everywhere(weak, gap, extra, d, tau, rounds):
    gain, settle = game([weak, weak + gap], weak + gap + extra, np.linspace(0.0, 1.2, 13))
    found = bg.solve(gain, settle, d, rounds, tau, points=21)
    for chance in (found.offer, found.accept, found.posterior):
        assert np.all((chance >= 0) & (chance <= 1))
    assert np.allclose(found.offer.sum(axis=2), 1)
    inner = slice(1, -1)
    refuse = 1 - found.accept[:, :, inner]
    clear = refuse.min(axis=1) > 1e-9  # below, 1 - accept has too few digits left to check with
    joint = found.beliefs.T[None, :, inner, None] * np.maximum(refuse, 1e-12)
    bayes = np.moveaxis(joint / joint.sum(axis=1, keepdims=True), 1, -1)
    assert np.allclose(bayes[clear], found.posterior[:, inner][clear], atol=1e-6)
    # acceptance is the logit of the next round's value at the belief the refusal leads to
    grid = found.beliefs[::-1, 0]
    for t in range(rounds):
        for h in range(2):
            later = np.interp(found.posterior[t, :, :, 0], grid, found.surplus[t + 1, h][::-1]) if t + 1 < rounds else 0
            assert np.allclose(expit((gain[h] - d * later) / tau), found.accept[t, h], atol=1e-6)


def test_types_that_differ_only_in_aims_do_not_separate():
    """Each type adds its own aim to any division, agreed or fought for, so its gain from a deal now is the same.

    From primitives: a deal at x gives type h x + aim_h; a round more costs c and leads to the war's end with
    value w + aim_h. Gain over fighting = x - (w - c), whatever the aim. Types that differ in c do separate.
    """
    offers, war, aim = np.linspace(0, 0.8, 21), 0.5, np.array([0.0, 0.4, 1.0])
    prior = np.array([0.2, 0.5, 0.3])

    def gains(cost):
        return (offers[None] + aim[:, None]) - (war + aim[:, None] - np.broadcast_to(cost, 3)[:, None])

    same = bg.solve(gains(0.1), 0.9 - offers, 0.9, 4, 0.05, points=11)
    assert np.allclose(same.posterior, same.beliefs[None, :, None, :], atol=1e-8)
    assert np.allclose(bg.path(same, prior).posterior, prior, atol=1e-8)
    apart = bg.solve(gains(np.array([0.3, 0.15, 0.02])), 0.9 - offers, 0.9, 4, 0.05, points=11)
    after = bg.path(apart, prior).posterior
    assert after[-1, 2] > prior[2] + 0.1 > prior[2] > after[-1, 0]
    assert np.all(np.diff(after[:, 2]) > 0)


@pytest.mark.parametrize("tau", [0.1, 0.02])
def test_three_types_hold_the_two_type_game_on_their_edges(tau):
    offers = np.linspace(0, 0.8, 21)
    three = bg.solve(*game([0.2, 0.5, 0.6], 0.9, offers), 0.9, 3, tau, points=21)
    for pair in ((0, 1), (0, 2), (1, 2)):
        two = bg.solve(*game(np.array([0.2, 0.5, 0.6])[list(pair)], 0.9, offers), 0.9, 3, tau, points=21)
        rest = ({0, 1, 2} - set(pair)).pop()
        edge = three.beliefs[:, rest] == 0
        order = np.argsort(-three.beliefs[edge, pair[0]])
        assert np.allclose(three.value[:, edge][:, order], two.value, atol=1e-8)


def test_twins_are_one_type():
    """Two types with the same gains: only their joint chance matters."""
    offers = np.linspace(0, 0.8, 21)
    three = bg.solve(*game([0.2, 0.5, 0.5], 0.9, offers), 0.9, 3, 0.05, points=21)
    two = bg.solve(*game([0.2, 0.5], 0.9, offers), 0.9, 3, 0.05, points=21)
    for state, belief in enumerate(three.beliefs):
        twin = np.argmin(np.abs(two.beliefs[:, 0] - belief[0]))
        assert three.value[0, state] == pytest.approx(two.value[0, twin], abs=1e-7)


def test_path_against_simulation():
    offers = np.linspace(0, 0.8, 9)
    found = bg.solve(*game([0.2, 0.5], 0.9, offers), 0.9, 3, 0.05, points=401)
    plan = bg.path(found, np.array([0.6, 0.4]))
    rng, runs = np.random.default_rng(8), 20_000
    for h in range(2):
        state, live = np.full(runs, round(0.4 * 400)), np.ones(runs, dtype=bool)
        for t in range(3):
            cut = found.offer[t].cumsum(axis=1)[state]
            k = np.minimum((rng.random(runs)[:, None] > cut).sum(axis=1), 8)
            yes = live & (rng.random(runs) < found.accept[t, h, state, k])
            assert yes.mean() == pytest.approx(plan.settle[t, h], abs=0.012)
            live &= ~yes
            up = found.posterior[t, state, k, 1] * 400
            state = np.minimum((np.floor(up) + (rng.random(runs) < up % 1)).astype(int), 400)


@given(st.integers(2, 4), st.integers(2, 9), st.integers(0, 2**31))
def test_lattice_interpolation_is_exact_for_linear_functions(types, points, seed):
    rng = np.random.default_rng(seed)
    beliefs, table = bg.lattice(types, points)
    belief = rng.dirichlet(np.full(types, 0.5))
    index, weight = np.empty(types, dtype=np.int64), np.empty(types)
    bg._locate(belief, points - 1, table, index, weight)
    assert np.all(weight >= -1e-12)
    assert weight.sum() == pytest.approx(1)
    assert np.allclose(weight @ beliefs[index], belief)
    assert np.all(np.abs(beliefs[index] - belief).max(axis=1) <= 1 / (points - 1) + 1e-9)


def test_bad_settings():
    gain, settle = game([0.2, 0.5], 0.9, np.linspace(0, 1, 5))
    for kwargs in ({"discount": 1.0}, {"noise": 0.0}, {"rounds": 0}, {"points": 1}):
        with pytest.raises(SettingError):
            bg.solve(gain, settle, **({"discount": 0.9, "rounds": 2, "noise": 0.1} | kwargs))
    with pytest.raises(SettingError):
        bg.solve(np.full((2, 3), np.nan), 0.0, 0.9, 2, 0.1)
