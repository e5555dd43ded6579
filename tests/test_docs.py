"""The documentation's Python runs: every `>>>` of every page, in order, from the root of the repository."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [*sorted((ROOT / "docs").glob("*/*.md")), *sorted(ROOT.glob("*.md"))]
BLOCK = re.compile(r"^```pycon\n(.*?)^```", re.S | re.M)
THEORY = ROOT / "winset" / "theory"


def examples(page: Path) -> doctest.DocTest:
    """The pycon blocks of a page as one doctest, each line where it stands in the page."""
    text = page.read_text(encoding="utf-8")
    kept = [""] * len(text.splitlines())
    for found in BLOCK.finditer(text):
        first = text[: found.start(1)].count("\n")
        lines = found[1].splitlines()
        kept[first : first + len(lines)] = lines
    return doctest.DocTestParser().get_doctest("\n".join(kept) + "\n", {}, page.stem, str(page), 0)


@pytest.mark.parametrize("page", [p for p in PAGES if BLOCK.search(p.read_text("utf-8"))], ids=lambda p: p.stem)
def test_the_examples_of_a_page_give_what_it_says(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    told: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    runner.run(examples(page), out=told.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(told)
    assert runner.tries > 0


@pytest.mark.parametrize("page", PAGES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_no_example_stands_outside_a_block_that_runs(page):
    text = page.read_text(encoding="utf-8")
    assert ">>> " not in BLOCK.sub("", text)
    assert "doctest: +SKIP" not in text


def test_the_page_on_python_teaches_in_ten_steps_and_fails_where_it_is_wrong(monkeypatch):
    page = ROOT / "docs" / "look_up" / "python.md"
    steps = re.findall(r"^## \d+\. ", page.read_text(encoding="utf-8"), re.M)
    assert len(steps) == 10
    monkeypatch.chdir(ROOT)
    wrong = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", "wrong", 0)
    assert doctest.DocTestRunner(verbose=False).run(wrong, out=lambda _: None).failed == 1
