import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from winset.errors import SettingError
from winset.theory import means

PLACES = arrays(float, 5, elements=st.integers(0, 100).map(float))
WEIGHTS = arrays(float, 5, elements=st.integers(1, 100).map(float))


def test_the_emissions_of_1994():
    """Ten states on years of delay (Bueno de Mesquita 1994): the weighted mean 7.390 and median 7."""
    x = np.array([4, 7, 4, 4, 10, 10, 10, 7, 4, 7.0])
    w = np.array([0.08, 0.08, 0.03, 0.16, 0.16, 0.16, 0.16, 0.05, 0.05, 0.08]) * [
        0.8,
        0.4,
        0.2,
        0.8,
        0.6,
        0.6,
        0.9,
        0.1,
        1,
        0.7,
    ]
    assert means.weighted_mean(x, w) == pytest.approx(7.389955687)
    assert means.weighted_median(x, w) == 7


@given(PLACES, WEIGHTS, st.sampled_from([0.5, 4.0, 1024.0]))
def test_order_mirror_and_scale(x, w, k):
    order = np.random.default_rng(1).permutation(5)
    for f in (means.weighted_mean, lambda a, b: means.nash_position(a, b, 100.0)):
        here = f(x, w)
        assert f(x[order], w[order]) == pytest.approx(here, abs=1e-4)
        assert f(x, w * k) == pytest.approx(here, abs=1e-4)
        assert 100 - f(100 - x, w) == pytest.approx(here, abs=1e-4)
    assert means.weighted_median(x[order], w[order]) == means.weighted_median(x, w * k)


@given(PLACES, WEIGHTS)
def test_the_median_beats_every_other_position(x, w):
    middle = means.weighted_median(x, w)
    for other in x:
        for_it = w[np.abs(x - middle) < np.abs(x - other)].sum()
        assert for_it >= w[np.abs(x - other) < np.abs(x - middle)].sum() - 1e-9


@given(PLACES, WEIGHTS)
def test_levers_are_the_derivatives(x, w):
    by_place, by_weight = means.mean_levers(x, w)
    for k in range(5):
        step = np.eye(5)[k] * 1e-5
        assert by_place[k] == pytest.approx(
            (means.weighted_mean(x + step, w) - means.weighted_mean(x, w)) / 1e-5, abs=1e-4
        )
        assert by_weight[k] == pytest.approx(
            (means.weighted_mean(x, w + step) - means.weighted_mean(x, w)) / 1e-5, abs=1e-3 * 100
        )


def test_two_equal_sides_meet_in_the_middle_and_the_stronger_pulls():
    assert means.nash_position(np.array([0.0, 100.0]), np.ones(2), 100.0) == pytest.approx(50)
    # maximise 3 log(1 - y) + log y on a scale of 1: y = 1/4
    assert means.nash_position(np.array([0.0, 1.0]), np.array([3.0, 1.0]), 1.0) == pytest.approx(0.25)


@given(PLACES, WEIGHTS, st.floats(0, 100))
def test_where_some_want_either_way_a_cheap_failure_keeps_the_reference(x, w, r):
    both = np.concatenate([x, [r - 1, r + 1]])
    cheap = means.costly_reference(both, np.concatenate([w, [1, 1]]), r, 1e-6, 100.0)
    assert abs(cheap - r) < 0.01


def test_the_costly_reference_point_by_hand():
    """Two equal actors at 0 and 1, reference 1, cost 1/2: gains 3/2 - y and y - 1/2 are equal at y = 1."""
    assert means.costly_reference(np.array([0.0, 1.0]), np.ones(2), 1.0, 0.5, 1.0) == pytest.approx(1.0)
    assert means.costly_reference(np.array([0.0, 1.0]), np.array([3.0, 1.0]), 1.0, 0.5, 1.0) == pytest.approx(0.75)


def test_what_cannot_be_averaged():
    for x, w in (([np.nan, 1], [1, 1]), ([0, 1], [-1, 1]), ([], [])):
        with pytest.raises(SettingError):
            means.weighted_mean(np.array(x, float), np.array(w, float))
    with pytest.raises(SettingError):
        means.nash_position(np.array([0, 100.0]), np.ones(2), 50.0)
    assert means.weighted_mean(np.array([0.0, 1.0]), np.zeros(2)) == 0.5
