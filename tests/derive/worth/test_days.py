"""What a party measures packages by, and its lines, on many days with the same draws: as if each day stood alone."""

from __future__ import annotations

import numpy as np
import pytest

from tests.cases import NAMES, case
from winset.arrays import Arrays, Luck
from winset.case.patch import apply
from winset.case.patch import as_of as cut
from winset.derive.record.answers import answers, day_of
from winset.derive.worth import utilities as worths
from winset.derive.worth.utilities import Reading, Utilities, utilities
from winset.reads import reading as reads

BLOCKS = ("value", "weight", "offset", "crossed", "real", "firm", "crossing_cost")


def same(one: Utilities, other: Utilities) -> None:
    for name in BLOCKS:
        a, b = getattr(one, name), getattr(other, name)
        assert a.keys() == b.keys()
        for key in a:
            np.testing.assert_array_equal(a[key], b[key])


@pytest.mark.parametrize("how", [Reading(), Reading(red_lines="base", dependence="together")], ids=["stated", "base"])
@pytest.mark.parametrize("name", NAMES)
def test_a_day_that_shares_with_others_is_as_it_is_alone(name, how, monkeypatch):
    whole, luck = case(name), Luck(3, 50)
    variants = [whole, *(apply(whole, patch) for patch in whole.readings[:3])]
    days = sorted({day_of(whole, a.date, whole.as_of) for a in answers(cut(whole, whole.as_of))} | {whole.as_of})
    made = []
    for make in ("_measure", "_stated"):
        was = getattr(worths, make)
        monkeypatch.setattr(worths, make, lambda *asked, was=was: made.append(1) or was(*asked))
    alone = shared = 0
    for variant in variants:
        for day in days:
            known = cut(variant, day)
            before = len(made)
            with reads() as of_all:
                found = utilities(Arrays(known, luck), how)
            shared += len(made) - before
            with reads() as of_one:
                single = utilities(Arrays(known, Luck(3, 50)), how)
            alone = len(made) - shared
            same(found, single)
            assert of_all >= of_one and of_all.all >= of_one.all  # columns of the same numbers have had other readers
    assert shared < alone / 3  # most days and variants have little of their own
