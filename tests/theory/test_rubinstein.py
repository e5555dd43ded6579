from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.errors import SettingError
from winset.theory.rubinstein import nash_crra, rubinstein


@given(st.floats(0.0, 0.95), st.floats(0.0, 0.95))
def test_share_is_the_fixed_point_of_alternating_offers(d1, d2):
    x = 0.5
    for _ in range(2000):
        x = 1.0 - d2 * (1.0 - d1 * x)
    assert rubinstein(d1, d2) == pytest.approx(x, abs=1e-9)


@given(st.floats(0.05, 3.0), st.floats(0.05, 3.0))
def test_short_rounds_give_the_split_by_impatience(s1, s2):
    h = 1e-6
    assert rubinstein(math.exp(-s1 * h), math.exp(-s2 * h)) == pytest.approx(s2 / (s1 + s2), abs=1e-5)


@given(st.floats(-1.0, 0.9), st.floats(-1.0, 0.9))
def test_nash_share_maximises_the_product(r1, r2):
    x = np.linspace(0.0005, 0.9995, 1999)
    best = x[np.argmax((1 - r1) * np.log(x) + (1 - r2) * np.log(1 - x))]
    assert nash_crra(r1, r2) == pytest.approx(best, abs=6e-4)


def test_bad_settings():
    with pytest.raises(SettingError):
        rubinstein(1.0, 0.5)
    with pytest.raises(SettingError):
        nash_crra(1.0, 0.5)
