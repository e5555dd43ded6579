"""What the kinds of chart have in common: rows by role, and the encodings of a Vega-Lite specification.

No case text reaches the name of a field or an expression: every column is renamed to the part it plays.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from winset.report import words
from winset.report.layout import Domain, Row, shortened, widest
from winset.report.tables import melt
from winset.result import Chart, Column, Table, plain

COLOURS = [f"var(--c{i})" for i in range(7)]
HEAT = [f"var(--h{i})" for i in range(7)]
HEAT_INK = [f"var(--t{i})" for i in range(7)]
DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [1, 3], [10, 4]]
SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right"]
# no answer: pixels beside a drawing with row labels, and of a number from which an axis says 12k and not 12,000
EDGES, MANY = 32, 10_000
AXIS = 46  # no answer: pixels of the axis at the left, so that the plot is as wide as labels were placed for
# the title of an upright axis stands above it, where it is read without turning the head
UPRIGHT = {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleX": -AXIS, "titleY": -10}
UPRIGHT |= {"titleBaseline": "bottom", "minExtent": AXIS, "maxExtent": AXIS}
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

    def heading(self, role: str) -> str | None:
        """The title of an axis, no longer than the picture is wide."""
        title = self.title(role)
        return title and shortened(title, self.width - EDGES)

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
        return "" if value is None else words.headed(words.value(value, "text", column.unit))
    if column.kind == "date":
        return value or None
    return value if isinstance(value, int | float) and math.isfinite(value) else None


def layered(rows: list[Row], encoding: Spec, *layers: Spec, **more: Any) -> Spec:
    """Layers over the same rows with encodings in common."""
    return {"data": {"values": rows}, "encoding": encoding, "layer": list(layers), **more}


def mark(kind: str, encoding: Spec | None = None, rows: list[Row] | None = None, **style: Any) -> Spec:
    spec: Spec = {"mark": {"type": kind, **style}, "encoding": encoding or {}}
    return spec if rows is None else {**spec, "data": {"values": rows}}


def field_of(name: str, kind: str = "quantitative", **more: Any) -> Spec:
    return {"field": name, "type": kind, **more}


def labels(role: str = "y", scale: Spec | None = None, **axis: Any) -> Spec:
    """The axis of labels down the side, in the order given."""
    return field_of(
        role, "nominal", sort=None, title=None, axis={"domain": False, "ticks": False, **axis}, scale=scale or {}
    )


def beside(parts: Parts, rows: Sequence[Row]) -> int:
    """The width left for the drawing beside its row labels."""
    return parts.width - EDGES - int(min(parts.width // 2, widest(row["y"] for row in rows)))


def quantity(parts: Parts, role: str, whole: bool = True, domain: Domain | None = None) -> Spec:
    """The axis of a role: time, share in percent (all of it or what is used), number, or words in the order given.

    domain: what the axis reaches, where labels have been placed by it.
    """
    kind, unit = parts.kind(role), parts.columns[role].unit
    if kind == "date":
        return _time(parts, role)
    if kind not in ("share", "number"):
        return field_of(role, "nominal", title=parts.heading(role), sort=None)
    axis: Spec = {"tickCount": 5, **(UPRIGHT if role not in ("x", "x2") else {})}
    if kind == "share":
        axis["format"] = "%"
        whole_range = whole and all(0 <= r[role] <= 1 for r in parts.rows)
        scale: Spec = {"domain": [0, 1]} if whole_range else {"zero": False}
    else:
        if max((abs(r[role]) for r in parts.rows), default=0) >= MANY:
            axis["format"] = "~s"
        scale = {"domain": [0, 100]} if unit in ("place", "attention", "value") else {"zero": False}
    if domain:
        scale = {"domain": list(domain), "nice": False}
    return field_of(role, title=parts.heading(role), scale=scale, axis=axis)


def _time(parts: Parts, role: str) -> Spec:
    axis = {"format": "%b %Y", "labelOverlap": "greedy", "labelSeparation": 10, "grid": False}
    axis["tickCount"] = max(2, parts.width // 110)
    return field_of(role, "temporal", title=None, scale={"type": "utc", "nice": False}, axis=axis)


def plural(parts: Parts) -> bool:
    return "color" in parts.columns and len(parts.distinct("color")) > 1


def category(parts: Parts, palette: Sequence[Any], role: str = "color") -> Spec:
    domain = parts.distinct(role)
    marks = [palette[i % len(palette)] for i in range(len(domain))]
    return field_of(role, "nominal", scale={"domain": domain, "range": marks})


def coloured(parts: Parts) -> Spec:
    return {**category(parts, COLOURS), "title": None} if plural(parts) else {"value": COLOURS[0]}


def shaped(parts: Parts) -> Spec:
    return {**category(parts, SHAPES), "title": None} if plural(parts) else {"value": "circle"}


def dashed(parts: Parts) -> Spec:
    return {**category(parts, DASHES), "title": None} if plural(parts) else {"value": [1, 0]}
