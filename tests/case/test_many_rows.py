"""Twice as many rows take twice as long: lines of Python that are run are counted, not seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from tests.case.broken import HARBOUR, copy
from winset.case import consequences, passages, text
from winset.case.canon import canonical, digest
from winset.case.load import load
from winset.errors import DossierError

ROW = "z{k},2024-03-{day:02},day,,statement,CONSULT,,tavenna,sarrow,said,1,,,{ref},,{basis}\n"


def steps(work: Callable[[], Any]) -> int:
    """Lines of this package and of difflib that are run, one for every turn of a loop or comprehension."""
    count = 0

    def inside(frame: FrameType, what: str, _: Any) -> Any:
        nonlocal count
        count += what == "line"
        return inside

    def watch(frame: FrameType, what: str, _: Any) -> Any:
        name = frame.f_code.co_filename
        return inside if "/winset/case/" in name or name.endswith("difflib.py") else None

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def with_rows(folder: Path, n: int, basis: str, ref: str = "") -> Path:
    case = copy(folder / str(n))
    with (case / "events.csv").open("a", encoding="utf-8") as file:
        file.writelines(ROW.format(k=k, day=1 + k % 28, ref=ref, basis=basis.format(k=k)) for k in range(n))
    return case


def tried(case: Path) -> None:
    try:
        load(case)
    except DossierError as error:
        assert len(error.problems) >= 60


@pytest.mark.parametrize(
    ("basis", "ref"), [("report: Merrin Gazette", "e01"), ("passages: nosuch{k}", ""), ("report: x", "none")]
)
def test_sound_events_and_unknown_names(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, basis: str, ref: str) -> None:
    for module, name in ((text, "MOST_COMPARED"), (consequences, "MOST_COMPARED"), (consequences, "SLIPS")):
        monkeypatch.setattr(module, name, 20)  # past the search for slips, which is cut off at a number
    cases = [with_rows(tmp_path, n, basis, ref) for n in (80, 160, 320)]
    tried(cases[0])
    few, some, many = (steps(lambda case=case: tried(case)) for case in cases)
    assert many - some <= 2.3 * (some - few)


def test_a_text_is_digested_once_a_length_and_not_once_a_passage(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    case, asked = load(HARBOUR), 0
    for source in case.sources:
        (tmp_path / source.file).write_text("Quite another text, of other words. " * 60, encoding="utf-8")

    def counted(words: str) -> str:
        nonlocal asked
        asked += 1
        return digest(words)

    monkeypatch.setattr(passages, "digest", counted)
    assert passages.verify(case, tmp_path).counts["orphan"] == len(case.passages)
    long = len(canonical("Quite another text, of other words. " * 60))
    lengths = sum(len({p.end - p.start for p in case.passages if p.source == s.id}) for s in case.sources)
    assert asked <= (2 * len(case.sources) + lengths) * (long + 1) + len(case.passages) + len(case.sources)


def test_a_long_text_is_searched_where_the_words_beside_a_passage_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    case = load(HARBOUR)
    for source in case.sources:
        told = (HARBOUR / "texts" / source.file).read_text(encoding="utf-8")
        (tmp_path / source.file).write_text("A new first paragraph.\n\n" + told, encoding="utf-8")
    whole = passages.verify(case, tmp_path)
    monkeypatch.setattr(passages, "MOST_DIGESTS", 0)
    assert passages.verify(case, tmp_path) == whole
    assert whole.counts["moved"] == len(case.passages)
