"""What every record of a case is made of."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from winset.case.grammar import day
from winset.case.text import plain_number

_DIGITS = re.compile(r"[+-]?\d{1,30}", re.ASCII)


def _plain(value: object) -> object:
    """A number as a person writes one: neither a yes or no, nor what only a programming language takes for a number."""
    if isinstance(value, str):
        value = plain_number(value)
    if value is None or isinstance(value, bool):
        raise PydanticCustomError("plain_number", "a plain, finite number is expected")
    return value


def _whole(value: object) -> object:
    """A whole number as a person counts: digits and perhaps a sign."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise PydanticCustomError("whole_number", "a whole number is expected")
    return value


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=80)]
Text = Annotated[str, StringConstraints(max_length=4000)]
Day = Annotated[dt.date, BeforeValidator(day)]
LARGEST_NUMBER = 1e15  # of anything in a case: beyond it sums and squares lose their digits
# how a number is written is asked before its bounds, and so stands after them in an annotation: bounds given after it
# would be held but not printed by `winset schema`
AS_NUMBER, AS_WHOLE = BeforeValidator(_plain), BeforeValidator(_whole)
Number = Annotated[float, Field(allow_inf_nan=False), AS_NUMBER]
Whole = Annotated[int, AS_WHOLE]
Count = Annotated[int, Field(ge=0), AS_WHOLE]


class Record(BaseModel):
    """Base of all records: frozen, and no field is silently ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
