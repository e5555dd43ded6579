"""What a paper is made of, whatever it is written as: headings, prose, tables and pictures, each line with what it
rests on.

An id in `cites` is one of the case (a Figure, a passage, an event, a plan), one of a part of it (`clause:PLAN/ISSUE`,
`answer:PLAN/ACTOR/DATE`, `channel:ID`, `question:ID`, `issue:ID`), or one of the report (`found:LENS:KEY`,
`table:LENS:KEY`). `refs` puts it into words.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from winset import spoken
from winset.report import words
from winset.result import CellKind

PAPER_SIZE = (21.0, 29.7)  # cm, A4
MARGIN = 1.8  # cm
NONCHARACTERS = re.compile("[\ufffe\uffff]")  # none of XML 1.0, beside those that `clean` takes out


@dataclass(frozen=True)
class Said:
    """Words, and what they rest on."""

    text: str
    cites: tuple[str, ...] = ()
    strong: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading; `page`: it begins a page."""

    text: str
    page: bool = False


@dataclass(frozen=True)
class Prose:
    """Sentences of one paragraph. lead: in larger type; note: in smaller; item: one of a list."""

    said: tuple[Said, ...]
    kind: Literal["plain", "lead", "note", "item"] = "plain"


@dataclass(frozen=True)
class Cell:
    """Lines of a cell. `value` and `kind`: what a spreadsheet gets in their place, where the cell is a number."""

    lines: tuple[Said, ...] = ()
    value: float | None = None
    kind: CellKind = "text"

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @property
    def cites(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(c for line in self.lines for c in line.cites))


@dataclass(frozen=True)
class Sheet:
    """A table. widths: shares of the page. Without a key it is printed and is no file of its own."""

    key: str
    title: str
    heads: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture that stands by itself: its SVG has title and source line in it. told: what it shows, for who cannot
    see it.
    """

    key: str
    title: str
    svg: str
    told: str


Block = Heading | Prose | Sheet | Picture


@dataclass(frozen=True)
class Paper:
    """One paper. data: tables for a spreadsheet beyond those printed. small: in smaller type; brief: to keep to one
    page.
    """

    key: str
    title: str
    kicker: str
    blocks: tuple[Block, ...]
    data: tuple[Sheet, ...] = ()
    wide: bool = False
    brief: bool = False
    small: bool = False

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The tables that are files, those printed first."""
        return (*(b for b in self.blocks if isinstance(b, Sheet) and b.key), *self.data)

    @property
    def pictures(self) -> tuple[Picture, ...]:
        return tuple(b for b in self.blocks if isinstance(b, Picture))

    @property
    def room(self) -> float:
        """Centimetres between the margins."""
        return PAPER_SIZE[self.wide] - 2 * MARGIN

    def cited(self) -> tuple[str, ...]:
        """All ids that its lines rest on, in the order in which they first stand; a reference's number is its place."""
        return tuple(dict.fromkeys(c for said in self._said() for c in said.cites))

    def _said(self) -> Iterator[Said]:
        for block in self.blocks:
            if isinstance(block, Prose):
                yield from block.said
            elif isinstance(block, Sheet):
                yield from (line for row in block.rows for cell in row for line in cell.lines)


def text(*lines: str, cites: Sequence[str] = (), strong: bool = False) -> Cell:
    """A cell of words; the last line carries what they rest on. strong: the first line is in bold."""
    kept = [line for line in lines if line]
    last = len(kept) - 1
    return Cell(tuple(Said(line, tuple(cites) if i == last else (), strong and i == 0) for i, line in enumerate(kept)))


def share(value: float | None, cites: Sequence[str] = (), after: str = "") -> Cell:
    """A cell of a share, in percent; an empty one where there is none."""
    if value is None:
        return Cell()
    return Cell((Said(f"{words.percent(value)}{after}", tuple(cites)),), value, "share")


def legal(given: str) -> str:
    """Text of characters that XML, and so every form of a paper, can hold.

    >>> legal("North\\ufffe and\\x0b South")
    'North and South'
    """
    return NONCHARACTERS.sub("", words.clean(given))


def brief(given: str, most: int) -> str:
    """Words in at most so many letters; what is left out shows as an ellipsis.

    >>> brief("the guarantee of the three states", 20)
    'the guarantee of…'
    """
    flat = " ".join(words.clean(given).split())
    if len(flat) <= most:
        return flat
    cut = textwrap.shorten(flat, most, placeholder="…")
    return cut if len(cut) > 1 else flat[: most - 1] + "…"


def listed(names: Sequence[str], most: int = 4) -> str:
    """Names as a list in words; of many the first, and how many more.

    >>> listed(["North"]), listed(["North", "South"]), listed(list("abcdef"), 2)
    ('North', 'North and South', 'a, b and 4 more')
    """
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    return spoken.listed(names)
