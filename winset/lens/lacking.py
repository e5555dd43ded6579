"""What lenses lack to answer for a case, and the file in which each is added."""

from __future__ import annotations

from winset.case.load import POSITION_QUANTITIES
from winset.case.model import Case
from winset.case.patch import as_of
from winset.lens import LENSES, lens
from winset.units import quantities

# where what is no Figure is added, by its last word
PLACES = {
    "table": "plans.yaml",
    "act": "events.csv",
    "hypotheses": "case.yaml",
    "evidence": "evidence.csv",
    "signatory": "case.yaml",
    "belligerents": "case.yaml",
    "messages": "channels.csv",
    "advises": "channels.csv",
    "way": "case.yaml",
    "criteria": "criteria.yaml",
}


def place_of(lack: str) -> str:
    """The file of a case in which what a lens lacks is added.

    >>> place_of("north.flow_cost"), place_of("north/border.ideal"), place_of("plan on the table")
    ('figures.csv', 'positions.csv', 'plans.yaml')
    """
    quantity = lack.split("@")[0].rpartition(".")[2]
    if quantity in quantities():
        return "positions.csv" if quantity in POSITION_QUANTITIES else "figures.csv"
    return PLACES.get(lack.split()[-1], "case.yaml")


def lacks(case: Case) -> dict[str, list[str]]:
    """What every lens lacks to answer as of the case's own date; lenses that lack nothing are left out."""
    known = as_of(case, case.as_of)
    found = {name: lens(name).lacks(known) for name in LENSES}
    return {name: lacking for name, lacking in found.items() if lacking}
