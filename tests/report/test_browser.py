"""The page in Chromium: offline, without errors, by keyboard, on a phone, on paper, without script."""

from __future__ import annotations

import pytest

from tests.report import pages as made
from winset.report.basics import FIRST

pytestmark = pytest.mark.browser
OPEN = "document.querySelectorAll('details').forEach((d) => { d.open = true })"
AT = "document.activeElement"


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    return made.write(tmp_path_factory.mktemp("report"), "plain", "hostile", "many")


def opened(page):
    page.evaluate(OPEN)
    return page


def test_hostile_text_does_nothing(visit):
    page = opened(visit("hostile"))
    assert "<script>alert(1)</script>" in page.inner_text("h1")
    page.locator("a.n:visible").first.click()
    assert "<script>alert(1)</script>" in page.inner_text("#panel")
    page.fill("#find", "script")
    assert "<script>alert(1)</script>" in page.inner_text("#hits")
    assert page.locator("img, iframe, object, embed").count() == 0


def test_a_number_opens_its_passages_and_closes_again(visit):
    page = opened(visit())
    number = page.locator("#settlement a.n", has_text="58%").first
    assert number.get_attribute("aria-expanded") == "false" and page.locator("#panel").is_hidden()
    number.click()
    assert number.get_attribute("aria-expanded") == "true" and page.locator("#panel").is_visible()
    said = page.inner_text("#panel")
    for shown in (
        "South: no deal",
        "a guess from the year before",
        "The North names its price 1.",
        "quoted: North",
        "The Gazette",
        "10–70",
    ):
        assert shown in said
    assert said.index("The North names its price 1.") < said.index("The North names its price 2.")
    page.locator("#close").click()
    assert page.locator("#panel").is_hidden() and number.get_attribute("aria-expanded") == "false"


def test_a_number_that_rests_on_many_opens_few_and_then_groups(visit):
    page = opened(visit("many"))
    page.locator("#settlement a.n", has_text="0.25").first.click()
    assert page.locator("#panel .card").count() == 1
    page.locator("#settlement-who a.n", has_text="12%").first.click()
    cards = page.locator("#panel-body > div.card")
    groups = page.locator("#panel-body > details.card")
    assert cards.count() == FIRST and groups.count() >= 2 and "more, in groups" in page.inner_text("#panel")
    assert groups.first.locator(".card").count() == 0
    groups.first.locator("summary").click()
    held = groups.first.locator("> .card")
    held.first.wait_for()  # the cards are made when the group has opened
    assert f"({held.count()})" in groups.first.inner_text()
    held.first.locator("summary").click()
    held.first.locator(".id").wait_for()


def test_by_keyboard_alone(visit):
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate(f"{AT}.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate(f"{AT}.id") == "main"
    for _ in range(80):
        page.keyboard.press("Tab")
        outline = page.evaluate(f"getComputedStyle({AT}).outlineStyle")
        assert outline not in ("none", ""), page.evaluate(f"{AT}.outerHTML.slice(0, 200)")
        if page.evaluate(f"{AT}.className") == "n":
            break
    else:
        pytest.fail("no number was reached by the Tab key")
    page.keyboard.press("Enter")
    assert page.evaluate(f"{AT}.id") == "panel"
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden() and page.evaluate(f"{AT}.className") == "n"
    page.keyboard.press("Space")
    assert page.locator("#panel").is_visible()


def test_a_fold_opens_by_keyboard(visit):
    page = visit()
    summary = page.locator("#settlement-rest > summary")
    assert page.locator("#settlement-rest").get_attribute("open") is None
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("#settlement-rest").get_attribute("open") is not None
    page.keyboard.press("Space")
    assert page.locator("#settlement-rest").get_attribute("open") is None


@pytest.mark.parametrize("name", ["plain", "hostile"])
def test_the_page_is_never_wider_than_the_screen(visit, name):
    page = visit(name)
    for _ in range(2):
        for width in (320, 390, 768, 1280, 1920):
            made.resize(page, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        opened(page)


@pytest.mark.parametrize("width", [390, 1280])
def test_with_text_twice_as_large_nothing_is_cut(visit, width):
    page = opened(visit("plain", width))
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 32
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.evaluate(
        "[...document.querySelectorAll('main p, main h2, main h3, main summary, main dd')]"
        ".filter((e) => e.clientWidth && e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent.slice(0, 60))"
    )
    assert cut == []


def test_on_a_phone_charts_are_drawn_narrow(visit):
    page = opened(visit(width=390))
    assert page.locator(".draw.wide svg").first.is_hidden() and page.locator(".draw.narrow svg").first.is_visible()
    widths = page.locator(".draw svg:visible").evaluate_all("all => all.map((s) => s.getBoundingClientRect().width)")
    assert len(widths) > 5 and max(widths) <= 390


def test_dark_and_light_differ(visit):
    grounds = [
        visit(color_scheme=s).evaluate("getComputedStyle(document.body).backgroundColor") for s in ("light", "dark")
    ]
    assert grounds[0] != grounds[1]


def test_without_script_a_number_leads_to_its_figure(visit):
    page = visit(java_script_enabled=False)
    page.locator("#settlement td a:visible", has_text="8%").first.click()
    at = page.url.partition("#")[2]
    assert page.locator(f"#{at} code", has_text="south.no_deal").count() == 1
    assert page.locator("#find").is_hidden()


@pytest.mark.parametrize(
    "wanted,kind,shown",
    [
        ("ENDURANCE", "Figure", "north.endurance"),
        ("judge", "actor", "#actor-judge"),
        ("tolls", "issue", "#issue-tolls"),
        ("closes the road", "event", "#ev-e1"),
        ("second draft", "plan", "#plan-second"),
        ("the rest", "part", "#settlement-rest"),
    ],
)
def test_what_is_looked_for_is_found_by_keyboard_and_stands_open(visit, wanted, kind, shown):
    page = visit()
    page.focus("#find")
    page.keyboard.type(wanted)
    assert page.inner_text("#found").split(" ")[1].startswith("found")
    page.locator("#hits a", has=page.locator(".kind", has_text=kind)).first.focus()
    page.keyboard.press("Enter")
    if kind == "Figure":  # its anchor is a number
        code = page.locator(".fig .id code", has_text=shown).first
        shown = "#" + code.evaluate("node => node.closest('.fig').id")
    assert page.locator(shown).is_visible() and page.locator("#hits").is_hidden()
    assert page.evaluate(f"{AT}.closest('[id]').id === document.querySelector(\"{shown}\").id")


def test_the_hits_are_walked_with_the_arrow_keys_and_left_with_escape(visit):
    page = visit()
    page.fill("#find", "north")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(f"[...document.querySelectorAll('#hits a')].indexOf({AT})") == 1
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    assert page.evaluate(f"{AT}.id") == "find" and page.locator("#hits").is_hidden()
    page.fill("#find", "no such thing")
    assert page.inner_text("#found") == "0 found" and page.locator("#hits").is_hidden()


@pytest.mark.parametrize("width", [390, 1280])
def test_the_contents_show_where_one_is_and_stay_in_sight(visit, width):
    page = visit(width=width)
    page.locator("#plans").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('plans').scrollIntoView()")
    page.wait_for_selector("nav a[href='#plans'][aria-current]", state="attached")
    assert page.locator("nav a[aria-current]").count() == 1
    box = page.locator("nav .bar").bounding_box()
    assert box and -1 <= box["y"] <= 20
    heading = page.locator("#plans-h").bounding_box()
    assert heading and (width > 1000 or heading["y"] >= box["y"] + box["height"] - 1)


def test_on_paper_chapters_are_open_the_appendix_is_left_out_and_numbers_have_notes(visit):
    page = visit()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".chapter details:not([open]):not(.long)").count() == 0
    assert page.locator("nav").is_hidden() and page.locator("#appendix").is_hidden()
    number = page.locator("#settlement a.n", has_text="58%").first
    note = page.locator(f"#notes ol > li[value='{number.get_attribute('data-n')}']")
    assert note.is_visible() and "South: no deal" in note.inner_text()
    assert page.evaluate("getComputedStyle(document.querySelector('#settlement a.n'), '::after').content") != "none"
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator(".chapter details[open]").count() == 0


def test_screen_reader_sees_landmarks_buttons_and_tables(visit):
    page = opened(visit())
    assert page.get_by_role("main").count() == 1 and page.get_by_role("navigation", name="Contents").count() == 1
    assert page.get_by_role("search").count() == 1
    assert page.get_by_role("heading", level=1).inner_text() == "The tolls"
    assert page.get_by_role("button", expanded=False).count() > 5
    chapter = page.locator("#settlement")
    assert chapter.get_by_role("table", name="Who accepts").count() == 1
    assert chapter.get_by_role("rowheader", name="First draft").count() >= 1
    assert chapter.get_by_role("img", name="How long").count() == 1
