"""What the settlement lens offers to readers of one page: the verdict, the plans, what stops the closest one, what decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from winset.derive.worth.utilities import utilities
from winset.lens.settlement.movers import Ranked
from winset.lens.settlement.tables import Parts, describe, option_of
from winset.result import Finding, Offer, Point, Table
from winset.settings import number
from winset.spoken import between, count, listed, one_in, percent, short

CLAUSES = 3  # no answer: clauses that the brief names


@dataclass(frozen=True)
class Stop:
    """A clause of a plan that crosses a real line of a party: in which share of draws, and what it costs the party against
    the best option of that issue, in shares of the way from its defeat to its victory."""

    party: str
    issue: str
    share: float
    cost: float


def offer(parts: Parts, ranked: Ranked, found: Sequence[Finding], tables: Sequence[Table]) -> Offer:
    """The headline and the points. `found`, `tables`: of the lens, the exact half included where it was asked for."""
    by_key = {f.key: f for f in found}
    return Offer(
        headline=headline(parts),
        picture="odds_chart",
        so_what=so_what(parts, by_key),
        points=(
            Point("verdict", " ".join([headline(parts), *_range(parts), *_zone(by_key)])),
            Point("plans", _plans(parts), "odds_chart"),
            *(Point("stops", text) for text in (_stops(parts), _least(parts, tables)) if text),
            Point("decides", decides(parts, ranked), greyed=not ranked.clear),
        ),
    )


def headline(parts: Parts) -> str:
    """The verdict in one sentence, as a frequency."""
    lead, plans = parts.odds[parts.leading, ""], len(parts.plans)
    if lead > 0:
        only = "The one plan on the table" if plans == 1 else f"“{short(parts.plan_name(parts.leading))}”"
        return f"{only} {'' if plans == 1 else 'comes closest: it '}passes {one_in(lead)} of the ways the uncertain numbers could fall."
    who = "The one plan on the table passes" if plans == 1 else f"None of the {count(plans, 'plan')} passes"
    return f"{who} in {'none' if plans == 1 else 'any'} of {parts.draws:,} ways the uncertain numbers could fall."


def _range(parts: Parts) -> list[str]:
    """The range of the verdict over rival readings."""
    low = (
        min(parts.ranges[p.id, ""][0] for p in parts.plans)
        if len(parts.plans) == 1
        else parts.ranges[parts.leading, ""][0]
    )
    high = max(parts.ranges[p.id, ""][1] for p in parts.plans)
    if high <= 0:
        return ["Rival readings of the evidence give 0% too."]
    return [f"Rival readings of the evidence give {between(low, high)}."]


def _zone(found: dict[str, Finding]) -> list[str]:
    if "zone.all" not in found:
        return []
    zone = found["zone.all"]
    assert isinstance(zone.value, float) and zone.low is not None and zone.high is not None
    return [
        f"Some package, on the table or not, that all could sign and see through exists {one_in(zone.value)} "
        f"({between(zone.low, zone.high)} over the readings)."
    ]


def so_what(parts: Parts, found: dict[str, Finding]) -> str:
    """What follows for whoever mediates."""
    if parts.odds[parts.leading, ""] > 0.5:
        return "The text is not the obstacle; what remains is to get it signed, ratified and kept."
    leaders, everyone = (found[k].value if k in found else None for k in ("zone.leaders", "zone.all"))
    if not isinstance(leaders, float) or not isinstance(everyone, float):
        return "No plan would more likely than not pass; look at what stops each."
    if leaders < number("settlement.narrow"):
        return (
            "Better drafting alone does not open a deal: a line, or what a side expects of going on, has to move first."
        )
    if everyone < leaders / 2:
        return "Leaders have more room than those whose consent they need: half or more of the room is lost at home and with third parties."
    return "A deal is possible that is not on the table; the plan lab shows which clauses it needs."


def _plans(parts: Parts) -> str:
    """Who signs the plan that comes closest, and whether any plan is signed by all."""
    signs = {p: parts.odds[parts.leading, p] for p in parts.parties}
    order = sorted(signs, key=lambda p: (-signs[p], p))
    told = listed([f"{parts.names[p]} {one_in(signs[p])}" for p in order])
    most = max(min(parts.odds[p.id, who] for who in parts.parties) for p in parts.plans)
    rest = (
        f" No plan is signed by every party in more than {percent(most)}."
        if len(parts.plans) > 1 and most < 0.5
        else ""
    )
    return f"Who would sign “{short(parts.plan_name(parts.leading))}”: {told}.{rest}"


def stops(parts: Parts, plan_id: str) -> list[Stop]:
    """Clauses of a plan that cross a real line, the most frequent first, one a party and issue."""
    verdict = next(v for v in parts.verdicts if v.plan == plan_id)
    worths = utilities(parts.arrays)
    found = []
    for (party, issue), crossed in verdict.lines.items():
        share = float(crossed.mean())
        if share > 0:
            best = worths.weight[party, issue] * worths.value[party, issue].max(axis=1)
            cost = float(np.mean(best) - np.mean(verdict.clauses[party, issue]))
            found.append(Stop(party, issue, share, cost))
    return sorted(found, key=lambda s: (-s.share, s.party, s.issue))


def _stops(parts: Parts) -> str:
    """What stops the plan that comes closest, and what its clauses cost whom."""
    plan = parts.leading
    verdict = next(v for v in parts.verdicts if v.plan == plan)
    name, lines = f"“{short(parts.plan_name(plan))}”", stops(parts, plan)[:CLAUSES]
    if lines:
        told = [
            f"{parts.names[party]} over {listed([_clause(parts, s) for s in lines if s.party == party])}"
            for party in dict.fromkeys(s.party for s in lines)
        ]
        cost = "Cost: how much of the way from its victory to its defeat the clause takes the party."
        return f"{name} comes closest; most often it is stopped by {'; and by '.join(told)}. {cost}"
    short_of = {p: float(verdict.short(p).mean()) for p in parts.parties}
    worst = max(short_of, key=lambda p: (short_of[p], p))
    if short_of[worst] > 0:
        return f"{name} crosses no real line; in sum it is worth less than no deal to {parts.names[worst]} in {percent(short_of[worst])}."
    return f"{name} is stopped by consent alone." if parts.odds[plan, ""] < 1 else ""


def _clause(parts: Parts, stop: Stop) -> str:
    option = parts.label(stop.issue, option_of(parts, parts.leading, stop.issue))
    told = f"{short(parts.case.issue[stop.issue].name)}: {short(option, 60)}"
    return f"“{told}” (a real line in {percent(stop.share)}; cost {max(stop.cost, 0.0):.2f})"


def _least(parts: Parts, tables: Sequence[Table]) -> str:
    """The smallest change that opens a deal: steps at the central numbers, else the fewest clauses of the closest plan."""
    made = {t.key: t for t in tables}
    if "corrections" in made:
        steps = made["corrections"].column("steps")[0].split("; ")
        more = f", and {count(len(steps) - CLAUSES, 'more step')}" if len(steps) > CLAUSES else ""
        return f"At the dossier's central numbers the smallest set of steps that opens a deal: {'; '.join(steps[:CLAUSES])}{more}."
    if "amendments" in made:
        plans, least = made["amendments"].column("plan"), made["amendments"].column("least")
        fewest = dict(zip(plans, least)).get(parts.plan_name(parts.leading))
        if fewest:
            return f"Where a deal is possible, {count(int(fewest), 'clause')} of it must change at least."
    return ""


def decides(parts: Parts, ranked: Ranked) -> str:
    """Which number decides most, and so what would be worth finding out; or that none stands out."""
    if not ranked.clear:
        return f"No single one of {ranked.count:,} uncertain numbers stands out from chance; more facts on any one would not settle the verdict."
    told = [f"“{short(describe(parts, parts.case.figure[x.figure]), 60)}”" for x in ranked.clear[:CLAUSES]]
    top = ranked.clear[0]
    whose = parts.names.get(top.scope[1], "every party")
    return (
        f"Of {ranked.count:,} uncertain numbers {listed(told)} {'stands' if len(ranked.clear) == 1 else 'stand'} out from chance: between its lowest and its highest third "
        f"the odds of {whose} signing “{short(parts.plan_name(top.scope[0]))}” change by {100 * top.change:+.0f} points{' for the first' if len(told) > 1 else ''}."
    )
