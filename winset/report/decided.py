"""What a run of `winset robust` found to decide, taken from its result.json into another report of the same case."""

from __future__ import annotations

from pathlib import Path

from winset.case.model import Case
from winset.errors import SettingError
from winset.formats.texts import read_json
from winset.result import Point

NAME = "robust"


def decided(path: Path, case: Case) -> tuple[Point, ...]:
    """The points on what decides. `path`: the folder of the run, or its result.json.

    Raises SettingError where there is no such run, or where it is of another case or date.
    """
    file = path / "result.json" if path.is_dir() else path
    try:
        held = read_json(file)
        result = next(r for r in held["results"] if r["lens"] == NAME)
        asked = dict(held["case"])
        points = [p for p in result["offer"]["points"] if p["part"] == "decides"]
        texts = [(str(p["text"]), bool(p["greyed"])) for p in points]
    except (SettingError, ValueError, KeyError, TypeError, StopIteration):
        raise SettingError(
            f"{file} is no result of winset robust; `winset robust CASE --out {path}` writes one"
        ) from None
    if asked.get("digest") != case.digest or asked.get("as_of") != case.as_of.isoformat():
        raise SettingError(
            f"{file} is of another case or date ({asked.get('id')}, {asked.get('as_of')}); run winset robust again"
        )
    return tuple(
        Point("decides", f"{text} (By winset robust, over all assumptions.)" if i == 0 else text, greyed=grey)
        for i, (text, grey) in enumerate(texts)
    )
