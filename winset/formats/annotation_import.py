"""Add passages from outside to the passages.csv of a case, all or none, and only if the case loads with them."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from winset.case.load import FILES, PASSAGES, TABLES, load
from winset.case.model import Passage
from winset.case.series import FILE as SERIES_FILE
from winset.case.text import Problems, read, read_csv
from winset.errors import DossierError, Problem, SettingError
from winset.writing import write_whole

NAME = "passages.csv"


def add_passages(folder: Path, passages: Sequence[Passage]) -> tuple[int, int]:
    """(added, there already). What stands in passages.csv is left as it is; the new rows come after it.

    Raises DossierError when an id stands for another passage, or the case would not load with the passages; nothing is
    changed then. SettingError where the file cannot be written.
    """
    problems = Problems()
    rows, text = read_csv(folder, NAME, PASSAGES, problems), read(folder, NAME, Problems())
    if problems.found or text is None:
        raise DossierError(problems.found)
    held = {row.cells["id"]: row for row in rows}
    new: dict[str, dict[str, str]] = {}
    clashes = []
    for passage in passages:
        cells = {name: str(getattr(passage, name)) for name in PASSAGES}
        row = held.get(passage.id)
        known = row.cells if row else new.setdefault(passage.id, cells)
        if (known["sha256"], known["source"]) != (passage.sha256, passage.source):
            line = row.line if row else None
            clashes.append(Problem(NAME, line, f"the id {passage.id} stands for another passage", "rename one of them"))
    if clashes:
        raise DossierError(clashes)
    if new:
        longer = _longer(text, list(new.values()))
        _check(folder, longer)
        write_whole(folder, {NAME: longer})
    return len(new), len(passages) - len(new)


def _longer(text: str, new: Sequence[dict[str, str]]) -> str:
    """The file with rows added at its end, cells in the order of its own columns and lines ended as its own are."""
    end = "\r\n" if "\r\n" in text else "\n"
    columns = [cell.strip() for cell in next(csv.reader(io.StringIO(text, newline="")))]
    added = io.StringIO(newline="")
    csv.DictWriter(added, columns, lineterminator=end).writerows(new)
    return text + ("" if text.endswith("\n") else end) + added.getvalue()


def _check(folder: Path, text: str) -> None:
    """Load the case as it would be: a copy beside nothing of the user's. Raises DossierError with every problem."""
    try:
        with tempfile.TemporaryDirectory(prefix="winset-") as made:
            copy = Path(made) / "case"
            copy.mkdir()
            for name in (*FILES, *TABLES, SERIES_FILE):
                if (folder / name).is_file() and name != NAME:
                    shutil.copyfile(folder / name, copy / name)
            if (folder / "series").is_dir():
                shutil.copytree(folder / "series", copy / "series")
            (copy / NAME).write_text(text, encoding="utf-8", newline="")
            load(copy)
    except OSError as error:
        raise SettingError(f"cannot check {folder} with the passages: {error.strerror or error}") from None
