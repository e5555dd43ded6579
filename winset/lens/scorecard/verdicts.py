"""What a source says of who gains most, tested with the criteria its author used and with others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from winset.arrays import Arrays
from winset.case import model as m
from winset.case.criteria import BEFORE, TODAY, Verdict
from winset.derive.worth import scores
from winset.lens.scorecard import shares
from winset.lens.scorecard.shares import Scored, Share
from winset.lens.scorecard.words import leads, spread, trails, under, weightings
from winset.result import Column, Finding, Table, cited
from winset.spoken import listed

SETS = {
    "author": "the criteria its author used",
    "others": "the case's other criteria",
    "all": "all criteria of the case",
}
STATES = {"holds": "holds", "fails": "fails", "depends": "hangs on the weighting"}
MEASURES = {TODAY: "nearer to its own victory", BEFORE: "has come nearer to it since before the war"}


@dataclass(frozen=True)
class Tried:
    """A verdict by one set of criteria and one measure, against one other actor."""

    verdict: Verdict
    by: str
    measure: str
    other: str
    share: Share
    basis: tuple[str, ...]


def tried(case: m.Case, arrays: Sequence[Arrays]) -> list[Tried]:
    """Every verdict of the case by every set of criteria for which there are scores."""
    card, found = case.scorecard, []
    for verdict in sorted(card.verdicts, key=lambda v: v.id) if card else ():
        own = set(verdict.criteria)
        every = {c.id for c in card.criteria} if card else set()
        for by, chosen in (("author", own), ("others", every - own), ("all", every)):
            boards = {s.actor: s for s in shares.scored(scores.boards(arrays, chosen))}
            first = boards.pop(verdict.actor, None)
            for other in boards.values() if first else ():
                found += _against(case, verdict, by, first, other)  # type: ignore[arg-type]
    return found


def _against(case: m.Case, verdict: Verdict, by: str, one: Scored, other: Scored) -> list[Tried]:
    found = []
    for measure in (TODAY, BEFORE):
        if one.board.has(measure) and other.board.has(measure):
            since = "" if measure == TODAY else BEFORE
            basis: set[str] = set()
            for x in (one, other):
                of = [o for o in x.board.outcomes if o.id in (TODAY, since)]
                basis |= set(scores.basis(case, x.board.criteria, of))
            share = shares.nearer(one, other, TODAY, since)
            found.append(Tried(verdict, by, measure, other.actor, share, tuple(sorted(basis))))
    return found


def table(case: m.Case, found: Sequence[Tried]) -> Table:
    rows = [
        (
            t.verdict.claim,
            SETS[t.by],
            MEASURES[t.measure],
            case.actor[t.other].name,
            weightings(t.share),
            *cited(t.basis, t.share.value, t.share.low, t.share.high),
        )
        for t in found
    ]
    columns = (
        Column("claim", "The verdict"),
        Column("by", "By"),
        Column("measure", "Measure"),
        Column("other", "Against"),
        Column("under", "Holds under"),
        Column("share", "Share of weightings", "share"),
        Column("low", "Least over concentrations", "share"),
        Column("high", "Most", "share"),
    )
    note = (
        "This compares parties, each on its own scale. Who gains most is read in two ways: who is nearer to its own "
        "victory today, and who has come nearer to it since before the war. The criteria stand in a table of their own."
    )
    return Table("verdicts", "What the texts say of who gains most, put to the test", columns, tuple(rows), note)


def standing(found: Sequence[Tried]) -> str:
    """Whether a verdict holds against all others by one set and measure: `holds`, `fails` or `depends`."""
    if any(trails(t.share) for t in found):
        return "fails"
    return "holds" if all(leads(t.share) for t in found) else "depends"


def _against_whom(found: Sequence[Tried]) -> list[Tried]:
    """Those against whom it holds, or else those against whom it fails, or hangs on the weighting."""
    state = standing(found)
    return [t for t in found if state == "holds" or (trails(t.share) if state == "fails" else not leads(t.share))]


def findings(case: m.Case, found: Sequence[Tried]) -> list[Finding]:
    made = []
    for t in found:
        names = case.actor[t.verdict.actor].name, case.actor[t.other].name
        what = (
            "is nearer to its own victory"
            if t.measure == TODAY
            else "has come nearer to its own victory since before the war"
        )
        made.append(
            Finding(
                key=f"verdict.{t.verdict.id}.{t.by}.{t.measure}.{t.other}",
                sentence=f"By {SETS[t.by]}, {names[0]} {what} than {names[1]} to its own {under(t.share)}.",
                value=t.share.value,
                unit="share of weightings",
                low=t.share.low,
                high=t.share.high,
                basis=t.basis,
                sources=("lahdelma1998", "varsi1973"),
            )
        )
    return made


def told(case: m.Case, found: Sequence[Tried]) -> list[str]:
    """Each verdict by every set of criteria and both measures."""
    return [_told(case, [t for t in found if t.verdict.id == v]) for v in dict.fromkeys(t.verdict.id for t in found)]


def _told(case: m.Case, found: Sequence[Tried]) -> str:
    said = []
    for measure in MEASURES:
        of = [(by, [t for t in found if t.by == by and t.measure == measure]) for by in SETS]
        parts = [f"by {SETS[by]} it {_verb(case, own)}" for by, own in of if own]
        if parts:
            said.append(f"Read as who {_read(measure)}, {'; '.join(parts)}")
    return f"The verdict that {found[0].verdict.claim} compares parties. {'. '.join(said)}."


def brief(case: m.Case, found: Sequence[Tried]) -> list[str]:
    """Each verdict in one sentence: by its author's criteria, and by all of the case."""
    said = []
    for verdict in dict.fromkeys(t.verdict.id for t in found):
        of = [(by, [t for t in found if (t.verdict.id, t.by) == (verdict, by)]) for by in ("author", "all")]
        claim = found[[t.verdict.id for t in found].index(verdict)].verdict.claim
        parts = [f"by {SETS[by]} {_both(case, own)}" for by, own in of if own]
        said.append(f"That {claim} compares parties: {'; '.join(parts)}.")
    return said


def _both(case: m.Case, own: Sequence[Tried]) -> str:
    """The state of a verdict by both measures, in one clause where they agree."""
    states = {}
    for measure in MEASURES:
        of = [t for t in own if t.measure == measure]
        if of:
            names = listed([case.actor[t.other].name for t in _against_whom(of)])
            states[measure] = f"{STATES[standing(of)]} against {names}"
    if len(set(states.values())) == 1:
        return f"it {next(iter(states.values()))}"
    return "; ".join(f"as to who {_read(measure)}, it {state}" for measure, state in states.items())


def _read(measure: str) -> str:
    return "is nearest to its own victory" if measure == TODAY else "has come nearest to it since before the war"


def _verb(case: m.Case, own: Sequence[Tried]) -> str:
    holds = standing(own) == "holds"
    names = [case.actor[t.other].name + ("" if holds else f" ({spread(t.share)})") for t in _against_whom(own)]
    return f"{STATES[standing(own)]} against {listed(names)}"
