from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import unquote

import pytest

from tests.report import sample
from winset.report import Report, to_html

VOID = {"meta", "link", "input", "br", "img", "hr"}
CELLS, LEFT_OUT = {"td", "th"}, {"td", "th", "tr"}  # elements whose end tags HTML lets a page leave out


class Page(HTMLParser):
    """What a browser's parser would see, as far as these tests ask."""

    def __init__(self, text: str):
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.unbalanced: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.implied(CELLS if tag in CELLS else LEFT_OUT if tag == "tr" else set())
        if tag not in VOID:
            self.open.append(tag)

    def implied(self, ended):
        """End what a tag ends without saying so: a cell the cell before it, a row the row before it."""
        while self.open and self.open[-1] in ended:
            self.open.pop()

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        self.implied(LEFT_OUT if tag in {"thead", "tbody", "table"} else set())
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.unbalanced.append(tag)

    def handle_data(self, data):
        self.words.append(data)

    def all(self, tag):
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def html() -> str:
    return sample.page()


@pytest.fixture(scope="module")
def hostile() -> str:
    return sample.page(sample.HOSTILE)


@pytest.fixture(params=["html", "hostile"])
def page(request) -> Page:
    return Page(request.getfixturevalue(request.param))


def anchor(html: str, figure: str) -> str:
    """Where the card of a Figure stands in the page."""
    card = next(
        c
        for c in re.findall(r'<li class="fig" id="f[0-9]+">.*?</li>', html, re.DOTALL)
        if f"<code>{figure}</code>" in c
    )
    return re.search(r'id="(f[0-9]+)"', card)[1]


def test_same_report_same_bytes(html):
    assert to_html(sample.report()) == html


def test_tags_are_balanced(page):
    assert page.unbalanced == [] and page.open == []


def test_every_link_leads_to_an_entry_and_ids_are_unique(page):
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    targets = [unquote(str(attrs["href"])[1:]) for attrs in page.all("a")]
    assert len(targets) > 40 and set(targets) <= set(ids)
    for attribute in ("aria-labelledby", "aria-controls"):
        for _, attrs in page.tags:
            assert set((attrs.get(attribute) or "").split()) <= set(ids)


def test_a_list_that_only_a_finding_needs_is_in_the_page():
    """The lists stand at the end of the page, when all links have been made."""
    report = sample.report()
    (result,) = report.results[:1]
    basis = tuple(reversed(result.findings[0].basis))
    late = replace(result.findings[0], key="late", basis=basis)
    made = Page(to_html(replace(report, results=(replace(result, findings=(*result.findings, late)),))))
    ids = {attrs["id"] for _, attrs in made.tags if "id" in attrs}
    assert {unquote(str(attrs["href"])[1:]) for attrs in made.all("a")} <= ids


def test_nothing_is_fetched_and_nothing_runs_but_the_pages_own(page):
    assert (
        len(page.all("script")) == 1 and len(page.all("style")) == 1 and not page.all("img") and not page.all("iframe")
    )
    for tag, attrs in page.tags:
        assert not [a for a in attrs if a.startswith("on")], tag
        assert "src" not in attrs and "style" not in attrs
        for name in ("href", "xlink:href"):
            assert (attrs.get(name) or "#").startswith(("#", "data:,"))
    policy = next(str(m["content"]) for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert "default-src 'none'" in policy and "unsafe" not in policy


def test_hostile_text_is_shown_as_text(html, hostile):
    page = Page(hostile)
    kinds = [{(tag, *sorted(attrs)) for tag, attrs in p.tags} for p in (Page(html), page)]
    assert kinds[1] <= kinds[0] | {("span", "class")}
    shown = "".join(page.words)
    assert (
        shown.count("<script>alert(1)</script>") > 50
        and "{{ 7*7 }}" in shown
        and "49" not in shown.split("{{ 7*7 }}")[1][:5]
    )
    assert "\x1b" not in hostile and "\u202e" not in hostile


def test_no_network_address_in_the_page(html):
    assert set(re.findall(r"https?://[^\"'\s<)]+", html)) <= {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }


def test_headings_go_down_one_level_at_a_time(page):
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_landmarks_skip_link_and_language(page):
    assert page.all("html")[0]["lang"] == "en" and len(page.all("main")) == 1 and len(page.all("nav")) == 1
    assert page.all("a")[0]["href"] == "#main"


def test_every_table_has_a_caption_and_scoped_heads(page):
    assert len(page.all("caption")) == len(page.all("table")) > 8
    assert all(attrs.get("scope") in ("col", "row", "rowgroup") for attrs in page.all("th"))


def test_every_chart_is_named_and_described_and_has_its_table_and_a_sentence(html):
    drawn = re.findall(r'<svg role="img" aria-labelledby="(\S+) (\S+)"', html)
    assert drawn and all(f'<title id="{t}"' in html and f'<desc id="{d}"' in html for t, d in drawn)
    figures = re.findall(r"<figure.*?</figure>", html[html.index('id="settlement"') :], re.DOTALL)
    without = [f for f in figures if "The table behind it" not in f and "<table" not in f]
    assert len(figures) == 12 and not without
    for figure in figures:
        assert re.search(r"<figcaption><strong>[^<]+</strong> [^<]*\S\.", figure), figure[:200]


def test_every_table_is_closed_and_says_its_rows(html):
    closed = re.findall(r'<details class="table[^"]*"><summary>(.*?)</summary>\s*(.*?)</details>', html, re.DOTALL)
    assert all(re.search(r"\b\d+ rows?: ", head) for head, _ in closed)
    outside = re.sub(r"<details class=.table.*?</details>", "", html, flags=re.DOTALL)
    # only matrices, which are pictures, stand open
    assert outside.count("<table") == outside.count('<table class="heat') in (3, 4)  # and perhaps one in the brief


def test_the_answer_comes_first_and_the_appendix_last(html):
    order = [
        'id="brief"',
        'id="settlement"',
        "One of the two drafts would pass.",
        'id="settlement-answer"',
        "The North decides.",
        'id="settlement-who"',
        'id="case-timeline"',
        'id="case-positions"',
        'id="case-basis"',
        'id="plans"',
        'id="appendix"',
        'id="method"',
        'id="figures"',
        'id="sources"',
        'id="notes"',
    ]
    body = html[html.index("<main") :]
    at = [body.index(mark) for mark in order]
    assert at == sorted(at)


def test_what_others_add_stands_before_the_chapters():
    """The brief and the lab are included at one place each, at the head of the page."""
    from winset.report.html import _file

    text = _file("template.html")
    order = ["<main", "brief.html", "lab.html", "chapters.html", "appendix.html"]
    assert [text.index(mark) for mark in order] == sorted(text.index(mark) for mark in order)


def test_a_number_leads_to_its_figure_and_to_a_list_where_there_are_several(html):
    south, north = anchor(html, "south.no_deal"), anchor(html, "north/tolls.ideal@2024-02-01")
    assert re.search(rf'<a href="#{south}"[^>]*>8%</a>', html)
    several = re.search(r'<a href="#(set-\d+)"[^>]*>58%</a>', html)
    assert several
    listed = re.search(rf'<li value="\d+" id="{several[1]}" data-size="2">(.*?)</li>', html)
    assert listed and f"#{south}" in listed[1] and f"#{north}" in listed[1]


def test_a_figure_shows_its_numbers_basis_and_passages(html):
    north = anchor(html, "north/tolls.ideal@2024-02-01")
    card = re.search(rf'<li class="fig" id="{north}">.*?</li>', html, re.DOTALL)
    assert card and "at “all tolls”" in card[0] and 'href="#pass-p2"' in card[0] and "read together" in card[0]
    passage = re.search(r'<li class="pass" id="pass-p1">.*?</li>', html, re.DOTALL)
    assert passage
    for shown in (
        "The North names its price 1.",
        "quoted: North",
        "The Gazette",
        "1 Mar 2024 to 2 Mar 2024",
        "10–70",
        "0123456789ab</code>",
    ):
        assert shown in re.sub(r"\s+", " ", passage[0])
    assert "publisher unknown" in html and "lognormal(18,0.3) months" in html
    assert "0123456789abcdef" * 4 not in html.replace("d" * 64, "")


def test_later_positions_are_not_shown(html):
    assert anchor(html, "south/tolls.ideal@2024-02-05") and "2024-06-01" not in html


def test_a_bare_case_without_results_has_a_page():
    page = Page(to_html(Report(replace(sample.case(), events=(), figures=(), plans=(), sources=(), passages=()), ())))
    assert page.unbalanced == [] and page.open == []


def test_under_the_size_limit(html):
    assert len(html.encode()) < 2_500_000


# contrast of the colours, by the formula of WCAG 2


def colours(scheme: str) -> dict[str, str]:
    from winset.report.html import _file

    style = _file("style.css") + _file("print.css")
    block = re.findall(r":root \{(.*?)\}", style, re.DOTALL)[("light", "dark", "print").index(scheme)]
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6});", block))


def contrast(a: str, b: str) -> float:
    def luminance(colour: str) -> float:
        hexa = colour[1:] if len(colour) == 7 else "".join(c * 2 for c in colour[1:])
        parts = [int(hexa[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_contrast_is_enough(scheme):
    c = colours(scheme)
    assert contrast("#fff", "#000") == pytest.approx(21)
    for ink in ("ink", "soft", "link"):
        for ground in ("paper", "panel", "wash"):
            assert contrast(c[ink], c[ground]) >= 4.5, (ink, ground)
    for i in range(7):
        assert contrast(c[f"h{i}"], c[f"t{i}"]) >= 4.5, i
        assert contrast(c[f"c{i}"], c["paper"]) >= 3, i
