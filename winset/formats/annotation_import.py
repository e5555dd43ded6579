"""Add passages from outside to the passages.csv of a case, all or none."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from winset.case.load import PASSAGES
from winset.case.model import Passage
from winset.case.text import Problems, read_csv
from winset.errors import DossierError, Problem, SettingError

NAME = "passages.csv"


def add_passages(folder: Path, passages: Sequence[Passage]) -> tuple[int, int]:
    """(added, there already). Raises DossierError when an id stands for another passage, and then changes nothing."""
    problems = Problems()
    rows = read_csv(folder, NAME, PASSAGES, problems)
    if problems.found:
        raise DossierError(problems.found)
    held = {row.cells["id"]: row for row in rows}
    new, clashes = [], []
    for passage in passages:
        cells = {name: str(getattr(passage, name)) for name in PASSAGES}
        row = held.get(passage.id)
        if row is None:
            new.append(cells)
        elif row.cells["sha256"] != passage.sha256 or row.cells["source"] != passage.source:
            clashes.append(
                Problem(NAME, row.line, f"the id {passage.id} stands for another passage", "rename one of them")
            )
    if clashes:
        raise DossierError(clashes)
    text = io.StringIO()
    writer = csv.DictWriter(text, PASSAGES, lineterminator="\n")
    writer.writeheader()
    writer.writerows([*(row.cells for row in rows), *new])
    try:
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{NAME}.")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text.getvalue())
        os.chmod(temporary, 0o644)
        os.replace(temporary, folder / NAME)
    except OSError as error:
        raise SettingError(f"cannot write {folder / NAME}: {error.strerror}") from None
    return len(new), len(passages) - len(new)
