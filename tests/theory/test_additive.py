"""The problem itself: utilities, red lines with their owners, rules, and the canonical form."""

from itertools import product

import numpy as np
import pytest

from tests.theory.settlement_cases import Brute, random_problem
from winset.errors import SettingError
from winset.theory.additive import (
    acceptable,
    additive_problem,
    back,
    broken,
    canonical,
    crossed,
    enumerate_packages,
    feasible,
    rule_words,
    tables,
    utilities,
    without_red,
)


def small():
    values = [np.array([[1.0, 0.2, 0.0], [0.0, 0.3, 0.9]]), np.array([[0.5, 0.0], [0.0, 0.6]])]
    red = [np.array([[False, False, True], [True, False, False]]), np.zeros((2, 2), bool)]
    return additive_problem(
        values, reserve=np.array([0.6, 0.2]), constant=np.array([0.1, 0.0]), red=red, rules=[[(0, [1]), (1, [1])]]
    )


def test_by_hand():
    problem = small()
    np.testing.assert_allclose(utilities(problem, np.array([[1, 0], [2, 1]])), [[0.8, 0.3], [0.1, 1.5]])
    assert crossed(problem, np.array([0, 0])) == ((1, 0),) and crossed(problem, np.array([2, 0])) == ((0, 0),)
    assert broken(problem, np.array([1, 1])) == (0,)
    every = np.array(list(product(range(3), range(2))))
    assert feasible(problem, every).tolist() == [False, False, True, False, False, False]
    assert acceptable(problem, np.array([1, 0]))[0]
    assert feasible(without_red(problem, [(1, 0)]), np.array([0, 0]))[0]
    assert not crossed(without_red(problem), np.array([2, 0]))


def test_random_problems_against_the_definition():
    rng = np.random.default_rng(1)
    for _ in range(40):
        problem = random_problem(rng, int(rng.integers(1, 6)), int(rng.integers(1, 5)), red=1, rules=3)
        brute = Brute(problem)
        every = np.concatenate(list(enumerate_packages(problem.sizes, chunk=7)))
        np.testing.assert_array_equal(every, brute.packages)
        np.testing.assert_allclose(utilities(problem, every), brute.utilities, atol=1e-12)
        np.testing.assert_array_equal(feasible(problem, every), brute.feasible)
        np.testing.assert_array_equal(acceptable(problem, every), brute.acceptable)


def test_the_canonical_form_is_the_same_problem():
    rng = np.random.default_rng(2)
    for _ in range(40):
        problem = random_problem(rng, int(rng.integers(1, 6)), 3, red=1, rules=3)
        brute = Brute(problem)
        form = canonical(problem)
        if not form.possible:
            assert not brute.feasible.any()
            continue
        worth, words = tables(form, 0, len(form.sizes))
        whole = np.stack(np.unravel_index(np.arange(form.n_outcomes), form.sizes), axis=1)
        kept = ~words.any(axis=1)
        home = back(form, whole[kept])
        assert sorted(map(tuple, home)) == sorted(map(tuple, brute.packages[brute.feasible]))
        np.testing.assert_allclose((worth + form.constant)[kept], utilities(problem, home)[:, form.parties], atol=1e-12)


def test_more_than_sixty_four_rules():
    rules = tuple(((0, frozenset({a})), (1, frozenset({b}))) for a in range(9) for b in range(9) if a != b)
    words = rule_words(rules, np.array([0, 9, 18]))
    assert words.shape == (18, 2)
    for a in range(9):
        for b in range(9):
            assert bool((words[a] & words[9 + b]).any()) == (a != b)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"values": [], "reserve": np.zeros(1)}, "at least one issue"),
        ({"values": [np.ones((1, 2))], "reserve": np.array([np.nan])}, "finite"),
        ({"values": [np.ones((1, 2))], "reserve": np.zeros(1), "red": []}, "one array per issue"),
        ({"values": [np.ones((1, 2))], "reserve": np.zeros(1), "red": [np.zeros((1, 3), bool)]}, "issue 0"),
        ({"values": [np.ones((1, 2))], "reserve": np.zeros(1), "rules": [[(0, [0]), (0, [1])]]}, "each issue once"),
    ],
)
def test_faults_are_told(arguments, text):
    with pytest.raises(SettingError, match=text):
        additive_problem(**arguments)
