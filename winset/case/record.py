"""What every record of a case is made of."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from winset.case.grammar import day

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=80)]
Text = Annotated[str, StringConstraints(max_length=4000)]
Day = Annotated[dt.date, BeforeValidator(day)]


class Record(BaseModel):
    """Base of all records: frozen, and no field is silently ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
