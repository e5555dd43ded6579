"""The interstate game on each issue: which parties play, with which weight, and where each model of bargaining ends.

Parties only: a leader, a parliament or an alliance's staff is part of a party's weight and never a player beside it. A
party plays on an issue if the case has its capability, its attention to the issue and its wish. Weight is capability
times attention.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from winset.arrays import Arrays
from winset.case import model as m
from winset.derive.record.mediators import wishes
from winset.reads import reading
from winset.settings import number, whole, word
from winset.theory import condorcet, expected_utility, means, spatial_model

FOLLOWS = "accommodation"
FULL = 100.0  # source: the units themselves: places, values and attention run from 0 to 100
Block = Float[np.ndarray, "draw actor"]


@dataclass(frozen=True)
class Board:
    """One issue. wish: ideals of an ordered issue, values of all options of another. places: of the options, where
    ordered. follows: how far the ideal of one party follows the position of another, where stated."""

    issue: m.Issue
    parties: tuple[str, ...]
    capability: Block
    attention: Block
    wish: Float[np.ndarray, "draw actor wish"]
    places: Float[np.ndarray, "draw option"] | None
    basis: tuple[str, ...]
    follows: Mapping[tuple[str, str], Float[np.ndarray, " draw"]] = field(default_factory=dict)

    @property
    def weight(self) -> Block:
        return self.capability * self.attention / FULL

    @property
    def ordered(self) -> bool:
        return self.places is not None

    @property
    def ideal(self) -> Block:
        """The parties' places on an ordered issue."""
        return self.wish[:, :, 0]

    @cached_property
    def chance(self) -> Float[np.ndarray, "draw outcome"]:
        """The chance of each party's place, or of each option where there is no order, by the model that is taken."""
        return self.elected(self.weight)

    def elected(self, weight: Block) -> Float[np.ndarray, "draw outcome"]:
        """The same with other weights."""
        kind = word("influence.election")
        if self.ordered:
            return condorcet.places(self.ideal, weight, kind, alike=number("influence.alike"))  # type: ignore[arg-type]
        return condorcet.election(condorcet.coalitions(self.wish / FULL, weight), kind)  # type: ignore[arg-type]

    @cached_property
    def by_option(self) -> Float[np.ndarray, " option"]:
        """The chance of each option, a place counting for the option nearest to it."""
        if self.places is None:
            return self.chance.mean(axis=0)
        near = np.abs(self.ideal[:, :, None] - self.places[:, None, :]).argmin(axis=2)
        return np.array([(self.chance * (near == o)).sum(axis=1).mean() for o in range(self.places.shape[1])])

    @cached_property
    def mean(self) -> Float[np.ndarray, " draw"]:
        """The expected place in every draw."""
        return (self.chance * self.ideal).sum(axis=1)

    @cached_property
    def moved(self) -> Float[np.ndarray, "draw actor"]:
        """By how much the expected place moves if one party's weight grows by `influence.more`, party by party."""
        found = []
        for k in range(len(self.parties)):
            grown = self.weight.copy()
            grown[:, k] *= 1 + number("influence.more")
            found.append((self.elected(grown) * self.ideal).sum(axis=1) - self.mean)
        return np.stack(found, axis=1)

    def quantiles(self, *at: float) -> list[float]:
        """Of the place at which bargaining ends, over the election and the draws."""
        x, p = self.ideal.ravel(), self.chance.ravel()
        order = np.argsort(x, kind="stable")
        level = np.cumsum(p[order])
        return [float(x[order][min(len(x) - 1, int(np.searchsorted(level, q * level[-1])))]) for q in at]


def boards(arrays: Sequence[Arrays]) -> list[Board]:
    """Every issue on which at least two parties play, by id."""
    made = (board(arrays, i) for i in sorted(arrays[0].case.issues, key=lambda i: i.id))
    return [b for b in made if b is not None]


def players(case: m.Case) -> list[str]:
    return sorted(a.id for a in case.actors if a.level == "party")


def board(arrays: Sequence[Arrays], issue: m.Issue) -> Board | None:
    first, told = arrays[0], {}
    with reading() as seen:
        for party in players(first.case):
            if first.has(party, "capability") and first.has(party, issue.id, "attention"):
                wish = wishes(arrays, party, issue)
                if wish is not None:
                    told[party] = wish
        if len(told) < 2:
            return None
        parties = tuple(told)

        def column(*key: str) -> Float[np.ndarray, " draw"]:
            return np.concatenate([a.get(*key) for a in arrays])

        told_of = [f.subject for f in first.case.in_force.values() if f.quantity == FOLLOWS]
        follows = {(a, b): column(a, b, FOLLOWS) for a, b in told_of if a in told and b in told}
        capability = np.stack([column(p, "capability") for p in parties], axis=1)
        attention = np.stack([column(p, issue.id, "attention") for p in parties], axis=1)
        places = None
        if issue.kind == "scale":
            if not all(first.has(issue.id, o, "place") for o in issue.option_ids):
                return None
            places = np.stack([column(issue.id, o, "place") for o in issue.option_ids], axis=1)
    wish = np.stack([told[p] for p in parties], axis=1)
    return Board(issue, parties, capability, attention, wish, places, tuple(sorted(seen)), follows)


# the models whose ends are shown side by side, in this order: of the published families, each named preset
AVERAGES = ("weighted mean", "weighted median", "Nash position", "costly reference point")
ELECTIONS = tuple(f"election, {kind}" for kind in condorcet.KINDS)
CHALLENGES = tuple(f"challenges, {name}" for name in expected_utility.PRESETS)
SPATIAL_MODELS = {
    "spatial, ktab-1.4": spatial_model.PRESETS["ktab-1.4"],
    "spatial, corrected, both views weighed": replace(spatial_model.PRESETS["corrected"], view="weighed"),
}
SPATIAL = tuple(SPATIAL_MODELS)
MODELS = (*AVERAGES, *ELECTIONS, *CHALLENGES, *SPATIAL)


@dataclass(frozen=True)
class Ends:
    """Where each model ends on each ordered issue. ends[model][issue]: the mean, and the weighted median, in
    every draw."""

    ends: dict[str, dict[str, tuple[Float[np.ndarray, " draw"], Float[np.ndarray, " draw"]]]]
    reasons: dict[str, str]


def multiverse(held: Sequence[Board]) -> Ends:
    """Every model on every ordered issue, in the draws of the boards; a challenge model stops after "
    "`influence.rounds`."""
    ordered = [b for b in held if b.ordered]
    ends: dict[str, dict[str, tuple[np.ndarray, np.ndarray]]] = {name: {} for name in MODELS}
    for b in ordered:
        rows, back = _distinct(b.ideal, b.capability, b.attention, b.places)
        b = _rows_of(b, rows)
        x, w, key = b.ideal, b.weight, b.issue.id
        mean, median = means.weighted_mean(x, w), means.weighted_median(x, w)
        ends["weighted mean"][key], ends["weighted median"][key] = (mean, mean), (median, median)
        nash = means.nash_position(x, w, FULL)
        ends["Nash position"][key] = nash, nash
        costly = _costly(b)
        ends["costly reference point"][key] = costly, costly
        for kind, name in zip(condorcet.KINDS, ELECTIONS):
            P = condorcet.places(x, w, kind, alike=number("influence.alike"))
            ends[name][key] = (P * x).sum(axis=1), means.weighted_median(x, P)
        for switches, name in zip(expected_utility.PRESETS.values(), CHALLENGES):
            played = expected_utility.play(x, b.capability, b.attention / FULL, switches, whole("influence.rounds"))
            last = played.positions[:, -1]
            ends[name][key] = means.weighted_mean(last, w), means.weighted_median(last, w)
        for made in ends.values():
            if key in made:
                made[key] = made[key][0][back], made[key][1][back]
    reasons = {}
    for name, model in SPATIAL_MODELS.items():
        outcomes = spatial(held, model)
        reasons[name] = outcomes[0].reason if outcomes else ""
        for k, b in enumerate(ordered):
            last = np.stack([o.positions[-1][_rows(ordered, b), k] for o in outcomes]) * FULL
            ends[name][b.issue.id] = means.weighted_mean(last, b.weight), means.weighted_median(last, b.weight)
    return Ends({name: made for name, made in ends.items() if made}, reasons)


def _costly(b: Board) -> Float[np.ndarray, " draw"]:
    """The Nash position where no deal leaves the status quo and costs everybody `influence.failure_cost`."""
    assert b.places is not None
    quo = b.places[:, b.issue.option_ids.index(b.issue.status_quo)]
    cost = number("influence.failure_cost")
    return means.costly_reference(b.ideal, b.weight, quo, cost, FULL)


def together(ordered: Sequence[Board]) -> tuple[str, ...]:
    """All parties that play on some ordered issue, by id."""
    return tuple(sorted({p for b in ordered for p in b.parties}))


def _rows(ordered: Sequence[Board], b: Board) -> list[int]:
    everybody = together(ordered)
    return [everybody.index(p) for p in b.parties]


def spatial(held: Sequence[Board], model: spatial_model.Model) -> list[spatial_model.Outcome]:
    """All ordered issues bargained over at once, draw by draw.

    Salience is a party's share of its attention to all issues of the game, unordered ones included. A party that does
    not play on an issue has no salience there and stands at the weighted mean of those who do.
    """
    ordered = [b for b in held if b.ordered]
    if not ordered:
        return []
    everybody, draws = together(ordered), len(ordered[0].weight)
    x = np.empty((draws, len(everybody), len(ordered)))
    s, c, total = np.zeros_like(x), np.zeros((draws, len(everybody))), np.zeros((draws, len(everybody)))
    for b in held:
        at = [everybody.index(p) for p in b.parties if p in everybody]
        total[:, at] += b.attention[:, [k for k, p in enumerate(b.parties) if p in everybody]]
    for k, b in enumerate(ordered):
        at = _rows(ordered, b)
        x[:, :, k] = means.weighted_mean(b.ideal, b.weight)[:, None] / FULL
        x[:, at, k] = b.ideal / FULL
        s[:, at, k] = b.attention
        c[:, at] = b.capability
    most = c.max(axis=1, keepdims=True)  # as the program asks for: at most 100
    c = np.where(most > 0, FULL * c / np.where(most > 0, most, 1.0), 0.0)
    s = np.where(total > 0, s.transpose(2, 0, 1) / np.where(total > 0, total, 1.0), 0.0).transpose(1, 2, 0)
    A, x = _accommodation(ordered, everybody, draws), np.clip(x, 0, 1)
    rows, back = _distinct(x, c, s, A)
    made = [spatial_model.play(x[d], c[d], s[d], model, A[d]) for d in rows]
    return [made[k] for k in back]


def _distinct(*parts: np.ndarray | None) -> tuple[Int[np.ndarray, " row"], Int[np.ndarray, " draw"]]:
    """The draws that differ from all before them, and which of these each draw is: numbers without a range are the same
    in all draws, and are played once."""
    flat = np.concatenate([p.reshape(len(p), -1) for p in parts if p is not None], axis=1)
    seen: dict[bytes, int] = {}
    back = np.array([seen.setdefault(row.tobytes(), len(seen)) for row in flat])
    return np.unique(back, return_index=True)[1], back


def _rows_of(b: Board, rows: Int[np.ndarray, " row"]) -> Board:
    places = None if b.places is None else b.places[rows]
    follows = {pair: column[rows] for pair, column in b.follows.items()}
    return replace(
        b, capability=b.capability[rows], attention=b.attention[rows], wish=b.wish[rows], places=places, follows=follows
    )


def _accommodation(
    ordered: Sequence[Board], everybody: Sequence[str], draws: int
) -> Float[np.ndarray, "draw actor actor"]:
    """How far each party's ideal follows each one's position: as stated, else its own alone. A row that adds up to more
    than 1 in a draw is made shares of 1."""
    A = np.tile(np.eye(len(everybody)), (draws, 1, 1))
    stated = {pair: column for b in ordered for pair, column in b.follows.items()}
    for k in {everybody.index(a) for a, _ in stated}:
        A[:, k] = 0.0
    for (a, b), column in stated.items():
        A[:, everybody.index(a), everybody.index(b)] = column
    return A / np.maximum(A.sum(axis=2, keepdims=True), 1.0)
