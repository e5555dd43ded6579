"""Tables of the scorecard lens: the criteria first, then scores by domain, then who gains, under which weightings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from winset.case import model as m
from winset.case.criteria import BEFORE, TODAY
from winset.derive.worth import scores
from winset.lens.scorecard import shares
from winset.lens.scorecard.shares import Scored, Share
from winset.lens.scorecard.words import weightings
from winset.result import Cited, Column, Table, cited
from winset.settings import whole
from winset.spoken import short
from winset.theory.acceptability import tipping_share
from winset.theory.rank_cells import Ranks

NAME = 34  # no answer: letters of a name in a table
SPREAD = (Column("low", "Least over concentrations", "share"), Column("high", "Most", "share"))
DRAWS = (Column("draw_low", "5th percentile over draws", "share"), Column("draw_high", "95th", "share"))


@dataclass(frozen=True)
class Looked:
    """The boards of a case, and what was read off them: `better` than today, `nearer`, `ranks`, `deciding`."""

    case: m.Case
    boards: tuple[Scored, ...]
    better: dict[tuple[str, str], Share] = field(default_factory=dict)
    nearer: dict[tuple[str, str, str], Share] = field(default_factory=dict)
    ranks: dict[str, Ranks] = field(default_factory=dict)
    deciding: dict[str, dict[str, float]] = field(default_factory=dict)

    def name(self, actor: str) -> str:
        return self.case.actor[actor].name

    def domain(self, domain: str) -> str:
        card = self.case.scorecard
        return next(d.name for d in card.domains if d.id == domain) if card else domain

    @property
    def domains(self) -> tuple[str, ...]:
        return tuple(sorted({d for b in self.boards for d in b.domains}))

    def basis(self, one: Scored, *outcomes: str) -> tuple[str, ...]:
        """The Figures behind an actor's scores of some outcomes."""
        of = [o for o in one.board.outcomes if o.id in outcomes]
        return scores.basis(self.case, one.board.criteria, of)

    def fights(self, actor: str) -> bool:
        return self.case.war is not None and any(actor in side for side in self.case.war.sides)


def look(case: m.Case, boards: tuple[Scored, ...]) -> Looked:
    made = Looked(case, boards)
    for one in boards:
        ids = ranked(one)
        for outcome in ids:
            if outcome != TODAY:
                made.better[one.actor, outcome] = shares.than(one, outcome, TODAY)
        if one.board.has(BEFORE):
            made.better[one.actor, BEFORE] = shares.than(one, TODAY, BEFORE)
        made.ranks[one.actor] = shares.ranks(one, ids)
        offered = [o.id for o in one.board.outcomes if o.kind in ("today", "plan", "truce")]
        made.deciding[one.actor] = shares.deciding(one, offered, shares.ranks(one, offered))
        for other in boards:
            for outcome in ids if one.actor < other.actor else ():
                if other.board.has(outcome):
                    made.nearer[one.actor, other.actor, outcome] = shares.nearer(one, other, outcome)
    return made


def ranked(one: Scored) -> list[str]:
    """The outcomes that are compared: all but what was before the war."""
    return [o.id for o in one.board.outcomes if o.id != BEFORE]


def tables(found: Looked) -> list[Table]:
    made = [criteria(found.case), levels(found), better(found), than_plans(found), nearer(found), gains(found)]
    return [t for t in (*made, tipping(found), deciding(found), ranks(found), central(found)) if t.rows]


def criteria(case: m.Case) -> Table:
    """Each criterion with its two ends and what they rest on."""
    card = case.scorecard
    domains = {d.id: d.name for d in card.domains} if card else {}
    rows = [
        (
            case.actor[c.actor].name,
            domains[c.domain],
            c.name,
            c.defeat.says,
            c.victory.says,
            _scored_by(case, c.issue),
            _grounds(c.defeat.basis, c.victory.basis),
        )
        for c in sorted(card.criteria if card else (), key=lambda c: (c.actor, c.domain, c.id))
    ]
    columns = (
        Column("actor", "For"),
        Column("domain", "Domain"),
        Column("criterion", "Criterion"),
        Column("defeat", "0: own defeat"),
        Column("victory", "1: own victory"),
        Column("by", "Scored by"),
        Column("basis", "Ends rest on"),
    )
    return Table("criteria", "By what each gains or loses", columns, tuple(rows))


def _scored_by(case: m.Case, issue: str | None) -> str:
    return f"positions on: {case.issue[issue].name}" if issue else "Figures"


def _grounds(*bases: str) -> Cited:
    """The text of two bases, opening the passages they cite."""
    passages = tuple(dict.fromkeys(p for text in bases for p in m.parse_basis(text).passages))
    return Cited("; ".join(dict.fromkeys(bases)), passages)


def levels(found: Looked) -> Table:
    """The score of every outcome by domain, with equal weights within it, and over all domains."""
    rows = []
    for one in found.boards:
        for outcome in one.board.outcomes:
            at = shares.levels(one, outcome.id)
            whole = np.mean([*at.values()], axis=0)
            low, high = np.percentile(whole, [5, 95])
            cells = [float(at[d].mean()) if d in at else "" for d in found.domains]
            basis = found.basis(one, outcome.id)
            rows.append(
                (
                    found.name(one.actor),
                    outcome.name,
                    *cited(basis, *cells, float(whole.mean()), float(low), float(high)),
                )
            )
    columns = (
        Column("actor", "For"),
        Column("outcome", "Outcome"),
        *(Column(f"in-{d}", found.domain(d), "number") for d in found.domains),
        Column("all", "Domains weighed equally", "number"),
        Column("low", "5th percentile", "number"),
        Column("high", "95th", "number"),
    )
    note = "0: own defeat on every criterion, 1: own victory. Means over draws; never added up across parties."
    return Table("levels", "How far each outcome serves each", columns, tuple(rows), note)


def better(found: Looked) -> Table:
    """Each outcome against today, with the spread over concentrations."""
    rows = []
    for one in found.boards:
        for outcome in one.board.outcomes:
            share = found.better.get((one.actor, outcome.id))
            if share is not None and outcome.id != BEFORE:
                told = (found.name(one.actor), outcome.name, weightings(share))
                rows.append((*told, *_cells(share, found.basis(one, outcome.id, TODAY))))
    columns = (
        Column("actor", "For"),
        Column("outcome", "Outcome"),
        Column("under", "Better than today under"),
        Column("share", "Share of weightings", "share"),
        *SPREAD,
        *DRAWS,
    )
    note = (
        "Of all weightings of the domains, those under which the outcome is better for the actor than today. Spread: "
        "over how far weightings are taken to differ, from one domain that rules to equal weights."
    )
    return Table("better", "Better off than today, under which weightings", columns, tuple(rows), note)


def than_plans(found: Looked) -> Table:
    """Today, a truce and each breakdown against each plan."""
    rows = []
    for one in found.boards:
        plans = [o for o in one.board.outcomes if o.kind == "plan"]
        for outcome in one.board.outcomes:
            for plan in plans if outcome.kind in ("today", "truce", "breaks") else ():
                share = shares.than(one, outcome.id, plan.id)
                told = (found.name(one.actor), outcome.name, short(plan.name, NAME), weightings(share))
                rows.append((*told, *_cells(share, found.basis(one, outcome.id, plan.id))))
    columns = (
        Column("actor", "For"),
        Column("outcome", "Outcome"),
        Column("plan", "Than the plan"),
        Column("under", "Better under"),
        Column("share", "Share of weightings", "share"),
        *SPREAD,
        *DRAWS,
    )
    return Table("than_plans", "Better than each plan, under which weightings", columns, tuple(rows))


def nearer(found: Looked) -> Table:
    """Two actors against each other: this compares parties, and says so."""
    at = {b.actor: b for b in found.boards}
    rows = []
    for (a, b, outcome), share in found.nearer.items():
        name = next(o.name for o in at[a].board.outcomes if o.id == outcome)
        basis = tuple(sorted({*found.basis(at[a], outcome), *found.basis(at[b], outcome)}))
        rows.append((found.name(a), found.name(b), name, weightings(share), *_cells(share, basis)[:3]))
    columns = (
        Column("actor", "Of"),
        Column("other", "And"),
        Column("outcome", "In"),
        Column("under", "The first is nearer to its own victory under"),
        Column("share", "Share of weightings", "share"),
        *SPREAD,
    )
    note = (
        "This compares parties, each on its own scale and criteria, under the same weighting of domains; a domain in "
        "which one of the two has no criterion counts for the other alone."
    )
    return Table("nearer", "Nearer to its own victory than the other to its", columns, tuple(rows), note)


def gains(found: Looked) -> Table:
    """Who has gained since before the war, who does not fight, and for whom today is better than every plan."""
    rows = []
    for one in found.boards:
        since = found.better.get((one.actor, BEFORE))
        plans = [o.id for o in one.board.outcomes if o.kind == "plan"]
        best = float(shares.ranks(one, [TODAY, *plans]).share[0, 0]) if plans else ""
        told = (found.name(one.actor), "yes" if found.fights(one.actor) else "no")
        gained = _cells(since, found.basis(one, TODAY, BEFORE))[:3] if since else ("", "", "")
        under = weightings(since) if since else "cannot be said: not scored before the war"
        rows.append((*told, under, *gained, *cited(found.basis(one, TODAY, *plans), best)))
    columns = (
        Column("actor", "For"),
        Column("fights", "Fights"),
        Column("under", "Better off than before the war under"),
        Column("share", "Share of weightings", "share"),
        *SPREAD,
        Column("best", "Today better than every plan", "share"),
    )
    return Table("gains", "Who has gained, and who gains without fighting", columns, tuple(rows))


def tipping(found: Looked) -> Table:
    """How much one domain must count, the others in proportion, for the answer against today to turn."""
    rows = []
    for one in found.boards:
        equal = [1 / len(one.domains)] * len(one.domains)
        for outcome in one.board.outcomes:
            if outcome.id in (TODAY, BEFORE):
                continue
            gap = (one.even[one.board.at(outcome.id)] - one.even[one.board.at(TODAY)]).mean(axis=0)
            basis = found.basis(one, outcome.id, TODAY)
            for k, domain in enumerate(one.domains):
                turn = tipping_share(gap, equal, k)
                if turn is not None:
                    way = "more" if gap[k] > 0 else "less"
                    told = f"better than today once {found.domain(domain)} counts for {way} than {turn:.2f}"
                    rows.append((found.name(one.actor), outcome.name, found.domain(domain), *cited(basis, turn), told))
    columns = (
        Column("actor", "For"),
        Column("outcome", "Outcome"),
        Column("domain", "Domain"),
        Column("turn", "Turns at the share", "share"),
        Column("told", "In words"),
    )
    note = "At mean scores; the other domains keep their proportion. What turns at no share is left out."
    return Table("tipping", "At what weight of one domain the answer turns", columns, tuple(rows), note)


def deciding(found: Looked) -> Table:
    """How far the first place moves when a domain is left out."""
    rows = []
    for one in found.boards:
        basis = found.basis(one, *(o.id for o in one.board.outcomes if o.kind in ("today", "plan", "truce")))
        moved = found.deciding[one.actor]
        for domain in sorted(moved, key=lambda d: (-moved[d], d)):
            rows.append((found.name(one.actor), found.domain(domain), *cited(basis, moved[domain])))
    columns = (Column("actor", "For"), Column("domain", "Left out"), Column("moved", "First place moves in", "share"))
    note = "Among today, the plans and a truce: in such a share of weightings and draws another comes first."
    return Table("deciding", "Which domain decides what comes first", columns, tuple(rows), note)


def ranks(found: Looked) -> Table:
    """The rank matrix of each actor: in what share of weightings and draws an outcome has a rank."""
    rows = []
    for one in found.boards:
        names = {o.id: o.name for o in one.board.outcomes}
        matrix, basis = found.ranks[one.actor], found.basis(one, *ranked(one))
        for i, outcome in enumerate(ranked(one)):
            row = f"{found.name(one.actor)}: {names[outcome]}"
            for r, share in enumerate(matrix.share[i]):
                rows.append((found.name(one.actor), names[outcome], row, f"{r + 1}", *cited(basis, float(share))))
    columns = (
        Column("actor", "For"),
        Column("outcome", "Outcome"),
        Column("row", "For: outcome"),
        Column("rank", "Rank"),
        Column("share", "Share", "share"),
    )
    exact = all(r.exact for r in found.ranks.values())
    points = max(b.by_domain.shape[1] for b in found.boards) * whole("scorecard.weightings")
    note = "Exact over weightings in each draw." if exact else f"On {points:,} weightings and draws, good to a point."
    return Table(
        "ranks", "The rank of each outcome, over weightings", columns, tuple(rows), f"{note} Ties share ranks."
    )


def central(found: Looked) -> Table:
    """The mean weighting under which an outcome comes first."""
    rows = []
    for one in found.boards:
        names = {o.id: o.name for o in one.board.outcomes}
        matrix, basis = found.ranks[one.actor], found.basis(one, *ranked(one))
        for i, outcome in enumerate(ranked(one)):
            if matrix.share[i, 0] > 0:
                for k, domain in enumerate(one.domains):
                    cells = (float(matrix.central[i, k]), 1 / len(one.domains), float(matrix.share[i, 0]))
                    rows.append((found.name(one.actor), names[outcome], found.domain(domain), *cited(basis, *cells)))
    columns = (
        Column("actor", "For"),
        Column("outcome", "Outcome"),
        Column("domain", "Domain"),
        Column("weight", "Mean weight where first", "share"),
        Column("equal", "Equal weights", "share"),
        Column("first", "First in", "share"),
    )
    return Table("central", "Who weighs so that this comes first", columns, tuple(rows))


def _cells(share: Share, basis: Iterable[str]) -> tuple[object, ...]:
    return cited(tuple(basis), share.value, share.low, share.high, *share.draws)


def missing(boards: Sequence[Scored]) -> Mapping[str, tuple[str, ...]]:
    """By actor, the Figures for want of which outcomes are left out."""
    return {b.actor: b.board.missing for b in boards if b.board.missing}
