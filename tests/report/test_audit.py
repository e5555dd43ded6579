"""The page audited by axe-core against WCAG 2.2 AA, in light and dark, folded and open, wide and on a phone."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.report import pages as made

pytestmark = pytest.mark.browser
AXE = Path(os.environ.get("AXE", Path(sys.prefix) / "axe-core" / "axe.min.js"))
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPEN = "document.querySelectorAll('main details').forEach((d) => { d.open = true })"


@pytest.fixture(scope="module")
def axe():
    if not AXE.exists():
        pytest.skip("axe-core is not there: `sh scripts/axe .venv` fetches it with npm (or set AXE to axe.min.js)")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    return made.write(tmp_path_factory.mktemp("report"), "many", "hostile", "harbour")


def audit(page, axe):
    page.evaluate(axe)
    found = page.evaluate(f"axe.run(document, {{ runOnly: {RULES}, resultTypes: ['violations'] }})")
    return [(rule["id"], [node["html"][:200] for node in rule["nodes"][:3]]) for rule in found["violations"]]


# colours do not hang on the width, nor places on the colours: of each pair of two, two
@pytest.mark.parametrize("width,scheme", [(390, "dark"), (1280, "light")])
@pytest.mark.parametrize("name", ["many", "hostile", "harbour"])
def test_nothing_is_found(visit, axe, name, width, scheme):
    page = visit(name, width, color_scheme=scheme)
    assert audit(page, axe) == []
    page.evaluate(OPEN)
    assert audit(page, axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_found_with_the_panel_and_the_hits_open(visit, axe, scheme):
    page = visit("many", color_scheme=scheme)
    page.evaluate(OPEN)
    page.fill("#find", "north")
    assert page.locator("#hits").is_visible() and audit(page, axe) == []
    page.locator("#settlement a.n", has_text="12%").first.click()
    page.evaluate("document.querySelectorAll('#panel details').forEach((d) => { d.open = true })")
    assert page.locator("#panel").is_visible() and audit(page, axe) == []


def test_a_fault_is_found(visit, axe):
    page = visit("many")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert "button-name" in [rule for rule, _ in audit(page, axe)]
