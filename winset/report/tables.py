"""Shapes of tables: a matrix long (as charts draw it) or wide (as people read it), and how wide a table is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from winset.report import words
from winset.result import Chart, Column, Table, plain

LETTER, PAGE, PHONE = 6.5, 960, 365  # pixels: a letter of a table, and the room for one
LONGEST = 20  # no answer: rows of a table in the page
LONG = 30  # letters of a cell that may stand below its row
LEAST = {"text": 104, "date": 95}  # pixels of a column by kind, as in the page's style; 64 for numbers


def is_wide(chart: Chart) -> bool:
    """Whether a chart is a matrix over all columns of a kind of its table (`x: "*share"`; `"*"` for all columns)."""
    return chart.kind == "matrix" and chart.roles.get("x", "").startswith("*")


def melt(chart: Chart, table: Table) -> tuple[Chart, Table]:
    """A wide matrix as the same matrix over a long table; other charts as they are."""
    if not is_wide(chart):
        return chart, table
    kind, at = chart.roles["x"][1:], [c.key for c in table.columns].index(chart.roles["y"])
    across = [(i, c) for i, c in enumerate(table.columns) if i != at and kind in ("", c.kind)]
    rows = tuple((row[at], c.label, row[i]) for row in table.rows for i, c in across)
    first = across[0][1] if across else Column("value", "")
    columns = (table.columns[at], Column("x", ""), Column("value", "", first.kind, first.unit))
    roles = {"y": table.columns[at].key, "x": "x", "value": "value"}
    return replace(chart, roles=roles), replace(table, columns=columns, rows=rows)


def pivot(chart: Chart, table: Table) -> Table:
    """The table of a matrix: a row per y, a column per x, the (cited) value in the cell, blank where there is none."""
    chart, table = melt(chart, table)
    at = {column.key: i for i, column in enumerate(table.columns)}
    x, y, value = (at[chart.roles[role]] for role in ("x", "y", "value"))
    held = {(str(plain(row[y])), str(plain(row[x]))): row[value] for row in table.rows}
    across, down = dict.fromkeys(key[1] for key in held), dict.fromkeys(key[0] for key in held)
    kind = table.columns[value]
    columns = (table.columns[y], *(Column(f"x{i}", label, kind.kind, kind.unit) for i, label in enumerate(across)))
    rows = tuple((name, *(held.get((name, label), "") for label in across)) for name in down)
    return Table(table.key, chart.title, columns, rows, table.note)


def cut(table: Table) -> Table:
    """At most so many rows as a page bears; the note says where the others are."""
    left = len(table.rows) - LONGEST
    if left <= 0:
        return table
    note = f"{table.note} The first {LONGEST} rows; the other {left:,} stand in result.json.".strip()
    return replace(table, rows=table.rows[:LONGEST], note=note)


def in_words(table: Table) -> list[list[str]]:
    """The cells of each column in words."""
    columns = zip(table.columns, zip(*table.rows))
    return [words.cells([plain(c) for c in cells], column.kind, column.unit) for column, cells in columns]


def widths(table: Table, told: Sequence[Sequence[str]]) -> list[int]:
    """About how narrow each column can be, in pixels: the longest word of its head or of its cells (`told`), and some
    room."""
    found = []
    for column, texts in zip(table.columns, told):
        head = max((len(word) for word in column.label.split()), default=0)
        longest = max(map(len, texts))
        body = {"text": min(longest, 24), "date": 13}.get(column.kind, longest)
        found.append(max(LEAST.get(column.kind, 64), int(LETTER * max(head, body)) + 20))
    return found


def below(table: Table, wide: Sequence[int]) -> list[int]:
    """Places of the columns that stand below their row, from the right, so that the others have room beside each other.

    The text columns that a table begins with say what a row is, and stay; of a table of text alone the first three.
    """
    left, moved = sum(wide), []
    first = next((i for i, c in enumerate(table.columns) if c.kind != "text"), 2)
    for at in reversed(range(first + 1, len(wide))):
        if left <= PAGE or table.columns[at].kind != "text":
            continue
        if max(len(str(plain(row[at]))) for row in table.rows) > LONG:
            left -= wide[at]
            moved.append(at)
    return sorted(moved)


def heat_levels(values: Sequence[Any], share: bool) -> list[int | None]:
    """A level from 0 to 6 for each number (of the whole range 0 to 1 for shares, else between least and greatest)."""
    numbers = [v for v in values if isinstance(v, int | float) and math.isfinite(v)]
    low, high = (0.0, 1.0) if share or not numbers else (min(numbers), max(numbers))
    size = high - low or 1.0
    return [
        min(6, max(0, int(7 * (v - low) / size))) if isinstance(v, int | float) and math.isfinite(v) else None
        for v in values
    ]
