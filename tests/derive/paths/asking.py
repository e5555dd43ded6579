"""Questions asked of paths whose ends are given, in the dossier of ukraine-2025 with acts of our own on its record."""

import dataclasses
import datetime as dt

import numpy as np

from tests.cases import case
from winset.arrays import Arrays, Luck
from winset.case import model as m
from winset.case.calendar import Pause
from winset.case.patch import as_of
from winset.derive.paths import dated_questions
from winset.derive.paths.dated_questions import Paths
from winset.derive.paths.simulated_wars import Ends
from winset.derive.war.outcomes import CAUSES
from winset.settings import whole

WHOLE = case("ukraine-2025")
KNOWN = dataclasses.replace(as_of(WHOLE, WHOLE.as_of), calendar=())
NOW, YEAR, PATHS = KNOWN.as_of, 365, whole("paths.paths")
PARTS = 64


def ask(known, question, ends, seed=1):
    return dated_questions.ask(Paths(Arrays(known, Luck(seed, PARTS)), ends), question)


def chance(known, rule, ends=None, opened=NOW):
    asked = ask(known, question(rule, opened=opened), NEVER if ends is None else ends)
    assert asked.model is not None, asked.why
    return asked.model


def slack(p):
    """Four standard errors of a share, and two paths more for what is all but impossible."""
    return 4 * np.sqrt(p * (1 - p) / PATHS) + 2 / PATHS


def act(day, kind="call", source="united_states", target="russia", name="", **more):
    return m.Event(
        id=name or f"x{day}", date=NOW + dt.timedelta(day), kind=kind, source=tuple(source.split()),
        target=tuple(target.split()), what="", basis="judgement: test", **more,
    )  # fmt: skip


def with_acts(*events, **more):
    """The dossier with these acts alone on its record, which goes back more than a year."""
    return dataclasses.replace(KNOWN, events=(act(-500, "leak", name="first"), *events), plans=(), **more)


def pause(first, last, **more):
    days = {"from": NOW + dt.timedelta(first), "to": NOW + dt.timedelta(last)}
    return Pause.model_validate({"id": "p", **days, "basis": "judgement: test", **more})


def question(rule, by=dt.date(2026, 12, 26), name="q", opened=NOW):
    return m.Question(
        id=name,
        title="?",
        opened=opened,
        as_of=KNOWN.as_of,
        resolve_by=by,
        rule=rule,
        prose="",
        basis="judgement: test",
    )


def ends(*rows, rate=1.0, p=1.0):
    """Paths in 64 draws: of every 16 in a draw, one for each row (month, cause, lag in months); the rest fight on."""
    draw, rank = np.arange(PATHS) % PARTS, np.arange(PATHS) // PARTS % 16
    month, cause, lag = np.full(PATHS, np.inf), np.zeros(PATHS, int), np.full(PATHS, 100.0)
    for at, (when, what, then) in enumerate(rows):
        month[rank == at], cause[rank == at], lag[rank == at] = when, CAUSES.index(what), then
    return Ends(draw, month, cause, lag, np.full(PATHS, rate), np.full(PATHS, p), 60.0)


NEVER = ends()
SOME = ends((3.0, "deal", 0), (5.0, "truce", 2.0), (5.0, "truce", 9.0), (14.0, "deal", 0), (4.0, "B exhausted", 1))
