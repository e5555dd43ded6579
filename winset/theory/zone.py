"""Is there a zone of agreement? Answered exactly, with a certificate, for many draws of one problem.

A *draw* is one reading of an uncertain problem: values, reserves and red lines, over the same issues, options and
rules. Per draw the answer is

    yes   with a package every party accepts (kept in a pool and tried on later draws first), or
    no    with weights lam >= 0, sum 1, such that  max over packages of sum_i lam_i (u_i - r_i) < 0
          (Lagrangian or surrogate bound, Geoffrion 1974; the maximum is taken issue by issue), or
    no    after an exhaustive tree search cut by such bounds, or the stronger one of `bargaining_search` where it grows
          too large (then, where that does too, a 0/1 programme).

Rules: groups of rule-linked issues with at most JOINT joint options become one issue whose options are the joint
options the rules allow, so the bound is exact on them; in larger groups the bound ignores the rules (still an upper
bound) and the searches enforce them. A reserve counts as met within 1e-9 of the party's range in that draw.

The package acceptable in most draws is looked for by swaps from the pool; the bound on what any package could reach
comes from best-first branching over clauses, where a draw counts as open until a bound closes it. Both are returned.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from jaxtyping import Bool, Float, Int

from winset.errors import SettingError
from winset.theory import unit_kernels as units
from winset.theory import zone_kernels as kernel
from winset.theory.additive import TOLERANCE, Rule, additive_problem, rule_words
from winset.theory.bargaining import find_acceptable

JOINT = 64  # no answer: which exact form a group of rules takes
STEPS = 120  # no answer: effort of a bound; what it leaves open the tree settles
NODES = 200_000  # no answer: a limit; what is left open goes to `find_acceptable`
BY_SOLVER = 5  # no answer: a name
HOW = ("open", "pool", "swaps", "weights", "tree", "solver")


@dataclass(frozen=True, eq=False)
class Shape:
    """Units of choice: an issue, or a small group of rule-linked issues with its allowed joint options.

    `parts[k]` holds, for unit option k, the flat places of the original options it stands for (-1 = no more).
    """

    offsets: Int[np.ndarray, " unit_and_one"]
    parts: Int[np.ndarray, "unit_option part"]
    words: np.ndarray
    finished: np.ndarray
    issue_of: Int[np.ndarray, " flat"]
    starts: Int[np.ndarray, " issue_and_one"]


@dataclass(frozen=True, eq=False)
class Draws:
    """Many draws of one problem in units. Build with `draws`."""

    shape: Shape
    values: Float[np.ndarray, "draw party unit_option"]
    reserve: Float[np.ndarray, "draw party"]
    red: Bool[np.ndarray, "draw party unit_option"]
    closed: Bool[np.ndarray, "draw unit_option"]
    slack: Float[np.ndarray, "draw party"]


@dataclass(frozen=True, eq=False)
class Zones:
    """Per draw: is there a zone; by what means (place in HOW); the package accepted (place in `pool`, or -1);
    the weights, and the surplus max lam . (u - r) they prove (inf where no weights were needed)."""

    exists: Bool[np.ndarray, " draw"]
    how: Int[np.ndarray, " draw"]
    witness: Int[np.ndarray, " draw"]
    pool: Int[np.ndarray, "package issue"]
    weights: Float[np.ndarray, "draw party"]
    surplus: Float[np.ndarray, " draw"]


@dataclass(frozen=True, eq=False)
class MostAcceptable:
    """The package accepted in most draws among those looked at, its share, and a proved bound on any package's."""

    package: Int[np.ndarray, " issue"]
    share: float
    bound: float
    zone_share: float


@lru_cache(maxsize=8)
def _shape(sizes: tuple[int, ...], rules: tuple[Rule, ...], most: int) -> Shape:
    """Groups of at most `most` joint options become one unit. Kept for the last few: many draws share a shape."""
    group = list(range(len(sizes)))
    for rule in rules:
        linked = {group[j] for j, _ in rule}
        group = [min(linked) if g in linked else g for g in group]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    units: list[list[tuple[int, ...]]] = []
    left: list[Rule] = []
    for g in sorted(set(group)):
        members = [j for j in range(len(sizes)) if group[j] == g]
        own = [rule for rule in rules if group[rule[0][0]] == g]
        if own and np.prod([sizes[j] for j in members], dtype=float) <= most:
            place = {j: a for a, j in enumerate(members)}
            joint = [
                choice
                for choice in product(*(range(sizes[j]) for j in members))
                if not any(all(choice[place[j]] in named for j, named in rule) for rule in own)
            ]
            units.append([tuple(int(starts[j]) + o for j, o in zip(members, choice)) for choice in joint])
        else:
            units += [[(int(starts[j]) + o,) for o in range(sizes[j])] for j in members]
            left += own
    offsets = np.concatenate([[0], np.cumsum([len(u) for u in units])]).astype(np.int64)
    flat = [choice for unit in units for choice in unit]
    width = max((len(choice) for choice in flat), default=1)
    parts = np.array([[*choice, *[-1] * (width - len(choice))] for choice in flat], dtype=np.int64).reshape(-1, width)
    unit_of = {units[u][0][0]: u for u in range(len(units)) if units[u] and len(units[u][0]) == 1}
    moved = tuple(tuple((unit_of[int(starts[j])], named) for j, named in rule) for rule in left)
    words = rule_words(moved, offsets)
    finished = np.zeros((len(units), words.shape[1]), np.uint64)
    for r, rule in enumerate(moved):
        finished[max(u for u, _ in rule) :, r // 64] |= np.uint64(1) << np.uint64(r % 64)
    return Shape(offsets, parts, words, finished, np.repeat(np.arange(len(sizes)), sizes), starts)


def draws(
    values: Float[np.ndarray, "draw party flat"],
    reserve: Float[np.ndarray, "draw party"],
    red: Bool[np.ndarray, "draw party flat"],
    sizes: Sequence[int],
    rules: tuple[Rule, ...] = (),
) -> Draws:
    """Check shapes and put the draws in units. `sizes` are numbers of options per issue, `flat` their sum.

    All arrays are contiguous: kernels are compiled again for every other layout.
    """
    if values.ndim != 3 or reserve.shape != values.shape[:2] or red.shape != values.shape:
        raise SettingError("zone needs values and red of shape (draw, party, flat option) and reserve (draw, party)")
    if values.shape[2] != sum(sizes) or min(sizes, default=0) < 1:
        raise SettingError(f"{values.shape[2]} flat options do not match issues of sizes {tuple(sizes)}")
    if not (np.isfinite(values).all() and np.isfinite(reserve).all()):
        raise SettingError("values and reserves must be finite; state a red line in `red`, not as -inf")
    shape = _shape(tuple(sizes), rules, JOINT)
    table, lines = np.ascontiguousarray(values, dtype=np.float64), np.ascontiguousarray(red, dtype=bool)
    joint, drawn, closed = units.in_units(table, lines, shape.parts)
    floor = np.ascontiguousarray(reserve, dtype=np.float64)
    return Draws(shape, joint, floor, drawn, closed, _slack(table, shape.starts))


def _slack(values: Float[np.ndarray, "draw party flat"], starts: Int[np.ndarray, " issue_and_one"]) -> np.ndarray:
    """How far below its reserve each party's worth may fall in each draw and still count as meeting it."""
    span = units.spans(values, starts)
    return TOLERANCE * np.where(span > 0, span, 1.0)


def zones(many: Draws) -> Zones:
    """Zone or none for every draw, with certificates. Exact: independent of the order of the draws but for the
    choice of witness."""
    shape = many.shape
    empty = bool(np.any(np.diff(shape.offsets) == 0))
    n_draws, n = many.reserve.shape
    if empty:
        none = np.zeros(n_draws, bool)
        pool = np.empty((0, len(shape.starts) - 1), np.int64)
        flat = np.full((n_draws, n), 1.0 / n)
        return Zones(none, np.full(n_draws, 3), np.full(n_draws, -1), pool, flat, np.full(n_draws, -np.inf))
    how, witness, weights, surplus, pool = kernel.settle(
        many.values, many.reserve, many.closed, shape.offsets, shape.words, shape.finished, many.slack, STEPS, NODES
    )
    packages = [packages_home(shape, pool)]
    n_pool = len(pool)
    for d in np.flatnonzero(how == kernel.OPEN):
        how[d] = BY_SOLVER
        found = _by_solver(many, int(d))
        if found is not None:
            witness[d] = n_pool
            n_pool += 1
            packages.append(packages_home(shape, found[None, :]))
    return Zones(witness >= 0, how, witness, np.concatenate(packages), weights, surplus)


def _by_solver(many: Draws, d: int) -> Int[np.ndarray, " unit"] | None:
    shape = many.shape
    cuts = shape.offsets[1:-1]
    rules = []
    for r in range(64 * shape.words.shape[1]):
        bit = (shape.words[:, r // 64] >> np.uint64(r % 64)) & np.uint64(1)
        if (shape.finished[-1, r // 64] >> np.uint64(r % 64)) & np.uint64(1):
            parts = [np.flatnonzero(b) for b in np.split(bit, cuts)]
            rules.append([(u, named) for u, named in enumerate(parts) if len(named) < np.diff(shape.offsets)[u]])
    problem = additive_problem(
        np.split(many.values[d], cuts, axis=1),
        reserve=many.reserve[d],
        red=np.split(many.red[d], cuts, axis=1),
        rules=rules,
    )
    found = find_acceptable(problem)
    return None if found is None else shape.offsets[:-1] + found


def packages_home(shape: Shape, packages: Int[np.ndarray, "package unit"]) -> Int[np.ndarray, "package issue"]:
    """Rows of unit options (flat) to packages of the original issues."""
    out = np.zeros((len(packages), len(shape.starts) - 1), np.int64)
    for row, package in zip(out, packages):
        flat = shape.parts[package].ravel()
        flat = flat[flat >= 0]
        row[shape.issue_of[flat]] = flat - shape.starts[shape.issue_of[flat]]
    return out


def acceptance(
    values: Float[np.ndarray, "draw party flat"],
    reserve: Float[np.ndarray, "draw party"],
    red: Bool[np.ndarray, "draw party flat"],
    sizes: Sequence[int],
    packages: Int[np.ndarray, "package issue"],
    rules: tuple[Rule, ...] = (),
) -> Bool[np.ndarray, "package draw party"]:
    """Who accepts which package in which draw: reserve met, none of the party's own red lines crossed.

    A package that breaks a rule is accepted by nobody. All parties accept where `.all(axis=2)`.
    """
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    flat = starts[:-1] + np.atleast_2d(packages)
    table, lines = np.ascontiguousarray(values, dtype=np.float64), np.ascontiguousarray(red)
    floor, words = np.ascontiguousarray(reserve), rule_words(rules, starts)
    return kernel.accepted(table, floor, lines, words, _slack(table, starts), flat)


def most_acceptable(many: Draws, found: Zones, starts: int = 8, max_nodes: int = 2000) -> MostAcceptable:
    """The package accepted in most draws (best found) with a proved upper bound on the share of any package."""
    shape = many.shape
    zone_share = float(found.exists.mean())
    if not found.exists.any():
        return MostAcceptable(np.full(len(shape.starts) - 1, -1), 0.0, 0.0, zone_share)
    place = {tuple(int(x) for x in part if x >= 0): k for k, part in enumerate(shape.parts)}
    pool = np.array([_unit_row(shape, place, package) for package in found.pool])
    some = pool[:512]
    counts = kernel.passes(many.values, many.reserve, many.closed, shape.words, many.slack, some)
    best, most = some[0], -1
    for a in np.argsort(-counts, kind="stable")[:starts]:
        package, count = _hill_climb(many, some[a].copy())
        if count > most:
            best, most = package, count
    bound = _branch(many, found.exists, most, max_nodes)
    n = len(found.exists)
    return MostAcceptable(packages_home(shape, best[None, :])[0], most / n, bound / n, zone_share)


def _unit_row(shape: Shape, place: dict[tuple[int, ...], int], package: np.ndarray) -> list[int]:
    flat = shape.starts[:-1] + package
    row = []
    for u in range(len(shape.offsets) - 1):
        first = shape.parts[shape.offsets[u]]
        members = shape.issue_of[first[first >= 0]]
        row.append(place[tuple(int(flat[j]) for j in members)])
    return row


def _hill_climb(many: Draws, package: np.ndarray) -> tuple[np.ndarray, int]:
    """Best single swap until none accepts more draws."""
    shape, most = many.shape, -1
    while True:
        gain = many.values[:, :, package].sum(axis=2) - many.reserve
        red = many.closed[:, package].sum(axis=1)
        counts = kernel.swap_counts(
            many.values, gain, red, many.closed, many.slack, shape.offsets, package, shape.words
        )
        k = int(np.argmax(counts))
        if counts[k] <= most:
            return package, most
        most = int(counts[k])
        package[int(np.searchsorted(shape.offsets, k, side="right")) - 1] = k


def _branch(many: Draws, exists: Bool[np.ndarray, " draw"], most: int, max_nodes: int) -> int:
    """Proved upper bound on the number of draws that any one package satisfies: best-first over partial packages."""
    shape = many.shape
    n_units, n = len(shape.offsets) - 1, many.reserve.shape[1]
    weights = np.tile(np.vstack([np.eye(n), np.full((1, n), 1.0 / n)]), (len(exists), 1, 1))
    package, gain = np.zeros(n_units, np.int64), np.zeros(n)
    alive = np.flatnonzero(exists)
    for d in alive:
        draw = many.values[d], many.reserve[d], many.closed[d]
        kernel.descend(*draw, shape.offsets, weights[d, n], many.slack[d], 30, package, gain)
    worth = np.einsum("dbi,dik->dbk", weights[alive], many.values[alive])
    worth = np.where(many.closed[alive, None, :], -np.inf, worth)
    parts = [slice(a, b) for a, b in zip(shape.offsets[:-1], shape.offsets[1:])]
    spread = [float(units.spans(many.values, shape.offsets[u : u + 2]).mean()) for u in range(n_units)]
    order = np.argsort(-np.array(spread), kind="stable")
    ahead = np.zeros((len(exists), n_units + 1, n + 1))
    for depth in range(n_units - 1, -1, -1):
        ahead[alive, depth] = ahead[alive, depth + 1] + worth[:, :, parts[order[depth]]].max(axis=2)
    heap: list[tuple[int, int, tuple[int, ...], np.ndarray]] = [(-len(alive), 0, (), alive)]
    for serial in range(1, max_nodes + 1):
        bound, _, fixed, open_draws = heapq.heappop(heap)
        if -bound <= most:
            return most
        if len(fixed) == n_units:
            return -bound
        keep = kernel.children(
            many.values, many.reserve, many.closed, many.slack, weights, ahead, shape.offsets, order,
            np.array(fixed, dtype=np.int64), open_draws,
        )  # fmt: skip
        for o, (row, left) in enumerate(zip(keep, keep.sum(axis=1).tolist())):
            child = (*fixed, int(shape.offsets[order[len(fixed)]]) + o)
            heapq.heappush(heap, (-left, serial * 10_000 + o, child, open_draws[row]))
    return max(most, -heap[0][0])
