"""Frontiers and dominance filters against quadratic brute force and counts known by other means."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.theory.settlement_cases import Brute, permuted, random_problem
from winset.theory.additive import additive_problem
from winset.theory.dominance import undominated
from winset.theory.pareto import frontier, on_frontier


@given(st.integers(0, 2**32 - 1), st.integers(1, 7), st.sampled_from([2, 4, 30, 10**9]))
def test_undominated_rows_are_the_maxima(seed, width, top):
    rng = np.random.default_rng(seed)
    key = rng.integers(0, top, (int(rng.integers(1, 250)), width))
    rows, counts = undominated(key, np.ones(len(key)))
    maximal = np.array([not ((key >= x).all(axis=1) & (key > x).any(axis=1)).any() for x in key])
    expected = np.unique(key[maximal], axis=0)
    np.testing.assert_array_equal(np.unique(key[rows], axis=0), expected)
    assert len(rows) == len(expected) and counts.sum() == maximal.sum()


@pytest.mark.parametrize(
    ("width", "rows", "top"), [(3, 1500, 8), (3, 5000, 400), (4, 6000, 60), (5, 1200, 9), (9, 1100, 3)]
)
def test_large_filters_keep_the_first_of_each_set_of_equals_that_nothing_dominates(width, rows, top):
    """In falling order and with their counts; the last coordinate near minus the sum of the others, so that many
    stay."""
    rng = np.random.default_rng(width + rows)
    key = rng.integers(0, top, (rows, width))
    key[:, -1] -= key[:, :-1].sum(axis=1)
    counts = rng.integers(1, 5, rows).astype(float)
    unique, first, group = np.unique(key, axis=0, return_index=True, return_inverse=True)
    beaten = np.array([((unique >= x).all(axis=1) & (unique > x).any(axis=1)).any() for x in unique])
    kept, total = undominated(key, counts)
    np.testing.assert_array_equal(kept, first[~beaten][::-1])
    np.testing.assert_array_equal(total, np.bincount(group.ravel(), counts)[~beaten][::-1])
    assert beaten.any() and len(kept) > 20


def test_a_coordinate_that_is_lowest_everywhere_drops_no_row():
    key = np.random.default_rng(8).integers(0, 1000, (1500, 3))
    key[:, 2] = np.iinfo(np.int64).min
    np.testing.assert_array_equal(
        key[undominated(key, np.ones(1500))[0], :2], key[undominated(key[:, :2], np.ones(1500))[0], :2]
    )


def test_frontiers_of_random_problems_against_brute_force():
    rng = np.random.default_rng(21)
    for case in range(70):
        problem = random_problem(
            rng, int(rng.integers(1, 7)), int(rng.integers(1, 6)), red=int(rng.integers(0, 2)),
            rules=int(rng.integers(0, 5)), share=0.3, grid=12 if case % 3 == 0 else 0,
        )  # fmt: skip
        brute = Brute(problem)
        for rational, mask in ((False, brute.feasible), (True, brute.acceptable)):
            edge = frontier(problem, rational)
            assert edge.complete
            rows = brute.efficient(mask)
            expected = np.unique(np.rint(brute.utilities[rows] * 1e9), axis=0)
            assert len(edge.utilities) == len(expected)
            got = np.unique(np.rint(edge.utilities * 1e9), axis=0).reshape(expected.shape)
            np.testing.assert_allclose(got, expected, atol=1.01)
            assert edge.counts.sum() == len(rows)
            for package, worth in zip(edge.packages, edge.utilities):
                row = np.flatnonzero((brute.packages == package).all(axis=1))[0]
                assert mask[row]
                np.testing.assert_allclose(brute.utilities[row], worth, atol=1e-12)


def test_certificate_against_brute_force():
    rng = np.random.default_rng(3)
    outcomes = set()
    for _ in range(60):
        problem = random_problem(rng, 4, int(rng.integers(2, 4)), largest=3, red=1, rules=2, share=0.3)
        brute = Brute(problem)
        row = int(rng.choice(np.flatnonzero(brute.feasible))) if brute.feasible.any() else 0
        if rng.random() < 0.5 and brute.feasible.any():
            row = int(rng.choice(brute.efficient(brute.feasible)))
        found = on_frontier(problem, brute.packages[row])
        u = brute.utilities
        better = brute.feasible & (u >= u[row] - 1e-9).all(axis=1) & (u > u[row] + 1e-8).any(axis=1)
        assert found.efficient == (not better.any())
        assert {i for i, _ in found.crossed} == set(np.flatnonzero(brute.red[row].any(axis=1)))
        assert set(found.broken) == set(np.flatnonzero(brute.rule_broken[row]))
        if not found.efficient:
            place = np.flatnonzero((brute.packages == found.package).all(axis=1))[0]
            assert brute.feasible[place] and found.gains.min() > -1e-8 and found.gains.max() > 1e-9
        outcomes.add(found.efficient)
    assert outcomes == {True, False}


def test_dust_is_counted_once():
    # 0.1 + 0.2 and 0.3 differ in the last bit; both packages are worth the same
    problem = additive_problem(
        [np.array([[0.1, 0.3], [0.2, 0.0]]), np.array([[0.2, 0.0], [0.1, 0.3]])], reserve=np.zeros(2)
    )
    edge = frontier(problem)
    brute = Brute(problem)
    rows = brute.efficient(brute.feasible)
    assert len(edge.utilities) == len(np.unique(np.rint(brute.utilities[rows] * 1e9), axis=0)) < len(rows)


def test_order_of_rows_changes_no_count():
    rng = np.random.default_rng(9)
    for _ in range(20):
        problem = random_problem(rng, 6, 3, red=1, rules=2, grid=20)
        other, parties = permuted(problem, rng)
        one, two = frontier(problem), frontier(other)
        assert len(one.utilities) == len(two.utilities) and one.counts.sum() == two.counts.sum()
        a, b = one.utilities[:, parties], two.utilities
        np.testing.assert_allclose(a[np.lexsort(a.round(7).T)], b[np.lexsort(b.round(7).T)], atol=1e-9)


@pytest.mark.parametrize("rational", [False, True])
def test_a_sample_says_so_and_holds_efficient_packages_only(rational):
    problem = random_problem(np.random.default_rng(2), 7, 3, red=1, rules=2, share=0.3)
    whole, part = frontier(problem, rational), frontier(problem, rational, limit=5, samples=24)
    assert whole.complete and not part.complete and "not complete" in part.how
    known = {tuple(v) for v in np.rint(whole.utilities * 1e8)}
    assert len(part.utilities) > 3
    assert all(tuple(v) in known for v in np.rint(part.utilities * 1e8))


def test_no_feasible_package_is_an_empty_frontier():
    red = [np.array([[True, False], [False, True]])]
    edge = frontier(additive_problem([np.ones((2, 2))], reserve=np.zeros(2), red=red))
    assert edge.complete and len(edge.utilities) == 0
