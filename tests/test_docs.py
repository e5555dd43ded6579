"""The documentation's Python runs: every `>>>` of every page, in order, from the root of the repository."""

from __future__ import annotations

import doctest
import importlib
import re
from pathlib import Path

import grimp
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


def sections(page: Path) -> dict[str, str]:
    """Text below each heading of the page on models, by the module the heading names."""
    parts = re.split(r"^## .*: `(\w+)`$", page.read_text(encoding="utf-8"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


MODELS = sections(ROOT / "docs" / "look_up" / "models.md")


def test_every_module_of_theory_has_a_way_for_a_user_to_reach_it():
    """A lens or command uses it, directly or through others of theory, or docs/look_up/models.md has an entry for
    it."""
    graph = grimp.build_graph("winset")
    theory = {module for module in graph.modules if module.startswith("winset.theory.")}
    assert {module.rsplit(".", 1)[1] for module in theory} == {file.stem for file in THEORY.glob("[!_]*.py")}
    new = {used for user in graph.modules - theory for used in graph.find_modules_directly_imported_by(user)} & theory
    new |= {f"winset.theory.{name}" for name in MODELS}
    reached: set[str] = set()
    while new:
        reached |= new
        new = {used for user in new for used in graph.find_modules_directly_imported_by(user)} & theory - reached
    assert theory - reached == set()


@pytest.mark.parametrize("name", MODELS)
def test_an_entry_on_a_model_names_functions_that_exist_and_tries_one(name):
    module = importlib.import_module(f"winset.theory.{name}")
    found = re.search(r"^Functions: (.*?)\.$", MODELS[name], re.S | re.M)
    named = re.findall(r"`(\w+)`", found[1]) if found else []
    own = {key for key, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__}
    assert named and set(named) <= own, set(named) - own
    tried = BLOCK.search(MODELS[name])
    assert tried and re.search(rf"winset\.theory(\.{name}\b| import .*\b{name}\b)", tried[1])
