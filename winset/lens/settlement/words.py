"""The answer of the settlement lens in plain sentences, its notes and its charts."""

from __future__ import annotations

from collections.abc import Sequence

from winset.arrays import Arrays
from winset.derive.deal.acceptance import Verdict
from winset.lens.settlement.tables import Parts, option_of, percent
from winset.result import Chart
from winset.spoken import count as counted


def verdict(parts: Parts) -> tuple[str, ...]:
    """Would any plan be signed? In plain sentences."""
    lead, count = parts.leading, len(parts.plans)
    signatories = ", ".join(parts.names[p] for p in parts.parties)
    likely = [p for p in parts.plans if parts.odds[p.id, ""] > 0.5]
    if count == 1:
        head = f"the one plan on the table would {'' if likely else 'not '}more likely than not"
    else:
        head = f"{counted(len(likely)) if likely else 'none'} of the {counted(count)} plans would more likely than not"
    date = f"{parts.case.as_of.day} {parts.case.as_of:%B %Y}"
    head = f"As known on {date}, {head} be signed by all who must sign ({signatories}) with the consents it needs."
    draws = f"{parts.draws:,} draws (a draw is one way in which all the uncertain numbers could turn out together)"
    if parts.odds[lead, ""] > 0:
        low, high = parts.ranges[lead, ""]
        return (
            head,
            f"The one that comes closest is “{parts.plan_name(lead)}”: it passes in "
            f"{percent(parts.odds[lead, ''])} of {draws}, and in {percent(low)} to {percent(high)} over the rival "
            "readings of the dossier.",
        )
    most = max(parts.ranges[p.id, ""][1] for p in parts.plans)
    rival = (
        "nor under any rival reading"
        if most == 0
        else f"and under the most favourable rival reading in {percent(most)}"
    )
    return head, f"No plan passes in any of {draws}, {rival}."


def stoppers(parts: Parts) -> tuple[str, ...]:
    """One sentence a plan: who is least likely to sign it, and over what; and where ratification is the harder part."""
    return tuple(stopper(parts, p.id) for p in parts.plans)


def stopper(parts: Parts, plan_id: str) -> str:
    """Who is least likely to sign a plan, and over what."""
    verdict = next(v for v in parts.verdicts if v.plan == plan_id)
    who = min(parts.parties, key=lambda p: (parts.odds[plan_id, p], p))
    lines = {issue: x for (party, issue), x in verdict.lines.items() if party == who and x.any()}
    said = f"“{parts.plan_name(plan_id)}”: {parts.names[who]} signs in {percent(parts.odds[plan_id, who])}"
    blocked, short = verdict.blocked(who), verdict.short(who)
    causes = {
        "line": float(blocked.mean()),
        "sum": float((~blocked & short).mean()),
    }
    cause = max(causes, key=lambda c: (causes[c], c))
    if cause == "line":
        worst = max(lines, key=lambda k: (lines[k].mean(), k))
        option = parts.label(worst, option_of(parts, plan_id, worst))
        return (
            f"{said}; most often over “{parts.case.issue[worst].name}: {option}” "
            f"({percent(float(lines[worst].mean()))})."
        )
    if causes[cause] == 0:
        return f"{said}."
    return f"{said}; most often because in sum it is worth less than no deal."


def notes(parts: Parts, verdicts: Sequence[Verdict], arrays: Sequence[Arrays]) -> tuple[str, ...]:
    said = []
    for v in verdicts:
        said += [
            f"{parts.plan_name(v.plan)} breaks the rule {rule} across clauses and is counted as not passing."
            for rule in v.rules
        ]
    return tuple(said)


def charts(parts: Parts) -> tuple[Chart, ...]:
    return (
        Chart(
            "verdicts_chart",
            "matrix",
            "verdicts",
            "Who signs, who ratifies, what passes",
            {"y": "plan", "x": "*share", "value": "*"},
            "The stronger the colour, the larger the share of draws; the number is that share.",
        ),
        Chart(
            "stops_chart",
            "bars",
            "stops",
            "Draws in which a real red line stops the party",
            {"x": "lines", "y": "plan", "color": "party"},
            "One bar per plan and party.",
        ),
        Chart(
            "movers_chart",
            "bars",
            "movers",
            "Change of the odds between lowest and highest third",
            {"x": "change", "y": "figure"},
            "Bars to the right: the odds are higher where the number is high.",
        ),
    )
