"""What every record of a case is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=80)]
Text = Annotated[str, StringConstraints(max_length=4000)]


class Record(BaseModel):
    """Base of all records: frozen, and no field is silently ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
