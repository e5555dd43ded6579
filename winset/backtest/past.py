"""The chapter of a report on how forecasts of this kind have done so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from winset.backtest.record import record, result
from winset.backtest.replay import replay
from winset.backtest.standing import own
from winset.case import model as m
from winset.case.patch import as_of as cut
from winset.result import Result


def chapter(
    case: m.Case, day: dt.date, seed: int = 1, progress: Callable[[str, int, int], None] | None = None
) -> Result | None:
    """The past of a case up to a day replayed and scored; None where its record gives nothing to ask."""
    held = case if day == case.as_of else replace(cut(case, day), figures=case.figures)
    found = record(replay(held, seed=seed, progress=progress, others=own), seed)
    return result(found) if found.asked else None
