import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from winset.errors import SettingError
from winset.theory import bands


@given(st.integers(0, 50), st.integers(1, 200), st.floats(0.05, 1.0))
def test_the_band_is_the_beta_law_and_widens_as_the_class_fits_less(k, more, weight):
    n = k + more
    low, high = (float(bands.rate(k, n, weight, q)) for q in (0.05, 0.95))
    law = stats.beta(weight * k + 0.5, weight * (n - k) + 0.5)
    assert (low, high) == pytest.approx((law.ppf(0.05), law.ppf(0.95)), abs=1e-8)


def test_published_bands_of_the_note():
    assert [round(float(bands.rate(22, 71, 0.5, q)), 3) for q in (0.05, 0.5, 0.95)] == [0.196, 0.312, 0.446]
    assert [round(float(bands.rate(197, 696, 0.1, q)), 3) for q in (0.05, 0.5, 0.95)] == [0.202, 0.284, 0.377]


def test_events_in_time_by_simulation():
    made = 1 - np.exp(-12 * np.random.default_rng(3).gamma(0.5 * 6 + 0.5, 1 / (0.5 * 318), 400_000))
    found = [float(bands.within(6, 318, 0.5, 12, q)) for q in (0.05, 0.5, 0.95)]
    assert found == pytest.approx(np.quantile(made, (0.05, 0.5, 0.95)), abs=2e-3)


def test_the_classes_are_whole():
    found = bands.classes()
    assert found["threat-standing"].share == pytest.approx(0.28, abs=0.005)
    for of in found.values():
        assert 0 <= of.k <= of.n and of.source and of.event and of.name and of.unit in ("cases", "months"), of.id


def test_the_union_holds_every_band_and_k_above_n_is_told():
    assert bands.union([(0.1, 0.3), (0.2, 0.5)]) == (0.1, 0.5)
    with pytest.raises(SettingError, match="k <= n"):
        bands.rate(5, 3, 1.0, 0.5)
