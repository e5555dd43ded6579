"""What the futures lens offers to readers of one page: when it may end, what may come, what each lever moves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from winset.lens.futures.endings import kind_shares
from winset.lens.futures.levers import matters, sorted_out
from winset.lens.futures.pulled import Pulled
from winset.lens.futures.stories import Story
from winset.lens.futures.tables import Parts
from winset.result import Offer, Point
from winset.spoken import capital, count, listed, one_in, percent, short

MONTHS = 12  # no answer: the year that the headline is about; it says so
NAMED, LEVERS = 4, 3  # no answer: stories and levers that the brief names
TOLD = 0.05  # no answer: what a change is at least that is not printed as none


def offer(parts: Parts, told: Sequence[Story], horizon: dt.date, pulled: Pulled | None) -> Offer:
    return Offer(
        headline=headline(parts),
        picture="survival_chart",
        so_what=so_what(parts),
        points=(
            Point("next", f"{headline(parts)}{_beside(parts)}", "survival_chart"),
            *(Point("next", s.told(horizon, 1 if i else 2)) for i, s in enumerate(told[:NAMED])),
            *levers(pulled),
        ),
    )


def headline(parts: Parts) -> str:
    return f"The present fighting ends within {MONTHS} months {one_in(parts.pooled(MONTHS), 'cases')}."


def _beside(parts: Parts) -> str:
    """Where the headline comes from."""
    own, base = float(parts.future.ended[:, parts.future.at(MONTHS)].mean()), parts.base(MONTHS)
    if base is None:
        return " By the model alone: no comparable wars are on record."
    return (
        f" The model alone gives {percent(own)}, comparable wars {percent(base.value)} ({percent(base.low)} to "
        f"{percent(base.high)})."
    )


def so_what(parts: Parts) -> str:
    shares = kind_shares(parts, MONTHS)
    most = max(shares, key=lambda k: shares[k])
    if sum(shares.values()) < matters("held"):
        return "Plan for a war that goes on: the model sees next to no way in which it ends within the year."
    floors = float(parts.future.cause[:, parts.future.at(MONTHS), 4:7].sum(axis=1).mean())
    if floors > sum(shares.values()) / 2:
        return (
            "If it ends within the year, most often a side can no longer go on; what keeps a side going moves the date "
            "more than what is offered."
        )
    return f"If it ends within the year, most often by {most}; plan for that form first."


def levers(pulled: Pulled | None) -> list[Point]:
    """What each lever moves, best first; then, greyed, how many do nothing that matters and how many cannot be told."""
    if pulled is None:
        return [Point("levers", "The case lists no levers.", greyed=True)]
    made = []
    for key, what, unit, scale in (
        ("held", "the chance of an agreement in force after 24 months", ", in points", 100.0),
        ("months", "the months of fighting in the next 36", "", 1.0),
    ):
        moving, nothing, unclear = sorted_out(pulled, key)
        if moving := [(lever, mean) for lever, mean in moving if abs(scale * mean) >= TOLD]:
            told = listed([f"“{short(lever.title, 60)}” {scale * mean:+.1f}" for lever, mean in moving[:LEVERS]])
            made.append(Point("levers", f"{capital(what)}{unit}: {told}.", "levers_chart" if key == "months" else ""))
        if nothing + unclear:
            band = f"{100 * matters(key):g} point" if key == "held" else f"{matters(key):g} months"
            parts = [f"{count(nothing)} moved it by less than {band}"] if nothing else []
            parts += (
                [f"{count(unclear)} cannot be told from no change on {count(pulled.draws, 'draw')}"] if unclear else []
            )
            head = f"Of the other levers, for {what}: " if moving else f"No lever is seen to change {what}: "
            made.append(Point("levers", f"{head}{listed(parts)}.", greyed=True))
    return sorted(made, key=lambda p: p.greyed)  # what moves something comes first
