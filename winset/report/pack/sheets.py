"""The tables of a paper for spreadsheets: CSV and XLSX. Text stays text, whatever it begins with."""

from __future__ import annotations

import csv
import datetime as dt
import io

import xlsxwriter

from winset.report import words
from winset.report.pack.archive import packed
from winset.report.pack.paper import Cell, Paper, Sheet, legal
from winset.report.pack.paper import text as cell_of
from winset.report.pack.refs import reference, sources
from winset.report.pack.told import Told

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the beginning of a formula
CELL_MOST = 32_000  # letters of a cell of XLSX, rather less than it allows
WIDTHS = (12, 60)  # letters of a column, least and most
RESTS = "Rests on"


def as_csv(sheet: Sheet) -> str:
    """One table; the last column has the ids that each row rests on. Text that would be a formula begins with a '."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow([guarded(head) for head in (*sheet.heads, RESTS)])
    for row in sheet.rows:
        values = [cell.value if cell.value is not None else guarded(_flat(cell)) for cell in row]
        writer.writerow([*values, guarded(_ids(row))])
    return out.getvalue()


def as_xlsx(told: Told, paper: Paper) -> bytes:
    """All tables of a paper, a sheet each, then its references. No cell is a formula, a link or an error."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties(
        {
            "title": words.clean(f"{paper.title}: {told.case.title}")[:250],
            "author": "winset",
            "comments": "written by winset",
            "created": dt.datetime.combine(told.case.as_of, dt.time()),
        }
    )
    for sheet in paper.sheets:
        _fill(book, sheet, told.footer())
    ids = dict.fromkeys((*paper.cited(), *(c for s in paper.sheets for r in s.rows for cell in r for c in cell.cites)))
    held = [*((i, reference(told, i)) for i in ids), *sources(told, tuple(ids))]
    rows = tuple((cell_of(i), cell_of(text)) for i, text in held)
    _fill(book, Sheet("references", "References", ("Id", "What it is"), (), rows), told.footer(), False)
    book.close()
    return packed(out.getvalue())


def _fill(book: xlsxwriter.Workbook, sheet: Sheet, foot: str, rests: bool = True) -> None:
    held = book.add_worksheet(sheet.key[:31])
    wrap = {"text_wrap": True, "valign": "top"}
    head, body = book.add_format({**wrap, "bold": True, "bg_color": "#F3F1EC"}), book.add_format(wrap)
    percent = book.add_format({"num_format": "0%", "valign": "top"})
    heads = (*sheet.heads, RESTS) if rests else sheet.heads
    for column, name in enumerate(heads):
        held.write_string(0, column, _legal(name), head)
    longest = [len(name) for name in heads]
    for at, row in enumerate(sheet.rows, 1):
        texts = [*((cell.value, _flat(cell)) for cell in row), *(((None, _ids(row)),) if rests else ())]
        for column, (value, text) in enumerate(texts):
            longest[column] = max(longest[column], len(text))
            if value is not None:
                held.write_number(at, column, value, percent if row[column].kind == "share" else body)
            else:
                held.write_string(at, column, _legal(text), body)
    for column, length in enumerate(longest):
        held.set_column(column, column, min(WIDTHS[1], max(WIDTHS[0], length + 2)))
    held.freeze_panes(1, 1)
    held.repeat_rows(0)
    held.set_landscape()
    held.set_paper(9)  # A4
    held.fit_to_pages(1, 0)
    held.set_footer("&L&8" + _legal(foot)[:200].replace("&", "&&") + "&R&8&P of &N")


def _flat(cell: Cell) -> str:
    return words.clean("; ".join(line.text for line in cell.lines))


def _ids(row: tuple[Cell, ...]) -> str:
    return " ".join(dict.fromkeys(words.clean(c) for cell in row for c in cell.cites))


def _legal(text: str) -> str:
    """Text that a cell can hold."""
    return legal(text)[:CELL_MOST]


def guarded(text: str) -> str:
    """Text that a spreadsheet reads as text from a CSV file.

    >>> guarded("=1+1"), guarded("North"), guarded("-5 km")
    ("'=1+1", 'North', "'-5 km")
    """
    cleaned = _legal(text)
    return f"'{cleaned}" if cleaned.lstrip(" \n").startswith(FORMULA) or cleaned.startswith(FORMULA) else cleaned
