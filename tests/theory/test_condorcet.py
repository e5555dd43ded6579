import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from winset.errors import SettingError
from winset.theory import condorcet as co

PLACES = arrays(float, (2, 5), elements=st.integers(0, 100).map(lambda v: v / 100))
WEIGHTS = arrays(float, (2, 5), elements=st.integers(1, 100).map(float))


@given(PLACES, WEIGHTS, st.sampled_from(co.KINDS), st.sampled_from(co.VICTORIES))
def test_chances_are_chances_and_victories_pair_up(x, w, kind, model):
    C = co.on_a_line(x, w)
    p, P = co.victory(C, model), co.election(C, kind, model)
    np.testing.assert_allclose(p + p.swapaxes(1, 2), 1)
    np.testing.assert_allclose(P.sum(axis=1), 1)
    assert (P >= 0).all() and np.isfinite(P).all()


@given(PLACES, WEIGHTS)
def test_the_chains_are_at_rest(x, w):
    """Each kind against its own definition."""
    C = co.on_a_line(x, w)
    p, n = co.victory(C), x.shape[1]
    P = co.election(C, "markov-uniform")
    np.testing.assert_allclose(P, (p * (P[:, :, None] + P[:, None, :])).sum(axis=2) / n, atol=1e-9)
    P = co.election(C, "markov-incentive")
    often = C * p + np.eye(n) * co.SPARE
    h = often / often.sum(axis=1, keepdims=True)
    rest = (p * (P[:, :, None] * h.swapaxes(1, 2) + P[:, None, :] * h)).sum(axis=2)
    np.testing.assert_allclose(P, rest, atol=1e-6)


@given(PLACES, WEIGHTS, st.sampled_from(co.KINDS))
def test_order_mirror_and_weight_scale(x, w, kind):
    P = co.election(co.on_a_line(x, w), kind)
    order = np.random.default_rng(1).permutation(5)
    np.testing.assert_allclose(co.election(co.on_a_line(x[:, order], w[:, order]), kind), P[:, order], atol=1e-8)
    np.testing.assert_allclose(co.election(co.on_a_line(1 - x, w), kind), P, atol=1e-6)
    np.testing.assert_allclose(co.election(co.on_a_line(x, w * 1000), kind), P, atol=1e-8)


def test_two_options_by_hand():
    """Weights 1 and 3, two places: the coalitions are the weights, so that all kinds give 1/4 and 3/4."""
    C = co.on_a_line(np.array([[0.0, 1.0]]), np.array([[1.0, 3.0]]))
    for kind in ("conditional", "markov-uniform"):
        np.testing.assert_allclose(co.election(C, kind), [[0.25, 0.75]], atol=1e-6)
    np.testing.assert_allclose(co.election(C, "conditional", "square"), [[0.1, 0.9]], atol=1e-6)
    np.testing.assert_allclose(co.election(C, "conditional", "binary"), [[0, 1]], atol=1e-5)


def test_utilities_need_no_line():
    """Three actors, two options: 2 of weight 1 gain 0.5 by the first, 1 of weight 2 gains 1 by the second."""
    u = np.array([[[1.0, 0.5], [1.0, 0.5], [0.0, 1.0]]])
    C = co.coalitions(u, np.array([[1.0, 1.0, 2.0]]))
    np.testing.assert_allclose(C[0, 0, 1], 1, rtol=1e-6)
    np.testing.assert_allclose(C[0, 1, 0], 2, rtol=1e-6)


def test_consensus_and_no_weight_are_even():
    for x, w in (([[3.0, 3, 3]], [[1.0, 2, 3]]), ([[0.0, 1, 2]], [[0.0, 0, 0]])):
        np.testing.assert_allclose(co.election(co.on_a_line(np.array(x), np.array(w))), 1 / 3)
    with pytest.raises(SettingError):
        co.election(np.ones((1, 2, 3)))
    with pytest.raises(SettingError):
        co.coalitions(np.full((1, 2, 2), np.nan), np.ones((1, 2)))
