"""Graded response: one latent level behind ordered answers, at one time and over time.

Item j has answers 0..m; P(Y >= k | theta) = 1/(1 + exp(-a_j (theta - b_jk))), b rising. With theta ~ N(0, 1) the
posterior after some answers is a sum over a grid. Over time theta_0 ~ N(0, 1), theta_t = theta_{t-1} + N(0, s^2): the
same grid, forward and backward.

For hostility: an item is, say, the highest step in a domain in a week. Scores of types of events added up would let
many mild acts outweigh one grave act; a latent level does not.

Cannot say: anything with few answers. Fit it with at least thirty weeks of a pair; below that show the steps as they
are.

Reference: F. Samejima, Psychometrika Monograph 17 (1969). Z. Terechshenko, Journal of Peace Research 57 (2020), and K.
Schnakenberg and C. Fariss, Political Science Research and Methods 2 (2014), for the latent level over time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from jaxtyping import Float

from winset.errors import SettingError
from winset.theory import checks

GRID = np.linspace(-7.0, 7.0, 1401)  # no answer: a finer or wider grid moves the mean by less than 1e-3


@dataclass(frozen=True)
class Item:
    """Discrimination a and the places b of the thresholds, rising."""

    a: float
    b: tuple[float, ...]

    def __post_init__(self) -> None:
        checks.positive(a=self.a)
        if any(x >= y for x, y in zip(self.b, self.b[1:])):
            raise SettingError(f"the thresholds of an item must rise, not {self.b}")


def chances(item: Item, theta: Float[np.ndarray, " point"]) -> Float[np.ndarray, "answer point"]:
    """P(answer) at each level."""
    above = [scipy.special.expit(item.a * (theta - b)) for b in item.b]
    return -np.diff([np.ones_like(theta), *above, np.zeros_like(theta)], axis=0)


def _moments(law: Float[np.ndarray, " point"]) -> tuple[float, float]:
    law = law / law.sum()
    mean = float(law @ GRID)
    return mean, float(np.sqrt(law @ (GRID - mean) ** 2))


def _prior() -> Float[np.ndarray, " point"]:
    return np.exp(-(GRID**2) / 2.0)


def posterior(items: Sequence[Item], answers: Sequence[int]) -> tuple[float, float]:
    """(mean, standard deviation) of the level after one answer to each item."""
    law = _prior()
    for item, answer in zip(items, answers, strict=True):
        law = law * chances(item, GRID)[answer]
    return _moments(law)


def filtered(item: Item, answers: Sequence[int], step: float) -> list[tuple[float, float]]:
    """(mean, standard deviation) at each time given the answers until then."""
    return [_moments(law) for law in _forward(item, answers, step)[0]]


def smoothed(item: Item, answers: Sequence[int], step: float) -> list[tuple[float, float]]:
    """(mean, standard deviation) at each time given all answers."""
    forward, kernel, seen = _forward(item, answers, step)
    back, out = np.ones_like(GRID), []
    for law, now in zip(reversed(forward), reversed(seen)):
        out.append(_moments(law * back))
        back = kernel @ (now * back)
        back = back / back.max()
    return out[::-1]


def _forward(
    item: Item, answers: Sequence[int], step: float
) -> tuple[list[Float[np.ndarray, " point"]], Float[np.ndarray, "point point"], list[Float[np.ndarray, " point"]]]:
    checks.positive(step=step)
    kernel = np.exp(-(((GRID[:, None] - GRID[None, :]) / step) ** 2) / 2.0)
    kernel = kernel / kernel.sum(axis=1, keepdims=True)
    table = chances(item, GRID)
    law, out = _prior(), []
    for time, answer in enumerate(answers):
        law = (law if time == 0 else law @ kernel) * table[answer]
        law = law / law.sum()
        out.append(law)
    return out, kernel, [table[answer] for answer in answers]
