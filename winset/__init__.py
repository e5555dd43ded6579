"""winset: is there a deal that everyone could sign, what stops it, and which number decides?

A *case* is a folder of plain text. A *study* is a case put to the question: as of a date, with so many draws, under
patches. A *lens* looks at a study and gives a *result*: sentences, findings, and tables that become polars frames.

>>> import winset
>>> case = winset.load("cases/harbour")
>>> study = winset.study(case, draws=64, seed=1)
>>> result = study.look("ledger")
>>> result.question
'What was said, what was done, and what is a word worth?'
>>> result.frame("odds").columns[:2]
['author', 'defied']

    load            a case from its folder
    read_patches    named, cited changes to a case, from a YAML file
    study           the case as of a date, under patches: `study.look(NAME)` asks a lens (NAME: one of `LENSES`)
    report          `report.report_of(study, results)`, then `to_html`, `to_json`, `to_text`, `to_data` of that
    Study, Result, Finding, Table, Column, Cited        what lenses read and give
    WinsetError and its children                        by whose fault an error is (see `winset.errors`)

Nothing heavy is imported before it is used. docs/look_up/python.md shows all of it on an invented case, and
docs/look_up/models.md the published models in `winset.theory`, which take numbers and give numbers.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__all__ = [
    "LENSES",
    "Case",
    "Cited",
    "Column",
    "DossierError",
    "Finding",
    "MissingExtra",
    "NoDrawFits",
    "NotSolved",
    "Patch",
    "Result",
    "SettingError",
    "Study",
    "Table",
    "WinsetError",
    "errors",
    "load",
    "read_patches",
    "report",
    "study",
]

if TYPE_CHECKING:
    from winset import errors, report
    from winset.arrays import Study
    from winset.case.load import load
    from winset.case.model import Case, Patch
    from winset.case.patch import read_patches
    from winset.errors import DossierError, MissingExtra, NoDrawFits, NotSolved, SettingError, WinsetError
    from winset.lens import LENSES
    from winset.result import Cited, Column, Finding, Result, Table
    from winset.run import study

_HOMES = {
    "winset.arrays": ("Study",),
    "winset.case.load": ("load",),
    "winset.case.model": ("Case", "Patch"),
    "winset.case.patch": ("read_patches",),
    "winset.errors": ("DossierError", "MissingExtra", "NoDrawFits", "NotSolved", "SettingError", "WinsetError"),
    "winset.lens": ("LENSES",),
    "winset.result": ("Cited", "Column", "Finding", "Result", "Table"),
    "winset.run": ("study",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


if not TYPE_CHECKING:  # a type checker sees the imports above, and no name that is not there

    def __getattr__(name: str) -> Any:
        """What `import winset` offers, imported when first asked for."""
        if name in ("errors", "report"):
            return importlib.import_module(f"winset.{name}")
        if name not in _HOME:
            raise AttributeError(f"module 'winset' has no attribute {name!r}")
        value = getattr(importlib.import_module(_HOME[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
