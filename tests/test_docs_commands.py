"""The commands that the documentation shows are run, page by page, in a folder of their own with the invented case.

A command is a line that begins with `winset` or `.venv/bin/winset` in an indented or fenced block; two blanks or a #
begin what is said of it. So that it takes seconds, a command that can be asked with few draws or of one lens, and that
does not say how, is: its words, its files and its options are tried here, the answers elsewhere. In a page

    <!-- file: NAME -->           before a fence: the block is written to that file
    <!-- not run: REASON -->      before a block: why its commands are not run here
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.case.broken import HARBOUR
from tests.robustness import few
from winset.case.new import write_starter
from winset.cli.main import main

ROOT = Path(__file__).parents[1]
PAGES = sorted(
    [
        *ROOT.glob("docs/do/*.md"),
        *ROOT.glob("docs/learn/*.md"),
        *ROOT.glob("docs/look_up/*.md"),
        *ROOT.glob("*.md"),
        *ROOT.glob("cases/*/README.md"),
    ]
)
COMMAND = re.compile(r"^(?:\.venv/bin/)?winset (.*)$")
MADE = re.compile(r"^make (\w+)")
MARK = re.compile(r"^ *<!-- (file|not run): (.+) -->$")
# options that a command is given here where the page does not give them
QUICK = {
    "run": ("--draws", "4", "--lens", "ledger"),
    "pack": ("--draws", "4", "--only", "cards"),
    "compare": ("--draws", "4"),
    "robust": ("--draws", "16"),
    "backtest": ("--every", "90"),
}
# files that a page leaves to its reader
LEVER = (
    "id: {0}\ntitle: The lever {0}\nbasis: 'judgement: For a test.'\nset:\n  south.no_deal: {{low: 0.1, mode: 0.2, "
    "high: 0.3}}\n"
)
SHOTS = [f"2024-{month:02}-{day:02},{day % 5}" for month in range(5, 11) for day in range(1, 31)]
GIVEN = {"shots.csv": "\n".join(["date,shots", *SHOTS, ""])} | {f"{x}.yaml": LEVER.format(x) for x in "ab"}


@dataclass(frozen=True)
class Block:
    """Lines that stand together as code, with the mark before them."""

    line: int
    language: str
    lines: tuple[str, ...]
    mark: tuple[str, str] = ("", "")

    @property
    def commands(self) -> Iterator[tuple[int, str]]:
        for number, line in enumerate(self.lines, self.line):
            yield from ((number, part.strip()) for part in line.split(";") if COMMAND.match(part.strip()))


def blocks(text: str) -> Iterator[Block]:
    """The fenced and indented blocks of a page."""
    mark, fence, start, held = ("", ""), "", 0, list[str]()
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if fence:
            if line.strip() == "```":
                yield Block(start, fence, tuple(held), mark)
                fence, mark, held = "", ("", ""), []
            else:
                held.append(line)
        elif line.strip().startswith("```"):
            fence, start = line.strip().removeprefix("```") or "text", number + 1
        elif line.startswith("    ") and line.strip():
            held, start = [*held, line.strip()], start if held else number
        else:
            if held:
                yield Block(start, "", tuple(held), mark)
                mark, held = ("", ""), []
            if found := MARK.match(line):
                mark = (found[1], found[2])
            elif line.strip():
                mark = ("", "")


def words(line: str) -> tuple[list[str], str]:
    """The arguments of a command, and the file that it is written to."""
    found = COMMAND.match(line)
    assert found
    said = re.split(r"\s{2,}|\s#", found[1])[0]
    said, _, to = said.partition(" > ")
    return shlex.split(said), to.strip()


def quick(asked: list[str]) -> list[str]:
    """The command with few draws, and one lens or paper where none is named."""
    more = QUICK.get(asked[0], ())
    pairs = [more[i : i + 2] for i in range(0, len(more), 2)]
    return [*asked, *(word for pair in pairs if pair[0] not in asked and "--help" not in asked for word in pair)]


def workshop(folder: Path, text: str) -> None:
    """The invented case to write into, the others to read, a case of the reader's own unless the page makes one, and
    files."""
    shutil.copytree(HARBOUR, folder / "cases" / "harbour")
    for case in HARBOUR.parent.iterdir():
        if case != HARBOUR:
            (folder / "cases" / case.name).symlink_to(case)
    if "winset new my-case" not in text:
        write_starter(folder / "my-case")
    for name, content in GIVEN.items():
        (folder / name).write_text(content)


def shown(page: Path) -> list[Block]:
    return list(blocks(page.read_text(encoding="utf-8")))


def tried(page: Path, block: Block) -> bool:
    """Python without prompts is run in the pages for doing; elsewhere it is a part of something."""
    return block.language == "python" and page.parent.name in ("do", "learn") and block.mark[0] != "not run"


TOLD = [page for page in PAGES if any([*b.commands] or tried(page, b) for b in shown(page))]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What one page has asked of the invented case no other asks anew."""
    return tmp_path_factory.mktemp("store")


@pytest.mark.parametrize("page", TOLD, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_the_commands_of_a_page_run(page: Path, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WINSET_STORE", str(store))
    text = page.read_text(encoding="utf-8")
    workshop(tmp_path, text)
    monkeypatch.chdir(tmp_path)
    for block in blocks(text):
        kind, said = block.mark
        if kind == "file":
            Path(said).write_text("\n".join(block.lines) + "\n", encoding="utf-8")
        if tried(page, block):
            exec(compile("\n".join(block.lines), str(page), "exec"), {})
        for number, line in block.commands:
            asked, to = words(line)
            if kind == "not run":
                parsed(asked)
                continue
            with few.quick() if asked[0] == "robust" else nullcontext():
                result = CliRunner().invoke(main, quick(asked))
            assert result.exit_code == 0, (f"{page.name}:{number}", asked, result.stderr, result.exception)
            if to:
                Path(to).write_text(result.stdout, encoding="utf-8")


def parsed(asked: list[str]) -> None:
    """See that a command that is not run has such options and arguments."""
    command: click.Command = main
    while isinstance(command, click.Group):
        assert asked[0] in command.commands, f"no command {asked[0]}"
        command, asked = command.commands[asked[0]], asked[1:]
    command.make_context(command.name, asked)


def test_pages_name_targets_that_make_has() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    for page in PAGES:
        named = {m[1] for b in shown(page) for line in b.lines if (m := MADE.match(line))}
        assert named <= targets, (page.name, named - targets)


def test_every_mark_stands_before_a_block() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        meant = re.findall(r"^ *<!-- (?:file|not run): .+ -->$", text, re.M)
        assert len(meant) == sum(bool(b.mark[0]) for b in blocks(text)), page.name
        assert text.count("<!-- file:") + text.count("<!-- not run:") == len(meant), page.name


def test_a_page_that_is_wrong_is_found() -> None:
    text = (
        "# Page\n\n    winset run my-case --drawz 3   too many\n\n<!-- not run: it is long -->\n\n    winset verify x; "
        "winset new y\n\n```sh\nwinset cite z > a.bib\n```\n\nwinset is a word here.\n"
    )
    found = [(b.mark, [line for _, line in b.commands]) for b in blocks(text)]
    assert found == [
        (("", ""), ["winset run my-case --drawz 3   too many"]),
        (("not run", "it is long"), ["winset verify x", "winset new y"]),
        (("", ""), ["winset cite z > a.bib"]),
    ]
    assert words(found[2][1][0]) == (["cite", "z"], "a.bib")
    with pytest.raises(click.UsageError, match="drawz"):
        parsed(words(found[0][1][0])[0])
    assert quick(["run", "x", "--lens", "process"]) == ["run", "x", "--lens", "process", "--draws", "4"]
