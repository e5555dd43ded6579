"""Offers under private information, with mistakes: logit equilibrium on a grid of beliefs.

Model. One side (S) offers in each of T rounds; the other (D) has a private type h and accepts or refuses. All
values are gains over fighting for ever: D's gain(h, x) from offer x, S's settle(h, x). A refusal costs a round:
what follows is worth `discount` as much, and nothing after the last round. Both choose by logit with noise tau in
payoff units, each believing that the other does, node by node: the agent quantal-response equilibrium (McKelvey and
Palfrey 1998). With b the belief before the offer, m after a refusal, W_h and V the next round's values,

    acc_h = logistic((gain(h,x) - discount W_h(m)) / tau),      m_h = b_h (1 - acc_h) / sum_g b_g (1 - acc_g),
    EV(x) = sum_h b_h [acc_h settle(h,x) + (1 - acc_h) discount V(m)],   P(x) proportional to exp(EV(x) / tau),

and m is a fixed point, since acc_h depends on it. tau -> 0 selects one sequential equilibrium.

Method. Backward over rounds, for every belief of a lattice on the simplex (two types: an even grid; n types:
multiples of 1/(points - 1), joined linearly by Freudenthal's triangulation). The fixed point is found by halving in
the log-odds for two types, which holds for any tau; for more types by implicit steps, which may fail when tau is
tiny: NotSolved says so and carries the solution. The lattice grows as points^(n-1)/(n-1)!, so use it for up to four
or five types. For many types in order of cost use `skimming`.

Types that differ only in what they want after the war have the same gain over fighting, so they refuse alike and
a refusal teaches nothing (Spaniel and Bils 2018): give such types equal rows of `gain`.
What it cannot say: D makes no offers; the grid of offers and tau are assumptions (the logit is on the payoff scale).

Reference: R. McKelvey and T. Palfrey, "Quantal response equilibria for extensive form games", Experimental
Economics 1 (1998); for the game, R. Powell, "Bargaining and learning while fighting", American Journal of Political
Science 48 (2004).
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from jaxtyping import Float, Int

from winset.errors import NotSolved, SettingError
from winset.theory import checks
from winset.theory.row_kernels import put

RESIDUAL = 1e-6  # no answer: largest |m - F(m)| taken as solved
MAX_STATES = 200_000  # no answer: a limit on size; beyond it is an error


@dataclass(frozen=True)
class BeliefGrid:
    """Equilibrium play at every belief. Rounds run forward; round 0 is the first offer."""

    beliefs: Float[np.ndarray, "state type"]
    value: Float[np.ndarray, "round state"]
    surplus: Float[np.ndarray, "round type state"]
    offer: Float[np.ndarray, "round state offer"]
    accept: Float[np.ndarray, "round type state offer"]
    posterior: Float[np.ndarray, "round state offer type"]
    residual: float


@numba.njit(cache=True)
def _locate(belief: np.ndarray, steps: int, table: np.ndarray, index: np.ndarray, weight: np.ndarray) -> None:
    """Corners of the lattice simplex that holds a belief, and their weights (Freudenthal's triangulation)."""
    n = belief.size
    z, frac, order = np.empty(n), np.empty(n), np.empty(n, dtype=np.int64)
    tail = 0.0
    for i in range(n - 1, 0, -1):  # z_i: tail sums, so that the lattice becomes a chain of steps
        tail += belief[i] * steps
        z[i] = np.floor(min(tail, steps * 1.0) + 1e-12)
        frac[i] = max(0.0, tail - z[i])
    for i in range(1, n):  # stable sort by falling fraction
        j = i
        while j > 1 and frac[order[j - 1]] < frac[i]:
            order[j] = order[j - 1]
            j -= 1
        order[j] = i
    for k in range(n):
        if k > 0:
            z[order[k]] += 1.0
        upper = frac[order[k]] if k > 0 else 1.0
        lower = frac[order[k + 1]] if k + 1 < n else 0.0
        weight[k] = upper - lower
        index[k] = 0
        if weight[k] > 0.0:
            key = 0
            for i in range(1, n):
                key = key * (steps + 1) + int(z[i] - (z[i + 1] if i + 1 < n else 0.0))
            index[k] = table[key]


@numba.njit(cache=True)
def _log_refuse(edge: float) -> float:
    """log(1 - logistic(edge)), without overflow."""
    return -edge - np.log1p(np.exp(-edge)) if edge > 0.0 else -np.log1p(np.exp(edge))


@numba.njit(cache=True)
def _refusals(m, gain, k, discount, noise, steps, table, w_next, index, weight, logr):  # type: ignore[no-untyped-def]
    """Fill logr with the log chance that each type refuses offer k when refusing leads to belief m."""
    n = m.size
    _locate(m, steps, table, index, weight)
    for h in range(n):
        later = 0.0
        for c in range(n):
            later += weight[c] * w_next[h, index[c]]
        logr[h] = _log_refuse((gain[h, k] - discount * later) / noise)


@numba.njit(cache=True)
def _bayes(b: np.ndarray, logr: np.ndarray, out: np.ndarray) -> None:
    """Posterior after a refusal, in logs so that a refusal nearly impossible for all still tells them apart."""
    top = -np.inf
    for h in range(b.size):
        if b[h] > 0.0:
            out[h] = np.log(b[h]) + logr[h]
            top = max(top, out[h])
    total = 0.0
    for h in range(b.size):
        out[h] = np.exp(out[h] - top) if b[h] > 0.0 else 0.0
        total += out[h]
    for h in range(b.size):
        out[h] /= total


@numba.njit(cache=True)
def _posterior_two(b, gain, discount, noise, steps, w_next):  # type: ignore[no-untyped-def]
    """P(type 1) after a refusal, two types: halving over the grid, then secant steps (Illinois) inside one cell.

    The excess of Bayes' log-odds over those assumed falls from +inf at 0 to -inf at 1.
    """
    prior = np.log(b[1]) - np.log(b[0])
    low, high, f_low, f_high = 0, steps, np.inf, -np.inf
    while high - low > 1:
        mid = (low + high) // 2
        f = _excess(mid / steps, mid, 0.0, prior, gain, discount, noise, w_next)
        if f > 0.0:
            low, f_low = mid, f
        else:
            high, f_high = mid, f
    cell, x, y, side = low, low / steps, high / steps, 0
    u = 0.5 * (x + y)
    for _ in range(80):
        u = x + (y - x) * (f_low / (f_low - f_high) if np.isfinite(f_low - f_high) else 0.5)
        f = _excess(u, cell, u * steps - cell, prior, gain, discount, noise, w_next)
        if abs(f) < 1e-11 or y - x < 1e-15:
            break
        if f > 0.0:
            x, f_low = u, f
            f_high = 0.5 * f_high if side == 1 else f_high
            side = 1
        else:
            y, f_high = u, f
            f_low = 0.5 * f_low if side == -1 else f_low
            side = -1
    return u


@numba.njit(cache=True)
def _excess(u, cell, part, prior, gain, discount, noise, w_next):  # type: ignore[no-untyped-def]
    """Log-odds of type 1 after a refusal by Bayes, less those of u, for u in `cell` of the even grid."""
    odds = prior - np.log(u) + np.log1p(-u)
    for h in range(2):
        later = w_next[h, cell]
        if part > 0.0:
            later += part * (w_next[h, cell + 1] - later)
        odds += (2 * h - 1) * _log_refuse((gain[h] - discount * later) / noise)
    return odds


@numba.njit(cache=True)
def _gap(y, start, here, gap, m, *args):  # type: ignore[no-untyped-def]
    """Bayes' log-odds after a refusal less the assumed y (both against the first type of `here`), into gap."""
    logr = args[-1]
    top, total = max(0.0, y.max()), 0.0
    for j in range(here.size):
        m[here[j]] = np.exp((y[j - 1] if j > 0 else 0.0) - top)
        total += m[here[j]]
    m /= total  # the impossible types stay at 0
    _refusals(m, *args)
    for j in range(y.size):
        gap[j] = start[j] + logr[here[j + 1]] - logr[here[0]] - y[j]


@numba.njit(cache=True)
def _posterior_many(b, m, *args):  # type: ignore[no-untyped-def]
    """The fixed point for three or more types, in log-odds y against the first type that is possible.

    On an edge (two possible types) the gap falls in y, so halving is safe. Else y' = gap(y) is followed by implicit
    steps that grow as the gap falls, in three ever more careful attempts.
    """
    here = np.flatnonzero(b > 0.0)
    start = (np.log(b[here]) - np.log(b[here[0]]))[1:]
    best, trial, gap = start.copy(), start.copy(), np.empty(start.size)
    if start.size == 1:
        low, high = -700.0, 700.0
        for _ in range(64):
            best[0] = 0.5 * (low + high)
            _gap(best, start, here, gap, m, *args)
            if gap[0] > 0.0:
                low = best[0]
            else:
                high = best[0]
        return
    jacobian, base = np.empty((start.size, start.size)), gap.copy()
    for attempt in range(3):
        put(trial, start)
        norm = np.inf
        span, growth = 0.1**attempt, 1.0 + 3.0 * 0.2**attempt
        for _ in range(200 * (attempt + 1) ** 2):
            _gap(trial, start, here, gap, m, *args)
            worst = np.max(np.abs(gap))
            if worst < 1e-9:
                return
            if worst < 1.2 * norm:
                span = min(1e9, span * min(growth, max(0.7, norm / worst)))
                put(best, trial)
                put(base, gap)
                norm = worst
                for j in range(start.size):
                    put(trial, best)
                    trial[j] += 1e-7
                    _gap(trial, start, here, gap, m, *args)
                    for i in range(start.size):
                        jacobian[i, j] = (gap[i] - base[i]) / 1e-7
            else:
                span *= 0.2
            move = np.linalg.solve(np.eye(start.size) / span - jacobian, base)
            part = min(1.0, 4.0 / np.max(np.abs(move)))
            for i in range(start.size):
                trial[i] = best[i] + move[i] * part


@numba.njit(cache=True)
def _posterior(b, gain, k, discount, noise, steps, table, w_next, m, work):  # type: ignore[no-untyped-def]
    """The fixed point m and the log chances of refusal there (work[1]), filled in; returns how far m is from Bayes."""
    index, weight, logr, bayes = np.empty(b.size, dtype=np.int64), work[0], work[1], work[2]
    put(m, b)
    if b.max() < 1.0:
        if b.size == 2:
            m[1] = _posterior_two(b, gain[:, k], discount, noise, steps, w_next)
            m[0] = 1.0 - m[1]
        else:
            _posterior_many(b, m, gain, k, discount, noise, steps, table, w_next, index, weight, logr)
    _refusals(m, gain, k, discount, noise, steps, table, w_next, index, weight, logr)
    _bayes(b, logr, bayes)
    return np.max(np.abs(bayes - m))


@numba.njit(cache=True)
def _round(  # type: ignore[no-untyped-def]
    gain, settle, discount, noise, steps, table, beliefs, v_next, w_next, v, w, offer, accept, posterior
):
    """One round backward over all beliefs; fills the outputs, returns the worst residual. Compiled: the whole cost."""
    states, n = beliefs.shape
    offers = gain.shape[1]
    work, index, ev = np.empty((3, n)), np.empty(n, dtype=np.int64), np.empty(offers)
    worst = 0.0
    for i in range(states):
        b = beliefs[i]
        for k in range(offers):
            m = posterior[i, k]
            worst = max(worst, _posterior(b, gain, k, discount, noise, steps, table, w_next, m, work))
            _locate(m, steps, table, index, work[0])
            later = 0.0
            for c in range(n):
                later += work[0, c] * v_next[index[c]]
            ev[k] = 0.0
            for h in range(n):
                accept[h, i, k] = -np.expm1(work[1, h])
                ev[k] += b[h] * (accept[h, i, k] * settle[h, k] + (1.0 - accept[h, i, k]) * discount * later)
        best, total = ev.max(), 0.0
        for k in range(offers):
            offer[i, k] = np.exp((ev[k] - best) / noise)
            total += offer[i, k]
        for k in range(offers):
            offer[i, k] /= total
            v[i] += offer[i, k] * ev[k]
            _locate(posterior[i, k], steps, table, index, work[0])
            for h in range(n):
                later = 0.0
                for c in range(n):
                    later += work[0, c] * w_next[h, index[c]]
                taken = accept[h, i, k] * gain[h, k] if accept[h, i, k] > 0.0 else 0.0
                w[h, i] += offer[i, k] * (taken + (1.0 - accept[h, i, k]) * discount * later)
    return worst


def lattice(types: int, points: int) -> tuple[Float[np.ndarray, "state type"], Int[np.ndarray, " key"]]:
    """Beliefs that are multiples of 1/(points - 1), and the table from mixed-radix key to row."""
    steps = points - 1
    if types < 2 or points < 2:
        raise SettingError("a belief grid needs at least 2 types and 2 points")
    if points ** (types - 1) > 50 * MAX_STATES:
        raise SettingError(f"{types} types with {points} points each are too many; take fewer points, or `skim`")
    rest = np.indices((points,) * (types - 1)).reshape(types - 1, -1)
    inside = rest.sum(axis=0) <= steps
    table = np.where(inside, np.cumsum(inside) - 1, -1)
    kept = rest[:, inside]
    return np.ascontiguousarray(np.vstack([steps - kept.sum(axis=0), kept]).T / steps), table


def solve(
    gain: Float[np.ndarray, "type offer"],
    settle: Float[np.ndarray, "type offer"] | Float[np.ndarray, " offer"],
    discount: float,
    rounds: int,
    noise: float,
    points: int = 201,
) -> BeliefGrid:
    """Logit equilibrium of `rounds` offers; gain may be -inf for "no offer". Errors: SettingError, NotSolved."""
    g = np.array(gain, dtype=float, order="C")
    checks.discount(discount=discount)
    checks.positive(noise=noise, rounds=rounds)
    if g.ndim != 2 or np.isnan(g).any() or np.any(g == np.inf):
        raise SettingError("gain must be a table of finite numbers (or -inf for no offer), one row per type")
    s = np.broadcast_to(np.asarray(settle, dtype=float), g.shape).copy()
    if not np.all(np.isfinite(s)):
        raise SettingError("settle must be finite")
    beliefs, table = lattice(g.shape[0], points)
    states, n = beliefs.shape
    shape = (rounds, n, states, g.shape[1])
    value, surplus = np.zeros((rounds + 1, states)), np.zeros((rounds + 1, n, states))
    offer, accept = np.zeros((rounds, states, shape[3])), np.zeros(shape)
    posterior = np.zeros((rounds, states, shape[3], n))
    worst = 0.0
    for t in reversed(range(rounds)):
        gap = _round(
            g, s, discount, noise, points - 1, table, beliefs, value[t + 1], surplus[t + 1],
            value[t], surplus[t], offer[t], accept[t], posterior[t],
        )  # fmt: skip
        worst = max(worst, gap)
    found = BeliefGrid(beliefs, value[:-1], surplus[:-1], offer, accept, posterior, worst)
    if worst > RESIDUAL:
        raise NotSolved(f"beliefs after a refusal were not settled (off by {worst:.1e}); raise the noise", found)
    return found


@dataclass(frozen=True)
class Path:
    """What to expect from a prior. settle: P(settle at a round | type); posterior: belief after each refusal."""

    settle: Float[np.ndarray, "round type"]
    posterior: Float[np.ndarray, "round type"]


@numba.njit(cache=True)
def _forward(mass, offer, accept, posterior, steps, table, moved, settled):  # type: ignore[no-untyped-def]
    """One round forward: mass (type, state) splits into settled (type) and moved (type, state)."""
    n, states = mass.shape
    index, weight = np.empty(n, dtype=np.int64), np.empty(n)
    for i in range(states):
        if mass[:, i].max() == 0.0:
            continue
        for k in range(offer.shape[1]):
            _locate(posterior[i, k], steps, table, index, weight)
            for h in range(n):
                here = mass[h, i] * offer[i, k]
                settled[h] += here * accept[h, i, k]
                for c in range(n):
                    moved[h, index[c]] += here * (1.0 - accept[h, i, k]) * weight[c]


def path(found: BeliefGrid, prior: Float[np.ndarray, " type"]) -> Path:
    """Chances of settling by type and the belief after each refusal; a prior off the grid is joined linearly."""
    b = np.asarray(prior, dtype=float)
    states, n = found.beliefs.shape
    if b.shape != (n,) or np.any(b < 0.0) or abs(b.sum() - 1.0) > 1e-9:
        raise SettingError(f"prior must be {n} chances that sum to 1")
    points = int(round(1.0 / np.min(found.beliefs[found.beliefs > 0.0]))) + 1
    table = lattice(n, points)[1]
    index, weight = np.empty(n, dtype=np.int64), np.empty(n)
    _locate(b, points - 1, table, index, weight)
    mass = np.zeros((n, states))
    for corner, part in zip(index, weight):
        mass[:, corner] += part
    settle, posterior = np.zeros((len(found.offer), n)), np.zeros((len(found.offer), n))
    for t in range(len(found.offer)):
        moved = np.zeros_like(mass)
        _forward(mass, found.offer[t], found.accept[t], found.posterior[t], points - 1, table, moved, settle[t])
        mass = moved
        left = b * mass.sum(axis=1)
        posterior[t] = left / left.sum() if left.sum() > 0.0 else b
    return Path(settle, posterior)
