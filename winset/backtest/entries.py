"""What goes into the public record on a date: recurring questions, the case's own, and what others said of either.

Each question stands there once a forecaster: `winset`, the model as it is; `ours`, what the record so far makes of it
(`pool`); the base rate and nothing changes, as they stood on the day; and by name whoever else forecast it. All are
scored alike.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from typing import Any

from winset.backtest import outlook
from winset.backtest.foretold import Said
from winset.backtest.pool import standing
from winset.backtest.questions import Asked
from winset.backtest.replay import Replay, forecasts, held, replay
from winset.backtest.standing import WORDS, asked, asked_as, own
from winset.case import model as m
from winset.run import Work
from winset.run import study as study_of
from winset.settings import number, whole
from winset.theory.base_rate import log_pool

Entry = dict[str, Any]


def entries(
    case: m.Case, day: dt.date, seed: int = 1, *, others: Sequence[Replay] = (), said: Sequence[Said] = (),
    work: Work | None = None, war: bool = False,
) -> list[Entry]:  # fmt: skip
    """The lines of a date, with `war` also those of the war itself (`outlook`). others: replays of other cases, from
    which alone the weights of the pool come; said: forecasts of others, those that were made by the day."""
    so_far = replay(held(case, day), seed=seed, others=own, work=work)
    record = standing(so_far, others)
    made = _Lines(case, day, seed)
    for a in forecasts(case, day, seed):
        made.put(a, record.chances(a))
    study = study_of(case, as_of=day, draws=whole("backtest.draws"), seed=seed)
    for found in asked(study):
        q = found.question
        a = asked_as(case, q, day, None if found.decided else found.model)
        made.put(a, record.chances(a, None if found.decided else found.base))
        made.put(a, {f"source {x.source}": WORDS[x.stance] for x in q.foreseen})
    if war:
        _war(made, outlook.outlook(case, day, seed, work))
    for row in said:
        if row.date <= day:
            of = replace(asked_as(case, row.question, row.date, None), key=f"foretold:{row.id}")
            made.put(of, {f"source {row.who}" if row.who in case.source else row.who: row.chance})
    return made.rows


def _war(made: _Lines, seen: outlook.Outlook | None) -> None:
    """The chances of an outlook, and what of it is no chance. Ours is what the brief says: model and base rate at
    `futures.weight`."""
    if seen is None:
        return
    for a, base in outlook.questions(made.case, seen):
        assert a.model is not None
        told = {"winset": a.model, "nothing changes": a.nothing}
        if base is not None:
            told |= {"ours": float(log_pool(a.model, base, number("futures.weight"))), "base rate": base}
        made.put(a, told)
    made.outlook(seen)


@dataclass
class _Lines:
    """Entries of a case on a day, as they are put together."""

    case: m.Case
    day: dt.date
    seed: int

    def __post_init__(self) -> None:
        self.rows: list[Entry] = []

    def outlook(self, seen: outlook.Outlook) -> None:
        self.rows.append(
            {
                "kind": "outlook",
                "id": f"war:outlook@{seen.day.isoformat()}@{self.case.digest[:12]}",
                "asked": seen.day.isoformat(),
                "packages": seen.packages,
                "passes": {plan: round(x, 6) for plan, x in seen.passes.items()},
                "lever": seen.lever,
                "lever_title": seen.lever_title,
                **self._of,
            }
        )

    @property
    def _of(self) -> Entry:
        """What every line says of where it comes from."""
        return {
            "case": self.case.id,
            "case_digest": self.case.digest,
            "seed": self.seed,
            "version": metadata.version("winset"),
        }

    def put(self, a: Asked, chances: dict[str, float]) -> None:
        for who, chance in chances.items():
            asked_on = a.origin.isoformat()
            self.rows.append(
                {
                    "kind": "forecast",
                    "id": f"{a.key}@{asked_on}@{self.case.digest[:12]}{'' if who == 'winset' else f'@{who}'}",
                    "question": a.title,
                    "rule": a.rule,
                    "by": a.by.isoformat(),
                    "asked": asked_on,
                    "cluster": a.cluster,
                    "who": who,
                    "chance": round(chance, 6),
                    **self._of,
                }
            )


def other_replays(cases: Iterable[m.Case], seed: int, work: Work | None) -> list[Replay]:
    """Replays of other cases, for the weights of a pool."""
    return [replay(c, seed=seed, others=own, work=work) for c in cases]
