"""Arms races: is answering the rival's arms stable or does it run away?

    x' = k y - a x + g,    y' = l x - b y + h

x, y: arms of two sides; k, l: how strongly each answers the other; a, b: how fast cost and fatigue bring each back; g,
h: grievance, or what each would want alone. Stable iff a b > k l; equilibrium ((k h + b g), (l g + a h))/(a b - k l);
largest eigenvalue [-(a + b) + sqrt((a - b)^2 + 4 k l)]/2; the path is the matrix exponential of the 3 x 3 system with a
constant.

Cannot say: cause. Common shocks look like reaction, and spending in one currency carries its exchange rates.

Reference: L. F. Richardson, Arms and Insecurity (1960). D. Gibler, T. Rider and M. Hutchison, Journal of Peace Research
42 (2005), for listed races.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from winset.errors import SettingError
from winset.theory import checks


@dataclass(frozen=True)
class Race:
    """answer_x, answer_y: k, l; fatigue_x, fatigue_y: a, b; alone_x, alone_y: g, h. Rates per unit of time."""

    answer_x: float
    answer_y: float
    fatigue_x: float
    fatigue_y: float
    alone_x: float = 0.0  # no answer: nothing wanted alone
    alone_y: float = 0.0  # no answer: as above

    def __post_init__(self) -> None:
        checks.not_negative(answer_x=self.answer_x, answer_y=self.answer_y)
        checks.positive(fatigue_x=self.fatigue_x, fatigue_y=self.fatigue_y)

    @property
    def stable(self) -> bool:
        return self.fatigue_x * self.fatigue_y > self.answer_x * self.answer_y

    @property
    def eigenvalue(self) -> float:
        """The larger one; below 0 in a stable race."""
        a, b = self.fatigue_x, self.fatigue_y
        return float((-(a + b) + np.sqrt((a - b) ** 2 + 4.0 * self.answer_x * self.answer_y)) / 2.0)

    @property
    def equilibrium(self) -> tuple[float, float]:
        """Where both rest. Raises SettingError on the edge of stability, where there is none."""
        left = self.fatigue_x * self.fatigue_y - self.answer_x * self.answer_y
        if left == 0:
            raise SettingError("at fatigue_x fatigue_y = answer_x answer_y the race has no equilibrium")
        x = (self.answer_x * self.alone_y + self.fatigue_y * self.alone_x) / left
        y = (self.answer_y * self.alone_x + self.fatigue_x * self.alone_y) / left
        return x, y

    def path(self, x: float, y: float, time: float) -> tuple[float, float]:
        """Arms after `time`, from (x, y)."""
        system = np.array(
            [
                [-self.fatigue_x, self.answer_x, self.alone_x],
                [self.answer_y, -self.fatigue_y, self.alone_y],
                [0.0, 0.0, 0.0],
            ]
        )
        after = scipy.linalg.expm(system * time) @ np.array([x, y, 1.0])
        return float(after[0]), float(after[1])
