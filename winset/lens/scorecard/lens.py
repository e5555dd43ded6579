"""scorecard: who gains by what, today, under each plan and each end of the war, and by which weighting of the domains.

"Who wins" is three questions, never merged: better than today, better than each plan, nearer to its own victory than
another to its own. The last compares parties and says so. Weights are drawn by domain, so that a list with more
criteria does not outvote another; every share stands with its spread over how far weightings are taken to differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from winset.arrays import Study
from winset.case import model as m
from winset.case.criteria import BEFORE, TODAY
from winset.derive.worth import scores
from winset.lens.scorecard import levers, shares, tables, verdicts
from winset.lens.scorecard.offer import best_plan, headline, offer, without_fighting
from winset.lens.scorecard.tables import Looked
from winset.lens.scorecard.words import under
from winset.result import Chart, Finding, Result, Section, nothing
from winset.spoken import capital, listed

SHOWN = 4  # no answer: missing Figures that a note names


@dataclass(frozen=True)
class Scorecard:
    """Who gains by what. What it needs of the model is in the table of settings (`scorecard.*`)."""

    name = "scorecard"
    question = "Who gains by what: today, under each plan and each end of the war, and by which weighting?"
    reads = ("criteria", "score", "positions", "plans")
    sources = ("lahdelma1998", "lahdelma2001", "tervonen2007", "varsi1973", "gilpelaez1951", "deloera2010")
    assumes = (
        "What an actor has on a criterion counts in proportion to the way from its own defeat to its own victory, and "
        "domains add up with weights; a gain in one can make up for a loss in another.",
        "Nobody's weights are known: all weightings of the domains are equally likely, and the range shows other ways "
        "to draw them; criteria within a domain share its weight.",
        "A plan is scored as if it were kept; how long deals last and how likely each outcome is is said elsewhere.",
        "Today is every issue as it stands with the war going on; the terms of a side that cannot go on lie on the way "
        "from there to its own defeat, as in the war core.",
        "To say who is nearer to its own victory compares parties, each on the criteria listed for it, under one "
        "weighting of domains for both.",
    )

    def lacks(self, case: m.Case) -> list[str]:
        """Criteria, or the scores without which nothing can be said."""
        return scores.missing(case)

    def look(self, study: Study) -> Result:
        """The result. A case without criteria, or without any scores, gets `nothing can be said` and what to add."""
        known = study.known
        if lacks := self.lacks(known):
            return nothing(self, lacks)
        arrays = study.arrays()
        found = tables.look(known, shares.scored(scores.boards(arrays)))
        tried = verdicts.tried(known, arrays)
        told = verdicts.told(known, tried)
        pulled = levers.moved(study, found)
        made = [*tables.tables(found), *([verdicts.table(known, tried)] if tried else [])]
        made += [levers.table(found, pulled)] if pulled else []
        keys = {t.key for t in made}
        return Result(
            lens=self.name,
            question=self.question,
            answer=tuple(filter(None, (headline(found), *told, without_fighting(found), *_by_actor(found)))),
            findings=(*_findings(found), *verdicts.findings(known, tried)),
            tables=tuple(made),
            charts=tuple(c for c in CHARTS if c.table in keys),
            sections=tuple(s for s in SECTIONS if keys & set(s.show)),
            assumes=self.assumes,
            sources=self.sources,
            notes=(*_notes(found), *levers.note(study, pulled)),
            offer=offer(found, verdicts.brief(known, tried)),
            settings={"draws": len(found.boards[0].even[0]), "seed": study.seed},
        )


def _by_actor(found: Looked) -> list[str]:
    """Per actor: the plan that does best against today."""
    said = []
    for one in found.boards:
        best = best_plan(found, one.actor)
        if best is not None:
            said.append(capital(f"{found.name(one.actor)}: {best[0]} is better than today {under(best[1])}."))
    return said


def _findings(found: Looked) -> list[Finding]:
    made = []
    for one in found.boards:
        names = {o.id: o.name for o in one.board.outcomes}
        for (actor, outcome), share in found.better.items():
            if actor == one.actor:
                what = (
                    "today is better than before the war"
                    if outcome == BEFORE
                    else f"“{names[outcome]}” is better than today"
                )
                basis = found.basis(one, outcome, TODAY)
                key = f"since.{actor}" if outcome == BEFORE else f"better.{actor}.{outcome}"
                made.append(_finding(key, f"For {found.name(actor)}, {what} {under(share)}.", share, basis))
    at = {b.actor: b for b in found.boards}
    for (a, b, outcome), share in found.nearer.items():
        if outcome == TODAY:
            basis = tuple(sorted({*found.basis(at[a], TODAY), *found.basis(at[b], TODAY)}))
            ahead = f"{found.name(a)} is nearer to its own victory than {found.name(b)} to its own"
            text = f"As things stand {ahead} {under(share)}."
            made.append(_finding(f"nearer.{a}.{b}", text, share, basis))
    return made


def _finding(key: str, text: str, share: shares.Share, basis: Sequence[str]) -> Finding:
    return Finding(
        key=key,
        sentence=text,
        value=share.value,
        unit="share of weightings",
        low=share.low,
        high=share.high,
        basis=tuple(basis),
        sources=("lahdelma1998", "varsi1973"),
    )


def _notes(found: Looked) -> tuple[str, ...]:
    """Which outcomes are left out for an actor, and what to add."""
    said = []
    for actor, lacking in tables.missing(found.boards).items():
        more = f" and {len(lacking) - SHOWN} more" if len(lacking) > SHOWN else ""
        told = listed([*lacking[:SHOWN]]) if not more else ", ".join(lacking[:SHOWN])
        said.append(f"Outcomes are left out for {found.name(actor)}; add to figures.csv: {told}{more}.")
    return tuple(said)


CHARTS = (
    Chart(
        "better_chart",
        "matrix",
        "better",
        "Better off than today: share of weightings",
        {"x": "actor", "y": "outcome", "value": "share"},
        "Each on its own criteria; shares of two actors are not to be added.",
    ),
    Chart(
        "ranks_chart",
        "matrix",
        "ranks",
        "Rank of each outcome over weightings",
        {"x": "rank", "y": "row", "value": "share"},
    ),
    Chart(
        "deciding_chart",
        "bars",
        "deciding",
        "Which domain decides what comes first",
        {"x": "moved", "y": "domain", "color": "actor"},
    ),
)
SECTIONS = (
    Section(
        "criteria",
        "By what each gains or loses",
        ("The criteria come first: whoever lists them decides what can be found.",),
        ("criteria", "levels"),
    ),
    Section(
        "today",
        "Better off than today",
        ("Against the war going on as it stands.",),
        ("better_chart", "better", "gains", "than_plans"),
    ),
    Section(
        "weights",
        "Where the answer hangs",
        ("How much a domain must count for the answer to turn, and which domain decides.",),
        ("deciding_chart", "deciding", "tipping", "central"),
    ),
    Section(
        "ranks", "The rank of each outcome", ("Nobody's favourite can be nobody's last.",), ("ranks_chart", "ranks")
    ),
    Section(
        "levers",
        "What each lever does to the scores",
        ("The same draws, with what the lever sets.",),
        ("levers",),
    ),
    Section(
        "parties",
        "Nearer to its own victory than the other",
        ("This compares parties, each on its own criteria.",),
        ("nearer", "verdicts"),
    ),
)
