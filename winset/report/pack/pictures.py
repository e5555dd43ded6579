"""Pictures that stand alone: title, drawing and source line in one SVG of fixed colours, and the same as PNG."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from html import escape
from importlib.resources import files
from typing import Any

import vl_convert

from winset.report import charts, words
from winset.report.encoding import COLOURS, DASHES
from winset.report.layout import wrap
from winset.report.pack.paper import Picture, legal
from winset.report.pack.told import Told
from winset.result import Chart, Table

WIDTH = 760  # pixels
LETTER = 6.6  # pixels of a letter in 12-pixel type, rather too wide than too narrow
SCALE = 2  # pixels of a PNG for one of the drawing
PAD, LINE, SMALL = 14, 20, 15  # pixels: the edge, a line of the title, a line of the source
INSIDE = WIDTH - 2 * PAD
LONGEST = 26  # letters of a line of a name in the map
HEAD = 46  # pixels: the legend of the map
ROW = 34  # pixels of a party in a picture of positions
_SIZE = re.compile(r'\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')


def picture(told: Told, chart: Chart, table: Table) -> Picture:
    """A chart of a lens or of the case as a picture with its source in it."""
    drawing = charts.to_svg(replace(chart, key=f"pack-{chart.key}"), table, INSIDE)
    return framed(told, chart.key, chart.title, drawing, chart.caption or table.title)


def framed(told: Told, key: str, title: str, drawing: str, about: str) -> Picture:
    """A drawing with its title above it, and what it was made from below it."""
    size = _SIZE.search(drawing)
    wide, high = (float(size[1]), float(size[2])) if size else (float(WIDTH), 200.0)
    width = max(WIDTH, round(wide) + 2 * PAD)
    heads = wrap(words.clean(title), width // 9, 3).split("\n")
    foot = wrap(f"Source: {told.footer()}", int(width / 5.6), 3).split("\n")
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
    return Picture(key=key, title=words.clean(title), svg=legal(_coloured(svg)), told=words.clean(about))


@lru_cache(maxsize=64)
def png(svg: str) -> bytes:
    return bytes(vl_convert.svg_to_png(svg, scale=SCALE))


def positions(
    told: Told, key: str, title: str, options: Sequence[tuple[float, str]], rows: Sequence[Row], about: str
) -> Picture:
    """Where parties stand on a scale from 0 to 100: what each asks for, its stated line, and what lies between.

    options: the labelled points of the scale, in order. They stand on it as numbers, and below it in words.
    """
    names = {row: wrap(row.name, 26, 2).split("\n") for row in rows}
    left = max(40, int(LETTER * max(len(line) for lines in names.values() for line in lines)))
    plot, bottom = INSIDE - left - 40, ROW * len(rows) + 8

    def x(place: float) -> float:
        return round(left + 24 + place / 100 * plot, 1)

    drawn = [f'<line x1="{x(0)}" y1="{bottom}" x2="{x(100)}" y2="{bottom}" stroke="var(--soft)"/>']
    at, last, y = 0.0, -100.0, bottom + 50
    for i, (place, label) in enumerate(options):
        at = max(x(place), last + 12)  # numbers of points that nearly meet stand beside each other
        last = at
        ends = f'x1="{x(place)}" y1="4" x2="{x(place)}" y2="{bottom + 5}"'
        drawn.append(f'<line {ends} stroke="var(--rule)" stroke-dasharray="2 3"/>')
        drawn.append(_line(str(i + 1), round(at, 1), bottom + 18, 11, "var(--ink)", True, "middle"))
        for k, words_of in enumerate(wrap(label, 110, 2).split("\n")):
            drawn.append(
                _line(words_of if k else f"{i + 1}  {words_of}", left - 6 if not k else left + 8, y, 11, "var(--ink)")
            )
            y += 15
    for i, row in enumerate(rows):
        middle, colour, lines = 18 + ROW * i, f"var(--c{i % 7})", names[row]
        for k, text in enumerate(lines):
            drawn.append(_line(text, left, middle + 4 + 13 * k - 6 * (len(lines) - 1), 12, "var(--ink)", anchor="end"))
        drawn += _marks(row, middle, colour, x)
    return framed(told, key, title, _svg(y, drawn), about)


def map_of(
    told: Told, key: str, title: str, nodes: Mapping[str, str], ties: Sequence[Tie], heavy: set[str], about: str
) -> Picture:
    """Who is tied to whom: names down both sides of the picture, a bent line with an arrow for each tie.

    nodes: names by id. heavy: the ids of those in bold.
    """
    kinds = list(dict.fromkeys(tie.how for tie in ties))
    sides = _sides(list(nodes), [(t.source, t.target) for t in ties])
    lines = {id_: wrap(name, LONGEST, 3).split("\n") for id_, name in nodes.items()}
    step = 14 * max(len(held) for held in lines.values()) + 6
    deep = step * max(len(side) for side in sides)
    places: dict[str, tuple[float, float]] = {}
    for right, held in enumerate(sides):
        for i, id_ in enumerate(held):
            at = (i + 0.5) / len(held)  # evenly down the side, on the arc of an ellipse
            out = INSIDE * (0.1 + 0.12 * math.sqrt(1 - (2 * at - 1) ** 2))
            places[id_] = (round(INSIDE / 2 + out * (1 if right else -1), 1), round(HEAD + deep * at, 1))
    drawn = [part for i, kind in enumerate(kinds) for part in _legend(kind, i)]
    drawn += [part for tie in ties for part in _tie(places[tie.source], places[tie.target], kinds.index(tie.how))]
    for id_, (x, y) in places.items():
        left = x < INSIDE / 2
        drawn.append(f'<circle cx="{x}" cy="{y}" r="4.5" fill="var(--ink)"/>')
        for k, text in enumerate(lines[id_]):
            at = y + 4 + 13 * k - 6.5 * (len(lines[id_]) - 1)
            drawn.append(
                _line(text, x - 10 if left else x + 10, at, 12, "var(--ink)", id_ in heavy, "end" if left else "start")
            )
    return framed(told, key, title, _svg(HEAD + deep + 10, drawn), about)


def _sides(nodes: Sequence[str], ties: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """The nodes on the left and on the right, so that many ties lead across and few of them meet.

    A node changes sides while that lets more ties lead across (a local search for a large cut); then each side is put
    in the order of the middle of what its nodes are tied to on the other (Sugiyama's barycentres). In the order given
    where equal.
    """
    side = {node: i % 2 for i, node in enumerate(nodes)}
    near = {n: [b if a == n else a for a, b in ties if n in (a, b) and a != b] for n in nodes}
    moved = True
    while moved:
        moved = False
        for node in nodes:
            same = sum(side[other] == side[node] for other in near[node])
            if 2 * same > len(near[node]):
                side[node], moved = 1 - side[node], True
    held = ([n for n in nodes if side[n] == 0], [n for n in nodes if side[n] == 1])
    for sweep in range(8):
        place = {n: (i + 0.5) / len(part) for part in held for i, n in enumerate(part)}
        across = {n: [place[o] for o in near[n] if side[o] != side[n]] for n in nodes}
        middle = {n: sum(found) / len(found) if found else place[n] for n, found in across.items()}
        held[sweep % 2].sort(key=lambda n: middle[n])
    return held


@dataclass(frozen=True)
class Tie:
    """One who acts, on whom, and how."""

    source: str
    target: str
    how: str


def _legend(kind: str, place: int) -> list[str]:
    x, y = 10 + 145 * (place % 5), 12 + 18 * (place // 5)
    rule = f'<line x1="{x}" y1="{y}" x2="{x + 26}" y2="{y}" {_pen(place)} stroke-width="2"/>'
    return [rule, _line(kind, x + 32, y + 4, 11, "var(--ink)")]


def _pen(kind: int) -> str:
    """Colour and dash of a kind of tie."""
    dash = " ".join(str(n) for n in DASHES[kind % len(DASHES)])
    return f'stroke="{COLOURS[kind % len(COLOURS)]}" stroke-dasharray="{dash}"'


def _tie(start: tuple[float, float], end: tuple[float, float], kind: int) -> list[str]:
    """A line bent towards the middle of the picture, and an arrow on it two thirds of the way."""
    (x, y), (x2, y2) = start, end
    cx, cy, t = (INSIDE / 2 + (x + x2) / 2) / 2, (y + y2) / 2, 0.66
    px, py = ((1 - t) ** 2 * a + 2 * t * (1 - t) * c + t * t * b for a, c, b in ((x, cx, x2), (y, cy, y2)))
    dx, dy = (2 * (1 - t) * (c - a) + 2 * t * (b - c) for a, c, b in ((x, cx, x2), (y, cy, y2)))
    angle, colour = round(math.degrees(math.atan2(dy, dx)), 1), COLOURS[kind % 7]
    way = f"M{x:.1f},{y:.1f}Q{cx:.1f},{cy:.1f} {x2:.1f},{y2:.1f}"
    path = f'<path d="{way}" fill="none" {_pen(kind)} stroke-width="1.5" opacity="0.85"/>'
    arrow = f'<path d="M7,0L-5,4.5L-5,-4.5Z" transform="translate({px:.1f},{py:.1f}) rotate({angle})" fill="{colour}"/>'
    return [path, arrow]


def _svg(high: float, drawn: Sequence[str]) -> str:
    return f'<svg width="{INSIDE}" height="{round(high)}" viewBox="0 0 {INSIDE} {round(high)}">{"".join(drawn)}</svg>'


@dataclass(frozen=True)
class Row:
    """A party in a picture of positions: the places it asks for and of its line, if it has stated one."""

    name: str
    ideal: float
    line: float | None


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
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}" text-anchor="{anchor}"{weight}>{escape(text)}</text>'
    )


def _coloured(svg: str) -> str:
    """The picture with the light colours of the page in the place of their names."""
    return re.sub(r"var\((--[a-z0-9]+)\)", lambda found: _colours()[found[1]], svg)


@cache
def _colours() -> dict[str, str]:
    style = files("winset.report").joinpath("style.css").read_text(encoding="utf-8")
    root = re.search(r":root \{(.*?)\}", style, re.DOTALL)
    assert root is not None
    return {**dict(re.findall(r"(--[a-z0-9]+): (#[0-9a-f]{3,6})", root[1])), "--paper": "#ffffff"}
