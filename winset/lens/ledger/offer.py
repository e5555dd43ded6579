"""What the ledger offers to readers of one page: what the record says of deadlines and words."""

from __future__ import annotations

from collections import Counter

import numpy as np

from winset.case import model as m
from winset.derive.record import contacts as c
from winset.derive.record.credibility import by_itself
from winset.derive.record.talks import Talks
from winset.lens.ledger.record import Ledger
from winset.lens.ledger.talks import who
from winset.result import Offer, Point
from winset.settings import number
from winset.spoken import between, count, one_in, percent

AUTHORS = 2  # no answer: authors of deadlines that the brief names


def offer(case: m.Case, ledger: Ledger, talks: Talks | None) -> Offer:
    """The headline and the points, from the deadlines, the accounts and the attacks after talks."""
    order = sorted(ledger.odds, key=lambda a: (-sum(d.author == a for d in ledger.chains), a))
    dates = [_dates(ledger, author) for author in order[:AUTHORS]]
    words, attacks = _words(ledger), _attacks(case, talks)
    if order:
        head = _next(ledger, order[0])
        kept = ledger.odds[order[0]].mean > 0.5
        then = "more often a reason to act than not" if kept else "no reason to expect that it is carried out"
        so_what = f"A date set by {ledger.name(order[0])} is, by its record, {then}."
    else:
        head = words or "The record holds no deadline and no account that was contradicted."
        so_what = "What was said cannot be held against what was done until deadlines or accounts are on record."
    return Offer(
        headline=head,
        picture="around_chart" if attacks else "accounts_chart",  # without an attack the first would be empty
        so_what=so_what,
        points=tuple(Point("deadlines", text) for text in (*dates, attacks, words) if text)
        or (Point("deadlines", head, greyed=True),),
    )


def _next(ledger: Ledger, author: str) -> str:
    return (
        f"The next deadline of {ledger.name(author)}, if not met, is carried out "
        f"{one_in(ledger.odds[author].mean, 'cases')}."
    )


def _dates(ledger: Ledger, author: str) -> str:
    """How many dates an author set, what became of them, and the odds of the next."""
    chains, odds = [d for d in ledger.chains if d.author == author], ledger.odds[author]
    held = sorted(Counter(d.outcome for d in chains).items())
    fates = ", ".join(f"{n} {outcome}" if len(chains) > 1 else outcome for outcome, n in held)
    told = f"{ledger.name(author)} set {count(len(chains), 'deadline')} ({fates})"
    return f"{told}; the next, if not met, is carried out in {percent(odds.mean)} ({between(*odds.interval)})."


def _words(ledger: Ledger) -> str:
    """How many accounts were contradicted, and by whom."""
    denied = [a for a in ledger.accounts if a.denials]
    if not denied:
        return ""
    own = sum(by_itself(a) for a in denied)
    if len(ledger.accounts) == 1:
        return (
            f"The one account of what was agreed or offered was contradicted later, {'' if own else 'not '}by the "
            "speaker's own side."
        )
    return (
        f"Of {count(len(ledger.accounts), 'account')} of what was agreed or offered {count(len(denied))} "
        f"{'was' if len(denied) == 1 else 'were'} contradicted later, {count(own) if own else 'none'} by the "
        "speaker's own side."
    )


def _attacks(case: m.Case, talks: Talks | None) -> str:
    """Whether attacks follow the contacts that the case asks about, as association."""
    week = talks and talks.tests.get((talks.head.key, c.WINDOWS[-1]))
    if not talks or not week or not np.isfinite(week.ratio):
        return ""
    asked = min(x.over_all for x in talks.asked.values())
    chance = "no more than chance explains" if asked > number("talks.alpha") else "more than chance explains"
    word = "more" if week.ratio >= 1 else "fewer"
    return (
        f"In the week after {who(case, talks.head)} there were {abs(week.ratio - 1):.0%} {word} {talks.series.name} "
        f"than on other days, {chance}: an association, not an effect."
    )
