import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from winset.theory import answers

days = st.lists(st.integers(0, 39), min_size=1, max_size=8)


@given(days, days, st.integers(1, 9))
def test_one_answer_an_act_one_act_an_answer_within_the_window(acts, others, window):
    held = answers.matches(acts, others, window)
    assert all(1 <= b - a <= window for a, b in held.items()) and len(set(held.values())) == len(held)
    assert set(held) <= set(acts) and set(held.values()) <= set(others)


def test_the_closed_form_of_the_note_and_by_placing_at_random():
    assert answers.by_chance(316, 25, 7) == pytest.approx(0.442, abs=5e-4)
    rng = np.random.default_rng(1)
    hits = np.mean([(rng.choice(60, 5, replace=False) < 9).any() for _ in range(20_000)])
    assert answers.by_chance(60, 5, 9) == pytest.approx(hits, abs=0.012)
    assert answers.by_chance(10, 0, 3) == 0 and answers.by_chance(10, 9, 3) == 1


def test_rotation_counts_what_turning_by_hand_gives():
    acts, others, n = [3, 17, 30], [5, 18, 20], 40
    look = answers.rotated(acts, others, 3, n)
    by_hand = [len(answers.matches(acts, [(d + r) % n for d in others], 3)) for r in range(1, n)]
    assert look.answered == 2 and look.expected == pytest.approx(np.mean(by_hand))
    assert look.p == pytest.approx((1 + sum(c >= 2 for c in by_hand)) / n)
    each = answers.chance_each(acts, others, 3, n)
    turned = [np.mean([any(1 <= (d + r) % n - a <= 3 for d in others) for r in range(1, n)]) for a in acts]
    assert each == pytest.approx(turned)


def test_rotation_keeps_its_level_on_placebo_data():
    rng, n = np.random.default_rng(7), 150
    p = [
        answers.rotated(rng.choice(n, 6, False).tolist(), rng.choice(n, 12, False).tolist(), 5, n).p for _ in range(300)
    ]
    assert np.mean(np.array(p) <= 0.05) <= 0.08  # 0.05 and three standard errors


@given(st.lists(st.floats(0.001, 1.0), min_size=1, max_size=12))
def test_the_correction_is_that_of_scipy(p):
    assert answers.controlled(p) == pytest.approx(false_discovery_control(p))
