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
    if not folder.is_dir():
        raise SettingError(f"no folder {folder}")
    xml, json = sorted(folder.glob("*.xml")), sorted(folder.glob("*.json"))
    if xml:
        return read_genius(xml)
    if json:
        return read_json_domain(json, folder.name)
    raise SettingError(f"{folder} has neither GENIUS XML nor GeniusWeb or NegoLog JSON")
