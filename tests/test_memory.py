"""Memory is bounded by the slice: columns are given up and made again, and no answer changes."""

from __future__ import annotations

import numpy as np
import pytest

from tests.cases import case
from winset import arrays as compiled
from winset import run as engine
from winset.luck import Luck, Room, chosen

SLICE = 800  # bytes of a column of a slice of 100 draws


def slices(room: Room, count: int = 4) -> list[Luck]:
    return [Luck(1, 400, slice(100 * i, 100 * (i + 1)), room=room, at=i) for i in range(count)]


def test_chosen_rows_give_up_their_columns_first_then_the_candidates_made_last() -> None:
    room = Room(4.5 * SLICE)
    pool = slices(room)
    few = [chosen([luck], np.arange(100)) for luck in pool]
    for one in few[:2]:
        one.quantile("a")  # and with it that of its candidates
    assert room.total == 4 * SLICE
    pool[2].quantile("a")
    assert not few[0].columns and few[1].columns and pool[0].columns  # what was chosen and longest unused
    pool[2].quantile("b")
    assert not few[1].columns and pool[1].columns
    pool[3].quantile("a")
    assert not pool[2].columns and pool[0].columns and pool[1].columns  # of two it is the last that goes
    again = few[0].quantile("a")
    assert np.array_equal(again, pool[0].quantile("a")) and room.total <= room.most


def test_the_slice_in_hand_keeps_its_own_however_large() -> None:
    room = Room(SLICE / 2)
    one, other, *_ = slices(room)
    for name in "abc":
        one.quantile(name)
    assert len(one.columns) == 3 and room.total == 3 * SLICE
    other.quantile("a")
    assert not one.columns and room.total == SLICE


@pytest.mark.parametrize("lens", ["settlement", "endurance"])
def test_answers_are_the_same_in_a_narrow_room(lens: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = engine.study(case("harbour"), draws=96, chunk=16)
    settings = {"exact": False} if lens == "settlement" else {}
    wide = plain.look(lens, **settings)
    monkeypatch.setattr(compiled, "ROOM", plain.room.total / 6)
    narrow = engine.study(case("harbour"), draws=96, chunk=16)
    assert narrow.look(lens, **settings) == wide
    in_hand = max(sum(size for luck, size in plain.room.held.values() if luck.at == i) for i in range(6))
    assert narrow.room.total <= max(narrow.room.most, in_hand) < plain.room.total


def test_parts_of_the_size_of_the_slices_are_the_slices() -> None:
    one = engine.study(case("harbour"), draws=60)
    many = engine.study(case("harbour"), draws=60, chunk=16)
    assert many.in_parts(16) is many
    parts, own = one.in_parts(16).arrays(), many.arrays()
    assert [a.draws for a in parts] == [a.draws for a in own] and len(own) > 2
    for part, slice_ in zip(parts, own):
        assert np.array_equal(part.get("sarrow", "endurance"), slice_.get("sarrow", "endurance"))
