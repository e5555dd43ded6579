"""Is every victory worth more than its defeat? A scale whose ends are equal or swapped measures nothing.

At the modes, as of the case's own date: w_i = attention / sum of attention, v_i = 1 - |place - ideal| / 100, or the
value stated of an option; a package is worth sum_i w_i v_i (as `winset.derive.worth.utilities` has it in every draw).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np

from winset.case import model as m
from winset.case.criteria import Criterion
from winset.case.figure import Figure
from winset.errors import SettingError
from winset.quantile import named

REMEDY = "check `scales`, the benchmarks and the ideals"
EXCHANGE = "exchange its two options, or check the positions"
LARGEST = 1e6  # of a scale in sums of weighted values: domains have tens or hundreds
NARROWEST = 1e-9  # of the size of its ends: nearer than that, rounding decides what is worth what
Held = dict[str, Figure]


def upside_down(case: m.Case) -> Iterator[tuple[str, str]]:
    """(party, what is wrong) for every scale that measures nothing. What is missing or unknown is told elsewhere."""
    held = in_force(case)
    for party in case.signatories:
        scale = case.scales.get(party.id)
        if scale is None:
            continue
        if scale.zero is not None and scale.one is not None:
            size = max(abs(scale.zero), abs(scale.one))
            if size > LARGEST or scale.one - scale.zero < NARROWEST * size:
                what = f"the scale of {party.id} runs from {scale.zero:g} to {scale.one:g}"
                yield party.id, f"{what}: at most {LARGEST:,.0f}, and with room between the two"
            continue
        defeat, victory = (
            _worth(case, held, party.id, case.plan.get(plan or "")) for plan in (scale.defeat, scale.victory)
        )
        if defeat is not None and victory is not None and victory <= defeat:
            yield party.id, f"the victory package of {party.id} is worth no more to it than its defeat"


def exchanged(case: m.Case) -> Iterator[tuple[int, str]]:
    """(place in the list, what is wrong) for every criterion about an issue whose victory is worth no more to its actor
    than its defeat. What is missing or unknown is told elsewhere."""
    held = in_force(case)
    for place, criterion in enumerate(case.scorecard.criteria if case.scorecard else ()):
        if _is_exchanged(case, held, criterion):
            what = f"the victory of {criterion.id} is worth no more to {criterion.actor} than its defeat"
            yield place, what


def _is_exchanged(case: m.Case, held: Held, criterion: Criterion) -> bool:
    issue, ends = case.issue.get(criterion.issue or ""), (criterion.defeat.option, criterion.victory.option)
    if issue is None or not set(ends) <= set(issue.option_ids) or ends[0] == ends[1]:
        return False
    if issue.kind == "scale" and f"{criterion.actor}/{issue.id}.ideal" not in held:
        return False  # the order of the two places is then the measure
    worth = [_value(held, criterion.actor, issue, str(option)) for option in ends]
    return worth[0] is not None and worth[1] is not None and worth[1] <= worth[0]


def in_force(case: m.Case) -> Held:
    """The Figures that hold on the case's date, by key: of several the latest."""

    def made() -> Held:
        dated = sorted(case.figures, key=lambda f: f.date or dt.date.min)
        return {f.key: f for f in dated if f.date is None or f.date <= case.as_of}

    return case.memo(("in force by date",), made)


def _worth(case: m.Case, held: Held, party: str, plan: m.Plan | None) -> float | None:
    """What a package is worth to a party, from 0 to 1; None where something is missing or unknown."""
    if plan is None:
        return None
    total, worth = 0.0, 0.0
    for issue in case.issues:
        clause, weight = plan.clauses.get(issue.id), _mode(held, f"{party}/{issue.id}.attention")
        if clause is None or clause.option not in issue.option_ids or weight is None:
            return None
        value = _value(held, party, issue, clause.option)
        if value is None:
            return None
        total, worth = total + weight, worth + weight * value
    return worth / total if total > 0 else None


def _value(held: Held, actor: str, issue: m.Issue, option: str) -> float | None:
    """How good an option is for an actor, from 0 to 1."""
    if issue.kind == "options":
        value = _mode(held, f"{actor}/{issue.id}/{option}.value")
        return None if value is None else value / 100.0
    ideal, place = _mode(held, f"{actor}/{issue.id}.ideal"), _mode(held, f"{issue.id}/{option}.place")
    return None if ideal is None or place is None else 1.0 - abs(place - ideal) / 100.0


def _mode(held: Held, key: str) -> float | None:
    """The mode of a Figure, that of the option it is `at`, or the median of a distribution."""
    figure = held.get(key)
    if figure is None:
        return None
    if figure.at:
        place = held.get(f"{figure.subject[1]}/{figure.at}.place") if len(figure.subject) > 1 else None
        return None if place is None or place.at else _mode(held, place.key)
    if figure.distribution:
        try:
            return float(named(figure.distribution, np.array([0.5]))[0])
        except SettingError:
            return None
    return figure.mode
