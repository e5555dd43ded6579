"""Reading the files of outside formats: bounded, decoded, and with errors that name the file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from winset.errors import SettingError

LARGEST = 64 * 2**20


def read_text(path: Path) -> str:
    """The text of a file as UTF-8. Raises SettingError that names the file."""
    try:
        if path.stat().st_size > LARGEST:
            raise SettingError(f"{path.name}: more than {LARGEST:,} bytes")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingError(f"{path.name}: not UTF-8 at byte {error.start}") from None
    except OSError as error:
        raise SettingError(f"{path.name}: {error.strerror}") from None


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object. Raises SettingError that names the file."""
    try:
        data = json.loads(read_text(path))
    except (json.JSONDecodeError, RecursionError) as error:
        raise SettingError(f"{path.name}: not JSON: {str(error)[:200]}") from None
    if not isinstance(data, dict):
        raise SettingError(f"{path.name}: a JSON object is expected")
    return data


def natural(name: str) -> list[tuple[int, int, str]]:
    """A sort key in which `util10` comes after `util9`."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", name) if part]
