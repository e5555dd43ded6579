"""Budgets of acceptability: `python -m benchmarks.bench_scorecard`. Processor seconds beside the calibration kernel."""

from __future__ import annotations

import numpy as np

from benchmarks.bench_war import _calibration, cpu
from winset.theory.acceptability import better
from winset.theory.rank_cells import rank_matrix

BUDGET = 0.1  # seconds for a rank matrix of four alternatives and four criteria


def main() -> None:
    unit = cpu(lambda: _calibration(20_000_000))
    print(f"calibration kernel: {unit:.4f} s = 1 unit")
    rng = np.random.default_rng(0)
    for m, n in ((3, 3), (4, 4), (5, 5), (6, 4), (7, 4)):
        scores = rng.random((m, n))
        spent = cpu(lambda scores=scores: rank_matrix(scores))
        note = f"; budget {BUDGET} s {'kept' if spent < BUDGET else 'MISSED'}" if (m, n) == (4, 4) else ""
        print(f"rank matrix {m} x {n}: {spent:.4f} s, {spent / unit:.3f} units{note}")
    rows = rng.normal(size=(4096, 4))
    for alpha in (1.0, 0.5):
        spent = cpu(lambda alpha=alpha: better(rows, alpha))
        print(f"4096 pairs of four criteria, concentration {alpha}: {spent:.4f} s, {spent / unit:.3f} units")


if __name__ == "__main__":
    main()
