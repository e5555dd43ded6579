"""The chance of a question by its own rule, on simulated paths of the war and of recorded kinds of acts.

All questions of a case are asked of the same paths, so that the answers agree with each other: what holds by a date
holds by a later one, and no two questions together are likelier than either. Every path begins with the record
(`acts_on_record`). After it come the end of the present fighting (`signed`), the places taken, and for every kind of
act and ordered pair with a rate on record one Poisson process: the rate of a path is a draw of its Gamma belief, the
days between acts are exponential in the days that no pause takes. Sums over pairs answer `any` and `either`.

A place is taken by an actor at the rate of the Figure `ACTOR/PLACE.capture_rate` in each draw, once, and only while the
fighting goes on; a place without a Figure cannot be said.

A daily series that is kept with the case goes on as in its last 90 days: days without a count at their share, the
others independent and log-normal about their mean logarithm; so no trend, and a record can be broken.

A settlement counts as a ceasefire too, the front that decides for a side is its victory and neither of the two, and
whoever signs accepts, a side that cannot go on and takes terms included (their text follows later, `outcomes`);
acceptances on record (of a ceasefire, a part, a plan) are acts like others. A question that the record has decided is
not simulated. What neither the war nor the record knows (a vote, a daily series that is not attached) cannot be said.

Numbers are keyed by (seed, kind, ordered pair, what they are for), those of the war by (seed, draw), so no question
changes another. Paths of one draw of the dossier's numbers belong together, so the Monte-Carlo error is the standard
error of the draws' means.

Cannot say: acts that come in bursts or answer each other or the war; that places fall one after another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import scipy
from jaxtyping import Bool, Float

from winset.arrays import Arrays
from winset.case import model as m
from winset.case.grammar import Atom, Rule, Value, atoms, parse, truth
from winset.derive.paths.acts_on_record import Known, Pair, Sought, limits, sought
from winset.derive.paths.simulated_wars import Ends
from winset.derive.war import base_rates
from winset.derive.war.columns import DAYS
from winset.errors import SettingError
from winset.seeds import uniform, words
from winset.settings import number
from winset.theory.war_game import A, B

WAR = ("ceasefire", "settlement")  # acts of both sides
Days = Float[np.ndarray, " path"]  # days from the date of the case; inf: never


@dataclass(frozen=True)
class Asked:
    """One question answered. `model` None: it cannot be said, `why` says so; `base` None: no base rate is known.

    decided: the record has fixed the answer, and nothing is simulated. `war`: it rests on the Figures of the war;
    `basis`: on these Figures too.
    """

    question: m.Question
    model: float | None
    base: float | None
    error: float
    why: str
    decided: bool = False
    war: bool = False
    basis: tuple[str, ...] = ()


def answers(arrays: Arrays, ends: Ends) -> list[Asked]:
    """The open questions of a case, all on the same paths. `ends` are those of wars made from `arrays`."""
    paths = Paths(arrays, ends)
    return [ask(paths, q) for q in sorted(arrays.case.questions, key=lambda q: q.id) if q.status == "open"]


def ask(paths: Paths, question: m.Question) -> Asked:
    """The chance that a question resolves yes, and the base rate beside it where one is known."""
    case, known, rule = paths.case, paths.known, parse(question.rule)
    opened = question.opened + dt.timedelta(1)
    answer, by = known.decided(rule, opened)
    if answer != 0.5:
        why = f"already decided by the record: {'yes' if answer == 1 else 'no'}, {by}"
        return Asked(question, float(answer), None, 0.0, why, True)
    left = [a for a in atoms(rule) if known.truth(a, opened) == 0.5]
    unknown = [text for a in left if (text := _unknown(paths, a))]
    if unknown:
        return Asked(question, None, None, 0.0, unknown[0])
    horizon = case.as_of + dt.timedelta(round(paths.ends.months * DAYS))
    last = max(question.resolve_by, *(a.on if isinstance(a, Value) else limits(a, opened)[1] for a in left))
    if last > horizon:
        return Asked(question, None, None, 0.0, f"its date is outside {case.as_of} to {horizon}")
    yes = holds(paths, question)
    war, basis = _rests_on(paths, left)
    why = _why(paths, left, opened)
    return Asked(question, float(yes.mean()), _base(case, question), error(yes, paths.ends), why, war=war, basis=basis)


def holds(paths: Paths, question: m.Question) -> Bool[np.ndarray, " path"]:
    """The paths on which a question that can be said resolves yes."""
    answer = truth(parse(question.rule), paths, question.opened + dt.timedelta(1))
    return np.broadcast_to(answer == 1, paths.ends.draw.shape)


def error(yes: Bool[np.ndarray, " path"], ends: Ends) -> float:
    """Standard error of a share: over the means of the draws, as paths of one draw belong together."""
    means = np.bincount(ends.draw, weights=yes) / np.bincount(ends.draw)
    return float(means.std(ddof=1) / np.sqrt(len(means))) if len(means) > 1 else float(yes.std() / np.sqrt(len(yes)))


def signed(ends: Ends) -> dict[str, Days]:
    """Day of the ceasefire and of the settlement of each war, from now."""
    return {"ceasefire": _day(ends.ceasefire), "settlement": _day(ends.settlement)}


def _day(month: Float[np.ndarray, " path"]) -> Days:
    return np.where(np.isfinite(month), np.maximum(1.0, np.rint(month * DAYS)), np.inf)


@dataclass
class Paths:
    """Simulated records, one a path: the record itself and what comes after it. Answers the rule language, path by
    path."""

    arrays: Arrays
    ends: Ends
    known: Known = field(init=False)
    signed: dict[str, Days] = field(init=False)
    _acts: dict[tuple[str, Pair], list[Days]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if int(self.ends.draw.max()) >= self.arrays.draws:
            raise SettingError("the wars have more draws than the arrays; make both from one study")
        self.known, self.signed = Known(self.case), signed(self.ends)

    @property
    def case(self) -> m.Case:
        return self.arrays.case

    @property
    def sides(self) -> tuple[str, ...]:
        return self.case.war.belligerents if self.case.war else ()

    def luck(self, *what: str) -> Float[np.ndarray, " path"]:
        """A uniform number a path, for one purpose."""
        return uniform(words(self.arrays.luck.seed, "question", *what, count=len(self.ends.draw)))

    def count(
        self, kind: str, source: str, target: str, start: dt.date | None, end: dt.date, place: str = "",
        either: bool = False,
    ) -> Float[np.ndarray, " path"]:  # fmt: skip
        """How many acts from `start` to `end`, both included: those on record, and those that come."""
        now, wanted = self.case.as_of, Sought(kind, source, target, place, either)
        total = np.full(len(self.ends.draw), float(len(self.known.matching(wanted, start, min(end, now)))))
        first, last = 1 if start is None else max(1, (start - now).days), (end - now).days
        for days in self._coming(wanted, last):
            total += (days >= first) & (days <= last)
        return total

    def value(self, series: str, on: dt.date) -> Float[np.ndarray, " path"] | float | None:
        """The last value on or before a day that has passed; of a later day, as in the last days of the series."""
        if on <= self.case.as_of:
            return self.known.held(series, on)
        known = self.known.last_days(series)
        if known is None:
            return None
        logs, u = np.log(known[known > 0]), self.luck("value", series, on.isoformat())
        some = float((known > 0).mean())
        score = scipy.special.ndtri(np.clip((u - (1 - some)) / some, 1e-12, 1 - 1e-12))
        return np.where(u < 1 - some, 0.0, np.rint(np.exp(logs.mean() + logs.std(ddof=1) * score)))

    def _coming(self, wanted: Sought, last: int) -> Iterator[Days]:
        """The days on which acts come, at most one act a path in each; at least all up to day `last`."""
        if last < 1:
            return
        both = " ".join(self.sides)
        if wanted.kind in WAR and wanted.takes((both, both)):
            yield self.signed[wanted.kind]
        for side in self.winners(wanted):
            yield _day(self.ends.victory(side))
        if wanted.kind == "acceptance":
            ceasefire, settlement = (self.signed[k] for k in WAR)
            for _ in (side for side in self.sides if wanted.takes((side, "any"))):
                yield ceasefire
                yield np.where(settlement > ceasefire, settlement, np.inf)
        if wanted.kind == "capture":
            for actor in takers(self, wanted):
                yield self._taken(actor, wanted.place)
        if wanted.kind in self.known.recorded:
            for pair in self.known.pairs(wanted):
                yield from self.acts(wanted.kind, pair, last)

    def winners(self, wanted: Sought) -> list[int]:
        """The sides (A, B) whose victory over the other a term asks for; none unless it asks for a victory."""
        if wanted.kind != "victory" or not self.sides:
            return []
        return [k for k in (A, B) if wanted.takes((self.sides[k], self.sides[1 - k]))]

    def _taken(self, actor: str, place: str) -> Days:
        """The day on which an actor takes a place."""
        rate = self.arrays.get(actor, place, "capture_rate")[self.ends.draw]
        with np.errstate(divide="ignore"):
            month = -np.log(self.luck("capture", actor, place, "time")) / rate
        return np.where(month <= self.ends.month, np.maximum(1.0, np.ceil(month * DAYS)), np.inf)

    def acts(self, kind: str, pair: Pair, last: int) -> list[Days]:
        """The first, second, ... act of a pair in each path; all up to day `last`, later ones as they come."""
        name, days = (kind, *pair), self.known.coming(kind, pair, last).astype(float)
        count, exposure = self.known.rate(kind, pair)
        rate = (
            scipy.special.gammaincinv(count + number("questions.prior_count"), self.luck(*name, "rate")) / exposure
        )  # a day
        at = self._acts.setdefault((kind, pair), [])
        while not at or (at[-1] < len(days)).any():
            with np.errstate(divide="ignore", over="ignore"):
                gap = -np.log(self.luck(*name, f"gap {len(at)}")) / rate
            at.append((at[-1] if at else 0.0) + gap)
        later = np.append(days, np.inf)
        return [later[np.minimum(a, len(days)).astype(int)] for a in at]


def takers(paths: Paths, wanted: Sought) -> list[str]:
    """Who could take a place: those with a Figure for it, unless the record has them as its last takers."""
    able = sorted(
        f.subject[0] for f in paths.case.figures if f.quantity == "capture_rate" and f.subject[1] == wanted.place
    )
    held = [a for a in paths.known.acts if a.kind == "capture" and a.place == wanted.place]
    holds = held[-1].pair[0].split() if held else []
    others = {a: " ".join(s for s in paths.sides if s != a) for a in able}
    return [a for a in able if a not in holds and wanted.takes((a, others[a] if a in paths.sides else "any"))]


def _unknown(paths: Paths, atom: Atom) -> str:
    """Why a term that the record leaves open cannot be said; empty if it can."""
    if isinstance(atom, Value):
        known = atom.on > paths.case.as_of and paths.known.last_days(atom.series) is not None
        return "" if known else f"the case keeps no daily series {atom.series}"
    wanted = sought(atom)
    both = " ".join(paths.sides)
    if atom.kind in WAR and paths.sides and wanted.takes((both, both)):
        return ""
    if atom.kind == "acceptance" and any(wanted.takes((side, "any")) for side in paths.sides):
        return ""
    if paths.winners(wanted):
        return ""
    if atom.kind == "capture":
        if not atom.place:
            return "the rule names no place: write `at PLACE` after the date, and give the place its capture_rate"
        if takers(paths, wanted):
            return ""
        actor = "ACTOR" if atom.source == "any" else atom.source
        return f"nobody can say when {atom.place} falls: add the Figure {actor}/{atom.place}.capture_rate"
    if atom.kind in paths.known.recorded and paths.known.pairs(wanted):
        return ""
    told = f"neither the war nor the record of the last year knows {atom.kind} by {atom.source}"
    if atom.target != "any":
        told += f" towards {atom.target}"
    back = Sought(atom.kind, atom.target, atom.source)
    other = atom.kind in paths.known.recorded and bool(paths.known.pairs(back))
    return told + ("; it knows the other direction (write `either` after the date to count both)" if other else "")


def _rests_on(paths: Paths, left: list[Atom]) -> tuple[bool, tuple[str, ...]]:
    """Whether terms rest on the war, and the Figures of places that they rest on."""
    events = [a for a in left if not isinstance(a, Value)]
    places = [(actor, a.place) for a in events if a.kind == "capture" for actor in takers(paths, sought(a))]
    signs = [a for a in events if a.kind == "acceptance" and any(sought(a).takes((s, "any")) for s in paths.sides)]
    war = bool(places or signs or any(a.kind in (*WAR, "victory") for a in events))
    return war, tuple(dict.fromkeys(paths.arrays.id(*p, "capture_rate") for p in places))


def _why(paths: Paths, left: list[Atom], opened: dt.date) -> str:
    """Where the answer comes from: only terms that the record leaves open."""
    kinds = {a.kind for a in left if not isinstance(a, Value)}
    told = ["as in the last 90 days of the series"] if any(isinstance(a, Value) for a in left) else []
    if kinds & {*WAR, "victory"}:
        told.append("from the simulated war")
    if "acceptance" in kinds:
        told.append("accepts when it signs")
    if "capture" in kinds:
        told.append("at the place's own rate while the fighting goes on")
    rates, had = {}, 0
    for a in left:
        if isinstance(a, Value):
            continue
        start, end, _, _ = limits(a, opened)
        had = max(had, len(paths.known.matching(sought(a), start, min(end, paths.case.as_of))))
        for pair in paths.known.pairs(sought(a)) if a.kind in paths.known.recorded else ():
            rates[a.kind, pair] = paths.known.rate(a.kind, pair)
    if rates:
        shown = [
            f"{_pair(paths.case, p)}: {kind.replace('_', ' ')}, {n} in {days} days"
            for (kind, p), (n, days) in sorted(rates.items())
        ]
        more = f" and {len(shown) - 4} more" if len(shown) > 4 else ""
        told.append(f"at the rate on record ({'; '.join(shown[:4])}{more})")
    if had:
        told.append(f"beginning with {had} on record")
    return "; ".join(told)


def _pair(case: m.Case, pair: Pair) -> str:
    """An ordered pair in names."""
    source, target = (", ".join(case.actor[a].name if a in case.actor else a for a in end.split()) for end in pair)
    return f"{source} to {target}" if target else source


class _Ended:
    """A record on which the war ends tomorrow, by a settlement."""

    def count(self, *_: object) -> float:
        return 1.0

    def value(self, *_: object) -> None:
        return None


def _base(case: m.Case, question: m.Question) -> float | None:
    """The base rate of the end of wars of this age, by kind of ending, for rules on how it ends alone; none on who
    wins."""
    ended = base_rates.ended(case, (question.resolve_by - case.as_of).days / DAYS)
    shares = base_rates.kinds(case)
    if ended is None or shares is None:
        return None
    rule: Rule = parse(question.rule)
    kinds = {a.kind for a in atoms(rule) if not isinstance(a, Value)}
    if not kinds <= {*WAR, "victory"} or not kinds & set(WAR):
        return None
    share = shares.belief["agreement"] + sum(shares.belief[k] for k in ("ceasefire", "victory") if k in kinds)
    return ended * share if truth(rule, _Ended()) == 1 else 1 - ended * share
