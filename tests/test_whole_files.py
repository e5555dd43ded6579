"""A file is written whole or not at all, with the mode that it had."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from winset import run as engine
from winset import writing
from winset.errors import SettingError


def test_files_are_whole_or_untouched(tmp_path: Path) -> None:
    """A limit on the size of files fails a write in the middle, as a full disk does."""
    engine.write_whole(tmp_path / "out", {"a": "old a", "b": "old b"})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, hard))
    try:
        with pytest.raises(SettingError, match="File too large"):
            engine.write_whole(tmp_path / "out", {"a": "new a", "b": "x" * (1 << 17)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert {p.name: p.read_text() for p in (tmp_path / "out").iterdir()} == {"a": "old a", "b": "old b"}


def test_interrupted_between_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.write_whole(tmp_path, {"a": "old a", "b": "old b"})

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "chmod", interrupt)
    with pytest.raises(KeyboardInterrupt):
        engine.write_whole(tmp_path, {"a": "new a", "b": "new b"})
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"a": "old a", "b": "old b"}


def test_a_folder_where_a_file_should_go(tmp_path: Path) -> None:
    engine.write_whole(tmp_path, {"a": "old a"})
    (tmp_path / "b").mkdir()
    with pytest.raises(SettingError, match="is a folder"):
        engine.write_whole(tmp_path, {"a": "new a", "b": "new b"})
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b"] and (tmp_path / "a").read_text() == "old a"


def test_a_new_file_has_the_mode_of_the_umask_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    for umask, mode in ((0o022, 0o644), (0o027, 0o640), (0o077, 0o600)):
        before = os.umask(umask)
        try:
            (path,) = engine.write_whole(tmp_path / str(umask), {"a": "é\n\u2028\n"})
        finally:
            os.umask(before)
        assert path.read_bytes() == "é\n\u2028\n".encode() and path.stat().st_mode & 0o777 == mode
    path.chmod(0o664)
    engine.write_whole(path.parent, {"a": "new"})
    assert path.read_text() == "new" and path.stat().st_mode & 0o777 == 0o664


def test_what_killed_runs_left_is_cleared_and_what_another_run_writes_stays(tmp_path: Path) -> None:
    left = tmp_path / f"{writing.STAGE}killed"
    left.mkdir()
    (left / "0").write_text("half")
    (tmp_path / f"{writing.STAGE}mine").write_text("a file of the user's")
    (tmp_path / ".winset-mine").mkdir()
    with writing._stage(tmp_path) as other:
        engine.write_whole(tmp_path, {"a": "new"})
        assert other.is_dir() and not left.exists()
    assert {p.name for p in tmp_path.iterdir()} == {"a", ".winset-mine", f"{writing.STAGE}mine"}
