"""One number of the dossier changed, or two, on the same draws with the same luck: does an answer turn, and where?

A changed number is known: every draw has it at one value. Everything else stays as the record left it. What going on
is worth stays that of the case as stated (as for any reading, `derive.war.no_deal`), unless the number is one of the
war itself: then the core is solved anew, on few draws (`robust.solved_draws`), and only for the numbers that the draws
show to move most. A number that moves no headline from one end of its own range to the other is not tried beyond it.

The tipping value lies between the dossier's central number and the nearest end at which the answer is another, by
bisection.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from winset.arrays import Arrays, Luck, chosen, mode
from winset.case import model as m
from winset.derive.war.columns import OF_WAR
from winset.quantile import named
from winset.reads import kept
from winset.robustness.headlines import Headline, Values, measured, shares, yes
from winset.settings import of_now, whole
from winset.theory.sobol import total_of
from winset.units import quantities

ENDS = (0.05, 0.95)  # source: what low and high of a Figure mean
STEPS = 10  # no answer: halvings, to a thousandth of the way
Shares = dict[str, float]
Change = tuple[str, float]
Tried = dict[tuple[Change, ...], Shares]


@dataclass(frozen=True)
class Tip:
    """An answer turns if these numbers have these values. within: each inside its own range; far: how far the furthest
    is from its central number, in widths of its own range. share: of the headline there."""

    headline: str
    changes: tuple[Change, ...]
    within: bool
    far: float
    share: float


@dataclass
class Moves:
    """Changes of a case, each looked at once. `tried` holds the shares by what was changed."""

    arrays: Arrays
    families: tuple[str, ...]
    tried: Tried = field(default_factory=dict)

    def shares(self, *changes: Change) -> Shares:
        """The share of every headline if some numbers are known."""
        key = tuple(sorted(changes))
        if key not in self.tried:
            self.tried[key] = shares(self._measured(_known(self.case, key)))
        return self.tried[key]

    def moves(self, figure: m.Figure) -> bool:
        """Whether any headline differs between the ends of its own range: what does nothing there is not tried
        beyond."""
        low, high = (self.shares((figure.id, end)) for end in own_range(figure))
        return low != high

    def total(self, figure: m.Figure, base: Mapping[str, np.ndarray]) -> Shares:
        """Total order of one number for every headline: it is drawn anew from its own range, and nothing else is. None
        for one that moves nothing there."""
        if not self.moves(figure):
            return {}
        anew = replace(figure, group=f"drawn anew:{figure.latent}")
        found = self._measured({figure.id: anew})
        return {key: float(total_of(base[key], column)) for key, column in found.items()}

    def base(self) -> Values:
        """Every headline in each draw, nothing changed; made once, and with it the columns that no change moves."""
        luck = self.arrays.luck
        key = of_now(("headlines", self.families))
        return kept(luck.shelf, luck.reads, key, lambda: [measured(self.arrays, self.families)])[0]

    def _measured(self, new: Mapping[str, m.Figure]) -> Values:
        with self.arrays.luck.forgetting():
            return measured(self._changed(new), self.families)

    @property
    def case(self) -> m.Case:
        return self.arrays.case

    def _changed(self, new: Mapping[str, m.Figure]) -> Arrays:
        case = self.case
        figures = tuple(new.get(f.id, f) for f in case.figures)
        before = {i: case.figure[i] for i in new if case.figure[i].quantity == "no_deal"} | case.before
        return Arrays(
            replace(case, figures=figures, before=before), self.arrays.luck, stated=self.arrays.stated or case
        )


def first(luck: Luck, count: int) -> Luck:
    """The first draws of a Luck; one for all who ask for as many."""
    if ("first", count) not in luck.shelf:
        rows = np.arange(luck.count) if luck.rows is None else luck.rows
        made = chosen(luck.pool if luck.rows is not None else (luck,), rows[:count], luck.blocks)
        luck.shelf["first", count] = [made]
    found: Luck = luck.shelf["first", count][0]
    return found


def _known(case: m.Case, changes: Iterable[Change]) -> dict[str, m.Figure]:
    return {
        name: replace(case.figure[name], at="", distribution="", low=value, mode=value, high=value)
        for name, value in changes
    }


def of_war(figure: m.Figure) -> bool:
    """Whether a change of the number means that the war core is solved anew."""
    return figure.quantity in OF_WAR


def varies(figure: m.Figure) -> bool:
    """Whether the number is uncertain: not one by definition, and not the place of something else."""
    return not figure.at and (bool(figure.distribution) or figure.low != figure.high)


def own_range(figure: m.Figure) -> tuple[float, float]:
    """Its 5th and 95th percentile."""
    if figure.distribution:
        low, high = named(figure.distribution, np.array(ENDS))
        return float(low), float(high)
    return figure.numbers[0], figure.numbers[2]


def ends_of(figure: m.Figure) -> tuple[tuple[float, float], ...]:
    """Pairs of values at which it is tried: the ends of its own range, then as far as its quantity allows and, where
    that is without a bound, `robust.further` times its width beyond."""
    low, high = own_range(figure)
    bounds, more = quantities()[figure.quantity], whole("robust.further") * (high - low)
    least = bounds.low if np.isfinite(bounds.low) else low - more
    most = bounds.high if np.isfinite(bounds.high) else high + more
    return (low, high), (least, most)


def far(figure: m.Figure, value: float) -> float:
    """How far a value is from the central number, in widths of its own range."""
    low, high = own_range(figure)
    return abs(value - mode(figure)) / (high - low) if high > low else 0.0


def tips(moves: Moves, figure: m.Figure, headlines: Sequence[Headline], base: Shares, steps: int = STEPS) -> list[Tip]:
    """Where the answers turn as one number moves from its central value, each at the nearer end at which it has
    turned."""
    found: list[Tip] = []
    centre = mode(figure)
    if not moves.moves(figure):
        return found
    at_centre = moves.shares((figure.id, centre))
    done: set[str] = set()
    for within, ends in zip((True, False), ends_of(figure)):
        tried = [(end, moves.shares((figure.id, end))) for end in ends if end != centre]
        for one in headlines:
            key = one.key
            if key in done or figure.id not in one.basis:
                continue
            turned = [end for end, there in tried if yes(there[key]) != yes(base[key])]
            if yes(at_centre[key]) != yes(base[key]):
                value = centre  # its spread decides, not its place
            elif turned:
                nearest = min(turned, key=lambda end: (far(figure, end), end))
                value = _bisected(moves, figure.id, key, (centre, nearest), yes(base[key]), steps)
            else:
                continue
            done.add(key)
            share = moves.shares((figure.id, value))[key]
            found.append(Tip(key, ((figure.id, value),), within, far(figure, value), share))
    return found


def _bisected(moves: Moves, name: str, key: str, between: tuple[float, float], was: bool, steps: int) -> float:
    """The value nearest to the first end at which the answer is known to be another than it was."""
    same, other = between
    for _ in range(steps):
        middle = (same + other) / 2
        if yes(moves.shares((name, middle))[key]) == was:
            same = middle
        else:
            other = middle
    return other


def leading(of: Sequence[tuple[m.Figure, Tried]], key: str, was: bool) -> tuple[Change, ...]:
    """The numbers that at an end of their own range bring a headline nearest to the other answer, with that end; the
    nearest first, `robust.pairs` of them. of: each with what was tried of it."""
    best = []
    for figure, tried in of:
        reached = {end: tried[(figure.id, end),][key] for end in own_range(figure)}
        end = max(reached, key=lambda e: (-reached[e] if was else reached[e], e))
        best.append((reached[end] if was else -reached[end], figure.id, end))
    return tuple((name, end) for _, name, end in sorted(best)[: whole("robust.pairs")])


def pairs(moves: Moves, ends: Sequence[Change], key: str, was: bool) -> Tip | None:
    """Two numbers that turn a headline at these ends; None where no two do."""
    for one, other in itertools.combinations(ends, 2):
        share = moves.shares(one, other)[key]
        if yes(share) != was:
            at = max(far(moves.case.figure[name], end) for name, end in (one, other))
            return Tip(key, (one, other), True, at, share)
    return None
