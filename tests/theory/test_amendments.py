"""Smallest amendments against brute force over all packages."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import winset.theory.amendment_search as tree
import winset.theory.amendments as module
from tests.theory.settlement_cases import Brute, random_problem
from winset.errors import SettingError
from winset.theory.additive import additive_problem
from winset.theory.amendments import amendments, fewest


def check(problem, plan, brute, found):
    if not brute.acceptable.any():
        assert (found.size is None and not found.sets and found.no_zone.package is None) or found.no_zone.shortfall > 0
        return
    changed = brute.packages[brute.acceptable] != plan
    least = changed.sum(axis=1).min()
    assert found.size == least and not found.more_exist
    expected = {tuple(int(j) for j in np.flatnonzero(row)) for row in changed[changed.sum(axis=1) == least]}
    assert {a.clauses for a in found.sets} == expected and len(found.sets) == len(expected)
    for a in found.sets:
        on_set = [tuple(np.flatnonzero(row)) == a.clauses for row in changed]
        gains = brute.gains[brute.acceptable][on_set]
        low = gains.min(axis=1).max()
        assert a.gains.min() == pytest.approx(low, abs=1e-8)
        assert a.gains.sum() == pytest.approx(gains.sum(axis=1)[gains.min(axis=1) > low - 1e-9].max(), abs=1e-8)
        row = np.flatnonzero((brute.packages == a.package).all(axis=1))[0]
        assert brute.acceptable[row]


def cases(count, seed):
    rng = np.random.default_rng(seed)
    for case in range(count):
        problem = random_problem(
            rng, int(rng.integers(1, 7)), int(rng.integers(1, 5)), red=int(rng.integers(0, 3)),
            rules=int(rng.integers(0, 4)), share=float(rng.choice([0.3, 0.5, 0.6])), grid=10 if case % 3 == 0 else 0,
        )  # fmt: skip
        brute = Brute(problem)
        yield problem, brute.packages[rng.integers(len(brute.packages))], brute


def test_all_smallest_sets_of_random_plans():
    for problem, plan, brute in cases(90, 17):
        check(problem, plan, brute, amendments(problem, plan))


def test_the_programmes_behind_the_search_find_the_same(monkeypatch):
    monkeypatch.setattr(module, "NODES", 3)
    monkeypatch.setattr(module, "FEW_NODES", 3)
    for problem, plan, brute in cases(25, 18):
        check(problem, plan, brute, amendments(problem, plan))


@given(st.integers(0, 2**32), st.integers(1, 9), st.integers(1, 4), st.integers(0, 3), st.sampled_from([0, 10]))
def test_the_least_size_is_that_of_the_programme(seed, n_issues, n_parties, rules, grid):
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, n_issues, n_parties, largest=3, red=1, rules=rules, share=0.6, grid=grid)
    plan = rng.integers(problem.sizes)
    least = fewest(problem, plan)
    if least != 0 and all((~red.any(axis=0)).any() for red in problem.red):
        assert least == module._least_by_programme(problem, plan)


def test_twelve_clauses():
    rng = np.random.default_rng(6)
    for _ in range(6):
        problem = random_problem(rng, 12, 3, largest=2, red=1, rules=2, share=0.5)
        brute = Brute(problem)
        plan = brute.packages[rng.integers(len(brute.packages))]
        check(problem, plan, brute, amendments(problem, plan))


def test_an_acceptable_plan_needs_no_change():
    problem = additive_problem([np.array([[1.0, 0.0], [0.5, 1.0]])], reserve=np.array([0.9, 0.4]))
    found = amendments(problem, np.array([0]))
    assert found.size == 0 and found.sets[0].clauses == () and not found.more_exist


def test_a_limit_is_told():
    # any two of six equal clauses must flip: fifteen sets
    flip = np.array([[0.0, 1.0]])
    problem = additive_problem([flip] * 6, reserve=np.array([2.0]))
    plan = np.zeros(6, int)
    assert len(amendments(problem, plan).sets) == 15
    some = amendments(problem, plan, limit=7)
    assert some.size == 2 and len(some.sets) == 7 and some.more_exist
    assert not amendments(problem, plan, limit=15).more_exist


def test_multipliers_lie_on_the_simplex():
    rng = np.random.default_rng(0)
    lam, _ = tree.multipliers(
        rng.normal(size=(5, 2, 3)), np.ones((5, 2), bool), np.zeros(5, bool), -rng.random(3), np.zeros(3), 2
    )
    assert np.allclose(lam.sum(axis=1), 1) and (lam >= 0).all() and np.allclose(lam[:3], np.eye(3))


def test_multipliers_that_rule_out_a_size_prove_it():
    rng = np.random.default_rng(3)
    ruled_out = 0
    for _ in range(60):
        delta, gain = rng.normal(size=(5, 2, 3)), -2 * rng.random(3)
        size = int(rng.integers(1, 4))
        lam, hope = tree.multipliers(delta, np.ones((5, 2), bool), np.zeros(5, bool), gain, np.zeros(3), size)
        best = np.sort((delta @ lam[3]).max(axis=1))[::-1]
        assert hope == (best[:size].sum() + lam[3] @ gain >= 0)
        ruled_out += not hope
    assert 5 < ruled_out < 55


@pytest.mark.parametrize("seed", range(20))
def test_multipliers_come_close_to_the_least_surplus(seed):
    rng = np.random.default_rng(seed)
    usable, forced = rng.random((6, 3)) < 0.7, np.arange(6) == 2
    usable[2, 0] = True
    delta, gain = rng.normal(size=(6, 3, 2)), -rng.random(2)

    def surplus(lam):
        worth = np.where(usable, delta @ lam, -np.inf).max(axis=1)
        others = np.sort(worth[~forced & usable.any(axis=1)])[::-1]
        return worth[2] + others[:2].sum() + lam @ gain

    least = min(surplus(np.array([x, 1 - x])) for x in np.linspace(0, 1, 501))
    found = tree.multipliers(delta, usable, forced, gain, np.full(2, 100.0), size=3)[0][2:]
    assert surplus(found[0]) <= least + 0.02 and len(found) <= 4


def test_a_plan_must_fit_the_problem():
    problem = additive_problem([np.ones((1, 2))], reserve=np.zeros(1))
    with pytest.raises(SettingError, match="plan"):
        amendments(problem, np.array([2]))
