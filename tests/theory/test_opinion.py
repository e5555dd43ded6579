import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from winset.errors import NotSolved, SettingError
from winset.theory import opinion as op


def listening(n):
    return arrays(float, (n, n), elements=st.floats(0.05, 1)).map(lambda W: W / W.sum(1, keepdims=True))


@given(st.integers(2, 6).flatmap(listening))
def test_degroot_weights_are_the_limit_of_talking(W):
    talked = np.linalg.matrix_power(W, 4096)
    np.testing.assert_allclose(talked, np.tile(op.influence_weights(W), (len(W), 1)), atol=1e-8)


@given(
    st.integers(2, 6).flatmap(
        lambda n: st.tuples(
            listening(n), arrays(float, n, elements=st.floats(0, 0.9)), arrays(float, (n, 2), elements=st.floats(0, 1))
        )
    )
)
def test_friedkin_johnsen_is_the_limit_of_iteration(case):
    W, s, x0 = case
    x = x0
    for _ in range(400):
        x = s[:, None] * (W @ x) + (1 - s)[:, None] * x0
    limit = op.friedkin_johnsen(W, s, x0)
    np.testing.assert_allclose(limit, x, atol=1e-9)
    np.testing.assert_allclose(op.friedkin_johnsen(W, s, x0[:, 0]), limit[:, 0])
    assert (limit >= x0.min(0) - 1e-9).all()
    assert (limit <= x0.max(0) + 1e-9).all()


def test_no_consensus_is_said():
    with pytest.raises(NotSolved, match="never meet"):
        op.influence_weights(np.eye(2))
    with pytest.raises(NotSolved, match="cycle"):
        op.influence_weights(np.array([[0.0, 1.0], [1.0, 0.0]]))
    with pytest.raises(NotSolved, match="cycle"):
        op.shares(np.array([[0.0, 1.0], [1.0, 0.0]]), np.ones(2))
    with pytest.raises(NotSolved, match="not anchored"):
        op.levers(np.eye(2), np.array([1.0, 0.5]), np.array([0.0, 1.0]), 0)


# Friedkin and Johnsen's four people: a stubborn third, everybody else anchored by what he keeps for himself
FOUR = np.array([[0.22, 0.12, 0.36, 0.30], [0.147, 0.215, 0.344, 0.294], [0, 0, 1, 0], [0.09, 0.178, 0.446, 0.286]])
FOUR_S = np.array([0.78, 0.785, 0, 0.714])
FOUR_X = np.array([25.0, 25, 75, 85])
# three people of the documentation of a program for such models
THREE = np.array([[0.5, 0.5, 0], [0.2, 0.6, 0.2], [0, 0.3, 0.7]])


def test_the_four_people():
    np.testing.assert_allclose(
        op.friedkin_johnsen(FOUR, FOUR_S, FOUR_X), [60.020849, 59.983966, 75, 74.986205], atol=1e-6
    )
    V = op.shares(FOUR, FOUR_S)
    np.testing.assert_allclose(V[0], [0.2794, 0.0450, 0.5514, 0.1242], atol=1e-4)
    np.testing.assert_allclose(V.sum(1), 1)


def test_the_three_people():
    found = op.friedkin_johnsen(THREE, np.array([0.8, 0.5, 0.9]), np.array([0, 0.5, 1]))
    np.testing.assert_allclose(found, [0.3295820, 0.4943730, 0.6310289], atol=1e-6)
    np.testing.assert_allclose(op.influence_weights(THREE), [0.193548387, 0.483870968, 0.322580645], atol=1e-8)


def test_closed_groups_settle_by_themselves_and_others_hear_them():
    """Two who hear only each other meet at their own mean; a third, all ears, lands there; a stubborn fourth stays."""
    W = np.array([[0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0], [0.25, 0.25, 0, 0.5], [0, 0, 0, 1]])
    s = np.array([1.0, 1, 1, 0])
    x = op.friedkin_johnsen(W, s, np.array([0.0, 10, 99, 20]))
    np.testing.assert_allclose(x, [5, 5, 12.5, 20])
    assert [list(np.flatnonzero(m)) for m in op.closed_groups(W, s)] == [[0, 1]]


@given(st.integers(2, 5).flatmap(lambda n: st.tuples(listening(n), arrays(float, n, elements=st.floats(0, 0.9)))))
def test_levers_are_the_derivatives(case):
    W, s = case
    x0 = np.linspace(0, 1, len(W))
    found = op.levers(W, s, x0, 0)
    for k in range(len(W)):
        for m in range(len(W)):
            step = 1e-6
            moved = W.copy()
            moved[k] *= (1 - W[k, m] - step) / (1 - W[k, m])
            moved[k, m] = W[k, m] + step
            change = (op.friedkin_johnsen(moved, s, x0)[0] - op.friedkin_johnsen(W, s, x0)[0]) / step
            assert found[k, m] == pytest.approx(change, abs=1e-4)


def test_shares_of_many_draws_are_those_of_each():
    A = np.stack([FOUR, np.eye(4), np.full((4, 4), 0.25)])
    V, _ = op.anchored_shares(A)
    for a, v in zip(A, V):
        own = np.diag(a)
        away = np.where(np.eye(4, dtype=bool), 0, a)
        W = np.where(own[:, None] < 1, away / np.where(own < 1, 1 - own, 1)[:, None], np.eye(4))
        np.testing.assert_allclose(v, op.shares(W, 1 - own), atol=1e-6)
    cycle, _ = op.anchored_shares(np.array([[[0.0, 1.0], [1.0, 0.0]]]))
    np.testing.assert_allclose(cycle.sum(2), 1)


def test_medians_leave_the_outlier_alone():
    W = np.array([[0.4, 0.3, 0.3], [0, 1, 0], [0, 0, 1]])
    np.testing.assert_allclose(op.median_talk(W, np.array([10.0, 20, 90])), [20, 20, 90])
    with pytest.raises(NotSolved) as told:
        op.median_talk(np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([0.0, 1.0]))
    assert set(told.value.partial) == {0.0, 1.0}


@pytest.mark.parametrize("W", [np.ones((2, 2)), np.ones((2, 3)) / 3, np.array([[1.5, -0.5], [0, 1]])])
def test_bad_tables(W):
    with pytest.raises(SettingError):
        op.influence_weights(W)


def test_bad_susceptibility():
    with pytest.raises(SettingError):
        op.friedkin_johnsen(np.eye(2), np.array([1.5, 0.5]), np.array([0.0, 1.0]))
