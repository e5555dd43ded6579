"""The four solutions of one draw, and how far what was found is proved."""

from __future__ import annotations

from collections.abc import Sequence

from winset.theory.additive import AdditiveProblem
from winset.theory.bargaining import Solution, egalitarian, kalai_smorodinsky, nash, solve_each, utilitarian

SOLVERS = {"Nash": nash, "Kalai-Smorodinsky": kalai_smorodinsky, "egalitarian": egalitarian, "utilitarian": utilitarian}


def solutions(problem: AdditiveProblem) -> dict[str, Solution]:
    """The solutions by name, none of them where there is no zone; one that the limits end first is left out.

    Raises NotSolved where the limits end all of them, since it is then open whether there is a zone.
    """
    found, lost = solve_each(SOLVERS, problem)
    if len(lost) == len(SOLVERS):
        raise next(iter(lost.values()))
    return found


def proof_note(solved: Sequence[dict[str, Solution]]) -> str:
    """Whether all that was solved in draws with a zone is proved, and by how much what is not may fall short.

    >>> proof_note([])
    'each solved to proof'
    """
    every = len(SOLVERS) * len(solved)
    found = [one for draw in solved for one in draw.values()]
    gaps = [one.gap for one in found if not one.proved]
    if not gaps and len(found) == every:
        return "each solved to proof"
    gap = f", {len(gaps)} with gaps up to {max(gaps):.2g} of what is maximised" if gaps else ""
    lost = f", {every - len(found)} not found" if len(found) < every else ""
    return f"{len(found) - len(gaps)} of {every} solved to proof{gap}{lost} within the limits of the search"
