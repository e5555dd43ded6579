"""A copy of the invented case to break, and what the loader says of it."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

from winset.case.load import load
from winset.case.model import Case
from winset.errors import DossierError, Problem

HARBOUR = Path(__file__).resolve().parents[2] / "cases" / "harbour"


def copy(folder: Path) -> Path:
    """A fresh copy of the harbour case inside `folder`."""
    return Path(shutil.copytree(HARBOUR, folder / "harbour"))


def replace(case: Path, file: str, old: str, new: str) -> int:
    """Replace the first `old` in a file, which must be there; the line where it began."""
    text = (case / file).read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file}"
    (case / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def rows(case: Path, file: str) -> list[list[str]]:
    with (case / file).open(encoding="utf-8", newline="") as handle:
        return list(csv.reader(handle))


def write_rows(case: Path, file: str, table: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    (case / file).write_text(out.getvalue(), encoding="utf-8")


def problems(case: Path) -> tuple[Problem, ...]:
    """What the loader finds wrong; empty when the case loads. The whole text must print as UTF-8."""
    try:
        assert isinstance(load(case), Case)
    except DossierError as error:
        assert error.problems, "an error that names no problem"
        str(error).encode("utf-8")
        return error.problems
    return ()


def said(case: Path, what: str, file: str | None = None) -> Problem:
    """The problem whose text has `what`."""
    found = problems(case)
    match = [p for p in found if what in f"{p.what} -> {p.remedy}" and (file is None or p.file == file)]
    assert match, f"nothing says {what!r}; found: " + "\n".join(map(str, found))
    return match[0]
