"""The case itself as tables and charts, in the same records as a lens's result, so that one renderer draws both."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence

from winset.case.model import Case, Event, Figure
from winset.report import words
from winset.report.chronicle import fate
from winset.report.report import Report
from winset.result import Chart, Cited, Column, Result, Section, Table

STATED = ("ideal", "red_line", "value", "consent")
RANK = ("passages", "report", "dataset", "unknown", "judgement")
CHARTED = 6  # issues whose positions are drawn: those that moved most often; the table has them all


def case_result(report: Report) -> Result:
    """Deadlines, positions over time, coverage and kinds of basis as one Result."""
    case = report.case
    timeline = timeline_table(case)
    moves, series = positions_tables(report)
    made = [
        timeline,
        deadlines_table(case),
        moves,
        *series,
        coverage_table(case),
        kinds_table(case),
        voices_table(case),
        later_table(report),
    ]
    charts = [
        Chart(
            "c-events",
            "timeline",
            timeline.key,
            "Events by who acted",
            {"x": "date", "y": "who", "color": "tone"},
            "One mark for each event.",
        ),
        *(Chart(f"{t.key}-chart", "ladder", t.key, t.title, LADDER, t.note) for t in series),
        Chart(
            "c-coverage-chart",
            "matrix",
            "c-coverage",
            "Who has said what on which issue",
            {"x": "issue", "y": "actor", "value": "kind"},
            "The best evidence for a position, red line or consent. A blank cell: the case has nothing.",
        ),
        Chart("c-kinds-chart", "bars", "c-kinds", "What the Figures rest on", {"x": "share", "y": "kind"}),
    ]
    kept = tuple(t for t in made if t.rows)
    return Result(
        lens="case",
        question="What is in the case?",
        answer=(),
        tables=kept,
        charts=tuple(c for c in charts if any(t.key == c.table for t in kept)),
        sections=_sections(report, series),
    )


LADDER = {"x": "date", "y": "place", "low": "low", "high": "high", "color": "actor", "line": "what"}


def _sections(report: Report, series: Sequence[Table]) -> tuple[Section, ...]:
    figures = len(report.case.figures)
    return (
        Section("timeline", "Deadlines and what became of them", (), ("c-events", "c-deadlines")),
        Section(
            "positions",
            "Positions over time",
            (
                "Where the parties who must sign stand on each issue, as far as it was public at the time. The range "
                "is the 5th to 95th percentile of what the analyst believes. Solid lines are what each would like "
                "best, dashed ones its red lines. Drawn are the issues on which a stated position moved most often.",
            ),
            (*(f"{t.key}-chart" for t in series), "c-positions"),
        ),
        Section(
            "coverage",
            "What is covered",
            ("How much of the case its sources speak to, and how much is judgement.",),
            ("c-coverage-chart",),
        ),
        Section(
            "kinds",
            "What the numbers rest on",
            (f"The {figures} Figures in force, by the kind of basis that leads.",),
            ("c-kinds-chart",),
        ),
        Section("voices", "Whose own voice is missing", (), ("c-voices",)),
        *((Section("later", "Dated after the case's own date", (), ("c-later",)),) if report.warnings else ()),
    )


def timeline_table(case: Case) -> Table:
    """One row per event; at most the ten actors who act most have a row of their own."""
    first = Counter(e.source[0] for e in case.events if e.source)
    shown = {actor for actor, _ in sorted(first.items(), key=lambda kv: (-kv[1], kv[0]))[:10]}

    def who(event: Event) -> str:
        return words.name(case, event.source[0]) if event.source and event.source[0] in shown else "others"

    order = {words.name(case, a): i for i, (a, _) in enumerate(sorted(first.items(), key=lambda kv: (-kv[1], kv[0])))}
    rows = [
        (e.date, who(e), _tone(e), Cited(e.kind.replace("_", " "), (e.id,)), e.what)
        for e in sorted(case.events, key=lambda e: (order.get(who(e), 99), e.date, e.id))
    ]
    columns = (
        Column("date", "Date", "date"),
        Column("who", "Who acted"),
        Column("tone", "Tone"),
        Column("kind", "Kind"),
        Column("what", "What"),
    )
    return Table("c-timeline", "Events", columns, tuple(rows))


def _tone(event: Event) -> str:
    if event.intensity is None or event.intensity == 0:
        return "neither"
    return "cooperative" if event.intensity > 0 else "conflictual"


def deadlines_table(case: Case) -> Table:
    rows = [
        (e.date, words.names(case, e.source), Cited(e.what, (e.id,)), e.due, fate(case, e))
        for e in sorted(case.events, key=lambda e: (e.date, e.id))
        if e.kind == "deadline_set"
    ]
    columns = (
        Column("set", "Set on", "date"),
        Column("who", "By"),
        Column("what", "What"),
        Column("due", "Due", "date"),
        Column("fate", "What became of it"),
    )
    return Table("c-deadlines", "Deadlines", columns, tuple(rows))


def positions_tables(report: Report) -> tuple[Table, list[Table]]:
    """All steps of the parties' positions as one table, and one table per scale issue on which some position moved."""
    case, signs = report.case, {a.id for a in report.case.signatories}
    scales = {i.id for i in case.issues if i.kind == "scale"}
    steps: dict[tuple[str, str, str], list[Figure]] = defaultdict(list)
    for figure in sorted(report.figures, key=lambda f: (f.date or dt.date.min, f.id)):
        actor, issue = (*figure.subject, "")[:2]
        if actor in signs and issue in scales and figure.quantity in ("ideal", "red_line"):
            steps[issue, actor, figure.quantity].append(figure)
    order = {i.id: n for n, i in enumerate(case.issues)}
    rows = []
    for (issue, actor, quantity), figures in sorted(steps.items(), key=lambda kv: (order[kv[0][0]], *kv[0])):
        for figure in figures:
            low, mode, high = place(case, figure)
            at = words.name(case, issue, figure.at).split(" · ")[-1] if figure.at else ""
            rows.append(
                (
                    case.issue[issue].name,
                    case.actor[actor].name,
                    quantity.replace("_", " "),
                    figure.date,
                    at,
                    Cited(mode, (figure.id,)),
                    low,
                    high,
                )
            )
    columns = (
        Column("issue", "Issue"),
        Column("actor", "Party"),
        Column("what", "What"),
        Column("date", "Known since", "date"),
        Column("at", "At the point"),
        Column("place", "Place", "number", "place"),
        Column("low", "Low", "number", "place"),
        Column("high", "High", "number", "place"),
    )
    table = Table(
        "c-positions",
        "Ideal places and red lines of those who must sign",
        columns,
        tuple(rows),
        "Places run from 0 to 100.",
    )
    moved = Counter({i: sum(len(v) - 1 for k, v in steps.items() if k[0] == i) for i in {k[0] for k in steps}})
    chosen = sorted((i for i in moved if moved[i]), key=lambda i: (-moved[i], order[i]))[:CHARTED]
    return table, [_series(case, issue, steps) for issue in sorted(chosen, key=order.__getitem__)]


def _series(case: Case, issue: str, steps: dict[tuple[str, str, str], list[Figure]]) -> Table:
    """Steps of the ideal places and red lines on one issue, each held until the date of the case."""
    rows: list[tuple[object, ...]] = []
    for quantity in ("ideal", "red_line"):
        for actor in case.signatories:
            rows += _held(case, actor.name, quantity.replace("_", " "), steps.get((issue, actor.id, quantity), []))
    columns = (
        Column("date", "Date", "date"),
        Column("actor", "Party"),
        Column("what", "What"),
        Column("place", "Place", "number", "place"),
        Column("low", "Low", "number", "place"),
        Column("high", "High", "number", "place"),
    )
    record = case.issue[issue]
    return Table(f"c-pos-{issue}", record.name, columns, tuple(rows), record.question or record.name)


def _held(case: Case, name: str, what: str, figures: Sequence[Figure]) -> list[tuple[object, ...]]:
    """One party's steps, the last of them held until the date of the case."""
    rows: list[tuple[object, ...]] = []
    for figure in figures:
        low, mode, high = place(case, figure)
        if mode is not None:
            rows.append((figure.date or case.as_of, name, what, Cited(mode, (figure.id,)), low, high))
    last = figures[-1].date or case.as_of if rows else case.as_of
    return [*rows, (case.as_of, *rows[-1][1:])] if last < case.as_of else rows


def place(case: Case, figure: Figure) -> tuple[float | None, float | None, float | None]:
    """Low, mode and high of a position; one given as `at` an option takes the option's place."""
    if figure.at:
        held = [f for f in case.figures if f.subject == (figure.subject[1], figure.at) and f.quantity == "place"]
        return (held[-1].low, held[-1].mode, held[-1].high) if held else (None, None, None)
    return figure.low, figure.mode, figure.high


def coverage_table(case: Case) -> Table:
    """For each actor and issue the best kind of basis of what it is said to hold."""
    found: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in case.figures:
        if figure.quantity in STATED and len(figure.subject) >= 2 and figure.subject[1] in case.issue:
            found[figure.subject[0], figure.subject[1]].append(figure)
    actors = [a for a in case.actors if any(k[0] == a.id for k in found)]
    rows = []
    for actor in actors:
        for issue in case.issues:
            figures = found.get((actor.id, issue.id), [])
            kinds = {words.basis_kind(f) for f in figures}
            best = next((words.BASIS_WORDS[k] for k in RANK if k in kinds), "")
            rows.append((actor.name, issue.name, Cited(best, tuple(sorted(f.id for f in figures)))))
    columns = (Column("actor", "Actor"), Column("issue", "Issue"), Column("kind", "Basis"))
    return Table("c-coverage", "Best basis by actor and issue", columns, tuple(rows))


def kinds_table(case: Case) -> Table:
    count = Counter(words.basis_kind(f) for f in case.figures)
    total = len(case.figures) or 1
    long = {
        "passages": "passages of the sources",
        "report": "reports with a publisher, not verifiable here",
        "unknown": "reports whose publisher is unknown",
        "dataset": "data sets",
        "judgement": "judgement of the analyst",
    }
    rows = tuple((long[kind], count[kind], count[kind] / total) for kind in words.BASIS_WORDS)
    columns = (
        Column("kind", "Leading basis"),
        Column("count", "Figures", "number"),
        Column("share", "Share of Figures", "share"),
    )
    return Table("c-kinds", "Figures by kind of basis", columns, rows)


def voices_table(case: Case) -> Table:
    rows = tuple((v.who, v.why) for v in case.missing_voices)
    return Table("c-voices", "Whose own voice no source carries", (Column("who", "Who"), Column("why", "Why")), rows)


def later_table(report: Report) -> Table:
    """What the case holds that is dated after its own date, by file."""
    rows = tuple((w.file, w.what, w.remedy) for w in report.warnings)
    columns = (Column("file", "File"), Column("what", "What"), Column("remedy", "Remedy"))
    return Table("c-later", "Dated after the case's own date", columns, rows)
