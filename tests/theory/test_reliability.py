from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate

from winset.errors import SettingError
from winset.theory import reliability as rel

positive = st.floats(0.1, 20.0)


@given(positive, positive, st.integers(0, 20), st.integers(0, 20))
def test_mean_is_the_integral_of_bayes_rule(e, f, executed, dropped):
    found = rel.deadline_credibility(executed, dropped, prior=(e + 1, f + 1))

    def weight(k):
        return k ** (e + executed) * (1 - k) ** (f + dropped)

    whole = integrate.quad(weight, 0, 1, epsabs=0)[0]
    mean = integrate.quad(lambda k: k * weight(k), 0, 1, epsabs=0)[0] / whole
    assert found.mean == pytest.approx(mean, rel=1e-6)
    assert 0.0 <= found.low <= found.high <= 1.0


@given(positive, positive, st.floats(0.05, 0.95))
def test_executions_needed_is_the_first_count_that_reaches_the_threshold(e, f, threshold):
    need = rel.executions_needed((e, f), threshold)
    brute = next(n for n in range(10_000) if (e + n) / (e + f + n) >= threshold - 1e-9)
    assert need == brute


def test_default_prior_is_centred_on_the_named_class_and_broad():
    e, f = rel.broad_prior()
    assert e / (e + f) == pytest.approx(197 / 696)
    assert e + f == pytest.approx(4.0)
    assert rel.STANDING_THREATS.share < rel.ALL_THREATS.share
    assert rel.deadline_credibility(0, 0).mean == pytest.approx(197 / 696)


def test_a_moved_deadline_changes_nothing_but_its_count():
    plain, moved = rel.deadline_credibility(1, 2), rel.deadline_credibility(1, 2, moved=5)
    assert (plain.mean, plain.low, plain.high) == (moved.mean, moved.low, moved.high)
    assert moved.open == 5


def test_execution_raises_and_dropping_lowers():
    base = rel.deadline_credibility(2, 2).mean
    assert rel.deadline_credibility(3, 2).mean > base > rel.deadline_credibility(2, 3).mean


@given(positive, positive, st.integers(0, 12))
def test_predictive_sums_to_one_with_the_mean_of_the_belief(e, f, n):
    chances = rel.predictive((e, f), n)
    assert chances.sum() == pytest.approx(1.0)
    assert chances @ np.arange(n + 1) == pytest.approx(n * e / (e + f))


def test_speaker_record_starts_flat():
    assert rel.speaker_record(0, 0).mean == 0.5
    assert rel.speaker_record(3, 1).mean == pytest.approx(4 / 6)


@pytest.mark.parametrize("call", [lambda: rel.deadline_credibility(-1, 0), lambda: rel.broad_prior(worth=0.0),
                                  lambda: rel.executions_needed((1.0, 1.0), 1.0),
                                  lambda: rel.beta_record(1, 1, (1.0, 1.0), level=1.0)])  # fmt: skip
def test_bad_settings_are_named(call):
    with pytest.raises(SettingError):
        call()
