"""Acceptability over weightings: exact ways against each other, against sampling, and what may not change an answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.errors import SettingError
from winset.theory import acceptability as acc
from winset.theory.acceptability_kernels import STEP, gil_pelaez_rows
from winset.theory.rank_cells import rank_matrix, sampled

SCORE = st.integers(-20, 20).map(lambda n: n / 20)
ROW = st.lists(SCORE, min_size=2, max_size=6)


def test_the_two_exact_ways_agree():
    rows = np.random.default_rng(0).normal(size=(200, 5))
    for alpha in (1.0, 2.0):
        inverted = gil_pelaez_rows(rows, np.full(5, alpha), STEP, 27.6)
        assert np.abs(acc.better(rows, alpha) - inverted).max() < 1e-8


def test_half_the_step_of_the_inversion_moves_nothing():
    rows = np.random.default_rng(1).normal(size=(50, 4))
    coarse, fine = (gil_pelaez_rows(rows, np.full(4, 0.3), step, 27.6) for step in (STEP, STEP / 2))
    assert np.abs(coarse - fine).max() < 1e-9
    assert np.abs(acc.better(rows, 0.3, rough=True) - fine).max() < 2e-4


def test_weights_that_are_drawn_say_the_same():
    rng = np.random.default_rng(2)
    d, alpha = np.array([0.4, -0.3, 0.1, -0.05]), np.array([0.5, 1.5, 0.7, 2.0])
    share = float((rng.dirichlet(alpha, 400_000) @ d > 0).mean())
    assert abs(float(acc.better(d, alpha)) - share) < 0.004


@given(ROW, st.randoms(use_true_random=False))
def test_the_order_of_criteria_changes_nothing(row, random):
    mixed = random.sample(row, len(row))
    assert float(acc.better(row)) == pytest.approx(float(acc.better(mixed)), abs=1e-12)


@given(ROW)
def test_the_other_side_has_what_is_left(row):
    ties = 1.0 if not any(row) else 0.0
    other = float(acc.better([-x for x in row]))
    assert float(acc.better(row)) + other + ties == pytest.approx(1.0, abs=1e-12)


@given(st.lists(st.tuples(SCORE, st.integers(0, 2)), min_size=2, max_size=6), st.integers(0, 5), st.floats(0.1, 0.9))
def test_splitting_a_criterion_changes_nothing(criteria, which, part):
    """The halves share the concentration, score alike and lie in the same domain: to the last digit but one."""
    which %= len(criteria)
    d, domain = [c[0] for c in criteria], [c[1] for c in criteria]
    inside = [1.0] * len(d)
    split = [*inside[:which], part, *inside[which + 1 :], 1 - part]
    whole = acc.better_by_domain(d, domain, [1.0] * 3, inside, points=64)
    halves = acc.better_by_domain([*d, d[which]], [*domain, domain[which]], [1.0] * 3, split, points=64)
    assert halves == pytest.approx(whole, abs=1e-9)


def test_a_naive_split_is_a_vote_by_whoever_lists_most():
    """What weights by domain are for: more criteria of one kind, each with its own share of weight, move the answer."""
    assert float(acc.better([0.3, 0.3, -0.2, -0.05, 0.1])) > float(acc.better([0.3, -0.2, -0.05, 0.1])) + 0.15


def test_domains_of_one_flat_vector_are_exact():
    flat = float(acc.better([0.4, -0.1, -0.3, 0.2], [0.5, 0.5, 1, 1]))
    assert acc.better_by_domain([0.4, -0.1, -0.3, 0.2], [0, 0, 1, 2], [1, 1, 1], [0.5, 0.5, 1, 1]) == flat


@given(st.lists(st.lists(st.integers(0, 10).map(float), min_size=3, max_size=3), min_size=2, max_size=4))
def test_rank_cells_fill_the_simplex(scores):
    found, x = rank_matrix(scores), np.array(scores)
    assert found.exact
    assert np.abs(found.share.sum(axis=0) - 1).max() < 1e-9 and np.abs(found.share.sum(axis=1) - 1).max() < 1e-9
    assert np.abs(found.expected - acc.expected_ranks(x)).max() < 1e-9
    first = found.share[:, 0] > 0
    assert np.abs(np.nansum(found.central[first], axis=1) - 1).max() < 1e-9
    again = rank_matrix(x[::-1][:, ::-1])
    assert np.abs(again.share[::-1] - found.share).max() < 1e-9


def test_rank_cells_against_sampled_weightings():
    x = np.random.default_rng(3).random((4, 4))
    weights = acc.dirichlet(acc.sobol(2**16, 4), np.ones(4))
    exact, drawn = rank_matrix(x), sampled(weights @ x.T, weights)
    assert not drawn.exact and np.abs(exact.share - drawn.share).max() < 0.003
    assert np.nanmax(np.abs(exact.central - drawn.central)) < 0.003


def test_whole_concentrations_count_as_copies_and_others_are_sampled():
    x = np.array([[0.8, 0.2], [0.4, 0.7], [0.5, 0.5]])
    exact, odd = rank_matrix(x, [2.0, 1.0]), rank_matrix(x, [2.0001, 1.0])
    assert exact.exact and not odd.exact and np.abs(exact.share - odd.share).max() < 0.003


def test_too_many_cells_are_sampled():
    assert not rank_matrix(np.random.default_rng(4).random((7, 7))).exact


def test_the_tipping_share_is_where_the_sum_is_nothing():
    d, w = [-0.4, 0.3, 0.1, 0.2], np.array([0.4, 0.3, 0.2, 0.1])
    turn = acc.tipping_share(d, w, 0)
    assert turn is not None
    rest = w[1:] / w[1:].sum()
    assert turn * d[0] + (1 - turn) * float(rest @ d[1:]) == pytest.approx(0.0, abs=1e-12)
    assert acc.tipping_share([0.2, 0.3], [0.5, 0.5], 0) is None and acc.tipping_share([0.2], [1.0], 0) is None


@pytest.mark.parametrize(
    "bad", [{"difference": []}, {"difference": [float("nan")]}, {"difference": [1.0], "concentration": 0}]
)
def test_what_makes_no_sense_is_refused(bad):
    with pytest.raises(SettingError):
        acc.better(**bad)
    with pytest.raises(SettingError):
        rank_matrix([[1.0, float("inf")]])
