"""What a run of robustness has done, kept part by part, so that one that was interrupted goes on where it stood.

A part is named by a digest of all it rests on: the case, its date, draws, seed, the Settings in force, the code and its
libraries, and what it is the answer to. It is plain data, written whole; read back it is what was written, to the last
digit. A part that is damaged, or that somebody else put there, is as if it were not there: it is made again.

Where parts lie is the shelf's matter: anything with `get` and `put` will do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

from winset.arrays import Study
from winset.settings import changed
from winset.writing import write_whole

LIBRARIES = ("numpy", "scipy", "numba")


class Shelf(Protocol):
    """Bytes by key: what was put under a key, or None where nothing sound is there."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, data: bytes) -> None: ...


@dataclass(frozen=True)
class Folder:
    """A shelf of files, each headed by a digest of its key and content."""

    path: Path

    def get(self, key: str) -> bytes | None:
        file = self.path / key
        try:
            if not file.is_file():
                return None
            head, _, data = file.read_bytes().partition(b"\n")
        except OSError:
            return None
        return data if head == _head(key, data) else None

    def put(self, key: str, data: bytes) -> None:
        write_whole(self.path, {key: _head(key, data) + b"\n" + data})

    def clear(self) -> None:
        """Takes away the parts, and the folder if nothing else is in it."""
        for file in sorted(self.path.glob("*")):
            if self.get(file.name) is not None:
                file.unlink()
        if self.path.is_dir() and not any(self.path.iterdir()):
            self.path.rmdir()


def _head(key: str, data: bytes) -> bytes:
    return f"winset part {hashlib.sha256(key.encode() + b' ' + data).hexdigest()}".encode()


@dataclass(frozen=True)
class Kept:
    """Answers to questions of one run. Without a shelf each is made when it is asked for."""

    shelf: Shelf | None = None
    base: tuple[Any, ...] = ()

    def __call__(self, make: Callable[[], Any], *what: Any) -> Any:
        """What `make` gives (lists, dicts by words, words and numbers) in answer to `what`, made or taken from the
        shelf."""
        if self.shelf is None:
            return make()
        key = hashlib.sha256(json.dumps([self.base, what]).encode()).hexdigest()
        held = self.shelf.get(key)
        if held is not None:
            return json.loads(held)
        made = make()
        self.shelf.put(key, json.dumps(made).encode())
        return made


NONE = Kept()


def kept(shelf: Shelf | None, study: Study) -> Kept:
    """The answers of a study, under the Settings in force now."""
    if shelf is None:
        return NONE
    cases = (study.case.digest, (study.stated or study.case).digest)
    base = (*cases, study.as_of.isoformat(), study.draws, study.seed, changed(), code())
    return Kept(shelf, base)


@cache
def code() -> str:
    """A digest of this package and of the versions of what it computes with."""
    total, root = hashlib.sha256(), Path(__file__).parents[1]
    for file in sorted(f for f in root.rglob("*") if f.suffix in (".py", ".csv")):
        total.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return f"{total.hexdigest()} {' '.join(metadata.version(name) for name in LIBRARIES)}"
