"""Budgets of the bargaining theory: `python -m benchmarks.bench_settlement`.

Each line gives the processor seconds measured, the budget, and the time in units of a calibration kernel (a fixed
compiled loop timed in the same run, so that figures from different machines can be compared). Wall-clock seconds say
little on a machine with other work. Compilation is not counted: each task runs once on a small problem first. Figures
of NegMAS are quoted; other peers are measured in the same run.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

from winset.theory.additive import AdditiveProblem, additive_problem, canonical
from winset.theory.amendments import amendments
from winset.theory.bargaining import egalitarian, kalai_smorodinsky, nash, utilitarian
from winset.theory.bargaining_milp import reserves
from winset.theory.box_frontier import Boxes, solve_boxes
from winset.theory.corrections import diagnose
from winset.theory.milp_model import (
    SCALE,
    add_utility_row,
    canonical_utilities,
    copy_of,
    maximise_checked,
    programme,
)
from winset.theory.nonadditive import Rectangle, hyperrectangles
from winset.theory.nonadditive import solve as look_at_all
from winset.theory.pareto import frontier, on_frontier
from winset.theory.rectangles import additive_form
from winset.theory.zone import Zones, draws, most_acceptable, zones

PEER = "NegMAS 0.16.0, measured 2026 on 2 shared cores"


@njit(cache=True)
def _calibration(n: int) -> float:
    total, state = 0.0, 1
    for _ in range(n):
        state = (state * 1103515245 + 12345) % 2147483648
        total += np.sqrt(state)
    return total


def calibrate() -> float:
    """Seconds for the fixed loop (fastest of three)."""
    _calibration(10)
    return min(timed(_calibration, 20_000_000)[0] for _ in range(3))


def timed(task: Callable[..., Any], *args: Any, **more: Any) -> tuple[float, Any]:
    """Processor seconds and the result."""
    start = time.process_time()
    result = task(*args, **more)
    return time.process_time() - start, result


def problem(seed: int, sizes: list[int], n: int, red: int = 0, rules: int = 0, share: float = 0.5) -> AdditiveProblem:
    """Uniform values, Dirichlet weights, each party's worst options red-lined at random issues, random pair rules."""
    rng = np.random.default_rng(seed)
    weights = rng.dirichlet(np.ones(len(sizes)), n)
    values = [rng.random((n, k)) * weights[:, [j]] for j, k in enumerate(sizes)]
    lines = [np.zeros(v.shape, bool) for v in values]
    for i in range(n):
        for j in rng.choice(len(sizes), red, replace=False):
            lines[j][i, int(np.argmin(values[j][i]))] = True
    pairs = [rng.choice(len(sizes), 2, replace=False) for _ in range(rules)]
    forbidden = [[(int(j), [int(rng.integers(sizes[j]))]) for j in pair] for pair in pairs]
    low, high = (sum(getattr(v, end)(axis=1) for v in values) for end in ("min", "max"))
    return additive_problem(values, reserve=low + share * (high - low), red=lines, rules=forbidden)


def many_draws(seed: int, n_draws: int, n_issues: int, n: int, share: float) -> tuple:
    """Draws of one problem: noise of 0.15 on every value, of 0.05 of the range on every reserve, 2% red lines."""
    rng = np.random.default_rng(seed)
    sizes = [int(k) for k in rng.integers(3, 6, n_issues)]
    flat = sum(sizes)
    weights = np.repeat(rng.dirichlet(np.ones(n_issues), n), sizes, axis=1)
    values = np.clip(rng.random((n, flat)) + 0.15 * rng.standard_normal((n_draws, n, flat)), 0, 1) * weights
    parts = np.split(values, np.cumsum(sizes)[:-1], axis=2)
    low, high = sum(p.min(axis=2) for p in parts), sum(p.max(axis=2) for p in parts)
    reserve = low + (share + 0.05 * rng.standard_normal((n_draws, n))) * (high - low)
    return values, reserve, rng.random(values.shape) < 0.02, sizes


def report(name: str, seconds: float, budget: float, unit: float, note: str = "") -> None:
    verdict = "within" if seconds <= budget else "OVER"
    print(f"{name:52s} {seconds:8.3f} s  budget {budget:5.1f} s {verdict:6s} {seconds / unit:8.2f} units  {note}")


def bench_solutions(unit: float) -> None:
    for solve in (utilitarian, kalai_smorodinsky, egalitarian, nash):
        solve(problem(0, [4] * 12, 3))  # too many to look at: by the way that is measured
        worst, gap = 0.0, 0.0
        for seed in range(8):
            hard = problem(seed, [4] * 28, 5, red=2, rules=6, share=(0.35, 0.5, 0.6)[seed % 3])
            seconds, found = timed(solve, hard)
            worst, gap = max(worst, seconds), max(gap, getattr(found, "gap", 0.0))
        report(f"{solve.__name__}, 28x4x5 proved, worst of 8", worst, 2.0, unit, f"largest gap {gap:.1e}")
    print(f"  peer: 4^28 packages run out of memory at 3 GB ({PEER})")


def bench_large(unit: float) -> None:
    """60 and 100 issues of 5 options, 8 parties, in processor seconds; the peer is HiGHS on the first of the seeds."""
    for solve in (utilitarian, nash, egalitarian, kalai_smorodinsky):
        solve(problem(0, [4] * 12, 3), method="auto")
        for issues, budget in ((60, 3.0), (100, 30.0)):
            took = [timed(solve, problem(seed, [5] * issues, 8, red=2, rules=6)) for seed in range(3)]
            gap = max(getattr(found, "gap", 0.0) for _, found in took)
            note = f"largest gap {gap:.1e}, each {' '.join(f'{t:.2f}' for t, _ in took)}"
            if issues == 60 and solve is not utilitarian:
                peer, other = timed(solve, problem(0, [5] * issues, 8, red=2, rules=6), method="milp")
                note += (
                    f"; HiGHS {peer:.1f} s, {peer / took[0][0]:.0f} times as long, differs by "
                    f"{abs(other.objective / took[0][1].objective - 1):.0e}"
                )
            report(f"{solve.__name__}, {issues}x5x8, worst of 3", max(t for t, _ in took), budget, unit, note)


def some_boxes(seed: int, issues: int, count: int) -> list[list[Rectangle]]:
    """Bonuses of 1 to 99 for boxes over 1 to 4 issues of ten options each, as in the public non-linear domains."""
    rng = np.random.default_rng(seed)
    parties = []
    for _ in range(2):
        own: list[Rectangle] = []
        for _ in range(count):
            named = rng.choice(issues, int(rng.integers(1, 5)), replace=False)
            ends = np.sort(rng.integers(0, 10, (len(named), 2)), axis=1)
            sides = tuple((int(j), int(low), int(high)) for j, (low, high) in zip(named, ends))
            own.append((float(rng.integers(1, 100)), sides))
        parties.append(own)
    return parties


def step_by_step(problem: AdditiveProblem) -> int:
    """The peer: how many efficient vectors HiGHS finds, party by party under a rising floor (epsilon-constraint)."""
    form, found = canonical(problem), 0
    rows = programme(form)
    floor = reserves(rows)

    def best(party: int, floor: np.ndarray) -> np.ndarray | None:
        bounded = copy_of(rows)
        for i, low in enumerate(floor):
            add_utility_row(bounded, i, float(low), float(form.span[i]))
        weights = SCALE * form.values[:, party] / form.span[party]
        answer = maximise_checked(bounded, np.arange(len(weights)), weights, floor)
        return None if answer is None else canonical_utilities(form, answer.package)

    while (top := best(0, floor)) is not None:
        other = best(1, np.array([top[0] - 1e-8 * form.span[0], floor[1]]))
        floor, found = np.array([floor[0], (top if other is None else other)[1] + 1e-7 * form.span[1]]), found + 1
    return found


def bench_boxes(unit: float) -> None:
    """Clauses that interact: the whole frontier of two parties with all four solutions, in processor seconds.

    Peers in the same run: a look at every package, and the frontier alone by HiGHS.
    """
    solve_boxes(Boxes(some_boxes(0, 6, 15), [10] * 6, np.zeros(2)))
    for issues, count in ((6, 15), (20, 40), (30, 60), (50, 100)):
        boxes, sizes, worst, note = [], [10] * issues, 0.0, ""
        for seed in range(3):
            rectangles = some_boxes(seed, issues, count)
            boxes.append(Boxes(rectangles, sizes, np.array([0.3 * sum(w for w, _ in own) for own in rectangles])))
            seconds, solved = timed(solve_boxes, boxes[-1])
            worst = max(worst, seconds)
            note += f" {len(solved.found.utilities)}{'' if solved.complete else '+'}"
        one = boxes[0]
        mine, solved = timed(solve_boxes, one)
        if issues == 6:
            each = [hyperrectangles(own) for own in one.rectangles]
            peer, _ = timed(
                look_at_all, lambda x, each=each: np.stack([u(x) for u in each], axis=1), sizes, one.reserve
            )
            note += f"; looking at every package {peer:.2f} s, {peer / mine:.0f} times as long"
        elif issues < 50:
            peer, points = timed(step_by_step, additive_form(one.rectangles, sizes, reserve=one.reserve))
            note += f"; HiGHS {points} in {peer:.1f} s, {peer / mine:.0f} times as long"
        report(f"boxes, 10^{issues} packages, {count} a party, worst of 3", worst, 5.0, unit, "vectors" + note)


def bench_amendments(unit: float) -> None:
    amendments(problem(0, [3] * 5, 3), np.zeros(5, int), 10)
    worst, sets = 0.0, []
    for seed in range(8):
        hard = problem(seed, [4] * 28, 5, red=2, rules=6, share=(0.35, 0.5, 0.6)[seed % 3])
        best_for_one = np.array([int(np.argmax(v[seed % 5])) for v in hard.values])
        seconds, found = timed(amendments, hard, best_for_one, 100)
        worst = max(worst, seconds)
        sets.append(f"{found.size}:{len(found.sets)}{'+' if found.more_exist else ''}")
    report("first 100 amendment sets, 28x4x5, worst of 8", worst, 2.0, unit, "size:sets " + " ".join(sets))


def bench_frontiers(unit: float) -> None:
    for n in (2, 3, 4):
        frontier(problem(0, [3] * 4, n))
    tasks = [
        ("frontier, 10^7 outcomes x 4", [10] * 7, 4, 5.0, f"peer 466 s and 4.6 GB ({PEER})"),
        ("frontier, 5.8M outcomes x 3", [7] * 8, 3, 1.0, f"peer 510 s and 2.5 GB on AgentHp2 ({PEER})"),
        ("frontier, 28x4, 2 parties", [4] * 28, 2, 1.0, f"peer 0.3 s ({PEER}, MOBANOS)"),
        ("frontier, 28x4, 3 parties", [4] * 28, 3, 1.0, "peer: none exact"),
        ("frontier, 16x4, 4 parties", [4] * 16, 4, 5.0, "peer: none exact"),
    ]
    for name, sizes, n, budget, note in tasks:
        worst, points = 0.0, []
        for seed in range(3):
            seconds, found = timed(frontier, problem(seed, sizes, n))
            worst = max(worst, seconds)
            points.append(len(found.utilities) if found.complete else -1)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        report(name + ", worst of 3", worst, budget, unit, f"points {points}, peak so far {memory:.0f} MB; {note}")
    hard = problem(1, [4] * 28, 5, red=2, rules=6)
    seconds, _ = timed(on_frontier, hard, np.zeros(28, int))
    report("certificate of one plan, 28x4x5", seconds, 2.0, unit)


def settle(*args: Any) -> Zones:
    """From raw draws to answers."""
    return zones(draws(*args))


def bench_zones(unit: float) -> None:
    warm = draws(*many_draws(0, 8, 4, 3, 0.6))
    most_acceptable(warm, zones(warm))
    for share in (0.5, 0.7, 0.8):
        values, reserve, red, sizes = many_draws(1, 4096, 25, 3, share)
        seconds, found = timed(settle, values, reserve, red, sizes)
        note = f"zone in {found.exists.mean():.3f} of draws"
        report(f"zone over 4,096 draws, 25 issues x 3, reserve {share}", seconds, 5.0, unit, note)
        many = draws(values, reserve, red, sizes)
        seconds, top = timed(most_acceptable, many, found)
        report("  most acceptable package, with bound", seconds, 10.0, unit, f"{top.share:.3f} <= {top.bound:.3f}")


def bench_corrections(unit: float) -> None:
    hard = problem(3, [4] * 28, 5, red=2, rules=6, share=0.8)
    seconds, found = timed(diagnose, hard)
    note = f"{len(found.corrections)} sets, more {found.more_exist}, cut {found.cut_with_red_lines.shortfall:.4f}"
    report("all minimal correction sets, 28x4x5", seconds, 10.0, unit, note)


def main() -> None:
    unit = calibrate()
    print(f"calibration kernel: {unit:.4f} s = 1 unit")
    for bench in (
        bench_frontiers,
        bench_solutions,
        bench_large,
        bench_boxes,
        bench_amendments,
        bench_corrections,
        bench_zones,
    ):
        bench(unit)


if __name__ == "__main__":
    main()
