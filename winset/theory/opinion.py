"""Opinions in a circle of advisers.

DeGroot (1974): x(t+1) = W x(t), W row-stochastic: whom each listens to. If one closed class of people is listened
to by all and it has no cycle, all end at s'x(0), where s' = s'W, sum s = 1: the influence weights.

Friedkin and Johnsen (1990): x(t+1) = S W x(t) + (I - S) x(0), S = diag(susceptibility in [0, 1]); 0 never moves.
The limit is (I - S W)^-1 (I - S) x(0) when S W has spectral radius below 1: disagreement may last.

References: M. DeGroot, J. American Statistical Association 69 (1974); N. Friedkin and E. Johnsen, J. Mathematical
Sociology 15 (1990).
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from winset.errors import NotSolved, SettingError


def _listening(weights: Float[np.ndarray, "person person"]) -> Float[np.ndarray, "person person"]:
    W = np.asarray(weights, float)
    if W.ndim != 2 or W.shape[0] != W.shape[1] or (W < 0).any() or not np.allclose(W.sum(1), 1, atol=1e-9):
        raise SettingError("the table of who listens to whom must be square, non-negative, each row summing to 1")
    return W


def influence_weights(weights: Float[np.ndarray, "person person"]) -> Float[np.ndarray, " person"]:
    """s with s'W = s': each person's weight in DeGroot's consensus. NotSolved when there is no consensus."""
    W = _listening(weights)
    values, vectors = np.linalg.eig(W.T)
    on_circle = np.abs(np.abs(values) - 1) < 1e-9
    if on_circle.sum() != 1:
        raise NotSolved("opinions never meet: two groups that do not listen to each other, or a cycle of listening")
    share = np.abs(vectors[:, on_circle][:, 0].real)
    return share / share.sum()


def friedkin_johnsen(
    weights: Float[np.ndarray, "person person"],
    susceptibility: Float[np.ndarray, " person"],
    initial: Float[np.ndarray, "person ..."],
) -> Float[np.ndarray, "person ..."]:
    """Limit of opinions that stay anchored to where each person began."""
    W, s, x0 = _listening(weights), np.asarray(susceptibility, float), np.asarray(initial, float)
    if s.shape != W.shape[:1] or (s < 0).any() or (s > 1).any():
        raise SettingError("susceptibility must give one number in [0, 1] per person")
    SW = s[:, None] * W
    if np.abs(np.linalg.eigvals(SW)).max() >= 1 - 1e-12:
        raise NotSolved("a group with full susceptibility listens only to itself: the limit is not anchored")
    anchored = ((1 - s) * x0.T).T
    return np.linalg.solve(np.eye(len(s)) - SW, anchored)
