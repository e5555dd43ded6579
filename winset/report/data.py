"""The tables of a report as data, to go on with in R, pandas or a spreadsheet: CSV and Parquet with a dictionary.

A table is `LENS.KEY.csv` and `LENS.KEY.parquet`; `findings` has the findings of all lenses. `dictionary.csv` says of
every column what it is called, its type, unit and meaning; `datapackage.json` says the same to programs, with a digest
of every file and all that is needed to make it again (Frictionless Data Package, version 1).
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from winset.report import words
from winset.report.pack.sheets import guarded
from winset.report.plain_json import canonical
from winset.report.report import Report
from winset.result import Column, Result, Table, plain
from winset.units import UNITS
from winset.writing import DATA, KEY, digest

if TYPE_CHECKING:
    import polars as pl

FINDINGS, DICTIONARY = "findings", "dictionary.csv"
CERTAIN = (f"{FINDINGS}.csv", f"{FINDINGS}.parquet", DICTIONARY, DATA)  # what any run writes
MEANS = {"text": "words", "share": "share, 0 to 1", "number": "number", "date": "date"}
TYPES = {"Float64": "number", "Date": "date", "String": "string"}
HEADS = ("table", "title", "column", "label", "type", "unit", "meaning")


@dataclass(frozen=True)
class _Sheet:
    """A table with its name as data: the columns say what the frame holds."""

    name: str
    table: Table
    frame: pl.DataFrame

    @property
    def fields(self) -> list[dict[str, str]]:
        return [_field(c, TYPES[str(self.frame.schema[c.key])]) for c in self.table.columns]


def as_data(report: Report) -> dict[str, bytes]:
    """Every file by its name, the list of them last. The same report gives the same bytes."""
    sheets = [_Sheet(name, table, _frame(table)) for name, table in _tables(report)]
    files: dict[str, bytes] = {}
    for sheet in sheets:
        files[f"{sheet.name}.csv"] = _csv(sheet.frame)
        files[f"{sheet.name}.parquet"] = _parquet(sheet.frame)
    files[DICTIONARY] = _csv(_dictionary(sheets))
    return files | {DATA: _listing(report, sheets, files)}


def _tables(report: Report) -> Iterator[tuple[str, Table]]:
    results = (*report.results, *([report.record] if report.record else []))
    yield FINDINGS, _findings(results)
    for result in results:
        for table in result.tables:
            yield f"{result.lens}.{table.key}", table


def _findings(results: tuple[Result, ...]) -> Table:
    """The findings of all lenses, a row each: a value in words stands beside the numbers."""
    columns = (
        Column("lens", "lens"),
        Column("key", "key"),
        Column("value", "value", "number"),
        Column("words", "value in words"),
        Column("low", "low: 5th percentile, or the least over rival readings", "number"),
        Column("high", "high: 95th percentile, or the most over rival readings", "number"),
        Column("error", "Monte-Carlo error", "number"),
        Column("unit", "unit"),
        Column("sentence", "the finding in a sentence"),
    )
    rows = tuple(
        (
            r.lens,
            f.key,
            *((None, f.value) if isinstance(f.value, str) else (f.value, None)),
            f.low,
            f.high,
            f.error,
            f.unit,
            f.sentence,
        )
        for r in results
        for f in r.findings
    )
    return Table(FINDINGS, "What the lenses found", columns, rows)


def _frame(table: Table) -> pl.DataFrame:
    """A table with texts cleaned and numbers of 12 digits, as result.json has them."""
    rows = tuple(tuple(_cell(plain(cell)) for cell in row) for row in table.rows)
    return Table(table.key, table.title, table.columns, rows).frame()


def _cell(cell: Any) -> Any:
    if isinstance(cell, str):
        return words.clean(cell)
    return canonical(cell) if isinstance(cell, float) else cell


def _csv(frame: pl.DataFrame) -> bytes:
    """Text that a spreadsheet would take for a formula begins with a '."""
    import polars as pl

    texts = [pl.Series(s.name, [t and guarded(t) for t in s], pl.String) for s in frame if s.dtype == pl.String]
    return frame.with_columns(texts).write_csv().encode()


def _parquet(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def _field(column: Column, kind: str) -> dict[str, str]:
    """A column in words: its unit, and what a number of it means."""
    unit = column.unit or ("share" if column.kind == "share" else "")
    means = UNITS.get(unit, unit) or MEANS[column.kind]
    if kind == "string" and column.kind != "text":
        means += ", or words where it has none"
    return {"name": column.key, "title": column.label or column.key, "type": kind, "unit": unit, "description": means}


def _dictionary(sheets: list[_Sheet]) -> pl.DataFrame:
    import polars as pl

    rows = [(s.name, s.table.title, *field.values()) for s in sheets for field in s.fields]
    return pl.DataFrame(rows, schema=dict.fromkeys(HEADS, pl.String), orient="row")


def _listing(report: Report, sheets: list[_Sheet], files: dict[str, bytes]) -> bytes:
    held = {sheet.name: sheet for sheet in sheets}
    listing = {
        KEY: "winset",
        "profile": "data-package",
        "name": f"{report.case.id}-results",
        "title": words.clean(f"{report.case.title}, as known on {report.case.as_of}"),
        "settings": report.settings,
        "resources": [_resource(name, data, held.get(name.rpartition(".")[0])) for name, data in files.items()],
    }
    return (json.dumps(canonical(listing), indent=1, ensure_ascii=False) + "\n").encode()


def _resource(path: str, data: bytes, sheet: _Sheet | None) -> dict[str, Any]:
    form = path.rpartition(".")[2]
    told = {
        "name": path.lower(),
        "path": path,
        "title": words.clean(sheet.table.title) if sheet else "Every column of every table",
        "format": form,
        "mediatype": {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}[form],
        "hash": f"sha256:{digest(data)}",
        "bytes": len(data),
    }
    if form == "parquet":
        return told
    fields = sheet.fields if sheet else [{"name": head, "type": "string"} for head in HEADS]
    told |= {"profile": "tabular-data-resource", "encoding": "utf-8"}
    return told | {
        "description": words.clean(sheet.table.note) if sheet else "",
        "schema": {"fields": fields, "missingValues": [""]},
    }
