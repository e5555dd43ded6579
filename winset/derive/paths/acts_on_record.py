"""What the record says for dated questions: the acts on it, by ordered pair, the days that count, what is decided
already.

Pairs. An act belongs to one ordered pair, who acted towards whom as the record has it; several actors who act together,
or are addressed together, are one end of a pair. So one act is never counted twice, and `any` or `either` are sums over
pairs.

Acceptance is on the record in two places: events, and responses to plans that another wrote (accepted as a whole; with
conditions is not accepted). Where both tell of the same actor and day, that is one act.

Rates. The acts of a pair and kind in the last year are taken as a Poisson count with Jeffreys' prior (Jeffreys 1961),
so that the rate is Gamma(count + 1/2, days of exposure). The days are those of the last year, or since the first event
of a shorter record, less the pauses of the case's `calendar` that concern the kind and one of the two ends; in a pause
nothing is expected. Each pair stands alone: with a handful of pairs of a kind, and acts that are rare in all, a spread
between pairs cannot be told from chance, so nothing is pooled. A pair without an act of the kind in the year has no
rate, and nothing is said.

Decided. The truth of a term is fixed by the record where its last date has passed, or where it has counted enough (or
too many) acts already; that of a rule by Kleene's logic.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from winset.case import model as m
from winset.case.grammar import OPS, Atom, Both, Count, Either, Happens, Not, Numbers, Rule, Value, fold
from winset.derive.record.daily import columns_of, series_of
from winset.settings import whole

RECORDED = (
    "call meeting summit talks visit sanction tariff strike deadline_set deadline_executed deadline_lapsed aid_paused "
    "threat offer plan acceptance"
).split()
Pair = tuple[str, str]  # actors of each end, sorted, with spaces between


@dataclass(frozen=True)
class Act:
    """One act on record."""

    day: dt.date
    told: str  # which event or response it is
    kind: str
    pair: Pair
    place: str = ""


@dataclass(frozen=True)
class Sought:
    """The acts that a term of a rule asks for."""

    kind: str
    source: str
    target: str
    place: str = ""
    either: bool = False

    def takes(self, pair: Pair, place: str | None = None) -> bool:
        """Whether acts of a pair (at a place, where one is given) are among them."""
        ends = [pair, pair[::-1]] if self.either else [pair]
        here = place is None or not self.place or place == self.place
        return here and any(is_(self.source, s) and is_(self.target, t) for s, t in ends)


def sought(atom: Happens | Count) -> Sought:
    return Sought(atom.kind, atom.source, atom.target, atom.place, atom.either)


def is_(wanted: str, names: str) -> bool:
    """Whether an actor (or `any`) is one of those at an end of a pair."""
    return wanted == "any" or names == "any" or wanted in names.split()


@dataclass(frozen=True)
class Known:
    """The record of a case up to its date."""

    case: m.Case

    @cached_property
    def recorded(self) -> frozenset[str]:
        """Kinds of acts that come at the rate on record; a case's own kinds do."""
        return frozenset((*RECORDED, *self.case.event_kinds))

    @cached_property
    def acts(self) -> tuple[Act, ...]:
        """All acts on record, by day."""
        case, ends = self.case, lambda names: " ".join(sorted(names))
        found = [
            Act(e.date, f"event {e.id}", e.kind, (ends(e.source), ends(e.target)), e.place or "")
            for e in case.events
            if max(e.date, e.known) <= case.as_of
        ]
        told = {(a.day, a.pair[0]) for a in found if a.kind == "acceptance"}
        for plan in case.plans:
            others = {r.actor: ends(a for a in plan.authors if a != r.actor) for r in plan.responses}
            found += [
                Act(r.date, f"the response to {plan.id}", "acceptance", (r.actor, others[r.actor]))
                for r in plan.responses
                if r.response == "accepted"
                and r.date <= case.as_of
                and others[r.actor]
                and (r.date, r.actor) not in told
            ]
        return tuple(sorted(found, key=lambda a: (a.day, a.told)))

    def matching(self, wanted: Sought, start: dt.date | None, end: dt.date) -> list[Act]:
        """The acts of a kind from `start` to `end`, both included."""
        return [
            a
            for a in self.acts
            if a.kind == wanted.kind and (start or a.day) <= a.day <= end and wanted.takes(a.pair, a.place)
        ]

    @cached_property
    def first(self) -> dt.date:
        """The first day of the record that rates are taken from."""
        days = [a.day for a in self.acts]
        return max(min(days, default=self.case.as_of), self.case.as_of - dt.timedelta(whole("questions.record_days")))

    def pairs(self, wanted: Sought) -> tuple[Pair, ...]:
        """The ordered pairs that a term asks for and that have a rate."""
        return tuple(
            sorted(
                {a.pair for a in self.acts if a.kind == wanted.kind and a.day >= self.first and wanted.takes(a.pair)}
            )
        )

    @cached_property
    def rated(self) -> tuple[tuple[str, Pair], ...]:
        """Kinds and ordered pairs of one actor an end (the rule language names no more) that have a rate."""
        found = {(a.kind, a.pair) for a in self.acts if a.kind in self.recorded and a.day >= self.first}
        return tuple(sorted((k, p) for k, p in found if all(len(end.split()) == 1 for end in p)))

    def rate(self, kind: str, pair: Pair) -> tuple[int, int]:
        """Acts in the last year and the days of exposure to them."""
        free = self._free(kind, pair, self.first, self.case.as_of)
        days = [a.day for a in self.acts if a.kind == kind and a.pair == pair and a.day >= self.first]
        return sum(bool(free[(day - self.first).days]) for day in days), max(
            whole("questions.least_exposure"), int(free[1:].sum())
        )

    def coming(self, kind: str, pair: Pair, last: int) -> Int[np.ndarray, " day"]:
        """The days from now, 1 to `last`, on which acts of a pair may be expected."""
        now = self.case.as_of
        return np.flatnonzero(self._free(kind, pair, now, now + dt.timedelta(last))[1:]) + 1

    def _free(self, kind: str, pair: Pair, first: dt.date, last: dt.date) -> Float[np.ndarray, " day"]:
        """1 for each day from `first` to `last` that no pause of the calendar takes from a kind and pair, else 0."""
        free = np.ones((last - first).days + 1)
        ends = {*pair[0].split(), *pair[1].split()}
        for pause in self.case.calendar:
            if (not pause.kinds or kind in pause.kinds) and (not pause.actors or ends & set(pause.actors)):
                free[max(0, (pause.from_ - first).days) : max(0, (pause.to - first).days + 1)] = 0.0
        return free

    def held(self, series: str, on: dt.date) -> float | None:
        """The last value of a daily series on or before a day that has passed."""
        known = [
            d.cut(d.first, on) for s in series_of(self.case) for d in columns_of(self.case, s) if d.column == series
        ]
        values = [d.counts[np.isfinite(d.counts)] for d in known]
        return next((float(v[-1]) for v in values if v.size), None)

    def last_days(self, series: str) -> Float[np.ndarray, " day"] | None:
        """The last known days of a daily series; None where they are too few to go on from."""
        for each in series_of(self.case):
            for daily in columns_of(self.case, each):
                if daily.column == series:
                    days, least = whole("questions.series_days"), whole("questions.series_least")
                    known = daily.counts[np.isfinite(daily.counts)][-days:]
                    return known if len(known) >= days // 2 and (known > 0).sum() >= least else None
        return None

    def truth(self, atom: Atom, opened: dt.date) -> float:
        """1 or 0 where the record fixes the answer to a term, else 1/2."""
        return self._fixed(atom, opened)[0]

    def decided(self, rule: Rule, opened: dt.date) -> tuple[Numbers, str]:
        """1 or 0 where the record fixes the answer to a rule, else 1/2; and what fixes it."""
        answer = fold(rule, lambda atom: self.truth(atom, opened))
        return answer, "" if answer == 0.5 else "; ".join(dict.fromkeys(self._told(rule, float(answer), opened)))

    def _told(self, rule: Rule, answer: float, opened: dt.date) -> list[str]:
        """What of the record gives a rule the answer that it has."""
        if isinstance(rule, Not):
            return self._told(rule.rule, 1 - answer, opened)
        if isinstance(rule, Both | Either):
            own = [r for r in rule.rules if fold(r, lambda atom: self.truth(atom, opened)) == answer]
            enough = own[:1] if answer == isinstance(rule, Either) else own
            return [text for r in enough for text in self._told(r, answer, opened)]
        return [self._fixed(rule, opened)[1]]

    def _fixed(self, atom: Atom, opened: dt.date) -> tuple[float, str]:
        if isinstance(atom, Value):
            value = self.held(atom.series, atom.on) if atom.on <= self.case.as_of else None
            if value is None:
                return 0.5, ""
            return float(OPS[atom.op](value, atom.number)), f"by {atom.series}, {value:g} on {atom.on}"
        start, end, op, number = limits(atom, opened)
        acts = self.matching(sought(atom), start, min(end, self.case.as_of))
        now, with_more = bool(OPS[op](len(acts), number)), bool(OPS[op](math.inf, number))
        reached = now == with_more and not (op == "==" and len(acts) < number)  # more acts leave the answer as it is
        if not reached and end > self.case.as_of:
            return 0.5, ""
        if not reached:
            last = f", the last {acts[-1].told} on {acts[-1].day}" if acts else ""
            return float(now), f"by {len(acts) or 'no'} {atom.kind.replace('_', ' ')} on record up to {end}{last}"
        enough = math.floor(number) if op in (">", "<=", "==") else math.ceil(number) - 1
        if enough < 0:
            return float(now), "by the rule itself, whatever happens"
        return float(now), f"by {acts[enough].told} on {acts[enough].day}"


def limits(atom: Happens | Count, opened: dt.date) -> tuple[dt.date, dt.date, str, float]:
    """First and last day, comparison and number of a term; `happens` counts from `opened` on."""
    if isinstance(atom, Happens):
        return opened, atom.by, ">=", 1.0
    return atom.start, atom.end, atom.op, atom.number
