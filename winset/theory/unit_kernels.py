"""Compiled loops of `zone.draws`: many draws of one shape put into units of joint options."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def spans(values: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Per draw and party the sum over issues of the best minus the worst option."""
    total = np.zeros(values.shape[:2])
    for d in range(len(total)):
        for i in range(values.shape[1]):
            for j in range(len(starts) - 1):
                low = high = values[d, i, starts[j]]
                for k in range(starts[j] + 1, starts[j + 1]):
                    x = values[d, i, k]
                    low, high = (x if x < low else low), (x if x > high else high)
                total[d, i] += high - low
    return total


@njit(cache=True, nogil=True)
def in_units(values: np.ndarray, red: np.ndarray, parts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Values and red lines of joint options, and which of these any party forbids; -1 in `parts` stands for no
    option."""
    n_draws, n, width = values.shape[0], values.shape[1], len(parts)
    joint, lines = np.empty((n_draws, n, width)), np.empty((n_draws, n, width), np.bool_)
    closed = np.zeros((n_draws, width), np.bool_)
    for d in range(n_draws):
        for i in range(n):
            for k in range(width):
                joint[d, i, k], lines[d, i, k] = values[d, i, parts[k, 0]], red[d, i, parts[k, 0]]
            for w in range(1, parts.shape[1]):
                for k in range(width):
                    if parts[k, w] >= 0:
                        joint[d, i, k] += values[d, i, parts[k, w]]
                        lines[d, i, k] |= red[d, i, parts[k, w]]
            for k in range(width):
                closed[d, k] |= lines[d, i, k]
    return joint, lines, closed
