"""What a kept result is known by: digests of the question, and of the code that answers it.

`digest(thing)` is the SHA-256 of a canonical writing of plain records: the same in every process and on every machine, whatever
the order in which they were made. `shape` is a case without what an edit of a Figure changes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache, partial
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel

from winset.arrays import Study
from winset.case import model as m
from winset.settings import changed

ROOT = Path(__file__).resolve().parent.parent
APART = ("cli", "report", "formats", "robustness", "backtest")  # what no lens stands on (`.importlinter`)
WITHOUT = ("figures", "before", "digest", "lines")  # of a case: its Figures, and what says where they were written


def digest(thing: object) -> str:
    """SHA-256 of a plain record, tuple, mapping, array, function or number. TypeError for anything else."""
    total = hashlib.sha256()
    for piece in _pieces(thing):
        total.update(piece)
    return total.hexdigest()


def _pieces(thing: object) -> Iterator[bytes]:
    """The canonical writing of a thing, piece by piece; every piece says its kind, and every group its length."""
    if thing is None or isinstance(
        thing, bool | int | float | complex | str | np.generic | dt.date | dt.timedelta | Path
    ):
        yield f"{type(thing).__name__}:{thing!r};".encode(errors="surrogatepass")
    elif isinstance(thing, bytes):
        yield b"bytes:" + str(len(thing)).encode() + b":" + thing
    elif isinstance(thing, BaseModel):
        yield from _named(thing, type(thing).model_fields)
    elif is_dataclass(thing) and not isinstance(thing, type):
        yield from _named(thing, [f.name for f in fields(thing) if f.compare])
    elif isinstance(thing, np.ndarray):
        yield f"array:{thing.dtype.str}{thing.shape};".encode() + np.ascontiguousarray(thing).tobytes()
    elif isinstance(thing, Mapping):
        yield f"map:{len(thing)};".encode()
        for key, value in thing.items():
            yield from _pieces(key)
            yield from _pieces(value)
    elif isinstance(thing, set | frozenset):
        yield f"set:{len(thing)};".encode() + "".join(sorted(map(digest, thing))).encode()
    elif isinstance(thing, Sequence):
        yield f"list:{len(thing)};".encode()
        for item in thing:
            yield from _pieces(item)
    elif isinstance(thing, partial):
        yield from _pieces((thing.func, thing.args, thing.keywords))
    elif callable(thing):
        yield f"code:{named(thing)};".encode()
    else:
        raise TypeError(f"no digest of a {type(thing).__name__}")


def _named(thing: object, names: Any) -> Iterator[bytes]:
    yield f"{type(thing).__module__}.{type(thing).__qualname__};".encode()
    for name in names:
        yield f"{name}=".encode()
        yield from _pieces(getattr(thing, name))


def named(function: Callable[..., Any]) -> str:
    """The name by which another process finds a function. TypeError for one that has none (a lambda, an inner function)."""
    name = f"{function.__module__}.{function.__qualname__}"
    if "<" in name:
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
    return _once(figure, "_digest", lambda: digest(tuple(held[f.name] for f in fields(figure))))


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
    held = [figures(case) for case in cases(study)]
    lines = [f"{i} {' '.join(one.get(i, '-') for one in held)}" for i in ids]
    return hashlib.sha256("\n".join((known_by, *lines)).encode()).hexdigest()


def _lens_of(function: Callable[..., Any], item: object) -> str:
    """The package under winset that a question belongs to: of the function, or of the lens that is asked; "" for a module of
    no package, which may stand on any lens."""
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
