"""The trials see what they are there to see: an error, a wordless refusal, a loop, a wait, an hour of memory; each by
its name."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.property import mutate, trials
from tests.property.trials import Hang, put_odd, run, within
from winset.errors import SettingError


def test_what_becomes_of_each_is_counted() -> None:
    def one(luck: Random) -> str:
        if luck.random() < 0.5:
            raise SettingError("no")
        return "read"

    told = run("some", 1, range(40), one)
    assert told["read"] + told["refused"] == 40 and min(told.values()) > 5
    assert run("some", 1, range(40), one) == told and run("some", 2, range(40), one) != told


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (lambda _: [][1], "IndexError"),
        (lambda _: (_ for _ in ()).throw(SettingError(" ")), "refused without a word"),
        (lambda _: (_ for _ in ()).throw(SettingError("\ud800")), "UnicodeEncodeError"),
        (lambda _: exec("while True: pass"), "more than 1 CPU seconds"),
        (lambda _: str(len(bytearray(b"x") * (300 * 2**20))), "took"),
    ],
)
def test_a_fault_is_named_and_the_others_go_on(one: Callable[[Random], str], said: str) -> None:
    count = []

    def tried(luck: Random) -> str:
        count.append(1)
        return one(luck) if len(count) == 2 else "read"

    with pytest.raises(AssertionError, match=f"1 of 3:\\nfaulty/7/1: .*{said}"):
        run("faulty", 7, range(3), tried, seconds=1, most=100)
    assert len(count) == 3


def test_a_pipe_that_nobody_writes_to_is_a_hang_and_no_error_of_its_reader(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    def read() -> str:
        try:
            return (tmp_path / "pipe").read_text()
        except OSError:
            return "taken for an error of the file"

    with pytest.raises(Hang), within(0.05, waiting=2):
        read()


def test_the_kinds_of_mutations_are_met() -> None:
    """Of a few thousand mutations of one text every way is met, and most are still text."""
    text = "things:\n  - id: one\n    when: 2024-01-02\n    of: two\n    share: 0.25\n  - {id: two, of: one}\n"
    made = [mutate.mutated(text, Random(f"ways/{k}")) for k in range(6000)]
    assert made == [mutate.mutated(text, Random(f"ways/{k}")) for k in range(6000)]
    plain = [data.decode() for data in made if _is_text(data)]
    assert len(plain) > 5000 and len(set(made)) > 2000 and made.count(text.encode()) < 600
    every = "\n\n".join(plain)
    wanted = {
        "other digits": "٢", "full width": "０.２５", "infinity": "1e400", "tiny": "5e-324", "many digits": "9" * 5000,
        "deep list": "[" * 20_000,
        "deep mapping": "{a: " * 2000, "aliases": "*b10, *b10", "itself": "&s [*s]", "twice": "again",
        "a list": "[0.25, 0.25]", "a mapping": "{a: 0.25}",
        "a text": '"0.25"', "reversed date": "02-01-2024", "no month": "2024-13-02",
        "refers to itself": "id: one\n    when: 2024-01-02\n    of: one",
    }  # fmt: skip
    assert not [name for name, part in wanted.items() if part not in every]
    bytes_wanted = {
        "NUL": b"\0",
        "lone surrogate": b"\xed\xa0\x80",
        "CRLF": b"\r\n",
        "UTF-16": b"\xff\xfe",
        "mark": b"\xef\xbb\xbf",
        "packed": b"\x1f\x8b",
    }
    assert not [name for name, part in bytes_wanted.items() if not any(part in data for data in made)]
    assert any(text.startswith(cut) and len(cut) < 60 for cut in plain), "cut off"
    assert any(
        "<!ENTITY" in mutate.mutated("<a><b c='1'/></a>", Random(k)).decode(errors="replace") for k in range(400)
    )


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def test_what_stands_in_the_place_of_a_file(tmp_path: Path) -> None:
    seen = set()
    for k in range(200):
        path = tmp_path / str(k) / "file.yaml"
        path.parent.mkdir()
        path.write_text("a: 1")
        put_odd(path, Random(k))
        seen.add(
            (
                path.is_symlink(),
                path.is_fifo() if not path.is_symlink() else path.exists(),
                path.is_dir(),
                path.is_file(),
            )
        )
    assert len(seen) >= 6


def test_one_is_run_again_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[float] = []
    run("named", 3, range(5), lambda luck: drawn.append(luck.random()) or "read")
    monkeypatch.setattr(trials, "ONE", "named/3/2")
    assert trials.alone("named", lambda luck: str(luck.random())) == str(drawn[2])
