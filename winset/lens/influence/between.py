"""The table of the influence lens on those who stand between the two sides."""

from __future__ import annotations

from typing import Any

import numpy as np

from winset.case.figure import parse_basis
from winset.derive.record.mediators import Mediator
from winset.lens.influence.parts import Parts
from winset.result import Column, Finding, Table, cited
from winset.settings import number
from winset.spoken import percent
from winset.theory.mediation import accuracy_to_be_believed


def needed(one: Mediator, side: int) -> float | None:
    """How likely a mediator's word must be true for a side to believe its call for restraint; None without a bias."""
    if one.bias is None:
        return None
    towards = one.bias if side == 0 else -one.bias
    costs = number("influence.cost_firm"), number("influence.cost_soft"), number("influence.mediator_cost")
    return float(accuracy_to_be_believed(towards, *costs).mean())


def basis_of(parts: Parts, one: Mediator) -> tuple[str, ...]:
    """The Figures, the passages behind the channels, and the contacts."""
    channels = [p for side in one.access for c in side for p in parse_basis(c.basis).passages]
    events = [e.id for side in one.contacts for e in side]
    return tuple(dict.fromkeys((*one.basis, *(p for p in channels if p in parts.case.passage), *events)))


def table(parts: Parts) -> Table:
    rows: list[tuple[Any, ...]] = []
    names = sides(parts)
    for one in parts.between:
        over = [float(c.mean()) for c in one.leverage] if one.leverage else ["", ""]
        bias = "" if one.bias is None else float(one.bias.mean())
        towards = "" if one.bias is None else float((one.bias > 0).mean())
        told = ["" if (s := needed(one, k)) is None else s for k in (0, 1)]
        actor = parts.case.actor[one.party]
        rows.append(
            cited(
                basis_of(parts, one),
                parts.names[one.party],
                actor.role,
                _access(one, 0),
                _access(one, 1),
                *over,
                bias,
                towards,
                *told,
            )
        )
    columns = (
        Column("party", "Party"),
        Column("role", "Role"),
        Column("access_first", f"Access to {names[0]}"),
        Column("access_second", f"Access to {names[1]}"),
        Column("over_first", f"Leverage over {names[0]}", "share"),
        Column("over_second", f"Leverage over {names[1]}", "share"),
        Column("bias", f"Leans to {names[0]} (1) or {names[1]} (-1)", "number"),
        Column("towards", f"Leans to {names[0]} in", "share"),
        Column("first", f"Must be right for {names[0]} to believe it", "share"),
        Column("second", f"Must be right for {names[1]} to believe it", "share"),
    )
    note = (
        "Access: channels in force, and dated contacts on record. Leverage: its capability over its own and the "
        "side's together. Believed: a "
        "side that is told to hold back believes a mediator who leans towards it, if what the mediator sees is "
        "true at least so often; "
        "at 100% never (after Kydd 2003, with the costs of the Settings)."
    )
    return Table("mediators", "Who stands between the two sides", columns, tuple(rows), note)


def sides(parts: Parts) -> tuple[str, str]:
    war = parts.case.war
    if war is None or len(war.belligerents) != 2:
        return "the first side", "the second side"
    return parts.names[war.belligerents[0]], parts.names[war.belligerents[1]]


def _access(one: Mediator, side: int) -> str:
    kinds = sorted({c.kind.replace("_", " ") for c in one.access[side]})
    count = len(one.contacts[side])
    told = [*kinds, f"{count} contact{'s' * (count > 1)}"] if count else kinds
    return ", ".join(told) or "none on record"


def over_both(one: Mediator) -> bool:
    """Whether it has some leverage over either side."""
    return one.leverage is not None and all(float(np.mean(c)) >= number("influence.over") for c in one.leverage)


def answer(parts: Parts) -> list[str]:
    if not parts.between:
        return []
    first, second = sides(parts)
    both = [o for o in parts.between if o.reaches_both]
    if not both:
        return [f"Nobody on record has access to both {first} and {second}: no party could mediate as things are."]
    strong = [o for o in both if over_both(o)]
    told = ", ".join(parts.names[o.party] for o in both)
    said = [f"Access to both {first} and {second}, by channels or contacts on record: {told}."]
    if strong:
        names = ", ".join(parts.names[o.party] for o in strong)
        said.append(f"With some leverage over both: {names}; nobody else with access to both has as much over the two.")
    else:
        said.append(
            "None of them has much leverage over both: they can carry messages and host, but not bring both sides "
            "down alone."
        )
    said += [sentence for o in strong or both[:1] if (sentence := believed(parts, o))]
    return said


def nearest(one: Mediator) -> tuple[int, float]:
    """The side to which a mediator with a bias leans, and how often it must be right to be believed there."""
    assert one.bias is not None
    near = 0 if float(one.bias.mean()) >= 0 else 1
    least = needed(one, near)
    assert least is not None
    return near, least


def believed(parts: Parts, one: Mediator) -> str:
    """Whom a mediator leans to, and who would believe it."""
    if one.bias is None:
        return (
            f"Whom {parts.names[one.party]} leans to cannot be told: the case has no wishes of it on what the two "
            "sides dispute."
        )
    names, mean = sides(parts), float(one.bias.mean())
    near, least = nearest(one)
    share = float((one.bias > 0).mean() if near == 0 else (one.bias < 0).mean())
    return (
        f"{parts.names[one.party]} leans to {names[near]} in {percent(share)} of the draws (on average by "
        f"{abs(mean):.2f} of 1). With the costs of the Settings {names[near]} would believe its call for restraint if "
        f"it is right at least {percent(least)} of the time, and {names[1 - near]} hardly ever: a mediator is believed "
        "by the side it leans to, and two who lean apart may do what neither does alone."
    )


def findings(parts: Parts) -> list[Finding]:
    found = []
    if parts.between:
        both = [o for o in parts.between if o.reaches_both]
        found.append(
            Finding(
                key="mediators.both",
                sentence=f"{len(both)} of {len(parts.between)} parties that stand between reach both sides.",
                value=float(len(both)),
                unit="parties",
                basis=tuple(dict.fromkeys(i for o in both for i in basis_of(parts, o))),
            )
        )
    for one in parts.between:
        if one.bias is not None:
            low, mid, high = (float(x) for x in np.percentile(one.bias, [5, 50, 95]))
            first, second = sides(parts)
            found.append(
                Finding(
                    key=f"bias.{one.party}",
                    sentence=(
                        f"{parts.names[one.party]} leans by {mid:+.2f} ({low:+.2f} to {high:+.2f}), where 1 is "
                        f"{first}'s wishes and -1 {second}'s."
                    ),
                    value=mid,
                    unit="bias",
                    low=low,
                    high=high,
                    basis=one.basis,
                    sources=("kydd2003",),
                )
            )
    return found
