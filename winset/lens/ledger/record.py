"""Deadlines and accounts: the tables and sentences of the ledger's record."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from winset.case import model as m
from winset.derive.record import credibility as cred
from winset.derive.record.positions import Standing
from winset.lens.ledger.cells import columns
from winset.result import Chart, Cited, Finding, Table, cited
from winset.spoken import count
from winset.theory import reliability

CHARTS = (
    Chart(
        "accounts_chart",
        "network",
        "contradictions",
        "Who contradicted which account",
        {"source": "by", "target": "account", "color": "own"},
        "Left: who contradicts; right: the account.",
    ),
)


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

    def odds_basis(self, author: str) -> tuple[str, ...]:
        """The deadlines of an author, and the Figures on how far they were carried out."""
        return (*chain(*(d for d in self.chains if d.author == author)), *self.odds[author].basis)

    def name(self, *actors: str) -> str:
        return ", ".join(self.case.actor[a].name for a in actors)


def tables(ledger: Ledger) -> list[Table]:
    return [
        *(deadlines_table(ledger), odds_table(ledger), accounts_table(ledger)),
        *(contradictions_table(ledger), speakers_table(ledger)),
    ]


def chain(*deadlines: cred.Deadline) -> tuple[str, ...]:
    """Ids of the events of some deadlines: set, moved, ended."""
    held = [e for d in deadlines for e in (d.begun, *d.moves, *((d.end,) if d.end else ()))]
    return tuple(dict.fromkeys(e.id for e in held))


def deadlines_table(ledger: Ledger) -> Table:
    rows = []
    for d in ledger.chains:
        late = (d.end.date - d.due).days if d.end and d.due else None
        rows.append(
            cited(
                chain(d),
                d.begun.date,
                ledger.name(d.author),
                ledger.name(*d.targets),
                d.begun.what,
                d.begun.due or "",
                float(len(d.moves)),
                d.due or "",
                float(d.slip) if d.slip is not None else None,
                d.outcome,
                d.end.date if d.end else "",
                float(late) if late is not None else None,
                "; ".join(f"{e.kind.replace('_', ' ')} of {e.date} ({e.id})" for e in d.acts),
                d.begun.basis,
            )
        )
    heads = columns(
        "date=Set on=date; author=By; target=For; what=What; due=First due=date; moves=Moved=number; "
        "last=Last due=date; slip=Slip (days)=number; outcome=Outcome; end=On=date; late=Days after it "
        "was due=number; acts=What its author said or did about it; basis=Basis"
    )
    note = "Slip: days by which the date was put off (below zero: brought forward). Lapsed: passed without the act."
    return Table("deadlines", "Deadlines, who set them, and what became of them", heads, tuple(rows), note)


def odds_table(ledger: Ledger) -> Table:
    rows, broad = [], reliability.STANDING_THREATS
    prior = reliability.broad_prior(broad, ledger.worth)
    for author, odds in ledger.odds.items():
        low, high = odds.interval
        need = reliability.executions_needed((prior[0] + odds.executed, prior[1] + odds.defied - odds.executed), 0.5)
        basis = ledger.odds_basis(author)
        counts = (float(odds.defied), odds.executed, float(odds.open))
        rows.append(cited(basis, ledger.name(author), *counts, odds.mean, low, high, float(need)))
    heads = columns(
        "author=Author; defied=Ran out=number; executed=Carried out=number; open=Open=number; chance=Next "
        "is carried out if defied=share; low=5th percentile=share; high=95th percentile=share; need=In a "
        "row to reach even odds=number"
    )
    note = (
        f"Prior: Beta({prior[0]:.2f}, {prior[1]:.2f}), worth {ledger.worth:g} cases and centred on "
        f"{broad.share:.2f}: {broad.name}, carried out in {broad.k} of {broad.n} ({broad.source}). "
        "What was carried out in part counts in part, where the case says how much."
    )
    return Table("odds", "The chance that the next deadline is carried out", heads, tuple(rows), note)


def accounts_table(ledger: Ledger) -> Table:
    rows = []
    for a in ledger.accounts:
        denied = "; ".join(f"{ledger.name(*d.source)}, {d.date}: {d.what}" for d in a.denials)
        rows.append(
            cited(
                [a.event.id, *(d.id for d in a.denials)],
                a.event.date,
                ledger.name(*a.event.source),
                a.event.kind,
                a.event.what,
                a.fate,
                denied,
                float(a.lag) if a.lag is not None else None,
                " | ".join([a.event.basis, *(d.basis for d in a.denials)]),
            )
        )
    heads = columns(
        "date=Date=date; who=Speaker; kind=Kind; what=Said; fate=Fate; denied=Contradicted by; lag=After "
        "days=number; basis=Basis"
    )
    note = "Open: no later event refers to it. Days: at most, to the day by which the denial was known."
    return Table("accounts", "Accounts, and who contradicted them", heads, tuple(rows), note)


def contradictions_table(ledger: Ledger) -> Table:
    rows = []
    for a in (x for x in ledger.accounts if x.denials):
        said = f"{ledger.name(*a.event.source)}, {a.event.date.day} {a.event.date:%b} ({a.event.id})"
        for d in a.denials:
            own = "the speaker" if set(d.source) & set(a.event.source) else "someone else"
            rows.append((f"by {ledger.name(*d.source)}", said, own))
    heads = columns("by=Contradicted by; account=Account; own=Who contradicts")
    return Table("contradictions", "Who contradicted which account", heads, tuple(rows))


def _speakers(ledger: Ledger) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for a in ledger.accounts:
        for speaker in a.event.source:
            found[speaker][a.fate] += 1
            found[speaker]["itself"] += bool(a.denials and cred.by_itself(a))
    return dict(sorted(found.items(), key=lambda kv: (-sum(kv[1].values()), kv[0])))


def _accounts_of(ledger: Ledger, speaker: str) -> tuple[str, ...]:
    """Ids of a speaker's accounts and of what contradicts them."""
    own = [a for a in ledger.accounts if speaker in a.event.source]
    return tuple(dict.fromkeys(e.id for a in own for e in (a.event, *a.denials)))


def speakers_table(ledger: Ledger) -> Table:
    case, rows = ledger.case, []
    quoted = Counter(p.speaker for p in case.passages)
    for speaker, n in _speakers(ledger).items():
        r = reliability.speaker_record(n["borne out"], n["contradicted"], n["open"])
        worst = reliability.speaker_record(n["borne out"], n["contradicted"] + n["open"]).mean
        best = reliability.speaker_record(n["borne out"] + n["open"], n["contradicted"]).mean
        rows.append(
            cited(
                _accounts_of(ledger, speaker),
                ledger.name(speaker),
                ledger.name(case.party_of(speaker)),
                float(n["contradicted"]),
                float(n["itself"]),
                float(n["borne out"]),
                float(n["open"]),
                r.mean,
                r.low,
                r.high,
                worst,
                best,
                Cited(float(quoted[speaker]), tuple(sorted(p.id for p in case.passages if p.speaker == speaker))),
            )
        )
    heads = columns(
        "who=Speaker; side=Side; contradicted=Contradicted=number; itself=of these by the speaker=number; "
        "borne=Borne out=number; open=Open=number; share=Share borne out=share; low=5th percentile=share; "
        "high=95th percentile=share; worst=Open ones against=share; best=Open ones in favour=share; "
        "quoted=Passages that quote=number"
    )
    note = "Flat prior Beta(1, 1). A record of what the sources report, which is not all that was said."
    return Table("speakers", "Each speaker's record", heads, tuple(rows), note)


def answer(ledger: Ledger) -> tuple[str, ...]:
    return tuple(filter(None, (*_deadline_sentences(ledger), _account_sentence(ledger))))


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
            f"Deadlines set by {ledger.name(author)}: {len(chains)} ({fates}; {moved} of them moved first). If its "
            f"next one is not met, the chance that it is "
            f"carried out is {odds.mean:.0%} ({low:.0%} to {high:.0%}; {min([odds.mean, *rival]):.0%} to "
            f"{max([odds.mean, *rival]):.0%} over other priors)."
        )
    return said


def _account_sentence(ledger: Ledger) -> str:
    denied = [a for a in ledger.accounts if a.denials]
    if not denied:
        return (
            f"None of the {len(ledger.accounts)} accounts on record is contradicted in it." if ledger.accounts else ""
        )
    own = sum(cred.by_itself(a) for a in denied)
    days = [a.lag for a in denied if a.lag is not None]
    sides = sorted({ledger.case.party_of(s) for a in denied for s in a.event.source})
    only = (
        f" All of them are by speakers of one side, {ledger.name(*sides)}: that is a property of what the sources "
        f"report, not a finding on who is more truthful."
        if len(sides) == 1 and len(denied) > 1
        else ""
    )
    if len(ledger.accounts) == 1:
        return (
            f"The one account (a claim or an offer) was contradicted, {'' if own else 'not '}by the speaker, within "
            f"{count(round(float(np.median(days))), 'day')}."
        )
    return (
        f"{len(denied)} of {len(ledger.accounts)} accounts (claims and offers) {'is' if len(denied) == 1 else 'are'} "
        f"contradicted, {own} of these by the speaker, half of them within {np.median(days):.0f} days at most.{only}"
    )


def findings(ledger: Ledger) -> tuple[Finding, ...]:
    made = []
    for author, odds in ledger.odds.items():
        low, high = odds.interval
        said = (
            f"If the next deadline of {ledger.name(author)} is not met, it is carried out with chance {odds.mean:.0%} "
            f"({low:.0%} to {high:.0%}), after {odds.executed:.2g} of {odds.defied} were."
        )
        sources = ("gelman2013", "morgan2014")
        made.append(
            Finding(
                f"deadline.{author}",
                said,
                odds.mean,
                "probability",
                low,
                high,
                None,
                ledger.odds_basis(author),
                sources,
            )
        )
    for speaker, n in _speakers(ledger).items():
        r = reliability.speaker_record(n["borne out"], n["contradicted"], n["open"])
        said = (
            f"Of the accounts by {ledger.name(speaker)} {n['contradicted']} are contradicted in the record, "
            f"{n['borne out']} borne out and {n['open']} open; a flat prior makes the share borne out {r.mean:.0%} "
            f"({r.low:.0%} to {r.high:.0%})."
        )
        basis = _accounts_of(ledger, speaker)
        made.append(
            Finding(f"speaker.{speaker}", said, r.mean, "probability", r.low, r.high, None, basis, ("gelman2013",))
        )
    return tuple(made)


def notes(ledger: Ledger) -> tuple[str, ...]:
    case = ledger.case
    sides = Counter(case.party_of(p.speaker) for p in case.passages if p.speaker in case.actor)
    told = ", ".join(f"{ledger.name(a)} {n}" for a, n in sorted(sides.items(), key=lambda kv: (-kv[1], kv[0])))
    said = (
        [
            f"Passages that quote or report a speaker, by side: {told}. A side that is quoted more can be "
            f"contradicted more."
        ]
        if told
        else []
    )
    if case.missing_voices:
        said.append(f"No source lets these speak directly: {', '.join(v.who for v in case.missing_voices)}.")
    return tuple(said)
