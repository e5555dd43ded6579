"""What was announced and what became of it: deadlines, accounts that others contradict, and records that follow.

A deadline is a chain of events: set, perhaps moved, then lapsed, dropped or carried out. A chain counts once. While it
is only moved it is open. An account is a claim or an offer; it is contradicted when a denial refers to it, and borne
out when an agreed or carried-out act refers to it. Contradicted does not mean untrue: the record has one word against
another.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy
from jaxtyping import Float

from winset.arrays import Arrays
from winset.case import model as m

ENDS = {"deadline_executed": "carried out", "deadline_lapsed": "lapsed", "deadline_dropped": "dropped"}
ACCOUNTS = ("claim", "offer")
BEARING_OUT = [
    "acceptance",
    "settlement",
    "ceasefire",
    "capture",
    "accession",
    "withdrawal",
    "summit",
    "meeting",
    "talks",
    "visit",
    "deadline_executed",
    "aid_resumed",
]


@dataclass(frozen=True)
class Deadline:
    """One chain. outcome: carried out, lapsed, dropped, met, open, or `nothing recorded` (due and silent)."""

    begun: m.Event
    moves: tuple[m.Event, ...]
    end: m.Event | None
    acts: tuple[m.Event, ...]
    author: str
    targets: tuple[str, ...]
    outcome: str

    @property
    def due(self) -> dt.date | None:
        """When it fell due at last."""
        return next((e.due for e in reversed((self.begun, *self.moves)) if e.due), None)

    @property
    def slip(self) -> int | None:
        """Days by which moves put the date off; negative when it was brought forward."""
        return (self.due - self.begun.due).days if self.due and self.begun.due else None

    @property
    def settled(self) -> bool:
        """Whether it says what happens when a deadline of this author is defied."""
        return self.outcome in ENDS.values()


def deadlines(case: m.Case) -> list[Deadline]:
    """All chains, by the date they were set."""
    roots: dict[str, str] = {}

    def root(event: m.Event) -> str | None:
        seen = set()
        while event.kind != "deadline_set":
            if event.ref is None or event.ref in seen or event.ref not in by_id:
                return None
            seen.add(event.ref)
            event = by_id[event.ref]
        return event.id

    by_id = {e.id: e for e in case.events}
    ordered = sorted(case.events, key=lambda e: (e.date, e.id))
    roots.update({e.id: r for e in ordered if e.kind.startswith("deadline_") and (r := root(e))})
    found = []
    for begin in (e for e in ordered if e.kind == "deadline_set"):
        chain = [e for e in ordered if roots.get(e.id) == begin.id]
        ends = [e for e in chain if e.kind in ENDS]
        end = next((e for e in ends if e.kind == "deadline_executed"), ends[-1] if ends else None)
        about = [e for e in ordered if not e.kind.startswith("deadline_") and roots.get(e.ref or "") == begin.id]
        author, targets = case.party_of(begin.source[0]), tuple(sorted({case.party_of(a) for a in begin.target}))
        met = any(e.kind == "acceptance" and {case.party_of(a) for a in e.source} & set(targets) for e in about)
        moves = tuple(e for e in chain if e.kind == "deadline_moved")
        due = next((e.due for e in reversed((begin, *moves)) if e.due), None)
        silent = "nothing recorded" if due and due < case.as_of else "open"
        found.append(
            Deadline(
                begin,
                moves,
                end,
                tuple(e for e in about if author in {case.party_of(a) for a in e.source}),
                author,
                targets,
                ENDS[end.kind] if end else "met" if met else silent,
            )
        )
    return found


def carried_out(arrays: Arrays, deadline: Deadline) -> tuple[Float[np.ndarray, " draw"] | float, tuple[str, ...]]:
    """The share of what was announced that was carried out, and the Figure that says so.

    A `share` Figure of the closing event where the case has one; else all of it if carried out, and nothing if not.
    """
    subject = f"event:{deadline.end.id}" if deadline.end else ""
    if subject and arrays.has(subject, "share"):
        return arrays.get(subject, "share"), (arrays.id(subject, "share"),)
    return float(deadline.outcome == "carried out"), ()


@dataclass(frozen=True)
class Odds:
    """The chance that an author's next deadline is carried out if defied, Beta(a, b) in every draw, and its counts."""

    a: Float[np.ndarray, " draw"]
    b: Float[np.ndarray, " draw"]
    luck: Float[np.ndarray, " draw"]
    executed: float
    defied: int
    open: int
    basis: tuple[str, ...]

    @property
    def mean(self) -> float:
        return float(np.mean(self.a / (self.a + self.b)))

    @cached_property
    def interval(self) -> tuple[float, float]:
        """5th and 95th percentile over draws, with one stratified quantile of the posterior in each."""
        low, high = np.percentile(scipy.special.betaincinv(self.a, self.b, self.luck), [5, 95])
        return float(low), float(high)


def odds(
    arrays: Sequence[Arrays], chains: Sequence[Deadline], prior: tuple[float, float], author: str, partly: bool = True
) -> Odds:
    """Beta-binomial: chance ~ Beta(e + executed, f + not executed). A deadline carried out in part counts in part, and
    with `partly` False as not carried out."""
    settled, shares = [d for d in chains if d.settled], []
    basis: set[str] = set()
    for a in arrays:
        done: Float[np.ndarray, " draw"] = np.zeros(a.draws)
        for d in settled:
            share, ids = carried_out(a, d)
            basis.update(ids)
            done = done + (share if partly else np.floor(share))
        shares.append(done)
    executed, luck = np.concatenate(shares), np.concatenate([a.luck.quantile(f"deadline:{author}") for a in arrays])
    waiting = sum(d.outcome in ("open", "nothing recorded") for d in chains)
    return Odds(
        prior[0] + executed,
        prior[1] + len(settled) - executed,
        luck,
        float(executed.mean()),
        len(settled),
        waiting,
        tuple(sorted(basis)),
    )


@dataclass(frozen=True)
class Account:
    """A claim or offer and what later events say to it."""

    event: m.Event
    denials: tuple[m.Event, ...]
    acts: tuple[m.Event, ...]

    @property
    def fate(self) -> str:
        return "contradicted" if self.denials else "borne out" if self.acts else "open"

    @property
    def lag(self) -> int | None:
        """Days to the first denial, at most: to the day by which it was known."""
        return min((d.known - self.event.date).days for d in self.denials) if self.denials else None


def accounts(case: m.Case) -> list[Account]:
    """Claims and offers, and any other word that a denial refers to, by date."""
    ordered = sorted(case.events, key=lambda e: (e.date, e.id))
    found = []
    for event in ordered:
        about = [e for e in ordered if e.ref == event.id]
        denials = tuple(e for e in about if e.kind == "denial")
        if event.kind in ACCOUNTS or (denials and event.kind in ("statement", "acceptance", "condition")):
            found.append(Account(event, denials, tuple(e for e in about if e.kind in BEARING_OUT)))
    return found


def by_itself(account: Account) -> bool:
    """Whether the speaker took it back."""
    return any(set(d.source) & set(account.event.source) for d in account.denials)
