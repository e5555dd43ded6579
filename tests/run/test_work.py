"""Work: an answer is made once, found again exactly as long as what it rests on is as it was, and by any hands the
same."""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from tests.cases import ROOT, case
from winset import run
from winset.arrays import Study
from winset.case import model as m
from winset.derive.worth.utilities import Reading
from winset.errors import SettingError
from winset.lens.settlement import levels, solved
from winset.lens.settlement.odds import rival_odds, rival_readings
from winset.reads import reading
from winset.run import keys
from winset.run.hands import HERE, THERE, Processes, _bundles, _claimed, _Waiting, bare
from winset.run.store import Memory, Store
from winset.run.work import Task, Work
from winset.settings import using
from winset.theory.additive import AdditiveProblem
from winset.theory.bargaining import Solution

HARBOUR = ROOT / "cases" / "harbour"
CASE = case("harbour")
ONE = next(f for f in CASE.figures if f.mode is not None and f.high is not None and f.mode < f.high)


def moved(case: m.Case, figure: m.Figure, part: float = 1 / 7) -> m.Case:
    """The case with the mode of one Figure a little towards its high end."""
    _, mode, high = figure.numbers
    other = replace(figure, mode=mode + (high - mode) * part)
    return replace(case, figures=tuple(other if f is figure else f for f in case.figures), digest=f"moved {figure.id}")


class Counted(Memory):
    """A shelf that counts what is put on it."""

    puts = 0

    def put(self, key: str, value: bytes) -> None:
        self.puts += 1
        super().put(key, value)


def mean(study: Study, asked: tuple[str, ...]) -> float:
    return float(study.arrays()[0].get(*asked).mean())


def first(study: Study, number: int) -> str:
    return study.known.figures[number].id


def asked(case: m.Case, work: Work, function=mean, item=None, **settings) -> float:
    made = run.study(case, draws=16, work=work, **settings)
    return made.each(function, [(*ONE.subject, ONE.quantity) if item is None else item], "test")[0]


def test_an_answer_is_made_once_and_its_reads_are_told_again() -> None:
    work = Work(Counted())
    with reading() as seen:
        one = asked(CASE, work)
    puts = work.shelf.puts
    with reading() as again:
        assert asked(CASE, work) == one
    assert work.shelf.puts == puts and ONE.id in seen and again == seen and again.touched == seen.touched


def test_a_figure_that_was_read_makes_it_anew_and_another_does_not() -> None:
    work = Work(Counted())
    with reading() as seen:
        one = asked(CASE, work)
    puts = work.shelf.puts
    other = next(f for f in CASE.figures if f.id not in seen.all and f.mode is not None and f.mode < f.high)
    assert asked(moved(CASE, other), work) == one and work.shelf.puts == puts
    assert asked(moved(CASE, ONE), work) > one and work.shelf.puts > puts
    assert asked(CASE, work) == one  # and the first answer still stands


def test_words_of_a_figure_count_where_they_were_looked_at() -> None:
    work = Work(Counted())
    asked(CASE, work, first, 3)
    puts = work.shelf.puts
    noted = replace(CASE, figures=tuple(replace(f, note="other words") for f in CASE.figures))
    asked(noted, work, first, 3)
    assert work.shelf.puts == puts  # an id is no word that an edit changes

    def note(study: Study, number: int) -> str:
        return study.known.figures[number].note

    note.__qualname__ = "note"
    assert asked(CASE, work, note, 3) != "other words" and asked(noted, work, note, 3) == "other words"


@pytest.mark.parametrize(
    "change",
    [{"seed": 2}, {"as_of": CASE.events[-1].date}, {"patches": CASE.levers[:1]}, {"patches": CASE.readings[:1]}],
)
def test_another_question_is_another_answer(change: dict) -> None:
    study, other = run.study(CASE, draws=16), run.study(CASE, draws=16, **change)
    assert full(study) != full(other)


def full(study: Study) -> str:
    base = keys.base(study, mean, ONE.subject)
    return keys.full(study, base, [f.id for f in CASE.figures])


def test_settings_and_draws_are_part_of_the_question_and_chunk_is_not() -> None:
    study = run.study(CASE, draws=16)
    with using({"choice_noise": 0.031}):
        inside = full(study)
    assert inside != full(study) and full(study) != full(run.study(CASE, draws=17))
    assert full(study) == full(run.study(CASE, draws=16, chunk=3))


def test_keys_are_the_same_in_every_process() -> None:
    code = (
        "from winset import run; from winset.case.load import load; from winset.run import keys\n"
        f"s = run.study(load({str(HARBOUR)!r}), draws=16)\n"
        "print(keys.shape(s.case), keys.digest(sorted(keys.figures(s.case).items())), keys.code('lens/ledger'))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONHASHSEED": h}, capture_output=True, check=True
        ).stdout
        for h in ("1", "2")
    }
    here = keys.shape(CASE), keys.digest(sorted(keys.figures(CASE).items())), keys.code("lens/ledger")
    assert told == {(" ".join(here) + "\n").encode()}


def test_a_digest_tells_apart_what_looks_alike() -> None:
    alike = [
        1,
        1.0,
        True,
        "1",
        None,
        (1,),
        ((1,),),
        [[1], 1],
        (1, (1,)),
        {"1": 1},
        {1: "1"},
        frozenset({1}),
        b"1",
        "",
        (),
    ]
    assert len({keys.digest(x) for x in alike}) == len(alike)
    with pytest.raises(TypeError):
        keys.digest(object())
    with pytest.raises(TypeError):
        keys.digest(lambda: 1)


# ---- every lens, with one Figure after another changed


def changes() -> list[m.Figure]:
    able = [f for f in CASE.figures if f.mode is not None and f.high is not None and f.mode < f.high]
    return able[:: max(1, len(able) // 4)]


@cache
def anew(figure: m.Figure) -> run.Inquiry:
    """A study of the changed case that keeps nothing beyond this process, which every lens looks at."""
    return run.study(moved(CASE, figure), draws=16)


@pytest.mark.parametrize(
    "lens", ["ledger", "influence", "process", "endurance", "escalation", "scorecard", "screening"]
)
def test_what_is_kept_never_goes_stale(lens: str) -> None:
    work = Work()
    run.look(run.study(CASE, draws=16, work=work), [lens])
    for figure in changes():
        kept = run.look(run.study(moved(CASE, figure), draws=16, work=work), [lens])
        assert kept == run.look(anew(figure), [lens]), figure.id


@pytest.mark.slow
@pytest.mark.parametrize("lens", ["settlement", "futures"])
def test_what_is_kept_never_goes_stale_in_the_large_lenses(lens: str) -> None:
    test_what_is_kept_never_goes_stale(lens)


# ---- hands


def whole(work: Work | None) -> tuple:
    return run.look(run.study(CASE, draws=16, work=work), ["ledger", "endurance", "scorecard"])


def test_processes_and_the_store_change_no_byte(tmp_path: Path) -> None:
    plain = whole(None)
    kept = Store.at(tmp_path / "store")
    assert whole(Work(kept, Processes(2))) == plain
    count = len(list(kept.entries()))
    assert whole(Work(kept)) == plain == whole(Work()) and len(list(kept.entries())) == count > 0


PARENT = "WINSET_TEST_PARENT"


def dies_once(study: Study, place: str) -> int:
    """Kills its own process the first time; the process of the test waits until another has died."""
    mark = Path(place)
    if os.environ.get(PARENT) == str(os.getpid()):
        end = time.monotonic() + 60
        while not any(mark.parent.glob("dead*")) and time.monotonic() < end:
            time.sleep(0.01)
    elif not mark.exists():
        mark.write_text("dead")
        os.kill(os.getpid(), 9)
    return 7


def test_a_worker_that_is_killed_costs_its_task_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PARENT, str(os.getpid()))
    work = Work(Store.at(tmp_path / "store"), Processes(2))
    study = run.study(CASE, draws=4, work=work)
    marks = [str(tmp_path / f"dead {name}") for name in "abc"]
    assert study.each(dies_once, marks, "test") == [7, 7, 7] and any(tmp_path.glob("dead*"))


def comes(study: Study, place: str) -> bool:
    """Whether another process came to the same place."""
    Path(place, str(os.getpid())).touch()
    return within(20, lambda: len(list(Path(place).iterdir())) > 1)


def waits(study: Study, place: str) -> bool:
    """In a worker: whether all others are done by another while it is at work."""
    if os.environ.get(PARENT) == str(os.getpid()):
        Path(place).touch()
        return True
    return within(20, lambda: len(list(Path(place).parent.glob("done*"))) > 1)


def within(seconds: float, true: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.01)
    return true()


def test_what_lies_ready_for_a_busy_worker_is_done_by_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PARENT, str(os.getpid()))
    study = run.study(CASE, draws=4, work=Work(Store.at(tmp_path / "store"), Processes(2)))
    (tmp_path / "met").mkdir()
    assert study.each(comes, [str(tmp_path / "met"), f"{tmp_path}/./met"], "the worker is up") == [True, True]
    assert study.each(waits, [str(tmp_path / f"done {name}") for name in "abc"], "test") == [True] * 3


def test_who_comes_first_does_it(tmp_path: Path) -> None:
    assert [_claimed(tmp_path / "claim") for _ in range(3)] == [True, False, False]
    assert not _claimed(tmp_path / "gone" / "claim")  # nobody waits for it


def test_where_nothing_can_be_claimed_this_process_does_all(tmp_path: Path) -> None:
    """The folder by which processes speak to each other was swept away between two stages."""
    hands = Processes(2)
    study = run.study(CASE, draws=4, work=Work(Store.at(tmp_path / "store"), hands))
    assert study.each(first, [1, 2, 3], "test") == [first(study, n) for n in (1, 2, 3)]
    assert hands.pool is not None
    shutil.rmtree(hands.pool.folder)
    assert study.each(first, [4, 5, 6, 7], "test") == [first(study, n) for n in (4, 5, 6, 7)]


def fails(study: Study, _: int) -> int:
    raise SettingError("this one cannot be answered")


def test_an_error_of_a_worker_is_the_error_of_the_run() -> None:
    study = run.study(CASE, draws=4, work=Work(hands=Processes(2)))
    with pytest.raises(SettingError, match="cannot be answered"):
        study.each(fails, [1, 2], "test")


def test_readings_that_go_through_the_same_slices_go_together_and_say_the_same(tmp_path: Path) -> None:
    """In as many parts as there are hands; where the draws are one slice, each reading by itself."""
    study = run.study(CASE, draws=24, chunk=8)
    asked = list(rival_readings(study, Reading()).values())
    tasks = {place: Task(study, rival_odds, item) for place, item in enumerate(asked)}
    bundles = _bundles({**tasks, len(tasks): Task(study, mean, ONE.subject)}, 2)
    assert [len(b) for b in bundles] == [-(-len(asked) // 2), len(asked) // 2, 1]
    assert all(
        len(b) == 1 for b in _bundles({p: replace(t, study=run.study(CASE, draws=8)) for p, t in tasks.items()}, 2)
    )
    alone = [rival_odds(study, item) for item in asked]
    for shelf in (Store.at(tmp_path / "store"), Memory()):
        several = run.study(CASE, draws=24, chunk=8, work=Work(shelf, Processes(2)))
        assert several.each(rival_odds, asked, "test") == alone


def test_of_two_hands_one_takes_what_makes_the_same_columns() -> None:
    study, other = run.study(CASE, draws=8), run.study(CASE, draws=8)
    functions = [mean, levels.durability, run.answer, levels.guarantees]
    tasks = {place: Task(study, function, Reading()) for place, function in enumerate(functions)}
    tasks[4] = Task(other, levels.guarantees, Reading())
    names = []
    for count in (2, 3):
        pool = Processes(count)._opened(Memory())
        names.append([name for _, name in pool._waiting(tasks, pool._send([study, other])).left])
    (none, one, again, third, elsewhere), many = names
    assert none is None is not one == again == third != elsewhere is not None
    assert many == [None] * 5  # many hands would wait for it


def test_a_hand_goes_on_with_columns_that_it_holds_and_takes_those_of_another_last() -> None:
    names = [None, "a", "b", "a", None, "b", "a", "a"]
    waiting = _Waiting([((place,), name) for place, name in enumerate(names)], {})
    turns = [THERE, HERE, THERE, THERE, THERE, THERE, HERE, HERE, HERE]
    taken = [waiting.take(hand) for hand in turns]
    assert taken == [(0,), (1,), (2,), (5,), (4,), (7,), (3,), (6,), None]
    many = _Waiting([((place,), "a") for place in range(9)], waiting.holder)
    assert [many.take(THERE) for _ in range(9)] == [(place,) for place in range(8, 0, -1)] + [None]
    assert many.take(HERE) == (0,)  # the last it has sooner done itself
    later = _Waiting([((0,), "a"), ((1,), None), ((2,), "b")], waiting.holder)
    assert [later.take(hand) for hand in (THERE, HERE, HERE)] == [(2,), (0,), (1,)]  # who holds what is kept in mind


def test_shards_together_are_the_whole(tmp_path: Path) -> None:
    kept = Store.at(tmp_path / "store")
    lenses = run.asked_of(["ledger", "endurance", "scorecard"])
    for k in (0, 1, 1):  # the second again, as after a break
        run.ahead(run.study(CASE, draws=16, work=Work(kept, share=(k, 2))), lenses)
    count = len(list(kept.entries()))
    assert whole(Work(kept)) == whole(None) and len(list(kept.entries())) == count


def test_a_task_is_sent_without_what_was_made_of_it() -> None:
    study = run.study(CASE, draws=16)
    study.look("endurance")
    task = Task(study, mean, (*ONE.subject, ONE.quantity))
    one, other = bare([study, study])
    assert one is other and not one.pool and replace(task, study=one).base == task.base


def test_what_studies_have_of_each_other_they_have_again_where_they_are_sent() -> None:
    study = run.study(CASE, draws=16)
    few = study.fewer(8)
    first, second, third = pickle.loads(pickle.dumps(bare([study, few, few.before])))
    again = bare([first, second, third], Work())
    for one, sample, before in ((first, second, third), again):
        assert one.fewer(8) is sample and sample.before is before and before.pool is sample.pool is not one.pool
    assert all(one.work is again[0].work is not None for one in again)


def test_a_draw_that_a_number_leaves_as_it_was_is_not_solved_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """How often a line is meant moves only the draws in which it would turn; the others find their solutions."""
    line = next(f for f in CASE.figures if f.quantity == "red_line_real" and f.mode is not None)
    other, shelf, asked = moved(CASE, line, 0.9), Memory(), list[int]()
    real = solved.solutions

    def counted(problem: AdditiveProblem) -> dict[str, Solution]:
        asked.append(1)
        return real(problem)

    monkeypatch.setattr(solved, "solutions", counted)
    few = [(Reading(), d) for d in range(-1, 24)]
    before = run.study(CASE, draws=24, work=Work(shelf)).each(solved.sampled, few, "test")
    first, asked[:] = len(asked), []
    found = run.study(other, draws=24, work=Work(shelf)).each(solved.sampled, few, "test")
    again, asked[:] = len(asked), []
    assert [keys.digest(s) for s in found] == [
        keys.digest(s) for s in run.study(other, draws=24).each(solved.sampled, few, "test")
    ]
    assert len(asked) == first > again and [keys.digest(s) for s in found] != [keys.digest(s) for s in before]
