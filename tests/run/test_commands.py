"""The store on the command line: kept, measured, pruned; shares of a run."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.cases import ROOT
from winset.cli import working
from winset.cli.main import main
from winset.cli.working import usual
from winset.run.store import Store

HARBOUR = str(ROOT / "cases" / "harbour")
ASK = ["run", HARBOUR, "--draws", "16", "--lens", "ledger", "--lens", "endurance", "--json"]


def told(*words: str, status: int = 0) -> str:
    result = CliRunner().invoke(main, list(words))
    assert result.exit_code == status, result.output
    return result.stdout if not status else result.output


def test_a_repeat_takes_what_is_kept_and_gives_the_same_bytes(tmp_path: Path) -> None:
    place = str(tmp_path / "store")
    plain = told(*ASK)
    assert told(*ASK, "--store", place) == plain
    before = json.loads(told("store", "--store", place, "--json"))
    assert told(*ASK, "--store", place) == plain
    after = json.loads(told("store", "--store", place, "--json"))
    assert before["entries"] == after["entries"] > 0 and before["bytes"] == after["bytes"] > 0
    gone = json.loads(told("store", "--store", place, "--prune", "--json"))
    assert gone["pruned"] == before["entries"] and gone["freed"] == before["bytes"] and gone["entries"] == 0
    assert told(*ASK, "--store", place) == plain


def test_shares_and_then_the_whole(tmp_path: Path) -> None:
    place = str(tmp_path / "store")
    for share in ("1/2", "2/2"):
        assert f"share {share[0]} of 2" in told(*ASK[:-1], "--store", place, "--shard", share)
    assert told(*ASK, "--store", place) == told(*ASK)


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        (["--no-store", "--workers", "2"], True),
        (["--store", "new", "--workers", "2"], True),
        (["--store", "held", "--workers", "2"], False),  # all may be kept there, since the case was written
        (["--store", "empty", "--workers", "2"], True),
        (["--no-store", "--workers", "1"], False),
    ],
)
def test_the_server_of_processes_is_begun_where_workers_will_be_wanted(
    words: list[str], begins: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[bool] = []
    monkeypatch.setattr(working.server, "begin", lambda: begun.append(True))
    monkeypatch.chdir(tmp_path)
    Store.at(tmp_path / "held").put("ab" * 32, b"kept")
    (tmp_path / "empty").mkdir()
    told(*ASK, *words, "--shard", "none", status=2)
    assert begun == [True] * begins


@pytest.mark.parametrize("name", ["positions.csv", "series/strikes.csv"])
def test_a_case_that_was_changed_after_what_is_kept_wants_workers(name: str, tmp_path: Path) -> None:
    store, case = tmp_path / "store", tmp_path / "case"
    for path in (store / "ab" / "c", case / "case.yaml", case / name):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for path in (store / "ab", case / "case.yaml", case / name, case / "series"):
        if path.exists():
            os.utime(path, (1_000, 1_000))
    assert working._lacking(None, case) and working._lacking(tmp_path / "none", case)
    assert not working._lacking(store, case) and not working._lacking(store, None)
    os.utime(case / name, (1_001, 1_001))
    assert working._lacking(store, case)
    (store / "ab" / "c").unlink()
    (store / "ab").rmdir()
    os.utime(case / name, (1_000, 1_000))
    assert working._lacking(store, case)  # it is empty


@pytest.mark.parametrize("share", ["0/2", "3/2", "a/b", "2", "1/2/3"])
def test_a_share_that_is_none_is_refused(tmp_path: Path, share: str) -> None:
    words = [*ASK, "--store", str(tmp_path / "store"), "--shard", share]
    assert "--shard is K/N" in told(*words, status=2)


def test_a_share_without_a_store_is_refused() -> None:
    assert "give --store FOLDER" in told(*ASK, "--no-store", "--shard", "1/2", status=2)


def test_a_folder_that_is_no_store_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    assert "no store of winset" in told(*ASK, "--store", str(tmp_path), status=1)
    assert "no store of winset" in told("store", "--store", str(tmp_path), "--prune", status=1)
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


def test_where_it_usually_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert usual() is None  # off in tests
    monkeypatch.setenv("WINSET_STORE", str(tmp_path))
    assert usual() == tmp_path
    monkeypatch.delenv("WINSET_STORE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert usual() == tmp_path / "winset"


@pytest.mark.parametrize("given", ["many", "0", "-1", "2.5", "²"])
def test_a_number_of_workers_that_is_none_is_said(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WINSET_WORKERS", given)
    assert "WINSET_WORKERS must be a whole number" in told(*ASK, status=1)


def test_without_the_exact_half_the_plans_are_judged_and_no_package_is_searched() -> None:
    ask = ["run", HARBOUR, "--draws", "16", "--lens", "settlement", "--json", "--no-store"]
    whole, judged = (
        {t["key"]: t for t in json.loads(told(*words))["results"][0]["tables"]} for words in (ask, [*ask, "--no-exact"])
    )
    assert {"zone", "solutions"} <= whole.keys() and not {"zone", "solutions", "guarantees"} & judged.keys()
    assert judged["odds"] == whole["odds"] and judged["record"] == whole["record"]
