"""One battery for all lenses: whatever the lens, its result must be whole, cited, and the same every time."""

import dataclasses
import datetime as dt
from functools import cache

import pytest

from tests.cases import DRAWS, NAMES, SEED, case, look
from winset import run
from winset.arrays import Study
from winset.lens import LENSES, lens
from winset.lens.futures.tables import BARE
from winset.report.bibliography import entries
from winset.result import Cited, plain

PAIRS = [(name, dossier) for name in LENSES for dossier in NAMES]


def looked(name, dossier):
    return look(dossier, name)


@pytest.mark.parametrize("name,dossier", PAIRS)
def test_it_answers_in_sentences(name, dossier):
    result = looked(name, dossier)
    assert result.lens == name and result.question.endswith("?")
    assert result.answer and all(s.strip() and s.strip()[-1] in ".:?”" for s in result.answer)
    assert result.assumes


@pytest.mark.parametrize("name,dossier", PAIRS)
def test_everything_cited_exists(name, dossier):
    result, whole = looked(name, dossier), case(dossier)
    things = (whole.figures, whole.events, whole.plans, whole.passages, whole.sources)
    known = {thing.id for kind in things for thing in kind}
    for finding in result.findings:
        assert set(finding.basis) <= known, finding.key
        assert set(finding.sources) <= set(entries())
    for table in result.tables:
        for row in table.rows:
            assert len(row) == len(table.columns), table.key
            for cell in row:
                if isinstance(cell, Cited):
                    assert set(cell.basis) <= known, table.key
    assert set(result.sources) <= set(entries())


# numbers that rest on nothing in the dossier: what a row or column is for, rates of other wars, and odds of an earlier
# date, whose Figures the case at its own date no longer holds
PLAIN = {
    "settlement": {"durability.holds", "corrections.set", "happened.odds"},
    "ledger": {"around.day", "talks.window", "talks_columns.window"},
    "screening": set(),
    "influence": {"record.mae", "record.crps"},
    "scorecard": set(),
    "process": set(),
    "endurance": {f"rates.{column}" for column in ("months", "ended", "all", "low", "high", "recent")},
    "escalation": {
        *(f"threats.{column}" for column in ("k", "n")),
        *(f"next.{column}" for column in ("k", "low", "mid", "high")),
    },
    "futures": {f"{table}.{column}" for table, columns in BARE.items() for column in columns},
}


@pytest.mark.parametrize("name,dossier", [p for p in PAIRS if p[0] in PLAIN])
def test_every_number_of_a_table_opens_what_it_rests_on(name, dossier):
    """0 may stand alone: nothing was counted, and there is nothing to open."""
    for table in looked(name, dossier).tables:
        for i, column in enumerate(table.columns):
            if column.kind in ("share", "number") and f"{table.key}.{column.key}" not in PLAIN[name]:
                bare = [row for row in table.rows if isinstance(plain(row[i]), float | int) and plain(row[i])]
                assert all(isinstance(row[i], Cited) and row[i].basis for row in bare), (table.key, column.key)


@pytest.mark.parametrize("name,dossier", PAIRS)
def test_sections_and_charts_point_at_what_is_there(name, dossier):
    result = looked(name, dossier)
    keys = {x.key for x in (*result.tables, *result.charts, *result.findings)}
    for section in result.sections:
        assert section.title
    for chart in result.charts:
        assert chart.table in {t.key for t in result.tables} or chart.table not in keys


@pytest.mark.parametrize("name,dossier", PAIRS)
def test_shares_are_shares_and_ranges_hold_the_value(name, dossier):
    for finding in looked(name, dossier).findings:
        if finding.unit == "share of draws":
            assert 0 <= finding.value <= 1
        if finding.low is not None and isinstance(finding.value, float):
            assert finding.low <= finding.value <= finding.high, finding.key
    for table in looked(name, dossier).tables:
        for column in table.columns:
            if column.kind == "share":
                cells = [v for v in table.column(column.key) if isinstance(v, float)]
                assert all(-1e-12 <= v <= 1 + 1e-12 for v in cells), (table.key, column.key)


@cache
def renamed(dossier):
    """A study of the dossier with other names, and with what stands in lists the other way round."""
    whole = case(dossier)
    other = dataclasses.replace(
        whole,
        actors=tuple(a.model_copy(update={"name": f"Q{i}"}) for i, a in enumerate(reversed(whole.actors))),
        plans=tuple(reversed(whole.plans)),
        figures=tuple(reversed(whole.figures)),
        issues=tuple(reversed(whole.issues)),
    )
    return run.study(other, draws=DRAWS, seed=SEED)


@pytest.mark.parametrize("name,dossier", PAIRS)
def test_names_are_only_for_display(name, dossier):
    """Of the larger dossier without its rival readings, which give settlement its ranges and take it longest."""
    less = {"readings": False} if (name, dossier) == ("settlement", "ukraine-2025") else {}
    again = renamed(dossier).look(name, **less)

    def numbers(result):
        return {f.key: (f.value,) if less else (f.value, f.low, f.high) for f in result.findings}

    assert numbers(again) == numbers(looked(name, dossier))


@pytest.mark.parametrize("name", LENSES)
def test_an_empty_past_says_that_nothing_can_be_said(name):
    whole = case("harbour")
    result = lens(name).look(Study(whole, dt.date(1990, 1, 1), draws=8))
    assert result.answer[0].startswith("Nothing can be said")
    assert all(plain(c) is not None for t in result.tables for r in t.rows for c in r)
