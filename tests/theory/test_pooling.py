"""Pools against scipy's optimisers, closed forms, and what they are for: the better forecaster gets the weight."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from winset.errors import SettingError
from winset.theory import pooling
from winset.theory.scores import brier

RNG = np.random.default_rng(8)


def made(n: int = 120) -> tuple[np.ndarray, np.ndarray, list[str]]:
    yes = RNG.random(n) < 0.4
    good = np.clip(np.where(yes, 0.7, 0.25) + RNG.normal(0, 0.1, n), 0, 1)
    return np.stack([good, np.full(n, 0.4), RNG.random(n)], axis=1), yes, [str(i // 3) for i in range(n)]


def test_weights_are_those_of_a_general_optimiser():
    for prior in (0.5, 5.0, 50.0):
        p, y, of = made()
        share = pooling.shares_of_clusters(of)
        apart = (share * p.var(axis=1) * 3).sum() / len(set(of))

        def loss(w):
            return (share * (p @ w - y) ** 2).sum() + prior * apart * ((w - 1 / 3) ** 2).sum()  # noqa: B023

        peer = minimize(
            loss, np.full(3, 1 / 3), bounds=[(0, 1)] * 3, constraints={"type": "eq", "fun": lambda w: w.sum() - 1}
        )
        found = pooling.stacked(p, y, of, prior)
        assert np.allclose(found, peer.x, atol=2e-3) and loss(found) <= peer.fun + 1e-9


def test_the_correction_is_that_of_a_general_optimiser_and_mends_what_is_too_shy():
    truth = RNG.random(4000)
    y, shy = RNG.random(4000) < truth, 0.5 + (truth - 0.5) * 0.5
    of = [str(i) for i in range(4000)]
    a, b = pooling.correction(shy, y, of, 1.0, 0.001)

    def loss(at):
        z = at[0] + at[1] * np.log(shy / (1 - shy))
        return (np.logaddexp(0, z) - y * z).sum() + (at[0] ** 2 + (at[1] - 1) ** 2) / 2

    assert np.allclose((a, b), minimize(loss, [0, 1]).x, atol=1e-3)
    assert b > 1.5 and brier(pooling.corrected(shy, (a, b), 0.001), y).mean() < brier(shy, y).mean()


def test_without_questions_the_priors_come_back():
    none = np.zeros((0, 3))
    assert np.allclose(pooling.stacked(none, np.zeros(0, bool), [], 20.0), 1 / 3)
    assert pooling.correction(np.zeros(0), np.zeros(0, bool), [], 1.0, 0.001) == (0.0, 1.0)
    assert (pooling.corrected(np.array([0.0, 0.3]), (0.0, 1.0), 0.001) == [0.0, 0.3]).all()


def test_the_better_forecaster_gets_the_weight_and_a_cluster_counts_once():
    p, y, of = made(600)
    assert pooling.stacked(p, y, of, 5.0).argmax() == 0
    often = np.concatenate([np.arange(600), np.repeat(599, 500)])  # one question asked 500 times more, in its cluster
    of_often = [*of, *([of[599]] * 500)]
    assert np.allclose(
        pooling.stacked(p[:599], y[:599], of[:599], 5.0), pooling.stacked(p[often], y[often], of_often, 5.0), atol=0.02
    )
    one_only = np.array([[0.2, 0.8]])
    # closed form of two forecasters: minimise (w (p - r) + r - y)^2 + K d 2 (w - 1/2)^2 with d = (p - r)^2 / 2
    worth = 20 * (0.2 - 0.8) ** 2 / 2
    expected = ((1 - 0.8) * (0.2 - 0.8) + worth) / ((0.2 - 0.8) ** 2 + 2 * worth)
    assert pooling.stacked(one_only, np.array([True]), ["a"], 20.0)[0] == pytest.approx(expected)


def test_what_is_no_pool_is_refused():
    with pytest.raises(SettingError):
        pooling.linear_pool(np.ones((1, 2)), np.array([0.7, 0.7]))
    with pytest.raises(SettingError):
        pooling.stacked(np.zeros((0, 2)), np.zeros(0, bool), [], 0.0)
    with pytest.raises(SettingError):
        pooling.correction(np.zeros(0), np.zeros(0, bool), [], 0.0, 0.001)
