"""When the server of workers is begun before the case is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from winset.cli.working import _lacking


@pytest.mark.parametrize("name", ["positions.csv", "series/strikes.csv"])
def test_a_case_that_was_changed_after_what_is_kept_wants_workers(name: str, tmp_path: Path) -> None:
    store, case = tmp_path / "store", tmp_path / "case"
    for path in (store / "ab" / "c", case / "case.yaml", case / name):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    for path in (store / "ab", case / "case.yaml", case / name, case / "series"):
        if path.exists():
            os.utime(path, (1_000, 1_000))
    assert _lacking(None, case) and _lacking(tmp_path / "none", case)
    assert not _lacking(store, case) and not _lacking(store, None)
    os.utime(case / name, (1_001, 1_001))
    assert _lacking(store, case)
    (store / "ab" / "c").unlink()
    (store / "ab").rmdir()
    os.utime(case / name, (1_000, 1_000))
    assert _lacking(store, case)  # it is empty
