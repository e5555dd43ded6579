"""Many draws are looked at slice by slice, by all hands, and what was seen is kept: the same answers as in one go."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.run.test_work import CASE, HARBOUR, moved
from winset import run
from winset.arrays import Study
from winset.case import model as m
from winset.case.load import load
from winset.case.patch import apply
from winset.derive.deal import weighing
from winset.derive.war import no_deal
from winset.derive.worth.utilities import Reading
from winset.errors import NoDrawFits
from winset.lens.settlement.odds import (
    all_rival_odds,
    look_ahead,
    odds_of,
    polled,
    rival_odds,
    rival_readings,
    votes_of,
)
from winset.luck import QUARTER, Luck
from winset.reads import reading
from winset.run import keys
from winset.run.hands import Processes, _bundles, bare
from winset.run.store import Memory
from winset.run.work import Task, Work, kept, serial
from winset.sift import LAST_BLOCK, Look, Looked, Sift, looked

BASE = Reading()
DRAWS, CHUNK = 60, 16


def study(work: Work | None = None, chunk: int = CHUNK, case=CASE) -> Study:
    return run.study(case, draws=DRAWS, chunk=chunk, work=work)


def rivals(of: Study) -> list:
    return list(rival_readings(of, BASE).values())


@pytest.fixture
def weighings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The first place of every slice that is weighed."""
    found, weigh = [], weighing._kept
    monkeypatch.setattr(
        weighing, "_kept", lambda s, c, luck, *a: (found.append(luck.of_block.start), weigh(s, c, luck, *a))[1]
    )
    return found


def test_odds_counted_by_slices_are_those_of_the_draws_that_are_left() -> None:
    """Against the votes in the arrays of the reading, however many blocks it took to fill them."""
    one = study(chunk=DRAWS)
    blocks = set()
    for asked, odds in zip(rivals(one), (odds for odds, _ in all_rival_odds(study(), rivals(one)))):
        rival, patch = asked
        arrays = one.reading(partial(apply, patch=patch)) if patch else one.reading(how=rival.rival)
        plans = [p for p in arrays[0].case.plans if p.kind == "plan"]
        assert odds == odds_of(votes_of(arrays, plans, rival))
        blocks.add(arrays[0].luck.blocks)
    assert len(blocks) > 2, "some readings take more blocks than others"


def test_what_was_looked_at_is_found_by_all_that_stands_on_it(weighings: list[int]) -> None:
    work = Work(Memory())
    look_ahead(study(work), BASE, rivals(study()))
    assert weighings
    weighings.clear()
    again = study(work)
    odds = [rival_odds(again, asked) for asked in rivals(again)]
    left = np.concatenate([a.luck.quantile("record") for a in again.arrays()])
    assert not weighings
    plain = study(chunk=DRAWS)
    assert odds == [rival_odds(plain, asked) for asked in rivals(plain)]
    np.testing.assert_array_equal(left, plain.arrays()[0].luck.quantile("record"))


@pytest.mark.parametrize("found", [False, True])
def test_the_same_figures_are_read_in_slices_as_in_one_go(found: bool) -> None:
    """Whether a slice was looked at here, or by others whose answers are found."""
    for asked in rivals(study())[::3]:
        work = Work()
        if found:
            look_ahead(study(work), BASE, [asked])
        with reading() as own:
            rival_odds(study(work), asked)
        with reading() as whole:
            rival_odds(study(chunk=DRAWS), asked)
        assert set(own) == set(whole) and own.touched == whole.touched


def test_what_is_counted_from_kept_slices_is_not_kept_beyond_a_change_of_what_they_rest_on() -> None:
    work, asked = Work(), rivals(study())[0]
    look_ahead(study(work), BASE, [asked])
    study(work).each(rival_odds, [asked], "test")
    rate = next(f for f in CASE.figures if f.quantity == "decisive_rate")
    other = moved(CASE, rate, 0.9)
    assert not work.has(Task(study(work, case=other), rival_odds, asked))
    assert study(work, case=other).each(rival_odds, [asked], "test") == [
        rival_odds(study(chunk=DRAWS, case=other), asked)
    ]


@given(
    wanted=st.integers(1, 300),
    most=st.integers(1, 40),
    share=st.floats(0, 1),
    seed=st.integers(0, 99),
    sure=st.booleans(),
)
def test_blocks_are_looked_at_in_turn_until_there_are_enough(
    wanted: int, most: int, share: float, seed: int, sure: bool
) -> None:
    """Against counting one block after another; no block is looked at twice, and none left out."""
    rng, size = np.random.default_rng(seed), -(-wanted // QUARTER)
    blocks = [rng.random(wanted if b == 0 else size) < share for b in range(1 + LAST_BLOCK)]
    sift, first, looked_at = Sift((None, None, None), wanted, most), 0, []
    while sift.wanting:
        luck = Luck(1, size if first else wanted, block=first, blocks=5 if first else 1)
        while sift.wanting and sift.blocks < luck.block + luck.blocks:
            span = sift.span(luck, sure)
            looked_at += [luck.block + b for b in span]
            rows = np.concatenate([blocks[luck.block + b] for b in span])
            look = Look(0, (0, luck.total), (span.start, span.stop), None, None)
            sift.took(luck, span, [(look, Looked(np.packbits(rows)))])
        first += luck.blocks
    counts = np.cumsum([b.sum() for b in blocks])
    enough = int(np.searchsorted(counts, wanted)) + 1
    end = LAST_BLOCK if counts[LAST_BLOCK - 1] == 0 else min(enough, max(most, int(np.argmax(counts > 0)) + 1))
    assert sift.blocks == end and sift.count == counts[end - 1]
    assert looked_at == list(range(len(looked_at))) and len(looked_at) >= end
    if sift.count:
        assert sum(mask.sum() for batch in sift.left() for mask in batch) == min(wanted, sift.count)


def test_a_safe_look_takes_more_where_a_plain_one_may_fall_short() -> None:
    """Half of 4,000 are left, so that two quarters of a thousand each leave a thousand on average."""
    sift = Sift((None, None, None), 4000, 100)
    sift.count, sift.blocks = 2000, 1
    batch = Luck(1, 1000, block=1, blocks=5)
    assert (sift.span(batch, False), sift.span(batch, True)) == (range(4), range(5))


class Stopped(Exception):
    """The hand that answers is taken away."""


def test_what_was_seen_before_it_was_stopped_is_not_looked_at_again(weighings: list[int]) -> None:
    def stopped(tasks, shelf):
        for done, answer in enumerate(serial(tasks, shelf)):
            yield answer
            if done == 2 * len(rivals(study())):
                raise Stopped

    shelf = Memory()
    with pytest.raises(Stopped):
        look_ahead(study(Work(shelf, stopped)), BASE, rivals(study()))
    before = set(weighings)
    weighings.clear()
    look_ahead(study(Work(shelf)), BASE, rivals(study()))
    resumed = len(weighings)
    weighings.clear()
    look_ahead(study(Work()), BASE, rivals(study()))
    assert before == {0, CHUNK} and resumed < len(weighings)


def test_after_one_number_of_a_reading_no_other_is_looked_at_again(weighings: list[int]) -> None:
    work, last = Work(), next(r for r in CASE.readings if r.set)
    look_ahead(study(work), BASE, rivals(study()))
    name, change = next(iter(last.set.items()))
    nearer = change.model_copy(update={"mode": (change.low + change.mode) / 2})
    other = last.model_copy(update={"set": {**last.set, name: nearer}})
    asked = [(BASE, other if p is last else p) for p in CASE.readings]
    weighings.clear()
    odds = all_rival_odds(study(work), asked)
    again = len(weighings)
    weighings.clear()
    assert odds == all_rival_odds(study(), asked)
    assert 0 < again < len(weighings) / 2


def test_a_reading_that_moves_a_number_of_the_war_has_its_own_core_solved_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls, solve = [], no_deal._fought_on
    monkeypatch.setattr(no_deal, "_fought_on", lambda war: (calls.append(war.draws), solve(war))[1])
    cost = next(f for f in CASE.figures if f.quantity == "flow_cost" and f.mode is not None)
    patch = m.Patch(
        id="p", title="t", kind="reading", basis="judgement: t", set={cost.id: m.Change(low=0, mode=0.01, high=0.02)}
    )
    solved = []
    for work in (None, Work()):
        calls.clear()
        study(work).reading(partial(apply, patch=patch))
        solved.append(sum(calls))
    assert solved[0] == solved[1] > 0


@dataclass(frozen=True)
class Change:
    """A change that another process can be sent, but which its name does not tell from others."""

    patch: m.Patch

    def made(self, case: m.Case) -> m.Case:
        return apply(case, self.patch)

    __call__ = made


def test_changes_that_their_names_do_not_tell_apart_are_made_here() -> None:
    made = study(Work())
    for patch in CASE.readings[:2]:
        expected = study(chunk=DRAWS).reading(partial(apply, patch=patch))[0].luck.quantile("record")
        for change in (Change(patch).made, Change(patch)):
            found = np.concatenate([a.luck.quantile("record") for a in made.reading(change)])
            np.testing.assert_array_equal(found, expected)
    for function in (Change(CASE.readings[0]).made, Change(CASE.readings[0]), lambda case: case):
        with pytest.raises(TypeError):
            keys.named(function)


def test_what_is_asked_of_one_slice_goes_together_and_by_nobody_else() -> None:
    made = study(Work())
    looks = [
        Look(0, (a, min(a + CHUNK, DRAWS)), (0, 1), None, None, more)
        for more in (None, BASE)
        for a in range(0, DRAWS, CHUNK)
    ]
    tasks = dict(enumerate(Task(made, polled, look) for look in looks))
    assert sorted(_bundles(tasks, 2)) == [(i, i + 4) for i in range(4)]
    assert sorted(_bundles({0: tasks[0], 1: Task(made, looked, looks[0])}, 2)) == [(0,), (1,)]


@pytest.mark.parametrize("work", [None, Work(), Work(Memory(), Processes(2))])
def test_a_change_that_no_other_process_could_find_is_made_here(work: Work | None) -> None:
    patch = CASE.readings[0]
    plain = study(chunk=DRAWS).reading(partial(apply, patch=patch))
    found = study(work).reading(lambda case: apply(case, patch))
    held = np.concatenate([a.luck.quantile("record") for a in found])
    np.testing.assert_array_equal(held, plain[0].luck.quantile("record"))


def test_a_case_that_nothing_weighs_keeps_every_draw_in_slices_too() -> None:
    silent = tuple(p.model_copy(update={"responses": (), "authors": ()}) for p in CASE.plans)
    bare = replace(CASE, plans=silent, digest="silent")
    made = study(Work(), case=bare)
    assert made.kept == DRAWS
    asked = rivals(made)[:2]
    assert all_rival_odds(made, asked) == all_rival_odds(study(chunk=DRAWS, case=bare), asked)


def test_where_no_draw_fits_there_are_no_odds_in_slices_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        weighing, "_kept", lambda s, c, luck, how, blocks: np.zeros(len(luck.of_block) * len(blocks), bool)
    )
    made = study(Work())
    assert rival_odds(made, rivals(made)[0]) == {}
    with pytest.raises(NoDrawFits):
        made.arrays()


def test_runs_that_share_many_draws_out_begin_with_other_slices(weighings: list[int]) -> None:
    """The first of two that does not wait for the other makes all; one that comes later finds it."""
    shelf, first = Memory(), []
    for k in (0, 1):
        weighings.clear()
        with suppress(Stopped):
            look_ahead(study(Work(Memory(), _once, (k, 2))), BASE, [])
        first.append(set(weighings))
        weighings.clear()
        look_ahead(study(Work(shelf, share=(k, 2))), BASE, rivals(study()))
        assert bool(weighings) == (k == 0)
    assert first == [{0, 2 * CHUNK}, {CHUNK, 3 * CHUNK}]


def _once(tasks, shelf):
    """Hands that are taken away after the first slices that they were asked."""
    yield from serial(tasks, shelf)
    if len(tasks) > 1:
        raise Stopped


class Far:
    """Hands that are sent studies and do not find what is kept, like those of a cluster."""

    finds = few = False

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, tasks, shelf):
        self.asked += [task.function.__name__ for task in tasks]
        sent = [replace(task, study=own) for task, own in zip(tasks, bare([task.study for task in tasks]))]
        return ((place, kept(shelf, tasks[place], data)) for place, data in serial(sent, Memory()))


def test_hands_that_find_nothing_are_asked_of_slices_and_not_of_what_stands_on_them() -> None:
    far, made = Far(), load(HARBOUR)
    (result,) = run.look(
        run.study(made, draws=DRAWS, chunk=CHUNK, work=Work(Memory(), far)), ["settlement"], exact=False
    )
    assert "polled" in far.asked and not {"rival_odds", "looked"} & {*far.asked}
    (plain,) = run.look(run.study(made, draws=DRAWS), ["settlement"], exact=False)
    assert result == plain


@pytest.mark.parametrize("chunk", [7, 10, 16, 25, 60])
def test_parts_of_any_slices_are_the_same_draws(chunk: int) -> None:
    made = study(chunk=chunk)
    parts = made.in_parts(16).arrays()
    places = np.concatenate([luck.place for luck in made.lucks])
    assert [a.draws for a in parts] == np.bincount(places // 16).tolist()
    for name in ("record", "anything"):
        held = np.concatenate([a.luck.quantile(name) for a in parts])
        np.testing.assert_array_equal(held, study(chunk=DRAWS).arrays()[0].luck.quantile(name))
