"""The chapter of a report on how forecasts of this kind have done so far."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from winset.backtest.chapter import result
from winset.backtest.record import record
from winset.backtest.replay import Progress, replay
from winset.backtest.standing import own
from winset.case import model as m
from winset.case.patch import as_of as cut
from winset.result import Result


def held(case: m.Case, day: dt.date) -> m.Case:
    """A case up to a day, for a replay of what came before: earlier values of its Figures stay."""
    return case if day == case.as_of else replace(cut(case, day), figures=case.figures)


def chapter(case: m.Case, day: dt.date, seed: int = 1, progress: Progress | None = None) -> Result | None:
    """The past of a case up to a day replayed and scored; None where its record gives nothing to ask."""
    found = record(replay(held(case, day), seed=seed, progress=progress, others=own), seed)
    return result(found) if found.asked else None
