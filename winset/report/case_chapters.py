"""The chapters on the case itself: what happened, where the parties stand, what the numbers rest on, what plans say."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from winset.report import words
from winset.report.case_views import case_result
from winset.report.chapters import BESIDE, Chapter, Fold, folds
from winset.report.pictures import Picture, at_a_glance
from winset.report.report import Report
from winset.result import Chart, Result, Section, plain, sentence


def case_chapters(report: Report) -> list[Chapter]:
    """One chapter for each thing that the case has."""
    own = case_result(report)
    made = [_happened(report, own), _positions(own), _basis(report, own), _plans(report)]
    return [chapter for chapter in made if chapter is not None]


def _parts(result: Result, *keys: str) -> Result:
    """A result with only some of its sections, and what they show."""
    sections = tuple(s for key in keys for s in result.sections if s.key == key)
    shown = {key for s in sections for key in s.show}
    charts = tuple(c for c in result.charts if c.key in shown)
    tables = tuple(t for t in result.tables if t.key in shown or t.key in {c.table for c in charts})
    return replace(result, sections=sections, charts=charts, tables=tables)


def _folds(result: Result, opened: set[str]) -> tuple[Fold, ...]:
    """The folds of a part of the case that hold something."""
    return tuple(f for f in folds(result, opened) if f.items)


def _happened(report: Report, own: Result) -> Chapter | None:
    case = report.case
    if not case.events:
        return None
    part = _parts(own, "timeline")
    who = Counter(e.source[0] for e in case.events if e.source)
    dates = sorted(e.date for e in case.events)
    count = f"{len(dates)} {'event is' if len(dates) == 1 else 'events are'} recorded"
    headline = f"{count} from {words.day(dates[0])} to {words.day(dates[-1])}"
    if who:
        name, most = min(who.items(), key=lambda pair: (-pair[1], pair[0]))
        headline += f"; {words.names(case, (name,))} acts most often ({most} times)"
    return Chapter(
        key="case-timeline",
        question="What happened?",
        headline=sentence(f"{headline}."),
        text=(
            "The events that weigh most on the scale of conflict and cooperation stand apart; every other one "
            "below them.",
        ),
        beside=_only(part, "c-events"),
        folds=_folds(replace(part, sections=_without(part, "c-events")), {"c-events"}),
    )


def _without(result: Result, key: str) -> tuple[Section, ...]:
    return tuple(replace(s, show=tuple(k for k in s.show if k != key)) for s in result.sections)


def _only(result: Result, key: str) -> tuple[Picture, ...]:
    return tuple(at_a_glance(result, c) for c in result.charts if c.key == key)


def _positions(own: Result) -> Chapter | None:
    part = _parts(own, "positions")
    moves = next((t for t in part.tables if t.key == "c-positions"), None)
    if moves is None:
        return None
    steps = Counter((row[0], row[1], row[2]) for row in moves.rows)
    moved = {key: n - 1 for key, n in steps.items() if n > 1}
    headline = "No stated position of those who must sign has moved."
    if moved:
        (issue, who, what), most = min(moved.items(), key=lambda pair: (-pair[1], tuple(map(str, pair[0]))))
        times = "once" if most == 1 else f"{most} times"
        headline = (
            f"{len(moved)} of {len(steps)} stated positions moved; most often {who} on “{issue}” ({what}): {times}."
        )
    charts: list[Chart] = list(part.charts)
    opened = charts[: 1 + BESIDE]
    return Chapter(
        key="case-positions",
        question="Where do those who must sign stand, and did they move?",
        headline=sentence(headline),
        text=part.sections[0].text[:1] if charts else (),
        beside=tuple(at_a_glance(part, c, small=True) for c in opened),
        folds=_folds(part, {c.key for c in opened}),
    )


def _basis(report: Report, own: Result) -> Chapter:
    case = report.case
    part = _parts(own, "coverage", "kinds", "voices", "later")
    kinds = own.table("c-kinds")
    share = {row[0]: words.percent(plain(row[2])) for row in kinds.rows}
    passages, judgement = share["passages of the sources"], share["judgement of the analyst"]
    headline = f"Of {len(case.figures)} Figures {passages} rest on passages of the sources, {judgement} on judgement."
    missing = ", ".join(v.who for v in case.missing_voices)
    return Chapter(
        key="case-basis",
        question="What do the numbers rest on?",
        headline=headline if case.figures else "The case has no Figures.",
        text=(f"No source lets these speak directly: {missing}.",) if missing else (),
        beside=_only(part, "c-kinds-chart") if case.figures else (),
        folds=_folds(part, {"c-kinds-chart"}),
    )


def _plans(report: Report) -> Chapter | None:
    plans = report.case.plans
    if not plans:
        return None
    dates = sorted(p.date for p in plans if p.date)
    when = f", from {words.day(dates[0])} to {words.day(dates[-1])}" if len(dates) > 1 else ""
    count = f"{len(plans)} {'plan says' if len(plans) == 1 else 'plans say'}"
    issues = len(report.case.issues)
    return Chapter(
        key="plans",
        question="What do the plans say, clause by clause?",
        headline=f"{count} what is to hold on {issues} {'issue' if issues == 1 else 'issues'}{when}.",
        text=("An issue on which a plan is silent stays as it is now. A clause may be left to later talks.",),
    )
