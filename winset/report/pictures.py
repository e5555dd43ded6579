"""Charts as the page shows them: drawn in two widths, or in one where several stand side by side, with a sentence and
the table behind them. A matrix is not drawn: it is its shaded table, in which every number opens its basis."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from winset.report import charts
from winset.report.grids import Grid
from winset.report.narrate import picture_says
from winset.report.tables import is_wide, pivot
from winset.result import Chart, Result, Table, plain

WIDE, NARROW, TALL = 680, 350, 330  # pixels
NARROW_ENOUGH = ("bars", "fan", "ladder")  # kinds that lose nothing in the width of a phone
HEIGHT = re.compile(r'<svg[^>]*? height="([\d.]+)"')
# no answer: labels of bars, or rows of a matrix, in a picture that stands open; and bars of a small one
FEW, SMALL = 6, 12


@dataclass(frozen=True)
class Picture:
    """A chart to show: its sentence, its drawings by width (of a matrix its shaded table), and the table behind it, or
    the part of the page that has the table."""

    chart: Chart
    said: str
    table: Table | None
    drawings: tuple[tuple[str, Markup], ...] = ()
    grid: Grid | None = None
    where: str = ""
    link: str = "The table behind it"

    @property
    def tall(self) -> bool:
        """Whether it would take more than a third of a screen if it stood open: tall drawings, and shaded tables."""
        if self.grid is not None:
            return len(self.grid.table.rows) > FEW // 2
        heights = [float(found[1]) for _, svg in self.drawings if (found := HEIGHT.search(svg))]
        return max(heights, default=0.0) > TALL


def picture(lens: str, chart: Chart, table: Table, with_table: bool = True, small: bool = False) -> Picture:
    """A chart with all its rows, or as many as are drawn of it. small: to stand beside others."""
    said = picture_says(chart, table)
    shown = charts.drawn(chart, table)
    chart = _counted(chart, len(shown.rows), len(table.rows))
    if chart.kind == "matrix":
        return Picture(chart=chart, said=said, table=None, grid=Grid(pivot(chart, table), True))
    one = small or chart.kind in NARROW_ENOUGH
    sizes = (("only", NARROW),) if one else (("wide", WIDE), ("narrow", NARROW))
    drawings = tuple((name, Markup(charts.to_svg(chart, shown, width, lens, said))) for name, width in sizes)
    return Picture(chart=chart, said=said, table=table if with_table else None, drawings=drawings)


def at_a_glance(result: Result, chart: Chart, small: bool = False) -> Picture:
    """A chart as it stands open in its chapter: of many rows those that say most, and how many there are."""
    table = result.table(chart.table)
    said = picture_says(chart, table)
    where = next((f"{result.lens}-{s.key}" for s in result.sections if chart.table in s.show), "")
    behind = None if where else table
    if chart.kind == "matrix":
        grid = pivot(chart, table)
        few = replace(grid, rows=_fullest(grid), note="")
        seen = _counted(chart, len(few.rows), len(grid.rows))
        return Picture(chart=seen, said=said, table=behind, grid=Grid(few, True), where=where)
    few = _first_bars(chart, table, SMALL if small else 2 * SMALL)
    made = picture(result.lens, chart, few, small=small)
    return replace(made, chart=_counted(chart, len(few.rows), len(table.rows)), said=said, table=behind, where=where)


def in_brief(lens: str, chart: Chart, table: Table) -> Picture:
    """A chart as it stands in the brief: small, without its table, and with a way to the chapter that has it."""
    few = _first_bars(chart, table, SMALL)
    made = picture(f"brief-{lens}", chart, few, with_table=False, small=True)
    where = "case-basis" if lens == "case" else lens
    seen = _counted(replace(chart, caption=""), len(few.rows), len(table.rows))
    return replace(made, chart=seen, where=where, link="More in the chapter")


def _counted(chart: Chart, shown: int, rows: int) -> Chart:
    """A chart whose caption says that only some of its rows are drawn."""
    return chart if shown == rows else replace(chart, caption=f"{chart.caption} Shown: {shown} of {rows} rows.".strip())


def _fullest(grid: Table) -> tuple[tuple[Any, ...], ...]:
    """The rows of a matrix with the largest sums, in their order."""

    def size(row: tuple[Any, ...]) -> float:
        numbers = [plain(cell) for cell in row[1:]]
        return sum(abs(n) for n in numbers if isinstance(n, int | float) and math.isfinite(n))

    best = sorted(range(len(grid.rows)), key=lambda i: -size(grid.rows[i]))[:FEW]
    return tuple(grid.rows[i] for i in sorted(best))


def _first_bars(chart: Chart, table: Table, most: int) -> Table:
    """The rows of the first few labels of bars, `most` bars at most; of other kinds all."""
    if chart.kind != "bars" or chart.roles["y"] not in [c.key for c in table.columns]:
        return table
    labels = list(map(str, table.column(chart.roles["y"])))
    first = list(dict.fromkeys(labels))[:FEW]
    while len(first) > 1 and sum(label in first for label in labels) > most:
        first.pop()
    return replace(table, rows=tuple(row for row, label in zip(table.rows, labels) if label in first))


def pictured(result: Result) -> list[Chart]:
    """The charts of a result that have their table, the main one first."""
    tables = {t.key for t in result.tables}
    held = [c for c in result.charts if c.table in tables]
    return sorted(held, key=lambda c: c.key != result.picture)


def shows_table(chart: Chart, shown: tuple[str, ...]) -> bool:
    """Whether a section already shows the table of a chart."""
    return is_wide(chart) and chart.table in shown
