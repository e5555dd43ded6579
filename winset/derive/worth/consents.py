"""Consents that the clauses of a deal need: who must agree, by which rule, and in which draws they do.

A consent is given in a draw with its stated probability. An actor votes once on a package: its consents to the clauses
move together by its Figure `consent_dependence` (a Gaussian copula with one factor an actor; 1: one mood decides all,
so that the hardest clause decides; 0: as if every clause had a vote of its own). Its consents to options of one issue
share their luck, so whoever agrees to a hard option agrees to an easier one. A need holds when its quorum consents; by
the rule `no_objection` when none of those who may object does, and the Figure `consent` is the chance that one lets it
pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from winset.arrays import Arrays
from winset.case import model as m
from winset.derive.worth.packages import Package, layout


@dataclass(frozen=True)
class Asked:
    """One need of one clause, and the draws in which it is met."""

    issue: str
    option: str
    need: m.Need
    met: Bool[np.ndarray, " draw"]


def asked(arrays: Arrays, pack: Package, only: str | None = None) -> Iterator[Asked]:
    """Every need of the options that a package names, on one issue `only` or on all; none yet of deferred clauses."""
    for issue in layout(arrays.case).issues if only is None else (arrays.case.issue[only],):
        if issue.id in pack.named:
            option = issue.options[pack.named[issue.id]]
            for need in option.needs:
                yield Asked(issue.id, option.id, need, met(arrays, issue.id, option.id, need))


def met(arrays: Arrays, issue: str, option: str, need: m.Need) -> Bool[np.ndarray, " draw"]:
    """Draws in which a need's quorum consents to an option."""
    given = [consents(arrays, actor, issue, option) for actor in need.actors]
    if need.quorum == len(given):
        return np.logical_and.reduce(given)
    return np.sum(given, axis=0) >= need.quorum


def consents(arrays: Arrays, actor: str, issue: str, option: str) -> Bool[np.ndarray, " draw"]:
    """Draws in which an actor consents to an option."""
    chance = arrays.get(actor, issue, option, "consent")
    share = arrays.get(actor, "consent_dependence") if arrays.has(actor, "consent_dependence") else 0.0
    return arrays.happens(f"{actor}/{issue}.consent", chance, f"{actor}.consent", share)


def at_home(case: m.Case, need: m.Need, party: str) -> bool:
    """Whether a need is one of the party's own ratification: all who must consent stand for it."""
    return all(case.party_of(a) == party for a in need.actors)
