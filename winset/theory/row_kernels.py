"""Filling an array in a compiled loop.

With each line `a[:] = b` of two arrays numba compiles the words of its error, with all that strings take, into the
kernel and into every kernel that calls it: a third of the time of compiling some.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True)
def put(row: np.ndarray, values: np.ndarray) -> None:
    """row[:] = values, of the same length, which nothing looks at."""
    for i in range(len(row)):
        row[i] = values[i]
