"""Hyper-rectangle utilities (Ito, Hattori & Klein 2007) as an additive problem with rules, so that it can be proved.

Party i values a package by bonuses: u_i(x) = c_i + sum_r w_ir [x_j in S_rj for every issue j that r names]. For each
rectangle r a further issue with the options *out* and *in* is added, worth 0 and w_ir, and rules that tie it to the
package:

    some w_ir > 0:  never "in" together with an option outside S_rj, for each j     (a bonus is not to be had unearned)
    some w_ir < 0:  never "out" together with options inside S_rj for all j         (a loss is not to be dodged)

Whoever raises utilities takes every bonus that the package earns, so the solutions of `bargaining`, which never fall
when a utility rises, are those of the rectangles. As a 0/1 programme the first kind of rule is y_r <= sum of x_jo over
S_rj.

Two parties are served better by `box_frontier`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from winset.theory.additive import AdditiveProblem, Rule, additive_problem
from winset.theory.nonadditive import Rectangle

OUT, IN = 0, 1  # no answer: names


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
