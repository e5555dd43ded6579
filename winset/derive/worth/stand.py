"""Where one signatory stands on one plan, but for its value of having no deal: what the plan is worth to it, and where
no real line of its own forbids it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from winset.arrays import Arrays
from winset.case import model as m
from winset.derive.worth.packages import package
from winset.derive.worth.utilities import Reading, Utilities, utilities
from winset.reads import Seen, kept

Worths = tuple[dict[object, Utilities], dict[object, Seen]]  # made, and what each was made from


@dataclass(frozen=True)
class Stand:
    """worth: U of the plan to the party. open: draws in which no real line of its own forbids the plan."""

    plan: m.Plan
    worth: Float[np.ndarray, " draw"]
    open: Bool[np.ndarray, " draw"]

    @property
    def nbytes(self) -> int:
        return self.worth.nbytes + self.open.nbytes


def stand(arrays: Arrays, party: str, plan: m.Plan, reading: Reading, worths: Worths) -> Stand:
    """The stand in draws that many variants of a case share. worths: utilities made so far, by day and party."""
    key = ("stand", party, id(plan), reading)  # what is made holds the plan

    def make() -> Stand:
        own = kept(*worths, (arrays.case.as_of, party), lambda: utilities(arrays, reading, (party,)))
        pack = package(arrays, plan)
        shut = np.zeros(arrays.draws, bool)
        for issue in own.layout.issues:
            line = own.forbidden(party, issue.id, pack)
            if line is not None:
                shut |= line
        return Stand(plan, own.worth(party, pack), ~shut)

    return arrays.shared(key, make)
