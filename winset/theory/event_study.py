"""Do attacks change after contacts? A daily count in the days after dated events, against the other days.

Dates. The series is dated by the day an attack ended, so the day of a contact (day 0) holds the night before it and
day +1 the night after. The window w of a contact is days +1..+w. Windows that overlap are merged: a day is exposed
once.

Rate ratio. x attacks in e1 exposed days, y in e0 others (`poisson_rates` has the exact test and the quasi-Poisson one).
Attacks come in bursts (many at once, then pauses), so their days are far from Poisson and the exact p is far too small:
it is the textbook reading, not the headline.

Headline: a permutation test. Had the same number of contacts fallen on other admissible days, how often would the
ratio have been as large? Either every rotation of the dates around the period, which keeps their spacing and the
bursts of the series, or random placement. Merging and cutting at the end of the series are identical for the real and
the placed contacts. Placement is exact if contact days are exchangeable within a block of the calendar; contacts that
come close together share the burst they fall into, and placement then finds too much. Rotation asks only that the
series be as likely at any turn. Attack rates drift over years: `block` days then makes the
ratio Mantel-Haenszel over blocks, sum_b x_b e0_b / e_b over sum_b y_b e1_b / e_b (Rothman, Greenland and Lash 2008,
ch. 15), and moves a contact only within its own block.

Many looks. Windows of 1, 3 and 7 days and groups of contacts are looks at one record. Each rotation turns all of them
together, so that what they share is kept: with p_t(s) the two-sided p of test t were turn s the real one,

    p_t over all looks = share of turns s with min over tests u of p_u(s) <= p_t(0)

(minP, Westfall and Young 1993, section 2.6): the chance that the smallest p of all looks is so small.

What it cannot say: cause. A contact may be called because attacks are expected; a window may hold other events.

References: K. Rothman, S. Greenland and T. Lash, Modern Epidemiology (2008). P. Westfall and S. Young, Resampling-Based
Multiple Testing (1993).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numba
import numpy as np
from jaxtyping import Bool, Float, Int, Real

from winset import seeds
from winset.errors import SettingError
from winset.theory.poisson_rates import RateRatio, quasi_poisson, rate_ratio, smallest_detectable

AGAINST = ("outside", "before")


def exposed_days(days: int, contacts: Sequence[int], window: int) -> Bool[np.ndarray, " day"]:
    """True on days +1..+window of any contact (day numbers from 0; the part beyond the series is cut)."""
    mask = np.zeros(days, dtype=bool)
    for day in _sorted_contacts(days, contacts):
        mask[day + 1 : day + 1 + window] = True
    return mask


def before_days(days: int, contacts: Sequence[int], window: int) -> Bool[np.ndarray, " day"]:
    """True on days 1-window..0 of any contact, unless the day is exposed to another."""
    mask = np.zeros(days, dtype=bool)
    for day in _sorted_contacts(days, contacts):
        mask[max(0, day + 1 - window) : day + 1] = True
    return mask & ~exposed_days(days, contacts, window)


def _sorted_contacts(days: int, contacts: Sequence[int]) -> Int[np.ndarray, " contact"]:
    dates = np.unique(np.asarray(contacts, dtype=np.int64))
    if dates.size and (dates[0] < 0 or dates[-1] >= days):
        raise SettingError(f"every contact must be a day number from 0 to {days - 1}; cut the list to the series")
    return dates


@numba.njit(cache=True)
def _tally(counts, contacts, window, blocks, n_blocks, before, state):  # type: ignore[no-untyped-def]
    """x, e1, y, e0 per block; `state` is scratch: 2 exposed, 1 before, 0 other. Compiled: runs once per placement."""
    days = counts.size
    state[:] = 0
    for c in contacts:
        if before:
            for d in range(max(0, c + 1 - window), c + 1):
                state[d] = max(state[d], 1)
    for c in contacts:
        for d in range(c + 1, min(days, c + 1 + window)):
            state[d] = 2
    out = np.zeros((4, n_blocks))
    for d in range(days):
        b = blocks[d]
        if state[d] == 2:
            out[0, b] += counts[d]
            out[1, b] += 1.0
        elif state[d] == 1 or not before:
            out[2, b] += counts[d]
            out[3, b] += 1.0
    return out


@numba.njit(cache=True)
def _mantel_haenszel(tally: np.ndarray) -> tuple[float, float]:
    """(numerator, denominator) of the ratio over blocks; a block without both kinds of day adds nothing."""
    top, bottom = 0.0, 0.0
    for b in range(tally.shape[1]):
        e = tally[1, b] + tally[3, b]
        if e > 0.0:
            top += tally[0, b] * tally[3, b] / e
            bottom += tally[2, b] * tally[1, b] / e
    return top, bottom


@numba.njit(cache=True)
def _share(counts, contacts, window, blocks, n_blocks, before, state):  # type: ignore[no-untyped-def]
    """The statistic: ratio / (1 + ratio), which orders as the ratio does and is finite when y = 0."""
    top, bottom = _mantel_haenszel(_tally(counts, contacts, window, blocks, n_blocks, before, state))
    return top / (top + bottom) if top + bottom > 0.0 else 0.5


@numba.njit(cache=True)
def _placements(counts, window, blocks, n_blocks, before, pool, start, need, luck):  # type: ignore[no-untyped-def]
    """The statistic for each row of `luck`: in block b, need[b] of the days pool[start[b]:start[b+1]], no day twice."""
    draws, total = luck.shape
    out, state = np.empty(draws), np.empty(counts.size, dtype=np.int64)
    days, work = np.empty(total, dtype=np.int64), pool.copy()
    for i in range(draws):
        at = 0
        for b in range(n_blocks):
            first, size = start[b], start[b + 1] - start[b]
            for k in range(need[b]):  # first steps of a Fisher-Yates shuffle
                j = first + k + int(luck[i, at] * (size - k))
                work[first + k], work[j] = work[j], work[first + k]
                days[at] = work[first + k]
                at += 1
        out[i] = _share(counts, days, window, blocks, n_blocks, before, state)
    return out


@dataclass(frozen=True)
class Change:
    """What happened in the `window` days after contacts.

    exposed, other: days; x, y: attacks in them, in blocks that hold both kinds of day. ratio: attacks per exposed
    day over attacks per other day (Mantel-Haenszel over blocks). exact: the textbook Poisson reading of the pooled
    counts, which takes a drift between blocks for an effect. quasi_*: with the dispersion. p_permutation: the headline,
    P(ratio as large or larger) over `placements`; p_permutation_less is the other tail.
    detectable: smallest ratio seen with the asked power by a 5 % one-sided test, allowing for the dispersion.
    """

    window: int
    contacts: int
    exposed: int
    other: int
    x: int
    y: int
    ratio: float
    exact: RateRatio
    dispersion: float
    quasi_low: float
    quasi_high: float
    quasi_p: float
    p_permutation: float
    p_permutation_less: float
    placements: int
    detectable: float


def change_after(
    counts: Sequence[int] | Real[np.ndarray, " day"],
    contacts: Sequence[int],
    window: int,
    *,
    against: str = "outside",
    block: int | None = None,
    admissible: Bool[np.ndarray, " day"] | None = None,
    placement: str = "random",
    draws: int = 9999,
    seed: int = 0,
    stream: str = "contacts",
    level: float = 0.9,
    power: float = 0.8,
) -> Change:
    """Compare the days after contacts with the other days, or with the same number of days `before`.

    counts: attacks per day, every day of the period, day 0 first. contacts: day numbers. block: days per stratum.
    admissible: the days on which a contact could have fallen (default all). placement: "random" (draws placements,
    streams keyed by seed and `stream`) or "rotation" (every rotation of the dates; all days admissible).
    """
    series, dates = _checked(counts, contacts, window, against, block)
    blocks = np.arange(series.size) // (block or series.size)
    n_blocks, before = int(blocks[-1]) + 1, against == "before"
    state = np.empty(series.size, dtype=np.int64)
    tally = _tally(series, dates, window, blocks, n_blocks, before, state)
    both = (tally[1] > 0.0) & (tally[3] > 0.0)  # blocks that compare something
    x, e1, y, e0 = (int(round(v)) for v in tally[:, both].sum(axis=1))
    if e1 == 0 or e0 == 0:
        raise SettingError("no exposed or no other day is left; shorten the window or lengthen the series")
    top, bottom = _mantel_haenszel(tally)
    ratio = top / bottom if bottom > 0.0 else (np.inf if top > 0.0 else np.nan)
    seen = _share(series, dates, window, blocks, n_blocks, before, state)
    if placement == "rotation":
        if admissible is not None:
            raise SettingError("rotation needs every day admissible; use placement='random'")
        null = _rotations(series, dates, window, against, block)
        extra = 0  # the real dates are one of the rotations
    elif placement == "random":
        null = _random(series, dates, window, blocks, n_blocks, before, admissible, draws, seed, stream)
        extra = 1
    else:
        raise SettingError(f"placement must be 'random' or 'rotation', not {placement!r}")
    small = 1e-12  # equal statistics may differ in the last digit
    greater = float((np.sum(null >= seen - small) + extra) / (null.size + extra))
    less = float((np.sum(null <= seen + small) + extra) / (null.size + extra))
    phi = dispersion(series, blocks, np.where(both[blocks], state, -1), before)
    low, high, p = quasi_poisson(ratio, x, y, phi, level)
    return Change(
        window, dates.size, e1, e0, x, y, float(ratio), rate_ratio(x, y, e1, e0, level), phi, low, high, p,
        greater, less, int(null.size), smallest_detectable(y / e0, e1, e0, power, dispersion=phi),
    )  # fmt: skip


def _checked(
    counts: Sequence[int] | np.ndarray, contacts: Sequence[int], window: int, against: str, block: int | None
) -> tuple[Float[np.ndarray, " day"], Int[np.ndarray, " contact"]]:
    series = np.asarray(counts, dtype=np.float64)
    if series.ndim != 1 or series.size < 2 or not np.all((series >= 0.0) & (series == np.floor(series))):
        raise SettingError("counts must be whole numbers of at least 0, one per day, at least two days")
    if window < 1 or (block is not None and block < 2):
        raise SettingError("window must be at least 1 day and block at least 2 days")
    if against not in AGAINST:
        raise SettingError(f"against must be one of {AGAINST}, not {against!r}")
    dates = _sorted_contacts(series.size, contacts)
    if dates.size == 0:
        raise SettingError("no contact lies in the period; nothing can be compared")
    return series, dates


def rotations(
    counts: Sequence[int] | Real[np.ndarray, " day"],
    contacts: Sequence[int],
    window: int,
    *,
    against: str = "outside",
    block: int | None = None,
) -> Float[np.ndarray, " turn"]:
    """The statistic ratio / (1 + ratio) at every turn of the series (with its blocks) under the dates; turn 0 is
    real."""
    series, dates = _checked(counts, contacts, window, against, block)
    return _rotations(series, dates, window, against, block)


def two_sided(null: Float[np.ndarray, " turn"]) -> Float[np.ndarray, " turn"]:
    """The two-sided p of every turn among all of them, were it the real one."""
    exact = np.round(null, 12)  # equal statistics may differ in the last digit
    order = np.sort(exact)
    less = np.searchsorted(order, exact, side="right") / null.size
    greater = 1.0 - np.searchsorted(order, exact, side="left") / null.size
    return np.minimum(1.0, 2.0 * np.minimum(less, greater))


def over_all(p: Float[np.ndarray, "test turn"]) -> Float[np.ndarray, " test"]:
    """For each test, the chance that the smallest p of all tests is as small (minP); turn 0 is the real one."""
    smallest = p.min(axis=0)
    return np.mean(smallest[None, :] <= p[:, :1] + 1e-12, axis=1)


def _rotations(
    series: np.ndarray, dates: np.ndarray, window: int, against: str, block: int | None
) -> Float[np.ndarray, " turn"]:
    """The statistic when the series is turned, end to start, by 0..days-1 days under the same dates."""
    inside = exposed_days(series.size, dates.tolist(), window)
    outside = before_days(series.size, dates.tolist(), window) if against == "before" else ~inside
    turned = [np.conj(np.fft.rfft(mask)) for mask in (inside, outside)]
    top, bottom, blocks = np.zeros(series.size), np.zeros(series.size), np.arange(series.size) // (block or series.size)
    for b in range(int(blocks[-1]) + 1):
        held = np.where(blocks == b, 1.0, 0.0)
        (x, y), (e1, e0) = (
            [np.rint(np.fft.irfft(np.fft.rfft(column) * mask, series.size)) for mask in turned]
            for column in (series * held, held)
        )
        e = np.maximum(e1 + e0, 1.0)
        top += x * e0 / e
        bottom += y * e1 / e
    total = top + bottom
    return np.where(total > 0.0, top / np.where(total > 0.0, total, 1.0), 0.5)


def _random(
    series: np.ndarray, dates: np.ndarray, window: int, blocks: np.ndarray, n_blocks: int, before: bool,
    admissible: np.ndarray | None, draws: int, seed: int, stream: str,
) -> Float[np.ndarray, " draw"]:  # fmt: skip
    allowed = np.ones(series.size, dtype=bool) if admissible is None else np.asarray(admissible, dtype=bool)
    if allowed.shape != series.shape or not np.all(allowed[dates]):
        raise SettingError("admissible needs one true or false per day, true on every contact")
    if draws < 1:
        raise SettingError(f"draws must be at least 1, not {draws}")
    pool = np.flatnonzero(allowed)
    start = np.searchsorted(blocks[pool], np.arange(n_blocks + 1))
    need = np.bincount(blocks[dates], minlength=n_blocks)
    luck = seeds.uniform(seeds.words(seed, "event_study", stream, count=draws * dates.size))
    return _placements(series, window, blocks, n_blocks, before, pool, start, need, luck.reshape(draws, dates.size))


def dispersion(
    series: Float[np.ndarray, " day"], blocks: Int[np.ndarray, " day"], state: Int[np.ndarray, " day"], before: bool
) -> float:
    """Pearson chi-square per degree of freedom around the mean of each (block, exposed or not) cell, at least 1.

    state: 2 exposed, 1 before, 0 other, -1 not compared.
    """
    used = state > 0 if before else state >= 0
    cell = (2 * blocks + (state == 2))[used]
    size = np.bincount(cell).astype(float)
    mean = np.divide(np.bincount(cell, series[used]), size, out=np.zeros_like(size), where=size > 0)[cell]
    live = mean > 0.0
    freedom = int(live.sum()) - np.unique(cell[live]).size
    if freedom <= 0:
        return 1.0
    return max(1.0, float(np.sum((series[used][live] - mean[live]) ** 2 / mean[live]) / freedom))
