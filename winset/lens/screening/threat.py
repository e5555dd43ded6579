"""Tables, charts and sentences of the screening lens on the ultimatum: what to demand, by when, with which threat."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from winset.case import model as m
from winset.derive.types.hypotheses import hypotheses
from winset.derive.types.ultimatum import Demand, Textbook, Ultimatum, textbook, worth_of_rounds
from winset.lens.screening.tables import percent
from winset.result import Chart, Column, Finding, Section, Table, cited
from winset.settings import number
from winset.theory import weighing
from winset.theory.reliability import executions_needed

LEVELS = (0.0, 0.25, 0.5, 0.75, 1.0)  # no answer: which columns the tables show


@dataclass(frozen=True)
class Spoken:
    """What all the tables are made from."""

    case: m.Case
    ultimata: Sequence[Ultimatum]
    round_months: float

    @cached_property
    def names(self) -> dict[str, str]:
        return {a.id: a.name for a in self.case.actors}

    def pair(self, u: Ultimatum) -> str:
        return f"{self.names[u.demander]} to {self.names[u.target]}"

    def plan(self, demand: Demand) -> str:
        return self.case.plan[demand.plan].name

    @cached_property
    def chosen(self) -> list[Demand]:
        """The recommended demand of each ultimatum."""
        return [u.best(u.credibility) for u in self.ultimata]

    def brings(self, u: Ultimatum, demand: Demand) -> float:
        """What a demand can be expected to bring over no deal."""
        return u.mean(u.payoff(demand, u.credibility)) - float(u.over(u.floor))

    @cached_property
    def books(self) -> list[Textbook | None]:
        return [textbook(u) for u in self.ultimata]

    @cached_property
    def rounds(self) -> list[tuple[float, float] | None]:
        return [worth_of_rounds(u, self.round_months) for u in self.ultimata]


def all_tables(spoken: Spoken) -> list[Table]:
    if not spoken.ultimata:
        return []
    maps = [table for u in spoken.ultimata for table in (refusal_table(spoken, u), map_table(spoken, u))]
    return [demands_table(spoken), *maps, needed_table(spoken), threats_table(spoken), textbook_table(spoken)]


def demands_table(spoken: Spoken) -> Table:
    rows = []
    for u, chosen in zip(spoken.ultimata, spoken.chosen):
        for d in sorted(u.demands, key=lambda d: (-u.mean(u.payoff(d, u.credibility)), d.plan)):
            regret = u.regret(d)
            worth = "recommended" if spoken.brings(u, d) >= number("screening.hardly") else "best, but hardly worth it"
            rows.append(
                cited(
                    u.basis, spoken.pair(u), spoken.plan(d), worth if d is chosen else "",
                    u.mean(u.refuses(d, u.credibility)), float(1.0 - u.over(d.others)),
                    u.mean(u.war(d, u.credibility)), u.mean(u.payoff(d, u.credibility)), float(u.over(u.floor)),
                    float(regret @ u.over(u.odds)), float(regret.max()),
                )
            )  # fmt: skip
    columns = (
        Column("pair", "Who to whom"), Column("plan", "Demand: take the plan"), Column("choice", "Choice"),
        Column("refuses", "The target refuses", "share"), Column("others", "Another who must sign refuses", "share"),
        Column("war", "The war goes on", "share"), Column("payoff", "Demander can expect", "number"),
        Column("floor", "Without a deal", "number"), Column("regret", "Regret, expected", "number"),
        Column("worst", "Regret, largest", "number"),
    )  # fmt: skip
    note = (
        "At the credibility the demander has now and the odds of the target's hypotheses after the acts. Payoffs on "
        "the demander's own scale. Regret: what a better demand would have brought, had one known the target's type."
    )
    return Table("demands", "What to demand: risk of war against gain", columns, tuple(rows), note)


def refusal_table(spoken: Spoken, u: Ultimatum) -> Table:
    """How likely the target is to refuse each demand, by credibility, whatever the others would do."""
    rows = [
        cited(u.basis, spoken.plan(d), *(u.mean(u.refuses(d, k)) for k in LEVELS))
        for d in sorted(u.demands, key=lambda d: d.plan)
    ]
    columns = (Column("plan", "Demand"), *(Column(f"refuse{k:g}", f"credibility {k:.0%}", "share") for k in LEVELS))
    return Table(
        f"refusal_{u.demander}_{u.target}",
        f"How likely the target refuses: {spoken.pair(u)}",
        columns,
        tuple(rows),
        "Whatever the others who must sign would do.",
    )


def map_table(spoken: Spoken, u: Ultimatum) -> Table:
    """The policy map of one pair: demand by credibility."""
    rows = [
        cited(
            u.basis, spoken.plan(d), *(u.mean(u.war(d, k)) for k in LEVELS), *(u.mean(u.payoff(d, k)) for k in LEVELS)
        )
        for d in sorted(u.demands, key=lambda d: d.plan)
    ]
    columns = (
        Column("plan", "Demand"), *(Column(f"war{k:g}", f"credibility {k:.0%}", "share") for k in LEVELS),
        *(Column(f"pay{k:g}", f"payoff at {k:.0%}", "number") for k in LEVELS),
    )  # fmt: skip
    note = (
        "Chance that the war goes on, and what the demander can expect. "
        f"Now the credibility is about {percent(float(u.over(u.credibility)))}."
    )
    return Table(f"map_{u.demander}_{u.target}", f"Ultimatum map: {spoken.pair(u)}", columns, tuple(rows), note)


def needed_table(spoken: Spoken) -> Table:
    """Does the threat deter? Credibility needed against credibility held, by type."""
    rows = []
    for u in spoken.ultimata:
        held = float(u.over(u.credibility))
        for d in sorted(u.demands, key=lambda d: d.plan):
            needed = u.needed(d)
            moved = u.if_known(((u.credibility >= needed.T) & (d.blocked == 0)).T.astype(float))
            for h, told in enumerate(hypotheses(spoken.case, u.target)):
                middle = float(weighing.percentiles(needed[:, h], u.weight * u.odds[:, h], [50])[0])
                gives = float(moved[h])
                rows.append(
                    cited(
                        u.basis,
                        spoken.pair(u),
                        spoken.plan(d),
                        told.name,
                        _needed(middle),
                        held,
                        gives,
                        _more(u, middle, held),
                    )
                )
    columns = (
        Column("pair", "Who to whom"), Column("plan", "Demand"), Column("hypothesis", "If the target"),
        Column("needed", "Credibility needed (median)"), Column("held", "Held", "share"),
        Column("gives", "Gives way", "share"), Column("more", "Dates to carry out first"),
    )  # fmt: skip
    note = "Needed: what refusing gains over what it risks. A real red line keeps every type from giving way."
    return Table("deters", "Does the threat deter?", columns, tuple(rows), note)


def _needed(credibility: float) -> str:
    if credibility == 0:
        return "no threat is needed"
    return "not by this threat" if math.isinf(credibility) else percent(credibility)


def _more(u: Ultimatum, needed: float, held: float) -> str:
    """How many dates in a row the author must first carry out to be believed enough."""
    if needed <= held:
        return "none"
    return "never" if needed >= 1 else str(executions_needed(u.belief, needed))


def threats_table(spoken: Spoken) -> Table:
    """With which threat and by when: size, credibility, and how long talks may last before their rent outweighs it."""
    rows = []
    for u, rounds in zip(spoken.ultimata, spoken.rounds):
        edge = float(u.over(u.credibility * u.size))
        done, count = u.record
        longest = None if not u.rent else edge / u.rent
        rows.append(
            cited(
                u.basis, spoken.pair(u), float(u.over(u.size)), f"{done:.2g} of {count}",
                float(u.over(u.credibility)), edge, "not known" if longest is None else f"{longest:.1f} months",
                more_credible(u),
                "not solved" if rounds is None else f"{rounds[1] - rounds[0]:+.3f}",
            )
        )  # fmt: skip
    columns = (
        Column("pair", "Who to whom"), Column("size", "Size of the threat to the target", "number"),
        Column("record", "Dates carried out of those defied"), Column("held", "Credibility", "share"),
        Column("edge", "Worth of the threat as believed", "number"), Column("longest", "Longest date"),
        Column("more", f"Worth of {number('screening.more_credible'):.0%} more credibility", "number"),
        Column("wait", "Worth of a second offer"),
    )  # fmt: skip
    note = (
        "Longest date: after so many months what talks as such are worth to the target outweighs the threat. Worth of "
        f"more credibility, and of a second offer after a round of {spoken.round_months:g} months: to the demander, "
        "on its own scale; a second offer worth less than nothing means that one last word is better."
    )
    return Table("threats", "By when, and with which threat", columns, tuple(rows), note)


def more_credible(u: Ultimatum) -> float:
    """What the best demand brings if the threat were more credible by `screening.more_credible`, less what it brings
    now."""
    raised = np.minimum(1.0, u.credibility + number("screening.more_credible"))
    return u.mean(u.payoff(u.best(raised), raised)) - u.mean(u.payoff(u.best(u.credibility), u.credibility))


def textbook_table(spoken: Spoken) -> Table:
    rows: list[tuple[object, ...]] = []
    for u, book in zip(spoken.ultimata, spoken.books):
        if book is None:
            continue
        rows += [
            cited(u.basis, spoken.pair(u), f"uniform costs, credibility {percent(k)}", book.values, x, p)
            for k, x, p in zip(book.kappa, book.demand, book.p_war)
        ]
        if math.isfinite(book.beta_p_war):
            row = (spoken.pair(u), "Beta costs, no threat", book.values, book.beta_demand, book.beta_p_war)
            rows.append(cited(u.basis, *row))
        if not book.kappa:
            why = "nothing to divide that both prefer to going on"
            rows.append(cited(u.basis, spoken.pair(u), why, book.values, "none", "none"))
    columns = (
        Column("pair", "Who to whom"),
        Column("case", "Case"),
        Column("values", "Going on is worth to the two together", "number"),
        Column("demand", "Best demand", "number"),
        Column("war", "Chance of refusal", "share"),
    )
    note = (
        "If everything could be divided: the best demand as a share of the way from the target's victory to its defeat "
        "(Fearon 1995). The pie is 1; others who must sign are left aside."
    )
    return Table("textbook", "The textbook ultimatum beside it", columns, tuple(rows), note)


def answer(spoken: Spoken) -> tuple[str, ...]:
    said = []
    for u, chosen, rounds in zip(spoken.ultimata, spoken.chosen, spoken.rounds):
        brings, held = spoken.brings(u, chosen), float(u.over(u.credibility))
        refuses, war = u.mean(u.refuses(chosen, u.credibility)), u.mean(u.war(chosen, u.credibility))
        text = (
            f"{spoken.pair(u)}: the next date is kept, if defied, with chance {percent(held)} "
            f"({u.record[0]:.2g} of {u.record[1]} so far). "
        )
        if brings < number("screening.hardly"):
            text += (
                f"No demand on the table is worth making: the best, “{spoken.plan(chosen)}”, "
                f"brings {max(brings, 0.0):.3f} over no deal, since "
            )
        else:
            text += (
                f"The best demand on the table is “{spoken.plan(chosen)}”; "
                f"it brings {brings:.3f} over no deal on the demander's scale, though "
            )
        text += (
            f"the target refuses it in {percent(refuses)}, and the war goes on in {percent(war)} "
            "once the others who must sign are counted."
        )
        said.append(text + _threat(u, chosen, rounds))
        near = min(u.demands, key=lambda d: (u.mean(u.refuses(d, u.credibility)), d.plan))
        if near is not chosen and 1.0 - u.over(near.others) > 0.5:
            refuses = u.mean(u.refuses(near, u.credibility))
            said.append(
                f"{spoken.pair(u)}: of the plans better for the demander than no deal, the target is least likely to "
                f"refuse “{spoken.plan(near)}” ({percent(refuses)}), but another who must sign refuses it in "
                f"{percent(float(1.0 - u.over(near.others)))}."
            )
    return tuple(said)


def _threat(u: Ultimatum, chosen: Demand, rounds: tuple[float, float] | None) -> str:
    """Whether the threat is enough, by when to set it, and whether to leave room for a second offer."""
    text = (
        f" The threat as believed is enough in {percent(u.deterred(chosen, u.credibility))}, "
        f"and if it were certain in {percent(u.deterred(chosen, 1.0))}."
    )
    if u.rent:
        months = float(u.over(u.credibility * u.size)) / u.rent
        text += f" Beyond {months:.0f} months, talks as such are worth more to the target than the threat costs it."
    gap = rounds[1] - rounds[0] if rounds else 0.0
    if abs(gap) >= number("screening.hardly"):
        text += f" To leave room for a second offer is worth {gap:+.3f}."
    return text


def findings(spoken: Spoken) -> tuple[Finding, ...]:
    found = []
    for u, chosen in zip(spoken.ultimata, spoken.chosen):
        key, pair, held = f"{u.demander}.{u.target}", spoken.pair(u), u.credibility

        def ranged(name: str, column: np.ndarray, what: str, sources: tuple[str, ...]) -> Finding:
            mean = float(u.over(column))  # noqa: B023
            low, high = (float(x) for x in weighing.percentiles(column, u.weight, [5, 95]))  # noqa: B023
            sentence = f"{what} with chance {percent(mean)}."
            low, high = min(low, mean), max(high, mean)
            what = f"{name}.{key}"  # noqa: B023 - it is called in its own turn only
            return Finding(what, sentence, mean, "probability", low, high, None, u.basis, sources)  # noqa: B023

        def single(name: str, value: float, unit: str, sentence: str, *sources: str) -> Finding:
            return Finding(f"{name}.{key}", sentence, value, unit, basis=u.basis, sources=sources)  # noqa: B023

        demand, theory = f"{pair}: if “{spoken.plan(chosen)}” is demanded,", ("fearon1995", "mckelvey1998")
        refused, fought = ((by * u.odds).sum(axis=1) for by in (u.refuses(chosen, held), u.war(chosen, held)))
        deterred, regret, gain = u.deterred(chosen, held), float(u.regret(chosen).max()), more_credible(u)
        kept = f"{spoken.names[u.demander]} carries out its next defied deadline"
        moves = f"{pair}: the threat as believed moves the target to give way in {percent(deterred)}."
        loses = f"{pair}: the best demand loses at most {regret:.3f} if the target is of another type."
        more = f"{pair}: {number('screening.more_credible'):.0%} more credibility is worth {gain:.3f} to the demander."
        found += [
            ranged("refuses", refused, f"{demand} the target refuses", theory),
            ranged("war", fought, f"{demand} the war goes on", theory),
            ranged("credibility", held, kept, ("morgan2014",)),
            single("deters", deterred, "probability", moves, "fearon1997"),
            single("regret", regret, "utility", loses),
            single("more_credible", gain, "utility", more),
        ]
    return tuple(found)


def charts(spoken: Spoken) -> tuple[Chart, ...]:
    made = []
    for u in spoken.ultimata:
        for name, title in (("refusal", "How likely the target refuses"), ("map", "Chance that the war goes on")):
            table, parts = f"{name}_{u.demander}_{u.target}", {"y": "plan", "x": "*share", "value": "*"}
            caption = "Across: how credible the threat is. The stronger the colour, the more likely."
            made.append(Chart(f"{table}_chart", "matrix", table, f"{title}: {spoken.pair(u)}", parts, caption))
    return tuple(made)


def sections(spoken: Spoken) -> tuple[Section, ...]:
    maps = [f"{name}_{u.demander}_{u.target}" for u in spoken.ultimata for name in ("refusal", "map")]
    text = (
        "An ultimatum asks for a plan by a date and threatens to make refusal dearer. What it brings depends on "
        "what the plan is worth to the target, of which type the target is, how large the threat is and how far "
        "it is believed, and on whether the others would sign.",
    )
    charts = [f"{name}_chart" for name in maps]
    return (
        Section(
            "ultimatum",
            "What to demand, by when, with which threat",
            text,
            ("demands", *charts, *(n for n in maps if n.startswith("map")), "threats", "textbook", "misread"),
        ),
        Section(
            "deters",
            "Does a threat deter?",
            ("A threat moves a type that gains less by refusing than it risks; so much credibility is needed.",),
            ("deters",),
        ),
    )
