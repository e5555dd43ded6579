import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from winset.errors import SettingError
from winset.theory import graded

ITEM = graded.Item(1.5, (-1.0, 0.0, 1.2))


def test_chances_sum_to_one_and_rise_with_the_level():
    found = graded.chances(ITEM, np.linspace(-3, 3, 25))
    assert found.sum(axis=0) == pytest.approx(1) and np.all(found >= 0)
    assert np.all(np.diff(found.T @ np.arange(4)) > 0)


def test_the_posterior_by_quadrature():
    def weight(t, power):
        return t**power * norm.pdf(t) * graded.chances(ITEM, np.array([t]))[2, 0]

    total, first = (quad(weight, -8, 8, args=(p,))[0] for p in (0, 1))
    assert graded.posterior([ITEM], [2])[0] == pytest.approx(first / total, abs=1e-8)


def test_over_time_the_last_smoothed_is_the_last_filtered_and_one_time_is_the_posterior():
    answers = [0, 1, 3]
    assert graded.smoothed(ITEM, answers, 0.4)[-1] == pytest.approx(graded.filtered(ITEM, answers, 0.4)[-1])
    assert graded.smoothed(ITEM, [2], 0.4)[0] == pytest.approx(graded.posterior([ITEM], [2]), abs=1e-9)
    with pytest.raises(SettingError, match="rise"):
        graded.Item(1.0, (0.0, 0.0))
