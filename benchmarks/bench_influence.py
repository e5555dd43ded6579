"""How the models of influence do on decisions of the European Union, and how fast they are:
`python -m benchmarks.bench_influence [FILE]`.

FILE: issues of the DEU data, tab separated; the second row is what counts as capability. Positions `p..` and saliences
`s..` of the states (`com`: Commission, `ep`: Parliament, which count as the largest state) on 0..100, outcome `out`. An
issue counts with at least three actors and an outcome on the scale. Nothing is fitted. Errors are of 100; a
distribution is scored by its CRPS (a point by its absolute error), and the default is set against each rival by a
paired bootstrap. The climatology of an issue is the outcomes of all others: it is told what such decisions come to,
which no model here is; "every place alike" is told nothing. The three elections in equal parts are what somebody would
show who had no reason to take one of them.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.bench_settlement import calibrate, timed
from winset.theory import condorcet, expected_utility, means, spatial_model

DEFAULT = "election, markov-uniform"
Dealt = tuple[np.ndarray, np.ndarray, np.ndarray, float]  # positions, capability, salience, outcome


def issues(path: Path) -> list[Dealt]:
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(), delimiter="\t"))
    states = [k[1:] for k in rows[0] if k[0] == "p" and f"s{k[1:]}" in rows[0]]
    given = {s: float(rows[0][f"p{s}"]) for s in states if rows[0][f"p{s}"]}
    largest = max(given.values())
    found = []
    for row in rows[1:]:
        told = [
            (float(row[f"p{s}"]), given.get(s, largest), float(row[f"s{s}"]) / 100)
            for s in states
            if row[f"p{s}"].strip() and row[f"s{s}"].strip() and 0 <= float(row[f"p{s}"]) <= 100
        ]
        if len(told) >= 3 and row["out"].strip() and 0 <= float(row["out"]) <= 100:
            x, c, s = np.array(told).T
            found.append((x, c, s, float(row["out"])))
    return found


def crps(x: np.ndarray, p: np.ndarray, outcome: float) -> float:
    """E|X - y| - E|X - X'|/2 for a distribution of chances p on places x."""
    p = p / p.sum()
    return float(p @ np.abs(x - outcome) - 0.5 * p @ np.abs(x[:, None] - x) @ p)


def models(dealt: list[Dealt]) -> dict[str, list[tuple[float, float]]]:
    """(absolute error of the point, CRPS) of every model on every issue."""
    outcomes = np.array([y for *_, y in dealt])
    told: dict[str, list[tuple[float, float]]] = {}

    def add(name: str, y: float, x: np.ndarray, p: np.ndarray) -> None:
        mean = float(p @ x / p.sum())
        told.setdefault(name, []).append((abs(mean - y), crps(x, p, y)))

    def point(name: str, y: float, at: float) -> None:
        told.setdefault(name, []).append((abs(at - y), abs(at - y)))

    for n, (x, c, s, y) in enumerate(dealt):
        w = c * s if (c * s).sum() > 0 else np.ones_like(c)
        elected = [condorcet.places(x[None], w[None], kind)[0] for kind in condorcet.KINDS]
        for kind, chance in zip(condorcet.KINDS, elected):
            add(f"election, {kind}", y, x, chance)
        add("elections, the three in equal parts", y, x, np.mean(elected, axis=0))
        add("weighted positions", y, x, w)
        others = np.delete(outcomes, n)
        add("climatology (all other outcomes)", y, others, np.ones(len(others)))
        add("every place alike", y, np.linspace(0, 100, 101), np.ones(101))
        point("always 50", y, 50.0)
        point("weighted mean", y, float(means.weighted_mean(x, w)))
        point("weighted median", y, float(means.weighted_median(x, w)))
        point("Nash position", y, float(means.nash_position(x, w, 100.0)))
        for name, switches in expected_utility.PRESETS.items():
            last = expected_utility.play(x, c, s, switches, 5).positions[0, -1]
            add(f"challenges, {name}", y, last, w)
        power = 100 * c / c.max()
        end = spatial_model.play(x[:, None] / 100, power, s[:, None], spatial_model.PRESETS["ktab-1.4"]).positions[
            -1, :, 0
        ]
        add("spatial, ktab-1.4", y, end * 100, w)
    return told


def against(told: dict[str, list[tuple[float, float]]], rival: str, seed: int = 1) -> tuple[float, float, float]:
    """Mean CRPS of the default less that of a rival, with its 90 % paired bootstrap interval."""
    gap = np.array(told[DEFAULT])[:, 1] - np.array(told[rival])[:, 1]
    rng = np.random.default_rng(seed)
    means_ = gap[rng.integers(0, len(gap), (4000, len(gap)))].mean(axis=1)
    low, high = np.percentile(means_, [5, 95])
    return float(gap.mean()), float(low), float(high)


def scores(path: Path) -> None:
    dealt = issues(path)
    told = models(dealt)
    print(f"{len(dealt)} issues of {path.name}; default: {DEFAULT}")
    print(f"{'model':40s} {'MAE':>7s} {'CRPS':>7s}  default less it (90 %)")
    for name, pairs in sorted(told.items(), key=lambda t: np.mean([b for _, b in t[1]])):
        mae, score = np.mean(pairs, axis=0)
        gap = "" if name == DEFAULT else "{:+6.2f} ({:+.2f} to {:+.2f})".format(*against(told, name))
        print(f"{name:40s} {mae:7.2f} {score:7.2f}  {gap}")


def speed() -> None:
    """Processor seconds against budgets."""
    unit, rng = calibrate(), np.random.default_rng(1)
    x, c, s = rng.random((10_000, 10)) * 100, rng.random((10_000, 10)), rng.random((10_000, 10))
    big, power, salience = rng.random((80, 1)), 100 * rng.random(80), rng.random((80, 1))
    tasks: list[tuple[str, float, Callable[[], object]]] = [
        ("spatial model, 80 actors x 17 turns", 0.3, lambda: spatial_model.play(big, power, salience, turns=17)),
        *(
            (
                f"challenges, {name}, 10,000 draws x 10 actors x 10 rounds",
                0.5,
                lambda p=p: expected_utility.play(x, c, s, p, 10),
            )
            for name, p in expected_utility.PRESETS.items()
        ),
    ]
    for name, budget, task in tasks:
        task()
        taken = min(timed(task)[0] for _ in range(3))
        kept = "within" if taken <= budget else "OVER"
        print(f"{name:60s} {taken:6.3f} s  budget {budget} s {kept} {taken / unit:8.2f} units")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        scores(Path(sys.argv[1]))
    speed()
