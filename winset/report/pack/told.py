"""What the papers are made from: the report, and ways to find in it what a lens said."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from winset.case import model as m
from winset.report import words
from winset.report.report import Report
from winset.result import Cited, Finding, Result, headed, plain


@dataclass(frozen=True)
class Row:
    """A row of a lens's table: its cells by the key of their column, and the ids of the case that they rest on."""

    cells: dict[str, Any]

    def __getitem__(self, key: str) -> Any:
        return plain(self.cells.get(key))

    def number(self, key: str) -> float | None:
        """A cell that is a number; None for an empty one or a word."""
        value = self[key]
        value = value.item() if hasattr(value, "item") else value
        held = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        return float(value) if held else None

    def basis(self, *keys: str) -> tuple[str, ...]:
        cells = [self.cells.get(key) for key in keys]
        return tuple(dict.fromkeys(i for c in cells if isinstance(c, Cited) for i in c.basis))


@dataclass(frozen=True)
class Told:
    """A report, and what is in it."""

    report: Report

    @property
    def case(self) -> m.Case:
        return self.report.case

    @cached_property
    def plans(self) -> tuple[m.Plan, ...]:
        """The plans on the table, in the order of the case, which is that of every table by plan."""
        return tuple(p for p in self.case.plans if p.kind == "plan")

    @cached_property
    def parties(self) -> tuple[m.Actor, ...]:
        """Those who must sign, in the order of every table by party."""
        return tuple(sorted(self.case.signatories, key=lambda a: a.id))

    @cached_property
    def _by_key(self) -> dict[str, m.Figure]:
        return {f.key: f for f in self.case.figures}

    def figure(self, *subject_quantity: str) -> m.Figure | None:
        """The Figure in force for a subject and quantity."""
        *subject, quantity = subject_quantity
        return self._by_key.get(f"{'/'.join(subject)}.{quantity}")

    def result(self, lens: str) -> Result | None:
        return next((r for r in self.report.results if r.lens == lens), None)

    def silent(self, lens: str) -> str:
        """Why a lens has nothing to say here; an empty text where it answers."""
        found = self.result(lens)
        if found is None:
            return f"The lens “{lens}” was not asked, so what it would say is left out."
        if not found.findings and not found.tables:
            return " ".join(found.answer)
        return ""

    def finding(self, lens: str, key: str) -> Finding | None:
        found = self.result(lens)
        return next((f for f in found.findings if f.key == key), None) if found else None

    def value(self, lens: str, key: str) -> float | None:
        found = self.finding(lens, key)
        return float(found.value) if found and isinstance(found.value, int | float) else None

    def rows(self, lens: str, key: str) -> list[Row]:
        """The rows of a table of a lens; none where it has no such table."""
        found = self.result(lens)
        table = next((t for t in found.tables if t.key == key), None) if found else None
        return [Row(dict(zip((c.key for c in table.columns), row))) for row in table.rows] if table else []

    def by_plan(self, key: str) -> dict[str, Row]:
        """The rows of a settlement table that has one a plan, by plan."""
        rows = self.rows("settlement", key)
        return dict(zip((p.id for p in self.plans), rows)) if len(rows) == len(self.plans) else {}

    def by_party(self, key: str) -> dict[tuple[str, str], Row]:
        """The rows of a settlement table that has one a plan and party, by both."""
        pairs = [(p.id, a.id) for p in self.plans for a in self.parties]
        rows = self.rows("settlement", key)
        return dict(zip(pairs, rows)) if len(rows) == len(pairs) else {}

    def option(self, issue: m.Issue, option: str) -> str:
        return "left to later talks" if option == m.DEFERRED else words.clean(issue.option(option).label)

    def name(self, actor: str) -> str:
        """The name of an actor as a heading; an id that is no actor as it stands."""
        return headed(words.clean(self.case.actor[actor].name)) if actor in self.case.actor else actor

    def nearest(self) -> list[m.Plan]:
        """The plans, the one that comes closest to passing first; where nothing is told of them the newest first."""

        def odds(plan: m.Plan) -> tuple[float, float, float]:
            passes = self.finding("settlement", f"passes.{plan.id}")
            if passes is None or not isinstance(passes.value, int | float):
                return -1.0, -1.0, -1.0
            return float(passes.value), self.value("settlement", f"all_sign.{plan.id}") or 0.0, passes.high or 0.0

        newest = sorted(self.plans, key=lambda p: (p.known.toordinal() if p.known else 0, p.id), reverse=True)
        return sorted(newest, key=odds, reverse=True)

    def kicker(self) -> str:
        return f"{words.clean(self.case.title)}. As known on {words.day(self.case.as_of)}."

    def footer(self) -> str:
        """What a reader needs to make the same again; it stands on every page and in every picture."""
        held = self.report.settings
        versions = held.get("versions") or {}
        return " · ".join(
            (
                words.clean(self.case.title),
                f"as known on {words.day(self.case.as_of)}",
                f"seed {held.get('seed', '–')}, {held.get('draws', '–')} draws",
                f"winset {versions.get('winset', '')}".strip(),
                f"digest {self.case.digest[:12]}",
            )
        )


def found(lens: str, *keys: str) -> tuple[str, ...]:
    """Ids of findings of a lens, to cite."""
    return tuple(f"found:{lens}:{key}" for key in keys)


def table(lens: str, *keys: str) -> tuple[str, ...]:
    """Ids of tables of a lens, to cite."""
    return tuple(f"table:{lens}:{key}" for key in keys)


def groups(rows: Sequence[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    """Names by what is said of them, in the order in which it is first said.

    >>> list(groups([("A", "signs"), ("B", "refuses"), ("C", "signs")]))
    [('signs', ['A', 'C']), ('refuses', ['B'])]
    """
    held: dict[str, list[str]] = {}
    for name, said in rows:
        held.setdefault(said, []).append(name)
    yield from held.items()
