"""How long after the last shot a text is signed, and after a truce a peace."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
from jaxtyping import Float

from winset.derive.war.around import DAYS
from winset.theory.base_rate import lognormal_cdf

PEACE_LAG = (
    723.0,
    176.0,
    3962.0,
)  # source: Kreutz (2010), n = 12
"""Days from ceasefire to peace agreement: median, quartiles."""
TEXT_LAG = (0.0, 0.0, 0.0, 0.0, 0.0, 2.0, 9.0, 26.0, 65.0, 69.0, 108.0, 177.0, 198.0, 356.0)  # source: below
"""Days from the end of the fighting to the signed text in the 14 interstate episodes 1946 to 2020 that a peace
agreement ended, in order; five were signed on the day or before it. UCDP termination data, dyad level, version 3-2021
(Kreutz 2010)."""


@lru_cache(maxsize=8)
def peace_after(count: int) -> Float[np.ndarray, " lag"]:
    """P(peace by then) so many months after the middle of the month in which a truce was signed; 0: not yet signed."""
    return lognormal_cdf((np.arange(count) - 0.5) * DAYS, *PEACE_LAG)


def text_cdf(days: Float[np.ndarray, "*at"]) -> Float[np.ndarray, "*at"]:
    """P(the text of an agreement is signed within so many days of the last shot)."""
    return np.interp(days, *_text_law())


def text_lag(u: Float[np.ndarray, " path"]) -> Float[np.ndarray, " path"]:
    """Days from the last shot to the text of an agreement, by fractions u."""
    days, share = _text_law()
    return np.interp(u, share, days)


@cache
def _text_law() -> tuple[Float[np.ndarray, " point"], Float[np.ndarray, " point"]]:
    """Days and shares: the steps of the record, those that are not 0 joined by lines."""
    lags = np.array(TEXT_LAG)
    at_once = float((lags == 0).mean())
    later = lags[lags > 0]
    return np.r_[0.0, later], at_once + (1 - at_once) * np.arange(len(later) + 1) / len(later)
