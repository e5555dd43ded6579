"""What the page shows of one lens: a headline, few sentences and at most three pictures open, and all else folded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from winset.report.grids import Grid
from winset.report.pictures import Picture, at_a_glance, picture, pictured, shows_table
from winset.result import Finding, Result, Section

# no answer: small pictures, sentences and their letters that stand open, and words of a headline
BESIDE, SENTENCES, SHORT, WORDS = 2, 3, 280, 25
END = re.compile(r"(?<=[.!?]) (?=[A-Z“])")
ASIDE = re.compile(r" \([^()]*\)")
CHANCE = re.compile(r" \([^()]*\bp [=<][^()]*\)")


@dataclass(frozen=True)
class Fold:
    """A part of a chapter that is closed until it is asked for: sentences, then pictures, tables and findings."""

    key: str
    title: str
    holds: str
    text: tuple[str, ...] = ()
    items: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Chapter:
    """One question: what stands open about it, and what is folded below."""

    key: str
    question: str
    headline: str
    follows: str = ""
    text: tuple[str, ...] = ()
    main: Picture | None = None
    beside: tuple[Picture, ...] = ()
    folds: tuple[Fold, ...] = ()

    @property
    def said(self) -> str:
        """All that stands open in words."""
        return " ".join((self.headline, self.follows, *self.text))


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph.

    >>> sentences("One war. It ended on 3 Oct. 1950 (see b. below). “Why?” “So.”")
    ['One war.', 'It ended on 3 Oct. 1950 (see b. below).', '“Why?” “So.”']
    """
    return END.split(text)


def chapter(result: Result) -> Chapter:
    """The chapter of a lens."""
    said = [s for paragraph in result.answer for s in sentences(paragraph)[:1]]
    second = sentences(result.answer[0])[1:2] if result.answer else []
    own = result.offer.headline
    headline = own or _headed(said[0] if said else result.question)
    rest = said if own else [*second, *said[1:]]
    charts = pictured(result)
    opened = charts[: 1 + BESIDE]
    drawn = [at_a_glance(result, c, small=True) for c in opened]
    main = next((p for p in drawn if not p.tall), None)
    return Chapter(
        key=result.lens,
        question=result.question,
        headline=headline,
        follows=result.so_what,
        text=_short(rest)[: SENTENCES - 2 * bool(result.so_what)],
        main=main,
        beside=tuple(p for p in drawn if p is not main),
        folds=(*_answer(result), *folds(result, {c.key for c in opened})),
    )


def _headed(said: str) -> str:
    """A sentence as a headline: without what stands in brackets, and of a long one what comes before a semicolon."""
    plain = ASIDE.sub("", said)
    head = plain.split("; ")[0]
    return plain if len(plain.split()) <= WORDS or head == plain else f"{head}."


def _short(said: Iterable[str]) -> tuple[str, ...]:
    """The first short sentences, without what they say of chance in brackets: the answer in full has it."""
    plain = [CHANCE.sub("", s) for s in said]
    return tuple(s for s in plain if len(s) <= SHORT)[:SENTENCES]


def _answer(result: Result) -> tuple[Fold, ...]:
    told = f"{len(result.answer)} paragraphs" if len(result.answer) != 1 else "1 paragraph"
    if result.notes:
        told += f", {len(result.notes)} {'note' if len(result.notes) == 1 else 'notes'}"
    text = (*result.answer, *result.notes)
    return (Fold(key="answer", title="The answer in full", holds=told, text=text),) if text else ()


def folds(result: Result, opened: set[str]) -> list[Fold]:
    """The sections of a result, each folded; what no section shows comes last. opened: charts that stand above."""
    shown = {key for section in result.sections for key in section.show}
    drawn = {c.table for c in result.charts if c.key in shown | opened}
    tables = tuple(t.key for t in result.tables if t.key not in shown | drawn)
    rest = tables + tuple(c.key for c in result.charts if c.key not in shown | opened)
    sections = list(result.sections)
    if rest:
        sections.append(Section("more", "More tables", (), rest))
    return [_fold(result, section, opened) for section in sections]


def _fold(result: Result, section: Section, opened: set[str]) -> Fold:
    items = _items(result, section.show, opened)
    count = {kind: sum(k == kind for k, _ in items) for kind in ("table", "picture", "finding")}
    named = [f"{n} {kind if n == 1 else kind + 's'}" for kind, n in count.items() if n]
    holds = ", ".join(named) or "in words"
    return Fold(key=section.key, title=section.title, holds=holds, text=section.text, items=tuple(items))


def _items(result: Result, show: Sequence[str], opened: set[str]) -> list[tuple[str, Any]]:
    charts, tables = {c.key: c for c in result.charts}, {t.key: t for t in result.tables}
    found: dict[str, Finding] = {f.key: f for f in result.findings}
    items: list[tuple[str, Any]] = []
    for key in show:
        if key in charts and key not in opened:
            chart = charts[key]
            if chart.table in tables and not shows_table(chart, tuple(show)):
                table = tables[chart.table]
                items.append(("picture", picture(result.lens, chart, table, chart.table not in show)))
        elif key in tables:
            wide = next((c for c in charts.values() if c.table == key and shows_table(c, tuple(show))), None)
            items.append(("table", Grid(tables[key], wide is not None, wide.caption if wide else "")))
        elif key in found:
            items.append(("finding", found[key]))
    return items
