"""The pages of both dossiers in Chromium: how long they are, that nothing is cut, and every text of every chart."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cases import NAMES
from tests.report import pages as made

pytestmark = pytest.mark.browser
OPEN = "document.querySelectorAll('details').forEach((d) => { d.open = true })"
TEXTS = Path(__file__).with_name("chart_text.js").read_text(encoding="utf-8").partition("\n")[2]
SAMPLES = ("plain", "hostile")  # every kind of chart with every part, and with texts that are far too long
WIDTHS = (320, 390, 768, 1280, 1920)
HIGHEST = {1280: 12_000, 390: 20_000}  # pixels that the folded page may be high, by its width


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    return made.write(tmp_path_factory.mktemp("report"), *NAMES, *SAMPLES)


@pytest.mark.parametrize("name", NAMES)
def test_the_folded_page_is_short(visit, name):
    page = visit(name)
    for width, highest in HIGHEST.items():
        made.resize(page, width)
        assert page.evaluate("document.documentElement.scrollHeight") <= highest, width


@pytest.mark.parametrize("name", NAMES)
def test_the_file_is_small(pages, name):
    assert (pages / f"{name}.html").stat().st_size < 3_000_000


@pytest.mark.parametrize("name", [*NAMES, *SAMPLES])
def test_no_text_of_a_chart_is_outside_its_frame_or_over_another(visit, name):
    page = visit(name, WIDTHS[0])
    for width in WIDTHS:
        made.resize(page, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(OPEN)
    for width in WIDTHS:
        made.resize(page, width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(".draw svg:visible").count() > 6
        assert page.evaluate(TEXTS) == [], width


def test_a_text_outside_or_over_another_is_seen(visit):
    page = visit(NAMES[0])
    page.evaluate(OPEN)
    moved = """(name) => {
      const svg = document.querySelector(".draw.wide svg"), texts = svg.querySelectorAll("text");
      texts[name === "outside" ? 0 : 1].setAttribute("transform", name === "outside" ? "translate(-999,0)" : "");
      if (name !== "outside") texts[1].replaceWith(texts[0].cloneNode(true));
    }"""
    page.evaluate(moved, "over")
    assert any("over" in what for _, _, what in page.evaluate(TEXTS))
    page.evaluate(moved, "outside")
    assert any(what == "outside" for _, _, what in page.evaluate(TEXTS))
