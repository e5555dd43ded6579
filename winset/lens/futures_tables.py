"""The tables, charts and sentences of the futures lens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays, Luck
from winset.case import model as m
from winset.derive import base_rates, outcomes, war
from winset.derive.menu import Deal
from winset.derive.outcomes import CAUSES, Future
from winset.derive.question_paths import Asked
from winset.derive.utilities import Reading
from winset.derive.war import DAYS, Size, War
from winset.result import Chart, Cited, Column, Finding, Table
from winset.theory.base_rate import log_pool, log_pool_kinds
from winset.theory.war_core import table_at

DATES = (3, 6, 12, 18, 24, 36, 48, 60)
AT = 24.0
PRICE = 0.2
BEND = f"a real red line costs its owner {PRICE:g} instead of forbidding"
FLOORS = slice(4, 7)  # causes by exhaustion
BENDS = (
    ("endurance", 0, "endurance of {a}"), ("endurance", 1, "endurance of {b}"), ("rate", None, "decisive fights a month"),
    ("forts", None, "fights from end to end"), ("cost", 0, "monthly cost to {a}"), ("cost", 1, "monthly cost to {b}"),
    ("strength", None, "firmness of both sides' beliefs"), ("leader", None, "cost of ending the war to both leaders"),
    ("length", None, "days from talks to text"), ("hazard", None, "rate at which deals break"),
)  # fmt: skip


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
            "deal": "a signed settlement", "truce": "a truce", "A conquers": f"{a} overruns {b}", "B conquers": f"{b} overruns {a}",
            "A exhausted": f"{a} exhausted", "B exhausted": f"{b} exhausted", "both exhausted": "both exhausted",
        }[key]  # fmt: skip

    @property
    def old(self) -> bool:
        """Whether the war is old enough for the base rate."""
        return base_rates.age(self.case, self.day) >= base_rates.OLD

    def pooled(self, months: float) -> float:
        own = float(self.future.ended[:, self.future.at(months)].mean())
        return float(log_pool(own, float(base_rates.ended(months)), self.weight)) if self.old else own


def with_columns(made: War, columns: dict[str, np.ndarray]) -> War:
    """The last part's columns with those of all draws where the questions need them."""
    return replace(made, **columns)


def elasticities(few: War, size: Size, noise: float) -> list[tuple[str, float, float, float]]:
    """(what, change of P(over by 24 months), of agreements in force, of months of fighting) for ten percent more of a number, relative."""
    plans = war.with_plan(few)
    worlds = [few, *(war.scaled(few, field, 1.1, side) for field, side, _ in BENDS)]
    found = outcomes.future(worlds, size, noise, [plans] * len(worlds))
    base = [_measures(f) for f in found]

    def per_cent(i: int, k: int) -> float:
        return float((base[i][k] / base[0][k] - 1) / 0.1) if base[0][k] > 1e-6 else 0.0

    return [(told, per_cent(i, 0), per_cent(i, 1), per_cent(i, 2)) for i, (_, _, told) in enumerate(BENDS, start=1)]


def _measures(f: Future) -> tuple[float, float, float]:
    at = f.at(AT)
    return (
        float(f.ended[:, at].mean()),
        float(f.lasting[:, at].mean()),
        float(f.state[:, : f.at(36), 5].sum(axis=1).mean()),
    )


def run_variants(
    base: War, case: m.Case, luck: Luck, deals: Sequence[Deal], size: Size, noise: float
) -> list[tuple[str, Future]]:
    """Variants of the model and of the leaders' calculus, on the same draws."""
    posture = war.war(Arrays(case, luck), Reading(red_lines="posture"), deals)
    real = war.war(Arrays(case, luck), Reading(red_lines="real"), deals)
    none, zero = np.zeros_like(base.leader), np.zeros_like(base.bonus)
    worlds = [
        ("as stated", base), (BEND, war.bent(base, PRICE)), ("no red line is real", posture), ("every red line is real", real),
        ("both sides believe what the analyst does", replace(base, mean=np.stack([base.p, base.p], 1))),
        ("ending the war costs no leader anything", replace(base, leader=none)),
        ("ending the war costs both leaders twice as much", replace(base, leader=2 * base.leader)),
        ("the third party's leader has no wish for a deal as such", replace(base, bonus=zero)),
        ("talks are worth nothing by themselves", replace(base, rent=np.zeros_like(base.rent))),
    ]  # fmt: skip
    found = list(zip([t for t, _ in worlds], outcomes.future([w for _, w in worlds], size, noise)))
    for value in (noise / 4, noise * 2.5):
        found.append(
            (
                f"choices stray {'less' if value < noise else 'more'} (noise {value:g})",
                outcomes.future([base], size, value)[0],
            )
        )
    finer = replace(size, step=size.step / 2, steps=2 * size.steps, units=size.units + 2, forts=2 * size.forts)
    small = replace_rows(base, 12)
    found.append((f"the same war on the first {small.draws} of these draws", outcomes.future([small], size, noise)[0]))
    found.append(("those draws with offers twice as often on a finer front", outcomes.future([small], finer, noise)[0]))
    return found


def replace_rows(base: War, count: int) -> War:
    """The first draws of a war."""
    changes = {k: v[:count] for k, v in vars(base).items() if isinstance(v, np.ndarray)}
    return replace(base, **changes)


def ripeness(few: War, size: Size, noise: float, hurts: float) -> dict[str, float]:
    """Shares of draws: each side hurts and expects no better, some deal is worth more to both than going on, and all of it."""
    plans, rows = war.with_plan(few), []
    for d in range(few.draws):
        core = outcomes.solved(few, d, size, noise, int(plans[d]))
        game, C = core.solved.game, core.solved.at_start()
        units = tuple(max(1, x - 1) for x in game.endurance)
        later = core.solved.no_deal[min(2, game.horizon - 1), game.regime_first, 0, :, game.start, units[0], units[1]]
        hurt = [(few.cost[d, i] - few.rent[d, i]) * 12 >= hurts and later[i] <= C[i] for i in (0, 1)]
        out = False
        if len(game.deal):
            worth = table_at(core.solved, 0, game.start, game.endurance, game.regime_first, 0).worth  # type: ignore[arg-type]
            out = bool(((worth >= C).all(axis=1) & (game.ratify > 0)).any())
        rows.append([*hurt, all(hurt), out, all(hurt) and out])
    return dict(zip(("A", "B", "stalemate", "way_out", "ripe"), map(float, np.mean(rows, axis=0))))


def _band(column: Float[np.ndarray, " draw"]) -> tuple[float, float, float]:
    column = np.clip(column, 0.0, 1.0)
    mean = float(column.mean())
    low, high = (float(x) for x in np.percentile(column, [5, 95]))
    return mean, min(low, mean), max(high, mean)


def survival(parts: Parts) -> Table:
    rows, f = [], parts.future
    for months in DATES:
        mean, low, high = _band(1 - f.ended[:, f.at(months)])
        old, recent = (1 - float(base_rates.ended(months, w)) for w in ("all", "recent"))
        rows.append(
            (
                months,
                parts.date(months),
                Cited(mean, parts.basis),
                low,
                high,
                old,
                recent,
                1 - parts.pooled(months),
                mean - old,
            )
        )
    columns = (
        Column("months", "Months from now", "number"), Column("date", "Date", "date"), Column("model", "Model", "share"), Column("low", "5th percentile of draws", "share"),
        Column("high", "95th percentile of draws", "share"), Column("all", "Wars since 1823", "share"), Column("recent", "Wars since 1946", "share"),
        Column("pool", "Pool", "share"), Column("gap", "Model less base rate", "number"),
    )  # fmt: skip
    note = f"Chance that the present fighting goes on beyond the date. {gap(parts)}"
    if not parts.old:
        note += (
            " The war is younger than the wars of the base rate, which end more slowly; the pool is the model alone."
        )
    return Table("survival", "Still fighting beyond each date", columns, tuple(rows), note)


def gap(parts: Parts) -> str:
    """Where the model and the base rate part, and from what."""
    f = parts.future
    gaps = {months: float(base_rates.ended(months)) - float(f.ended[:, f.at(months)].mean()) for months in DATES}
    slow = [mo for mo, g in gaps.items() if g > 0.05]
    fast = [mo for mo, g in gaps.items() if g < -0.05]
    share = f.cause[:, -1].mean(axis=0) / max(float(f.ended[:, -1].mean()), 1e-12)
    told = []
    if slow:
        told.append(
            f"Up to month {max(slow)} the model ends fewer wars than the base rate: real red lines leave few deals, and endurance is not yet over."
        )
    if fast:
        told.append(
            f"From month {min(fast)} on it ends more: of its endings {share[FLOORS].sum():.0%} are exhaustion, which the dossier's months of endurance date, "
            f"{share[2:4].sum():.0%} conquest and {share[:2].sum():.0%} agreements."
        )
    return " ".join(told) or "Model and base rate are within five points of each other at every date."


def states(parts: Parts) -> Table:
    f = parts.future
    rows = [
        (months, parts.date(months), *(Cited(float(x), parts.basis) for x in f.state[:, f.at(months)].mean(axis=0))) for months in DATES
    ]  # fmt: skip
    columns = (
        Column("months", "Months from now", "number"),
        Column("date", "Date", "date"),
        *(Column(k.replace(" ", "_"), parts.state(k), "share") for k in outcomes.STATES),
    )
    note = "The model's state of affairs at each date. Settlement: signed, or a peace after a truce, and still holding; frozen: a truce older than a year without peace, or both exhausted; broken deals count as fighting again."
    return Table("states", "What holds at each date", columns, tuple(rows), note)


def fan(parts: Parts) -> Table:
    f, rows = parts.future, []
    for k, key in enumerate(outcomes.STATES):
        for months in (0, *DATES):
            mean, low, high = _band(f.state[:, f.at(months), k])
            rows.append((parts.date(months), parts.state(key), mean, low, high))
    columns = (
        Column("date", "Date", "date"),
        Column("state", "State"),
        Column("share", "Chance", "share"),
        Column("low", "5th percentile of draws", "share"),
        Column("high", "95th percentile of draws", "share"),
    )
    return Table("fan", "What holds at each date, with its range over draws", columns, tuple(rows))


def causes(parts: Parts) -> Table:
    f, rows = parts.future, []
    for k, key in enumerate(CAUSES):
        whole = f.cause[:, :, k].mean(axis=0)
        mean, low, high = _band(f.cause[:, -1, k])
        rows.append(
            (parts.cause(key), *(float(whole[f.at(mo)]) for mo in (12, 24, 36)), Cited(mean, parts.basis), low, high)
        )
    rest = 1 - f.ended.mean(axis=0)
    rows.append(
        (
            "still fighting",
            *(float(rest[f.at(mo)]) for mo in (12, 24, 36)),
            float(rest[-1]),
            *(_band(1 - f.ended[:, -1])[1:]),
        )
    )
    columns = (
        Column("cause", "Cause"), Column("m12", "Within 12 months", "share"), Column("m24", "Within 24 months", "share"), Column("m36", "Within 36 months", "share"),
        Column("all", "Within 60 months", "share"), Column("low", "5th percentile of draws", "share"), Column("high", "95th percentile of draws", "share"),
    )  # fmt: skip
    return Table(
        "causes",
        "What ends the present fighting",
        columns,
        tuple(rows),
        "Every ending has one cause. A side that is exhausted gets its own defeat in this model.",
    )


def kinds(parts: Parts) -> Table:
    """How it ends, given that it ends within 12 months: model, base rate, pool."""
    own = parts.future.cause[:, parts.future.at(12)].mean(axis=0)
    model = np.array([own[0], own[1], own[6], own[2:6].sum()])
    model = (model + 1e-6) / (model + 1e-6).sum()
    base = np.array(list(base_rates.KINDS.values()))
    pool = log_pool_kinds(model, base / base.sum(), parts.weight)
    rows = tuple(
        (kind, float(a), float(b), float(c)) for kind, a, b, c in zip(base_rates.KINDS, model, base / base.sum(), pool)
    )
    columns = (
        Column("kind", "Kind of ending"),
        Column("model", "Model", "share"),
        Column("base", "Interstate wars 1946 to 2020", "share"),
        Column("pool", "Pool", "share"),
    )
    note = "Given that it ends within 12 months. Base: n = 28 war-level episodes. The model's exhaustion and conquest count as victory, exhaustion of both as fading away."
    return Table("kinds", "How such wars end, and how the model does", columns, rows, note)


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
    note = "Of the menu: the truce, the plans on the table, packages made from the positions, and packages drawn up for what is possible in each draw. Under 0.05% left out."
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
        f"On {len(parts.variants[0][1].cause)} common draws (the last two rows on fewer).",
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
    return Table("ripe", "Is the moment ripe?", (Column("what", "What"), Column("share", "Share of draws", "share")), rows,
                 "By each side's own belief. Hurts: a year costs at least a twentieth of the way from victory to defeat. A reading of the model, not a trigger in it.")  # fmt: skip


def leader(parts: Parts) -> Table:
    base = parts.variants[0][1]
    rows = []
    for told, f in parts.variants[5:8]:
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
    note = f"The wish for a deal as such changes which plan the third party tables in {parts.plan['changed']:.0%} of the draws; it has one to table in {parts.plan['tabled']:.0%}."
    return Table("leader", "What leaders want for themselves", columns, tuple(rows), note)


def questions(parts: Parts, asked: Sequence[Asked]) -> Table:
    rows = []
    for a in asked:
        foreseen = "; ".join(f"{f.source}: {f.stance}" for f in a.question.foreseen) or "nothing said"
        pool = (
            float(log_pool(a.model, a.base, parts.weight))
            if a.model is not None and a.base is not None and 0 < a.model < 1
            else None
        )
        said = "" if a.model is not None else "cannot be simulated: "
        rows.append(
            (
                a.question.title,
                a.question.resolve_by.isoformat(),
                a.model if a.model is not None else "",
                a.base if a.base is not None else "",
                pool if pool is not None else "",
                foreseen,
                said + a.why,
            )
        )
    columns = (
        Column("question", "Question"), Column("by", "By", "date"), Column("model", "Model", "share"), Column("base", "Base rate", "share"), Column("pool", "Pool", "share"),
        Column("foreseen", "What the authors foresaw"), Column("why", "How"),
    )  # fmt: skip
    return Table(
        "questions",
        "Questions with a date",
        columns,
        tuple(rows),
        "Model: share of 4,096 simulated paths that resolve yes by the question's own rule.",
    )


def answer(parts: Parts) -> list[str]:
    f, (a, b) = parts.future, parts.sides
    ended = float(f.ended[:, -1].mean())
    floors = float(f.cause[:, -1, FLOORS].sum(axis=1).mean())
    mean, low, high = _band(f.ended[:, f.at(12)])
    first = f"Within 12 months the present fighting ends with a chance of {parts.pooled(12):.0%}"
    if parts.old:
        first += f" (pool of the model, {mean:.0%}, and of wars older than three years, {float(base_rates.ended(12)):.0%}, at weights of {parts.weight:.0%} and {1 - parts.weight:.0%})"
    verdict = [f"{first}; the model has {low:.0%} to {high:.0%} over the draws."]
    if floors > ended / 2:
        verdict[0] = (
            f"{floors / ended:.0%} of the model's endings come from a side's endurance running out, so that its dates rest on the dossier's judgement of endurance more than on bargaining. "
            + verdict[0]
        )
    at = f.at(24)
    state = dict(zip(outcomes.STATES, f.state[:, at].mean(axis=0)))
    verdict.append(
        f"By the model alone, after 24 months a settlement is in force in {state['settlement']:.0%}, a ceasefire in {state['ceasefire']:.0%}, a frozen front in {state['frozen']:.0%}, "
        f"{a} cannot go on in {state['A breaks']:.0%}, {b} cannot go on in {state['B breaks']:.0%}, and there is fighting in {state['fighting']:.0%}. {gap(parts)}"
    )
    told = dict(parts.variants)
    here, bend, there = (told[k].lasting[:, at].mean() for k in ("as stated", BEND, "no red line is real"))
    verdict.append(
        f"The moment is ripe in {parts.ripe['ripe']:.0%} of the draws: a hurting stalemate in {parts.ripe['stalemate']:.0%}, a way out in {parts.ripe['way_out']:.0%}. "
        f"An agreement is in force after 24 months in {here:.0%} of cases as stated, in {bend:.0%} if a real red line cost its owner a fifth of the way "
        f"from victory to defeat instead of forbidding, and in {there:.0%} if none were real."
    )
    return verdict


def findings(parts: Parts) -> list[Finding]:
    f, found = parts.future, []
    for months in (3, 6, 12, 24, 36):
        mean, low, high = _band(f.ended[:, f.at(months)])
        pool = parts.pooled(months)
        base = float(base_rates.ended(months))
        told = f"The present fighting ends by {parts.date(months)} with a chance of {pool:.0%} (model {mean:.0%}, base rate {base:.0%})."
        found.append(Finding(f"ended.{months}", told, pool, "probability", min(pool, mean, base) if parts.old else low, max(pool, mean, base) if parts.old else high,
                             basis=parts.basis, sources=("genest1986", "sarkees2010")))  # fmt: skip
        found.append(
            Finding(
                f"model.ended.{months}",
                f"By the model alone: {mean:.0%} ({low:.0%} to {high:.0%} over draws).",
                mean,
                "probability",
                low,
                high,
                basis=parts.basis,
                sources=("smith2004",),
            )
        )
    for k, key in enumerate(outcomes.STATES):
        mean, low, high = _band(f.state[:, f.at(AT), k])
        found.append(
            Finding(
                f"state.{key.replace(' ', '_')}.24",
                f"After 24 months: {parts.state(key)}, {mean:.0%} ({low:.0%} to {high:.0%} over draws).",
                mean,
                "probability",
                low,
                high,
                basis=parts.basis,
            )
        )
    ended, floors = float(f.ended[:, -1].mean()), float(f.cause[:, -1, FLOORS].sum(axis=1).mean())
    found.append(
        Finding(
            "floors",
            f"{floors / ended:.0%} of the endings are by exhaustion.",
            floors / ended,
            "share",
            basis=parts.basis,
        )
    )
    found += [
        Finding(
            f"ripe.{k}", f"Ripeness, {k}: {x:.0%} of the draws.", x, "share of draws", x, x, sources=("zartman2001",)
        )
        for k, x in parts.ripe.items()
    ]
    return found


def asked_findings(asked: Sequence[Asked]) -> list[Finding]:
    return [
        Finding(f"question.{a.question.id}", f"{a.question.title} {a.model:.0%} by the model{'' if a.base is None else f', {a.base:.0%} by the base rate'}.",
                a.model, "probability", min(x for x in (a.model, a.base) if x is not None), max(x for x in (a.model, a.base) if x is not None), a.error)
        for a in asked if a.model is not None
    ]  # fmt: skip


def notes(parts: Parts) -> tuple[str, ...]:
    return (
        "Players' own values are not shown: with beliefs that differ they add up to more than there is.",
        "A side that is exhausted is counted as defeated; a real war would more often end there by terms, which this model cannot tell from defeat.",
        f"The wish for a deal as such changes the plan that is tabled in {parts.plan['changed']:.0%} of the draws.",
    )


CHARTS = (
    Chart("fan_chart", "fan", "fan", "What holds at each date", {"x": "date", "low": "low", "mid": "share", "high": "high", "color": "state"}, "Line: mean over draws; band: 5th to 95th percentile of the draws' own chances."),
    Chart("causes_chart", "bars", "causes", "What ends the present fighting within 60 months", {"x": "all", "y": "cause"}),
    Chart("survival_chart", "fan", "survival", "Still fighting beyond each date", {"x": "date", "low": "low", "mid": "pool", "high": "high"}, "Line: pool of model and base rate; band: the model's 5th to 95th percentile over draws."),
    Chart("levers_chart", "bars", "pairs", "Levers in pairs: agreements that hold after 24 months", {"x": "change", "y": "pair"}),
)  # fmt: skip
