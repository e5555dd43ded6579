"""Which Figures the numbers of the settlement lens rest on first."""

from __future__ import annotations

from collections.abc import Sequence

from winset.arrays import Arrays, Luck
from winset.case import model as m
from winset.derive.war import no_deal


def figures_of(
    case: m.Case, actors: Sequence[str], quantities: Sequence[str] = ("no_deal", "red_line_real", "follows")
) -> tuple[str, ...]:
    """Ids of some quantities of some actors: of signatories, by default, what an odds of acceptance rests on first.

    What no deal is worth rests on the Figures of the war where it comes from the war, and what an ally that may follow
    signs also on those of the leader of its side.
    """
    if "follows" in quantities:
        led = [f.subject[1] for f in case.figures if f.quantity == "follows" and f.subject[0] in actors and f.high]
        actors = [*actors, *led]
    found = {
        f.id for f in case.figures if f.subject[0] in actors and f.quantity in quantities and f.quantity != "no_deal"
    }
    if "no_deal" in quantities:
        arrays = Arrays(case, Luck(0, 1))
        found.update(i for a in actors if arrays.has(a, "no_deal") for i in no_deal.basis(arrays, a))
    return tuple(sorted(found))


def zone_basis(case: m.Case, scope: str = "all") -> tuple[str, ...]:
    """The Figures that the existence of a zone rests on first: no deal, how real red lines are, and the consents asked."""
    parties = [a.id for a in case.signatories]
    consents = [f for f in case.figures if f.quantity == "consent" and scope != "leaders"]
    asked = [f.id for f in consents if scope == "all" or case.party_of(f.subject[0]) in parties]
    return (*figures_of(case, parties), *sorted(asked))
