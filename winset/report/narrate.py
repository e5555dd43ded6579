"""One sentence for each picture and each table, from its declared kind and its rows: what a reader should see in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from winset.report import words
from winset.report.encoding import Parts, parts_of
from winset.report.layout import Row, wrap
from winset.result import Chart, Table

NAMED = 4  # no answer: columns of a table that its sentence names
LINES = 3  # no answer: lines of a picture that its sentence follows
LETTERS = 60  # no answer: letters of a name in a sentence


def picture_says(chart: Chart, table: Table) -> str:
    """What stands out in a picture."""
    parts = parts_of(chart, table, 0)
    return SAYS[chart.kind](parts) if parts.rows else "There is nothing to draw."


def table_says(table: Table) -> str:
    """How many rows a table has, and of what.

    >>> from winset.result import Column
    >>> table_says(Table("t", "Odds", (Column("p", "Plan"), Column("s", "Signs", "share")), (("A", 0.5),)))
    '1 row: Plan, Signs'
    """
    heads = [c.label for c in table.columns if c.label]
    rest = f" and {len(heads) - NAMED} more columns" if len(heads) > NAMED + 1 else ""
    named = heads[: NAMED if rest else NAMED + 1]
    return f"{len(table.rows)} {'row' if len(table.rows) == 1 else 'rows'}: {', '.join(named)}{rest}"


def _value(parts: Parts, role: str, value: object) -> str:
    column = parts.columns[role]
    said = words.value(value, column.kind, column.unit)
    unit = words.unit_words(column.unit) if column.kind == "number" else ""
    return f"{said} {unit}".strip()


def _named(parts: Parts, row: Row, *roles: str) -> str:
    said = (" ".join(str(row[r]).split()) for r in roles if r in parts.columns)
    return ", ".join(wrap(text, LETTERS, 1) for text in said if text)


def _matrix(parts: Parts) -> str:
    if parts.kind("value") == "text":
        count = Counter(str(r["value"]) or "blank" for r in parts.rows)
        said = ", ".join(f"{name} {n}" for name, n in count.most_common(LINES + 2))
        return f"Of {len(parts.rows)} cells: {said}."
    top, low = (pick(parts.rows, key=lambda r: r["value"]) for pick in (max, min))
    high = f"Highest: {_named(parts, top, 'y', 'x')}, {_value(parts, 'value', top['value'])}"
    return f"{high}; lowest: {_named(parts, low, 'y', 'x')}, {_value(parts, 'value', low['value'])}."


def _bars(parts: Parts) -> str:
    top, low = (pick(parts.rows, key=lambda r: r["x"]) for pick in (max, min))
    high = f"Longest: {_named(parts, top, 'y', 'color')}, {_value(parts, 'x', top['x'])}"
    if len(parts.rows) == 1 or top["x"] == low["x"]:
        return f"{high}." if len(parts.rows) == 1 else f"All bars are of one length, {_value(parts, 'x', top['x'])}."
    word = "furthest to the left" if low["x"] < 0 else "shortest"
    return f"{high}; {word}: {_named(parts, low, 'y', 'color')}, {_value(parts, 'x', low['x'])}."


def _lines(parts: Parts, role: str) -> str:
    """From where to where the first lines of a picture run."""
    held: dict[str, list[Row]] = {}
    for row in parts.rows:
        held.setdefault(_named(parts, row, "color", "line"), []).append(row)
    said = []
    for name, rows in list(held.items())[:LINES]:
        run = _run(parts, role, rows)
        said.append(f"{name}: {run}" if name else run)
    text = "; ".join(said) + _axes(parts, role)
    return f"{text[:1].upper()}{text[1:]}."


def _run(parts: Parts, role: str, rows: list[Row]) -> str:
    """From where to where one line runs, and how far beyond both its ends."""

    def at(row: Row) -> str:
        return f"{_value(parts, role, row[role])} at {_value(parts, 'x', row['x'])}"

    first, last = rows[0], rows[-1]
    top, low = (pick(rows, key=lambda r: r[role]) for pick in (max, min))
    if top[role] == low[role]:
        return f"{_value(parts, role, first[role])} throughout"
    run = f"from {at(first)} to {at(last)}"
    if top[role] > max(first[role], last[role]):
        run += f", highest {at(top)}"
    return run + (f", lowest {at(low)}" if low[role] < min(first[role], last[role]) else "")


def _axes(parts: Parts, role: str) -> str:
    """What runs along the two axes, where they have names and the one across is not time."""
    across, up = words.clean(parts.columns["x"].label), words.clean(parts.columns[role].label)
    return f" (“{up}” by “{across}”)" if across and up and parts.kind("x") != "date" else ""


def _frontier(parts: Parts) -> str:
    right, top = max(parts.rows, key=lambda r: r["x"]), max(parts.rows, key=lambda r: r["y"])
    across, up = (words.clean(parts.columns[role].label) for role in ("x", "y"))

    def at(row: Row) -> str:
        name = _named(parts, row, "label")
        place = f"{_value(parts, 'x', row['x'])} and {_value(parts, 'y', row['y'])}"
        return f"{name}, {place}" if name else place

    count = f"{len(parts.rows)} {'point' if len(parts.rows) == 1 else 'points'}"
    return f"{count}; most on “{across}”: {at(right)}; most on “{up}”: {at(top)}."


def _network(parts: Parts) -> str:
    ends = Counter(str(r[end]) for r in parts.rows for end in ("source", "target"))
    name, most = min(ends.items(), key=lambda pair: (-pair[1], pair[0]))
    ties = f"{len(parts.rows)} {'tie' if len(parts.rows) == 1 else 'ties'} among {len(ends)}"
    return f"{ties}; most, {most}, are of {name}."


def _timeline(parts: Parts) -> str:
    dates, who = sorted(str(r["x"]) for r in parts.rows), Counter(str(r["y"]) for r in parts.rows)
    name, most = min(who.items(), key=lambda pair: (-pair[1], pair[0]))
    count = (
        f"{len(dates)} {'mark' if len(dates) == 1 else 'marks'} from {words.day(dates[0])} to {words.day(dates[-1])}"
    )
    return f"{count}; most, {most}, are of {name}."


def _ladder(parts: Parts) -> str:
    dashes = (
        [f"{how}: {name}" for how, name in zip(("Solid", "dashed"), parts.distinct("line"))]
        if "line" in parts.columns
        else []
    )
    return f"{_lines(parts, 'y')} {'; '.join(dashes)}{'.' if dashes else ''}".strip()


SAYS: dict[str, Callable[[Parts], str]] = {
    "matrix": _matrix,
    "bars": _bars,
    "fan": lambda parts: _lines(parts, "mid"),
    "frontier": _frontier,
    "network": _network,
    "timeline": _timeline,
    "ladder": _ladder,
}
