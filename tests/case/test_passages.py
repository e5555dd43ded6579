"""Verifying passages: what becomes of each when the source text changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.case.broken import HARBOUR
from winset.case.anchor import anchor
from winset.case.canon import canonical, digest
from winset.case.load import load
from winset.case.model import Case, Passage
from winset.case.passages import verify
from winset.errors import SettingError

LEDGER = "sarrow-ledger.txt"


@pytest.fixture(scope="module")
def case() -> Case:
    return load(HARBOUR)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    return Path(shutil.copytree(HARBOUR / "texts", tmp_path / "texts"))


def ledger(case: Case) -> list[Passage]:
    return [p for p in case.passages if p.source == "sarrow-ledger"]


def words(case: Case, passage: str) -> str:
    """The words of a passage, as the canonical text has them."""
    p = case.passage[passage]
    text = canonical((HARBOUR / "texts" / case.source[p.source].file).read_text(encoding="utf-8"))
    return text[p.start : p.end]


def change(texts: Path, old: str, new: str) -> None:
    text = (texts / LEDGER).read_text(encoding="utf-8")
    assert old in text
    (texts / LEDGER).write_text(text.replace(old, new, 1), encoding="utf-8")


def status(case: Case, texts: Path) -> dict[str, str]:
    return {c.passage: c.status for c in verify(case, texts).checks}


def test_all_exact_against_its_own_texts(case: Case, texts: Path) -> None:
    found = verify(case, texts)
    assert found.counts == {"exact": len(case.passages), "moved": 0, "altered": 0, "orphan": 0}
    assert found.missing == found.changed == ()


def test_typography_moves_nothing(case: Case, texts: Path) -> None:
    text = (texts / LEDGER).read_text(encoding="utf-8")
    for old, new in (
        ("\u2019", "'"),
        ("\u201c", "\u00ab"),
        ("\u201d", '"'),
        (" ", "  "),
        ("\n", "\r\n\r\n\t"),
        ("-", "\u2013"),
    ):
        text = text.replace(old, new)
    (texts / LEDGER).write_text("\ufeff \n" + text, encoding="utf-8")
    found = verify(case, texts)
    assert found.counts["exact"] == len(case.passages) and found.changed == ()


def test_collapsed_spaces_move_nothing(case: Case, texts: Path) -> None:
    (texts / LEDGER).write_text(" ".join((texts / LEDGER).read_text(encoding="utf-8").split()), encoding="utf-8")
    assert verify(case, texts).counts["exact"] == len(case.passages)


def test_a_paragraph_before(case: Case, texts: Path) -> None:
    extra = "A new first paragraph.\n\n"
    (texts / LEDGER).write_text(extra + (texts / LEDGER).read_text(encoding="utf-8"), encoding="utf-8")
    found = verify(case, texts)
    moved = {c.passage: c.start for c in found.checks if c.status == "moved"}
    assert moved == {p.id: p.start + len(canonical(extra)) + 1 for p in ledger(case)}
    assert found.changed == ("sarrow-ledger",)


def test_edited_words_in_one_passage(case: Case, texts: Path) -> None:
    change(texts, "a third of its export earnings", "a tenth of its export earnings")
    after = status(case, texts)
    assert after["s02"] == "altered"
    assert {s for p, s in after.items() if p != "s02"} == {"exact"}


def test_a_longer_wording_in_one_passage(case: Case, texts: Path) -> None:
    change(texts, "a third of its export earnings", "some part, perhaps a third, of its export earnings")
    after = status(case, texts)
    later = {p.id for p in ledger(case) if p.start > case.passage["s02"].start}
    assert after["s02"] == "altered"
    assert {after[p] for p in later} == {"moved"}
    assert after["s01"] == "exact"


@pytest.mark.parametrize("passage", ["s01", "s05", "s09", "t03"])
def test_a_passage_taken_out(case: Case, texts: Path, passage: str) -> None:
    file = texts / case.source[case.passage[passage].source].file
    text = canonical(file.read_text(encoding="utf-8"))
    assert words(case, passage) in text
    file.write_text(text.replace(words(case, passage), "", 1), encoding="utf-8")
    assert status(case, texts)[passage] == "orphan"


def test_a_passage_and_all_around_it_rewritten(case: Case, texts: Path) -> None:
    (texts / LEDGER).write_text("Nothing of the old text is left. " * 80, encoding="utf-8")
    after = status(case, texts)
    assert {after[p.id] for p in ledger(case)} == {"orphan"}


def test_missing_text(case: Case, texts: Path) -> None:
    (texts / LEDGER).unlink()
    found = verify(case, texts)
    assert found.missing == ("sarrow-ledger",)
    assert found.counts["orphan"] == len(ledger(case))
    assert found.counts["exact"] == len(case.passages) - len(ledger(case))


def test_empty_binary_linked_and_huge_texts(case: Case, texts: Path, tmp_path: Path) -> None:
    (texts / LEDGER).write_bytes(b"")
    assert verify(case, texts).counts["orphan"] == len(ledger(case))
    (texts / LEDGER).write_bytes(bytes(range(256)) * 8)
    assert verify(case, texts).counts["orphan"] == len(ledger(case))
    (texts / LEDGER).unlink()
    shutil.copy(HARBOUR / "texts" / LEDGER, tmp_path / "outside.txt")
    (texts / LEDGER).symlink_to(tmp_path / "outside.txt")
    assert verify(case, texts).missing == ("sarrow-ledger",)
    (texts / LEDGER).unlink()
    with (texts / LEDGER).open("wb") as file:
        file.truncate(100 * 2**20)
    assert verify(case, texts).missing == ("sarrow-ledger",)


def test_no_such_folder(case: Case, tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="no folder"):
        verify(case, tmp_path / "none")


def one(text: str, quote: str) -> Case:
    """A case of one passage, `quote`, in the canonical `text`."""
    import dataclasses

    case = load(HARBOUR)
    row = anchor(text, quote)
    source = case.sources[0].model_copy(update={"canonical_sha256": digest(text), "characters": len(text), "zones": ()})
    passage = Passage(id="p", source=source.id, attribution="author", gist="x", **row)  # type: ignore[arg-type]
    return dataclasses.replace(case, sources=(source,), passages=(passage,))


@pytest.mark.parametrize("part", [slice(0, 40), slice(5, 50), slice(-40, None), slice(-50, -5)])
def test_altered_at_either_end_of_a_text(tmp_path: Path, part: slice) -> None:
    text = " ".join(f"word{i:03}" for i in range(60))
    quote = text[part].strip()
    case = one(text, quote)
    (tmp_path / LEDGER).write_text(text.replace(quote, quote[:10] + "ZZZZ" + quote[14:]), encoding="utf-8")
    (check,) = verify(case, tmp_path).checks
    assert (check.status, check.start) == ("altered", text.index(quote))


def test_words_twice_are_told_apart_by_what_stands_before(tmp_path: Path) -> None:
    quote = "the same twenty-odd words again"
    text = f"First paragraph, which is quite long. {quote}. And so it ends."
    case = one(text, quote)
    new = f"A quite different beginning here: {quote}. And a middle. {text}"
    (tmp_path / LEDGER).write_text(new, encoding="utf-8")
    (check,) = verify(case, tmp_path).checks
    assert (check.status, check.start) == ("moved", new.rindex(quote))


def test_anchor_refuses(case: Case) -> None:
    text = "one two three four five six seven eight nine ten. " * 2
    for quote, what in (
        ("short", "20 to 400"),
        ("nowhere in this whole text", "not in the text"),
        ("one two three four five six", "more than once"),
    ):
        with pytest.raises(SettingError, match=what):
            anchor(text, quote)


@given(st.text(alphabet=" \n\t\u00a0\u2003abcé\u0301\u201c\u2019\u2013\u2026\ufeff\u00ad'\"-.", max_size=60))
def test_canonical_is_settled_after_one_pass(raw: str) -> None:
    once = canonical(raw)
    assert canonical(once) == once
    assert "  " not in once and once == once.strip()
