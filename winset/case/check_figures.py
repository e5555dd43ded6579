"""Checks of the numbers: units, ranges, subjects, what the signing parties need, and who judged what."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterator

import numpy as np

from winset.case import model as m
from winset.case.record import LARGEST_NUMBER
from winset.case.text import ADD, Document, Near, Problems, nearest
from winset.errors import SettingError
from winset.quantile import named
from winset.units import Quantity, quantities

MOST_PER_JUDGEMENT = 10
PRIOR_SUM = (
    0.02  # no answer: an error beyond it (how far priors may miss 1 in all: 0.17 six times, 0.33 three times: rounding)
)
_FREE = re.compile(r"[a-z0-9][a-z0-9_-]*")
Dated = defaultdict[str, list[m.Figure]]  # the Figures of each key by date, one without a date first


def check_figures(case: m.Case, documents: dict[str, Document], problems: Problems, used: set[str]) -> None:
    """Ranges and references of every Figure; completeness; boilerplate judgements."""
    seen: dict[str, m.Figure] = {}
    judgements: defaultdict[str, list[m.Figure]] = defaultdict(list)
    for figure in case.figures:
        file, line = figure.where
        if figure.id in seen:
            problems.add(
                file, line, f"the Figure {figure.id} stands twice", f"first in line {seen[figure.id].where[1]}"
            )
        seen[figure.id] = figure
        used.update(figure.basis.passages)
        for passage in figure.basis.passages:
            if passage not in case.passage:
                problems.add(file, line, f"unknown passage {passage!r}", problems.nearest(passage, case.passage))
        for text in figure.basis.judgements:
            judgements[text].append(figure)
        for what, remedy in faults(case, figure, problems.nearest):
            problems.add(file, line, what, remedy)
    for text, figures in judgements.items():
        if len(figures) > MOST_PER_JUDGEMENT and len({f.group or f.id for f in figures}) > MOST_PER_JUDGEMENT:
            file, line = figures[MOST_PER_JUDGEMENT].where
            what = f"one judgement text covers {len(figures)} Figures: {text[:60]!r}"
            problems.add(file, line, what, f"at most {MOST_PER_JUDGEMENT}; give each its reason or share a `group`")
    for figure, what, remedy in (*joint(case), *_priors(case, _by_key(case))):
        problems.add(*figure.where, what, remedy)
    _complete(case, problems, documents)


def faults(case: m.Case, figure: m.Figure, near: Near = nearest) -> list[tuple[str, str]]:
    """What is wrong with one Figure, as (what, remedy). near: finds the remedy for an unknown name."""
    if found := _subject_faults(case, figure, near):
        return found
    numbers = (figure.low, figure.mode, figure.high)
    ways = sum((any(n is not None for n in numbers), bool(figure.at), bool(figure.distribution)))
    if figure.quantity == "red_line" and len(figure.subject) == 3:
        return [("an excluded option takes no numbers", "leave low, mode, high and at blank")] if ways else []
    if ways > 1:
        return [("numbers, `at` and a distribution stand side by side", "give the Figure in one of the three ways")]
    if figure.at:
        return _label_faults(case, figure, near)
    if figure.distribution:
        return _distribution_faults(figure)
    if figure.mode is None or figure.low is None or figure.high is None:
        return [("low, mode and high are all needed", "or `at`, or a named distribution")]
    if not figure.low <= figure.mode <= figure.high:
        found.append((f"low {numbers[0]} <= mode {numbers[1]} <= high {numbers[2]} does not hold", "order the three"))
    quantity = quantities()[figure.quantity]
    low, high = max(quantity.low, -LARGEST_NUMBER), min(quantity.high, LARGEST_NUMBER)
    for name, number in zip(("low", "mode", "high"), numbers):
        if number is not None and not low <= number <= high:
            found.append((f"{name} {number:g} is outside {low:g} to {high:g}", _remedy(quantity)))
    return found


def _remedy(quantity: Quantity) -> str:
    """What the quantity means, and what to give where the least that is taken is not 0."""
    least = f"; give at least {quantity.low:g}, or leave the Figure out" if quantity.low > 0 else ""
    return f"{quantity.name}: {quantity.meaning}{least}"


def _label_faults(case: m.Case, figure: m.Figure, near: Near) -> list[tuple[str, str]]:
    if figure.quantity not in ("ideal", "red_line"):
        return [(f"{figure.quantity} cannot be `at` an option", "give low, mode and high")]
    issue = case.issue[figure.subject[1]]
    if figure.at in issue.option_ids:
        return []
    remedy = near(figure.at, issue.option_ids, f"one of {', '.join(issue.option_ids)}")
    return [(f"unknown option {figure.at!r} of {issue.id}", remedy)]


def _distribution_faults(figure: m.Figure) -> list[tuple[str, str]]:
    quantity = quantities()[figure.quantity]
    try:
        median = float(named(figure.distribution, np.array([0.5]))[0])
    except SettingError as error:
        return [(str(error), "mend the distribution, or give low, mode and high")]
    if quantity.low <= median <= quantity.high:
        return []
    bounds = f"{quantity.low:g} to {quantity.high:g}"
    return [(f"the median {median:g} of {figure.distribution} is outside {bounds}", _remedy(quantity))]


def joint(case: m.Case) -> list[tuple[m.Figure, str, str]]:
    """What is wrong with several Figures together, as (the first of them, what, remedy)."""
    dated = _by_key(case)
    return [*_sides(case, dated), *_inattentive(case, dated), *_following(case)]


def _by_key(case: m.Case) -> Dated:
    dated: Dated = defaultdict(list)
    for figure in sorted(case.figures, key=lambda f: f.date or dt.date.min):
        dated[figure.key].append(figure)
    return dated


def _in_force(dated: Dated, key: str, day: dt.date) -> m.Figure | None:
    return next((f for f in reversed(dated[key]) if (f.date or day) <= day), None)


def _middle(case: m.Case, dated: Dated, figure: m.Figure) -> float | None:
    """The mode of a Figure, that of the option it is `at`, or the median of a distribution; None where it has a
    fault."""
    if faults(case, figure):
        return None
    if figure.at:
        places = dated[f"{figure.subject[1]}/{figure.at}.place"]
        return _middle(case, dated, places[-1]) if places else None
    if figure.distribution:
        return float(named(figure.distribution, np.array([0.5]))[0])
    return figure.mode


def _sides(case: m.Case, dated: Dated) -> Iterator[tuple[m.Figure, str, str]]:
    """Red lines on a scale that stand where the ideal stands at some date: none of their sides is the acceptable one.

    A line and an ideal `at` the same option are sound: that option is all that is acceptable.
    """
    for line in case.figures:
        if line.quantity != "red_line" or len(line.subject) != 2:
            continue
        for ideal in dated["/".join(line.subject) + ".ideal"]:
            day = max(line.date or dt.date.min, ideal.date or dt.date.min)
            if (line.at and line.at == ideal.at) or any(_in_force(dated, f.key, day) is not f for f in (line, ideal)):
                continue
            place = _middle(case, dated, line)
            if place is not None and place == _middle(case, dated, ideal):
                what = f"{line.id} and {ideal.id} stand at the same place, so no side of the line is acceptable"
                yield line, what, "move one of the two, or give both as `at` the same option"


def _inattentive(case: m.Case, dated: Dated) -> Iterator[tuple[m.Figure, str, str]]:
    """Parties that attend to no issue at some date: no deal is then worth more to them than another."""
    for party in case.signatories:
        keys = [f"{party.id}/{issue.id}.attention" for issue in case.issues]
        days = sorted({f.date or dt.date.min for key in keys for f in dated[key]})
        for day in days:
            held = [f for key in keys if (f := _in_force(dated, key, day))]
            if len(held) == len(keys) and all(_middle(case, dated, f) == 0 for f in held):
                what = f"{party.id} attends to no issue: the mode of every attention is 0"
                yield held[0], what, "give the issues that matter to it more than 0"
                break


def _following(case: m.Case) -> Iterator[tuple[m.Figure, str, str]]:
    """Actors whose ideal would follow the positions of others by more than all of itself."""
    rows: dict[str, dict[str, m.Figure]] = defaultdict(dict)
    held = [f for f in case.figures if f.quantity == "accommodation"]
    for figure in sorted(held, key=lambda f: f.date or dt.date.min):
        rows[figure.subject[0]][figure.key] = figure
    for actor, row in rows.items():
        if (total := sum(f.mode or 0.0 for f in row.values())) > 1 + 1e-6:
            yield next(iter(row.values())), f"{actor}: accommodation adds up to {total:g}, more than 1", "lower some"


def _priors(case: m.Case, dated: Dated) -> Iterator[tuple[m.Figure, str, str]]:
    """Rival hypotheses whose priors do not sum to 1 at some date: they are all there is, so that one of them holds.

    Asked of the numbers that were written down, the modes (of a distribution the mean): the draws of a prior stray from
    its mode, and are made to sum to 1 one by one. An actor with a prior for some hypotheses only has even odds instead.
    A patch that moves one prior is taken as it is written; its draws are made to sum to 1 too.
    """
    if any(h.actor not in case.actor for h in case.hypotheses):
        return  # told already: one that belongs to nobody may be the one that is missing
    for actor in dict.fromkeys(h.actor for h in case.hypotheses):
        keys = [f"{actor}/{h.id}.hypothesis_prior" for h in case.hypotheses if h.actor == actor]
        for day in sorted({f.date or dt.date.min for key in keys for f in dated[key]}):
            held = [f for key in keys if (f := _in_force(dated, key, day))]
            if len(held) < len(keys) or len(set(keys)) < len(keys) or any(faults(case, f) for f in held):
                continue
            total = sum(_stated(f) for f in held)
            if abs(total - 1) > PRIOR_SUM:
                parts = " + ".join(f"{_stated(f):.3g}" for f in held)
                what = f"the priors of {actor} sum to {total:.3g}, not 1: {parts}"
                yield held[0], what, f"change the modes of {', '.join(f.id for f in held)} so that they sum to 1"
                break


def _stated(prior: m.Figure) -> float:
    """The mode of a prior, or the mean of its distribution within 0 to 1."""
    if not prior.distribution:
        return float(prior.mode or 0.0)
    return float(np.clip(named(prior.distribution, (np.arange(999) + 0.5) / 999), 0.0, 1.0).mean())


def _subject_faults(case: m.Case, figure: m.Figure, near: Near) -> list[tuple[str, str]]:
    shape = quantities()[figure.quantity].subject
    subject = figure.subject
    if shape == "any":
        return [_unknown(s, "subject", [*case.actor, *case.issue], near) for s in subject if not _is_subject(case, s)]
    if shape == "case":
        return [] if subject == ("case",) else [(f"the subject of {figure.quantity} is `case`", "")]
    kinds = shape.split("/")
    optional = {"red_line": 3, "crossing_cost": 2, "consent": 3, "red_line_real": 2, "line_slips": 2}.get(
        figure.quantity, len(kinds)
    )
    if not min(len(kinds), optional) <= len(subject) <= max(len(kinds), optional):
        return [(f"the subject of {figure.quantity} is `{shape}`, not {'/'.join(subject)!r}", "")]
    found, issue = [], None
    for kind, name in zip([*kinds, "issue" if kinds == ["actor"] else "option"], subject):
        if kind == "actor" and name not in case.actor:
            found.append(_unknown(name, "actor", case.actor, near))
        elif (
            kind == "issue"
            and name not in case.issue
            and not (figure.quantity in ("crossing_cost", "line_slips") and name == "all")
        ):
            found.append(_unknown(name, "issue", case.issue, near))
        elif kind == "issue":
            issue = case.issue.get(name)
        elif kind == "option" and issue and name not in issue.option_ids:
            remedy = near(name, issue.option_ids, f"one of {', '.join(issue.option_ids)}")
            found.append((f"unknown option {name!r} of {issue.id}", remedy))
        elif kind not in ("actor", "issue", "option") and not _FREE.fullmatch(name):
            found.append((f"{name!r} cannot be the name of a {kind}", "use lower-case letters, digits, - and _"))
    if figure.quantity == "follows" and not found and not _follower(case, subject[0], subject[1]):
        what = f"{subject[0]} does not sign as an ally of {subject[1]}"
        found.append((what, "`follows` is of an ally that signs and of the leader of its side (`war: belligerents`)"))
    if figure.quantity == "red_line" and len(subject) == 3 and issue and issue.kind == "scale":
        found.append(
            (f"{issue.id} is a scale, on which a red line is a place", "leave the option blank; give numbers or `at`")
        )
    if figure.quantity in ("ideal", "red_line") and len(subject) == 2 and issue and issue.kind != "scale":
        found.append((f"{issue.id} is not a scale", "give `value` (and red_line with an option) per option"))
    return found


def _is_subject(case: m.Case, name: str) -> bool:
    prefix, colon, rest = name.rpartition(":")
    if not colon:
        return name in case.actor or name in case.issue or name == "case"
    if prefix == "x":
        return bool(_FREE.fullmatch(rest))
    return (prefix == "event" and rest in case.event) or (prefix == "plan" and rest in case.plan)


def _unknown(name: str, noun: str, among: Collection[str], near: Near) -> tuple[str, str]:
    otherwise = "an id of the case, or `x:NAME`, `event:ID`, `plan:ID`" if noun == "subject" else ADD
    return f"unknown {noun} {name!r}", near(name, among, otherwise)


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
            for actor in {a for n in option.needs for a in n.actors if a in case.actor}:
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


def unsaid(case: m.Case, plan: m.Plan) -> list[str]:
    """The issues on which a plan names no option: it is silent, or leaves them to later talks."""
    return [i.id for i in case.issues if i.id not in plan.clauses or plan.clauses[i.id].option == m.DEFERRED]


def _follower(case: m.Case, actor: str, leader: str) -> bool:
    """Whether an actor signs beside the leader of its side."""
    return case.war is not None and case.actor[actor].signs and case.war.leader_of(actor) == leader
