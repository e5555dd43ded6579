"""Three more models of escalation, each behind a Setting: signalling, a contest in risk, and cross-impact balance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from winset.arrays import Arrays
from winset.case import escalation as m
from winset.derive.steps.games import OF_THREAT, Weighed, columns
from winset.theory import risk_attrition, signalling
from winset.theory.cross_impact import CrossImpact
from winset.theory.signalling import Equilibrium, Worth


@dataclass(frozen=True)
class Signals:
    """A threat as a signalling game: its equilibria in each of some draws (none where none was found). private: the
    standard deviation of what each alone knows, as a share of its scale."""

    weighed: Weighed
    private: float
    found: tuple[tuple[Equilibrium, ...], ...]

    @property
    def several(self) -> float:
        """Share of those draws with more than one equilibrium."""
        return float(np.mean([len(own) > 1 for own in self.found]))

    def over(self, name: str) -> Float[np.ndarray, " equilibrium"]:
        """`resist`, `challenge`, `fight` or `war` in every equilibrium of every draw."""
        return np.array([getattr(e, name) for own in self.found for e in own])


def signals(arrays: Sequence[Arrays], weighed: Weighed, private: float, draws: int) -> Signals:
    """The challenger keeps what is, or challenges; the other gives way or resists; the challenger drops it or fights.

    draws: how many of the sound ones, the first.
    """
    held = columns(arrays, weighed.threat.id, OF_THREAT[:7])
    rows = np.flatnonzero(weighed.sound)[:draws]
    found = []
    for d in rows:
        at = {q: float(v[d]) / private for q, v in held.items()}
        found.append(
            signalling.equilibria(
                Worth(
                    status_quo=at["challenge_not_made"],
                    prize=at["challenge_unopposed"],
                    conceded=at["defence_gives_way"],
                    held=at["defence_holds"],
                    war_a=at["challenge_fought"],
                    war_b=at["defence_fought"],
                    back_down=at["challenge_dropped"],
                )
            )
        )
    return Signals(weighed, private, tuple(found))


@dataclass(frozen=True)
class Contest:
    """A threat as a contest in risk, with a disaster so many times as bad as a side's own defeat. worst: the largest
    loss of either side, in units of what winning adds; disaster: the chance that neither gives way in time; middle:
    the risk that a side of middling loss runs before it does (cumulative hazard)."""

    weighed: Weighed
    times: float
    worst: float
    disaster: float
    middle: float


def contest(arrays: Sequence[Arrays], weighed: Weighed, times: float) -> Contest | None:
    """The contest of a threat; None where no sound draw has anything to win.

    On a side's scale its own defeat is 0, so that giving way, worth s, is lost by a disaster of `times` defeats to the
    amount s + (times - 1), and winning adds v - s; the loss is their ratio, of both sides in every draw. Losses beyond
    the 95th percentile are left out, since the model's types have a worst one.
    """
    held = {q: v[weighed.sound] for q, v in columns(arrays, weighed.threat.id, OF_THREAT[:7]).items()}
    sides = (("challenge_unopposed", "challenge_dropped"), ("defence_holds", "defence_gives_way"))
    losses = [(held[s] + times - 1.0) / (held[v] - held[s]) for v, s in sides]
    every = np.concatenate([x[np.isfinite(x) & (x > 0)] for x in losses])
    if not every.size:
        return None
    worst = max(float(np.quantile(every, 0.95)), risk_attrition.LEAST)
    return Contest(weighed, times, worst, risk_attrition.p_disaster(worst), risk_attrition.quits_at(worst / 2, worst))


@dataclass(frozen=True)
class Balance:
    """The combinations that support themselves, or nearly: by descriptor the variant, the largest shortfall, and the
    total impact score. count: of all combinations."""

    rows: tuple[tuple[dict[str, str], float, float], ...]
    count: int


def balance(told: m.CrossImpact, near: float) -> Balance:
    """All combinations that fall short by `near` at most: consistent ones first, then by their score."""
    descriptors = sorted(told.descriptors, key=lambda d: d.id)
    variants = [sorted(d.variants, key=lambda v: v.id) for d in descriptors]
    place = {v.id: i for i, v in enumerate(v for own in variants for v in own)}
    impact = np.zeros((len(place), len(place)))
    for row in told.impacts:
        for name, by in row.on.items():
            impact[place[row.of], place[name]] = by
    model = CrossImpact(tuple(len(own) for own in variants), impact)
    short, score = model.inconsistency(model.scenarios), model.score(model.scenarios)
    kept = sorted(np.flatnonzero(short <= near), key=lambda i: (short[i], -score[i], i))
    rows = []
    for i in kept:
        names = {d.id: own[v].label for d, own, v in zip(descriptors, variants, model.scenarios[i])}
        rows.append((names, float(short[i]), float(score[i])))
    return Balance(tuple(rows), len(short))
