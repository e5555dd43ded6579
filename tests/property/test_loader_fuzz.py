"""Damaged files of a case load or are refused with a DossierError; nothing else ever comes out.

`WINSET_FUZZ=5000 pytest tests/property/test_loader_fuzz.py` runs longer, with new random examples each time.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tests.case.broken import HARBOUR
from winset.arrays import compile
from winset.case.load import FILES, TABLES, load
from winset.case.model import Case
from winset.case.patch import combine, read_patches
from winset.errors import DossierError, WinsetError

LONG = int(os.environ.get("WINSET_FUZZ", "0"))
SETTINGS = settings(
    max_examples=LONG or 40,  # `make fuzz` damages thousands
    derandomize=not LONG,
    deadline=None,
    phases=[Phase.generate],  # to shrink a whole file takes minutes and says little more
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
KEEP = Path(tempfile.gettempdir()) / "winset-fuzz"  # a file that broke the loader is kept here
NAMES = [name for name in (*FILES, *TABLES) if (HARBOUR / name).exists()]
ORIGINAL = {name: (HARBOUR / name).read_bytes() for name in NAMES}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as base:
        yield Path(base)


def outcome(folder: Path, name: str, data: bytes) -> Case | None:
    """Load the case with one file replaced. Raises whatever is neither a Case nor a DossierError."""
    for other, original in ORIGINAL.items():
        (folder / other).write_bytes(data if other == name else original)
    try:
        case = load(folder)
    except DossierError as error:
        assert error.problems
        str(error).encode("utf-8")
        return None
    except BaseException as error:
        KEEP.mkdir(exist_ok=True)
        (KEEP / f"{type(error).__name__}-{name}").write_bytes(data)
        raise
    assert isinstance(case, Case)
    return case


def use(case: Case) -> None:
    """What was loaded compiles: every Figure of it is a column of finite numbers."""
    arrays = compile(case, draws=8)
    for figure in arrays.case.figures:
        if figure.low is not None or figure.at or figure.distribution:
            column = arrays.get(*figure.subject, figure.quantity)
            assert (column == column).all() and abs(column).max() < 1e16, figure


# Bytes and lines


@st.composite
def damaged_lines(draw: st.DrawFn) -> tuple[str, bytes]:
    name = draw(st.sampled_from(NAMES))
    lines = ORIGINAL[name].splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 4))):
        at, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        match draw(st.sampled_from(["drop", "double", "swap", "cut", "join", "indent"])):
            case "drop" if len(lines) > 1:
                del lines[at]
            case "double":
                lines.insert(other, lines[at])
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
            case "cut":
                lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
            case "join":
                lines[at] = lines[at].rstrip(b"\n")
            case "indent":
                lines[at] = b" " * draw(st.integers(1, 4)) + lines[at]
    return name, b"".join(lines)


@st.composite
def damaged_bytes(draw: st.DrawFn) -> tuple[str, bytes]:
    name = draw(st.sampled_from(NAMES))
    data = bytearray(ORIGINAL[name])
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(data) - 1))
        junk = draw(
            st.binary(max_size=6)
            | st.text(alphabet="{}[]:,-?!&*#|>'\"%@`\n\t \\0x~=<.é", max_size=6).map(str.encode)
            | st.sampled_from(
                [
                    b"\xff",
                    b"\x00",
                    b"\xef\xbb\xbf",
                    b"\r",
                    b"\xe2\x80\xa8",
                    b"\xc2\x85",
                    b"---\n",
                    b"...\n",
                    b"!!int ",
                    b"&a ",
                    b"*a",
                ]
            )
        )
        data[at : at + draw(st.integers(0, 6))] = junk
    return name, bytes(data)


@given(damaged_lines() | damaged_bytes())
@SETTINGS
def test_lines_and_bytes(folder: Path, damage: tuple[str, bytes]) -> None:
    if case := outcome(folder, *damage):
        use(case)


# Values


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            "deferred",
            "silent",
            "sarrow",
            "tavenna",
            "harbour",
            "lease",
            "sarrow-terms",
            "2024-01-01",
            "0000-00-00",
            "9999-12-31",
            "passages: s01",
            "judgement: x",
            "passages: ",
            "|",
            " | ",
            "yes",
            "null",
            "inf",
            "nan",
            "1e400",
            "-1",
            "1.3",
            "x" * 5000,
            "sarrow.no_deal",
            "not " * 30,
            "all",
            "case",
            "any",
            "x:y",
            "event:e01",
            "a/b/c",
            "../x",
            "<b>",
            "beta(2,2)",
            "uniform(0,1)",
            "normal(0,1e300)",
            "٣",
        ]
    ),
)
VALUES = st.recursive(
    ODD,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6) | ODD.map(str), inner, max_size=3),
    max_leaves=6,
)


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from places(value, (*path, key))


BASE = load(HARBOUR)
PARSED = {name: YAML(typ="safe", pure=True).load(ORIGINAL[name].decode()) for name in FILES}
PLACES = {name: sorted(places(data), key=repr) for name, data in PARSED.items()}


def planted(data: Any, path: tuple[Any, ...], act: Callable[[Any], Any]) -> Any:
    """A copy of nested data in which `act` has changed the value at `path`."""
    if not path:
        return act(data)
    if isinstance(data, dict):
        return {k: planted(v, path[1:], act) if k == path[0] else v for k, v in data.items()}
    return [planted(v, path[1:], act) if i == path[0] else v for i, v in enumerate(data)]


def dumped(data: Any) -> bytes:
    """As YAML without anchors: JSON is a part of it."""
    import json

    return json.dumps(data, default=str, ensure_ascii=True).encode()


@st.composite
def damaged_yaml(draw: st.DrawFn, names: list[str]) -> tuple[str, bytes]:
    name = draw(st.sampled_from(names))
    data = PARSED[name]
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(PLACES[name]))
        kind = draw(st.sampled_from(["value", "value", "drop", "extra", "double"]))
        value = draw(VALUES)

        def act(old: Any, kind: str = kind, value: Any = value) -> Any:
            if kind == "drop" and isinstance(old, dict | list) and old:
                return dict(list(old.items())[1:]) if isinstance(old, dict) else old[1:]
            if kind == "extra" and isinstance(old, dict):
                return old | {"extra": value}
            if kind == "double" and isinstance(old, list):
                return old + old
            return value

        try:
            data = planted(data, path, act)
        except (AttributeError, TypeError, ValueError):
            continue  # the path is gone after an earlier change
    return name, dumped(data)


CELLS = ODD.map(str) | st.sampled_from(
    [
        cell
        for name in TABLES
        if name in ORIGINAL
        for row in csv.reader(io.StringIO(ORIGINAL[name].decode()))
        for cell in row
    ]
)


@st.composite
def damaged_cells(draw: st.DrawFn) -> tuple[str, bytes]:
    name = draw(st.sampled_from([n for n in TABLES if n in ORIGINAL]))
    table = list(csv.reader(io.StringIO(ORIGINAL[name].decode())))
    for _ in range(draw(st.integers(1, 4))):
        row = draw(st.integers(0, len(table) - 1)) if draw(st.booleans()) else draw(st.integers(1, len(table) - 1))
        table[row][draw(st.integers(0, len(table[0]) - 1))] = draw(CELLS)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(table)
    return name, out.getvalue().encode("utf-8", errors="replace")


@given(damaged_yaml(list(FILES)) | damaged_cells())
@SETTINGS
def test_values_and_cells(folder: Path, damage: tuple[str, bytes]) -> None:
    if case := outcome(folder, *damage):
        use(case)


@given(
    damaged_yaml(["readings.yaml"])
    | damaged_bytes().filter(lambda d: d[0] == "readings.yaml")
    | st.binary(max_size=200).map(lambda b: ("", b))
)
@SETTINGS
def test_patches(folder: Path, damage: tuple[str, bytes]) -> None:
    path = folder / "patch.yaml"
    path.write_bytes(damage[1])
    try:
        case = combine(BASE, read_patches(path))
    except DossierError as error:
        assert error.problems
        str(error).encode("utf-8")
    else:
        use(case)


@given(damaged_yaml(["case.yaml", "plans.yaml"]) | damaged_cells() | damaged_lines())
@settings(SETTINGS, max_examples=LONG // 4 or 25)
def test_what_loads_can_be_looked_at(folder: Path, damage: tuple[str, bytes]) -> None:
    """A case that loads gives results, or an error with a text: it does not fail in the middle."""
    from winset.lens.settlement.lens import Settlement
    from winset.run import study

    if case := outcome(folder, *damage):
        try:
            results = Settlement(exact=bool(LONG)).look(study(case, draws=4))
        except WinsetError as error:
            assert str(error)
        else:
            assert results
