"""The past of a case replayed: at each origin the case is cut, asked, and scored on what it says happened later.

References beside the model. `nothing changes`: no act, no move, no end. `base rate`: the share of yes among questions of the
same template that were resolved before the origin, with one half added to either side. `last`: whether the same happened in the
window before. `even`: always one half. `pool`: the model, the base rate and nothing changes in a logarithmic pool; its weights
come from other cases only (leave one case out), or are equal where there is no other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from winset.arrays import Study
from winset.backtest.questions import Answer, Asked, Origin, Past, ask, resolve
from winset.case import model as m
from winset.errors import SettingError
from winset.settings import number, whole
from winset.theory import scores

SOURCES = ("model", "base", "nothing")
Chances = Float[np.ndarray, " question"]


@dataclass(frozen=True)
class Scored:
    """A question with its forecasts and what became of it. base: the base rate at the origin."""

    case: str
    id: str
    asked: Asked
    answer: Answer
    base: float

    @property
    def counted(self) -> bool:
        """Resolved, and forecast by the model."""
        return self.answer.state in ("yes", "no") and self.asked.model is not None


@dataclass(frozen=True)
class Replay:
    """All questions of one or more cases at all their origins."""

    cases: tuple[str, ...]
    origins: int
    questions: tuple[Scored, ...]

    @property
    def counted(self) -> tuple[Scored, ...]:
        return tuple(q for q in self.questions if q.counted)

    @property
    def yes(self) -> Bool[np.ndarray, " question"]:
        return np.array([q.answer.state == "yes" for q in self.counted], bool)

    def chances(self, source: str) -> Chances:
        """The forecasts of one source for the counted questions."""
        if source == "pool":
            return self.pooled
        at = {
            "model": lambda q: q.asked.model,
            "base": lambda q: q.base,
            "nothing": lambda q: q.asked.nothing,
            "last": lambda q: q.asked.last,
            "even": lambda q: 0.5,
        }[source]
        return np.array([at(q) for q in self.counted], float)

    @property
    def clusters(self) -> list[str]:
        return [f"{q.case} {q.asked.cluster}" for q in self.counted]

    def weights(self, case: str) -> Float[np.ndarray, " source"]:
        """Weights of the pool for a case: from the scored questions of the other cases."""
        own = np.array([q.case != case for q in self.counted], bool)
        stacked = np.stack([self.chances(s) for s in SOURCES], axis=1)
        return scores.best_weights(stacked[own], self.yes[own], number("backtest.prior"))

    @property
    def pooled(self) -> Chances:
        stacked = np.stack([self.chances(s) for s in SOURCES], axis=1)
        weights = {case: self.weights(case) for case in self.cases}
        rows = [weights[q.case] for q in self.counted]
        clip = number("backtest.clip")
        return np.array([scores.pooled(x[None, :], w, clip)[0] for x, w in zip(stacked, rows)], float)


def origins_of(case: m.Case, every: int | None = None) -> list[dt.date]:
    """The dates at which the past is asked: from some weeks after the first event to the case's date, evenly apart."""
    step = whole("backtest.every") if every is None else every
    if step < 1:
        raise SettingError(f"origins must be at least a day apart, not {step}")
    if not case.events:
        return []
    day = min(e.known for e in case.events if e.date >= case.as_of - dt.timedelta(whole("questions.record_days")))
    day += dt.timedelta(whole("backtest.first"))
    found = []
    while day < case.as_of:
        found.append(day)
        day += dt.timedelta(step)
    return found


def forecasts(case: m.Case, day: dt.date, seed: int = 1) -> list[Asked]:
    """What is asked and forecast on a date, from what was known then and nothing else."""
    return ask(Origin(Study(case, day, draws=whole("backtest.draws"), seed=seed)))


def replay(
    case: m.Case,
    *,
    every: int | None = None,
    seed: int = 1,
    progress: Callable[[str, int, int], None] | None = None,
    others: Callable[[m.Case, Past, int], Iterable[tuple[Asked, Answer]]] = lambda *_: (),
) -> Replay:
    """Every origin of a case, asked and resolved. `others`: further questions with their answers (`standing.own`)."""
    days = origins_of(case, every)
    past = Past(Study(case, case.as_of, draws=whole("backtest.draws"), seed=seed))
    found: list[Scored] = []
    for done, day in enumerate(days):
        if progress:
            progress(f"origins of {case.id}", done, len(days))
        for asked in forecasts(case, day, seed):
            found.append(Scored(case.id, asked.id(case.digest), asked, resolve(past, asked), 0.5))
    if progress:
        progress(f"origins of {case.id}", len(days), len(days))
    found += [Scored(case.id, asked.id(case.digest), asked, answer, 0.5) for asked, answer in others(case, past, seed)]
    return Replay((case.id,), len(days), tuple(_with_base(found)))


def _with_base(found: Sequence[Scored]) -> Iterable[Scored]:
    """The base rate that stood at each origin: of questions of the same template whose deadline had passed by then."""
    for q in found:
        before = [
            x.answer.state == "yes"
            for x in found
            if x.asked.template == q.asked.template and x.counted and x.asked.by < q.asked.origin
        ]
        yield replace(q, base=(sum(before) + 0.5) / (len(before) + 1.0))


def joined(parts: Sequence[Replay]) -> Replay:
    """Several cases as one record."""
    ids = [c for part in parts for c in part.cases]
    if len(set(ids)) < len(ids):
        raise SettingError("two of the cases have the same id")
    return Replay(tuple(ids), sum(p.origins for p in parts), tuple(q for p in parts for q in p.questions))
