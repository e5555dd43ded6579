"""settlement: is there a deal everyone could sign, and what stops this one?

The evaluating half is here: who signs which plan, whose side ratifies it and whether it passes, the margins, which
clause stops whom, which consents fail, what a new version changed and whom it moved, what the record says, and which
Figures decide. `exact` searches all packages; `levels` asks who else must agree, and what a guarantee is worth.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.case.patch import apply, without_source
from winset.case.patch import as_of as cut
from winset.case.unsaid import unsaid
from winset.derive.deal.acceptance import Verdict, Votes, join, joined, judge, votes
from winset.derive.deal.weighing import Record, record
from winset.derive.war.no_deal import without_core
from winset.derive.worth.utilities import Reading, missing, utilities
from winset.errors import NoDrawFits
from winset.lens.settlement import acts, tables, words
from winset.lens.settlement.exact import DOSSIER, exact
from winset.lens.settlement.exact import parts as exact_parts
from winset.lens.settlement.levels import levels
from winset.lens.settlement.levels import parts as levels_parts
from winset.lens.settlement.movers import Ranked, deciders, decisive, movers_table, rank
from winset.lens.settlement.offer import offer
from winset.lens.settlement.tables import ALL, ALL_RATIFY, ALL_SIGN, RATIFIES
from winset.reads import Seen
from winset.reads import reading as reading_of
from winset.result import Finding, Result, Section, Table, nothing
from winset.settings import whole
from winset.sift import beside

READINGS = {
    "quadratic": ("value falls with the square of distance", Reading(shape="quadratic")),
    "step": ("value is all or nothing within a quarter of the scale", Reading(shape="step")),
    "real": ("every stated red line is real", Reading(red_lines="real")),
    "posture": ("every stated red line is posture", Reading(red_lines="posture")),
    "base": ("a stated red line is real as often as lines of ended wars held", Reading(red_lines="base")),
    "apart": ("a party's red lines are real independently of each other", Reading(dependence="apart")),
    "together": ("a party's red lines are all real or all posture", Reading(dependence="together")),
    "dossier": (DOSSIER, Reading(no_deal="dossier")),
}
BEFORE = "before the record"
Odds = dict[tuple[str, str], float]


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
        made: list[tuple[Study, Any, Any]] = [(study, rival_odds, asked) for asked in rivals if asked[1] is None]
        made += [*exact_parts(study, base, READINGS), *levels_parts(study, base)] if self.exact else []
        made += [(study, ranked, base), *((few, odds_without, (base, s.id)) for s in study.known.sources)]
        return [*made, *((study, rival_odds, asked) for asked in rivals if asked[1] is not None)]

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
        said = record(study, base)
        earlier = votes_of(study.before.arrays(), plans, base)
        rivals = self._rivals(study, base) if self.readings else {}
        if said:
            rivals[BEFORE] = odds_of(earlier)
        ranges = {key: _range(odds[key], [r[key] for r in rivals.values() if r]) for key in odds}
        leading = _leading(plans, odds)
        names = {a.id: a.name for a in known.actors}
        parts = tables.Parts(known, arrays[0], plans, verdicts, odds, ranges, names, leading, study.kept)
        ranks = study.each(ranked, [base], "numbers that decide")[0]
        alone = [told] if (told := without_core(known)) else []
        made = self._tables(study, base, parts, ranks, rivals, said, earlier)
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
        said: Record | None,
        earlier: Sequence[Votes],
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
            *([acts.table(parts, said, earlier)] if said else []),
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


def verdicts_of(
    arrays: Sequence[Arrays], plans: Sequence[m.Plan], reading: Reading, detail: bool = True
) -> list[Verdict]:
    """Verdicts over all draws, whatever slices they were compiled in."""
    per_slice = [judge(a, plans, reading, detail) for a in arrays]
    return [join([part.pop(0) for part in per_slice]) for _ in plans]  # the slices go as they are joined


@beside("deals")
def ranked(study: Study, reading: Reading) -> Ranked:
    """Which Figures decide (a task)."""
    plans = [p for p in study.known.plans if p.kind == "plan"]
    arrays = study.reading(how=reading.rival)
    verdicts = verdicts_of(arrays, plans, reading)
    odds = odds_of(verdicts)
    leading = _leading(plans, odds)
    return rank(arrays, verdicts, decisive(leading, odds[leading, ""]), study.seed)


def rival_readings(study: Study, base: Reading) -> dict[str, tuple[Reading, m.Patch | None]]:
    """The rival readings by id: of the model, and of the dossier by the model's own reading."""
    of_model = {key: (reading, None) for key, (_, reading) in READINGS.items() if reading != base}
    return of_model | {patch.id: (base, patch) for patch in study.case.readings}


@beside("deals")
def rival_odds(study: Study, asked: tuple[Reading, m.Patch | None]) -> Odds:
    """Odds under a rival reading of the model or of the dossier (a task); nothing where no draw fits the record under
    it."""
    return all_rival_odds(study, [asked])[0][0]


def all_rival_odds(study: Study, asked: Sequence[tuple[Reading, m.Patch | None]]) -> list[tuple[Odds, Seen]]:
    """Odds under several, each with what was read for it: slice by slice, so that the columns of a slice serve them
    all."""
    read = study.readings([(partial(apply, patch=p), None) if p else (None, reading.rival) for reading, p in asked])
    arrays = [(() if isinstance(own, NoDrawFits) else own, seen) for own, seen in read]
    plans = [[p for a in own[:1] for p in a.case.plans if p.kind == "plan"] for own, _ in arrays]
    counts: list[Counter[tuple[str, str]]] = [Counter() for _ in asked]
    for place in sorted({a.luck.at for own, _ in arrays for a in own}):
        for (reading, _), (own, seen), of, count in zip(asked, arrays, plans, counts):
            with reading_of() as more:
                here = [v for a in own if a.luck.at == place for v in votes(a, of, reading)]
            count.update({key: int(x.sum()) for v in here for key, x in _shares(v)})
            seen.join(more)
    totals = [sum(a.draws for a in own) for own, _ in arrays]
    return [({k: n / total for k, n in count.items()}, seen) for count, total, (_, seen) in zip(counts, totals, arrays)]


rival_odds.together = all_rival_odds  # type: ignore[attr-defined]


@beside("deals")
def odds_without(study: Study, asked: tuple[Reading, str]) -> Odds:
    """Odds if one source had not been read (a task); nothing where no draw fits the record without it."""
    reading, source = asked
    try:
        arrays = study.reading(partial(without_source, source=source))
    except NoDrawFits:
        return {}
    plans = [p for p in study.known.plans if p.kind == "plan"]
    return _odds(arrays, plans, reading)


def _odds(arrays: Sequence[Arrays], plans: Sequence[m.Plan], reading: Reading) -> Odds:
    return odds_of(votes_of(arrays, plans, reading))


def votes_of(arrays: Sequence[Arrays], plans: Sequence[m.Plan], reading: Reading) -> list[Votes]:
    """Votes over all draws, whatever slices they were compiled in."""
    per_slice = [votes(a, plans, reading) for a in arrays]
    return [joined(part) for part in zip(*per_slice)]


def odds_of(verdicts: Sequence[Verdict | Votes]) -> Odds:
    """Share of draws by (plan, party) that signs, (plan, `RATIFIES` + party), (plan, `ALL_SIGN`), (plan, `ALL_RATIFY`)
    and, for the whole deal, (plan, "")."""
    return {key: float(x.mean()) for v in verdicts for key, x in _shares(v)}


def _shares(v: Verdict | Votes) -> Iterator[tuple[tuple[str, str], np.ndarray]]:
    """Every yes or no that is said of a plan, by the keys of `odds_of`."""
    yield from (((v.plan, party), x) for party, x in v.signs.items())
    yield from (((v.plan, RATIFIES + party), x) for party, x in v.ratifies.items())
    yield (v.plan, ALL_SIGN), v.all_sign
    yield (v.plan, ALL_RATIFY), v.all_ratify
    yield (v.plan, ""), v.passes


def _leading(plans: Sequence[m.Plan], odds: Odds) -> str:
    """The plan that passes most often; of equals the one that is signed most often."""
    return max(plans, key=lambda p: (odds[p.id, ""], odds[p.id, ALL_SIGN], _mean(odds, p.id), p.id)).id


def _mean(odds: Odds, plan_id: str) -> float:
    own = [x for (plan, who), x in odds.items() if plan == plan_id and who and ":" not in who and who not in ALL]
    return sum(own) / len(own)


def _range(value: float, rivals: Sequence[float]) -> tuple[float, float]:
    return min([value, *rivals]), max([value, *rivals])
