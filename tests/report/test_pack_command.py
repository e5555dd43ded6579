"""`winset pack` as its users meet it: files whole or none, its own replaced and others' not, refusals in plain
words.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.case.broken import HARBOUR
from tests.test_cli import good, refused, winset
from winset import run as engine
from winset.writing import ours

QUICK = ("pack", HARBOUR, "--draws", 4, "--only", "actors")


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


def test_it_writes_the_paper_the_report_and_the_list_of_them(tmp_path: Path) -> None:
    told = good(*QUICK, "--out", tmp_path / "a").stdout
    held = bytes_of(tmp_path / "a")
    assert {"actors.docx", "actors.html", "actors.xlsx", "actors.png", "actors.svg", "actors.who.csv"} <= set(held)
    assert {"report.html", "result.json", "pack.json"} <= set(held)
    assert sorted(Path(line).name for line in told.split()) == sorted(held)
    assert set(json.loads(held["pack.json"])["files"]) == set(held) - {"pack.json"}
    good(*QUICK, "--out", tmp_path / "b")
    assert bytes_of(tmp_path / "b") == held, "the same seed gives the same bytes"
    good(*QUICK, "--out", tmp_path / "a")
    assert bytes_of(tmp_path / "a") == held, "its own files are replaced"


@pytest.mark.parametrize("name", ["actors.docx", "actors.html"])
def test_a_paper_that_was_edited_is_left_alone(tmp_path: Path, name: str) -> None:
    good(*QUICK, "--out", tmp_path)
    paper = tmp_path / name
    assert ours(paper)
    paper.write_bytes(paper.read_bytes() + b"edited")
    before = bytes_of(tmp_path)
    assert not ours(paper)
    said = refused(*QUICK, "--out", tmp_path)
    assert f"{name}: winset did not write what stands there" in said and "--force" in said
    assert bytes_of(tmp_path) == before
    good(*QUICK, "--out", tmp_path, "--force")
    assert ours(paper)


def test_a_list_that_is_no_plain_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pack.json")
    (tmp_path / "actors.docx").write_text("mine")
    said = refused(*QUICK, "--out", tmp_path)
    assert "pack.json: it is a named pipe" in said and "actors.docx: winset did not write" in said


def test_an_earlier_pack_stays_known(tmp_path: Path) -> None:
    good(*QUICK, "--out", tmp_path)
    good("pack", HARBOUR, "--draws", 4, "--only", "cards", "--out", tmp_path)
    assert ours(tmp_path / "actors.docx") and ours(tmp_path / "cards.docx")


@pytest.mark.parametrize("name", ["actors.who.csv", "actors.png"])
def test_what_others_wrote_is_not_replaced(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    assert "winset did not write" in refused(*QUICK, "--out", tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == [name] and (tmp_path / name).read_text() == "mine"


def test_an_interrupt_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(engine, "look", stop)
    result = winset("pack", HARBOUR, "--draws", 4, "--only", "memo", "--out", tmp_path)
    assert result.exit_code == 130 and "nothing was left half-written" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_refusals(tmp_path: Path) -> None:
    def no(*words: object) -> str:
        return refused("pack", HARBOUR, "--out", tmp_path, "--draws", 4, *words)

    assert "unknown paper letter; one of memo" in no("--only", "letter")
    assert "needs something to compare: give --since DATE or --against RUN" in no("--only", "change")
    assert "is not before 2024-05-31" in no("--since", "2024-06-01", "--as-of", "2024-05-31", "--only", "change")
    assert "not both" in no("--since", "2024-06-01", "--against", tmp_path, "--only", "change")
    assert "cannot read" in no("--against", tmp_path / "none")
    assert "unknown lens settelment" in no("--lens", "settelment", "--only", "memo")
    assert list(tmp_path.iterdir()) == []
    assert "Missing option" in refused("pack", HARBOUR, code=2)


def test_a_change_note_against_an_earlier_pack(tmp_path: Path) -> None:
    base = ("pack", HARBOUR, "--draws", 8, "--lens", "endurance")
    good(*base, "--only", "actors", "--as-of", "2024-08-01", "--out", tmp_path / "then")
    good(*base, "--only", "change", "--against", tmp_path / "then", "--out", tmp_path / "now", "--seed", 2)
    page = (tmp_path / "now" / "change.html").read_text(encoding="utf-8")
    assert "Since 1 Aug 2024 (an earlier run)" in page
    assert "The two runs differ in more than the facts: seed 1 then, 2 now." in page
    good(*base, "--only", "change", "--since", "2024-08-01", "--out", tmp_path / "since")
    page = (tmp_path / "since" / "change.html").read_text(encoding="utf-8")
    assert "Since 1 Aug 2024 57 facts became public" in page and "differ in more" not in page
