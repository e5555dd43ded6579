"""What the checks of a case share."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Protocol

from winset.case import model as m
from winset.case.text import Problems, Row


class Checker(Protocol):
    """The case, what stands where in its files, and the ways to say what is wrong (see `check`)."""

    case: m.Case
    rows: dict[str, list[Row]]
    problems: Problems

    def say(self, file: str, path: tuple[Any, ...] | int, what: str, remedy: str = "") -> None: ...
    def unique(self, file: str, things: Iterable[tuple[str, Any]], noun: str) -> None: ...
    def known(
        self, file: str, path: Any, ids: Iterable[str | None], where: Collection[str], noun: str, of: str = ""
    ) -> None: ...
    def basis(self, file: str, path: Any, text: str, needed: bool = True) -> None: ...
