"""The calendar of a case: recesses, holidays and other pauses in which acts are not to be expected."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from winset.case.record import Day, Id, Record, Text


class Pause(Record):
    """Days, both included, on which acts of some kinds by or towards some actors are not to be expected."""

    id: Id
    from_: Annotated[Day, Field(alias="from")]
    to: Day
    kinds: tuple[str, ...] = ()  # none: every kind of act
    actors: tuple[Id, ...] = ()  # none: everybody
    public: Day | None = None  # the day it was known; none: always
    why: Text = ""
    basis: Text
