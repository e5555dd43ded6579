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
    with pytest.raises(NotSolved, match="not anchored"):
        op.friedkin_johnsen(np.eye(2), np.array([1.0, 0.5]), np.array([0.0, 1.0]))


@pytest.mark.parametrize("W", [np.ones((2, 2)), np.ones((2, 3)) / 3, np.array([[1.5, -0.5], [0, 1]])])
def test_bad_tables(W):
    with pytest.raises(SettingError):
        op.influence_weights(W)


def test_bad_susceptibility():
    with pytest.raises(SettingError):
        op.friedkin_johnsen(np.eye(2), np.array([1.5, 0.5]), np.array([0.0, 1.0]))
