"""What solvers find on a bench: packages that pass in some draw, how often one can, the fewest changes, the
frontiers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from jaxtyping import Bool, Float

from winset.case import model as m
from winset.derive.deal.bench import Bench
from winset.errors import NotSolved
from winset.theory.additive import AdditiveProblem, additive_problem
from winset.theory.amendments import amendments, fewest
from winset.theory.rule_search import best_packages
from winset.theory.zone import draws as many_draws
from winset.theory.zone import most_acceptable, zones

EDGE = 1e-6  # no answer: weight of the other party at the two ends of a frontier, so that ties go to it
NEAR = 1e-9  # no answer: how far beyond a line a package lies before it counts
SOLVED, CELLS = 100, 40_000  # no answer: the fewest changes are solved for in so many draws, over all plans
WITNESSES = 40  # no answer: packages that pass somewhere, kept as places to go to


def opened(made: Bench, plans: Sequence[m.Plan]) -> Bench:
    """With what solvers found: packages that pass somewhere, how often one can, the frontiers, the fewest changes."""
    sizes = [len(o) for o in made.options]
    values = made.value.transpose(2, 0, 1)
    red = (made.red & ~made.follows[:, None, :]).transpose(2, 0, 1)
    for need in made.needs:
        red[:, 0, made.starts[need.issue] + need.option] |= ~need.met  # a refusal closes an option for everybody
    at_ease = made.value.min(axis=1).sum(axis=0) - len(sizes)  # an ally that follows asks for nothing of its own
    reserve = np.where(made.follows, at_ease, -made.base).T
    many = many_draws(values, reserve, red, sizes, made.rules)
    settled = zones(many)
    bound, known, least = 0.0, [], []
    if settled.exists.any():
        best = most_acceptable(many, settled)
        bound = best.bound
        places, often = np.unique(settled.witness[settled.exists & (settled.witness >= 0)], return_counts=True)
        known = [best.package] if best.share > 0 else []
        known += [settled.pool[w] for w in places[np.argsort(-often, kind="stable")][:WITNESSES]]
        for plan in plans:
            some = np.flatnonzero(settled.exists)[: min(SOLVED, CELLS // made.low.size) // len(plans)]
            start = np.array(made.places(made.plan(plan)))
            asked = [_problem(made, values[d], reserve[d], red[d]) for d in some]
            sizes_of = [(size, k) for k, problem in enumerate(asked) if (size := fewest(problem, start)) is not None]
            if sizes_of:
                size, first = min(sizes_of)
                known += [one.package for one in amendments(asked[first], start, 1).sets]
                if len(some) == settled.exists.sum():
                    least.append((plan.id, size))
    return replace(
        made,
        known=tuple(dict.fromkeys(tuple(map(int, package)) for package in known)),
        bound=bound,
        least=tuple(least),
        frontier=tuple((a, b, _frontier(made, a, b)) for a, b in combinations(range(len(made.parties)), 2)),
    )


def _problem(
    made: Bench,
    values: Float[np.ndarray, "party flat"],
    reserve: Float[np.ndarray, " party"],
    red: Bool[np.ndarray, "party flat"],
) -> AdditiveProblem:
    """The problem of one draw."""
    cuts = made.starts[1:-1]
    return additive_problem(
        np.split(values, cuts, axis=1),
        reserve=reserve,
        red=np.split(red, cuts, axis=1),
        rules=[list(rule) for rule in made.rules],
    )


def _frontier(made: Bench, a: int, b: int) -> tuple[tuple[int, ...], ...]:
    """The corners of the frontier of two parties' average worth, from the best for b to the best for a; exact.

    Between two corners the best package at the weights that value both alike is asked for, until none lies beyond their
    line. Nothing where rules link more issues than can be searched.
    """
    mean = made.value[[a, b]].mean(axis=2)
    parts = np.split(mean, made.starts[1:-1], axis=1)

    def best(weights: tuple[float, float]) -> tuple[int, ...]:
        scores = [np.array([weights]) @ part for part in parts]
        return tuple(map(int, best_packages(scores, made.rules).choice[0]))

    def worth(package: tuple[int, ...]) -> Float[np.ndarray, " two"]:
        return mean[:, made.starts[:-1] + package].sum(axis=1)

    def between(p: tuple[int, ...], q: tuple[int, ...]) -> list[tuple[int, ...]]:
        x, y = worth(q) - worth(p)
        new = best((-y, x))
        if np.array([-y, x]) @ (worth(new) - worth(p)) <= NEAR:
            return []
        return [*between(p, new), new, *between(new, q)]

    try:
        first, last = best((EDGE, 1.0)), best((1.0, EDGE))
        return (first, *between(first, last), last) if first != last else (first,)
    except NotSolved:
        return ()
