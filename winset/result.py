"""What a lens returns: findings, tables and charts in plain records that any report can render."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from winset import notebook
from winset.errors import SettingError
from winset.terminal import clean

if TYPE_CHECKING:
    import polars as pl

_ARTICLES = re.compile(r"\b([Tt]he) the\b")
_OWN = re.compile(r"(?<=\w)s's\b")
_START = re.compile(r"((?:^|[.!?]”? )“?)the ")
_MINUS = re.compile(r"(?<![\w.,)-])-(?=\d)")
CellKind = Literal["text", "share", "number", "date"]
ChartKind = Literal["matrix", "fan", "frontier", "network", "timeline", "bars", "ladder"]
Part = Literal[
    "verdict",
    "plans",
    "stops",
    "believe",
    "moves",
    "process",
    "last",
    "gains",
    "deadlines",
    "escalation",
    "next",
    "levers",
    "decides",
    "rests",
]


@dataclass(frozen=True)
class Cited:
    """A value in a table and what it rests on: ids of Figures, passages, sources, plans or events of the case."""

    value: Any
    basis: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One answer: a value with its range, what it rests on, and a sentence a mediator would read aloud.

    For a quantity, low and high are the 5th and 95th percentile over draws. For a yes/no quantity the value is the
    share of draws, `error` the Monte-Carlo standard error, and low and high the range over readings.
    """

    key: str
    sentence: str
    value: float | str | None = None
    unit: str = ""
    low: float | None = None
    high: float | None = None
    error: float | None = None
    basis: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Column:
    key: str
    label: str
    kind: CellKind = "text"
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells (plain values or `Cited`), in the order of `columns`."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    note: str = ""

    def column(self, key: str) -> list[Any]:
        at = [c.key for c in self.columns].index(key)
        return [plain(row[at]) for row in self.rows]

    def basis(self, key: str) -> list[tuple[str, ...]]:
        """What each cell of a column rests on: ids of the case, none where nothing is stated."""
        at = [c.key for c in self.columns].index(key)
        return [row[at].basis if isinstance(row[at], Cited) else () for row in self.rows]

    def frame(self) -> pl.DataFrame:
        """The table as a polars frame, columns named by their keys.

        Shares (0..1) and numbers are Float64 with null for an empty cell, dates are Date, all else is String; a column
        of numbers in which a cell is a word (`never`) is String too.
        """
        import polars as pl

        return pl.DataFrame([_series(c.key, c.kind, self.column(c.key)) for c in self.columns])

    def _repr_html_(self) -> str:
        return notebook.html_table(self.title, self._heads, self._cells, self.note)

    def _repr_markdown_(self) -> str:
        return notebook.markdown_table(self.title, self._heads, self._cells, self.note)

    @property
    def _heads(self) -> list[notebook.Head]:
        return [notebook.Head(c.label or c.key, c.kind, c.unit) for c in self.columns]

    @property
    def _cells(self) -> list[list[Any]]:
        return [[plain(cell) for cell in row] for row in self.rows]


@dataclass(frozen=True)
class Chart:
    """A picture of a table: its kind and which columns play which part.

    Roles by kind: matrix x, y, value; bars x (share or number), y (label), color; fan x, low, mid, high, color,
    and for a darker band inside inner_low, inner_high;
    timeline x (date), y (row), label, color; frontier x, y, label, color; network source, target, color, label;
    ladder x, y, label, color, low, high, line (told apart by dashes).
    """

    key: str
    kind: ChartKind
    table: str
    title: str
    roles: dict[str, str]
    caption: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the answer: a heading, a few plain sentences, then keys of findings, tables and charts to show."""

    key: str
    title: str
    text: tuple[str, ...] = ()
    show: tuple[str, ...] = ()


@dataclass(frozen=True)
class Point:
    """What a lens gives to one part of the brief: a sentence or two, and perhaps a picture or table to show beside it.

    show: key of a chart or table of the same Result. greyed: said, but it does not stand out from chance.
    """

    part: Part
    text: str
    show: str = ""
    greyed: bool = False


@dataclass(frozen=True)
class Offer:
    """What a lens offers to readers of one page: a headline (at most 25 words), a picture (key of one of its charts),
    one sentence on what follows for whoever mediates, and what it gives to the parts of the brief."""

    headline: str = ""
    picture: str = ""
    so_what: str = ""
    points: tuple[Point, ...] = ()


@dataclass(frozen=True)
class Result:
    """What one lens says about one case."""

    lens: str
    question: str
    answer: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    sections: tuple[Section, ...] = ()
    assumes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)
    offer: Offer = Offer()

    def __post_init__(self) -> None:
        """Put every sentence and heading into the form in which names with an article read well."""
        for name, value in self._put(sentence, headed).items():
            object.__setattr__(self, name, value)

    def said(self, say: Callable[[str], str]) -> Result:
        """The same result with `say` put to each of its sentences, headings and words in tables."""
        tables = tuple(
            replace(
                t, rows=tuple(tuple(say(cell) if isinstance(cell, str) else cell for cell in row) for row in t.rows)
            )
            for t in self.tables
        )
        told = replace(self, tables=tables)
        return replace(told, **told._put(say, say))

    def _put(self, say: Callable[[str], str], head: Callable[[str], str]) -> dict[str, Any]:
        """Every field that holds text for readers, with `say` put to sentences and `head` to the heads of columns."""
        return {
            "offer": replace(
                self.offer,
                headline=say(self.offer.headline),
                so_what=say(self.offer.so_what),
                points=tuple(replace(p, text=say(p.text)) for p in self.offer.points),
            ),
            "answer": tuple(map(say, self.answer)),
            "notes": tuple(map(say, self.notes)),
            "findings": tuple(replace(f, sentence=say(f.sentence)) for f in self.findings),
            "tables": tuple(
                replace(
                    t,
                    title=say(t.title),
                    note=say(t.note),
                    columns=tuple(replace(c, label=head(c.label)) for c in t.columns),
                )
                for t in self.tables
            ),
            "charts": tuple(replace(c, title=say(c.title), caption=say(c.caption)) for c in self.charts),
            "sections": tuple(replace(s, title=say(s.title), text=tuple(map(say, s.text))) for s in self.sections),
        }

    @property
    def headline(self) -> str:
        return self.offer.headline or (self.answer[0] if self.answer else "")

    @property
    def so_what(self) -> str:
        return self.offer.so_what

    @property
    def picture(self) -> str:
        return self.offer.picture

    @property
    def points(self) -> tuple[Point, ...]:
        return self.offer.points

    def finding(self, key: str) -> Finding:
        return next(f for f in self.findings if f.key == key)

    def table(self, key: str) -> Table:
        return next(t for t in self.tables if t.key == key)

    def frame(self, key: str = "") -> pl.DataFrame:
        """A table as a polars frame (see `Table.frame`), or all findings: a row each, `value` null for words.

        Raises SettingError for an unknown key; its text lists those there are.
        """
        if not key:
            return self._found.frame()
        if key not in (keys := [t.key for t in self.tables]):
            raise SettingError(f"{self.lens} has no table {key!r}; it has {', '.join(keys) or 'none'}")
        return self.table(key).frame()

    def _repr_html_(self) -> str:
        found, tables = self._found, self._contents
        parts = [notebook.folded(t.title, t._repr_html_()) for t in (found, tables) if t.rows]
        return notebook.html_answer(self.question, self.answer, parts)

    def _repr_markdown_(self) -> str:
        return "\n\n".join([f"### {clean(self.question)}", *map(clean, self.answer)]) + "\n"

    @property
    def _found(self) -> Table:
        columns = (
            Column("key", "key"),
            Column("value", "value", "number"),
            Column("low", "low", "number"),
            Column("high", "high", "number"),
            Column("error", "error", "number"),
            Column("unit", "unit"),
            Column("sentence", "in words"),
        )
        rows = tuple(
            (
                f.key,
                None if isinstance(f.value, str) else Cited(f.value, f.basis),
                f.low,
                f.high,
                f.error,
                f.unit,
                f.sentence,
            )
            for f in self.findings
        )
        return Table(key="findings", title=f"Findings ({len(rows)})", columns=columns, rows=rows)

    @property
    def _contents(self) -> Table:
        columns = (Column("key", "key"), Column("title", "title"), Column("rows", "rows", "number"))
        rows = tuple((t.key, t.title, len(t.rows)) for t in self.tables)
        return Table(key="tables", title=f"Tables ({len(rows)}), by frame(KEY)", columns=columns, rows=rows)


class Lens(Protocol):
    """A question put to the arrays of a case. A frozen dataclass; its fields are its settings."""

    @property
    def name(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def reads(self) -> Sequence[str]: ...
    @property
    def sources(self) -> Sequence[str]: ...
    @property
    def assumes(self) -> Sequence[str]: ...

    def lacks(self, case: Any) -> list[str]:
        """Keys of Figures, or words, that the lens needs and the case does not have: `look` can then say nothing."""
        ...

    def look(self, study: Any) -> Result: ...


def headed(text: str) -> str:
    """A heading or sentence that begins with a name with an article, with its capital.

    >>> headed("the Union breaks first"), headed("p of the Union"), headed("theirs")
    ('The Union breaks first', 'p of the Union', 'theirs')
    """
    return f"The{text[3:]}" if text.startswith("the ") else text


def sentence(text: str) -> str:
    """Sentences into which names and numbers were put, as one writes them: a capital after a full stop, no article
    twice, only an apostrophe after the s of a name, and a minus before a number. Names themselves have a small article
    (see `Actor.name`).

    >>> sentence("the Union signs. the Free Cities's line is real: of the the Union.")
    "The Union signs. The Free Cities' line is real: of the Union."
    >>> sentence("“the terms of May” moves by -1.3 in 1939-40.")
    '“The terms of May” moves by −1.3 in 1939-40.'
    """
    text = _MINUS.sub("−", _ARTICLES.sub(r"\1", text))
    return _OWN.sub("s'", _START.sub(r"\1The ", text))


def cited(basis: Sequence[str], *cells: Any) -> tuple[Any, ...]:
    """Cells whose numbers rest on `basis`. Words stay as they are, and so does what has a basis of its own.

    >>> cited(["north.no_deal"], "North", 0.5, Cited(2, ("south.no_deal",)))
    ('North', Cited(value=0.5, basis=('north.no_deal',)), Cited(value=2, basis=('south.no_deal',)))
    """
    ids = tuple(basis)
    return tuple(
        Cited(plain(cell), ids)
        if isinstance(plain(cell), int | float) and not (isinstance(cell, Cited) and cell.basis)
        else cell
        for cell in cells
    )


def plain(cell: Any) -> Any:
    """The value of a cell, cited or not."""
    return cell.value if isinstance(cell, Cited) else cell


def _series(key: str, kind: CellKind, cells: Sequence[Any]) -> pl.Series:
    """A column of a frame; its type follows from the kind, and is String where a cell does not fit the kind."""
    import polars as pl

    held = [None if cell == "" else cell.item() if hasattr(cell, "item") else cell for cell in cells]
    known = [cell for cell in held if cell is not None]
    if kind in ("share", "number") and all(isinstance(cell, int | float) for cell in known):
        return pl.Series(key, [None if cell is None else float(cell) for cell in held], dtype=pl.Float64)
    if kind == "date":
        try:
            return pl.Series(
                key, [None if cell is None else dt.date.fromisoformat(str(cell)) for cell in held], dtype=pl.Date
            )
        except ValueError:
            pass  # `open`, or a month: then words
    return pl.Series(key, [None if cell is None else str(cell) for cell in held], dtype=pl.String)


def nothing(lens: Lens, missing: Sequence[str]) -> Result:
    """The result of a lens whose inputs the case does not have: nothing can be said, and why."""
    few = [*missing[:5], f"nor {len(missing) - 5} more"] if len(missing) > 6 else list(missing)
    return Result(
        lens=lens.name,
        question=lens.question,
        answer=(f"Nothing can be said: the case has no {', no '.join(few)}.",),
        offer=Offer(
            headline=f"Nothing can be said: the case has no {missing[0]}." if missing else "Nothing can be said."
        ),
        notes=tuple(missing),
        assumes=tuple(lens.assumes),
        sources=tuple(lens.sources),
    )
