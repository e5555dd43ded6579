"""A Figure: an uncertain number, and the basis it rests on."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from winset.reads import touch

BASIS_KINDS = ("passages", "report", "dataset", "judgement")


@dataclass(frozen=True)
class Basis:
    """What a number or statement rests on: parts of the four kinds, the first one leading."""

    parts: tuple[tuple[str, str], ...]

    @property
    def kind(self) -> str:
        return self.parts[0][0] if self.parts else ""

    @cached_property
    def passages(self) -> tuple[str, ...]:
        return tuple(p for kind, text in self.parts if kind == "passages" for p in text.split())

    @cached_property
    def judgements(self) -> tuple[str, ...]:
        return tuple(text for kind, text in self.parts if kind == "judgement")

    def __str__(self) -> str:
        return " | ".join(f"{kind}: {text}" for kind, text in self.parts)


def parse_basis(text: str) -> Basis:
    """`passages: p1 p2 | report: Reuters, 2025-11-23` and the like. Raises ValueError with the remedy.

    >>> parse_basis("passages: p1 p2 | judgement: a middle way").passages
    ('p1', 'p2')
    """
    parts = []
    for piece in re.split(r"\s+\|\s+", text.strip()):
        kind, colon, rest = piece.partition(":")
        kind, rest = kind.strip(), " ".join(rest.split())
        if not colon or kind not in BASIS_KINDS or not rest:
            raise ValueError(f"a basis is one of {', '.join(f'`{k}: ...`' for k in BASIS_KINDS)}, not {piece[:60]!r}")
        if kind == "dataset" and not re.search(r"sha256 [0-9a-f]{64}", rest):
            raise ValueError("a `dataset:` basis names the file, its `sha256 HEX` and the query")
        parts.append((kind, rest))
    return Basis(tuple(parts))


class Watched:
    """A field of a Figure that says so when it is looked at (`reads.touch`). Without a default where none is given."""

    def __init__(self, *default: object):
        self.default = default

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, figure: Any, owner: type) -> Any:
        if figure is None:
            if not self.default:
                raise AttributeError(self.name)
            return self.default[0]
        held = figure.__dict__
        touch(held["id"])
        return held[self.name]

    def __set__(self, figure: Any, value: object) -> None:
        figure.__dict__[self.name] = value


@dataclass(frozen=True)
class Figure:
    """An uncertain number with a basis. `low`, `mode`, `high` are the 5th percentile, mode and 95th (PERT).

    What it is about (`id`, `subject`, `quantity`, `date`) belongs to the shape of its case; to look at anything else is
    noted, so that what is kept on disk knows which Figures it rests on.
    """

    id: str
    subject: tuple[str, ...]
    quantity: str
    basis: Basis = Watched()  # type: ignore[assignment]
    date: dt.date | None = None
    low: float | None = Watched(None)  # type: ignore[assignment]
    mode: float | None = Watched(None)  # type: ignore[assignment]
    high: float | None = Watched(None)  # type: ignore[assignment]
    distribution: str = Watched("")  # type: ignore[assignment]
    at: str = Watched("")  # type: ignore[assignment]
    group: str = Watched("")  # type: ignore[assignment]
    note: str = Watched("")  # type: ignore[assignment]
    where: tuple[str, int] = Watched(("", 0))  # type: ignore[assignment]

    @cached_property
    def key(self) -> str:
        """What the Figure is about, without its date."""
        return f"{'/'.join(self.subject)}.{self.quantity}"

    @property
    def numbers(self) -> tuple[float, float, float]:
        """low, mode, high. TypeError for a Figure given by `at` or a distribution, which has none."""
        if self.low is None or self.mode is None or self.high is None:
            raise TypeError(f"{self.id} is not given by numbers")
        return self.low, self.mode, self.high

    @property
    def latent(self) -> str:
        """Name of the quantile stream: shared by a group, and by one key across dates."""
        return f"group:{self.group}" if self.group else self.key
