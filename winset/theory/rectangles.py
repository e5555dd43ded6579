"""Hyper-rectangle utilities (Ito, Hattori & Klein 2007) as an additive problem with rules, so that it can be proved.

Party i values a package by bonuses: u_i(x) = c_i + sum_r w_ir [x_j in S_rj for every issue j that r names]. For each
rectangle r a further issue with the options *out* and *in* is added, worth 0 and w_ir, and rules that tie it to the
package:

    some w_ir > 0:  never "in" together with an option outside S_rj, for each j         (a bonus is not to be had unearned)
    some w_ir < 0:  never "out" together with options inside S_rj for all j             (a loss is not to be dodged)

Whoever raises utilities takes every bonus that the package earns, so the solutions of `bargaining`, which never fall when
a utility rises, are those of the rectangles. As a 0/1 programme the first kind of rule is y_r <= sum of x_jo over S_rj.

For two parties the whole frontier follows by the epsilon-constraint method (Haimes, Lasdon & Wismer 1971; Chankong &
Haimes 1983): the best for one, then the best for the other at that; then the other must get more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from winset.errors import NotSolved
from winset.theory.additive import AdditiveProblem, Rule, additive_problem, back, canonical, utilities
from winset.theory.bargaining_milp import reserves
from winset.theory.milp_model import SCALE, Programme, add_utility_row, copy_of, maximise_checked, programme
from winset.theory.nonadditive import Rectangle

OUT, IN = 0, 1  # no answer: names
APART = 1e-7  # no answer: rounding; above the tolerance of a programme
"""Efficient utilities are told apart at this share of a party's range."""
POINTS = 1000  # no answer: a limit; beyond it is said


def additive_form(
    rectangles: Sequence[Sequence[Rectangle]],
    sizes: Sequence[int],
    *,
    reserve: Float[np.ndarray, " party"],
    parties: Sequence[str] = (),
    issues: Sequence[str] = (),
) -> AdditiveProblem:
    """The problem of the module's head, one list of rectangles a party; its first issues are those of the package."""
    n = len(rectangles)
    constant = np.zeros(n)
    bonus: dict[tuple[tuple[int, int, int], ...], np.ndarray] = {}
    for i, own in enumerate(rectangles):
        for worth, sides in own:
            if sides:
                bonus.setdefault(tuple(sorted(sides)), np.zeros(n))[i] += worth
            else:
                constant[i] += worth
    values = [np.zeros((n, k)) for k in sizes]
    rules: list[Rule] = []
    for sides, paid in bonus.items():
        r = len(values)
        values.append(np.stack([np.zeros(n), paid], axis=1))
        named = [(j, frozenset(range(max(low, 0), min(high, sizes[j] - 1) + 1))) for j, low, high in sides]
        if np.any(paid > 0):
            rules += [((r, frozenset({IN})), (j, frozenset(range(sizes[j])) - inside)) for j, inside in named]
        if np.any(paid < 0):
            rules.append(((r, frozenset({OUT})), *named))
    real = [rule for rule in rules if all(options for _, options in rule)]
    return additive_problem(
        values, reserve=reserve, constant=constant, rules=real, parties=parties, issues=[*issues, *map(str, bonus)]
    )


def frontier_of_two(
    problem: AdditiveProblem, limit: int = POINTS
) -> tuple[Float[np.ndarray, "vector party"], Int[np.ndarray, "vector issue"], bool]:
    """Efficient utilities of two parties that reach both reserves, a package for each, and whether these are all.

    Told apart at APART of a party's range. Raises NotSolved where a programme ends without a proof.
    """
    form = canonical(problem)
    if len(problem.reserve) != 2:
        raise NotSolved("only a frontier of two parties is found by this method")
    packages: list[np.ndarray] = []
    if form.possible:
        p = programme(form)
        floor = reserves(p)
        while len(packages) < limit:
            best = _best(p, 0, floor)
            if best is None:
                break
            at_best = floor.copy()
            at_best[0] = best[0][0] - APART / 10 * form.span[0]
            other = _best(p, 1, at_best)
            found = best if other is None else other
            packages.append(back(form, found[1])[0])
            floor = floor.copy()
            floor[1] = found[0][1] + APART * form.span[1]
    array = np.array(packages, dtype=np.int64).reshape(len(packages), len(problem.sizes))
    return utilities(problem, array), array, len(packages) < limit


def _best(p: Programme, party: int, floor: Float[np.ndarray, " party"]) -> tuple[np.ndarray, np.ndarray] | None:
    """(utilities, canonical package) best for one party where everybody reaches `floor`, or None."""
    form, bounded = p.form, copy_of(p)
    for i, low in enumerate(floor):
        add_utility_row(bounded, i, float(low), float(form.span[i]))
    weights = SCALE * form.values[:, party] / form.span[party]
    answer = maximise_checked(bounded, np.arange(len(weights)), weights, floor)
    if answer is None:
        return None
    worth = form.constant + form.values[form.offsets[:-1] + answer.package].sum(axis=0)
    return worth, answer.package
