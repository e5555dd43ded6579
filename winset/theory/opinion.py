"""Opinions in a circle of advisers.

DeGroot (1974): x(t+1) = W x(t), W row-stochastic: whom each listens to. If one closed class of people is listened
to by all and it has no cycle, all end at s'x(0), where s' = s'W, sum s = 1: the influence weights.

Friedkin and Johnsen (1990): x(t+1) = S W x(t) + (I - S) x(0), S = diag(susceptibility in [0, 1]); 0 never moves.
The limit is V x(0), V = (I - S W)^-1 (I - S), if everybody listens, perhaps through others, to somebody whose
susceptibility is below 1: disagreement may last. V_lj is the exact share of person j in the final position of person l;
its rows sum to 1. Groups of full susceptibility that listen to nobody else are closed: each settles by itself at its
DeGroot consensus, and the others hear that.

Levers. For a change of whom person k listens to, dx*_i/dW_kl = N_ik s_k x*_l, N = (I - S W)^-1. A weight cannot move
alone, since a row sums to 1: where l gains what all others of the row lose in proportion to their weights,
    dx*_i = N_ik s_k (x*_l - m_k) / (1 - W_kl),  m_k = sum_j W_kj x*_j.

Weighted median (Mei et al. 2022): each moves to the weighted median of those it listens to, and of several medians to
the nearest. A rival rule: nobody is dragged towards an outlier whom most of his weight does not share.

Nothing here is known of leaders: the evidence for these rules is from small groups of volunteers.

References: M. DeGroot, J. American Statistical Association 69 (1974); N. Friedkin and E. Johnsen, J. Mathematical
Sociology 15 (1990); W. Mei et al., Physical Review Research 4 (2022).
"""

from __future__ import annotations

import numpy as np
import scipy
from jaxtyping import Bool, Float

from winset.errors import NotSolved, SettingError
from winset.theory.means import weighted_median

Listening = Float[np.ndarray, "person person"]
Persons = Float[np.ndarray, " person"]
CLOSE = 1e-9  # no answer: rounding allowed in sums of 1 and in positions that are equal
TRACE = 1e-9  # no answer: what a person keeps of his own first view at least, where draws are settled together
SWEEPS = 1000  # no answer: rounds of talk after which medians are given up


def _listening(weights: Listening) -> Listening:
    W = np.asarray(weights, float)
    if W.ndim != 2 or W.shape[0] != W.shape[1] or (W < 0).any() or not np.allclose(W.sum(1), 1, atol=CLOSE):
        raise SettingError("the table of who listens to whom must be square, non-negative, each row summing to 1")
    return W


def _susceptible(susceptibility: Persons, W: Listening) -> Persons:
    s = np.asarray(susceptibility, float)
    if s.shape != W.shape[:1] or not ((s >= 0) & (s <= 1)).all():
        raise SettingError("susceptibility must give one number in [0, 1] per person")
    return s


def influence_weights(weights: Listening) -> Persons:
    """s with s'W = s': each person's weight in DeGroot's consensus. NotSolved when there is no consensus."""
    W = _listening(weights)
    values, vectors = np.linalg.eig(W.T)
    on_circle = np.abs(np.abs(values) - 1) < CLOSE
    if on_circle.sum() != 1:
        raise NotSolved("opinions never meet: two groups that do not listen to each other, or a cycle of listening")
    share = np.abs(vectors[:, on_circle][:, 0].real)
    return share / share.sum()


def closed_groups(weights: Listening, susceptibility: Persons) -> list[Bool[np.ndarray, " person"]]:
    """The groups of full susceptibility that listen to nobody outside, each as a mask."""
    W = _listening(weights)
    s = _susceptible(susceptibility, W)
    count, group = scipy.sparse.csgraph.connected_components(W > 0, directed=True, connection="strong")
    masks = [group == g for g in range(count)]
    return [mask for mask in masks if (s[mask] == 1).all() and not (W[np.ix_(mask, ~mask)] > 0).any()]


def shares(weights: Listening, susceptibility: Persons) -> Listening:
    """V: the share of each person's first opinion (column) in everybody's final one (row).

    Raises NotSolved where a closed group goes round in circles.
    """
    W = _listening(weights)
    s = _susceptible(susceptibility, W)
    closed = closed_groups(W, s)
    V = np.zeros_like(W)
    free = np.ones(len(W), bool)
    for mask in closed:
        V[np.ix_(mask, mask)] = influence_weights(W[np.ix_(mask, mask)])
        free &= ~mask
    SW = s[:, None] * W
    anchored = np.diag(1 - s)[free] + SW[np.ix_(free, ~free)] @ V[~free]
    V[free] = np.linalg.solve(np.eye(free.sum()) - SW[np.ix_(free, free)], anchored)
    return V


def friedkin_johnsen(
    weights: Listening, susceptibility: Persons, initial: Float[np.ndarray, "person ..."]
) -> Float[np.ndarray, "person ..."]:
    """Limit of opinions that stay anchored to where each person, or the closed group it hears, began."""
    return shares(weights, susceptibility) @ np.asarray(initial, float)


def levers(weights: Listening, susceptibility: Persons, initial: Persons, person: int) -> Listening:
    """d x*_person by each weight W_kl, the rest of row k giving way in proportion; nan where the row is one weight
    alone.

    Raises NotSolved where a closed group of full susceptibility makes the limit jump.
    """
    W = _listening(weights)
    s = _susceptible(susceptibility, W)
    if closed_groups(W, s):
        raise NotSolved("a group with full susceptibility listens only to itself: the limit is not anchored")
    final = friedkin_johnsen(W, s, initial)
    own = np.linalg.solve((np.eye(len(W)) - s[:, None] * W).T, np.eye(len(W))[person])  # row `person` of N
    rest = np.where(W < 1, 1 - W, np.nan)
    return own[:, None] * s[:, None] * (final[None, :] - (W @ final)[:, None]) / rest


def anchored_shares(
    weights: Float[np.ndarray, "draw person person"],
) -> tuple[Float[np.ndarray, "draw person person"], Float[np.ndarray, "draw person person"]]:
    """(V, N) draw by draw, where the weight of a person's own first view is that on the diagonal: S W is the rest.

    A person of whom a row leaves nothing to himself keeps a trace of his own view, so that closed groups have a limit
    too.
    """
    A = np.asarray(weights, float)
    if A.ndim != 3 or A.shape[1] != A.shape[2] or (A < 0).any() or not np.allclose(A.sum(2), 1, atol=CLOSE):
        raise SettingError("the table of who listens to whom must be square, non-negative, each row summing to 1")
    at = np.arange(A.shape[1])
    trace = np.clip(TRACE - A[:, at, at], 0, None)
    A = A / (1 + trace)[:, :, None]
    A[:, at, at] += trace / (1 + trace)
    own = A[:, at, at]
    away = A.copy()
    away[:, at, at] = 0.0
    N = np.linalg.inv(np.eye(len(at)) - away)
    return N * own[:, None, :], N


def median_talk(weights: Listening, initial: Persons) -> Persons:
    """Where everybody stands when each has moved, together and again, to the weighted median of those it listens to.

    Raises NotSolved, with the last positions, where they go round in circles.
    """
    W, x = _listening(weights), np.asarray(initial, float)
    for _ in range(SWEEPS):
        low = weighted_median(np.tile(x, (len(x), 1)), W)
        high = -weighted_median(np.tile(-x, (len(x), 1)), W)
        new = np.clip(x, low, high)
        if np.abs(new - x).max() <= CLOSE:
            return new
        x = new
    raise NotSolved(f"medians had not settled after {SWEEPS} rounds of talk", x)
