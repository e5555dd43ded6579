"""Event codes of the outside datasets as PLOVER types, with a score on the conflict-cooperation scale.

`plover.csv` (columns system, code, plover, mode, score, kind) holds, as facts:

- system `plover`: the event types and modes of PLOVER with their scores, -10 (most hostile) to 10 (Open Event Data
  Alliance, PLOVER codebook, CC BY-SA 4.0). The codebook prints +3 for ACCUSE as a whole, while its three modes lie
  between -2 and -3.5; the table has -3, on the reading that a minus sign was lost.
- system `cameo`: CAMEO codes, PLOVER's own conversion of them, and the scores of Goldstein (1992) as extended to CAMEO.
  CAMEO 01 (statements) and 02 (appeals) have no PLOVER type. Code 08 stands twice in the conversion; CONCEDE is used.
- systems `acled` (sub-event types, lower case) and `ucdp` (type of violence): our reading of each code book in PLOVER's
  terms, with PLOVER's score.

`kind` is the event kind of winset that the type falls under; blank where none does without stretching it.

Goldstein, J. S. (1992). A conflict-cooperation scale for WEIS events data. Journal of Conflict Resolution 36(2).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class EventType:
    """A PLOVER type (blank: the code has none), its mode, its score and the winset kind (blank: none)."""

    plover: str
    mode: str
    score: float
    kind: str

    @property
    def label(self) -> str:
        """One word for the type: kind, type and mode, each perhaps empty, joined by `|`."""
        return f"{self.kind}|{self.plover}|{self.mode}"


@cache
def event_types(system: str) -> dict[str, EventType]:
    """Code -> type for `plover`, `cameo`, `acled` or `ucdp`; codes are strings, so 036 is not 36.

    >>> event_types("cameo")["036"].plover
    'AGREE'
    >>> "36" in event_types("cameo")
    False
    """
    text = files("winset").joinpath("case/plover.csv").read_text(encoding="utf-8")
    return {
        row["code"]: EventType(row["plover"], row["mode"], float(row["score"]), row["kind"])
        for row in csv.DictReader(text.splitlines())
        if row["system"] == system
    }


def find_type(system: str, code: str) -> EventType | None:
    """The type of a code, or None. A PLOVER mode without a score of its own has the score of its type.

    >>> find_type("plover", "CONSULT:by-letter")
    EventType(plover='CONSULT', mode='by-letter', score=2.5, kind='talks')
    """
    table = event_types(system)
    if system == "plover":
        name, _, mode = code.partition(":")
        name, mode = name.upper(), mode.lower()
        whole = table.get(name)
        return table.get(f"{name}:{mode}", whole and EventType(name, mode, whole.score, whole.kind))
    return table.get(code.lower())


def own_kind(found: EventType, kinds: Mapping[str, str]) -> EventType:
    """The type under a kind of the case's own, where the case has one for it. kinds: kind -> PLOVER TYPE or TYPE:mode.

    A kind declared with a mode takes that mode; one declared without takes what no kind of winset's own covers.

    >>> kinds = {"blockade": "COERCE:restrict", "pressure": "COERCE"}
    >>> [own_kind(find_type("plover", c), kinds).kind for c in ("COERCE:restrict", "COERCE:censor", "CONSULT")]
    ['blockade', 'pressure', 'talks']
    """
    for kind, plover in kinds.items():
        if plover == f"{found.plover}:{found.mode}" or (plover == found.plover and not found.kind):
            return replace(found, kind=kind)
    return found
