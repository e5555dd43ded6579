"""The best package under rules, against looking at every package."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.errors import NotSolved
from winset.theory import rule_search
from winset.theory.rule_search import best_packages, build, groups


def brute(scores, rules, draw):
    """The largest score of a package that breaks no rule, or None where no package has one."""
    best = None
    for package in itertools.product(*(range(t.shape[1]) for t in scores)):
        if any(all(package[j] in named for j, named in rule) for rule in rules):
            continue
        total = sum(t[draw, o] for t, o in zip(scores, package))
        if np.isfinite(total) and (best is None or total > best):
            best = total
    return best


@st.composite
def problems(draw):
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=6))
    rules = []
    for _ in range(draw(st.integers(1, 7))):
        issues = draw(st.lists(st.integers(0, len(sizes) - 1), min_size=2, max_size=3, unique=True))
        rules.append(
            tuple(
                (j, frozenset(draw(st.lists(st.integers(0, sizes[j] - 1), min_size=1, max_size=sizes[j]))))
                for j in issues
            )
        )
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    scores = [rng.normal(size=(5, n)) for n in sizes]
    if draw(st.booleans()):  # ties
        scores = [t.round() for t in scores]
    for table in scores:
        table[rng.random(table.shape) < draw(st.sampled_from([0.0, 0.25]))] = -np.inf
    return scores, rules


@settings(max_examples=300, deadline=None)
@given(problems())
def test_as_good_as_the_best_of_all_and_possible_where_anything_is(problem):
    scores, rules = problem
    found = best_packages(scores, rules)
    for d in range(len(scores[0])):
        expected = brute(scores, rules, d)
        assert found.possible[d] == (expected is not None)
        if expected is not None:
            package = found.choice[d]
            assert not any(all(package[j] in named for j, named in rule) for rule in rules)
            assert sum(t[d, o] for t, o in zip(scores, package)) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(problems(), st.randoms())
def test_neither_the_order_of_rules_nor_other_draws_change_a_package(problem, random):
    scores, rules = problem
    found, turned = best_packages(scores, rules), list(rules)
    random.shuffle(turned)
    np.testing.assert_array_equal(found.choice, best_packages(scores, turned).choice)
    alone = best_packages([t[2:3] for t in scores], rules)
    np.testing.assert_array_equal(found.choice[2], alone.choice[0])


def test_two_rules_that_pull_against_each_other():
    """The best single change of the first rule breaks the second, and the greedy repair never came back from there."""
    rules = [((0, frozenset({0})), (1, frozenset({0}))), ((0, frozenset({1})), (1, frozenset({0, 1})))]
    scores = [np.array([[3.0, 2.9]]), np.array([[5.0, 0.1, 0.0]])]
    found = best_packages(scores, rules)
    assert found.choice.tolist() == [[0, 1]] and found.possible.all()


def test_without_rules_every_issue_stands_alone_and_equal_scores_go_to_the_first():
    found = best_packages([np.array([[1.0, 1.0], [0.0, 2.0]])], [])
    assert found.choice.tolist() == [[0], [1]] and found.possible.all()


def test_groups_are_the_issues_linked_by_rules():
    one, two = ((0, frozenset({0})), (2, frozenset({0}))), ((3, frozenset({0})), (4, frozenset({0})))
    assert groups(6, [one, two]) == [((0, 2), (one,)), ((3, 4), (two,))]


def test_a_long_chain_stays_narrow_and_one_too_wide_is_not_guessed(monkeypatch):
    n = 40  # 4 ** 40 packages
    chain = [((j, frozenset({0, 1})), (j + 1, frozenset({0, 2}))) for j in range(n - 1)]
    assert max(build(range(n), [4] * n, chain).after) <= 2
    rng = np.random.default_rng(1)
    scores = [rng.normal(size=(3, 4)) for _ in range(n)]
    found = best_packages(scores, chain)
    for d in range(3):  # the same, by a dynamic programme over the option of the issue before
        best = scores[0][d]
        for j in range(1, n):
            step = best[:, None] + scores[j][d][None, :]
            step[np.ix_([0, 1], [0, 2])] = -np.inf
            best = step.max(axis=0)
        assert sum(t[d, o] for t, o in zip(scores, found.choice[d])) == pytest.approx(best.max())
    monkeypatch.setattr(rule_search, "LARGEST_LAYER", 1)
    with pytest.raises(NotSolved, match="split them"):
        build(range(n), [4] * n, chain)
