"""The brief for a terminal: whole where there is none, and on one at most two screens of it; the report has the
rest."""

from __future__ import annotations

import io
from collections.abc import Iterator

from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from winset.report import words
from winset.report.brief import WORDS, Brief, Section, brief, said_as
from winset.report.report import Report
from winset.result import Table, plain
from winset.spoken import percent

SCREENS, WIDEST, NAME = (
    2,
    100,
    16,
)  # no answer: what a terminal shows, the longest line that reads well, the least of a name


def as_text(report: Report, *, width: int = 100, height: int = 0, where: str = "") -> str:
    """The brief as plain text without colours; of at most two screens of `height` lines, where one is given."""
    out = io.StringIO()
    console = Console(
        file=out, width=width, height=height or 10_000, color_system=None, force_terminal=False, legacy_windows=False
    )
    print_to(report, console, where=where, lines=SCREENS * height)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def print_to(report: Report, console: Console, *, where: str = "", lines: int | None = None) -> None:
    """Print the brief, then where the full report is; on a terminal, or within `lines` if given (0: whole), as far as
    it fits."""
    if lines is None:
        lines = SCREENS * (console.height - 1) if console.is_terminal else 0
    last = Text(words.clean(f"Full report: {where}"), style="bold") if where else None
    room, before = WORDS, _before(report)
    while True:
        made = Group(*before, *_blocks(brief(report, room), console.width))
        high = len(console.render_lines(made, pad=False)) + (3 if last else 0)
        if not lines or room < WORDS // 24 or high <= lines:
            break
        room -= WORDS // 24  # fewer words until it fits: the brief itself knows what goes first
    console.print(made)
    if last:
        console.print(Text())
        console.print(last, soft_wrap=True)  # a path stays in one line, to be copied


def _before(report: Report) -> list[RenderableType]:
    """What a reader must know before the answer: that the case runs ahead of its date, or that the model was
    changed."""
    told: list[RenderableType] = []
    if report.warnings:
        count = f"{len(report.warnings)} thing{'s' if len(report.warnings) > 1 else ''}"
        first = report.warnings[0].what.split(" is dated ")[0]
        told.append(Text(words.clean(f"Dated after the case's own date, {count}: first, {first}."), style="yellow"))
    moved = [f"{name} {row['value']}" for name, row in sorted(report.settings.get("model", {}).items()) if row["set"]]
    if moved:
        told.append(Text(words.clean(f"Not with the usual numbers of the model: {', '.join(moved)}."), style="yellow"))
    return told


def _blocks(made: Brief, width: int) -> Iterator[RenderableType]:
    yield Text(words.clean(f"{made.title}, {made.date}"), style="bold")
    for section in made.sections:
        yield Text()
        yield Text(section.title, style="bold underline")
        yield from _section(section, min(width, WIDEST))
    for text in made.missing:
        yield Text(words.clean(f"Not said. {text}"), style="dim")


def _section(section: Section, width: int) -> Iterator[RenderableType]:
    for point in section.points:
        if point.text:
            yield Padding(Text(words.clean(point.text), style="dim" if point.greyed else ""), (0, 0, 0, 0))
    if section.picture and section.picture.grid:
        yield _grid(section.picture.table, width)
        yield Text(words.clean(section.picture.table.note), style="dim")


def _grid(table: Table, width: int) -> RenderableType:
    """A matrix, every row and column whole: of words and numbers, on narrow terminals of numbers, else a list a row."""
    for full in (True, False):
        cells = [[_cell(plain(cell), full) for cell in row[1:]] for row in table.rows]
        widths = [
            max([*map(len, column.label.split()), *(len(row[i].plain) for row in cells)])
            for i, column in enumerate(table.columns[1:])
        ]
        first = width - sum(w + 2 for w in widths)  # two blanks between columns
        if first >= NAME:
            break
    else:
        return Group(*(Text(words.clean(line)) for line in _listed(table)))
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    longest = max((len(str(plain(row[0]))) for row in table.rows), default=NAME)
    grid.add_column(Text(words.clean(table.columns[0].label)), width=min(first, max(longest, NAME)), overflow="fold")
    for column, size in zip(table.columns[1:], widths):
        grid.add_column(Text(words.clean(column.label)), width=size)
    for row, told in zip(table.rows, cells):
        grid.add_row(Text(words.clean(str(plain(row[0])))), *told)
    return grid


def _listed(table: Table) -> Iterator[str]:
    for row in table.rows:
        cells = [f"{c.label} {said_as(plain(x))} {_percent(plain(x))}" for c, x in zip(table.columns[1:], row[1:])]
        yield f"{plain(row[0])}: {'; '.join(cells)}."


def _cell(share: object, full: bool) -> Text:
    told = said_as(share)
    style = {"yes": "bold green", "likely": "green", "no": "red"}.get(told, "")
    return Text(f"{told} {_percent(share)}" if full else _percent(share), style=style)


def _percent(share: object) -> str:
    return percent(share).replace("under ", "<").replace("over ", ">") if isinstance(share, int | float) else ""


def print_table(table: Table, console: Console) -> None:
    """A table whole, every column as wide as it needs."""
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, padding=(0, 1, 0, 0))
    for column in table.columns:
        right = column.kind in ("share", "number")
        grid.add_column(Text(words.clean(column.label)), justify="right" if right else "left")
    told = [words.cells([plain(c) for c in cells], c.kind, c.unit) for c, cells in zip(table.columns, zip(*table.rows))]
    for row in zip(*told):
        grid.add_row(*(Text(words.clean(text)) for text in row))
    console.print(Padding(Group(Text(words.clean(table.title), style="bold"), grid), (1, 0, 0, 0)))
    if table.note:
        console.print(Text(words.clean(table.note), style="dim"))
