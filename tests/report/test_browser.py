"""The page in Chromium: offline, without errors, by keyboard, on a phone, without script."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.report import sample

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed (set CHROMIUM to its path)"),
]


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    for name, text in (("plain", ""), ("hostile", sample.HOSTILE)):
        (folder / f"{name}.html").write_text(sample.page(text), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def chromium():
    sync_playwright = pytest.importorskip("playwright.sync_api").sync_playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS.split(), "--no-first-run"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, pages):
    """Open a page; at the end, nothing may have been asked of the network and nothing said on the console."""
    contexts, faults = [], []

    def visit(name="plain", width=1280, **settings):
        context = chromium.new_context(viewport={"width": width, "height": 800}, offline=True, **settings)
        contexts.append(context)
        address = (pages / f"{name}.html").as_uri()

        def route(request):
            if request.request.url.split("#")[0] == address:
                request.continue_()
            else:
                faults.append(request.request.url)
                request.abort()

        context.route("**/*", route)
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))
        page.goto(address)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert faults == []


def test_hostile_text_does_nothing(visit):
    page = visit("hostile")
    assert "<script>alert(1)</script>" in page.inner_text("h1")
    page.locator("a.n:visible").first.click()
    assert "<script>alert(1)</script>" in page.inner_text("#panel")
    assert page.locator("img, iframe, object, embed").count() == 0


def test_a_number_opens_its_passages_and_closes_again(visit):
    page = visit()
    number = page.locator("#settlement-who a.n", has_text="58%").first
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


def test_by_keyboard_alone(visit):
    page = visit()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "n":
            break
    else:
        pytest.fail("no number was reached by the Tab key")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline not in ("none", "")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "panel"
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden() and page.evaluate("document.activeElement.className") == "n"
    page.keyboard.press("Space")
    assert page.locator("#panel").is_visible()


@pytest.mark.parametrize("width", [390, 820, 1280])
@pytest.mark.parametrize("name", ["plain", "hostile"])
def test_the_page_is_never_wider_than_the_screen(visit, width, name):
    page = visit(name, width)
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_a_phone_charts_are_drawn_narrow(visit):
    page = visit(width=390)
    assert page.locator(".draw.wide svg").first.is_hidden() and page.locator(".draw.narrow svg").first.is_visible()
    assert (
        page.locator(".draw svg:visible").evaluate_all(
            "all => Math.max(...all.map((s) => s.getBoundingClientRect().width))"
        )
        <= 390
    )


def test_dark_and_light_differ(visit):
    grounds = [
        visit(color_scheme=s).evaluate("getComputedStyle(document.body).backgroundColor") for s in ("light", "dark")
    ]
    assert grounds[0] != grounds[1]


def test_without_script_a_number_leads_to_its_figure(visit):
    page = visit(java_script_enabled=False)
    page.locator("#settlement-who a.n", has_text="8%").first.click()
    assert page.url.endswith("#fig-south.no_deal")
    assert page.locator("[id='fig-south.no_deal']").is_visible()


def test_a_figure_is_found(visit):
    page = visit()
    page.fill("#find", "ENDURANCE")
    assert page.inner_text("#found") == "1 found"
    assert page.locator("li.fig:visible").count() == 1


def test_print_opens_everything_and_hides_controls(visit):
    page = visit()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("details:not([open])").count() == 0
    assert page.locator("nav").is_hidden() and page.locator("[id='fig-south.no_deal']").is_visible()


def test_screen_reader_sees_landmarks_buttons_and_tables(visit):
    page = visit()
    assert page.get_by_role("main").count() == 1 and page.get_by_role("navigation", name="Contents").count() == 1
    assert page.get_by_role("heading", level=1).inner_text() == "The tolls"
    assert page.get_by_role("button", expanded=False).count() > 5
    assert page.get_by_role("table", name="Who accepts").count() == 1
    assert page.get_by_role("rowheader", name="First draft").count() >= 1
    assert page.get_by_role("img", name="How long").count() == 1
