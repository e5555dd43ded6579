"""What numbers rest on: a number links to its Figure, passage, source, plan or event, or to a numbered list of them.

A list may hold hundreds. It opens first the few that say most about this number, then the rest in groups of one actor
and one quantity. First come Figures that a lens has ranked by what they change (its tables of which the first column
is `figure`), then those that stand in the fewest lists: what every number rests on tells little of any one. Groups
stand in the page once, however many lists hold them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from markupsafe import Markup, escape

from winset.case.model import Basis, Case, Figure
from winset.report import words
from winset.report.report import Report
from winset.result import Cited, Result, plain

# no answer: entries of a list that are shown before its groups, and those that make a group of one quantity
FIRST, LEAST = 2, 3
DIGEST = re.compile("(sha256 [0-9a-f]{12})[0-9a-f]{52}")
KINDS = {"src": "sources", "plan": "plans", "ev": "events", "pass": "passages"}


@dataclass(frozen=True)
class Group:
    """Entries of a list that are of one actor (or issue, or plan) and one quantity, or of one kind."""

    number: int
    name: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Rests:
    """A numbered list: what to open first, then the groups of the rest."""

    number: int
    size: int
    first: tuple[str, ...]
    groups: tuple[Group, ...]


@dataclass
class Basics:
    """Links from numbers to what they rest on; lists and groups get a number when first met."""

    case: Case
    figures: dict[str, Figure]
    anchors: dict[str, str]
    ranked: dict[str, int]
    shared: Counter[str]
    notes: dict[tuple[str, ...], int] = field(default_factory=dict)
    _places: dict[tuple[str, ...], Markup] = field(default_factory=dict)
    _groups: dict[tuple[str, tuple[str, ...]], Group] = field(default_factory=dict)

    def link(self, text: str, ids: tuple[str, ...], what: str = "") -> Markup:
        """`text` as a link to its basis, or plain where there is none."""
        href = self._place(ids)
        if not href:
            return escape(text)
        said = f"{escape(text)}"
        label = f' aria-label="{said}. {escape(what)}: what this rests on"' if what else ""
        return Markup(f'<a href="{href}"{label}>{said}</a>')

    def _place(self, ids: tuple[str, ...]) -> Markup:
        """Where the basis of a number stands: an entry, or a list that is numbered when first met."""
        if ids not in self._places:
            known = tuple(i for i in ids if i in self.anchors)
            number = self.notes.setdefault(known, len(self.notes) + 1) if known else 0
            self._places[ids] = escape(self.href(known[0]) if len(known) == 1 else f"#set-{number}" if known else "")
        return self._places[ids]

    def href(self, entry: str) -> str:
        """Where an entry stands in the page."""
        return "#" + quote(self.anchors[entry], safe="/@.:-_")

    def parts(self, basis: Basis) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """(kind in words, text, passages) of each part of a basis."""
        for kind, text in basis.parts:
            known = tuple(p for p in text.split() if p in self.case.passage) if kind == "passages" else ()
            yield words.BASIS_WORDS[kind], "" if known else words.clean(DIGEST.sub(r"\1…", text)), known

    @cached_property
    def lists(self) -> list[Rests]:
        """Every list and single entry that a number of the page rests on, in order. Read it when all links are made."""
        return [self._rests(number, ids) for ids, number in self.notes.items()]

    @cached_property
    def groups(self) -> list[Group]:
        """The groups of all lists, each once. Their numbers are those of `lists`, which are made first."""
        _ = self.lists
        return list(self._groups.values())

    def _rests(self, number: int, ids: tuple[str, ...]) -> Rests:
        last = len(self.ranked)
        order = sorted(ids, key=lambda i: (self.ranked.get(i, last), self.shared[i], i))
        rest: dict[tuple[str, str], list[str]] = {}
        for i in sorted(order[FIRST:]):
            rest.setdefault(self._head(i), []).append(i)
        held: dict[str, list[str]] = {}
        for (whose, quantity), entries in rest.items():
            what = quantity if len(entries) >= LEAST else "other"
            held.setdefault(f"{whose}: {what}" if whose else quantity, []).extend(entries)
        groups = [self._group(name, tuple(held[name])) for name in sorted(held)]
        return Rests(number=number, size=len(ids), first=tuple(order[:FIRST]), groups=tuple(groups))

    def _group(self, name: str, ids: tuple[str, ...]) -> Group:
        key = (name, ids)
        return self._groups.setdefault(key, Group(number=len(self._groups) + 1, name=name, ids=ids))

    def _head(self, entry: str) -> tuple[str, str]:
        """(whose, what) of an entry: an actor's quantity, one of issues, options or plans, or a kind of entry."""
        figure = self.figures.get(entry)
        if figure is None:
            return "", KINDS[self.anchors[entry].split("-", 1)[0]].capitalize()
        first = figure.subject[0]
        whose = words.name(self.case, first) if first in self.case.actor else "Issues, options and plans"
        return whose, figure.quantity.replace("_", " ")

    def short(self, entry: str) -> str:
        """An entry in a group: the number of a Figure, else where the entry stands."""
        return self.anchors[entry].removeprefix("f") if entry in self.figures else self.anchors[entry]

    def told(self, entry: str) -> str:
        """An entry in a few words: a Figure by what it is about, another by its id."""
        figure = self.figures.get(entry)
        return entry if figure is None else words.figure_name(self.case, figure)


def basics_of(report: Report) -> Basics:
    """The links of a report, with what each lens has ranked and how widely each entry is shared."""
    case = report.case
    anchors = {s.id: f"src-{s.id}" for s in case.sources}
    anchors |= {p.id: f"plan-{p.id}" for p in case.plans}
    anchors |= {e.id: f"ev-{e.id}" for e in case.events}
    anchors |= {p.id: f"pass-{p.id}" for p in case.passages}
    anchors |= {
        f.id: f"f{i}" for i, f in enumerate(report.figures, 1)
    }  # short: they stand in the page thousands of times
    distinct = dict.fromkeys(basis for result in report.results for basis in bases(result))
    shared = Counter(i for basis in distinct for i in basis)
    return Basics(
        case=case,
        figures={f.id: f for f in report.figures},
        anchors=anchors,
        ranked=_ranked(report.results),
        shared=shared,
    )


def bases(result: Result) -> Iterator[tuple[str, ...]]:
    """What every number of a result rests on."""
    for finding in result.findings:
        yield tuple(finding.basis)
    for table in result.tables:
        yield from (tuple(cell.basis) for row in table.rows for cell in row if isinstance(cell, Cited))


def _ranked(results: Sequence[Result]) -> dict[str, int]:
    """Places of the Figures that some lens has put in order of what they change."""
    tables = [t for r in results for t in r.tables if t.columns and t.columns[0].key == "figure"]
    ids: Iterable[str] = (
        i
        for t in tables
        for row in t.rows
        for cell in row
        if isinstance(cell, Cited) and plain(cell)
        for i in cell.basis
    )
    return {i: place for place, i in enumerate(dict.fromkeys(ids))}
