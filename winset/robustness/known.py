"""What it would be worth to know one number, from the draws that exist; and rules that tell where a statement holds.

Finding out. The draws are cut by one column into `robust.parts` parts of equal number (yes and no for a line), M_b the
share of a headline in part b and M in all. If the number were known, the answer would move by sum_b n_b |M_b - M| / n
on average, and turn in the parts whose M_b lies on the other side of `robust.turn`. Null: the draws of the headlines
dealt out in `robust.orders` random orders. What that gives on average for a column and headline is taken off, what is
left is counted in standard deviations over the orders, and its p is against the largest of all columns and headlines
in each order (as in `theory.max_statistic`). First order: `theory.sobol.first_of_draws`.

A forecast p has an expected Brier score of p (1 - p). If a number were known the forecast would follow it, and the
score would fall by Var(E[y | number]), which is the first order times Var(y).

Rules. PRIM (`theory.prim`) on every other draw finds a box that holds at least `robust.coverage` of the draws in which
a statement holds, and bounds that hardly matter there are dropped (two standard errors); the draws not looked at say
how often it holds inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from winset import seeds
from winset.arrays import Arrays
from winset.derive.worth.utilities import utilities
from winset.robustness.headlines import Headline, Values, yes
from winset.robustness.moves import varies
from winset.settings import number, whole
from winset.theory.prim import inside, judged, prim
from winset.theory.sobol import first_of_draws, means_of, parts_of

CHUNK = 32  # no answer: orders at a time
ERRORS = 2  # source: two standard errors, the usual bound of a 95% interval
LINE = "line:"


@dataclass(frozen=True)
class Columns:
    """Uncertain numbers in every draw. name: a Figure, or `LINE` and the Figure of the odds that a red line is real."""

    names: tuple[str, ...]
    draws: Float[np.ndarray, "draw column"]


@dataclass(frozen=True)
class Known:
    """By column and headline: expected change of the share, p, first order, the chance that the answer turns, and the
    expected fall of the Brier score of the share as a forecast. shares: of the headlines."""

    columns: Columns
    headlines: tuple[Headline, ...]
    worth: Float[np.ndarray, "column headline"]
    p: Float[np.ndarray, "column headline"]
    first: Float[np.ndarray, "column headline"]
    turns: Float[np.ndarray, "column headline"]
    fall: Float[np.ndarray, "column headline"]
    shares: Float[np.ndarray, " headline"]


@dataclass(frozen=True)
class Rule:
    """A box: bounds by column name, and on draws not looked at the share inside, in all, and of the statement's
    draws held."""

    headline: str
    holds: bool
    bounds: tuple[tuple[str, float, float], ...]
    inside: float
    outside: float
    coverage: float
    draws: int


def columns_of(arrays: Arrays, names: Sequence[str], lines: bool) -> Columns:
    """The columns of Figures that vary, one of those that share their luck, and whether each red line is real."""
    made: dict[str, np.ndarray] = {}
    seen: set[str] = set()
    in_force = {f.id: f for f in arrays.case.in_force.values()}
    for name in sorted(names):
        figure = in_force.get(name)
        if figure and varies(figure) and figure.latent not in seen:
            seen.add(figure.latent)
            made[name] = arrays.get(*figure.subject, figure.quantity)
    if lines:
        for (party, issue), real in sorted(utilities(arrays).real.items()):
            made[LINE + arrays.id(party, issue, "red_line_real")] = real.astype(float)
    kept = {name: column for name, column in made.items() if np.ptp(column) > 0}
    stacked = np.stack(list(kept.values()), axis=1) if kept else np.zeros((arrays.draws, 0))
    return Columns(tuple(kept), stacked)


def known(columns: Columns, headlines: Sequence[Headline], values: Values, seed: int) -> Known:
    """What knowing each column would do to each headline. An outcome rarer or surer than `movers.sure` gets p = 1."""
    y = np.stack([values[h.key] for h in headlines], axis=1)
    parts = min(whole("robust.parts"), len(y))
    place = parts_of(columns.draws, parts)
    means, size = means_of(place, y, parts)
    weight, middle = size / len(y), y.mean(axis=0)
    moved = (weight[:, :, None] * np.abs(means - middle)).sum(axis=1)
    other = np.array([[[yes(x) != yes(m) for x, m in zip(row, middle)] for row in c] for c in means])
    turns = (weight[:, :, None] * other.reshape(means.shape)).sum(axis=1)
    sure = number("movers.sure")
    tested = (middle >= sure) & (middle <= 1 - sure)
    dealt = _by_chance(place, y, weight, parts, seed)
    chance, spread = dealt.mean(axis=0), dealt.std(axis=0)
    over = np.where(tested & (spread > 0), 1 / np.where(spread > 0, spread, 1.0), 0.0)
    largest = ((dealt - chance) * over).max(axis=(1, 2), initial=0.0)
    size_ = (moved - chance) * over
    p = (1 + (largest[:, None, None] >= size_ - 1e-9).sum(axis=0)) / (1 + len(largest))
    first = first_of_draws(columns.draws, y, parts)
    return Known(
        columns=columns,
        headlines=tuple(headlines),
        worth=np.maximum(moved - chance, 0.0),
        p=np.where(over > 0, p, 1.0),
        first=first,
        turns=turns,
        fall=np.maximum(first, 0.0) * y.var(axis=0),
        shares=middle,
    )


def _by_chance(
    place: np.ndarray, y: np.ndarray, weight: np.ndarray, parts: int, seed: int
) -> Float[np.ndarray, "order column headline"]:
    """The change of each headline over each column in random orders of its draws."""
    orders, (draws, columns) = whole("robust.orders"), place.shape
    exact = np.float32 if np.isin(y, (0.0, 1.0)).all() else np.float64  # sums of zeros and ones are exact in either
    member = np.zeros((columns, parts, draws), exact)
    np.put_along_axis(member, place.T[:, None, :], 1.0, axis=1)
    flat, count = member.reshape(-1, draws), np.maximum(weight * draws, 1)
    made, middle = np.zeros((orders, columns, y.shape[1])), y.mean(axis=0)
    for begin in range(0, orders if columns else 0, CHUNK):
        many = min(CHUNK, orders - begin)
        luck = np.array([seeds.words(seed, "robust", str(begin + b), count=draws) for b in range(many)])
        dealt = y[np.argsort(luck, axis=1, kind="stable")].astype(exact)  # order, draw, headline
        sums = flat @ dealt.transpose(1, 0, 2).reshape(draws, -1)
        means = sums.reshape(columns, parts, many, -1).astype(float) / count[:, :, None, None]
        moved = (weight[:, :, None, None] * np.abs(means - middle)).sum(axis=1)
        made[begin : begin + many] = moved.transpose(1, 0, 2)
    return made


def rule(columns: Columns, headline: Headline, outcome: Float[np.ndarray, " draw"]) -> Rule | None:
    """The rule of a headline, for whichever of yes and no is the rarer; None where it is too rare or no bound helps."""
    share, sure = float(outcome.mean()), number("movers.sure")
    if not (sure <= share <= 1 - sure) or not columns.names:
        return None
    holds = share <= 0.5
    y = outcome if holds else 1 - outcome
    learn, judge = columns.draws[::2], columns.draws[1::2]
    if len(judge) < 2 or not y[::2].any() or not y[1::2].any():
        return None
    steps = {"peel": number("robust.peel"), "paste": number("robust.paste"), "least": number("robust.least")}
    path = prim(learn, y[::2], **steps)
    enough = np.flatnonzero(path.coverage >= number("robust.coverage"))
    at = int(enough[np.argmax(path.density[enough])])
    least, most = _needed(learn, y[::2], path.low[at], path.high[at])
    if np.isinf(least).all() and np.isinf(most).all():
        return None
    seen = judged(judge, y[1::2], least[None], most[None])
    bounds = tuple(
        (name, float(low), float(high))
        for name, low, high in zip(columns.names, least, most)
        if np.isfinite(low) or np.isfinite(high)
    )
    within, mass, coverage = float(seen.density[0]), float(seen.mass[0]), float(seen.coverage[0])
    whole_share = float(y[1::2].mean())
    outside = (whole_share - within * mass) / (1 - mass) if mass < 1 else 0.0
    return Rule(headline.key, holds, bounds, within, outside, coverage, len(judge))


def _needed(
    learn: Float[np.ndarray, "draw column"],
    y: Float[np.ndarray, " draw"],
    low: Float[np.ndarray, " column"],
    high: Float[np.ndarray, " column"],
) -> tuple[Float[np.ndarray, " column"], Float[np.ndarray, " column"]]:
    """A box without the bounds that do not matter: the one whose loss lowers the share inside least goes, as long as
    that is within `ERRORS` standard errors of the share."""
    low, high = low.copy(), high.copy()
    while True:
        share = y[inside(learn, low, high)]
        offers = []
        for bounds, free in ((low, -np.inf), (high, np.inf)):
            for column in map(int, np.flatnonzero(np.isfinite(bounds))):
                was, bounds[column] = bounds[column], free
                offers.append((share.mean() - y[inside(learn, low, high)].mean(), column, free))
                bounds[column] = was
        error = ERRORS * float(np.sqrt(share.mean() * (1 - share.mean()) / len(share)))
        if not offers or min(offers)[0] > error:
            return low, high
        _, column, free = min(offers)
        (low if free < 0 else high)[column] = free


def best(found: Known) -> list[tuple[int, int]]:
    """(column, chief headline) by expected change: each column once, for the headline that it would move most."""
    chief = [i for i, h in enumerate(found.headlines) if h.chief]
    if not chief or not found.columns.names:
        return []
    top = [(c, chief[int(np.argmax(found.worth[c, chief]))]) for c in range(len(found.columns.names))]
    return sorted(top, key=lambda at: (-found.worth[at], found.columns.names[at[0]]))
