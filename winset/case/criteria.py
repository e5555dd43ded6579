"""criteria.yaml: by what each actor measures its gains, in domains, and what the sources say of who gains.

A criterion belongs to one actor and one domain and has two ends: the actor's own defeat on it (0) and its own victory
(1). Its outcomes are scored by the positions, where it is about an issue, or by Figures `CRITERION/OUTCOME.score`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from winset.case.record import AS_NUMBER, Id, Record, Text

FILE = "criteria.yaml"
BEFORE, TODAY, TRUCE, SETTLED, BREAKS = "before", "today", "truce", "settled", "-breaks"


class Domain(Record):
    id: Id
    name: Annotated[Text, Field(min_length=1)]


class Anchor(Record):
    """One end of a criterion: in words, and for a criterion about an issue the option it is."""

    says: Annotated[Text, Field(min_length=1)]
    option: Id | None = None
    basis: Text


class Criterion(Record):
    """counts: how many criteria of its domain it counts as; the two halves of one that is split count 0.5 each."""

    id: Id
    actor: Id
    domain: Id
    name: Annotated[Text, Field(min_length=1)]
    issue: Id | None = None
    before: Id | None = None
    counts: Annotated[float, Field(gt=0, le=100, allow_inf_nan=False), AS_NUMBER] = 1.0
    defeat: Anchor
    victory: Anchor


class Verdict(Record):
    """What a source says of who gains most, and by which of the criteria it says so."""

    id: Id
    source: Id
    actor: Id
    claim: Annotated[Text, Field(min_length=1)]
    basis: Text
    criteria: Annotated[tuple[Id, ...], Field(min_length=1)]


DOMAINS = tuple(Domain(id=name.lower(), name=name) for name in ("Security", "Economy", "Territory", "Standing"))


class CriteriaFile(Record):
    domains: Annotated[tuple[Domain, ...], Field(min_length=1)] = DOMAINS
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=1)]
    verdicts: tuple[Verdict, ...] = ()
