"""Sensitivity indices and rule induction against their budgets, in processor seconds, beside the calibration kernel
and, where they are installed, beside the peers, in the same run: `make bench`."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # processor seconds of one thread, for us and for the peers
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from collections.abc import Callable

import numpy as np

from benchmarks.bench_war import _calibration, cpu
from winset.theory.prim import prim
from winset.theory.sobol import Design, design, indices

PEER_RESAMPLES = 200  # the peer's time is nearly all resampling; so few keep the run short, for both alike
PEER_POINTS, PEER_COLUMNS = 20_000, 20
SHARES = {"peel": 0.05, "paste": 0.05, "least": 0.05}


def g(u: np.ndarray) -> np.ndarray:
    a = np.arange(u.shape[-1]) / 2
    return np.asarray(np.prod((np.abs(4 * u - 2) + a) / (1 + a), axis=-1))


def row(what: str, spent: float, unit: float, budget: float = 0.0) -> None:
    kept = f"; budget {budget} s {'kept' if spent < budget else 'MISSED'}" if budget else ""
    print(f"{what}: {spent:.4f} s, {spent / unit:.2f} units{kept}")


def beside(what: str, ours: Callable[[], object], theirs: Callable[[], object], peer: str) -> None:
    """Both once more in this run, on the same task, and how many times as long the peer takes."""
    own, other = cpu(ours), cpu(theirs, times=1)
    print(f"{what}: {own:.4f} s, {peer} {other:.3f} s, ratio {other / own:.0f}")


def runs_of(d: Design) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return g(d.a), g(d.b), np.stack([g(m) for m in d.mixed])


def bench_sobol(unit: float) -> None:
    runs = runs_of(design(50, 8192, 1))
    spent = cpu(lambda: indices(*runs, resamples=1000, seed=1))
    row("Sobol indices, 50 inputs, 8192 points, 1000 resamples", spent, unit, 0.5)
    try:
        from SALib.analyze import sobol
    except ImportError:
        print("SALib is not installed: no ratio")
        return
    at_a, at_b, at_mixed = runs
    flat = np.column_stack([at_a, *at_mixed, at_b]).ravel()  # a point after the other, as the peer has them
    problem = {"num_vars": 50, "names": [f"x{i}" for i in range(50)], "bounds": [[0, 1]] * 50}

    def theirs() -> object:
        return sobol.analyze(problem, flat, calc_second_order=False, num_resamples=PEER_RESAMPLES, seed=1)

    what = f"the same, {PEER_RESAMPLES} resamples"
    beside(what, lambda: indices(*runs, resamples=PEER_RESAMPLES, seed=1), theirs, "SALib")


def corner(points: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    luck = np.random.default_rng(1)
    x = luck.random((points, columns))
    return x, ((x[:, 0] > 0.5) & (x[:, 1] < 0.4) & (luck.random(points) < 0.8)).astype(float)


def bench_prim(unit: float) -> None:
    x, y = corner(100_000, 50)
    row("PRIM, 100,000 points, 50 columns", cpu(lambda: prim(x, y, **SHARES)), unit, 0.2)
    try:
        import pandas as pd
        from ema_workbench.analysis import prim as peer
    except ImportError:
        print("ema_workbench is not installed: no ratio")
        return
    x, y = corner(PEER_POINTS, PEER_COLUMNS)
    frame = pd.DataFrame(x, columns=[f"x{i}" for i in range(PEER_COLUMNS)])

    def theirs() -> object:
        return peer.Prim(frame, y.astype(bool), threshold=0.1, peel_alpha=0.05, mass_min=0.05).find_box()

    beside(
        f"PRIM, {PEER_POINTS:,} points, {PEER_COLUMNS} columns", lambda: prim(x, y, **SHARES), theirs, "ema_workbench"
    )


def main() -> None:
    unit = cpu(lambda: _calibration(20_000_000))
    print(f"calibration kernel: {unit:.4f} s = 1 unit")
    bench_sobol(unit)
    bench_prim(unit)


if __name__ == "__main__":
    main()
