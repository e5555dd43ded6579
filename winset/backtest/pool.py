"""What the record makes of model, base rate and nothing changes together, and which of them is taken as ours.

Weights and correction of the pool (`theory.pooling`) for a case come from the scored questions of other cases only,
given or in the history that ships (`history`); where there are none both stay at their priors: equal weights, no
correction. So what the pool says of a case was never fitted to it. Beside it stands, for comparison, a pool fitted
within what is given with one cluster at a time left out, which is not used.

Ours is the pool, unless the plain base rate did better than both the pool and the model on what is scored: then the
base rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from winset.backtest import history
from winset.backtest.questions import Asked
from winset.backtest.replay import SOURCES, Chances, Replay, Scored, base_rate, joined
from winset.settings import number
from winset.theory import pooling, scores

Yes = Bool[np.ndarray, " question"]
PLAIN = (0.0, 1.0)  # no answer: no correction


@dataclass(frozen=True)
class Pool:
    """Weights of model, base rate and nothing changes, and the correction (a, b) of their mean. clusters: of the
    questions that they were fitted to."""

    weights: Float[np.ndarray, " source"]
    by: tuple[float, float]
    cases: int
    clusters: int

    def of(self, chances: Float[np.ndarray, "question source"]) -> Chances:
        """The pooled and corrected chances."""
        mean = pooling.linear_pool(chances, self.weights)
        return pooling.corrected(mean, self.by, number("backtest.clip"))


def rows(questions: tuple[Scored, ...]) -> Float[np.ndarray, "question source"]:
    """The forecasts that are pooled."""
    return np.array([[q.chance(s) for s in SOURCES] for q in questions], float).reshape(-1, len(SOURCES))


def fitted(questions: tuple[Scored, ...]) -> Pool:
    """The pool that scored questions give; its priors without any."""
    yes = np.array([q.answer.state == "yes" for q in questions], bool)
    return _fitted(rows(questions), yes, [q.cluster for q in questions], len({q.case for q in questions}))


def _fitted(chances: Float[np.ndarray, "question source"], yes: Yes, clusters: Sequence[str], cases: int) -> Pool:
    weights = pooling.stacked(chances, yes, clusters, number("backtest.prior"))
    mean = pooling.linear_pool(chances, weights)
    by = pooling.correction(mean, yes, clusters, number("backtest.correction") ** 2, number("backtest.clip"))
    return Pool(weights, by, cases, len(set(clusters)))


def pools(replay: Replay) -> dict[str, Pool]:
    """The pool of each case, from the questions of the others and from the history that ships."""
    more = history.besides(replay.cases) if replay.recurring else ()
    return {case: fitted((*(q for q in replay.counted if q.case != case), *more)) for case in replay.cases}


def pooled(replay: Replay) -> dict[str, Chances]:
    """The counted questions: with equal weights, as pooled by other cases without and with correction, and within, one
    cluster left out at a time."""
    counted, clusters = replay.counted, np.array(replay.clusters)
    chances, yes, within = rows(counted), replay.yes, np.zeros(len(counted))
    equal = np.full(len(SOURCES), 1 / len(SOURCES))
    for cluster in sorted(set(replay.clusters)):
        out = clusters == cluster
        within[out] = _fitted(chances[~out], yes[~out], clusters[~out].tolist(), len(replay.cases)).of(chances[out])
    return {"equal": pooling.linear_pool(chances, equal), **_by_others(replay), "within": within}


def _by_others(replay: Replay) -> dict[str, Chances]:
    """The counted questions as pooled by other cases, without correction and with it."""
    chances, cases = rows(replay.counted), np.array([q.case for q in replay.counted])
    made = {s: np.zeros(len(chances)) for s in ("weighed", "pool")}
    for case, found in pools(replay).items():
        at = cases == case
        made["weighed"][at] = pooling.linear_pool(chances[at], found.weights)
        made["pool"][at] = found.of(chances[at])
    return made


def ours(replay: Replay) -> str:
    """`pool`, or `base` where the base rate did better than pool and model on what is scored."""
    if not len(replay.yes):
        return "pool"
    said = {"model": replay.chances("model"), "base": replay.chances("base"), "pool": _by_others(replay)["pool"]}
    mean = {s: float(scores.brier(p, replay.yes).mean()) for s, p in said.items()}
    return "base" if mean["base"] < min(mean["model"], mean["pool"]) else "pool"


@dataclass(frozen=True)
class Standing:
    """The record as it stands: base rates by template, the pool, and which of the two is ours."""

    so_far: Replay
    pool: Pool
    ours: str

    def chances(self, a: Asked, base: float | None = None) -> dict[str, float]:
        """The forecasts of the model, ours, the base rate and nothing changes; without the model's ours is the base
        rate, where there is one."""
        if a.model is None:
            return {} if base is None else {"ours": base, "base rate": base, "nothing changes": a.nothing}
        rate = base_rate(self.so_far.questions, a) if base is None else base
        pooled = float(self.pool.of(np.array([[a.model, rate, a.nothing]]))[0])
        return {
            "winset": a.model,
            "ours": rate if self.ours == "base" else pooled,
            "base rate": rate,
            "nothing changes": a.nothing,
        }


def standing(so_far: Replay, others: Sequence[Replay] = ()) -> Standing:
    """What the replay of one case says of its next questions. others: replays of other cases, from which the weights
    come."""
    return Standing(so_far, pools(joined([so_far, *others]))[so_far.cases[0]], ours(so_far))
