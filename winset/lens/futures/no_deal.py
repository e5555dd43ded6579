"""The value of no deal by the dossier and by the war core, side by side."""

from __future__ import annotations

import numpy as np

from winset.arrays import Arrays
from winset.case import model as m
from winset.derive.deal.acceptance import judge
from winset.derive.deal.bargain import bargain
from winset.derive.war.no_deal import Source, basis, core_error, no_deal
from winset.derive.worth.utilities import Reading
from winset.result import Cited, Column, Table
from winset.theory.zone import draws, zones

SOURCES: dict[Source, str] = {"core": "war core, as everywhere", "dossier": "dossier's number, the rival reading"}


def no_deals(case: m.Case, arrays: Arrays) -> tuple[Table, Table]:
    """The value of no deal by the war core and by the dossier, and what the difference does to who signs what."""
    names = {a.id: a.name for a in case.actors}
    plans = sorted((p for p in case.plans if p.kind == "plan"), key=lambda p: p.id)
    judged = [judge(arrays, plans, Reading(no_deal=source), detail=False) for source in SOURCES]
    zone = [_zone(arrays, Reading(no_deal=source)) for source in SOURCES]
    worth: list[tuple[object, ...]] = []
    odds: list[tuple[object, ...]] = [("all who must sign", "some package, on the table or not", *zone)]
    for party in sorted(a.id for a in case.signatories):
        for source in SOURCES:
            low, mid, high = np.percentile(no_deal(arrays, party, source), [5, 50, 95])
            cited = Cited(float(mid), basis(arrays, party, source))
            worth.append((names[party], SOURCES[source], cited, float(low), float(high)))
        for own, other in zip(*judged):
            odds.append(
                (
                    names[party],
                    case.plan[own.plan].name,
                    float(own.signs[party].mean()),
                    float(other.signs[party].mean()),
                )
            )
    gaps, small, full = core_error(arrays)
    note = (
        f"On the party's own scale. The core has at most {small:,} states; against one of {full:,} its values are off "
        f"by {np.abs(gaps).mean():.3f} on average and {np.abs(gaps).max():.3f} at most, over {len(gaps)} draws. A "
        "third party's core value: the present state of things less its cost of the months to come."
    )
    columns = (
        Column("party", "Party"), Column("source", "By the"), Column("value", "Middle", "number"),
        Column("low", "5th percentile", "number"), Column("high", "95th percentile", "number"),
    )  # fmt: skip
    shares = (
        Column("party", "Party"),
        Column("plan", "Signs"),
        Column("core", "By the war core, as everywhere", "share"),
        Column("dossier", "By the dossier's number", "share"),
    )
    return (
        Table("no_deal", "What no deal is worth: by the war core and by the dossier", columns, tuple(worth), note),
        Table(
            "no_deal_plans",
            "Who signs which plan, by either value of no deal",
            shares,
            tuple(odds),
            f"Shares of {arrays.draws} draws.",
        ),
    )


def _zone(arrays: Arrays, reading: Reading) -> float:
    """Share of draws in which some package is acceptable to all who must sign, nobody else being asked."""
    b = bargain(arrays, reading)
    return float(zones(draws(b.values, b.reserve, b.lines(False, False), b.sizes, b.rules)).exists.mean())
