"""One HTML file: no network, no script needed to read it, every number opens what it rests on.

Case text reaches the page only through Jinja2 with autoescape on. Figures, passages and events stand in the page once;
a number links to one of them, or to a numbered list where it rests on several. A content security policy names the
page's own style and script by hash, so nothing else can run or be fetched.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from winset.case.model import Basis, Case, Figure, parse_basis
from winset.report import charts, lab, words
from winset.report.bibliography import entries
from winset.report.case_views import case_result, months
from winset.report.report import Report
from winset.report.tables import below, heat_levels, is_dense, is_stacked, is_wide, pivot
from winset.result import Chart, Cited, Column, Finding, Result, Section, Table, plain

WIDE, NARROW, LONG = 680, 350, 25  # pixels, pixels, rows of a table that is shown folded
SMALL = ("ladder",)  # kinds of chart drawn in one size, side by side
DIGEST = re.compile("(sha256 [0-9a-f]{12})[0-9a-f]{52}")


@dataclass
class Basics:
    """Links from numbers to what they rest on; sets of several ids get a number when first met."""

    case: Case
    anchors: dict[str, str] = field(default_factory=dict)
    sets: dict[tuple[str, ...], int] = field(default_factory=dict)

    def link(self, text: str, ids: tuple[str, ...], what: str = "") -> Markup:
        """`text` as a link to its basis, or plain where there is none."""
        known = tuple(i for i in ids if i in self.anchors)
        if not known:
            return Markup("{}").format(text)
        if not what:
            return Markup('<a class="n" href="{}">{}</a>').format(self.href(known), text)
        return Markup('<a class="n" href="{}" aria-label="{}. {}: what this rests on">{}</a>').format(
            self.href(known), text, what, text
        )

    def href(self, ids: tuple[str, ...]) -> str:
        if len(ids) == 1:
            return "#" + quote(self.anchors[ids[0]], safe="/@.:-_")
        return f"#set-{self.sets.setdefault(ids, len(self.sets) + 1)}"

    def parts(self, basis: Basis) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """(kind in words, text, passages) of each part of a basis."""
        for kind, text in basis.parts:
            known = tuple(p for p in text.split() if p in self.case.passage) if kind == "passages" else ()
            yield words.BASIS_WORDS[kind], "" if known else words.clean(DIGEST.sub(r"\1…", text)), known


@dataclass(frozen=True)
class Picture:
    """A chart to show: its drawings by width (none for a matrix, which is its shaded table), words and table."""

    chart: Chart
    table: Table | None
    drawings: tuple[tuple[str, Markup], ...]


@dataclass(frozen=True)
class Grid:
    """A table to show, and whether it is shaded."""

    table: Table
    heat: bool = False
    caption: str = ""


def as_html(report: Report) -> str:
    """The page. The same report gives the same bytes."""
    case = report.case
    anchors = {f"{s.id}": f"src-{s.id}" for s in case.sources}
    anchors |= {p.id: f"plan-{p.id}" for p in case.plans}
    anchors |= {e.id: f"ev-{e.id}" for e in case.events}
    anchors |= {p.id: f"pass-{p.id}" for p in case.passages}
    anchors |= {f.id: f"fig-{f.id}" for f in report.figures}
    basics = Basics(case, anchors)
    own = case_result(report)
    for finding in (f for result in report.results for f in result.findings):
        basics.link("", finding.basis)  # findings come last in the page, after the lists of ids that they may need
    laid = lab.data(report)
    parts = ("report.js", *(("lab_core.js", "lab_search.js", "lab_picture.js", "lab.js") if laid else ()))
    style = _flush_left(_file("style.css") + _file("lab.css"))
    script = _flush_left("".join(map(_file, parts)))
    template = _environment().get_template("template.html")
    page = template.render(
        # what is shown
        report=report,
        case=case,
        results=[(r, _blocks(r)) for r in report.results],
        own=_blocks(own),
        months=months(case),
        groups=_figure_groups(report),
        in_force=set(case.figure),
        settings=list(_flat({k: v for k, v in report.settings.items() if k != "model"})),
        model=report.settings.get("model", {}),
        lab=laid,
        # how it is put into words
        basics=basics,
        words=words,
        reference=_reference,
        number=_setting_value,
        value_of=_finding_value,
        figure_name=lambda f: words.figure_name(case, f),
        figure_value=lambda f: words.figure_value(case, f),
        basis_of=lambda text: basics.parts(parse_basis(text)) if text else (),
        # how tables are laid out
        cells=lambda table: _cells(basics, table),
        spans=_spans,
        level=_levels,
        below=lambda grid: [] if grid.heat else below(grid.table),
        shape=_shape,
        Grid=Grid,
        long=LONG,
        # the page's own style and script
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
    )
    return words.clean(_flush_left(page))


def _flush_left(text: str) -> str:
    """Without indentation and empty lines, which a page of many tables has a lot of."""
    return re.sub(r"\n\s+", "\n", text)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_file), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


@cache
def _file(name: str) -> str:
    return files("winset.report").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _blocks(result: Result) -> list[tuple[Section, list[tuple[str, Any]]]]:
    """The sections of a result with what each shows; what no section shows comes last."""
    shown = {key for section in result.sections for key in section.show}
    drawn = {c.table for c in result.charts if c.key in shown}
    rest = tuple(t.key for t in result.tables if t.key not in shown | drawn) + tuple(
        c.key for c in result.charts if c.key not in shown
    )
    sections = list(result.sections)
    if rest and result.lens != "case":
        sections.append(Section("more", "More tables", (), rest))
    return [(section, _shown(result, section)) for section in sections]


def _shown(result: Result, section: Section) -> list[tuple[str, Any]]:
    charts_by_key, tables = {c.key: c for c in result.charts}, {t.key: t for t in result.tables}
    findings = {f.key: f for f in result.findings}
    matrices = {
        charts_by_key[k].table: charts_by_key[k]
        for k in section.show
        if k in charts_by_key and is_wide(charts_by_key[k])
    }
    found: list[tuple[str, Any]] = []
    for key in section.show:
        if key in charts_by_key:
            chart = charts_by_key[key]
            if chart.table in tables and not (is_wide(chart) and chart.table in section.show):
                found.append(_picture(result.lens, chart, tables[chart.table], chart.table not in section.show))
        elif key in tables:
            caption = matrices[key].caption if key in matrices else ""
            found.append(("table", Grid(tables[key], key in matrices, caption)))
        elif key in findings:
            found.append(("finding", findings[key]))
    return _rows_of_pictures(found)


def _rows_of_pictures(items: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Small pictures that follow each other become one item, to stand side by side."""
    out: list[tuple[str, Any]] = []
    for small, group in groupby(items, key=lambda item: item[0] == "picture" and item[1].chart.kind in SMALL):
        held = list(group)
        out += [("pictures", [picture for _, picture in held])] if small else held
    return out


def _picture(lens: str, chart: Chart, table: Table, with_table: bool) -> tuple[str, Any]:
    if chart.kind == "matrix":
        return "table", Grid(pivot(chart, table), True, chart.caption)
    if (few := len(charts.drawn(chart, table).rows)) < len(table.rows):
        chart = replace(chart, caption=f"{chart.caption} The first {few} of {len(table.rows)} rows are drawn.".strip())
    sizes = (("only", NARROW),) if chart.kind in SMALL else (("wide", WIDE), ("narrow", NARROW))
    drawings = tuple((name, Markup(charts.to_svg(chart, table, width, lens))) for name, width in sizes)
    return "picture", Picture(chart, table if with_table else None, drawings)


def _cells(basics: Basics, table: Table) -> list[list[Markup]]:
    """The cells of a table as HTML, row by row: their words, linked to their basis if they have one."""
    columns = []
    for column, cells in zip(table.columns, zip(*table.rows)):
        texts = words.cells([plain(c) for c in cells], column.kind, column.unit)
        columns.append([_cell(basics, text, cell, column) for text, cell in zip(texts, cells)])
    return [list(row) for row in zip(*columns)]


def _cell(basics: Basics, text: str, cell: Any, column: Column) -> Markup:
    if isinstance(cell, Cited):
        return basics.link(text, tuple(cell.basis))
    return _basis_cell(basics, text) if column.key.endswith("basis") and text else Markup("{}").format(text)


def _shape(grid: Grid) -> str:
    """The classes of a table: shaded (and with many columns), a list on a phone, in smaller type."""
    if grid.heat:
        return "heat many" if len(grid.table.columns) > 10 else "heat"
    stack, dense = is_stacked(grid.table), is_dense(grid.table)
    return " ".join(["stack"] * stack + ["dense"] * dense)


def _spans(table: Table) -> list[list[int]]:
    """How many rows each cell spans: equal neighbours in the leading text columns are one cell, the others 0.

    None spans where columns stand below their row.
    """
    if below(table):
        return [[1] * len(table.columns) for _ in table.rows]
    rows = [[str(plain(c)) for c in row] for row in table.rows]
    out = [[1] * len(row) for row in rows]
    deep = next((i for i, c in enumerate(table.columns) if c.kind != "text" or i == len(table.columns) - 1), 0)
    for depth in range(deep):
        start = 0
        for i in range(1, len(rows) + 1):
            if i == len(rows) or rows[i][: depth + 1] != rows[start][: depth + 1]:
                out[start][depth] = i - start
                for later in range(start + 1, i):
                    out[later][depth] = 0
                start = i
    return out


def _basis_cell(basics: Basics, text: str) -> Markup:
    """A basis written in a cell: passages become a link, the rest stays words."""
    try:
        parts = list(basics.parts(parse_basis(text)))
    except ValueError:
        return Markup("{}").format(words.clean(text))
    links = [basics.link(f"{kind}: {' '.join(ids)}" if ids else f"{kind}: {said}", ids) for kind, said, ids in parts]
    # one element: on a phone a cell is a grid of its label and one thing
    return Markup("<span>{}</span>").format(Markup("; ").join(links)) if len(links) > 1 else links[0]


def _levels(grid: Grid) -> list[list[str]]:
    """The class of every cell: its kind, and in a shaded table its heat or kind of basis."""
    kinds = [c.kind for c in grid.table.columns]
    heat = {}
    for kind in ("share", "number") if grid.heat else ():
        flat = [plain(cell) for row in grid.table.rows for cell, k in zip(row, kinds) if k == kind]
        heat[kind] = iter(heat_levels(flat, kind == "share"))

    def name(cell: Any, kind: str) -> str:
        level = next(heat[kind]) if kind in heat else None
        if level is not None:
            return f"{kind} h{level}"
        said = grid.heat and cell in words.BASIS_WORDS.values()
        return f"{kind} b-{cell.replace(' ', '-')}" if said else kind

    return [[name(plain(cell), kind) for cell, kind in zip(row, kinds)] for row in grid.table.rows]


def _reference(key: str) -> str:
    """Author, year and title of a method's source, from the bibliography; the bare key if it is not there."""
    found = dict(re.findall(r"\b(author|year|title)\s*=\s*\{(.*?)\}\s*(?=,|\}|$)", entries().get(key, ""), re.DOTALL))
    told = [words.from_tex(found[part]) for part in ("author", "year", "title") if part in found]
    return ", ".join(told).replace(" and ", "; ", told[0].count(" and ") if "author" in found else 0)


def _finding_value(finding: Finding) -> str:
    """Value, range and error of a finding in words."""
    if finding.value is None or isinstance(finding.value, str):
        return words.value(finding.value) if finding.value else ""
    text = f"{words.value(finding.value, unit=finding.unit)} {words.unit_words(finding.unit)}".strip()
    if between := words.span(finding.low, finding.high, finding.unit):
        text += f"; {between} " + ("over rival readings" if finding.error is not None else "(5th to 95th percentile)")
    if finding.error is not None:
        text += (
            f"; Monte-Carlo error {100 * finding.error:.1f} points"
            if words.is_share(finding.unit)
            else f"; error {words.number(finding.error)}"
        )
    return text


def _figure_groups(report: Report) -> list[tuple[str, list[Figure]]]:
    """All known Figures by what they are about: each signing party, other actors by level, issues, plans, the rest."""
    case = report.case
    levels = {"party": "Other parties", "institution": "Institutions", "person": "People", "domestic": "At home"}
    heads = [*(a.name for a in case.signatories), *levels.values(), "Issues and their options", "Plans", "Other facts"]
    groups: dict[str, list[Figure]] = {head: [] for head in heads}
    for figure in sorted(report.figures, key=lambda f: (words.name(case, *f.subject), f.quantity, str(f.date))):
        first = figure.subject[0]
        if first in case.actor:
            actor = case.actor[first]
            groups[actor.name if actor.signs else levels[actor.level]].append(figure)
        elif first in case.issue:
            groups["Issues and their options"].append(figure)
        else:
            groups["Plans" if first.removeprefix("plan:") in case.plan else "Other facts"].append(figure)
    return [(head, held) for head, held in groups.items() if held]


def _setting_value(value: object) -> str:
    """The value of a Setting as it is typed."""
    return ", ".join(f"{x:g}" for x in value) if isinstance(value, list) else str(value)


def _flat(settings: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """Settings as lines: nested mappings by their path of keys."""
    for key, value in settings.items():
        name = f"{before} {key}".strip().replace("_", " ")
        if isinstance(value, dict):
            yield from _flat(value, name)
        else:
            yield (
                name,
                (
                    "none"
                    if value in (None, "", (), [])
                    else words.value(value)
                    if not isinstance(value, int)
                    else str(value)
                ),
            )
