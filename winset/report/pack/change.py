"""The change note: since a date, or against an earlier run, what moved, and which fact moved it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from winset.report import words
from winset.report.pack.moved import SURE, TOGETHER, Fact, Moved, Tried, askable
from winset.report.pack.paper import Block, Cell, Heading, Paper, Prose, Said, Sheet, brief, share, text
from winset.report.pack.told import Told, found

KEY, TITLE = "change", "Change note"
SHOWN = 30  # headlines that are told as moved, and facts that are told; the spreadsheet has all
VALUE = re.compile(r"(?:,| in)? (?:under |over )?[<>]?\d+(?:\.\d+)?%(?: of the draws)?")
NAMED = 3  # facts that are named beside a headline


@dataclass(frozen=True)
class Changes:
    """What a change note tells: the earlier date, what differs beside the facts, headlines, facts, and what was
    tried.
    """

    since: dt.date
    against: str
    differs: tuple[str, ...]
    tried: Tried
    facts: tuple[Fact, ...]
    new: tuple[str, ...] = ()

    @property
    def headlines(self) -> tuple[Moved, ...]:
        return self.tried.headlines


def change(told: Told, changes: Changes) -> Paper:
    moved = [h for h in changes.headlines if h.told]
    blocks: list[Block] = [Prose((Said(_lead(changes, moved)),), "lead")]
    if changes.differs:
        blocks.append(Prose((Said(f"The two runs differ in more than the facts: {'; '.join(changes.differs)}."),)))
    if moved:
        heads = ("Headline", "Then", "Now", "Change", "What moved it")
        rows = tuple(_row(told, h, changes) for h in moved[:SHOWN])
        blocks += [Heading("What moved"), Sheet("", "", heads, (0.33, 0.08, 0.08, 0.13, 0.38), rows, _note(changes))]
    if changes.new:
        names = "; ".join(brief(n, 80) for n in changes.new)
        blocks.append(Prose((Said(f"New, so that nothing can be compared: {names}."),)))
    still = len(changes.headlines) - len(moved)
    if still:
        blocks.append(
            Prose((Said(f"{still} other headlines did not move beyond chance; the spreadsheet has them."),), "note")
        )
    blocks += _facts(changes)
    data = (_all(told, changes),) if changes.headlines else ()
    return Paper(key=KEY, title=TITLE, kicker=told.kicker(), blocks=tuple(blocks), data=data)


def _lead(changes: Changes, moved: Sequence[Moved]) -> str:
    since = f"Since {words.day(changes.since)}{f' ({changes.against})' if changes.against else ''}"
    facts = f"{len(changes.facts)} fact{'' if len(changes.facts) == 1 else 's'} became public"
    if not changes.headlines:
        return f"{since} {facts}. No headline is in both reports, so nothing can be compared."
    if not moved:
        return f"{since} {facts}; none of {len(changes.headlines)} headlines moved beyond chance."
    return f"{since} {facts}; {len(moved)} of {len(changes.headlines)} headlines moved beyond chance."


def _note(changes: Changes) -> str:
    alone = sum(id(f) in changes.tried.alone for f in changes.facts)
    able = sum(f.alone and id(f) not in changes.tried.unread for f in changes.facts)
    said = (
        f"A headline has moved where its change is half a point or more and beyond {SURE:g} standard errors of the "
        f"draws. What moved it: each of {alone} facts was left out by itself, on {changes.tried.draws} "
        "draws, and is named where the headline then goes back beyond as many errors; the points beside it are that "
        "effect. Where no single fact does, all facts of a kind were left out together; events and acts only so."
    )
    if alone < able:
        said += f" {able - alone} more could not be left out by themselves, or are older than those tried."
    return said


def _row(told: Told, headline: Moved, changes: Changes) -> tuple[Cell, ...]:
    finding = told.finding(headline.lens, headline.key)
    said = _words(headline.key, finding.sentence) if finding else headline.key
    cites = found(headline.lens, headline.key)
    return (
        text(brief(words.dated(said), 220), cites=cites),
        share(headline.then),
        share(headline.now),
        text(_points(headline.change)),
        _movers(headline, changes),
    )


def _words(key: str, sentence: str) -> str:
    """A headline without its value, which stands beside it then and now.

    >>> _words("signs.a.b", "The draft is signed by North in 95% of the draws (31% to 98% over readings).")
    'The draft is signed by North'
    >>> _words("zone.home", "A package exists in 77% of the draws, counting ratification.")
    'A package exists, counting ratification'
    >>> _words("model.ended.12", "By the model alone: 65% (15% to 100% over draws).")
    'The fighting is over within 12 months, by the model alone'
    """
    if key.startswith("model.ended."):
        return f"The fighting is over within {key.split('.')[2]} months, by the model alone"
    return VALUE.sub("", sentence.split(" (")[0]).rstrip(".")


def _points(value: float) -> str:
    return f"{'+' if value >= 0 else '−'}{100 * abs(value):.0f} points"


def _movers(headline: Moved, changes: Changes) -> Cell:
    if headline.by:
        return Cell(
            tuple(
                Said(
                    f"{'' if f.kind == TOGETHER else words.day(f.date) + ', '}{brief(f.what, 110)}: {_points(change)}",
                    f.cites[:2],
                )
                for f, change in headline.by[:NAMED]
            )
        )
    if not changes.facts:
        return text("no fact became public: the change comes from what else differs")
    if not askable(headline.key):
        return text("not tried: this headline is not asked again fact by fact")
    return text("no fact, alone or with those of its kind, moves it beyond chance")


def _facts(changes: Changes) -> list[Block]:
    if not changes.facts:
        return [Prose((Said("No fact became public between the two."),))]
    moves: dict[int, int] = {}
    for headline in changes.headlines:
        for fact, _ in headline.by:
            moves[id(fact)] = moves.get(id(fact), 0) + 1
    idle = changes.tried.unread
    order = sorted(changes.facts, key=lambda f: (-moves.get(id(f), 0), id(f) in idle, -f.date.toordinal()))
    rows = []
    for fact in order[:SHOWN]:
        does = _does(changes, fact, moves.get(id(fact), 0))
        rows.append(
            (text(words.day(fact.date)), text(fact.kind), text(brief(fact.what, 200), cites=fact.cites[:3]), text(does))
        )
    note = f"{len(order) - SHOWN} more facts are not listed here." if len(order) > SHOWN else ""
    heads = ("Public since", "Kind", "What", "What it moves")
    return [Heading("What became public"), Sheet("facts", "", heads, (0.13, 0.1, 0.55, 0.22), tuple(rows), note)]


def _does(changes: Changes, fact: Fact, count: int) -> str:
    if count:
        return f"moves {count} headline{'' if count == 1 else 's'}"
    if id(fact) in changes.tried.unread:
        return "not read by a headline"
    if id(fact) in changes.tried.alone:
        return "none seen alone"
    return f"tried with all {fact.kind}s" if changes.tried.draws else "not tried"


def _all(told: Told, changes: Changes) -> Sheet:
    """Every headline, moved or not, for a spreadsheet."""
    rows = []
    for headline in changes.headlines:
        finding = told.finding(headline.lens, headline.key)
        rows.append(
            (
                text(headline.key),
                text(finding.sentence if finding else ""),
                share(headline.then),
                share(headline.now, found(headline.lens, headline.key)),
                Cell((Said(_points(headline.change)),), headline.change, "number"),
                text("moved" if headline.told else "not beyond chance"),
                _movers(headline, changes) if headline.told else Cell(),
            )
        )
    heads = ("Key", "In words, now", "Then", "Now", "Change", "Verdict", "What moved it")
    return Sheet("headlines", "Headlines then and now", heads, (), tuple(rows))
