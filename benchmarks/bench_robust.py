"""Sensitivity indices and rule induction against their budgets, in units of the calibration kernel: `make bench`."""

from __future__ import annotations

import numpy as np

from benchmarks.bench_settlement import calibrate, report, timed
from winset.theory.prim import prim
from winset.theory.sobol import design, indices


def g(u: np.ndarray) -> np.ndarray:
    a = np.arange(u.shape[-1]) / 2
    return np.asarray(np.prod((np.abs(4 * u - 2) + a) / (1 + a), axis=-1))


def main() -> None:
    unit = calibrate()
    d = design(50, 8192, 1)
    runs = (g(d.a), g(d.b), np.stack([g(m) for m in d.mixed]))
    indices(*runs, resamples=1, seed=1)
    seconds = min(timed(lambda: indices(*runs, resamples=1000, seed=1))[0] for _ in range(3))
    report("Sobol indices, 50 inputs, 8192 points, 1000 resamples", seconds, 0.5, unit)
    luck = np.random.default_rng(1)
    x = luck.random((100_000, 50))
    y = ((x[:, 0] > 0.5) & (x[:, 1] < 0.4) & (luck.random(100_000) < 0.8)).astype(float)
    shares = {"peel": 0.05, "paste": 0.05, "least": 0.05}
    prim(x[:100], y[:100], **shares)
    report("PRIM, 100,000 points, 50 columns", min(timed(lambda: prim(x, y, **shares))[0] for _ in range(3)), 0.2, unit)


if __name__ == "__main__":
    main()
