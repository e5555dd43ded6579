"""The Pareto frontier of packages: complete where that is possible, honestly sampled where it is not.

A feasible package x is *efficient* if no feasible y has u_i(y) >= u_i(x) for all i with one strict. With additive
utilities a partial package (options for issues 1..k) that another partial package dominates can never be completed
to an efficient one: add the same options to both. So the frontier is built issue by issue, dropping dominated
partial packages after each merge (a Minkowski sum of frontiers; Ehrgott 2005, sec. 8; Nemhauser & Ullmann 1969 for
knapsacks). With cross-clause rules two partial packages are compared only if the same rules can still be broken
(same *state*), which keeps the result exact; issues that share a rule are merged one after another so that states
stay few.

Vectors count once if they agree to 1e-9 of each party's span; on the way, partial ones if they agree to 1e-12.
Above `limit` partial packages the frontier is sampled instead: weighted sums and improvements of random packages,
each proved efficient by a 0/1 programme, with `complete=False`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from winset.seeds import uniform, words
from winset.theory.additive import TOLERANCE, AdditiveProblem, Canonical, back, broken, canonical, crossed, utilities
from winset.theory.dominance import undominated
from winset.theory.milp_model import (
    SCALE,
    SLACK,
    add_utility_row,
    canonical_utilities,
    maximise,
    maximise_checked,
    programme,
)

FINE = 1e-12  # no answer: rounding
LIMIT = 50_000  # no answer: a limit on size; that it was reached is said


@dataclass(frozen=True, eq=False)
class Frontier:
    """Efficient utility vectors, one package for each, and how many packages share each vector (if complete)."""

    utilities: Float[np.ndarray, "vector party"]
    packages: Int[np.ndarray, "vector issue"]
    counts: Float[np.ndarray, " vector"]
    complete: bool
    how: str


@dataclass(frozen=True, eq=False)
class Certificate:
    """Whether a plan is efficient; if not, a package that no party likes less, and each party's gain from it.

    `bound` limits the total gain (in spans) any such package could bring. `crossed` and `broken` list the red lines
    (party, issue) and rules the plan itself violates; an infeasible plan is compared all the same.
    """

    efficient: bool
    package: Int[np.ndarray, " issue"] | None
    gains: Float[np.ndarray, " party"] | None
    bound: float
    crossed: tuple[tuple[int, int], ...]
    broken: tuple[int, ...]


def frontier(
    problem: AdditiveProblem, rational: bool = False, limit: int = LIMIT, samples: int = 200, seed: int = 0
) -> Frontier:
    """The complete frontier, or a sample once more than `limit` partial packages have to be kept.

    With `rational` only packages that reach every reserve are returned (they are the IR part of the same frontier).
    """
    form = canonical(problem)
    if not form.possible:
        empty = np.empty((0, problem.n_parties)), np.empty((0, len(problem.sizes)), np.int64), np.empty(0)
        return Frontier(*empty, True, "red lines and rules leave no feasible package")
    merged = _merge(form, rational, limit)
    complete = merged is not None
    if merged is None:
        merged = _sample(form, rational, samples, seed), np.ones(0)
    packages, counts = back(form, merged[0]), merged[1]
    worth = utilities(problem, packages)
    counts = counts if complete else np.ones(len(packages))
    rows, counts = undominated(np.rint(worth / (problem.span * TOLERANCE)).astype(np.int64), counts)
    rational_rows = np.all(worth[rows] >= problem.reserve - TOLERANCE * problem.span, axis=1) | (not rational)
    rows, counts = rows[rational_rows], counts[rational_rows]
    how = "issues merged one by one" if complete else f"sampled: more than {limit} partial packages; not complete"
    return Frontier(worth[rows], packages[rows], counts, complete, how)


def _issue_order(form: Canonical) -> list[int]:
    """Canonical issues with those linked by rules next to each other, small groups first."""
    group = list(range(len(form.sizes)))
    for rule in form.rules:
        linked = {group[k] for k, _ in rule}
        group = [min(linked) if g in linked else g for g in group]
    members: dict[int, list[int]] = {}
    for k, g in enumerate(group):
        members.setdefault(g, []).append(k)
    return [k for g in sorted(members, key=lambda g: (len(members[g]), g)) for k in members[g]]


def _merge(
    form: Canonical, rational: bool, limit: int
) -> tuple[Int[np.ndarray, "row issue"], Float[np.ndarray, " row"]] | None:
    """Undominated canonical packages and their counts, or None above the limit."""
    order = _issue_order(form)
    last = {r: max(order.index(k) for k, _ in rule) for r, rule in enumerate(form.rules)}
    parts = [slice(int(form.offsets[k]), int(form.offsets[k + 1])) for k in order]
    hope = np.array([form.values[part].max(axis=0) for part in parts])
    ahead = np.concatenate([np.cumsum(hope[::-1], axis=0)[::-1], np.zeros((1, hope.shape[1]))])
    floor = form.reserve - TOLERANCE * form.span - 1e-12 * form.span
    worth, states = form.constant[None, :].copy(), np.full((1, form.words.shape[1]), ~np.uint64(0))
    group, counts, trail = np.zeros(1, np.int64), np.ones(1), []
    for step, part in enumerate(parts):
        width = part.stop - part.start
        worth = (worth[:, None, :] + form.values[None, part, :]).reshape(-1, worth.shape[1])
        joined = (states[:, None, :] & form.words[None, part, :]).reshape(-1, states.shape[1])
        states, place = np.unique(joined, axis=0, return_inverse=True)
        group = place.reshape(-1, width)[group].ravel()
        alive = _unbroken(states, [r for r in last if last[r] == step])[group]
        if rational:
            for i, least in enumerate(floor):
                alive &= worth[:, i] + ahead[step + 1, i] >= least
        rows = np.flatnonzero(alive)
        rows, total = _filter(worth[rows] / form.span, group[rows], counts[rows // width], rows)
        if len(rows) > limit:
            return None
        trail.append((rows // width, rows % width))
        present, group = np.unique(group[rows], return_inverse=True)
        worth, states, counts = worth[rows], states[present], total
    packages = np.empty((len(worth), len(parts)), np.int64)
    place = np.arange(len(worth))
    for k, (parent, option) in zip(reversed(order), reversed(trail)):
        packages[:, k] = option[place]
        place = parent[place]
    return packages, counts


def _unbroken(state: np.ndarray, finished: list[int]) -> Bool[np.ndarray, " row"]:
    mask = np.zeros(state.shape[1], np.uint64)
    for r in finished:
        mask[r // 64] |= np.uint64(1) << np.uint64(r % 64)
    return np.all((state & mask) == 0, axis=1)


def _filter(
    worth: Float[np.ndarray, "row party"],
    group: Int[np.ndarray, " row"],
    counts: Float[np.ndarray, " row"],
    rows: Int[np.ndarray, " row"],
) -> tuple[np.ndarray, np.ndarray]:
    """Undominated rows within each rule state (`group`), state by state, with their counts."""
    key = np.rint(worth / FINE).astype(np.int64)
    kept, totals = [np.empty(0, np.int64)], [np.empty(0)]
    for g in np.flatnonzero(np.bincount(group)):
        inside = np.flatnonzero(group == g)
        place, total = undominated(key[inside], counts[inside])
        kept.append(rows[inside[place]])
        totals.append(total)
    return np.concatenate(kept), np.concatenate(totals)


def _sample(form: Canonical, rational: bool, samples: int, seed: int) -> Int[np.ndarray, "row issue"]:
    """Efficient packages by weighted sums (even samples) and by improving random packages (odd samples)."""
    n, found = len(form.reserve), []
    luck = uniform(words(seed, "pareto", "sample", count=samples * (n + len(form.sizes)))).reshape(samples, -1)
    for s in range(samples):
        weights = -np.log(luck[s, :n])
        weights /= weights.sum()
        floor = form.reserve if rational else np.full(n, -np.inf)
        if s % 2:
            start = np.floor(luck[s, n:] * form.sizes).astype(np.int64)
            floor = np.maximum(floor, canonical_utilities(form, start))
        p = programme(form)
        for i in np.flatnonzero(np.isfinite(floor)):
            add_utility_row(p, int(i), float(floor[i]), float(form.span[i]))
        goal = SCALE * (form.values / form.span * (weights + 1e-3)).sum(axis=1)
        answer = maximise(p, np.arange(len(goal)), goal)
        if answer is not None:
            found.append(answer.package)
    return np.array(found, dtype=np.int64).reshape(-1, len(form.sizes))


def on_frontier(problem: AdditiveProblem, plan: Int[np.ndarray, " issue"]) -> Certificate:
    """Is the plan efficient among feasible packages? Proof by the programme max sum of gains, no party losing."""
    form = canonical(problem)
    facts = crossed(problem, plan), broken(problem, plan)
    worth = utilities(problem, plan)[0]
    if not form.possible:
        return Certificate(True, None, None, 0.0, *facts)
    p = programme(form)
    for place, i in enumerate(form.parties):
        add_utility_row(p, place, float(worth[i] - TOLERANCE * form.span[place]), float(form.span[place]))
    goal = SCALE * (form.values / form.span).sum(axis=1)
    floor = worth[form.parties] - 2 * TOLERANCE * form.span
    answer = maximise_checked(p, np.arange(len(goal)), goal, floor)
    if answer is None:
        return Certificate(True, None, None, 0.0, *facts)
    now = float(np.sum((worth - problem.constant) / problem.span))
    better = back(form, answer.package)[0]
    gains = utilities(problem, better)[0] - worth
    share = gains / problem.span
    if share.max() <= 2 * SLACK:
        return Certificate(True, None, None, max(0.0, answer.bound / SCALE + SLACK - now), *facts)
    return Certificate(False, better, gains, answer.bound / SCALE + SLACK - now, *facts)
