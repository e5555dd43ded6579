"""Tables of the screening lens on rival hypotheses. Its words and the ultimatum have modules of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from winset.case import model as m
from winset.derive.types.hypotheses import chance_takes
from winset.result import Cited, Column, Table, cited
from winset.settings import number, whole
from winset.spoken import percent as percent
from winset.theory import weighing

if TYPE_CHECKING:
    from winset.lens.screening.weighed import Weighed

BY_MODEL = {
    "offer_refused": "offer refused", "offer_accepted": "offer accepted", "red_line_shifted": "red line moved",
    "deadline_ignored": "deadline ignored", "elicited": "elicited",
}  # fmt: skip


def times(ratio: float) -> str:
    return f"{ratio:.1f}" if ratio < 10 else f"{ratio:,.0f}"


@dataclass(frozen=True)
class Parts:
    """What all the tables are made from."""

    case: m.Case
    weighed: Sequence[Weighed]
    rho: float
    noise: float
    draws: int

    @cached_property
    def names(self) -> dict[str, str]:
        return {a.id: a.name for a in self.case.actors}


def weights(parts: Parts, w: Weighed) -> Float[np.ndarray, "item hypothesis"]:
    """Mean weight of each act for each hypothesis against the first, in powers of ten, its group's share taken."""
    return (w.weights - w.weights[:, :1]) * weighing.shares(w.view.groups, parts.rho)[:, None] / np.log(10.0)


def spans(w: Weighed, h: int) -> tuple[float, float]:
    """Range of a hypothesis over the readings, the stated one included."""
    all_means = [float(w.mean[h]), *(float(r.mean[h]) for r in w.readings.values())]
    return min(all_means), max(all_means)


def basis_of(w: Weighed) -> tuple[str, ...]:
    """Of whatever is a mean over the draws as all the acts leave them."""
    return tuple(dict.fromkeys(name for group in w.view.basis.values() for name in group))


def all_tables(parts: Parts) -> list[Table]:
    made = [posterior_table(parts), overturn_table(parts)]
    for w in parts.weighed:
        made += [evidence_table(parts, w), heuer_table(parts, w), readings_table(parts, w)]
    return [*made, behaviour_table(parts)]


def posterior_table(parts: Parts) -> Table:
    rows = []
    for w in parts.weighed:
        for h, told in enumerate(w.view.told):
            low, high = (float(x) for x in w.percentiles(w.posterior[:, h], 5, 95))
            least, most = spans(w, h)
            rows.append(
                cited(
                    basis_of(w), parts.names[w.view.actor], told.name, told.meaning,
                    Cited(float(w.view.prior[:, h].mean()), w.view.basis["prior"]),
                    float(w.mean[h]), low, high, least, most, float(w.leads[h]),
                )
            )  # fmt: skip
    columns = (
        Column("actor", "Actor"), Column("hypothesis", "Hypothesis"), Column("meaning", "That is"),
        Column("prior", "Before the acts", "share"), Column("posterior", "After the acts", "share"),
        Column("low", "5th percentile", "share"), Column("high", "95th percentile", "share"),
        Column("least", "Least over readings", "share"), Column("most", "Most over readings", "share"),
        Column("leads", "Leads in", "share"),
    )  # fmt: skip
    note = (
        f"Acts of one group share their weight: rho = {parts.rho:g}. "
        "Percentiles are over draws of priors, ratios and positions, as the acts weigh them."
    )
    return Table("posterior", "The odds of each hypothesis, before and after the acts", columns, tuple(rows), note)


def evidence_table(parts: Parts, w: Weighed) -> Table:
    """Every act and how far it speaks for each rival hypothesis; a negative weight speaks for the first."""
    rows, mean = [], weights(parts, w)
    share = weighing.shares(w.view.groups, parts.rho)
    for j in by_weight(parts, w):
        act, logs = w.view.acts[j], w.logs[:, j] - w.logs[:, j, :1]
        low, mid, high = np.exp(w.percentiles(logs, 5, 50, 95))
        for h, told in list(enumerate(w.view.told))[1:]:
            rows.append(
                cited(
                    basis_of(w), act.first.date.isoformat(), act.first.what, BY_MODEL[act.first.kind], told.name,
                    float(mid[h]), float(low[h]), float(high[h]),
                    float(share[j]), float(mean[j, h]),
                )
            )  # fmt: skip
    first = w.view.told[0].name
    columns = (
        Column("date", "Date", "date"), Column("act", "Act"), Column("kind", "How weighed"),
        Column("hypothesis", "Hypothesis"),
        Column("ratio", f"Times as likely as if “{first}”", "number"), Column("low", "5th percentile", "number"),
        Column("high", "95th percentile", "number"), Column("share", "Counts for", "share"),
        Column("weight", f"Weight against “{first}” (powers of ten)", "number"),
    )  # fmt: skip
    note = (
        "The acts that tell most come first. Elicited ratios open their reason; "
        "the others follow from what the deal was worth."
    )
    return Table(
        f"evidence_{w.view.actor}",
        f"{parts.names[w.view.actor]}: the acts and what they tell",
        columns,
        tuple(rows),
        note,
    )


def by_weight(parts: Parts, w: Weighed) -> list[int]:
    tells = weighing.diagnosticity(w.weights, w.view.groups, parts.rho)
    return sorted(range(len(tells)), key=lambda j: (-tells[j], w.view.acts[j].id))


def heuer_table(parts: Parts, w: Weighed) -> Table:
    """The classical matrix: consistency of each act with each hypothesis, and what leaving the act out would do."""
    table = weighing.marks(w.weights, number("evidence.mark"), number("evidence.mark_strong"))
    tells = weighing.diagnosticity(w.weights, w.view.groups, parts.rho)
    without = weighing.without_each(w.view.prior, w.logs, w.view.groups, parts.rho, w.view.levels)
    lead = w.leader
    rows: list[tuple[Any, ...]] = [
        cited(
            basis_of(w), w.view.acts[j].first.date.isoformat(), w.view.acts[j].first.what, *table[j],
            float(tells[j]), float(without[j, lead]),
            w.view.told[int(without[j].argmax())].name,
        )
        for j in by_weight(parts, w)
    ]  # fmt: skip
    counts = weighing.inconsistencies(table, len(w.view.told), whole("evidence.mark_double"))
    rows.append(
        (
            "",
            "Inconsistencies (I once, II twice)",
            *(str(c) for c in counts),
            *cited(basis_of(w), float(sum(tells)), float(w.mean[lead])),
            w.view.told[lead].name,
        )
    )
    columns = (
        Column("date", "Date"), Column("act", "Act"), *(Column(f"h{k}", h.name) for k, h in enumerate(w.view.told)),
        Column("tells", "Tells (powers of ten)", "number"),
        Column("without", f"“{w.view.told[lead].name}” without it", "share"), Column("leader", "Then leads"),
    )  # fmt: skip
    note = (
        "CC very consistent, C consistent, N neutral, I inconsistent, II very inconsistent, "
        "against the average over the hypotheses."
    )
    return Table(
        f"heuer_{w.view.actor}",
        f"{parts.names[w.view.actor]}: competing hypotheses, act by act",
        columns,
        tuple(rows),
        note,
    )


def readings_table(parts: Parts, w: Weighed) -> Table:
    stated, told = w.mean, w.view.told
    sets = {r.id: tuple(sorted(r.set)) for r in parts.case.readings}

    def row(title: str, mean: Float[np.ndarray, " hypothesis"], basis: tuple[str, ...] = ()) -> tuple[Any, ...]:
        return cited(basis or basis_of(w), title, *map(float, mean), told[int(mean.argmax())].name)

    order = sorted(w.readings.items(), key=lambda r: (-float(np.abs(r[1].mean - stated).max()), r[1].title))
    rows = [row("as stated", stated), *(row(r.title, r.mean, sets.get(name, ())) for name, r in order)]
    columns = (
        Column("reading", "Reading"),
        *(Column(f"h{k}", h.name, "share") for k, h in enumerate(w.view.told)),
        Column("leader", "Leads"),
    )
    return Table(
        f"readings_{w.view.actor}", f"{parts.names[w.view.actor]}: what rival readings would say", columns, tuple(rows)
    )


@dataclass(frozen=True)
class Overturn:
    """What it would take for the rival to draw level with the leader."""

    odds: float
    prior: float
    drop: tuple[str, ...] | None


def overturn(parts: Parts, w: Weighed) -> Overturn:
    mean, logs = w.mean, w.weights
    even = weighing.even_prior(logs, w.view.groups, parts.rho, w.leader, w.rival)
    drop = weighing.fewest_to_drop(np.log(w.view.prior.mean(axis=0)), logs, w.view.groups, parts.rho, w.leader)
    return Overturn(
        float(mean[w.leader] / max(mean[w.rival], 1e-12)),
        even,
        None if drop is None else tuple(w.view.acts[j].id for j in drop),
    )


def overturn_table(parts: Parts) -> Table:
    rows = []
    for w in parts.weighed:
        if len(w.view.told) < 2:
            continue
        found, told = overturn(parts, w), w.view.told
        left = (
            "no set of acts"
            if found.drop is None
            else "; ".join(a.first.what for a in w.view.acts if a.id in found.drop)
        )
        rows.append(
            cited(
                basis_of(w),
                parts.names[w.view.actor],
                told[w.leader].name,
                told[w.rival].name,
                found.odds,
                found.prior,
                "" if found.drop is None else str(len(found.drop)),
                left,
            )
        )
    columns = (
        Column("actor", "Actor"), Column("leader", "Leads"), Column("rival", "Next"),
        Column("odds", "Odds, and the one act that would make them even", "number"),
        Column("prior", "Prior of the next (between the two) that would", "share"),
        Column("count", "Acts to leave out"), Column("drop", "Which"),
    )  # fmt: skip
    return Table(
        "overturn",
        "What would overturn the verdict",
        columns,
        tuple(rows),
        "Acts to leave out are found one by one, the most telling first; a smaller set may exist.",
    )


def behaviour_table(parts: Parts) -> Table:
    """The modelled acts: what the deal was worth and how likely each type would have done the same."""
    rows = []
    for w in parts.weighed:
        for act in w.view.acts:
            if not act.modelled or w.view.reservation is None:
                continue
            take = w.view.takes[act.id]
            chance = chance_takes(take.worth + take.edge, w.view.reservation, parts.noise, take.blocked)
            for h, told in enumerate(w.view.told):
                likely = float(w.over((chance if take.accepted else 1.0 - chance)[:, h]))
                rows.append(
                    cited(
                        basis_of(w),
                        parts.names[w.view.actor],
                        act.first.date.isoformat(),
                        act.first.what,
                        BY_MODEL[act.first.kind],
                        float(w.over(take.worth)),
                        float(w.over(take.edge)),
                        float(w.over(take.blocked)),
                        told.name,
                        likely,
                    )
                )
    columns = (
        Column("actor", "Actor"), Column("date", "Date", "date"), Column("act", "Act"),
        Column("model", "Act of the model"),
        Column("worth", "Worth of the deal to it", "number"), Column("edge", "What the threat adds", "number"),
        Column("lines", "A real red line forbids it", "share"), Column("hypothesis", "Hypothesis"),
        Column("likely", "Likely to act so", "share"),
    )  # fmt: skip
    note = (
        "Worth on the actor's own scale from defeat (0) to victory (1), by its positions of that day. "
        "Where the chances are alike, the act tells nothing."
    )
    return Table("behaviour", "From behaviour alone", columns, tuple(rows), note)
