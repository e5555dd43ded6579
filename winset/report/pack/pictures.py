"""Pictures that stand alone: title, drawing and source line in one SVG of fixed colours, and the same as PNG."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

import vl_convert

from winset.report import charts, words
from winset.report.layout import LETTER, wrap
from winset.report.pack.paper import Picture
from winset.report.pack.told import Told
from winset.result import Chart, Table

WIDTH = 760  # pixels
SCALE = 2  # pixels of a PNG for one of the drawing
PAD, LINE, SMALL = 14, 20, 15  # pixels: the edge, a line of the title, a line of the source
ROW = 34  # pixels of a party in a picture of positions
_SIZE = re.compile(r'\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')


def picture(told: Told, chart: Chart, table: Table, width: int = WIDTH) -> Picture:
    """A chart of a lens or of the case as a picture with its source in it."""
    drawing = charts.to_svg(replace(chart, key=f"pack-{chart.key}"), table, width - 2 * PAD)
    return framed(told, chart.key, chart.title, drawing, chart.caption or table.title)


def framed(told: Told, key: str, title: str, drawing: str, about: str) -> Picture:
    """A drawing with its title above it, and what it was made from below it."""
    size = _SIZE.search(drawing)
    wide, high = (float(size[1]), float(size[2])) if size else (float(WIDTH), 200.0)
    width = max(WIDTH, round(wide) + 2 * PAD)
    heads = wrap(words.clean(title), width // 9, 3).split("\n")
    foot = wrap(f"Source: {told.footer()}", width // 6, 3).split("\n")
    top = PAD + LINE * len(heads)
    height = round(top + high + PAD + SMALL * len(foot) + PAD)
    inner = re.sub(r"^<svg ", f'<svg x="{PAD}" y="{top}" ', drawing, count=1)
    said = [_line(t, PAD, PAD + LINE * i + 12, 15, "var(--ink)", True) for i, t in enumerate(heads)]
    at = top + high + PAD
    said += [_line(t, PAD, round(at + SMALL * i + 8), 11, "var(--soft)") for i, t in enumerate(foot)]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="{charts.FONT}"><rect width="{width}" height="{height}" fill="var(--paper)"/>{said[0]}'
        f"{''.join(said[1:])}{inner}</svg>"
    )
    return Picture(key=key, title=words.clean(title), svg=_coloured(svg), told=words.clean(about))


def png(svg: str) -> bytes:
    return bytes(vl_convert.svg_to_png(svg, scale=SCALE))


def positions(told: Told, key: str, title: str, options: Sequence[tuple[float, str]], rows: Sequence[Row], about: str) -> Picture:
    """Where parties stand on a scale from 0 to 100: what each asks for, its stated line, and what lies between.

    options: the labelled points of the scale, drawn below; of those too near each other the later one stands lower.
    """
    left = min(240, max(60, int(LETTER * max(len(line) for r in rows for line in wrap(r.name, 30, 2).split("\n"))))) + 10
    plot, bottom = WIDTH - 2 * PAD - left - 60, ROW * len(rows) + 8

    def x(place: float) -> float:
        return round(left + 20 + place / 100 * plot, 1)

    drawn = [
        f'<line x1="{x(0)}" y1="{bottom}" x2="{x(100)}" y2="{bottom}" stroke="var(--soft)"/>',
    ]
    depth, ends = 0, []
    for place, label in sorted(options):
        text = wrap(label, 30, 2).split("\n")
        half = LETTER * max(map(len, text)) / 2
        middle = min(max(x(place), left - 10 + half), WIDTH - 2 * PAD - half)
        level = next((i for i, end in enumerate(ends) if middle - half > end + 8), len(ends))
        ends[level : level + 1] = [middle + half]
        depth = max(depth, level)
        at = bottom + 20 + 30 * level
        drawn.append(
            f'<line x1="{x(place)}" y1="4" x2="{x(place)}" y2="{at - 11}" stroke="var(--rule)" stroke-dasharray="2 3"/>'
        )
        drawn += [_line(t, round(middle, 1), at + 13 * i, 11, "var(--soft)", anchor="middle") for i, t in enumerate(text)]
    for i, row in enumerate(rows):
        y, colour = 18 + ROW * i, f"var(--c{i % 7})"
        name = wrap(row.name, 30, 2).split("\n")
        drawn += [_line(t, left, y + 4 + 13 * k - 6 * (len(name) - 1), 12, "var(--ink)", anchor="end") for k, t in enumerate(name)]
        drawn += _marks(row, y, colour, x)
    high = bottom + 30 * (depth + 1) + 22
    opening = f'<svg width="{WIDTH - 2 * PAD}" height="{high}" viewBox="0 0 {WIDTH - 2 * PAD} {high}">'
    return framed(told, key, title, f"{opening}{''.join(drawn)}</svg>", about)


class Row:
    """A party in a picture of positions: the places it asks for and of its line, if it has stated one."""

    def __init__(self, name: str, ideal: float, line: float | None):
        self.name, self.ideal, self.line = words.clean(name), ideal, line


def _marks(row: Row, y: int, colour: str, x: Any) -> list[str]:
    """A dot where a party would stand, a bar at its line, and a band over what lies between."""
    at = x(row.ideal)
    dot = f'<circle cx="{at}" cy="{y}" r="6" fill="{colour}"/>'
    if row.line is None:
        return [dot]
    end = x(row.line)
    band = f'<rect x="{min(at, end)}" y="{y - 5}" width="{abs(end - at)}" height="10" fill="{colour}" opacity="0.25"/>'
    bar = f'<line x1="{end}" y1="{y - 11}" x2="{end}" y2="{y + 11}" stroke="{colour}" stroke-width="3"/>'
    return [band, bar, dot]


def _line(text: str, x: float, y: float, size: int, colour: str, bold: bool = False, anchor: str = "start") -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"{weight}>{escape(text)}</text>'


def _coloured(svg: str) -> str:
    """The picture with the light colours of the page in the place of their names."""
    return re.sub(r"var\((--[a-z0-9]+)\)", lambda found: _colours().get(found[1], "#000000"), svg)


@cache
def _colours() -> dict[str, str]:
    style = files("winset.report").joinpath("style.css").read_text(encoding="utf-8")
    root = re.search(r":root \{(.*?)\}", style, re.DOTALL)
    assert root is not None
    return dict(re.findall(r"(--[a-z0-9]+): (#[0-9a-f]{3,6})", root[1]))


