"""Bands instead of points: what comparable cases say about one case.

Of n comparable cases the event came in k. The class fits the case at hand in part: a weight a in (0, 1] discounts it
(the power prior), from Jeffreys' prior,

    rate ~ Beta(a k + 1/2, a (n - k) + 1/2).

Where what is counted is events in time at risk (k in n months), rate ~ Gamma(a k + 1/2, a n) and the chance within T
months is 1 - exp(-rate T). Two or three rival classes stand side by side and their union is the band: classes are never
averaged. A class in which nothing of the kind was observed (k = 0) has an upper limit only.

Continuation. Chances that an affair goes on from one stage to the next, k_j of n_j, with mean (k + 1/2)/(n + 1) and
second moment m (k + 3/2)/(n + 2); the product over stages has mean prod m_j and variance prod E2_j - prod m_j^2. It is
for stages of one class only.

Classes (`classes`) are data: `reference_classes.csv` has what was counted, k, n, and who counted.

Cannot say: whether the case belongs to the class. Cases got into a class because they grew large enough to be listed.

Reference: J. Ibrahim and M.-H. Chen, "Power prior distributions for regression models", Statistical Science 15 (2000).
H. Jeffreys, Theory of Probability (1961).
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import scipy

from winset.errors import SettingError
from winset.theory import checks
from winset.theory.checks import Number

HALF = 0.5  # source: Jeffreys 1961, the prior Beta(1/2, 1/2)


@dataclass(frozen=True)
class ReferenceClass:
    """Comparable cases: the class, the event that was counted, k of n (cases, or months at risk), and who counted."""

    id: str
    name: str
    event: str
    k: int
    n: int
    unit: str
    note: str
    source: str

    @property
    def share(self) -> float:
        return self.k / self.n

    @property
    def in_time(self) -> bool:
        """Whether events were counted in months at risk and not in cases."""
        return self.unit == "months"


@cache
def classes() -> dict[str, ReferenceClass]:
    """The reference classes by id, read once."""
    text = files("winset").joinpath("theory/reference_classes.csv").read_text(encoding="utf-8")
    return {
        row["id"]: ReferenceClass(
            id=row["id"],
            name=row["class"],
            event=row["event"],
            k=int(row["k"]),
            n=int(row["n"]),
            unit=row["unit"],
            note=row["note"],
            source=row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    }


def band(of: ReferenceClass, weight: Number, months: float, quantile: Number) -> Number:
    """The quantile of the chance in one case; for a class counted in months at risk, within so many months."""
    return within(of.k, of.n, weight, months, quantile) if of.in_time else rate(of.k, of.n, weight, quantile)


def _checked(k: float, n: float, weight: Number) -> None:
    checks.not_negative(k=k)
    checks.positive(n=n, weight=weight)
    checks.probability(weight=weight)


def rate(k: float, n: float, weight: Number, quantile: Number) -> Number:
    """The quantile of the chance in one case, from k of n at this weight (elementwise)."""
    _checked(k, n, weight)
    if k > n:
        raise SettingError(f"k of n needs k <= n, not {k} of {n}")
    weight = np.asarray(weight, float)
    return scipy.special.betaincinv(weight * k + HALF, weight * (n - k) + HALF, quantile)


def within(k: float, at_risk: float, weight: Number, time: float, quantile: Number) -> Number:
    """The quantile of the chance within `time`, from k events in `at_risk` (both in the same unit; elementwise)."""
    _checked(k, at_risk, weight)
    checks.not_negative(time=time)
    weight = np.asarray(weight, float)
    return -np.expm1(-scipy.special.gammaincinv(weight * k + HALF, quantile) / (weight * at_risk) * time)


def union(bands: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Least and greatest end of rival bands."""
    if not bands:
        raise SettingError("a union needs at least one band")
    return min(low for low, _ in bands), max(high for _, high in bands)


def continuation(steps: Sequence[tuple[int, int]]) -> tuple[float, float]:
    """(mean, standard deviation) of the product of continuation ratios k of n of one class."""
    means = [(k + HALF) / (n + 1) for k, n in steps]
    squares = [m * (k + 1 + HALF) / (n + 2) for m, (k, n) in zip(means, steps)]
    mean = math.prod(means)
    return mean, math.sqrt(max(0.0, math.prod(squares) - mean**2))
