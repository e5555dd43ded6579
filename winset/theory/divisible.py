"""Clauses that can be shared out: max-min division by linear (or mixed) programme, and Adjusted Winner.

A *divisible* issue lets parties mix its options in shares x_jo >= 0, sum_o x_jo = 1, each worth its share:
u_i = c_i + sum_jo v_ijo x_jo. The max-min division maximises min_i (u_i - d_i) over divisible shares and whole
options of the other issues.

Adjusted Winner (Brams & Taylor 1996, ch. 4): two sides spread 100 points each over items; each item goes to the side
that puts more points on it, then items move from the side ahead in order of least ratio of points until both sides'
totals are equal; at most one item is split. The outcome is efficient, envy-free and equitable for the points stated.

Golden case: Panama Canal treaty talks (Raiffa 1982, ch. 12), ten items: 66.0 points each, the United States keeping
0.1333 of "land and water".

What it cannot say: whether a clause can in fact be split, or what sides who misstate points would gain.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from winset.errors import SettingError
from winset.theory.additive import AdditiveProblem, canonical
from winset.theory.milp_model import SCALE, SLACK, add_utility_row, add_variable, maximise, programme


@dataclass(frozen=True, eq=False)
class Division:
    """Shares per issue (options in file order), utilities, the smallest gain and its proved upper bound."""

    shares: tuple[Float[np.ndarray, " option"], ...]
    utilities: Float[np.ndarray, " party"]
    objective: float
    bound: float


@dataclass(frozen=True, eq=False)
class AdjustedWinner:
    """Share of each item to the first side, points each side gets, and the item split (None if none is)."""

    first_share: Float[np.ndarray, " item"]
    points: tuple[float, float]
    split: int | None


def max_min_division(
    problem: AdditiveProblem,
    divisible: Bool[np.ndarray, " issue"],
    disagreement: Float[np.ndarray, " party"] | None = None,
) -> Division | None:
    """The division with the largest smallest gain over `disagreement` (the reserves unless given); red lines hold.

    None if red lines leave an issue without options. Rules that name a divisible issue are refused.
    """
    divisible = np.asarray(divisible, dtype=bool)
    if divisible.shape != (len(problem.sizes),):
        raise SettingError("`divisible` needs one yes or no per issue")
    if any(divisible[j] for rule in problem.rules for j, _ in rule):
        raise SettingError("a rule names a divisible issue; rules hold between whole options only")
    form = canonical(problem)
    if not form.possible:
        return None
    floor = (problem.reserve if disagreement is None else np.asarray(disagreement, dtype=np.float64))[form.parties]
    p = programme(form)
    for k, j in enumerate(form.issues):
        if divisible[j]:
            p.whole[form.offsets[k] : form.offsets[k + 1]] = [0] * len(form.options[k])
    reach = SCALE * (1.0 + float(np.abs(form.values).sum() + np.abs(floor - form.constant).max()))
    t = add_variable(p, -reach, reach)
    for i in range(len(floor)):
        add_utility_row(p, i, float(floor[i]), 1.0, ((t, -1.0),))
    answer = maximise(p, np.array([t]), np.ones(1))
    if answer is None:
        return None
    shares = [np.zeros(size) for size in problem.sizes]
    for k, j in enumerate(form.issues):
        part = np.clip(answer.x[form.offsets[k] : form.offsets[k + 1]], 0.0, 1.0)
        part = part if divisible[j] else np.round(part)
        shares[j][form.options[k]] = part / part.sum()
    worth = problem.constant + sum(v @ s for v, s in zip(problem.values, shares))
    gain = float(np.min(worth - (problem.reserve if disagreement is None else disagreement)))
    return Division(tuple(shares), worth, gain, max(gain, answer.bound / SCALE + SLACK * float(problem.span.max())))


def adjusted_winner(first: Float[np.ndarray, " item"], second: Float[np.ndarray, " item"]) -> AdjustedWinner:
    """Adjusted Winner for points that sum to the same total on both sides; all points must be positive or zero."""
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if a.shape != b.shape or a.ndim != 1 or np.any(a < 0) or np.any(b < 0):
        raise SettingError("both sides give one number of points, zero or more, to every item")
    if not np.isclose(a.sum(), b.sum()):
        raise SettingError(f"both sides must spread the same number of points, not {a.sum():g} and {b.sum():g}")
    share = np.where(a > b, 1.0, 0.0)
    tied = a == b
    share[tied] = 1.0 if a @ share <= b @ (1.0 - share) else 0.0
    ahead_first = a @ share >= b @ (1.0 - share)
    giver, taker = (a, b) if ahead_first else (b, a)
    held = share if ahead_first else 1.0 - share
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(taker > 0, giver / taker, np.inf)
    split = None
    for item in np.argsort(ratio, kind="stable"):
        lead = giver @ held - taker @ (1.0 - held)
        if held[item] == 0.0 or lead <= 0.0:
            continue
        part = min(1.0, lead / (giver[item] + taker[item])) if giver[item] + taker[item] > 0 else 0.0
        held[item] -= part
        if 0.0 < part < 1.0:
            split = int(item)
            break
    share = held if ahead_first else 1.0 - held
    return AdjustedWinner(share, (float(a @ share), float(b @ (1.0 - share))), split)
