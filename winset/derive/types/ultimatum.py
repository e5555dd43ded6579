"""An ultimatum: one side demands that another take a plan, and threatens to make refusal dearer.

The target is of type h with value of no deal r_h. It takes plan x iff no real red line forbids it and, up to noise,
U(x) + kappa S >= r_h (kappa the threat's credibility, S its size on the target's scale). The war goes on if it refuses,
or if another who must sign does. The demander gets u(x) if the plan is signed and its value of no deal if not. So

    P(war | x, h) = 1 - takes_h(x) others(x),   payoff = no deal + (1 - P(war)) (u(x) - no deal).

A third signatory signs by the one rule of all lenses (`deal.acceptance`: `Verdict.signs`): no real line of its own is
crossed, it gets at least its value of no deal, and every consent that an option needs is given. Draws count as much as
the acts on record leave them (`derive.types.views.View.weight`): every mean and percentile is over draws so weighted.

What carrying out the threat, or not doing so, costs the demander is not in the case and left out. Fearon (1995) has the
textbook form, in which the pie is divisible: here the share of the way from the target's victory to its defeat.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from winset.derive.deal.acceptance import Verdict
from winset.derive.types.hypotheses import chance_takes
from winset.errors import NotSolved
from winset.settings import number, whole
from winset.theory import belief_grid, crisis, weighing
from winset.theory.reliability import broad_prior

Column = Float[np.ndarray, " draw"]
Weights = Float[np.ndarray, "draw hypothesis"]


@dataclass(frozen=True)
class Demand:
    """A plan as a demand. worth: to the target; blocked: by a real red line of the target's; others: whether the rest
    would sign; gain: what it is worth to the demander less its value of no deal."""

    plan: str
    worth: Column
    blocked: Column
    others: Column
    gain: Column


@dataclass(frozen=True)
class Ultimatum:
    """A demander, a target and its types, the odds of each in every draw, the weight of the draws, and the threat.

    ends: what the target's defeat and victory are worth to the demander (None: not packages). rent: what a month of
    talks is worth to the target (None: unknown). discount: how much less a year's delay makes an outcome worth to the
    demander. record: of its deadlines that were defied, how many were carried out, and how many there are. heard: the
    error with which the demander reads the target's value of no deal, and its fresh noise (`circle.messages.heard`);
    None: not said.
    """

    demander: str
    target: str
    demands: tuple[Demand, ...]
    odds: Weights
    weight: Column
    reservation: Weights
    credibility: Column
    size: Column
    floor: Column
    noise: float
    ends: tuple[float, float] | None
    rent: float | None
    discount: float
    record: tuple[float, int]
    basis: tuple[str, ...]
    heard: tuple[Column, Column] | None = None

    @property
    def belief(self) -> tuple[float, float]:
        """The Beta belief that the next deadline is carried out if defied."""
        e, f = broad_prior(worth=number("credibility.worth"))
        return e + self.record[0], f + self.record[1] - self.record[0]

    def refuses(self, demand: Demand, kappa: Column | float) -> Weights:
        """P(the target refuses | type)."""
        return 1.0 - chance_takes(demand.worth + kappa * self.size, self.reservation, self.noise, demand.blocked)

    def war(self, demand: Demand, kappa: Column | float) -> Weights:
        """P(the war goes on | type): the target refuses, or another who must sign does."""
        return 1.0 - (1.0 - self.refuses(demand, kappa)) * demand.others[:, None]

    def payoff(self, demand: Demand, kappa: Column | float) -> Weights:
        """What the demander can expect, by type of the target."""
        return self.floor[:, None] + (1.0 - self.war(demand, kappa)) * demand.gain[:, None]

    def over(self, column: Float[np.ndarray, "draw *rest"]) -> Float[np.ndarray, "*rest"]:
        """The mean over draws."""
        return weighing.mean(column, self.weight)

    def mean(self, by_type: Weights) -> float:
        """The mean over draws and types, by the odds of each type."""
        return float(self.over((by_type * self.odds).sum(axis=1)))

    def if_known(self, by_type: Weights) -> Float[np.ndarray, " hypothesis"]:
        """The mean over draws if the target were known to be of each type: a draw counts by its odds of that type."""
        joint = self.odds * self.weight[:, None]
        return (by_type * joint).sum(axis=0) / joint.sum(axis=0)

    def best(self, kappa: Column | float) -> Demand:
        """The demand with the highest expected payoff."""
        return max(self.demands, key=lambda d: (self.mean(self.payoff(d, kappa)), d.plan))

    def regret(self, demand: Demand) -> Float[np.ndarray, " hypothesis"]:
        """What is lost by this demand against the best one if the target were known to be of each type."""
        table = np.stack([self.if_known(self.payoff(d, self.credibility)) for d in self.demands])
        return table.max(axis=0) - self.if_known(self.payoff(demand, self.credibility))

    def needed(self, demand: Demand) -> Weights:
        """Credibility at which each type is as well off giving way: gain / (gain + loss) (`crisis`); inf: no threat of
        this size is enough; 0: none is needed."""
        gain = self.reservation - demand.worth[:, None]
        loss = self.size[:, None] - gain
        works = (gain > 0) & (loss > 0)
        belief = crisis.deterrence_threshold(np.where(works, gain, 1.0), np.where(works, loss, 1.0))
        return np.where(gain <= 0, 0.0, np.where(works, belief, math.inf))

    def deterred(self, demand: Demand, kappa: Column | float) -> float:
        """P(the target is of a type that this threat, as believed, moves to give way; no red line forbidding it)."""
        enough = (np.broadcast_to(np.asarray(kappa), self.size.shape)[:, None] >= self.needed(demand)) & (
            demand.blocked[:, None] == 0
        )
        return self.mean(enough.astype(float))


def demands(
    verdicts: Sequence[Verdict], demander: str, target: str, floor: Column, weight: Column
) -> tuple[Demand, ...]:
    """The plans that are worth more to one side than no deal, as its demands on another, in order of id."""
    found = []
    for v in sorted(verdicts, key=lambda v: v.plan):
        rest = [x for p, x in v.signs.items() if p not in (demander, target)]
        others = np.all(rest, axis=0) if rest else np.ones_like(v.all_sign)
        if v.rules:
            others = np.zeros_like(others)
        gain = v.worth[demander] - floor
        if weighing.mean(gain, weight) <= 0:
            continue
        found.append(Demand(v.plan, v.worth[target], v.blocked(target).astype(float), others.astype(float), gain))
    return tuple(found)


@dataclass(frozen=True)
class Textbook:
    """Fearon's ultimatum: the demand as a share of the way to the target's defeat, and P(war), by credibility.

    values: what going on is worth to the two together, on a pie of 1; from 1 on there is nothing to bargain over, and
    the rest is empty.
    """

    values: float
    kappa: tuple[float, ...]
    demand: tuple[float, ...]
    p_war: tuple[float, ...]
    beta_demand: float
    beta_p_war: float


def textbook(case: Ultimatum) -> Textbook | None:
    """At the means: war is worth w to the demander on a pie that is 0 at the target's victory and 1 at its defeat.

    None when the demander does not prefer the target's defeat to its victory. The cost of war to the target, 1 - p - r,
    is uniform between its 5th and 95th percentile over draws and types; as a rival reading, Beta.
    """
    if case.ends is None or case.ends[0] <= case.ends[1]:
        return None
    defeat, victory = case.ends
    share = (float(case.over(case.floor)) - victory) / (defeat - victory)
    p, c_a = max(0.0, share), max(0.0, -share)
    joint = case.odds * case.weight[:, None]
    weight = joint.ravel() / joint.sum()
    values = p - c_a + float(weight @ case.reservation.ravel())
    if values >= 1.0 or p >= 1.0:
        return Textbook(values, (), (), (), math.nan, math.nan)
    costs = np.clip(1.0 - p - case.reservation, 0.0, None).ravel()
    order = np.argsort(costs, kind="stable")
    reached = np.cumsum(weight[order])
    lo, hi = (float(costs[order][min(int(np.searchsorted(reached, q)), len(order) - 1)]) for q in (0.05, 0.95))
    kappas = (0.0, float(case.over(case.credibility)), 1.0)
    made = [crisis.ultimatum_with_threat(p, c_a, lo, hi, k, float(case.over(case.size))) for k in kappas]
    mean, var = float(weight @ costs), float(weight @ costs**2 - (weight @ costs) ** 2)
    scale = 1.0 - p
    common = mean / scale * (1 - mean / scale) / (var / scale**2) - 1 if var > 0 else 0.0
    beta = crisis.Ultimatum(math.nan, math.nan)
    if common > 0 and 0 < mean < scale:
        beta = crisis.ultimatum_beta(p, c_a, common * mean / scale, common * (1 - mean / scale), scale)
    return Textbook(
        values,
        kappas,
        tuple(float(u.demand) for u in made),
        tuple(float(u.p_war) for u in made),
        float(beta.demand),
        float(beta.p_war),
    )


def worth_of_rounds(case: Ultimatum, months: float) -> tuple[float, float] | None:
    """(value of one last word, value of several offers, `screening.rounds`) to the demander over no deal: `belief_grid`
    at the mean odds.

    `months`: length of a round. A yes becomes a deal only as often as no real red line of the target and no other
    signatory stands in the way. None for a single type, or where no equilibrium was found.
    """
    odds, mean = case.over(case.odds), case.if_known(case.reservation)
    rounds, points = whole("screening.rounds"), whole("screening.points")
    if len(mean) == 1:
        return None
    edge = float(case.over(case.credibility * case.size))
    goes = np.array([float(case.over((1.0 - d.blocked) * d.others)) for d in case.demands])
    gain = goes * np.array([[float(case.over(d.worth)) + edge - r for d in case.demands] for r in mean])
    settle = goes * np.array([float(case.over(d.gain)) for d in case.demands])
    discount = (1.0 - min(case.discount, 0.99)) ** (months / 12.0)
    try:
        found = [belief_grid.solve(gain, settle, min(discount, 1 - 1e-9), n, case.noise, points) for n in (1, rounds)]
    except NotSolved:
        return None
    near = int(np.argmin(np.abs(found[0].beliefs - odds).sum(axis=1)))
    return float(found[0].value[0, near]), float(found[1].value[0, near])
