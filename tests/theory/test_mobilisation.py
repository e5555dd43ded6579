import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.theory import mobilisation as mob


@given(st.floats(0.01, 0.6), st.floats(0.3, 2.0), st.floats(0.3, 2.0), st.floats(0.05, 0.8), st.floats(0.05, 0.8))
def test_no_other_mobilisation_is_worth_more(arms, v1, v2, c1, c2):
    c1, c2 = c1 * v1, c2 * v2
    found = mob.reply(arms, v1, v2, c1, c2)
    m2 = np.linspace(0, 3 * v2, 20_001)[1:]
    p1 = arms / (arms + m2)
    worth = np.where(p1 * v1 > c1, (1 - p1) * v2 - c2 - m2, v2 - m2)
    assert found.worth >= max(0.0, worth.max()) - 1e-9
    assert found.worth == pytest.approx(max(0.0, worth.max()), abs=3e-3 * v2 + 1e-3)


def test_limits_of_the_note():
    assert mob.fighting_worthless_from(1, 0.2) == pytest.approx(0.3056, abs=1e-4)
    assert mob.deterring_too_dear_from(1, 1, 0.2) == pytest.approx(0.25)
    assert mob.REPLIES[mob.reply(0.5, 1, 1, 0.2, 0.2).code] == "gives in"
