"""The tables, charts and sentences of the futures lens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from winset.case import model as m
from winset.derive.war import base_rates, outcomes
from winset.derive.war.columns import DAYS
from winset.derive.war.outcomes import CAUSES, Future
from winset.lens.futures.variants import LEADERS
from winset.result import Chart, Cited, Column, Table, cited
from winset.theory.base_rate import log_pool

DATES = (3, 6, 12, 18, 24, 36, 48, 60)  # no answer: which dates the tables show
AT = 24.0  # no answer: the date that rows are about; each says it
FLOORS = slice(4, 7)  # no answer: places in a list; causes by exhaustion


@dataclass(frozen=True)
class Parts:
    """What all the tables are made from."""

    case: m.Case
    day: dt.date
    sides: tuple[str, str]
    future: Future
    deals: tuple[str, ...]
    names: dict[str, str]
    weight: float
    basis: tuple[str, ...]
    elastic: list[tuple[str, float, float, float]]
    variants: list[tuple[str, Future]]
    ripe: dict[str, float]
    plan: dict[str, float]
    form: float  # of ends by terms, the share that is an agreement
    structures: dict[str, Future]  # of red lines, on few draws
    paths: tuple[str, ...]  # what the simulated wars rest on beside the law: types, deadlines
    out: Float[np.ndarray, " draw"]  # month in which the first side cannot go on, in every draw of the study

    def date(self, months: float) -> str:
        return (self.day + dt.timedelta(round(months * DAYS))).isoformat()

    def state(self, key: str) -> str:
        return {
            "A breaks": f"{self.sides[0]} cannot go on",
            "B breaks": f"{self.sides[1]} cannot go on",
            "frozen": "frozen front",
            "fighting": "still fighting",
        }.get(key, key)

    def cause(self, key: str) -> str:
        a, b = self.sides
        return {
            "deal": "a signed settlement", "truce": "a truce", "A conquers": f"the front decides for {a}",
            "B conquers": f"the front decides for {b}",
            "A exhausted": f"{a} exhausted", "B exhausted": f"{b} exhausted", "both exhausted": "both exhausted",
        }[key]  # fmt: skip

    @property
    def wars(self) -> base_rates.Compared:
        """The wars that this one is compared with."""
        return base_rates.compared(self.case, self.day)

    def base(self, months: float) -> base_rates.Ends | None:
        """What the compared wars did; None where too few of them lasted as long."""
        return base_rates.rate(self.case, months, self.day)

    def pooled(self, months: float) -> float:
        own, base = float(self.future.ended[:, self.future.at(months)].mean()), self.base(months)
        return own if base is None else float(log_pool(own, base.value, self.weight))


BARE = {
    "survival": {"months", "all", "all_low", "all_high", "least", "greatest", "outer_low", "outer_high"},
    "states": {"months"},
    "kinds": {"base"},
    "events": {"months"},
    "questions": {"model", "base", "pool"},
}
"""Columns whose numbers rest on no Figure of the war: what a row is for, other wars, and recorded acts."""


def opened(table: Table, basis: Sequence[str]) -> Table:
    """The table with every number that has no basis of its own resting on the Figures of the war."""
    bare = [c.key in BARE.get(table.key, ()) for c in table.columns]
    rows = tuple(tuple(cell if own else cited(basis, cell)[0] for cell, own in zip(row, bare)) for row in table.rows)
    return replace(table, rows=rows)


def band(column: Float[np.ndarray, " draw"]) -> tuple[float, float, float]:
    column = np.clip(column, 0.0, 1.0)
    mean = float(column.mean())
    low, high = (float(x) for x in np.percentile(column, [5, 95]))
    return mean, min(low, mean), max(high, mean)


def survival(parts: Parts) -> Table:
    rows, f = [], parts.future
    for months in DATES:
        mean, low, high = band(1 - f.ended[:, f.at(months)])
        base = parts.base(months)
        pool = 1 - parts.pooled(months)
        told = (1 - base.value, 1 - base.high, 1 - base.low) if base else ("", "", "")
        gap_ = mean - (1 - base.value) if base else ""
        both = [mean, pool, *([1 - base.value] if base else [])]
        rows.append(
            (
                months,
                parts.date(months),
                Cited(mean, parts.basis),
                low,
                high,
                *told,
                pool,
                gap_,
                min(both),
                max(both),
                min([*both, *([1 - base.high] if base else [])]),
                max([*both, *([1 - base.low] if base else [])]),
            )
        )
    columns = (
        Column("months", "Months from now", "number"), Column("date", "Date", "date"),
        Column("model", "Model", "share"), Column("low", "5th percentile of draws", "share"),
        Column("high", "95th percentile of draws", "share"), Column("all", "Comparable wars", "share"),
        Column("all_low", "90% from", "share"), Column("all_high", "to", "share"),
        Column("pool", "Pool", "share"), Column("gap", "Model less base rate", "number"),
        Column("least", "Lowest of the three", "share"), Column("greatest", "Highest of the three", "share"),
        Column("outer_low", "Lowest, with the interval of comparable wars", "share"),
        Column("outer_high", "Highest, with that interval", "share"),
    )  # fmt: skip
    note = f"Chance that the present fighting goes on beyond the date. {gap(parts)} Comparable wars: {parts.wars.words}"
    note += (
        "; limits: beta-product, for so many wars; the value counts one war more, which ends at their mean rate."
        if parts.wars.fits
        else ". No base rate is given, and the pool is the model alone."
    )
    return Table("survival", "Still fighting beyond each date", columns, tuple(rows), note)


def gap(parts: Parts) -> str:
    """Where the model and the base rate part, and from what."""
    f = parts.future
    rates = {months: parts.base(months) for months in DATES}
    gaps = {mo: x.value - float(f.ended[:, f.at(mo)].mean()) for mo, x in rates.items() if x}
    if not gaps:
        return f"No base rate stands beside the model: {parts.wars.words}."
    slow = [mo for mo, g in gaps.items() if g > 0.05]
    fast = [mo for mo, g in gaps.items() if g < -0.05]
    share = f.cause[:, -1].mean(axis=0) / max(float(f.ended[:, -1].mean()), 1e-12)
    told = []
    if slow:
        told.append(
            f"Up to month {max(slow)} the model ends fewer wars than the base rate: real red lines leave few deals, "
            "and endurance is not yet over."
        )
    if fast:
        told.append(
            f"From month {min(fast)} on it ends more: of its endings {share[FLOORS].sum():.0%} are exhaustion, which "
            f"the dossier's months of endurance date, {share[2:4].sum():.0%} a front that reaches one side's victory "
            f"and {share[:2].sum():.0%} agreements."
        )
    return " ".join(told) or "Model and base rate are within five points of each other at every date."


def states(parts: Parts) -> Table:
    f = parts.future
    rows = [
        (months, parts.date(months), *(Cited(float(x), parts.basis) for x in f.state[:, f.at(months)].mean(axis=0)))
        for months in DATES
    ]
    columns = (
        Column("months", "Months from now", "number"),
        Column("date", "Date", "date"),
        *(Column(k.replace(" ", "_"), parts.state(k), "share") for k in outcomes.STATES),
    )
    note = (
        "The model's state of affairs at each date. Settlement: signed, or a peace after a truce, and still holding; "
        "frozen: a truce older than a year without peace, or both exhausted; broken deals count as fighting again."
    )
    return Table("states", "What holds at each date", columns, tuple(rows), note)


def fan(parts: Parts) -> Table:
    """The states by date, with their range over the variants (moved to the baseline of all draws)."""
    f, rows = parts.future, []
    others = [v for told, v in parts.variants if len(v.cause) == len(parts.variants[0][1].cause)]
    for k, key in enumerate(outcomes.STATES):
        for months in (0, *DATES):
            mean = float(f.state[:, f.at(months), k].mean())
            own = [float(v.state[:, v.at(months), k].mean()) for v in others]
            low, high = (float(np.clip(mean + x - own[0], 0.0, 1.0)) for x in (min(own), max(own)))
            rows.append((parts.date(months), parts.state(key), mean, low, high))
    columns = (
        Column("date", "Date", "date"), Column("state", "State"), Column("share", "Chance", "share"),
        Column("low", "Lowest variant", "share"), Column("high", "Highest variant", "share"),
    )  # fmt: skip
    note = (
        "Range: over the variants of the model and of the leaders' calculus. The range over draws, in which the "
        "uncertain Figures differ, is far wider; it stands in the findings."
    )
    return Table("fan", "What holds at each date, with its range over variants", columns, tuple(rows), note)


def causes(parts: Parts) -> Table:
    f, rows = parts.future, []
    for k, key in enumerate(CAUSES):
        whole = f.cause[:, :, k].mean(axis=0)
        mean, low, high = band(f.cause[:, -1, k])
        rows.append(
            (parts.cause(key), *(float(whole[f.at(mo)]) for mo in (12, 24, 36)), Cited(mean, parts.basis), low, high)
        )
    rest = 1 - f.ended.mean(axis=0)
    rows.append(
        (
            "still fighting",
            *(float(rest[f.at(mo)]) for mo in (12, 24, 36)),
            float(rest[-1]),
            *(band(1 - f.ended[:, -1])[1:]),
        )
    )
    columns = (
        Column("cause", "Cause"), Column("m12", "Within 12 months", "share"),
        Column("m24", "Within 24 months", "share"), Column("m36", "Within 36 months", "share"),
        Column("all", "Within 60 months", "share"), Column("low", "5th percentile of draws", "share"),
        Column("high", "95th percentile of draws", "share"),
    )  # fmt: skip
    return Table(
        "causes",
        "What ends the present fighting",
        columns,
        tuple(rows),
        "Every ending has one cause. A side that is exhausted takes terms between the front and its own defeat.",
    )


def signed(parts: Parts) -> Table:
    share = parts.future.deal.mean(axis=0)
    rows = [
        (
            parts.names.get(
                d, f"Drawn up for what is possible, {d.rpartition('-')[2]}% of the weight on {parts.sides[0]}"
            ),
            float(x),
        )
        for d, x in zip(parts.deals, share)
        if x >= 0.0005
    ]
    columns = (Column("deal", "Deal"), Column("share", "Signed within 60 months", "share"))
    note = (
        "Of the menu: the truce, the plans on the table, packages made from the positions, and packages drawn up for "
        "what is possible in each draw. Under 0.05% left out."
    )
    return Table("signed", "Which deals are signed", columns, tuple(sorted(rows, key=lambda r: (-r[1], r[0]))), note)


def elastic(parts: Parts) -> Table:
    rows = tuple((told.format(a=parts.sides[0], b=parts.sides[1]), x, y, z) for told, x, y, z in parts.elastic)
    columns = (
        Column("what", "Ten percent more of"),
        Column("ended", "Over within 24 months", "number"),
        Column("held", "Agreement in force then", "number"),
        Column("months", "Months of fighting in 36", "number"),
    )
    return Table(
        "elastic",
        "Elasticity to every floor and threshold",
        columns,
        rows,
        f"Percent of change per percent, on {len(parts.variants[0][1].cause)} common draws.",
    )


def variants(parts: Parts) -> Table:
    rows = []
    for told, f in parts.variants:
        at = f.at(AT)
        rows.append(
            (
                told,
                float(f.ended[:, at].mean()),
                float(f.lasting[:, at].mean()),
                float(f.state[:, at, 3].mean()),
                float(f.state[:, at, 4].mean()),
            )
        )
    columns = (
        Column("variant", "Variant"),
        Column("ended", "Over within 24 months", "share"),
        Column("held", "Agreement in force then", "share"),
        Column("A", f"{parts.sides[0]} cannot go on", "share"),
        Column("B", f"{parts.sides[1]} cannot go on", "share"),
    )
    return Table(
        "variants",
        "What the answer hangs on",
        columns,
        tuple(rows),
        f"On {len(parts.variants[0][1].cause)} common draws (the last two rows on fewer), offers every four months.",
    )


def ripe(parts: Parts) -> Table:
    a, b = parts.sides
    told = {
        "A": f"{a} hurts and expects no better",
        "B": f"{b} hurts and expects no better",
        "stalemate": "both do: a hurting stalemate",
        "way_out": "some deal is worth more to both than going on: a way out",
        "ripe": "both: the moment is ripe",
    }
    rows = tuple((told[k], x) for k, x in parts.ripe.items())
    return Table(
        "ripe",
        "Is the moment ripe?",
        (Column("what", "What"), Column("share", "Share of draws", "share")),
        rows,
        "By each side's own belief. Hurts: a year costs at least a twentieth of the way from victory to "
        "defeat. A reading of the model, not a trigger in it.",
    )


def leader(parts: Parts) -> Table:
    base = parts.variants[0][1]
    rows = []
    for told, f in parts.variants:
        if told not in LEADERS:
            continue
        at = f.at(AT)
        rows.append(
            (
                told,
                float((f.lasting - base.lasting)[:, at].mean()),
                float(((1 - f.ended) - (1 - base.ended))[:, at].mean()),
            )
        )
    columns = (
        Column("what", "If"),
        Column("held", "Change: agreement in force after 24 months", "number"),
        Column("war", "Change: still fighting then", "number"),
    )
    note = (
        f"The wish for a deal as such changes which plan the third party tables in {parts.plan['changed']:.0%} of the "
        f"draws; it has one to table in {parts.plan['tabled']:.0%}."
    )
    return Table("leader", "What leaders want for themselves", columns, tuple(rows), note)


CHARTS = (
    Chart(
        "fan_chart",
        "fan",
        "fan",
        "What holds at each date",
        {"x": "date", "low": "low", "mid": "share", "high": "high", "color": "state"},
        "Line: mean over draws; band: lowest to highest variant of the model.",
    ),
    Chart(
        "causes_chart", "bars", "causes", "What ends the present fighting within 60 months", {"x": "all", "y": "cause"}
    ),
    Chart(
        "survival_chart",
        "fan",
        "survival",
        "Still fighting beyond each date",
        {
            "x": "date",
            "low": "outer_low",
            "mid": "pool",
            "high": "outer_high",
            "inner_low": "least",
            "inner_high": "greatest",
        },
        "Line: pool of model and comparable wars; dark: from one of the two to the other; faint: with the 90% "
        "interval of comparable wars.",
    ),
    Chart(
        "levers_chart",
        "bars",
        "lever_summary",
        "Change in months of fighting in the next 36",
        {"x": "months", "y": "lever"},
    ),
)
