"""The rule language of questions: one grammar for recorded events and for simulated paths.

    happens(TYPE, FROM, TO, DATE)                an event of that kind on or before DATE
    count(TYPE, FROM, TO, START, END) OP N       how many from START to END, both included
    value(SERIES, DATE) OP X                     the last value of a series on or before DATE
    rule and rule, rule or rule, not rule, ( rule )

FROM and TO are actor ids or `any`; OP is >=, >, <=, < or ==. `parse` gives a tree, `evaluate` asks a record.
"""

from __future__ import annotations

import datetime as dt
import operator
import re
from dataclasses import dataclass
from typing import Protocol

_TOKEN = re.compile(r"\s*(\d{4}-\d{2}-\d{2}|-?\d+(?:\.\d+)?|[A-Za-z_][\w:./@-]*|>=|<=|==|[><(),])")
OPS = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt, "==": operator.eq}


@dataclass(frozen=True)
class Happens:
    kind: str
    source: str
    target: str
    by: dt.date


@dataclass(frozen=True)
class Count:
    kind: str
    source: str
    target: str
    start: dt.date
    end: dt.date
    op: str
    number: float


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


Rule = Happens | Count | Value | Not | Both | Either


class Record(Protocol):
    """What a rule is asked of: the record of events, or one simulated path."""

    def count(self, kind: str, source: str, target: str, start: dt.date | None, end: dt.date) -> float: ...

    def value(self, series: str, on: dt.date) -> float | None: ...


def evaluate(rule: Rule, record: Record, opened: dt.date | None = None) -> bool | None:
    """Whether the rule holds on a record; None where a series has no value. Events count from `opened` on."""
    if isinstance(rule, Happens):
        return record.count(rule.kind, rule.source, rule.target, opened, rule.by) >= 1
    if isinstance(rule, Count):
        return bool(OPS[rule.op](record.count(rule.kind, rule.source, rule.target, rule.start, rule.end), rule.number))
    if isinstance(rule, Value):
        value = record.value(rule.series, rule.on)
        return None if value is None else bool(OPS[rule.op](value, rule.number))
    if isinstance(rule, Not):
        inner = evaluate(rule.rule, record, opened)
        return None if inner is None else not inner
    answers = [evaluate(r, record, opened) for r in rule.rules]
    decisive = isinstance(rule, Either)
    if decisive in answers:
        return decisive
    return None if None in answers else not decisive


def atoms(rule: Rule) -> list[Happens | Count | Value]:
    """The happens, count and value terms of a rule."""
    if isinstance(rule, Not):
        return atoms(rule.rule)
    if isinstance(rule, Both | Either):
        return [a for r in rule.rules for a in atoms(r)]
    return [rule]


def parse(text: str) -> Rule:
    """The tree of a rule. Raises ValueError that says what was expected and where."""
    tokens, at = [], 0
    while at < len(text.rstrip()):
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

    def date(self) -> dt.date:
        word = self.take()
        try:
            return dt.date.fromisoformat(word)
        except ValueError:
            raise ValueError(f"expected a date YYYY-MM-DD, found {word!r}") from None

    def compare(self) -> tuple[str, float]:
        op, number = self.take(*OPS), self.take()
        try:
            return op, float(number)
        except ValueError:
            raise ValueError(f"expected a number, found {number!r}") from None

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
        first = self.take()
        self.comma()
        if word == "value":
            on = self.date()
            self.take(")")
            return Value(first, on, *self.compare())
        source = self.take()
        self.comma()
        target = self.take()
        self.comma()
        day = self.date()
        if word == "happens":
            self.take(")")
            return Happens(first, source, target, day)
        self.comma()
        end = self.date()
        self.take(")")
        return Count(first, source, target, day, end, *self.compare())
