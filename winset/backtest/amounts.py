"""Recurring questions whose answer is a number: how many acts within a month, how many days until the next, in which
month the fighting ends.

Forecasts are samples: 64 values at the middles of 64 equal parts of a distribution, so that no luck is in them. Acts
come as in the yes/no questions, a Poisson process whose rate has a Gamma belief from the record: a count is negative
binomial, and a wait outlasts n days free of pauses with (E/(E + n))^a, E the days of exposure and a the count with its
prior. Months of an end are ordered bins.

References beside it. `nothing`: no act, no end. `last`: as many as in the days before; a wait as long as the last one
between two acts. `base`: what became of questions of the same template that were resolved before the origin, with half
an answer added at either end.

A wait is scored up to its horizon: beyond it all waits are alike, and the score is that of min(wait, horizon + 1),
which is proper for what happens by then. As with yes and no, an answer counts only once its last day and the days of
grace have passed: else the late questions that were answered early would stand in the record without those that were
not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from winset.backtest.questions import DAYS, Origin, Past, names_of
from winset.derive.paths.acts_on_record import Pair
from winset.derive.war import base_rates
from winset.settings import number
from winset.theory import scores
from winset.theory.counts import negative_binomial_quantiles

MEMBERS = 64  # no answer: values of a forecast; a score is within 2 % of the exact one
WITHIN, WAIT = 30, 90  # no answer: days of a count, and horizon of a wait; each title says its own
BINS = (30, 60, 90)  # no answer: last days of the bins of an end; the title says them
HOW_MANY, HOW_LONG = "how many acts come within 30 days", "how many days until the next act"
WHEN = "in which month the fighting ends"
UNITS = {HOW_MANY: "acts", HOW_LONG: "days", WHEN: "bins"}
Sample = tuple[float, ...]


@dataclass(frozen=True)
class Amount:
    """A question for a number at its origin. model, nothing, last: samples of forecasts, equally likely."""

    template: str
    key: str
    title: str
    origin: dt.date
    by: dt.date
    cluster: str
    model: Sample
    nothing: Sample
    last: Sample

    def id(self, digest: str) -> str:
        return f"{self.key}@{self.origin.isoformat()}@{digest[:12]}"


@dataclass(frozen=True)
class Measured:
    """A question for a number with what it came to (None: pending). base: a sample, from what was resolved by its
    origin."""

    case: str
    id: str
    asked: Amount
    value: float | None
    base: Sample = ()

    @property
    def score(self) -> dict[str, float]:
        """The CRPS of each source in units of the answer; of an end by month the RPS."""
        forecasts = {
            "model": self.asked.model,
            "base": self.base,
            "nothing": self.asked.nothing,
            "last": self.asked.last,
        }
        assert self.value is not None
        if self.asked.template == WHEN:
            places = len(BINS) + 1
            told = {s: np.bincount(np.array(x, int), minlength=places)[None] / len(x) for s, x in forecasts.items()}
            return {s: float(scores.ranked(x, np.array([int(self.value)]))[0]) for s, x in told.items()}
        outcome = np.array([self.value])
        return {s: float(scores.crps(np.array([x]), outcome)[0]) for s, x in forecasts.items()}


def ask(origin: Origin) -> list[Amount]:
    """All questions for numbers of an origin, in order of their keys."""
    return sorted((a for make in (_acts, _end) for a in make(origin)), key=lambda a: a.key)


def _acts(origin: Origin) -> Iterator[Amount]:
    known, middles = origin.record, (np.arange(MEMBERS) + 0.5) / MEMBERS
    for kind, pair in known.rated:
        count, exposure = known.rate(kind, pair)
        shape, name = count + number("questions.prior_count"), names_of(origin.case, kind, pair)
        days = [a.day for a in known.acts if a.kind == kind and a.pair == pair]
        key, cluster = f"{kind}:{pair[0]}>{pair[1]}", f"{kind} {pair[0]} {pair[1]}"

        free = len(known.coming(kind, pair, WITHIN))
        many = negative_binomial_quantiles(middles, shape, exposure / (exposure + free))
        before = sum((origin.day - day).days < WITHIN for day in days)
        yield Amount(
            HOW_MANY, f"count:{key}:{WITHIN}", f"{name}: how many within {WITHIN} days", origin.day,
            origin.day + dt.timedelta(WITHIN), cluster, tuple(map(float, many)), (0.0,), (float(before),),
        )  # fmt: skip

        gone = np.zeros(WAIT)
        gone[known.coming(kind, pair, WAIT) - 1] = 1.0
        by_day = 1 - (exposure / (exposure + gone.cumsum())) ** shape
        wait = 1.0 + np.searchsorted(by_day, middles)  # WAIT + 1: not within the horizon
        gap = min((days[-1] - days[-2]).days, WAIT + 1) if len(days) > 1 else WAIT + 1
        yield Amount(
            HOW_LONG, f"wait:{key}:{WAIT}", f"{name}: days until the next, up to {WAIT}", origin.day,
            origin.day + dt.timedelta(WAIT), cluster, tuple(map(float, wait)), (WAIT + 1.0,), (float(max(gap, 1)),),
        )  # fmt: skip


def _end(origin: Origin) -> Iterator[Amount]:
    case = origin.case
    over = any(a.kind in ("ceasefire", "settlement") for a in origin.record.acts)
    if case.war is None or case.war.began > origin.day or over:
        return
    kinds, chances = base_rates.kinds(case), [base_rates.ended(case, d / DAYS) for d in BINS]
    if kinds is None or None in chances:
        return
    share = kinds.belief["agreement"] + kinds.belief["ceasefire"]
    by_bin = np.array([c * share for c in chances if c is not None])
    at = np.searchsorted(by_bin, (np.arange(MEMBERS) + 0.5) / MEMBERS)
    later = float(len(BINS))
    yield Amount(
        WHEN, "when:end", f"a ceasefire or a settlement by day {', '.join(map(str, BINS))}, or later", origin.day,
        origin.day + dt.timedelta(BINS[-1]), "end of the fighting", tuple(map(float, at)), (later,), (later,),
    )  # fmt: skip


def resolve(past: Past, asked: Amount) -> float | None:
    """What a question came to; None before its last day and the days of grace have passed."""
    if not past.closed(asked.by):
        return None
    if asked.template == WHEN:
        ends = [a.day for a in past.record.acts if a.kind in ("ceasefire", "settlement") and a.day > asked.origin]
        return float(np.searchsorted(BINS, (ends[0] - asked.origin).days)) if ends else float(len(BINS))
    _, kind, ends_of, _ = asked.key.split(":")
    pair: Pair = tuple(ends_of.split(">"))  # type: ignore[assignment]
    days = [
        (a.day - asked.origin).days
        for a in past.record.acts
        if a.kind == kind and a.pair == pair and asked.origin < a.day <= asked.by
    ]
    if asked.template == HOW_MANY:
        return float(len(days))
    return float(days[0]) if days else WAIT + 1.0


def with_base(found: Sequence[Measured]) -> list[Measured]:
    """Each with the base rate that stood at its origin: the answers to questions of its template that were due by
    then."""
    ends = {HOW_MANY: (0.0, 1.0), HOW_LONG: (1.0, WAIT + 1.0), WHEN: (0.0, float(len(BINS)))}
    made = []
    for q in found:
        before = [
            x.value
            for x in found
            if x.asked.template == q.asked.template and x.value is not None and x.asked.by < q.asked.origin
        ]
        sample = (*ends[q.asked.template], *(v for v in before for _ in (0, 1)))  # an end counts half an answer
        made.append(Measured(q.case, q.id, q.asked, q.value, sample))
    return made


def by_template(found: Sequence[Measured]) -> dict[str, list[tuple[str, dict[str, float]]]]:
    """(cluster, score of each source) of every question that has an answer, by template."""
    known = [q for q in found if q.value is not None]
    made = {t: [(f"{q.case} {q.asked.cluster}", q.score) for q in known if q.asked.template == t] for t in UNITS}
    return {t: rows for t, rows in made.items() if rows}
