"""What a kept result is known by: digests of the question, and of the code that answers it.

`digest(thing)` is the SHA-256 of a canonical writing of plain records: the same in every process and on every machine,
whatever the order in which they were made. `shape` is a case without what an edit of a Figure changes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache, partial
from importlib import metadata
from inspect import ismethod
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel

from winset.arrays import Study
from winset.case import model as m
from winset.settings import changed

ROOT = Path(__file__).resolve().parent.parent
APART = ("cli", "report", "formats", "robustness", "backtest")  # what no lens stands on (`.importlinter`)
# looked through faster than their union
_PLAIN = str, bool, int, float, complex, np.generic, dt.date, dt.timedelta, Path
WITHOUT = ("figures", "before", "digest", "lines")  # of a case: its Figures, and what says where they were written

_OF_A_FIGURE = [f.name for f in fields(m.Figure)]


def digest(thing: object) -> str:
    """SHA-256 of a plain record, tuple, mapping, array, function or number. TypeError for anything else."""
    pieces: list[bytes] = []
    _write(thing, pieces.append)
    return hashlib.sha256(b"".join(pieces)).hexdigest()


def _write(thing: Any, add: Callable[[bytes], None]) -> None:
    """The canonical writing of a thing, piece by piece; every piece says its kind, and every group its length."""
    kind = type(thing)
    if thing is None or isinstance(thing, _PLAIN):
        add(f"{kind.__name__}:{thing!r};".encode(errors="surrogatepass"))
    elif isinstance(thing, bytes):
        add(b"bytes:" + str(len(thing)).encode() + b":" + thing)
    elif (names := _names(kind)) is not None:  # type: ignore[arg-type]
        add(f"{kind.__module__}.{kind.__qualname__};".encode())
        for name, written in names:
            add(written)
            _write(getattr(thing, name), add)
    elif isinstance(thing, np.ndarray):
        add(f"array:{thing.dtype.str}{thing.shape};".encode() + np.ascontiguousarray(thing).tobytes())
    elif isinstance(thing, Mapping):
        add(f"map:{len(thing)};".encode())
        for key, value in thing.items():
            _write(key, add)
            _write(value, add)
    elif isinstance(thing, set | frozenset):
        add(f"set:{len(thing)};".encode() + "".join(sorted(map(digest, thing))).encode())
    elif isinstance(thing, Sequence):
        add(f"list:{len(thing)};".encode())
        for item in thing:
            _write(item, add)
    elif isinstance(thing, partial):
        _write((thing.func, thing.args, thing.keywords), add)
    elif callable(thing):
        add(f"code:{named(thing)};".encode())
    else:
        raise TypeError(f"no digest of a {kind.__name__}")


@cache
def _names(kind: type) -> list[tuple[str, bytes]] | None:
    """The fields of a kind of record that are written, each as it is written too; None for what is no record."""
    if issubclass(kind, BaseModel):
        names = list(kind.model_fields)
    elif is_dataclass(kind):
        names = [f.name for f in fields(kind) if f.compare]
    else:
        return None
    return [(name, f"{name}=".encode()) for name in names]


def named(function: Callable[..., Any]) -> str:
    """The name by which another process finds a function. TypeError for one that has none (a lambda, an inner function,
    a method of a thing, a thing that can be called)."""
    name = f"{function.__module__}.{getattr(function, '__qualname__', '<no name>')}"
    if "<" in name or ismethod(function):
        raise TypeError(f"{name} cannot be found by its name; use a function of a module")
    return name


def shape(case: m.Case) -> str:
    """All that a case says but its Figures, and of those what they are about."""

    def make() -> str:
        about = tuple((f.id, f.subject, f.quantity, f.date) for f in case.figures)
        return digest((about, *(getattr(case, f.name) for f in fields(case) if f.name not in WITHOUT)))

    return _once(case, "_shape", make)


def figures(case: m.Case) -> dict[str, str]:
    """Digest of every Figure of a case by id, with what it was before patches; made once for each Figure."""

    def make() -> dict[str, str]:
        return {f.id: _figure(f) + (_figure(case.before[f.id]) if f.id in case.before else "") for f in case.figures}

    return _once(case, "_figures", make)


def _figure(figure: m.Figure) -> str:
    held = figure.__dict__  # looked at from beside: to take a digest rests on nothing
    return _once(figure, "_digest", lambda: digest([held[name] for name in _OF_A_FIGURE]))


def _once(thing: Any, name: str, make: Callable[[], Any]) -> Any:
    """Kept in the thing itself, which is frozen, outside its fields."""
    held = thing.__dict__
    if name not in held:
        held[name] = make()
    return held[name]


def cases(study: Study) -> tuple[m.Case, ...]:
    return (study.case,) if study.stated is None else (study.case, study.stated)


def base(study: Study, function: Callable[..., Any], item: object) -> str:
    """The question without the Figures: code, shape of the case, date, draws, seed, Settings, and what is asked."""
    about = study.as_of, study.draws, study.seed, study.weigher, changed()
    of = tuple(map(shape, cases(study)))
    return digest((named(function), code(_lens_of(function, item)), about, of, item))


def full(study: Study, known_by: str, ids: Sequence[str]) -> str:
    """The question with the Figures of these ids, which are those that its answer was found to rest on."""
    columns = (map(figures(case).get, ids, repeat("-")) for case in cases(study))
    lines = map(" ".join, zip(ids, *columns))
    return hashlib.sha256("\n".join((known_by, *lines)).encode()).hexdigest()


def _lens_of(function: Callable[..., Any], item: object) -> str:
    """The package under winset that a question belongs to: of the function, or of the lens that is asked; "" for a
    module of no package, which may stand on any lens."""
    for module in (type(item).__module__, function.__module__):
        parts = module.split(".")
        if parts[:2] == ["winset", "lens"] and len(parts) > 2:
            return f"lens/{parts[2]}"
        if parts[0] == "winset" and len(parts) > 1 and parts[1] in APART:
            return parts[1]
    return ""


@cache
def code(own: str = "") -> str:
    """Digest of the code of a package and of all that a lens stands on, and of the libraries beneath."""
    total = hashlib.sha256(_beneath())
    for inside, held in _files():
        if _stands_on(inside, own):
            total.update(inside.encode() + b"\0" + held)
    return total.hexdigest()


@cache
def _beneath() -> bytes:
    """The versions of the libraries, and of Python."""
    told = (f"{name} {metadata.version(name)}\n" for name in ("numpy", "scipy", "numba", "pydantic"))
    return "".join((*told, sys.version.split()[0])).encode()


@cache
def _files() -> list[tuple[str, bytes]]:
    """Every file of winset, with its digest: code, numbers, and what the page is made from."""
    paths = sorted(p for p in ROOT.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return [(p.relative_to(ROOT).as_posix(), hashlib.sha256(p.read_bytes()).digest()) for p in paths]


def _stands_on(inside: str, own: str) -> bool:
    top, _, rest = inside.partition("/")
    if own == "report":
        return top != "cli"
    if own in APART:
        return top not in ("cli", "report", "formats")
    if top in APART:
        return False
    return top != "lens" or "/" not in rest or not own or inside.startswith(f"{own}/")
