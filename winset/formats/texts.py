"""Reading the files of outside formats: bounded, decoded, and with errors that name the file.

JSON is read strictly: a key that stands twice, half of a surrogate pair and a number of thousands of digits are errors,
since every program reads something else into them.
"""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Any

from winset.errors import SettingError

LARGEST = 64 * 2**20
DIGITS = 400
"""The longest number taken for one: the largest float has 309 digits."""


def read_text(path: Path) -> str:
    """The text of a plain file as UTF-8. Raises SettingError that names the file, also for a pipe or a device."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise SettingError(f"{path.name}: not a plain file")
        if status.st_size > LARGEST:
            raise SettingError(f"{path.name}: more than {LARGEST:,} bytes")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingError(f"{path.name}: not UTF-8 at byte {error.start}") from None
    except OSError as error:
        raise SettingError(f"{path.name}: {error.strerror}") from None


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object. Raises SettingError that names the file."""
    try:
        data = parse_json(read_text(path))
    except ValueError as error:
        raise SettingError(f"{path.name}: not JSON: {str(error)[:200]}") from None
    if not isinstance(data, dict):
        raise SettingError(f"{path.name}: a JSON object is expected")
    return data


def parse_json(text: str) -> Any:
    """What the text holds, read strictly (see the module's head). Raises ValueError (JSONDecodeError with a line)."""
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_int=_whole)
        _whole_text(data)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return data


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"the key {next(k for k in keys if keys.count(k) > 1)!r} stands twice in one object")
    return found


def _whole(digits: str) -> int:
    if len(digits) > DIGITS:
        raise ValueError(f"a number of {len(digits):,} digits")
    return int(digits)


def _whole_text(data: Any) -> None:
    """Raises ValueError for text that no encoding holds."""
    if isinstance(data, str):
        if half := re.search("[\ud800-\udfff]", data):
            raise ValueError(f"half of a surrogate pair (\\u{ord(half[0]):04x}) in a text")
    elif isinstance(data, dict):
        for key, value in data.items():
            _whole_text(key)
            _whole_text(value)
    elif isinstance(data, list):
        for value in data:
            _whole_text(value)


def natural(name: str) -> list[tuple[int, int, str]]:
    """A sort key in which `util10` comes after `util9`.

    >>> sorted(["util10", "util9"], key=natural)
    ['util9', 'util10']
    """
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", name) if part]
