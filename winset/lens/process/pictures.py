"""Pictures of the process lens, and the tables that they draw."""

from __future__ import annotations

from typing import Any

import numpy as np

from winset.lens.process.parts import CHANGES, ENDS, Parts
from winset.lens.process.tables import tabling
from winset.result import Chart, Column, Table, cited
from winset.settings import number
from winset.theory import organisation


def drawn(parts: Parts) -> list[Table]:
    """The tables behind the charts that no other table holds."""
    return [curve(parts), heard_levels(parts), tabled_levels(parts)]


def curve(parts: Parts) -> Table:
    """Below which rate of error of its reviewers a formal majority pays, by how often an envoy errs."""
    rows: list[tuple[Any, ...]] = []
    rho = number("process.rho")
    if (r := parts.leading) is not None:
        for error in np.linspace(0.05, 0.45, 9):
            told = [
                organisation.break_even_error(r.formal, r.adhoc, float(error), r.good, r.gain, r.loss, x) or 0.0
                for x in (0.0, rho, min(1.0, 2 * rho))
            ]
            who = f"majority of {r.formal[0]}"
            rows.append(cited(r.basis, who, *(100 * float(x) for x in (error, min(told), told[1], max(told)))))
    columns = (
        Column("form", "Formal way"),
        Column("error", "An envoy errs in", "number", "percent"),
        Column("low", "Better if a reviewer errs in under: least", "number", "percent"),
        Column("middle", "Better if a reviewer errs in under", "number", "percent"),
        Column("high", "Better if a reviewer errs in under: most", "number", "percent"),
    )
    title = f"{parts.names[r.party]}: when a formal process pays" if (r := parts.leading) else ""
    note = (
        f"A reviewer may err up to the line. Band: errors that do not go together, by {rho:g} (the line) and twice "
        "that. "
        "At 50% the formal way pays whatever its people know, at 0% never."
    )
    return Table("curve", title, columns, tuple(rows), note)


def heard_levels(parts: Parts) -> Table:
    h = parts.worst
    rows = [cited(h.basis, name, end, x) for name in CHANGES for end, x in zip(ENDS, h.size[name])] if h else []
    columns = (Column("change", "If"), Column("level", "Noise"), Column("error", "Error", "number"))
    title = f"Error with which {parts.names[h.hearer]} hears of {parts.names[h.speaker]}" if h else ""
    return Table(
        "heard_levels",
        title,
        columns,
        tuple(rows),
        "Of the other's scale from 0 to 1, with the noise of every reporter low and high.",
    )


def tabled_levels(parts: Parts) -> Table:
    one = next(iter(tabling(parts)), None)
    rows = (
        [cited(one.basis, name, end, x) for name in CHANGES for end, x in zip(ENDS, one.refused[name])] if one else []
    )
    columns = (Column("change", "If"), Column("level", "Noise"), Column("refused", "Refused", "share"))
    title = f"Plans that {parts.names[one.party]} tables and somebody refuses" if one else ""
    return Table("tabled_levels", title, columns, tuple(rows), "Of the draws with a deal to find.")


def charts(parts: Parts) -> list[Chart]:
    return [
        Chart(
            "curve_chart",
            "fan",
            "curve",
            "When a formal process pays",
            {"x": "error", "low": "low", "mid": "middle", "high": "high", "color": "form"},
        ),
        Chart(
            "heard_chart",
            "bars",
            "heard_levels",
            "Error of what is heard",
            {"x": "error", "y": "change", "color": "level"},
        ),
        Chart(
            "tabled_chart",
            "bars",
            "tabled_levels",
            "Tabled and refused",
            {"x": "refused", "y": "change", "color": "level"},
        ),
        Chart(
            "channels_chart",
            "network",
            "network",
            "Who carries messages, who advises",
            {"source": "source", "target": "target", "color": "kind"},
        ),
    ]
