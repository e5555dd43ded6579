"""The tables as data: what is in the files, that the dictionary tells all of it, and what is replaced."""

from __future__ import annotations

import dataclasses
import io
import json
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from tests.report import sample
from tests.test_cli import good, refused
from tests.test_unbroken import HARBOUR
from winset.report import to_data
from winset.result import Cited, Column, Table
from winset.writing import DATA, digest, ours

RUN = ("run", HARBOUR, "--draws", 2, "--brief")
ODD = Table(
    "odd",
    "Odd cells",
    (
        Column("text", "A text"),
        Column("months", "Months to go", "number", "months"),
        Column("share", "A share", "share"),
        Column("when", "When", "date"),
    ),
    (
        ("=1+1", 1 / 3, Cited(0.25, ("south.no_deal",)), "2024-03-01"),
        ('say "no",\nor', "never", None, "2024-03-02"),
        ("", float("inf"), float("nan"), ""),
    ),
)


def report():
    made = sample.report()
    first = dataclasses.replace(made.results[0], tables=(*made.results[0].tables, ODD))
    return dataclasses.replace(made, results=(first, *made.results[1:]))


FILES = to_data(report())
LENS = report().results[0].lens


def frames(name: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A table as a reader of the dictionary would read its CSV, and its Parquet."""
    types = {"string": pl.String, "number": pl.Float64, "date": pl.Date}
    listed = next(r for r in json.loads(FILES[DATA])["resources"] if r["path"] == f"{name}.csv")
    schema = {field["name"]: types[field["type"]] for field in listed["schema"]["fields"]}
    return pl.read_csv(io.BytesIO(FILES[f"{name}.csv"]), schema=schema), pl.read_parquet(
        io.BytesIO(FILES[f"{name}.parquet"])
    )


def test_every_table_is_there_twice_and_reads_the_same() -> None:
    names = {f"{r.lens}.{t.key}": t for r in report().results for t in r.tables}
    assert set(FILES) == {f"{n}.{form}" for n in (*names, "findings") for form in ("csv", "parquet")} | {
        "dictionary.csv",
        DATA,
    }
    for name, table in names.items():
        csv, parquet = frames(name)
        if name != f"{LENS}.odd":  # its formula is guarded in CSV
            assert_frame_equal(csv, parquet)
            assert_frame_equal(parquet, table.frame(), rel_tol=1e-11)


def test_cells_of_all_kinds() -> None:
    csv, parquet = frames(f"{LENS}.odd")
    assert parquet.rows() == [
        ("=1+1", "0.333333333333", 0.25, parquet["when"][0]),
        ('say "no",\nor', "never", None, parquet["when"][1]),
        (None, None, None, None),
    ]
    assert csv["text"][0] == "'=1+1" and csv.drop("text").rows() == parquet.drop("text").rows()
    assert str(parquet["when"][0]) == "2024-03-01"


def test_the_findings_of_all_lenses_are_one_table() -> None:
    csv, parquet = frames("findings")
    found = [f for r in report().results for f in r.findings]
    assert parquet["sentence"].to_list() == [f.sentence for f in found] and csv.height == len(found)
    assert parquet["value"].drop_nulls().len() == sum(isinstance(f.value, int | float) for f in found)


def test_the_dictionary_tells_every_column() -> None:
    told = pl.read_csv(io.BytesIO(FILES["dictionary.csv"]))
    columns = [
        (path.removesuffix(".parquet"), name)
        for path, data in FILES.items()
        if path.endswith(".parquet")
        for name in pl.read_parquet(io.BytesIO(data)).columns
    ]
    assert told.select("table", "column").rows() == columns
    assert told["meaning"].null_count() == told["label"].null_count() == 0
    months = told.filter(pl.col("column") == "months")
    assert months.select("type", "unit", "meaning").row(0) == ("string", "months", "months, or words where it has none")


def test_the_list_has_a_digest_of_each_file_and_says_how_it_was_made() -> None:
    listed = json.loads(FILES[DATA])
    assert {r["path"]: r["hash"] for r in listed["resources"]} == {
        name: f"sha256:{digest(data)}" for name, data in FILES.items() if name != DATA
    }
    assert listed["settings"]["seed"] == report().settings["seed"]
    assert len({r["name"] for r in listed["resources"]}) == len(listed["resources"])


def test_the_same_report_gives_the_same_bytes() -> None:
    assert to_data(report()) == FILES and list(FILES)[-1] == DATA, "the list is written last"


def test_a_second_run_replaces_its_own_and_leaves_what_was_changed(tmp_path: Path) -> None:
    good(*RUN, "--lens", "ledger", "--lens", "endurance", "--tables", tmp_path)
    assert all(ours(path) for path in tmp_path.iterdir())
    edited, mine = tmp_path / "endurance.clocks.csv", tmp_path / "mine.csv"
    edited.write_text("edited")
    mine.write_text("mine")
    good(*RUN, "--lens", "ledger", "--tables", tmp_path)
    names = {path.name for path in tmp_path.iterdir()}
    assert {n for n in names if n.startswith("endurance")} == {"endurance.clocks.csv"} and mine.exists()
    good(*RUN, "--lens", "ledger", "--tables", tmp_path / "new")
    assert {p.name: p.read_bytes() for p in (tmp_path / "new").iterdir()}.items() <= {
        p.name: p.read_bytes() for p in tmp_path.iterdir() if p.is_file()
    }.items(), "what stood there before changes no byte"
    said = refused(*RUN, "--lens", "endurance", "--tables", tmp_path)
    assert "endurance.clocks.csv: winset did not write what stands there" in said


def test_a_list_of_somebody_else_is_left_alone_and_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / DATA).write_text('{"resources": []}')
    assert f"{DATA}: winset did not write" in refused(*RUN, "--lens", "ledger", "--tables", tmp_path)
    out = tmp_path / "in"
    out.mkdir()
    away = tmp_path / "away.csv"
    away.write_text("mine")
    row = {"path": "../away.csv", "hash": f"sha256:{digest(b'mine')}"}
    (out / DATA).write_text(json.dumps({"written_by": "winset", "resources": [row, {"path": 3}, 5]}))
    good(*RUN, "--lens", "ledger", "--tables", out)
    assert away.read_text() == "mine", "only files of the folder itself are taken away"


@pytest.mark.parametrize("broken", ["[]", '{"written_by": "winset", "resources": 3}', "{"])
def test_a_broken_list_is_no_list(broken: str, tmp_path: Path) -> None:
    (tmp_path / DATA).write_text(broken)
    (tmp_path / "a.csv").write_text("mine")
    assert not ours(tmp_path / "a.csv")
