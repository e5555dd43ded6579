"""Patient rule induction: against ema_workbench on one shared data set, and against a slow search written from the
rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset import seeds
from winset.errors import SettingError
from winset.theory.prim import judged, ordered, prim

SHARES = {"peel": 0.05, "paste": 0.05, "least": 0.05}


def luck(*name, count):
    return seeds.uniform(seeds.words(7, *name, count=count))


def shared(points=600, columns=4):
    x = np.stack([luck("prim", str(i), count=points) for i in range(columns)], axis=1)
    y = (x[:, 0] > 0.55) & (x[:, 2] < 0.4) & (luck("y", count=points) < 0.85)
    return x, y.astype(float)


def test_peer_every_box_of_the_path_is_that_of_ema_workbench() -> None:
    """ema_workbench 2.5.3, Prim(x, y, threshold=.8, peel_alpha=.05, paste_alpha=.05, mass_min=.05).find_box()."""
    found = prim(*shared(), **SHARES)
    assert len(found.mass) == 43
    assert found.mass[::8].round(10).tolist() == [
        1.0,
        0.6583333333,
        0.4316666667,
        0.2816666667,
        0.1816666667,
        0.1233333333,
    ]
    assert found.density[[1, 10, 20, 40, 42]].round(6).tolist() == [0.164912, 0.264045, 0.449761, 0.918919, 0.921053]
    assert found.coverage[[20, 40, 42]].round(6).tolist() == [1.0, 0.723404, 0.744681]
    assert found.bounds[[1, 20, 42]].tolist() == [1, 2, 3]
    assert found.low[-1].tolist() == pytest.approx([0.5827088464229402, -np.inf, -np.inf, -np.inf])
    assert found.high[-1].tolist() == pytest.approx([np.inf, 0.8494733619005257, 0.31066603444878593, np.inf])


def slow(x, y, peel, least):
    """The peels alone, written from the rules with sorted copies."""
    inside, path = np.ones(len(y), bool), []
    low, high = np.full(x.shape[1], -np.inf), np.full(x.shape[1], np.inf)
    while True:
        path.append((low.copy(), high.copy()))
        offers = []
        for j in range(x.shape[1]):
            for top in (True, False):
                values = np.sort(x[inside, j])[:: -1 if top else 1]
                place = (len(values) - 1) * peel
                a, b = int(np.floor(place)), int(np.ceil(place))
                while values[a] == values[b] and b < len(values) - 1:
                    b += 1
                bound = (values[a] + values[b]) / 2
                kept = inside & ((x[:, j] <= bound) if top else (x[:, j] >= bound))
                if 0 < kept.sum() < inside.sum():
                    gain = (y[kept].mean() - y[inside].mean()) / (inside.sum() - kept.sum())
                    new = np.isinf(low[j]) and np.isinf(high[j])
                    offers.append((-round(gain, 13), new, j, not top, bound, kept))
        best = min(offers, key=lambda o: o[:4], default=None)
        if best is None or best[0] >= 0 or best[5].sum() < least * len(y):
            return path
        (low if best[3] else high)[best[2]] = best[4]
        inside = best[5]


@given(st.integers(0, 10_000), st.booleans())
def test_peels_are_those_of_a_slow_search_with_ties_too(seed, coarse) -> None:
    x = np.stack([luck(str(seed), str(i), count=120) for i in range(3)], axis=1)
    if coarse:
        x = np.floor(6 * x)
    y = (luck(str(seed), "y", count=120) < 0.3 + 0.5 * (x[:, 0] > np.median(x[:, 0]))).astype(float)
    found, want = prim(x, y, **SHARES), slow(x, y, 0.05, 0.05)
    for i, (low, high) in enumerate(want[: len(found.mass)]):
        assert found.low[i].tolist() == low.tolist() and found.high[i].tolist() == high.tolist()


def test_density_rises_along_the_path_and_other_points_judge_it_lower() -> None:
    x, y = shared(2000)
    found = prim(x[:1000], y[:1000], **SHARES)
    other = judged(x[1000:], y[1000:], found.low, found.high)
    assert (np.diff(found.density) > 0).all() and found.density[0] == y[:1000].mean()
    assert other.density[-1] < found.density[-1] and other.density[-1] > 3 * other.density[0]


def test_points_are_put_in_order_whatever_their_spread() -> None:
    u = luck("order", count=3000)
    rows = np.stack([u, np.exp(200 * u), np.floor(3 * u), 1e9 + u * 1e-3, np.zeros(3000), -1 / u])
    for row, at, ranked in zip(rows, *ordered(rows)):
        assert sorted(at.tolist()) == list(range(3000)) and (np.diff(row[at]) >= 0).all()
        assert np.array_equal(row[at], ranked)


def test_nothing_to_find_gives_all_points_and_bad_input_is_refused() -> None:
    x = shared()[0]
    same = prim(x, np.ones(600), **SHARES)
    assert len(same.mass) == 1 and same.mass[0] == same.density[0] == same.coverage[0] == 1
    for bad in (np.full(600, np.nan), np.ones(3)):
        with pytest.raises(SettingError):
            prim(x, bad, **SHARES)
    with pytest.raises(SettingError):
        prim(x, np.ones(600), peel=0.7, paste=0.05, least=0.05)
