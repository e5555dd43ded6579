"""How far each outcome serves each actor: scores on the criteria of the case, 0 = own defeat on it, 1 = own victory.

Outcomes are states of affairs: before the war, today (every issue as it stands, the war going on), each plan as it
would be if it were kept, a truce along the front, and for each side the terms it takes when it cannot go on
(`SIDE-breaks`).

A criterion about an issue is scored from the positions. With v the actor's value of the options, or where it states
none their places, and D, V the options at the two ends of the criterion,

    x(option) = (v(option) - v(D)) / (v(V) - v(D)), cut off at 0 and 1;

a silent clause is the status quo, a deferred one the mean over its lottery; the side that breaks goes
`exhausted_share` of the way from today to its own defeat package, as in the war core. Other scores are Figures
`CRITERION/OUTCOME.score` (`CRITERION/settled` for any plan without its own), which also stand in place of what an
issue would give.

Cannot say: how much a criterion counts; that is left to the weightings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays, Column, Luck, mode
from winset.case import model as m
from winset.case.check_scales import EXCHANGE
from winset.case.criteria import BEFORE, BREAKS, DOMAINS, SETTLED, TODAY, TRUCE, Criterion
from winset.derive.worth.menu import truce
from winset.derive.worth.packages import clause_of, lottery, mean
from winset.derive.worth.utilities import RANGE, option_values
from winset.errors import DossierError, Problem
from winset.reads import reading
from winset.settings import number


@dataclass(frozen=True)
class Outcome:
    """A state of affairs. kind: before | today | plan | truce | breaks; side: who breaks."""

    id: str
    name: str
    kind: str
    side: str = ""


def outcomes(case: m.Case) -> tuple[Outcome, ...]:
    """The outcomes that the criteria of a case may be scored for, in a fixed order."""
    plans = sorted((p for p in case.plans if p.kind == "plan"), key=lambda p: p.id)
    found = [Outcome(BEFORE, "Before the war", "before"), Outcome(TODAY, "Today, the war going on", "today")]
    found += [Outcome(p.id, p.name, "plan") for p in plans]
    found += [Outcome(TRUCE, "A truce along the front", "truce")]
    for side in case.war.belligerents if case.war else ():
        found.append(Outcome(f"{side}{BREAKS}", f"{case.actor[side].name} cannot go on", "breaks", side))
    return tuple(found)


def keys(criterion: Criterion, outcome: Outcome) -> tuple[str, ...]:
    """The Figures of which one is needed for a score that the positions do not give, the first one first."""
    own = f"{criterion.id}/{outcome.id}.score"
    return (own, f"{criterion.id}/{SETTLED}.score") if outcome.kind == "plan" else (own,)


def score(arrays: Arrays, criterion: Criterion, outcome: Outcome) -> Column | None:
    """The draws of a score, or None where neither Figures nor positions give it."""
    for key in keys(criterion, outcome):
        subject, _, quantity = key.rpartition(".")
        if arrays.has(subject, quantity):
            return arrays.get(subject, quantity) / RANGE
    return None if criterion.issue is None else _by_issue(arrays, criterion, outcome)


def _by_issue(arrays: Arrays, criterion: Criterion, outcome: Outcome) -> Column | None:
    case = arrays.case
    issue = case.issue[str(criterion.issue)]
    options = _on_issue(arrays, criterion, issue)
    if options is None:
        return None

    def of(option: str | None) -> Column | None:
        if option == m.DEFERRED:
            return mean(options, lottery(arrays, issue))
        return None if option is None else options[:, issue.option_ids.index(option)]

    if outcome.kind == "before":
        return of(criterion.before)
    if outcome.kind == "plan":
        return of(clause_of(case.plan[outcome.id], issue))
    if outcome.kind == "truce":
        deal = truce(case)
        return of(deal.clauses[issue.id]) if deal else None
    today = options[:, issue.option_ids.index(issue.status_quo)]
    if outcome.kind == "today":
        return today
    defeat = case.scales[outcome.side].defeat if outcome.side in case.scales else None
    if defeat is None:
        return None
    far = arrays.get(outcome.side, "exhausted_share") if arrays.has(outcome.side, "exhausted_share") else 1.0
    worst = of(clause_of(case.plan[defeat], issue))
    return None if worst is None else today + far * (worst - today)


def _on_issue(arrays: Arrays, criterion: Criterion, issue: m.Issue) -> Float[np.ndarray, "draw option"] | None:
    """The score of every option of the criterion's issue; None where its actor has no position on unordered options."""
    actor, ends = criterion.actor, (criterion.defeat.option, criterion.victory.option)
    if issue.kind == "options":
        if not all(arrays.has(actor, issue.id, o, "value") for o in issue.option_ids):
            return None
        value = option_values(arrays, actor, issue, "linear")
    elif arrays.has(actor, issue.id, "ideal"):
        value = option_values(arrays, actor, issue, "linear")
    else:
        value = np.stack([arrays.get(issue.id, o, "place") for o in issue.option_ids], axis=1) / RANGE
        places = [_place(arrays.case, issue, str(o)) for o in ends]
        value = value if places[1] >= places[0] else 1 - value
    low, high = (value[:, [issue.option_ids.index(str(o))]] for o in ends)
    if arrays.at_modes and high[0, 0] <= low[0, 0]:
        day = arrays.case.as_of
        what = f"as of {day} the victory of {criterion.id} is worth no more to {actor} than its defeat"
        raise DossierError([Problem("criteria.yaml", None, what, EXCHANGE)])
    return np.clip((value - low) / np.maximum(high - low, number("values.smallest_span")), 0.0, 1.0)


def _place(case: m.Case, issue: m.Issue, option: str) -> float:
    return next(mode(f) for f in case.figures if f.subject == (issue.id, option) and f.quantity == "place")


@dataclass(frozen=True)
class Board:
    """The scores of one actor: the outcomes scored on every criterion, and what is missing for the others."""

    actor: str
    criteria: tuple[Criterion, ...]
    outcomes: tuple[Outcome, ...]
    scores: Float[np.ndarray, "outcome draw criterion"]
    missing: tuple[str, ...]

    @property
    def domains(self) -> tuple[str, ...]:
        return tuple(sorted({c.domain for c in self.criteria}))

    def has(self, outcome: str) -> bool:
        return any(o.id == outcome for o in self.outcomes)

    def at(self, outcome: str) -> int:
        return next(i for i, o in enumerate(self.outcomes) if o.id == outcome)


def boards(arrays: Sequence[Arrays], only: Iterable[str] | None = None) -> tuple[Board, ...]:
    """The boards of all actors that have criteria (of those named, if they are), by actor; none without `today`."""
    case = arrays[0].case
    chosen = set(only) if only is not None else None
    criteria = sorted(case.scorecard.criteria if case.scorecard else (), key=lambda c: c.id)
    kept = [c for c in criteria if chosen is None or c.id in chosen]
    made = [_board(arrays, a, tuple(c for c in kept if c.actor == a)) for a in sorted({c.actor for c in kept})]
    return tuple(b for b in made if b.has(TODAY))


def _board(arrays: Sequence[Arrays], actor: str, criteria: tuple[Criterion, ...]) -> Board:
    scored, columns, missing = [], [], []
    for outcome in outcomes(arrays[0].case):
        parts = [[score(a, c, outcome) for a in arrays] for c in criteria]
        lacking = [keys(c, outcome)[-1] for c, found in zip(criteria, parts) if found[0] is None]
        missing += lacking
        if not lacking:
            scored.append(outcome)
            columns.append(np.stack([np.concatenate([x for x in p if x is not None]) for p in parts], axis=1))
    shape = np.stack(columns) if columns else np.zeros((0, 0, len(criteria)))
    return Board(actor, criteria, tuple(scored), shape, tuple(dict.fromkeys(missing)))


def basis(case: m.Case, criteria: Iterable[Criterion], of: Iterable[Outcome]) -> tuple[str, ...]:
    """Ids of the Figures behind scores: those read on the way to them, recorded at the modes."""
    wanted = list(of)
    return tuple(sorted({i for c in criteria for o in wanted for i in _basis_of(case, c, o)}))


def _basis_of(case: m.Case, criterion: Criterion, outcome: Outcome) -> tuple[str, ...]:
    return case.memo(("scores", criterion.id, outcome.id), lambda: _read(case, criterion, outcome))


def _read(case: m.Case, criterion: Criterion, outcome: Outcome) -> tuple[str, ...]:
    with reading() as seen:
        score(Arrays(case, Luck(0, 1), at_modes=True), criterion, outcome)
    return tuple(seen)


def missing(case: m.Case) -> list[str]:
    """What a case lacks before anything can be said of it: nothing once one actor is scored for two outcomes."""
    if case.scorecard is None:
        sides = case.war.belligerents if case.war else tuple(a.id for a in case.signatories)
        return [f"{side}/{domain.id} criteria" for side in sides for domain in DOMAINS]
    if case.war and case.war.began > case.as_of:
        return ["war under way"]
    modes = [Arrays(case, Luck(0, 1), at_modes=True)]
    found = [_board(modes, a, tuple(c for c in case.scorecard.criteria if c.actor == a)) for a in _actors(case)]
    if any(b.has(TODAY) and len(b.outcomes) > 1 for b in found):
        return []
    return sorted({key for b in found for key in b.missing if not key.endswith(f"/{BEFORE}.score")})


def _actors(case: m.Case) -> list[str]:
    return sorted({c.actor for c in case.scorecard.criteria}) if case.scorecard else []
