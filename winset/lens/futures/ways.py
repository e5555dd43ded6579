"""How the levers of circle and process act, before the war is fought: whose wish moves, how what a side would sign at
least is misread, and how often a plan is tabled that a side refuses. The same draws and luck with and without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.derive.circle import circles, messages, wish
from winset.derive.war import columns as war
from winset.derive.war.columns import War
from winset.derive.worth.menu import Deal
from winset.result import Column, Table, cited

OWN = (circles.QUANTITY, messages.QUANTITY, messages.TRUST, "deal_bonus")
SLIGHT = 5e-4  # no answer: what rounding for a reader would hide


@dataclass(frozen=True)
class Way:
    """One thing that a lever moves before the war: its mean over draws without and with it; None where it moves
    nothing, and `what` says so."""

    lever: m.Patch
    what: str
    unit: str = ""
    without: float | None = None
    with_: float | None = None


def own(lever: m.Patch) -> bool:
    """Whether a lever changes who is heard, how well, or how far: the levers of circle and process."""
    return bool(lever.channels) or any(name.split("@")[0].rpartition(".")[2] in OWN for name in lever.set)


def ways(study: Study, cases: Sequence[m.Case], deals: Sequence[Deal], count: int) -> list[Way]:
    """cases: the case as of its date as it stands, then after each of its levers alone."""
    luck, found = study.fewer(count).lucks[0], []
    held = [(lever, case) for lever, case in zip(study.case.levers, cases[1:]) if own(lever)]
    if not held:
        return []
    base = Arrays(cases[0], luck)
    before = war.war(base, deals=deals, traced=False)
    for lever, case in held:
        after = Arrays(case, luck)
        told = [
            *_wishes(lever, base, after),
            *_hearing(lever, case, before, war.war(after, deals=deals, traced=False)),
        ]
        moved = [w for w in told if abs((w.with_ or 0.0) - (w.without or 0.0)) >= SLIGHT]
        found += moved or [Way(lever, _nothing(case, lever))]
    return found


def _wishes(lever: m.Patch, before: Arrays, after: Arrays) -> list[Way]:
    names = {a.id: a.name for a in after.case.actors}
    return [
        Way(
            lever,
            f"{names[actor]} wishes on “{after.case.issue[issue].name}”",
            "place",
            float(wish.place(before, actor, issue).mean()),
            float(wish.place(after, actor, issue).mean()),
        )
        for actor, issue in wish.moved(after.case)
    ]


def _hearing(lever: m.Patch, case: m.Case, before: War, after: War) -> list[Way]:
    names, told, size = {a.id: a.name for a in case.actors}, [], "share of a side's scale"
    for k, side in enumerate(before.sides):
        other = before.sides[1 - k]
        for hearer, column in ((before.third, "misread"), (other, "blur")):
            if hearer:
                what = f"error with which {names[hearer]} hears what {names[side]} would sign at least"
                was, now = (float(np.sqrt(np.mean(getattr(w, column)[:, k] ** 2))) for w in (before, after))
                told.append(Way(lever, what, size, was, now))
    if before.third:
        what = f"{names[before.third]} tables a plan that a side refuses"
        told.append(Way(lever, what, "share of draws", refused(before), refused(after)))
    return told


def refused(made: War) -> float:
    """Share of the draws in which the third party tables a plan that is worth less to a side than its no deal."""
    plan = war.with_plan(made)
    worth = made.value[np.arange(made.draws), np.maximum(plan, 0)]
    return float(((plan >= 0) & (worth < made.reckoned).any(axis=1)).mean())


def _nothing(case: m.Case, lever: m.Patch) -> str:
    """Why a lever on a circle or on messages moves nothing."""
    touched = {name.split("@")[0].rpartition(".")[2] for name in lever.set}
    if circles.QUANTITY in touched or lever.channels:
        signs = {a.id for a in case.signatories}
        settled = [x for x in circles.leaders(case) if case.party_of(x) in signs and circles.issues_of(case, x)]
        if not settled:
            return "nothing: the case settles no circle of a leader whose party signs"
    return "nothing that the war reads"


def table(found: Sequence[Way]) -> Table:
    rows = tuple(
        (
            w.lever.title,
            w.what,
            w.unit,
            *(("", "") if w.without is None else cited(sorted(w.lever.set), w.without, w.with_)),
        )
        for w in found
    )
    columns = (
        Column("lever", "Lever"), Column("what", "What it moves first"), Column("unit", "Unit"),
        Column("without", "Without", "number"), Column("with", "With", "number"),
    )  # fmt: skip
    note = (
        "Levers on who is heard move a party's wish as far as they move its leader's settled position; levers on "
        "messages move the error with which a last point arrives (root mean square), and so what is tabled. "
        "Everything else that they do follows from these."
    )
    return Table("lever_ways", "How levers of circle and process act", columns, rows, note)
