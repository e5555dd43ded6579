"""The engine on harbour: processor and wall seconds by one and two workers, a repeat from the store, and memory by draws.

    python -m benchmarks.bench_engine            # settlement at 10^3 and 10^4 draws
    python -m benchmarks.bench_engine 100000     # and at as many: minutes

Budgets: a repeat 3 s, two workers 1.7 times as fast as one, 10^5 draws of settlement within 2 GB and in time that grows no faster
than the draws. Each run is a process of its own; seconds mean little on a machine with other work.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

CASE = Path(__file__).resolve().parents[1] / "cases" / "harbour"
START = (sys.executable, "-c", "from winset.cli.main import main; main()")
DRAWS = (1_000, 10_000)
MB = 1e6


@dataclass(frozen=True)
class Spent:
    """Seconds by the wall and of the processor (of the process that was started), and the bytes that it held at most."""

    wall: float
    cpu: float
    memory: float


def spent(*words: object) -> Spent:
    """What a run of harbour takes."""
    begun = time.perf_counter()
    with subprocess.Popen([*START, "run", str(CASE), "--json", *map(str, words)], stdout=subprocess.DEVNULL) as running:
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise SystemExit(running.returncode)
    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes there, kilobytes elsewhere
    return Spent(time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss * unit)


def told(what: str, found: Spent, more: str = "") -> None:
    print(f"{what:45} {found.wall:7.2f} s wall {found.cpu:7.2f} s cpu {found.memory / MB:7.0f} MB{more}", flush=True)


def main(more: tuple[int, ...] = ()) -> None:
    spent("--draws", 16, "--no-store", "--workers", 1)  # kernels are compiled and files read
    with tempfile.TemporaryDirectory() as folder:
        one = spent("--no-store", "--workers", 1)
        told("harbour, 4,096 draws, one worker", one)
        two = spent("--store", folder, "--workers", 2)
        told(
            "two workers, with a store", two, f"; {one.wall / two.wall:.2f} times as fast, budget 1.7 on two free cores"
        )
        told("the same again", spent("--store", folder, "--workers", 2), "; budget 3 s")
    before: tuple[int, Spent] | None = None
    for draws in (*DRAWS, *more):
        found = spent("--lens", "settlement", "--draws", draws, "--no-store", "--workers", 1)
        grew = f"; {found.cpu / before[1].cpu:.1f} times for {draws / before[0]:.0f} times the draws" if before else ""
        told(f"settlement, {draws:,} draws, one worker", found, grew)
        before = draws, found


if __name__ == "__main__":
    main(tuple(map(int, sys.argv[1:])))
