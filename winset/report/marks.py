"""One function for each kind of chart: its rows by role become a Vega-Lite specification without frame and colours.

Categories differ by shape or dash as well as by colour.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable

from winset.report import words
from winset.report.encoding import (
    AXIS,
    DASHES,
    HEAT,
    HEAT_INK,
    Parts,
    Spec,
    beside,
    category,
    coloured,
    dashed,
    field_of,
    labels,
    layered,
    mark,
    plural,
    quantity,
    shaped,
)
from winset.report.layout import (
    BESIDE,
    HALF,
    Box,
    Domain,
    Row,
    label_places,
    meets,
    node_places,
    roomy,
    shortened,
    widest,
    wrapped,
)
from winset.report.letters import length
from winset.report.tables import heat_levels

FEW = 12  # no answer: marks of a timeline that are labelled
NETWORK = (2.6, 1.2)  # no answer: how far the plane of a network reaches around its nodes, which stand within 1


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
    x = labels("x", orient="top", labelAngle=0, labelPadding=8 + 14 * lines)
    fill, ink = ({"scale": {"domain": list(range(7)), "range": r}, "legend": None} for r in (HEAT, HEAT_INK))
    return layered(
        rows,
        {"x": x, "y": labels()},
        mark(
            "rect",
            {"color": field_of("level", "ordinal", **fill)},
            stroke="var(--paper)",
            strokeWidth=2,
            cornerRadius=3,
        ),
        mark("text", {"text": field_of("text", "nominal"), "color": field_of("level", "ordinal", **ink)}, fontSize=13),
        width=beside(parts, rows),
        height={"step": 40},
        resolve={"scale": {"color": "independent"}},
    )


def bars(parts: Parts) -> Spec:
    """One bar per label, its value printed at its end."""
    names = wrapped(parts.distinct("y"), max(30, parts.width // 17), 3)
    texts = words.cells([r["x"] for r in parts.rows], parts.kind("x"), parts.columns["x"].unit)
    ends = [{"start": min(0, r["x"]), "end": max(0, r["x"])} for r in parts.rows]
    rows = [{**r, "y": names[str(r["y"])], "text": t, **e} for r, t, e in zip(parts.rows, texts, ends)]
    low, high, plot = min(e["start"] for e in ends), max(e["end"] for e in ends), beside(parts, rows)
    room = 50 / max(50, plot - 100) * (high - low or 1.0)  # for the values printed at the ends
    scale = {"domain": [low - room if low < 0 else 0, high + room], "nice": False}
    axis = {"grid": False, "labels": False, "ticks": False, "domain": False, "titleAnchor": "end"}
    grouped = plural(parts) and len(names) < len(rows)
    # the room between bars is the scale's: a bar's own `height` in a group would be set off by a share of the group
    apart: Spec = {
        "field": "color",
        "type": "nominal",
        "sort": None,
        "scale": {"paddingInner": 0.3, "paddingOuter": 0.1},
    }
    offset = {"yOffset": apart} if grouped else {}
    middle = {"yOffset": {**apart, "bandPosition": 0.5}} if grouped else {}
    thick: Spec = {} if grouped else {"height": {"band": 0.7}}

    def value(test: str, at: str, align: str, dx: int) -> Spec:
        encoding = {"x": field_of(at), "text": field_of("text", "nominal"), **middle}
        return {**mark("text", encoding, align=align, dx=dx), "transform": [{"filter": test}]}

    x = field_of("start", title=parts.title("x"), scale=scale, axis=axis)
    bar = {"x": x, "x2": {"field": "end"}, "color": coloured(parts), **offset}
    layers = [mark("bar", bar, cornerRadius=2, **thick), value("datum.x >= 0", "end", "left", 4)]
    if low < 0:
        layers.append(value("datum.x < 0", "start", "right", -4))
    lines = max(name.count("\n") + 1 for name in names.values())
    # of grouped bars the step is that of one bar, and a group has room for its label
    beside_each_other = len(parts.distinct("color")) if grouped else 1
    step = max(18 if grouped else 24, (14 * lines + 10) / beside_each_other)
    return layered(rows, {"y": labels(scale={"paddingOuter": 0.1})}, *layers, width=plot, height={"step": step})


def fan(parts: Parts) -> Spec:
    """A line of middle values with the band from low to high around it, and a darker one inside where there is one."""
    rows = [{**r, "row": i} for i, r in enumerate(parts.rows)]
    order = {} if parts.kind("x") != "text" else {"order": field_of("row")}
    line = {"legend": {"symbolType": "stroke", "symbolOpacity": 1, "symbolStrokeWidth": 2.5, "symbolSize": 300}}
    legend = line if plural(parts) else {}
    half = {"y": field_of("inner_low"), "y2": {"field": "inner_high"}}
    inner = [mark("area", half, opacity=0.3)] if "inner_low" in parts.columns else []
    return layered(
        rows,
        {"x": quantity(parts, "x"), "color": coloured(parts) | legend},
        mark("line", {"y": quantity(parts, "mid"), "strokeDash": dashed(parts) | legend, **order}, strokeWidth=2),
        mark("area", {"y": field_of("low"), "y2": {"field": "high"}}, opacity=0.16),
        *inner,
        height=180,
    )


def frontier(parts: Parts) -> Spec:
    """Points in the plane of two values; labelled points carry their label where there is room for it."""
    point = mark("point", {"color": coloured(parts), "shape": shaped(parts)}, size=70, filled=True, opacity=0.85)
    x, y = (roomy([r[role] for r in parts.rows]) for role in ("x", "y"))
    plot = (parts.width - AXIS - 20, min(360, int(parts.width * 0.8)))
    axes = {
        "x": quantity(parts, "x", whole=False, domain=x),
        "y": quantity(parts, "y", whole=False, domain=y),
    }
    return layered(parts.rows, axes, point, *_beside_points(parts.rows, plot, x, y), width=plot[0], height=plot[1])


def _beside_points(rows: list[Row], plot: tuple[float, float], x: Domain, y: Domain) -> list[Spec]:
    """A layer of text for each side and height at which labels stand beside their points."""
    places = label_places(rows, plot, x, y)
    return [
        mark(
            "text",
            {"text": field_of("label", "nominal")},
            held,
            align=align,
            dx=BESIDE if align == "left" else -BESIDE,
            dy=down,
        )
        for (align, down), held in places.items()
    ]


def network(parts: Parts) -> Spec:
    """Who is tied to whom, in two columns or on a circle; a triangle shows the direction."""
    spots = node_places(parts.distinct("source"), parts.distinct("target"))
    most = max(Counter(x >= 0 for x, _ in spots.values()).values())  # no answer: 38 pixels for two lines of a name
    size = (parts.width - 30.0, max(120.0, 19 * 2 * NETWORK[1] * (most + 1)))
    room = size[0] / 2 * (1 - 1 / NETWORK[0]) - BESIDE
    lines = {name: form.split("\n") for name, form in wrapped(spots, max(8, int(room / 6)), 2).items()}
    names = {name: "\n".join(shortened(line, room) for line in held) for name, held in lines.items()}
    nodes: list[Row] = [{"x": x, "y": y, "name": names[name]} for name, (x, y) in spots.items()]
    edges = [_tie(r, spots, size) for r in parts.rows]
    taken = [_node_box(n, size) for n in nodes]
    for edge in edges:
        edge["label"] = _free_label(edge, size, taken) if "label" in parts.columns else ""

    def at(x: str, y: str) -> Spec:
        wide, high = ({"domain": [-reach, reach], "nice": False} for reach in NETWORK)
        return {"x": field_of(x, axis=None, scale=wide), "y": field_of(y, axis=None, scale=high)}

    colour, middle, turn = coloured(parts), at("mx", "my"), field_of("angle", scale=None)
    ends = {**at("x", "y"), "x2": {"field": "x2"}, "y2": {"field": "y2"}, "color": colour, "strokeDash": dashed(parts)}
    arrow = {**middle, "angle": turn, "color": colour}
    layers = [
        mark("rule", ends, strokeWidth=1.5, opacity=0.8),
        mark("point", arrow, shape="triangle-up", filled=True, size=60, opacity=1),
        mark("point", at("x", "y"), nodes, filled=True, size=80, color="var(--ink)", opacity=1),
    ]
    told = [e for e in edges if e["label"]]
    if told:
        words_on = {**middle, "text": field_of("label", "nominal")}
        layers.append(mark("text", words_on, told, fontSize=11, dy=-10, color="var(--soft)"))
    for align, dx in (("left", BESIDE), ("right", -BESIDE)):
        side = [n for n in nodes if (n["x"] >= 0) == (align == "left")]
        layers.append(mark("text", {**at("x", "y"), "text": field_of("name", "nominal")}, side, align=align, dx=dx))
    return layered(edges, {}, *layers, width=int(size[0]), height=int(size[1]))


def _pixels(x: float, y: float, size: tuple[float, float]) -> tuple[float, float]:
    """Where a place of a network stands, in pixels from the top left."""
    return size[0] * (x + NETWORK[0]) / (2 * NETWORK[0]), size[1] * (NETWORK[1] - y) / (2 * NETWORK[1])


def _tie(row: Row, spots: dict[str, tuple[float, float]], size: tuple[float, float]) -> Row:
    """A tie with its ends, the place of its arrow and label, and the arrow's turn."""
    (x, y), (x2, y2) = spots[row["source"]], spots[row["target"]]
    across, down = (x2 - x) * size[0] / NETWORK[0], (y2 - y) * size[1] / NETWORK[1]
    middle = {"mx": x + 0.6 * (x2 - x), "my": y + 0.6 * (y2 - y), "angle": math.degrees(math.atan2(across, down))}
    return {**row, "x": x, "y": y, "x2": x2, "y2": y2, **middle}


def _node_box(node: Row, size: tuple[float, float]) -> Box:
    x, y = _pixels(node["x"], node["y"], size)
    far, high = BESIDE + widest([node["name"]]), HALF * (node["name"].count("\n") + 1)
    return (x - 6, y - high, x + far, y + high) if node["x"] >= 0 else (x - far, y - high, x + 6, y + high)


def _free_label(edge: Row, size: tuple[float, float], taken: list[Box]) -> str:
    """The label of a tie where nothing stands in its place, which it then takes; else none: the table has it."""
    text = shortened(" ".join(str(edge["label"]).split()), size[0] / 3, 11)
    x, y = _pixels(edge["mx"], edge["my"], size)
    half = length(text, 11) / 2
    box = (x - half - 2, y - 10 - HALF, x + half + 2, y - 10 + HALF)
    if not text or meets(box, taken) or box[0] < 0 or box[2] > size[0] or box[1] < 0:
        return ""
    taken.append(box)
    return text


def _in_days(rows: list[Row]) -> list[Row]:
    """Rows with x in days; none where an x is no whole date."""
    try:
        return [{**r, "x": dt.date.fromisoformat(str(r["x"])).toordinal(), "date": r["x"]} for r in rows]
    except ValueError:
        return []


def _labels_on_dates(days: list[Row], plot: tuple[float, float], reach: Domain, **at: Spec) -> list[Spec]:
    """A layer of text for each side and height at which labels stand beside their marks on dates."""
    if len({d["x"] for d in days}) < 2:
        return []
    places = label_places(days, plot, (min(d["x"] for d in days), max(d["x"] for d in days)), reach)
    return [
        mark(
            "text",
            {**at, "text": field_of("label", "nominal")},
            [{**d, "x": d["date"], "y": d.get("row", d["y"])} for d in held],
            align=align,
            dx=BESIDE if align == "left" else -BESIDE,
            dy=down,
        )
        for (align, down), held in places.items()
    ]


def timeline(parts: Parts) -> Spec:
    """Marks on dates, one row for each actor or kind."""
    who = wrapped(parts.distinct("y"), parts.width // 22, 1)
    rows = [{**r, "y": who[str(r["y"])]} for r in parts.rows]
    layers = [mark("point", {"color": coloured(parts), "shape": shaped(parts)}, size=50, filled=True, opacity=0.75)]
    plot = beside(parts, rows)
    labelled = "label" in parts.columns and len(rows) <= FEW
    step = 32 if labelled else 22
    if labelled:
        heights = {name: len(who) - 0.5 - i for i, name in enumerate(who.values())}
        days = [{**r, "y": heights[r["y"]], "row": r["y"]} for r in _in_days(rows)]
        layers += _labels_on_dates(days, (plot, step * len(who)), (0, len(who)))
    axes = {"x": quantity(parts, "x"), "y": labels(grid=True)}
    return layered(rows, axes, *layers, width=plot, height={"step": step})


def ladder(parts: Parts) -> Spec:
    """Steps: a level that holds until the next one. Roles `color`, `low`, `high`, `line` and `label` are optional.

    Several lines are told apart by their dashes, as the picture's sentence says (the first is solid, and has the band
    from low to high); one line for each colour has dashes by colour.
    """
    reach = (0.0, 100.0) if parts.columns["y"].unit == "place" else roomy([r["y"] for r in parts.rows])
    y: Spec = quantity(parts, "y", domain=reach if parts.kind("y") == "number" else None)
    step: Spec = {"interpolate": "step-after"}
    lines = parts.distinct("line") if "line" in parts.columns else []
    dash = {**category(parts, DASHES, "line"), "legend": None} if len(lines) > 1 else dashed(parts)
    solid = {"legend": {"symbolStrokeWidth": 0}} if plural(parts) and len(lines) < 2 else {}
    layers = [
        mark("line", {"y": y, "strokeDash": {**dash, **solid}}, strokeWidth=2, **step),
        mark("point", {"y": y, "shape": {**shaped(parts), **solid}}, filled=True, size=40, opacity=1),
    ]
    if {"low", "high"} <= set(parts.columns):
        banded = [r for r in parts.rows if not lines or r["line"] == lines[0]]
        layers.append(mark("area", {"y": field_of("low"), "y2": {"field": "high"}}, banded, opacity=0.14, **step))
    height = min(200, parts.width // 2)
    if "label" in parts.columns and parts.kind("x") == "date":
        plot = (parts.width - AXIS - 20, height)
        layers += _labels_on_dates(_in_days(parts.rows), plot, reach, y=field_of("y"))
    axes = {"x": quantity(parts, "x"), "color": {**coloured(parts), **solid}}
    return layered(parts.rows, axes, *layers, height=height)


DRAW: dict[str, Callable[[Parts], Spec]] = {
    "matrix": matrix,
    "bars": bars,
    "fan": fan,
    "frontier": frontier,
    "network": network,
    "timeline": timeline,
    "ladder": ladder,
}
