"""What the influence lens offers to readers of one page: where bargaining ends, who moves whom, who could mediate."""

from __future__ import annotations

from winset.lens.influence import between, words
from winset.lens.influence.bargaining import likeliest
from winset.lens.influence.board import Board
from winset.lens.influence.parts import Change, Parts
from winset.result import Offer, Point
from winset.settings import number
from winset.spoken import capital, listed, percent, short


def offer(parts: Parts, shown: set[str]) -> Offer:
    """shown: keys of the charts that the result has."""
    picture = next((key for key in ("network_chart", "multiverse_chart") if key in shown), "")
    return Offer(headline=headline(parts), picture=picture, so_what=so_what(parts), points=points(parts, shown))


def headline(parts: Parts) -> str:
    b = parts.leading
    if b is not None:
        if why := words.still(b):
            return f"On {name(b)} bargaining by weight alone would end near {b.mean.mean():.0f} of 100: {why}."
        low, _, high = b.quantiles(0.05, 0.5, 0.95)
        return (
            f"On {name(b)} bargaining by weight alone would end near {b.mean.mean():.0f} of 100, "
            f"but anywhere from {low:.0f} to {high:.0f}."
        )
    if parts.leaders:
        one = words.most_advised(parts, parts.leaders[0])
        return (
            f"Advice moves {parts.names[one.leader]} from {one.view[:, 0].mean():.0f} to "
            f"{one.position.mean():.0f} of 100."
        )
    if (b := parts.weightiest) is not None:
        option, chance = likeliest(b)
        return f"On {name(b)} bargaining by weight alone would most likely end with “{option}” ({percent(chance)})."
    return f"{len([o for o in parts.between if o.reaches_both])} parties reach both sides."


def name(b: Board) -> str:
    return f"“{short(b.issue.name, 40)}”"


def strongest(parts: Parts) -> tuple[str, str, Change, float] | None:
    """(leader, issue, change, move): the change of one adviser's place that moves any leader most."""
    found = [(leader, *best) for leader in parts.leaders if (best := words.largest(parts, leader))]
    return max(found, key=lambda t: (round(abs(t[3]), 9), t[0]), default=None)


def so_what(parts: Parts) -> str:
    told = []
    if (b := parts.leading) is not None and not words.still(b):
        told.append(f"{parts.names[words.top_lever(parts, b)[0]]}'s weight moves the main issue most")
    if best := strongest(parts):
        told.append(
            f"in the circle of {parts.names[best[0]]} it matters most whether {parts.names[best[2].adviser]} is heard"
        )
    return f"{capital('; '.join(told))}." if told else ""


def points(parts: Parts, shown: set[str]) -> tuple[Point, ...]:
    made = []
    if (b := parts.leading) is not None and not words.still(b):
        party, moved = words.top_lever(parts, b)
        text = (
            f"With {number('influence.more'):.0%} more weight (means times attention) {parts.names[party]} would move "
            f"the end of bargaining over {name(b)} by {moved:+.1f} of 100; any other party less."
        )
        made.append(Point(part="moves", text=text, show="multiverse_chart" if "multiverse_chart" in shown else ""))
    if best := strongest(parts):
        leader, issue, change, moved = best
        text = (
            f"Of changes in a leader's circle, {parts.names[change.adviser]} {change.told} moves {parts.names[leader]} "
            f"most: by {moved:+.0f} of 100 on “{short(parts.case.issue[issue].name, 40)}”."
        )
        made.append(Point(part="moves", text=text, show="network_chart" if "network_chart" in shown else ""))
    if text := _mediators(parts):
        made.append(Point(part="moves", text=text))
    return tuple(made)


def _mediators(parts: Parts) -> str:
    """Who could speak to both sides, and whom of them each side would believe."""
    if not parts.between:
        return ""
    both, sides = [o for o in parts.between if o.reaches_both], between.sides(parts)
    if not both:
        return f"Nobody on record reaches both {sides[0]} and {sides[1]}."
    said = f"{listed([parts.names[o.party] for o in both])} reach{'es' if len(both) == 1 else ''} both sides"
    leaning = [o for o in both if o.bias is not None]
    if not leaning:
        return f"{capital(said)}."
    one = max(leaning, key=lambda o: (between.over_both(o), o.party))
    near, least = between.nearest(one)
    return capital(
        f"{said}; {parts.names[one.party]} leans to {sides[near]}, which would believe its calls for restraint if they "
        f"are right {percent(least)} of the time or more, and {sides[1 - near]} hardly ever."
    )
