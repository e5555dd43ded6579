"""Settings: the numbers of the model that are not of the world (a step, a noise, a weight, a cut-off).

All stand in `settings.csv`: name, value, range, unit, reason, source, and what reads them. A value is read when it is
needed and never when a module is loaded, so that a change holds everywhere. A change holds inside a `with using({...})`
only, ends with it, and is part of the key under which columns of draws are kept (`changed`), so that no value outlives
its change. Code that is compiled, and theory, get them as arguments.

A Setting is a whole number (written without a point), a number, a list of numbers in rising order (as many as in the
table), or one of a few words (which are its unit).
"""

from __future__ import annotations

import csv
import difflib
import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from winset.errors import SettingError

Value = int | float | str | tuple[float, ...]
WORDS = "one of "


@dataclass(frozen=True)
class Setting:
    """One row of the table. low, high: bounds of the value (of each item of a list); none for a word.

    source: where the value comes from, or `judgement`. reads: lenses and commands whose answer it can move.
    """

    name: str
    value: Value
    low: float
    high: float
    unit: str
    reason: str
    source: str
    reads: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """What may be chosen, where it is a choice."""
        return tuple(self.unit.removeprefix(WORDS).split(", ")) if isinstance(self.value, str) else ()

    @property
    def range(self) -> str:
        """What is allowed, in words."""
        if self.words:
            return self.unit
        bounds = f"{self.low:g} to {self.high:g}"
        return f"{len(self.value)} numbers from {bounds}, rising" if isinstance(self.value, tuple) else bounds

    def checked(self, given: object) -> Value:
        """The value given, as the kind that the table has. Raises SettingError where it is none that is allowed."""
        try:
            value = _like(self.value, given)
        except (TypeError, ValueError):
            raise SettingError(f"{self.name} must be {self._kind}, not {given!r}") from None
        if isinstance(value, str):
            allowed = value in self.words
        else:
            items = value if isinstance(value, tuple) else (value,)
            allowed = all(math.isfinite(x) and self.low <= x <= self.high for x in items)
            allowed = allowed and all(a < b for a, b in itertools.pairwise(items))
            allowed = allowed and len(items) == (len(self.value) if isinstance(self.value, tuple) else 1)
        if not allowed:
            raise SettingError(f"{self.name} must be {self._kind}, {self.range}; {text(value)} is not")
        return value

    @property
    def _kind(self) -> str:
        if isinstance(self.value, str):
            return "a word"
        if isinstance(self.value, tuple):
            return "numbers with commas between them"
        return "a whole number" if isinstance(self.value, int) else "a number"


def _like(value: Value, given: object) -> Value:
    """What is given, as the kind of the value; ValueError where it cannot be."""
    if isinstance(value, str):
        return str(given).strip()
    if isinstance(given, str) and ("_" in given or not given.isascii()):
        raise ValueError  # Python would take 0.7_5, and digits of any script
    if isinstance(value, tuple):
        items = given.replace(",", " ").split() if isinstance(given, str) else given
        return tuple(float(x) for x in items)  # type: ignore[attr-defined]
    if isinstance(given, bool):
        raise TypeError
    number = float(given)  # type: ignore[arg-type]
    if not isinstance(value, int):
        return number
    if not number.is_integer():
        raise ValueError
    return int(number)


def text(value: Value) -> str:
    """A value as it is typed."""
    if isinstance(value, tuple):
        return ",".join(f"{x:g}" for x in value)
    return value if isinstance(value, str) else repr(value)


@cache
def table() -> dict[str, Setting]:
    """Every Setting by name, in the order of the file."""
    rows = csv.DictReader(files("winset").joinpath("settings.csv").read_text(encoding="utf-8").splitlines())
    return {row["name"]: _setting(row) for row in rows}


def _setting(row: Mapping[str, str]) -> Setting:
    written = row["value"]
    if row["unit"].startswith(WORDS):
        value: Value = written
    elif " " in written:
        value = tuple(float(x) for x in written.split())
    else:
        value = float(written) if "." in written else int(written)
    return Setting(
        name=row["name"],
        value=value,
        low=float(row["low"] or "nan"),
        high=float(row["high"] or "nan"),
        unit=row["unit"],
        reason=row["reason"],
        source=row["source"],
        reads=tuple(row["reads"].split()),
    )


Changes = tuple[tuple[str, Value], ...]
_CHANGED: ContextVar[Changes] = ContextVar("settings_changed", default=())


def changed() -> Changes:
    """(name, value) of those that differ from the table now, by name. It tells two states of all Settings apart."""
    return _CHANGED.get()


def of_now(key: tuple[object, ...]) -> tuple[object, ...]:
    """The key of something that is kept, with the Settings in force: nothing outlives those that it was made with."""
    return key + changed()


@contextmanager
def using(changes: Mapping[str, object]) -> Iterator[None]:
    """Inside, these Settings have these values, on top of what was changed already.

    Raises SettingError for an unknown name or a value that is not allowed.
    """
    rows = table()
    made = dict(changed()) | {name: row_of(name).checked(value) for name, value in changes.items()}
    token = _CHANGED.set(tuple(sorted((name, x) for name, x in made.items() if x != rows[name].value)))
    try:
        yield
    finally:
        _CHANGED.reset(token)


def row_of(name: str) -> Setting:
    """The row of a name. Raises SettingError for an unknown one, and names those near it."""
    if name in table():
        return table()[name]
    near = difflib.get_close_matches(name, table(), 5, 0.5)
    near += [n for n in table() if name and n.rpartition(".")[2] == name.rpartition(".")[2] and n not in near]
    told = f"near it: {', '.join(near)}" if near else "`winset schema --settings` lists them"
    raise SettingError(f"there is no Setting {name!r}; {told}")


def parse(texts: Iterable[str]) -> dict[str, Value]:
    """Changes as typed, NAME=VALUE each; the last of a name holds. Raises SettingError."""
    made = {}
    for one in texts:
        name, sign, value = one.partition("=")
        if not sign:
            raise SettingError(f"a Setting is set by NAME=VALUE, not {one!r}")
        made[name.strip()] = row_of(name.strip()).checked(value)
    return made


def value_of(name: str) -> Value:
    """The value in force now."""
    for changed_name, value in changed():
        if changed_name == name:
            return value
    return row_of(name).value


def number(name: str) -> float:
    """A number in force now."""
    value = value_of(name)
    assert isinstance(value, float | int), name
    return value


def whole(name: str) -> int:
    """A whole number in force now."""
    value = value_of(name)
    assert isinstance(value, int), name
    return value


def numbers(name: str) -> tuple[float, ...]:
    """A list of numbers in force now, in rising order."""
    value = value_of(name)
    assert isinstance(value, tuple), name
    return value


def word(name: str) -> str:
    """A choice in force now."""
    value = value_of(name)
    assert isinstance(value, str), name
    return value


def _plain(value: Value) -> object:
    return list(value) if isinstance(value, tuple) else value


def told(readers: Iterable[str] = ()) -> dict[str, dict[str, object]]:
    """What is printed of every Setting that one of the readers reads (all, if none is named): by name, in order of
    name."""
    asked, moved = set(readers), dict(changed())
    return {
        name: {
            "value": _plain(moved.get(name, row.value)),
            "range": row.range,
            "unit": "" if row.words else row.unit,
            "reason": row.reason,
            "source": row.source,
            "set": name in moved,
        }
        | ({"table": _plain(row.value)} if name in moved else {})
        for name, row in sorted(table().items())
        if not asked or asked & set(row.reads) or name in moved
    }
