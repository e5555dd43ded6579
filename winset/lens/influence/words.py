"""Sentences, findings and sections of the influence lens."""

from __future__ import annotations

import numpy as np

from winset.derive.circle.circles import Settled
from winset.lens.influence import between
from winset.lens.influence.bargaining import likeliest, reach
from winset.lens.influence.board import Board
from winset.lens.influence.circle import leading
from winset.lens.influence.parts import Change, Parts, spread
from winset.result import Finding, Section
from winset.settings import number
from winset.spoken import listed, percent
from winset.theory import means

TESTED = (
    "Models of challenges and offers did worse than a weighted mean on 351 EU decisions, and "
    "none of them was ever "
    "tested on bargaining under fire: read them as what would follow if the parties bargained so."
)


def answer(parts: Parts) -> tuple[str, ...]:
    return (*_bargaining(parts), *_circles(parts), *between.answer(parts))


def _bargaining(parts: Parts) -> list[str]:
    b = parts.leading
    if b is None:
        return _unordered(parts)
    low, _, high = b.quantiles(0.05, 0.5, 0.95)
    option, chance = likeliest(b)
    average = float(means.weighted_mean(b.ideal, b.weight).mean())
    said = [
        f"For {len(parts.boards)} of {len(parts.case.issues)} issues the case says what parties wish, what weight they "
        f"have and how much they attend to it. Most is at stake over “{b.issue.name}”: bargaining by weight alone "
        f"would end at {b.mean.mean():.0f} of 100 on average, anywhere from {low:.0f} to {high:.0f} in nine of ten "
        f"cases, and most likely near “{option}” ({percent(chance)}). The weighted mean says {average:.0f}, who knows "
        "nothing 50."
    ]
    ends = reach(parts, b)
    if ends:
        (least, by_least), (most, by_most) = ends
        said.append(
            f"There the published models end between {least:.0f} ({by_least}) and {most:.0f} ({by_most}). {TESTED}"
        )
    if why := still(b):
        return [*said, f"More weight for one party moves nothing there: {why}."]
    party, moved = top_lever(parts, b)
    more = number("influence.more")
    said.append(
        f"The most leverage over it has {parts.names[party]}, with {percent(float(weight_share(b, party).mean()))} "
        f"of the weight: {more:.0%} more of it moves the average end by {moved:+.1f}."
    )
    return said


def _unordered(parts: Parts) -> list[str]:
    """Where no issue is ordered there is no place to end at, only an option to end with."""
    b = parts.weightiest
    if b is None:
        return []
    option, chance = likeliest(b)
    return [
        f"For {len(parts.boards)} of {len(parts.case.issues)} issues the case says what parties wish, what weight they "
        "have and how much they attend to it; none of these is ordered, so that there is no half-way. Most weight is "
        f"brought to “{b.issue.name}”: bargaining by weight alone would most likely end with “{option}” "
        f"({percent(chance)})."
    ]


def still(b: Board) -> str:
    """Why no party's weight can move where bargaining ends on an issue, in any draw; nothing where one can."""
    if not b.weight.any():
        return "no party has weight on it (capability times attention is 0), so that all of them count alike"
    if np.ptp(np.where(b.weight > 0, b.ideal, b.mean[:, None]), axis=1).max() <= number("influence.alike"):
        return "all parties with weight on it stand together"
    return ""


def weight_share(b: Board, party: str) -> np.ndarray:
    return means.mean_levers(b.ideal, b.weight)[0][:, b.parties.index(party)]


def top_lever(parts: Parts, b: Board) -> tuple[str, float]:
    """The party whose greater weight moves the end of an issue most, and by how much."""
    told = zip(b.moved.mean(axis=0), b.parties)
    moved, party = max(((float(m), p) for m, p in told), key=lambda t: (round(abs(t[0]), 9), t[1]))
    return party, moved


def largest(parts: Parts, leader: str) -> tuple[str, Change, float] | None:
    """The issue and the change of a leader's circle that move the position most, and by how much on average."""
    told = [
        (issue, c, float((c.after.position - parts.circles[leader, issue].position).mean()))
        for (who, issue), cs in sorted(parts.changes.items())
        if who == leader
        for c in cs
    ]
    return max(told, key=lambda t: (round(abs(t[2]), 9), t[1].adviser), default=None)


def most_advised(parts: Parts, leader: str) -> Settled:
    """The issue on which advice moves a leader most."""
    return max(parts.of(leader), key=lambda s: (round(abs(float(s.position.mean() - s.view[:, 0].mean())), 9), s.issue))


def _circles(parts: Parts) -> list[str]:
    said = []
    for leader in parts.leaders:
        one = most_advised(parts, leader)
        who, sure = one.leading
        share = float(one.share[:, one.people.index(who)].mean())
        text = (
            f"{parts.names[leader]}: advice moves the position most on “{parts.case.issue[one.issue].name}”, from "
            f"{one.view[:, 0].mean():.0f} to {one.position.mean():.0f} of 100. Beside the leader's own view "
            f"{leading(parts, one)} has the largest share, {percent(share)} (in {percent(sure)} of the draws)."
        )
        if best := largest(parts, leader):
            issue, change, moved = best
            text += (
                f" Of single changes among those heard, {parts.names[change.adviser]} {change.told} moves it most: by "
                f"{moved:+.0f} on “{parts.case.issue[issue].name}”."
            )
        said.append(text)
    if parts.unfit:
        whose = listed([parts.names[leader] for leader in parts.unfit])
        said.append(
            f"Who would sign what by the wish of the circle of {whose} cannot be told: no draw fits what is on record "
            "under it, or it would turn a scale over."
        )
    return [*said, *_signs(parts)]


def _signs(parts: Parts) -> list[str]:
    """The largest change of who signs what, if a circle's reading is taken."""
    if not parts.signed:
        return []
    most = max(parts.signed, key=lambda s: (round(abs(s.circle - s.stated), 9), s.plan, s.party))
    plan = next(p.name for p in parts.case.plans if p.id == most.plan)
    if abs(most.circle - most.stated) < number("influence.hardly"):
        return ["Whether a circle's or the declared wish is taken hardly changes any party's odds of signing a plan."]
    return [
        f"If the circle of {parts.names[most.leader]} gives the party's wish, {parts.names[most.party]} signs "
        f"“{plan}” in {percent(most.circle)} of the draws instead of {percent(most.stated)}; nothing else moves more."
    ]


def findings(parts: Parts) -> list[Finding]:
    found = []
    for b in parts.ordered:
        low, middle, high = b.quantiles(0.05, 0.5, 0.95)
        found.append(
            Finding(
                key=f"ends.{b.issue.id}",
                sentence=(
                    f"{b.issue.name}: bargaining by weight ends at {b.mean.mean():.0f} on average, from {low:.0f} "
                    f"to {high:.0f}."
                ),
                value=middle,
                unit="place",
                low=low,
                high=high,
                basis=b.basis,
                sources=("condorcet1785", "demesquita1994"),
            )
        )
    for (leader, issue), one in sorted(parts.circles.items()):
        low, mid, high = spread(one.position)
        found.append(
            Finding(
                key=f"circle.{leader}.{issue}",
                sentence=(
                    f"{parts.names[leader]} settles at {mid:.0f} of 100 on “{parts.case.issue[issue].name}” "
                    f"({low:.0f} to {high:.0f})."
                ),
                value=mid,
                unit="place",
                low=low,
                high=high,
                basis=one.basis,
                sources=("friedkin1990",),
            )
        )
    return [*found, *between.findings(parts)]


def sections(parts: Parts) -> tuple[Section, ...]:
    made = []
    text: tuple[str, ...]
    show: tuple[str, ...]
    if parts.boards:
        text = (
            "Only parties play; what leaders and parliaments bring is part of a party's weight: capability times "
            "attention.",
            TESTED,
        )
        show = (
            "outcomes_chart",
            "outcomes",
            "options",
            "multiverse_chart",
            "multiverse",
            "leverage",
            "rounds_chart",
            "moves",
            "rounds",
            "models",
            "record",
        )
        made.append(Section("bargaining", "Where bargaining by weight would end", text, show))
    if parts.leaders:
        text = ("A second reading of what a party wants: its leader's own view, and the views of those who are heard.",)
        show = ("network_chart", "circle", "shares_chart", "shares", "changes", "circle_signs", "network")
        made.append(Section("circles", "Leaders and those they listen to", text, show))
    if parts.between:
        text = (
            "Access lets a mediator speak, leverage lets it press, and a bias towards a side is why that side "
            "believes it.",
        )
        made.append(Section("between", "Who could mediate", text, ("mediators",)))
    return tuple(made)
