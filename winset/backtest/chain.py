"""The public record of forecasts: an append-only file in which every line holds the digest of the line before it.

A line is JSON with sorted keys: `forecast` (question, date, chance, case digest, version, seed), `outlook` (what a date
saw that is no single chance: the best packages, the first lever), or `resolution` (what became of a question, with its
basis; one for all who forecast it). `digest` is the SHA-256 of the digest before, a newline and the rest of the line,
so no line can be changed, left out or put in between without breaking the chain from there on. There is no clock in it:
dates are those of the case.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from winset.case.grammar import day
from winset.errors import DossierError, Problem, SettingError
from winset.formats.texts import parse_json, read_text
from winset.writing import write_whole

START = "0" * 64
KINDS = ("forecast", "outlook", "resolution")
STATES = ("yes", "no", "void")


@dataclass(frozen=True)
class Line:
    """One entry. `said`: all but the digests."""

    said: dict[str, Any]
    before: str
    digest: str

    @property
    def text(self) -> str:
        return json.dumps(
            {**self.said, "before": self.before, "digest": self.digest}, sort_keys=True, ensure_ascii=False
        )


def sealed(said: dict[str, Any], before: str) -> Line:
    """An entry that follows the one with this digest."""
    body = json.dumps(said, sort_keys=True, ensure_ascii=False)
    return Line(said, before, hashlib.sha256(f"{before}\n{body}".encode()).hexdigest())


def read(path: Path) -> list[Line]:
    """The lines of a record, checked. Raises DossierError with every line that does not fit the one before it, and
    SettingError for what is no text file."""
    if not os.path.lexists(path):
        return []
    found, problems, before = [], [], START
    lines = read_text(path).removesuffix("\n").split("\n")  # a title may hold what `splitlines` takes for an end
    for number, text in enumerate(lines if lines != [""] else [], 1):
        try:
            row = parse_json(text)
            said = {k: v for k, v in row.items() if k not in ("before", "digest")}
            if said.get("kind") not in KINDS:
                raise ValueError("it is no forecast, outlook or resolution")
            if fault := _lacks(said):
                raise ValueError(fault)
            line = sealed(said, row["before"])
            if row["before"] != before or line.digest != row["digest"]:
                raise ValueError("it was changed, or a line before it was changed, left out or put in")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            what = str(error) if isinstance(error, ValueError) else "it is not a line of a record"
            problems.append(
                Problem(
                    path.name, number, f"the chain breaks here: {what}", "take the file from where it was last whole"
                )
            )
            break  # after a break nothing can be checked
        found.append(line)
        before = line.digest
    if problems:
        raise DossierError(problems)
    return found


def _lacks(said: dict[str, Any]) -> str:
    """What an entry lacks to be counted and scored, in words; nothing as a rule."""
    chance, words = said.get("chance"), {"forecast": ("id", "who", "case", "cluster"), "resolution": ("id", "state")}
    lacking = [name for name in words.get(said["kind"], ("id",)) if not isinstance(said.get(name), str)]
    if said["kind"] == "forecast" and (
        isinstance(chance, bool) or not isinstance(chance, float | int) or not 0 <= chance <= 1
    ):
        lacking.append("chance")
    if said["kind"] == "resolution" and said.get("state") not in STATES:
        lacking.append("state")
    return f"a {said['kind']} needs its {lacking[0]}" if lacking else ""


def append(path: Path, entries: Iterable[dict[str, Any]]) -> list[Line]:
    """Add entries to a record, whole or not at all. A forecast already there (same id) is not added again."""
    lines = read(path)
    have = {(x.said["kind"], x.said["id"]) for x in lines}
    before, added = lines[-1].digest if lines else START, []
    for said in entries:
        if (said["kind"], said["id"]) in have:
            continue
        have.add((said["kind"], said["id"]))
        added.append(sealed(said, before))
        before = added[-1].digest
    if added:
        text = "".join(f"{x.text}\n" for x in (*lines, *added))
        write_whole(path.parent, {path.name: text})
    return added


def resolutions(text: str, name: str, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Entries from a CSV of `id, state, date, basis`. Raises DossierError that lists every bad row."""
    forecasts = [x.said for x in lines if x.said["kind"] == "forecast"]
    known = {s["id"] for s in forecasts} | {question_of(s) for s in forecasts}
    reader, problems, found = csv.DictReader(io.StringIO(text, newline=""), strict=True), [], []
    try:
        columns, rows = set(reader.fieldnames or ()), [(reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise DossierError([Problem(name, reader.line_num, f"not CSV: {error}", "check the quotes there")]) from None
    if not {"id", "state", "date", "basis"} <= columns:
        raise DossierError(
            [Problem(name, 1, "the columns must be id, state, date, basis", "name them in the first line")]
        )
    for number, row in rows:
        own = [
            *([] if row["id"] in known else [f"no forecast has the id {row['id']!r}"]),
            *([] if row["state"] in STATES else [f"state {row['state']!r} is none of {', '.join(STATES)}"]),
            *([] if _is_day(row["date"]) else [f"date: {(row['date'] or '')[:40]!r} is not a date"]),
            *([] if (row["basis"] or "").strip() else ["a resolution needs a basis"]),
        ]
        problems += [Problem(name, number, what, "see docs/do/keep-a-record") for what in own]
        if not own:
            found.append({"kind": "resolution", **{k: row[k] for k in ("id", "state", "date", "basis")}})
    if problems:
        raise DossierError(problems)
    return found


def _is_day(text: str | None) -> bool:
    try:
        day(text or "")
    except ValueError:
        return False
    return True


def scored(lines: Sequence[Line]) -> list[tuple[dict[str, Any], str]]:
    """Each forecast with its state: yes, no, void, or pending."""
    states = {x.said["id"]: x.said["state"] for x in lines if x.said["kind"] == "resolution"}
    forecasts = [x.said for x in lines if x.said["kind"] == "forecast"]
    return [(s, states.get(s["id"], states.get(question_of(s), "pending"))) for s in forecasts]


def question_of(said: dict[str, Any]) -> str:
    """The id of the question that a forecast answers, whoever made it."""
    return str(said["id"]).removesuffix(f"@{said.get('who')}")


def check(path: Path) -> Path:
    """A path that a record may be written to. Raises SettingError for a folder or a link."""
    if path.is_dir() or path.is_symlink() or (path.exists() and not path.is_file()):
        raise SettingError(f"{path} is not a plain file; name one such as forecasts.jsonl")
    return path
