"""The Sobol' sequence: points that cover the unit cube evenly.

Coordinate j of point n is the exclusive or of the direction numbers V_jb over the bits b that are set in the Gray code
n ^ (n // 2), as a binary fraction of 30 places. With p_j a primitive polynomial of degree s over the field of two
elements, its coefficients a_0 = 1, a_1, .., a_s = 1, and V_jb = v_jb / 2^(b + 1), the first s of v_j are given and the
others are

    v_b = 2 a_1 v_(b-1) ^ 4 a_2 v_(b-2) ^ .. ^ 2^s a_s v_(b-s) ^ v_(b-s).

Polynomials and first numbers: S. Joe and F. Y. Kuo (`sobol_directions.csv`, new-joe-kuo-6.21201; their licence stands
beside it), by which `scipy.stats.qmc.Sobol` goes too: the points are the same (tested), without the half second that it
takes to load. Dimensions beyond the table are made there.

References: I. M. Sobol', USSR Computational Mathematics and Mathematical Physics 7 (1967) 86-112; S. Joe and F. Y. Kuo,
SIAM Journal on Scientific Computing 30 (2008) 2635-2654.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
import scipy
from jaxtyping import Float, Int

PLACES = 30  # no answer: binary places of a coordinate


def sobol_points(exponent: int, dimensions: int) -> Float[np.ndarray, "point dimension"]:
    """The first 2^exponent points of the sequence, the corner of the cube among them.

    >>> sobol_points(2, 2).tolist()
    [[0.0, 0.0], [0.5, 0.5], [0.75, 0.25], [0.25, 0.75]]
    """
    rows = _rows()
    if dimensions > len(rows):
        return scipy.stats.qmc.Sobol(dimensions, scramble=False).random_base2(exponent)
    found = np.zeros((1, dimensions), np.int64)
    numbers = np.array([_directions(*row) for row in rows[:dimensions]]).T
    for bit in range(exponent):  # the Gray codes of the next points are those before, turned round, with one bit more
        found = np.concatenate([found, found[::-1] ^ numbers[bit]])
    return found * 2.0**-PLACES


def _directions(polynomial: int, first: tuple[int, ...]) -> Int[np.ndarray, " bit"]:
    """The direction numbers of a dimension, as whole numbers of 2^-PLACES."""
    degree, v = polynomial.bit_length() - 1, list(first)
    for b in range(len(v), PLACES):
        made = v[b - degree] if degree else 1  # the first dimension has no polynomial: its bits are turned round
        for k in range(1, degree + 1):
            if polynomial >> (degree - k) & 1:
                made ^= v[b - k] << k
        v.append(made)
    return np.array([x << (PLACES - 1 - b) for b, x in enumerate(v)])


@cache
def _rows() -> list[tuple[int, tuple[int, ...]]]:
    """Polynomial and first numbers of each dimension."""
    text = files("winset.theory").joinpath("sobol_directions.csv").read_text(encoding="utf-8")
    lines = (line.split(",") for line in text.splitlines()[1:])
    return [(int(polynomial), tuple(map(int, first.split()))) for _, polynomial, first in lines]
