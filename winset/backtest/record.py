"""What a replay comes to: coverage first, then scores with intervals beside every reference, and which forecast is
ours."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from winset.backtest import amounts, pool
from winset.backtest.foretold import Foretold
from winset.backtest.pool import Pool
from winset.backtest.replay import SOURCES, Replay
from winset.settings import number, whole
from winset.spoken import count, percent
from winset.theory import scores
from winset.theory.scores import Interval

NAMES = {
    "model": "winset",
    "base": "base rate of such questions",
    "nothing": "nothing changes",
    "last": "as in the window before",
    "even": "always one half",
    "pool": "pool of winset, base rate and nothing changes",
}
STEPS = {
    "model": "winset alone",
    "equal": "pool at equal weights (the prior)",
    "weighed": "pool at the weights of other cases",
    "pool": "the same, corrected as in other cases",
    "within": "for comparison: fitted here, a cluster left out at a time (not used)",
}
EDGES = tuple(np.linspace(0, 1, 11))  # no answer: ten bins of the diagram
NONE = Interval(float("nan"), float("nan"), float("nan"), 0, 0)


@dataclass(frozen=True)
class Record:
    """The numbers of a replay. gaps: mean Brier score of the model less that of a reference (below 0: the model is
    better).

    ours: `pool`, or `base` where the base rate wins; pools: by case; steps: (Brier, log score) before and after
    pooling; amounts: by template, the score of each source and the gap of the model from each reference; foretold: what
    others said.
    """

    replay: Replay
    asked: int
    states: dict[str, int]
    coverage: Interval
    brier: dict[str, Interval]
    log: dict[str, Interval]
    gaps: dict[str, Interval]
    split: scores.Split | None
    ours: str
    pools: dict[str, Pool]
    steps: dict[str, tuple[Interval, Interval]]
    amounts: dict[str, dict[str, Interval]]
    foretold: tuple[Foretold, ...] = ()


def record(replay: Replay, seed: int = 1, foretold: tuple[Foretold, ...] = ()) -> Record:
    """Scores of a replay, intervals by resampling clusters."""
    yes, clusters, clip = replay.yes, replay.clusters, number("backtest.clip")

    def interval(values: Float[np.ndarray, " question"], of: list[str]) -> Interval:
        return scores.clustered(values, of, whole("backtest.resamples"), np.random.default_rng(seed))

    due = [q for q in replay.questions if q.state not in ("pending", "early")]
    covered = np.array([q.counted for q in due], float)
    pooled = pool.pooled(replay) if len(yes) else {}
    chances = {s: pooled[s] if s == "pool" else replay.chances(s) for s in NAMES} if len(yes) else {}
    brier = {s: scores.brier(p, yes) for s, p in chances.items()}
    stages = {s: pooled[s] if s in pooled else chances[s] for s in STEPS} if len(yes) else {}
    return Record(
        replay=replay,
        asked=len(replay.questions),
        states=dict(Counter(q.state for q in replay.questions)),
        coverage=interval(covered, [q.cluster for q in due]),
        brier={s: interval(x, clusters) for s, x in brier.items()},
        log={s: interval(scores.log_score(p, yes, clip), clusters) for s, p in chances.items()},
        gaps={s: interval(brier["model"] - x, clusters) for s, x in brier.items() if s != "model"},
        split=scores.split(chances["model"], yes, EDGES) if chances else None,
        ours=pool.ours(replay),
        pools=pool.pools(replay),
        steps={
            s: (interval(scores.brier(p, yes), clusters), interval(scores.log_score(p, yes, clip), clusters))
            for s, p in stages.items()
        },
        amounts={
            template: (
                {
                    s: interval(np.array([x[s] for _, x in rows]), [c for c, _ in rows])
                    for s in ("model", "base", "nothing", "last")
                }
                | {"gap": interval(np.array([x["model"] - x["base"] for _, x in rows]), [c for c, _ in rows])}
            )
            for template, rows in amounts.by_template(replay.amounts).items()
        },
        foretold=foretold,
    )


def told(x: Interval) -> dict[str, Any]:
    """An interval for programs: None where there is none."""
    ends = {"low": x.low, "high": x.high}
    return {
        "value": None if np.isnan(x.value) else x.value,
        **{k: None if np.isnan(v) else v for k, v in ends.items()},
        "questions": x.count,
        "clusters": x.clusters,
    }


def numbers(found: Record) -> dict[str, Any]:
    """For programs: what was scored, with intervals over clusters (None where there are too few)."""
    return {
        "cases": list(found.replay.cases),
        "origins": found.replay.origins,
        "questions_asked": found.asked,
        "questions_scored": len(found.replay.counted),
        "states": found.states,
        "coverage": told(found.coverage),
        "brier": told(found.brier.get("model", NONE)),
        "brier_base": told(found.brier.get("base", NONE)),
        "brier_nothing_changes": told(found.brier.get("nothing", NONE)),
        "brier_last": told(found.brier.get("last", NONE)),
        "brier_pool": told(found.brier.get("pool", NONE)),
        "log": told(found.log.get("model", NONE)),
        "log_base": told(found.log.get("base", NONE)),
        "ours": found.ours,
        "weights": {c: dict(zip(SOURCES, map(float, p.weights))) for c, p in found.pools.items()},
        "correction": {c: {"shift": p.by[0], "stretch": p.by[1]} for c, p in found.pools.items()},
        "pooling": {s: {"brier": told(b), "log": told(lg)} for s, (b, lg) in found.steps.items()},
        "numbers": {
            t: {"unit": amounts.UNITS[t], **{s: told(x) for s, x in by.items()}} for t, by in found.amounts.items()
        },
        "foretold": [
            {"who": f.who, "id": f.id, "chance": f.chance, "winset": f.asked.model, "ours": f.ours, "state": f.state}
            for f in found.foretold
        ],
    }


def best(found: Record) -> str:
    """The source with the lowest mean Brier score among winset, the base rate and nothing changes."""
    return min(SOURCES, key=lambda s: (found.brier[s].value, s))


def sentences(found: Record) -> tuple[str, ...]:
    """Coverage first, then who does best, then which is ours and where the model loses."""
    n, c, states = len(found.replay.counted), found.coverage, found.states
    open_ = states.get("pending", 0) + states.get("early", 0)
    said = [
        f"Of {found.asked:,} questions at {count(found.replay.origins, 'date')} {n:,} are scored, {open_:,} not yet "
        f"due and {states.get('void', 0):,} void; of those that are due {percent(c.value) if c.count else '0%'} could "
        "be scored."
    ]
    if not n:
        return (*said, "No question could be scored, so nothing is known of how good such forecasts are.")
    said += [_verdict(found), _which(found)]
    for template, by in found.amounts.items():
        own, ref = by["model"], by["base"]
        said.append(
            f"Asked {template}, winset has a ranked score of {own.value:.2f} {amounts.UNITS[template]} against the "
            f"base rate's {ref.value:.2f} on {count(own.count, 'question')}: {_told(by['gap'])} it."
        )
    return tuple(said)


def _verdict(found: Record) -> str:
    own, base, nothing = (found.brier[s] for s in SOURCES)
    scored = f"on {own.count:,} questions in {count(own.clusters, 'cluster')}"
    if found.ours == "base":
        return (
            f"The plain base rate does best so far: Brier score {base.value:.3f} against winset's "
            f"{own.value:.3f}{_ends(own)} {scored}; its number is the one to take."
        )
    return (
        f"winset's Brier score is {own.value:.3f}{_ends(own)} {scored}, {_told(found.gaps['base'])} the base rate's "
        f"{base.value:.3f}; that of nothing changes is {nothing.value:.3f}."
    )


def _told(gap: Interval) -> str:
    """A difference of which below 0 is better."""
    return "better than" if gap.high < 0 else "worse than" if gap.low > 0 else "not to be told from"


def _which(found: Record) -> str:
    """Which forecast is ours, and on what its weights rest."""
    top = best(found)
    tail = f" Of the three alone, {NAMES[top]} did best." if top != "model" else ""
    if found.ours == "base":
        return (
            "What we forecast on such questions is therefore the base rate; winset's own number stands beside "
            f"it.{tail}"
        )
    made = found.brier["pool"].value
    fitted = max((p.cases for p in found.pools.values()), default=0)
    rests = (
        f"at the weights of {count(fitted, 'other case')}"
        if fitted
        else "at equal weights, since no other case is given to fit them on"
    )
    word = "better" if made < found.brier["model"].value else "no better"
    return (
        f"What we forecast is the pool of the three, {rests}: Brier score {made:.3f}, {word} than winset alone.{tail}"
    )


def _ends(x: Interval) -> str:
    return "" if np.isnan(x.low) else f" ({x.low:.3f} to {x.high:.3f})"
