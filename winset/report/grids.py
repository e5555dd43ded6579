"""Tables as HTML: their cells with links, which cells span rows, and their shading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from winset.case.model import parse_basis
from winset.report import words
from winset.report.basics import Basics
from winset.report.tables import PAGE, PHONE, below, heat_levels, in_words, widths
from winset.result import Cited, Column, Table, plain

MANY = 10  # columns of a shaded table beyond which its heads stand upright


@dataclass(frozen=True)
class Grid:
    """A table to show, and whether it is shaded."""

    table: Table
    heat: bool = False
    caption: str = ""


@dataclass(frozen=True)
class Laid:
    """A table as HTML: its cells row by row, the class of each and how many rows it spans, the classes of the table,
    and the places of the columns that stand below their row."""

    table: Table
    cells: list[list[Markup]]
    classes: list[list[str]]
    spans: list[list[int]]
    shape: str
    under: list[int]


def lay(basics: Basics, grid: Grid) -> Laid:
    """Lay a table out: words linked to what they rest on, as wide as they are."""
    table = grid.table
    told = in_words(table)
    wide = widths(table, told)
    low = below(table, wide)
    return Laid(
        table=table,
        cells=_cells(basics, table, told),
        classes=_levels(grid),
        spans=[[1] * len(table.columns) for _ in table.rows] if low else spans(table),
        shape=_shape(grid, sum(wide), sum(w for i, w in enumerate(wide) if i not in low)),
        under=[] if grid.heat else low,
    )


def _cells(basics: Basics, table: Table, told: list[list[str]]) -> list[list[Markup]]:
    columns = [
        [_cell(basics, text, cell, column) for text, cell in zip(texts, held)]
        for column, texts, held in zip(table.columns, told, zip(*table.rows))
    ]
    return [list(row) for row in zip(*columns)]


def _cell(basics: Basics, text: str, cell: Any, column: Column) -> Markup:
    if isinstance(cell, Cited):
        return basics.link(text, tuple(cell.basis))
    return _basis_cell(basics, text) if column.key.endswith("basis") and text else escape(text)


def _basis_cell(basics: Basics, text: str) -> Markup:
    """A basis written in a cell: passages become a link, the rest stays words."""
    try:
        parts = list(basics.parts(parse_basis(text)))
    except ValueError:
        return escape(words.clean(text))
    links = [basics.link(f"{kind}: {' '.join(ids)}" if ids else f"{kind}: {said}", ids) for kind, said, ids in parts]
    # one element: on a phone a cell is a grid of its label and one thing
    return Markup("<span>{}</span>").format(Markup("; ").join(links)) if len(links) > 1 else links[0]


def _shape(grid: Grid, whole: int, beside: int) -> str:
    """The classes of a table: shaded (and with many columns), a list on a phone, in smaller type. whole, beside: the
    width of all columns, and of those that do not stand below their row."""
    if grid.heat:
        return "heat many" if len(grid.table.columns) > MANY else "heat"
    return " ".join(["stack"] * (whole > PHONE) + ["dense"] * (beside > PAGE))


def spans(table: Table) -> list[list[int]]:
    """How many rows each cell spans: equal neighbours in the leading text columns are one cell, the others 0."""
    rows = [[str(plain(c)) for c in row] for row in table.rows]
    out = [[1] * len(row) for row in rows]
    deep = next((i for i, c in enumerate(table.columns) if c.kind != "text" or i == len(table.columns) - 1), 0)
    for depth in range(deep):
        start = 0
        for i in range(1, len(rows) + 1):
            if i == len(rows) or rows[i][: depth + 1] != rows[start][: depth + 1]:
                out[start][depth] = i - start
                for later in range(start + 1, i):
                    out[later][depth] = 0
                start = i
    return out


def _levels(grid: Grid) -> list[list[str]]:
    """The class of every cell: its kind, and in a shaded table its heat or kind of basis."""
    kinds = [c.kind for c in grid.table.columns]
    heat = {}
    for kind in ("share", "number") if grid.heat else ():
        flat = [plain(cell) for row in grid.table.rows for cell, k in zip(row, kinds) if k == kind]
        heat[kind] = iter(heat_levels(flat, kind == "share"))

    def name(cell: Any, kind: str) -> str:
        level = next(heat[kind]) if kind in heat else None
        if level is not None:
            return f"{kind} h{level}"
        said = grid.heat and cell in words.BASIS_WORDS.values()
        return f"{kind} b-{cell.replace(' ', '-')}" if said else kind

    return [[name(plain(cell), kind) for cell, kind in zip(row, kinds)] for row in grid.table.rows]
