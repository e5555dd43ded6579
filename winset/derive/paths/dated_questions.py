"""The chance of a question by its own rule, on simulated paths of the war and of recorded kinds of acts.

A path has the end of the present fighting (a truce, a signed settlement, a peace after a truce, a side that breaks) from one
simulated war (`derive.paths.simulated_wars`), the same for every question; fights won at the dossier's rate; and for every kind of act on
record between two actors a Poisson process whose rate has the Gamma(count + 1/2, days on record) belief of that record.
Numbers are keyed by (seed, question, what they are for), those of the war by (seed, draw), so no question changes another.
The record is that of the last year.

A daily series that is kept with the case goes on as in its last 90 days: days without a count at their share, the others
independent and log-normal about their mean logarithm; so no trend, and a record can be broken.

A settlement counts as a ceasefire too, and whoever signs accepts; so does a side that cannot go on, whose terms are a ceasefire
first and a text later (`outcomes`); a side driven from its last place signs nothing. What neither the
war nor the record knows (a vote, a daily series that is not attached) cannot be simulated, and is said so.

Paths of one draw of the dossier's numbers belong together, so the Monte-Carlo error is the standard error of the draws' means.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float
from scipy import special

from winset.case import model as m
from winset.case.grammar import Count, Happens, Value, atoms, evaluate, parse
from winset.derive.paths.simulated_wars import PATHS, Ends, recent
from winset.derive.record.daily import columns_of, series_of
from winset.derive.war import base_rates
from winset.derive.war.columns import DAYS
from winset.seeds import uniform, words

RECENT = 90
WAR = ("ceasefire", "settlement", "acceptance", "capture")
RECORDED = (
    "call meeting summit talks visit sanction tariff strike deadline_set deadline_executed deadline_lapsed aid_paused threat offer plan"
).split()


@dataclass
class Path:
    """One simulated record: events by kind."""

    events: dict[str, list[tuple[dt.date, str, str]]] = field(default_factory=lambda: defaultdict(list))
    values: dict[tuple[str, dt.date], float] = field(default_factory=dict)

    def count(self, kind: str, source: str, target: str, start: dt.date | None, end: dt.date) -> float:
        return float(sum(
            (start is None or day >= start) and day <= end and _is(source, s) and _is(target, t) for day, s, t in self.events[kind]
        ))  # fmt: skip

    def value(self, series: str, on: dt.date) -> float | None:
        return self.values.get((series, on))


def _is(wanted: str, names: str) -> bool:
    return wanted == "any" or names == "any" or wanted in names.split()


@dataclass(frozen=True)
class Asked:
    """One question answered. `model` None: it cannot be simulated, `why` says so; `base` None: no base rate is known."""

    question: m.Question
    model: float | None
    base: float | None
    error: float
    why: str


def ask(case: m.Case, question: m.Question, ends: Ends, seed: int) -> Asked:
    """The chance that a question resolves yes, and the base rate beside it where one is known."""
    rule = parse(question.rule)
    unknown = [_unknown(case, a) for a in atoms(rule)]
    if any(unknown):
        return Asked(question, None, None, 0.0, next(u for u in unknown if u))
    days = (question.resolve_by - case.as_of).days
    horizon = case.as_of + dt.timedelta(round(ends.months * DAYS))
    if days <= 0 or question.resolve_by > horizon:
        return Asked(question, None, None, 0.0, f"its date is outside {case.as_of} to {horizon}")
    paths = simulate(case, question, ends, seed)
    yes = np.array([bool(evaluate(rule, path, case.as_of + dt.timedelta(1))) for path in paths])
    return Asked(question, float(yes.mean()), _base(case, question, days), error(yes, ends), _why(case, rule))


def error(yes: Bool[np.ndarray, " path"], ends: Ends) -> float:
    """Standard error of a share: over the means of the draws, as paths of one draw belong together."""
    means = np.bincount(ends.draw, weights=yes) / np.bincount(ends.draw)
    return float(means.std(ddof=1) / np.sqrt(len(means))) if len(means) > 1 else float(yes.std() / np.sqrt(len(yes)))


def _unknown(case: m.Case, atom: Happens | Count | Value) -> str:
    """Why an atom cannot be simulated; empty if it can."""
    if isinstance(atom, Value):
        return "" if _series(case, atom.series) is not None else f"the case keeps no daily series {atom.series}"
    sides = case.war.belligerents if case.war else ()
    if atom.kind in ("ceasefire", "settlement"):
        return ""
    if atom.kind in ("acceptance", "capture") and atom.source in sides:
        return ""
    if atom.kind in RECORDED and _record(case, atom):
        return ""
    return f"neither the war nor the record of the case knows {atom.kind} by {atom.source}"


def _series(case: m.Case, name: str) -> Float[np.ndarray, " day"] | None:
    """The last known days of a series of that name."""
    for series in series_of(case):
        for held in columns_of(case, series):
            if held.column == name:
                known = held.counts[np.isfinite(held.counts)][-RECENT:]
                return known if len(known) >= RECENT // 2 and (known > 0).sum() >= 10 else None
    return None


def _record(case: m.Case, atom: Happens | Count) -> list[m.Event]:
    """The year's events of a kind between two actors, in either direction."""
    first, _ = recent(case)
    found = []
    for e in case.events:
        pair = (" ".join(e.source), " ".join(e.target))
        either = any(_is(atom.source, a) and _is(atom.target, b) for a, b in (pair, pair[::-1]))
        if e.kind == atom.kind and e.known >= first and either:
            found.append(e)
    return found


def _why(case: m.Case, rule) -> str:  # type: ignore[no-untyped-def]
    kinds = {a.kind for a in atoms(rule) if not isinstance(a, Value)}
    told = ["as in the last 90 days of the series"] if any(isinstance(a, Value) for a in atoms(rule)) else []
    if kinds & {"ceasefire", "settlement"}:
        told.append("from the simulated war")
    if "acceptance" in kinds:
        told.append("accepts when it signs: a lower bound")
    if "capture" in kinds:
        told.append("any decisive fight won, not only those named: an upper bound")
    if kinds & set(RECORDED):
        told.append("at the rate on record in the case")
    return "; ".join(told)


def simulate(case: m.Case, question: m.Question, ends: Ends, seed: int) -> list[Path]:
    """The paths for one question, up to its date."""

    def luck(what: str, count: int = PATHS) -> Float[np.ndarray, " path"]:
        return uniform(words(seed, "question", question.id, what, count=count))

    sides = case.war.belligerents if case.war else ()
    days = (question.resolve_by - case.as_of).days
    paths = [Path() for _ in range(PATHS)]
    _ended(case, ends, paths, days)
    if "capture" in {a.kind for a in atoms(parse(question.rule)) if not isinstance(a, Value)}:
        for side, chance in zip(sides, (ends.p, 1 - ends.p)):
            other = next(s for s in sides if s != side)
            mean = ends.rate * chance * np.minimum(days / DAYS, ends.month)
            for i in np.flatnonzero(luck(f"capture {side}") > np.exp(-mean)):
                paths[i].events["capture"].append((case.as_of + dt.timedelta(1), side, other))
    for atom in atoms(parse(question.rule)):
        if not isinstance(atom, Value) and atom.kind in RECORDED:
            _acts(case, question, atom, paths, days, luck)
        elif isinstance(atom, Value):
            _values(case, atom, paths, luck)
    return paths


def _ended(case: m.Case, ends: Ends, paths: list[Path], days: int) -> None:
    """What the end of the war puts on the record of each path."""
    sides = case.war.belligerents if case.war else ()
    both = " ".join(sides)
    for i in np.flatnonzero(ends.month <= days / DAYS):
        day = case.as_of + dt.timedelta(max(1, round(float(ends.month[i]) * DAYS)))
        events = paths[i].events
        if not np.isfinite(ends.ceasefire[i]):
            events["broken"].append((day, both, both))
            continue
        events["ceasefire"].append((day, both, both))
        events["acceptance"] += [(day, side, "any") for side in sides]
        if ends.settlement[i] * DAYS <= days:
            events["settlement"].append((day + dt.timedelta(round(float(ends.lag[i]) * DAYS)), both, both))


def _values(case: m.Case, atom: Value, paths: list[Path], luck) -> None:  # type: ignore[no-untyped-def]
    known = _series(case, atom.series)
    if known is None or atom.on <= case.as_of:
        return
    logs = np.log(known[known > 0])
    u = luck(f"value {atom.series} {atom.on}")
    some = float((known > 0).mean())
    level = np.exp(logs.mean() + logs.std(ddof=1) * special.ndtri(np.clip((u - (1 - some)) / some, 1e-12, 1 - 1e-12)))
    for path, x in zip(paths, np.where(u < 1 - some, 0.0, np.rint(level))):
        path.values[atom.series, atom.on] = float(x)


def _acts(case: m.Case, question: m.Question, atom: Happens | Count, paths: list[Path], days: int, luck) -> None:  # type: ignore[no-untyped-def]
    """Acts of one kind at the rate on record, spread evenly over the days."""
    found = _record(case, atom)
    _, exposure = recent(case)
    name = f"{atom.kind} {atom.source} {atom.target}"
    rates = special.gammaincinv(len(found) + 0.5, luck(f"rate {name}")) / exposure
    counts = special.pdtrik(luck(f"count {name}"), rates * days)
    counts = np.ceil(np.maximum(counts, 0)).astype(int)
    source, target = (x if x != "any" else "any" for x in (atom.source, atom.target))
    where = luck(f"day {name}", len(paths) * 16).reshape(len(paths), 16)
    for i in np.flatnonzero(counts):
        for j in range(min(int(counts[i]), 16)):
            paths[i].events[atom.kind].append((case.as_of + dt.timedelta(1 + int(where[i, j] * days)), source, target))


def _base(case: m.Case, question: m.Question, days: int) -> float | None:
    """The base rate of the end of wars of this age, by kind of ending, for rules on ceasefire and settlement alone."""
    ended, shares = base_rates.ended(case, days / DAYS), base_rates.kinds(case)
    if ended is None or shares is None:
        return None
    rule = parse(question.rule)
    kinds = {a.kind for a in atoms(rule) if not isinstance(a, Value)}
    if not kinds <= {"ceasefire", "settlement"} or not kinds:
        return None
    share = shares.belief["agreement"] + (shares.belief["ceasefire"] if "ceasefire" in kinds else 0.0)
    path = Path()
    path.events["ceasefire"] = path.events["settlement"] = [(case.as_of + dt.timedelta(1), "any", "any")]
    return ended * share if evaluate(rule, path, None) else 1 - ended * share
