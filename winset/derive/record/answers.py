"""What the signing parties answered to plans, as far as it is on record: the acts that weigh the draws.

An answer is for a plan (its party wrote it, or an envoy of its did; accepted; accepted with conditions) or against it
(not accepted yet; refused). Of the answers of one party to one plan those count that came after its last change of
direction, and of them the most telling one, the one that is least often tactical: a party that wrote a text and then
stands by it with conditions has told one thing and not two.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from winset.case import model as m
from winset.case.defaults import authorship
from winset.case.patch import as_of as cut
from winset.derive.worth.utilities import missing

FOR = ("wrote", "accepted", "wrote_by_envoy", "conditional")
AGAINST = ("refused", "not_accepted")
WORDS = {
    "wrote": "wrote it",
    "wrote_by_envoy": "an envoy of its wrote it",
    "accepted": "accepted it",
    "conditional": "accepted it with conditions",
    "refused": "refused it",
    "not_accepted": "had not accepted it",
}


@dataclass(frozen=True)
class Answer:
    """What one party has to say to one plan, as of a date. `line`: the key of `Case.lines` where it stands."""

    party: str
    plan: str
    kind: str
    date: dt.date
    basis: str
    line: str

    @property
    def favours(self) -> bool:
        return self.kind in FOR

    @property
    def key(self) -> str:
        return f"{self.plan}.{self.party}"


def answers(case: m.Case) -> tuple[Answer, ...]:
    """The standing answers of the signing parties as of the date of the case, by plan and party."""
    return case.memo(("answers",), lambda: _answers(case))


def _answers(case: m.Case) -> tuple[Answer, ...]:
    found = []
    for plan in sorted(case.plans, key=lambda p: p.id):
        if plan.kind != "plan":
            continue
        for party in sorted(a.id for a in case.signatories):
            said = _said(case, plan, party)
            if said:
                last = [a for k, a in enumerate(said) if all(b.favours == said[-1].favours for b in said[k:])]
                found.append(min(last, key=lambda a: _telling(case, a)))
    return tuple(found)


def _telling(case: m.Case, answer: Answer) -> tuple[float, dt.date]:
    mode = case.in_force[f"{answer.kind}.tactical"].mode
    return (0.5 if mode is None else mode, answer.date)


def _said(case: m.Case, plan: m.Plan, party: str) -> list[Answer]:
    """All that a party said to a plan, by date; an author speaks on the plan's own date."""
    said = []
    own = [a for a in plan.authors if case.party_of(a) == party and case.actor[a].level != "domestic"]
    day = plan.date or plan.public
    if own and day and day <= case.as_of:
        kinds = sorted({authorship(case, a) for a in own})
        said.append(Answer(party, plan.id, kinds[0], day, plan.basis, plan.id))
    for j, response in enumerate(plan.responses):
        speaks = case.party_of(response.actor) == party and case.actor[response.actor].level != "domestic"
        if speaks and response.date <= case.as_of:
            said.append(Answer(party, plan.id, response.response, response.date, response.basis, f"{plan.id}/{j}"))
    return sorted(said, key=lambda a: a.date)


def day_of(case: m.Case, day: dt.date, latest: dt.date) -> dt.date:
    """The day by whose positions an act is valued: its own, or the first on which the case says enough."""
    if not missing(cut(case, day)):
        return day
    days = sorted({f.date for f in case.figures if f.date and day < f.date <= latest})
    return next((d for d in days if not missing(cut(case, d))), latest)
