"""Names with an article read well in what every lens says: a small `the` within a sentence, a capital at its start."""

from __future__ import annotations

import dataclasses
import re
from functools import cache

import pytest

from tests.cases import DRAWS, SEED, case, look
from winset import run
from winset.case.model import Actor
from winset.lens import LENSES
from winset.report.bibliography import entries
from winset.result import Result, plain

NAMES = {
    "sarrow": "The Free City",
    "tavenna": "the United Cities",
    "merrin": "the Union",
    "reik": "The Chancellor of the United Cities",
}


@cache
def renamed() -> run.Inquiry:
    whole = case("harbour")
    actors = tuple(Actor.model_validate({**a.model_dump(), "name": NAMES.get(a.id, a.name)}) for a in whole.actors)
    return run.study(dataclasses.replace(whole, actors=actors), draws=DRAWS, seed=SEED)


@cache
def looked(name: str) -> Result:
    return renamed().look(name)


def texts(result: Result) -> list[str]:
    """Every sentence and heading of a result."""
    found = [*result.answer, *result.notes, *(f.sentence for f in result.findings)]
    found += [text for s in result.sections for text in (s.title, *s.text)]
    for table in result.tables:
        found += [table.title, table.note, *(c.label for c in table.columns)]
    return [text for text in (*found, *(c.title for c in result.charts)) if text]


def test_a_name_has_a_small_article_within_a_sentence():
    assert [a.name for a in renamed().case.actors[:3]] == ["the Free City", "the United Cities", "the Union"]
    assert Actor(id="x", name="Thebes", level="party", role="host").name == "Thebes"


@pytest.mark.parametrize("name", LENSES)
def test_sentences_with_such_names_read_well(name):
    said = texts(looked(name))
    assert any("the Free City" in text or "The Free City" in text for text in said)
    for text in said:
        assert not re.search(r"\b[Tt]he [Tt]he\b", text), text
        assert not re.search(r"(?<=\w)s's\b|(?<=\w)s’s\b", text), text
        assert not text.startswith("the "), text
        assert not re.search(r"[.!?]”? the ", text), text
        assert not re.search(r"(?<![.!?:;“(\"] )(?<![.!?]” )(?<!^)The (Free City|Chancellor)", text), text


@pytest.mark.parametrize("name", LENSES)
def test_answers_and_findings_begin_with_a_capital_or_a_sign(name):
    result = looked(name)
    for text in (*result.answer, *(f.sentence for f in result.findings)):
        assert not text[0].islower(), text


@pytest.mark.parametrize("name", LENSES)
def test_numbers_do_not_hang_on_the_names(name):
    before, after = look("harbour", name), looked(name)
    assert [f.value for f in before.findings] == [f.value for f in after.findings]
    for one, other in zip(before.tables, after.tables):
        assert [[plain(c) for c in row if not isinstance(plain(c), str)] for row in one.rows] == [
            [plain(c) for c in row if not isinstance(plain(c), str)] for row in other.rows
        ]
    assert set(after.sources) <= set(entries())
