import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.errors import SettingError
from winset.theory import random_walk as rw
from winset.theory import weekly_kernels as kernels
from winset.theory import weekly_war as ww


def drawn(n, seed):
    """Parameter sets over a wide range; n = a + b of the Beta prior."""
    g = np.random.default_rng(seed)
    n_A, n_B = g.uniform(4, 40, n), g.uniform(4, 40, n)
    rows = [g.uniform(0.35, 0.65, n), g.uniform(0.5, 0.8, n) * n_A, n_A, g.uniform(0.2, 0.5, n) * n_B, n_B]
    return np.stack([*rows, g.uniform(0, 0.6, n)]).astype(np.float32)


def same(one, two):
    for name in ("outcome", "week", "share"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


@pytest.mark.parametrize(
    "key, counter, words",
    [  # known answers distributed with the Random123 library
        ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
        ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
        ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
    ],
)
def test_threefry_known_answers(key, counter, words):
    spec = ww.threefry_words(key, *(np.array([c], np.uint32) for c in counter))
    assert (int(spec[0][0]), int(spec[1][0])) == words
    assert tuple(map(int, kernels.threefry(*map(np.uint32, (*key, *counter))))) == words


@given(st.integers(0, 2**32 - 1), st.integers(4, 30), st.integers(1, 60), st.integers(0, 1000))
def test_compiled_and_numpy_agree_in_every_trajectory(seed, forts, weeks, first):
    params = drawn(200, seed)
    start = 1 + seed % (forts - 1)
    same(
        ww.simulate(params, seed, forts, start, weeks, first),
        ww.simulate_numpy(params, seed, forts, start, weeks, first),
    )


def close_calls(seed, forts, start, weeks):
    """Parameters whose c lies within rounding of V_A - V_B in some week that they may reach."""
    params = drawn(300, seed).astype(float)
    g = np.random.default_rng(seed)
    params[3] = np.where(g.random(300) < 0.3, params[4] / 2, params[3])  # B thinks the sides even, or nearly
    t = g.integers(0, min(weeks, 12), 300)
    w = g.integers(0, t + 1)
    s = np.clip(start + 2 * w - t, 1, forts - 1)
    V_A, V_B = (ww._victory_numpy(a + w, n + t - (a + w), s, forts) for a, n in (params[1:3], params[3:5]))
    params[5] = (V_A - V_B) * (1 + g.integers(-2, 3, 300) * 2.0**-52)
    return params


@given(st.integers(0, 2**32 - 1), st.sampled_from((2, 3, 20, 31, 64, 100, 101, 300)), st.integers(1, 60))
def test_lanes_decide_close_calls_as_the_specification_does(seed, forts, weeks):
    start = 1 + seed % (forts - 1)
    params = close_calls(seed, forts, start, weeks)
    same(ww.simulate(params, seed, forts, start, weeks), ww.simulate_numpy(params, seed, forts, start, weeks))


@pytest.mark.parametrize("draws", [0, 1, kernels.LANES, kernels.LANES + 1])
def test_lanes_that_stand_idle(draws):
    params = drawn(draws, 3)
    params[5] = -2.0
    same(ww.simulate(params, 4, weeks=500), ww.simulate_numpy(params, 4, weeks=500))


@given(st.integers(0, 2**32 - 1), st.integers(2, kernels.LANE_FORTS))
def test_lanes_know_their_rounding_error(seed, forts):
    g = np.random.default_rng(seed)
    x = np.exp(g.uniform(-4, 6, 200))
    y = x * np.exp(g.choice([1e-6, 1e-4, 1e-3, 0.1, 1, 8], 200) * g.normal(size=200))
    s = g.integers(1, forts, 200)
    true = ww._victory_numpy(x, y, s, forts)
    level = s.astype(np.float32) / np.float32(forts)
    found = [
        kernels._lane_victory(*a, np.int32(k), np.int32(forts), v)
        for *a, k, v in zip(x.astype(np.float32), y.astype(np.float32), s, level)
    ]
    V, bound = np.array(found).T
    assert (np.abs(V - true) <= bound).all()
    assert (bound < 0.01).all()


def test_any_slice_of_draws_can_be_run_alone():
    params = drawn(3000, 5)
    whole, part = ww.simulate(params, 9), ww.simulate(params[:, 1000:1500], 9, first=1000)
    for name in ("outcome", "week", "share"):
        np.testing.assert_array_equal(getattr(whole, name)[1000:1500], getattr(part, name))


def test_never_settling_is_the_gamblers_ruin():
    law = ww.exact_law(np.array([0.55, 13, 20, 7, 20, -2.0]), weeks=3000)
    assert law.ended[:, ww.A_WINS].sum() == pytest.approx(rw.win_probability(10, 20, 0.55), abs=1e-9)
    assert law.mean_week == pytest.approx(rw.expected_battles(10, 20, 0.55), rel=1e-6)


def walk(params, forts, start, weeks):
    """The law by plain loops over (t, s)."""
    p, a_A, n_A, a_B, n_B, c = map(float, params)
    law, ended, share = {start: 1.0}, np.zeros(4), 0.0
    for t in range(weeks):
        following = {}
        for s, mass in law.items():
            w = (t + s - start) / 2
            V_A, V_B = (rw.win_probability(s, forts, (a + w) / (n + t)) for a, n in ((a_A, n_A), (a_B, n_B)))
            if c >= V_A - V_B:
                ended[3] += mass
                share += mass * (V_A + V_B) / 2
                continue
            for s2, q in ((s + 1, p), (s - 1, 1 - p)):
                if s2 in (0, forts):
                    ended[1 if s2 else 2] += mass * q
                else:
                    following[s2] = following.get(s2, 0.0) + mass * q
        law = following
    ended[0] = sum(law.values())
    return ended, share / ended[3] if ended[3] else np.nan


@given(st.integers(0, 10**6))
def test_exact_law_by_plain_loops(seed):
    params = drawn(1, seed)[:, 0].astype(float)
    law = ww.exact_law(params, 12, 5, 40)
    ended, share = walk(params, 12, 5, 40)
    np.testing.assert_allclose(law.ended.sum(0), ended, atol=1e-9)
    assert law.mean_share == pytest.approx(share, abs=1e-4, nan_ok=True)  # s/N where |r - 1| < 1e-4


def check_against_law(draws, seed):
    """Five parameter sets: every share of outcomes and the mean week within 4 standard errors."""
    for params in drawn(5, seed).T:
        law = ww.exact_law(params.astype(float))
        run = ww.simulate(np.repeat(params[:, None], draws, 1), seed)
        exact = np.clip(law.ended.sum(0), 0, 1)
        seen = np.bincount(run.outcome, minlength=4) / draws
        assert (np.abs(seen - exact) <= 4 * np.sqrt(exact * (1 - exact) / draws) + 1e-9).all()
        weeks = np.arange(len(law.ended))
        sd = np.sqrt(law.ended.sum(1) @ weeks**2 - law.mean_week**2)
        assert abs(run.week.mean(dtype=float) - law.mean_week) <= 4 * sd / np.sqrt(draws) + 1e-9


def test_simulation_is_the_exact_law():
    check_against_law(20_000, 11)


@pytest.mark.slow
def test_simulation_is_the_exact_law_with_a_million_draws():
    check_against_law(1_000_000, 12)


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p[:5],
        lambda p: -p,
        lambda p: np.vstack([p[0] + 1, p[1:]]),
        lambda p: np.vstack([p[:1], p[2:3], p[1:2], p[3:]]),
        lambda p: np.vstack([p[:3], p[4:5], p[3:4], p[5:]]),
    ],
)
def test_bad_parameters(change):
    with pytest.raises(SettingError):
        ww.simulate(change(drawn(3, 1)), 1)


def test_bad_settings():
    for settings in ({"start": 20}, {"weeks": 0}, {"seed": -1}):
        with pytest.raises(SettingError):
            ww.simulate(drawn(3, 1), **{"seed": 1, **settings})
