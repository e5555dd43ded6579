"""settlement: is there a deal everyone could sign, and what stops this one?

The evaluating half is here: who signs which plan, whose side ratifies it and whether it passes, the margins, which
clause stops whom, which consents fail, what a new version changed and whom it moved, what the record says, and which
Figures decide. `exact` searches all packages; `levels` asks who else must agree, and what a guarantee is worth.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.case.patch import as_of as cut
from winset.case.unsaid import unsaid
from winset.derive.war.no_deal import without_core
from winset.derive.worth.utilities import Reading, missing, utilities
from winset.lens.settlement import acts, tables, words
from winset.lens.settlement.acts import Said, said_by_record
from winset.lens.settlement.exact import exact
from winset.lens.settlement.exact import parts as exact_parts
from winset.lens.settlement.levels import levels
from winset.lens.settlement.levels import parts as levels_parts
from winset.lens.settlement.movers import Ranked, deciders, movers_table
from winset.lens.settlement.odds import (
    READINGS,
    Odds,
    leading_of,
    look_ahead,
    odds_of,
    odds_without,
    range_of,
    ranked,
    rival_odds,
    rival_readings,
    verdicts_of,
)
from winset.lens.settlement.offer import offer
from winset.lens.settlement.tables import ALL_RATIFY, ALL_SIGN, RATIFIES
from winset.result import Finding, Result, Section, Table, nothing
from winset.settings import whole

BEFORE = "before the record"


@dataclass(frozen=True)
class Settlement:
    """Who would accept which plan, what stops each, and on what evidence."""

    shape: str = "linear"
    readings: bool = True
    exact: bool = True

    name = "settlement"
    question = "Is there a deal everyone could sign, and what stops this one?"
    reads = ("issues", "plans", "positions", "no_deal")
    sources = (
        "putnam1988",
        "keeney1976",
        "malcolm1959",
        "mckay1979",
        "schelling1960",
        "nash1950",
        "kalai1975",
        "kalai1977",
        "westfall1993",
        "powell2006",
        "fearon1995",
    )
    assumes = (
        "Each signing party values a deal clause by clause and adds up: no clause changes the worth of another, "
        "except where a rule across clauses says that two do not go together.",
        "A party signs when no real red line of its own is crossed and the deal is worth at least no deal; where a "
        "war is under way that is its value of fighting on. Whether its own side then ratifies is told apart.",
        "An actor that is asked for consent votes once on a package; how far one mood decides all its clauses is a "
        "number of the dossier.",
        "What a party answered to a plan is evidence of what it would sign, unless the answer was tactical; how "
        "often answers are is a number of the dossier.",
        "A clause left to later talks is worth its stated lottery and forbids nothing yet.",
        "What parties say in public is evidence of their positions, not proof; how real a red line is has a "
        "probability.",
        "Parties judge by their own scale from defeat (0) to victory (1); scales of two parties are not compared.",
    )

    def lacks(self, case: m.Case) -> list[str]:
        """What the lens needs and the case, as of its date, does not have: a plan, and the Figures that value it."""
        return ([] if any(p.kind == "plan" for p in case.plans) else ["plan on the table"]) + missing(case)

    def parts(self, study: Study) -> list[tuple[Study, Any, Any]]:
        """(study, function, item) of what `look` will ask for and what can be answered apart, by other hands; what is
        small comes last, so that no hand waits long for another."""
        if self.lacks(study.known):
            return []
        base = Reading(shape=self.shape)  # type: ignore[arg-type]
        few = study.fewer(whole("settlement.few"))
        rivals = list(rival_readings(study, base).values()) if self.readings else []
        made: list[tuple[Study, Any, Any]] = [(study, ranked, base), (study, said_by_record, base)]
        made += [(study, rival_odds, asked) for asked in rivals if asked[1] is None]
        made += [*exact_parts(study, base, READINGS), *levels_parts(study, base)] if self.exact else []
        made += [(few, odds_without, (base, s.id)) for s in study.known.sources]
        return [*made, *((study, rival_odds, asked) for asked in rivals if asked[1] is not None)]

    def ahead(self, study: Study) -> list[tuple[Study, Any, Any]]:
        """Has all hands look at many draws, slice by slice; gives what stands on that alone, as `parts` does."""
        if self.lacks(study.known):
            return []
        base = Reading(shape=self.shape)  # type: ignore[arg-type]
        rivals = list(rival_readings(study, base).values()) if self.readings else []
        look_ahead(study, base, rivals)
        return [(study, rival_odds, asked) for asked in rivals]

    def look(self, study: Study) -> Result:
        """The result. A case without a plan of its date, or without no-deal Figures, gets `nothing can be said`."""
        known = study.known
        plans = [p for p in known.plans if p.kind == "plan"]
        if lacks := self.lacks(known):
            return nothing(self, lacks)
        base = Reading(shape=self.shape)  # type: ignore[arg-type]
        utilities(study.at_modes(), base)  # says so at once if a party's benchmarks are upside down
        arrays = study.reading(how=base.rival)
        verdicts = verdicts_of(arrays, plans, base)
        odds = odds_of(verdicts)
        said = study.each(said_by_record, [base], "record")[0]
        rivals = self._rivals(study, base) if self.readings else {}
        if said:
            rivals[BEFORE] = said.before
        ranges = {key: range_of(odds[key], [r[key] for r in rivals.values() if r]) for key in odds}
        leading = leading_of(plans, odds)
        names = {a.id: a.name for a in known.actors}
        parts = tables.Parts(known, arrays[0], plans, verdicts, odds, ranges, names, leading, study.kept)
        ranks = study.each(ranked, [base], "numbers that decide")[0]
        alone = [told] if (told := without_core(known)) else []
        made = self._tables(study, base, parts, ranks, rivals, said)
        halves = [exact(study, plans, base, READINGS), levels(study, plans, verdicts, base)] if self.exact else []
        made += [t for h in halves for t in h.tables]
        found = (*self._findings(parts), *acts.findings(said, study), *(f for h in halves for f in h.findings))
        return Result(
            lens=self.name,
            question=self.question,
            answer=(
                *words.verdict(parts),
                *acts.answer(parts, said, study),
                *alone,
                *(s for h in halves for s in h.answer),
                *words.stoppers(parts),
                *deciders(parts, ranks),
            ),
            findings=found,
            tables=tuple(t for t in made if t.rows),
            charts=(*words.charts(parts), *(c for h in halves for c in h.charts)),
            sections=tuple(
                s
                for s in (*SECTIONS, *(x for h in halves for x in h.sections))
                if any(t.rows and t.key in s.show for t in made)
            ),
            assumes=self.assumes,
            sources=self.sources,
            notes=(
                *words.notes(parts, verdicts, arrays),
                *alone,
                *acts.contradictions(parts, said),
                *(f"{w.what}." for w in unsaid(known)),
            ),
            settings={"shape": self.shape, "draws": study.kept, "seed": study.seed},
            offer=offer(parts, ranks, found, made, rivals.get(BEFORE), arrays),
        )

    def _tables(
        self,
        study: Study,
        base: Reading,
        parts: tables.Parts,
        ranks: Ranked,
        rivals: dict[str, Odds],
        said: Said | None,
    ) -> list[Table]:
        """The tables of the evaluating half."""
        titles = {k: v[0] for k, v in READINGS.items()} | {r.id: r.title for r in study.known.readings}
        return [
            tables.verdicts_table(parts),
            tables.odds_table(parts),
            tables.margins_table(parts),
            tables.by_plan_table(parts),
            tables.stops_table(parts),
            tables.clauses_table(parts),
            tables.consents_table(parts),
            tables.versions_table(parts),
            tables.version_clauses_table(parts),
            movers_table(parts, ranks),
            tables.readings_table(parts, rivals, titles),
            *([acts.table(parts, said)] if said else []),
            tables.without_table(parts, self._without(study, base)),
            tables.happened_table(parts, self._happened(study, base)),
        ]

    def _rivals(self, study: Study, base: Reading) -> dict[str, Odds]:
        """Odds under each rival reading: of the model (shape, red lines, dependence) and of the dossier."""
        asked = rival_readings(study, base)
        return dict(zip(asked, study.each(rival_odds, list(asked.values()), "rival readings")))

    def _without(self, study: Study, base: Reading) -> dict[str, Odds]:
        """Odds if one source had not been read."""
        few, sources = study.fewer(whole("settlement.few")), [s.id for s in study.known.sources]
        return dict(zip(sources, few.each(odds_without, [(base, s) for s in sources], "sources left out")))

    def _happened(self, study: Study, base: Reading) -> list[tuple[m.Plan, m.Response, float | None]]:
        """Each recorded answer beside the odds of signing as known on its date, before any answer was weighed."""
        found, few = [], study.fewer(whole("settlement.few")).before.lucks[0]
        known: dict[dt.date, Arrays] = {}
        for plan in study.known.plans:
            for response in plan.responses:
                if response.date > study.as_of or not study.known.actor[response.actor].signs:
                    continue
                if response.date not in known:
                    known[response.date] = Arrays(cut(study.case, response.date), few)
                arrays, odds = known[response.date], None
                if not missing(arrays.case):
                    odds = float(verdicts_of([arrays], [plan], base, detail=False)[0].signs[response.actor].mean())
                found.append((plan, response, odds))
        return sorted(found, key=lambda x: (x[1].date, x[0].id, x[1].actor))

    def _findings(self, parts: tables.Parts) -> tuple[Finding, ...]:
        found = []
        for (plan_id, who), value in sorted(parts.odds.items()):
            low, high = parts.ranges[plan_id, who]
            key, label = self._scope(parts, plan_id, who)
            found.append(
                Finding(
                    key=key,
                    sentence=(
                        f"{parts.plan_name(plan_id)} {label} in {tables.percent(value)} of the draws "
                        f"({tables.percent(low)} to {tables.percent(high)} over the rival readings)."
                    ),
                    value=value,
                    unit="share of draws",
                    low=low,
                    high=high,
                    error=float(np.sqrt(value * (1 - value) / parts.draws)),
                    basis=parts.basis(plan_id, who),
                    sources=("putnam1988", "keeney1976"),
                )
            )
        return tuple(found)

    @staticmethod
    def _scope(parts: tables.Parts, plan_id: str, who: str) -> tuple[str, str]:
        """Key and words of one share."""
        if who == "":
            return f"passes.{plan_id}", "passes"
        if who in (ALL_SIGN, ALL_RATIFY):
            told = "signed by all who must sign" if who == ALL_SIGN else "ratified by every signatory's own side"
            return f"{who}.{plan_id}", f"is {told}"
        if who.startswith(RATIFIES):
            party = who.removeprefix(RATIFIES)
            return f"ratifies.{plan_id}.{party}", f"is ratified by the own side of {parts.names[party]}"
        return f"signs.{plan_id}.{who}", f"is signed by {parts.names[who]}"


SECTIONS = (
    Section(
        "plans",
        "Who signs, who ratifies, what passes",
        (
            "Each number is a share of draws. A draw is one way the uncertain numbers of the dossier could all "
            "turn out together. “Signs”: the party's leader would put a name to it. “Ratifies”: those on its own "
            "side whose consent the clauses need give it. “Passes”: all sign, all ratify, every other consent is "
            "given (of allies, say), and no rule across clauses is broken.",
        ),
        ("verdicts_chart", "odds", "margins", "record"),
    ),
    Section(
        "stops",
        "What stops each plan",
        (
            "A red line is what a party says it will not accept. It stops a plan in the draws in which it is real. "
            "“In sum” counts the draws in which no line is crossed and yet the whole is worth less than no deal.",
        ),
        ("by_plan", "stops", "stops_chart", "clauses", "consents"),
    ),
    Section(
        "versions",
        "From version to version",
        (
            "What a new version changed, whom it moved and by how much, on the party's scale from defeat (0) to "
            "victory (1).",
        ),
        ("versions", "version_clauses"),
    ),
    Section(
        "decides",
        "Which numbers decide",
        (
            "The draws are sorted by one number of the dossier; the table compares the third in which it is lowest "
            "with the third in which it is highest. Nothing else is changed, so numbers that move together share "
            "the effect.",
        ),
        ("movers", "movers_chart", "readings", "without"),
    ),
    Section(
        "happened",
        "The odds beside what happened",
        (
            "Recorded answers to plans, and the odds of signing that the dossier gave as known on that day, before "
            "any answer was weighed. Nothing was fitted to them.",
        ),
        ("happened",),
    ),
)
