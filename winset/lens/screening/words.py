"""Sentences, findings, charts and sections of the screening lens on rival hypotheses."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from winset.case import model as m
from winset.lens.screening.tables import Parts, basis_of, by_weight, overturn, percent, spans, times
from winset.result import Chart, Finding, Section
from winset.settings import number

if TYPE_CHECKING:
    from winset.lens.screening.weighed import Weighed


def mute(parts: Parts, w: Weighed) -> tuple[int, int]:
    """(modelled acts that tell nothing, all modelled acts)."""
    span = np.ptp(w.weights, axis=1) / np.log(10.0)
    own = [j for j, a in enumerate(w.view.acts) if a.modelled]
    return sum(bool(span[j] < number("screening.flat")) for j in own), len(own)


def answer(parts: Parts) -> tuple[str, ...]:
    said = []
    for w in parts.weighed:
        name, told, lead = parts.names[w.view.actor], w.view.told, w.leader
        mean, (least, most) = w.mean[lead], spans(w, lead)
        other = [r for r in w.readings.values() if int(r.mean.argmax()) != lead]
        rest = (
            f"; another leads under {len(other)} of {len(w.readings)} rival readings"
            if other
            else "; it leads under every rival reading"
        )
        text = (
            f"{name}: of {len(told)} hypotheses, “{told[lead].name}” has the highest odds after {len(w.view.acts)} "
            f"acts, {percent(mean)} ({percent(least)} to {percent(most)} over rival readings), from "
            f"{percent(w.view.prior[:, lead].mean())} before them{rest}."
        )
        if mean < 0.5:
            text += " None reaches even odds, so the acts do not settle it."
        if len(told) > 1:
            best = w.view.acts[by_weight(parts, w)[0]]
            text += (
                f" Next is “{told[w.rival].name}” at {percent(w.mean[w.rival])}: one more act "
                f"{times(overturn(parts, w).odds)} times as likely under it would make the two even. "
                f"The act that tells most ({best.first.date.day} {best.first.date:%b %Y}): {best.first.what}"
            )
        said.append(text)
        quiet, count = mute(parts, w)
        if quiet:
            said.append(
                f"{name}: {quiet} of {count} acts that a model covers tell nothing, "
                "since every type would most likely have done the same."
            )
    return tuple(said)


def uncoded(case: m.Case, silent: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{case.actor[a].name}: no evidence coded." for a in sorted(silent))


def findings(parts: Parts) -> tuple[Finding, ...]:
    found = []
    for w in parts.weighed:
        name, actor = parts.names[w.view.actor], w.view.actor
        for h, told in enumerate(w.view.told):
            mean, (low, high) = float(w.mean[h]), (float(x) for x in w.percentiles(w.posterior[:, h], 5, 95))
            least, most = spans(w, h)
            found.append(
                Finding(
                    f"posterior.{actor}.{told.id}",
                    f"{name} {told.name}: odds of {percent(mean)} after the coded acts "
                    f"({percent(least)} to {percent(most)} over rival readings).",
                    mean, "probability", min(low, mean), max(high, mean), basis=basis_of(w), sources=("good1950",),
                )
            )  # fmt: skip
        lead, leads = w.leader, float(w.leads[w.leader])
        ranges = [leads, *(float(r.leads[lead]) for r in w.readings.values())]
        found.append(
            Finding(
                f"leads.{actor}", f"{name}: “{w.view.told[lead].name}” leads in {percent(leads)} of the draws.",
                leads, "share of draws", min(ranges), max(ranges), float(np.sqrt(leads * (1 - leads) / w.draws)),
                basis_of(w), ("good1950",),
            )
        )  # fmt: skip
        sentence = f"{name}: as the acts weigh them, the draws tell as much as {w.draws:,.0f} that count alike."
        found.append(Finding(f"ess.{actor}", sentence, w.draws, "draws", basis=basis_of(w), sources=("kish1965",)))
        if len(w.view.told) > 1:
            odds = overturn(parts, w).odds
            sentence = (
                f"One more act at least {times(odds)} times as likely under “{w.view.told[w.rival].name}” "
                f"would overturn the verdict on {name}."
            )
            cite = ("good1950", "heuer1999")
            found.append(Finding(f"overturn.{actor}", sentence, odds, "times", basis=basis_of(w), sources=cite))
    return tuple(found)


def notes(parts: Parts) -> tuple[str, ...]:
    """How many draws the acts leave; where types hardly differ in what they refuse, or only by an assumption."""
    said = []
    for w in parts.weighed:
        if any(w.view.levels):
            said.append(
                f"{parts.names[w.view.actor]}: draws and hypotheses are weighed together by {sum(w.view.levels)} of "
                f"{len(w.view.acts)} acts; {w.draws:,.0f} of {parts.draws:,} draws are effective."
            )
        told, by_type = w.view.told, w.view.reservation
        if by_type is None:
            continue
        name, middle = parts.names[w.view.actor], w.percentiles(by_type, 50)[0]
        aims = [h.name for h in told if h.differs == "aims"]
        if aims and len(aims) < len(told):
            said.append(
                f"{name}: “{'”, “'.join(aims)}” differs from the rest in its war aims. Types that differ only in aims "
                "gain the same from an offer over fighting, so refusing does not separate them (Spaniel and Bils "
                "2018); here they separate only by the values of no deal given for each."
            )
        for a, b in combinations(range(len(told)), 2):
            if abs(middle[a] - middle[b]) < parts.noise:
                said.append(
                    f"{name}: “{told[a].name}” and “{told[b].name}” have nearly the same value of no deal, "
                    "so what they refuse does not separate them."
                )
    return tuple(said)


def charts(parts: Parts) -> tuple[Chart, ...]:
    made = [
        Chart(
            "posterior_chart", "bars", "posterior", "Odds after the acts",
            {"x": "posterior", "y": "actor", "color": "hypothesis"}, "The odds before the acts stand in the table.",
        )
    ]  # fmt: skip
    for w in parts.weighed:
        caption = (
            f"To the right: the act speaks for the hypothesis and against “{w.view.told[0].name}”; "
            "to the left, the other way round. One unit is ten to one."
        )
        made.append(
            Chart(
                f"evidence_{w.view.actor}_chart", "bars", f"evidence_{w.view.actor}",
                f"{parts.names[w.view.actor]}: evidence for and against",
                {"x": "weight", "y": "act", "color": "hypothesis"}, caption,
            )
        )  # fmt: skip
    return tuple(made)


def sections(parts: Parts) -> tuple[Section, ...]:
    made = [
        Section(
            "hypotheses", "Rival hypotheses",
            (
                "A hypothesis says why a side acts as it does. Its odds before the acts are stated; each act then "
                "multiplies them by how much more likely the act is under it. Acts that tell the same story share "
                "their weight.",
            ),
            ("posterior", "posterior_chart", "overturn"),
        )
    ]  # fmt: skip
    for w in parts.weighed:
        actor = w.view.actor
        text = (
            "The same acts in three forms: how much more likely under each hypothesis; the classical matrix; "
            "and what other readings would make of them."
        )
        made.append(
            Section(
                f"acts_{actor}",
                f"{parts.names[actor]}: the acts",
                (text,),
                (f"evidence_{actor}_chart", f"heuer_{actor}", f"evidence_{actor}", f"readings_{actor}"),
            )
        )
    behaviour = (
        "What each type would do with an offer follows from what the offer is worth to it. An offer that no type would "
        "take, or that crosses a real red line, tells nothing when it is refused."
    )
    return (*made, Section("behaviour", "From behaviour alone", (behaviour,), ("behaviour",)))
