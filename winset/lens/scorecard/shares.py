"""Shares of weightings, draw by draw: better than, nearer to its own victory, first; each over concentrations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from winset.derive.worth.scores import Board
from winset.settings import number, numbers, whole
from winset.theory.acceptability import Joined, better, joined, spread_weights, weights_inside
from winset.theory.rank_cells import Ranks, rank_matrix, sampled

EXACT = 4  # no answer: so many outcomes at most are ranked by cells in each draw; more are sampled
Draws = Float[np.ndarray, " draw"]


@dataclass(frozen=True)
class Scored:
    """A board by domain. by_domain: criteria weighed within it, by other weights in every draw; even: by equal ones."""

    board: Board
    by_domain: Float[np.ndarray, "outcome draw domain"]
    even: Float[np.ndarray, "outcome draw domain"]

    @property
    def domains(self) -> tuple[str, ...]:
        return self.board.domains

    @property
    def actor(self) -> str:
        return self.board.actor


@dataclass(frozen=True)
class Share:
    """A share of weightings. low, high: over concentrations and equal weights; draws: 5th and 95th percentile."""

    value: float
    low: float
    high: float
    draws: tuple[float, float]


def scored(boards: Sequence[Board]) -> tuple[Scored, ...]:
    """Every board by domain. Criteria of a domain that score alike are joined; boards weigh within domains apart."""
    used = len({d for b in boards for d in b.domains})  # the first dimensions are those of the domains
    made = []
    for board in boards:
        n = board.scores.shape[1]
        places = [board.domains.index(c.domain) for c in board.criteria]
        criteria = joined(board.scores.reshape(-1, len(places)), places, [c.counts for c in board.criteria])
        one = np.zeros((*board.scores.shape[:2], len(criteria.domain)))
        one[:, :, criteria.place] = board.scores
        drawn = weights_inside(criteria, n, used)
        made.append(Scored(board, _summed(one * drawn, criteria), _summed(one * _even(criteria), criteria)))
        used += sum(int((criteria.domain == d).sum()) for d in range(len(board.domains)))
    return tuple(made)


def _even(criteria: Joined) -> Float[np.ndarray, " joined"]:
    total = np.bincount(criteria.domain, criteria.inside)
    return np.asarray(criteria.inside / total[criteria.domain])


def _summed(weighed: np.ndarray, criteria: Joined) -> Float[np.ndarray, "outcome draw domain"]:
    ends = range(int(criteria.domain.max()) + 1)
    return np.stack([weighed[:, :, criteria.domain == d].sum(axis=2) for d in ends], axis=2)


def share_better(difference: Float[np.ndarray, "draw domain"], even: Float[np.ndarray, "draw domain"]) -> Share:
    """Of weightings, those under which the first is better; `even`: the gap with equal weights within domains."""
    whole_ = np.asarray(better(difference, number("scorecard.concentration")))
    few = difference[: whole("scorecard.few")]
    at = [float(np.mean(better(few, a, rough=True))) for a in numbers("scorecard.concentrations")]
    return _share(whole_, [*at, float((even.mean(axis=1) > 0).mean())])


def _share(by_draw: Draws, others: Sequence[float]) -> Share:
    value = float(by_draw.mean())
    low, high = np.percentile(by_draw, [5, 95])
    return Share(value, min(value, *others), max(value, *others), (float(low), float(high)))


def than(one: Scored, first: str, second: str) -> Share:
    """How often one outcome is better for an actor than another."""
    i, k = one.board.at(first), one.board.at(second)
    return share_better(one.by_domain[i] - one.by_domain[k], one.even[i] - one.even[k])


def nearer(one: Scored, other: Scored, at: str, since: str = "") -> Share:
    """How often an actor is nearer to its own victory than another to its own, both under the same weighting of
    domains, each over those in which it has criteria. `since`: how far each has come nearer since that outcome."""
    (a, a_even), (b, b_even) = (_level(x, at, since) for x in (one, other))
    if one.domains == other.domains:
        return share_better(a - b, a_even - b_even)
    union = tuple(sorted({*one.domains, *other.domains}))
    n = len(a)

    def ahead(concentration: float) -> Draws:
        w = spread_weights(n, len(union), concentration)
        return (_over(a, one.domains, union, w) > _over(b, other.domains, union, w)).astype(float)

    others = [float(ahead(c).mean()) for c in numbers("scorecard.concentrations")]
    found = _share(ahead(number("scorecard.concentration")), [*others, float((a_even.mean(1) > b_even.mean(1)).mean())])
    return Share(found.value, found.low, found.high, (np.nan, np.nan))  # one weighting a draw: no share within it


def _level(one: Scored, at: str, since: str) -> tuple[np.ndarray, np.ndarray]:
    i = one.board.at(at)
    if not since:
        return one.by_domain[i], one.even[i]
    k = one.board.at(since)
    return one.by_domain[i] - one.by_domain[k], one.even[i] - one.even[k]


def _over(
    level: Float[np.ndarray, "draw own"], own: Sequence[str], union: Sequence[str], w: Float[np.ndarray, "draw union"]
) -> Draws:
    weights = w[:, [union.index(d) for d in own]]
    return np.asarray((weights * level).sum(axis=1) / weights.sum(axis=1))


def ranks(one: Scored, outcomes: Sequence[str], without: str = "") -> Ranks:
    """The rank matrix of some outcomes for an actor, over weightings and draws; `without`: a domain left out."""
    kept = [i for i, d in enumerate(one.domains) if d != without]
    by_domain = one.by_domain[[one.board.at(o) for o in outcomes]][:, :, kept]
    concentration = number("scorecard.concentration")
    if len(outcomes) <= EXACT and concentration == 1:
        few = min(by_domain.shape[1], whole("scorecard.few"))
        found = [rank_matrix(by_domain[:, d]) for d in range(few)]
        share = np.mean([f.share for f in found], axis=0)
        moment = np.sum([np.nan_to_num(f.central) * f.share[:, :1] for f in found], axis=0)
        first = share[:, :1] * few
        return Ranks(share, np.where(first > 0, moment / np.where(first > 0, first, 1), np.nan), exact=True)
    times = whole("scorecard.weightings")
    weights = spread_weights(times * by_domain.shape[1], len(kept), concentration)
    worth = np.einsum("odk,dk->do", np.tile(by_domain, (1, times, 1)), weights)
    return sampled(worth, weights)


def deciding(one: Scored, outcomes: Sequence[str], matrix: Ranks) -> dict[str, float]:
    """By domain, the share of weightings and draws in which another outcome comes first once it is left out."""
    if len(one.domains) < 2:
        return {}
    first = matrix.share[:, 0]
    return {d: float(np.abs(ranks(one, outcomes, d).share[:, 0] - first).sum() / 2) for d in one.domains}


def levels(one: Scored, outcome: str) -> Mapping[str, Draws]:
    """By domain, the score of an outcome with equal weights within it."""
    return {d: one.even[one.board.at(outcome), :, k] for k, d in enumerate(one.domains)}
