"""The two dossiers that every lens must handle, loaded once, and what all lenses say of them, made once."""

from functools import cache
from pathlib import Path

from winset import run
from winset.case.load import load
from winset.case.model import Case
from winset.lens import LENSES
from winset.result import Result

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("harbour", "ukraine-2025")
DRAWS, SEED = 4, 5


@cache
def case(name: str) -> Case:
    return load(ROOT / "cases" / name)


@cache
def study(name: str) -> run.Inquiry:
    """A study of a dossier in few draws: what is asked of it is the same for any number."""
    return run.study(case(name), draws=DRAWS, seed=SEED)


@cache
def look(name: str, lens: str) -> Result:
    """What a lens says in that study. Tests that need no other draws share it (`tests/conftest.py` keeps them in one
    process)."""
    return study(name).look(lens)


def looks(name: str) -> tuple[Result, ...]:
    """What all of them say."""
    return tuple(look(name, lens) for lens in LENSES)
