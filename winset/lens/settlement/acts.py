"""What the record says: each answer to a plan, how well the dossier had it, and what it moved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from winset.arrays import Study
from winset.derive.deal.weighing import Moved, record
from winset.derive.record.answers import WORDS
from winset.derive.worth.utilities import Reading
from winset.lens.settlement.odds import Odds, odds_of, votes_of
from winset.lens.settlement.tables import Parts, percent
from winset.result import Cited, Column, Finding, Table
from winset.settings import number
from winset.sift import beside


@dataclass(frozen=True)
class Said:
    """What the record says. moved: its answers; most: for each the share of signing, by plan and party, that leaving it
    out would change most, and by how much; before: odds before the record; basis: what they rest on."""

    moved: tuple[Moved, ...]
    most: tuple[tuple[tuple[str, str], float], ...]
    before: Odds
    basis: tuple[str, ...]


@beside("deals")
def said_by_record(study: Study, reading: Reading) -> Said | None:
    """What the record says; None where no signing party has answered a plan (a task)."""
    if (said := record(study, reading)) is None:
        return None
    plans = [p for p in study.known.plans if p.kind == "plan"]
    earlier = votes_of(study.before.arrays(), plans, reading)
    scopes = [(v.plan, p) for v in earlier for p in sorted(v.signs)]
    signs = np.stack([v.signs[p] for v in earlier for p in sorted(v.signs)]).astype(float)
    every = np.prod(said.weights, axis=0)
    whole, most = signs @ every / every.sum(), []
    for k in range(len(said.moved)):
        without = np.prod(np.delete(said.weights, k, axis=0), axis=0)
        change = whole - signs @ without / without.sum()
        top = max(range(len(scopes)), key=lambda i: (abs(change[i]), scopes[i]))
        most.append((scopes[top], float(change[top])))
    return Said(said.moved, tuple(most), odds_of(earlier), said.basis)


def table(parts: Parts, said: Said) -> Table:
    """One row an answer. What it moved most: the share of signing that leaving this one answer out would change
    most."""
    rows = []
    for one, ((plan, party), change) in zip(said.moved, said.most):
        answer = one.answer
        rows.append(
            (
                answer.date.isoformat(),
                parts.names[answer.party],
                parts.plan_name(answer.plan),
                WORDS[answer.kind],
                Cited(one.tactical, (parts.arrays.id(answer.kind, "tactical"),)),
                Cited(one.before, parts.basis(answer.plan, answer.party)),
                Cited(one.after, parts.basis(answer.plan, answer.party)),
                f"{parts.names[party]} signs “{parts.plan_name(plan)}”",
                Cited(change, parts.basis(plan, party)),
            )
        )
    columns = (
        Column("date", "Date", "date"),
        Column("party", "Party"),
        Column("plan", "Plan"),
        Column("answer", "What it did"),
        Column("tactical", "How often tactical", "share"),
        Column("before", "Would do so, before the record", "share"),
        Column("after", "Would do so, by the record", "share"),
        Column("moved", "What it moves most"),
        Column("change", "By", "number"),
    )
    note = (
        "A draw in which a party would not do as it said is kept only as often as such answers are tactical. “Would do "
        "so”: the share of draws in which the party would sign (or, for an answer against a plan, not sign) by its "
        "positions of that day. “What it moves most”: the share of signing that differs most when this one answer is "
        "left out."
    )
    return Table("record", "What the record says, and what it moves", columns, tuple(rows), note)


def answer(parts: Parts, said: Said | None, study: Study) -> tuple[str, ...]:
    """How many draws the record leaves, in a sentence."""
    if said is None:
        return ()
    few = " That is fewer than asked for: the positions of the dossier fit the record badly." if _few(study) else ""
    against = [x for x in said.moved if x.contradicts]
    told = f" {len(against)} of the answers contradict the positions of the dossier (see the notes)." if against else ""
    return (
        f"The draws are those that {len(said.moved)} recorded answers of the parties to the plans leave: "
        f"{study.kept:,} of {study.candidates:,} ({percent(study.kept / study.candidates)}).{few}{told}",
    )


def _few(study: Study) -> bool:
    return study.kept < number("record.enough") * study.draws


def findings(said: Said | None, study: Study) -> tuple[Finding, ...]:
    """The effective sample size: draws left by the record, all of one weight."""
    kept, of = study.kept, study.candidates
    sentence = f"{kept:,} draws of one weight are left of {of:,} candidates by what is on record."
    return (
        Finding(
            key="record.ess",
            sentence=sentence,
            value=float(kept),
            unit="draws",
            low=float(kept),
            high=float(kept),
            basis=said.basis if said else (),
        ),
    )


def contradictions(parts: Parts, said: Said | None) -> tuple[str, ...]:
    """Answers that the dossier has all but impossible, with file and line."""
    told = []
    for one in said.moved if said else ():
        if one.contradicts:
            file, line = parts.case.lines.get(one.answer.line, ("plans.yaml", None))
            where = f"{file}:{line}" if line else file
            told.append(
                f"{where}: {parts.names[one.answer.party]} {WORDS[one.answer.kind]} "
                f"(“{parts.plan_name(one.answer.plan)}”), which by its positions it would do in {percent(one.before)} "
                f"of the draws, less than {number('record.impossible'):.0%}: one of the two is coded wrongly, or the "
                "answer was tactical."
            )
    return tuple(told)
