"""The two dossiers that every lens must handle, loaded once."""

from functools import cache
from pathlib import Path

from winset.case.load import load
from winset.case.model import Case

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("harbour", "ukraine-2025")


@cache
def case(name: str) -> Case:
    return load(ROOT / "cases" / name)
