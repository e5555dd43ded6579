"""What the deals of a war are worth, made once for all variants of a case that differ in the war alone.

A lever, an elasticity or a variant of the model mostly moves a Figure of the war itself (`OF_WAR`), which no value of a deal
rests on. Variants are told to be alike by every other Figure in force, by its numbers where a patch has set it, and by all
else of a case that a value can rest on.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from winset import reads
from winset.arrays import Arrays
from winset.case import model as m
from winset.derive.worth.menu import Deal, Tailored, Worth, tailored, worth_of
from winset.derive.worth.utilities import Reading, Utilities, utilities
from winset.settings import numbers, of_now

BY_SIDE = ("endurance", "flow_cost", "discount", "prior_strength")
PRESSURE = ("pressure_cost", "pressure_drain", "pressure_expected", "pressure_path")
OF_WAR = frozenset(
    (*BY_SIDE, *PRESSURE, "battle_win", "prior_mean", "decisive_rate", "forts", "round_length", "tabling", "talk_rent",
     "leader_exit_cost", "deal_bonus", "break_shift", "truce_clause", "exhausted_share", "deal_breaks", "front", "talk_months",
     "message_noise", "face_value")
)  # fmt: skip
"""Quantities of the war itself; what deals are worth rests on the positions."""


@dataclass(frozen=True)
class Worths:
    """The blocks of every signatory, the deals of the menu, and the packages tailored to each draw."""

    parties: Utilities
    menu: Worth
    made: tuple[Tailored, ...]
    held: tuple[object, ...]  # what the key names by its id: as long as it is held, no other takes that over


def worths_of(arrays: Arrays, reading: Reading, deals: Sequence[Deal], sides: tuple[str, str]) -> Worths:
    """The worths of a menu in the draws of `arrays`, from those made for the same draws where nothing that they rest on
    differs; it must not be changed."""

    def make() -> Worths:
        worths = utilities(arrays, reading)
        weights = [{sides[0]: w, sides[1]: 1 - w} for w in numbers("menu.tailored")]
        own = tailored(arrays, worths, weights)
        return Worths(worths, worth_of(arrays, worths, deals), tuple(own), (arrays.case, *deals))

    if arrays.at_modes:
        return make()
    key = of_now(("worths", reading, *map(id, deals), *_rests_on(arrays.case)))
    luck = arrays.luck
    made: Worths = reads.kept(luck.columns, luck.reads, key, make)
    arrays.used.update(luck.reads[key])
    return made


def _rests_on(case: m.Case) -> tuple[Hashable, ...]:
    """All of a case that the worth of a deal can rest on; what no patch has touched by its id."""
    figures = (
        (key, (f.latent, f.distribution, f.low, f.mode, f.high, f.at) if f.id in case.before else id(f))
        for key, f in case.in_force.items()
        if f.quantity not in OF_WAR
    )
    rest = (case.actors, case.issues, case.rules, case.scales, case.war)
    return (*figures, *map(id, rest), *map(id, case.plans))
