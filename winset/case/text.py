"""Reading the text files of a case safely: every value knows its line, every fault becomes a Problem.

Only a plain subset of YAML is taken: mappings, sequences and scalars. Anchors, aliases, tags and duplicate
keys are refused, so a file cannot grow when read or construct anything. No file is read outside its folder.

libyaml (by PyYAML) reads the text, some thirty times as fast as a reader in Python; what a plain scalar means is said
here, by the core schema of YAML 1.2, so that `no` is a word and `012` a number.
"""

from __future__ import annotations

import csv
import difflib
import io
import itertools
import math
import os
import re
import stat
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import yaml

from winset.errors import Problem

LARGEST = 16 * 2**20
LARGEST_YAML = 2 * 2**20
DEEPEST = 30
MOST_COMPARED = 50_000  # about a second of work; beyond it a dossier has more wrong than a slip
ADD = "add it, or correct the id"
_STR = "tag:yaml.org,2002:"
_PLAIN = {"str", "int", "float", "bool", "null", "seq", "map", "timestamp", "merge", "value"}
_CORE = (  # YAML 1.2.2, 10.3.2, without numbers of other bases, which stay text
    ("null", re.compile(r"~|null|Null|NULL|")),
    ("bool", re.compile(r"true|True|TRUE|false|False|FALSE")),
    ("int", re.compile(r"[-+]?[0-9]+")),
    ("float", re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")),
)
_NOT_YAML = "\u2028\u2029\ufeff"  # line breaks and no character by YAML 1.1, which libyaml reads; characters by 1.2
_SPARE = range(0xE000, 0xF900)  # characters without a meaning
_READER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in Python, where PyYAML was built without libyaml
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
    """The number that a text is; None for anything else that Python would take for one (1_000, digits of other
    scripts).

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
    before = len(problems.found)
    try:
        document.data = _Read(document, problems, _events(text)).whole()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(str(error.problem or error.context or "malformed").split())[:200]
        fault = Problem(name, mark.line + 1 if mark else None, f"not YAML: {what}", "mend the syntax there")
    except _TooDeep as error:
        fault = Problem(name, error.line, "nested too deeply", f"at most {DEEPEST} levels")
    except (yaml.YAMLError, ValueError) as error:
        fault = Problem(name, None, f"not YAML: {' '.join(str(error).split())[:200]}", "mend the syntax")
    else:
        if document.data is None and len(problems.found) == before:
            line = document.lines.get(())
            problems.add(name, line, "the file is empty", "write at least its top-level keys")
        return document
    problems.found[before:] = [fault]  # what was said of the part before it may come of it
    return Document(name)


class _TooDeep(Exception):
    def __init__(self, line: int):
        self.line = line


def _events(text: str) -> Iterator[Any]:
    """What stands in the one document of a text, event by event. Raises YAMLError or _TooDeep."""
    odd = "".join(c for c in _NOT_YAML if c in text)
    spare = "".join(itertools.islice((c for c in map(chr, _SPARE) if c not in text), len(odd)))
    depth = documents = 0
    for event in yaml.parse(text.translate(str.maketrans(odd, spare)), Loader=_READER):
        depth += _deeper(event)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if depth > DEEPEST:
            raise _TooDeep(event.start_mark.line + 1)
        if documents > 1:
            raise yaml.MarkedYAMLError(problem="a second document", problem_mark=event.start_mark)
        at = event.start_mark.index
        if isinstance(event, yaml.NodeEvent) and text[max(at - 1, 0) : at] == "?":
            what = "a word between brackets that begins with a question mark and is not in quotes"  # 1.1 drops the mark
            raise yaml.MarkedYAMLError(problem=what, problem_mark=event.start_mark)
        if odd and isinstance(event, yaml.ScalarEvent):
            event.value = event.value.translate(str.maketrans(spare, odd))
        if isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
            yield event


def _deeper(event: Any) -> int:
    """How much deeper what comes after an event stands."""
    return isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)


@dataclass
class _Read:
    """Makes plain data of events, and notes the lines in the document."""

    document: Document
    problems: Problems
    events: Iterator[Any]

    def whole(self) -> Any:
        """What all events say; None where there are none."""
        first = next(self.events, None)
        data = None if first is None else self._value(first, ())
        next(self.events, None)  # says if something follows
        return data

    def _value(self, event: Any, path: tuple[Any, ...]) -> Any:
        """What an event and those that belong to it say; None with a Problem noted for what is not allowed."""
        self.document.lines[path] = line = event.start_mark.line + 1
        tag = _tag(event)
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            self._refuse(line, "anchors and aliases are not allowed", "write the value out")
        elif tag not in _PLAIN:
            self._refuse(line, f"the tag {str(event.tag)[:60]} is not allowed", "write a plain value")
        elif isinstance(event, yaml.SequenceStartEvent):
            return [self._value(e, (*path, i)) for i, e in enumerate(self._until(yaml.SequenceEndEvent))]
        elif isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        elif found := _CONTROL.search(event.value):
            self._refuse(line, f"the control character U+{ord(found[0]):04X} is not allowed", "write plain text")
        else:
            return _scalar(event.value, tag)
        self._skip(event)
        return None

    def _mapping(self, path: tuple[Any, ...]) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for event in self._until(yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            plain = isinstance(event, yaml.ScalarEvent) and not event.anchor
            if not plain or _tag(event) is None or _CONTROL.search(event.value):
                self._refuse(line, "a key must be a plain word", "write it without anchor, tag or brackets")
                self._skip(event)
                self._skip(next(self.events))
                continue
            key = event.value
            if key in data:
                self._refuse(line, f"the key {key[:60]!r} stands twice", "keep one")
            data[key] = self._value(next(self.events), (*path, key))
            self.document.lines[(*path, key)] = line
        return data

    def _until(self, end: type) -> Iterator[Any]:
        """The first events of what stands up to an end; the others of each are taken by who asks."""
        while not isinstance(event := next(self.events), end):
            yield event

    def _skip(self, event: Any) -> None:
        """Passes over the rest of what begins with an event."""
        depth = _deeper(event)
        while depth:
            depth += _deeper(next(self.events))

    def _refuse(self, line: int, what: str, remedy: str) -> None:
        self.problems.add(self.document.name, line, what, remedy)


def _tag(event: Any) -> str | None:
    """The standard tag of a value, which for a plain scalar its text says; None for a tag of another kind."""
    if isinstance(event, yaml.AliasEvent):
        return None
    if event.tag not in (None, "!"):
        return event.tag.removeprefix(_STR) if event.tag.startswith(_STR) else None
    if isinstance(event, yaml.CollectionStartEvent):
        return "seq" if isinstance(event, yaml.SequenceStartEvent) else "map"
    kinds = _CORE if event.tag is None and event.implicit[0] else ()
    return next((kind for kind, words in kinds if words.fullmatch(event.value)), "str")


def _scalar(text: str, tag: str) -> Any:
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
