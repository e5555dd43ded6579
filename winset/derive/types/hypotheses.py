"""Types of an actor (its rival hypotheses) and how likely each makes an act, from what deals are worth to it.

A type h is a value of no deal r_h (the Figure `reservation`, on the actor's scale of 0 defeat to 1 victory). It takes a
package worth U with chance logistic((U - r_h) / tau), tau the noise of choice on that scale (McKelvey and Palfrey
1998), and never one that crosses a red line that is real. From it:

    offer refused          1 - takes(U)              offer accepted        takes(U)
    deadline ignored       1 - takes(U + kappa S)    kappa the author's credibility, S the size of its threat
    red line moved         takes(U of the package with the line moved) if ground is given,
                           1 - takes(U of the package before) if ground is taken back

The worth of a package is as known on the day of the act. No act makes any type more than `evidence.most` times less
likely than another, whichever the two are: a model may be wrong, and an act misread. So the order of the types does not
matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy
from jaxtyping import Float

from winset.arrays import Arrays
from winset.case import model as m
from winset.derive.deal.acceptance import judge
from winset.derive.record.credibility import deadlines, odds
from winset.derive.worth.utilities import Reading
from winset.settings import number
from winset.theory.reliability import broad_prior

NOWHERE = m.Plan(id="silent", name="the status quo", basis="judgement: every clause at the status quo", clauses={})
Column = Float[np.ndarray, " draw"]


@dataclass(frozen=True)
class Act:
    """One item of evidence: its rows, and for a model the package(s) and the deadline it looks at."""

    id: str
    rows: tuple[m.Evidence, ...]

    @property
    def first(self) -> m.Evidence:
        return self.rows[0]

    @property
    def modelled(self) -> bool:
        return self.first.kind != "elicited"


@dataclass(frozen=True)
class Take:
    """What a model needs of an act: the worth to the actor, whether a real line forbids it, and what a threat adds."""

    worth: Column
    blocked: Float[np.ndarray, " draw"]
    edge: Column
    accepted: bool
    reads: frozenset[str] = frozenset()  # ids of the Figures read on the way to it


def hypotheses(case: m.Case, actor: str) -> tuple[m.Hypothesis, ...]:
    """The rival hypotheses about an actor, the first the one that ratios are against."""
    return tuple(h for h in case.hypotheses if h.actor == actor)


def acts(case: m.Case, actor: str) -> tuple[Act, ...]:
    """The items of evidence about an actor, by date."""
    rows: dict[str, list[m.Evidence]] = {}
    for row in case.evidence:
        if row.actor == actor:
            rows.setdefault(row.id, []).append(row)
    return tuple(Act(name, tuple(rows[name])) for name in sorted(rows, key=lambda n: (rows[n][0].date, n)))


def priors(arrays: Arrays, actor: str) -> Float[np.ndarray, "draw hypothesis"]:
    """Prior chances, made to sum to 1 in every draw. KeyError where one is missing."""
    stated = np.stack([arrays.get(actor, h.id, "hypothesis_prior") for h in hypotheses(arrays.case, actor)], axis=1)
    return stated / stated.sum(axis=1, keepdims=True)


def reservations(arrays: Arrays, actor: str) -> Float[np.ndarray, "draw hypothesis"]:
    """The value of no deal of each type."""
    return np.stack([arrays.get(actor, h.id, "reservation") for h in hypotheses(arrays.case, actor)], axis=1)


def packages(case: m.Case, act: Act) -> tuple[m.Plan, ...]:
    """The package an act is about; two (before, after) for a red line that moved. KeyError for a plan not known."""
    words = act.first.ref
    plan = next((case.plan[w[5:]] for w in words if w.startswith("plan:")), NOWHERE)
    sides: list[dict[str, m.Clause]] = [dict(plan.clauses), dict(plan.clauses)]
    for word in words:
        issue, equal, options = word.partition("=")
        if equal:
            for side, option in zip(sides, (options.split(">") * 2)[:2] if ">" not in options else options.split(">")):
                side[issue] = m.Clause(option=option)
    made = [plan.model_copy(update={"id": f"{act.id}-{k}", "clauses": side}) for k, side in enumerate(sides)]
    return tuple(made if act.first.kind == "red_line_shifted" else made[:1])


def takes_of(arrays: Arrays, known: m.Case, chosen: Sequence[Act]) -> dict[str, Take]:
    """What each modelled act was worth to its actor, by the positions in `arrays` (those of its day)."""
    plans = {act.id: packages(known, act) for act in chosen}
    every, cheap = [p for made in plans.values() for p in made], Reading(no_deal="dossier")  # no floor is used here
    verdicts = {v.plan: v for v in judge(arrays, every, cheap, detail=False)}
    found = {}
    for act in chosen:
        actor, views = act.first.actor, [verdicts[p.id] for p in plans[act.id]]
        gives = act.first.kind == "offer_accepted"
        view = views[0]
        if act.first.kind == "red_line_shifted":
            gives = float(np.mean(views[1].worth[actor] - views[0].worth[actor])) < 0
            view = views[1] if gives else views[0]
        lines = act.first.kind in ("offer_refused", "deadline_ignored")  # who moves a line or signs is not held by it
        blocked = view.blocked(actor).astype(float) if lines else np.zeros(arrays.draws)
        found[act.id] = Take(view.worth[actor], blocked, _edge(arrays, known, act), gives)
    return found


def _edge(arrays: Arrays, known: m.Case, act: Act) -> Column:
    """What a threat adds to giving way: its author's credibility, by the record before this date, times its size."""
    if act.first.kind != "deadline_ignored":
        return np.zeros(arrays.draws)
    name = next(w[6:] for w in act.first.ref if w.startswith("event:"))
    author = known.party_of(next(e for e in known.events if e.id == name).source[0])
    if not arrays.has(author, act.first.actor, "threat_size"):
        return np.zeros(arrays.draws)
    return credibility(arrays, author, without=name) * arrays.get(author, act.first.actor, "threat_size")


def credibility(arrays: Arrays, author: str, without: str = "") -> Column:
    """Draws of the chance that the author carries out its next deadline if defied, from all its deadlines but one."""
    chains = [d for d in deadlines(arrays.case) if d.author == author and d.begun.id != without]
    record = odds([arrays], chains, broad_prior(worth=number("credibility.worth")), author)
    return scipy.special.betaincinv(record.a, record.b, record.luck)


def chance_takes(
    worth: Column | float,
    reservation: Float[np.ndarray, "draw hypothesis"],
    noise: float | Float[np.ndarray, "draw 1"],
    blocked: Column | float = 0.0,
) -> Float[np.ndarray, "draw hypothesis"]:
    """P(takes a package | type): (1 - blocked) logistic((worth - reservation) / noise)."""
    worth, blocked = np.asarray(worth, float)[..., None], np.asarray(blocked, float)[..., None]
    return (1.0 - blocked) * scipy.special.expit((worth - reservation) / noise)


def log_chances(
    take: Take, reservation: Float[np.ndarray, "draw hypothesis"], noise: float
) -> Float[np.ndarray, "draw hypothesis"]:
    """Log chance of an act under each type, before any bound."""
    chance = chance_takes(take.worth + take.edge, reservation, noise, take.blocked)
    return np.log(np.maximum(chance if take.accepted else 1.0 - chance, np.finfo(float).tiny))
