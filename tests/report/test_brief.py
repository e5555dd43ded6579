"""The brief: one page for any case and any set of lenses."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from tests.cases import NAMES, look, study
from tests.report import sample
from winset.lens import LENSES
from winset.report import report_of
from winset.report.brief import HEADS, PICTURES, WORDS, as_markdown, brief
from winset.result import Offer, Point

SETS = [
    ("harbour", ()),
    ("harbour", ("settlement",)),
    *((n, (x,)) for n in NAMES for x in ("ledger", "screening", "endurance", "escalation")),
]
BAD = re.compile(r"\bnan\b|\binf\b|. None\b")


@pytest.mark.parametrize("name,lenses", SETS)
def test_it_fits_a_page_and_has_no_holes(name, lenses):
    made = brief(report_of(study(name), [look(name, lens) for lens in lenses or LENSES]))
    assert made.words <= WORDS
    assert [s.key for s in made.sections] == [k for k in HEADS if k in {s.key for s in made.sections}]
    assert made.sections[0].key == "verdict" and made.sections[-1].key == "rests"
    assert sum(s.picture is not None for s in made.sections) <= PICTURES
    for section in made.sections:
        assert section.picture or any(p.text for p in section.points)
        assert not any(BAD.search(p.text) for p in section.points)


@pytest.mark.parametrize("name", NAMES)
def test_headlines_are_short(name):
    large = ("settlement", "futures") if name == "harbour" else ()
    for result in (look(name, lens) for lens in ("ledger", "screening", "endurance", "escalation", *large)):
        assert 3 < len(result.headline.split()) <= 25, result.headline
        assert result.so_what and result.picture in {c.key for c in result.charts}


def test_of_a_long_offer_the_first_sentences_stay():
    report = sample.report()
    many = tuple(Point(part, f"{part} {i} " + "word " * 40) for i in range(9) for part in ("verdict", "stops", "next"))
    made = brief(replace(report, results=(replace(report.results[0], offer=Offer(points=many)),)))
    assert made.words <= WORDS
    for section in made.sections[:3]:
        ranks = [int(p.text.split()[1]) for p in section.points]
        assert ranks == list(range(len(ranks))) and ranks  # none is left out before a later one


def test_what_could_not_be_said_is_named():
    report = sample.report()
    silent = replace(report.results[0], lens="other", tables=(), offer=Offer(headline="Nothing can be said: no war."))
    made = brief(replace(report, results=(report.results[0], silent)))
    assert any("no war" in text for text in made.missing)


def test_hostile_text_stays_text_in_markdown():
    made = as_markdown(brief(sample.report(sample.HOSTILE)))
    assert "<script" not in made and "<img" not in made and "\x1b" not in made and "|" in made


def test_the_same_report_gives_the_same_bytes():
    assert as_markdown(brief(sample.report())) == as_markdown(brief(sample.report()))
