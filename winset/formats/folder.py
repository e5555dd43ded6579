"""Read a folder of an outside negotiation format, whichever it is."""

from __future__ import annotations

from pathlib import Path

from winset.errors import SettingError
from winset.formats.domain import Domain
from winset.formats.genius import read_genius
from winset.formats.json_domains import read_json_domain


def read_domain(folder: str | Path) -> Domain:
    """The domain in a folder of GENIUS XML, GeniusWeb (ANL) JSON or NegoLog JSON.

    Raises SettingError when the folder has none of them.
    """
    folder = Path(folder)
    xml, json = files_of(folder, "xml"), files_of(folder, "json")
    if xml:
        return read_genius(xml)
    if json:
        return read_json_domain(json, folder.name)
    raise SettingError(f"{folder} has neither GENIUS XML nor GeniusWeb or NegoLog JSON")


def files_of(folder: Path, ending: str) -> list[Path]:
    """The files of a folder with an ending, by name. Raises SettingError where there is no folder that can be read."""
    if not folder.is_dir():
        raise SettingError(f"no folder {folder}")
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == f".{ending}")
    except OSError as error:
        raise SettingError(f"{folder}: {error.strerror}") from None
