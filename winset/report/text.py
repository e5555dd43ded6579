"""The answer for a terminal: the verdict in plain sentences, then tables as far as one screen holds them.

Blocks are taken in the order of the results' own sections while they fit; the full report has the rest.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from winset.report import words
from winset.report.report import Report
from winset.report.tables import is_wide, pivot
from winset.result import Chart, Column, Result, Table, plain

GAP = 2  # blanks between columns
LEAST = 4  # lines a table needs to say anything: title, head, one row, one line on what is left out


def as_text(report: Report, *, width: int = 100, height: int = 40, where: str = "") -> str:
    """The answer as plain text, without colours."""
    out = io.StringIO()
    console = Console(
        file=out, width=width, height=height, color_system=None, force_terminal=False, legacy_windows=False
    )
    print_to(report, console, where=where)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def print_to(report: Report, console: Console, *, where: str = "") -> None:
    """Print the verdict, then what fits into the height of the console, then where the full report is."""
    last = Text(words.clean(f"Full report: {where}"), style="bold") if where else None
    verdict = _verdict(report, console)
    room = console.height - 1 - _lines(console, verdict) - (2 if last else 0)
    console.print(verdict)
    for table in _tables(report, console.width):
        rows = len(table.rows)
        while rows > 0 and _lines(console, made := _grid(table, rows, console.width)) > room:
            rows -= 1
        if rows == 0 or room < LEAST:
            break
        console.print(made)
        room -= _lines(console, made)
    if last:
        console.print()
        console.print(last, soft_wrap=True)


def _lines(console: Console, what: RenderableType) -> int:
    return len(console.render_lines(what, pad=False))


def _verdict(report: Report, console: Console) -> RenderableType:
    """The answers, cut to half the screen: first the later sentences of each go, then the later questions."""
    sentences, questions = max((len(result.answer) for result in report.results), default=0), len(report.results)
    while True:
        made = Group(*_sentences(report, sentences, questions))
        if max(sentences, questions) <= 1 or _lines(console, made) <= console.height // 2:
            return made
        sentences, questions = (sentences - 1, questions) if sentences > 1 else (sentences, questions - 1)


def _sentences(report: Report, sentences: int, questions: int) -> Iterator[RenderableType]:
    """At most so many sentences to each of the first questions; the first question gets one sentence more."""
    yield Text(words.clean(f"{report.case.title}, as known on {words.day(report.case.as_of)}"), style="dim")
    if report.warnings:
        count = f"{len(report.warnings)} thing{'s' if len(report.warnings) > 1 else ''}"
        first = report.warnings[0].what.split(" is dated ")[0]
        yield Text(words.clean(f"Dated after the case's own date, {count}: first, {first}."), style="yellow")
    moved = [f"{name} {row['value']}" for name, row in sorted(report.settings.get("model", {}).items()) if row["set"]]
    if moved:
        yield Text(words.clean(f"Not with the usual numbers of the model: {', '.join(moved)}."), style="yellow")
    for place, result in enumerate(report.results[:questions]):
        if len(report.results) > 1:
            yield Text(words.clean(result.question), style="italic")
        for i, sentence in enumerate(result.answer[: sentences + (place == 0)]):
            yield Text(words.clean(sentence), style="bold" if i == 0 else "")
    if questions < len(report.results):
        yield Text(f"… and {len(report.results) - questions} more questions in the full report", style="dim")


def _tables(report: Report, width: int) -> Iterator[Table]:
    """The first table of every section, in order; with several results only of the first two sections of each."""
    for result in report.results:
        for section in result.sections[: 2 if len(report.results) > 1 else None]:
            if (table := _first(result, section.show)) and table.rows:
                yield _narrowed(table, width)


def _first(result: Result, keys: tuple[str, ...]) -> Table | None:
    charts: dict[str, Chart] = {c.key: c for c in result.charts}
    for key in keys:
        chart = charts.get(key)
        for table in result.tables:
            if table.key == (chart.table if chart else key):
                long = chart and chart.kind == "matrix" and not is_wide(chart)
                return pivot(chart, table) if chart and long else table
    return None


def _narrowed(table: Table, width: int) -> Table:
    """The table without its last columns as far as they do not fit the width."""
    room, keep = width, 0
    for column, cells in zip(table.columns, zip(*table.rows)):
        room -= _need(column, cells) + GAP
        if room < -GAP and keep >= 2:
            break
        keep += 1
    return replace(table, columns=table.columns[:keep], rows=tuple(row[:keep] for row in table.rows))


def _need(column: Column, cells: Sequence[Any]) -> int:
    """The width a column needs: its head in about three lines, its longest cell up to 28 characters."""
    longest = max(len(text) for text in words.cells([plain(c) for c in cells], column.kind, column.unit))
    head = max(max(len(word) for word in column.label.split() or [""]), -(-len(column.label) // 3))
    return max(head, min(longest, 28))


def _grid(table: Table, rows: int, width: int) -> RenderableType:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, GAP - 1, 0, 0))
    columns = list(zip(*table.rows))
    spare = width - sum(_need(c, cells) + GAP for c, cells in zip(table.columns, columns))
    texts = []
    for column, cells in zip(table.columns, columns):
        texts.append(words.cells([plain(c) for c in cells], column.kind, column.unit))
        need, longest = _need(column, cells), max(map(len, texts[-1]))
        more = max(0, min(spare, longest - need))
        spare -= more
        right = column.kind in ("share", "number")
        grid.add_column(
            Text(words.clean(column.label)), justify="right" if right else "left", width=need + more, overflow="fold"
        )
    for i in range(rows):
        line = [_cell(text[i], plain(cell), column) for text, cell, column in zip(texts, table.rows[i], table.columns)]
        if i and texts[0][i] == texts[0][i - 1]:
            line[0] = Text("")  # as in the row above
        grid.add_row(*line)
    parts: list[RenderableType] = [Text(words.clean(table.title), style="bold"), grid]
    if rows < len(table.rows):
        parts.append(Text(f"… and {len(table.rows) - rows} more rows in the full report", style="dim"))
    return Padding(Group(*parts), (1, 0, 0, 0))


def _cell(text: str, value: object, column: Column) -> Text:
    strong = column.kind == "share" and isinstance(value, int | float) and value >= 0.5
    return Text(text, style="bold" if strong else "")
