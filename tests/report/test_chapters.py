"""What stands open in a chapter, and that all else is still there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.report import sample
from winset.report.case_chapters import case_chapters
from winset.report.chapters import BESIDE, SENTENCES, SHORT, WORDS, chapter
from winset.report.pictures import FEW, SMALL
from winset.result import Chart, Column, Offer, Result, Table

OFFER = Offer(headline="A deal is near.", so_what="Ask the judge.", picture="curve-c")
RESULT = replace(sample.result(), offer=Offer())


def test_a_lens_says_its_own_headline_what_follows_and_its_main_picture():
    made = chapter(replace(RESULT, offer=OFFER))
    assert (made.headline, made.follows, made.main.chart.key) == ("A deal is near.", "Ask the judge.", "curve-c")
    assert made.text == ("One of the two drafts would pass.",)


def test_without_a_headline_the_first_sentence_is_it():
    made = chapter(replace(RESULT, answer=("It ends in 12% (5% to 30%). Or not. Never.", "Second.")))
    assert made.headline == "It ends in 12%." and made.text == ("Or not.", "Second.")
    assert made.main.chart.key == RESULT.charts[0].key


def test_a_long_sentence_gives_its_first_part():
    made = chapter(replace(RESULT, answer=("After the calls nothing changed; " + "and so on " * WORDS + "it went.",)))
    assert made.headline == "After the calls nothing changed."


@pytest.mark.parametrize("chance", ["p = 0.04", "90% interval 1 to 2; by rotation p = 0.006", "of all p < 0.01"])
def test_nothing_open_speaks_of_p(chance):
    said = f"It is higher ({chance}) than before."
    made = chapter(replace(RESULT, answer=(said, said, said)))
    assert " p " not in made.said and made.headline == "It is higher than before."
    assert next(f for f in made.folds if f.key == "answer").text[0] == said


def test_little_stands_open_and_nothing_is_lost():
    long = "word " * SHORT + "end."
    result = replace(RESULT, answer=("First.", long, *(f"Sentence {i}." for i in range(20))))
    made = chapter(result)
    assert len(made.text) == SENTENCES and all(len(s) <= SHORT for s in made.text)
    assert len(made.beside) <= BESIDE
    assert made.folds[0].text == (*result.answer, *result.notes)
    keys = {item.table.key for f in made.folds for kind, item in f.items if kind == "table"}
    drawn = [item for f in made.folds for kind, item in f.items if kind == "picture"] + [
        p for p in (made.main, *made.beside) if p
    ]
    keys |= {p.table.key for p in drawn if p.table} | {p.grid.table.key for p in drawn if p.grid}
    assert keys == {t.key for t in result.tables}
    assert {p.chart.key for p in drawn} | {"wide-c"} == {c.key for c in result.charts}  # wide-c shades its table


def test_an_open_picture_has_few_rows_and_says_so():
    rows = tuple((f"act {i}", f"side {k}", float(i + k)) for i in range(30) for k in range(3))
    columns = (Column("a", "Act"), Column("s", "Side"), Column("n", "Weight", "number"))
    bars = Chart("c", "bars", "t", "Weights", {"x": "n", "y": "a", "color": "s"})
    matrix = Chart("m", "matrix", "t", "Weights", {"x": "s", "y": "a", "value": "n"})
    for chart, shown in ((bars, SMALL // 3 * 3), (matrix, FEW)):
        result = Result("lens", "Why?", ("So.",), tables=(Table("t", "All", columns, rows),), charts=(chart,))
        made = chapter(result)
        main = made.main or made.beside[0]  # what is tall, or a long shaded table, is folded
        assert f"Shown: {shown} of {90 if chart is bars else 30} rows." in main.chart.caption
        assert main.table.rows == rows
    assert [row[0] for row in main.grid.table.rows] == [f"act {i}" for i in range(24, 30)]  # those with the most weight
    made = chapter(replace(result, charts=(matrix, bars)))
    small = next(p for p in (made.main, *made.beside) if p and p.chart.kind == "bars")
    assert f"Shown: {SMALL // 3 * 3} of 90 rows." in small.chart.caption


def test_the_case_has_its_chapters():
    made = {c.key: c for c in case_chapters(sample.report())}
    assert list(made) == ["case-timeline", "case-positions", "case-basis", "plans"]
    assert (
        made["case-timeline"].headline
        == "4 events are recorded from 10 Feb 2024 to 2 Apr 2024; North acts most often (3 times)."
    )
    assert (
        made["case-positions"].headline == "1 of 3 stated positions moved; most often South on “Tolls” (ideal): once."
    )
    assert made["case-basis"].headline.startswith("Of 8 Figures 12% rest on passages of the sources, 50% on judgement")
    assert "The carters" in made["case-basis"].said


def test_a_bare_case_has_only_what_it_has():
    bare = replace(sample.case(), events=(), plans=(), figures=(), missing_voices=())
    assert [c.key for c in case_chapters(replace(sample.report(), case=bare, history=()))] == ["case-basis"]
