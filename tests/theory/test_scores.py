"""Scores against scoringrules (an independent implementation), against closed forms, and by their properties."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.peer import peer
from winset.errors import SettingError
from winset.theory import scores

RNG = np.random.default_rng(4)
EDGES = tuple(np.linspace(0, 1, 11))


def test_brier_log_and_crps_are_those_of_the_peer():
    p, y = RNG.random(200), RNG.random(200) < 0.3
    assert np.allclose(scores.brier(p, y), peer.brier_score(y.astype(float), p))
    assert np.allclose(scores.log_score(p, y, clip=1e-9), peer.log_score(y.astype(float), p))
    sample, outcome = RNG.normal(size=(50, 40)), RNG.normal(size=50)
    assert np.allclose(scores.crps(sample, outcome), peer.crps_ensemble(outcome, sample, estimator="nrg"))


def test_ranked_is_that_of_the_peer():
    chance = RNG.dirichlet(np.ones(5), size=60)
    outcome = RNG.integers(0, 5, 60)
    assert np.allclose(
        scores.ranked(chance, outcome), peer.rps_score(outcome + 1, chance)
    )  # the peer counts bins from 1


def test_closed_forms():
    assert scores.brier(np.array([0.25]), np.array([True]))[0] == 0.5625
    assert scores.log_score(np.array([0.0]), np.array([True]))[0] == pytest.approx(-np.log(0.001))
    # of a forecast that is certain of a number the score is the distance
    assert scores.crps(np.array([[3.0, 3.0]]), np.array([5.0]))[0] == 2.0
    assert scores.ranked(np.array([[1.0, 0.0, 0.0]]), np.array([2]))[0] == 2.0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_the_parts_add_up(pairs):
    p, y = np.array([x for x, _ in pairs]), np.array([b for _, b in pairs])
    found = scores.split(p, y, EDGES)
    assert found.mean == pytest.approx(found.reliability - found.resolution + found.uncertainty + found.within)
    on_grid = np.round(p, 1)
    assert scores.split(on_grid, y, np.arange(-0.05, 1.1, 0.1)).within == pytest.approx(0, abs=1e-12)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_scores_are_proper(truth, said):
    """The expected score is least for the true chance."""

    def expected(score, p):
        both = score(np.array([p, p]), np.array([True, False]))
        return truth * both[0] + (1 - truth) * both[1]

    for score in (scores.brier, scores.log_score):
        assert expected(score, truth) <= expected(score, said) + 1e-12


def test_clusters_widen_the_interval():
    values = np.repeat(RNG.random(10), 20)
    together = scores.clustered(values, [str(i // 20) for i in range(200)], 2000, np.random.default_rng(1))
    apart = scores.clustered(values, [str(i) for i in range(200)], 2000, np.random.default_rng(1))
    assert together.value == apart.value and together.clusters == 10
    assert together.high - together.low > 3 * (apart.high - apart.low)
    alone = scores.clustered(values, ["one"] * 200, 100, np.random.default_rng(1))
    assert np.isnan(alone.low) and alone.count == 200


def test_the_interval_covers_as_often_as_it_says():
    rng, hits = np.random.default_rng(9), 0
    for _ in range(300):
        values = rng.normal(size=40)
        found = scores.clustered(values, [str(i) for i in range(40)], 400, rng)
        hits += found.low <= 0 <= found.high
    assert 0.83 <= hits / 300 <= 0.94


def test_what_is_no_chance_is_refused():
    with pytest.raises(SettingError):
        scores.brier(np.array([1.2]), np.array([True]))
    with pytest.raises(SettingError):
        scores.ranked(np.array([[0.5, 0.4]]), np.array([0]))
