"""The past of a case replayed: at each origin the case is cut, asked, and scored on what it says happened later.

References beside the model. `nothing changes`: no act, no move, no end. `base rate`: the share of yes among questions
of the same template that were due before the origin, with one half added to either side. `last`: whether the same
happened in the window before. `even`: always one half. Pools of them stand in `pool`.

A question counts once its deadline and the days of grace have passed, whatever its answer: one that was answered yes
before that (`early`) waits, since those of its date that may still become a no wait too.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from winset.arrays import Study
from winset.backtest import amounts
from winset.backtest.amounts import Amount, Measured
from winset.backtest.questions import Answer, Asked, Origin, Past, Progress, ask, past_of, resolve, whole_of
from winset.case import model as m
from winset.case.patch import as_of as cut
from winset.errors import SettingError
from winset.run import Work
from winset.settings import whole

SOURCES = ("model", "base", "nothing")
Chances = Float[np.ndarray, " question"]
Others = Callable[[m.Case, Past, int, Work | None], Iterable[tuple[Asked, Answer]]]


@dataclass(frozen=True)
class Scored:
    """A question with its forecasts and what became of it. base: the base rate at the origin; early: answered before it
    was due."""

    case: str
    id: str
    asked: Asked
    answer: Answer
    base: float
    early: bool = False

    @property
    def state(self) -> str:
        return "early" if self.early else self.answer.state

    @property
    def counted(self) -> bool:
        """Resolved, due, and forecast by the model."""
        return self.state in ("yes", "no") and self.asked.model is not None

    @property
    def cluster(self) -> str:
        return f"{self.case} {self.asked.cluster}"

    def chance(self, source: str) -> float:
        """The forecast of one source; of the model only where it has one."""
        own = {"base": self.base, "nothing": self.asked.nothing, "last": self.asked.last, "even": 0.5}
        if source in own:
            return own[source]
        assert self.asked.model is not None
        return self.asked.model


@dataclass(frozen=True)
class Replay:
    """All questions of one or more cases at all their origins. amounts: those whose answer is a number; recurring: they
    are of the kind that the history that ships holds."""

    cases: tuple[str, ...]
    origins: int
    questions: tuple[Scored, ...]
    amounts: tuple[Measured, ...] = ()
    recurring: bool = True

    @property
    def counted(self) -> tuple[Scored, ...]:
        return tuple(q for q in self.questions if q.counted)

    @property
    def yes(self) -> Bool[np.ndarray, " question"]:
        return np.array([q.answer.state == "yes" for q in self.counted], bool)

    def chances(self, source: str) -> Chances:
        """The forecasts of one source for the counted questions."""
        return np.array([q.chance(source) for q in self.counted], float)

    @property
    def clusters(self) -> list[str]:
        return [q.cluster for q in self.counted]


def origins_of(case: m.Case, every: int | None = None) -> list[dt.date]:
    """The dates at which the past is asked: those that the case lists (`dates` in case.yaml), else from some weeks
    after the first event to the case's date, evenly apart."""
    step = whole("backtest.every") if every is None else every
    if step < 1:
        raise SettingError(f"origins must be at least a day apart, not {step}")
    if case.dates and every is None:
        return sorted(day for day in case.dates if day <= case.as_of)
    since = case.as_of - dt.timedelta(whole("questions.record_days"))
    recent = [e.known for e in case.events if e.date >= since]
    if not recent:  # a war may stand still for a year
        return []
    day = min(recent) + dt.timedelta(whole("backtest.first"))
    found = []
    while day < case.as_of:
        found.append(day)
        day += dt.timedelta(step)
    return found


def forecasts(case: m.Case, day: dt.date, seed: int = 1) -> list[Asked]:
    """What is asked and forecast on a date, from what was known then and nothing else."""
    return ask(_origin(case, day, seed))


def _origin(case: m.Case, day: dt.date, seed: int) -> Origin:
    return Origin(Study(case, day, draws=whole("backtest.draws"), seed=seed))


def asked_at(study: Study, day: dt.date) -> tuple[list[Asked], list[Amount]]:
    """All that is asked at an origin (a task)."""
    origin = _origin(study.case, day, study.seed)
    return list(ask(origin)), list(amounts.ask(origin))


def replay(
    case: m.Case, *, every: int | None = None, seed: int = 1, progress: Progress | None = None,
    others: Others = lambda *_: (), work: Work | None = None,
) -> Replay:  # fmt: skip
    """Every origin of a case, asked and resolved. `others`: further questions with their answers (`standing.own`).
    `work`: makes and keeps each date (`winset.run.working`)."""
    days = origins_of(case, every)
    past, whole_ = past_of(case, seed), whole_of(case, seed, work, progress)
    found: list[tuple[Asked, Answer]] = []
    sized: list[Measured] = []
    for questions, numbers in whole_.each(asked_at, days, f"origins of {case.id}"):
        found += [(asked, resolve(past, asked)) for asked in questions]
        sized += [Measured(case.id, a.id(case.digest), a, amounts.resolve(past, a)) for a in numbers]
    found += others(case, past, seed, work)
    made = [
        Scored(case.id, asked.id(case.digest), asked, answer, 0.5, answer.state == "yes" and not past.closed(asked.by))
        for asked, answer in found
    ]
    return Replay((case.id,), len(days), tuple(_with_base(made)), tuple(amounts.with_base(sized)))


def _with_base(found: Sequence[Scored]) -> Iterable[Scored]:
    """Each with the base rate that stood at its origin."""
    alike: defaultdict[str, list[Scored]] = defaultdict(list)
    for q in found:
        if q.counted:
            alike[q.asked.template].append(q)
    return (replace(q, base=base_rate(alike[q.asked.template], q.asked)) for q in found)


def base_rate(found: Iterable[Scored], asked: Asked) -> float:
    """The share of yes among questions of the same template whose deadline had passed by the origin."""
    return share_of(
        x.answer.state == "yes"
        for x in found
        if x.asked.template == asked.template and x.asked.by < asked.origin and x.counted
    )


def share_of(yes: Iterable[bool]) -> float:
    """The share of yes with half a yes and half a no added: the mean of Jeffreys' belief (Jeffreys 1961)."""
    known = list(yes)
    return (sum(known) + 0.5) / (len(known) + 1.0)


def held(case: m.Case, day: dt.date) -> m.Case:
    """A case up to a day, for a replay of what came before: earlier values of its Figures stay."""
    return case if day == case.as_of else replace(cut(case, day), figures=case.figures)


def joined(parts: Sequence[Replay]) -> Replay:
    """Several cases as one record."""
    ids = [c for part in parts for c in part.cases]
    if len(set(ids)) < len(ids):
        raise SettingError("two of the cases have the same id")
    return Replay(
        tuple(ids),
        sum(p.origins for p in parts),
        tuple(q for p in parts for q in p.questions),
        tuple(q for p in parts for q in p.amounts),
    )
