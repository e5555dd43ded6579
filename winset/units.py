"""The closed table of units, and the closed table of quantities that Figures may give."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

UNITS: dict[str, str] = {
    "place": "place on an issue's scale, 0 to 100",
    "attention": "attention, 0 to 100",
    "value": "value to an actor, 0 to 100",
    "weight": "relative odds",
    "probability": "probability, 0 to 1",
    "probability_per_year": "probability per year",
    "share": "share, 0 to 1",
    "share_per_year": "share per year",
    "correlation": "correlation, 0 to 1",
    "utility": "share of the way from own defeat (0) to own victory (1)",
    "utility_per_month": "utility a month",
    "stakes": "in what both sides gain by keeping a bargain (1)",
    "index": "index (only ratios mean something)",
    "ratio": "ratio of two likelihoods",
    "count": "count",
    "count_per_month": "count a month",
    "persons": "persons",
    "persons_per_month": "persons a month",
    "days": "days",
    "months": "months",
    "km2_per_month": "square kilometres a month",
    "percent": "percent",
    "usd_bn": "USD bn of 2025",
    "usd_bn_per_month": "USD bn of 2025 a month",
}


@dataclass(frozen=True)
class Quantity:
    """A kind of number a Figure may give: its unit, bounds and what it is about."""

    name: str
    unit: str
    low: float
    high: float
    subject: str
    lens: str
    meaning: str


@cache
def quantities() -> dict[str, Quantity]:
    """The closed list, read once from case/quantities.csv."""
    text = files("winset").joinpath("case/quantities.csv").read_text(encoding="utf-8")
    return {
        row["quantity"]: Quantity(
            row["quantity"],
            row["unit"],
            float(row["low"] or -math.inf),
            float(row["high"] or math.inf),
            row["subject"],
            row["lens"],
            row["meaning"],
        )
        for row in csv.DictReader(text.splitlines())
    }
