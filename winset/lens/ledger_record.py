"""Deadlines, accounts, positions and conflicts of sources: the tables and sentences of the ledger's record."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from winset.arrays import Arrays, Study
from winset.case import model as m
from winset.case.patch import apply
from winset.derive import credibility as cred
from winset.derive.contacts import party
from winset.derive.positions import Standing, still_held, weight
from winset.result import Chart, Cited, Column, Finding, Table
from winset.theory import reliability
from winset.units import quantities

EVIDENCE = ("passages", "report", "dataset")
JUDGED = ("place", "attention", "value", "weight", "probability", "probability_per_year", "utility", "utility_per_month", "correlation", "index", "ratio")
AGES = (7, 30, 90)
CHARTS = (
    Chart("accounts_chart", "network", "contradictions", "Who contradicted which account", {"source": "by", "target": "account", "color": "own"},
          "Left: who contradicts; right: the account."),
)  # fmt: skip


@dataclass(frozen=True)
class Ledger:
    """All that may depend on Figures. `rivals`: mean odds by author under rival settings of the deadline record."""

    case: m.Case
    chains: list[cred.Deadline]
    odds: dict[str, cred.Odds]
    rivals: dict[str, dict[str, float]]
    accounts: list[cred.Account]
    standings: list[Standing]
    worth: float

    def answers(self) -> dict[str, float]:
        """The numbers that a rival reading could change."""
        found = {f"{self.name(a)}: next deadline carried out": o.mean for a, o in self.odds.items()}
        return found | {f"{self.name(s.actor)}: moves a position and year": s.pace for s in self.standings}

    def name(self, *actors: str) -> str:
        return ", ".join(self.case.actor[a].name for a in actors)


@dataclass(frozen=True)
class Conflict:
    """A rival reading: the Figure or clause, both values, the main basis, and the answers it changes. evidence: the reading
    and the fact it replaces (a number one could count or measure, or a clause) rest on passages, reports or data."""

    reading: m.Patch
    evidence: bool
    what: str
    main: str
    rival: str
    basis: str
    figures: tuple[str, ...]
    changed: tuple[tuple[str, float, float], ...]


def conflicts(study: Study, base: Ledger, again: Callable[[Sequence[Arrays]], Ledger]) -> list[Conflict]:
    """Readings in which evidence stands against evidence, or that change an answer of the ledger.

    A reading that sets only Figures the ledger does not read cannot change it and is not run.
    """
    known, before, found = study.known, base.answers(), []
    read = {i for o in base.odds.values() for i in o.basis}
    read |= {f.id for f in study.case.figures if f.quantity in ("ideal", "red_line", "place")}
    for patch in study.track(known.readings, "readings of the ledger"):
        changed: tuple[tuple[str, float, float], ...] = ()
        if read & set(patch.set):
            after = again(study.arrays(apply(study.case, patch))).answers()
            changed = tuple((k, v, after[k]) for k, v in before.items() if k in after and abs(after[k] - v) > 1e-9 * max(1.0, abs(v)))
        figures = [known.figure[i] for i in patch.set if i in known.figure]
        against = [f for f in figures if f.basis.kind in EVIDENCE and quantities()[f.quantity].unit not in JUDGED]
        clauses = [(p, i, o) for p, options in patch.clauses.items() if p in known.plan for i, o in options.items()]
        basis = m.parse_basis(patch.basis)
        evidence = basis.kind in EVIDENCE and not basis.judgements and bool(against or clauses)
        if evidence or changed:
            said = _sides(known, patch, against if evidence else figures, clauses)
            found.append(Conflict(patch, evidence, *said, tuple(f.id for f in figures), changed))
    return sorted(found, key=lambda x: (not x.evidence, not x.changed, x.reading.id))


def _sides(case: m.Case, patch: m.Patch, figures: Sequence[m.Figure], clauses: Sequence[tuple[str, str, str]]) -> tuple[str, str, str, str]:
    """What is disputed, the main value, the rival value, and the main basis, in words."""
    if figures:
        first, change = figures[0], patch.set[figures[0].id]
        more = f" and {len(figures) - 1} more" if len(figures) > 1 else ""
        main = first.at or (f"{first.mode:g}" if first.mode is not None else first.distribution)
        return first.key + more, main, change.at or (f"{change.mode:g}" if change.mode is not None else ""), str(first.basis)
    if not clauses:
        return "nothing known at this date", "", "", ""
    plan_id, issue, option = clauses[0]
    held = case.plan[plan_id].clauses.get(issue)
    return f"{case.plan[plan_id].name}: {case.issue[issue].name}", held.option if held else "silent", option, held.basis if held else ""


def tables(ledger: Ledger, found: Sequence[Conflict]) -> list[Table]:
    return [
        deadlines_table(ledger), odds_table(ledger), odds_readings(ledger, found), accounts_table(ledger), contradictions_table(ledger),
        speakers_table(ledger), half_lives_table(ledger), moves_table(ledger), conflicts_table(found),
    ]  # fmt: skip


def deadlines_table(ledger: Ledger) -> Table:
    rows = []
    for d in ledger.chains:
        late = (d.end.date - d.due).days if d.end and d.due else None
        rows.append(
            (d.begun.date, ledger.name(d.author), ledger.name(*d.targets), d.begun.what, d.begun.due or "", float(len(d.moves)), d.due or "",
             float(d.slip) if d.slip is not None else None, d.outcome, d.end.date if d.end else "", float(late) if late is not None else None,
             "; ".join(f"{e.kind.replace('_', ' ')} of {e.date} ({e.id})" for e in d.acts), d.begun.basis)
        )  # fmt: skip
    columns = (
        Column("date", "Set on", "date"), Column("author", "By"), Column("target", "For"), Column("what", "What"), Column("due", "First due", "date"),
        Column("moves", "Moved", "number"), Column("last", "Last due", "date"), Column("slip", "Slip (days)", "number"),
        Column("outcome", "Outcome"), Column("end", "On", "date"), Column("late", "Days after it was due", "number"),
        Column("acts", "What its author said or did about it"), Column("basis", "Basis"),
    )  # fmt: skip
    note = "Slip: days by which the date was put off; below zero it was brought forward. Lapsed: passed without what was announced."
    return Table("deadlines", "Deadlines, who set them, and what became of them", columns, tuple(rows), note)


def odds_table(ledger: Ledger) -> Table:
    rows = []
    prior = reliability.broad_prior(worth=ledger.worth)
    for author, odds in ledger.odds.items():
        low, high = odds.interval
        need = reliability.executions_needed((prior[0] + odds.executed, prior[1] + odds.defied - odds.executed), 0.5)
        rows.append((ledger.name(author), float(odds.defied), odds.executed, float(odds.open), Cited(odds.mean, odds.basis), low, high, float(need)))
    columns = (
        Column("author", "Author"), Column("defied", "Ran out", "number"), Column("executed", "Carried out", "number"),
        Column("open", "Open", "number"), Column("chance", "Next is carried out if defied", "share"), Column("low", "5th percentile", "share"),
        Column("high", "95th percentile", "share"), Column("need", "In a row to reach even odds", "number"),
    )  # fmt: skip
    note = (
        f"Prior: Beta({prior[0]:.2f}, {prior[1]:.2f}), worth {ledger.worth:g} cases and centred on {reliability.RESISTED_SANCTION_THREATS.share:.2f}: "
        f"{reliability.RESISTED_SANCTION_THREATS.name} ({reliability.RESISTED_SANCTION_THREATS.source}, n = {reliability.RESISTED_SANCTION_THREATS.cases}). "
        "What was carried out in part counts in part, where the case says how much."
    )
    return Table("odds", "The chance that the next deadline is carried out", columns, tuple(rows), note)


def odds_readings(ledger: Ledger, found: Sequence[Conflict]) -> Table:
    rows = [(ledger.name(a), "as stated", o.mean) for a, o in ledger.odds.items()]
    rows += [(ledger.name(a), label, mean) for label, means in ledger.rivals.items() for a, mean in means.items()]
    for conflict in found:
        rows += [
            (ledger.name(a), f"reading: {conflict.reading.title}", after)
            for a in ledger.odds for key, _, after in conflict.changed if key == f"{ledger.name(a)}: next deadline carried out"
        ]  # fmt: skip
    columns = (Column("author", "Author"), Column("reading", "Reading"), Column("chance", "Next is carried out if defied", "share"))
    return Table("odds_readings", "The same under rival readings", columns, tuple(sorted(rows, key=lambda r: r[0])))


def accounts_table(ledger: Ledger) -> Table:
    rows = []
    for a in ledger.accounts:
        denied = "; ".join(f"{ledger.name(*d.source)}, {d.date}: {d.what}" for d in a.denials)
        rows.append(
            (a.event.date, ledger.name(*a.event.source), a.event.kind, a.event.what, a.fate, denied, float(a.lag) if a.lag is not None else None,
             " | ".join([a.event.basis, *(d.basis for d in a.denials)]))
        )  # fmt: skip
    columns = (
        Column("date", "Date", "date"), Column("who", "Speaker"), Column("kind", "Kind"), Column("what", "Said"), Column("fate", "Fate"),
        Column("denied", "Contradicted by"), Column("lag", "After days", "number"), Column("basis", "Basis"),
    )  # fmt: skip
    note = "Open: no later event refers to it. Days are counted from the first day of a week or month where only that is known."
    return Table("accounts", "Accounts, and who contradicted them", columns, tuple(rows), note)


def contradictions_table(ledger: Ledger) -> Table:
    rows = []
    for a in (x for x in ledger.accounts if x.denials):
        said = f"{ledger.name(*a.event.source)}, {a.event.date.day} {a.event.date:%b} ({a.event.id})"
        for d in a.denials:
            own = "the speaker" if set(d.source) & set(a.event.source) else "someone else"
            rows.append((f"by {ledger.name(*d.source)}", said, own))
    columns = (Column("by", "Contradicted by"), Column("account", "Account"), Column("own", "Who contradicts"))
    return Table("contradictions", "Who contradicted which account", columns, tuple(rows))


def _speakers(ledger: Ledger) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for a in ledger.accounts:
        for speaker in a.event.source:
            found[speaker][a.fate] += 1
            found[speaker]["itself"] += bool(a.denials and cred.by_itself(a))
    return dict(sorted(found.items(), key=lambda kv: (-sum(kv[1].values()), kv[0])))


def speakers_table(ledger: Ledger) -> Table:
    case, rows = ledger.case, []
    quoted = Counter(p.speaker for p in case.passages)
    for speaker, n in _speakers(ledger).items():
        r = reliability.speaker_record(n["borne out"], n["contradicted"], n["open"])
        worst = reliability.speaker_record(n["borne out"], n["contradicted"] + n["open"]).mean
        best = reliability.speaker_record(n["borne out"] + n["open"], n["contradicted"]).mean
        rows.append(
            (ledger.name(speaker), ledger.name(party(case, speaker)), float(n["contradicted"]), float(n["itself"]), float(n["borne out"]), float(n["open"]),
             r.mean, r.low, r.high, worst, best, float(quoted[speaker]))
        )  # fmt: skip
    columns = (
        Column("who", "Speaker"), Column("side", "Side"), Column("contradicted", "Contradicted", "number"), Column("itself", "of these by the speaker", "number"),
        Column("borne", "Borne out", "number"), Column("open", "Open", "number"), Column("share", "Share borne out", "share"),
        Column("low", "5th percentile", "share"), Column("high", "95th percentile", "share"), Column("worst", "Open ones against", "share"),
        Column("best", "Open ones in favour", "share"), Column("quoted", "Passages that quote", "number"),
    )  # fmt: skip
    note = "Flat prior Beta(1, 1). A record of what the sources report, which is not all that was said: see the note on the sources."
    return Table("speakers", "Each speaker's record", columns, tuple(rows), note)


def half_lives_table(ledger: Ledger) -> Table:
    rows = []
    for s in ledger.standings:
        low, mid, high = np.percentile(s.half_life, [5, 50, 95])
        held = [still_held(s.half_life, age) for age in AGES]
        rows.append(
            (ledger.name(s.actor), float(s.followed), float(s.days), float(len(s.moves)), float(sum(x.back for x in s.moves)), Cited(float(mid), s.basis),
             float(low), float(high), *(float((1 + h.mean()) / 2) for h in held), float(np.median(weight(held[1]))))
        )  # fmt: skip
    columns = (
        Column("actor", "Actor"), Column("followed", "Positions", "number"), Column("days", "Position-days", "number"), Column("moves", "Moves", "number"),
        Column("back", "of these back", "number"), Column("half", "Half-life (days)", "number"), Column("low", "5th percentile", "number"),
        Column("high", "95th percentile", "number"), *(Column(f"b{a}", f"Even odds, statement {a} days old", "share") for a in AGES),
        Column("weight", "Likelihood ratio at 30 days", "number"),
    )  # fmt: skip
    note = (
        "Followed from the first day on which all who must sign have a position. Back: takes back half or more of the move before it. Prior: "
        "Jeffreys' Gamma(1/2, 0) on moves per position-day. The moves are those that the coder of the case saw in its sources."
    )
    return Table("half_lives", "How long a position stands, and what a statement is worth", columns, tuple(rows), note)


def moves_table(ledger: Ledger) -> Table:
    rows = [
        (x.date, ledger.name(x.actor), ledger.case.issue[x.issue].name, x.quantity.replace("_", " "), x.before, x.after, Cited(x.size, x.basis),
         float(x.held), "yes" if x.back else "no")
        for s in ledger.standings for x in s.moves
    ]  # fmt: skip
    columns = (
        Column("date", "Known since", "date"), Column("actor", "Actor"), Column("issue", "Issue"), Column("what", "What"), Column("before", "From"),
        Column("after", "To"), Column("size", "Move (of 100)", "number"), Column("held", "Days held before", "number"), Column("back", "Back"),
    )  # fmt: skip
    return Table("moves", "Every move of a position", columns, tuple(sorted(rows, key=lambda r: (r[0], r[1], r[2]))))


def conflicts_table(found: Sequence[Conflict]) -> Table:
    rows = []
    for x in found:
        moved = "; ".join(f"{k}: {v:.3g} → {w:.3g}" for k, v, w in sorted(x.changed, key=lambda c: -abs(c[2] - c[1]))[:3]) or "no"
        rows.append(("a fact" if x.evidence else "a position", x.reading.title, x.what, Cited(x.main, x.figures), x.basis, x.rival, x.reading.basis, moved))
    columns = (
        Column("sort", "Sort"), Column("reading", "Reading"), Column("what", "About"), Column("main", "Taken as"), Column("main_basis", "On the strength of"),
        Column("rival", "Rival"), Column("basis", "Its basis"), Column("changed", "Changes an answer here"),
    )  # fmt: skip
    return Table("conflicts", "Where the sources disagree", columns, tuple(rows))


def answer(ledger: Ledger, found: Sequence[Conflict]) -> tuple[str, ...]:
    return tuple(filter(None, (*_deadline_sentences(ledger), _account_sentence(ledger), _standing_sentence(ledger), _conflict_sentence(found))))


def _deadline_sentences(ledger: Ledger) -> list[str]:
    if not ledger.chains:
        return ["No deadline is recorded, so nothing can be said on what the next one is worth."]
    said = []
    for author, odds in ledger.odds.items():
        chains = [d for d in ledger.chains if d.author == author]
        count = Counter(d.outcome for d in chains)
        moved = sum(bool(d.moves) for d in chains)
        fates = ", ".join(f"{n} {outcome}" for outcome, n in sorted(count.items()))
        low, high = odds.interval
        rival = [means[author] for means in ledger.rivals.values()]
        said.append(
            f"Deadlines set by {ledger.name(author)}: {len(chains)} ({fates}; {moved} of them moved first). If its next one is defied, the chance that it is "
            f"carried out is {odds.mean:.0%} ({low:.0%} to {high:.0%}; {min([odds.mean, *rival]):.0%} to {max([odds.mean, *rival]):.0%} over other priors)."
        )
    return said


def _account_sentence(ledger: Ledger) -> str:
    denied = [a for a in ledger.accounts if a.denials]
    if not denied:
        return f"None of the {len(ledger.accounts)} accounts on record is contradicted in it." if ledger.accounts else ""
    own = sum(cred.by_itself(a) for a in denied)
    days = [a.lag for a in denied if a.lag is not None]
    sides = sorted({party(ledger.case, s) for a in denied for s in a.event.source})
    only = (
        f" All of them are by speakers of one side, {ledger.name(*sides)}: that is a property of what the sources report, not a finding on who is more truthful."
        if len(sides) == 1 and len(denied) > 1 else ""
    )  # fmt: skip
    return (
        f"{len(denied)} of {len(ledger.accounts)} accounts (claims and offers) are contradicted, {own} of these by the speaker, half of them within "
        f"{np.median(days):.0f} days at most.{only}"
    )


def _standing_sentence(ledger: Ledger) -> str:
    if not ledger.standings:
        return ""
    told = "; ".join(_stands(ledger, s) for s in sorted(ledger.standings, key=lambda s: (float(np.median(s.half_life)), s.actor)))
    return f"How long a stated position stands, as the time in which half of them move: {told}."


def _stands(ledger: Ledger, s: Standing) -> str:
    low, mid, high = np.percentile(s.half_life, [5, 50, 95])
    if not s.moves:
        return f"{ledger.name(s.actor)} at least {low:.0f} days (none of {s.followed} positions moved)"
    back = sum(x.back for x in s.moves)
    on = len({x.date for x in s.moves})
    return (
        f"{ledger.name(s.actor)} {mid:.0f} days ({low:.0f} to {high:.0f}; {len(s.moves)} moves of {s.followed} positions on {on} days, "
        f"{back} of them taking back the one before)"
    )


def _conflict_sentence(found: Sequence[Conflict]) -> str:
    sources = [x for x in found if x.evidence]
    moving, others = sum(bool(x.changed) for x in sources), len(found) - len(sources)
    if not found:
        return ""
    also = f" {others} other reading{'s' if others != 1 else ''} of a position would change one too." if others else ""
    return f"The evidence conflicts on {len(sources)} facts; {moving} of them would change a number of this ledger if the other side were right.{also}"


def findings(ledger: Ledger, found: Sequence[Conflict]) -> tuple[Finding, ...]:
    made = []
    for author, odds in ledger.odds.items():
        low, high = odds.interval
        made.append(
            Finding(
                f"deadline.{author}", f"If the next deadline of {ledger.name(author)} is defied, it is carried out with chance {odds.mean:.0%} ({low:.0%} to "
                f"{high:.0%}), after {odds.executed:.2g} of {odds.defied} were.", odds.mean, "probability", low, high, basis=odds.basis,
                sources=("gelman2013", "morgan2014"),
            )
        )  # fmt: skip
    for speaker, n in _speakers(ledger).items():
        r = reliability.speaker_record(n["borne out"], n["contradicted"], n["open"])
        made.append(
            Finding(
                f"speaker.{speaker}", f"Of the accounts by {ledger.name(speaker)} {n['contradicted']} are contradicted in the record, {n['borne out']} borne out and "
                f"{n['open']} open; a flat prior makes the share borne out {r.mean:.0%} ({r.low:.0%} to {r.high:.0%}).",
                r.mean, "probability", r.low, r.high, sources=("gelman2013",),
            )
        )  # fmt: skip
    for s in ledger.standings:
        low, mid, high = map(float, np.percentile(s.half_life, [5, 50, 95]))
        made.append(
            Finding(f"half_life.{s.actor}", f"Stated positions stand as follows, as the time in which half of them move: {_stands(ledger, s)}.",
                    mid, "days", low, high, basis=s.basis, sources=("gelman2013",))
        )  # fmt: skip
    made.append(Finding("conflicts", _conflict_sentence(found) or "No rival reading sets evidence against evidence.", float(len(found)), "count"))
    return tuple(made)


def notes(ledger: Ledger) -> tuple[str, ...]:
    case = ledger.case
    sides = Counter(party(case, p.speaker) for p in case.passages if p.speaker in case.actor)
    told = ", ".join(f"{ledger.name(a)} {n}" for a, n in sorted(sides.items(), key=lambda kv: (-kv[1], kv[0])))
    said = [f"Passages that quote or report a speaker, by side: {told}. A side that is quoted more can be contradicted more."] if told else []
    if case.missing_voices:
        said.append(f"No source carries the own voice of: {', '.join(v.who for v in case.missing_voices)}.")
    return tuple(said)
