"""How a file of golden rows is read: every problem of the file with its line, and parameters that say what they
lack."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, str]
BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"


class Malformed(Exception):
    """The file cannot be run; one line of text for each problem."""


class NotCovered(Exception):
    """Nothing here computes the row; the message is the reason."""


class Params(dict[str, Any]):
    """The parameters of a row. One that a model needs and the row lacks leaves the row uncovered."""

    folders: tuple[Path, ...] = (BESIDE,)

    def __missing__(self, key: str) -> Any:
        raise NotCovered(f"the parameter {key!r} is not given")

    def first(self, *names: str, default: Any = None) -> Any:
        """The value of the first of these names that the row has; without a default one of them is needed."""
        found = next((self[name] for name in names if name in self), default)
        return self[names[0]] if found is None else found

    def horizon(self, default: int) -> int:
        return int(self.first("horizon", "M", default=default))

    def file(self, name: str) -> Path:
        """An input file that the row names, under `--inputs`, beside the file of rows, or beside the checkout."""
        for folder in self.folders:
            if (folder / name).is_file():
                return folder / name
        raise NotCovered(f"the input file {name} is not here; give its folder with --inputs")


def read(path: Path) -> list[Row]:
    """The rows, each with its line under the key `line`. Raises Malformed with every problem."""
    if not path.is_file():
        raise Malformed(f"{path}: there is no such file")
    try:
        text = path.read_text(encoding="utf-8-sig")
        table = csv.reader(io.StringIO(text), strict=True)
        header = next(table, [])
        lines = [(table.line_num, cells) for cells in table if cells]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Malformed(f"{path}: cannot be read as a CSV file in UTF-8: {error}") from None
    if not lines:
        raise Malformed(f"{path}: there are no rows under a header")
    wrong = [f"{path}:1: the column {name!r} stands there twice" for name in header if header.count(name) > 1]
    wrong += [
        f"{path}:{line}: {len(cells)} cells under a header of {len(header)} columns"
        for line, cells in lines
        if len(cells) != len(header)
    ]
    refuse(dict.fromkeys(wrong))
    return [{**dict(zip(header, (c.strip() for c in cells))), "line": str(line)} for line, cells in lines]


def not_numbers(path: Path, rows: Sequence[Row], columns: Sequence[str], only: str = "") -> list[str]:
    """Cells of these columns that are neither a number nor blank (in rows where the column `only` is not blank)."""
    return [
        f"{path}:{row['line']}: {column} is {row[column]!r}, which is not a number; leave it blank if there is none"
        for row in rows
        for column in columns
        if row.get(column) and (not only or row.get(only)) and not _number(row[column])
    ]


def not_objects(path: Path, rows: Sequence[Row]) -> list[str]:
    """Cells of the column `params` that are neither a JSON object nor blank."""
    wrong = []
    for row in rows:
        try:
            good = isinstance(json.loads(row["params"] or "{}"), dict)
        except (ValueError, RecursionError):
            good = False
        if not good:
            wrong.append(f'{path}:{row["line"]}: params is not a JSON object such as {{"p": 0.5}}')
    return wrong


def refuse(problems: Iterable[str]) -> None:
    """Raises Malformed if there is any problem; the first fifty are told in full."""
    found = list(problems)
    if found:
        more = [f"and {len(found) - 50} more of the kind"] if len(found) > 50 else []
        raise Malformed("\n".join([*found[:50], *more]))


def params(row: Row, folders: Sequence[Path] = ()) -> Params:
    found: Params = json.loads(row["params"] or "{}", object_hook=Params)
    found.folders = (*folders, BESIDE)
    return found


def needs(folder: Path) -> Path:
    """The folder of input files. Raises Malformed where there is none."""
    if not folder.is_dir():
        raise Malformed(f"{folder}: there is no such folder of input files; give it with --inputs")
    return folder


def _number(text: str) -> bool:
    try:
        return not math.isnan(float(text))
    except ValueError:
        return False
