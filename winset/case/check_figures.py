"""Checks of the numbers: units, ranges, subjects, what the signing parties need, and who judged what."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from winset.case import model as m
from winset.case.text import Document, Problems
from winset.errors import SettingError
from winset.quantile import parse_distribution
from winset.units import quantities

MOST_PER_JUDGEMENT = 10


def check_figures(case: m.Case, documents: dict[str, Document], problems: Problems, used: set[str]) -> None:
    """Ranges and references of every Figure; completeness; boilerplate judgements; readings."""
    seen: dict[str, m.Figure] = {}
    judgements: defaultdict[str, list[m.Figure]] = defaultdict(list)
    for figure in case.figures:
        file, line = figure.where
        if figure.id in seen:
            problems.add(file, line, f"the Figure {figure.id} stands twice", f"first in line {seen[figure.id].where[1]}")
        seen[figure.id] = figure
        used.update(figure.basis.passages)
        for passage in figure.basis.passages:
            if passage not in case.passage:
                problems.add(file, line, f"unknown passage {passage!r}", "add it to passages.csv")
        for text in figure.basis.judgements:
            judgements[text].append(figure)
        for what, remedy in faults(case, figure):
            problems.add(file, line, what, remedy)
    for text, figures in judgements.items():
        if len(figures) > MOST_PER_JUDGEMENT and len({f.group or f.id for f in figures}) > MOST_PER_JUDGEMENT:
            file, line = figures[MOST_PER_JUDGEMENT].where
            what = f"one judgement text covers {len(figures)} Figures: {text[:60]!r}"
            problems.add(file, line, what, f"at most {MOST_PER_JUDGEMENT}; give each its reason or share a `group`")
    _complete(case, problems, documents)
    _readings(case, documents, problems)


def faults(case: m.Case, figure: m.Figure) -> list[tuple[str, str]]:
    """What is wrong with one Figure, as (what, remedy)."""
    found = _subject_faults(case, figure)
    quantity = quantities()[figure.quantity]
    flag = figure.quantity == "red_line" and len(figure.subject) == 3
    if flag or found:
        return found
    if figure.at:
        issue = case.issue[figure.subject[1]]
        if figure.at not in issue.option_ids:
            found.append((f"unknown option {figure.at!r} of {issue.id}", f"one of {', '.join(issue.option_ids)}"))
        return found
    if figure.distribution:
        try:
            parse_distribution(figure.distribution)
        except SettingError as error:
            found.append((str(error), ""))
        return found
    numbers = (figure.low, figure.mode, figure.high)
    if figure.mode is None or figure.low is None or figure.high is None:
        return [("low, mode and high are all needed", "or `at`, or a named distribution")]
    if not figure.low <= figure.mode <= figure.high:
        found.append((f"low {numbers[0]} <= mode {numbers[1]} <= high {numbers[2]} does not hold", "order the three"))
    for name, number in zip(("low", "mode", "high"), numbers):
        if number is not None and not quantity.low <= number <= quantity.high:
            bounds = f"{quantity.low:g} to {quantity.high:g}"
            found.append((f"{name} {number:g} is outside {bounds}", f"{quantity.name}: {quantity.meaning}"))
    return found


def _subject_faults(case: m.Case, figure: m.Figure) -> list[tuple[str, str]]:
    shape = quantities()[figure.quantity].subject
    subject = figure.subject
    if shape == "any":
        return [_unknown(s) for s in subject if ":" not in s and s not in case.actor and s not in case.issue and s != "case"]
    if shape == "case":
        return [] if subject == ("case",) else [(f"the subject of {figure.quantity} is `case`", "")]
    kinds = shape.split("/")
    optional = {"red_line": 3, "crossing_cost": 2, "consent": 3, "red_line_real": 2}.get(figure.quantity, len(kinds))
    if not min(len(kinds), optional) <= len(subject) <= max(len(kinds), optional):
        return [(f"the subject of {figure.quantity} is `{shape}`, not {'/'.join(subject)!r}", "")]
    found, issue = [], None
    for kind, name in zip([*kinds, "issue" if kinds == ["actor"] else "option"], subject):
        if kind == "actor" and name not in case.actor:
            found.append(_unknown(name, "actor"))
        elif kind == "issue" and name not in case.issue and name != "all":
            found.append(_unknown(name, "issue"))
        elif kind == "issue":
            issue = case.issue.get(name)
        elif kind == "option" and issue and name not in issue.option_ids:
            found.append((f"unknown option {name!r} of {issue.id}", f"one of {', '.join(issue.option_ids)}"))
    if figure.quantity in ("ideal", "red_line") and len(subject) == 2 and issue and issue.kind != "scale":
        found.append((f"{issue.id} is not a scale", "give `value` (and red_line with an option) per option"))
    return found


def _unknown(name: str, noun: str = "subject") -> tuple[str, str]:
    return f"unknown {noun} {name!r}", "an id of the case, or `x:NAME`, `event:ID`, `plan:ID`"


def _complete(case: m.Case, problems: Problems, documents: dict[str, Document]) -> None:
    """What the model of a deal needs: places, lotteries, consents; ideals or values and attention of those who sign."""
    have = {f.key for f in case.figures}

    def need(key: str, why: str, file: str = "case.yaml", line: int | None = None) -> None:
        if key not in have:
            problems.add(file, line, f"missing Figure {key}", f"add it to figures.csv or positions.csv: {why}")

    for i, issue in enumerate(case.issues):
        line = documents["case.yaml"].line(("issues", i))
        for option in issue.options:
            if issue.kind == "scale":
                need(f"{issue.id}/{option.id}.place", "the place of every option of a scale is a judgement", line=line)
            if issue.deferrable:
                need(f"{issue.id}/{option.id}.deferred_weight", "a deferred clause is a stated lottery", line=line)
            for actor in {a for n in option.needs for a in n.actors}:
                need(f"{actor}/{issue.id}/{option.id}.consent", "its consent is needed", line=line)
        for party in case.signatories:
            need(f"{party.id}/{issue.id}.attention", f"{party.id} signs", "positions.csv")
            if issue.kind == "scale":
                need(f"{party.id}/{issue.id}.ideal", f"{party.id} signs", "positions.csv")
            else:
                for option in issue.options:
                    need(f"{party.id}/{issue.id}/{option.id}.value", f"{party.id} signs", "positions.csv")
    for figure in case.figures:
        if figure.quantity == "red_line":
            pair = "/".join(figure.subject[:2])
            need(f"{pair}.red_line_real", f"how real is the red line {figure.id}?", *figure.where)
            if len(figure.subject) == 2:
                need(f"{pair}.ideal", "a red line has its acceptable side where the ideal is", *figure.where)


def _readings(case: m.Case, documents: dict[str, Document], problems: Problems) -> None:
    file, seen = "readings.yaml", set()
    for i, reading in enumerate(case.readings):
        path: tuple[Any, ...] = ("readings", i)
        if reading.id in seen:
            problems.add(file, documents[file].line(path), f"the reading id {reading.id!r} stands twice", "choose another")
        seen.add(reading.id)
        for what in patch_faults(case, reading):
            problems.add(file, documents[file].line(path), what, f"in the reading {reading.id}")


def changed(figure: m.Figure, change: m.Change, basis: str) -> m.Figure:
    """The Figure with new numbers and the basis of the change. Raises ValueError for a malformed basis."""
    new_basis = m.parse_basis(change.basis or basis)
    if change.at is not None:
        return replace(figure, at=change.at, low=None, mode=None, high=None, distribution="", basis=new_basis)
    low, mode, high = (
        getattr(change, name) if getattr(change, name) is not None else getattr(figure, name)
        for name in ("low", "mode", "high")
    )
    return replace(figure, at="", low=low, mode=mode, high=high, distribution="", basis=new_basis)


def patch_faults(case: m.Case, patch: m.Patch) -> list[str]:
    """What a patch says that the case cannot take."""
    found = []
    for key, change in patch.set.items():
        figure = case.figure.get(key)
        if figure is None:
            found.append(f"unknown Figure {key!r}")
        elif change.at is None and change.low is None and change.mode is None and change.high is None:
            found.append(f"{key}: nothing is changed; give low, mode, high or at")
        else:
            try:
                found += [f"{key}: {what}" for what, _ in faults(case, changed(figure, change, patch.basis))]
            except ValueError as error:
                found.append(f"{key}: {error}")
    for plan_id, clauses in patch.clauses.items():
        if plan_id not in case.plan:
            found.append(f"unknown plan {plan_id!r}")
        for issue_id, option in clauses.items():
            issue = case.issue.get(issue_id)
            if issue is None:
                found.append(f"unknown issue {issue_id!r}")
            elif option not in (*issue.option_ids, "silent") and not (option == m.DEFERRED and issue.deferrable):
                found.append(f"unknown option {option!r} of {issue_id}")
    if not patch.set and not patch.clauses:
        found.append("the patch changes nothing")
    return found
