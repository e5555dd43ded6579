"""How a war ended: a file of its own beside the case, written last, and read by the scoring alone.

`outcomes.yaml` says what became of the questions of an outlook. It names the digest of the line of the public record
that was the last when it was written; forecasts of this very case (its digest) must stand in the record up to that
line, or it is refused: an answer that was written down before the forecast proves nothing. It is no file of the case:
loading a case does not open it, its digest does not know it, and so no run can lean on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from winset.backtest.chain import Line
from winset.case import model as m
from winset.case.parse import parse_document
from winset.case.record import Day, Id, Record, Text
from winset.case.text import Document, Problems, nearest, read_yaml
from winset.errors import DossierError

FILE = "outcomes.yaml"
OTHER = "other"
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Basis = Annotated[str, StringConstraints(min_length=1)]


class SignedText(Record):
    """The text that ended the fighting: an option an issue, `other` where it holds what no option says; silent issues
    are left out."""

    name: Text
    date: Day
    by: tuple[Id, ...] = ()
    clauses: dict[Id, Id] = Field(default_factory=dict)
    basis: Basis


class AnswerToPlan(Record):
    """Whether an actor accepted a plan by the end of the war. date: of its word; without one it came after every date
    asked."""

    plan: Id
    actor: Id
    accepted: bool
    date: Day | None = None
    basis: Basis


class LineAtLast(Record):
    """What became of a stated red line by its owner's signature: crossed yes, no, or unclear (silent, or read both
    ways)."""

    actor: Id
    issue: Id
    crossed: Literal["yes", "no", "unclear"]
    kind: Literal["red_line", "condition"] = "red_line"
    basis: Basis


class Ending(Record):
    """An outcomes file. ended: the day on which the fighting was over (none: it was not, by `known_to`); questions:
    what became of the case's own, by id."""

    case: Id
    record: Digest
    coder: Text
    ended: Day | None = None
    known_to: Day
    kind: Literal["agreement", "ceasefire", "victory", "fizzles out", "goes on"]
    told: Text
    moved: Text = ""
    basis: Basis
    text: SignedText | None = None
    answers: tuple[AnswerToPlan, ...] = ()
    lines: tuple[LineAtLast, ...] = ()
    questions: dict[Id, Literal["yes", "no", "void"]] = Field(default_factory=dict)

    def over_by(self, day: dt.date) -> str:
        """Whether the fighting was over by a day: yes, no, or pending where that is not known yet."""
        if self.ended is not None and self.ended <= day:
            return "yes"
        return "no" if self.known_to >= day or self.ended is not None else "pending"

    def accepted(self, plan: str, actor: str, asked: dt.date) -> str:
        """Whether an actor accepted a plan after a day: yes, no, or void where the file has no word of it later than
        that day."""
        found = [a for a in self.answers if (a.plan, a.actor) == (plan, actor) and (a.date is None or a.date > asked)]
        return "void" if not found else "yes" if any(a.accepted for a in found) else "no"


def about(path: Path) -> str:
    """The case that an outcomes file is about."""
    problems = Problems()
    document = read_yaml(path.parent, path.name, problems)
    if problems.found:
        raise DossierError(problems.found)
    return str(document.data.get("case", "")) if isinstance(document.data, dict) else ""


def read(path: Path, case: m.Case, lines: Sequence[Line]) -> tuple[Ending, list[Line]]:
    """An outcomes file, and the lines of the record that were there before it. Raises DossierError with all that is
    wrong."""
    problems = Problems()
    document = read_yaml(path.parent, path.name, problems)
    found = parse_document(document, Ending, problems)
    if found is None or problems.found:
        raise DossierError(problems.found)
    before = _before(found, document, case, lines, problems)
    _known(found, document, case, problems)
    if problems.found:
        raise DossierError(problems.found)
    return found, before


def _before(found: Ending, document: Document, case: m.Case, lines: Sequence[Line], problems: Problems) -> list[Line]:
    at = next((i for i, line in enumerate(lines) if line.digest == found.record), None)
    where = document.line(("record",))
    if at is None:
        problems.add(
            document.name, where, "the record has no line with this digest",
            "forecast first (`winset forecast CASE --record FILE`), then name the digest of its last line here",
        )  # fmt: skip
        return []
    before = list(lines[: at + 1])
    if not any(x.said.get("case_digest") == case.digest and str(x.said["id"]).startswith("war:") for x in before):
        problems.add(
            document.name, where,
            f"up to this line the record holds no outlook of {case.id} as it is now ({case.digest[:12]})",
            "forecast the case as it is, at its dates, before its outcome is written",
        )  # fmt: skip
    return before


def _known(found: Ending, document: Document, case: m.Case, problems: Problems) -> None:
    """Whether all that the file names is in the case."""

    def known(path: tuple[str | int, ...], what: str, name: str, among: Sequence[str]) -> None:
        if name not in among:
            problems.add(
                document.name, document.line(path), f"{name!r} is no {what} of {case.id}", nearest(name, among)
            )

    if found.case != case.id:
        problems.add(document.name, document.line(("case",)), f"it is about {found.case}", f"this case is {case.id}")
    if (found.ended is None) != (found.kind == "goes on"):
        problems.add(
            document.name, document.line(("kind",)), "`ended` and `kind` do not agree", "`goes on` has no `ended`"
        )
    actors, issues = list(case.actor), list(case.issue)
    for i, a in enumerate(found.answers):
        known(("answers", i, "plan"), "plan", a.plan, list(case.plan))
        known(("answers", i, "actor"), "actor", a.actor, actors)
    for i, line in enumerate(found.lines):
        known(("lines", i, "actor"), "actor", line.actor, actors)
        known(("lines", i, "issue"), "issue", line.issue, issues)
        if not any(f.quantity == "red_line" and f.subject[:2] == (line.actor, line.issue) for f in case.figures):
            problems.add(
                document.name, document.line(("lines", i)), f"{line.actor} states no red line on {line.issue}",
                "only lines that the case states can be crossed",
            )  # fmt: skip
    for question in found.questions:
        known(("questions", question), "question", question, [q.id for q in case.questions])
    for issue, option in found.text.clauses.items() if found.text else ():
        path = ("text", "clauses", issue)
        known(path, "issue", issue, issues)
        if issue in case.issue:
            known(path, f"option on {issue}", option, [*case.issue[issue].option_ids, m.DEFERRED, OTHER])
