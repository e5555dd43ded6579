"""Series that no run could use: refused when they are imported and when a case is loaded, with file and line."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from pathlib import Path

import pytest

from tests.case.broken import copy, problems, said
from tests.formats import event_files as make
from winset.case.load import load
from winset.case.series_rows import MOST_COLUMNS
from winset.errors import SettingError
from winset.formats.event_import import import_events

DAYS = ["2024-03-01,3,0", "2024-03-02,,1", "2024-03-03,5,2.5"]
PARTIES = {"side_a": "Sarrow", "side_b": "Tavenna", "gwnoa": "", "gwnob": "", "country": "Sarrow"}


def imported(tmp_path: Path, text: str) -> Path:
    case = copy(tmp_path)
    import_events(make.put(tmp_path, text), case, id="new", had=dt.date(2024, 10, 1))
    return case


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("date,n\n2024-03-01,3\n2024-03-02,-1\n", r"events\.csv:3: n: -1 is not a number from 0"),
        ("date,n\n2024-03-01,1e12\n", r"events\.csv:2: n: 1e\+12 is not a number"),
        ("date,n\n2024-03-01,1e308\n", r"events\.csv:2: n: 1e\+308 is not a number"),
        ("date,source,target,kind\n2024-03-01,1,2,3\n", "'source' has a meaning of its own"),
        ("date,public,x\n2024-03-01,1,2\n", "'public' has a meaning of its own"),
        ("Date,date\n2024-03-01,1\n", "'date' has a meaning of its own"),
        ("date," + ",".join(f"c{k}" for k in range(20_000)) + "\n2024-03-01" + ",1" * 20_000 + "\n", "20,000 columns"),
    ],
)  # fmt: skip
def test_what_is_not_imported(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SettingError, match=says):
        imported(tmp_path, text)
    assert not (tmp_path / "harbour" / "series.yaml").exists()


def by_hand(case: Path, change: tuple[str, str], name: str = "series/new.csv") -> None:
    """A series changed by somebody who also sets its hash and columns right."""
    old = (case / name).read_bytes()
    new = old.decode().replace(*change, 1).encode()
    assert old != new
    (case / name).write_bytes(new)
    listing = (case / "series.yaml").read_text(encoding="utf-8")
    listing = listing.replace(hashlib.sha256(old).hexdigest(), hashlib.sha256(new).hexdigest())
    columns = "".join(f"  - {c}\n" for c in new.decode().split("\n")[0].split(","))
    (case / "series.yaml").write_text(
        re.sub(r"  columns:\n(?:  - .*\n)+", f"  columns:\n{columns}", listing), encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("change", "file", "line", "says"),
    [
        (("02,,1", "02,-1,1"), "series/new.csv", 3, "n: -1 is not a number from 0 to 1,000,000,000"),
        (("02,,1", "02,1e12,1"), "series/new.csv", 3, "n: 1e12 is not"),
        (("02,,1", "02,nan,1"), "series/new.csv", 3, "n: nan is not"),
        (("02,,1", "02,x,1"), "series/new.csv", 3, "n: x is not"),
        (("2024-03-03", "2024-13-03"), "series/new.csv", 4, "date: 2024-13-03 is no day"),
        (("2024-03-03", "2024-03-02"), "series/new.csv", 4, "is not after the row before it"),
        (("2024-03-03", "2025-03-03"), "series/new.csv", 4, "lies outside 2024-03-01 to 2024-03-03"),
        (("date,n,line", "date,public,line"), "series.yaml", 3, "'public' has a meaning of its own"),
        (("date,n,line", "date,source,kind"), "series.yaml", 3, "'source' has a meaning of its own"),
        (("date,n,line", "day,n,line"), "series.yaml", 3, "the column `date`"),
    ],
)
def test_what_is_not_loaded(tmp_path: Path, change: tuple[str, str], file: str, line: int, says: str) -> None:
    case = imported(tmp_path, "\n".join(["date,n,line", *DAYS]) + "\n")
    assert problems(case) == ()
    by_hand(case, change)
    found = said(case, says, file)
    assert found.line == line and found.remedy


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("2024-03-11,2024-03-11", "2024-03-11,2024-03-10"), "public: 2024-03-10 lies before the day itself"),
        ((",2.0,", ",1e300,"), "best: 1e300 is not"),
        (("date,public", "date,known"), "the columns of a ucdp series are date,public"),
    ],
)
def test_counts_of_events_that_are_not_loaded(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    case = imported(tmp_path, make.ucdp({"date_start": "2024-03-11", **PARTIES}))
    assert problems(case) == ()
    by_hand(case, change)
    said(case, says)


def test_as_many_columns_as_are_taken_and_gaps_load(tmp_path: Path) -> None:
    names = ",".join(f"c{k}" for k in range(MOST_COLUMNS))
    case = imported(tmp_path, f"date,{names}\n2024-03-01{',1' * MOST_COLUMNS}\n2024-03-05{',' * MOST_COLUMNS}\n")
    (series,) = load(case).series
    assert len(series.columns) == MOST_COLUMNS
