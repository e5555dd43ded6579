"""Commands as a user starts them: processor and wall seconds of whole runs, a repeat from the store, memory by draws.

    python -m benchmarks.bench_engine                     # settlement and futures at 10^3 and 10^4 draws
    python -m benchmarks.bench_engine 100000              # and at as many: many minutes
    python -m benchmarks.bench_engine 100000 judge 1000000    # and the judging half (--no-exact): very long

Budgets in processor seconds: ukraine-2025 whole 30 by one worker and a repeat 3, harbour whole 8 and a repeat 3,
`settle` of a small domain 0.5; by the wall, which means little on a machine with other work, two workers 1.7 times as
fast as one, and after one number of a position has changed settlement 3 and the whole 15; 10^5 draws of settlement and
of futures within 2 GB and in time that grows no faster than the draws. Each run is a process of its own.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from winset.arrays import CHUNK

CASES = Path(__file__).resolve().parents[1] / "cases"
HARBOUR, UKRAINE = CASES / "harbour", CASES / "ukraine-2025"
START = (sys.executable, "-c", "from winset.cli.main import main; main()")
DRAWS = (1_000, 10_000)
MB = 1e6
BOTH = ", budget 1.7 on two free cores"


@dataclass(frozen=True)
class Spent:
    """Seconds by the wall and of the processor (of the process that was started), and the bytes that it held at
    most."""

    wall: float
    cpu: float
    memory: float


def spent(*words: object) -> Spent:
    """What a command takes; processor seconds of its workers are not all among those of the process that was
    started."""
    begun = time.perf_counter()
    with subprocess.Popen([*START, *map(str, words)], stdout=subprocess.DEVNULL) as running:
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise SystemExit(running.returncode)
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes there, kilobytes elsewhere
    return Spent(time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss * unit)


def told(what: str, found: Spent, budget: float | None = None, more: str = "") -> None:
    kept = "" if budget is None else f"; budget {budget:g} s cpu {'within' if found.cpu <= budget else 'OVER'}"
    print(
        f"{what:45} {found.wall:7.2f} s wall {found.cpu:7.2f} s cpu {found.memory / MB:7.0f} MB{kept}{more}",
        flush=True,
    )


def whole(case: Path, budget: float, store: Path) -> None:
    """All lenses by one worker, by two, and from the store."""
    run = "run", case, "--json"
    one = spent(*run, "--no-store", "--workers", 1)
    told(f"{case.name}, 4,096 draws, one worker", one, budget)
    two = spent(*run, "--store", store, "--workers", 2)
    told(
        "  two workers, with a store",
        two,
        None,
        f"; {one.wall / two.wall:.2f} times as fast{BOTH}",
    )
    told("  the same again", spent(*run, "--store", store, "--workers", 2), 3.0)
    with tempfile.TemporaryDirectory() as made:
        other = moved(case, Path(made) / case.name)
        for what, words, seconds in (("settlement", ("--lens", "settlement"), 3), ("whole", (), 15)):
            kept = shutil.copytree(store, Path(made) / f"{what}-store")
            found = spent("run", other, "--json", "--store", kept, "--workers", 2, *words)
            told(
                f"  one number of a position changed, {what}",
                found,
                None,
                f"; budget {seconds} s wall on two free cores",
            )


def moved(case: Path, place: Path) -> Path:
    """A copy of the case in which the first position that is a range has its mode a little nearer to its high end."""
    shutil.copytree(case, place)
    with open(place / "positions.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    first = next(row for row in rows if row["mode"] and float(row["mode"]) < float(row["high"]))
    first["mode"] = f"{float(first['mode']) + (float(first['high']) - float(first['mode'])) / 7:.3f}"
    with open(place / "positions.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(first), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return place


def by_draws(what: str, draws: Sequence[int], *words: object) -> None:
    """A line for each number of draws, and how the time grew; of more than a slice also by two workers."""
    before: tuple[int, Spent] | None = None
    for count in draws:
        run = "run", HARBOUR, "--json", "--no-store", *words, "--draws", count
        found = spent(*run, "--workers", 1)
        grew = f"; {found.cpu / before[1].cpu:.1f} times for {count / before[0]:.0f} times the draws" if before else ""
        told(f"{what}, {count:,} draws, one worker", found, None, grew)
        if count > CHUNK:
            two = spent(*run, "--workers", 2)
            told("  two workers", two, None, f"; {found.wall / two.wall:.2f} times as fast{BOTH}")
        before = count, found


def main(more: Sequence[int] = (), judged: Sequence[int] = ()) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder, domain = Path(made), Path(made) / "domain"
        spent("run", HARBOUR, "--json", "--draws", 16, "--no-store", "--workers", 1)  # kernels are compiled, files read
        spent("export", "domain", HARBOUR, "--format", "negolog", "--out", domain)
        spent("settle", domain, "--json")
        told("settle, the domain of harbour", spent("settle", domain, "--json"), 0.5)
        whole(HARBOUR, 8.0, folder / "harbour-store")
        whole(UKRAINE, 30.0, folder / "ukraine-store")
    for lens in ("settlement", "futures"):
        by_draws(lens, (*DRAWS, *more), "--lens", lens)
    by_draws("the judging half", (*DRAWS, *judged), "--lens", "settlement", "--no-exact")


if __name__ == "__main__":
    split = sys.argv.index("judge") if "judge" in sys.argv else len(sys.argv)
    main(*(tuple(map(int, words)) for words in (sys.argv[1:split], sys.argv[split + 1 :])))
