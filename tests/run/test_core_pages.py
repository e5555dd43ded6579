"""The core of candidates, solved by one and taken over by others: the same numbers, as long as nothing they rest on
changes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from tests.run.test_work import CASE, first, moved
from winset import run
from winset.derive.war import core_pages, no_deal
from winset.run.work import Work

DRAWS = 200


def drawn(work: Work | None, **settings):
    """The draws that the record leaves, as quantiles, and what going on is worth in them."""
    study = run.study(settings.pop("case", CASE), draws=DRAWS, work=work, **settings)
    parts = [(a.luck.quantile("record"), no_deal.no_deal_from_core(a)) for a in study.arrays()]
    return np.concatenate([q for q, _ in parts]), {p: np.concatenate([n[p] for _, n in parts]) for p in parts[0][1]}


def same(one, other) -> bool:
    return np.array_equal(one[0], other[0]) and all(np.array_equal(one[1][p], other[1][p]) for p in other[1])


@pytest.fixture
def solving(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many draws were solved at each call."""
    calls, solve = [], no_deal._fought_on
    monkeypatch.setattr(no_deal, "_fought_on", lambda war: (calls.append(war.draws), solve(war))[1])
    return calls


def test_what_was_solved_is_taken_over_and_changes_no_number(solving: list[int]) -> None:
    plain, work = drawn(None), Work()
    core_pages.ask(run.study(CASE, draws=DRAWS, work=work), work)
    solving.clear()
    assert same(drawn(work), plain)
    assert sum(solving) == 0


def test_in_slices_it_is_solved_by_who_looks_at_the_slice_and_kept(solving: list[int]) -> None:
    plain, work = drawn(None), Work()
    solving.clear()
    assert same(drawn(work, chunk=17), plain)
    assert sum(solving) > 0
    solving.clear()
    assert same(drawn(work, chunk=17), plain)
    assert sum(solving) == 0


def test_a_number_that_moves_only_what_is_left_leaves_what_was_solved_in_slices(solving: list[int]) -> None:
    work = Work()
    drawn(work, chunk=17)
    tactical = next(f for f in CASE.figures if f.quantity == "tactical" and f.mode is not None)
    changed = moved(CASE, tactical)
    solving.clear()
    kept = drawn(work, chunk=17, case=changed)
    assert sum(solving) == 0 and same(kept, drawn(None, case=changed))


def test_of_the_second_batch_only_the_blocks_are_solved_that_the_record_looks_at(solving: list[int]) -> None:
    study = run.study(CASE, draws=DRAWS, work=Work())
    core_pages.ask(study, study.work)
    assert sum(solving) == study.candidates < DRAWS + core_pages.BATCH * DRAWS // 4


@pytest.mark.parametrize("blocks", [0, 1])
def test_where_fewer_were_solved_than_are_needed_the_rest_is_solved(
    blocks: int, solving: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, work = drawn(None), Work()
    monkeypatch.setattr(core_pages, "_more", lambda study, work: blocks)
    core_pages.ask(run.study(CASE, draws=DRAWS, work=work), work)
    solving.clear()
    assert same(drawn(work), plain)
    assert sum(solving) > 0


def test_how_many_blocks_it_will_look_at_is_asked_again_only_where_an_answer_weighs_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, guess, work = [], core_pages.blocks_for, Work()
    monkeypatch.setattr(core_pages, "blocks_for", lambda *said: (asked.append(said), guess(*said))[1])
    core_pages.ask(run.study(CASE, draws=DRAWS, work=work), work)
    unread = next(f for f in CASE.figures if f.quantity == "score" and f.mode is not None)
    core_pages.ask(run.study(moved(CASE, unread), draws=DRAWS, work=work), work)
    assert len(asked) == 1
    tactical = next(f for f in CASE.figures if f.quantity == "tactical" and f.mode is not None)
    core_pages.ask(run.study(moved(CASE, tactical), draws=DRAWS, work=work), work)
    assert len(asked) == 2


def test_levers_act_on_the_draws_of_the_case_as_stated(solving: list[int]) -> None:
    work, lever = Work(), CASE.levers[0]
    plain = drawn(None, patches=[lever])
    core_pages.ask(run.study(CASE, draws=DRAWS, work=work), work)
    assert same(drawn(work, patches=[lever]), plain)


def test_a_number_of_the_war_has_it_solved_anew(solving: list[int]) -> None:
    work = Work()
    core_pages.ask(run.study(CASE, draws=DRAWS, work=work), work)
    cost = next(f for f in CASE.figures if f.quantity == "flow_cost")
    changed = moved(CASE, cost)
    solving.clear()
    kept = drawn(work, case=changed)
    assert sum(solving) > 0 and same(kept, drawn(None, case=changed)) and not same(kept, drawn(None))


def test_a_number_that_it_does_not_rest_on_leaves_it(solving: list[int]) -> None:
    work = Work()
    core_pages.ask(run.study(CASE, draws=DRAWS, work=work), work)
    tactical = next(f for f in CASE.figures if f.quantity == "tactical" and f.mode is not None)
    changed = moved(CASE, tactical)
    solving.clear()
    kept = drawn(work, case=changed)
    assert sum(solving) == 0 and same(kept, drawn(None, case=changed))


@dataclass(frozen=True)
class Other:
    """Something else that is asked in parts."""

    name = "other"

    def parts(self, study):
        return [(study, first, 0)]


def test_only_who_weighs_deals_in_all_draws_has_the_core_solved_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(core_pages, "ask", lambda study, work: asked.append("asked"))
    for lens in (Other(), *run.asked_of(["ledger"])):
        run.ahead(run.study(CASE, draws=8, work=Work()), [lens])
    bare = run.study(replace(CASE, plans=()), draws=8, work=Work())  # no plan to judge: settlement has nothing to say
    run.ahead(bare, [Other(), *run.asked_of(["settlement"])])
    assert not asked


def test_one_room_holds_all_candidates() -> None:
    study = run.study(CASE, draws=DRAWS, work=Work())
    assert study.stated is not None
    core_pages.ask(study, study.work)
    assert {id(luck.room) for number in (0, 1) for luck in study.batch(number)} == {id(study.room)}
