"""Every error winset raises on purpose, by whose fault it is.

WinsetError                 root: catch this to catch them all
|-- DossierError            the case is at fault; lists every problem at once
|-- SettingError            an argument, option or model parameter is at fault
|-- NotSolved               the problem is sound but was not solved; carries what was found
|   `-- NoDrawFits          the record leaves no draw
`-- MissingExtra            an optional library is not installed; names it
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

LISTED = 50  # problems of a dossier that are told in full: more than anybody mends at a time


class WinsetError(Exception):
    """Root of the tree. Its text is meant for the user, without a traceback."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with a dossier: where it stands, what it is, how to mend it."""

    file: str
    line: int | None
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return f"{where}: {self.what}" + (f" -> {self.remedy}" if self.remedy else "")


class DossierError(WinsetError):
    """A case cannot be read or does not hold together. `problems` has all that was found; the text lists some fifty."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(sorted(set(problems), key=lambda p: (p.file, p.line or 0, p.what)))
        count = len(self.problems)
        head = f"{count:,} problem{'s' if count != 1 else ''} in the dossier"
        rest = Counter(p.file for p in self.problems[LISTED:])
        more = [f"  and {n:,} more in {file}" for file, n in rest.items()]
        super().__init__("\n".join([head, *(f"  {p}" for p in self.problems[:LISTED]), *more]))

    def __reduce__(self) -> Any:  # so that it comes whole from another process
        return type(self), (self.problems,)


class SettingError(WinsetError):
    """A setting is out of range or unknown; the text says which values are allowed."""


class NotSolved(WinsetError):
    """No proven answer within the limits given. `partial` holds the best that was found."""

    def __init__(self, message: str, partial: Any = None):
        self.partial = partial
        super().__init__(message)

    def __reduce__(self) -> Any:
        return type(self), (str(self), self.partial)


class NoDrawFits(NotSolved):
    """No draw of a case, or of a reading of it, fits what is on record; the text names the answers that stand against
    it."""


class MissingExtra(WinsetError):
    """An optional library is needed for what was asked."""

    def __init__(self, library: str, extra: str):
        self.library, self.extra = library, extra
        super().__init__(f"{library} is not installed; install it with: pip install 'winset[{extra}]'")

    def __reduce__(self) -> Any:
        return type(self), (self.library, self.extra)
