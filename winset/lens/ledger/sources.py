"""How long positions stand and where the sources disagree: tables and sentences of the ledger."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.case.patch import apply
from winset.derive.record.positions import Standing, still_held, weight
from winset.lens.ledger.cells import columns
from winset.lens.ledger.record import Ledger
from winset.result import Cited, Column, Finding, Table, cited
from winset.units import quantities

EVIDENCE = ("passages", "report", "dataset")
JUDGED = ("place", "attention", "value", "weight", "probability", "utility", "correlation", "index", "ratio")
AGES = (7, 30, 90)  # no answer: which ages the table shows


@dataclass(frozen=True)
class Conflict:
    """A rival reading: the Figure or clause, both values, the main basis, the answers it changes. evidence: the reading
    and the fact it replaces (a number one could count or measure, or a clause) rest on passages, reports or data."""

    reading: m.Patch
    evidence: bool
    what: str
    main: str
    rival: str
    basis: str
    figures: tuple[str, ...]
    changed: tuple[tuple[str, float, float], ...]


def conflicts(study: Study, base: Ledger, again: Callable[[m.Case, Sequence[Arrays]], Ledger]) -> list[Conflict]:
    """Readings in which evidence stands against evidence, or that change an answer of the ledger.

    A reading that sets only Figures the ledger does not read cannot change it and is not run.
    """
    known, before, found = study.known, base.answers(), []
    read = {i for o in base.odds.values() for i in o.basis}
    read |= {f.id for f in study.case.figures if f.quantity in ("ideal", "red_line", "place")}
    for patch in study.track(known.readings, "readings of the ledger"):
        changed: tuple[tuple[str, float, float], ...] = ()
        if read & set(patch.set):
            patched = apply(study.case, patch)
            after = again(patched, study.arrays(patched)).answers()
            changed = tuple(
                (k, v, after[k])
                for k, v in before.items()
                if k in after and abs(after[k] - v) > 1e-9 * max(1.0, abs(v))
            )
        figures = [known.figure[i] for i in patch.set if i in known.figure]
        against = [
            f
            for f in figures
            if f.basis.kind in EVIDENCE and quantities()[f.quantity].unit.split("_per_")[0] not in JUDGED
        ]
        clauses = [(p, i, o) for p, options in patch.clauses.items() if p in known.plan for i, o in options.items()]
        basis = m.parse_basis(patch.basis)
        evidence = basis.kind in EVIDENCE and not basis.judgements and bool(against or clauses)
        if evidence or changed:
            said = _sides(known, patch, against if evidence else figures, clauses)
            found.append(Conflict(patch, evidence, *said, tuple(f.id for f in figures), changed))
    return sorted(found, key=lambda x: (not x.evidence, not x.changed, x.reading.id))


def _sides(
    case: m.Case, patch: m.Patch, figures: Sequence[m.Figure], clauses: Sequence[tuple[str, str, str]]
) -> tuple[str, str, str, str]:
    """What is disputed, the main value, the rival value, and the main basis, in words."""
    if figures:
        first, change = figures[0], patch.set[figures[0].id]
        more = f", and {len(figures) - 1} more" if len(figures) > 1 else ""
        main, rival = (_number(case, first, x.at, x.mode) or first.distribution for x in (first, change))
        return f"{_name(case, first)}{more}", main, rival, str(first.basis)
    if not clauses:
        return "nothing known at this date", "", "", ""
    plan_id, issue, option = clauses[0]
    held = case.plan[plan_id].clauses.get(issue)
    return (
        f"{case.plan[plan_id].name}: {case.issue[issue].name}",
        _option(case, issue, held.option if held else m.SILENT),
        _option(case, issue, option),
        held.basis if held else "",
    )


def _option(case: m.Case, issue: str, option: str) -> str:
    """A clause in words."""
    named = {m.DEFERRED: "left to later talks", m.SILENT: "silent"}
    return named[option] if option in named else case.issue[issue].option(option).label


def _number(case: m.Case, figure: m.Figure, at: str | None, mode: float | None) -> str:
    """A value of a Figure in words: an option, or a number."""
    if at:
        return _option(case, figure.subject[1], at)
    return f"{mode:,.15g}" if mode is not None else ""


def _name(case: m.Case, figure: m.Figure) -> str:
    """What a Figure is about, in the names of the case."""
    names = {a.id: a.name for a in case.actors} | {i.id: i.name for i in case.issues}
    names |= {f"event:{e.id}": e.what.rstrip(".") for e in case.events} | {f"plan:{p.id}": p.name for p in case.plans}
    told = [names.get(s) or s.removeprefix("x:").replace("-", " ") for s in figure.subject]
    return f"{', '.join(told)}: {figure.quantity.replace('_', ' ')}"


def odds_readings(ledger: Ledger, found: Sequence[Conflict]) -> Table:
    rows = [cited(ledger.odds_basis(a), ledger.name(a), "as stated", o.mean) for a, o in ledger.odds.items()]
    rows += [
        cited(ledger.odds_basis(a), ledger.name(a), label, mean)
        for label, means in ledger.rivals.items()
        for a, mean in means.items()
    ]
    for conflict in found:
        rows += [
            cited(conflict.figures, ledger.name(a), f"reading: {conflict.reading.title}", after)
            for a in ledger.odds
            for key, _, after in conflict.changed
            if key == f"{ledger.name(a)}: next deadline carried out"
        ]
    heads = columns("author=Author; reading=Reading; chance=Next is carried out if defied=share")
    return Table("odds_readings", "The same under rival readings", heads, tuple(sorted(rows, key=lambda r: r[0])))


def _followed(figure: m.Figure, actor: str) -> bool:
    """Whether a Figure is a position of an actor."""
    return figure.subject[0] == actor and figure.quantity in ("ideal", "red_line")


def half_lives_table(ledger: Ledger) -> Table:
    rows = []
    for s in ledger.standings:
        low, mid, high = np.percentile(s.half_life, [5, 50, 95])
        held = [still_held(s.half_life, age) for age in AGES]
        known = s.rated or not s.moves  # from one move no rate follows; with none, that it is at least so long
        rows.append(
            cited(
                s.basis or tuple(sorted(f.id for f in ledger.case.figures if _followed(f, s.actor))),
                ledger.name(s.actor),
                float(s.followed),
                float(s.days),
                float(len(s.moves)),
                float(sum(x.back for x in s.moves)),
                float(mid) if s.rated else None,
                float(low) if known else None,
                float(high) if s.rated else None,
                *(float((1 + h.mean()) / 2) if known else None for h in held),
                float(np.median(weight(held[1]))) if known else None,
            )
        )
    heads = (
        *columns(
            "actor=Actor; followed=Positions=number; days=Position-days=number; moves=Moves=number; back=of "
            "these back=number; half=Half-life (days)=number; low=5th percentile=number; high=95th "
            "percentile=number"
        ),
        *(Column(f"b{a}", f"Even odds, statement {a} days old", "share") for a in AGES),
        *columns("weight=Likelihood ratio at 30 days=number"),
    )
    note = (
        "Followed from the first day on which all who must sign have a position. Back: takes back half or more of the "
        "move before it. Prior: Jeffreys' Gamma(1/2, 0) on moves per position-day. The moves are those that the coder "
        "of the case saw in its sources. With moves on one day only there is no rate, and nothing is shown; with "
        "none, only how long at least."
    )
    return Table("half_lives", "How long a position stands, and what a statement is worth", heads, tuple(rows), note)


def moves_table(ledger: Ledger) -> Table:
    rows = [
        cited(
            x.basis,
            x.date,
            ledger.name(x.actor),
            ledger.case.issue[x.issue].name,
            x.quantity.replace("_", " "),
            x.before,
            x.after,
            x.size,
            float(x.held),
            "yes" if x.back else "no",
        )
        for s in ledger.standings
        for x in s.moves
    ]
    heads = columns(
        "date=Known since=date; actor=Actor; issue=Issue; what=What; before=From; after=To; size=Move (of "
        "100)=number; held=Days held before=number; back=Back"
    )
    return Table("moves", "Every move of a position", heads, tuple(sorted(rows, key=lambda r: (r[0], r[1], r[2]))))


def conflicts_table(found: Sequence[Conflict]) -> Table:
    rows = []
    for x in found:
        moved = (
            "; ".join(f"{k}: {v:.3g} → {w:.3g}" for k, v, w in sorted(x.changed, key=lambda c: -abs(c[2] - c[1]))[:3])
            or "no"
        )
        rows.append(
            (
                "a fact" if x.evidence else "a position",
                x.reading.title,
                x.what,
                Cited(x.main, x.figures),
                x.basis,
                x.rival,
                x.reading.basis,
                moved,
            )
        )
    heads = columns(
        "sort=Sort; reading=Reading; what=About; main=Taken as; main_basis=On the strength of; "
        "rival=Rival; basis=Its basis; changed=Changes an answer here"
    )
    return Table("conflicts", "Where the sources disagree", heads, tuple(rows))


def _standing_sentence(ledger: Ledger) -> str:
    if not ledger.standings:
        return ""
    told = "; ".join(
        _stands(ledger, s) for s in sorted(ledger.standings, key=lambda s: (float(np.median(s.half_life)), s.actor))
    )
    return f"How long a stated position stands, as the time in which half of them move: {told}."


def _stands(ledger: Ledger, s: Standing) -> str:
    low, mid, high = np.percentile(s.half_life, [5, 50, 95])
    if not s.moves:
        return f"{ledger.name(s.actor)} at least {low:.0f} days (none of {s.followed} positions moved)"
    back = sum(x.back for x in s.moves)
    on = s.days_moved
    if not s.rated:
        once = "moved once" if len(s.moves) == 1 else f"moved {len(s.moves)} positions of {s.followed} on one day"
        return f"{ledger.name(s.actor)} {once}; too few moves for a rate"
    return (
        f"{ledger.name(s.actor)} {mid:.0f} days ({low:.0f} to {high:.0f}; {len(s.moves)} moves of {s.followed} "
        f"positions on {on} days, "
        f"{back} of them taking back the one before)"
    )


def _conflict_sentence(found: Sequence[Conflict]) -> str:
    sources = [x for x in found if x.evidence]
    moving, others = sum(bool(x.changed) for x in sources), len(found) - len(sources)
    if not found:
        return ""
    also = f" {others} other reading{'s' if others != 1 else ''} of a position would change one too." if others else ""
    return (
        f"The evidence conflicts on {len(sources)} facts; {moving} would change a number here if taken otherwise.{also}"
    )


def tables(ledger: Ledger, found: Sequence[Conflict]) -> list[Table]:
    return [odds_readings(ledger, found), half_lives_table(ledger), moves_table(ledger), conflicts_table(found)]


def answer(ledger: Ledger, found: Sequence[Conflict]) -> tuple[str, ...]:
    return tuple(filter(None, (_standing_sentence(ledger), _conflict_sentence(found))))


def findings(ledger: Ledger, found: Sequence[Conflict]) -> tuple[Finding, ...]:
    made = []
    for s in ledger.standings:
        low, mid, high = map(float, np.percentile(s.half_life, [5, 50, 95]))
        said = f"Stated positions stand as follows, as the time in which half of them move: {_stands(ledger, s)}."
        ends = (low, high) if s.rated else (None, None) if s.moves else (low, None)
        made.append(
            Finding(
                key=f"half_life.{s.actor}",
                sentence=said,
                value=mid if s.rated else None,
                unit="days",
                low=ends[0],
                high=ends[1],
                basis=s.basis,
                sources=("gelman2013",),
            )
        )
    said = _conflict_sentence(found) or "No rival reading sets evidence against evidence."
    return (*made, Finding("conflicts", said, float(sum(x.evidence for x in found)), "count"))
