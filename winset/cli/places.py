"""Paths as they are typed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click


class _Place(click.Path):
    """A path that names something: an empty word, often a variable that was not set, is not taken for this folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not os.fspath(value):
            self.fail("it is empty; give a path, or . for the folder you stand in", param, ctx)
        return super().convert(value, param, ctx)


FOLDER = _Place(path_type=Path)
