"""What comparable wars say, beside the endurance of the case: rates by age, and the earlier wars that its sources
name."""

from __future__ import annotations

import datetime as dt

import numpy as np
from jaxtyping import Float

from winset.case import model as m
from winset.derive.war import base_rates
from winset.result import Chart, Column, Table, cited

DATES = (6, 12, 24, 36)  # no answer: which dates the table shows
RECENT = 1946  # source: first year of the UCDP termination data (Kreutz 2010)
"""From here on wars are shown apart, where enough of them fit."""


def rates_table(case: m.Case, day: dt.date, first: Float[np.ndarray, " draw"], basis: tuple[str, ...]) -> Table:
    """P(ended within so many months): base rates, and the share of draws in which one side's endurance is over, which
    `first` (months) dates."""
    rows = []
    wars, recent = (base_rates.compared(case, day, since) for since in (0, RECENT))
    for months in DATES:
        all_, late = (base_rates.rate(case, months, day, since) for since in (0, RECENT))
        own = float((first <= months).mean())
        told = (round(all_.ended), all_.value, all_.low, all_.high) if all_ else ("", "", "", "")
        rows.append((months, *told, late.value if late else "", *cited(basis, own)))
    columns = (
        Column("months", "Months from now", "number"), Column("ended", "Of the comparable wars ended", "number"),
        Column("all", "Chance", "share"), Column("low", "90% from", "share"), Column("high", "to", "share"),
        Column("recent", f"Wars since {RECENT} alone", "share"), Column("own", "One side's endurance is over", "share"),
    )  # fmt: skip
    note = f"The war is {base_rates.age(case, day):.0f} months old. Comparable wars: {wars.words}"
    note += (
        f"; since {RECENT}: {recent.words}. Chance: with one war more, which ends at their mean rate. Limits: "
        "beta-product, for so many wars."
    )
    return Table("rates", "Base rates beside the figures of the case", columns, tuple(rows), note)


def told_rate(case: m.Case, day: dt.date) -> str:
    """What comparable wars did within 12 months, or why that cannot be said."""
    wars, base = base_rates.compared(case, day), base_rates.rate(case, 12, day)
    if base is None:
        return f"no base rate stands beside it: {wars.words}"
    return (
        f"{wars.words}, {base.ended:.0f} ended within 12 more, by whatever cause: a chance of {base.value:.0%} "
        f"(90% interval {base.low:.0%} to {base.high:.0%})"
    )


def alikes_table(case: m.Case) -> Table:
    rows = [
        cited([f.id], f.note or f.subject[0], f.numbers[1], f.numbers[1] / 30.4375)
        for f in base_rates.look_alikes(case)
    ]
    columns = (Column("war", "War"), Column("days", "Days", "number"), Column("months", "Months", "number"))
    return Table(
        "alikes",
        "Earlier wars that the sources name",
        columns,
        tuple(rows),
        "Dated facts, not a sample: the sources chose them.",
    )


def told_alikes(case: m.Case) -> list[str]:
    found = base_rates.look_alikes(case)
    if not found:
        return ["The case lists no earlier wars to compare with."]
    months = [f.numbers[1] / 30.4375 for f in found]
    longer = sum(x > base_rates.age(case, case.as_of) for x in months)
    return [
        f"Of {len(found)} earlier wars that the sources name, {longer} lasted longer than this one has; they lasted "
        f"from {min(months):.1f} to {max(months):.0f} months, and were chosen by the sources, so they are no rate."
    ]


RATES_CHART = (
    Chart(
        "rates_chart",
        "fan",
        "rates",
        "Ended within so many months",
        {"x": "months", "low": "low", "mid": "all", "high": "high"},
        "Line: wars that lasted as long as this one; band: its 90% limits.",
    ),
)
