"""Offers to many types in order of cost: the belief-grid game with no mistakes on the informed side.

Model. As in `belief_grid`: S offers in each of T rounds, a refusal costs a round worth `discount`, payoffs are
gains over fighting for ever. Types q have a least acceptable offer that rises with q, and chance p_q. They accept
in order, so after any history the belief is the prior cut off from below and the state is the lowest type left, i.
S picks the next lowest type left, j, by logit over j >= i with noise in payoff units (j = i: no serious offer).
Type q = j - 1 is as well off accepting as refusing:

    x - least_q = discount (A_j - D_j least_q),

A_j and D_j the expected price and delay of the offer it would take next. As the types grow in number and the noise
falls, it tends to `learning_while_fighting.sobel_takahashi`. With too little noise for the number of types S exploits
the steps between them, an error that grows from round to round. What it cannot say: no type mixes, so it is for many
types of small weight; two or three types belong in `belief_grid`.

Reference: J. Sobel and I. Takahashi, "A multistage model of bargaining", Review of Economic Studies 50 (1983); R.
McKelvey and T. Palfrey, "Quantal response equilibria for extensive form games", Experimental Economics 1 (1998).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from winset.errors import SettingError
from winset.theory import checks


@dataclass(frozen=True)
class Skimming:
    """Expected play. offer: mean serious offer (nan: none left to make); left: share of the prior still refusing."""

    value: float
    offer: Float[np.ndarray, " round"]
    left: Float[np.ndarray, " round"]


def skim(
    least: Float[np.ndarray, " type"],
    prior: Float[np.ndarray, " type"],
    b: float,
    discount: float,
    rounds: int,
    noise: float | None = None,
) -> Skimming:
    """Play from the prior; `least` (rising) is what each type accepts at the end, b the value S settles for.

    The default noise, 0.4 of the mean step and at least 1e-3 of the range of `least`, suits any number of rounds.
    """
    v, p = np.asarray(least, dtype=float), np.asarray(prior, dtype=float)
    checks.discount(discount=discount)
    if v.ndim != 1 or p.shape != v.shape or np.any(np.diff(v) < 0.0) or np.any(p < 0.0) or abs(p.sum() - 1.0) > 1e-9:
        raise SettingError("skim needs rising `least` values and as many chances that sum to 1")
    n, span = v.size, max(float(v[-1] - v[0]), 1e-9)
    tau = max(1e-3, 0.4 / n) * span if noise is None else noise
    checks.positive(noise=tau, rounds=rounds)
    below = np.concatenate([[0.0], np.cumsum(p)])
    mass = below[None, :] - below[:, None]
    left = np.maximum(1.0 - below[:-1], np.finfo(float).tiny)[:, None]
    value, price, delay = np.zeros(n + 1), np.zeros(n + 1), np.zeros(n + 1)
    plan = []
    for _ in range(rounds):
        x = v + discount * (price[1:] - delay[1:] * v)
        worth = mass[:-1] * (b - np.concatenate([[0.0], x])) + discount * value
        worth[np.tril_indices(n, -1, n + 1)] = -np.inf
        best = worth.max(axis=1, keepdims=True)
        chance = np.exp((worth - best) / (tau * left))  # per unit of mass left, so noise is in payoff units
        chance /= chance.sum(axis=1, keepdims=True)
        stay = discount * np.diagonal(chance)
        offered = np.triu(chance[:, 1:])  # chance of ending at j, offer x[j - 1]
        value = np.append(np.sum(chance * np.where(np.isfinite(worth), worth, 0.0), axis=1), 0.0)
        # a refuser with nobody left is taken for the highest type and offered that type's least
        price = np.append(offered @ x + stay * price[:-1], v[-1])
        delay = np.append(offered.sum(axis=1) + stay * delay[:-1], 1.0)
        plan.append((chance, offered, x))
    state = np.zeros(n + 1)
    state[0] = 1.0
    offers, refusing = [], []
    for chance, offered, x in reversed(plan):
        serious = state[:-1] @ offered
        offers.append(serious @ x / serious.sum() if serious.sum() > 1e-12 else np.nan)
        state = np.append(state[:-1] @ chance[:, :-1], state[:-1] @ chance[:, -1] + state[-1])
        refusing.append(float(state @ (1.0 - below)))
    return Skimming(float(value[0]), np.array(offers), np.array(refusing))
