"""Terms explained in the page where they first stand: no reader should have to hover, click or look elsewhere."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Term:
    """A word of the trade, the forms in which it stands in a sentence (a pattern), and what it means."""

    term: str
    forms: str
    means: str

    def stands_in(self, text: str) -> bool:
        return re.search(rf"(?<!\w)(?:{self.forms})(?!\w)", text) is not None


@cache
def terms() -> tuple[Term, ...]:
    """All terms, in the order of the list."""
    text = files("winset.report").joinpath("glossary.csv").read_text(encoding="utf-8")
    return tuple(Term(**row) for row in csv.DictReader(io.StringIO(text)))


@dataclass
class Glossary:
    """Which terms a page has explained so far, in what stands open and in what is folded."""

    opened: set[str] = field(default_factory=set)
    folded: set[str] = field(default_factory=set)

    def new_in(self, text: str, folded: bool = False) -> list[Term]:
        """Terms of a text that the page has not explained yet, which then counts as done."""
        known = self.opened | self.folded if folded else self.opened
        new = [t for t in terms() if t.term not in known and t.stands_in(text)]
        (self.folded if folded else self.opened).update(t.term for t in new)
        return new
