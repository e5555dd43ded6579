"""The threats, first steps and classes of a case as columns of draws, put to the models of theory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from winset.arrays import Arrays
from winset.case.escalation import Gesture, Next, Threat
from winset.derive.record.credibility import deadlines, odds
from winset.settings import number
from winset.theory import bands, deterrence, trust
from winset.theory.bands import ReferenceClass
from winset.theory.reliability import broad_prior

Draws = Float[np.ndarray, " draw"]
OF_THREAT = (
    "challenge_unopposed",
    "challenge_not_made",
    "challenge_fought",
    "challenge_dropped",
    "defence_holds",
    "defence_gives_way",
    "defence_fought",
    "defender_firm",
    "challenger_firm",
)
OF_GESTURE = ("cheating_gain", "cheated_loss", "cheat_gain", "cheated_loss_cheat", "trust")
OF_SPIRAL = ("arms_if_afraid", "arms_if_afraid_believed")


def missing(arrays: Arrays, subject: str, quantities: Sequence[str]) -> list[str]:
    """The Figures of a subject that the case does not have."""
    return [f"{subject}.{q}" for q in quantities if not arrays.has(subject, q)]


def columns(arrays: Sequence[Arrays], subject: str, quantities: Sequence[str]) -> dict[str, Draws]:
    return {q: np.concatenate([a.get(subject, q) for a in arrays]) for q in quantities}


@dataclass(frozen=True)
class Weighed:
    """A threat in every draw in which its payoffs are in the order that the game asks for (`sound`).

    needed: the worth of the status quo at which the present credibility would deter everybody. record: the credibility
    that the defender's own deadlines would give it.
    """

    threat: Threat
    at: deterrence.Thresholds
    region: Int[np.ndarray, " draw"]
    steadfast: Bool[np.ndarray, " draw"]
    defender: Draws
    challenger: Draws
    not_made: Draws
    needed: Draws
    sound: Bool[np.ndarray, " draw"]
    record: tuple[float, tuple[str, ...]] | None
    basis: tuple[str, ...]

    @property
    def shares(self) -> Float[np.ndarray, " region"]:
        """Share of the sound draws in each of `deterrence.REGIONS`."""
        return np.bincount(self.region, minlength=len(deterrence.REGIONS)) / max(1, len(self.region))

    @property
    def leading(self) -> int:
        return int(np.argmax(self.shares))

    @property
    def margin(self) -> Draws:
        """Credibility beyond what deters everybody; below 0 it falls short."""
        return self.defender - np.asarray(self.at.certain)


def weigh(arrays: Sequence[Arrays], threat: Threat, common: Bool[np.ndarray, " draw"] | None = None) -> Weighed:
    """The threat put to the game; `common`: draws to look at (default: those that are sound)."""
    held = columns(arrays, threat.id, OF_THREAT)
    worth = deterrence.Payoffs(*(held[q] for q in OF_THREAT[:7]))
    sound = np.asarray(worth.ordered) if common is None else common & np.asarray(worth.ordered)
    kept = {q: v[sound] for q, v in held.items()}
    at = deterrence.thresholds(deterrence.Payoffs(*(kept[q] for q in OF_THREAT[:7])))
    p_d, p_c = kept["defender_firm"], kept["challenger_firm"]
    gap = kept["challenge_unopposed"] - kept["challenge_fought"]
    return Weighed(
        threat=threat,
        at=at,
        region=np.asarray(deterrence.region(at, p_c, p_d), int),
        steadfast=np.asarray(deterrence.steadfast(at, p_c, p_d)),
        defender=p_d,
        challenger=p_c,
        not_made=kept["challenge_not_made"],
        needed=kept["challenge_unopposed"] - p_d * gap,  # the worth of the status quo at which c2 is p_d
        sound=sound,
        record=record(arrays, arrays[0].case.party_of(threat.defender)),
        basis=tuple(arrays[0].id(threat.id, q) for q in OF_THREAT),
    )


def record(arrays: Sequence[Arrays], author: str) -> tuple[float, tuple[str, ...]] | None:
    """The chance that this author's next deadline is carried out if defied, by its own record, and what it rests on;
    None without a deadline."""
    chains = [d for d in deadlines(arrays[0].case) if d.author == author]
    if not chains:
        return None
    found = odds(arrays, chains, broad_prior(worth=number("credibility.worth")), author)
    return found.mean, (*found.basis, *(d.begun.id for d in chains))


@dataclass(frozen=True)
class Reassures:
    """A first step in every draw: least that a cheat would not make, most that an honest side dares; and how arming is
    read."""

    gesture: Gesture
    least: Draws
    most: Draws
    minimum: Draws
    trust: Draws
    greedy: Draws | None
    overstated: Draws | None
    basis: tuple[str, ...]

    @property
    def room(self) -> Draws:
        """By how much the most that is dared exceeds the least that reassures; below 0 there is no such step."""
        return self.most - self.least

    @property
    def possible(self) -> float:
        return float(np.mean(self.least <= self.most))


def reassures(arrays: Sequence[Arrays], gesture: Gesture) -> Reassures:
    held = columns(arrays, gesture.id, OF_GESTURE)
    step = trust.first_step(
        held["cheating_gain"], held["cheated_loss"], held["cheat_gain"], held["cheated_loss_cheat"], held["trust"]
    )
    greedy = overstated = None
    basis = [arrays[0].id(gesture.id, q) for q in OF_GESTURE]
    if not missing(arrays[0], gesture.id, OF_SPIRAL):
        arms = columns(arrays, gesture.id, OF_SPIRAL)
        greedy = np.asarray(trust.greedy_given_arms(1.0 - held["trust"], arms["arms_if_afraid"]))
        overstated = np.asarray(
            trust.overstatement(1.0 - held["trust"], arms["arms_if_afraid"], arms["arms_if_afraid_believed"])
        )
        basis += [arrays[0].id(gesture.id, q) for q in OF_SPIRAL]
    return Reassures(
        gesture=gesture,
        least=np.asarray(step.least),
        most=np.asarray(step.most),
        minimum=np.asarray(trust.minimum_trust(held["cheating_gain"], held["cheated_loss"])),
        trust=held["trust"],
        greedy=greedy,
        overstated=overstated,
        basis=tuple(basis),
    )


@dataclass(frozen=True)
class Band:
    """One class of comparable cases for a next step: 5th percentile, median and 95th over draws."""

    next: Next
    of: ReferenceClass
    low: float
    mid: float
    high: float
    weight: float
    basis: tuple[str, ...]


def bands_of(arrays: Sequence[Arrays], step: Next, months: float) -> tuple[Band, ...]:
    """A band for each class that the step names; classes stand side by side and are not averaged."""
    found = []
    for name in step.classes:
        of, given = bands.classes()[name], arrays[0].has(name, "class_weight")
        parts = [
            a.get(name, "class_weight") if given else np.full(a.draws, number("escalation.class_weight"))
            for a in arrays
        ]
        weight, luck = np.concatenate(parts), np.concatenate([a.luck.quantile(f"class:{name}") for a in arrays])
        made = np.asarray(bands.band(of, np.maximum(weight, 1e-6), months, luck))
        low, mid, high = (float(x) for x in np.quantile(made, (0.05, 0.5, 0.95)))
        basis = (arrays[0].id(name, "class_weight"),) if given else ()
        found.append(Band(step, of, low, mid, high, float(weight.mean()), basis))
    return tuple(found)
