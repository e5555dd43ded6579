"""The store: entries are whole or not there, and what is not ours is never taken for an answer."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import pickle
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.errors import SettingError
from winset.run.store import MARK, Store, packed, unpacked

KEY = "ab" + "0" * 62


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.at(tmp_path / "store")


def test_what_is_put_is_got_back_and_nothing_else(store: Store) -> None:
    assert store.get(KEY) is None
    store.put(KEY, b"answer")
    assert store.get(KEY) == b"answer" and store.get("cd" + KEY[2:]) is None
    assert [e.path for e in store.entries()] == [store.path(KEY)]


@pytest.mark.parametrize("harm", ["cut", "flip", "empty", "foreign", "other key", "folder"])
def test_a_damaged_or_foreign_entry_is_missing_and_is_made_again(store: Store, harm: str) -> None:
    store.put(KEY, b"answer" * 100)
    path, other = store.path(KEY), "ab" + "1" * 62
    data = path.read_bytes()
    if harm == "cut":
        path.write_bytes(data[:-1])
    elif harm == "flip":
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif harm == "empty":
        path.write_bytes(b"")
    elif harm == "foreign":
        path.write_bytes(b"not of winset")
    elif harm == "other key":
        store.put(other, b"another")
        path.write_bytes(store.path(other).read_bytes())
    else:
        path.unlink()
        path.mkdir()
    assert store.get(KEY) is None
    if harm != "folder":
        store.put(KEY, b"answer")
        assert store.get(KEY) == b"answer"


def test_nothing_half_written_is_left_and_pruning_clears_what_killed_runs_left(store: Store) -> None:
    store.put(KEY, b"answer")
    half = store.path(KEY).with_name(".half")
    half.write_bytes(b"x")
    assert [e.path for e in store.entries()] == [store.path(KEY)]
    store.prune(days=1)
    assert half.exists()  # young: it may be somebody's who is writing now
    os.utime(half, (0, 0))
    assert store.prune(days=1) == (0, 0) and not half.exists()


def test_pruning_takes_the_longest_unused_first(store: Store) -> None:
    keys = [f"{i:02x}" + "0" * 62 for i in range(4)]
    for age, key in enumerate(keys):
        store.put(key, b"x" * 1000)
        os.utime(store.path(key), (1e9 + age, 1e9 + age))
    size = next(store.entries()).size
    assert store.get(keys[0]) is not None  # used now
    assert store.prune(most=2 * size) == (2, 2 * size)
    assert [key for key in keys if store.get(key)] == [keys[0], keys[3]]
    assert store.prune(most=0)[0] == 2 and not list(store.entries())


def test_a_folder_with_other_things_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(SettingError, match="not empty and no store"):
        Store.at(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(SettingError, match="no store can be kept"):
        Store.at(tmp_path / "mine.txt" / "below")


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_store_that_cannot_be_written_still_answers(store: Store) -> None:
    store.put(KEY, b"answer")
    store.folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    store.put("cd" + KEY[2:], b"lost")
    assert store.get(KEY) == b"answer" and store.get("cd" + KEY[2:]) is None


def test_a_full_disk_is_no_error(store: Store) -> None:
    resource = pytest.importorskip("resource", reason="a file's size can be limited on Unix only")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, before[1]))  # the write fails half way, as on a full disk
    try:
        store.put(KEY, b"answer")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert store.get(KEY) is None and not list(store.folder.glob("??/.*"))


def test_only_plain_records_are_read_back() -> None:
    assert unpacked(packed({"a": (1, frozenset({"b"}))})) == {"a": (1, frozenset({"b"}))}
    for evil in (os.system, eval, print):
        with pytest.raises(ValueError, match="not a value of the store"):
            unpacked(pickle.dumps(evil))


VALUE = {"a": (1.5, frozenset({"b"}), Path("c")), "d": [None, b"e" * 300], "when": dt.date(2024, 2, 29)}


@given(st.binary(max_size=200), st.integers(0, len(packed(VALUE))), st.integers(0, 40))
def test_no_bytes_bring_down_the_reader(data: bytes, at: int, more: int) -> None:
    """Neither any bytes nor those of a value with some of them replaced: what is no value is said to be none."""
    whole = packed(VALUE)
    for spoilt in (data, whole[:at] + data + whole[at + more :]):
        with contextlib.suppress(ValueError):
            unpacked(spoilt)
    assert unpacked(whole) == VALUE


def test_the_folder_says_what_it_is(store: Store) -> None:
    assert "can be deleted" in (store.folder / MARK).read_text(encoding="utf-8")
    assert Store.at(store.folder) == store
