"""Pictures of tables: a `Chart` and its `Table` become a Vega-Lite specification, and that an SVG.

Colours are CSS variables of the page (`--c0` to `--c6` for categories, `--h0` to `--h6` for heat): one picture serves
light, dark and print. Specifications are plain dictionaries (Altair reads them with `alt.Chart.from_dict`, and the
tests check them so): building them through Altair took twice the time. Every text is as long as it was measured to be
(`textLength`), so that it keeps its place whatever type a reader's machine has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import cache
from html import escape, unescape
from importlib import metadata
from typing import TYPE_CHECKING, Any

import vl_convert

from winset.report import words
from winset.report.encoding import AXIS, Spec, parts_of, plural
from winset.report.layout import widest
from winset.report.letters import length
from winset.report.marks import DRAW
from winset.result import Chart, Table
from winset.writing import digest

if TYPE_CHECKING:
    from winset.run.store import Shelf

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
MOST_BARS = 24
FONT = "Arial, Helvetica, Liberation Sans, sans-serif"  # the metrics that the text is measured with


_KEPT: ContextVar[Shelf | None] = ContextVar("drawings", default=None)


def specify(chart: Chart, table: Table, width: int = 640) -> Spec:
    """The Vega-Lite specification of a chart, `width` pixels wide in all."""
    table = drawn(chart, table)
    parts = parts_of(chart, table, width)
    drawing: Spec = (
        DRAW[chart.kind](parts)
        if parts.rows
        else {"data": {"values": [{}]}, "mark": {"type": "text", "text": "nothing to draw"}}
    )
    names = parts.distinct("color") if plural(parts) else []
    upright = chart.kind not in ("bars", "matrix", "timeline", "network")
    left = int(drawing.get("width", width - AXIS - 20)) + 20 - width
    padding = {"left": 4, "top": 4, "bottom": 4, "right": 16}  # half a label stands beyond the end of an axis
    return {
        "$schema": SCHEMA,
        "width": width - AXIS - 20,
        **drawing,
        "padding": padding,
        "config": _config(width, names, left, upright),
    }


def drawn(chart: Chart, table: Table) -> Table:
    """The rows that are drawn: of bars only the first `MOST_BARS`, since a longer picture is read no better."""
    few = chart.kind == "bars" and len(table.rows) > MOST_BARS
    return replace(table, rows=table.rows[:MOST_BARS]) if few else table


_PLACES = re.compile(r' (?:d|transform)="[^"]*"')
_FINE = re.compile(r"(\d+\.\d)\d+")


def _tenths(found: re.Match[str]) -> str:
    """Places to a tenth of a pixel."""
    return _FINE.sub(r"\1", found[0])


# what Vega writes on every mark and the page does not need: said once on the root, or not drawn at all
_SURPLUS = (
    (re.compile(r'<text [^>]*opacity="0"[^>]*>.*?</text>', re.DOTALL), ""),
    (re.compile(r'<path class="(?:back|fore)ground"[^>]* d="(?:M0,0h0v0h0Z)?"[^>]*/>'), ""),
    (
        re.compile(
            r' (?:opacity="1"|stroke-miterlimit="10"|transform="translate\(0,0\)"|class="mark-[^"]*"'
            r'|pointer-events="none"|aria-hidden="true"|aria-roledescription="[^"]*"|role="graphics-[^"]*"'
            r'|font-weight="normal"|font-size="12px"|font-family="[^"]*"|version="1.1")'
        ),
        "",
    ),
)


def to_svg(chart: Chart, table: Table, width: int = 640, lens: str = "", said: str = "") -> str:
    """The chart as one SVG element with a title and a description (`said`, or its caption); its ids start with lens,
    key and width."""
    svg = _by_vega(specify(chart, table, width))
    svg = re.sub(
        r' (?:d|transform)="[^"]*"', lambda m: re.sub(r"-?\d+\.\d{3,}", lambda n: f"{float(n[0]):.2f}", m[0]), svg
    )
    svg = _PLACES.sub(_tenths, svg)
    for surplus, kept in _SURPLUS:
        svg = surplus.sub(kept, svg)
    svg = _TEXT.sub(_kept_length, svg)
    prefix = re.sub(r"[^a-z0-9]+", "-", f"{lens}-{chart.key}-{width}".lower().strip("-"))
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{prefix}-", svg)
    head = f'<title id="{prefix}-t">{escape(words.clean(chart.title))}</title>'
    head += f'<desc id="{prefix}-d">{escape(words.clean(said or chart.caption or table.note or table.title))}</desc>'
    opening = f'<svg role="img" aria-labelledby="{prefix}-t {prefix}-d" font-family="{FONT}" font-size="12px" '
    return re.sub(r"^<svg ([^>]*)>", lambda m: f"{opening}{m[1]}>{head}", svg, count=1)


@contextmanager
def kept(shelf: Shelf) -> Iterator[None]:
    """Within it, what Vega drew is kept on a shelf by the digest of the specification, and found there again: Vega
    takes longer than all else of a page."""
    before = _KEPT.set(shelf)
    try:
        yield
    finally:
        _KEPT.reset(before)


def _by_vega(spec: Spec) -> str:
    def draw() -> str:
        return str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))

    shelf = _KEPT.get()
    if shelf is None:
        return draw()
    key = digest(f"{_version()}\n{json.dumps(spec, sort_keys=True)}".encode())
    if (found := shelf.get(key)) is None:
        found = draw().encode()
        shelf.put(key, found)
    return found.decode()


@cache
def _version() -> str:
    return metadata.version("vl-convert-python")


_TEXT = re.compile(r"<text (?P<given>[^>]*)>(?P<said>.*?)</text>", re.DOTALL)
_LINE = re.compile(r"<tspan([^>]*)>([^<]*)</tspan>")


def _kept_length(found: re.Match[str]) -> str:
    """A text whose lines take the length that they were measured with."""
    size = re.search(r'font-size="([\d.]+)px"', found["given"])
    pixels = float(size[1]) if size else 12.0

    def told(said: str) -> str:
        return f' textLength="{length(unescape(said), pixels):.0f}"' if said.strip() else ""

    if "<tspan" not in found["said"]:
        return f"<text {found['given']}{told(found['said'])}>{found['said']}</text>"
    lines = _LINE.sub(lambda m: f"<tspan{m[1]}{told(m[2])}>{m[2]}</tspan>", found["said"])
    return f"<text {found['given']}>{lines}</text>"


def _config(width: int, names: Sequence[Any] = (), left: int = 0, upright: bool = False) -> Spec:
    """Fonts, colours and rules; a legend over the whole width in as many columns as its longest name leaves room for,
    above the title of an upright axis if there is one."""
    longest = widest(names)
    quiet = {"labelColor": "var(--soft)", "titleColor": "var(--soft)", "labelFontSize": 12, "titleFontSize": 12}
    rule = {"gridColor": "var(--rule)", "domainColor": "var(--rule)", "tickColor": "var(--rule)"}
    columns = max(1, int((width - 20) // (longest + 40)))
    top = {"title": None, "orient": "top", "direction": "horizontal", "columns": columns, "labelLimit": width - 60}
    lines = -(-len(names) // columns)
    above = 16 * lines + (28 if upright else 12)
    top |= {"orient": "none", "legendX": left, "legendY": -above, "offset": 0}
    axis = {"titleFontWeight": "normal", "labelLimit": width // 2, "labelPadding": 6, "titlePadding": 8}
    return {
        "background": "transparent",
        "font": FONT,
        "aria": False,
        "lineBreak": "\n",
        "view": {"stroke": None},
        "axis": {**quiet, **rule, **axis},
        "legend": {**quiet, **top},
        "text": {"fontSize": 12, "color": "var(--ink)"},
    }
