"""A crisis of a case as a small extensive game: one signatory's ultimatum to another, at the modes of all Figures."""

from __future__ import annotations

import numpy as np

from winset.arrays import Arrays
from winset.derive.deal.acceptance import judge
from winset.derive.types import hypotheses as types
from winset.derive.war.no_deal import no_deal
from winset.errors import SettingError
from winset.formats.efg import ultimatum, write


def crisis_game(arrays: Arrays, demander: str, target: str) -> str:
    """The game as .efg text. A plan that a real line of the target forbids is worth its defeat to it; refusal costs the
    threat's size times its credibility. Raises SettingError for actors that do not sign or a case without plans."""
    case = arrays.case
    signs = {a.id: a.name for a in case.signatories}
    for name in (demander, target):
        if name not in signs:
            raise SettingError(f"{name!r} is no signatory of {case.id}; one of {', '.join(sorted(signs))}")
    plans = sorted((p for p in case.plans if p.kind == "plan"), key=lambda p: p.id)
    if demander == target or not plans:
        raise SettingError("an ultimatum needs two signatories and at least one plan on the table")
    told = [h for h in types.hypotheses(case, target) if arrays.has(target, h.id, "reservation")]
    if told:
        names = [h.name for h in told]
        rest = np.array([arrays.get(target, h.id, "reservation")[0] for h in told])
        odds = [
            (
                float(arrays.get(target, h.id, "hypothesis_prior")[0])
                if arrays.has(target, h.id, "hypothesis_prior")
                else 1.0
            )
            for h in told
        ]
    else:
        names, odds, rest = ["the target"], [1.0], np.array([no_deal(arrays, target)[0]])
    verdicts = judge(arrays, plans, detail=False)
    worth = np.array([0.0 if v.blocked(target)[0] else float(v.worth[target][0]) for v in verdicts])
    if arrays.has(demander, target, "threat_size"):
        rest = rest - types.credibility(arrays, demander)[0] * arrays.get(demander, target, "threat_size")[0]
    root = ultimatum(
        names, odds, [p.name for p in plans], np.array([float(v.worth[demander][0]) for v in verdicts]),
        np.tile(worth, (len(names), 1)),
        float(no_deal(arrays, demander)[0]), rest,
    )  # fmt: skip
    return write(f"{signs[demander]} demands of {signs[target]}: {case.title}", [signs[demander], signs[target]], root)
