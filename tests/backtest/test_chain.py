"""The public record: append-only, and no line can be changed without the chain breaking."""

from __future__ import annotations

import json

import pytest

from tests.test_cli import HARBOUR, good, refused
from winset.backtest import chain
from winset.errors import DossierError

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
