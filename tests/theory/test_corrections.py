"""Minimal correction sets, conflicts and cuts against brute force over subsets of demands."""

from functools import cache
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import winset.theory.correction_search as search
import winset.theory.corrections as module
from tests.theory.settlement_cases import Brute, random_problem
from winset.errors import NotSolved
from winset.theory.additive import additive_problem
from winset.theory.correction_search import smallest_sets
from winset.theory.corrections import conflict, demands, diagnose


def satisfied(problem, brute, asked):
    columns = []
    for kind, i, j in asked:
        if kind == "reserve":
            columns.append(brute.meets[:, i])
        elif kind == "red":
            columns.append(~brute.red[:, i, j])
        else:
            columns.append(~brute.rule_broken[:, j])
    return np.array(columns).T


def minimal_sets(met, hard):
    found = []
    for size in range(met.shape[1] + 1):
        for gone in combinations(range(met.shape[1]), size):
            kept = [d for d in range(met.shape[1]) if d not in gone]
            if not any(set(small) <= set(gone) for small in found) and (met[:, kept].all(axis=1) & hard).any():
                found.append(gone)
    return found


def gave_up(*_):
    raise NotSolved("reached its limit")


WAYS = {"looking": {}, "search": {"LOOKED_AT": 0}, "programme": {"LOOKED_AT": 0, "smallest_sets": gave_up}}


@cache
def expected_sets():
    """Random problems, their demands, which package meets which, and the sets that brute force finds."""
    rng, made = np.random.default_rng(7), []
    for case in range(60):
        problem = random_problem(
            rng, int(rng.integers(1, 5)), int(rng.integers(1, 4)), largest=3, red=int(rng.integers(0, 2)),
            rules=int(rng.integers(0, 4)), share=float(rng.choice([0.5, 0.7, 0.85])), grid=9 if case % 3 == 0 else 0,
        )  # fmt: skip
        brute = Brute(problem)
        for rules in (False, True):
            asked = demands(problem, rules)
            if len(asked) <= 9:
                met = satisfied(problem, brute, asked)
                hard = np.ones(len(met), bool) if rules else ~brute.rule_broken.any(axis=1)
                made.append((problem, rules, asked, met, hard, minimal_sets(met, hard)))
    return made


@pytest.mark.parametrize("way", WAYS)
def test_all_minimal_correction_sets_of_random_problems(way, monkeypatch):
    for name, value in WAYS[way].items():
        monkeypatch.setattr(module, name, value)
    checked = several = 0
    for problem, rules, asked, met, hard, expected in expected_sets():
        found = diagnose(problem, rules=rules)
        assert [c.dropped for c in found.corrections] == [tuple(asked[d] for d in gone) for gone in expected]
        assert found.hopeless == (not expected) and not found.more_exist
        in_some = {asked[d][1] for gone in expected for d in gone} - {-1}
        assert set(found.binding) == in_some
        for c in found.corrections:
            assert all(("reserve", int(i), -1) in c.dropped for i in np.flatnonzero(c.cuts))
        if found.conflict:
            rows = [asked.index(d) for d in found.conflict]
            assert not (met[:, rows].all(axis=1) & hard).any()
            for d in rows:
                assert (met[:, [k for k in rows if k != d]].all(axis=1) & hard).any()
        checked += 1
        several += len(expected) > 1
    assert checked > 60 and several > 15


@given(st.integers(0, 2**32), st.integers(1, 7), st.integers(2, 5), st.integers(1, 30), st.integers(0, 3))
def test_the_first_sets_are_those_found_by_looking(seed, n_issues, n_parties, limit, rules):
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, n_issues, n_parties, largest=3, red=2, rules=rules, share=0.8, grid=int(seed % 2) * 9)
    asked = demands(problem)
    assert smallest_sets(problem, asked, limit) == module._by_looking(problem, asked, limit)


def test_many_sets_wherever_a_limit_cuts_them():
    cut = 0
    for seed in range(12):
        problem = random_problem(np.random.default_rng(seed), 7, 5, red=3, rules=seed % 4, share=0.7, grid=seed % 2 * 9)
        asked = demands(problem)
        found, more = module._by_looking(problem, asked, 200)
        assert smallest_sets(problem, asked, 200) == (found, more) and not more
        for limit in range(1, len(found) + 1):
            assert smallest_sets(problem, asked, limit) == (found[:limit], limit < len(found))
        cut += len(found)
    assert cut > 100


@pytest.mark.parametrize("seed", range(6))
def test_sets_of_a_problem_too_large_to_look_at(seed):
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, 14, 4, red=3, rules=5, share=0.85)
    asked = demands(problem)
    found, more = module._by_programmes(problem, asked, 200)
    assert not more and len(found) > 1
    searched = smallest_sets(problem, asked, 200)[0]
    assert [tuple(asked[d] for d in one) for one in searched] == found
    assert smallest_sets(problem, asked, 1)[0] == searched[:1]


@pytest.mark.parametrize("kind", ["many issues", "many sets"])
def test_the_sets_of_a_large_dossier_take_little_work(kind, monkeypatch):
    monkeypatch.setattr(search, "WORK", 4000)
    for seed in range(6):
        rng = np.random.default_rng(seed)
        if kind == "many issues":
            problem, limit = random_problem(rng, 24, 9, largest=7, red=4, rules=10, share=0.8), 16
        else:
            problem, limit = random_problem(rng, 12, 9, largest=5, red=4, rules=2, share=0.9), 100
        found, more = smallest_sets(problem, demands(problem), limit)
        assert len(found) == limit and more


def test_a_search_that_reaches_its_limit_says_so(monkeypatch):
    monkeypatch.setattr(search, "WORK", 50)
    problem = random_problem(np.random.default_rng(1), 14, 4, red=3, rules=5, share=0.85)
    with pytest.raises(NotSolved, match="limit"):
        smallest_sets(problem, demands(problem), 200)


def test_uniform_cuts_with_and_without_red_lines():
    # three options: 0 suits A, 1 suits B, 2 is the compromise that A has red-lined
    values = [np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5]])]
    red = [np.array([[False, False, True], [False, False, False]])]
    problem = additive_problem(values, reserve=np.array([0.6, 0.6]), red=red)
    found = diagnose(problem)
    assert found.cut_with_red_lines.shortfall == pytest.approx(0.6)
    assert found.cut_without_red_lines.shortfall == pytest.approx(0.1)
    assert found.binding == (0, 1)
    assert {c.dropped for c in found.corrections} == {(("reserve", 0, -1),), (("reserve", 1, -1),)}
    assert sorted(c.cuts.max() for c in found.corrections) == pytest.approx([0.6, 0.6])


def test_a_party_whose_demands_never_matter_is_not_binding():
    values = [np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])]
    found = diagnose(additive_problem(values, reserve=np.array([0.8, 0.8, 0.1])))
    assert found.binding == (0, 1)
    assert set(found.conflict) == {("reserve", 0, -1), ("reserve", 1, -1)}


def test_with_a_zone_nothing_has_to_give():
    problem = additive_problem([np.array([[1.0, 0.0], [0.5, 1.0]])], reserve=np.array([0.9, 0.4]))
    found = diagnose(problem)
    assert [c.dropped for c in found.corrections] == [()] and found.binding == () and conflict(problem) == ()


def test_a_limit_is_told():
    values = [np.array([[1.0, 0.0], [0.0, 1.0]])]
    found = diagnose(additive_problem(values, reserve=np.array([0.8, 0.8])), limit=1)
    assert len(found.corrections) == 1 and found.more_exist


@pytest.mark.parametrize("way", WAYS)
def test_sets_that_are_as_small_all_count_whoever_is_named_first(way, monkeypatch):
    for name, value in WAYS[way].items():
        monkeypatch.setattr(module, name, value)
    values = [np.full((3, 3), 0.5), np.array([[0.5, 0.5], [0.5, 0.5], [0.5, 0.0]])]
    red = [np.eye(3, dtype=bool), np.array([[False, False], [False, False], [True, False]])]
    for order in ([0, 1, 2], [2, 1, 0]):
        problem = additive_problem(
            [v[order] for v in values], reserve=np.array([0.8, 0.8, 0.8])[order], red=[r[order] for r in red]
        )
        found = diagnose(problem)
        least = {frozenset((kind, order[i], j) for kind, i, j in c.dropped) for c in found.smallest}
        assert least == {
            frozenset(c) for c in minimal_demands(problem, order) if len(c) == len(found.corrections[0].dropped)
        }
        assert len(least) > 1


def minimal_demands(problem, order):
    asked = demands(problem)
    met = satisfied(problem, Brute(problem), asked)
    return [
        [(asked[d][0], order[asked[d][1]], asked[d][2]) for d in one]
        for one in minimal_sets(met, np.ones(len(met), bool))
    ]
