"""What of a war's columns does not depend on the sides' own choices: worth of the present state, those who sign and do
not fight, months with talks, and the form that ends by terms take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from winset.arrays import Arrays
from winset.case import model as m
from winset.derive.record.contacts import contacts
from winset.derive.war import base_rates
from winset.derive.worth.followers import goes_along
from winset.derive.worth.packages import package
from winset.derive.worth.utilities import Utilities, utilities
from winset.settings import number
from winset.theory.war_game import A, B

Column = Float[np.ndarray, " draw"]
DAYS = 30.4375  # source: mean length of a month of the Gregorian calendar, 365.2425/12, as 365.25/12
YEAR = 12  # source: months of a year


@dataclass(frozen=True)
class Beside:
    """A signatory that leads no side, and what the war and its ends are worth to it.

    pays: the law of the war's endings says what going on is worth to it (`watches`); else `floor`, the dossier's
    Figure, does. follows: draws in which it goes along with what the leader of its side signs.
    """

    party: str
    pays: bool
    floor: Column
    follows: Bool[np.ndarray, " draw"]
    quo: Column
    A_wins: Column
    B_wins: Column
    cost: Column
    discount: Column
    deal: Float[np.ndarray, "draw deal"]


def status_quo(arrays: Arrays, sides: Sequence[str], worths: Utilities | None = None) -> Float[np.ndarray, "draw side"]:
    """Worth of the present state of things to signatories, no line counting as crossed."""
    worths = worths or utilities(arrays)
    total = [worths.offset[s].copy() for s in sides]
    for issue in worths.layout.issues:
        k = issue.option_ids.index(issue.status_quo)
        for i, s in enumerate(sides):
            total[i] += worths.weight[s, issue.id] * worths.value[s, issue.id][:, k]
    return np.stack(total, axis=1)


def watches(arrays: Arrays, party: str) -> bool:
    """Whether a party's no deal comes from the law of endings: it has a cost of the war, and no patch sets its no
    deal."""
    said = arrays.has(party, "no_deal") and arrays.case.patched(arrays.id(party, "no_deal"))
    return arrays.has(party, "flow_cost") and not said


def beside_of(
    arrays: Arrays, worths: Utilities, party: str, deal: Float[np.ndarray, "draw deal"], dossier: bool = False
) -> Beside:
    """What a signatory that leads no side looks at; with `dossier` its no deal is the dossier's Figure whatever it
    pays.

    Victories are those of the sides' own benchmark packages; where these are numbers, a victory changes nothing for
    others."""
    case, quo = arrays.case, status_quo(arrays, (party,), worths)[:, 0]
    sides = case.war.belligerents  # type: ignore[union-attr]

    def wins(side: str) -> Column:
        plan = case.scales[side].victory
        if plan is None:
            return quo
        pack, total = package(arrays, case.plan[plan]), worths.offset[party].copy()
        for issue in worths.layout.issues:
            block = worths.value[party, issue.id]
            named = issue.id in pack.named
            own = block[:, pack.named[issue.id]] if named else (block * pack.odds[issue.id]).sum(axis=1)
            total += worths.weight[party, issue.id] * own
        return total

    patience = (
        arrays.get(party, "discount")
        if arrays.has(party, "discount")
        else np.mean([arrays.get(s, "discount") for s in sides], axis=0)
    )
    pays = watches(arrays, party) and not dossier
    none = np.zeros(arrays.draws)
    return Beside(
        party=party, pays=pays, floor=none if pays else arrays.get(party, "no_deal"), follows=goes_along(arrays, party),
        quo=quo,
        A_wins=wins(sides[A]), B_wins=wins(sides[B]), cost=arrays.get(party, "flow_cost") if pays else none,
        discount=np.asarray(patience), deal=deal,
    )  # fmt: skip


def talking(arrays: Arrays) -> Column:
    """Share of months in which talks go on: a Figure, or that of the record."""
    if arrays.has("case", "talk_months"):
        return arrays.get("case", "talk_months")
    return np.full(arrays.draws, talks_on_record(arrays.case))


def talks_on_record(case: m.Case) -> float:
    """Share of the last twelve months (or of the war, if younger) with a contact on record."""
    days = [(case.as_of - e.date).days for e in contacts(case)]
    old = (case.as_of - case.war.began).days / DAYS if case.war else YEAR
    months = max(1, min(YEAR, int(np.ceil(old))))
    return len({int(x / DAYS) for x in days if 0 <= x < months * DAYS}) / months


def form_of_terms(case: m.Case) -> float:
    """Of comparable wars that an act of both sides ended, the share with an agreement; even where too few are known."""
    found = base_rates.kinds(case)
    if found is None:
        return number("base_rates.even_form")
    return found.belief["agreement"] / (found.belief["agreement"] + found.belief["ceasefire"])
