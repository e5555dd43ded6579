"""A study laid on the bench: the draws of every option named alone.

They are asked of `utilities`, `consents` and `no_deal`, so that signs, ratifies and passes mean what they mean in
`acceptance`. The draws are the study's own, as the record left them: all where they fit into `MOST`, else the first
`FEWEST`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.derive.deal.bench import LEVELS, Asked, Bench
from winset.derive.deal.opened import opened
from winset.derive.war.no_deal import no_deal
from winset.derive.worth.consents import asked, at_home
from winset.derive.worth.followers import goes_along, leader_of
from winset.derive.worth.packages import Package, layout, lottery, rules_of
from winset.derive.worth.utilities import Reading, missing, utilities

FEWEST = 512  # no answer: draws that a report carries at least, where the run has as many
MOST = 550_000  # no answer: characters of worths beyond which a report carries no more draws than the fewest


def without(case: m.Case) -> str:
    """Why a case, as of its date, can have no bench, in one sentence; else nothing."""
    if not case.plans:
        return "There is no plan to start from."
    if lacks := missing(case):
        more = f" and {len(lacks) - 3} more" if len(lacks) > 3 else ""
        return (
            f"To judge a package the case would need {', '.join(lacks[:3])}{more}; `winset verify` lists them with the "
            "file to add them to."
        )
    return ""


def laid(study: Study) -> Bench:
    """The bench of a study whose case lacks nothing (`without`)."""
    parts, kept = study.arrays(), study.kept
    issues = layout(study.known).issues
    options = tuple(i.option_ids + ((m.DEFERRED,) if i.deferrable else ()) for i in issues)
    parties = tuple(sorted(a.id for a in study.known.signatories))
    size = 3 * len(parties) * sum(map(len, options))
    count = kept if kept * size <= MOST else min(kept, FEWEST)
    found, left = [], count
    for arrays in parts:
        if left > 0:
            found.append(_columns(arrays, issues, options, parties, left))
            left -= found[-1].base.shape[1]
    first = found[0]
    starts = np.cumsum([0, *map(len, options)])
    quo = starts[:-1] + [o.index(i.status_quo) for i, o in zip(issues, options)]
    worth = np.concatenate([c.worth for c in found], axis=2)
    base = np.concatenate([c.base for c in found], axis=1) + worth[:, quo].sum(axis=1)
    worth = worth - np.repeat(worth[:, quo], np.diff(starts), axis=1)
    low, high = worth.min(axis=2), worth.max(axis=2)
    step = (high - low) / LEVELS
    code = np.rint((worth - low[:, :, None]) / np.where(step > 0, step, 1.0)[:, :, None]).astype(np.int64)
    needs = tuple(
        Asked(n.issue, n.option, n.actors, n.home, np.concatenate([c.needs[k].met for c in found]))
        for k, n in enumerate(first.needs)
    )
    leaders = [leader_of(parts[0], p) for p in parties]
    made = Bench(
        issues=issues,
        options=options,
        parties=parties,
        kept=kept,
        asked=study.draws,
        base=base,
        low=low,
        step=step,
        code=code,
        red=np.concatenate([c.red for c in found], axis=2),
        needs=needs,
        leader=tuple(parties.index(p) if p in parties else -1 for p in leaders),
        follows=np.concatenate([c.follows for c in found], axis=1),
        rules=rules_of(study.known.rules, issues),
    )
    return opened(made, [plan for plan in study.known.plans if plan.kind == "plan"])


@dataclass(frozen=True)
class _Columns:
    """A slice of the draws."""

    worth: Float[np.ndarray, "party flat draw"]
    base: Float[np.ndarray, "party draw"]
    red: Bool[np.ndarray, "party flat draw"]
    needs: tuple[Asked, ...]
    follows: Bool[np.ndarray, "party draw"]


def _columns(
    arrays: Arrays, issues: Sequence[m.Issue], options: Sequence[tuple[str, ...]], parties: Sequence[str], most: int
) -> _Columns:
    """What the first draws of some arrays, at most `most`, say of every option named alone."""
    worths, case, none = utilities(arrays), arrays.case, np.zeros(arrays.draws, bool)
    worth: list[list[np.ndarray]] = [[] for _ in parties]
    red: list[list[np.ndarray]] = [[] for _ in parties]
    needs: list[Asked] = []
    for j, issue in enumerate(issues):
        for k, option in enumerate(options[j]):
            later = option == m.DEFERRED
            pack = Package("", {} if later else {issue.id: k}, {issue.id: lottery(arrays, issue)} if later else {})
            for i, party in enumerate(parties):
                line = worths.forbidden(party, issue.id, pack)
                worth[i].append(worths.clause(party, issue.id, pack)[:most])
                red[i].append((none if line is None else line)[:most])
            for one in asked(arrays, pack):
                home = tuple(i for i, p in enumerate(parties) if at_home(case, one.need, p))
                needs.append(Asked(issue=j, option=k, actors=one.need.actors, home=home, met=one.met[:most]))
    return _Columns(
        worth=np.array(worth),
        base=np.stack([(worths.offset[p] - no_deal(arrays, p, Reading().no_deal))[:most] for p in parties]),
        red=np.array(red),
        needs=tuple(needs),
        follows=np.stack(
            [(goes_along(arrays, p) if leader_of(arrays, p) in parties else none)[:most] for p in parties]
        ),
    )
