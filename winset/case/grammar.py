"""The rule language of questions: one grammar for recorded events and for simulated paths.

    happens(TYPE, FROM, TO, DATE)                an event of that kind on or before DATE
    count(TYPE, FROM, TO, START, END) OP N       how many from START to END, both included
    value(SERIES, DATE) OP X                     the last value of a series on or before DATE
    rule and rule, rule or rule, not rule, ( rule )

FROM and TO are actor ids or `any`; OP is >=, >, <=, < or ==. After its last date a term on events may say `, either`
(acts in either direction count) and `, at PLACE` (only what happens at that place). `parse` gives a tree, `evaluate`
asks a record.
"""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any, Protocol

import numpy as np
from jaxtyping import Float

_WORD = re.compile(r"[A-Za-z0-9_][\w:./@-]*", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,30}(?:\.\d{1,30})?", re.ASCII)
_TOKEN = re.compile(rf"\s*({_NUMBER.pattern}(?![\w:./@-])|{_WORD.pattern}|>=|<=|==|[><(),])", re.ASCII)
YEARS = (1800, 2200)
OPS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt, "==": operator.eq}


def day(value: object) -> dt.date:
    """A date must be written YYYY-MM-DD: a bare number or another ISO form is more often a slip than a date.

    Raises ValueError, also for years that no dossier means (and on which sums over days would run for minutes).
    """
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        value = dt.date.fromisoformat(value)
    if not isinstance(value, dt.date) or isinstance(value, dt.datetime):
        raise ValueError("write a date as YYYY-MM-DD")
    if not YEARS[0] <= value.year <= YEARS[1]:
        raise ValueError(f"the year must be from {YEARS[0]} to {YEARS[1]}")
    return value


@dataclass(frozen=True)
class Happens:
    kind: str
    source: str
    target: str
    by: dt.date
    place: str = ""
    either: bool = False


@dataclass(frozen=True)
class Count:
    kind: str
    source: str
    target: str
    start: dt.date
    end: dt.date
    op: str
    number: float
    place: str = ""
    either: bool = False


@dataclass(frozen=True)
class Value:
    series: str
    on: dt.date
    op: str
    number: float


@dataclass(frozen=True)
class Not:
    rule: Rule


@dataclass(frozen=True)
class Both:
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Either:
    rules: tuple[Rule, ...]


Atom = Happens | Count | Value
Rule = Atom | Not | Both | Either
Numbers = float | Float[np.ndarray, " path"]  # of one record, or of many simulated ones


class Record(Protocol):
    """What a rule is asked of: the record of events, or simulated ones, all at once."""

    def count(
        self, kind: str, source: str, target: str, start: dt.date | None, end: dt.date, place: str, either: bool
    ) -> Numbers: ...

    def value(self, series: str, on: dt.date) -> Numbers | None:
        """None or nan where the series has no value."""


def fold(rule: Rule, answer: Callable[[Atom], Numbers]) -> Numbers:
    """The truth of a rule from that of its terms: 1 yes, 0 no, 1/2 not known (Kleene's strong three-valued logic)."""
    if isinstance(rule, Not):
        return 1 - fold(rule.rule, answer)
    if isinstance(rule, Both | Either):
        least_or_most: Any = np.minimum if isinstance(rule, Both) else np.maximum
        return reduce(least_or_most, (fold(r, answer) for r in rule.rules))
    return answer(rule)


def truth(rule: Rule, record: Record, opened: dt.date | None = None) -> Numbers:
    """The truth of a rule on a record, or on each of many; `happens` counts events from `opened` on."""

    def answer(atom: Atom) -> Numbers:
        if isinstance(atom, Value):
            value = record.value(atom.series, atom.on)
            given = np.nan if value is None else value
            return np.where(np.isnan(given), 0.5, OPS[atom.op](given, atom.number))[()]
        if isinstance(atom, Happens):
            start, end, op, number = opened, atom.by, ">=", 1.0
        else:
            start, end, op, number = atom.start, atom.end, atom.op, atom.number
        return 1.0 * OPS[op](
            record.count(atom.kind, atom.source, atom.target, start, end, atom.place, atom.either), number
        )

    return fold(rule, answer)


def evaluate(rule: Rule, record: Record, opened: dt.date | None = None) -> bool | None:
    """Whether the rule holds on one record; None where a series has no value. `happens` counts events from `opened`
    on."""
    answer = float(truth(rule, record, opened))
    return None if answer == 0.5 else answer == 1


def atoms(rule: Rule) -> list[Atom]:
    """The happens, count and value terms of a rule."""
    if isinstance(rule, Not):
        return atoms(rule.rule)
    if isinstance(rule, Both | Either):
        return [a for r in rule.rules for a in atoms(r)]
    return [rule]


def parse(text: str) -> Rule:
    """The tree of a rule. Raises ValueError that says what was expected and where."""
    tokens, at, text = [], 0, text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise ValueError(f"unexpected {text[at : at + 10]!r}")
        tokens.append(match[1])
        at = match.end()
    if len(tokens) > 500:
        raise ValueError("the rule is too long")
    parser = _Parser(tokens)
    rule = parser.either()
    if parser.rest:
        raise ValueError(f"unexpected {parser.rest[0]!r} after the rule")
    return rule


class _Parser:
    def __init__(self, tokens: list[str]):
        self.rest = tokens
        self.depth = 0

    def take(self, *wanted: str) -> str:
        if not self.rest or (wanted and self.rest[0] not in wanted):
            found = self.rest[0] if self.rest else "the end"
            raise ValueError(f"expected {' or '.join(wanted) or 'a word'}, found {found!r}")
        return self.rest.pop(0)

    def name(self) -> str:
        word = self.take()
        if not _WORD.fullmatch(word) or word in ("and", "or", "not"):
            raise ValueError(f"expected a name, found {word!r}")
        return word

    def date(self) -> dt.date:
        word = self.take()
        try:
            return day(word)
        except ValueError:
            raise ValueError(f"expected a date YYYY-MM-DD, found {word!r}") from None

    def compare(self) -> tuple[str, float]:
        op, number = self.take(*OPS), self.take()
        if not _NUMBER.fullmatch(number):
            raise ValueError(f"expected a number, found {number!r}")
        return op, float(number)

    def comma(self) -> None:
        self.take(",")

    def either(self) -> Rule:
        rules = [self.both()]
        while self.rest and self.rest[0] == "or":
            self.take()
            rules.append(self.both())
        return rules[0] if len(rules) == 1 else Either(tuple(rules))

    def both(self) -> Rule:
        rules = [self.term()]
        while self.rest and self.rest[0] == "and":
            self.take()
            rules.append(self.term())
        return rules[0] if len(rules) == 1 else Both(tuple(rules))

    def term(self) -> Rule:
        self.depth += 1
        if self.depth > 50:
            raise ValueError("nested too deeply")
        try:
            if self.rest and self.rest[0] == "not":
                self.take()
                return Not(self.term())
            if self.rest and self.rest[0] == "(":
                self.take()
                rule = self.either()
                self.take(")")
                return rule
            return self.atom()
        finally:
            self.depth -= 1

    def atom(self) -> Rule:
        word = self.take("happens", "count", "value")
        self.take("(")
        first = self.name()
        self.comma()
        if word == "value":
            on = self.date()
            self.take(")")
            return Value(first, on, *self.compare())
        source = self.name()
        self.comma()
        target = self.name()
        self.comma()
        day = self.date()
        if word == "happens":
            place, either = self.where()
            return Happens(first, source, target, day, place, either)
        self.comma()
        end = self.date()
        if end < day:
            raise ValueError(f"the count from {day} ends before it starts, on {end}")
        place, either = self.where()
        op, number = self.compare()
        return Count(first, source, target, day, end, op, number, place, either)

    def where(self) -> tuple[str, bool]:
        """What may follow the last date of a term on events, and its closing parenthesis."""
        place, either = "", False
        while self.rest and self.rest[0] == ",":
            self.comma()
            if self.take("either", "at") == "either":
                either = True
            else:
                place = self.name()
        self.take(")")
        return place, either
