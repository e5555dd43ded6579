"""The findings, sentences and picture of robustness, and the whole Result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from winset.result import Chart, Finding, Lens, Offer, Point, Result, Section
from winset.robustness import tables
from winset.robustness.headlines import Headline, yes
from winset.robustness.known import best
from winset.robustness.tables import Parts, sentence
from winset.settings import number
from winset.spoken import between, count, percent
from winset.units import quantities


def findings(parts: Parts) -> list[Finding]:
    made = []
    for one in parts.headlines:
        over, share = parts.over(one.key), parts.shares[one.key]
        told = (
            f"That {one.told}: {percent(share)} of the draws, {between(min(over), max(over))} over {len(over)} "
            "sets of assumptions."
        )
        made.append(
            Finding(
                key=f"range.{one.key}",
                sentence=told,
                value=share,
                unit="share of draws",
                low=min(over),
                high=max(over),
                error=float(np.sqrt(share * (1 - share) / parts.draws)),
                basis=one.basis,
                sources=("steegen2016",),
            )
        )
    for tip in parts.tips:
        name, value = tip.changes[0]
        unit = quantities()[parts.case.figure[name].quantity].unit
        made.append(
            Finding(
                key=f"tip.{tip.headline}:{name}", sentence=sentence(parts, tip), value=value, unit=unit, basis=(name,)
            )
        )
    return made


def fragile(parts: Parts) -> list[Headline]:
    """Chief headlines whose answer one number inside its own range or one reading turns."""
    return [h for h in parts.chief if ((t := parts.least(h.key)) and t.within) or parts.turned_by(h.key)]


def headline(parts: Parts) -> str:
    weak, total = fragile(parts), len(parts.chief)
    if not weak:
        one = "The one answer holds" if total == 1 else f"All {count(total)} answers hold"
        return f"{one} whatever single number, reading or source is changed."
    which = (
        "the one answer turns"
        if total == 1
        else f"{count(len(weak))} of {count(total, 'answer')} {'turns' if len(weak) == 1 else 'turn'}"
    )
    return f"{which[:1].upper()}{which[1:]} if one number moves inside its range or one assumption changes."


def answer(parts: Parts) -> tuple[str, ...]:
    told = [headline(parts)]
    for one in fragile(parts):
        tip = parts.least(one.key)
        if tip and tip.within:
            told.append(sentence(parts, tip))
        elif turned := parts.turned_by(one.key):
            now = "more" if yes(turned[0].shares[one.key]) else "less"
            told.append(f"That {one.told} is {now} likely than not if one assumes: {turned[0].told}.")
    return (*told, finding_out(parts))


def stands_out(parts: Parts) -> list[tuple[int, int]]:
    """(column, headline) of the numbers that are worth finding out, beyond chance; most first."""
    return [at for at in best(parts.known) if parts.known.p[at] <= number("movers.alpha")]


def finding_out(parts: Parts) -> str:
    found = parts.known
    clear = stands_out(parts)
    if not clear:
        return "No single number would, if it were known, move an answer by more than chance explains."
    c, h = clear[0]
    name, one = parts.column(found.columns.names[c]), found.headlines[h]
    return (
        f"Most worth finding out: {name}; known, it would move the odds that {one.told} by "
        f"{percent(found.worth[c, h])} on average."
    )


def result(lens: Lens, parts: Parts, settings: Mapping[str, Any]) -> Result:
    """The whole answer."""
    made = [f(parts) for f in tables.ALL]
    told, weak = answer(parts), fragile(parts)
    said = told[1] if weak else told[0]
    return Result(
        lens=lens.name,
        question=lens.question,
        answer=told,
        findings=tuple(findings(parts)),
        tables=tuple(t for t in made if t.rows),
        charts=(
            Chart(
                key="range_chart",
                kind="bars",
                table="range",
                title="Each headline over the multiverse",
                roles={"x": "share", "y": "headline", "color": "which"},
                caption=f"Lowest and highest of {parts.fitting} sets of assumptions, and as stated.",
            ),
        ),
        sections=SECTIONS,
        assumes=tuple(lens.assumes),
        sources=tuple(lens.sources),
        notes=tuple(
            f"Not tested, {FAMILIES.get(family, family)}: the case has no {', no '.join(own[:5])}."
            for family, own in parts.lacks.items()
        ),
        settings=dict(settings),
        offer=Offer(
            headline=headline(parts),
            picture="range_chart",
            so_what=finding_out(parts),
            points=(
                Point("decides", said, "range_chart"),
                Point("decides", finding_out(parts), greyed=not stands_out(parts)),
            ),
        ),
    )


FAMILIES = {"deals": "who signs what", "zone": "whether some package could pass", "ends": "the end of the fighting"}
SECTIONS = (
    Section(
        "turns",
        "What would turn each answer",
        (
            (
                "A tipping value is where a number of the dossier, if it were known, would make another answer "
                "the likelier one."
            ),
        ),
        ("overturn", "tips"),
    ),
    Section(
        "known",
        "What is worth finding out",
        ("Sensitivity indices split the variance of a statement over the draws among the numbers it rests on.",),
        ("known", "forecasts", "rules"),
    ),
    Section(
        "multiverse",
        "Under every set of assumptions",
        (
            (
                "A multiverse is the same question answered under every reasonable set of assumptions, and not "
                "only the usual one."
            ),
        ),
        ("range_chart", "range", "place", "universes"),
    ),
)
