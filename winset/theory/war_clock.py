"""The clock of endurance: each side is exhausted at a month that is known in the regime that holds, without units.

Objects. A side that is not pressed lasts E months. Under added pressure its endurance drains faster, by a share d of
what is left: pressed from the start it lasts E (1 - d), and if pressure begins at time t

    T(t) = t + (E - t)(1 - d) = E (1 - d) + d t            the time at which it is exhausted, E (1 - d) <= T <= E.

So without pressure, and under pressure that began at a known time, endurance needs no state: the time of the end is
known. Only pressure that begins at a time not known beforehand makes T a state. It is kept as a REGIME: "on, exhausted
at T_l" for a few places T_l; when pressure begins at a T between two places it goes to both with chances that keep the
mean,

    P(T_l) = (T_{l+1} - T)/(T_{l+1} - T_l),    P(T_{l+1}) = 1 - P(T_l).

The regime of the war is the pair of both sides' regimes; the war ends by exhaustion at until(g) = min(T_A, T_B), by
the side whose time it is. Times are counted in steps (engagements) of the core.

The last step. Where until(g) falls inside the step n, n < until <= n + 1, with f = until - n the step is only that
long:

    C_i = f flow_i + delta_i^f [(1 - f) End_i(k) + f (m End_i(k+1) + (1 - m) End_i(k-1))],

so that drift and variance of the front are those of the time that is left. Everything is continuous in E, so nothing
hangs on how E falls among the steps.

Rounds of talks. With a `pace` the rounds are a Poisson process of that many a step (a step's length over that of a
round), each with its own proposer, and the text is signed at the end of a round in which it is agreed. If a round is
agreed with chance s_d for deal d, S = sum_d s_d, then in a part f of a step

    P(deal d signed) = (s_d / S) (1 - exp(-S pace f)),

which does not depend on how time is cut into steps. Without a pace there is one round a step, as in the published
models.

Rest. A deal that breaks is followed by a war for which both sides have rested by `rest` steps: w at n is W at n - rest
(not before the start: nobody is fresher than at first), between two steps the mean of both.

Limits. d = 0, or a clock that never ends: the war of `war_core` without exhaustion. One regime: W is the gambler's ruin
stopped at a known time. Units that burn by win and loss (problem of points) are the other model, and stay in
`war_core`. Cannot say: endurance that depends on how the fighting goes, or that recovers when pressure ends (pressure
stays). Derived here; deterministic depletion is that of F. Lanchester's and later attrition models (`lanchester`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from winset.errors import SettingError
from winset.theory import war_kernels as kernels

NEVER = np.inf


@dataclass(frozen=True)
class Clock:
    """When the war ends by exhaustion in each regime, in steps from now, and who it is that cannot go on."""

    until: Float[np.ndarray, " regime"]  # inf: not by exhaustion
    by: Int[np.ndarray, " regime"]  # 0: A, 1: B, 2: both
    moves: Float[np.ndarray, "battle regime regime"]  # law of the next regime, step by step
    rest: float = 0.0  # no answer: none unless given; steps of endurance that both regain when a deal breaks
    pace: float = np.inf  # rounds of talks a step, at random times; inf: one at the start of each step

    def left(self, n: int) -> Float[np.ndarray, " regime"]:
        """Part of step n that is fought, 0 to 1, by regime."""
        return np.clip(self.until - n, 0.0, 1.0)

    def last(self, n: int) -> list[tuple[int, float]]:
        """(regime, part) of the regimes whose war is over by the end of step n."""
        return [(int(g), float(max(0.0, self.until[g] - n))) for g in np.flatnonzero(self.until <= n + 1)]

    def talks(self, n: int) -> Float[np.ndarray, " regime"]:
        """Rounds that can be expected in what is left of step n; inf: one for certain."""
        part = self.left(n)
        return np.asarray(part * self.pace) if np.isfinite(self.pace) else np.where(part > 0, np.inf, 0.0)

    def rested(self, W: Float[np.ndarray, "battle *cell"], n: int) -> Float[np.ndarray, "*cell"]:
        """W after a deal that breaks in step n."""
        at = max(0.0, n - self.rest)
        low = int(at)
        return W[low] if at == low else (low + 1 - at) * W[low] + (at - low) * W[low + 1]

    def check(self, horizon: int, regimes: int, endurance: tuple[int, int]) -> None:
        """SettingError for a clock that does not fit its game."""
        if self.moves.shape != (horizon, regimes, regimes) or (self.until.shape, self.by.shape) != ((regimes,),) * 2:
            raise SettingError(f"a clock for {regimes} regimes and {horizon} steps has other shapes")
        if not kernels.laws(self.moves.reshape(-1, regimes), -1e-12):
            raise SettingError("the clock's laws of the next regime must be probabilities that sum to 1")
        if endurance != (1, 1) or not (self.until > 0).all() or self.rest < 0 or self.pace < 0:
            raise SettingError(
                "with a clock endurance has no units; times must be positive and rest and pace at least 0"
            )


@dataclass(frozen=True)
class SideClock:
    """One side's regimes: `off` first where pressure may still begin, then `on` by its places."""

    until: Float[np.ndarray, " place"]  # steps; inf: not before the war is over otherwise
    on: Int[np.ndarray, " place"]
    moves: Float[np.ndarray, "battle place place"]


def held(steps: int, until: float, on: bool) -> SideClock:
    """A side whose regime does not change."""
    return SideClock(np.array([until]), np.array([int(on)]), np.ones((steps, 1, 1)))


def pressed_later(steps: int, endurance: float, drain: float, begins: float, places: int, end: float) -> SideClock:
    """A side that pressure reaches with chance `begins` a step. `endurance` and `end` (of the war, by then) in steps.

    Places: as many as there are steps in their range, at most `places`. The last one is `end` where the side would last
    longer.
    """
    first, top = endurance * (1 - drain) + drain, min(endurance, end)
    if first >= top:  # pressure never makes this side the one that ends the war
        at = np.array([NEVER if end < endurance else endurance])
        share = np.ones((steps, 1))
    else:
        at = np.linspace(first, top, int(np.clip(np.ceil(top - first) + 1, 2, max(2, places))))
        x = (endurance * (1 - drain) + drain * np.arange(1, steps + 1) - first) / (at[1] - at[0])
        share = np.clip(1 - abs(np.minimum(x, len(at) - 1)[:, None] - np.arange(len(at))), 0.0, 1.0)
        if end < endurance:
            at[-1] = NEVER
    moves = np.zeros((steps, 1 + len(at), 1 + len(at)))
    moves[:, 1:, 1:] = np.eye(len(at))
    moves[:, 0, 0], moves[:, 0, 1:] = 1 - begins, begins * share
    return SideClock(np.r_[endurance, at], np.r_[0, np.ones(len(at), int)], moves)


def both(A: SideClock, B: SideClock, rest: float, pace: float) -> tuple[Clock, Int[np.ndarray, "side regime"]]:
    """The clock of a war, regimes by place of A, then of B; and whether each side is under pressure in each regime."""
    a, b = (x.ravel() for x in np.meshgrid(A.until, B.until, indexing="ij"))
    on = np.stack([x.ravel() for x in np.meshgrid(A.on, B.on, indexing="ij")])
    G = len(a)
    moves = np.einsum("nab,ncd->nacbd", A.moves, B.moves).reshape(-1, G, G)
    return Clock(np.minimum(a, b), np.where(a == b, 2, np.where(a < b, 0, 1)), moves, rest, pace), on
