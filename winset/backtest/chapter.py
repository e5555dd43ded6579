"""The record as a chapter of a report: sentences, tables and the reliability diagram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from winset.backtest import amounts
from winset.backtest.questions import Asked
from winset.backtest.record import EDGES, NAMES, STEPS, Record, sentences
from winset.backtest.replay import SOURCES, Scored
from winset.result import Chart, Column, Finding, Offer, Point, Result, Section, Table
from winset.spoken import count, percent
from winset.theory import scores
from winset.theory.scores import Interval

FEW = 10  # no answer: a mean of fewer questions stands only with its interval
LIKELY = 3  # no answer: acts that a sentence names
WORST = 12  # no answer: how many losses a table names


@dataclass(frozen=True)
class Open:
    """A recurring question that is open on the day of a report, and the forecasts of it by name."""

    asked: Asked
    chances: dict[str, float]


def result(found: Record, still: Sequence[Open] = ()) -> Result:
    """The record as a chapter: sentences, tables and the reliability diagram. still: what is open now."""
    tables = (_scores, _pool, _slices, _loses, _amounts, _others, _bins, _questions)
    made = tuple(t for t in (*(make(found) for make in tables), _open(found, still)) if t.rows)
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
        sources=("brier1950", "murphy1973", "gneiting2007", "stone1961", "breiman1996", "cox1958", "icd203"),
        settings={"origins": found.replay.origins, "questions": found.asked},
        offer=Offer(
            headline=text[min(1, len(text) - 1)],
            picture="bins_chart" if found.split else "",
            so_what="Trust a forecast of this kind as far as its record beats the references, and no further.",
            points=(Point("rests", text[min(1, len(text) - 1)]), *_next(still)),
        ),
    )


SECTIONS = (
    Section(
        "scores",
        "Scores",
        (
            "Brier score: mean squared distance of the chance from what happened; 0 is best, and always saying one "
            "half gets 0.25. Questions of one cluster tell much the same, so whole clusters are resampled for the "
            "intervals.",
        ),
        ("scores", "pool", "bins_chart", "bins"),
    ),
    Section("open", "Open now", (), ("open",)),
    Section("slices", "Where it wins and where it loses", (), ("slices", "loses", "amounts", "others", "questions")),
)


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
        g = found.gaps.get(s)
        rows.append((NAMES[s], *_ends(found.brier[s]), found.log[s].value, *(("", "", "") if g is None else _ends(g))))
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
            f"uncertainty {parts.uncertainty:.3f} + spread within bins {parts.within:.3f}. A difference below 0 "
            "speaks for winset."
        )
    return Table("scores", "Scores beside the references", columns, tuple(rows), note)


def _next(still: Sequence[Open]) -> list[Point]:
    """The acts that are likeliest, by ours, with winset's own number beside it."""
    acts = sorted((o for o in still if o.asked.key.startswith("act:")), key=lambda o: (-o.chances["ours"], o.asked.key))
    told = [
        f"{o.asked.title} {percent(o.chances['ours'])} (winset alone {percent(o.chances['winset'])})"
        for o in acts[:LIKELY]
    ]
    return [Point("next", f"Likeliest acts, by our pooled forecast: {'; '.join(told)}.")] if told else []


def _open(found: Record, still: Sequence[Open]) -> Table:
    """What is forecast now: ours first, the model's own number beside it."""
    order = sorted(still, key=lambda o: (o.asked.template, -o.chances["ours"], o.asked.key))
    rows = tuple(
        (o.asked.title, o.asked.by.isoformat(), *(o.chances[who] for who in ("ours", "winset", "base rate")))
        for o in order
    )
    columns = (
        Column("title", "Question"),
        Column("by", "By", "date"),
        Column("ours", "Ours", "share"),
        Column("model", "winset alone", "share"),
        Column("base", "Base rate", "share"),
    )
    which = "the base rate, which did best so far" if found.ours == "base" else "the pool, as above"
    return Table("open", "What we forecast now", columns, rows, f"Ours: {which}.")


def _pool(found: Record) -> Table:
    """Before and after pooling; the weights stand in the note."""
    rows = tuple((STEPS[s], *_ends(b), *_ends(lg)) for s, (b, lg) in found.steps.items())
    columns = (
        Column("what", "Forecast"),
        Column("brier", "Brier score", "number"),
        Column("low", "5th percentile", "number"),
        Column("high", "95th percentile", "number"),
        Column("log", "Log score", "number"),
        Column("log_low", "from", "number"),
        Column("log_high", "to", "number"),
    )
    told = "; ".join(
        f"{case}: {', '.join(f'{NAMES[s]} {w:.2f}' for s, w in zip(SOURCES, p.weights))}, shift {p.by[0]:+.2f} and "
        f"stretch {p.by[1]:.2f} of the log odds, from {count(p.clusters, 'cluster')} of "
        f"{count(p.cases, 'other case')}"
        for case, p in found.pools.items()
    )
    return Table("pool", "Before and after pooling", columns, rows, f"Weights: {told}. Never from the case itself.")


def _loses(found: Record) -> Table:
    """Clusters of questions on which winset did worse than the better of its two references, by what that cost."""
    replay, yes = found.replay, found.replay.yes
    clusters = np.array(replay.clusters)
    off = {s: scores.brier(replay.chances(s), yes) for s in SOURCES} if len(yes) else {}
    rows = []
    for cluster in sorted(set(replay.clusters)):
        own: Bool[np.ndarray, " question"] = clusters == cluster
        model, base, nothing = (float(off[s][own].mean()) for s in SOURCES)
        if model > min(base, nothing):
            rows.append((cluster, float(own.sum()), float(yes[own].mean()), model, base, nothing))
    rows.sort(key=lambda r: (-r[1] * (r[3] - min(r[4], r[5])), r[0]))
    columns = (
        Column("cluster", "Cluster"),
        Column("count", "Questions", "number"),
        Column("yes", "Came true", "share"),
        Column("model", "winset", "number"),
        Column("base", "Base rate", "number"),
        Column("nothing", "Nothing changes", "number"),
    )
    note = f"{len(rows)} of {len(set(replay.clusters))} clusters; the costliest first."
    return Table("loses", "Where winset loses", columns, tuple(rows[:WORST]), note)


def _amounts(found: Record) -> Table:
    """Ranked scores of questions for a number."""
    rows = tuple(
        (
            template,
            amounts.UNITS[template],
            float(by["model"].count),
            float(by["model"].clusters),
            *(by[s].value for s in ("model", "base", "nothing", "last")),
            *_ends(by["gap"]),
            "loses" if by["model"].value > min(by[s].value for s in ("base", "nothing", "last")) else "wins",
        )
        for template, by in found.amounts.items()
    )
    columns = (
        Column("kind", "Question"),
        Column("unit", "Unit"),
        Column("count", "Questions", "number"),
        Column("clusters", "Clusters", "number"),
        Column("model", "winset", "number"),
        Column("base", "Base rate", "number"),
        Column("nothing", "Nothing changes", "number"),
        Column("last", "As in the window before", "number"),
        Column("gap", "winset less base rate", "number"),
        Column("gap_low", "from", "number"),
        Column("gap_high", "to", "number"),
        Column("verdict", "winset"),
    )
    note = (
        "Counts and days: continuous ranked probability score, how far off a forecast is in units of the answer, its "
        "spread included; months of the end: ranked probability score of ordered bins. 0 is best."
    )
    return Table("amounts", "Questions for a number", columns, rows, note)


def _others(found: Record) -> Table:
    """Authors of the texts, a crowd or a market beside our own forecasts of the same questions."""
    rows = []
    for who in sorted({f.who for f in found.foretold}):
        own = [f for f in found.foretold if f.who == who]
        known = [f for f in own if f.state in ("yes", "no")]
        both = [f for f in known if f.ours is not None]
        rows.append(
            (
                who,
                float(len(own)),
                float(len(known)),
                _mean([(f.chance, f.state) for f in known]),
                float(len(both)),
                _mean([(f.chance, f.state) for f in both]),
                _mean([(f.ours or 0.0, f.state) for f in both]),
                _mean([(f.asked.nothing, f.state) for f in both]),
            )
        )
    columns = (
        Column("who", "Who"),
        Column("made", "Forecasts", "number"),
        Column("known", "Scored", "number"),
        Column("brier", "Their Brier score", "number"),
        Column("both", "Of them we have a number for", "number"),
        Column("theirs", "Theirs on those", "number"),
        Column("model", "Ours on those", "number"),
        Column("nothing", "Nothing changes on those", "number"),
    )
    note = (
        "Words are read by a published table (Intelligence Community Directive 203, 2015). Ours: winset's number, or "
        "the base rate where the case had no Figures for one on that day. So few say little of anyone."
    )
    return Table("others", "What others foretold", columns, tuple(rows), note)


def _mean(pairs: Sequence[tuple[float, str]]) -> float | str:
    """The mean Brier score of (chance, outcome); empty without any."""
    if not pairs:
        return ""
    chance, yes = np.array([p for p, _ in pairs], float), np.array([s == "yes" for _, s in pairs], bool)
    return float(scores.brier(chance, yes).mean())


def _ends(x: Interval) -> tuple[float | str, float | str, float | str]:
    """A mean and its interval, empty where it has none."""
    return (x.value, "", "") if np.isnan(x.low) else (x.value, x.low, x.high)


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
            q.state,
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
