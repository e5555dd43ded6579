"""What every record of a case is made of."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from winset.case.grammar import day
from winset.case.text import plain_number


def _plain(value: object) -> object:
    """A number as a person writes one: neither a yes or no, nor what only a programming language takes for a number."""
    if isinstance(value, str):
        value = plain_number(value)
    if value is None or isinstance(value, bool):
        raise ValueError("a plain, finite number is expected")
    return value


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=80)]
Text = Annotated[str, StringConstraints(max_length=4000)]
Day = Annotated[dt.date, BeforeValidator(day)]
LARGEST_NUMBER = 1e15  # of anything in a case: beyond it sums and squares lose their digits
Number = Annotated[float, BeforeValidator(_plain), Field(allow_inf_nan=False)]
Whole = Annotated[int, BeforeValidator(_plain)]


class Record(BaseModel):
    """Base of all records: frozen, and no field is silently ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
