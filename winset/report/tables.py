"""Two shapes of a matrix: long (a row per cell, as charts draw it) and wide (a row per y, as people read it)."""

from __future__ import annotations

from dataclasses import replace

from winset.result import Chart, Column, Table, plain


def is_wide(chart: Chart) -> bool:
    """Whether a chart is a matrix over all columns of a kind of its table (`x: "*share"`; `"*"` for all columns)."""
    return chart.kind == "matrix" and chart.roles.get("x", "").startswith("*")


def melt(chart: Chart, table: Table) -> tuple[Chart, Table]:
    """A wide matrix as the same matrix over a long table; other charts as they are."""
    if not is_wide(chart):
        return chart, table
    kind, at = chart.roles["x"][1:], [c.key for c in table.columns].index(chart.roles["y"])
    across = [(i, c) for i, c in enumerate(table.columns) if i != at and kind in ("", c.kind)]
    rows = tuple((row[at], c.label, row[i]) for row in table.rows for i, c in across)
    first = across[0][1] if across else Column("value", "")
    columns = (table.columns[at], Column("x", ""), Column("value", "", first.kind, first.unit))
    roles = {"y": table.columns[at].key, "x": "x", "value": "value"}
    return replace(chart, roles=roles), replace(table, columns=columns, rows=rows)


def pivot(chart: Chart, table: Table) -> Table:
    """The table of a matrix: a row per y, a column per x, the (cited) value in the cell, blank where there is none."""
    chart, table = melt(chart, table)
    at = {column.key: i for i, column in enumerate(table.columns)}
    x, y, value = (at[chart.roles[role]] for role in ("x", "y", "value"))
    held = {(str(plain(row[y])), str(plain(row[x]))): row[value] for row in table.rows}
    across, down = dict.fromkeys(key[1] for key in held), dict.fromkeys(key[0] for key in held)
    kind = table.columns[value]
    columns = (table.columns[y], *(Column(f"x{i}", label, kind.kind, kind.unit) for i, label in enumerate(across)))
    rows = tuple((name, *(held.get((name, label), "") for label in across)) for name in down)
    return Table(table.key, chart.title, columns, rows, table.note)
