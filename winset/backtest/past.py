"""The chapter of a report on how forecasts of this kind have done so far, and what they say now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from winset.arrays import Study
from winset.backtest.chapter import Open, result
from winset.backtest.foretold import Said, due, scored
from winset.backtest.pool import standing
from winset.backtest.questions import Progress, past_of, whole_of
from winset.backtest.record import record
from winset.backtest.replay import asked_at, forecasts, held, origins_of, replay
from winset.backtest.standing import chances_at, own, passed
from winset.case import model as m
from winset.result import Result
from winset.run import Task, Work


def chapter(
    case: m.Case, day: dt.date, seed: int = 1, progress: Progress | None = None, said: Sequence[Said] = (),
    work: Work | None = None,
) -> Result | None:  # fmt: skip
    """The past of a case up to a day replayed and scored, with what others foretold by then and the recurring questions
    that are open now; None where its record gives nothing to ask."""
    known = held(case, day)
    so_far = replay(known, seed=seed, progress=progress, others=own, work=work)
    others = scored(_by(said, day), known, past_of(known, seed), seed, work)
    found, now = record(so_far, seed, others), standing(so_far)
    still = [Open(a, now.chances(a)) for a in forecasts(case, day, seed) if a.model is not None]
    return result(found, still) if found.asked else None


def told(study: Study, about: tuple[str, tuple[Said, ...]]) -> Result | None:
    """The chapter of a study's case (a task). about: the digest of the case, which stands in the ids of questions, and
    what others foretold."""
    work = study.work
    assert work is None or isinstance(work, Work)
    return chapter(study.case, study.as_of, study.seed, said=about[1], work=work)


def parts(study: Study, said: Sequence[Said] = ()) -> list[Task]:
    """What `told` will ask for and can be answered apart: its origins, shared with `winset backtest` where the dates
    are the same, the case's own questions whose date has passed, and those that others answered beforehand."""
    known = held(study.case, study.as_of)
    of, then = whole_of(known, study.seed), [*passed(known), *due(_by(said, study.as_of))]
    return [*(Task(of, asked_at, day) for day in origins_of(known)), *(Task(of, chances_at, one) for one in then)]


def _by(said: Sequence[Said], day: dt.date) -> list[Said]:
    return [s for s in said if s.date <= day]
