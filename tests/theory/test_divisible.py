"""The Panama Canal case and small cases by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.errors import SettingError
from winset.theory.additive import additive_problem
from winset.theory.bargaining import egalitarian, nash, utilitarian
from winset.theory.divisible import adjusted_winner, max_min_division
from winset.theory.pareto import frontier

# Raiffa (1982): points of the United States and Panama for ten items, third item "land and water"
UNITED_STATES = np.array([22, 22, 15, 14, 11, 6, 4, 2, 2, 2], float)
PANAMA = np.array([9, 15, 15, 3, 15, 5, 11, 7, 7, 13], float)


def canal():
    values = [np.array([[u, 0.0], [0.0, p]]) for u, p in zip(UNITED_STATES, PANAMA)]
    return additive_problem(values, reserve=np.zeros(2))


def test_panama_canal_divisible():
    found = max_min_division(canal(), np.ones(10, bool))
    np.testing.assert_allclose(found.utilities, [66.0, 66.0], atol=1e-6)
    assert found.shares[2][0] == pytest.approx(2 / 15, abs=1e-6)
    assert found.bound - found.objective < 1e-5
    winner = adjusted_winner(UNITED_STATES, PANAMA)
    assert winner.points == pytest.approx((66.0, 66.0)) and winner.split == 2
    assert winner.first_share[2] == pytest.approx(0.1333, abs=5e-5)


def test_panama_canal_indivisible():
    assert nash(canal()).utilities.tolist() == [64.0, 68.0]
    assert egalitarian(canal()).utilities.tolist() == [64.0, 68.0]
    assert utilitarian(canal()).objective == 132.0
    assert len(frontier(canal()).utilities) == 20
    whole = max_min_division(canal(), np.zeros(10, bool))
    assert whole.objective == pytest.approx(64.0)


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=1, max_size=8))
def test_adjusted_winner_is_equitable_and_max_min(pairs):
    a, b = (np.array([p[k] for p in pairs], float) for k in (0, 1))
    a, b = 100 * a / a.sum(), 100 * b / b.sum()
    found = adjusted_winner(a, b)
    assert found.points[0] == pytest.approx(found.points[1], abs=1e-9)
    assert min(found.points) >= 50 - 1e-9
    values = [np.array([[x, 0.0], [0.0, y]]) for x, y in zip(a, b)]
    best = max_min_division(additive_problem(values, reserve=np.zeros(2)), np.ones(len(a), bool))
    assert best.objective == pytest.approx(min(found.points), abs=1e-5)


def test_a_red_lined_option_gets_no_share():
    values = [np.array([[1.0, 0.0, 0.6], [0.0, 1.0, 0.6]])]
    red = [np.array([[False, False, True], [False, False, False]])]
    found = max_min_division(additive_problem(values, reserve=np.zeros(2), red=red), np.ones(1, bool))
    assert found.shares[0].tolist() == pytest.approx([0.5, 0.5, 0.0])


def test_settings_are_checked():
    problem = additive_problem([np.eye(2)], reserve=np.zeros(2), rules=[[(0, [0])]])
    with pytest.raises(SettingError, match="rule"):
        max_min_division(problem, np.ones(1, bool))
    with pytest.raises(SettingError, match="same number of points"):
        adjusted_winner(np.array([1.0, 2.0]), np.array([1.0, 1.0]))
