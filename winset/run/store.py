"""The store: results by the digest of the question they answer, in a folder that can be seen, measured and pruned.

An entry is one file, `ab/cdef...`, named by its key: a head with the SHA-256 of what follows, then that. It is written
to a temporary name and renamed, so an entry is whole or not there, whatever kills the process. One that is damaged, cut
off (by a power cut: nothing waits for the disk) or of another hand is taken for missing and made again. Values are
pickles; only plain records of winset, numpy and the standard library are read back.

Two kinds of entry: an answer, and under the digest of the question without its Figures the list of those that answers
to it were found to rest on. With both an answer is found again exactly as long as nothing that it rests on has changed
(a verifying trace: Mokhov, Mitchell and Peyton Jones 2018, section 4.2).
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from winset.errors import SettingError

MAGIC = b"winset store 1\n"
MARK = "winset-store"
WORDS = (
    "This folder holds kept results of winset. `winset store` measures and prunes it; it can be deleted at any time.\n"
)
STALE = 3600.0  # seconds after which a temporary file is taken for one that a killed run left
_PLAIN = ("winset.", "numpy", "datetime", "collections", "builtins", "pathlib", "fractions", "decimal")
_BUILTINS = ("set", "frozenset", "slice", "range", "complex", "bytearray", "object")


class Shelf(Protocol):
    """Where values are kept by key. shared: seen by other processes; lasting: beyond the run too."""

    @property
    def shared(self) -> bool: ...

    @property
    def lasting(self) -> bool: ...

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, value: bytes) -> None: ...


@dataclass
class Memory:
    """A shelf that lasts as long as its process."""

    held: dict[str, bytes] = field(default_factory=dict)
    shared = lasting = False

    def get(self, key: str) -> bytes | None:
        return self.held.get(key)

    def put(self, key: str, value: bytes) -> None:
        self.held[key] = value


@dataclass(frozen=True)
class Entry:
    """A file of the store. size: bytes; used: seconds since 1970 at which it was last read or written."""

    path: Path
    size: int
    used: float


@dataclass(frozen=True)
class Store:
    """A folder of kept results. Any number of processes may read and write it at once."""

    folder: Path
    shared = lasting = True

    @classmethod
    def at(cls, folder: Path) -> Store:
        """The store in a folder, which is made if need be. SettingError where it cannot be, or holds other things."""
        mark = folder / MARK
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not mark.exists():
                if any(folder.iterdir()):
                    raise SettingError(f"{folder} is not empty and no store of winset; choose another folder")
                mark.write_text(WORDS, encoding="utf-8")
        except OSError as error:
            raise SettingError(f"no store can be kept in {folder}: {error.strerror or error}") from None
        return cls(folder)

    def path(self, key: str) -> Path:
        return self.folder / key[:2] / key[2:]

    def get(self, key: str) -> bytes | None:
        """What is kept under a key; None where there is nothing, or nothing whole."""
        path = self.path(key)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        value = _checked(data, key)
        if value is None:
            _remove(path)
        else:
            _touch(path)
        return value

    def put(self, key: str, value: bytes) -> None:
        """Keep a value. A disk that is full or a folder that cannot be written is no error: the value is made again.

        By a rename of its own and not by `write_whole`, which locks the folder for a set of files and takes twice as
        long.
        """
        path = self.path(key)
        temporary = ""
        try:
            path.parent.mkdir(exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
            with os.fdopen(handle, "wb") as file:
                file.write(_headed(value, key))
            os.replace(temporary, path)
        except OSError:
            if temporary:
                _remove(Path(temporary))

    def entries(self) -> Iterator[Entry]:
        """Every entry, in no order."""
        for path in self.folder.glob("??/*"):
            if not path.name.startswith("."):
                try:
                    status = path.stat()
                except OSError:
                    continue
                yield Entry(path, status.st_size, status.st_mtime)

    def prune(self, *, most: float = float("inf"), days: float = float("inf")) -> tuple[int, int]:
        """Remove entries not used for so many days, then those longest unused until at most `most` bytes are left.

        What killed runs left half-written goes too. Returns how many entries went, and their bytes.
        """
        now, count, size = time.time(), 0, 0
        for half in self.folder.glob("??/.*"):
            if _age(half, now) > STALE:
                _remove(half)
        held = sorted(self.entries(), key=lambda e: (e.used, e.path))
        left = sum(e.size for e in held)
        for entry in held:
            if left > most or now - entry.used > days * 86_400:
                _remove(entry.path)
                count, size, left = count + 1, size + entry.size, left - entry.size
        return count, size


class Passing(Store):
    """A store in a folder that goes with the run: what its processes pass on to each other."""

    lasting = False


def _headed(value: bytes, key: str) -> bytes:
    return MAGIC + hashlib.sha256(key.encode() + value).digest() + value


def _checked(data: bytes, key: str) -> bytes | None:
    """The value in the bytes of an entry; None unless they are whole and of this key."""
    start = len(MAGIC) + 32
    value = data[start:]
    whole = data[:start] == MAGIC + hashlib.sha256(key.encode() + value).digest()
    return value if whole else None


def _age(path: Path, now: float) -> float:
    try:
        return now - path.stat().st_mtime
    except OSError:
        return 0.0


def _touch(path: Path) -> None:
    try:
        os.utime(path)
    except OSError:
        return


def _remove(path: Path) -> None:
    try:
        path.unlink()
    except OSError:
        return


def packed(value: object) -> bytes:
    return pickle.dumps(value, protocol=5)


def unpacked(data: bytes) -> Any:
    """The value in the bytes. ValueError for anything that is not a plain record."""
    try:
        return _Plain(io.BytesIO(data)).load()
    except Exception as error:  # noqa: BLE001 - what bytes of another hand may raise has no bound (pickle)
        raise ValueError(f"not a value of the store: {error}") from None


class _Plain(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module == "builtins" and name not in _BUILTINS:
            raise pickle.UnpicklingError(f"{module}.{name} is not read back")
        if not (module == "winset" or module.split(".")[0] in _PLAIN or module.startswith(_PLAIN)):
            raise pickle.UnpicklingError(f"{module}.{name} is not read back")
        return super().find_class(module, name)
