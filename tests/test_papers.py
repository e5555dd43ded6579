"""What the papers show must work: the shipped cases, the patches in the documentation, the lens in CONTRIBUTING.md."""

from __future__ import annotations

import re
from dataclasses import dataclass  # noqa: F401  (used by the lens in CONTRIBUTING.md, as are the others marked so)
from pathlib import Path
from typing import ClassVar  # noqa: F401

import numpy as np  # noqa: F401
import pytest

from winset.arrays import Study
from winset.case.load import load
from winset.case.model import Case  # noqa: F401
from winset.case.passages import verify
from winset.case.patch import apply, read_patches
from winset.result import Finding, Result, nothing  # noqa: F401

ROOT = Path(__file__).parents[1]
HARBOUR = ROOT / "cases" / "harbour"
STARTER = ROOT / "winset" / "case" / "starter"
PAGES = [*(ROOT / "docs").glob("*/*.md"), *ROOT.glob("*.md"), HARBOUR / "README.md", STARTER / "README.md"]


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.S | re.M)


@pytest.mark.parametrize("folder", [HARBOUR, STARTER], ids=["harbour", "starter"])
def test_shipped_texts_hold_every_passage(folder):
    case = load(folder)
    found = verify(case, folder / "texts")
    assert found.counts["exact"] == len(case.passages) > 0
    assert not found.missing and not found.changed


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "yaml")], ids=lambda p: p.stem)
def test_patches_in_the_documentation_apply(page, tmp_path):
    case = load(HARBOUR)
    for text in (t for t in blocks(page, "yaml") if not t.startswith("case:")):  # that is a file of outcomes
        (tmp_path / "patch.yaml").write_text(text, encoding="utf-8")
        for patch in read_patches(tmp_path / "patch.yaml"):
            assert apply(case, patch).digest != case.digest


def test_the_row_quoted_in_the_first_case_is_in_the_case():
    page = (ROOT / "docs" / "learn" / "first-case.md").read_text(encoding="utf-8")
    quoted = next(line.strip() for line in page.splitlines() if line.startswith("    sarrow-diet/"))
    rows = (HARBOUR / "figures.csv").read_text(encoding="utf-8").splitlines()
    assert any(row.startswith(quoted.removesuffix(" ...")) for row in rows)


def test_the_lens_in_contributing_answers_from_the_case():
    code = next(b for b in blocks(ROOT / "CONTRIBUTING.md", "python") if "class Attention" in b)
    names = dict(globals())
    exec(compile(code, "CONTRIBUTING.md", "exec", dont_inherit=True), names)
    case = load(HARBOUR)
    result = names["Attention"]().look(Study(case, case.as_of, draws=64))
    assert [f.basis for f in result.findings] == [
        ("sarrow/harbour.attention@2024-02-10",),
        ("tavenna/harbour.attention@2024-02-10",),
    ]
    assert all(f.low < f.value < f.high for f in result.findings)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_relative_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_commands_in_the_papers_exist():
    from winset.cli.main import main

    for page in PAGES:
        for name in re.findall(r"^\s*(?:\.venv/bin/)?winset ([a-z-]+)", page.read_text(encoding="utf-8"), re.M):
            assert name in main.commands, f"{page.name}: winset {name}"


def test_make_targets_named_in_the_readme_exist():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    named = set(re.findall(r"^    make ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.M))
    assert len(named) >= 5
    assert named <= targets
