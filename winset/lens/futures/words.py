"""What the futures lens says: the answer, the findings, the notes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from winset.derive.paths.dated_questions import Asked
from winset.derive.war import base_rates, outcomes
from winset.derive.war.around import talks_on_record
from winset.lens.futures.asked import rests_on
from winset.lens.futures.endings import kind_shares
from winset.lens.futures.tables import AT, FLOORS, Parts, band, gap
from winset.lens.futures.variants import BEND
from winset.result import Finding

NAMED = {
    "agreement": "an agreement",
    "ceasefire": "a ceasefire",
    "victory": "a victory in the field",
    "fizzles out": "fizzling out",
}


def answer(parts: Parts) -> list[str]:
    f, (a, b) = parts.future, parts.sides
    ended = float(f.ended[:, -1].mean())
    floors = float(f.cause[:, -1, FLOORS].sum(axis=1).mean())
    mean, low, high = band(f.ended[:, f.at(12)])
    first = f"Within 12 months the present fighting ends with a chance of {parts.pooled(12):.0%}"
    base = parts.base(12)
    if base:
        first += (
            f" (pool of the model, {mean:.0%}, and of comparable wars, {base.value:.0%}, at weights of "
            f"{parts.weight:.0%} and {1 - parts.weight:.0%}; {parts.wars.words}, {base.ended:.0f} ended within 12 "
            f"more, 90% interval {base.low:.0%} to {base.high:.0%})"
        )
    verdict = [f"{first}; the model has {low:.0%} to {high:.0%} over the draws."]
    if floors > ended / 2:
        verdict[0] = (
            f"{floors / ended:.0%} of the model's endings come from a side's endurance running out, so that its dates "
            "rest on the dossier's judgement of endurance more than on bargaining. " + verdict[0]
        )
    at = f.at(24)
    state = dict(zip(outcomes.STATES, f.state[:, at].mean(axis=0)))
    verdict.append(
        f"By the model alone, after 24 months a settlement is in force in {state['settlement']:.0%}, a ceasefire in "
        f"{state['ceasefire']:.0%}, a frozen front in {state['frozen']:.0%}, {a} cannot go on in "
        f"{state['A breaks']:.0%}, {b} cannot go on in {state['B breaks']:.0%}, and there is fighting in "
        f"{state['fighting']:.0%}. {gap(parts)}"
    )
    by = [
        f"{f.ended[:, f.at(12)].mean():.0%} and {f.event[:, f.at(12), :2].sum(axis=1).mean():.0%} if {told}"
        for told, f in parts.structures.items()
    ]
    verdict.append(f"Over within 12 months, and a ceasefire by then: {', '.join(by)}.")
    told = dict(parts.variants)

    def held(variant: str) -> str:
        own = told[variant]  # at more months than those of the headline
        return f"{own.lasting[:, own.at(24)].mean():.0%}"

    bend = (
        f"in {held(BEND)} if a real red line cost its owner its stated price instead of forbidding, "
        if BEND in told
        else ""
    )
    verdict.append(
        f"The moment is ripe in {parts.ripe['ripe']:.0%} of the draws: a hurting stalemate in "
        f"{parts.ripe['stalemate']:.0%}, a way out in {parts.ripe['way_out']:.0%}. An agreement is in force after 24 "
        f"months in {held('as stated')} of cases as stated, {bend}and in {held('no red line is real')} if none were "
        "real."
    )
    return verdict


def findings(parts: Parts) -> list[Finding]:
    return [*_ends(parts), *_kinds(parts), *_states(parts)]


def _ends(parts: Parts) -> list[Finding]:
    """When it ends: pooled, and by the model alone."""
    f, found = parts.future, []
    for months in (3, 6, 12, 24, 36):
        mean, low, high = band(f.ended[:, f.at(months)])
        pool = parts.pooled(months)
        base = parts.base(months)
        beside = f"base rate {base.value:.0%}, {parts.wars.words}" if base else "no base rate fits"
        told = (
            f"The present fighting ends by {parts.date(months)} with a chance of {pool:.0%} (model {mean:.0%}, "
            f"{beside})."
        )
        ends = (min(pool, mean, base.value), max(pool, mean, base.value)) if base else (low, high)
        found.append(
            Finding(
                key=f"ended.{months}",
                sentence=told,
                value=pool,
                unit="probability",
                low=ends[0],
                high=ends[1],
                basis=parts.basis,
                sources=("genest1986", "sarkees2010", "kaplan1958", "susarla1976"),
            )
        )
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
    return found


def _kinds(parts: Parts) -> list[Finding]:
    """How it ends within a year, and whether a side is exhausted by then."""
    f, found = parts.future, []
    own, others = kind_shares(parts, 12), base_rates.kinds(parts.case)
    for key, chance in own.items():
        told = f"; of {others.n} comparable endings {others.shares[key]:.0%} were of this kind" if others else ""
        low, high = band(f.kind[:, f.at(12), outcomes.KINDS.index(key)])[1:]
        found.append(
            Finding(
                f"kind.{key.replace(' ', '_')}.12",
                f"Within 12 months it is over by {NAMED[key]} with a chance of {chance:.0%} by the model{told}.",
                chance,
                "probability",
                low,
                high,
                basis=parts.basis,
                sources=("kreutz2010",),
            )
        )
    year = float((parts.out <= 12).mean())
    found.append(
        Finding(
            "exhausted.12",
            f"If the fighting goes on, some side is exhausted within 12 months in {year:.0%} of the draws.",
            year,
            "share of draws",
            error=float(np.sqrt(year * (1 - year) / len(parts.out))),
            basis=parts.basis,
            sources=("filson2002",),
        )
    )
    return found


def _states(parts: Parts) -> list[Finding]:
    """What holds after two years, how many ends are by exhaustion, and whether the moment is ripe."""
    f, found = parts.future, []
    for k, key in enumerate(outcomes.STATES):
        mean, low, high = band(f.state[:, f.at(AT), k])
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


def asked_findings(parts: Parts, asked: Sequence[Asked]) -> list[Finding]:
    return [_asked(parts, a) for a in asked if a.model is not None]


def _asked(parts: Parts, asked: Asked) -> Finding:
    model, base, title = asked.model, asked.base, asked.question.title
    assert model is not None
    told = f"{title} {model:.0%} by the model{'' if base is None else f', {base:.0%} by the base rate'}."
    ends = [model, *([] if base is None else [base])]
    return Finding(
        f"question.{asked.question.id}",
        f"{title} {asked.why[0].upper()}{asked.why[1:]}." if asked.decided else told,
        model,
        "probability",
        min(ends),
        max(ends),
        asked.error,
        basis=rests_on(parts, asked),
    )


def notes(parts: Parts) -> tuple[str, ...]:
    have = {f.key for f in parts.case.figures}
    stands_in = []
    if "case.front" not in have:
        stands_in.append(
            "The case has no Figure for the front (`case,front`): the mean of what the present state of "
            "things is worth to both sides stands in for it."
        )
    if "case.talk_months" not in have and any(key.endswith(".talk_rent") for key in have):
        share = talks_on_record(parts.case)
        stands_in.append(
            f"Talks are expected in {share:.0%} of the months, as in the last twelve on record; a Figure "
            f"`case,talk_months` would say otherwise."
        )
    return (
        *stands_in,
        "Players' own values are not shown: with beliefs that differ they add up to more than there is.",
        "A side that is exhausted takes terms between the front and its own defeat (a Figure of the dossier); the "
        "firing stops then, and a text follows in the form that comparable ends had.",
        f"The wish for a deal as such changes the plan that is tabled in {parts.plan['changed']:.0%} of the draws.",
    )
