"""Recurring questions: what a dossier's own record makes possible to ask on any date, to forecast, and to resolve
later.

A template looks at a case as known on a date (the origin) and asks questions with a deadline; it forecasts them from
that case alone; and it resolves them from the whole case. A forecast never sees the whole case, so nothing leaks.

States. `yes` and `no` once the deadline and the days of grace for late reports have passed by the case's own date;
before that `pending`. A feed that has a gap in the window, or a deadline that was met, makes a question `void`, never
`no`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy
from jaxtyping import Float

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.derive.paths.acts_on_record import Known, Pair, is_
from winset.derive.record.credibility import Deadline, deadlines, odds
from winset.derive.record.daily import Daily, columns_of, series_of
from winset.derive.record.positions import Move, standings
from winset.derive.war import base_rates
from winset.run import Work
from winset.settings import number, whole
from winset.theory.reliability import broad_prior

Progress = Callable[[str, int, int], None]
DAYS = 30.4375  # source: mean length of a month, 365.25/12
LONGER = {
    "sanction": 60,
    "tariff": 60,
    "acceptance": 90,
}  # no answer: days that a question on a kind of act covers; others 30
RECORD, LOOKED = 14, 90  # no answer: a count above that of the last 90 days, within 14
MOVED, OVER = 60, 90  # no answer: days within which a position moves, or the fighting ends


@dataclass(frozen=True)
class Asked:
    """A question at its origin. nothing: the chance that "nothing changes" gives it; last: what happened in the window
    before; model: winset's forecast (None: it has none)."""

    template: str
    key: str
    title: str
    origin: dt.date
    by: dt.date
    cluster: str
    rule: str
    model: float | None
    last: float
    nothing: float = 0.0

    def id(self, digest: str) -> str:
        """question @ origin @ digest of the case."""
        return f"{self.key}@{self.origin.isoformat()}@{digest[:12]}"


@dataclass(frozen=True)
class Answer:
    """What became of a question: yes, no, pending or void, and what says so."""

    state: str
    why: str


@dataclass(frozen=True)
class Origin:
    """A case as known on a date, with what templates read of it."""

    study: Study

    @property
    def day(self) -> dt.date:
        return self.study.as_of

    @property
    def case(self) -> m.Case:
        return self.study.known

    @cached_property
    def record(self) -> Known:
        return Known(self.case)

    @cached_property
    def arrays(self) -> tuple[Arrays, ...]:
        return tuple(self.study.arrays())


@dataclass(frozen=True)
class Past:
    """The whole case: what happened, up to its own date."""

    study: Study

    @property
    def case(self) -> m.Case:
        return self.study.known

    @cached_property
    def record(self) -> Known:
        return Known(self.case)

    @cached_property
    def chains(self) -> dict[str, Deadline]:
        return {d.begun.id: d for d in deadlines(self.case)}

    @cached_property
    def moves(self) -> list[Move]:
        return [x for s in standings(self.study.case.figures, tuple(self.study.arrays())) for x in s.moves]

    @cached_property
    def series(self) -> dict[tuple[str, str], Daily]:
        return {(d.name, d.column): d for s in series_of(self.case) for d in columns_of(self.case, s)}

    def closed(self, by: dt.date) -> bool:
        """Whether the deadline and the days of grace have passed."""
        return by + dt.timedelta(whole("backtest.grace")) <= self.case.as_of


def whole_of(case: m.Case, seed: int = 1, work: Work | None = None, progress: Progress | None = None) -> Study:
    """The whole case, whose past is asked; `work` makes and keeps what is asked of it."""
    return Study(case, case.as_of, draws=whole("backtest.draws"), seed=seed, work=work, progress=progress)


def past_of(case: m.Case, seed: int = 1) -> Past:
    """What a whole case says happened."""
    return Past(whole_of(case, seed))


def acts(origin: Origin) -> Iterator[Asked]:
    """`KIND by X to Y within N days`, for every ordered pair and kind on record in the last year."""
    known = origin.record
    for kind, pair in known.rated:
        days = LONGER.get(kind, 30)
        by = origin.day + dt.timedelta(days)
        count, exposure = known.rate(kind, pair)
        shape, free = count + number("questions.prior_count"), len(known.coming(kind, pair, days))
        model = 1 - (exposure / (exposure + free)) ** shape  # one act or more: Poisson with a Gamma rate
        before = sum(a.kind == kind and a.pair == pair and (origin.day - a.day).days < days for a in known.acts)
        title = f"{names_of(origin.case, kind, pair)} within {days} days"
        rule = f"happens({kind}, {pair[0]}, {pair[1]}, {by.isoformat()})"
        yield Asked(
            "an act within days",
            f"act:{kind}:{pair[0]}>{pair[1]}:{days}",
            title,
            origin.day,
            by,
            f"{kind} {pair[0]} {pair[1]}",
            rule,
            model,
            float(before > 0),
        )


def acts_answer(past: Past, asked: Asked) -> Answer:
    _, kind, ends, _ = asked.key.split(":")
    pair = tuple(ends.split(">"))
    after = [a for a in past.record.acts if a.kind == kind and _same(a.pair, pair) and asked.origin < a.day <= asked.by]
    if after:
        return Answer("yes", f"{after[0].told} on {after[0].day}")
    return _unless_late(past, asked, f"no {kind.replace('_', ' ')} on record by {asked.by}")


def _same(pair: Pair, wanted: tuple[str, ...]) -> bool:
    return is_(wanted[0], pair[0]) and is_(wanted[1], pair[1])


def _unless_late(past: Past, asked: Asked, why: str) -> Answer:
    return (
        Answer("no", why)
        if past.closed(asked.by)
        else Answer("pending", f"open until {asked.by} and the days of grace")
    )


def records(origin: Origin) -> Iterator[Asked]:
    """`SERIES above its last 90 days within 14 days`, for every daily series kept with the case."""
    for series in series_of(origin.case):
        for daily in columns_of(origin.case, series):
            recent = daily.counts[np.isfinite(daily.counts)][-LOOKED:]
            if (origin.day - daily.last).days > whole("backtest.grace") or len(recent) < LOOKED:
                continue  # a feed that is late, or too short to have a record
            by, most = origin.day + dt.timedelta(RECORD), float(recent.max())
            title = f"{daily.name} ({daily.column}): a day above {most:g} within {RECORD} days"
            rule = f"largest({daily.name}/{daily.column}, {origin.day.isoformat()}, {by.isoformat()}) > {most:g}"
            before = daily.counts[-LOOKED:-RECORD], daily.counts[-RECORD:]
            last = float(np.nanmax(before[1]) > np.nanmax(before[0]))
            key = f"record:{daily.name}:{daily.column}:{most:g}"
            yield Asked(
                "a day above the record",
                key,
                title,
                origin.day,
                by,
                f"{daily.name} {daily.column}",
                rule,
                _above(recent, most),
                last,
            )


def _above(recent: Float[np.ndarray, " day"], most: float) -> float:
    """P(a day of the next fourteen is above `most`): independent days like the last ones, none at their share, else
    log-normal (as the dated questions go on with a series)."""
    positive = recent[recent > 0]
    logs = np.log(positive)
    spread = float(logs.std(ddof=1)) if len(logs) > 1 else 0.0
    if spread == 0:
        return 0.0
    day = len(positive) / len(recent) * float(scipy.special.ndtr(-(np.log(most + 0.5) - logs.mean()) / spread))
    return 1 - (1 - day) ** RECORD


def records_answer(past: Past, asked: Asked) -> Answer:
    _, name, column, most = asked.key.split(":")
    daily = past.series.get((name, column))
    if daily is None:
        return Answer("void", "the series is not kept any more")
    days = [daily.on(asked.origin + dt.timedelta(d + 1)) for d in range((asked.by - asked.origin).days)]
    known = [x for x in days if x is not None]
    if any(x > float(most) for x in known):
        return Answer("yes", f"{max(known):g} in one day")
    if daily.last < asked.by:
        return Answer("pending", f"the series ends on {daily.last}")
    if len(known) < len(days):
        return Answer("void", f"{len(days) - len(known)} days of the window are missing in the series")
    return Answer("no", f"{max(known):g} in one day at most")


def dates(origin: Origin) -> Iterator[Asked]:
    """`the deadline is carried out`, for every deadline that is open and has a date."""
    chains = deadlines(origin.case)
    for chain in chains:
        if chain.outcome != "open" or chain.due is None or chain.due < origin.day:
            continue
        own = [d for d in chains if d.author == chain.author]
        held = odds(origin.arrays, own, broad_prior(worth=number("credibility.worth")), chain.author)
        settled = [d for d in own if d.settled]
        last = float(settled[-1].outcome == "carried out") if settled else 0.0
        by = chain.due + dt.timedelta(whole("backtest.grace"))
        title = f"the deadline of {_name(origin.case, chain.author)} for {chain.due.isoformat()} is carried out"
        yield Asked(
            "a deadline is carried out",
            f"deadline:{chain.begun.id}",
            title,
            origin.day,
            by,
            f"deadline {chain.begun.id}",
            f"executed({chain.begun.id})",
            held.mean,
            last,
        )


def dates_answer(past: Past, asked: Asked) -> Answer:
    chain = past.chains.get(asked.key.split(":")[1])
    if chain is None or chain.outcome == "met":
        return Answer("void", "the demand was met" if chain else "the deadline is not on record any more")
    if chain.outcome == "carried out" and chain.end:
        return Answer("yes" if chain.end.date <= asked.by else "no", f"carried out on {chain.end.date}")
    if chain.outcome in ("lapsed", "dropped"):
        return Answer("no", chain.outcome)
    return _unless_late(past, asked, "nothing on record that it was carried out")


def moves(origin: Origin) -> Iterator[Asked]:
    """`a stated position on ISSUE moves within 60 days`, for every issue on which positions are followed."""
    found = standings(origin.study.case.figures, origin.arrays)
    by, start = origin.day + dt.timedelta(MOVED), origin.day - dt.timedelta(MOVED)
    stays: dict[str, float] = {}
    for s in found:
        keep = float(np.mean(np.exp2(-MOVED / s.half_life)))  # one position of this actor stays
        for key in {(f.subject[1], f.quantity) for f in origin.case.figures if _followed(origin.case, f, s.actor)}:
            stays[key[0]] = stays.get(key[0], 1.0) * keep
    for issue, keep in sorted(stays.items()):
        last = float(any(x.issue == issue and x.date > start for s in found for x in s.moves))
        title = f"a stated position on {origin.case.issue[issue].name} moves within {MOVED} days"
        rule = f"moves({issue}, {origin.day.isoformat()}, {by.isoformat()})"
        yield Asked(
            "a position moves",
            f"move:{issue}:{MOVED}",
            title,
            origin.day,
            by,
            f"position {issue}",
            rule,
            1 - keep,
            last,
        )


def _followed(case: m.Case, figure: m.Figure, actor: str) -> bool:
    subject = figure.subject
    own = figure.quantity in ("ideal", "red_line") and len(subject) == 2 and subject[0] == actor and figure.date
    return bool(own) and subject[1] in case.issue and case.issue[subject[1]].kind == "scale"


def moves_answer(past: Past, asked: Asked) -> Answer:
    issue = asked.key.split(":")[1]
    found = [x for x in past.moves if x.issue == issue and asked.origin < x.date <= asked.by]
    if found:
        return Answer("yes", f"{_name(past.case, found[0].actor)} on {found[0].date}")
    return _unless_late(past, asked, "no position on it moved")


def endings(origin: Origin) -> Iterator[Asked]:
    """`a ceasefire or a settlement within 90 days`, where a war is under way."""
    case = origin.case
    if case.war is None or case.war.began > origin.day:
        return
    if any(a.kind in ("ceasefire", "settlement") for a in origin.record.acts):
        return
    by = origin.day + dt.timedelta(OVER)
    chance, kinds = base_rates.ended(case, OVER / DAYS), base_rates.kinds(case)
    model = (
        None if chance is None or kinds is None else chance * (kinds.belief["agreement"] + kinds.belief["ceasefire"])
    )
    rule = f"happens(ceasefire, any, any, {by.isoformat()}) or happens(settlement, any, any, {by.isoformat()})"
    yield Asked(
        "the fighting ends",
        f"end:{OVER}",
        f"a ceasefire or a settlement within {OVER} days",
        origin.day,
        by,
        "end of the fighting",
        rule,
        model,
        0.0,
    )


def endings_answer(past: Past, asked: Asked) -> Answer:
    kinds = ("ceasefire", "settlement")
    found = [a for a in past.record.acts if a.kind in kinds and asked.origin < a.day <= asked.by]
    if found:
        return Answer("yes", f"{found[0].told} on {found[0].day}")
    return _unless_late(past, asked, f"neither on record by {asked.by}")


TEMPLATES = {
    "act": (acts, acts_answer),
    "record": (records, records_answer),
    "deadline": (dates, dates_answer),
    "move": (moves, moves_answer),
    "end": (endings, endings_answer),
}


def ask(origin: Origin) -> list[Asked]:
    """All questions of an origin, in order of their keys."""
    return sorted((a for make, _ in TEMPLATES.values() for a in make(origin)), key=lambda a: a.key)


def resolve(past: Past, asked: Asked) -> Answer:
    return TEMPLATES[asked.key.split(":")[0]][1](past, asked)


def names_of(case: m.Case, kind: str, pair: Pair) -> str:
    """An act of a pair in words."""
    source, target = (_name(case, end) for end in pair)
    return f"{kind.replace('_', ' ')} by {source} to {target}"


def _name(case: m.Case, actor: str) -> str:
    return case.actor[actor].name if actor in case.actor else actor
