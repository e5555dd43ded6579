"""Private types in a war: what each type would settle for, read from the core, and the screening of types on top.

A type of one side (sincere, stalling, resolute, ...) is a war game that differs in that side's costs, beliefs or
deals. Each is solved once as if it were known. In a state, the values of fighting on to the end W and of a deal U(d)
of type h give its gain over fighting U_h(d) - W_h and the other side's gain from settling with it; offers are then
made round by round under the belief mu about the type, by logit agents on a grid of beliefs (`belief_grid`):

    accept_h(d) = logistic((U_h(d) - W_h - discount Gain_h(m)) / tau),   m = belief after a refusal, by Bayes.

A refusal costs a round, after which what can still be gained is worth `discount` as much: patience times the
probability that the war is not over after one more engagement. Types in a long row ordered by cost are handled by
`skimming.skim`, and tend to the closed form of Powell (2004).

Evidence of any kind: an act seen multiplies the odds by the ratio of its probabilities (`posterior`).

Cannot say: the front does not move between the rounds of one screening (the overlay is for a state, and is read again
in the next); one side is private and the other offers. Types that differ only in what they want after the war gain
the same from any deal now, so they refuse alike and fighting teaches nothing about them (Spaniel and Bils 2018).

References: R. Powell, American Journal of Political Science 48 (2004); R. McKelvey and T. Palfrey, Experimental
Economics 1 (1998).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from winset.errors import SettingError
from winset.theory import belief_grid, skimming
from winset.theory.war_core import WarValues, table_at


@dataclass(frozen=True)
class TypeValues:
    """In one state, for each type of the private side; the axis `side` is A, B."""

    war: Float[np.ndarray, "type side"]  # W: fighting to the end
    no_deal: Float[np.ndarray, "type side"]  # C: refusing now, the type being known
    worth: Float[np.ndarray, "type deal side"]  # U


def type_values(
    cores: Sequence[WarValues], n: int, k: int, units: tuple[int, int], regime: int = 0, proposer: int = 0
) -> TypeValues:
    """Reads one state from the cores solved for each type."""
    if len({core.game.shape for core in cores}) != 1 or len({len(core.game.deal) for core in cores}) != 1:
        raise SettingError("the types' games must share one lattice and one menu")
    tables = [table_at(core, n, k, units, regime, proposer) for core in cores]
    war = [np.asarray(core.to_the_end[n, regime, :, k, units[0], units[1]], float) for core in cores]
    return TypeValues(np.array(war), np.array([t.no_deal for t in tables]), np.array([t.worth for t in tables]))


def going_on(core: WarValues, n: int, k: int, units: tuple[int, int], private: int, regime: int = 0) -> float:
    """Patience of the private side times the chance, in its own mind, that the war outlasts the next engagement."""
    game = core.game
    m = float(np.clip(game.belief[private, n, k] + game.belief_shift[private, regime], 0, 1))
    alive = 0.0
    for lost, chance in ((0, m), (1, 1 - m)):
        if 0 < k + 1 - 2 * lost < game.forts:
            left = [game.change[s, regime, lost, 1 if units[s] == 1 else 0 :].sum() for s in (0, 1)]
            alive += chance * float(left[0] * left[1])
    return float(game.delta[private, regime]) * alive


def screen(
    values: TypeValues, private: int, discount: float, rounds: int, noise: float, points: int = 201
) -> belief_grid.BeliefGrid:
    """The other side offers deals of the menu for `rounds` rounds; the answer for every belief about the type."""
    if private not in (0, 1):
        raise SettingError(f"the private side must be 0 (A) or 1 (B), not {private}")
    gain = values.worth[:, :, private] - values.war[:, None, private]
    settle = values.worth[:, :, 1 - private] - values.war[:, None, 1 - private]
    return belief_grid.solve(gain, settle, discount, rounds, noise, points)


def screen_many(
    values: TypeValues, private: int, prior: Float[np.ndarray, " type"], discount: float, rounds: int
) -> skimming.Skimming:
    """Many types that differ in the cost of fighting, the other side dividing a pie of 1: exact offers, no menu.

    The offering side's own war value must not depend on the type.
    """
    least, own = values.war[:, private], values.war[:, 1 - private]
    if np.ptp(own) > 1e-9:
        raise SettingError("the other side's value of fighting differs by type; use `screen` with a menu")
    order = np.argsort(least, kind="stable")
    return skimming.skim(least[order], np.asarray(prior, float)[order], float(1 - own[0]), discount, rounds)


def posterior(
    prior: Float[np.ndarray, " type"], likelihood: Float[np.ndarray, "act type"]
) -> Float[np.ndarray, " type"]:
    """Belief after a row of independent acts, given P(act | type); in logs, so that many weak acts add up."""
    p, q = np.asarray(prior, float), np.atleast_2d(np.asarray(likelihood, float))
    if (p < 0).any() or not np.isclose(p.sum(), 1) or q.shape[1] != len(p) or (q < 0).any() or (q > 1).any():
        raise SettingError("need a prior that sums to 1 and, per act, one probability for each type")
    with np.errstate(divide="ignore"):
        logs = np.log(p) + np.log(q).sum(0)
    if not np.isfinite(logs).any():
        raise SettingError("no type of positive prior could have acted so: give every act a small chance")
    weight = np.exp(logs - logs.max())
    return weight / weight.sum()
