"""`load(folder)`: text in, Case out. Every problem of the dossier is reported at once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import Field, ValidationError, model_validator

from winset.case import model as m
from winset.case.calendar import Pause
from winset.case.check import check
from winset.case.check_names import check_files
from winset.case.consequences import causes
from winset.case.criteria import FILE as CRITERIA_FILE
from winset.case.criteria import CriteriaFile
from winset.case.defaults import with_defaults
from winset.case.grammar import day
from winset.case.parse import explain, parse_document
from winset.case.series import FILE as SERIES_FILE
from winset.case.series import read_series
from winset.case.text import Document, Problems, Row, nearest, plain_number, read_csv, read_yaml
from winset.errors import DossierError
from winset.units import quantities

POSITIONS = tuple("actor issue quantity option date low mode high at basis group note".split())
FIGURES = tuple("subject quantity date low mode high distribution unit basis group note".split())
PASSAGES = tuple("id source start end sha256 before after attribution speaker gist".split())
EVENTS = tuple(
    "id date precision public kind plover mode source target what intensity figure unit ref due basis".split()
)
MAY = {"events.csv": ("place",)}  # columns that a table may have and may lack
CHANNELS = tuple("id source target kind since until notes gist basis".split())
EVIDENCE = tuple("id date actor what hypothesis low mode high kind ref group basis note".split())
POSITION_QUANTITIES = ("ideal", "red_line", "red_line_real", "attention", "crossing_cost", "value")
R = TypeVar("R", bound=m.Record)


class CaseFile(m.Record):
    """case.yaml: the actors, the issues and the rules across them."""

    schema_: Annotated[str, Field(alias="schema", pattern=r"^winset-case/1$")]
    id: m.Id
    title: m.Text
    summary: m.Text = ""
    as_of: m.Day
    war: m.War | None = None
    missing_voices: tuple[m.Voice, ...] = ()
    actors: tuple[m.Actor, ...]
    issues: tuple[m.Issue, ...]
    rules: tuple[m.Rule, ...] = ()
    scales: dict[m.Id, m.Scale]
    hypotheses: tuple[m.Hypothesis, ...] = ()
    calendar: tuple[Pause, ...] = ()
    dates: tuple[m.Day, ...] = ()
    event_kinds: dict[m.Id, m.EventKind] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _dates_known(self) -> CaseFile:
        late = [day.isoformat() for day in self.dates if day > self.as_of]
        if late:
            raise ValueError(f"`dates` to replay may not lie after `as_of`: {', '.join(late)}")
        return self


class PlansFile(m.Record):
    """plans.yaml: the proposals on the table and the benchmark packages, clause by clause."""

    plans: tuple[m.Plan, ...]


class SourcesFile(m.Record):
    sources: tuple[m.Source, ...]


class QuestionsFile(m.Record):
    questions: tuple[m.Question, ...]


class ReadingsFile(m.Record):
    readings: tuple[m.Patch, ...]


class LeversFile(m.Record):
    """levers.yaml: what somebody could do, as patches of kind `lever`."""

    levers: tuple[m.Patch, ...]


FILES: dict[str, type[m.Record]] = {
    "case.yaml": CaseFile,
    "plans.yaml": PlansFile,
    "sources.yaml": SourcesFile,
    "questions.yaml": QuestionsFile,
    "readings.yaml": ReadingsFile,
    "levers.yaml": LeversFile,
    "escalation.yaml": m.Escalation,
    CRITERIA_FILE: CriteriaFile,
}
OPTIONAL = {
    "questions.yaml",
    "readings.yaml",
    "levers.yaml",
    "escalation.yaml",
    "events.csv",
    "channels.csv",
    "evidence.csv",
    CRITERIA_FILE,
}
TABLES = {
    "passages.csv": PASSAGES,
    "positions.csv": POSITIONS,
    "figures.csv": FIGURES,
    "events.csv": EVENTS,
    "channels.csv": CHANNELS,
    "evidence.csv": EVIDENCE,
}


def load(folder: str | Path) -> m.Case:
    """Read and check a case folder.

    Raises DossierError with every problem found: file, line, what is wrong and how to mend it.
    """
    folder, problems = Path(folder), Problems()
    if not folder.is_dir():
        problems.add(str(folder), None, "no such folder", "give the path of a case folder; `winset new DIR` makes one")
        raise DossierError(problems.found)
    documents = {
        name: read_yaml(folder, name, problems)
        for name in FILES
        if name not in OPTIONAL or os.path.lexists(folder / name)
    }
    parsed = {name: parse_document(doc, FILES[name], problems) for name, doc in documents.items()}
    rows = {
        name: read_csv(folder, name, columns, problems, needed=name not in OPTIONAL, may=MAY.get(name, ()))
        for name, columns in TABLES.items()
    }
    check_files(folder, (*FILES, *TABLES, SERIES_FILE), problems)
    if problems.unread:  # first and alone: what the other files lack hangs on what these say
        raise DossierError(p for p in problems.found if p.file in problems.unread)
    case = _assemble(parsed, rows, problems)
    if case is None:
        raise DossierError(problems.found)
    case = replace(case, series=read_series(folder, problems))
    check(case, documents, rows, problems)
    if problems.found:
        raise DossierError(causes(case, documents, rows, problems))
    unsaid = tuple(
        (name, patch.id)
        for name, kind in (("readings.yaml", "readings"), ("levers.yaml", "levers"))
        for patch in getattr(parsed.get(name), kind, ())
        if patch.kind is None
    )
    return replace(with_defaults(case), digest=digest(folder), lines=_lines(documents, case), kindless=unsaid)


def _lines(documents: dict[str, Document], case: m.Case) -> dict[str, tuple[str, int]]:
    """Where the plans and the answers to them stand: file and line."""
    found, document = {}, documents["plans.yaml"]
    for i, plan in enumerate(case.plans):
        found[plan.id] = ("plans.yaml", document.line(("plans", i)) or 1)
        for j in range(len(plan.responses)):
            found[f"{plan.id}/{j}"] = ("plans.yaml", document.line(("plans", i, "responses", j)) or 1)
    return found


def digest(folder: Path) -> str:
    """SHA-256 over the names and bytes of the files of a case, so that a result can say what it was made from."""
    total = hashlib.sha256()
    for name in sorted([*FILES, *TABLES, SERIES_FILE]):
        if (folder / name).is_file():
            total.update(name.encode() + b"\0" + hashlib.sha256((folder / name).read_bytes()).digest())
    return total.hexdigest()


def parse_rows(rows: Iterable[Row], make: Callable[[Row], R], problems: Problems) -> tuple[R, ...]:
    made = []
    for row in rows:
        try:
            made.append(make(row))
        except ValidationError as error:
            for fault in error.errors():
                problems.add(row.file, row.line, *explain(tuple(fault["loc"]), fault))
    return tuple(made)


def _record(shape: type[R], *lists: str) -> Callable[[Row], R]:
    """A row as a record: blank cells are left to their default, `lists` are split at spaces."""

    def make(row: Row) -> R:
        cells: dict[str, Any] = {k: v for k, v in row.cells.items() if v != ""}
        for name in lists:
            cells[name] = tuple(cells.get(name, "").split())
        return shape.model_validate(cells)

    return make


def _assemble(parsed: dict[str, Any], rows: dict[str, list[Row]], problems: Problems) -> m.Case | None:
    case, plans, sources = (parsed.get(n) for n in ("case.yaml", "plans.yaml", "sources.yaml"))
    questions, readings, levers = (parsed.get(n) for n in ("questions.yaml", "readings.yaml", "levers.yaml"))
    figures = _figures(rows["figures.csv"], rows["positions.csv"], problems) + _ratios(rows["evidence.csv"], problems)
    passages = parse_rows(rows["passages.csv"], _record(m.Passage), problems)
    events = parse_rows(rows["events.csv"], _record(m.Event, "source", "target"), problems)
    channels = parse_rows(rows["channels.csv"], _record(m.Channel), problems)
    evidence = parse_rows([_without_numbers(row) for row in rows["evidence.csv"]], _record(m.Evidence, "ref"), problems)
    if case is None or plans is None or sources is None:
        return None
    return m.Case(
        id=case.id, title=case.title, summary=case.summary, as_of=case.as_of, war=case.war,
        actors=case.actors, issues=case.issues, rules=case.rules, scales=case.scales,
        missing_voices=case.missing_voices, plans=plans.plans, figures=figures,
        events=events, channels=channels, questions=questions.questions if questions else (),
        sources=sources.sources, passages=passages, readings=of_kind(readings.readings if readings else (), "reading"),
        hypotheses=case.hypotheses, calendar=case.calendar, dates=case.dates, evidence=evidence,
        levers=of_kind(levers.levers if levers else (), "lever"),
        event_kinds=case.event_kinds, escalation=parsed.get("escalation.yaml"), scorecard=parsed.get(CRITERIA_FILE),
    )  # fmt: skip


def of_kind(patches: Iterable[m.Patch], kind: str) -> tuple[m.Patch, ...]:
    """Patches of a file for one kind; those that do not say are of it."""
    return tuple(p if p.kind else p.model_copy(update={"kind": kind}) for p in patches)


def _figures(figures: list[Row], positions: list[Row], problems: Problems) -> tuple[m.Figure, ...]:
    made = [f for row in figures if (f := _figure(row, tuple(row.cells["subject"].split("/")), problems))]
    for row in positions:
        cells = row.cells
        subject = tuple(s for s in (cells["actor"], cells["issue"], cells["option"]) if s)
        if figure := _figure(row, subject, problems):
            made.append(figure)
    return tuple(made)


def _without_numbers(row: Row) -> Row:
    return replace(row, cells={k: v for k, v in row.cells.items() if k not in ("low", "mode", "high")})


def _ratios(rows: list[Row], problems: Problems) -> tuple[m.Figure, ...]:
    """The elicited rows of evidence.csv as Figures, so that each ratio has a range and opens its basis."""
    made = []
    for row in rows:
        cells = row.cells
        if cells["kind"] == "elicited":
            figure = {
                **cells,
                "quantity": "likelihood_ratio",
                "group": "",
            }  # a group of evidence shares weight, not luck
            made.append(_figure(replace(row, cells=figure), (cells["id"], cells["hypothesis"]), problems))
        elif cells["low"] or cells["mode"] or cells["high"]:
            problems.add(
                row.file, row.line, f"{cells['kind'][:40]} is computed by a model", "leave low, mode and high blank"
            )
    return tuple(f for f in made if f)


def _figure(row: Row, subject: tuple[str, ...], problems: Problems) -> m.Figure | None:
    cells, faults = row.cells, len(problems.found)

    def number(name: str) -> float | None:
        text = cells[name]
        value = plain_number(text)
        if text and value is None:
            problems.add(row.file, row.line, f"{name}: {text[:40]!r} is not a finite number", "write a plain number")
        return value

    low, mode, high = number("low"), number("mode"), number("high")
    date, quantity = None, quantities().get(cells["quantity"])
    if cells["date"]:
        try:
            date = day(cells["date"])
        except ValueError:
            problems.add(row.file, row.line, f"date: {cells['date'][:40]!r} is not a date", "write YYYY-MM-DD")
    if quantity is None:
        remedy = nearest(cells["quantity"], quantities(), "see `winset schema --quantities`")
        problems.add(row.file, row.line, f"unknown quantity {cells['quantity'][:40]!r}", remedy)
    elif row.file == "positions.csv" and quantity.name not in POSITION_QUANTITIES:
        what = f"{quantity.name} is no quantity of a position"
        problems.add(row.file, row.line, what, f"one of {', '.join(POSITION_QUANTITIES)}; others stand in figures.csv")
    elif "unit" in cells and cells["unit"] != quantity.unit:
        problems.add(row.file, row.line, f"wrong unit {cells['unit'][:40]!r}", f"{quantity.name} is in {quantity.unit}")
    try:
        basis = m.parse_basis(cells["basis"])
    except ValueError as error:
        problems.add(row.file, row.line, f"basis: {error}", "every Figure has a basis")
        return None
    if len(problems.found) > faults:
        return None
    name = "/".join(subject) + "." + cells["quantity"]
    return m.Figure(
        id=f"{name}@{date}" if date else name, subject=subject, quantity=cells["quantity"], basis=basis, date=date,
        low=low, mode=mode, high=high, distribution=cells.get("distribution", ""), at=cells.get("at", ""),
        group=cells["group"], note=cells["note"], where=(row.file, row.line),
    )  # fmt: skip
