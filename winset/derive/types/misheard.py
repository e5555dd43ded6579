"""What a demander would demand on what its messengers report, and what becomes of it.

In each draw the demander knows what the dossier says of everything but the target's type, of which it has the odds, and
reads each type's value of no deal r_h with the error e of its messengers, in fresh noise of standard deviation b:

    believed takes_h(x) = (1 - blocked) logistic((U(x) + kappa S - r_h - e) / sqrt(tau^2 + 3 b^2 / pi^2))

It demands the plan with the highest payoff so believed, and none where no plan promises more than no deal; the target
answers by its true value. The logistic has the variance of the two noises together (as in `war.core_game`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from winset.derive.types.hypotheses import chance_takes
from winset.derive.types.ultimatum import Demand, Ultimatum, Weights


@dataclass(frozen=True)
class Demanded:
    """What is demanded on a hearing. made: share of draws with a demand; plan and often: the most frequent one and its
    share of those; refuses: how often the target refuses what is demanded; brings: over no deal, a draw without a
    demand counting nothing."""

    made: float
    plan: str
    often: float
    refuses: float
    brings: float


def error(u: Ultimatum) -> float:
    """Root mean square of the whole error with which the demander reads the target; 0 where nothing is said of it."""
    return 0.0 if u.heard is None else math.sqrt(float(u.over(u.heard[0] ** 2 + u.heard[1] ** 2)))


def believed(u: Ultimatum, demand: Demand) -> Weights:
    """P(the war goes on | type) as the demander reckons it from what it hears."""
    none = np.zeros(len(u.weight))
    shift, fresh = u.heard or (none, none)
    noise = np.hypot(u.noise, math.sqrt(3) / math.pi * fresh)[:, None]
    worth = demand.worth + u.credibility * u.size
    return 1.0 - chance_takes(worth, u.reservation + shift[:, None], noise, demand.blocked) * demand.others[:, None]


def demanded(u: Ultimatum, truly: bool = False) -> Demanded:
    """What is demanded on what is heard, or if it were heard `truly`. Of plans that promise alike the first by id."""
    war = [u.war(d, u.credibility) if truly else believed(u, d) for d in u.demands]
    hoped = _over_types(u, np.stack([(1.0 - w) * d.gain[:, None] for w, d in zip(war, u.demands)], axis=1))
    pick = np.where(hoped.max(axis=1) > 0, hoped.argmax(axis=1), -1)
    refuses = _of(pick, _over_types(u, np.stack([u.refuses(d, u.credibility) for d in u.demands], axis=1)))
    fought = _over_types(u, np.stack([u.war(d, u.credibility) for d in u.demands], axis=1))
    brings = _of(pick, (1.0 - fought) * np.stack([d.gain for d in u.demands], axis=1))
    shares = np.array([float(u.over((pick == k).astype(float))) for k in range(len(u.demands))])
    made = float(shares.sum())
    most = int(np.argmax(np.round(shares, 12)))
    some = max(made, 1e-300)
    return Demanded(
        made, u.demands[most].plan, float(shares[most]) / some, float(u.over(refuses)) / some, float(u.over(brings))
    )


def _over_types(u: Ultimatum, by: Float[np.ndarray, "draw demand hypothesis"]) -> Float[np.ndarray, "draw demand"]:
    return np.asarray((by * u.odds[:, None, :]).sum(axis=2))


def _of(pick: Int[np.ndarray, " draw"], table: Float[np.ndarray, "draw demand"]) -> Float[np.ndarray, " draw"]:
    """The column that is picked in each draw; 0 where none is."""
    return np.where(pick >= 0, table[np.arange(len(pick)), np.maximum(pick, 0)], 0.0)
