"""Patient rule induction: a few simple bounds that hold where an outcome is high.

Objects. n points x in k dimensions with outcomes y, and a box: a lower and an upper bound in each dimension. Inside a
box of N points with mean m,

    peel    of every dimension and end, consider cutting off the share `peel` of the points nearest to that end (the
            bound is then halfway between the order statistics around that quantile); take the cut with the largest
            gain (m' - m)/(N - N') in the mean for each point given up, if it is above 0 and leaves at least the share
            `least` of all n points
    paste   of every bounded dimension and end, consider moving the bound outwards until the share `paste` of the
            points that only this bound keeps out are in; take the largest gain (m' - m)/(N' - N), if it is above 0

until no peel helps, then until no paste does. Every step gives a box: a path from all points to few with a high mean.
Of each box: density (its mean), coverage (the share of all y that it holds) and mass (its share of the points). Of
equal gains the box that bounds fewer dimensions goes first, then the earlier dimension, then the upper end.

The mean of a box found on the same points is too good; `judged` gives the path on points that were not looked at.

Cannot say: what lies outside the box; that no other box is as good; which bound is a cause.
References: J. Friedman and N. Fisher (1999); B. Bryant and R. Lempert (2010) for its use with scenarios.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from numba import njit

from winset.errors import SettingError

CELLS = 11  # no answer: bits of one pass of the sort
TRIES = 8  # no answer: steps a point that the mending of the sort may take; beyond them the column is sorted as usual
RARE = 4  # no answer: a list of points is cleaned once only one in so many of it is left in the box


@dataclass(frozen=True)
class Path:
    """Box after box: bounds (-inf and inf where there is none) and what each holds."""

    low: Float[np.ndarray, "box column"]
    high: Float[np.ndarray, "box column"]
    density: Float[np.ndarray, " box"]
    coverage: Float[np.ndarray, " box"]
    mass: Float[np.ndarray, " box"]

    @property
    def bounds(self) -> Int[np.ndarray, " box"]:
        """How many columns each box bounds."""
        return (np.isfinite(self.low) | np.isfinite(self.high)).sum(axis=1)


def inside(
    columns: Float[np.ndarray, "draw column"], low: Float[np.ndarray, " column"], high: Float[np.ndarray, " column"]
) -> Bool[np.ndarray, " draw"]:
    """Draws within the bounds, ends included."""
    used = np.flatnonzero(np.isfinite(low) | np.isfinite(high))
    return np.all((columns[:, used] >= low[used]) & (columns[:, used] <= high[used]), axis=1)


def prim(
    columns: Float[np.ndarray, "draw column"],
    outcome: Float[np.ndarray, " draw"],
    *,
    peel: float,
    paste: float,
    least: float,
) -> Path:
    """The path of boxes of high outcome."""
    if not (0 < peel < 0.5 and 0 < paste < 0.5 and 0 < least < 1):
        raise SettingError(f"shares out of range: peel {peel:g}, paste {paste:g}, least {least:g}")
    if columns.ndim != 2 or columns.shape[0] != len(outcome) or not columns.size:
        raise SettingError(f"columns {columns.shape} and outcomes {outcome.shape} do not belong together, or are empty")
    if not (np.isfinite(columns).all() and np.isfinite(outcome).all()):
        raise SettingError("columns and outcomes must be finite")
    by_column = np.ascontiguousarray(columns.T, dtype=np.float64)
    order, ranked = ordered(by_column)
    y = np.ascontiguousarray(outcome, dtype=np.float64)
    least_points = int(np.ceil(least * len(y) - 1e-9))
    low, high = _peeled(y.copy(), ranked, order, peel, least_points)
    more_low, more_high = _pasted(by_column, y, low[-1].copy(), high[-1].copy(), paste)
    return _path(by_column, y, np.concatenate([low, more_low]), np.concatenate([high, more_high]))


def judged(
    columns: Float[np.ndarray, "draw column"],
    outcome: Float[np.ndarray, " draw"],
    low: Float[np.ndarray, "box column"],
    high: Float[np.ndarray, "box column"],
) -> Path:
    """Boxes on points: those that they were found on, or others."""
    return _path(np.ascontiguousarray(columns.T, dtype=np.float64), np.asarray(outcome, np.float64), low, high)


def _path(
    by_column: Float[np.ndarray, "column draw"],
    outcome: Float[np.ndarray, " draw"],
    low: Float[np.ndarray, "box column"],
    high: Float[np.ndarray, "box column"],
) -> Path:
    count, sums = _held(by_column, outcome, low, high)
    whole = float(outcome.sum())
    coverage = sums / whole if whole else np.zeros(len(low))
    return Path(low, high, sums / np.maximum(count, 1), coverage, count / len(outcome))


def ordered(
    by_column: Float[np.ndarray, "column draw"],
) -> tuple[Int[np.ndarray, "column draw"], Float[np.ndarray, "column draw"]]:
    """The points of each column from its lowest to its highest, and their values; equal ones in an order of their
    own."""
    order, ranked = np.empty(by_column.shape, np.int32), np.empty(by_column.shape)
    for column, row in enumerate(by_column):
        if not _sorted_by_cells(row, order[column], ranked[column]):
            order[column] = np.argsort(row, kind="stable")
            ranked[column] = row[order[column]]
    return order, ranked


@njit(cache=True)
def _sorted_by_cells(values: np.ndarray, order: np.ndarray, ranked: np.ndarray) -> bool:
    """Sorts by 2^22 cells of equal width between the ends (two counting passes), and then mends within the cells.

    False where the values are so uneven that mending would take long.
    """
    points, size = values.size, 1 << CELLS
    low, high = values.min(), values.max()
    scale = (size * size - 1) / (high - low) if high > low else 0.0
    if not np.isfinite(scale) or not np.isfinite(high - low):
        return False
    key, other = np.empty(points, np.int32), np.empty(points, np.int32)
    starts, more = np.zeros(size + 1, np.int64), np.zeros(size + 1, np.int64)
    for point in range(points):
        key[point] = int((values[point] - low) * scale)
        starts[(key[point] & (size - 1)) + 1] += 1
        more[(key[point] >> CELLS) + 1] += 1
    for cell in range(size):
        starts[cell + 1] += starts[cell]
        more[cell + 1] += more[cell]
    for point in range(points):
        cell = key[point] & (size - 1)
        other[starts[cell]] = point
        starts[cell] += 1
    for at in range(points):
        cell = key[other[at]] >> CELLS
        order[more[cell]] = other[at]
        more[cell] += 1
    left = TRIES * points
    for at in range(points):
        point, to = order[at], at
        value = values[point]
        while to > 0 and ranked[to - 1] > value:
            order[to], ranked[to] = order[to - 1], ranked[to - 1]
            to -= 1
            left -= 1
            if left < 0:
                return False
        order[to], ranked[to] = point, value
    return True


@njit(cache=True)
def _held(values: np.ndarray, y: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many points each box holds, and the sum of their outcomes. A box inside the one before looks at its
    points only."""
    columns, points = values.shape
    count, sums = np.zeros(len(low)), np.zeros(len(low))
    within, many = np.arange(points), points
    for box in range(len(low)):
        nested = box > 0
        for column in range(columns):
            nested = nested and low[box, column] >= low[box - 1, column] and high[box, column] <= high[box - 1, column]
        if not nested:
            within, many = np.arange(points), points
        for column in range(columns):
            a, b = low[box, column], high[box, column]
            if nested and a == low[box - 1, column] and b == high[box - 1, column]:
                continue
            if a == -np.inf and b == np.inf:
                continue
            kept = 0
            for at in range(many):
                x = values[column, within[at]]
                if a <= x <= b:
                    within[kept] = within[at]
                    kept += 1
            many = kept
        count[box] = many
        for at in range(many):
            sums[box] += y[within[at]]
    return count, sums


@njit(cache=True)
def _cut(
    values: np.ndarray, order: np.ndarray, length: int, y: np.ndarray, count: int, share: float, top: bool
) -> tuple[float, int, float]:
    """(bound, points beyond it, sum of their outcomes) of the cut of `share` of the `count` points off one end of a
    column.

    values, order: of the column, from its lowest point; y: nan for a point that is out already. The bound is halfway
    between two points; where those around the quantile are equal, the next one inwards that differs.
    """
    place = (count - 1) * share
    below, above = int(np.floor(place)), int(np.ceil(place))
    step, at = (-1, length - 1) if top else (1, 0)
    many, total = 0, 0.0
    while many < below:  # most of the work, without a branch for the processor to guess
        own = y[order[at]]
        within = own == own
        many += within
        total += own if within else 0.0
        at += step
    seen = many - 1
    first = last = 0.0
    while 0 <= at < length:
        own = y[order[at]]
        if not np.isnan(own):
            seen += 1
            last = values[at]
            if seen == below:
                first = last
            if seen >= above and last != first:
                return (first + last) / 2, many, total
            many += 1
            total += own
        at += step
    many, total, at = 0, 0.0, length - 1 if top else 0
    while 0 <= at < length and values[at] != last:  # all the rest are equal: what lies before them
        own = y[order[at]]
        if not np.isnan(own):
            many += 1
            total += own
        at += step
    return last, many, total


@njit(cache=True)
def _peeled(
    y: np.ndarray, ranked: np.ndarray, order: np.ndarray, share: float, least: int
) -> tuple[np.ndarray, np.ndarray]:
    """The bounds after each peel, none first. y, ranked (the values in their order) and order are used up."""
    columns, points = ranked.shape
    low, high = np.full(columns, -np.inf), np.full(columns, np.inf)
    lows, highs = [low.copy()], [high.copy()]
    count, total, length = points, y.sum(), points
    while True:
        best, chosen, upper, bound, old, off = 0.0, -1, False, 0.0, False, 0
        for column in range(columns):
            for top in (True, False):
                edge, many, lost = _cut(ranked[column], order[column], length, y, count, share, top)
                if many == 0 or many == count:
                    continue
                gain = ((total - lost) / (count - many) - total / count) / many
                held = low[column] > -np.inf or high[column] < np.inf  # bounded already: no new dimension
                if gain > best or (gain == best and chosen >= 0 and held and not old):
                    best, chosen, upper, bound, old, off = gain, column, top, edge, held, many
        if chosen < 0 or count - off < least:
            return _stacked(lows), _stacked(highs)
        if upper:
            high[chosen] = bound
        else:
            low[chosen] = bound
        step, at = (-1, length - 1) if upper else (1, 0)
        while 0 <= at < length and ((ranked[chosen, at] > bound) if upper else (ranked[chosen, at] < bound)):
            point = order[chosen, at]
            if not np.isnan(y[point]):
                count -= 1
                total -= y[point]
                y[point] = np.nan
            at += step
        lows.append(low.copy())
        highs.append(high.copy())
        if RARE * count < length:
            for column in range(columns):
                kept = 0
                for at in range(length):
                    if not np.isnan(y[order[column, at]]):
                        order[column, kept] = order[column, at]
                        ranked[column, kept] = ranked[column, at]
                        kept += 1
            length = count


@njit(cache=True)
def _pasted(
    values: np.ndarray, y: np.ndarray, low: np.ndarray, high: np.ndarray, share: float
) -> tuple[np.ndarray, np.ndarray]:
    """The bounds after each paste (perhaps none), outwards from the last box. An end is 2 column, and 1 more for its
    upper one; `out` is how many ends keep a point out, and `ends` their sum: the end itself where it is but one."""
    columns, points = values.shape
    lows, highs = [low.copy()], [high.copy()]
    out, ends = np.zeros(points, np.int32), np.zeros(points, np.int32)
    for column in range(columns):
        _kept_out(values[column], low[column], high[column], column, 1, out, ends)
    while True:
        inside_ = out == 0
        count, total = inside_.sum(), y[inside_].sum()
        near = np.flatnonzero(out == 1)
        by = ends[near]
        best, chosen, bound = 0.0, -1, 0.0
        for end in range(2 * columns):
            column, top = end // 2, end % 2 == 1
            if (high[column] == np.inf) if top else (low[column] == -np.inf):
                continue
            strip = near[by == end]
            if strip.size == 0:
                continue
            edge = _next(values[column][strip], share, top)
            many, won = 0, 0.0
            for k in range(strip.size):
                point = strip[k]
                if (values[column, point] <= edge) if top else (values[column, point] >= edge):
                    many += 1
                    won += y[point]
            gain = ((total + won) / (count + many) - total / count) / many if many else 0.0
            if gain > best:
                best, chosen, bound = gain, end, edge
        if chosen < 0:
            return _stacked(lows)[1:], _stacked(highs)[1:]
        column = chosen // 2
        _kept_out(values[column], low[column], high[column], column, -1, out, ends)
        if chosen % 2 == 1:
            high[column] = bound if bound < values[column].max() else np.inf
        else:
            low[column] = bound if bound > values[column].min() else -np.inf
        _kept_out(values[column], low[column], high[column], column, 1, out, ends)
        lows.append(low.copy())
        highs.append(high.copy())


@njit(cache=True)
def _kept_out(
    values: np.ndarray, low: float, high: float, column: int, sign: int, out: np.ndarray, ends: np.ndarray
) -> None:
    """Counts (sign 1) or no longer counts (-1) the points that the bounds of one column keep out."""
    if low == -np.inf and high == np.inf:
        return
    for point in range(values.size):
        below, above = values[point] < low, values[point] > high
        out[point] += sign * (below + above)
        ends[point] += sign * (2 * column * (below + above) + above)


@njit(cache=True)
def _next(strip: np.ndarray, share: float, top: bool) -> float:
    """The bound, further out, that lets in `share` of a strip of values: halfway between two of them (see `_cut`)."""
    near = np.sort(strip)
    if not top:
        near = near[::-1].copy()
    place = (near.size - 1) * share
    first, above = near[int(np.floor(place))], int(np.ceil(place))
    while near[above] == first and above < near.size - 1:
        above += 1
    return (first + near[above]) / 2


@njit(cache=True)
def _stacked(rows: list[np.ndarray]) -> np.ndarray:
    made = np.empty((len(rows), rows[0].size))
    for i in range(len(rows)):
        made[i] = rows[i]
    return made
