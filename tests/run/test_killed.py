"""A run with a store, killed with its workers at any moment: what it kept is whole, and the next run gives the same
bytes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.cases import ROOT
from winset.run.store import Store, unpacked

START = (sys.executable, "-c", "from winset.cli.main import main; main()")
LENSES = ("ledger", "endurance", "scorecard")
RUN = ("run", str(ROOT / "cases" / "harbour"), *(f"--lens={name}" for name in LENSES), "--draws=8", "--json")


def begun(store: Path) -> subprocess.Popen[bytes]:
    """A run in a process group of its own, with its two workers."""
    words = (*START, *RUN, "--workers=2", "--store", str(store))
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)


def told(store: Path) -> bytes:
    with begun(store) as running:
        return running.communicate()[0]


def kept(store: Path) -> dict[str, Any]:
    """Every entry by key. It is an error if one is there that is not whole."""
    shelf, found = Store(store), {}
    for entry in list(shelf.entries()):
        key = entry.path.parent.name + entry.path.name
        data = shelf.get(key)
        assert data is not None, "an entry under its own name is whole"
        found[key] = unpacked(data)
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, dict[str, Any]]:
    """What an undisturbed run says and keeps."""
    store = tmp_path_factory.mktemp("whole") / "store"
    said = told(store)
    assert said
    return said, kept(store)


def killed(store: Path, whole: tuple[bytes, dict[str, Any]], chance: random.Random, times: int = 3) -> None:
    """So many runs over one store, each killed; then one that is not."""
    said, answers = whole
    for most in sorted(chance.choices(range(len(answers)), k=times)):
        with begun(store) as running:
            while running.poll() is None and sum(1 for _ in store.glob("??/*")) < most:
                time.sleep(0.001)
            time.sleep(chance.uniform(0.0, 0.02))
            os.killpg(running.pid, signal.SIGKILL)
        for key, answer in kept(store).items():
            assert answer == answers[key], "what is kept is what an undisturbed run keeps"
    assert told(store) == said and kept(store) == answers


def test_a_run_that_is_killed_leaves_whole_answers_and_is_taken_up(whole, tmp_path: Path) -> None:
    killed(tmp_path / "store", whole, random.Random(7), times=2)


@pytest.mark.slow
def test_a_run_killed_at_a_hundred_moments_leaves_whole_answers_and_is_taken_up(whole, tmp_path: Path) -> None:
    chance = random.Random(8)
    for number in range(34):
        killed(tmp_path / str(number), whole, chance)


def test_two_runs_at_once_in_one_store_say_the_same(whole, tmp_path: Path) -> None:
    store = tmp_path / "store"
    with begun(store) as one, begun(store) as other:
        said = one.communicate()[0], other.communicate()[0]
    assert (said, kept(store)) == ((whole[0], whole[0]), whole[1])
