"""A starter case for `winset new`, and the schemas of the files of a case."""

from __future__ import annotations

import os
import shutil
import tempfile
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from winset.case.load import FILES, TABLES
from winset.errors import SettingError


def write_starter(folder: Path) -> None:
    """Write the starter case, whole or not at all.

    Raises SettingError when the folder exists and is not empty, or cannot be written.
    """
    shown, folder = folder, folder.resolve()
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise SettingError(f"{shown} is there already; choose a new folder")
        folder.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
        try:
            with as_file(files("winset").joinpath("case/starter")) as starter:
                shutil.copytree(starter, staging / "case", ignore=shutil.ignore_patterns("__pycache__", "__init__.py"))
            if folder.exists():  # empty, and perhaps where the user stands: fill it rather than replace it
                for part in sorted((staging / "case").iterdir()):
                    os.replace(part, folder / part.name)
            else:
                os.replace(staging / "case", folder)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise SettingError(f"cannot write {shown}: {error.strerror or error}") from None


def schemas() -> dict[str, Any]:
    """The JSON Schema of each YAML file, and the columns of each table."""
    return {
        "files": {name: shape.model_json_schema() for name, shape in FILES.items()},
        "tables": {name: list(columns) for name, columns in TABLES.items()},
    }
