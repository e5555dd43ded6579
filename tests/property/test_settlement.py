"""What must hold of every settlement answer, whatever the problem (at most twelve clauses, against brute force)."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.theory.settlement_cases import Brute, permuted, random_problem
from winset.theory.amendments import amendments
from winset.theory.bargaining import NoZone, egalitarian, kalai_smorodinsky, nash, uniform_cut, utilitarian
from winset.theory.corrections import diagnose, relaxed
from winset.theory.pareto import frontier, on_frontier

SEEDS = st.integers(0, 2**32 - 1)


def drawn(seed):
    rng = np.random.default_rng(seed)
    long = rng.random() < 0.15
    n_issues = int(rng.integers(7, 13)) if long else int(rng.integers(1, 6))
    problem = random_problem(
        rng, n_issues, int(rng.integers(1, 5)), largest=2 if long else 4, red=int(rng.integers(0, 3)),
        rules=int(rng.integers(0, 4)), share=float(rng.uniform(0.1, 0.8)), grid=int(rng.choice([0, 0, 6, 20])),
    )  # fmt: skip
    return rng, problem


def row_of(brute, package):
    return int(np.flatnonzero((brute.packages == package).all(axis=1))[0])


@given(SEEDS)
def test_no_package_reported_breaks_a_red_line_or_a_rule(seed):
    rng, problem = drawn(seed)
    brute = Brute(problem)
    reported = [solve(problem).package for solve in (nash, kalai_smorodinsky, egalitarian, utilitarian)]
    reported += list(frontier(problem).packages)
    reported += [a.package for a in amendments(problem, brute.packages[rng.integers(len(brute.packages))]).sets]
    reported.append(on_frontier(problem, brute.packages[0]).package)
    for package in reported:
        assert package is None or brute.feasible[row_of(brute, package)]


@given(SEEDS)
def test_every_solution_is_acceptable_and_beats_all_acceptable_packages(seed):
    _, problem = drawn(seed)
    brute = Brute(problem)
    gains = brute.gains[brute.acceptable]
    for solve, score in (
        (nash, lambda g: np.prod(np.maximum(g, 0), axis=1)),
        (egalitarian, lambda g: g.min(axis=1)),
        (utilitarian, lambda g: g.sum(axis=1)),
    ):
        found = solve(problem)
        assert isinstance(found, NoZone) == (not brute.acceptable.any())
        if not isinstance(found, NoZone):
            assert brute.acceptable[row_of(brute, found.package)]
            assert score(found.gains[None, :])[0] >= score(gains).max() - 2e-9


@given(SEEDS)
def test_nash_kalai_and_utilitarian_points_are_efficient(seed):
    _, problem = drawn(seed)
    found = utilitarian(problem)
    if not isinstance(found, NoZone):
        assert on_frontier(problem, found.package).efficient
        best = nash(problem)
        if best.objective > 1e-6:
            assert on_frontier(problem, best.package).efficient


@given(SEEDS)
def test_order_of_rows_changes_no_objective(seed):
    rng, problem = drawn(seed)
    other, _ = permuted(problem, rng)
    for solve in (nash, kalai_smorodinsky, egalitarian, utilitarian):
        one, two = solve(problem), solve(other)
        assert type(one) is type(two)
        if not isinstance(one, NoZone):
            assert abs(one.objective - two.objective) <= 1e-9 * max(1.0, abs(one.objective))
            np.testing.assert_allclose(np.sort(one.gains), np.sort(two.gains), atol=1e-8)
    assert len(frontier(problem).utilities) == len(frontier(other).utilities)


@given(SEEDS)
def test_corrections_open_a_zone_and_the_uniform_cut_is_exact(seed):
    _, problem = drawn(seed)
    found = diagnose(problem, limit=6)
    for c in found.corrections:
        eased = relaxed(problem, c.dropped)
        assert Brute(eased).acceptable.any()
    brute = Brute(problem)
    if brute.feasible.any():
        least = -brute.gains[brute.feasible].min(axis=1).max()
        assert abs(uniform_cut(problem).shortfall - least) <= 1e-9
