"""What a replay says: coverage first, then scores with intervals beside every reference, and where the model loses."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from winset.backtest.replay import SOURCES, Replay, Scored
from winset.result import Chart, Column, Finding, Offer, Point, Result, Section, Table
from winset.settings import number, whole
from winset.spoken import percent
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
EDGES = tuple(np.linspace(0, 1, 11))  # no answer: ten bins of the diagram
FEW = 10  # no answer: a mean of fewer questions stands only with its interval


@dataclass(frozen=True)
class Record:
    """The numbers of a replay. gaps: mean Brier score of the model less that of a reference (below 0: the model is better)."""

    replay: Replay
    asked: int
    states: dict[str, int]
    coverage: Interval
    brier: dict[str, Interval]
    log: dict[str, Interval]
    gaps: dict[str, Interval]
    split: scores.Split | None


def record(replay: Replay, seed: int = 1) -> Record:
    """Scores of a replay, intervals by resampling clusters."""
    yes, clusters, times, clip = replay.yes, replay.clusters, whole("backtest.resamples"), number("backtest.clip")

    def interval(values: Float[np.ndarray, " question"], of: list[str]) -> Interval:
        return scores.clustered(values, of, times, np.random.default_rng(seed))

    due = [q for q in replay.questions if q.answer.state != "pending"]
    covered = np.array([q.counted for q in due], float)
    chances = {s: replay.chances(s) for s in NAMES} if len(yes) else {}
    brier = {s: scores.brier(p, yes) for s, p in chances.items()}
    return Record(
        replay=replay,
        asked=len(replay.questions),
        states=dict(Counter(q.answer.state for q in replay.questions)),
        coverage=interval(covered, [f"{q.case} {q.asked.cluster}" for q in due]),
        brier={s: interval(x, clusters) for s, x in brier.items()},
        log={s: interval(scores.log_score(p, yes, clip), clusters) for s, p in chances.items()},
        gaps={s: interval(brier["model"] - x, clusters) for s, x in brier.items() if s != "model"},
        split=scores.split(chances["model"], yes, EDGES) if chances else None,
    )


def numbers(found: Record) -> dict[str, Any]:
    """For programs: what was scored, with intervals over clusters (None where there are too few)."""

    def told(x: Interval) -> dict[str, Any]:
        ends = {"low": x.low, "high": x.high}
        return {
            "value": None if np.isnan(x.value) else x.value,
            **{k: None if np.isnan(v) else v for k, v in ends.items()},
            "questions": x.count,
            "clusters": x.clusters,
        }

    empty = Interval(float("nan"), float("nan"), float("nan"), 0, 0)
    return {
        "cases": list(found.replay.cases),
        "origins": found.replay.origins,
        "questions_asked": found.asked,
        "questions_scored": len(found.replay.counted),
        "states": found.states,
        "coverage": told(found.coverage),
        "brier": told(found.brier.get("model", empty)),
        "brier_base": told(found.brier.get("base", empty)),
        "brier_nothing_changes": told(found.brier.get("nothing", empty)),
        "brier_last": told(found.brier.get("last", empty)),
        "brier_pool": told(found.brier.get("pool", empty)),
        "log": told(found.log.get("model", empty)),
        "weights": {
            c: dict(zip(SOURCES, map(float, found.replay.weights(c)))) for c in found.replay.cases if found.brier
        },
    }


def result(found: Record) -> Result:
    """The record as a chapter: sentences, tables and the reliability diagram."""
    made = tuple(t for t in (_scores(found), _slices(found), _bins(found), _questions(found)) if t.rows)
    text = sentences(found)
    diagram = Chart(
        key="bins_chart",
        kind="fan",
        table="bins",
        title="Forecast against what happened",
        roles={"x": "forecast", "low": "low", "mid": "share", "high": "high"},
        caption="On the diagonal, what was said to happen in three of ten happened in three of ten.",
    )
    return Result(
        lens="backtest",
        question="How have forecasts of this kind done so far?",
        answer=text,
        findings=_findings(found),
        tables=made,
        charts=(diagram,) if found.split else (),
        sections=SECTIONS,
        assumes=("What the dossier lists later is what happened; what it does not list by the days of grace did not.",),
        sources=("brier1950", "murphy1973", "gneiting2007"),
        settings={"origins": found.replay.origins, "questions": found.asked},
        offer=Offer(
            headline=text[min(1, len(text) - 1)],
            picture="bins_chart" if found.split else "",
            so_what="Trust a forecast of this kind as far as its record beats the references, and no further.",
            points=(Point("rests", text[min(1, len(text) - 1)]),),
        ),
    )


SECTIONS = (
    Section(
        "scores",
        "Scores",
        (
            "Brier score: mean squared distance of the chance from what happened; 0 is best, and always saying one half "
            "gets 0.25. Questions of one cluster tell much the same, so whole clusters are resampled for the intervals.",
        ),
        ("scores", "bins_chart", "bins"),
    ),
    Section("slices", "Where it wins and where it loses", (), ("slices", "questions")),
)


def best(found: Record) -> str:
    """The source with the lowest mean Brier score among winset, the base rate and nothing changes."""
    return min(SOURCES, key=lambda s: (found.brier[s].value, s))


def sentences(found: Record) -> tuple[str, ...]:
    """Coverage first, then who does best, then where the model loses."""
    n, c = len(found.replay.counted), found.coverage
    said = [
        f"Of {found.asked:,} questions at {found.replay.origins} dates {n:,} are scored, {found.states.get('pending', 0):,} pending and "
        f"{found.states.get('void', 0):,} void; of those that are due {percent(c.value) if c.count else '0%'} could be scored."
    ]
    if not n:
        return (*said, "No question could be scored, so nothing is known of how good such forecasts are.")
    own, top = found.brier["model"], best(found)
    ref = found.gaps["base"]
    verdict = "better than" if ref.high < 0 else "worse than" if ref.low > 0 else "not to be told from"
    said.append(
        f"winset's Brier score is {own.value:.3f}{_ends(own)} on {n:,} questions in {own.clusters} clusters, {verdict} the base rate's "
        f"{found.brier['base'].value:.3f}; that of nothing changes is {found.brier['nothing'].value:.3f}."
    )
    if top != "model":
        said.append(
            f"The best of the three is {NAMES[top]}: for questions of this kind take its number first, and winset's as a second opinion."
        )
    return tuple(said)


def _ends(x: Interval) -> str:
    return "" if np.isnan(x.low) else f" ({x.low:.3f} to {x.high:.3f})"


def _findings(found: Record) -> tuple[Finding, ...]:
    made = []
    for key, name in (("model", "brier"), ("base", "brier_base"), ("nothing", "brier_nothing_changes")):
        if key in found.brier:
            x = found.brier[key]
            low, high = (None, None) if np.isnan(x.low) else (x.low, x.high)
            made.append(
                Finding(
                    name,
                    f"Brier score of {NAMES[key]}: {x.value:.3f}.",
                    x.value,
                    "score",
                    low,
                    high,
                    sources=("brier1950",),
                )
            )
    return tuple(made)


def _scores(found: Record) -> Table:
    rows = []
    for s in found.brier:
        b, g, lg = found.brier[s], found.gaps.get(s), found.log[s]
        gap = ("", "", "") if g is None else (g.value, *(("", "") if np.isnan(g.low) else (g.low, g.high)))
        rows.append((NAMES[s], b.value, *(("", "") if np.isnan(b.low) else (b.low, b.high)), lg.value, *gap))
    columns = (
        Column("who", "Forecaster"),
        Column("brier", "Brier score", "number"),
        Column("low", "5th percentile", "number"),
        Column("high", "95th percentile", "number"),
        Column("log", "Log score", "number"),
        Column("gap", "winset less this one", "number"),
        Column("gap_low", "from", "number"),
        Column("gap_high", "to", "number"),
    )
    note = ""
    if parts := found.split:
        note = (
            f"winset's Brier score = reliability {parts.reliability:.3f} - resolution {parts.resolution:.3f} + "
            f"uncertainty {parts.uncertainty:.3f} + spread within bins {parts.within:.3f}. A difference below 0 speaks for winset."
        )
    return Table("scores", "Scores beside the references", columns, tuple(rows), note)


def _slices(found: Record) -> Table:
    replay, yes = found.replay, found.replay.yes
    kinds = np.array([q.asked.template for q in replay.counted])
    rows = []
    for kind in sorted(set(kinds)):
        own: Bool[np.ndarray, " question"] = kinds == kind
        means = {s: float(scores.brier(replay.chances(s)[own], yes[own]).mean()) for s in SOURCES}
        clusters = len({c for c, o in zip(replay.clusters, own) if o})
        worst = means["model"] > min(means["base"], means["nothing"])
        few = " (few)" if own.sum() < FEW else ""
        rows.append(
            (
                f"{kind}{few}",
                float(own.sum()),
                float(clusters),
                float(yes[own].mean()),
                *means.values(),
                "loses" if worst else "wins",
            )
        )
    columns = (
        Column("kind", "Kind of question"),
        Column("count", "Questions", "number"),
        Column("clusters", "Clusters", "number"),
        Column("yes", "Came true", "share"),
        Column("model", "winset", "number"),
        Column("base", "Base rate", "number"),
        Column("nothing", "Nothing changes", "number"),
        Column("verdict", "winset"),
    )
    return Table(
        "slices",
        "By kind of question",
        columns,
        tuple(rows),
        "Mean Brier scores; below 10 questions a mean says little.",
    )


def _bins(found: Record) -> Table:
    rows = []
    for b in scores.bins(found.replay.chances("model"), found.replay.yes, EDGES) if found.split else ():
        low, high = _wilson(b.share, b.count)
        rows.append((b.forecast, float(b.count), b.share, low, high))
    columns = (
        Column("forecast", "Said to happen", "share"),
        Column("count", "Questions", "number"),
        Column("share", "Happened", "share"),
        Column("low", "5th percentile", "share"),
        Column("high", "95th percentile", "share"),
    )
    return Table(
        "bins",
        "Reliability: what was said against what happened",
        columns,
        tuple(rows),
        "Intervals as if questions were independent; they are not.",
    )


def _wilson(share: float, n: int, z: float = 1.645) -> tuple[float, float]:
    """Wilson's 90% interval of a share (Wilson 1927)."""
    middle, half = (
        (share + z**2 / (2 * n)) / (1 + z**2 / n),
        z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n),
    )
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))


def _questions(found: Record) -> Table:
    def off(q: Scored) -> float:
        """How far the forecast was from what happened; what is not scored comes last."""
        return abs((q.asked.model or 0.0) - (q.answer.state == "yes")) if q.counted else -1.0

    order = sorted(found.replay.questions, key=lambda q: (-round(off(q), 6), q.asked.origin, q.asked.key))
    rows = tuple(
        (
            q.case,
            q.asked.origin.isoformat(),
            q.asked.by.isoformat(),
            q.asked.title,
            "" if q.asked.model is None else q.asked.model,
            q.base,
            q.answer.state,
            q.answer.why,
        )
        for q in order
    )
    columns = (
        Column("case", "Case"),
        Column("origin", "Asked on", "date"),
        Column("by", "By", "date"),
        Column("title", "Question"),
        Column("model", "winset", "share"),
        Column("base", "Base rate", "share"),
        Column("state", "Outcome"),
        Column("why", "Because"),
    )
    return Table("questions", "Every question, those it was furthest off first", columns, rows)
