"""Tables, charts and sentences of the screening lens on rival hypotheses. The ultimatum has a module of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from winset.case import model as m
from winset.derive.types import Act, chance_takes
from winset.result import Chart, Cited, Column, Finding, Section, Table
from winset.theory import weighing

if TYPE_CHECKING:
    from winset.lens.screening import Weighed

FLAT = 0.05  # an act whose weights differ by less than this (a ratio of 1.12) tells nothing worth naming
BY_MODEL = {
    "offer_refused": "offer refused", "offer_accepted": "offer accepted", "red_line_shifted": "red line moved",
    "deadline_ignored": "deadline ignored", "elicited": "elicited",
}  # fmt: skip


def percent(share: float) -> str:
    """A share in words of print; what is not quite none or all says so."""
    if 0 < share < 0.005:
        return "under 1%"
    return "over 99%" if 0.995 < share < 1 else f"{share:.0%}"


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
    """Mean weight of evidence of each act for each hypothesis against the first, in powers of ten, its group's share taken."""
    return w.logs.mean(axis=0) * weighing.shares(w.view.groups, parts.rho)[:, None] / np.log(10.0)


def spans(w: Weighed, h: int) -> tuple[float, float]:
    """Range of a hypothesis over the readings, the stated one included."""
    all_means = [float(w.posterior[:, h].mean()), *(float(r.mean[h]) for r in w.readings.values())]
    return min(all_means), max(all_means)


def basis_of(w: Weighed, act: Act | None = None) -> tuple[str, ...]:
    if act is not None:
        return w.view.basis[act.id]
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
            column = w.posterior[:, h]
            low, high = (float(x) for x in np.percentile(column, [5, 95]))
            least, most = spans(w, h)
            rows.append(
                (
                    parts.names[w.view.actor], told.name, told.meaning, Cited(float(w.view.prior[:, h].mean()), w.view.basis["prior"]),
                    Cited(float(column.mean()), basis_of(w)), low, high, least, most, float(np.mean(w.posterior.argmax(axis=1) == h)),
                )
            )  # fmt: skip
    columns = (
        Column("actor", "Actor"), Column("hypothesis", "Hypothesis"), Column("meaning", "That is"), Column("prior", "Before the acts", "share"),
        Column("posterior", "After the acts", "share"), Column("low", "5th percentile", "share"), Column("high", "95th percentile", "share"),
        Column("least", "Least over readings", "share"), Column("most", "Most over readings", "share"), Column("leads", "Leads in", "share"),
    )  # fmt: skip
    note = f"Acts of one group share their weight: rho = {parts.rho:g}. Percentiles are over draws of priors, ratios and positions."
    return Table("posterior", "The odds of each hypothesis, before and after the acts", columns, tuple(rows), note)


def evidence_table(parts: Parts, w: Weighed) -> Table:
    """Every act and how far it speaks for each rival hypothesis against the first; a negative weight speaks for the first."""
    rows, mean = [], weights(parts, w)
    share = weighing.shares(w.view.groups, parts.rho)
    for j in _by_weight(parts, w):
        act, logs = w.view.acts[j], w.logs[:, j]
        low, mid, high = np.exp(np.percentile(logs, [5, 50, 95], axis=0))
        for h, told in list(enumerate(w.view.told))[1:]:
            rows.append(
                (
                    act.first.date.isoformat(), act.first.what, BY_MODEL[act.first.kind], told.name,
                    Cited(float(mid[h]), _one(w, act, h)), float(low[h]), float(high[h]), float(share[j]), float(mean[j, h]),
                )
            )  # fmt: skip
    first = w.view.told[0].name
    columns = (
        Column("date", "Date", "date"), Column("act", "Act"), Column("kind", "How weighed"), Column("hypothesis", "Hypothesis"),
        Column("ratio", f"Times as likely as if “{first}”", "number"), Column("low", "5th percentile", "number"),
        Column("high", "95th percentile", "number"), Column("share", "Counts for", "share"),
        Column("weight", f"Weight against “{first}” (powers of ten)", "number"),
    )  # fmt: skip
    note = "The acts that tell most come first. Elicited ratios open their reason; the others follow from what the deal was worth."
    return Table(
        f"evidence_{w.view.actor}",
        f"{parts.names[w.view.actor]}: the acts and what they tell",
        columns,
        tuple(rows),
        note,
    )


def _one(w: Weighed, act: Act, h: int) -> tuple[str, ...]:
    if act.modelled:
        return w.view.basis[act.id]
    return tuple(r.figure for r in act.rows if r.hypothesis == w.view.told[h].id)


def _by_weight(parts: Parts, w: Weighed) -> list[int]:
    tells = weighing.diagnosticity(w.logs, w.view.groups, parts.rho)
    return sorted(range(len(tells)), key=lambda j: (-tells[j], w.view.acts[j].id))


def heuer_table(parts: Parts, w: Weighed) -> Table:
    """The classical matrix: consistency of each act with each hypothesis, and what leaving the act out would do."""
    table = weighing.marks(w.logs.mean(axis=0))
    tells = weighing.diagnosticity(w.logs, w.view.groups, parts.rho)
    without = weighing.without_each(w.view.prior, w.logs, w.view.groups, parts.rho)
    lead = w.leader
    rows: list[tuple[Any, ...]] = [
        (
            w.view.acts[j].first.date.isoformat(), w.view.acts[j].first.what, *table[j], Cited(float(tells[j]), basis_of(w, w.view.acts[j])),
            float(without[j, lead]), w.view.told[int(without[j].argmax())].name,
        )
        for j in _by_weight(parts, w)
    ]  # fmt: skip
    counts = weighing.inconsistencies(table, len(w.view.told))
    rows.append(
        (
            "",
            "Inconsistencies (I once, II twice)",
            *(str(c) for c in counts),
            float(sum(tells)),
            float(w.posterior[:, lead].mean()),
            w.view.told[lead].name,
        )
    )
    columns = (
        Column("date", "Date"), Column("act", "Act"), *(Column(f"h{k}", h.name) for k, h in enumerate(w.view.told)),
        Column("tells", "Tells (powers of ten)", "number"), Column("without", f"“{w.view.told[lead].name}” without it", "share"),
        Column("leader", "Then leads"),
    )  # fmt: skip
    note = "CC very consistent, C consistent, N neutral, I inconsistent, II very inconsistent, against the average over the hypotheses."
    return Table(
        f"heuer_{w.view.actor}",
        f"{parts.names[w.view.actor]}: competing hypotheses, act by act",
        columns,
        tuple(rows),
        note,
    )


def readings_table(parts: Parts, w: Weighed) -> Table:
    stated = w.posterior.mean(axis=0)
    rows = [("as stated", *(float(x) for x in stated), w.view.told[w.leader].name)]
    others = sorted(w.readings.values(), key=lambda r: (-float(np.abs(r.mean - stated).max()), r.title))
    rows += [(r.title, *(float(x) for x in r.mean), w.view.told[int(r.mean.argmax())].name) for r in others]
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
    mean, logs = w.posterior.mean(axis=0), w.logs.mean(axis=0)
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
            (parts.names[w.view.actor], told[w.leader].name, told[w.rival].name, Cited(found.odds, basis_of(w)), found.prior,
             "" if found.drop is None else str(len(found.drop)), left)
        )  # fmt: skip
    columns = (
        Column("actor", "Actor"), Column("leader", "Leads"), Column("rival", "Next"), Column("odds", "Odds, and the one act that would make them even", "number"),
        Column("prior", "Prior of the next (between the two) that would", "share"), Column("count", "Acts to leave out"), Column("drop", "Which"),
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
                likely = float((chance if take.accepted else 1.0 - chance)[:, h].mean())
                rows.append(
                    (parts.names[w.view.actor], act.first.date.isoformat(), act.first.what, BY_MODEL[act.first.kind], float(take.worth.mean()),
                     float(take.edge.mean()), float(take.blocked.mean()), told.name, Cited(likely, w.view.basis[act.id]))
                )  # fmt: skip
    columns = (
        Column("actor", "Actor"), Column("date", "Date", "date"), Column("act", "Act"), Column("model", "Act of the model"),
        Column("worth", "Worth of the deal to it", "number"), Column("edge", "What the threat adds", "number"),
        Column("lines", "A real red line forbids it", "share"), Column("hypothesis", "Hypothesis"), Column("likely", "Likely to act so", "share"),
    )  # fmt: skip
    note = "Worth on the actor's own scale from defeat (0) to victory (1), by its positions of that day. Like chances: the act tells nothing."
    return Table("behaviour", "From behaviour alone", columns, tuple(rows), note)


def mute(parts: Parts, w: Weighed) -> tuple[int, int]:
    """(modelled acts that tell nothing, all modelled acts)."""
    span = np.ptp(w.logs.mean(axis=0), axis=1) / np.log(10.0)
    own = [j for j, a in enumerate(w.view.acts) if a.modelled]
    return sum(bool(span[j] < FLAT) for j in own), len(own)


def answer(parts: Parts) -> tuple[str, ...]:
    said = []
    for w in parts.weighed:
        name, told, lead = parts.names[w.view.actor], w.view.told, w.leader
        mean, (least, most) = w.posterior[:, lead].mean(), spans(w, lead)
        other = [r for r in w.readings.values() if int(r.mean.argmax()) != lead]
        rest = (
            f"; another leads under {len(other)} of {len(w.readings)} rival readings"
            if other
            else "; it leads under every rival reading"
        )
        text = (
            f"{name}: of {len(told)} hypotheses, “{told[lead].name}” has the highest odds after {len(w.view.acts)} acts, {percent(mean)} "
            f"({percent(least)} to {percent(most)} over rival readings), from {percent(w.view.prior[:, lead].mean())} before them{rest}."
        )
        if mean < 0.5:
            text += " None reaches even odds, so the acts do not settle it."
        if len(told) > 1:
            best = w.view.acts[_by_weight(parts, w)[0]]
            text += (
                f" Next is “{told[w.rival].name}” at {percent(w.posterior[:, w.rival].mean())}: one more act {times(overturn(parts, w).odds)} times as "
                f"likely under it would make the two even. The act that tells most ({best.first.date}): {best.first.what}"
            )
        said.append(text)
        quiet, count = mute(parts, w)
        if quiet:
            said.append(
                f"{name}: {quiet} of {count} acts that a model covers tell nothing, since every type would most likely have done the same."
            )
    return tuple(said)


def uncoded(case: m.Case, silent: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{case.actor[a].name}: no evidence coded." for a in sorted(silent))


def findings(parts: Parts) -> tuple[Finding, ...]:
    found = []
    for w in parts.weighed:
        name, actor = parts.names[w.view.actor], w.view.actor
        for h, told in enumerate(w.view.told):
            column = w.posterior[:, h]
            mean, (low, high) = float(column.mean()), (float(x) for x in np.percentile(column, [5, 95]))
            least, most = spans(w, h)
            found.append(
                Finding(
                    f"posterior.{actor}.{told.id}",
                    f"{name} {told.name}: odds of {percent(mean)} after the coded acts ({percent(least)} to {percent(most)} over rival readings).",
                    mean, "probability", min(low, mean), max(high, mean), basis=basis_of(w), sources=("good1950",),
                )
            )  # fmt: skip
        lead, leads = w.leader, float(np.mean(w.posterior.argmax(axis=1) == w.leader))
        ranges = [leads, *(float(r.leads[lead]) for r in w.readings.values())]
        found.append(
            Finding(
                f"leads.{actor}", f"“{w.view.told[lead].name}” leads in {percent(leads)} of the draws.", leads, "share of draws", min(ranges), max(ranges),
                float(np.sqrt(leads * (1 - leads) / parts.draws)), basis_of(w), ("good1950",),
            )
        )  # fmt: skip
        if len(w.view.told) > 1:
            odds = overturn(parts, w).odds
            sentence = f"One more act at least {times(odds)} times as likely under “{w.view.told[w.rival].name}” would overturn the verdict on {name}."
            found.append(
                Finding(
                    f"overturn.{actor}", sentence, odds, "times", basis=basis_of(w), sources=("good1950", "heuer1999")
                )
            )
    return tuple(found)


def notes(parts: Parts) -> tuple[str, ...]:
    """Where types hardly differ in what they refuse, or only by an assumption about their war aims."""
    said = []
    for w in parts.weighed:
        told, by_type = w.view.told, w.view.reservation
        if by_type is None:
            continue
        name, middle = parts.names[w.view.actor], np.median(by_type, axis=0)
        aims = [h.name for h in told if h.differs == "aims"]
        if aims and len(aims) < len(told):
            said.append(
                f"{name}: “{'”, “'.join(aims)}” differs from the rest in its war aims. Types that differ only in aims gain the same from an offer over "
                "fighting, so refusing does not separate them (Spaniel and Bils 2018); here they separate only by the values of no deal given for each."
            )
        for a, b in combinations(range(len(told)), 2):
            if abs(middle[a] - middle[b]) < parts.noise:
                said.append(
                    f"{name}: “{told[a].name}” and “{told[b].name}” have nearly the same value of no deal, so what they refuse does not separate them."
                )
    return tuple(said)


def charts(parts: Parts) -> tuple[Chart, ...]:
    odds = Chart("posterior_chart", "bars", "posterior", "Odds after the acts", {"x": "posterior", "y": "actor", "color": "hypothesis"},
                 "The odds before the acts stand in the table.")  # fmt: skip
    return (
        odds,
        *(
            Chart(f"evidence_{w.view.actor}_chart", "bars", f"evidence_{w.view.actor}",
                  f"{parts.names[w.view.actor]}: evidence for and against", {"x": "weight", "y": "act", "color": "hypothesis"},
                  f"To the right: the act speaks for the hypothesis and against “{w.view.told[0].name}”; to the left, the other way round. One unit is ten to one.")
            for w in parts.weighed
        ),
    )  # fmt: skip


def sections(parts: Parts) -> tuple[Section, ...]:
    made = [
        Section(
            "hypotheses", "Rival hypotheses",
            (
                "A hypothesis says why a side acts as it does. Its odds before the acts are stated; each act then multiplies them by how much more "
                "likely the act is under it. Acts that tell the same story share their weight.",
            ),
            ("posterior", "posterior_chart", "overturn"),
        )
    ]  # fmt: skip
    for w in parts.weighed:
        actor = w.view.actor
        text = "The same acts in three forms: how much more likely under each hypothesis; the classical matrix; and what other readings would make of them."
        made.append(
            Section(
                f"acts_{actor}",
                f"{parts.names[actor]}: the acts",
                (text,),
                (f"evidence_{actor}_chart", f"heuer_{actor}", f"evidence_{actor}", f"readings_{actor}"),
            )
        )
    behaviour = (
        "What each type would do with an offer follows from what the offer is worth to it. An offer that no type would take, or that crosses a real "
        "red line, tells nothing when it is refused."
    )
    return (*made, Section("behaviour", "From behaviour alone", (behaviour,), ("behaviour",)))
