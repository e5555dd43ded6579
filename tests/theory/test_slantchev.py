import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.errors import SettingError
from winset.theory import slantchev as sl


@given(st.integers(2, 12), st.floats(0.1, 0.9), st.floats(0, 0.97), st.floats(0, 0.45), st.floats(0, 0.45))
def test_shares_leave_the_responder_indifferent(N, p, delta, b1, b2):
    s = sl.complete_information(N, p, delta, b1, b2)
    for k in range(1, N):
        accept_2 = (1 - delta) * b2 + delta * (p * s.ask_2[k + 1] + (1 - p) * s.ask_2[k - 1])
        accept_1 = (1 - delta) * b1 + delta * (p * s.ask_1[k + 1] + (1 - p) * s.ask_1[k - 1])
        assert 1 - s.ask_1[k] == pytest.approx(accept_2, abs=1e-10)
        assert 1 - s.ask_2[k] == pytest.approx(accept_1, abs=1e-10)
    inner = slice(1, N)
    assert (s.ask_1[inner] > s.war_1[inner] - 1e-9).all()  # bargaining never does worse than fighting on
    assert (s.ask_2[inner] > s.war_2[inner] - 1e-9).all()


@given(st.integers(2, 12), st.floats(0.1, 0.9), st.floats(0, 0.97), st.floats(0, 0.45), st.floats(0, 0.45))
def test_relabelling_the_players(N, p, delta, b1, b2):
    one, two = sl.complete_information(N, p, delta, b1, b2), sl.complete_information(N, 1 - p, delta, b2, b1)
    np.testing.assert_allclose(one.ask_1, two.ask_2[::-1], atol=1e-10)
    np.testing.assert_allclose(one.war_1, two.war_2[::-1], atol=1e-10)


def test_two_forts_closed_form():
    assert sl.complete_information(2, 0.4, 0.8, 0.2, 0.1).ask_1[1] == pytest.approx(1 - 0.2 * 0.1 - 0.8 * 0.6)


def test_path_payoff_by_walking_the_tree():
    win, prior, delta, b = (0.7, 0.5, 0.3), (0.3, 0.3), 0.9, (0.3, 0.2)
    s = sl.incomplete_information(8, 4, win, prior, delta, *b)
    V = sl.complete_information(8, 0.3, delta, *b).ask_1
    share = {1: 1 - s.moderate_ask_after_win, -1: 1 - s.moderate_ask_after_loss}
    total = 0.3 * s.first_ask
    for first, p1 in ((1, 0.5), (-1, 0.5)):
        total += 0.4 * p1 * ((1 - delta) * b[0] + delta * share[first])
    for first, p1 in ((1, 0.3), (-1, 0.7)):
        for second, p2 in ((1, 0.3), (-1, 0.7)):
            flow = (1 - delta) * b[0] * (1 + delta)
            total += 0.3 * p1 * p2 * (flow + delta**2 * V[4 + first + second])
    assert s.payoff_1 == pytest.approx(total, abs=1e-12)
    assert s.expected_battles == pytest.approx(0.4 + 0.6)


@pytest.mark.parametrize(
    "call",
    [
        lambda: sl.complete_information(1, 0.5, 0.9, 0.3, 0.3),
        lambda: sl.complete_information(6, 0.5, 0.9, 0.6, 0.5),
        lambda: sl.incomplete_information(6, 3, (0.3, 0.5, 0.7), (0.3, 0.3), 0.9, 0.3, 0.3),
        lambda: sl.incomplete_information(6, 1, (0.7, 0.5, 0.3), (0.3, 0.3), 0.9, 0.3, 0.3),
    ],
)
def test_bad_settings(call):
    with pytest.raises(SettingError):
        call()
