"""Additive bargaining problems as 0/1 programmes, solved to proven optimum by HiGHS through scipy.

One binary per (issue, option): x_jo = 1 if the package takes option o of issue j.

    sum_o x_jo = 1                         for every issue j                    (one option each)
    sum_{(j,S) in rule} sum_{o in S} x_jo <= |rule| - 1   for every rule        (never all of them)
    u_i(x) = c_i + sum_jo v_ijo x_jo                                            (linear in x)

Rows on utilities are divided by the party's span and multiplied by SCALE = 1000, so that HiGHS's tolerance of
1e-6 on a row and on the objective is 1e-9 of a span. Bounds proved by HiGHS are reported with that 1e-9 added.

Reference: Huangfu & Hall (2018), "Parallelizing the dual revised simplex method" (HiGHS); the one-hot form is
standard (Williams 2013, ch. 9).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy  # its parts load where they are first used: they take as long as a small problem
from jaxtyping import Float, Int
from numpy.typing import ArrayLike

from winset.errors import NotSolved
from winset.theory.additive import Canonical
from winset.theory.milp_output import silent

SCALE = 1000.0  # no answer: units of the solver
SLACK = 1e-9  # no answer: rounding
"""What HiGHS's own tolerances may hide, as a share of a party's span."""

FAR = 1e12  # no answer: stands for no bound
NODES = 20_000  # no answer: a limit; what is not proved within it is said
"""Most nodes a programme may look at: a measure of work, so that a busy machine gives the same answer as a free one."""


@dataclass
class Programme:
    """Rows of a 0/1 programme being built: columns 0..n_binary-1 are x in canonical order, then extra variables."""

    form: Canonical
    columns: list[Int[np.ndarray, " _nonzero"]] = field(default_factory=list)
    weights: list[Float[np.ndarray, " _nonzero"]] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[int] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Answer:
    """Optimum of a programme. `bound` is HiGHS's proved upper bound on what was maximised."""

    package: Int[np.ndarray, " issue"]
    value: float
    bound: float
    x: Float[np.ndarray, " variable"]


def programme(form: Canonical) -> Programme:
    """One-hot rows and rule cuts of a canonical problem; utilities and goals are added by the caller."""
    n = int(form.offsets[-1])
    p = Programme(form, lower=[0.0] * n, upper=[1.0] * n, whole=[1] * n)
    for k in range(len(form.sizes)):
        columns = np.arange(form.offsets[k], form.offsets[k + 1])
        add_row(p, columns, np.ones(len(columns)), 1.0, 1.0)
    for rule in form.rules:
        columns = np.concatenate([form.offsets[k] + np.array(sorted(named)) for k, named in rule])
        add_row(p, columns, np.ones(len(columns)), -FAR, len(rule) - 1.0)
    return p


def add_variable(p: Programme, low: float, high: float, whole: bool = False) -> int:
    """A further variable; returns its column."""
    p.lower.append(low)
    p.upper.append(high)
    p.whole.append(int(whole))
    return len(p.lower) - 1


def add_row(p: Programme, columns: ArrayLike, weights: ArrayLike, low: float, high: float = FAR) -> None:
    """low <= weights . columns <= high; FAR stands for no limit."""
    p.columns.append(np.asarray(columns, dtype=np.int64))
    p.weights.append(np.asarray(weights, dtype=np.float64))
    p.low.append(-np.inf if low <= -FAR else low)
    p.high.append(np.inf if high >= FAR else high)


def add_utility_row(
    p: Programme, party: int, low: float, scale: float, extra: tuple[tuple[int, float], ...] = ()
) -> None:
    """SCALE * (u_party - low) / scale + sum of extra terms >= 0, for a canonical party."""
    form = p.form
    n = len(form.values)
    columns = np.concatenate([np.arange(n), [c for c, _ in extra]])
    weights = np.concatenate([SCALE * form.values[:, party] / scale, [w for _, w in extra]])
    add_row(p, columns, weights, SCALE * (low - form.constant[party]) / scale)


def copy_of(p: Programme) -> Programme:
    """The same rows and variables, to be added to apart."""
    rows = list(p.columns), list(p.weights), list(p.low), list(p.high)
    return Programme(p.form, *rows, list(p.lower), list(p.upper), list(p.whole))


def forbid(p: Programme, package: Int[np.ndarray, " issue"]) -> None:
    """Cut off one package."""
    columns = p.form.offsets[:-1] + package
    add_row(p, columns, np.ones(len(columns)), -FAR, len(columns) - 1.0)


def maximise(
    p: Programme, columns: np.ndarray, weights: np.ndarray, open_ended: bool = False, slack: float = 0.0
) -> Answer | None:
    """Solve to proven optimum, or to within `slack` (a share of the objective); None if no package fits the rows.

    After NODES without a proof: raises NotSolved, or, if `open_ended`, returns the best found with its bound.
    """
    cost = np.zeros(len(p.lower))
    np.add.at(cost, np.asarray(columns, dtype=np.int64), -np.asarray(weights, dtype=np.float64))
    starts = np.concatenate([[0], np.cumsum([len(c) for c in p.columns])])
    shape = (len(p.columns), len(cost))
    matrix = scipy.sparse.csr_array((np.concatenate(p.weights), np.concatenate(p.columns), starts), shape=shape)
    outcome = None
    for presolve in (True, False):
        with silent():
            outcome = scipy.optimize.milp(
                cost,
                integrality=np.array(p.whole),
                bounds=scipy.optimize.Bounds(np.array(p.lower), np.array(p.upper)),
                constraints=scipy.optimize.LinearConstraint(matrix, np.array(p.low), np.array(p.high)),
                options={"mip_rel_gap": slack, "node_limit": NODES, "presolve": presolve},
            )
        if outcome.status in (0, 2) or _stopped(outcome):
            break
    if outcome is None or outcome.status == 2:
        return None
    unproved = open_ended and _stopped(outcome) and outcome.x is not None
    if outcome.status != 0 and not unproved:
        partial = None if outcome.x is None else _package(p.form, outcome.x)
        raise NotSolved(f"HiGHS stopped without a proof: {outcome.message}", partial)
    bound = outcome.mip_dual_bound
    proved = -outcome.fun if bound is None else -float(bound)
    return Answer(_package(p.form, outcome.x), -float(outcome.fun), proved, outcome.x)


def _stopped(outcome: Any) -> bool:
    """Did HiGHS end at the limit of nodes? (scipy knows no status of its own for it.)"""
    return outcome.status not in (0, 2) and (outcome.mip_node_count or 0) >= NODES


def _package(form: Canonical, x: Float[np.ndarray, " variable"]) -> Int[np.ndarray, " issue"]:
    return np.array([int(np.argmax(x[a:b])) for a, b in zip(form.offsets[:-1], form.offsets[1:])], dtype=np.int64)


def canonical_utilities(form: Canonical, package: Int[np.ndarray, " issue"]) -> Float[np.ndarray, " party"]:
    """Utilities of one canonical package, parties in canonical order."""
    return form.constant + form.values[form.offsets[:-1] + package].sum(axis=0)


def maximise_checked(
    p: Programme,
    columns: np.ndarray,
    weights: np.ndarray,
    floor: Float[np.ndarray, " party"],
    open_ended: bool = False,
    slack: float = 0.0,
) -> Answer | None:
    """As `maximise`, but a package that only meets `floor` thanks to HiGHS's tolerance is cut off and it goes on."""
    for _ in range(100):
        answer = maximise(p, columns, weights, open_ended, slack)
        if answer is None or np.all(canonical_utilities(p.form, answer.package) >= floor):
            return answer
        forbid(p, answer.package)
    raise NotSolved("a hundred packages in a row lie within solver tolerance of a reserve; rescale the utilities")
