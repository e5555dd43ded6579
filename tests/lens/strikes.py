"""Daily strikes from the raw file, and the association with contacts worked out by numpy alone."""

import csv
import datetime as dt

import numpy as np

from tests.shared import SHARED

FIRST = dt.date(2025, 1, 1)
CALLS = [
    dt.date.fromisoformat(d)
    for d in (
        "2025-02-12",
        "2025-03-18",
        "2025-05-19",
        "2025-06-04",
        "2025-06-14",
        "2025-07-03",
        "2025-08-18",
        "2025-10-16",
    )
]


def raw():
    """The file as it is: day -> (drones, missiles)."""
    with (SHARED / "data" / "strikes_daily.csv").open() as file:
        return {
            dt.date.fromisoformat(r["date"]): (int(r["drones_launched"]), int(r["missiles_launched"]))
            for r in csv.DictReader(file)
        }


def by_hand(counts, days, window, block=90):
    """Mantel-Haenszel ratio with its quasi-Poisson limits, in loops over days; day 0 is FIRST."""
    inside = [any(0 < (FIRST + dt.timedelta(i) - d).days <= window for d in days) for i in range(len(counts))]
    cells = {}
    for i, count in enumerate(counts):
        cells.setdefault((i // block, inside[i]), []).append(count)
    both = [b for b in range(len(counts) // block + 1) if (b, True) in cells and (b, False) in cells]
    top = sum(sum(cells[b, True]) * len(cells[b, False]) / (len(cells[b, True]) + len(cells[b, False])) for b in both)
    bottom = sum(
        sum(cells[b, False]) * len(cells[b, True]) / (len(cells[b, True]) + len(cells[b, False])) for b in both
    )
    used = [cells[b, s] for b in both for s in (True, False)]
    chi = sum((v - np.mean(cell)) ** 2 / np.mean(cell) for cell in used for v in cell)
    phi = max(1.0, chi / (sum(map(len, used)) - len(used)))
    x, y = (sum(sum(cells[b, s]) for b in both) for s in (True, False))
    half = 1.6448536269514722 * np.sqrt(phi * (1 / x + 1 / y))
    ratio = top / bottom
    return ratio, ratio * np.exp(-half), ratio * np.exp(half), x, y
