"""The public record: append-only, and no line can be changed without the chain breaking."""

from __future__ import annotations

import json
import os

import pytest

from tests.test_cli import HARBOUR, good, refused
from winset.backtest import chain
from winset.errors import DossierError, SettingError, WinsetError

ROWS = [
    {
        "kind": "forecast",
        "id": f"q{i}@2024-01-01@abc",
        "case": "c",
        "who": "winset",
        "chance": i / 10,
        "cluster": f"k{i}",
    }
    for i in range(5)
]


FEW = [w for s in ("paths.draws=16", "paths.paths=256", "backtest.draws=16") for w in ("--set", s)]


@pytest.fixture
def record(tmp_path):
    path = tmp_path / "forecasts.jsonl"
    chain.append(path, ROWS)
    return path


def test_what_is_there_is_not_added_again(record):
    before = record.read_bytes()
    assert chain.append(record, ROWS) == [] and record.read_bytes() == before
    assert len(chain.append(record, [{**ROWS[0], "id": "new"}])) == 1
    assert record.read_bytes().startswith(before)


@pytest.mark.parametrize("at", range(5))
def test_no_line_can_be_changed_left_out_or_moved(record, at):
    lines = record.read_text().splitlines()
    changed = json.loads(lines[at])
    changed["chance"] = 0.99
    left_out = [*lines[:at], *lines[at + 1 :]]
    for bad in (
        [*lines[:at], json.dumps(changed, sort_keys=True), *lines[at + 1 :]],
        left_out if at < 4 else lines[::-1],
        [*lines, lines[at]],
    ):
        record.write_text("\n".join(bad) + "\n")
        with pytest.raises(DossierError, match="chain breaks"):
            chain.read(record)


def test_a_line_that_is_no_line_is_told(record):
    record.write_text(record.read_text() + "not json\n")
    with pytest.raises(DossierError, match=r"forecasts.jsonl:6"):
        chain.read(record)


@pytest.mark.parametrize("data", [b"\xff\xfe{", b'{"kind": ' + b"[" * 100_000])
def test_what_is_no_text_or_nested_without_end_is_refused(record, data):
    record.write_bytes(data)
    with pytest.raises(WinsetError, match=r"not UTF-8|chain breaks"):
        chain.read(record)


def test_a_pipe_or_a_circle_of_links_is_no_record_and_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "one").symlink_to(tmp_path / "two")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    for name in ("pipe", "one", "."):
        with pytest.raises(SettingError):
            chain.read(tmp_path / name)


def test_a_separator_of_lines_within_a_title_ends_no_line(record):
    chain.append(record, [{**ROWS[0], "id": "odd", "question": "one\u2028two\x85three"}])
    assert len(chain.read(record)) == 6


@pytest.mark.parametrize(
    "change", [{"who": None}, {"chance": "half"}, {"chance": 1.5}, {"cluster": 3}, {"chance": True}]
)
def test_a_sealed_line_that_could_not_be_scored_is_told(record, change):
    lines = chain.read(record)
    sealed = chain.sealed({**ROWS[0], "id": "new", **change}, lines[-1].digest)
    record.write_text(record.read_text() + sealed.text + "\n")
    with pytest.raises(DossierError, match=r"forecasts.jsonl:6.*a forecast needs its"):
        chain.read(record)


def test_a_resolution_has_a_date_and_its_table_is_a_table(record):
    lines, head = chain.read(record), "id,state,date,basis\n"
    for row, said in (("someday", "is not a date"), ('"2024-02-01', "not CSV"), ("x" * 200_000, "not CSV")):
        with pytest.raises(DossierError, match=said):
            chain.resolutions(f"{head}q1@2024-01-01@abc,yes,{row},report: A", "r.csv", lines)


def test_resolutions_are_checked_all_at_once(record):
    lines = chain.read(record)
    text = "id,state,date,basis\nq9@x,yes,2024-02-01,report: A, 2024-02-01\nq1@2024-01-01@abc,perhaps,2024-02-01,\n"
    with pytest.raises(DossierError) as error:
        chain.resolutions(text, "r.csv", lines)
    assert len(error.value.problems) == 3
    good_rows = chain.resolutions("id,state,date,basis\nq1@2024-01-01@abc,yes,2024-02-01,report: A\n", "r.csv", lines)
    chain.append(record, good_rows)
    states = {said["id"]: state for said, state in chain.scored(chain.read(record))}
    assert states["q1@2024-01-01@abc"] == "yes" and states["q2@2024-01-01@abc"] == "pending"


def test_from_the_command_line(tmp_path):
    record = tmp_path / "f.jsonl"
    keep = ("--store", tmp_path / "kept")
    add = ("forecast", HARBOUR, "--record", record, "--as-of", "2024-08-01", *keep, *FEW)
    assert "added to" in good(*add).stdout and "has them all" in good(*add).stdout
    assert "The chain is whole" in good("resolve", record).stdout
    lines = [json.loads(text) for text in record.read_text().splitlines()]
    who = {"winset", "ours", "base rate", "nothing changes"}
    assert who == {x["who"] for x in lines if x["id"].startswith(lines[0]["id"])}
    (tmp_path / "r.csv").write_text(f"id,state,date,basis\n{lines[0]['id']},no,2024-09-15,report: The Gazette\n")
    told = json.loads(good("resolve", record, "--with", tmp_path / "r.csv", "--json").stdout)
    assert told["states"]["no"] == 4 and set(told["brier"]) == who  # one resolution for all who forecast it
    assert "no forecast yet" in refused("resolve", tmp_path / "none.jsonl")
    assert "not a plain file" in refused("forecast", HARBOUR, "--record", tmp_path)
    told = json.loads(good("backtest", HARBOUR, "--json", *keep).stdout)
    assert told["questions_scored"] > 0 and told["cases"] == ["harbour"]
