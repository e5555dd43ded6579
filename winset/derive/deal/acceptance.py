"""Who signs which plan, who ratifies it, and whether it passes: three things, draw by draw, and never one number.

A party signs iff no named clause lies beyond a red line of its own that is real, and the plan is worth at least no deal
to it. An ally that follows also signs what the leader of its side signs (`worth.followers`). This is the assent of
every signatory, those who do not fight included, here and in the war core (`war.outcomes.solved`): a leader's wish for
a deal as such moves what it tables, not what it signs. Its side ratifies iff every consent that the clauses ask of
those who stand for it is given. A plan passes iff every signing party signs, every side ratifies, every other consent
that its clauses need is given, and no rule across clauses is broken. Putnam (1988).
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
from winset.derive.worth.consents import Asked, asked, at_home
from winset.derive.worth.followers import goes_along, leader_of
from winset.derive.worth.packages import broken_rules, package
from winset.derive.worth.stand import Worths, stand
from winset.derive.worth.utilities import Reading, Utilities, utilities

ABROAD = ""  # beside the ids of parties
WHOLE = ("all_sign", "all_ratify", "passes")


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
    pack = package(arrays, plan)
    worth, margin, lines, clauses, alone = {}, {}, {}, {}, {}
    for party in worths.parties:
        parts = {i.id: worths.clause(party, i.id, pack) for i in worths.layout.issues}
        worth[party] = worths.offset[party] + sum(parts.values())
        margin[party] = worth[party] - floor[party]
        if detail:
            clauses.update({(party, issue): part for issue, part in parts.items()})
        blocked = np.zeros(arrays.draws, bool)
        for issue in parts:
            line = worths.forbidden(party, issue, pack)
            if line is not None:
                lines[party, issue] = line
                blocked |= line
        alone[party] = ~blocked & (margin[party] >= 0)
    needs = list(asked(arrays, pack))
    votes = _voted(arrays, plan, alone, _given(arrays, needs, worths.parties))
    return Verdict(
        worth=worth,
        margin=margin,
        lines=lines,
        clauses=clauses,
        refused={(n.issue, n.option, " ".join(n.need.actors)): ~n.met for n in needs},
        rules=tuple(r.id for r in broken_rules(arrays.case, plan)),
        **vars(votes),
    )


@dataclass(frozen=True)
class Votes:
    """What is decided of one plan, and no more: the same draws as in a `Verdict`."""

    plan: str
    signs: dict[str, Bool[np.ndarray, " draw"]]
    ratifies: dict[str, Bool[np.ndarray, " draw"]]
    all_sign: Bool[np.ndarray, " draw"]
    all_ratify: Bool[np.ndarray, " draw"]
    passes: Bool[np.ndarray, " draw"]


def votes(arrays: Arrays, plans: Sequence[m.Plan], reading: Reading = Reading()) -> list[Votes]:
    """The votes on each plan, made from what variants of the case share: for many rival readings of one case."""
    luck, parties = arrays.luck, tuple(sorted(a.id for a in arrays.case.signatories))
    floor = {p: no_deal(arrays, p, reading.no_deal) for p in parties}
    roots: list[tuple[Arrays, Worths]] = [(Arrays(arrays.case, root), ({}, {})) for root in luck.roots]
    found = []
    for plan in plans:
        alone = {}
        for party in parties:
            stands = [stand(root, party, plan, reading, worths) for root, worths in roots]
            worth, open_ = (luck.of_roots([getattr(s, name) for s in stands]) for name in ("worth", "open"))
            alone[party] = open_ & (worth - floor[party] >= 0)
        given = [_consents(root, plan, parties) for root, _ in roots]
        own = {p: luck.of_roots([one[p] for one in given]) for p in given[0]}
        found.append(_voted(arrays, plan, alone, own))
    return found


def _consents(arrays: Arrays, plan: m.Plan, parties: Sequence[str]) -> dict[str, Bool[np.ndarray, " draw"]]:
    def make() -> tuple[m.Plan, dict[str, Bool[np.ndarray, " draw"]]]:  # held, so that its id stays its own
        return plan, _given(arrays, list(asked(arrays, package(arrays, plan))), parties)

    return arrays.shared(("consents", id(plan)), make)[1]


def _given(arrays: Arrays, needs: Sequence[Asked], parties: Sequence[str]) -> dict[str, Bool[np.ndarray, " draw"]]:
    """Draws in which each party's own side gives the consents asked of it, and under `ABROAD` where all others do."""
    given = {p: np.ones(arrays.draws, bool) for p in (*parties, ABROAD)}
    for need in needs:
        home = [p for p in parties if at_home(arrays.case, need.need, p)]
        for party in home or [ABROAD]:
            given[party] = given[party] & need.met
    return given


def _voted(
    arrays: Arrays,
    plan: m.Plan,
    alone: dict[str, Bool[np.ndarray, " draw"]],
    given: dict[str, Bool[np.ndarray, " draw"]],
) -> Votes:
    """The votes, from who would sign by itself and the consents given."""
    signs = dict(alone)
    for party in alone:
        leader = leader_of(arrays, party)
        if leader in alone:
            signs[party] = alone[party] | (goes_along(arrays, party) & alone[leader])
    ratifies = {party: given[party] for party in alone}
    leaders, sides = (np.all(list(votes.values()), axis=0) for votes in (signs, ratifies))
    passes = leaders & sides & given[ABROAD] & (not broken_rules(arrays.case, plan))
    return Votes(plan.id, signs, ratifies, leaders, sides, passes)


def joined(parts: Sequence[Votes]) -> Votes:
    """Votes on one plan over consecutive slices of the draws, as one."""
    return parts[0] if len(parts) == 1 else replace(parts[0], **_over(parts, ("signs", "ratifies"), WHOLE))


def join(parts: Sequence[Verdict]) -> Verdict:
    """Verdicts on one plan over consecutive slices of the draws, as one."""
    by_key = ("worth", "margin", "lines", "clauses", "refused", "signs", "ratifies")
    return parts[0] if len(parts) == 1 else replace(parts[0], **_over(parts, by_key, WHOLE))


def _over(parts: Sequence[Any], by_key: Sequence[str], whole: Sequence[str]) -> dict[str, Any]:
    made: dict[str, Any] = {name: np.concatenate([getattr(p, name) for p in parts]) for name in whole}
    for name in by_key:
        made[name] = {k: np.concatenate([getattr(p, name)[k] for p in parts]) for k in getattr(parts[0], name)}
    return made
