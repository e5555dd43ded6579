"""Which numbers decide: the Figures whose lowest and highest third differ most, against the largest of all by
chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays
from winset.derive.deal.acceptance import Verdict
from winset.lens.settlement.tables import ALL_SIGN, Parts, describe
from winset.result import Column, Table, cited
from winset.settings import number, whole
from winset.theory.max_statistic import movers, thirds

SHOWN = 10  # no answer: how many rows the table shows
Scope = tuple[str, str]


@dataclass(frozen=True)
class Move:
    """What one Figure changes most. scope: (plan, party); p: for the largest of all; chance: its 95th percentile."""

    figure: str
    scope: Scope
    change: float
    p: float
    chance: float


@dataclass(frozen=True)
class Ranked:
    """The Figures by how much they change, of `count` that vary; `decisive`: the one outcome ranked, or all of them."""

    moves: tuple[Move, ...]
    count: int
    decisive: Scope | None

    @property
    def clear(self) -> list[Move]:
        """Those that stand out from the largest of all by chance."""
        return [x for x in self.moves if x.p <= number("movers.alpha")]


def decisive(leading: str, passes: float) -> Scope | None:
    """The share whose change is ranked: the leading plan's passing, unless that is all but certain either way."""
    sure = number("movers.sure")
    return (leading, "") if sure <= passes <= 1 - sure else None


def rank(arrays: Sequence[Arrays], verdicts: Sequence[Verdict], key: Scope | None, seed: int) -> Ranked:
    """All Figures that the model read and that vary, by what they change of one share (of all, where none is named); of
    a group that shares its luck only the first."""
    draws = sum(a.draws for a in arrays)
    outcomes = {(v.plan, p): x for v in verdicts for p, x in (*v.signs.items(), (ALL_SIGN, v.all_sign), ("", v.passes))}
    scopes = [key] if key else sorted(outcomes)
    names, weight = [], []
    for name, column in _columns(arrays):
        names.append(name)
        weight.append(thirds(column) if draws >= 3 else column)
    if not names or draws < 3:
        return Ranked((), len(names), key)
    stacked = np.stack([outcomes[s] for s in scopes], axis=1)
    found = movers(np.stack(weight), stacked, orders=whole("movers.orders"), seed=seed, sure=number("movers.sure"))
    size, critical = found.size(), found.critical(1 - number("movers.alpha"))
    made = []
    for i, name in enumerate(names):
        k = int(np.argmax(size[i]))
        made.append(Move(name, scopes[k], float(found.change[i, k]), found.p(i), float(critical[k])))
    order = sorted(range(len(made)), key=lambda i: (-size[i].max(), made[i].figure))
    return Ranked(tuple(made[i] for i in order), len(made), key)


def _columns(arrays: Sequence[Arrays]) -> Iterator[tuple[str, Float[np.ndarray, " draw"]]]:
    """The Figures that vary, one at a time: of very many draws no more than one column is held."""
    seen = set()
    for figure in sorted(arrays[0].case.figures, key=lambda f: f.id):
        if figure.id not in arrays[0].used or figure.at or figure.latent in seen:
            continue
        seen.add(figure.latent)
        column = np.concatenate([a.get(*figure.subject, figure.quantity) for a in arrays])
        if np.ptp(column) > 0:
            yield figure.id, column


def movers_table(parts: Parts, found: Ranked) -> Table:
    rows = []
    for move in found.moves[:SHOWN]:
        figure = parts.case.figure[move.figure]
        plan_id, who = move.scope
        where = f"{parts.plan_name(plan_id)}: {parts.names.get(who, 'all sign' if who else 'passes')}"
        group = tuple(sorted(f.id for f in parts.case.figures if f.latent == figure.latent))
        told = describe(parts, figure) + (f", and {len(group) - 1} that move with it" if len(group) > 1 else "")
        rows.append(cited(group, told, move.change, where, move.chance, move.p, figure.basis.kind))
    which = (
        "that a party signs a plan, where it is largest"
        if found.decisive is None
        else f"that “{parts.plan_name(found.decisive[0])}” passes"
    )
    note = (
        f"Change in the odds {which}, from the third of the draws in which the number is lowest to the third in which "
        f"it is highest. Chance: what the largest change of all {found.count} Figures stays below in 19 of 20 random "
        f"orders of the draws; p: how often that largest change is as large, in {whole('movers.orders')} orders. A "
        f"Figure with a p above {number('movers.alpha'):g} cannot be told from chance."
    )
    columns = (
        Column("figure", "Figure"), Column("change", "Change of odds", "number", "share"), Column("where", "Odds of"),
        Column("chance", "Largest of all by chance", "number", "share"), Column("p", "p (of all)", "number"),
        Column("basis", "Kind of basis"),
    )  # fmt: skip
    return Table("movers", "The ten Figures that change the verdict most", columns, tuple(rows), note)


def deciders(parts: Parts, found: Ranked) -> tuple[str, ...]:
    """Which number decides most, if any stands out."""
    if not found.moves:
        return ()
    top, clear = found.moves[0], found.clear
    whose = f"{parts.names.get(top.scope[1], 'all')} signing “{parts.plan_name(top.scope[0])}”"
    if not clear:
        return (
            f"No single number decides: of {found.count} that are uncertain, none changes the odds of {whose} by "
            f"more than the largest of so many does by chance ({top.chance:.0%} between the lowest and the "
            "highest third).",
        )
    others = f" ({len(clear)} of {found.count} stand out from chance)" if len(clear) > 1 else ""
    return (
        f"The number that decides most is “{describe(parts, parts.case.figure[top.figure])}”: between its lowest "
        f"and its highest third the odds of {whose} change by {top.change:+.0%}{others}.",
    )
