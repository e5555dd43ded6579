"""The steps of escalation: an order within each domain (words, economy, force, ...) and none across domains.

`steps.csv` holds them, 33 steps with 11 thresholds; within a domain a step is an order, not a distance. A threshold is
a step that changes the kind of contest (third parties pay, the war widens) and not only its measure (Schelling 1966;
Kahn 1965). The column `codes` has the PLOVER codes (TYPE:mode, TYPE:* for any mode) from which a step is taken where a
case states none: the lowest step that such a code may stand for.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Rung:
    """One step of one domain. threshold: what is crossed on taking it (blank: nothing)."""

    domain: str
    step: int
    label: str
    short: str
    threshold: str
    codes: tuple[str, ...]


@cache
def rungs() -> dict[tuple[str, int], Rung]:
    """The steps by (domain, step), in the order of the table."""
    text = files("winset").joinpath("case/steps.csv").read_text(encoding="utf-8")
    return {
        (row["domain"], int(row["step"])): Rung(
            domain=row["domain"],
            step=int(row["step"]),
            label=row["label"],
            short=row["short"],
            threshold=row["threshold"],
            codes=tuple(row["codes"].split()),
        )
        for row in csv.DictReader(text.splitlines())
    }


@cache
def domains() -> tuple[str, ...]:
    return tuple(dict.fromkeys(domain for domain, _ in rungs()))


def thresholds(domain: str) -> tuple[Rung, ...]:
    """The steps of a domain that are thresholds, lowest first."""
    return tuple(r for r in rungs().values() if r.domain == domain and r.threshold)


# kinds of event whose domain their PLOVER code alone does not say
OF_KIND = {"balancing": ("balancing", 1), "aid_paused": ("aid", 2), "summit_cancelled": ("diplomacy", 1)}


# proposals, accounts and answers to them are no steps, whatever their code
NO_STEP = frozenset("plan memo offer acceptance claim denial leak talks visit meeting call summit election".split())


def usual(kind: str, plover: str, mode: str) -> Rung | None:
    """The lowest step that an event of this kind and code stands for; None where it is no step.

    >>> usual("sanction", "SANCTION", "").label, usual("threat", "THREATEN", "violence").step
    ('sanctions on persons, ships, banks', 4)
    >>> usual("call", "CONSULT", "phone") is None
    True
    """
    if kind in NO_STEP:
        return None
    if kind in OF_KIND:
        return rungs()[OF_KIND[kind]]
    for code in (f"{plover}:{mode}", f"{plover}:*"):
        found = next((r for r in rungs().values() if code in r.codes), None)
        if found:
            return found
    return None


@cache
def reference_classes() -> frozenset[str]:
    """The ids of the reference classes that a case may name."""
    text = files("winset").joinpath("theory/reference_classes.csv").read_text(encoding="utf-8")
    return frozenset(row["id"] for row in csv.DictReader(text.splitlines()))
