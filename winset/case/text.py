"""Reading the text files of a case safely: every value knows its line, every fault becomes a Problem.

Only a plain subset of YAML is taken: mappings, sequences and scalars. Anchors, aliases, tags and duplicate
keys are refused, so a file cannot grow when read or construct anything. No file is read outside its folder.
"""

from __future__ import annotations

import csv
import difflib
import io
import math
import os
import re
import stat
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from winset.errors import Problem

LARGEST = 16 * 2**20
LARGEST_YAML = 2 * 2**20
DEEPEST = 30
MOST_COMPARED = 50_000  # about a second of work; beyond it a dossier has more wrong than a slip
ADD = "add it, or correct the id"
_STR = "tag:yaml.org,2002:"
_PLAIN = {"str", "int", "float", "bool", "null", "seq", "map", "timestamp", "merge", "value"}
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass
class Problems:
    """Collects what is wrong, so that the user sees all of it at once."""

    found: list[Problem] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)  # files that could not be read whole
    unread: set[str] = field(default_factory=set)  # files of which nothing could be read
    compared: int = 0  # names that unknown ones have been held against

    def add(self, file: str, line: int | None, what: str, remedy: str = "") -> None:
        self.found.append(Problem(file, line, what, remedy))

    def nearest(self, name: str, among: Collection[str], otherwise: str = ADD) -> str:
        """`nearest`, as long as the names looked through stay few enough that it takes no time to speak of."""
        if self.compared > MOST_COMPARED:
            return otherwise
        self.compared += len(among)
        return nearest(name, among, otherwise)


def plain_number(text: str) -> float | None:
    """The number that a text is; None for anything else that Python would take for one (1_000, digits of other scripts).

    >>> plain_number("7.5e-1"), plain_number("0.7_5"), plain_number("nan")
    (0.75, None, None)
    """
    value = float(text) if _NUMBER.fullmatch(text) else math.inf
    return value if math.isfinite(value) else None


class Near(Protocol):
    """What finds the remedy for an unknown name: `nearest`, or that of a Problems."""

    def __call__(self, name: str, among: Collection[str], otherwise: str = ADD) -> str: ...


def nearest(name: str, among: Iterable[str], otherwise: str = ADD) -> str:
    """A remedy for an unknown name: the known one that looks most like it."""
    close = difflib.get_close_matches(name, list(among), n=1)
    return f"did you mean {close[0]!r}?" if close else otherwise


def read(folder: Path, name: str, problems: Problems, largest: int = LARGEST) -> str | None:
    """The text of a file of the case, or None with a Problem noted."""
    text = _read(folder, name, problems, largest)
    if text is None:
        problems.broken.add(name)
        problems.unread.add(name)
    return text


def _read(folder: Path, name: str, problems: Problems, largest: int) -> str | None:
    path = folder / name
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            problems.add(name, None, "the file leads out of the case folder", "put the file itself into the folder")
            return None
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            problems.add(name, None, "not a plain file", "put the file itself into the folder")
            return None
        if status.st_size > largest:
            what = f"{status.st_size:,} bytes; at most {largest:,} are read"
            problems.add(name, None, what, "split the file or import a series")
            return None
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        problems.add(name, None, "missing file", f"write it (`winset new` shows a {name})")
    except UnicodeDecodeError as error:
        problems.add(name, None, f"not UTF-8 at byte {error.start}", "save the file as UTF-8")
    except (OSError, RuntimeError, ValueError) as error:
        what = f"cannot be read: {getattr(error, 'strerror', None) or error}"
        problems.add(name, None, what, "check the file's name and its permissions")
    else:
        if found := _CONTROL.search(text):
            line = text.count("\n", 0, found.start()) + 1
            problems.add(name, line, f"the control character U+{ord(found[0]):04X}", "save the file as plain text")
            return None
        return text
    return None


@dataclass
class Document:
    """Plain data of a YAML file and the line of every path in it."""

    name: str
    data: Any = None
    lines: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def line(self, path: tuple[Any, ...]) -> int | None:
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def read_yaml(folder: Path, name: str, problems: Problems) -> Document:
    """The document, with `data` None where it could not be read."""
    before = len(problems.found)
    document = _read_yaml(folder, name, problems)
    if len(problems.found) > before:
        problems.broken.add(name)
        if document.data is None:
            problems.unread.add(name)
    return document


def _read_yaml(folder: Path, name: str, problems: Problems) -> Document:
    text = read(folder, name, problems, LARGEST_YAML)
    document = Document(name)
    if text is None:
        return document
    try:
        node = composed(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(str(error.problem or error.context or "malformed").split())[:200]
        problems.add(name, mark.line + 1 if mark else None, f"not YAML: {what}", "mend the syntax there")
    except RecursionError:
        problems.add(name, None, "nested too deeply", f"at most {DEEPEST} levels")
    except (YAMLError, ValueError, AttributeError) as error:
        problems.add(name, None, f"not YAML: {' '.join(str(error).split())[:200]}", "mend the syntax")
    else:
        if node is None:
            problems.add(name, None, "the file is empty", "write at least its top-level keys")
        else:
            before = len(problems.found)
            document.data = _plain(node, (), document, problems, set())
            if document.data is None and len(problems.found) == before:
                problems.add(name, 1, "the file is empty", "write at least its top-level keys")
    return document


def composed(text: str) -> Any:
    """The nodes of a YAML text, of which nothing is made yet; None for one without any. Raises YAMLError."""
    return YAML(typ="safe", pure=True).compose(text)


def _plain(node: Any, path: tuple[Any, ...], document: Document, problems: Problems, seen: set[int]) -> Any:
    line = node.start_mark.line + 1
    document.lines[path] = line
    tag = str(node.tag)
    if id(node) in seen or getattr(node, "anchor", None):
        problems.add(document.name, line, "anchors and aliases are not allowed", "write the value out")
        return None
    seen.add(id(node))
    if not tag.startswith(_STR) or tag[len(_STR) :] not in _PLAIN:
        problems.add(document.name, line, f"the tag {tag[:60]} is not allowed", "write a plain value")
        return None
    if len(path) > DEEPEST:
        problems.add(document.name, line, "nested too deeply", f"at most {DEEPEST} levels")
        return None
    if isinstance(node, SequenceNode):
        return [_plain(n, (*path, i), document, problems, seen) for i, n in enumerate(node.value)]
    if isinstance(node, MappingNode):
        return _mapping(node, path, document, problems, seen)
    if found := _CONTROL.search(str(node.value)):
        what = f"the control character U+{ord(found[0]):04X} is not allowed"
        problems.add(document.name, line, what, "write plain text")
        return None
    return _scalar(node, tag[len(_STR) :])


def _mapping(
    node: MappingNode, path: tuple[Any, ...], document: Document, problems: Problems, seen: set[int]
) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key_node, value in node.value:
        line = key_node.start_mark.line + 1
        plain = isinstance(key_node, ScalarNode) and not getattr(key_node, "anchor", None)
        if not plain or not str(key_node.tag).startswith(_STR) or _CONTROL.search(str(key_node.value)):
            problems.add(document.name, line, "a key must be a plain word", "write it without anchor, tag or brackets")
            continue
        key = str(key_node.value)
        if key in data:
            problems.add(document.name, line, f"the key {key[:60]!r} stands twice", "keep one")
        data[key] = _plain(value, (*path, key), document, problems, seen)
        document.lines[(*path, key)] = line
    return data


def _scalar(node: ScalarNode, tag: str) -> Any:
    text = str(node.value)
    try:
        if tag in ("int", "float") and "_" in text:
            return text
        if tag == "int":
            return int(text) if len(text) < 30 else text
        if tag == "float":
            return float(text)
    except ValueError:
        return text
    if tag == "bool":
        return text.lower() == "true"
    return None if tag == "null" else text


@dataclass(frozen=True)
class Row:
    """One row of a CSV file: its cells by column, stripped, and its line."""

    file: str
    line: int
    cells: dict[str, str]


def read_csv(
    folder: Path,
    name: str,
    columns: tuple[str, ...],
    problems: Problems,
    needed: bool = True,
    may: tuple[str, ...] = (),
) -> list[Row]:
    """The rows, each with exactly the `columns` (in any order in the file), and those of `may` that the file has."""
    if not needed and not os.path.lexists(folder / name):
        return []
    text = read(folder, name, problems)
    if text is None:
        return []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    try:
        header = [h.strip() for h in next(reader, [])]
        if sorted(header) != sorted([*columns, *(c for c in may if c in header)]):
            problems.broken.add(name)
            problems.unread.add(name)
            problems.add(name, 1, f"the columns are {', '.join(header)[:200]}", f"they must be {','.join(columns)}")
            return []
        start = reader.line_num + 1
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(c.strip() for c in cells):
                continue
            if len(cells) != len(header):
                problems.broken.add(name)
                problems.add(name, line, f"{len(cells)} cells, {len(header)} columns", "quote cells that hold a comma")
                continue
            rows.append(Row(name, line, {h: c.strip() for h, c in zip(header, cells)}))
    except csv.Error as error:
        problems.broken.add(name)
        problems.unread.add(name)
        problems.add(name, reader.line_num, f"not CSV: {error}", "check the quotes there")
    return rows
