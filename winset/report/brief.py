"""The brief: what a reader takes away from one page, the same for every case and any set of lenses.

It is made from what each lens offers (`Result.points`), never from a lens's own tables: parts in a fixed order, each
with its first sentence, then further ones in turn as long as there is room. At most 600 words and four pictures. What
no lens spoke to is left out, and what could not be said is named at the end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from winset.report import words
from winset.report.case_views import kinds_table
from winset.report.report import Report
from winset.report.tables import pivot
from winset.result import Chart, Point, Result, Table, headed, plain
from winset.spoken import count, percent, short

WORDS, PICTURES, PLANS, COLUMNS, NAME = 600, 4, 8, 9, 34  # no answer: the size of a page
# parts of which every brief has a word first, and those whose pictures come first
CORE = ("verdict", "plans", "stops", "believe", "last", "deadlines", "next", "levers", "decides", "rests")
PICTURED = ("plans", "next", "levers", "believe")
HEADS: dict[str, str] = {
    "verdict": "The verdict",
    "plans": "Who signs, who ratifies, what passes",
    "stops": "What stops the closest plan",
    "believe": "Whom to believe",
    "moves": "Who moves whom",
    "process": "How decisions are made",
    "last": "Who can last",
    "gains": "Who gains by what",
    "deadlines": "What the record says",
    "escalation": "How far it may go",
    "next": "What may come next",
    "levers": "What each lever moves",
    "decides": "What decides",
    "rests": "What this rests on",
}


@dataclass(frozen=True)
class Picture:
    """A chart and its table; `grid`: a matrix, to be set as a table of words and numbers."""

    lens: str
    chart: Chart
    table: Table

    @property
    def grid(self) -> bool:
        return self.chart.kind == "matrix"


@dataclass(frozen=True)
class Section:
    """A part of the brief."""

    key: str
    title: str
    points: tuple[Point, ...]
    picture: Picture | None = None

    @property
    def words(self) -> int:
        return _count(self.title) + sum(_count(p.text) for p in self.points)


@dataclass(frozen=True)
class Brief:
    """The page. missing: what lenses could not say, in words."""

    title: str
    date: str
    sections: tuple[Section, ...]
    missing: tuple[str, ...]

    @property
    def words(self) -> int:
        return sum(s.words for s in self.sections) + sum(map(_count, self.missing))

    @property
    def said(self) -> str:
        """All its sentences."""
        return " ".join(p.text for s in self.sections for p in s.points)


def brief(report: Report, room: int = WORDS) -> Brief:
    """The brief of a report, within so many words."""
    offered = _offered(report)
    title, date = words.clean(report.case.title), f"as known on {words.day(report.case.as_of)}"
    missing = tuple(f"{r.question} {r.headline}" for r in report.results if _said_nothing(r))
    used = sum(map(_count, (title, date, *missing, HEADS["verdict"], offered["verdict"][0].text)))
    kept: dict[str, list[Point]] = {key: [] for key in offered} | {"verdict": offered["verdict"][:1]}  # always said
    pictures = {}
    for key, picture in _pictures(report, offered):
        size = _size(picture) if picture.grid else 0
        if used + size <= room:
            pictures[key] = picture
            used += size
    full: set[str] = set()  # a part that had no room for a point takes no later one in its place
    for key, point in _in_turn(offered):
        cost = _count(point.text) + (0 if kept[key] else _count(HEADS[key]))
        if point in kept[key]:
            continue
        if key in full or used + cost > room:
            full.add(key)
        else:
            kept[key].append(point)
            used += cost
    made = tuple(
        Section(key, HEADS[key], tuple(p for p in offered[key] if p in kept[key]), pictures.get(key))
        for key in offered
        if kept[key]
    )
    return Brief(title, date, made, missing)


def _said_nothing(result: Result) -> bool:
    return not result.points and not result.tables


def _offered(report: Report) -> dict[str, list[Point]]:
    """The points of all lenses by part, in the order of the parts; with a verdict always, and what it rests on."""
    found: dict[str, list[Point]] = {key: [] for key in HEADS}
    for result in (*report.results, *([report.record] if report.record else [])):
        own = result.points or (() if _said_nothing(result) else (Point("verdict", result.headline),))
        for point in own:
            found[point.part].append(point)
    if report.decides:  # a search over all assumptions says more than the draws of one lens
        found["decides"] = list(report.decides)
    if not found["verdict"]:
        first = next((r.headline for r in report.results if not _said_nothing(r)), "Nothing can be said.")
        found["verdict"] = [Point("verdict", first)]
    found["rests"] = [Point("rests", _rests(report)), *found["rests"]]  # how the numbers are founded comes first
    return {key: points for key, points in found.items() if points}


def _in_turn(offered: dict[str, list[Point]]) -> Iterator[tuple[str, Point]]:
    """The first point of every core part, then what may come, for one side as for the other, and what would open a
    deal, then the others in turn."""
    core = [key for key in offered if key in CORE]
    first = [(key, 0) for key in core] + [("next", 1), ("next", 2), ("stops", 1), ("next", 3)]
    first += [(key, 0) for key in offered if key not in CORE]
    rest = [(key, rank) for rank in range(1, max(map(len, offered.values()))) for key in offered]
    for key, rank in dict.fromkeys([*first, *rest]):
        if rank < len(offered.get(key, ())):
            yield key, offered[key][rank]


def _pictures(report: Report, offered: dict[str, list[Point]]) -> Iterator[tuple[str, Picture]]:
    """The first picture that each part shows, at most four in all; the kinds of basis are one of them."""
    left = PICTURES - 1
    order = sorted(offered, key=lambda key: PICTURED.index(key) if key in PICTURED else len(PICTURED))
    for key in order:
        points = offered[key]
        shown = next((p for point in points if point.show and (p := _found(report, point)) is not None), None)
        if shown is not None and left > 0:
            left -= 1
            yield key, shown
    kinds = kinds_table(report.case)
    roles = {"x": "share", "y": "kind"}
    yield "rests", Picture("case", Chart("basis_chart", "bars", kinds.key, "What the numbers rest on", roles), kinds)


def _found(report: Report, point: Point) -> Picture | None:
    for result in report.results:
        if point in result.points:
            chart = next((c for c in result.charts if c.key == point.show), None)
            table = next((t for t in result.tables if chart and t.key == chart.table), None)
            if chart and table:
                return _small(Picture(result.lens, chart, table))
    return None


def _small(picture: Picture) -> Picture:
    """A matrix as a table with at most so many rows and columns."""
    if not picture.grid:
        return picture
    table = pivot(picture.chart, picture.table)
    width = min(len(table.columns), COLUMNS + 1)
    rows = tuple((headed(short(str(plain(row[0])), NAME)), *row[1:width]) for row in table.rows[:PLANS])
    left = len(table.rows) - len(rows)
    note = " ".join([picture.table.note, *([f"{left} more stand in the chapter."] if left else [])])
    return replace(picture, table=replace(table, columns=table.columns[:width], rows=rows, note=note))


SHORT = {
    "passages": "passages of the sources", "report": "reports", "unknown": "reports of unknown publisher",
    "dataset": "data sets",
    "judgement": "judgement",
}  # fmt: skip


def _rests(report: Report) -> str:
    """The commonest kind of basis and the missing voices, in two sentences; the bar has all kinds."""
    kinds = Counter(words.basis_kind(f) for f in report.case.figures)
    total = sum(kinds.values())
    if not total:
        return "The case states no numbers."
    most = min(kinds, key=lambda k: (-kinds[k], k))
    said = [f"{percent(kinds[most] / total)} of {total:,} numbers rest first on {SHORT[most]}."]
    if voices := report.case.missing_voices:
        of = f"{count(len(voices), 'group')}, such as {voices[0].who}" if len(voices) > 1 else voices[0].who
        said.append(f"No source lets {of}{',' * (len(voices) > 1)} speak directly.")
    return " ".join(said)


def said_as(share: object) -> str:
    """A share of a matrix in a word: colour is never alone."""
    if not isinstance(share, int | float):
        return ""
    if share >= 0.95:
        return "yes"
    if share >= 0.55:
        return "likely"
    if share > 0.45:
        return "even"
    return "unlikely" if share > 0.05 else "no"


def _size(picture: Picture) -> int:
    """Words of a matrix: its heads, its first column, and a word and a number in every other cell."""
    table = picture.table
    cells = sum(_count(str(plain(row[0]))) + 2 * (len(row) - 1) for row in table.rows)
    return cells + sum(_count(c.label) for c in table.columns) + _count(table.note)


def _count(text: str) -> int:
    return len(text.split())


def as_markdown(made: Brief) -> str:
    """The brief as Markdown: headings, sentences, the matrix as a table; pictures are named, not drawn."""
    lines = [f"# {_md(made.title)}", "", f"_{_md(made.date)}_", ""]
    for section in made.sections:
        lines += [f"## {section.title}", ""]
        for point in section.points:
            lines += [] if not point.text else [f"{_md(point.text)}", ""]
        if section.picture and section.picture.grid:
            lines += [*_md_table(section.picture.table), ""]
        if section.picture and section.picture.grid and section.picture.table.note:
            lines += [_md(section.picture.table.note), ""]
    lines += [f"Not said: {_md(text)}" for text in made.missing]
    return "\n".join(lines).rstrip() + "\n"


def _md(text: str) -> str:
    """Text that Markdown and HTML take as text."""
    text = words.clean(" ".join(text.split()))
    for sign in "\\`*_[]<>|#":
        text = (
            text.replace(sign, f"\\{sign}")
            if sign not in "<>"
            else text.replace(sign, {"<": "&lt;", ">": "&gt;"}[sign])
        )
    return text


def _md_table(table: Table) -> list[str]:
    heads = [_md(c.label) for c in table.columns]
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for row in table.rows:
        cells = [
            _md(str(plain(row[0]))),
            *(f"{said_as(plain(c))} {percent(plain(c))}" if isinstance(plain(c), int | float) else "" for c in row[1:]),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines
