"""Pictures of tables: a `Chart` and its `Table` become a Vega-Lite specification, and that an SVG.

Colours are CSS variables of the page (`--c0` to `--c6` for categories, `--h0` to `--h6` for heat): one picture serves
light, dark and print. No case text reaches the name of a field or an expression: every column is renamed to the part
it plays. Categories differ by shape or dash as well as by colour. Specifications are plain dictionaries (Altair reads
them with `alt.Chart.from_dict`, and the tests check them so): building them through Altair took twice the time.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Any

import vl_convert

from winset.report import words
from winset.report.layout import LETTER, Row, label_places, node_places, wrapped
from winset.report.tables import heat_levels, melt
from winset.result import Chart, Column, Table, plain

COLOURS = [f"var(--c{i})" for i in range(7)]
HEAT = [f"var(--h{i})" for i in range(7)]
HEAT_INK = [f"var(--t{i})" for i in range(7)]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [1, 3], [10, 4]]
SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right"]
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
MOST_BARS = 36
FONT = "Arial, Helvetica, Liberation Sans, sans-serif"  # the metrics that the text is measured with
Spec = dict[str, Any]


@dataclass(frozen=True)
class Parts:
    """The rows of a chart by role, with the column that fills each role and the width to draw to."""

    rows: list[Row]
    columns: dict[str, Column]
    width: int

    def title(self, role: str) -> str | None:
        """Label and unit of a role's axis."""
        column = self.columns.get(role)
        if column is None or not column.label:
            return None
        unit = words.unit_words(column.unit)
        return words.clean(f"{column.label} ({unit})" if unit else column.label)

    def kind(self, role: str) -> str:
        return self.columns[role].kind if role in self.columns else "text"

    def distinct(self, role: str) -> list[Any]:
        """The values of a role in the order in which they first appear."""
        return list(dict.fromkeys(row[role] for row in self.rows))


def parts_of(chart: Chart, table: Table, width: int) -> Parts:
    """Rows with one field per role: text cleaned, dates in ISO form, no row without a number that is to be drawn."""
    chart, table = melt(chart, table)
    at = {column.key: i for i, column in enumerate(table.columns)}
    columns = {role: table.columns[at[key]] for role, key in chart.roles.items() if key in at}
    rows = []
    for cells in table.rows:
        row = {role: _datum(plain(cells[at[column.key]]), column) for role, column in columns.items()}
        if not any(v is None and columns[role].kind != "text" for role, v in row.items()):
            rows.append(row)
    return Parts(rows, columns, width)


def _datum(value: Any, column: Column) -> Any:
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, dt.date):
        return value.isoformat()
    if column.kind == "text":
        return "" if value is None else words.value(value, "text", column.unit)
    if column.kind == "date":
        return value or None
    return value if isinstance(value, int | float) and math.isfinite(value) else None


def specify(chart: Chart, table: Table, width: int = 640) -> Spec:
    """The Vega-Lite specification of a chart, `width` pixels wide in all."""
    table = drawn(chart, table)
    parts = parts_of(chart, table, width)
    drawing = (
        DRAW[chart.kind](parts)
        if parts.rows
        else {"data": {"values": [{}]}, "mark": {"type": "text", "text": "nothing to draw"}}
    )
    names = parts.distinct("color") if _plural(parts) else []
    padding = {"left": 4, "top": 4, "bottom": 4, "right": 16}  # half a label stands beyond the end of an axis
    return {"$schema": SCHEMA, "width": width - 62, **drawing, "padding": padding, "config": _config(width, names)}


def drawn(chart: Chart, table: Table) -> Table:
    """The rows that are drawn: of bars only the first `MOST_BARS`, since a longer picture is read no better."""
    few = chart.kind == "bars" and len(table.rows) > MOST_BARS
    return replace(table, rows=table.rows[:MOST_BARS]) if few else table


# what Vega writes on every mark and the page does not need: said once on the root, or not drawn at all
_SURPLUS = (
    (re.compile(r'<text [^>]*opacity="0"[^>]*>.*?</text>', re.DOTALL), ""),
    (re.compile(r'<path class="(?:back|fore)ground"[^>]* d="(?:M0,0h0v0h0Z)?"[^>]*/>'), ""),
    (
        re.compile(
            r' (?:opacity="1"|pointer-events="none"|aria-hidden="true"|aria-roledescription="[^"]*"|role="graphics-[^"]*"'
            r'|font-weight="normal"|font-size="12px"|font-family="[^"]*"|version="1.1")'
        ),
        "",
    ),
)


def to_svg(chart: Chart, table: Table, width: int = 640, lens: str = "") -> str:
    """The chart as one SVG element with a title and a description; its ids start with lens, key and width."""
    svg = vl_convert.vegalite_to_svg(specify(chart, table, width), allowed_base_urls=[])
    svg = re.sub(
        r' (?:d|transform)="[^"]*"', lambda m: re.sub(r"-?\d+\.\d{3,}", lambda n: f"{float(n[0]):.2f}", m[0]), svg
    )
    for surplus, kept in _SURPLUS:
        svg = surplus.sub(kept, svg)
    prefix = re.sub(r"[^a-z0-9]+", "-", f"{lens}-{chart.key}-{width}".lower().strip("-"))
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{prefix}-", svg)
    head = f'<title id="{prefix}-t">{escape(words.clean(chart.title))}</title>'
    head += f'<desc id="{prefix}-d">{escape(words.clean(chart.caption or table.note or table.title))}</desc>'
    opening = f'<svg role="img" aria-labelledby="{prefix}-t {prefix}-d" font-family="{FONT}" font-size="12px" '
    return re.sub(r"^<svg ([^>]*)>", lambda m: f"{opening}{m[1]}>{head}", svg, count=1)


def _config(width: int, names: Sequence[Any] = ()) -> Spec:
    """Fonts, colours and rules; a legend in as many columns as its longest name leaves room for."""
    longest = max((len(str(name)) for name in names), default=8)
    quiet = {"labelColor": "var(--soft)", "titleColor": "var(--soft)", "labelFontSize": 12, "titleFontSize": 12}
    rule = {"gridColor": "var(--rule)", "domainColor": "var(--rule)", "tickColor": "var(--rule)"}
    columns = max(1, int(width // (LETTER * longest + 34)))
    top = {"title": None, "orient": "top", "direction": "horizontal", "columns": columns, "labelLimit": width - 40}
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


def _layer(rows: list[Row], encoding: Spec, *layers: Spec, **more: Any) -> Spec:
    """Layers over the same rows with encodings in common."""
    return {"data": {"values": rows}, "encoding": encoding, "layer": list(layers), **more}


def _mark(kind: str, encoding: Spec | None = None, rows: list[Row] | None = None, **style: Any) -> Spec:
    spec: Spec = {"mark": {"type": kind, **style}, "encoding": encoding or {}}
    return spec if rows is None else {**spec, "data": {"values": rows}}


def _field(name: str, kind: str = "quantitative", **more: Any) -> Spec:
    return {"field": name, "type": kind, **more}


def _rows(role: str = "y", scale: Spec | None = None, **axis: Any) -> Spec:
    """The axis of labels down the side, in the order given."""
    return _field(
        role, "nominal", sort=None, title=None, axis={"domain": False, "ticks": False, **axis}, scale=scale or {}
    )


def _beside(parts: Parts, rows: Sequence[Row]) -> int:
    """The width left for the drawing beside its row labels (measuring them would double the time)."""
    longest = max(len(line) for row in rows for line in row["y"].split("\n"))
    return parts.width - 32 - min(parts.width // 2, int(LETTER * longest))


def _quantity(parts: Parts, role: str, whole: bool = True) -> Spec:
    """The axis of a role: time, share in percent (all of it or what is used), number, or words in the order given."""
    kind, unit, title = parts.kind(role), parts.columns[role].unit, parts.title(role)
    if kind == "date":
        axis = {
            "format": "%b %Y",
            "labelOverlap": "parity",
            "labelSeparation": 8,
            "tickCount": max(3, parts.width // 90),
            "grid": False,
        }
        return _field(role, "temporal", title=None, scale={"type": "utc"}, axis=axis)
    if kind == "share":
        inside = whole and all(0 <= r[role] <= 1 for r in parts.rows)
        return _field(
            role,
            title=title,
            scale={"domain": [0, 1]} if inside else {"zero": False},
            axis={"format": "%", "tickCount": 5},
        )
    if kind == "number":
        scale: Spec = {"domain": [0, 100]} if unit in ("place", "attention", "value") else {"zero": False}
        return _field(role, title=title, scale=scale, axis={"tickCount": 5})
    return _field(role, "nominal", title=title, sort=None)


def _plural(parts: Parts) -> bool:
    return "color" in parts.columns and len(parts.distinct("color")) > 1


def _category(parts: Parts, palette: Sequence[Any]) -> Spec:
    domain = parts.distinct("color")
    return _field(
        "color", "nominal", scale={"domain": domain, "range": [palette[i % len(palette)] for i in range(len(domain))]}
    )


def _coloured(parts: Parts) -> Spec:
    return {**_category(parts, COLOURS), "title": None} if _plural(parts) else {"value": COLOURS[0]}


def _shape(parts: Parts) -> Spec:
    return {**_category(parts, SHAPES), "title": None} if _plural(parts) else {"value": "circle"}


def _dash(parts: Parts) -> Spec:
    return {**_category(parts, DASHES), "title": None} if _plural(parts) else {"value": [1, 0]}


def matrix(parts: Parts) -> Spec:
    """Cells x by y, shaded by value, with the value printed in them."""
    levels = heat_levels([r["value"] for r in parts.rows], parts.kind("value") == "share")
    texts = words.cells([r["value"] for r in parts.rows], parts.kind("value"), parts.columns["value"].unit)
    wrap = max(10, parts.width // (8 * (len(parts.distinct("x")) + 2)))
    across, down = wrapped(parts.distinct("x"), wrap), wrapped(parts.distinct("y"), 28)
    rows = [
        {"x": across[str(r["x"])], "y": down[str(r["y"])], "level": level, "text": text}
        for r, level, text in zip(parts.rows, levels, texts)
    ]
    lines = max(str(r["x"]).count("\n") for r in rows)
    x = _rows("x", orient="top", labelAngle=0, labelPadding=8 + 14 * lines)
    fill, ink = ({"scale": {"domain": list(range(7)), "range": r}, "legend": None} for r in (HEAT, HEAT_INK))
    return _layer(
        rows,
        {"x": x, "y": _rows()},
        _mark(
            "rect", {"color": _field("level", "ordinal", **fill)}, stroke="var(--paper)", strokeWidth=2, cornerRadius=3
        ),
        _mark("text", {"text": _field("text", "nominal"), "color": _field("level", "ordinal", **ink)}, fontSize=13),
        width=_beside(parts, rows),
        height={"step": 40},
        resolve={"scale": {"color": "independent"}},
    )


def bars(parts: Parts) -> Spec:
    """One bar per label, its value printed at its end."""
    names = wrapped(parts.distinct("y"), max(16, parts.width // 17), 4)
    texts = words.cells([r["x"] for r in parts.rows], parts.kind("x"), parts.columns["x"].unit)
    ends = [{"start": min(0, r["x"]), "end": max(0, r["x"])} for r in parts.rows]
    rows = [{**r, "y": names[str(r["y"])], "text": t, **e} for r, t, e in zip(parts.rows, texts, ends)]
    low, high, plot = min(e["start"] for e in ends), max(e["end"] for e in ends), _beside(parts, rows)
    room = 50 / max(50, plot - 100) * (high - low or 1.0)  # for the values printed at the ends
    scale = {"domain": [low - room if low < 0 else 0, high + room], "nice": False}
    axis = {"grid": False, "labels": False, "ticks": False, "domain": False}
    grouped = _plural(parts) and len(names) < len(rows)
    # the room between bars is the scale's: a bar's own `height` in a group would be set off by a share of the group
    apart: Spec = {
        "field": "color",
        "type": "nominal",
        "sort": None,
        "scale": {"paddingInner": 0.3, "paddingOuter": 0.1},
    }
    beside = {"yOffset": apart} if grouped else {}
    middle = {"yOffset": {**apart, "bandPosition": 0.5}} if grouped else {}
    thick: Spec = {} if grouped else {"height": {"band": 0.7}}

    def value(test: str, at: str, align: str, dx: int) -> Spec:
        encoding = {"x": _field(at), "text": _field("text", "nominal"), **middle}
        return {**_mark("text", encoding, align=align, dx=dx), "transform": [{"filter": test}]}

    x = _field("start", title=parts.title("x"), scale=scale, axis=axis)
    bar = {"x": x, "x2": {"field": "end"}, "color": _coloured(parts), **beside}
    layers = [_mark("bar", bar, cornerRadius=2, **thick), value("datum.x >= 0", "end", "left", 4)]
    if low < 0:
        layers.append(value("datum.x < 0", "start", "right", -4))
    lines = max(name.count("\n") + 1 for name in names.values())
    step = max(24, 16 * lines + 8) / (1.6 if grouped else 1)
    return _layer(rows, {"y": _rows(scale={"paddingOuter": 0.1})}, *layers, width=plot, height={"step": step})


def fan(parts: Parts) -> Spec:
    """A line of middle values with the band from low to high around it."""
    rows = [{**r, "row": i} for i, r in enumerate(parts.rows)]
    order = {} if parts.kind("x") != "text" else {"order": _field("row")}
    line = {"legend": {"symbolType": "stroke", "symbolOpacity": 1, "symbolStrokeWidth": 2.5, "symbolSize": 300}}
    legend = line if _plural(parts) else {}
    return _layer(
        rows,
        {"x": _quantity(parts, "x"), "color": _coloured(parts) | legend},
        _mark("line", {"y": _quantity(parts, "mid"), "strokeDash": _dash(parts) | legend, **order}, strokeWidth=2),
        _mark("area", {"y": _field("low"), "y2": {"field": "high"}}, opacity=0.16),
        height=260,
    )


def frontier(parts: Parts) -> Spec:
    """Points in the plane of two values; labelled points carry their label where there is room for it."""
    point = _mark("point", {"color": _coloured(parts), "shape": _shape(parts)}, size=70, filled=True, opacity=0.85)
    texts = [
        _mark("text", {"text": _field("label", "nominal")}, rows, align=align, dx=8 if align == "left" else -8, dy=dy)
        for (align, dy), rows in label_places(parts.rows, parts.width).items()
    ]
    axes = {"x": _quantity(parts, "x", whole=False), "y": _quantity(parts, "y", whole=False)}
    return _layer(parts.rows, axes, point, *texts, height=min(400, int(parts.width * 0.8)))


def network(parts: Parts) -> Spec:
    """Who is tied to whom, in two columns or on a circle; a triangle shows the direction."""
    spots = node_places(parts.distinct("source"), parts.distinct("target"))
    height = max(240, min(parts.width, 30 * len(spots)))
    edges = []
    for r in parts.rows:
        (x, y), (x2, y2) = spots[r["source"]], spots[r["target"]]
        along = {
            "mx": x + 0.6 * (x2 - x),
            "my": y + 0.6 * (y2 - y),
            "angle": math.degrees(math.atan2((x2 - x) * parts.width / 4.2, (y2 - y) * height / 2.4)),
        }
        edges.append({**r, "x": x, "y": y, "x2": x2, "y2": y2, **along})
    names = wrapped(spots, 18, 2)
    nodes: list[Row] = [{"x": x, "y": y, "name": names[name]} for name, (x, y) in spots.items()]

    def at(x: str, y: str) -> Spec:
        wide, high = {"domain": [-2.1, 2.1], "nice": False}, {"domain": [-1.2, 1.2], "nice": False}
        return {"x": _field(x, axis=None, scale=wide), "y": _field(y, axis=None, scale=high)}

    colour, middle, turn = _coloured(parts), at("mx", "my"), _field("angle", scale=None)
    ends = {**at("x", "y"), "x2": {"field": "x2"}, "y2": {"field": "y2"}, "color": colour, "strokeDash": _dash(parts)}
    layers = [
        _mark("rule", ends, strokeWidth=1.5, opacity=0.8),
        _mark(
            "point", {**middle, "angle": turn, "color": colour}, shape="triangle-up", filled=True, size=60, opacity=1
        ),
        _mark("point", at("x", "y"), nodes, filled=True, size=80, color="var(--ink)", opacity=1),
    ]
    if "label" in parts.columns:
        words_on = {**middle, "text": _field("label", "nominal")}
        layers.append(_mark("text", words_on, fontSize=11, dy=-9, color="var(--soft)"))
    for align, dx in (("left", 9), ("right", -9)):
        side = [n for n in nodes if (n["x"] >= 0) == (align == "left")]
        layers.append(_mark("text", {**at("x", "y"), "text": _field("name", "nominal")}, side, align=align, dx=dx))
    return _layer(edges, {}, *layers, width=parts.width - 8, height=height)


def timeline(parts: Parts) -> Spec:
    """Marks on dates, one row for each actor or kind."""
    who = wrapped(parts.distinct("y"), parts.width // 22, 1)
    rows = [{**r, "y": who[str(r["y"])]} for r in parts.rows]
    layers = [_mark("point", {"color": _coloured(parts), "shape": _shape(parts)}, size=50, filled=True, opacity=0.75)]
    if "label" in parts.columns and len(rows) <= 12:
        layers.append(_mark("text", {"text": _field("label", "nominal")}, align="left", dx=8, dy=-8, fontSize=11))
    axes = {"x": _quantity(parts, "x"), "y": _rows(grid=True)}
    return _layer(rows, axes, *layers, width=_beside(parts, rows), height={"step": 26})


def ladder(parts: Parts) -> Spec:
    """Steps: a level that holds until the next one. Roles `color`, `low` and `high` are optional."""
    y: Spec = _quantity(parts, "y")
    step: Spec = {"interpolate": "step-after"}
    solid = {"legend": {"symbolStrokeWidth": 0}} if _plural(parts) else {}
    layers = [
        _mark("line", {"y": y, "strokeDash": _dash(parts) | solid}, strokeWidth=2, **step),
        _mark("point", {"y": y, "shape": _shape(parts) | solid}, filled=True, size=40, opacity=1),
    ]
    if {"low", "high"} <= set(parts.columns):
        layers.append(_mark("area", {"y": _field("low"), "y2": {"field": "high"}}, opacity=0.14, **step))
    if "label" in parts.columns:
        layers.append(_mark("text", {"y": y, "text": _field("label", "nominal")}, align="right", dx=-2, dy=-9))
    return _layer(
        parts.rows,
        {"x": _quantity(parts, "x"), "color": _coloured(parts) | solid},
        *layers,
        height=min(200, parts.width // 2),
    )


DRAW: dict[str, Callable[[Parts], Spec]] = {
    "matrix": matrix,
    "bars": bars,
    "fan": fan,
    "frontier": frontier,
    "network": network,
    "timeline": timeline,
    "ladder": ladder,
}
