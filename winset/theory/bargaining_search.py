"""Largest smallest gain and largest Nash product by an exact tree search with Lagrangian bounds.

Gains are g_i(x) = u_i(x) - d_i. Issues are decided one after another; a branch is cut when one of a few linear
functions of the gains, maximised issue by issue over what is still open, cannot reach the best score so far:

    max-min   min_i g_i/s_i  <=  sum_i lam_i g_i/s_i                    for every lam >= 0 with sum 1
    Nash      sum_i log g_i  <=  sum_i log a_i + (g_i - a_i)/a_i        for every a > 0 (tangent of the logarithm)

Good lam and a are those that make the bound over all packages least: lam by mirror descent, a by Frank & Wolfe
(1956) on the mixtures of packages. When the tree is done, the best score is the optimum and every package within 1e-9
of it has been kept, so ties are complete. Every branch cut is cut by a proved bound; there is no solver tolerance.

References: Geoffrion (1974), Lagrangean relaxation for integer programming; Land & Doig (1960), branch and bound.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int
from numba import njit

from winset.theory.additive import TOLERANCE, Canonical
from winset.theory.bargaining_milp import Optimum
from winset.theory.exhaustive import MIN, PRODUCT, count_vectors, leximin_order

NODES = 5_000_000  # no answer: a limit; what is not proved within it is said
KEPT = 20_000  # no answer: a limit of the search for ties
STEPS = 3000  # no answer: effort on a bound; the tree proves with any
WEIGHTS = 3  # no answer: how many bounds are kept; the tree proves with any


@njit(cache=True)
def _best_for(values: np.ndarray, offsets: np.ndarray, lam: np.ndarray, package: np.ndarray, gain: np.ndarray) -> float:
    """max over packages (rules ignored) of lam . values; adds the package's values to `gain`."""
    total = 0.0
    for j in range(len(offsets) - 1):
        best, at = -np.inf, offsets[j]
        for k in range(offsets[j], offsets[j + 1]):
            worth = 0.0
            for i in range(len(lam)):
                worth += lam[i] * values[k, i]
            if worth > best:
                best, at = worth, k
        package[j] = at
        total += best
        for i in range(len(lam)):
            gain[i] += values[at, i]
    return total


@njit(cache=True)
def _weights(values: np.ndarray, offsets: np.ndarray, base: np.ndarray, mode: int, steps: int) -> tuple[
    np.ndarray, np.ndarray, np.ndarray
]:  # fmt: skip
    """Candidate weights (lam, or the tangent points a), the bound each gives, and the packages met on the way."""
    n, m = len(base), len(offsets) - 1
    here = np.full(n, 1.0 / n)
    tried, bounds, met = np.empty((steps, n)), np.empty(steps), np.empty((steps, m), np.int64)
    gain = np.empty(n)
    if mode == 1:  # start from the mean of the packages each party likes best
        mean = base.copy()
        for i in range(n):
            gain[:] = 0.0
            unit = np.zeros(n)
            unit[i] = 1.0
            _best_for(values, offsets, unit, met[0], gain)
            mean += gain / n
        here = np.maximum(mean, 1e-6)
    for step in range(steps):
        lam = 1.0 / here if mode == 1 else here
        gain[:] = base
        surplus = _best_for(values, offsets, lam, met[step], gain) + (lam * base).sum()
        tried[step] = here
        if mode == 1:
            bounds[step] = np.log(here).sum() - n + surplus
            rate = 2.0 / (step + 3.0)
            here = np.maximum((1.0 - rate) * here + rate * gain, 1e-9)
        else:
            bounds[step] = surplus
            length = np.abs(gain - gain.mean()).max()
            if length > 0.0:
                here = here * np.exp(-(gain - gain.mean()) / length / np.sqrt(step + 1.0))
                here = np.maximum(here / here.sum(), 1e-12)
    return tried, bounds, met


@njit(cache=True)
def _leaf(gain: np.ndarray, slack: np.ndarray, rational: bool, counted: np.ndarray, mode: int) -> tuple[bool, float]:
    """Does a package with these gains qualify, and its score: the least counted gain, or the sum of logarithms."""
    score, fits = np.inf if mode == 0 else 0.0, True
    for i in range(len(gain)):
        if rational and gain[i] < -slack[i]:
            fits = False
        if mode == 0 and counted[i]:
            score = min(score, gain[i])
        elif mode == 1:
            score += np.log(gain[i]) if gain[i] > 0.0 else -np.inf
    return fits, score


@njit(cache=True)
def _keep(
    kept: np.ndarray, scores: np.ndarray, size: int, least: float, package: np.ndarray, score: float
) -> tuple[int, bool]:
    """Adds a package where there is room, made if need be by dropping those below `least`: their number, and success."""
    if size == len(kept):
        size = 0
        for a in range(len(kept)):
            if scores[a] >= least:
                kept[size], scores[size] = kept[a], scores[a]
                size += 1
    if size == len(kept):
        return size, False
    kept[size], scores[size] = package, score
    return size + 1, True


@njit(cache=True)
def _tree(values: np.ndarray, offsets: np.ndarray, base: np.ndarray, slack: np.ndarray, rational: bool,
          counted: np.ndarray, words: np.ndarray, finished: np.ndarray, rows: np.ndarray, shift: np.ndarray,
          ahead: np.ndarray, hope: np.ndarray, mode: int, near: float, record: float, max_nodes: int,
          limit: int) -> tuple[float, np.ndarray, np.ndarray, int, bool]:  # fmt: skip
    """Best score, packages kept with their scores, their number (-1: gave up), and whether some were left out.

    `values` are shares g_i/s_i per option with options of each issue in the order to be tried; `ahead[j]` and
    `hope[j]` are what issues j.. can still add to each row and to each party.
    """
    m, n, n_rows = len(offsets) - 1, len(base), len(rows)
    gain = np.zeros((m + 1, n))
    gain[0] = base
    line = np.zeros((m + 1, n_rows))
    for b in range(n_rows):
        line[0, b] = shift[b] + (rows[b] * base).sum()
    worth = values @ rows.T
    mask = np.full((m + 1, words.shape[1]), ~np.uint64(0))
    at = np.full(m + 1, -1)
    kept, scores = np.empty((limit, m), np.int64), np.empty(limit)
    size, depth, nodes, cut_short = 0, 0, 0, False
    while depth >= 0:
        if depth == m:
            fits, score = _leaf(gain[m], slack, rational, counted, mode)
            if fits and score >= record - near:
                record = max(record, score)
                size, room = _keep(kept, scores, size, record - near, offsets[:m] + at[:m], score)
                cut_short = cut_short or not room
            depth -= 1
            continue
        at[depth] += 1
        k = offsets[depth] + at[depth]
        if k == offsets[depth + 1]:
            at[depth] = -1
            depth -= 1
            continue
        nodes += 1
        if nodes > max_nodes:
            return record, kept, scores, -1, True
        alive = True
        for b in range(n_rows):
            line[depth + 1, b] = line[depth, b] + worth[k, b]
            if line[depth + 1, b] + ahead[depth + 1, b] < record - near:
                alive = False
                break
        if not alive:
            continue
        for w in range(words.shape[1]):
            mask[depth + 1, w] = mask[depth, w] & words[k, w]
            if mask[depth + 1, w] & finished[depth, w]:
                alive = False
        for i in range(n):
            gain[depth + 1, i] = gain[depth, i] + values[k, i]
            reach = gain[depth + 1, i] + hope[depth + 1, i]
            if (rational and reach < -slack[i]) or (mode == 0 and counted[i] and reach < record - near):
                alive = False
        if alive:
            depth += 1
            at[depth] = -1
    return record, kept, scores, size, cut_short


def search(
    form: Canonical,
    scale: Float[np.ndarray, " party"],
    counted: Bool[np.ndarray, " party"],
    mode: int,
    rational: bool = True,
    record: float = -np.inf,
    max_nodes: int = NODES,
) -> tuple[bool, Optimum | None]:
    """(settled, optimum): the best package by MIN or PRODUCT score (PRODUCT as a logarithm), leximin among ties.

    Not settled: the tree grew beyond `max_nodes`. Settled without optimum: no package qualifies (for PRODUCT, none
    with a gain for every party). `record` is a score known to be reached; PRODUCT needs one. Works on a canonical
    problem whose `reserve` is the disagreement point.
    """
    shares = form.values / scale
    base = (form.constant - form.reserve) / scale
    slack, m = TOLERANCE * form.span / scale, len(form.sizes)
    some = np.flatnonzero(counted)
    tried, bounds, met = _weights(
        np.ascontiguousarray(shares[:, some]), form.offsets, base[some], int(mode == PRODUCT), STEPS
    )
    pick = np.argsort(bounds, kind="stable")
    pick = np.unique(np.concatenate([pick[:1], pick[[len(pick) // 8, len(pick) // 3]]]))[:WEIGHTS]
    pick = pick[np.argsort(bounds[pick], kind="stable")]
    rows = np.zeros((len(pick), len(base)))
    rows[:, some] = 1.0 / tried[pick] if mode == PRODUCT else tried[pick]
    shift = np.log(tried[pick]).sum(axis=1) - len(some) if mode == PRODUCT else np.zeros(len(pick))
    layout = _layout(form, shares, rows)
    near = TOLERANCE if mode == PRODUCT else TOLERANCE * float(np.max(form.span / scale))
    record = max(record, _start(form, shares, base, slack, met, some, mode, rational))
    score, kept, scores, size, cut_short = _tree(
        layout["values"], layout["offsets"], base, slack, rational, counted, layout["words"], layout["finished"], rows,
        shift, layout["ahead"], layout["hope"], int(mode == PRODUCT), near, record - near, max_nodes, KEPT,
    )  # fmt: skip
    if size < 0:
        return False, None
    good = np.flatnonzero(scores[:size] >= score - near)
    if not len(good) or not np.isfinite(score):
        return True, None
    flat = np.sort(layout["home"][kept[good]], axis=1)
    order = np.lexsort(flat.T[::-1])
    flat = flat[order]
    gains = base + shares[flat].sum(axis=1)
    best = int(leximin_order(gains[:, some])[0])
    ties = count_vectors(gains * scale, form.span)
    top = float(np.max(scores[good]))
    return True, Optimum(flat[best] - form.offsets[:m], top, top, ties, not cut_short)


def _layout(form: Canonical, shares: np.ndarray, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Issues by falling spread of the tightest bound, options by falling worth under it, and what lies ahead."""
    lead = shares @ rows[0]
    parts = [np.arange(a, b) for a, b in zip(form.offsets[:-1], form.offsets[1:])]
    order = np.argsort([-float(np.ptp(lead[part])) for part in parts], kind="stable")
    ranked = [parts[j][np.argsort(-lead[parts[j]], kind="stable")] for j in order]
    home = np.concatenate(ranked)
    offsets = np.concatenate([[0], np.cumsum([len(part) for part in ranked])]).astype(np.int64)
    worth = shares @ rows.T
    best = np.array([worth[part].max(axis=0) for part in ranked])
    most = np.array([shares[part].max(axis=0) for part in ranked])
    place = {int(j): a for a, j in enumerate(order)}
    finished = np.zeros((len(parts), form.words.shape[1]), np.uint64)
    for r, rule in enumerate(form.rules):
        finished[max(place[k] for k, _ in rule) :, r // 64] |= np.uint64(1) << np.uint64(r % 64)
    return {
        "home": home, "offsets": offsets, "values": np.ascontiguousarray(shares[home]), "words": form.words[home],
        "finished": finished, "ahead": _ahead(best), "hope": _ahead(most),
    }  # fmt: skip


def _ahead(best: Float[np.ndarray, "issue row"]) -> Float[np.ndarray, "issue_and_one row"]:
    return np.concatenate([np.cumsum(best[::-1], axis=0)[::-1], np.zeros((1, best.shape[1]))])


def _start(
    form: Canonical, shares: np.ndarray, base: np.ndarray, slack: np.ndarray, met: Int[np.ndarray, "step issue"],
    some: np.ndarray, mode: int, rational: bool,
) -> float:  # fmt: skip
    """Score of the best package met that qualifies, after single swaps: a first record for the tree."""
    gains = base + shares[met].sum(axis=1)
    record = -np.inf
    least = gains[:, some].min(axis=1)
    for step in np.argsort(-least, kind="stable")[:5]:
        package = met[step].copy()
        for _ in range(200):
            gain = base + shares[package].sum(axis=0)
            score = np.float64(-np.inf)
            allowed = not np.bitwise_and.reduce(form.words[package], axis=0).any()
            if allowed and (not rational or np.all(gain >= -slack)):
                score = np.float64(_score(gain[some], mode))
            record = max(record, float(score))
            issue = np.repeat(np.arange(len(form.sizes)), form.sizes)
            swapped = gain + shares - shares[package][issue]
            goal = mode if np.isfinite(score) else MIN
            value = _score(swapped[:, some], goal)
            k = int(np.argmax(value))
            if value[k] <= _score(gain[some], goal) + 1e-12:
                break
            package[issue[k]] = k
    return record


def _score(gains: np.ndarray, mode: int) -> np.ndarray:
    if mode == MIN:
        return gains.min(axis=-1)
    with np.errstate(divide="ignore"):
        return np.log(np.maximum(gains, 0.0)).sum(axis=-1)
