"""How records show themselves in a notebook: plain HTML that can be read aloud, and Markdown.

Everything is escaped; no script, no colour that carries meaning. Numbers have three significant digits and no
exponent, shares are percent. Reports have a form of their own (`winset.report`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

from winset.terminal import clean

NUMBERS = ("share", "number")


class Head(NamedTuple):
    """What stands over a column: its words, the kind of its cells, and their unit."""

    label: str
    kind: str = "text"
    unit: str = ""


def cell(value: Any, kind: str = "text") -> str:
    """A cell in words.

    >>> cell(0.423, "share"), cell(0.001, "share"), cell(1234.5, "number"), cell(0.04567, "number")
    ('42%', '<1%', '1,234', '0.0457')
    >>> cell(None), cell(True)
    ('', 'yes')
    """
    value = value.item() if hasattr(value, "item") else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return "" if value is None else clean(str(value))
    if not math.isfinite(value):
        return "–"
    if kind == "share":
        if value != 0 and abs(value) < 0.005:
            return "<1%" if value > 0 else ">−1%"
        return ">99%" if 0.995 < value < 1 else f"{100 * value:.0f}%".replace("-", "−")
    whole = abs(value) >= 100 or value == int(value)
    text = f"{value:,.0f}" if whole else f"{value:.{max(0, 2 - math.floor(math.log10(abs(value))))}f}"
    return text.replace("-", "−")


def _head(head: Head) -> str:
    return clean(f"{head.label} ({head.unit})" if head.unit and head.kind == "number" else head.label)


def html_table(title: str, heads: Sequence[Head], rows: Sequence[Sequence[Any]], note: str = "") -> str:
    """A table with its title as caption; the first cell of a row is its heading."""
    top = "".join(f'<th scope="col">{escape(_head(head))}</th>' for head in heads)
    body = []
    for row in rows:
        cells = []
        for at, (head, value) in enumerate(zip(heads, row, strict=True)):
            text = escape(cell(value, head.kind))
            align = ' style="text-align:right"' if head.kind in NUMBERS else ""
            cells.append(f'<th scope="row">{text}</th>' if at == 0 else f"<td{align}>{text}</td>")
        body.append(f"<tr>{''.join(cells)}</tr>")
    below = f"<p>{escape(clean(note))}</p>" if note else ""
    caption = f"<caption>{escape(clean(title))}</caption>"
    return f"<table>{caption}<thead><tr>{top}</tr></thead><tbody>{''.join(body)}</tbody></table>{below}"


def markdown_table(title: str, heads: Sequence[Head], rows: Sequence[Sequence[Any]], note: str = "") -> str:
    """The same as a Markdown table, its title in bold before it."""

    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(text.replace("|", "\\|").replace("\n", " ") for text in cells) + " |"

    rule = "|" + "|".join("---:" if head.kind in NUMBERS else "---" for head in heads) + "|"
    body = [line([cell(value, head.kind) for head, value in zip(heads, row, strict=True)]) for row in rows]
    parts = [f"**{clean(title)}**", "", line([_head(head) for head in heads]), rule, *body]
    return "\n".join([*parts, *(["", clean(note)] if note else [])]) + "\n"


def html_answer(question: str, answer: Sequence[str], tables: Sequence[str]) -> str:
    """A question, its answer in sentences, and what stands folded below."""
    said = "".join(f"<p>{escape(clean(text))}</p>" for text in answer)
    return f"<section><h3>{escape(clean(question))}</h3>{said}{''.join(tables)}</section>"


def folded(title: str, inside: str) -> str:
    """Something that opens when asked for."""
    return f"<details><summary>{escape(clean(title))}</summary>{inside}</details>"
