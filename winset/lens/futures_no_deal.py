"""The value of no deal by the dossier and by the war core, side by side."""

from __future__ import annotations

import numpy as np

from winset.arrays import Arrays
from winset.case import model as m
from winset.derive.acceptance import judge
from winset.derive.no_deal import core_error, no_deal
from winset.derive.utilities import Reading
from winset.result import Cited, Column, Table


def no_deals(case: m.Case, arrays: Arrays) -> tuple[Table, Table]:
    """The value of no deal by the dossier and by the war core, and what the difference does to who accepts what."""
    names = {a.id: a.name for a in case.actors}
    plans = sorted((p for p in case.plans if p.kind == "plan"), key=lambda p: p.id)
    judged = [judge(arrays, plans, Reading(no_deal=source), detail=False) for source in ("dossier", "core")]
    worth, odds = [], []
    for party in sorted(a.id for a in case.signatories):
        for source in ("dossier", "core"):
            low, mid, high = np.percentile(no_deal(arrays, party, source), [5, 50, 95])
            worth.append(
                (names[party], source, Cited(float(mid), (arrays.id(party, "no_deal"),)), float(low), float(high))
            )
        for own, other in zip(*judged):
            odds.append(
                (
                    names[party],
                    case.plan[own.plan].name,
                    float(own.accepts[party].mean()),
                    float(other.accepts[party].mean()),
                )
            )
    gaps, small, full = core_error(arrays)
    note = (
        f"On the party's own scale. The core has at most {small:,} states; against one of {full:,} its values are off by {np.abs(gaps).mean():.3f} on "
        f"average and {np.abs(gaps).max():.3f} at most, over {len(gaps)} draws. A third party's core value: the present state of things less its cost of the months to come."
    )
    columns = (
        Column("party", "Party"), Column("source", "By the"), Column("value", "Middle", "number"),
        Column("low", "5th percentile", "number"), Column("high", "95th percentile", "number"),
    )  # fmt: skip
    shares = (
        Column("party", "Party"),
        Column("plan", "Accepts"),
        Column("dossier", "By the dossier", "share"),
        Column("core", "By the core", "share"),
    )
    return (
        Table("no_deal", "What no deal is worth: the dossier's number and the war core's", columns, tuple(worth), note),
        Table(
            "no_deal_plans",
            "Who accepts which plan, by either value of no deal",
            shares,
            tuple(odds),
            f"Shares of {arrays.draws} draws.",
        ),
    )
