"""Pictures of tables: a `Chart` and its `Table` become an Altair specification, and that an SVG.

Colours are CSS variables of the page (`--c0` to `--c6` for categories, `--h0` to `--h6` for heat), so one picture serves
light, dark and print. No case text reaches the name of a field or an expression: every column is renamed to the part
it plays. Categories differ by shape or dash as well as by colour.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import altair as alt
import numpy as np
import vl_convert
from altair.utils import schemapi

from winset.report import words
from winset.report.tables import melt
from winset.result import Chart, Column, Table, plain

COLOURS = [f"var(--c{i})" for i in range(7)]
HEAT = [f"var(--h{i})" for i in range(7)]
HEAT_INK = [f"var(--t{i})" for i in range(7)]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [1, 3], [10, 4]]
SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right"]
FONT = "Arial, Helvetica, Liberation Sans, sans-serif"  # the metrics that the text is measured with
Row = dict[str, Any]


@dataclass(frozen=True)
class Parts:
    """The rows of a chart by role, with the column that fills each role and the width to draw to."""

    rows: list[Row]
    columns: dict[str, Column]
    width: int
    data: dict[str, list[Row]] = field(default_factory=dict)

    def named(self, rows: Sequence[Row]) -> alt.NamedData:
        """A name for rows to draw; they are put into the specification at its end, so Altair does not copy them."""
        name = f"rows{len(self.data)}"
        self.data[name] = list(rows)
        return alt.NamedData(name=name)

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
    """Rows with one field per role; text is cleaned, dates are ISO, rows without a number where one is drawn are left out."""
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
    if column.kind == "text" or value is None:
        return "" if value is None else words.value(value, "text", column.unit)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def specify(chart: Chart, table: Table, width: int = 640, check: bool = True) -> dict[str, Any]:
    """The Vega-Lite specification of a chart, `width` pixels wide in all, checked against the schema unless told not to."""
    parts = parts_of(chart, table, width)
    with schemapi.debug_mode(check):
        drawing = DRAW[chart.kind](parts) if parts.rows else alt.Chart(parts.named([{}])).mark_text(text="nothing to draw")
        spec: dict[str, Any] = drawing.to_dict(validate=check)
    fit = {"type": "fit-x", "contains": "padding"}
    return {**spec, "autosize": fit, "padding": 4, "config": _config(width), "datasets": parts.data}


def to_svg(chart: Chart, table: Table, width: int = 640) -> str:
    """The chart as one SVG element with a title and a description; its ids start with the chart's key."""
    spec = specify(chart, table, width, check=False)  # tests check the schema; here it would triple the time
    svg = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    prefix = re.sub(r"[^a-z0-9]+", "-", f"{chart.key}-{width}".lower())
    svg = re.sub(r'(\bid="|url\(#|href="#)', rf"\g<1>{prefix}-", svg)
    head = f'<title id="{prefix}-t">{escape(words.clean(chart.title))}</title>'
    head += f'<desc id="{prefix}-d">{escape(words.clean(chart.caption or table.note or table.title))}</desc>'
    opening = f'<svg role="img" aria-labelledby="{prefix}-t {prefix}-d" '
    return re.sub(r"^<svg ([^>]*)>", lambda m: f"{opening}{m[1]}>{head}", svg, count=1)


def _config(width: int) -> dict[str, Any]:
    quiet = {"labelColor": "var(--soft)", "titleColor": "var(--soft)", "labelFontSize": 12, "titleFontSize": 12}
    rule = {"gridColor": "var(--rule)", "domainColor": "var(--rule)", "tickColor": "var(--rule)"}
    top = {"title": None, "orient": "top", "direction": "horizontal", "columns": max(1, width // 170), "labelLimit": width - 40}
    axis = {"titleFontWeight": "normal", "labelLimit": width // 2, "labelPadding": 6, "titlePadding": 8}
    return {
        "background": "transparent", "font": FONT, "aria": False, "lineBreak": "\n", "view": {"stroke": None},
        "axis": {**quiet, **rule, **axis}, "legend": {**quiet, **top}, "text": {"fontSize": 12, "color": "var(--ink)"},
    }  # fmt: skip


def _wrap(text: str, width: int, lines: int = 3) -> str:
    found = textwrap.wrap(text, width) or [""]
    return "\n".join(found if len(found) <= lines else [*found[: lines - 1], textwrap.shorten(" ".join(found[lines - 1 :]), width, placeholder="…")])


def _quantity(parts: Parts, role: str, channel: Any, whole: bool = True, **more: Any) -> Any:
    """The axis of a role: time, share in percent (the `whole` of it or what is used), number, or words in the order given."""
    kind, unit = parts.kind(role), parts.columns[role].unit
    title = parts.title(role)
    if kind == "date":
        axis = alt.Axis(format="%b %Y", labelOverlap="greedy", tickCount=max(2, parts.width // 110), grid=False)
        return channel(f"{role}:T", title=None, scale=alt.Scale(type="utc"), axis=axis, **more)
    if kind == "share":
        scale = alt.Scale(domain=[0, 1], clamp=True) if whole and all(0 <= r[role] <= 1 for r in parts.rows) else alt.Scale(zero=False)
        return channel(f"{role}:Q", title=title, scale=scale, axis=alt.Axis(format="%", tickCount=5), **more)
    if kind == "number":
        scale = alt.Scale(domain=[0, 100]) if unit in ("place", "attention", "value") else alt.Scale(zero=False)
        return channel(f"{role}:Q", title=title, scale=scale, axis=alt.Axis(tickCount=5), **more)
    return channel(f"{role}:N", title=title, sort=None, **more)


def _category(parts: Parts, role: str = "color", palette: Sequence[Any] = COLOURS, **more: Any) -> alt.Scale:
    domain = parts.distinct(role)
    return alt.Scale(domain=domain, range=[palette[i % len(palette)] for i in range(len(domain))], **more)


def _coloured(parts: Parts) -> alt.Color | Any:
    if "color" not in parts.columns:
        return alt.value(COLOURS[0])
    return alt.Color("color:N", scale=_category(parts), legend=alt.Legend() if _plural(parts) else None)


def _plural(parts: Parts) -> bool:
    return "color" in parts.columns and len(parts.distinct("color")) > 1


def _shape(parts: Parts) -> Any:
    return alt.Shape("color:N", scale=_category(parts, palette=SHAPES)) if _plural(parts) else alt.value("circle")


def _dash(parts: Parts) -> Any:
    return alt.StrokeDash("color:N", scale=_category(parts, palette=DASHES)) if _plural(parts) else alt.value([1, 0])


def heat_levels(values: Sequence[Any], share: bool) -> list[int | None]:
    """A level from 0 to 6 for each number (of the whole range 0 to 1 for shares, else between least and greatest)."""
    numbers = [v for v in values if isinstance(v, int | float) and math.isfinite(v)]
    low, high = (0.0, 1.0) if share or not numbers else (min(numbers), max(numbers))
    size = high - low or 1.0
    return [
        min(6, max(0, int(7 * (v - low) / size))) if isinstance(v, int | float) and math.isfinite(v) else None for v in values
    ]


def matrix(parts: Parts) -> Any:
    """Cells x by y, shaded by value, with the value printed in them."""
    levels = heat_levels([r["value"] for r in parts.rows], parts.kind("value") == "share")
    unit = parts.columns["value"].unit
    wrap = max(10, parts.width // (8 * (len(parts.distinct("x")) + 2)))
    rows = [
        {"x": _wrap(r["x"], wrap), "y": _wrap(r["y"], 28), "level": level, "text": words.value(r["value"], parts.kind("value"), unit)}
        for r, level in zip(parts.rows, levels)
    ]
    fill = alt.Color("level:O", scale=alt.Scale(domain=list(range(7)), range=HEAT), legend=None)
    ink = alt.Color("level:O", scale=alt.Scale(domain=list(range(7)), range=HEAT_INK), legend=None)
    x = alt.X("x:N", sort=None, title=None, axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False))
    y = alt.Y("y:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False))
    base = alt.Chart(parts.named(rows), height=alt.Step(40), width=parts.width).encode(x=x, y=y)
    return alt.layer(
        base.mark_rect(stroke="var(--paper)", strokeWidth=2, cornerRadius=3).encode(color=fill),
        base.mark_text(fontSize=13).encode(text="text:N", color=ink),
    ).resolve_scale(color="independent")


def bars(parts: Parts) -> Any:
    """One bar per label, its value printed at its end."""
    unit, wide = parts.columns["x"].unit, max(14, parts.width // 20)
    rows = [
        {**r, "y": _wrap(r["y"], wide), "text": words.value(r["x"], parts.kind("x"), unit), "start": min(0, r["x"]), "end": max(0, r["x"])}
        for r in parts.rows
    ]
    lines = max(r["y"].count("\n") + 1 for r in rows)
    top = max(r["end"] for r in rows)
    low = min(r["start"] for r in rows)
    scale = alt.Scale(domain=[low * 1.15, top * 1.15 or 1.0], nice=False)
    x = alt.X("start:Q", title=parts.title("x"), scale=scale, axis=alt.Axis(grid=False, labels=False, ticks=False, domain=False))
    y = alt.Y("y:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False))
    base = alt.Chart(parts.named(rows), width=parts.width, height=alt.Step(max(24, 16 * lines + 8))).encode(y=y)
    groups = {"yOffset": alt.YOffset("color:N", sort=None)} if _grouped(parts) else {}
    bar = base.mark_bar(cornerRadius=2, height={"band": 0.7}).encode(x=x, x2="end:Q", color=_coloured(parts), **groups)
    label = base.transform_filter("datum.x >= 0").mark_text(align="left", dx=4).encode(x=alt.X("end:Q"), text="text:N", **groups)
    below = base.transform_filter("datum.x < 0").mark_text(align="right", dx=-4).encode(x=alt.X("start:Q"), text="text:N", **groups)
    return alt.layer(bar, label, below) if low < 0 else alt.layer(bar, label)


def _grouped(parts: Parts) -> bool:
    return _plural(parts) and len(parts.distinct("y")) < len(parts.rows)


def fan(parts: Parts) -> Any:
    """A line of middle values with the band from low to high around it."""
    order = {} if parts.kind("x") != "text" else {"order": alt.Order("row:Q")}
    rows = [{**r, "row": i} for i, r in enumerate(parts.rows)]
    low, high = alt.Y("low:Q"), alt.Y2("high:Q")
    base = alt.Chart(parts.named(rows), width=parts.width, height=260).encode(x=_quantity(parts, "x", alt.X), color=_coloured(parts))
    band = base.mark_area(opacity=0.16, line=False).encode(y=low, y2=high)
    line = base.mark_line(strokeWidth=2).encode(y=_quantity(parts, "mid", alt.Y), strokeDash=_dash(parts), **order)
    return alt.layer(band, line)


def frontier(parts: Parts) -> Any:
    """Points in the plane of two values; labelled points carry their label where there is room for it."""
    base = alt.Chart(width=parts.width, height=min(400, int(parts.width * 0.8)))
    x, y = _quantity(parts, "x", alt.X, whole=False), _quantity(parts, "y", alt.Y, whole=False)
    point = base.mark_point(size=70, filled=True, opacity=0.85).encode(x=x, y=y, color=_coloured(parts), shape=_shape(parts))
    point = point.properties(data=parts.named(parts.rows))
    layers = [point]
    for (align, dy), rows in _places(parts).items():
        text = base.mark_text(align=align, dx={"left": 8, "right": -8}[align], dy=dy).encode(x="x:Q", y="y:Q", text="label:N")
        layers.append(text.properties(data=parts.named(rows)))
    return alt.layer(*layers)


def _places(parts: Parts) -> dict[tuple[str, int], list[Row]]:
    """Where each label stands beside its point: the first of six places that meets no label placed before it."""
    labelled = [r for r in parts.rows if r.get("label")]
    if not labelled:
        return {}
    plot = np.array([parts.width - 70.0, min(400.0, parts.width * 0.8)])
    xy = np.array([[r["x"], r["y"]] for r in parts.rows], dtype=float)
    low, size = xy.min(axis=0), np.ptp(xy, axis=0)
    size[size == 0] = 1.0
    taken: list[tuple[float, float, float, float]] = []
    found: dict[tuple[str, int], list[Row]] = {}
    for row in labelled:
        text = _wrap(row["label"], 24, 1)
        px, py = (np.array([row["x"], row["y"]], dtype=float) - low) / size * plot * [1, -1] + [0, plot[1]]
        length = 6.6 * len(text)
        sides = ["right", "left"] if px + length > plot[0] else ["left", "right"]
        for align, dy in [(side, dy) for dy in (0, -14, 14) for side in sides]:
            left = px + 8 if align == "left" else px - 8 - length
            box = (left, py + dy - 7, left + length, py + dy + 7)
            if not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
                break
        taken.append(box)
        found.setdefault((align, dy), []).append({**row, "label": text})
    return found


def network(parts: Parts) -> Any:
    """Who is tied to whom: two columns where sources and targets are apart, else a circle; a triangle shows the direction."""
    spots = _layout(parts.distinct("source"), parts.distinct("target"))
    edges = []
    for r in parts.rows:
        (x, y), (x2, y2) = spots[r["source"]], spots[r["target"]]
        along = {"mx": x + 0.6 * (x2 - x), "my": y + 0.6 * (y2 - y), "angle": math.degrees(math.atan2(x2 - x, y2 - y))}
        edges.append({**r, "x": x, "y": y, "x2": x2, "y2": y2, **along})
    nodes = [{"x": x, "y": y, "name": _wrap(name, 18, 2)} for name, (x, y) in spots.items()]
    span = alt.Scale(domain=[-2.1, 2.1], nice=False)
    height = max(240, min(parts.width, 30 * len(nodes)))

    def at(x: str, y: str) -> dict[str, Any]:
        return {
            "x": alt.X(f"{x}:Q", axis=None, scale=span),
            "y": alt.Y(f"{y}:Q", axis=None, scale=alt.Scale(domain=[-1.2, 1.2], nice=False)),
        }

    tie = alt.Chart(parts.named(edges), width=parts.width, height=height)
    layers = [
        tie.mark_rule(strokeWidth=1.5, opacity=0.8).encode(**at("x", "y"), x2="x2", y2="y2", color=_coloured(parts), strokeDash=_dash(parts)),
        tie.mark_point(shape="triangle-up", filled=True, size=60, opacity=1).encode(
            **at("mx", "my"), angle=alt.Angle("angle:Q", scale=None), color=_coloured(parts)
        ),
        alt.Chart(parts.named(nodes)).mark_point(filled=True, size=80, color="var(--ink)", opacity=1).encode(**at("x", "y")),
    ]
    if "label" in parts.columns:
        layers.append(tie.mark_text(fontSize=11, dy=-9, color="var(--soft)").encode(**at("mx", "my"), text="label:N"))
    for align, dx, side in (("left", 9, 1), ("right", -9, -1)):
        names = [n for n in nodes if (n["x"] >= 0) == (side == 1)]
        layers.append(alt.Chart(parts.named(names)).mark_text(align=align, dx=dx).encode(**at("x", "y"), text="name:N"))
    return alt.layer(*layers)


def _layout(sources: list[str], targets: list[str]) -> dict[str, tuple[float, float]]:
    if not set(sources) & set(targets):
        columns = [(-1.0, sources), (1.0, targets)]
        return {n: (x, float(y)) for x, names in columns for n, y in zip(names, np.linspace(1, -1, len(names) + 2)[1:-1])}
    names = list(dict.fromkeys([*sources, *targets]))
    turns = np.linspace(0, 2 * np.pi, len(names), endpoint=False) + np.pi / len(names)
    return {n: (float(np.sin(t)), float(np.cos(t))) for n, t in zip(names, turns)}


def timeline(parts: Parts) -> Any:
    """Marks on dates, one row for each actor or kind."""
    rows = [{**r, "y": _wrap(r["y"], max(12, parts.width // 26), 2)} for r in parts.rows]
    y = alt.Y("y:N", sort=None, title=None, axis=alt.Axis(domain=False, ticks=False, grid=True))
    base = alt.Chart(parts.named(rows), width=parts.width, height=alt.Step(26)).encode(x=_quantity(parts, "x", alt.X), y=y)
    point = base.mark_point(size=50, filled=True, opacity=0.75).encode(color=_coloured(parts), shape=_shape(parts))
    if "label" not in parts.columns or len(rows) > 12:
        return point
    return alt.layer(point, base.mark_text(align="left", dx=8, dy=-8, fontSize=11).encode(text="label:N"))


def ladder(parts: Parts) -> Any:
    """Steps: a level that holds until the next one. Roles `color`, `low` and `high` are optional."""
    y = _quantity(parts, "y", alt.Y)
    base = alt.Chart(parts.named(parts.rows), width=parts.width, height=min(200, parts.width // 2)).encode(
        x=_quantity(parts, "x", alt.X), color=_coloured(parts)
    )
    layers = [
        base.mark_line(interpolate="step-after", strokeWidth=2).encode(y=y, strokeDash=_dash(parts)),
        base.mark_point(filled=True, size=40, opacity=1).encode(y=y, shape=_shape(parts)),
    ]
    if {"low", "high"} <= set(parts.columns):
        layers.insert(0, base.mark_area(interpolate="step-after", opacity=0.14, line=False).encode(y="low:Q", y2="high:Q"))
    if "label" in parts.columns:
        layers.append(base.mark_text(align="right", dx=-2, dy=-9).encode(y=y, text="label:N"))
    return alt.layer(*layers)


DRAW: dict[str, Callable[[Parts], Any]] = {
    "matrix": matrix, "bars": bars, "fan": fan, "frontier": frontier, "network": network, "timeline": timeline, "ladder": ladder,
}  # fmt: skip
