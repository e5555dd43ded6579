"""What a case may say and need not: the place of an event, and pauses."""

import datetime as dt
from pathlib import Path

from tests.case.broken import copy
from winset.case.load import load


def test_a_table_of_events_may_have_places(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    assert all(e.place is None for e in load(folder).events)
    path = folder / "events.csv"
    header, first, *rest = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([f"{header},place", f"{first},callis", *(f"{row}," for row in rest)]), encoding="utf-8")
    assert [e.place for e in load(folder).events][:2] == ["callis", None]


def test_a_case_may_have_pauses_and_may_have_none(tmp_path: Path) -> None:
    folder = copy(tmp_path)
    (pause,) = load(folder).calendar
    assert (pause.from_, pause.to, pause.actors) == (dt.date(2024, 10, 5), dt.date(2024, 10, 20), ("merrin", "aren"))
    path = folder / "case.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("calendar:")] + text[text.index("missing_voices:") :], encoding="utf-8")
    assert load(folder).calendar == ()
