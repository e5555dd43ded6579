"""The crisis signalling game: challenge, resistance, and whether the challenger fights.

A keeps the status quo (S_A) or challenges; B concedes (V_A to A, C_B to B) or resists; A backs down (a + e1 to A, V_B
to B) or fights (w_A + e2, w_B + e3). e1, e2, e3 are standard normal; A alone knows e1, e2, and B e3. With p_R the
chance that B resists, c = [S_A - (1 - p_R) V_A]/p_R,

    p_C = 1 - Phi(c - w_A) Phi(c - a)                                  A challenges
    p_F = P(w_A + e2 > a + e1, w_A + e2 > c)/p_C                       A fights if resisted
    p_R = Phi([p_F w_B + (1 - p_F) V_B - C_B]/p_F)                     B resists

An equilibrium is a fixed point in p_R; there can be several and all are reported. p_F is the credibility of the threat.
Making it dearer to back down (a lower) raises p_F only among those who challenge.

Cannot say: terms, since nothing is bargained over; what comes after. Payoffs are in standard deviations of what is
private.

Reference: J. Lewis and K. Schultz, Political Analysis 11 (2003); T. Jo, Political Analysis 19 (2011), on several
equilibria; C. Crisman-Cox and M. Gibilisco, Political Science Research and Methods 9 (2021).
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass

import numpy as np
import scipy
from jaxtyping import Float

from winset.errors import SettingError

GRID = np.linspace(-25.0, 25.0, 4001)  # no answer: log-odds of p_R between which roots are sought
NODES, WEIGHTS = np.polynomial.legendre.leggauss(128)  # no answer: nodes of the quadrature
FAR = 81.0  # no answer: a normal tail beyond z^2 = lo^2 + 81 is below 1e-17 of what lies at lo


@dataclass(frozen=True)
class Worth:
    """S_A, V_A, C_B, V_B, w_A, w_B, a."""

    status_quo: float
    prize: float
    conceded: float
    held: float
    war_a: float
    war_b: float
    back_down: float


@dataclass(frozen=True)
class Equilibrium:
    """p_R, p_C, p_F, and the chances of the four outcomes."""

    resist: float
    challenge: float
    fight: float

    @property
    def status_quo(self) -> float:
        return 1.0 - self.challenge

    @property
    def concedes(self) -> float:
        return self.challenge * (1.0 - self.resist)

    @property
    def backs_down(self) -> float:
        return self.challenge * self.resist * (1.0 - self.fight)

    @property
    def war(self) -> float:
        return self.challenge * self.resist * self.fight


def _answer(w: Worth, resist: float) -> tuple[float, float]:
    """(p_C, p_F) at a chance of resistance."""
    cut = (w.status_quo - (1.0 - resist) * w.prize) / resist
    calm_war, calm_back = scipy.special.ndtr(w.war_a - cut), scipy.special.ndtr(w.back_down - cut)
    challenge = calm_war + calm_back - calm_war * calm_back  # 1 - Phi Phi, without cancellation
    low = max(cut - w.war_a, -np.sqrt(FAR))
    high = np.sqrt(max(low, 0.0) ** 2 + FAR)
    z = low + (high - low) * (NODES + 1.0) / 2.0
    density = np.exp(-(z**2) / 2.0) / np.sqrt(2.0 * np.pi)
    fights = (high - low) / 2.0 * float(WEIGHTS @ (density * scipy.special.ndtr(w.war_a + z - w.back_down)))
    return float(challenge), min(1.0, float(fights / challenge)) if challenge > 0 else np.nan


def _reply(w: Worth, resist: float) -> float:
    """What B does where A expects it to resist with this chance."""
    fight = _answer(w, resist)[1]
    if not fight > 0:
        return float(w.held > w.conceded) if fight == 0 else np.nan
    return float(scipy.special.ndtr((fight * w.war_b + (1.0 - fight) * w.held - w.conceded) / fight))


def equilibria(w: Worth) -> tuple[Equilibrium, ...]:
    """All equilibria found on the grid, by their chance of resistance."""
    if not all(map(math.isfinite, astuple(w))):
        raise SettingError(f"the payoffs of the signalling game must be finite numbers, not {w}")

    def gap(odds: float) -> float:
        resist = float(scipy.special.expit(odds))
        return _reply(w, resist) - resist

    values: Float[np.ndarray, " point"] = np.array([gap(x) for x in GRID])
    found = []
    for left, right, x, y in zip(GRID, GRID[1:], values, values[1:]):
        if np.isfinite(x) and np.isfinite(y) and (x == 0 or x * y < 0):
            at = left if x == 0 else scipy.optimize.brentq(gap, left, right, xtol=1e-14)
            resist = float(scipy.special.expit(at))
            found.append(Equilibrium(resist, *_answer(w, resist)))
    return tuple(found)
