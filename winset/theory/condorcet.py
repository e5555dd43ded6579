"""Probabilistic Condorcet election: how likely each of several options is to carry the day.

n options; `coalitions[i, j]` is the weight of those who prefer i to j, > 0 off the diagonal. With p_ij the chance that i
beats j, p_ij + p_ji = 1, p_ii = 1/2:

Victory     p_ij = f(C_ij) / (f(C_ij) + f(C_ji)), f(z) = z, z^2, z^4 or z^8 (`linear`, `square`, `quartic`, `octic`), or
            `binary`: certain from a ratio of 1.10 on, and straight between.
Kinds       conditional        P_i proportional to prod_j p_ij: i has beaten every other, given that one has beaten all
            markov-uniform     P_i = (1/n) sum_j p_ij (P_i + P_j): the standing option meets a random challenger each round
            markov-incentive   P_i = sum_j p_ij (P_i h_ji + P_j h_ij), h_ij = n_ij / sum_k n_kj, n_ij = C_ij p_ij: option
                               i challenges the standing j the more often, the more there is behind it
The two chains are iterated, P <- (P + q(P)) / 2 from even odds, until no entry moves.

Who prefers what: actors with weight w_k, utilities u_k(option); `coalitions` sums w_k (u_k(i) - u_k(j)) over those with a gain. With
u = -distance on a line these are votes in proportion to the stake (`stakes`).

Markov-uniform is the model of this family whose outcome distribution did best on 351 decisions of the European Union (CRPS 16.7
of 100, against 18.2 for the weighted positions and 19.2 for the climatology; own count, docs/theory/influence.md), and nothing in it was
fitted there. What it cannot say: anything about an outcome at which nobody stands; whether bargaining under coercion is like a vote.

References: M. J. A. N. de Condorcet, Essai sur l'application de l'analyse (1785); KAPSARC Toolkit for Behavioral Analysis 1.4 (2019), kmodel; B. Wise,
L. Lester and B. Efird, An introduction to the KAPSARC Toolkit for Behavioral Analysis (2015).
"""

from __future__ import annotations

from typing import Literal

import numba
import numpy as np
from jaxtyping import Float

from winset.errors import NotSolved, SettingError

Kind = Literal["conditional", "markov-uniform", "markov-incentive"]
Victory = Literal["linear", "square", "quartic", "octic", "binary"]
KINDS: tuple[Kind, ...] = ("conditional", "markov-uniform", "markov-incentive")
VICTORIES: tuple[Victory, ...] = ("linear", "square", "quartic", "octic", "binary")
SURE = 1.10  # source: KTAB 1.4, kmodel: from this ratio on the larger coalition wins for certain under `binary`
HOPE = 1e-6  # source: KTAB 1.4, kmodel: what the smaller coalition keeps even then, against 1
LEAST = 1e-8  # source: KTAB 1.4, kmodel: weight behind every option, so that no ratio is 0 to 0
SPARE = 1e-10  # source: KTAB 1.4, kmodel: what the standing option's own incentive is at least
CLOSE = 1e-12  # no answer: change of a chance at which the iteration stops
ROUNDS = 100_000  # no answer: iterations after which it is given up


def stakes(
    positions: Float[np.ndarray, "*draw actor"], weights: Float[np.ndarray, "*draw actor"]
) -> Float[np.ndarray, "*draw actor actor"]:
    """Weight behind each actor's position against each other's, each voting by how much nearer one lies to its own."""
    x, w = np.broadcast_arrays(np.asarray(positions, float), np.asarray(weights, float))
    far = np.abs(x[..., :, None] - x[..., None, :])
    gain = far[..., :, None, :] - far[..., :, :, None]  # actor k, option i, against j
    return LEAST * np.ptp(x, axis=-1)[..., None, None] + np.einsum("...k,...kij->...ij", w, np.maximum(gain, 0.0))


def victory(
    coalitions: Float[np.ndarray, "*draw option option"], model: Victory = "linear"
) -> Float[np.ndarray, "*draw option option"]:
    """p_ij from the coalitions; 1/2 where both are empty."""
    C = np.ascontiguousarray(coalitions, dtype=float)
    if C.ndim < 2 or C.shape[-1] != C.shape[-2] or not np.isfinite(C).all() or (C < 0).any():
        raise SettingError("coalitions must be square, finite and not negative")
    flat = C.reshape(-1, *C.shape[-2:])
    out = np.empty_like(flat)
    for C_one, p in zip(flat, out):
        fill_victory(C_one, VICTORIES.index(model), p)
    return out.reshape(C.shape)


def election(
    coalitions: Float[np.ndarray, "*draw option option"], kind: Kind = "markov-uniform", model: Victory = "linear"
) -> Float[np.ndarray, "*draw option"]:
    """The chance of each option. Raises NotSolved where a chain does not settle."""
    p = victory(coalitions, model)
    flat = np.ascontiguousarray(coalitions, dtype=float).reshape(-1, *p.shape[-2:])
    odds, settled = _elections(flat, p.reshape(flat.shape), KINDS.index(kind), CLOSE, ROUNDS)
    if not settled:
        raise NotSolved(f"the {kind} election did not settle in {ROUNDS} rounds", odds)
    return odds.reshape(p.shape[:-1])


@numba.njit(cache=True)
def fill_victory(C, model, p):  # type: ignore[no-untyped-def]
    """Fill p[i, j] from the coalitions C; model is an index into VICTORIES."""
    n = C.shape[0]
    for i in range(n):
        p[i, i] = 0.5
        for j in range(i):
            high = max(C[i, j], C[j, i])
            if high <= 0.0:
                p[i, j] = p[j, i] = 0.5
                continue
            a, b = C[i, j] / high, C[j, i] / high  # so that no power overflows
            if model == 4:
                if a >= SURE * b:
                    a, b = 1.0, HOPE
                elif b >= SURE * a:
                    a, b = HOPE, 1.0
                else:
                    a = (a / (a + b) * (SURE + 1.0) - 1.0) / (SURE - 1.0)
                    b = 1.0 - a
            else:
                for _ in range(model):
                    a, b = a * a, b * b
            share = a / (a + b)
            p[i, j], p[j, i] = share, 1.0 - share


@numba.njit(cache=True)
def elect(C, p, kind, close, most, P, q, h):  # type: ignore[no-untyped-def]
    """Fill P with the chance of each option. q and h: room for n numbers, and for n by n. False where it did not settle."""
    n = C.shape[0]
    if kind == 0:
        for i in range(n):
            q[i] = 0.0
            for j in range(n):
                q[i] += np.log(max(p[i, j], 1e-300))
        top = q.max()
        for i in range(n):
            P[i] = np.exp(q[i] - top)
        P /= P.sum()
        return True
    for j in range(n):
        total = 0.0
        for i in range(n):
            h[i, j] = C[i, j] * p[i, j] + (SPARE if i == j else 0.0) if kind == 2 else 1.0
            total += h[i, j]
        for i in range(n):
            h[i, j] /= total
    P[:] = 1.0 / n
    for _ in range(most):
        for i in range(n):
            q[i] = 0.0
            for j in range(n):
                q[i] += p[i, j] * (P[i] * h[j, i] + P[j] * h[i, j])
        change = 0.0
        for i in range(n):
            new = 0.5 * (P[i] + q[i])
            change = max(change, abs(new - P[i]))
            P[i] = new
        if change < close:
            P /= P.sum()
            return True
    return False


@numba.njit(cache=True)
def _elections(C, p, kind, close, most):  # type: ignore[no-untyped-def]
    draws, n = C.shape[:2]
    P, q, h, settled = np.empty((draws, n)), np.empty(n), np.empty((n, n)), True
    for draw in range(draws):
        settled = elect(C[draw], p[draw], kind, close, most, P[draw], q, h) and settled
    return P, settled
