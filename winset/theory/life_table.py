"""Life tables of things that all ended: how many of those that reached an age ended within the next months.

Objects. N(a): how many of a set of wars were still going on at age a (months). Below a stated age the table is in bins
with the number at risk n and the number ended d; within a bin the hazard is taken as constant, so that
N(a) = n ((n - d)/n)^((a - l)/(u - l)). Bins that say so hold one war, which ended exactly at u.

Conditional chance. With N(a) = n and k = N(a) - N(a + m), nothing censored, the estimate of Kaplan and Meier (1958) is

    P(ended by a + m | lasted a) = k/n,

its Greenwood variance is k (n - k)/n^3, and the beta-product interval of Fay, Brittain and Proschan (2013), which holds
for small n where Greenwood's does not, is that of Clopper and Pearson: the quantiles of Beta(k, n - k + 1) and
Beta(k + 1, n - k).

One war more. k/n is 0 or 1 where none or all did, which no pool of forecasts can take as said. With a Dirichlet-process
prior of weight M on exponential lives of rate r, the mean of the posterior is (Susarla and Van Ryzin 1976, no
censoring)

    (k + M (1 - exp(-r m))) / (n + M).

Here M = 1 and r is the rate of those at risk over all the rest of their lives, n / integral of N from a on: one war is
added to the n that ends as they did on the whole. The value is 0 at m = 0, grows with m, and nears k/n as n grows.

Cannot say: what made those wars end; whether this one is like them. Wars of one table are taken as independent.
References: E. Kaplan and P. Meier, JASA 53 (1958); V. Susarla and J. Van Ryzin, JASA 71 (1976); M. Fay, E. Brittain and
M. Proschan, Biostatistics 14 (2013).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from jaxtyping import Bool, Float

from winset.errors import SettingError
from winset.theory import checks


@dataclass(frozen=True)
class LifeTable:
    """Bins of age from `start` to `stop` (months), in order and without gaps; `exact` bins hold one end, at `stop`."""

    start: Float[np.ndarray, " bin"]
    stop: Float[np.ndarray, " bin"]
    at_risk: Float[np.ndarray, " bin"]
    ended: Float[np.ndarray, " bin"]
    exact: Bool[np.ndarray, " bin"]

    def __post_init__(self) -> None:
        left = self.at_risk - self.ended
        if self.start.size == 0 or np.any(self.stop <= self.start) or np.any(self.start[1:] != self.stop[:-1]):
            raise SettingError("the bins of a life table follow each other without gaps")
        if np.any(left < 0) or np.any(left[:-1] != self.at_risk[1:]) or left[-1] != 0:
            raise SettingError("a life table counts every war at risk until it ends, and all of them end")
        if np.any((left == 0) & ~self.exact):
            raise SettingError("a bin in which all that are left end says when: make it exact")

    def going(self, age: float) -> float:
        """How many were still going on at this age."""
        checks.not_negative(age=age)
        if age >= self.stop[-1]:
            return 0.0
        i = int(np.searchsorted(self.stop, age, side="right"))
        n, d = float(self.at_risk[i]), float(self.ended[i])
        if self.exact[i] or d == 0:
            return n
        return n * float(((n - d) / n) ** ((age - self.start[i]) / (self.stop[i] - self.start[i])))

    def lived(self, age: float) -> float:
        """War-months lived from this age on by all that reached it."""
        total = 0.0
        for start, stop, exact in zip(self.start, self.stop, self.exact):
            begin = max(age, float(start))
            if begin >= stop:
                continue
            n, width = self.going(begin), float(stop) - begin
            m = n if exact else self.going(float(stop))
            total += width * (n if m == n else (n - m) / np.log(n / m))
        return float(total)


@dataclass(frozen=True)
class Ends:
    """Of `at_risk` wars that reached the age, `ended` did so within the months; low and high: beta-product limits.

    value: with one war more, that ends at the mean rate of those at risk (never 0 or 1 for any months above 0).
    """

    at_risk: float
    ended: float
    low: float
    high: float
    value: float

    @property
    def share(self) -> float:
        """The estimate of Kaplan and Meier."""
        return self.ended / self.at_risk

    @property
    def greenwood(self) -> float:
        """Its standard error by Greenwood's formula."""
        return float(np.sqrt(self.share * (1 - self.share) / self.at_risk))


def ends(table: LifeTable, age: float, months: float, level: float = 0.9) -> Ends | None:
    """What those that reached `age` did within `months` more; None where none did."""
    checks.not_negative(months=months)
    n = table.going(age)
    if n <= 0:
        return None
    k, tail = n - table.going(age + months), (1 - level) / 2
    low = float(scipy.special.betaincinv(k, n - k + 1, tail)) if k > 0 else 0.0
    high = float(scipy.special.betaincinv(k + 1, n - k, 1 - tail)) if n - k > 1e-12 else 1.0
    added = -np.expm1(-months * n / table.lived(age))
    return Ends(n, k, low, high, float((k + added) / (n + 1)))


def shares(counts: Float[np.ndarray, " kind"]) -> Float[np.ndarray, " kind"]:
    """Shares of kinds under Jeffreys' Dirichlet(1/2, ..) belief, so that a kind never seen is not taken for
    impossible."""
    belief = np.asarray(counts, float) + 0.5
    return belief / belief.sum()
