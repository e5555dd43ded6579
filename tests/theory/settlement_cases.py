"""Random problems and plain brute force for the tests of bargaining theory; shares no code with the solvers."""

from __future__ import annotations

from itertools import product

import numpy as np

from winset.theory.additive import AdditiveProblem, additive_problem


def random_problem(rng, n_issues, n_parties, largest=4, red=0, rules=0, share=0.5, grid=0):
    """A problem with `red` red lines per party, `rules` pair or triple rules, reserves at `share` of each range.

    `grid` > 0 rounds values to multiples of 1/grid, which makes ties.
    """
    sizes = rng.integers(2, largest + 1, n_issues) if largest > 2 else np.full(n_issues, 2)
    weights = rng.dirichlet(np.ones(n_issues), n_parties)
    values = [rng.random((n_parties, k)) for k in sizes]
    values = [v * weights[:, [j]] for j, v in enumerate(values)]
    if grid:
        values = [np.round(v * grid) / grid for v in values]
    lines = [np.zeros(v.shape, bool) for v in values]
    for i in range(n_parties):
        for j in rng.integers(0, n_issues, red):
            lines[j][i, int(np.argmin(values[j][i]))] = True
    forbidden = []
    for _ in range(rules):
        picked = rng.choice(n_issues, min(n_issues, int(rng.integers(2, 4))), replace=False)
        named = [rng.choice(sizes[j], int(rng.integers(1, sizes[j])), replace=False) for j in picked]
        forbidden.append([(int(j), [int(o) for o in options]) for j, options in zip(picked, named)])
    low = sum(v.min(axis=1) for v in values)
    high = sum(v.max(axis=1) for v in values)
    reserve = low + share * (high - low)
    if grid:
        reserve = np.round(reserve * grid) / grid
    return additive_problem(values, reserve=reserve, red=lines, rules=forbidden)


class Brute:
    """Every package with utilities and flags, by plain loops over the definition."""

    def __init__(self, problem: AdditiveProblem):
        self.packages = np.array(list(product(*(range(k) for k in problem.sizes))))
        rows = range(problem.n_parties)
        self.utilities = np.stack(
            [
                problem.constant[i] + sum(problem.values[j][i][self.packages[:, j]] for j in range(len(problem.sizes)))
                for i in rows
            ],
            axis=1,
        )
        self.red = np.array(
            [[[bool(problem.red[j][i][o]) for j, o in enumerate(x)] for i in rows] for x in self.packages]
        )
        self.rule_broken = np.array(
            [[all(x[j] in named for j, named in rule) for rule in problem.rules] for x in self.packages], bool
        ).reshape(len(self.packages), len(problem.rules))
        self.meets = self.utilities >= problem.reserve - 1e-9
        self.feasible = ~self.red.any(axis=(1, 2)) & ~self.rule_broken.any(axis=1)
        self.acceptable = self.feasible & self.meets.all(axis=1)
        self.gains = self.utilities - problem.reserve

    def ideal(self) -> np.ndarray:
        return self.utilities[self.feasible].max(axis=0)

    def efficient(self, mask: np.ndarray) -> np.ndarray:
        """Places within `mask` of packages no other one dominates at nine decimals."""
        key = np.rint(self.utilities[mask] * 1e9)
        rows = [k for k, x in enumerate(key) if not ((key >= x).all(axis=1) & (key > x).any(axis=1)).any()]
        return np.flatnonzero(mask)[rows]


def permuted(problem: AdditiveProblem, rng):
    """The same problem with parties, issues and options in another order, and the permutations used."""
    parties = rng.permutation(problem.n_parties)
    issues = rng.permutation(len(problem.sizes))
    options = [rng.permutation(problem.sizes[j]) for j in issues]
    where = {int(j): k for k, j in enumerate(issues)}
    place = [{int(o): a for a, o in enumerate(perm)} for perm in options]
    rules = [[(where[j], [place[where[j]][o] for o in named]) for j, named in rule] for rule in problem.rules]
    return additive_problem(
        [problem.values[j][parties][:, o] for j, o in zip(issues, options)],
        reserve=problem.reserve[parties],
        constant=problem.constant[parties],
        red=[problem.red[j][parties][:, o] for j, o in zip(issues, options)],
        rules=rules,
    ), parties
