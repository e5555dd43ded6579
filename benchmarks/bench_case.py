"""Whole lenses on ukraine-2025 against a calibration kernel timed in the same run: `python -m benchmarks.bench_case`.

Budgets: zone and acceptance over 4,096 draws 10 s, the settlement lens 30 s, ledger and screening together 15 s,
futures 60 s (compiled kernels, processor time). Each line gives seconds, multiples of the calibration unit, and the
budget.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from winset.arrays import Study
from winset.case.load import load
from winset.derive.deal.acceptance import judge
from winset.derive.deal.bargain import bargain
from winset.lens import lens
from winset.theory.zone import draws, zones

CASE = Path(__file__).resolve().parents[1] / "cases" / "ukraine-2025"


def cpu(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def calibration() -> None:
    """A fixed piece of array work."""
    x = np.arange(2_000_000, dtype=float)
    for _ in range(20):
        x = np.sqrt(x * 1.0001 + 1.0)


def zone_and_acceptance(study: Study) -> None:
    arrays = study.arrays()[0]
    judge(arrays, [p for p in arrays.case.plans if p.kind == "plan"])
    b = bargain(arrays)
    zones(draws(b.values, b.reserve, b.lines(), b.sizes, b.rules))


def main() -> None:
    case = load(CASE)
    unit = cpu(calibration)
    print(f"calibration kernel: {unit:.3f} s = 1 unit")

    def report(name: str, budget: float, work: Callable[[], object]) -> None:
        seconds = cpu(work)
        kept = "within" if seconds <= budget else "OVER"
        print(f"{name:45} {seconds:7.2f} s {seconds / unit:8.0f} units   budget {budget:g} s {kept}")

    zone_and_acceptance(Study(case, case.as_of, draws=64))
    report("zone and acceptance, 4,096 draws", 10, lambda: zone_and_acceptance(Study(case, case.as_of)))
    for name, budget in (
        ("settlement", 30.0),
        ("ledger", 15.0),
        ("screening", 15.0),
        ("endurance", 60.0),
        ("futures", 60.0),
    ):
        report(f"lens {name}, 4,096 draws", budget, lambda name=name: lens(name).look(Study(case, case.as_of)))


if __name__ == "__main__":
    main()
