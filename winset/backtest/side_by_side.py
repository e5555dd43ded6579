"""Ended wars side by side: read with the public record, told for readers and for programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from winset.backtest import chain, ended, lines, wars
from winset.backtest.chapter import result
from winset.backtest.record import numbers, record, told
from winset.backtest.wars import War
from winset.case import model as m
from winset.errors import SettingError
from winset.result import Table


def read(folders: Sequence[Path], cases: Sequence[m.Case], file: Path | None, given: Sequence[Path]) -> list[War]:
    """The wars among the cases that have an outcomes file, given or in their folder; none without a record to score
    them by.

    Raises SettingError for a file about another case, and where one is given without a record.
    """
    named = {ended.about(path): path for path in given}
    if unknown := sorted(set(named) - {c.id for c in cases}):
        raise SettingError(f"outcomes of {', '.join(unknown)}: that case is not among those given")
    if file is None:
        if named:
            raise SettingError("outcomes are scored by what stood in the public record before them; give --record FILE")
        return []
    beside = {c.id: p for folder, c in zip(folders, cases) if (p := folder / ended.FILE).is_file()}
    found, record_lines = beside | named, chain.read(chain.check(file))
    return [wars.war(c, *ended.read(found[c.id], c, record_lines)) for c in cases if c.id in found]


def for_programs(found: Sequence[War], seed: int = 1) -> dict[str, Any]:
    """Scores, tables and the count of lines; empty without wars."""
    if not found:
        return {}
    crossed = lines.share(lines.stood(found), seed)
    tables = (wars.table(found), wars.answers(found), wars.clauses(found))
    return {
        "wars": {
            **numbers(record(wars.replayed(found), seed)),
            "caution": wars.caution(found),
            "when": {who: told(x) for who, x in wars.when(found, seed).items()},
            **{t.key: [dict(zip((c.key for c in t.columns), row)) for row in t.rows] for t in tables},
            "lines_crossed": None
            if crossed is None
            else {"k": crossed.k, "n": crossed.n, "low": crossed.low, "high": crossed.high, "value": crossed.value},
        }
    }


def for_readers(found: Sequence[War], seed: int = 1) -> tuple[list[str], list[Table]]:
    """Sentences and tables; none without wars."""
    if not found:
        return [], []
    made, stood = result(record(wars.replayed(found), seed)), lines.stood(found)
    said = [*wars.told(found), *made.answer, wars.sentence(found, seed), lines.sentence(lines.share(stood, seed))]
    scores = [t for t in made.tables if t.key != "questions"]
    tables = [wars.table(found), wars.answers(found), wars.clauses(found), *scores, lines.table(stood, seed)]
    return said, [t for t in tables if t.rows]
