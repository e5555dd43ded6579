"""The rows of a large text table, a block at a time, with nothing lost in silence.

Record ends and cells are counted here, byte by byte, before the block goes to the fast reader: a line end or separator
inside quotes is part of a cell (RFC 4180). A record with too few or too many cells is dropped and counted. Bytes that
are not UTF-8 are read as Windows-1252, line by line, since one file may hold both.
"""

from __future__ import annotations

import csv
import hashlib
import io
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal

import numpy as np
import polars as pl
from jaxtyping import Bool, Int

from winset.errors import SettingError

BLOCK = 8 * 2**20
LONGEST = 2**20
CELLS = "wrong number of cells"
Counts = Int[np.ndarray, " record"]
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Shape:
    """How a table is written. columns: name -> place of the columns wanted."""

    separator: str
    quoted: bool
    width: int
    header: bool
    columns: dict[str, int]


@dataclass
class Tally:
    """What was read, what was dropped and why, and what was mended."""

    read: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    digest: Any = field(default_factory=hashlib.sha256)
    lines: int = 0


def first_line(path: Path) -> str:
    """The first line of a text file. Raises SettingError for what is no text table at all."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for, and can be read only once
            raise SettingError(f"{path.name}: not a plain file")
        with path.open("rb") as file:
            start = file.read(LONGEST)
    except OSError as error:
        raise SettingError(f"{path.name}: {error.strerror or error}") from None
    if not start.strip():
        raise SettingError(f"{path.name}: the file is empty")
    for magic, what in ((b"PK\x03\x04", "a zip archive or a workbook"), (b"\x1f\x8b", "a gzip archive")):
        if start.startswith(magic):
            raise SettingError(f"{path.name}: {what}; unpack it, or save the sheet as CSV")
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise SettingError(f"{path.name}: UTF-16; save it as UTF-8")
    _no_nul(path, start, 0)
    if b"\n" not in start:
        if b"\r" in start:
            raise SettingError(f"{path.name}: lines end in CR alone; save it with LF or CRLF line ends")
        if len(start) == LONGEST:
            raise _too_long(path, 1)
    return _text(start.removeprefix(_BOM).split(b"\n", 1)[0].rstrip(b"\r"))[0]


def frames(path: Path, shape: Shape, tally: Tally) -> Iterator[pl.DataFrame]:
    """The wanted columns as text, block by block; `tally` is filled on the way.

    Raises SettingError, naming the line, for a NUL byte, a record above a mebibyte or a quote that is never closed.
    """
    with path.open("rb") as file:
        rest, header = b"", shape.header
        for chunk, last in _chunks(file):
            tally.digest.update(chunk)
            _no_nul(path, chunk, tally.lines + rest.count(b"\n"))
            data = rest + (chunk.removeprefix(_BOM) if not tally.lines and not rest else chunk)
            if last and data and not data.endswith(b"\n"):
                data += b"\n"
            ends, cells, lines = _records(data, shape)
            rest = data[ends[-1] :] if len(ends) else data
            if len(rest) > LONGEST or (len(ends) and np.diff(ends, prepend=0).max() > LONGEST):
                raise _too_long(path, tally.lines + 1 + int(lines[: _first_long(ends)].sum()))
            if last and rest:
                _open_end(path, rest, tally, int(lines.sum()))
            if len(ends):
                good = _judge(data, ends, cells, lines, shape.width, tally, header)
                header = False
                yield _frame(path, data[: ends[-1]], ends, good, shape, tally)
            tally.lines += int(lines.sum())


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    chunk = file.read(BLOCK)
    while chunk:
        following = file.read(BLOCK)
        yield chunk, not following
        chunk = following


def _records(data: bytes, shape: Shape) -> tuple[Counts, Counts, Counts]:
    """Where each whole record ends, how many cells it has and how many lines."""
    a = np.frombuffer(data, np.uint8)
    newline, cell = a == 10, a == ord(shape.separator)
    ending = newline
    if shape.quoted and 34 in a:
        outside = (np.cumsum(a == 34, dtype=np.uint8) & 1) == 0  # the count wraps at 256, its parity does not
        ending, cell = newline & outside, cell & outside
    ends = np.flatnonzero(ending) + 1
    if not len(ends):
        return ends, ends, ends
    within = (np.searchsorted(np.flatnonzero(mask), ends) for mask in (cell, newline))
    cells, lines = (np.diff(count, prepend=0) for count in within)
    return ends, cells + 1, lines


def _judge(
    data: bytes, ends: Counts, cells: Counts, lines: Counts,
    width: int, tally: Tally, header: bool,
) -> Bool[np.ndarray, " record"]:  # fmt: skip
    """Which records are rows; the others are counted by lines, so that a runaway quote shows its true size."""
    good = cells == width
    length = np.diff(ends, prepend=0)
    blank = length == 1
    for i in np.flatnonzero(length == 2):
        blank[i] = data[ends[i] - 2 : ends[i]] == b"\r\n"
    wrong = ~good & ~blank
    if header:
        good[0] = wrong[0] = False
    good &= ~blank
    if wrong.any():
        tally.dropped[CELLS] += int(lines[wrong].sum())
    tally.read += int(good.sum()) + int(lines[wrong].sum())
    return good


def _frame(
    path: Path, data: bytes, ends: Counts, good: Bool[np.ndarray, " record"], shape: Shape, tally: Tally
) -> pl.DataFrame:
    names = sorted(shape.columns, key=shape.columns.__getitem__)
    schema = dict.fromkeys(names, pl.String)
    if not good.all():
        data = np.frombuffer(data, np.uint8)[np.repeat(good, np.diff(ends, prepend=0))].tobytes()
    if not data:
        return pl.DataFrame(schema=schema)
    text, odd = _text(data)
    if odd:
        tally.notes["lines read as Windows-1252"] += odd
        data = text.encode()
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n")
    places = [shape.columns[n] for n in names]
    try:
        made = pl.read_csv(
            io.BytesIO(data), has_header=False, separator=shape.separator, quote_char='"' if shape.quoted else None,
            infer_schema=False, columns=places,
        )  # fmt: skip
        if made.height == int(good.sum()):
            made.columns = names
            return made
    except pl.exceptions.PolarsError:
        pass
    # Quotes in the middle of a cell: the two readers disagree, so the block is read again the slow, strict way.
    rows = _slow(path, text, shape, tally)
    kept = [[r[p] or None for p in places] for r in rows if len(r) == shape.width]
    tally.read += len(rows) - int(good.sum())
    tally.dropped[CELLS] += len(rows) - len(kept)
    return pl.DataFrame(kept, schema=schema, orient="row")


def _slow(path: Path, text: str, shape: Shape, tally: Tally) -> list[list[str]]:
    def wrong(why: object) -> SettingError:
        first = tally.lines + 1
        return SettingError(f"{path.name}: lines {first} to {first + text.count(chr(10))} cannot be read: {why}")

    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if shape.quoted else csv.QUOTE_NONE
    try:
        rows = [r for r in csv.reader(io.StringIO(text, newline=""), delimiter=shape.separator, quoting=quoting) if r]
    except csv.Error as error:
        raise wrong(error) from None
    if len(rows) > text.count("\n"):
        raise wrong("line ends are mixed")
    return rows


def _text(data: bytes) -> tuple[str, int]:
    """Bytes as text, and how many lines were not UTF-8."""
    try:
        return data.decode(), 0
    except UnicodeDecodeError:
        pass
    lines, odd = [], 0
    for line in data.split(b"\n"):
        try:
            lines.append(line.decode())
        except UnicodeDecodeError:
            odd += 1
            try:
                lines.append(line.decode("cp1252"))
            except UnicodeDecodeError:  # five bytes mean nothing in Windows-1252
                lines.append(line.decode("latin-1"))
    return "\n".join(lines), odd


def _no_nul(path: Path, data: bytes, lines: int) -> None:
    at = data.find(b"\0")
    if at >= 0:
        line = lines + data.count(b"\n", 0, at) + 1
        raise SettingError(f"{path.name}:{line}: a NUL byte; the file is damaged or no text table")


def _first_long(ends: Counts) -> int:
    long = np.flatnonzero(np.diff(ends, prepend=0) > LONGEST)
    return int(long[0]) if len(long) else len(ends)


def _too_long(path: Path, line: int) -> SettingError:
    what = f"one record of more than {LONGEST:,} bytes"
    return SettingError(f"{path.name}:{line}: {what}; the file is damaged, or a quote opened there is not closed")


def _open_end(path: Path, rest: bytes, tally: Tally, lines: int) -> None:
    """The file ends inside quotes: a cut last line is dropped and counted; a quote that swallowed lines is an error."""
    if rest.count(b"\n") > 1:
        line = tally.lines + lines + 1
        raise SettingError(f"{path.name}:{line}: the quote opened there is never closed; mend that line")
    tally.read += 1
    tally.dropped["cut off at the end of the file"] += 1
