"""What is dealt about: issues with their options, rules across them, plans with their clauses and answers, and the
scales on which the signing parties measure a deal."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from winset.case.record import Day, Id, Number, Record, Text


class Need(Record):
    """Consent that an option needs: of all, of most, of two thirds of these actors, of a public vote, or that none
    objects."""

    actors: Annotated[tuple[Id, ...], Field(min_length=1)]
    rule: Literal["consensus", "majority", "two_thirds", "referendum", "no_objection"]
    why: Text = ""

    @property
    def quorum(self) -> int:
        """How many of the actors must consent."""
        n = len(self.actors)
        return {"majority": n // 2 + 1, "two_thirds": -(-2 * n // 3)}.get(self.rule, n)


class Option(Record):
    id: Id
    label: Text
    needs: tuple[Need, ...] = ()


class Issue(Record):
    id: Id
    name: Text
    question: Text = ""
    kind: Literal["scale", "options"]
    options: Annotated[tuple[Option, ...], Field(min_length=1)]
    status_quo: Id
    deferrable: bool = False
    note: Text = ""

    def option(self, option_id: str) -> Option:
        return next(o for o in self.options if o.id == option_id)

    @cached_property
    def option_ids(self) -> tuple[str, ...]:
        return tuple(o.id for o in self.options)


class Rule(Record):
    """Options that may not all hold together in one deal."""

    id: Id
    why: Text
    forbid: dict[Id, Annotated[tuple[Id, ...], Field(min_length=1)]]
    basis: Text


class Clause(Record):
    option: Id
    basis: Text = ""
    note: Text = ""


def _spelt_out(given: object) -> object:
    """A clause that is an option and nothing more may be written as its id."""
    return {"option": given} if isinstance(given, str) else given


Spelt = Annotated[Clause, BeforeValidator(_spelt_out, json_schema_input_type=Id | Clause)]


class Response(Record):
    actor: Id
    date: Day
    response: Literal["accepted", "conditional", "not_accepted", "refused"]
    basis: Text
    gist: Text = ""


class Plan(Record):
    id: Id
    name: Text
    kind: Literal["plan", "benchmark"] = "plan"
    date: Day | None = None
    public: Day | None = None
    authors: tuple[Id, ...] = ()
    reported_by: tuple[Text, ...] = ()
    note: Text = ""
    basis: Text
    follows: Id | None = None
    clauses: dict[Id, Spelt]
    responses: tuple[Response, ...] = ()

    @property
    def known(self) -> dt.date | None:
        return self.public or self.date


class Scale(Record):
    """The 0 and the 1 of a signing party's own scale: two packages, or two sums of weighted values (imported
    domains)."""

    defeat: Id | None = None
    victory: Id | None = None
    zero: Number | None = None
    one: Number | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Scale:
        packages = self.defeat is not None and self.victory is not None
        numbers = self.zero is not None and self.one is not None and self.zero < self.one
        given = sum(x is not None for x in (self.defeat, self.victory, self.zero, self.one))
        if given != 2 or not (packages or numbers):
            raise ValueError("give `defeat` and `victory` (plans), or `zero` and `one` (numbers, zero below one)")
        return self
