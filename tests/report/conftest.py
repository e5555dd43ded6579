"""Chromium for the tests that look at the page, and a visit in which nothing may be asked of the network."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"


@pytest.fixture(scope="session")
def chromium():
    if not Path(CHROMIUM).exists():
        pytest.skip("Chromium is not installed (set CHROMIUM to its path)")
    sync_playwright = pytest.importorskip("playwright.sync_api").sync_playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS.split(), "--no-first-run"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, pages):
    """Open a page of the folder `pages`; at the end, nothing may have been asked of the network, nor the console."""
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
