"""Who signs which plan, who ratifies it, and whether it passes: three things, draw by draw, and never one number.

A party signs iff no named clause lies beyond a red line of its own that is real, and the plan is worth at least no deal
to it. An ally that follows also signs what the leader of its side signs (`worth.followers`). This is the assent of every
signatory, those who do not fight included, here and in the war core (`war.outcomes.solved`): a leader's wish for a deal as
such moves what it tables, not what it signs. Its side ratifies iff every consent that the clauses ask of those who stand for it is given. A plan passes iff every
signing party signs, every side ratifies, every other consent that its clauses need is given, and no rule across clauses
is broken. Putnam (1988).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from winset.arrays import Arrays
from winset.case import model as m
from winset.derive.war.no_deal import no_deal
from winset.derive.worth.consents import asked, at_home
from winset.derive.worth.followers import goes_along, leader_of
from winset.derive.worth.packages import broken_rules, package
from winset.derive.worth.utilities import Reading, Utilities, utilities


@dataclass(frozen=True)
class Verdict:
    """One plan over the draws. Keys are party ids, (party, issue) pairs and (issue, option, actors)."""

    plan: str
    worth: dict[str, Float[np.ndarray, " draw"]]
    margin: dict[str, Float[np.ndarray, " draw"]]
    lines: dict[tuple[str, str], Bool[np.ndarray, " draw"]]
    clauses: dict[tuple[str, str], Float[np.ndarray, " draw"]]
    refused: dict[tuple[str, str, str], Bool[np.ndarray, " draw"]]
    signs: dict[str, Bool[np.ndarray, " draw"]]
    ratifies: dict[str, Bool[np.ndarray, " draw"]]
    all_sign: Bool[np.ndarray, " draw"]
    all_ratify: Bool[np.ndarray, " draw"]
    passes: Bool[np.ndarray, " draw"]
    rules: tuple[str, ...] = ()

    def blocked(self, party: str) -> Bool[np.ndarray, " draw"]:
        """Draws in which a real red line of the party forbids the plan."""
        lines = [line for (who, _), line in self.lines.items() if who == party]
        return np.any(lines, axis=0) & ~self.signs[party] if lines else np.zeros_like(self.all_sign)

    def short(self, party: str) -> Bool[np.ndarray, " draw"]:
        """Draws in which the party does not sign, and the plan is worth less to it than no deal."""
        return (self.margin[party] < 0) & ~self.signs[party]


def judge(arrays: Arrays, plans: Sequence[m.Plan], reading: Reading = Reading(), detail: bool = True) -> list[Verdict]:
    """The verdict on each plan. Without `detail` the clause-by-clause worths are left out (a reading needs none)."""
    worths = utilities(arrays, reading)
    floor = {p: no_deal(arrays, p, reading.no_deal) for p in worths.parties}
    return [_judge(arrays, plan, worths, floor, detail) for plan in plans]


def _judge(
    arrays: Arrays, plan: m.Plan, worths: Utilities, floor: dict[str, Float[np.ndarray, " draw"]], detail: bool
) -> Verdict:
    pack, case = package(arrays, plan), arrays.case
    worth, margin, lines, clauses, signs, ratifies = {}, {}, {}, {}, {}, {}
    none = np.zeros(arrays.draws, bool)
    needs = list(asked(arrays, pack))
    abroad = none.copy()
    for need in needs:
        if not any(at_home(case, need.need, p) for p in worths.parties):
            abroad |= ~need.met
    for party in worths.parties:
        parts = {i.id: worths.clause(party, i.id, pack) for i in worths.layout.issues}
        worth[party] = worths.offset[party] + sum(parts.values())
        margin[party] = worth[party] - floor[party]
        if detail:
            clauses.update({(party, issue): part for issue, part in parts.items()})
        blocked = none.copy()
        for issue in parts:
            line = worths.forbidden(party, issue, pack)
            if line is not None:
                lines[party, issue] = line
                blocked |= line
        signs[party] = ~blocked & (margin[party] >= 0)
        ratifies[party] = ~none
        for need in needs:
            if at_home(case, need.need, party):
                ratifies[party] &= need.met
    alone = dict(signs)
    for party in worths.parties:
        leader = leader_of(arrays, party)
        if leader in alone:
            signs[party] = alone[party] | (goes_along(arrays, party) & alone[leader])
    rules = tuple(r.id for r in broken_rules(case, plan))
    leaders, sides = (np.all(list(votes.values()), axis=0) for votes in (signs, ratifies))
    refused = {(n.issue, n.option, " ".join(n.need.actors)): ~n.met for n in needs}
    passes = leaders & sides & ~abroad & (not rules)
    return Verdict(
        plan=plan.id,
        worth=worth,
        margin=margin,
        lines=lines,
        clauses=clauses,
        refused=refused,
        signs=signs,
        ratifies=ratifies,
        all_sign=leaders,
        all_ratify=sides,
        passes=passes,
        rules=rules,
    )


def join(parts: Sequence[Verdict]) -> Verdict:
    """Verdicts on one plan over consecutive slices of the draws, as one."""
    first = parts[0]
    if len(parts) == 1:
        return first

    def over(name: str) -> dict[Any, np.ndarray]:
        return {k: np.concatenate([getattr(p, name)[k] for p in parts]) for k in getattr(first, name)}

    joined: dict[str, Any] = {
        n: over(n) for n in ("worth", "margin", "lines", "clauses", "refused", "signs", "ratifies")
    }
    return replace(
        first,
        all_sign=np.concatenate([p.all_sign for p in parts]),
        all_ratify=np.concatenate([p.all_ratify for p in parts]),
        passes=np.concatenate([p.passes for p in parts]),
        **joined,
    )
