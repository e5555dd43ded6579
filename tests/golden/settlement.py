"""Golden rows of negotiation domains: a problem and a row in, (column, expected, got, outcome) out.

Columns judged: sizes, frontier counts, counts of rational packages, existence of a zone, the `our_*` solutions under
both disagreement points (the reserve; the larger of reserve and the party's worst utility), the peer's solutions
where its definition is known, and the best smallest gain over the reserve. `negmas_n_pareto` counts float dust and
is not judged. A solution passes if what is expected scores the same as what was found (any member of a tie set) and,
where leximin settles ties, the sorted gains agree. outcome: True, False, or None for a column that is not covered.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from tests.golden._domains import load
from winset.theory.additive import AdditiveProblem
from winset.theory.bargaining import (
    NoZone,
    Solution,
    egalitarian,
    ideal,
    kalai_smorodinsky,
    nash,
    rational_count,
    uniform_cut,
    utilitarian,
)
from winset.theory.pareto import frontier

MODELS: dict[str, Callable] = {}
Verdict = tuple[str, str, str, bool | None]
NEAR = 2e-7  # the rows give nine decimals; a product or share of them is a little less exact
NOT_JUDGED = {"domain", "profiles", "fmt", "reserve", "negmas_version", "negmas_n_pareto", "n_nash", "line"}


def check_row(row: dict[str, str], inputs: Path) -> Iterator[Verdict]:
    """Read the domain of a row from `inputs` and judge every column."""
    problem = load(inputs / row["domain"], row["profiles"], row["fmt"])
    given = np.array([float(r) for r in row["reserve"].split("|")])
    yield "reserve", row["reserve"], str(problem.reserve), bool(np.allclose(problem.reserve, given))
    yield from check_problem(problem, row)


def check_problem(problem: AdditiveProblem, row: dict[str, str]) -> Iterator[Verdict]:
    """Judge every column of a row that has something to compare."""
    floor = np.maximum(problem.reserve, problem.constant + sum(v.min(axis=1) for v in problem.values))
    best = ideal(problem)
    assert best is not None
    edge = frontier(problem, rational=True)
    count = rational_count(problem)[1]
    got: dict[str, object] = {
        "n_issues": len(problem.sizes),
        "n_outcomes": math.prod(problem.sizes),
        "n_parties": problem.n_parties,
        "exact_n_pareto_vectors_1e9": len(edge.utilities),
        "exact_n_pareto_outcomes": int(edge.counts.sum()),
        "n_individually_rational": count,
        "zopa": "yes" if count else "no",
        "best_min_gain_over_reserve_any_outcome": -uniform_cut(problem).shortfall,
    }
    welfare = utilitarian(problem)
    if isinstance(welfare, Solution):
        got["negmas_max_welfare"] = got["our_max_welfare"] = welfare.objective
    solutions = {
        "our_nash": (nash, problem.reserve),
        "our_nash_d_is_max_reserve_min": (nash, floor),
        "negmas_nash": (nash, floor),
        "our_ks_max_min": (kalai_smorodinsky, problem.reserve),
        "our_ks_max_min_d_max": (kalai_smorodinsky, floor),
        "our_egalitarian": (egalitarian, problem.reserve),
        "our_egalitarian_d_max": (egalitarian, floor),
        "negmas_kalai": (egalitarian, floor),
    }
    spreads = {"our_ks_min_spread": problem.reserve, "our_ks_min_spread_d_max": floor, "negmas_ks": floor}
    for column, expected in row.items():
        if column in NOT_JUDGED:
            continue
        if (
            not expected and row.get("zopa") != "no"
        ):  # where there is no zone a blank says that there is no such package
            yield column, "", "", None
            continue
        if column in solutions:
            solver, d = solutions[column]
            yield _judge_solution(column, expected, solver(problem, d), d, best)
        elif column in spreads:
            yield _judge_spread(column, expected, edge.utilities, spreads[column], best)
        elif not expected:
            nothing = column not in got or got[column] in (0, None)
            yield column, "", str(got.get(column)), nothing
        elif column in got:
            value = got[column]
            if isinstance(value, str):
                same = value == expected
            else:
                same = abs(float(value) - float(expected)) <= NEAR  # type: ignore[arg-type]
            yield column, expected, str(value), same
        else:
            yield column, expected, "", None


def _judge_solution(column: str, expected: str, found: Solution | NoZone, d: np.ndarray, best: np.ndarray) -> Verdict:
    if isinstance(found, NoZone) or not expected:
        return column, expected, getattr(found, "reason", "a package"), isinstance(found, NoZone) and not expected
    vector = np.array([float(x) for x in expected.split()])
    scale = best - d if found.name == "kalai_smorodinsky" else np.ones(len(d))
    theirs, ours = (vector - d) / scale, found.gains / scale
    if found.name == "nash":
        same = math.isclose(float(np.prod(theirs)), float(np.prod(ours)), rel_tol=NEAR, abs_tol=1e-12)
    else:
        same = bool(np.allclose(np.sort(theirs), np.sort(ours), atol=NEAR))
        # the worst-off decides; the rows do not say how they settle ties beyond it
        same = same or abs(theirs.min() - ours.min()) <= NEAR
    return column, expected, " ".join(f"{u:.9f}" for u in found.utilities), same


def _judge_spread(column: str, expected: str, edge: np.ndarray, d: np.ndarray, best: np.ndarray) -> Verdict:
    """What the peer calls Kalai-Smorodinsky: the efficient package whose normalised gains differ least."""
    if not len(edge) or not expected:
        return column, expected, "", not len(edge) and not expected
    gains = (edge - d) / (best - d)
    spread = gains.max(axis=1) - gains.min(axis=1)
    pick = edge[int(np.argmin(spread))]
    theirs = (np.array([float(x) for x in expected.split()]) - d) / (best - d)
    same = abs(float(np.ptp(theirs)) - float(spread.min())) <= NEAR
    return column, expected, " ".join(f"{u:.9f}" for u in pick), same
