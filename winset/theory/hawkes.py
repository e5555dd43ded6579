"""Events that set off events: Hawkes processes with an exponential kernel.

Model (Hawkes 1971). Targets i = 0..d-1, sources j = 0..S-1, S >= d; sources from d on are outside events (for
example calls) that excite but are not themselves explained. With t_jk the past events of source j,

    rate_i(t) = mu_i + sum_j G_ij sum_{t_jk < t} beta_i exp(-beta_i (t - t_jk)),      alpha_ij = G_ij beta_i.

G_ij (branching) is the mean number of events of i set off directly by one event of j; 1/beta_i the mean delay. The
log likelihood, sum of log rate_i at its events minus the integral of rate_i over [0, T], splits into one problem
per target, and R_j(t_k) = exp(-beta (t_k - t_{k-1})) (R_j(t_{k-1}) + 1[event k-1 from j]) makes it O(n) (Ozaki
1979; Ogata 1981). Stationary iff the spectral radius of G is below 1: mean rate (I - G)^{-1} mu; variance of counts
over long spans (I - G)^{-1} diag(rate) (I - G)^{-T}, so one process has Fano factor 1/(1 - n)^2. Nothing is assumed
to have happened before 0.

Fit: maximum likelihood in the logarithms of mu, G, beta from several starts. Intervals: profile likelihood ratio.
Check: the integral of the rate between successive events is Exp(1) if the model is right (Papangelou 1972; Ogata
1988).

When to use it: exact times of single events. For daily totals, several events a day, use `hawkes_daily`: ties in
time break this likelihood. Excitation is never negative here: it cannot say that an event lowers the rate. A trend
in mu looks like excitation.

Reference: A. Hawkes, "Spectra of some self-exciting and mutually exciting point processes", Biometrika 58 (1971).
T. Ozaki, "Maximum likelihood estimation of Hawkes' self-exciting point processes", Annals of the Institute of
Statistical Mathematics 31 (1979). Y. Ogata, "Statistical models for earthquake occurrences", Journal of the
American Statistical Association 83 (1988).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numba
import numpy as np
import scipy
from jaxtyping import Float, Int

from winset.errors import NotSolved, SettingError
from winset.theory import checks
from winset.theory.checks import Number

LOG_BOUNDS = (-23.0, 12.0)  # no answer: about 1e-10 .. 1.6e5: the edges stand for nothing and for at once


@numba.njit(cache=True)
def _row(times, marks, target, sources, horizon, mu, branching, beta, grad):  # type: ignore[no-untyped-def]
    """Log likelihood of one target and, into grad, its derivatives by mu, branching, beta. O(n S).

    R and S are the kernel sum (without beta) and its derivative by beta. Compiled: inner loop of every fit.
    """
    r, s = np.zeros(sources), np.zeros(sources)
    grad[:] = 0.0
    value, before = 0.0, 0.0
    for k in range(times.size):
        gap = times[k] - before
        decay = np.exp(-beta * gap)
        rate, slope = mu, 0.0
        for j in range(sources):
            s[j] = decay * (s[j] - gap * r[j])
            r[j] *= decay
            rate += branching[j] * beta * r[j]
            slope += branching[j] * (r[j] + beta * s[j])
        if marks[k] == target:
            value += np.log(rate)
            grad[0] += 1.0 / rate
            for j in range(sources):
                grad[1 + j] += beta * r[j] / rate
            grad[1 + sources] += slope / rate
        j = marks[k]
        rest = horizon - times[k]
        left = np.exp(-beta * rest)
        value -= branching[j] * (1.0 - left)
        grad[1 + j] -= 1.0 - left
        grad[1 + sources] -= branching[j] * rest * left
        r[j] += 1.0
        before = times[k]
    grad[0] -= horizon
    return value - mu * horizon


@numba.njit(cache=True)
def _compensator(times, marks, target, sources, mu, branching, beta):  # type: ignore[no-untyped-def]
    """Integral of the target's rate from 0 to each of its events."""
    r = np.zeros(sources)
    out = np.empty(times.size)
    total, before, found = 0.0, 0.0, 0
    for k in range(times.size):
        gap = times[k] - before
        decay = np.exp(-beta * gap)
        total += mu * gap
        for j in range(sources):
            total += branching[j] * r[j] * (1.0 - decay)
            r[j] *= decay
        if marks[k] == target:
            out[found] = total
            found += 1
        r[marks[k]] += 1.0
        before = times[k]
    return out[:found]


def _events(times: np.ndarray, marks: np.ndarray | None, horizon: float, sources: int) -> tuple[np.ndarray, np.ndarray]:
    t = np.ascontiguousarray(times, dtype=np.float64)
    m = np.zeros(t.size, dtype=np.int64) if marks is None else np.ascontiguousarray(marks, dtype=np.int64)
    if t.ndim != 1 or m.shape != t.shape:
        raise SettingError("times and marks must be two lists of the same length")
    if t.size and (np.any(np.diff(t) < 0.0) or t[0] < 0.0 or t[-1] > horizon):
        raise SettingError("times must be sorted and lie between 0 and the horizon")
    if m.size and (m.min() < 0 or m.max() >= sources):
        raise SettingError(f"marks must run from 0 to {sources - 1}")
    return t, m


def _parameters(mu: Number, branching: Number, beta: Number) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    m = np.atleast_1d(np.asarray(mu, dtype=float))
    g = np.atleast_2d(np.asarray(branching, dtype=float))
    b = np.broadcast_to(np.asarray(beta, dtype=float), m.shape).copy()
    checks.not_negative(mu=m, branching=g)
    checks.positive(beta=b)
    if g.shape[0] != m.size or g.shape[1] < m.size:
        raise SettingError("branching needs one row per target and at least as many columns (sources)")
    return m, g, b


def log_likelihood(
    times: Float[np.ndarray, " event"],
    horizon: float,
    mu: Float[np.ndarray, " target"] | float,
    branching: Float[np.ndarray, "target source"] | float,
    beta: Float[np.ndarray, " target"] | float,
    marks: Int[np.ndarray, " event"] | None = None,
) -> float:
    """Log likelihood on [0, horizon]; alpha = branching * beta. Time in days, rates per day."""
    m, g, b = _parameters(mu, branching, beta)
    t, marked = _events(times, marks, horizon, g.shape[1])
    grad = np.empty(g.shape[1] + 2)
    return float(sum(_row(t, marked, i, g.shape[1], horizon, m[i], g[i], b[i], grad) for i in range(m.size)))


@dataclass(frozen=True)
class HawkesFit:
    """Maximum likelihood: mu (target), branching (target, source), beta (target)."""

    mu: Float[np.ndarray, " target"]
    branching: Float[np.ndarray, "target source"]
    beta: Float[np.ndarray, " target"]
    log_likelihood: float


Objective = Callable[[np.ndarray], tuple[float, np.ndarray]]


def minimise(
    objective: Objective, start: np.ndarray, fixed: dict[int, float] | None = None
) -> tuple[float, np.ndarray]:
    """Least value and place of a smooth function of log-parameters within LOG_BOUNDS; `fixed` holds entries."""
    bounds = [LOG_BOUNDS] * start.size
    begin = np.clip(start, *LOG_BOUNDS)
    for index, value in (fixed or {}).items():
        bounds[index], begin[index] = (value, value), value
    options = {"maxiter": 500, "ftol": 1e-13, "gtol": 1e-7}
    found = scipy.optimize.minimize(objective, begin, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    return float(found.fun), found.x


def best_of(objective: Objective, starts: list[np.ndarray]) -> tuple[float, np.ndarray]:
    """The best of several starts; NotSolved when none gives a finite value."""
    value, place = min((minimise(objective, start) for start in starts), key=lambda pair: pair[0])
    if not np.isfinite(value):
        raise NotSolved("no start of the likelihood search gave a finite value", place)
    return value, place


def profile(objective: Objective, best: tuple[float, np.ndarray], index: int, log_value: float) -> float:
    """Deviance 2 (max log likelihood - profile log likelihood) of one log-parameter at a value; about chi2(1)."""
    start = best[1].copy()
    return max(0.0, 2.0 * (minimise(objective, start, {index: log_value})[0] - best[0]))


def profile_limits(
    objective: Objective, best: tuple[float, np.ndarray], index: int, level: float
) -> tuple[float, float]:
    """Profile-likelihood interval of exp(parameter `index`); 0 or inf where the likelihood does not end it."""
    bar = float(scipy.stats.chi2.ppf(level, 1))
    centre = float(best[1][index])

    def over(log_value: float) -> float:
        return profile(objective, best, index, log_value) - bar

    def side(direction: float) -> float:
        edge = LOG_BOUNDS[0] if direction < 0 else LOG_BOUNDS[1]
        near, step = centre, 0.2
        while True:
            far = near + direction * step
            if direction * (far - edge) >= 0.0:
                far = edge
            if over(far) > 0.0:
                break
            if far == edge:
                return 0.0 if direction < 0 else float(np.inf)
            near, step = far, step * 2.0
        if near == centre and over(near) >= 0.0:
            return float(np.exp(near))
        return float(np.exp(scipy.optimize.brentq(over, near, far, xtol=1e-5)))

    return side(-1.0), side(1.0)


def _objective(times: np.ndarray, marks: np.ndarray, target: int, sources: int, horizon: float) -> Objective:
    grad = np.empty(sources + 2)

    def negative(log_p: np.ndarray) -> tuple[float, np.ndarray]:
        p = np.exp(log_p)
        value = _row(times, marks, target, sources, horizon, p[0], p[1:-1], p[-1], grad)
        return -value, -grad * p

    return negative


def _fit_row(t: np.ndarray, m: np.ndarray, target: int, sources: int, horizon: float) -> tuple[Objective, tuple]:
    count = int(np.sum(m == target))
    if count < 2:
        raise SettingError(f"target {target} has {count} events; a fit needs at least 2")
    objective, rate = _objective(t, m, target, sources, horizon), count / horizon
    starts = [
        np.log(np.array([rate * (1.0 - n), *[n / sources] * sources, rate * speed]))
        for n, speed in ((0.5, 2.0), (0.2, 10.0), (0.8, 0.3))
    ]
    return objective, best_of(objective, starts)


def fit(
    times: Float[np.ndarray, " event"],
    horizon: float,
    marks: Int[np.ndarray, " event"] | None = None,
    targets: int = 1,
    sources: int | None = None,
) -> HawkesFit:
    """Maximum likelihood of every target; sources (default: targets) counts targets plus outside streams."""
    width = targets if sources is None else sources
    t, m = _events(times, marks, horizon, width)
    checks.positive(horizon=horizon)
    rows = [_fit_row(t, m, i, width, horizon)[1] for i in range(targets)]
    p = np.exp(np.array([place for _, place in rows]))
    return HawkesFit(p[:, 0], p[:, 1:-1], p[:, -1], -sum(value for value, _ in rows))


def intervals(
    times: Float[np.ndarray, " event"],
    horizon: float,
    marks: Int[np.ndarray, " event"] | None = None,
    target: int = 0,
    sources: int = 1,
    level: float = 0.9,
) -> dict[str, tuple[float, float]]:
    """Profile-likelihood intervals of one target: "mu", "branching_0".., "beta"."""
    t, m = _events(times, marks, horizon, sources)
    objective, best = _fit_row(t, m, target, sources, horizon)
    names = ["mu", *(f"branching_{j}" for j in range(sources)), "beta"]
    return {name: profile_limits(objective, best, k, level) for k, name in enumerate(names)}


def deviances(
    times: Float[np.ndarray, " event"], horizon: float, mu: float, branching: float, beta: float
) -> Float[np.ndarray, " parameter"]:
    """Profile deviances of one process at given mu, branching and beta: an interval holds a value iff its deviance is
    at most the chi-square(1) quantile of the level."""
    t, m = _events(times, None, horizon, 1)
    objective, best = _fit_row(t, m, 0, 1, horizon)
    return np.array([profile(objective, best, k, float(np.log(v))) for k, v in enumerate((mu, branching, beta))])


def spectral_radius(branching: Float[np.ndarray, "target target"] | float) -> float:
    """Largest absolute eigenvalue; below 1 the process does not explode."""
    return float(np.max(np.abs(np.linalg.eigvals(np.atleast_2d(np.asarray(branching, dtype=float))))))


def _leontief(branching: np.ndarray) -> np.ndarray:
    radius = spectral_radius(branching)
    if radius >= 1.0:
        raise SettingError(f"the process explodes: spectral radius {radius:.3f} must be below 1")
    return np.linalg.inv(np.eye(branching.shape[0]) - branching)


def stationary_rate(
    mu: Float[np.ndarray, " target"] | float, branching: Float[np.ndarray, "target target"] | float
) -> Float[np.ndarray, " target"]:
    """(I - G)^{-1} mu, events per day."""
    return _leontief(np.atleast_2d(np.asarray(branching, dtype=float))) @ np.atleast_1d(np.asarray(mu, dtype=float))


def fano(
    mu: Float[np.ndarray, " target"] | float, branching: Float[np.ndarray, "target target"] | float
) -> Float[np.ndarray, " target"]:
    """Variance over mean of the count over a long span (1 for Poisson; 1/(1-n)^2 for one process)."""
    g = np.atleast_2d(np.asarray(branching, dtype=float))
    rate, inverse = stationary_rate(mu, g), _leontief(g)
    return (inverse**2 @ rate) / rate


def direct_share(
    mu: Float[np.ndarray, " target"], branching: Float[np.ndarray, "target target"], target: int, source: int
) -> float:
    """Share of the target's events that an event of `source` set off directly, in the long run."""
    rate = stationary_rate(mu, branching)
    return float(np.asarray(branching)[target, source] * rate[source] / rate[target])


@dataclass(frozen=True)
class Residuals:
    """Gaps in the model's own time (Exp(1) if right) and the Kolmogorov-Smirnov p against Exp(1).

    With fitted parameters the p is too large: a small one tells, a large one does not.
    """

    gaps: Float[np.ndarray, " event"]
    ks_p: float


def residuals(
    times: Float[np.ndarray, " event"],
    horizon: float,
    mu: Float[np.ndarray, " target"] | float,
    branching: Float[np.ndarray, "target source"] | float,
    beta: Float[np.ndarray, " target"] | float,
    marks: Int[np.ndarray, " event"] | None = None,
    target: int = 0,
) -> Residuals:
    """Time-change check of one target."""
    m, g, b = _parameters(mu, branching, beta)
    t, marked = _events(times, marks, horizon, g.shape[1])
    gaps = np.diff(_compensator(t, marked, target, g.shape[1], m[target], g[target], b[target]), prepend=0.0)
    if gaps.size == 0:
        raise SettingError(f"target {target} has no events to check")
    return Residuals(gaps, float(scipy.stats.kstest(gaps, "expon").pvalue))


def simulate(
    horizon: float,
    mu: Float[np.ndarray, " target"] | float,
    branching: Float[np.ndarray, "target source"] | float,
    beta: Float[np.ndarray, " target"] | float,
    rng: np.random.Generator,
    outside: tuple[np.ndarray, ...] = (),
) -> tuple[Float[np.ndarray, " event"], Int[np.ndarray, " event"]]:
    """(times, marks) on [0, horizon] by clusters (Hawkes and Oakes 1974): immigrants, then offspring, generation by
    generation. outside: times of each outside source (marks from d on), returned among the events."""
    m, g, b = _parameters(mu, branching, beta)
    d = m.size
    _leontief(g[:, :d])
    if len(outside) != g.shape[1] - d:
        raise SettingError(f"outside needs {g.shape[1] - d} lists of times, one per source beyond the targets")
    kin = [rng.uniform(0.0, horizon, rng.poisson(mu_i * horizon)) for mu_i in m]
    kin += [np.asarray(o, dtype=float) for o in outside]
    found = [(t, np.full(t.size, j)) for j, t in enumerate(kin)]
    while any(t.size for t in kin):
        young: list[np.ndarray] = []
        for i in range(d):
            born = [np.repeat(t, rng.poisson(g[i, j], t.size)) for j, t in enumerate(kin)]
            parents = np.concatenate(born)
            child = parents + rng.exponential(1.0 / b[i], parents.size)
            young.append(child[child < horizon])
        kin = young + [np.empty(0)] * (g.shape[1] - d)
        found += [(t, np.full(t.size, j)) for j, t in enumerate(kin)]
    times = np.concatenate([t for t, _ in found])
    marks = np.concatenate([k for _, k in found]).astype(np.int64)
    order = np.argsort(times, kind="stable")
    return times[order], marks[order]
