"""Stated red lines of ended wars: how often their owner crossed them by its signature, and what the dossier had said of
them.

A line is one that the dossier states (`red_line`) as of the first date of its outlooks at which it stood; its outcome
file says whether the text that ended the fighting lies beyond it. The dossier's own `red_line_real` is the odds that
there is no deal beyond the line, so 1 less its mode is what it said of crossing. Counts k of n get Jeffreys' interval,
Beta(k + 1/2, n - k + 1/2) (Brown, Cai and DasGupta 2001), and, since lines of one war fell or stood together, one by
resampling wars. `unclear` lines are left out and told.

For every other case this is a rival reading: each line as real as those were (`reading`), or the Settings
`lines.structure=base_rate` and `lines.crossed`. A case that is among the wars must not be read by them: leave it out
(`but`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from winset.arrays import mode
from winset.backtest.replay import share_of
from winset.backtest.wars import War
from winset.case import model as m
from winset.case.patch import as_of as cut
from winset.result import Column, Table
from winset.settings import whole
from winset.spoken import percent
from winset.theory import scores


@dataclass(frozen=True)
class Stood:
    """A stated line and what became of it. said: the odds of crossing by the dossier (None where it has no
    `red_line_real`)."""

    war: str
    owner: str
    side: str
    issue: str
    kind: str
    said: float | None
    crossed: str


@dataclass(frozen=True)
class Share:
    """k of n lines crossed. low, high: Jeffreys' 5th and 95th percentile; wars: the interval from resampled wars."""

    k: int
    n: int
    low: float
    high: float
    wars: scores.Interval

    @property
    def value(self) -> float:
        """The mean of Jeffreys' belief."""
        return (self.k + 0.5) / (self.n + 1.0)


def stood(wars: Sequence[War]) -> list[Stood]:
    """The lines of all wars that their outcome files speak of, as the dossiers had them on the first date at which they
    stood."""
    found = []
    for w in wars:
        for line in w.ending.lines:
            dates = [d for d in w.dates if _figure(cut(w.case, d), line.actor, line.issue, "red_line")]
            if not dates:
                continue  # stated after the last date: no line that an outlook could know
            real = _figure(cut(w.case, dates[0]), line.actor, line.issue, "red_line_real")
            said = None if real is None else 1.0 - mode(real)
            side = _side(w.case, line.actor)
            found.append(Stood(w.case.id, line.actor, side, line.issue, line.kind, said, line.crossed))
    return found


def _figure(case: m.Case, actor: str, issue: str, quantity: str) -> m.Figure | None:
    """The Figure of an actor on an issue; a line may be about one option of it."""
    own = [f for f in case.in_force.values() if f.quantity == quantity and f.subject[:2] == (actor, issue)]
    return own[0] if own else None


def _side(case: m.Case, actor: str) -> str:
    """first side, second side (as the case lists them), or third."""
    for sides, name in zip(case.war.sides if case.war else (), ("first side", "second side")):
        if actor in sides:
            return name
    return "third"


def share(lines: Sequence[Stood], seed: int = 1) -> Share | None:
    """How many of the lines with a known end were crossed; None where there are none."""
    known = [x for x in lines if x.crossed != "unclear"]
    if not known:
        return None
    yes = np.array([x.crossed == "yes" for x in known], float)
    k, n = int(yes.sum()), len(known)
    low, high = scipy.special.betaincinv(k + 0.5, n - k + 0.5, [0.05, 0.95])
    by_war = scores.clustered(yes, [x.war for x in known], whole("backtest.resamples"), np.random.default_rng(seed))
    return Share(k, n, float(low), float(high), by_war)


def reading(case: m.Case, found: Share) -> m.Patch:
    """Every red line of a case as real as those of ended wars were: one of its rival readings."""
    change = m.Change(
        low=1 - found.high, mode=1 - found.value, high=1 - found.low,
        basis=f"judgement: As in ended wars, where {found.k} of {found.n} stated lines were crossed by their owner's "
        f"signature (Jeffreys).",
    )  # fmt: skip
    return m.Patch(
        id="lines-as-in-ended-wars",
        title="Lines as in ended wars",
        kind="reading",
        why="What the dossier says of each line gives way to how often such lines held.",
        basis=change.basis,
        set={f.id: change for f in case.figures if f.quantity == "red_line_real"},
    )


def setting(found: Share) -> str:
    """The same as a Setting, for `--set`."""
    return f"lines.crossed={found.low:.2f},{found.value:.2f},{found.high:.2f}"


def table(lines: Sequence[Stood], seed: int = 1) -> Table:
    """All lines, then by kind, side and war: crossed, what the dossiers had said, and the scores of both."""
    groups: list[tuple[str, Callable[[Stood], bool]]] = [("all lines", lambda x: True)]
    for name in ("kind", "side", "war"):
        values = sorted({getattr(x, name) for x in lines})
        groups += [
            (value.replace("_", " "), lambda x, name=name, value=value: getattr(x, name) == value)  # type: ignore[misc]
            for value in values
        ]
    rows = [row for told, own in groups if (row := _row(told, [x for x in lines if own(x)], lines, seed))]
    columns = (
        Column("what", "Lines"),
        Column("n", "With a known end", "number"),
        Column("crossed", "Crossed", "share"),
        Column("low", "5th percentile", "share"),
        Column("high", "95th percentile", "share"),
        Column("said", "The dossiers had said", "share"),
        Column("brier", "Their Brier score", "number"),
        Column("others", "That of the share in other wars", "number"),
    )
    unclear = sum(x.crossed == "unclear" for x in lines)
    note = (
        f"{unclear} lines with an unclear end are left out. Intervals: Jeffreys, as if lines were independent; those "
        "of one owner are not."
    )
    return Table("lines", "Stated lines that were crossed in the end", columns, tuple(rows), note)


def _row(told: str, own: Sequence[Stood], among: Sequence[Stood], seed: int) -> tuple[object, ...] | None:
    found = share(own, seed)
    if found is None:
        return None
    known = [x for x in own if x.crossed != "unclear"]
    judged = [x for x in known if x.said is not None]
    yes = np.array([x.crossed == "yes" for x in judged], bool)
    said, others = np.array([x.said for x in judged], float), np.array([_elsewhere(x, among) for x in judged], float)
    if len(judged):
        marks = (float(said.mean()), float(scores.brier(said, yes).mean()), float(scores.brier(others, yes).mean()))
    return (told, float(found.n), found.k / found.n, found.low, found.high, *(marks if len(judged) else ("", "", "")))


def _elsewhere(line: Stood, among: Sequence[Stood]) -> float:
    """The share crossed in the other wars, with Jeffreys' half on either side."""
    return share_of(x.crossed == "yes" for x in among if x.war != line.war and x.crossed != "unclear")


def sentence(found: Share | None) -> str:
    """What the count says, and how to read another case by it."""
    if found is None:
        return "No outcome file says what became of a stated line."
    ends = "" if np.isnan(found.wars.low) else f", {percent(found.wars.low)} to {percent(found.wars.high)} by war"
    return (
        f"{found.k} of {found.n} stated lines were crossed by their owner's signature ({percent(found.low)} to "
        f"{percent(found.high)}{ends}). To read another case by it: --set lines.structure=base_rate --set "
        f"{setting(found)}"
    )
