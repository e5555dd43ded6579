"""One mistake, one complaint: which problems of a dossier are only what follows from another.

A check that depends on something which itself failed says nothing that helps: a table that cannot be read makes every
reference into it unknown; a misspelt definition makes every use of the right name unknown, and everything that the
wrong name would need missing. The rules, in order:

1. What is looked for in a file that could not be read whole, or in a row that has a problem of its own, is not missed.
2. Where an id stands twice, names of that kind that are unknown wait until it is mended: one of the two may be theirs.
3. A defined id that nothing uses, beside an unknown one that looks like it and is used more than once, is the mistake:
   one problem at the definition stands for all. Used once, the use is the mistake, and nothing is asked of the
   definition.
4. A row with a problem accounts for the one missing Figure that it most resembles.

Every problem dropped here comes back, if it was one of its own, once its cause is mended.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from winset.case import model as m
from winset.case.text import MOST_COMPARED, Document, Problems, Row
from winset.errors import Problem

LIKE = 0.6  # as alike as the names that difflib proposes by default
SLIPS = 100  # unknown names, or rows at fault: beyond so many nobody slipped, and what follows from what is not asked
HOMES = {
    "passage": ("passages.csv",),
    "event": ("events.csv",),
    "Figure": ("figures.csv", "positions.csv", "evidence.csv"),
    "series": ("series.yaml", "figures.csv", "positions.csv"),
    "subject": ("events.csv",),
    "criterion": ("criteria.yaml",),
    "channel": ("channels.csv",),
}
TABLES_OF_FIGURES = ("figures.csv", "positions.csv", "evidence.csv")
_UNKNOWN = re.compile(
    r"(?:\S+: )?unknown "
    r"(?P<noun>actor|issue|option|plan|passage|source|event|Figure|subject|series|criterion|channel|rival hypothesis)"
    r"(?: with hypotheses| of (?P<before>[\w-]+))? ['\"](?P<name>.*?)['\"](?: of (?P<scope>[\w-]+))?"
)
_TWICE = re.compile(r"the (?P<noun>\w+)(?: id)? '[^']*'.* stands twice")
_MISSING = re.compile(r"missing Figure (?P<key>\S+)")
_UNUSED = re.compile(r"the passage (?P<name>\S+) is not used")
_WORD = re.compile(r"[\w-]+")


class Unknown(NamedTuple):
    """A name that nothing in the case bears, as a problem tells of it. scope: the issue of an option."""

    noun: str
    scope: str
    name: str


class Place(NamedTuple):
    file: str
    line: int | None


def unknown_in(problem: Problem) -> Unknown | None:
    """The unknown name that a problem tells of, if it tells of one.

    >>> unknown_in(Problem("plans.yaml", 3, "unknown option 'none' of fleet"))
    Unknown(noun='option', scope='fleet', name='none')
    """
    found = _UNKNOWN.match(problem.what)
    if not found:
        return None
    noun, name = found["noun"], found["name"]
    kind, colon, rest = name.partition(":")
    if noun == "subject" and colon and kind in ("plan", "event"):  # `plan:ID` as the subject of a Figure
        noun, name = kind, rest
    return Unknown(noun, found["scope"] or found["before"] or "", name)


def causes(
    case: m.Case, documents: dict[str, Document], rows: dict[str, list[Row]], problems: Problems
) -> list[Problem]:
    """The problems without those that only follow from others."""
    told = list(dict.fromkeys(problems.found))
    vain = _faulty_rows(told, rows)
    found = [p for p in told if not _in_vain(p, problems, vain)]
    found = _without_twice(_once_a_cell(found))
    found = _definitions(case, documents, rows, found)
    found = _no_events(case, found)
    found = _figures(rows, found)
    return _rest(documents, rows, problems, found) or list(problems.found)  # never an error that names no problem


def _faulty_rows(found: list[Problem], rows: dict[str, list[Row]]) -> dict[tuple[str, str], set[tuple[str, int]]]:
    """The rows that have a problem, by file and id."""
    faulty = {(p.file, p.line) for p in found}
    made: defaultdict[tuple[str, str], set[tuple[str, int]]] = defaultdict(set)
    for row in (row for table in rows.values() for row in table if (row.file, row.line) in faulty):
        made[row.file, row.cells.get("id", "")].add((row.file, row.line))
    return made


def _in_vain(problem: Problem, problems: Problems, faulty: dict[tuple[str, str], set[tuple[str, int]]]) -> bool:
    """Whether something is missed in a file that could not be read whole, or in a row that has a problem."""
    name = unknown_in(problem)
    if _MISSING.match(problem.what):
        return bool(problems.broken & {"figures.csv", "positions.csv"})
    if name is None:
        return False
    homes = HOMES.get(name.noun, ())
    if problems.broken & set(homes):
        return True
    here = (problem.file, problem.line)
    return any(faulty.get((home, name.name), set()) - {here} for home in homes)


def _once_a_cell(found: list[Problem]) -> list[Problem]:
    """One problem for each cell: a row of evidence.csv is read both as an act and as a Figure."""
    first: dict[object, Problem] = {}
    for problem in found:
        field, colon, _ = problem.what.partition(": ")
        cell = colon and problem.file in TABLES_OF_FIGURES and _WORD.fullmatch(field)
        first.setdefault((problem.file, problem.line, field) if cell else problem, problem)
    return list(first.values())


def _without_twice(found: list[Problem]) -> list[Problem]:
    """Without unknown names of a kind of which an id stands twice."""
    twice = {match["noun"] for p in found if (match := _TWICE.match(p.what))}
    nouns = {{"row": "event", "hypothesis": "rival hypothesis"}.get(noun, noun) for noun in twice}
    return [p for p in found if (name := unknown_in(p)) is None or name.noun not in nouns]


def _defined(
    case: m.Case, documents: dict[str, Document], rows: dict[str, list[Row]]
) -> Iterator[tuple[str, str, str, Place]]:
    """(noun, scope, id, place) of everything that a case defines."""
    yaml = documents["case.yaml"]
    for i, actor in enumerate(case.actors):
        yield "actor", "", actor.id, Place("case.yaml", yaml.line(("actors", i)))
    for i, issue in enumerate(case.issues):
        yield "issue", "", issue.id, Place("case.yaml", yaml.line(("issues", i)))
        for j, option in enumerate(issue.options):
            yield "option", issue.id, option.id, Place("case.yaml", yaml.line(("issues", i, "options", j)))
    for i, told in enumerate(case.hypotheses):
        yield "rival hypothesis", told.actor, told.id, Place("case.yaml", yaml.line(("hypotheses", i)))
    for i, plan in enumerate(case.plans):
        yield "plan", "", plan.id, Place("plans.yaml", documents["plans.yaml"].line(("plans", i)))
    for i, source in enumerate(case.sources):
        yield "source", "", source.id, Place("sources.yaml", documents["sources.yaml"].line(("sources", i)))
    for noun, file in (("passage", "passages.csv"), ("event", "events.csv")):
        for row in rows[file]:
            yield noun, "", row.cells["id"], Place(file, row.line)


def _definitions(
    case: m.Case, documents: dict[str, Document], rows: dict[str, list[Row]], found: list[Problem]
) -> list[Problem]:
    """One problem for a misspelt definition in place of all that follows from it."""
    told: defaultdict[Unknown, list[Problem]] = defaultdict(list)
    for problem in found:
        if name := unknown_in(problem):
            told[name].append(problem)
    for name, uses in told.items():  # a subject may be an actor or an issue
        if name.noun in ("actor", "issue"):
            uses += told.get(Unknown("subject", "", name.name), [])
    mentions = Counter(words(documents, rows))
    idle: defaultdict[str, list[tuple[str, str, str, Place]]] = defaultdict(list)
    for defined in _defined(case, documents, rows):
        if mentions[defined[2]] <= 1:
            idle[defined[0]].append(defined)
    if len(told) > SLIPS or sum(len(idle[name.noun]) for name in told) > MOST_COMPARED:
        return found
    for name, uses in told.items():
        near = [
            d for d in idle[name.noun] if (not name.scope or d[1] == name.scope) and _alike(d[2], name.name) >= LIKE
        ]
        if not near:
            continue
        noun, _, wrong, place = max(near, key=lambda d: _alike(d[2], name.name))
        found = [p for p in found if p in uses or wrong not in _WORD.findall(p.what)]
        if len(uses) > 1:
            first = min(uses, key=lambda p: (p.file, p.line or 0))
            often = f"{len(uses)} times (first {first.file}:{first.line})"
            what = f"the {noun} {wrong!r} is used nowhere, while {name.name!r} is, {often}"
            found = [p for p in found if p not in uses]
            found.append(Problem(*place, what, f"did you mean {name.name!r} here?"))
    return found


def _no_events(case: m.Case, found: list[Problem]) -> list[Problem]:
    """One problem for a table of events that is not there, in place of one for each that refers to it."""
    asked = [p for p in found if (name := unknown_in(p)) and name.noun == "event"]
    if case.events or not asked:
        return found
    first = min(asked, key=lambda p: (p.file, p.line or 0))
    what = f"there are no events, while {first.file}:{first.line} and {len(asked) - 1} more refer to some"
    kept = [p for p in found if p not in asked]
    return [*kept, Problem("events.csv", None, what, "write the events, or take the references out")]


def _figures(rows: dict[str, list[Row]], found: list[Problem]) -> list[Problem]:
    """Without missing Figures, and unknown ones in patches, that rows with a problem account for: one Figure a row."""
    faulty = {(p.file, p.line) for p in found if not _MISSING.match(p.what)}
    kept = [
        p for p in found if not (_MISSING.match(p.what) and (p.file, p.line) in faulty and p.file in TABLES_OF_FIGURES)
    ]
    wanted: defaultdict[str, list[Problem]] = defaultdict(list)
    for problem in kept:
        name = unknown_in(problem)
        if match := _MISSING.match(problem.what):
            wanted[match["key"]].append(problem)
        elif name and name.noun in ("Figure", "series"):
            wanted[name.name.split("@")[0]].append(problem)
    at_fault = [r for file in TABLES_OF_FIGURES for r in rows[file] if (file, r.line) in faulty]
    for row in at_fault if len(at_fault) <= SLIPS else ():
        parts = _parts(row)
        near = [(score, key) for key in wanted if (score := _fit(parts, re.split(r"[/.]", key))) > 0]
        if near:
            gone = wanted.pop(max(near)[1])
            kept = [p for p in kept if p not in gone]
    return kept


def _parts(row: Row) -> list[str]:
    """Subject and quantity of a row that gives a Figure."""
    cells = row.cells
    if row.file == "evidence.csv":
        return [cells["id"], cells["hypothesis"], "likelihood_ratio"]
    subject = cells["subject"].split("/") if "subject" in cells else [cells["actor"], cells["issue"], cells["option"]]
    return [*filter(None, subject), cells["quantity"]]


def _fit(parts: list[str], key: list[str]) -> float:
    """How well a row fits the key of a Figure, 0 where more than one part is another or missing."""
    if len(parts) == len(key):
        wrong = sum(a != b for a, b in zip(parts, key))
        return _alike("/".join(parts), "/".join(key)) if wrong <= 1 else 0.0
    fewer, more = sorted((parts, key), key=len)
    return _alike("/".join(parts), "/".join(key)) if set(fewer) <= set(more) else 0.0


def _rest(
    documents: dict[str, Document], rows: dict[str, list[Row]], problems: Problems, found: list[Problem]
) -> list[Problem]:
    """Without what the last checks say of rows and passages that hang on a problem told already."""
    unknown = [name for p in found if (name := unknown_in(p))]
    lost = [name.name for name in unknown if name.noun == "passage"]
    others = [p for p in found if not _UNUSED.match(p.what)]
    used = set(words(documents, {f: r for f, r in rows.items() if f != "passages.csv"})) if others else set()
    at_fault = {(p.file, p.line) for p in found if unknown_in(p)}
    told_of = Counter(p.file for p in found)

    def follows(problem: Problem) -> bool:
        if match := _UNUSED.match(problem.what):
            slips = lost if len(lost) <= SLIPS else ()
            return (
                bool(problems.broken) or match["name"] in used or any(_alike(match["name"], x) >= LIKE for x in slips)
            )
        if problem.what == "no deadline named":
            return (
                "events.csv" in problems.broken or told_of["events.csv"] > 0 or (problem.file, problem.line) in at_fault
            )
        if " has no ratio for " in problem.what:
            return "evidence.csv" in problems.broken or told_of["evidence.csv"] > 1
        return False

    return [p for p in found if not follows(p)]


def words(documents: dict[str, Document], rows: dict[str, list[Row]]) -> Iterator[str]:
    """Every word in the cells and values of a case, keys of mappings included."""
    for document in documents.values():
        for text in _texts(document.data):
            yield from _WORD.findall(text)
    for table in rows.values():
        for row in table:
            for cell in row.cells.values():
                yield from _WORD.findall(cell)


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif value is not None:
        yield str(value)


def _alike(one: str, other: str) -> float:
    """How alike two names are, from 0 to 1."""
    return difflib.SequenceMatcher(None, one, other).ratio()
