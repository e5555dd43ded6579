"""The verdict on the rival hypotheses about one actor, as stated and under every rival reading."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from winset.derive.types.views import Block, View
from winset.theory import weighing


@dataclass(frozen=True)
class Reading:
    """The posterior under one rival reading."""

    title: str
    mean: Float[np.ndarray, " hypothesis"]
    leads: Float[np.ndarray, " hypothesis"]


@dataclass(frozen=True)
class Weighed:
    """A view with its verdict. weight: of the draws, with mean 1, as the acts leave them."""

    view: View
    logs: Float[np.ndarray, "draw item hypothesis"]
    posterior: Block
    weight: Float[np.ndarray, " draw"]
    readings: dict[str, Reading] = field(default_factory=dict)

    def over(self, column: Float[np.ndarray, "draw *rest"]) -> Float[np.ndarray, "*rest"]:
        """The mean over draws as the acts leave them."""
        return weighing.mean(column, self.weight)

    def percentiles(self, column: Float[np.ndarray, "draw *rest"], *at: float) -> Float[np.ndarray, "at *rest"]:
        return weighing.percentiles(column, self.weight, at)

    @property
    def mean(self) -> Float[np.ndarray, " hypothesis"]:
        """P(hypothesis | acts)."""
        return self.over(self.posterior)

    @property
    def leads(self) -> Float[np.ndarray, " hypothesis"]:
        """Share of the draws in which each hypothesis leads."""
        return leads(self.posterior, self.weight)

    @property
    def weights(self) -> Float[np.ndarray, "item hypothesis"]:
        """Mean log likelihood of each act, before its group's share."""
        return self.over(self.logs)

    @property
    def draws(self) -> float:
        """The effective number of draws."""
        return weighing.effective(self.weight)

    @property
    def leader(self) -> int:
        return int(np.argmax(self.mean))

    @property
    def rival(self) -> int:
        mean = self.mean.copy()
        mean[self.leader] = -1.0
        return int(np.argmax(mean))


def leads(posterior: Block, weight: Float[np.ndarray, " draw"]) -> Float[np.ndarray, " hypothesis"]:
    best = posterior.argmax(axis=1)
    return np.array([float(weight[best == h].sum() / weight.sum()) for h in range(posterior.shape[1])])
