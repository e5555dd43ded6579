"""What the deals of a war are worth, made once for all variants of a case that differ in the war alone.

A lever, an elasticity or a variant of the model mostly moves a Figure of the war itself (`OF_WAR`), which no value of a
deal rests on. Variants are told to be alike by every other Figure in force, by its numbers where a patch has set it,
and by all else of a case that a value can rest on.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from winset.arrays import Arrays, Luck
from winset.case import model as m
from winset.derive.worth.menu import Deal, Tailored, Worth, tailored, worth_of
from winset.derive.worth.utilities import Reading, Utilities, utilities
from winset.settings import numbers, of_now

BY_SIDE = ("endurance", "flow_cost", "discount", "prior_strength")
PRESSURE = ("pressure_cost", "pressure_drain", "pressure_expected", "pressure_path")
OF_WAR = frozenset(
    (
        *BY_SIDE,
        *PRESSURE,
        "battle_win",
        "prior_mean",
        "decisive_rate",
        "forts",
        "round_length",
        "tabling",
        "talk_rent",
        "leader_exit_cost",
        "deal_bonus",
        "break_shift",
        "truce_clause",
        "exhausted_share",
        "deal_breaks",
        "front",
        "talk_months",
        "message_noise",
        "face_value",
    )
)
"""Quantities of the war itself; what deals are worth rests on the positions."""


@dataclass(frozen=True)
class Worths:
    """The blocks of every signatory, the deals of the menu, and the packages tailored to each draw."""

    parties: Utilities
    menu: Worth
    made: tuple[Tailored, ...]
    held: tuple[object, ...]  # what the key names by its id: as long as it is held, no other takes that over
    taken: bool = False  # whether the blocks are its own, and no part of what draws share

    @property
    def nbytes(self) -> int:
        records = (self.menu, *self.made, *([self.parties] if self.taken else []))
        held = [x for record in records for x in vars(record).values()]
        columns = (c for x in held for c in (x.values() if isinstance(x, dict) else (x,)))
        return sum(c.nbytes for c in columns if isinstance(c, np.ndarray))


def worths_of(arrays: Arrays, reading: Reading, deals: Sequence[Deal], sides: tuple[str, str]) -> Worths:
    """The worths of a menu in the draws of `arrays`, from those made for the same draws where nothing that they rest on
    differs; it must not be changed. Where draws are chosen, those of all candidates are made, once for all choices."""
    case, luck = arrays.case, arrays.luck

    def make() -> Worths:
        if luck.rows is not None:
            return _of_roots(luck, [worths_of(Arrays(case, root), reading, deals, sides) for root in luck.roots])
        worths = utilities(arrays, reading)
        weights = [{sides[0]: w, sides[1]: 1 - w} for w in numbers("menu.tailored")]
        own = tailored(arrays, worths, weights)
        return Worths(worths, worth_of(arrays, worths, deals), tuple(own), (case, *deals))

    if arrays.at_modes:
        return make()
    key = ("worths", reading, *map(id, deals), *case.memo(("worths",), lambda: _rests_on(case)))
    made = luck.once(key, make)
    arrays.used.update(luck.reads[of_now(key)])
    return made


def _of_roots(luck: Luck, parts: Sequence[Worths]) -> Worths:
    """The worths of the candidates, in the draws that are chosen from them."""
    first = parts[0]

    def chosen(things: Sequence[Any]) -> Any:
        """Records of one kind as one: all their columns, those in dicts too, in the draws chosen."""
        made: dict[str, Any] = {}
        for name, held in vars(things[0]).items():
            each = [getattr(thing, name) for thing in things]
            if isinstance(held, np.ndarray):
                made[name] = luck.of_roots(each)
            elif isinstance(held, dict):
                made[name] = {key: luck.of_roots([own[key] for own in each]) for key in held}
        return replace(things[0], **made)

    made = tuple(chosen([part.made[k] for part in parts]) for k in range(len(first.made)))
    return Worths(chosen([p.parties for p in parts]), chosen([p.menu for p in parts]), made, first.held, taken=True)


def _rests_on(case: m.Case) -> tuple[Hashable, ...]:
    """All of a case that the worth of a deal can rest on; what no patch has touched by its id."""
    figures = (
        (key, (f.latent, f.distribution, f.low, f.mode, f.high, f.at) if f.id in case.before else id(f))
        for key, f in case.in_force.items()
        if f.quantity not in OF_WAR
    )
    rest = (case.actors, case.issues, case.rules, case.scales, case.war)
    return (*figures, *map(id, rest), *map(id, case.plans))
