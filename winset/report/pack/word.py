"""A paper as a Word file: A4, repeated header rows, page numbers, and a footer that says what it was made from.

The same paper gives the same bytes: no clock, and the archive is packed anew with fixed times.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from winset.report.pack.archive import packed
from winset.report.pack.paper import MARGIN, PAPER_SIZE, Block, Heading, Paper, Picture, Prose, Said, Sheet, legal
from winset.report.pack.pictures import png
from winset.report.pack.refs import references
from winset.report.pack.told import Told

FONT, INK, SOFT, WASH = "Arial", RGBColor(0x1F, 0x24, 0x29), RGBColor(0x59, 0x62, 0x6B), "F3F1EC"
SIZES = {"plain": 10.0, "lead": 11.0, "note": 8.5, "item": 10.0}
PIXELS_PER_CM = 96 / 2.54


def as_word(told: Told, paper: Paper) -> bytes:
    document = Document()
    _prepare(document, told, paper)
    numbers = {id_: i + 1 for i, id_ in enumerate(paper.cited())}
    writer = _Writer(document, paper, numbers)
    writer.opening()
    for block in paper.blocks:
        writer.block(block)
    writer.references(references(told, paper))
    out = io.BytesIO()
    document.save(out)
    return packed(out.getvalue())


def _prepare(document: Any, told: Told, paper: Paper) -> None:
    """Page, fonts, footer and properties."""
    section = document.sections[0]
    if paper.wide:
        section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = (Cm(x) for x in (PAPER_SIZE[::-1] if paper.wide else PAPER_SIZE))
    margin = Cm(1.5 if paper.brief or paper.small else MARGIN)
    section.left_margin = section.right_margin = Cm(MARGIN)
    section.top_margin = section.bottom_margin = margin
    section.footer_distance = Cm(0.7)
    style = document.styles["Normal"]
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(10), INK
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(4)
    for name, size in (("Title", 20), ("Heading 1", 13 if not paper.brief else 10.5)):
        held = document.styles[name]
        held.font.name, held.font.size, held.font.bold, held.font.color.rgb = FONT, Pt(size), True, INK
        held.element.rPr.rFonts.set(qn("w:asciiTheme"), FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            held.element.rPr.rFonts.attrib.pop(qn(theme), None)
        held.element.rPr.rFonts.set(qn("w:hAnsi"), FONT)
        held.paragraph_format.space_before, held.paragraph_format.space_after = Pt(6 if paper.brief else 12), Pt(3)
        held.paragraph_format.keep_with_next = True
    for border in document.styles["Title"].element.iter(qn("w:pBdr")):
        border.getparent().remove(border)
        break
    _foot(section.footer.paragraphs[0], told.footer())
    held, when = document.core_properties, dt.datetime.combine(told.case.as_of, dt.time())
    held.title, held.author, held.last_modified_by = (
        legal(f"{paper.title}: {told.case.title}")[:250],
        "winset",
        "winset",
    )
    held.created = held.modified = when
    held.comments, held.revision, held.subject, held.keywords = "written by winset", 1, "", ""


def _foot(paragraph: Any, told: str) -> None:
    run = paragraph.add_run(f"{legal(told)} · page ")
    _small(run)
    for name, after in (("PAGE", " of "), ("NUMPAGES", "")):
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), name)
        run = paragraph.add_run("1")
        _small(run)
        field.append(run._r)
        paragraph._p.append(field)
        if after:
            _small(paragraph.add_run(after))


def _small(run: Any, size: float = 7.5) -> None:
    run.font.size, run.font.color.rgb = Pt(size), SOFT


class _Writer:
    """Puts blocks into a document, and the number of its references behind each line."""

    def __init__(self, document: Any, paper: Paper, numbers: dict[str, int]):
        self.document, self.paper, self.numbers = document, paper, numbers

    def opening(self) -> None:
        title = self.document.add_paragraph(legal(self.paper.title), style="Title")
        title.paragraph_format.space_before, title.paragraph_format.space_after = Pt(0), Pt(2)
        _small(self.document.add_paragraph().add_run(legal(self.paper.kicker)), 9)

    def block(self, block: Block) -> None:
        if isinstance(block, Heading):
            made = self.document.add_paragraph(legal(block.text), style="Heading 1")
            made.paragraph_format.page_break_before = block.page
        elif isinstance(block, Prose):
            self._prose(block)
        elif isinstance(block, Sheet):
            self._sheet(block)
        else:
            self._picture(block)

    def _prose(self, block: Prose) -> None:
        style = "List Bullet" if block.kind == "item" else "Normal"
        paragraph = self.document.add_paragraph(style=style)
        paragraph.paragraph_format.space_after = Pt(2 if block.kind == "item" or self.paper.brief else 5)
        size = SIZES[block.kind] - (1.5 if self.paper.small else 1.0 if self.paper.brief else 0)
        self._lines(paragraph, block.said, size, block.kind == "note")

    def _lines(self, paragraph: Any, said: Sequence[Said], size: float, soft: bool = False, between: str = " ") -> None:
        for i, line in enumerate(said):
            run = paragraph.add_run(legal((between if i else "") + line.text))
            run.font.size, run.bold = Pt(size), line.strong or None
            if soft:
                run.font.color.rgb = SOFT
            if marks := self._marks(line):
                _small(paragraph.add_run(f" {marks}"), max(6.0, size - 2.5))

    def _marks(self, line: Said) -> str:
        return f"[{', '.join(str(self.numbers[c]) for c in line.cites)}]" if line.cites else ""

    def _sheet(self, sheet: Sheet) -> None:
        if sheet.title:
            self.document.add_paragraph().add_run(legal(sheet.title)).bold = True
        table = self.document.add_table(rows=1, cols=len(sheet.heads))
        table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.LEFT, False
        _borders(table)
        widths = [Cm(self.paper.room * w) for w in sheet.widths]
        size = 8.0 if self.paper.brief or self.paper.wide or self.paper.small else 9.0
        for cell, head in zip(table.rows[0].cells, sheet.heads):
            run = cell.paragraphs[0].add_run(legal(head))
            run.bold, run.font.size = True, Pt(size)
            _shade(cell)
        _mark_row(table.rows[0], "w:tblHeader")
        for row in sheet.rows:
            made = table.add_row()
            _mark_row(made, "w:cantSplit")
            for place, cell in zip(made.cells, row):
                self._cell(place, cell.lines, size)
        for row in table.rows:
            for cell, width in zip(row.cells, widths):
                cell.width = width
        for column, width in zip(table.columns, widths):
            column.width = width
        note = self.document.add_paragraph()
        note.paragraph_format.space_before = Pt(2)
        _small(note.add_run(legal(sheet.note) or " "), 7.5 if self.paper.brief else 8.5 if sheet.note else 4)

    def _cell(self, place: Any, lines: Sequence[Said], size: float) -> None:
        for i, line in enumerate(lines):
            paragraph = place.paragraphs[0] if i == 0 else place.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(1)
            self._lines(paragraph, (line,), size)
        if not lines:
            place.paragraphs[0].paragraph_format.space_after = Pt(1)

    def _picture(self, block: Picture) -> None:
        data = png(block.svg)
        width, height = (float(x) / PIXELS_PER_CM for x in _size(block.svg))
        most = 12.0 if self.paper.wide else 14.0
        scale = min(
            1.6 if self.paper.wide else 0.72 if self.paper.small else 1.0, self.paper.room / width, most / height
        )
        self.document.add_picture(io.BytesIO(data), width=Cm(width * scale))
        last = self.document.paragraphs[-1]._p
        for properties in last.iter(qn("wp:docPr")):
            properties.set("descr", legal(f"{block.title}. {block.told}"))
            properties.set("name", block.key)
        note = self.document.add_paragraph()
        _small(note.add_run(legal(block.told)), 8.5)

    def references(self, held: Sequence[tuple[str, str]]) -> None:
        if not held:
            return
        self.document.add_paragraph("References", style="Heading 1")
        if self.paper.brief:
            paragraph = self.document.add_paragraph()
            _small(paragraph.add_run(legal(" ".join(f"{mark} {text}" for mark, text in held))), 6.5)
            return
        for mark, text in held:
            paragraph = self.document.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(1)
            paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Cm(0.9), Cm(-0.9)
            _small(paragraph.add_run(legal(f"{mark}  {text}")), 7.5)


def _size(svg: str) -> tuple[str, str]:
    found = re.search(r'width="(\d+)" height="(\d+)"', svg)
    assert found is not None
    return found[1], found[2]


def _mark_row(row: Any, name: str) -> None:
    """A row that is repeated on every page (`w:tblHeader`), or that does not break over two (`w:cantSplit`)."""
    held = row._tr.get_or_add_trPr()
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    held.append(mark)


def _shade(cell: Any) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", WASH)):
        shade.set(qn(name), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _borders(table: Any) -> None:
    """Thin rules between rows, none between columns."""
    held = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        rule = OxmlElement(f"w:{side}")
        shown = side in ("top", "bottom", "insideH")
        for name, value in (("val", "single" if shown else "nil"), ("sz", "4"), ("space", "0"), ("color", "BDB8AE")):
            rule.set(qn(f"w:{name}"), value)
        held.append(rule)
    table._tbl.tblPr.append(held)
