"""The sides of a war, as a case states them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from winset.case.record import Day, Id, Record


def _as_sides(given: object) -> object:
    """A side that is one actor may be written without brackets."""
    return [[x] if isinstance(x, str) else x for x in given] if isinstance(given, list | tuple) else given


Side = Annotated[tuple[Id, ...], Field(min_length=1)]


class War(Record):
    """A war between sides of one or more actors. The first of each side leads it; the others are its allies."""

    began: Day
    sides: Annotated[tuple[Side, ...], BeforeValidator(_as_sides, json_schema_input_type=tuple[Id | Side, ...])] = (
        Field(default=(), validation_alias="belligerents")
    )

    @property
    def belligerents(self) -> tuple[Id, ...]:
        """The leaders of the sides: what the war core is about."""
        return tuple(side[0] for side in self.sides)

    def leader_of(self, actor: str) -> str | None:
        """The leader of the side on which an actor stands as an ally; None for a leader and for one on no side."""
        return next((side[0] for side in self.sides if actor in side[1:]), None)
