"""Memory is bounded by the slice: columns are given up and made again, and no answer changes."""

from __future__ import annotations

import numpy as np
import pytest

from tests.cases import case
from winset import arrays as compiled
from winset import luck as lucks
from winset import run as engine
from winset.derive.worth.utilities import Reading
from winset.lens.settlement.odds import all_rival_odds, rival_odds, rival_readings
from winset.luck import Luck, Room, chosen
from winset.reads import reading
from winset.run.work import Task

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
    plain = engine.study(case("harbour"), draws=48, chunk=16)
    settings = {"exact": False} if lens == "settlement" else {}
    wide = plain.look(lens, **settings)
    monkeypatch.setattr(compiled, "ROOM", plain.room.total / 3)
    narrow = engine.study(case("harbour"), draws=48, chunk=16)
    assert narrow.look(lens, **settings) == wide
    in_hand = max(sum(size for luck, size in plain.room.held.values() if luck.at == i) for i in range(3))
    assert narrow.room.total <= max(narrow.room.most, in_hand) < plain.room.total


def test_parts_of_the_size_of_the_slices_are_the_slices() -> None:
    one = engine.study(case("harbour"), draws=60)
    many = engine.study(case("harbour"), draws=60, chunk=16)
    assert many.in_parts(16) is many
    parts, own = one.in_parts(16).arrays(), many.arrays()
    assert [a.draws for a in parts] == [a.draws for a in own] and len(own) > 2
    for part, slice_ in zip(parts, own):
        assert np.array_equal(part.get("sarrow", "endurance"), slice_.get("sarrow", "endurance"))


def test_rival_readings_that_go_together_say_what_each_says_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same odds and the same Figures read, from columns that are made a few times and not for every reading."""
    made: list[tuple[str, ...]] = []
    stratified = lucks.stratified_each
    monkeypatch.setattr(lucks, "stratified_each", lambda seed, of, **kw: made.extend(of) or stratified(seed, of, **kw))
    monkeypatch.setattr(compiled, "ROOM", 1)  # the slice in hand, and no other
    one, other = (engine.study(case("harbour"), draws=30, chunk=15) for _ in range(2))
    asked = list(rival_readings(one, Reading()).values())
    alone = []
    for item in asked:
        with reading() as seen:
            alone.append((rival_odds(one, item), set(seen), seen.touched))
    each, made[:] = len(made), []
    assert [(odds, set(seen), seen.touched) for odds, seen in all_rival_odds(other, asked)] == alone
    assert len(made) < 0.4 * each


def test_what_one_process_answers_together_is_kept_as_if_answered_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    several = rival_odds.together  # type: ignore[attr-defined]
    monkeypatch.setattr(rival_odds, "together", lambda study, items: calls.append(len(items)) or several(study, items))
    work = engine.working()
    wide, narrow = (engine.study(case("harbour"), draws=32, chunk=chunk, work=work) for chunk in (32, 8))
    asked = list(rival_readings(wide, Reading()).values())[:4]
    first = narrow.each(rival_odds, asked[:3], "test")
    assert calls == [3] and all(work.has(Task(wide, rival_odds, item)) for item in asked[:3])
    assert wide.each(rival_odds, asked, "test")[:3] == first and calls == [3]  # in one slice nothing goes together
    plain = engine.study(case("harbour"), draws=32, chunk=8)
    assert [rival_odds(plain, item) for item in asked[:3]] == first


def test_a_study_of_fewer_draws_in_slices_has_those_of_one_slice() -> None:
    many = engine.study(case("harbour"), draws=80, chunk=16)
    assert many.sliced(80) is many and many.sliced(10) is many.fewer(10)
    few = many.sliced(40)
    assert len(few.arrays()) > 1 and few is many.sliced(40)
    held = [np.concatenate([a.get("sarrow", "endurance") for a in s.arrays()]) for s in (few, many.fewer(40))]
    assert np.array_equal(*held)
