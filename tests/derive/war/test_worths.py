"""What deals are worth is shared between variants of a case that differ in the war alone, and between no others."""

import numpy as np
import pytest

from tests.cases import NAMES, case
from tests.derive.war.test_columns import ARRAYS
from winset.arrays import Arrays
from winset.case.patch import apply, as_of
from winset.derive.war import columns as war
from winset.derive.war.worths import OF_WAR, worths_of
from winset.derive.worth.menu import menu
from winset.derive.worth.utilities import Reading
from winset.luck import Luck


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
