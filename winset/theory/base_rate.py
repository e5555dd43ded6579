"""Base rates of endings, and how to pool them with a model.

Hazard. Wars that have lasted long end at a flat rate per month: r ends in m war-months at risk give a Gamma(r, m)
belief about the rate, and the chance that a war lasts t months more is the mean of exp(-rate t),

    S(t) = (m/(m + t))^r                                                                       (Lomax law).

Log pool. Two forecasts p, q of one event with weights w, 1 - w: log-odds are averaged,

    logit(pool) = w logit(p) + (1 - w) logit(q),

the logarithmic opinion pool, which commutes with Bayesian updating on evidence both accept (Genest and Zidek 1986).
With p(t), q(t) chances of having ended by t, the pool is monotone in t. For one of several kinds: pool_k ~ p_k^w
q_k^(1-w).

Two transitions. A ceasefire and the peace that follows are dated apart; the lag is taken as log-normal, from a median
and quartiles: sigma = log(q3/q1)/(2 x 0.6745).

Cannot say: what selects wars into a table of wars; a rate is an association, not a prophecy for one war.
References: C. Genest and J. Zidek, Statistical Science 1 (1986); A. Gelman et al. (2013) ch. 2 for the Gamma belief.
"""

from __future__ import annotations

import numpy as np
import scipy
from jaxtyping import Float

from winset.errors import SettingError

QUARTILE = 0.6744897501960817  # source: the upper quartile of the standard normal law


def survival(months: Float[np.ndarray, "*at"] | float, ends: float, at_risk: float) -> Float[np.ndarray, "*at"]:
    """P(a war lasts so many months more) after `ends` endings in `at_risk` war-months."""
    if ends <= 0 or at_risk <= 0 or np.min(months) < 0:
        raise SettingError("a hazard needs positive ends and war-months at risk, and times of at least 0")
    return np.asarray((at_risk / (at_risk + np.asarray(months, float))) ** ends)


def log_pool(
    p: Float[np.ndarray, "*at"] | float, q: Float[np.ndarray, "*at"] | float, weight: float
) -> Float[np.ndarray, "*at"]:
    """The pool of two probabilities of one event; `weight` is that of the first. A certain 0 or 1 of either decides;
    where the two are certain of opposites there is no such pool, and the weights are all that can be said (their
    weighted mean)."""
    if not 0 <= weight <= 1:
        raise SettingError(f"the weight must be in 0..1, not {weight}")
    if weight in (0.0, 1.0):
        return np.asarray(p if weight else q, float)
    p, q = np.broadcast_arrays(np.asarray(p, float), np.asarray(q, float))
    opposite = np.abs(p - q) == 1
    made = scipy.special.expit(
        weight * scipy.special.logit(np.where(opposite, 0.5, p))
        + (1 - weight) * scipy.special.logit(np.where(opposite, 0.5, q))
    )
    return np.asarray(np.where(opposite, weight * p + (1 - weight) * q, made))


def log_pool_kinds(
    p: Float[np.ndarray, " kind"], q: Float[np.ndarray, " kind"], weight: float
) -> Float[np.ndarray, " kind"]:
    """The pool of two laws over the same kinds. Raises SettingError when they exclude each other."""
    made = np.asarray(p, float) ** weight * np.asarray(q, float) ** (1 - weight)
    if made.sum() <= 0:
        raise SettingError("the two laws have no kind in common")
    return made / made.sum()


def lognormal_cdf(days: Float[np.ndarray, "*at"], median: float, q1: float, q3: float) -> Float[np.ndarray, "*at"]:
    """P(lag <= days) for a log-normal with this median and the spread of these quartiles; 0 at and before day 0."""
    if not 0 < q1 < q3 or median <= 0:
        raise SettingError("need 0 < first quartile < third quartile and a positive median")
    sigma = np.log(q3 / q1) / (2 * QUARTILE)
    t = np.maximum(np.asarray(days, float), 1e-300)
    return np.where(np.asarray(days) > 0, scipy.special.ndtr((np.log(t) - np.log(median)) / sigma), 0.0)
