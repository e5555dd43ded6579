"""The Sobol' sequence: the points of scipy, within the table and beyond it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from winset.theory.sobol_points import sobol_points


@pytest.mark.parametrize(("exponent", "dimensions"), [(0, 1), (1, 3), (13, 5), (6, 128), (3, 130)])
def test_points_are_those_of_scipy(exponent, dimensions):
    peer = stats.qmc.Sobol(dimensions, scramble=False).random_base2(exponent)
    np.testing.assert_array_equal(sobol_points(exponent, dimensions), peer)
