"""One mistake in one file gives one problem: mutations all over the invented case, one at a time."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.case.broken import HARBOUR, problems
from winset.case.consequences import unknown_in
from winset.case.load import OPTIONAL, TABLES, load
from winset.errors import Problem

IDS = {
    "figures.csv": ("subject", "quantity"),
    "positions.csv": ("actor", "issue", "option", "at", "quantity"),
    "events.csv": ("id", "kind", "source", "target", "ref", "date"),
    "channels.csv": ("source", "target", "kind"),
    "evidence.csv": ("actor", "hypothesis", "kind", "ref", "date"),
    "passages.csv": ("id", "source"),
}
Edit = tuple[str, str, str]  # file, what was changed, its new text


def misspelt(word: str) -> str:
    """A letter in the middle stands twice: the commonest slip that no id of the case comes near by chance."""
    at = len(word) // 2
    return word[:at] + word[at] + word[at:]


def table_edits() -> Iterator[Edit]:
    """Every id in every table misspelt, and every number made a word, one cell at a time."""
    for file, columns in IDS.items():
        table = list(csv.reader(io.StringIO((HARBOUR / file).read_text(encoding="utf-8"))))
        for i, row in enumerate(table[1:], 1):
            for j, name in enumerate(table[0]):
                cell = row[j]
                if name in columns and cell:
                    parts = (
                        [m.span() for m in re.finditer(r"[a-z0-9-]+", cell)]
                        if file == "figures.csv"
                        else [(0, len(cell))]
                    )
                    changed = [cell[:a] + misspelt(cell[a:b]) + cell[b:] for a, b in parts]
                elif name in ("mode", "start") and cell and file != "events.csv":
                    changed = [f"{cell}x"]
                else:
                    continue
                for text in changed:
                    out = io.StringIO()
                    csv.writer(out, lineterminator="\n").writerows(
                        [*table[:i], [*row[:j], text, *row[j + 1 :]], *table[i + 1 :]]
                    )
                    yield file, f"{i + 1}:{name}={text}", out.getvalue()


def yaml_edits() -> Iterator[Edit]:
    """Every id that stands as a key or a value in case.yaml and plans.yaml misspelt, one at a time."""
    whole = load(HARBOUR)
    ids = {a.id for a in whole.actors} | {i.id for i in whole.issues} | {o.id for i in whole.issues for o in i.options}
    ids |= {p.id for p in whole.plans} | {h.id for h in whole.hypotheses} | {s.id for s in whole.sources}
    form = re.compile(rf"(?<=[\[{{ ])({'|'.join(sorted(map(re.escape, ids), key=len, reverse=True))})(?=[\]}},:\n])")
    for file in ("case.yaml", "plans.yaml", "sources.yaml"):
        text = (HARBOUR / file).read_text(encoding="utf-8")
        for found in form.finditer(text):
            line = text[text.rindex("\n", 0, found.start()) + 1 : text.index("\n", found.start())]
            before = text[: found.start()]
            prose = re.search(r"\b(label|why|name|meaning|note|gist|title|question|office|role): [^,}\n]*$", before)
            if prose or (line.startswith("  -") and " who:" in line) or found[1] in ("none", "open", "any", "closed"):
                continue
            if re.search(r"^(id|[a-z_]+): ?$", before[before.rindex("\n") + 1 :]) or (
                found[1] == "harbour" and "\nid: " in before[-6:]
            ):
                continue  # the id of the case itself
            keys = (
                ("issues:", "plans:", "actors:", "sources:", "rules:", "harbour:") if text[found.end()] == ":" else ()
            )
            if f"{found[1]}:" in keys and text[found.start() - 1] != " ":
                continue
            yield file, f"{line.strip()[:60]} [{found[1]}]", before + misspelt(found[1]) + text[found.end() :]


def whole_edits() -> Iterator[Edit]:
    """Tables that cannot be read whole: another column, an open quote, a row with a cell too many; and none at all."""
    for file in TABLES:
        text = (HARBOUR / file).read_text(encoding="utf-8")
        yield file, "column", text.replace(",", "s,", 1)
        yield file, "cell", text.rstrip("\n") + ",one more\n"
        yield file, "quote", text.replace("\n", '\n"a"b,', 1)
        yield file, "gone", ""


def said(folder: Path, edit: Edit) -> tuple[Problem, ...]:
    file, what, text = edit
    path = folder / file
    path.unlink()
    if what != "gone":
        path.write_text(text, encoding="utf-8")
    found = problems(folder)
    shutil.copy(HARBOUR / file, path)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(HARBOUR, tmp_path_factory.mktemp("case") / "harbour"))


def one(found: tuple[Problem, ...], edit: Edit) -> None:
    assert len(found) <= 1, "\n".join(f"{edit[:2]}: {p}" for p in found)
    if not found:  # an event or plan that nothing refers to, names that are free, a table that may be missing
        free = re.search(r"id=|sincer|stall|x:|winter-note", edit[1])
        assert free or (edit[1] == "gone" and edit[0] in OPTIONAL), edit[:2]


def test_one_cell_of_a_table_gives_one_problem(folder: Path) -> None:
    edits = list(table_edits())
    assert len(edits) > 500 and {edit[0] for edit in edits[::17]} == set(IDS)
    for edit in edits[::17]:
        one(said(folder, edit), edit)


def test_one_id_in_yaml_gives_one_problem(folder: Path) -> None:
    edits = list(yaml_edits())
    assert len(edits) > 100
    for edit in edits[::4]:
        one(said(folder, edit), edit)


def test_a_table_that_cannot_be_read_gives_one_problem(folder: Path) -> None:
    edits = list(whole_edits())
    assert len(edits) == 4 * len(TABLES)
    for edit in edits:
        one(said(folder, edit), edit)


def edited(folder: Path, *changes: tuple[str, str, str]) -> tuple[Problem, ...]:
    for file, old, new in changes:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    found = problems(folder)
    for file, _, _ in changes:
        shutil.copy(HARBOUR / file, folder / file)
    return found


def test_a_misspelt_definition_is_told_where_it_stands(folder: Path) -> None:
    (found,) = edited(folder, ("case.yaml", "- id: lease", "- id: laese"))
    line = (HARBOUR / "case.yaml").read_text("utf-8").split("- id: lease")[0].count("\n") + 1
    assert found.file == "case.yaml" and "the option 'laese' is used nowhere, while 'lease' is" in found.what
    assert found.remedy == "did you mean 'lease' here?" and found.line == line


def test_two_mistakes_give_two_problems(folder: Path) -> None:
    found = edited(
        folder,
        ("positions.csv", "sarrow,canal,ideal", "sarow,canal,ideal"),
        ("positions.csv", "tavenna,canal,attention", "tavenna,cannal,attention"),
    )
    assert [p.what for p in found] == ["unknown actor 'sarow'", "unknown issue 'cannal'"]
    found = edited(
        folder,
        ("case.yaml", "- id: lease", "- id: laese"),
        ("plans.yaml", "fleet: patrol", "fleet: patroll"),
        ("figures.csv", "sarrow/all,crossing_cost", "sarow/all,crossing_cost"),
    )
    assert {p.file for p in found} == {"case.yaml", "plans.yaml", "figures.csv"} and len(found) == 3


def test_what_is_missing_of_itself_is_still_told(folder: Path) -> None:
    """A row with a problem accounts for one missing Figure, not for others that are missing beside it."""
    found = edited(
        folder,
        ("positions.csv", "sarrow,canal,ideal,", "sarow,canal,ideal,"),
        ("figures.csv", "fleet/patrol,place,", "fleet/patrol,count,"),
    )
    told = [p.what for p in found]
    assert "unknown actor 'sarow'" in told and not any("sarrow/canal.ideal" in what for what in told)
    (folder / "figures.csv").write_text(
        "".join(
            line
            for line in (HARBOUR / "figures.csv").read_text("utf-8").splitlines(True)
            if not line.startswith("fleet/patrol,place")
        ),
        "utf-8",
    )
    found = edited(folder, ("positions.csv", "sarrow,canal,ideal,", "sarow,canal,ideal,"))
    shutil.copy(HARBOUR / "figures.csv", folder / "figures.csv")
    assert [p.what for p in found] == ["missing Figure fleet/patrol.place", "unknown actor 'sarow'"]


@pytest.mark.parametrize(
    ("what", "noun", "scope", "name"),
    [
        ("unknown actor 'x'", "actor", "", "x"),
        ("unknown actor with hypotheses 'x'", "actor", "", "x"),
        ("unknown rival hypothesis of north 'x'", "rival hypothesis", "north", "x"),
        ("unknown option 'x' of border: did you mean 'y'?", "option", "border", "x"),
        ("north/border.ideal: unknown option 'x' of border", "option", "border", "x"),
        ("unknown Figure 'a/b.c@2024-01-01': see", "Figure", "", "a/b.c@2024-01-01"),
    ],
)
def test_what_a_problem_calls_unknown(what: str, noun: str, scope: str, name: str) -> None:
    assert unknown_in(Problem("f", 1, what)) == (noun, scope, name)
