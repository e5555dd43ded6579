"""influence: where does bargaining by weight end, who moves each leader, and who could bring both sides down?

Three readings of influence that are never added up: between parties, within a leader's circle, and by those who stand
between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.case.patch import apply
from winset.derive.circle import circles
from winset.derive.deal.acceptance import judge
from winset.derive.record.mediators import mediators
from winset.derive.worth.utilities import missing
from winset.errors import DossierError, NoDrawFits, NotSolved
from winset.lens.influence import bargaining, between, circle, words
from winset.lens.influence.board import SPATIAL_MODELS, boards, multiverse, players, spatial
from winset.lens.influence.offer import offer
from winset.lens.influence.parts import Change, Parts, Signed, spread
from winset.reads import reading
from winset.result import Result, nothing
from winset.settings import whole, word
from winset.theory.opinion import median_talk


@dataclass(frozen=True)
class Influence:
    """Bargaining between parties, circles of advisers, mediators. `signs`: whether to ask what circles do to who
    signs."""

    signs: bool = True
    tried: int = field(default_factory=lambda: whole("influence.tried"))

    name = "influence"
    question = "Where does bargaining by weight end, who moves each leader, and who could bring both sides down?"
    reads = ("capability", "attention", "positions", "adviser_weight", "channels", "plans")
    sources = (
        "demesquita1994",
        "scholz2011",
        "efird2016",
        "thomson2006",
        "condorcet1785",
        "black1948",
        "grassmann1985",
        "nash1950",
        "degroot1974",
        "friedkin1990",
        "mei2022",
        "kydd2003",
    )
    assumes = (
        "Only parties bargain with each other: a leader, a parliament or an alliance's staff is part of its "
        "party's weight.",
        "A party's weight on an issue is its capability times its attention; both are judgements of the dossier.",
        "Bargaining ends where somebody stands, the more likely the more weight prefers it; force, red lines and "
        "consents play no part here.",
        "The models were scored on EU decisions, where none of challenges and offers did better than a weighted mean; "
        "none was scored on coercion.",
        "A leader's position settles at the views that are heard, by stated weights; who has no stated view is not "
        "heard.",
        "A side believes a mediator's call for restraint only from one who leans towards it, or who is hardly ever "
        "wrong.",
    )

    def lacks(self, case: m.Case) -> list[str]:
        """What the lens needs and the case, as of its date, does not have: a game between parties or a leader's
        circle."""
        if any(_playable(case, issue) for issue in case.issues) or any(
            circles.issues_of(case, x) for x in circles.leaders(case)
        ):
            return []
        return _gaps(case) or ["second party with capability, attention and a wish"]

    def look(self, study: Study) -> Result:
        """The result. A case without weights of parties and of advisers gets `nothing can be said`."""
        known = study.known
        if lacks := self.lacks(known):
            return nothing(self, lacks)
        arrays = study.arrays()
        modal = boards([study.at_modes()])
        few = boards(study.fewer(self.tried).arrays())
        parts = Parts(
            case=known,
            draws=study.kept,
            boards=boards(arrays),
            modal=modal,
            at_modes=multiverse(modal),
            tried=multiverse(few),
            spatial=next(iter(spatial(modal, next(iter(SPATIAL_MODELS.values())))), None),
            between=mediators(arrays),
        )
        parts = self._circles(study, arrays, parts)
        signed, unfit = self._signed(study, arrays, parts) if self.signs else ((), ())
        parts = replace(parts, signed=signed, unfit=unfit)
        return self._result(study, parts)

    def _circles(self, study: Study, arrays: Sequence[Arrays], parts: Parts) -> Parts:
        settled, changes, declared, medians = {}, {}, {}, {}
        modes = [study.at_modes()]
        for leader in circles.leaders(parts.case):
            talks: circles.Talks = ({}, {})
            for issue in circles.issues_of(parts.case, leader):
                one = circles.settle(arrays, leader, issue, talks=talks)
                settled[leader, issue] = one
                changes[leader, issue] = _changes(study, arrays, one, talks)
                medians[leader, issue] = _by_medians(modes, leader, issue)
                party = parts.party_of(leader)
                if arrays[0].has(party, issue, "ideal"):
                    mean = float(np.concatenate([a.get(party, issue, "ideal") for a in arrays]).mean())
                    declared[leader, issue] = mean, arrays[0].id(party, issue, "ideal")
        told = {key: x for key, x in medians.items() if x is not None}
        return replace(parts, circles=settled, changes=changes, declared=declared, medians=told)

    def _signed(self, study: Study, arrays: Sequence[Arrays], parts: Parts) -> tuple[Sequence[Signed], Sequence[str]]:
        """Who signs what, as stated and with each leader's circle in the place of the party's wish; and the leaders of
        whose circle that cannot be told."""
        plans = [p for p in parts.case.plans if p.kind == "plan"]
        patches = {leader: patch for leader in parts.leaders if (patch := _as_reading(parts, leader))}
        if not plans or not patches or missing(parts.case):
            return (), ()
        with reading() as seen:
            stated = _odds(arrays, plans)
            made = {leader: _odds_under(study, patch, plans) for leader, patch in patches.items()}
        basis = tuple(sorted(seen))
        told = []
        for leader in (name for name, odds in made.items() if odds):
            party = parts.party_of(leader)
            told += [Signed(p.id, party, leader, stated[p.id, party], made[leader][p.id, party], basis) for p in plans]
        return told, [name for name, odds in made.items() if not odds]

    def _result(self, study: Study, parts: Parts) -> Result:
        tables = [t for t in (*bargaining.all_tables(parts), *circle.all_tables(parts), between.table(parts)) if t.rows]
        shown = {t.key for t in tables}
        charts = [c for c in (*bargaining.charts(parts), *circle.charts(parts)) if c.table in shown]
        return Result(
            lens=self.name,
            question=self.question,
            answer=words.answer(parts),
            findings=tuple(words.findings(parts)),
            tables=tuple(tables),
            charts=tuple(charts),
            sections=words.sections(parts),
            assumes=self.assumes,
            sources=self.sources,
            notes=tuple(_notes(parts)),
            settings={
                "signs": self.signs,
                "tried": self.tried,
                "election": word("influence.election"),
                "draws": study.kept,
                "seed": study.seed,
            },
            offer=offer(parts, {c.key for c in charts}),
        )


def _playable(case: m.Case, issue: m.Issue) -> bool:
    """Whether two parties have what it takes to play on an issue."""
    have = {f.key for f in case.figures}
    wish = [f"{issue.id}/{o}.value" for o in issue.option_ids] if issue.kind == "options" else [f"{issue.id}.ideal"]
    places = [f"{issue.id}/{o}.place" for o in issue.option_ids] if issue.kind == "scale" else []
    able = [
        p
        for p in players(case)
        if {f"{p}.capability", f"{p}/{issue.id}.attention", *(f"{p}/{w}" for w in wish)} <= have
    ]
    return len(able) > 1 and set(places) <= have


def _gaps(case: m.Case) -> list[str]:
    """Keys of what the signing parties lack to play on the first issue."""
    have = {f.key for f in case.figures}
    issue = min(case.issues, key=lambda i: i.id, default=None)
    if issue is None:
        return ["issue with wishes of two parties"]
    wish = [f"{issue.id}/{o}.value" for o in issue.option_ids] if issue.kind == "options" else [f"{issue.id}.ideal"]
    need = [f"{issue.id}/{o}.place" for o in issue.option_ids] if issue.kind == "scale" else []
    for actor in sorted(case.signatories, key=lambda a: a.id):
        need += [f"{actor.id}.capability", f"{actor.id}/{issue.id}.attention", *(f"{actor.id}/{w}" for w in wish)]
    return [key for key in need if key not in have]


def _changes(study: Study, arrays: Sequence[Arrays], one: circles.Settled, talks: circles.Talks) -> list[Change]:
    found = []
    for adviser in one.people[1:]:
        pair = (adviser, one.leader)
        if f"{adviser}/{one.leader}.{circles.QUANTITY}" not in {f.key for f in study.known.figures}:
            continue  # heard through others only
        found.append(Change(adviser, None, 0.0, circles.settle(arrays, one.leader, one.issue, {pair: 0.0}, talks)))
        if most := circles.most_heard(study.case, adviser, one.leader, study.as_of):
            weight = most.numbers[1]
            after = circles.settle(arrays, one.leader, one.issue, {pair: weight}, talks)
            found.append(Change(adviser, most.date, weight, after))
    return found


def _by_medians(modes: Sequence[Arrays], leader: str, issue: str) -> float | None:
    """The leader's place if everybody takes weighted medians, at the modes; None where that goes round in circles."""
    weights, view = circles.rows_at(modes[0], leader, issue)
    try:
        return float(median_talk(weights, view)[0])
    except NotSolved:
        return None


def _as_reading(parts: Parts, leader: str) -> m.Patch | None:
    """The reading in which the leader's settled position is the party's wish, where the party has one and signs."""
    party = parts.party_of(leader)
    if not parts.case.actor[party].signs:
        return None
    told = {}
    for one in parts.of(leader):
        if (leader, one.issue) in parts.declared:
            low, mid, high = spread(one.position)
            why = "judgement: where the leader's position settles among those who are heard"
            told[parts.declared[leader, one.issue][1]] = m.Change(low=low, mode=mid, high=high, basis=why)
    if not told:
        return None
    basis = "judgement: the circle of advisers, with its weights and views, in the place of the declared wish"
    return m.Patch(
        id=f"circle-of-{leader}", title=f"The circle of {parts.names[leader]}", kind="reading", basis=basis, set=told
    )


def _as_settled(case: m.Case, patch: m.Patch) -> m.Case:
    """A case with such a reading: what levers do to the circle is in the settled position already."""
    return replace(apply(case, patch), acted={})


def _odds_under(study: Study, patch: m.Patch, plans: Sequence[m.Plan]) -> dict[tuple[str, str], float]:
    """Who signs what under such a reading; nothing where no draw fits what is on record under it, or where the case
    would not hold together (the wish that the circle settles on may turn a scale over)."""
    try:
        return _odds(study.reading(partial(_as_settled, patch=patch)), plans)
    except (DossierError, NoDrawFits):
        return {}


def _odds(arrays: Sequence[Arrays], plans: Sequence[m.Plan]) -> dict[tuple[str, str], float]:
    """Share of the draws in which each party signs each plan."""
    verdicts = [judge(a, plans, detail=False) for a in arrays]
    return {
        (p.id, party): float(np.concatenate([part[i].signs[party] for part in verdicts]).mean())
        for i, p in enumerate(plans)
        for party in verdicts[0][i].signs
    }


def _notes(parts: Parts) -> list[str]:
    told = []
    played = {b.issue.id for b in parts.boards}
    left = [i.name for i in sorted(parts.case.issues, key=lambda i: i.id) if i.id not in played]
    if left:
        told.append(f"Not played, for want of two parties with capability, attention and a wish: {', '.join(left)}.")
    for leader in circles.leaders(parts.case):
        if lacks := circles.silent(parts.case, leader):
            told.append(
                f"The circle of {parts.names[leader]} cannot be settled on any issue: the case has no "
                f"{', no '.join(lacks)}."
            )
    weighed = {f.subject[0] for f in parts.case.figures if f.quantity == circles.QUANTITY}
    silent = sorted({c.source for c in parts.case.channels if c.kind == "advises"} - weighed)
    if silent:
        told.append(f"Said to advise, without a stated weight: {', '.join(parts.names[a] for a in silent)}.")
    for one in parts.between:
        if one.bias is None or one.leverage is None:
            lack = "capability" if one.leverage is None else "wishes on what the two sides dispute"
            told.append(f"{parts.names[one.party]}: the case does not state its {lack}.")
    return told
