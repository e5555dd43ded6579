"""endurance: how long can each side go on, who breaks first, and what would a change of aid or of sanctions buy?

Beside the figures of the case stand base rates and the state's own earlier wars: a model number is never shown alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from winset.arrays import Study
from winset.case import model as m
from winset.derive.war import base_rates
from winset.lens.endurance.offer import offer
from winset.lens.endurance.rates import RATES_CHART, alikes_table, rates_table, told_alikes, told_rate
from winset.lens.endurance.sides import Draws, Sides
from winset.result import Chart, Cited, Column, Finding, Result, Section, Table, cited, nothing
from winset.settings import number, whole
from winset.spoken import count
from winset.theory.exhaustion import endurance_race, problem_of_points
from winset.units import UNITS

LEDGER = (
    "gdp war_spending revenue_at_risk reserves frozen_assets aid damage_total damage_rate reconstruction_cost losses "
    "recruits army_size drone_output endurance"
).split()


@dataclass(frozen=True)
class Endurance:
    """How long each belligerent can go on at the present rate of cost. `spread`: standard deviation of a month's
    drain."""

    spread: float = field(default_factory=lambda: number("endurance.spread"))
    shrink: float = field(default_factory=lambda: number("endurance.shrink"))

    name = "endurance"
    question = "How long can each side go on, who breaks first, and what would aid or sanctions change?"
    reads = (
        "war",
        "endurance",
        "war_spending",
        "aid",
        "losses",
        "recruits",
        "reserves",
        "revenue_at_risk",
        "war_duration",
    )
    sources = (
        "filson2002",
        "feller1968",
        "folks1978",
        "sarkees2010",
        "kreutz2010",
        "kaplan1958",
        "susarla1976",
        "fay2013",
    )
    assumes = (
        "Endurance is how many months a side can go on at the present rate of cost; it is a judgement of the "
        "dossier, with its range.",
        "Nobody surrenders early, borrows, or is rescued in the race; both sides' luck from month to month is "
        "independent.",
        "What a change of money buys is an upper bound: it holds if money alone sets how long a side lasts, and "
        "nothing if people do.",
        "Wars that lasted as long as this one say what such wars did, not why; only those that were over before it "
        "began count.",
    )

    def lacks(self, case: m.Case) -> list[str]:
        """What the lens needs and the case, as of its date, does not have."""
        return lacking(case)

    def look(self, study: Study) -> Result:
        """The result. A case without a war under way and both sides' endurance gets `nothing can be said`."""
        known = study.known
        if lacks := self.lacks(known):
            return nothing(self, lacks)
        case = Sides(study, known)
        race = self._race(study, case)
        first, basis = case.first(), case.held()
        tables = [
            economy(case),
            clocks(case, self.shrink),
            race_table(case, race),
            buys(case),
            rates_table(known, study.as_of, first, basis),
            alikes_table(known),
        ]
        return Result(
            lens=self.name,
            question=self.question,
            answer=(*answer(case, race, study), *told_alikes(known)),
            findings=(*findings(case, race, study),),
            tables=tuple(t for t in tables if t.rows),
            charts=(
                Chart("race_chart", "bars", "race", "Who breaks first",
                    {"x": "share", "y": "reading", "color": "side"}),
                *RATES_CHART[: base_rates.compared(known, study.as_of).fits],
            ),
            sections=SECTIONS,
            assumes=self.assumes,
            sources=self.sources,
            offer=offer(case, race),
            settings={"spread": self.spread, "shrink": self.shrink, "draws": study.draws, "seed": study.seed},
        )  # fmt: skip

    def _race(self, study: Study, case: Sides) -> dict[str, tuple[float, float]]:
        """P(A breaks first) and P(B does) by three readings; the last two over a stratified sample of their own."""
        months = case.column("endurance")
        found = {"stated months": (float((months[0] < months[1]).mean()), float((months[1] < months[0]).mean()))}
        small = Sides(study, case.case, min(whole("endurance.sample"), study.draws))
        own = small.column("endurance")
        luck = [
            endurance_race(a, 1.0, self.spread, b, 1.0, self.spread, whole("endurance.points")) for a, b in zip(*own)
        ]
        found["with luck from month to month"] = (float(np.mean(luck)), 1 - float(np.mean(luck)))
        if study.before.lucks is not study.lucks:
            earlier = Sides(study.before, case.case).column("endurance")
            found["before the record"] = (
                float((earlier[0] < earlier[1]).mean()),
                float((earlier[1] < earlier[0]).mean()),
            )
        first = small.arrays[0]
        if first.has("case", "decisive_rate") and any(first.has(s, "battle_win") for s in case.sides):
            rate, p = small.get("case", "decisive_rate"), small.chance()
            points = [
                problem_of_points(max(1, round(a * r)), max(1, round(b * r)), q) for a, b, r, q in zip(*own, rate, p)
            ]
            found["if only lost engagements wear out"] = (1 - float(np.mean(points)), float(np.mean(points)))
        return found


def lacking(case: m.Case) -> list[str]:
    """What the lens needs and the case does not have."""
    if case.war is None or case.war.began > case.as_of or len(case.war.belligerents) != 2:
        return ["war between two belligerents under way"]
    have = {f.key for f in case.figures}
    return [f"{s}.endurance" for s in case.war.belligerents if f"{s}.endurance" not in have]


def spread_of(column: Draws) -> tuple[float, float, float]:
    low, mid, high = (float(x) for x in np.percentile(column, [5, 50, 95]))
    return low, mid, high


def economy(case: Sides) -> Table:
    """The war economy of each side as the dossier gives it."""
    rows = []
    for side in case.sides:
        for quantity in LEDGER:
            if case.has(side, quantity):
                low, mid, high = spread_of(case.get(side, quantity))
                figure = case.case.figure[case.id(side, quantity)]
                unit = UNITS[unit_of(quantity)]
                what = "GDP" if quantity == "gdp" else quantity.replace("_", " ")
                row = (case.names[side], what, mid, low, high, unit, str(figure.date or ""))
                rows.append(cited([figure.id], *row))
    columns = (
        Column("side", "Side"), Column("what", "What"), Column("value", "Middle", "number"),
        Column("low", "5th percentile", "number"),
        Column("high", "95th percentile", "number"), Column("unit", "Unit"), Column("date", "As of", "date"),
    )  # fmt: skip
    return Table(
        "economy",
        "The war economy of each side",
        columns,
        tuple(rows),
        "Each number opens its basis; claims of a side are marked there.",
    )


def unit_of(quantity: str) -> str:
    from winset.units import quantities

    return quantities()[quantity].unit


def clocks(case: Sides, shrink: float) -> Table:
    """Months to each limit, and the share of draws in which the limit is reached at all."""
    rows = []

    def add(side: str, what: str, months: Draws, used: str) -> None:
        sound = np.isfinite(months)
        low, mid, high = spread_of(months[sound]) if sound.any() else ("", "never", "")
        rows.append(cited(case.ids(side, used), case.names[side], what, mid, low, high, float(sound.mean())))

    for side in case.sides:
        have = {q for q in LEDGER if case.has(side, q)}
        add(side, "as judged: can go on at the present rate", case.get(side, "endurance"), "endurance")
        for what, drain in (
            ("reserves alone pay for the war", "war_spending"),
            ("reserves replace all aid", "aid"),
            ("reserves replace all revenue at risk", "revenue_at_risk"),
        ):
            if {"reserves", drain} <= have:
                add(side, what, _ratio(case.get(side, "reserves"), case.get(side, drain)), f"reserves {drain}")
        if {"army_size", "losses", "recruits"} <= have:
            months = _ratio(shrink * case.get(side, "army_size"), case.get(side, "losses") - case.get(side, "recruits"))
            add(side, f"the army is {shrink:.0%} smaller", months, "army_size losses recruits")
    columns = (
        Column("side", "Side"), Column("limit", "Until"), Column("months", "Months (median)", "number"),
        Column("low", "5th percentile", "number"), Column("high", "95th percentile", "number"),
        Column("share", "Reached in", "share"),
    )  # fmt: skip
    note = (
        "Each limit taken alone. The last column: share of draws in which it is reached at all (an army with more "
        "recruits than losses does not shrink, and reserves that pay for nothing last)."
    )
    return Table("clocks", "How long, by each limit", columns, tuple(rows), note)


def _ratio(stock: Draws, drain: Draws) -> Draws:
    return np.where(drain > 0, stock / np.where(drain > 0, drain, 1.0), np.inf)


def race_table(case: Sides, race: dict[str, tuple[float, float]]) -> Table:
    basis = tuple(case.id(s, "endurance") for s in case.sides)
    rows = [
        (reading, case.names[s], Cited(x, basis)) for reading, pair in race.items() for s, x in zip(case.sides, pair)
    ]
    columns = (Column("reading", "Reading"), Column("side", "Breaks first"), Column("share", "Chance", "share"))
    return Table(
        "race",
        "Who breaks first, if nobody settles",
        columns,
        tuple(rows),
        "Three readings of one judgement of endurance; ties are left out.",
    )


def step_of(case: Sides, side: str, step: str, base: str) -> tuple[Draws, str, str]:
    """The size of a change: the case's own, or a part of what the side has; in words, and the quantity it is read
    from."""
    own = case.get(side, base)
    if case.has("case", step):
        size = case.get("case", step)
        return size, f"{np.median(size):g} {UNITS[unit_of(step)]}", step
    part = number("endurance.step")
    return part * own, f"{part:.0%} of its {base.replace('_', ' ')}", base


def buys(case: Sides) -> Table:
    """What a change of money or recruits a month, of the case's own size, does to one side's months, and to who breaks
    first."""
    months = case.column("endurance")
    before = float((months[1] < months[0]).mean())
    rows = []
    for i, side in enumerate(case.sides):
        if case.has(side, "war_spending"):
            burden, (size, told, read) = case.burden(side), step_of(case, side, "money_step", "war_spending")
            for what, sign in ((f"{told} more (aid, income)", -1), (f"{told} less (sanctions, aid cut)", 1)):
                after = np.maximum(burden + sign * size, burden / 3)
                factor = np.where(burden > 0, burden / np.where(burden > 0, after, 1.0), 1.0)
                used = case.ids(side, "endurance war_spending damage_rate aid") + case.ids("case", read)
                rows.append(_bought(case, side, i, what, months[i] * factor, months, before, used))
        if all(case.has(side, q) for q in ("losses", "recruits")):
            net = case.get(side, "losses") - case.get(side, "recruits")
            short = np.where(net > 0, net, 1.0)
            size, told, read = step_of(case, side, "recruit_step", "recruits")
            longer = np.where(net > 0, months[i] * short / np.maximum(short - size, short / 3), months[i])
            used = case.ids(side, "endurance losses recruits") + case.ids("case", read)
            rows.append(_bought(case, side, i, f"{told} more recruited", longer, months, before, used))
    columns = (
        Column("side", "For"), Column("what", "Change"), Column("months", "Months gained (median)", "number"),
        Column("low", "5th percentile", "number"), Column("high", "95th percentile", "number"),
        Column("first", f"{case.names[case.sides[1]]} breaks first", "share"),
        Column("change", "Change of that chance", "number"),
    )  # fmt: skip
    note = (
        "Upper bounds: each row holds if this limit alone sets how long the side lasts. At present "
        f"{case.names[case.sides[1]]} breaks first in {before:.0%} of the draws. A month's own burden is spending and "
        "damage less aid, at least a quarter of spending; no change counts for more than three times; recruits count "
        "in draws in which the army shrinks; where a month's burden is nothing, money changes nothing."
    )
    return Table("buys", "What a change of money or recruits buys", columns, tuple(rows), note)


def _bought(
    case: Sides, side: str, i: int, what: str, new: Draws, months: Sequence[Draws], before: float, own: tuple[str, ...]
) -> tuple[object, ...]:
    low, mid, high = spread_of(new - months[i])
    pair = [new if j == i else months[j] for j in (0, 1)]
    first = float((pair[1] < pair[0]).mean())
    both = dict.fromkeys((*own, *(case.id(s, "endurance") for s in case.sides)))
    return (*cited(own, case.names[side], what, mid, low, high), *cited([*both], first, first - before))


def answer(case: Sides, race: dict[str, tuple[float, float]], study: Study) -> list[str]:
    a, b = (case.names[s] for s in case.sides)
    first = case.first()
    low, mid, high = spread_of(first)
    shares = [pair[1] for pair in race.values()]
    stated = race["stated months"]
    year = float((first <= 12).mean())
    return [
        f"If nobody settles, {b} is the first that cannot go on in {stated[1]:.0%} of the draws and {a} in "
        f"{stated[0]:.0%} ({b}: {min(shares):.0%} to {max(shares):.0%} over {count(len(race))} readings); the "
        f"first of the two is there after {mid:.0f} months in the middle draw (5th to 95th percentile: {low:.0f} "
        f"to {high:.0f}).",
        f"If fighting goes on, one side's endurance is over within 12 months in {year:.0%} of the draws (under the "
        f"pressure in force from now on in each); {told_rate(case.case, study.as_of)}.",
    ]


def findings(case: Sides, race: dict[str, tuple[float, float]], study: Study) -> list[Finding]:
    found = []
    for i, side in enumerate(case.sides):
        low, mid, high = spread_of(case.get(side, "endurance"))
        basis = (case.id(side, "endurance"),)
        told = f"{case.names[side]} can go on for {mid:.0f} months at the present rate ({low:.0f} to {high:.0f})."
        found.append(Finding(f"months.{side}", told, mid, "months", low, high, basis=basis))
        shares = [pair[i] for pair in race.values()]
        value = race["stated months"][i]
        both = tuple(case.id(s, "endurance") for s in case.sides)
        told = f"{case.names[side]} breaks first in {value:.0%} of the draws if nobody settles."
        ends, error = (min(shares), max(shares)), float(np.sqrt(value * (1 - value) / study.draws))
        cited_ = ("filson2002", "folks1978")
        found.append(Finding(f"first.{side}", told, value, "share of draws", *ends, error, both, cited_))
    first = case.first()
    year = float((first <= 12).mean())
    told = f"If fighting goes on, some side is exhausted within 12 months in {year:.0%} of the draws."
    ends, error = case.pressed_range(12.0), float(np.sqrt(year * (1 - year) / study.draws))
    found.append(
        Finding("exhausted.12", told, year, "share of draws", *ends, error, basis=case.held(), sources=("filson2002",))
    )
    base = base_rates.rate(case.case, 12, study.as_of)
    if base:
        told = told_rate(case.case, study.as_of)
        found.append(
            Finding(
                key="base.12", sentence=f"{told[0].upper()}{told[1:]}.", value=base.value, unit="probability",
                low=base.low, high=base.high, sources=("sarkees2010", "kaplan1958", "susarla1976", "fay2013"),
            )
        )  # fmt: skip
    return found


SECTIONS = (
    Section(
        "economy",
        "What each side has and spends",
        ("The war economy as the dossier gives it.",),
        ("economy", "clocks"),
    ),
    Section(
        "race",
        "Who breaks first",
        ("A race between two stocks: if neither settles, the one used up first decides.",),
        ("race", "race_chart"),
    ),
    Section(
        "buys",
        "What a change of money or recruits buys",
        ("How far a change of the size that the case states moves a side's months.",),
        ("buys",),
    ),
    Section(
        "rates",
        "What comparable wars say",
        ("A number of a model is read beside what wars of this age did.",),
        ("rates", "rates_chart", "alikes"),
    ),
)
