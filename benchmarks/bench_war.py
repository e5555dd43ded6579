"""Budgets of the war theory: `python -m benchmarks.bench_war`.

Processor seconds of one core, beside a calibration kernel (a fixed compiled loop timed in the same run, so that figures
from different machines can be compared). Compilation is not counted. The weekly war is timed on the "settle" parameters
(p in .35...65, prior strengths 4..40, cost 0...6), as compiled kernel, as numpy, and, when gcc is present, in C written
here with float32 and the same luck. Where the reference inputs lie beside the checkout, also against the many-lane
kernel in C among them (`run_refill`, gcc -O3 -march=native -ffast-math -fopenmp, one thread): the compiled kernel's
budget is at least 0.8 of its speed. Wars that end otherwise are counted (float32 may decide a close call otherwise).
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numba import njit

from winset.theory import war_shell, weekly_war
from winset.theory.war_core import solve, solve_split
from winset.theory.war_game import WarGame, adviser_belief, burn_law, war_game
from winset.theory.war_paths import outcomes

SOURCE = Path(__file__).with_name("settle.c")
FLAGS = ("-O3", "-march=native", "-ffast-math", "-fopenmp", "-shared", "-fPIC")
P = ctypes.c_void_p
LANES = Path(__file__).resolve().parents[2] / "shared" / "data" / "bench" / "settle_model.c"


@njit(cache=True)
def _calibration(n: int) -> float:
    total, state = 0.0, 1
    for _ in range(n):
        state = (state * 1103515245 + 12345) % 2147483648
        total += np.sqrt(state)
    return total


def cpu(task: Callable[[], object], times: int = 3) -> float:
    """Processor seconds, the least of several runs after one that is not counted."""
    task()
    spent = []
    for _ in range(times):
        start = time.process_time()
        task()
        spent.append(time.process_time() - start)
    return min(spent)


def in_turn(*tasks: Callable[[], object], times: int = 15) -> list[float]:
    """Processor seconds of tasks that are compared, the least of each: run in turn, so that other work slows all
    alike."""
    spent = [[cpu(task, 1)] for task in tasks]
    for _ in range(times - 1):
        for seconds, task in zip(spent, tasks):
            start = time.process_time()
            task()
            seconds.append(time.process_time() - start)
    return [min(seconds) for seconds in spent]


def core_game(forts: int, units: int, regimes: int, deals: int, horizon: int) -> WarGame:
    """Every feature on: learning, endurance, regimes that move, breakable deals, home costs, logit choice."""
    share = np.linspace(0.05, 0.95, deals)
    law = np.full((regimes, regimes), 0.1 / max(regimes - 1, 1))
    np.fill_diagonal(law, 0.9 if regimes > 1 else 1.0)
    beliefs = [adviser_belief(prior, (1.0, 1.0), forts, forts // 2, horizon) for prior in ((6, 4), (4, 6))]
    return war_game(
        forts, forts // 2, horizon, np.stack(beliefs), flow=-0.01, delta=0.99, endurance=(units, units),
        change=burn_law(0.9, 0.1, regimes), regime=law, deal=np.stack([share, 1 - share], 1), hazard=0.02,
        home_cost=0.01, tau=0.02,
    )  # fmt: skip


def settle_parameters(draws: int, seed: int = 1) -> np.ndarray:
    """float32 [6, draw]: p, a_A, n_A, a_B, n_B, c."""
    g = np.random.default_rng(seed)
    p = g.uniform(0.35, 0.65, draws)
    n_A, n_B = g.uniform(4, 40, draws), g.uniform(4, 40, draws)
    a_A, a_B = g.uniform(0.5, 0.8, draws) * n_A, g.uniform(0.2, 0.5, draws) * n_B
    return np.stack([p, a_A, n_A, a_B, n_B, g.uniform(0, 0.6, draws)]).astype(np.float32)


def report(name: str, seconds: float, unit: float, within: bool | None, note: str) -> None:
    verdict = "" if within is None else ("within" if within else "OVER")
    print(f"{name:46s} {seconds:8.4f} s {seconds / unit:8.3f} units  {verdict:6s} {note}")


def bench_core(unit: float) -> None:
    sizes = ((12, 8, 4, 12, 40, 0.05), (20, 12, 6, 24, 60, 1.0), (20, 12, 12, 24, 100, 4.0))
    for forts, units, regimes, deals, horizon, budget in sizes:
        game = core_game(forts, units, regimes, deals, horizon)
        states = horizon * (forts + 1) * (units + 1) ** 2 * regimes
        for keep, dtype in (("first", np.float64), ("all", np.float32)):
            seconds = cpu(partial(solve, game, keep, dtype), 3 if states < 2e6 else 1)
            name = f"core, {states:,} states x {deals} deals, {keep}, {dtype.__name__}"
            report(name, seconds, unit, seconds <= budget, f"budget {budget} s")
    game = core_game(12, 8, 4, 12, 40)
    values = solve(game)
    report("core, divisible pie, 168,480 states", cpu(lambda: solve_split(game, "first")), unit, None, "")
    report("forward pass, 168,480 states x 12 deals", cpu(lambda: outcomes(values, 0.5)), unit, None, "")


def bench_weekly(unit: float, draws: int = 200_000) -> None:
    params = settle_parameters(draws)
    ours = cpu(lambda: weekly_war.simulate(params, 7), 7)
    rate = draws / ours / 1e6
    report(f"weekly war, compiled, {draws:,} draws", ours, unit, rate >= 1, f"{rate:.2f} M/s, budget 1 M/s")
    slow = cpu(lambda: weekly_war.simulate_numpy(params, 7), 1)
    note = f"{draws / slow / 1e6:.3f} M/s; compiled is {slow / ours:.1f} times as fast"
    report("  in numpy, the specification", slow, unit, None, note)
    run = weekly_war.simulate(params, 7)
    out = np.zeros(draws, np.int8), np.zeros(draws, np.int16), np.zeros(draws, np.float32)
    given, made = [P(params.ctypes.data), ctypes.c_long(draws), ctypes.c_uint32(7)], [P(x.ctypes.data) for x in out]
    for name, source, call, rest, least in (
        ("  in C, float32, exp and log", SOURCE, "settle", [20, 10, 150, *made], None),
        ("  in C, 64 lanes with refill", LANES, "run_refill", [150, *made, 0], 0.8),
    ):
        if (library := _library(source)) is None:
            print(f"{name}: no gcc here, or no {source.name}")
            continue
        call_c = partial(getattr(library, call), *given, *rest)
        mine, in_c = in_turn(lambda: weekly_war.simulate(params, 7), call_c)
        differ = int(((out[0] != run.outcome) | (out[1] != run.week)).sum())
        note = f"{draws / in_c / 1e6:.2f} M/s; ours has {in_c / mine:.2f} of its speed; {differ} endings differ"
        if least is not None:
            note += f"; budget {least}"
        report(name, in_c, unit, None if least is None else in_c / mine >= least, note)


def _library(source: Path) -> ctypes.CDLL | None:
    """The C file as a library with one thread; None without the file or without gcc."""
    gcc = shutil.which("gcc")
    if gcc is None or not source.exists():
        return None
    os.environ["OMP_NUM_THREADS"] = "1"  # read when the library is loaded
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "war.so"
        subprocess.run([gcc, *FLAGS, str(source), "-o", str(made), "-lm"], check=True)
        return ctypes.CDLL(str(made))


def bench_shell(unit: float, draws: int = 200_000) -> None:
    model = war_shell.shell(solve(core_game(12, 8, 4, 12, 40)), 0.3, 150)
    p = np.random.default_rng(1).uniform(0.35, 0.65, draws)
    seconds = cpu(lambda: war_shell.simulate(model, p, 7))
    fought = war_shell.simulate(model, p, 7).engagements.mean()
    note = f"{draws / seconds / 1e6:.3f} M/s, {fought:.1f} engagements each"
    report(f"shell around the core, {draws:,} wars", seconds, unit, None, note)


def main() -> None:
    unit = cpu(lambda: _calibration(20_000_000))
    print(f"calibration kernel: {unit:.4f} s = 1 unit")
    for bench in (bench_core, bench_weekly, bench_shell):
        bench(unit)


if __name__ == "__main__":
    main()
