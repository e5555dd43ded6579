"""What comparable wars say: rates of ending, kinds of ending, and the case's own earlier wars as dated facts.

The counts are of interstate wars of the Correlates of War list, 1823 to 2003 (Sarkees and Wayman 2010), months after the
36th of the war; kinds of ending are those of the UCDP termination data, 1946 to 2020 (Kreutz 2010), episodes with at least
1,000 deaths a year, n = 28. What an episode without an act that ended it does (fades away) is told apart.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
from jaxtyping import Float

from winset.case import model as m
from winset.theory.base_rate import survival

PRIORS: dict[str, tuple[float, float, str]] = {
    "all": (11.0, 318.0, "interstate wars since 1823 older than 36 months: 11 ended in 318 war-months"),
    "recent": (4.0, 174.0, "interstate wars since 1946 older than 36 months: 4 ended in 174 war-months"),
}
KINDS: dict[str, float] = {"peace agreement": 0.14, "ceasefire": 0.32, "fades away": 0.11, "victory": 0.43}
OLD = 36.0


def ended(months: Float[np.ndarray, " time"] | float, which: str = "all") -> Float[np.ndarray, " time"] | float:
    """P(the war ends within so many months), for a war older than three years."""
    ends, at_risk, _ = PRIORS[which]
    return 1 - survival(months, ends, at_risk)


def age(case: m.Case, day: dt.date) -> float:
    """Months since the war began."""
    return (day - case.war.began).days / 30.4375 if case.war else 0.0


def look_alikes(case: m.Case) -> list[m.Figure]:
    """The earlier wars that the case lists, by their length."""
    return sorted((f for f in case.figures if f.quantity == "war_duration"), key=lambda f: (f.numbers[1], f.id))
