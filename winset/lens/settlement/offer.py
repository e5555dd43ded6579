"""What the settlement lens offers to readers of one page: the verdict, the plans, what stops the closest one, what
decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from winset.arrays import Arrays
from winset.derive.worth.utilities import utilities
from winset.lens.settlement.movers import Ranked
from winset.lens.settlement.tables import ALL_SIGN, Odds, Parts, meant, option_of
from winset.result import Finding, Offer, Point, Table
from winset.settings import number, whole
from winset.spoken import between, count, listed, one_in, percent, short

CLAUSES, STEPS, NUMBERS = 2, 3, 1  # no answer: clauses and steps that the brief names
LETTERS = 80  # no answer: of the name of a number


@dataclass(frozen=True)
class Stop:
    """A clause of a plan that crosses a real line of a party: in which share of draws, and what it costs the party
    against the best option of that issue, in shares of the way from its defeat to its victory."""

    party: str
    issue: str
    share: float
    cost: float


def offer(
    parts: Parts,
    ranked: Ranked,
    found: Sequence[Finding],
    tables: Sequence[Table],
    before: Odds | None,
    arrays: Sequence[Arrays],
) -> Offer:
    """The headline and the points. `found`, `tables`: of the lens, the exact half included where it was asked for;
    before: the odds before the record weighed the draws, where there is a record."""
    by_key = {f.key: f for f in found}
    return Offer(
        headline=headline(parts),
        picture="verdicts_chart",
        so_what=so_what(parts, by_key),
        points=(
            Point("verdict", " ".join([headline(parts), *_range(parts), *_zone(by_key)])),
            Point("plans", _plans(parts), "verdicts_chart"),
            *(Point("stops", text) for text in (_stops(parts, arrays), _least(parts, tables)) if text),
            Point("decides", decides(parts, ranked), greyed=not ranked.clear),
            *_before(parts, by_key, before),
        ),
    )


def headline(parts: Parts) -> str:
    """The verdict in one sentence, as a frequency."""
    lead, plans = parts.odds[parts.leading, ""], len(parts.plans)
    if lead > 0:
        only = "The one plan on the table" if plans == 1 else f"“{short(parts.plan_name(parts.leading))}”"
        return (
            f"{only} {'' if plans == 1 else 'comes closest: it '}passes {one_in(lead)} of the ways the uncertain "
            "numbers could fall."
        )
    who = "The one plan on the table passes" if plans == 1 else f"None of the {count(plans, 'plan')} passes"
    return f"{who} in {'none' if plans == 1 else 'any'} of {parts.draws:,} ways the uncertain numbers could fall."


def _before(parts: Parts, found: dict[str, Finding], before: Odds | None) -> list[Point]:
    """What the recorded answers to plans changed."""
    if before is None or "record.ess" not in found:
        return []
    moved = max(before, key=lambda k: (abs(parts.odds[k] - before[k]) if k[1] in parts.names else -1.0, k))
    was, is_ = percent(before[moved]), percent(parts.odds[moved])
    if was == is_:
        return [Point("rests", "The recorded answers to plans move no share of signing by a point.")]
    told = f"Before the recorded answers to plans weighed the draws, {parts.names[moved[1]]} signed"
    plan = short(parts.plan_name(moved[0]))
    return [Point("rests", f"{told} “{plan}” in {was}, with them in {is_}: the largest change they make.")]


def _range(parts: Parts) -> list[str]:
    """The range of the verdict over rival readings."""
    low = (
        min(parts.ranges[p.id, ""][0] for p in parts.plans)
        if len(parts.plans) == 1
        else parts.ranges[parts.leading, ""][0]
    )
    high = max(parts.ranges[p.id, ""][1] for p in parts.plans)
    if high <= 0:
        return ["Rival readings of the evidence: 0%."]
    return [f"Rival readings of the evidence: {between(low, high)}."]


def _zone(found: dict[str, Finding]) -> list[str]:
    if "zone.all" not in found:
        return []
    zone = found["zone.all"]
    assert isinstance(zone.value, float) and zone.low is not None and zone.high is not None
    told = f"Some package, on the table or not, could pass {one_in(zone.value)}"
    return [f"{told} ({between(zone.low, zone.high)} over the readings)."]


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
        return (
            "Leaders have more room than those whose consent they need: half or more of the room is lost at home and "
            "with third parties."
        )
    return "A deal is possible that is not on the table; the plan lab shows which clauses it needs."


def _plans(parts: Parts) -> str:
    """How far any plan is signed by all."""
    most = max(parts.plans, key=lambda p: (parts.odds[p.id, ALL_SIGN], p.id))
    share = parts.odds[most.id, ALL_SIGN]
    if share <= 0:
        return ""  # the table says it
    if len(parts.plans) > 1 and share < 0.5:
        return (
            "No plan is signed by every party in "
            f"{'as much as 1' if share < 0.01 else f'more than {100 * share:.0f}'}%."
        )
    return f"“{short(most.name)}” is signed by every party {one_in(share, 'draws')}."


def stops(parts: Parts, arrays: Sequence[Arrays], plan_id: str) -> list[Stop]:
    """Clauses of a plan that cross a real line, the most frequent first, one a party and issue."""
    verdict = next(v for v in parts.verdicts if v.plan == plan_id)
    shares = {key: share for key, crossed in verdict.lines.items() if (share := float(crossed.mean())) > 0}
    best: dict[tuple[str, str], list[np.ndarray]] = {key: [] for key in shares}
    for slice_ in arrays:
        worths = utilities(slice_)
        for key, columns in best.items():
            columns.append(worths.weight[key] * worths.value[key].max(axis=1))
    found = [
        Stop(*key, share, float(np.concatenate(best[key]).mean() - np.mean(verdict.clauses[key])))
        for key, share in shares.items()
    ]
    return sorted(found, key=lambda s: (-s.share, s.party, s.issue))


def _stops(parts: Parts, arrays: Sequence[Arrays]) -> str:
    """What stops the plan that comes closest, and what its clauses cost whom."""
    plan = parts.leading
    verdict = next(v for v in parts.verdicts if v.plan == plan)
    name, lines = f"“{short(parts.plan_name(plan))}”", stops(parts, arrays, plan)[:CLAUSES]
    if lines:
        told = {s: _clause(parts, s, first=s is lines[0]) for s in lines}
        by = [
            f"{parts.names[party]} over {listed([told[s] for s in lines if s.party == party])}"
            for party in dict.fromkeys(s.party for s in lines)
        ]
        lead = f"{name} is" if len(parts.plans) == 1 else f"{name} comes closest; it is"
        return f"{lead} stopped most often by {'; and by '.join(by)}."
    short_of = {p: float(verdict.short(p).mean()) for p in parts.parties}
    worst = max(short_of, key=lambda p: (short_of[p], p))
    if short_of[worst] > 0:
        return (
            f"{name} crosses no real line; in sum it is worth less than no deal to {parts.names[worst]} in "
            f"{percent(short_of[worst])}."
        )
    return f"{name} is stopped by consent alone." if parts.odds[plan, ""] < 1 else ""


def _clause(parts: Parts, stop: Stop, first: bool) -> str:
    """A clause, in which share of draws it crosses a real line, and its cost; what the two mean is said of the
    first."""
    option = parts.label(stop.issue, option_of(parts, parts.leading, stop.issue))
    told = f"“{short(parts.case.issue[stop.issue].name, 36)}: {short(option, 42)}”"
    line, cost = percent(stop.share), percent(max(stop.cost, 0.0))
    if first:
        return f"{told} (a line it means in {line}; costs {cost} of the way from its defeat to its victory)"
    return f"{told} ({line}; {cost})"


def _least(parts: Parts, tables: Sequence[Table]) -> str:
    """The smallest change that opens a deal: steps at the central numbers, else the fewest clauses of the closest
    plan."""
    made = {t.key: t for t in tables}
    if "corrections" in made:
        ways = [way.split("; ") for way in made["corrections"].column("steps")]
        steps, alike = ways[0], sum(len(way) == len(ways[0]) for way in ways)
        known = "at least " if alike == whole("settlement.ways") else ""  # no more were looked for
        few = f" (one of {known}{alike} ways that are as short)" if alike > 1 else ""
        more = f", and {count(len(steps) - STEPS, 'more step')}" if len(steps) > STEPS else ""
        return f"At central numbers these steps, at least, would open a deal{few}: {'; '.join(steps[:STEPS])}{more}."
    if "amendments" in made:
        plans, least = made["amendments"].column("plan"), made["amendments"].column("least")
        fewest = dict(zip(plans, least)).get(parts.plan_name(parts.leading))
        if fewest:
            return f"Where a deal is possible, {count(int(fewest), 'clause')} of it must change at least."
    return ""


def decides(parts: Parts, ranked: Ranked) -> str:
    """Which number decides most, and so what would be worth finding out; or that none stands out."""
    if not ranked.clear:
        return (
            f"No single one of {ranked.count:,} uncertain numbers stands out from chance; more facts on any one would "
            "not settle the verdict."
        )
    told = [f"“{short(meant(parts, parts.case.figure[x.figure]), LETTERS)}”" for x in ranked.clear[:NUMBERS]]
    top = ranked.clear[0]
    whose = parts.names.get(top.scope[1], "every party")
    others = f" and {count(len(ranked.clear) - 1, 'other')}" if len(ranked.clear) > 1 else ""
    stand = "stands" if len(ranked.clear) == 1 else "stand"
    return (
        f"Of {ranked.count:,} uncertain numbers {listed(told)}{others} {stand} out: from its lowest to its highest "
        f"third the odds of {whose} signing “{short(parts.plan_name(top.scope[0]), 40)}” "
        f"{'rise' if top.change > 0 else 'fall'} by {abs(100 * top.change):.0f} points."
    )
