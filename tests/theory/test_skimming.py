from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.errors import SettingError
from winset.theory.learning_while_fighting import sobel_takahashi
from winset.theory.skimming import skim


@pytest.mark.parametrize(("periods", "d"), [(2, 0.9), (5, 0.8), (None, 0.8), (None, 0.9)])
def test_many_ordered_types_tend_to_the_continuum(periods, d):
    closed = sobel_takahashi(d, periods)
    errors = []
    for n in (50, 400):
        surplus = 1 - (np.arange(n) + 0.5) / n
        found = skim(1 - surplus, np.full(n, 1 / n), 1.0, d, periods or 80)
        errors.append(abs(1 - found.offer[0] - closed.demand) + abs(found.left[0] - closed.left))
        if periods is None and n == 400:
            assert found.left[1] / found.left[0] == pytest.approx(closed.left, abs=0.01)
    assert errors[1] < 0.005
    assert errors[1] < errors[0]


@given(st.integers(2, 12), st.floats(0.0, 0.95), st.integers(1, 6), st.floats(0.001, 0.1), st.integers(0, 2**31))
def test_skimming_stays_in_bounds_and_only_shrinks(n, d, rounds, noise, seed):
    rng = np.random.default_rng(seed)
    least = np.sort(rng.random(n))
    found = skim(least, rng.dirichlet(np.ones(n)), 1.2, d, rounds, noise)
    assert np.all(np.diff(np.append(1.0, found.left)) <= 1e-12)
    assert np.all(found.left >= -1e-12)
    made = found.offer[np.isfinite(found.offer)]
    assert np.all((made >= least[0] - 1e-12) & (made <= least[-1] + 1e-12))
    assert found.value <= 1.2 - least[0] + 1e-12


def test_one_round_is_the_best_posted_price():
    least, prior = np.linspace(0.0, 1.0, 201), np.full(201, 1 / 201)
    found = skim(least, prior, 1.0, 0.9, 1, noise=1e-6)
    profit = (1.0 - least) * np.arange(1, 202) / 201
    assert found.value == pytest.approx(profit.max(), abs=1e-5)


def test_bad_settings():
    for least, rounds in (([0.5, 0.2], 2), ([0.2, 0.5], 0)):
        with pytest.raises(SettingError):
            skim(np.array(least), np.array([0.5, 0.5]), 1.0, 0.9, rounds)
