"""What others said would happen: authors of the texts, a crowd, a market. Scored like ours, on the same questions and
dates.

They stand in an optional file of the case, `forecasts.csv`, one forecast a row. Only the scoring reads it, and it is no
part of the digest of the case: it is about the case and not of it. A forecast is a `chance`, or the `words` of its
author in a table of chances that was published for such words: Intelligence Community Directive 203 (Office of the
Director of National Intelligence, 2 January 2015, section D.6.e.2.a), whose ranges are read at their middle; `yes` and
`no` without a hedge are the outermost words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from winset.backtest.questions import Answer, Asked, Past
from winset.backtest.standing import WORDS, Due, answer, asked_as, chances
from winset.case import model as m
from winset.case.grammar import day, parse
from winset.case.text import Problems, Row, plain_number, read_csv
from winset.errors import DossierError
from winset.run import Work

FILE = "forecasts.csv"
COLUMNS = ("id", "who", "date", "title", "rule", "by", "chance", "words", "cluster", "basis")


@dataclass(frozen=True)
class Said:
    """One row. who: id of a source of the case, or a name such as `crowd`."""

    id: str
    who: str
    date: dt.date
    title: str
    rule: str
    by: dt.date
    chance: float
    cluster: str
    basis: str

    @property
    def question(self) -> m.Question:
        """As a question of the case that was opened on the day of the forecast."""
        return m.Question(
            id=self.id, title=self.title, opened=self.date, as_of=self.date, resolve_by=self.by, rule=self.rule,
            prose=self.title, cluster=self.cluster,
        )  # fmt: skip


@dataclass(frozen=True)
class Foretold:
    """A forecast of somebody else with our own on the same question, and what became of it."""

    case: str
    id: str
    who: str
    chance: float
    asked: Asked
    answer: Answer
    early: bool
    base: float | None = None

    @property
    def ours(self) -> float | None:
        """The model's number, or the base rate where the case had no Figures for one on that day."""
        return self.base if self.asked.model is None else self.asked.model

    @property
    def state(self) -> str:
        return "early" if self.early else self.answer.state


def read(folder: Path, case: m.Case) -> tuple[Said, ...]:
    """The forecasts of others in a case's folder; none where it has no such file. Raises DossierError with every bad
    row."""
    problems = Problems()
    made = [_said(row, case, problems) for row in read_csv(folder, FILE, COLUMNS, problems, needed=False)]
    seen: set[str] = set()
    for said in made:
        if said and said.id in seen:
            problems.add(FILE, None, f"two forecasts have the id {said.id}", "give each its own")
        seen.add(said.id if said else "")
    if problems.found:
        raise DossierError(problems.found)
    return tuple(said for said in made if said)


def _said(row: Row, case: m.Case, problems: Problems) -> Said | None:
    cells, faults = row.cells, len(problems.found)

    def bad(what: str, remedy: str) -> None:
        problems.add(row.file, row.line, what, remedy)

    def date(name: str) -> dt.date:
        try:
            return day(cells[name])
        except ValueError:
            bad(f"{name}: {cells[name][:40]!r} is not a date", "write YYYY-MM-DD")
            return case.as_of

    when, by = date("date"), date("by")
    if not (cells["id"] and cells["who"] and cells["title"] and cells["basis"]):
        bad("a forecast has an id, who made it, a title and a basis", "fill them in")
    if when > case.as_of or by <= when:
        bad(f"the forecast of {when} for {by}", f"it is made by {case.as_of}, for a later day")
    try:
        parse(cells["rule"])
    except (ValueError, DossierError) as error:
        bad(f"rule: {error}", "see the rule language in docs/look_up/case-format")
    chance = _chance(cells, bad)
    if len(problems.found) > faults:
        return None
    return Said(
        cells["id"], cells["who"], when, cells["title"], cells["rule"], by, chance,
        cells["cluster"] or cells["id"], cells["basis"],
    )  # fmt: skip


def _chance(cells: dict[str, str], say: Callable[[str, str], None]) -> float:
    """The chance of a row, given or by its words."""
    words, text = cells["words"].strip().lower(), cells["chance"].strip()
    if bool(words) == bool(text):
        say("give `chance` or `words`, one of the two", f"words are {', '.join(WORDS)}")
        return 0.5
    if words:
        if words not in WORDS:
            say(f"words: {words[:40]!r} is not in the table", f"one of {', '.join(WORDS)}")
        return WORDS.get(words, 0.5)
    value = plain_number(text)
    if value is None or not 0 <= value <= 1:
        say(f"chance: {text[:40]!r} is no chance", "a number from 0 to 1")
        return 0.5
    return value


def _by_day(rows: Sequence[Said]) -> dict[dt.date, list[Said]]:
    return {when: [s for s in rows if s.date == when] for when in sorted({s.date for s in rows})}


def due(rows: Sequence[Said]) -> list[Due]:
    """What the model is asked of them, by the day on which each was said."""
    return [(when, tuple(s.question for s in now)) for when, now in _by_day(rows).items()]


def scored(
    rows: Sequence[Said], case: m.Case, past: Past, seed: int = 1, work: Work | None = None
) -> tuple[Foretold, ...]:
    """Each with the model's chance as of its day, and what became of it."""
    made = []
    by_day = _by_day(rows)
    for (when, now), model in zip(by_day.items(), chances(case, due(rows), seed, work)):
        for said in now:
            own, base = model[said.id]
            asked = asked_as(case, said.question, when, own)
            found = answer(past, said.question)
            early = found.state == "yes" and not past.closed(said.by)
            made.append(Foretold(case.id, f"foretold:{said.id}", said.who, said.chance, asked, found, early, base))
    return tuple(made)
