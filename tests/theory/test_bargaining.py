"""Bargaining solutions against textbook cases, brute force and their own axioms."""

from functools import partial

import numpy as np
import pytest

import winset.theory.bargaining as module
import winset.theory.dominance as dominance
import winset.theory.exhaustive as exhaustive
import winset.theory.milp_model as milp_model
from tests.theory.settlement_cases import Brute, permuted, random_problem
from winset.errors import NotSolved, SettingError
from winset.theory.additive import additive_problem
from winset.theory.bargaining import (
    NoZone,
    Solution,
    egalitarian,
    find_acceptable,
    ideal,
    kalai_smorodinsky,
    nash,
    rational_count,
    solve_each,
    uniform_cut,
    utilitarian,
)
from winset.theory.bargaining_search import search
from winset.theory.bargaining_tree import _to_simplex
from winset.theory.pareto import frontier

METHODS = ("enumerate", "search", "milp")
SOLVERS = (nash, kalai_smorodinsky, egalitarian, utilitarian)


def red_line_case():
    """Three by three; party A forbids the first option of x, which others would have it sign all the same."""
    x = np.array([[0.0, 0.5, 0.3], [0.45, 0.25, 0.1]])
    y = np.array([[0.1, 0.0, 0.5], [0.1, 0.4, 0.0]])
    red = [np.zeros((2, 3), bool), np.zeros((2, 3), bool)]
    red[0][0, 0] = True
    return additive_problem([x, y], reserve=np.zeros(2), red=red)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("solve", SOLVERS)
def test_a_red_line_is_never_crossed_and_utilities_belong_to_the_package_named(solve, method):
    problem = red_line_case()
    found = solve(problem, method=method)
    assert found.package[0] != 0
    expected = [sum(problem.values[j][i, o] for j, o in enumerate(found.package)) for i in range(2)]
    np.testing.assert_allclose(found.utilities, expected, atol=1e-12)


def test_nash_by_hand_with_the_red_line():
    # by hand over the six packages left: products .5 .65 = .325 at (b, q) beat 1.0 .25, .8 .1, .6 .35, .4 .2, .3 .5
    found = nash(red_line_case())
    assert found.package.tolist() == [1, 1]
    assert found.objective == pytest.approx(0.325)


@pytest.mark.parametrize("method", METHODS)
def test_two_hundred_random_problems_against_brute_force(method):
    rng = np.random.default_rng(11)
    zones = 0
    for case in range(40 if method == "milp" else 100):
        problem = random_problem(
            rng, int(rng.integers(1, 7)), int(rng.integers(1, 5)), red=int(rng.integers(0, 2)),
            rules=int(rng.integers(0, 4)), share=float(rng.choice([0.2, 0.4, 0.6])), grid=8 if case % 3 == 0 else 0,
        )  # fmt: skip
        brute = Brute(problem)
        if not brute.acceptable.any():
            found = nash(problem, method=method)
            assert isinstance(found, NoZone)
            if brute.feasible.any():
                assert found.shortfall == pytest.approx(-brute.gains[brute.feasible].min(axis=1).max(), abs=1e-8)
            else:
                assert found.package is None
            continue
        zones += 1
        gains, room = brute.gains[brute.acceptable], brute.ideal() - problem.reserve
        counted = room > 1e-9
        best = {
            nash: np.prod(np.maximum(gains, 0), axis=1).max(),
            egalitarian: gains.min(axis=1).max(),
            utilitarian: brute.utilities[brute.acceptable].sum(axis=1).max(),
        }
        if counted.any():
            best[kalai_smorodinsky] = (gains[:, counted] / room[counted]).min(axis=1).max()
        np.testing.assert_allclose(ideal(problem, method), brute.ideal(), atol=1e-9)
        for solve, value in best.items():
            found = solve(problem, method=method)
            row = np.flatnonzero((brute.packages == found.package).all(axis=1))[0]
            assert brute.acceptable[row]
            assert found.objective == pytest.approx(value, abs=3e-9, rel=3e-9)
            assert found.objective <= found.bound + 1e-12 and found.gap <= 1e-8
            np.testing.assert_allclose(found.utilities, brute.utilities[row], atol=1e-12)
        assert find_acceptable(problem) is not None
        assert rational_count(problem) == (brute.feasible.sum(), brute.acceptable.sum())
    assert zones > (15 if method == "milp" else 40)


def leximin_brute(gains):
    return max(gains, key=lambda g: tuple(np.round(np.sort(g), 9)))


def test_ties_are_settled_by_leximin_with_either_proof():
    rng = np.random.default_rng(5)
    tied = 0
    for _ in range(40):
        problem = random_problem(rng, 4, 3, grid=6, share=0.2)
        brute = Brute(problem)
        if not brute.acceptable.any():
            continue
        expected = np.sort(leximin_brute(brute.gains[brute.acceptable]))
        for method in METHODS:
            found = egalitarian(problem, method=method)
            np.testing.assert_allclose(np.sort(found.gains), expected, atol=1e-8)
        tied += found.ties > 1
    assert tied >= 5


@pytest.mark.parametrize("method", METHODS)
def test_invariance_under_order_and_rescaling(method):
    rng = np.random.default_rng(8)
    for case in range(8 if method == "milp" else 16):
        problem = random_problem(rng, 5, 3, red=1, rules=2, share=0.35, grid=8 if case % 2 else 0)
        other, parties = permuted(problem, rng)
        for solve in SOLVERS:
            one, two = solve(problem, method=method), solve(other, method=method)
            assert type(one) is type(two)
            if isinstance(one, Solution):
                assert one.objective == pytest.approx(two.objective, abs=3e-9)
                np.testing.assert_allclose(np.sort(one.gains), np.sort(two.gains), atol=1e-8)
                if not case % 2:  # without ties the very package is the same
                    np.testing.assert_allclose(one.gains[parties], two.gains, atol=1e-9)
        factor, shift = rng.uniform(0.2, 30, 3), rng.normal(0, 5, 3)
        scaled = additive_problem(
            [v * factor[:, None] for v in problem.values], reserve=problem.reserve * factor + shift, constant=shift,
            red=problem.red, rules=problem.rules,
        )  # fmt: skip
        for solve in (nash, kalai_smorodinsky):
            one, two = solve(problem, method=method), solve(scaled, method=method)
            assert type(one) is type(two)
            if isinstance(one, Solution):
                room = ideal(problem) - problem.reserve
                room = np.where(room > 1e-9, room, 1.0)
                np.testing.assert_allclose(np.sort(one.gains / room), np.sort(two.gains / factor / room), atol=1e-7)
                if not case % 2:
                    np.testing.assert_array_equal(one.package, two.package)


@pytest.mark.parametrize("method", METHODS)
def test_no_party_can_gain_and_nash_of_zero_product(method):
    # one clause; each option gives all the gain to one side, so every product is 0
    split = additive_problem([np.array([[1.0, 0.0], [0.0, 1.0]])], reserve=np.zeros(2))
    found = nash(split, method=method)
    assert found.objective == 0.0 and sorted(found.gains) == [0.0, 1.0]
    stuck = additive_problem([np.array([[0.5, 0.5], [0.2, 0.9]])], reserve=np.array([0.5, 0.0]))
    best = kalai_smorodinsky(stuck, method=method)
    assert best.package.tolist() == [1] and best.objective == pytest.approx(1.0)


@pytest.mark.parametrize("method", METHODS)
def test_no_zone_is_a_value_that_says_how_far_off(method):
    apart = additive_problem([np.array([[1.0, 0.0, 0.4], [0.0, 1.0, 0.5]])], reserve=np.array([0.6, 0.6]))
    for solve in SOLVERS:
        found = solve(apart, method=method)
        assert isinstance(found, NoZone)
        assert found.shortfall == pytest.approx(0.2) and found.package.tolist() == [2]
    assert uniform_cut(apart, method).bound <= 0.2 + 1e-9
    red = [np.array([[True, False, False], [False, True, True]])]
    closed = additive_problem(apart.values, reserve=np.zeros(2), red=red)
    assert nash(closed, method=method).package is None
    always = additive_problem(apart.values, reserve=np.zeros(2), rules=[[(0, [0, 1, 2])]])
    assert isinstance(nash(always, method=method), NoZone)


def test_large_problem_is_proved_and_no_worse_than_any_random_package():
    rng = np.random.default_rng(4)
    problem = random_problem(rng, 16, 4, red=1, rules=4, share=0.35)
    for solve in SOLVERS:
        found = solve(problem, method="milp")
        assert found.proof == "bound" and found.gap <= 1e-8
        other = solve(problem)
        assert other.proof == ("bound" if solve is utilitarian else "searched")
        assert other.objective == pytest.approx(found.objective, abs=2e-9, rel=1e-8)
        if solve is egalitarian:
            some = np.stack([rng.integers(0, k, 20_000) for k in problem.sizes], axis=1)
            worth = sum(problem.values[j][:, some[:, j]] for j in range(16))
            bad = sum(problem.red[j].any(axis=0)[some[:, j]] for j in range(16)) > 0
            least = (worth - problem.reserve[:, None]).min(axis=0)[~bad]
            assert (least <= found.bound).mean() > 0.99  # all but those that break a rule


def test_a_tree_that_grows_too_large_hands_over_to_the_programmes(monkeypatch):
    problem = random_problem(np.random.default_rng(4), 14, 3, red=1, rules=2, share=0.35)
    whole = [solve(problem, method="search") for solve in (nash, kalai_smorodinsky)]
    monkeypatch.setattr(module, "search", lambda *a, **k: (False, None))
    for solve, known in zip((nash, kalai_smorodinsky), whole):
        found = solve(problem)
        assert found.proof == "bound" and found.objective == pytest.approx(known.objective, rel=1e-8, abs=2e-9)
        with pytest.raises(NotSolved, match="grew too large"):
            solve(problem, method="search")


@pytest.mark.parametrize("solve", [nash, kalai_smorodinsky, egalitarian])
def test_what_is_not_proved_has_a_gap_that_holds_the_truth(solve, monkeypatch):
    problem = random_problem(np.random.default_rng(4), 16, 4, red=1, rules=4, share=0.35)
    truth = solve(problem)
    assert truth.proved and truth.gap == 0.0
    monkeypatch.setattr(module, "search", partial(search, max_nodes=1))
    monkeypatch.setattr(milp_model, "NODES", 1)
    for method in ("search", "auto"):
        found = solve(problem, method=method)
        assert found.objective <= truth.objective + 1e-12 and found.bound >= truth.objective - 1e-9
        assert found.proved or found.gap > 1e-8
        again = solve(problem, method=method)
        assert again.package.tolist() == found.package.tolist() and again.bound == found.bound
    assert not solve(problem, method="search").proved


def test_ties_beyond_what_is_kept_are_told(monkeypatch):
    same = np.tile(np.array([0.0, 1.0, 1.0, 1.0]), (2, 1))
    problem = additive_problem([same] * 12, reserve=np.zeros(2))
    found = egalitarian(problem)
    assert found.proof == "searched" and found.objective == 12.0 and found.proved
    assert found.ties == 1 and not found.ties_complete  # 3^12 packages, all worth the same to both


@pytest.mark.parametrize("way", ["looking", "search", "programme"])
def test_some_acceptable_package_or_none(way, monkeypatch):
    if way != "looking":
        monkeypatch.setattr(module, "ENUMERATE", 0)
    if way == "programme":
        monkeypatch.setattr(module, "search", lambda *a, **k: (False, None))
    rng, zones = np.random.default_rng(21), 0
    for case in range(60):
        problem = random_problem(
            rng, int(rng.integers(1, 7)), int(rng.integers(1, 5)), red=1, rules=int(rng.integers(0, 4)),
            share=float(rng.choice([0.4, 0.6, 0.7])), grid=8 if case % 2 else 0,
        )  # fmt: skip
        brute, found = Brute(problem), find_acceptable(problem)
        assert (found is not None) == brute.acceptable.any()
        assert found is None or brute.acceptable[(brute.packages == found).all(axis=1)].all()
        zones += found is not None
    assert 10 < zones < 50


def test_one_proof_that_there_is_no_zone_speaks_for_all():
    problem = additive_problem([np.array([[1.0, 0.0], [0.0, 1.0]])], reserve=np.array([0.8, 0.8]))

    def never(*_, **__):
        raise AssertionError("no zone is proved already")

    assert solve_each({"nash": nash, "utilitarian": never}, problem) == ({}, {})


@pytest.mark.parametrize("seed", range(6))
def test_plain_arrays_and_compiled_loops_agree(seed, monkeypatch):
    problem = random_problem(np.random.default_rng(seed), 5, 3, red=1, rules=2, share=0.3, grid=seed % 2 * 8)
    plain = [solve(problem) for solve in SOLVERS], rational_count(problem), frontier(problem)
    monkeypatch.setattr(exhaustive, "SMALL", 0)
    monkeypatch.setattr(dominance, "FEW", 0)
    compiled = [solve(problem) for solve in SOLVERS], rational_count(problem), frontier(problem)
    assert plain[1] == compiled[1]
    np.testing.assert_allclose(plain[2].utilities, compiled[2].utilities, atol=1e-12)
    for one, other in zip(plain[0], compiled[0]):
        assert type(one) is type(other)
        if isinstance(one, Solution):
            assert one.package.tolist() == other.package.tolist() and one.ties == other.ties


def test_weights_are_projected_to_the_nearest_of_the_simplex():
    for y in np.random.default_rng(1).normal(size=(50, 4)):
        x = y.copy()
        _to_simplex(x)
        assert x.min() >= 0 and x.sum() == pytest.approx(1.0)
        grid = np.random.default_rng(2).dirichlet(np.ones(4), 3000)
        assert np.sum((x - y) ** 2) <= np.min(np.sum((grid - y) ** 2, axis=1)) + 1e-12


def test_settings_are_checked():
    problem = red_line_case()
    with pytest.raises(SettingError, match="method"):
        nash(problem, method="guess")  # type: ignore[arg-type]
    with pytest.raises(SettingError, match="finite"):
        additive_problem([np.array([[-np.inf, 1.0]])], reserve=np.zeros(1))
    with pytest.raises(SettingError, match="rule"):
        additive_problem([np.ones((1, 2))], reserve=np.zeros(1), rules=[[(0, [5])]])
    with pytest.raises(SettingError, match="parties"):
        additive_problem([np.ones((2, 2))], reserve=np.zeros(1))
