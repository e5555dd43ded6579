"""The settlement lens: its parts agree with each other, with brute force, and with what they claim to have proved."""

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pytest

from tests.cases import case, look
from winset import run
from winset.arrays import Study
from winset.case.model import Change, Patch
from winset.case.patch import apply
from winset.derive.deal.bargain import bargain
from winset.derive.worth.utilities import Reading
from winset.lens.settlement import offer
from winset.lens.settlement.lens import Settlement
from winset.lens.settlement.levels import _discounted
from winset.lens.settlement.solved import zone_shares
from winset.result import Column, Table, plain
from winset.run.store import Shelf
from winset.run.work import Task, Work, serial
from winset.theory.additive import acceptable, broken, crossed, feasible, utilities
from winset.theory.amendments import amendments
from winset.theory.zone import draws, zones

HARBOUR = case("harbour")


@pytest.fixture(scope="module")
def result():
    return Settlement().look(Study(HARBOUR, HARBOUR.as_of, draws=32, seed=2))


@pytest.fixture(scope="module")
def bargained():
    return bargain(Study(HARBOUR, HARBOUR.as_of, draws=128, seed=4).arrays()[0])


def test_causes_of_refusal_do_not_overlap_and_add_up(result):
    table = result.table("odds")
    odds = {
        (plan, name): share
        for name, key in (("Sarrow", "sarrow"), ("Tavenna", "tavenna"))
        for plan, share in zip(table.column("plan"), table.column(key))
    }
    for row in result.table("stops").rows:
        plan, party, lines, in_sum, home = (plain(c) for c in row[:5])
        assert odds[plan, party] + lines + in_sum == pytest.approx(1) and home <= odds[plan, party] + 1e-12


def test_joint_odds_never_exceed_any_partys_odds(result):
    table = result.table("odds")
    columns = [table.column(k) for k in ("sarrow", "tavenna", "sign", "ratify", "passes", "low", "high")]
    for one, other, sign, ratify, passes, low, high in zip(*columns):
        assert passes <= min(sign, ratify) + 1e-12 and sign <= min(one, other) + 1e-12
        assert sign >= one + other - 1 - 1e-12
        assert low <= passes <= high


def test_change_of_worth_between_versions_is_the_sum_of_its_clauses(result):
    whole = {(r[0], r[1], r[3]): plain(r[4]) for r in result.table("versions").rows}
    columns = [c.label for c in result.table("version_clauses").columns]
    for (before, after, party), gain in whole.items():
        clauses = [
            plain(r[columns.index(party)]) for r in result.table("version_clauses").rows if r[:2] == (before, after)
        ]
        assert sum(clauses) == pytest.approx(gain, abs=1e-9)


def test_the_zone_agrees_with_looking_at_every_package(bargained):
    b = bargained
    for home, abroad in ((False, False), (True, True)):
        lines = b.lines(home, abroad)
        found = zones(draws(b.values, b.reserve, lines, b.sizes, b.rules)).exists
        every = np.array(list(itertools.product(*(range(n) for n in b.sizes))))
        for d in range(0, 128, 4):
            problem = b.problem(d, lines)
            assert found[d] == acceptable(problem, every).any()


def test_a_named_plan_that_passes_is_a_zone(bargained):
    """If a plan passes in a draw, the package it is lies in the zone of that draw."""
    from winset.derive.deal.acceptance import judge

    study = Study(HARBOUR, HARBOUR.as_of, draws=128, seed=4)
    arrays = study.arrays()[0]
    plans = [p for p in arrays.case.plans if p.kind == "plan"]
    exists = zones(
        draws(bargained.values, bargained.reserve, bargained.lines(), bargained.sizes, bargained.rules)
    ).exists
    for verdict, plan in zip(judge(arrays, plans), plans):
        assert (verdict.passes <= exists).all()
        package = bargained.package(plan)
        for d in np.flatnonzero(verdict.passes)[:20]:
            problem = bargained.problem(int(d))
            assert acceptable(problem, package)[0]
            for i, party in enumerate(bargained.parties):
                assert utilities(problem, package)[0][i] == pytest.approx(verdict.worth[party][d], abs=1e-9)


def test_each_consent_can_only_shrink_the_zone(result):
    for row in result.table("zone").rows:
        leaders, home, every = map(plain, row[1:])
        assert every <= home <= leaders
    for row in result.table("ratification").rows:
        assert plain(row[3]) <= 0 <= plain(row[4])


def test_forbidding_deferral_can_only_shrink_the_zone():
    study = Study(HARBOUR, HARBOUR.as_of, draws=256)
    free, bound = zone_shares(study, Reading()), zone_shares(study, Reading(), defer=False)
    assert all(bound[k] <= free[k] for k in free) and bound != free


def test_amendments_make_the_plan_acceptable_and_nothing_smaller_does(bargained):
    plans = [p for p in HARBOUR.plans if p.kind == "plan"]
    tried = 0
    for d in range(0, 128, 16):
        problem = bargained.problem(d)
        for plan in plans:
            package = bargained.package(plan)
            found = amendments(problem, package)
            for one in found.sets:
                assert acceptable(problem, one.package)[0] and feasible(problem, one.package)[0]
                assert not crossed(problem, one.package) and not broken(problem, one.package)
                assert tuple(np.flatnonzero(one.package != package)) == one.clauses
                tried += 1
            if found.size:
                every = np.array(list(itertools.product(*(range(n) for n in bargained.sizes))))
                fewer = every[(every != package).sum(axis=1) < found.size]
                assert not acceptable(problem, fewer).any()
    assert tried > 10


def test_a_deal_sure_to_hold_is_the_plain_zone_and_a_worthless_promise_is_not(bargained):
    b = bargained
    shift = np.zeros_like(b.reserve)
    sure = _discounted(b, np.ones(len(b.reserve)), shift)
    np.testing.assert_allclose(sure[0], b.values)
    np.testing.assert_allclose(sure[1], b.reserve, atol=1e-12)
    likely = _discounted(b, np.full(len(b.reserve), 0.5), shift)
    same = zones(draws(b.values, b.reserve, b.lines(), b.sizes, b.rules)).exists
    with_risk = zones(draws(*likely, b.lines(), b.sizes, b.rules)).exists
    assert (same == with_risk).all(), "without a shift of power a risk of breaking changes no sign of any gain"


def test_patch_moves_the_answer_and_keeps_the_luck():
    quiet = replace(HARBOUR, war=None)  # in a war the third party reckons with both values in what it tables
    study = Study(quiet, quiet.as_of, draws=128)
    figure = next(f for f in HARBOUR.figures if f.id.startswith("sarrow.no_deal"))
    eager = apply(
        quiet,
        Patch(id="eager", title="t", basis="judgement: a test", set={figure.id: Change(low=0.0, mode=0.05, high=0.1)}),
    )
    quick = Settlement(readings=False, exact=False)
    before, after = quick.look(study), quick.look(Study(eager, eager.as_of, draws=128))
    for finding in before.findings:
        if finding.key.endswith(".sarrow"):
            assert after.finding(finding.key).value >= finding.value
        if finding.key.endswith(".tavenna"):
            assert after.finding(finding.key).value == finding.value


def test_recorded_answers_are_set_beside_odds_of_their_day(result):
    rows = result.table("happened").rows
    assert rows and list(rows) == sorted(rows, key=lambda r: r[0])
    assert all(plain(r[4]) == "not enough known then" or 0 <= plain(r[4]) <= 1 for r in rows)


def test_ukraine_by_date_has_the_plans_of_that_date():
    ukraine = case("ukraine-2025")
    quick = Settlement(readings=False, exact=False)
    early = quick.look(Study(ukraine, dt.date(2025, 12, 10), draws=16))
    assert len(early.table("odds").rows) == 4 and len(look("ukraine-2025", "settlement").table("odds").rows) == 5
    happened = early.table("happened").rows
    assert ("2025-11-27", "Ukraine") in {(r[0], r[2]) for r in happened}
    assert ("2025-12-02", "Russia") in {(r[0], r[2]) for r in happened}


@pytest.mark.parametrize(
    "sizes, said",
    [
        ((2, 3), "would open a deal: "),
        ((2, 2, 3), "(one of 2 ways that are as short): "),
        ((3,) * 16, "(one of at least 16 ways that are as short): "),
    ],
)
def test_the_offer_says_how_many_ways_are_as_short(sizes, said):
    rows = tuple((n + 1, "; ".join(["a step"] * size)) for n, size in enumerate(sizes))
    table = Table("corrections", "Ways", (Column("set", "Set", "number"), Column("steps", "All of these")), rows, "")
    assert said in offer._least(None, [table])


def test_its_parts_are_all_that_it_asks_for() -> None:
    asked: list[Task] = []
    work = Work()
    study = run.study(case("harbour"), draws=64, work=work)
    work.do([Task(*part) for part in Settlement().parts(study)], "")

    def hands(tasks: Sequence[Task], shelf: Shelf) -> Iterator[tuple[int, bytes]]:
        asked.extend(tasks)
        return serial(tasks, shelf)

    Settlement().look(study.anew(work=Work(work.shelf, hands)))
    assert [(task.function.__name__, task.item) for task in asked] == []
