"""Many trials from a seed: each ends in an answer or in words, within its time and memory, and one that does not is
named.

The name of a trial, KIND/SEED/NUMBER, is all that its luck is made from, so that it can be run again alone:

    WINSET_FUZZ_ONE=case_file/100/17 .venv/bin/python -m pytest tests/property/test_fuzz_inputs.py -k alone

`WINSET_FUZZ=N` runs N of each kind from a seed drawn afresh; `WINSET_FUZZ_SEED=S` begins the long runs at another seed.
"""

from __future__ import annotations

import faulthandler
import json
import math
import os
import resource
import signal
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from winset.arrays import Study
from winset.case import model as m
from winset.errors import WinsetError
from winset.lens import lens
from winset.report import Report, to_json
from winset.result import Result, plain

LONG = int(os.environ.get("WINSET_FUZZ", "0"))
FRESH = Random().randrange(2**32)
FIRST = int(os.environ.get("WINSET_FUZZ_SEED", "100"))
ONE = os.environ.get("WINSET_FUZZ_ONE", "")


class Hang(BaseException):
    """A trial took too long. No Exception, and above all no OSError as TimeoutError is: what is tried must not catch
    it."""


@contextmanager
def within(seconds: float, waiting: float = 5.0) -> Iterator[None]:
    """A Hang after so much processor time, or after `waiting` times as long by the clock: a pipe that nobody writes to
    costs no processor time. What no signal reaches, a compiled loop, is left to `run`.
    """

    def late(*_: object) -> None:
        raise Hang(f"more than {seconds:g} CPU seconds, or {waiting:g} times as long by the clock")

    held = {s: signal.signal(s, late) for s in (signal.SIGPROF, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, seconds * waiting)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in held.items():
            signal.signal(number, handler)


def cpu() -> float:
    """Processor seconds of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(
    kind: str,
    seed: int,
    numbers: Iterable[int],
    one: Callable[[Random], str],
    *,
    seconds: float = 30,
    most: float = 1000,
) -> Counter[str]:
    """Run `one` for each number with luck of its own: it returns what became of it. A WinsetError with words counts as
    refused.

    A compiled loop that no signal reaches ends the process, with a traceback and the name in a file
    winset-fuzz-PID.txt. seconds: of processor time that one may take; most: MB by which it may raise the process's
    memory. All that fail are told together, each with its name.
    """
    told: Counter[str] = Counter()
    failed: list[str] = []
    worst, spent = (0.0, ""), cpu()
    where = Path(tempfile.gettempdir()) / f"winset-fuzz-{os.getpid()}.txt"  # stays where the process was ended
    with where.open("w") as log:
        for k in numbers:
            name = f"{kind}/{seed}/{k}"
            log.seek(0)
            print(f"{name:80}", file=log, flush=True)
            faulthandler.dump_traceback_later(60 + seconds * 20, exit=True, file=log)
            start, held = cpu(), peak()
            try:
                with within(seconds):
                    what = outcome(one, Random(name))
            except BaseException as error:
                if isinstance(error, KeyboardInterrupt):
                    raise
                failed.append(f"{name}: {type(error).__name__}: {error}"[:400])
                what = "failed"
            finally:
                faulthandler.cancel_dump_traceback_later()
            worst = max(worst, (cpu() - start, name))
            if peak() - held > most:
                failed.append(f"{name}: took {peak() - held:,.0f} MB")
            told[what] += 1
    where.unlink()
    said = ", ".join(f"{n} {what}" for what, n in sorted(told.items()))
    print(f"{kind}/{seed}: {said}; {cpu() - spent:.1f} CPU s, at most {worst[0]:.1f} in {worst[1]}", flush=True)
    assert not failed, f"{len(failed)} of {told.total()}:\n" + "\n".join(failed[:30])
    return told


def outcome(one: Callable[[Random], str], luck: Random) -> str:
    """What became of a trial: refused in words that can be printed, or what it says itself."""
    try:
        return one(luck)
    except WinsetError as error:
        assert str(error).strip(), "refused without a word"
        str(error).encode("utf-8")
        return "refused"


def alone(kind: str, one: Callable[[Random], str]) -> str:
    """The trial that WINSET_FUZZ_ONE names, with its traceback."""
    assert ONE.partition("/")[0] == kind
    with within(600):
        return outcome(one, Random(ONE))


def numbers(result: Result) -> Iterator[tuple[str, float]]:
    """All the numbers of a result, each with the key of its finding or table."""
    for finding in result.findings:
        for number in (finding.value, finding.low, finding.high, finding.error):
            if isinstance(number, float):
                yield finding.key, number
    for table in result.tables:
        for row in table.rows:
            yield from ((table.key, plain(c)) for c in row if isinstance(plain(c), float))


def look(study: Study, name: str) -> None:
    """A lens on a study: it answers, in finite numbers, and its report can be written."""
    result = lens(name).look(study)
    assert result.answer and all(s.strip() for s in result.answer)
    for key, number in numbers(result):
        assert math.isfinite(number), (name, key)
    json.loads(to_json(Report(study.known, (result,))), parse_constant=_no_number)


def _no_number(word: str) -> None:
    raise AssertionError(f"{word} in a report")


def studied(case: m.Case, seed: int = 1, draws: int = 4) -> Study:
    """A small study of a case: what fails, fails by what a case holds, and seldom by how many draws there are of it."""
    return Study(case, case.as_of, draws=draws, seed=seed)


def put_odd(path: Path, luck: Random) -> None:
    """Something that is no plain file in the place of one: a pipe, a folder, a circle of links, a link that leads
    nowhere, out of its folder or to itself."""
    path.unlink(missing_ok=True)
    way = luck.choice(["pipe", "folder", "circle", "nowhere", "out", "device", "empty", "large"])
    if way == "pipe":
        os.mkfifo(path)
    elif way == "folder":
        path.mkdir()
    elif way == "circle":
        other = path.with_name(f"other-{path.name}")
        path.symlink_to(other)
        other.symlink_to(path)
    elif way == "large":
        with path.open("wb") as file:
            file.truncate(70 * 2**20)
    elif way == "empty":
        path.touch()
    else:
        path.symlink_to(
            {"nowhere": path.parent / "not-there", "out": Path("/etc/hostname"), "device": "/dev/zero"}[way]
        )
