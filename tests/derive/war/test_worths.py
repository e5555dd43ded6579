"""What deals are worth is shared between variants of a case that differ in the war alone, and between no others."""

import numpy as np
import pytest

from tests.cases import NAMES, case
from tests.derive.war.test_columns import ARRAYS
from winset.arrays import Arrays
from winset.case.patch import apply, as_of
from winset.derive.war import columns as war
from winset.derive.war.worths import OF_WAR, worths_of
from winset.derive.worth.menu import menu, tailored, worth_of
from winset.derive.worth.utilities import Reading, utilities
from winset.luck import Luck, chosen
from winset.settings import numbers


@pytest.mark.parametrize("name", NAMES)
def test_a_variant_has_the_columns_that_it_has_alone(name):
    stated, luck = as_of(case(name), case(name).as_of), Luck(5, 24)
    deals = menu(stated, stated.war.belligerents)
    shared = set()
    for variant in (stated, *(apply(stated, lever) for lever in stated.levers)):
        own = war.war(Arrays(variant, Luck(5, 24)), deals=deals)
        made = war.war(Arrays(variant, luck), deals=deals)
        for field in ARRAYS:
            np.testing.assert_array_equal(getattr(made, field), getattr(own, field), err_msg=field)
        assert made.basis == own.basis
        shared.add(id(worths_of(Arrays(variant, luck), Reading(), deals, stated.war.belligerents)))
    moved = [
        bool(lever.channels) or any(stated.figure[key].quantity not in OF_WAR for key in lever.set)
        for lever in stated.levers
    ]
    assert 1 <= len(shared) <= 1 + sum(moved) and not all(moved)


def same(one, other):
    """Two records of columns, some of them in dicts."""
    for name, held in vars(one).items():
        pairs = ((held, getattr(other, name)),)
        if isinstance(held, dict):
            assert held.keys() == getattr(other, name).keys()
            pairs = ((x, getattr(other, name)[key]) for key, x in held.items())
        for x, y in pairs:
            if isinstance(x, np.ndarray):
                np.testing.assert_array_equal(x, y, err_msg=name)


@pytest.mark.parametrize("name", NAMES)
def test_chosen_draws_have_the_worths_that_they_have_alone(name):
    """Against what is made of these draws and no others; draws chosen later are taken from what is made by then."""
    known, pool = as_of(case(name), case(name).as_of), (Luck(5, 12), Luck(5, 3, block=1, blocks=5))
    sides = known.war.belligerents
    deals = menu(known, sides)
    for rows in ([3, 0, 26, 12], [7, 2], [11, 12, 3]):
        found = worths_of(Arrays(known, chosen(pool, np.array(rows))), Reading(), deals, sides)
        alone = Arrays(known, chosen([Luck(5, 12), Luck(5, 3, block=1, blocks=5)], np.array(rows)))
        worths = utilities(alone)
        same(found.parties, worths)
        same(found.menu, worth_of(alone, worths, deals))
        weights = [{sides[0]: w, sides[1]: 1 - w} for w in numbers("menu.tailored")]
        for one, other in zip(found.made, tailored(alone, worths, weights), strict=True):
            same(one, other)
