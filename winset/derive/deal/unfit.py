"""Which answers on record no draw can satisfy: what to tell where the record leaves no candidate.

With w_k(d) the weight of answer k in draw d, its likelihood over the larger of the two that it can have (`weighing`), a
set S of answers leaves, of n candidates, n mean_d prod_{k in S} w_k(d). Named is a set that leaves less than one of
those that were looked at, and of which no answer can be missed: answers are added one by one, the one first that leaves
the least, and then left out again where the others are enough (a deletion filter: Chinneck and Dravnieks 1991). It need
not be the only such set, nor the smallest.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from winset.case import model as m
from winset.derive.record.answers import WORDS, Answer

Weights = Float[np.ndarray, "answer draw"]


def at_odds(weights: Weights, candidates: int) -> list[int]:
    """The places of answers that together leave less than one of so many candidates; all where even those leave more.

    >>> at_odds(np.array([[1.0, 0.5], [1.0, 0.0], [0.0, 1.0]]), 100)
    [1, 2]
    """

    def left(places: Sequence[int]) -> float:
        return candidates * float(np.prod(weights[list(places)], axis=0).mean())

    found: list[int] = []
    while len(found) < len(weights) and left(found) >= 1:
        others = [k for k in range(len(weights)) if k not in found]
        found.append(min(others, key=lambda k: left([*found, k])))
    for k in list(found):
        fewer = [other for other in found if other != k]
        if fewer and left(fewer) < 1:
            found = fewer
    return sorted(found)


def unfit(case: m.Case, answers: Sequence[Answer], weights: Weights, candidates: int) -> str:
    """That no draw fits what is on record, and the answers that stand against the rest of the dossier: where each
    stands, in how many draws it would be given, and what to mend."""
    named = at_odds(weights, candidates)
    head = f"{case.id}: no draw fits what is on record, of {candidates:,} looked at."
    head += " No draw fits these answers together:" if len(named) > 1 else " No draw fits this answer:"
    lines = [head]
    for k in named:
        answer = answers[k]
        file, line = case.lines.get(answer.line, ("plans.yaml", 0))
        where = f"{file}:{line}" if line else file
        what = (
            f"{case.actor[answer.party].name} on “{case.plan[answer.plan].name}”: {WORDS[answer.kind]} ({answer.date})"
        )
        lines.append(f"  {where}: {what}; by itself it fits {_share(float(weights[k].mean()))}")
    kinds = ", ".join(dict.fromkeys(f"{answers[k].kind}.tactical" for k in named))
    remedy = "check the positions, red lines and values of no deal that these parties have in the dossier on those days"
    return "\n".join([*lines, f"  -> {remedy}, or let such answers be tactical more often ({kinds} in figures.csv)"])


def _share(share: float) -> str:
    """A share of draws in words.

    >>> _share(0.0), _share(0.004), _share(0.25)
    ('no draw', 'fewer than 1% of draws', '25% of draws')
    """
    if share == 0:
        return "no draw"
    return f"{share:.0%} of draws" if share >= 0.01 else "fewer than 1% of draws"
