"""The verdict on the rival hypotheses about one actor, as stated and under every rival reading."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from winset.derive.types.views import Block, View


@dataclass(frozen=True)
class Reading:
    """The posterior under one rival reading."""

    title: str
    mean: Float[np.ndarray, " hypothesis"]
    leads: Float[np.ndarray, " hypothesis"]


@dataclass(frozen=True)
class Weighed:
    """A view with its verdict."""

    view: View
    logs: Float[np.ndarray, "draw item hypothesis"]
    posterior: Block
    readings: dict[str, Reading] = field(default_factory=dict)

    @property
    def leader(self) -> int:
        return int(np.argmax(self.posterior.mean(axis=0)))

    @property
    def rival(self) -> int:
        mean = self.posterior.mean(axis=0).copy()
        mean[self.leader] = -1.0
        return int(np.argmax(mean))
