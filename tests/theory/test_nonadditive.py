"""Exhaustive solutions for utilities that are not additive."""

from itertools import product

import numpy as np
import pytest

from tests.theory.settlement_cases import Brute, random_problem
from winset.errors import NotSolved
from winset.theory.additive import feasible, utilities
from winset.theory.bargaining import NoZone, egalitarian, kalai_smorodinsky, nash, utilitarian
from winset.theory.nonadditive import hyperrectangles, solve


def test_it_agrees_with_the_additive_solvers_where_utilities_are_additive():
    rng = np.random.default_rng(31)
    zones = 0
    for _ in range(50):
        problem = random_problem(rng, int(rng.integers(1, 6)), int(rng.integers(2, 4)), rules=2, share=0.35)
        found = solve(
            lambda x, p=problem: utilities(p, x), problem.sizes, problem.reserve, lambda x, p=problem: feasible(p, x)
        )
        brute = Brute(problem)
        assert len(found.packages) == len(brute.efficient(brute.feasible))
        for name, solver in (
            ("nash", nash), ("kalai_smorodinsky", kalai_smorodinsky), ("egalitarian", egalitarian),
            ("utilitarian", utilitarian),
        ):  # fmt: skip
            other = solver(problem)
            place = getattr(found, name)
            if isinstance(other, NoZone):
                assert place is None
            else:
                zones += 1
                np.testing.assert_array_equal(found.packages[place], other.package)
    assert zones > 40


def test_hyperrectangles_include_their_bounds():
    value = hyperrectangles([(5.0, ((0, 1, 2), (1, 0, 1))), (1.0, ((2, 2, 2),))])
    for x in product(range(4), repeat=3):
        expected = 5.0 * (1 <= x[0] <= 2 and x[1] <= 1) + 1.0 * (x[2] == 2)
        assert value(np.array([x]))[0] == expected


def test_interaction_is_seen():
    # each side gains only if both clauses move together: no single clause shows it
    both = hyperrectangles([(1.0, ((0, 1, 1), (1, 1, 1)))])
    found = solve(lambda x: np.stack([both(x), both(x)], axis=1), (2, 2), np.full(2, 0.5))
    assert found.packages[found.nash].tolist() == [1, 1]
    none = solve(lambda x: np.stack([both(x), both(x)], axis=1), (2, 2), np.full(2, 1.5))
    assert none.nash is None and none.ideal.tolist() == [1.0, 1.0]


def test_a_space_too_large_is_refused():
    with pytest.raises(NotSolved, match="outcomes"):
        solve(lambda x: np.zeros((len(x), 1)), (10,) * 10, np.zeros(1))
