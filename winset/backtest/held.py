"""What a replay has worked out already, kept so that one that was stopped goes on where it was.

`get(key)` gives bytes or None, `put(key, bytes)` keeps them: whatever has these two can take the place of `Folder`. A key names all
that the answer hangs on (`key_of`), so that nothing is ever renewed: another case, date, seed, Setting or version of the code is
another key.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

from winset.settings import changed
from winset.writing import write_whole


class Store(Protocol):
    def get(self, key: str) -> bytes | None: ...
    def put(self, key: str, data: bytes) -> None: ...


class Folder:
    """A file a key. What was cut short in writing is not there at all (`write_whole`)."""

    def __init__(self, path: Path):
        self.path = path

    def get(self, key: str) -> bytes | None:
        try:
            return (self.path / key).read_bytes()
        except OSError:
            return None

    def put(self, key: str, data: bytes) -> None:
        write_whole(self.path, {key: data})


@cache
def code() -> str:
    """A digest of the program itself: what another version worked out is not taken for this one's."""
    root, total = Path(str(files("winset"))), hashlib.sha256()
    for file in sorted(p for p in root.rglob("*") if p.suffix in (".py", ".csv")):
        total.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes())
    return total.hexdigest()


def key_of(*what: object) -> str:
    """A name for what hangs on these things, the Settings that were changed, and the program."""
    return hashlib.sha256(repr((what, changed(), code())).encode()).hexdigest()


def remembered(store: Store | None, key: tuple[object, ...], make: Callable[[], Any]) -> Any:
    """What `make` gives, in plain JSON: from the store where it has it."""
    if store is None:
        return make()
    name = key_of(*key)
    try:
        return json.loads(store.get(name) or b"")
    except ValueError:  # not there, or spoilt from outside
        text = json.dumps(make(), allow_nan=False)
    store.put(name, text.encode())
    return json.loads(text)
