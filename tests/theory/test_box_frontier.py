"""Two parties' bonuses for boxes: against a look at every package, HiGHS, and bounds taken over every package of a
node."""

from __future__ import annotations

import numpy as np
import pytest

from tests.theory.test_rectangles import SOLVERS, looked_at, some_rectangles
from winset.errors import NotSolved
from winset.theory.additive import enumerate_packages
from winset.theory.box_frontier import Boxes, shortfall, solve_boxes
from winset.theory.box_space import box_space, utility
from winset.theory.box_tree import Dual, Node, _look, lower, reach
from winset.theory.rectangles import additive_form

NO_CAP = np.full(2, np.inf)


def some_boxes(seed: int, issues: int = 6, count: int = 20) -> Boxes:
    """Every third with losses, every second capped; some boxes pay both parties."""
    rng = np.random.default_rng(seed)
    sizes = [int(k) for k in rng.integers(2, 5, issues)]
    own = [some_rectangles(rng, sizes, count, losses=seed % 3 == 0) for _ in range(2)]
    own[1] += own[0][:2]
    reserve = np.array([sum(max(w, 0) for w, _ in one) * rng.choice([0.1, 0.4, 0.6]) for one in own])
    return Boxes(own, sizes, reserve, cap=float(reserve.max()) + 5 if seed % 2 else np.inf)


@pytest.mark.parametrize("seed", range(40))
def test_frontier_and_solutions_are_those_of_a_look_at_every_package(seed):
    boxes = some_boxes(seed)
    every, each = looked_at(boxes.rectangles, boxes.sizes, boxes.reserve, boxes.cap)
    gains = every.utilities - boxes.reserve
    rational = every.utilities[np.all(gains >= -1e-9, axis=1)]
    solved = solve_boxes(boxes)
    found = solved.found
    assert solved.complete and len(found.utilities) == len(rational)
    np.testing.assert_allclose(np.sort(found.utilities, axis=0), np.sort(rational, axis=0), atol=1e-9)
    for package, worth in zip(found.packages, found.utilities):
        np.testing.assert_allclose(worth, [u(package[None])[0] for u in each], atol=1e-9)
    if len(rational):
        np.testing.assert_allclose(found.ideal, every.ideal, atol=1e-9)
        for name in SOLVERS:
            best = found.utilities[getattr(found, name)]
            np.testing.assert_allclose(best, every.utilities[getattr(every, name)], atol=1e-9)
            assert solved.gaps[name] == 0.0
        return
    short = shortfall(boxes)
    alone = [gains[:, 1 - i].max() >= 0 for i in (0, 1)]
    assert short.proved and short.cut == pytest.approx(-gains.min(axis=1).max(), abs=1e-6)
    assert short.binding == (tuple(i for i in (0, 1) if alone[i]) or (0, 1))


@pytest.mark.parametrize("first", (0, 40))
def test_losses_that_no_side_can_dodge_are_told_from_those_that_one_can(first):
    for seed in range(first, first + 40):
        rng, sizes = np.random.default_rng(seed), [3] * 4
        own: list[list[tuple[float, tuple[tuple[int, int, int], ...]]]] = [[], []]
        for n in range(20):
            named = rng.choice(4, int(rng.integers(2, 4)), replace=False)
            sides = tuple((int(j), *map(int, sorted(rng.integers(0, 3, 2)))) for j in named)
            own[n // 10].append((float(rng.integers(-9, 10)), sides))
        every, _ = looked_at(own, sizes, np.full(2, -100.0))
        found = solve_boxes(Boxes(own, sizes, np.full(2, -100.0))).found.utilities
        assert len(found) == len(every.utilities), seed
        np.testing.assert_allclose(np.sort(found, axis=0), np.sort(every.utilities, axis=0), atol=1e-9)


def test_some_of_these_have_no_zone_and_some_have_many_vectors():
    sizes = [len(solve_boxes(some_boxes(seed)).found.utilities) for seed in range(40)]
    assert min(sizes) == 0 and max(sizes) > 5


def test_where_no_look_is_possible_highs_finds_the_same():
    rng = np.random.default_rng(1)
    sizes = [10] * 8
    own = [some_rectangles(rng, sizes, 14, losses=False) for _ in range(2)]
    reserve = np.array([0.3 * sum(w for w, _ in one) for one in own])
    solved = solve_boxes(Boxes(own, sizes, reserve))
    form = additive_form(own, sizes, reserve=reserve)
    scores = {"nash": np.prod, "egalitarian": np.min, "utilitarian": np.sum}
    scores["kalai_smorodinsky"] = lambda gain: np.min(gain / (solved.found.ideal - reserve))
    for name, score in scores.items():
        other = SOLVERS[name](form, method="milp")
        best = solved.found.utilities[getattr(solved.found, name)]
        assert score(best - reserve) == pytest.approx(score(other.gains), rel=1e-7)
    assert solved.complete and len(solved.found.utilities) > 3


@pytest.mark.parametrize("seed", (1, 2, 4, 5))
def test_what_is_given_up_is_told_by_a_gap_that_holds(seed):
    boxes = some_boxes(seed, issues=8, count=20)
    boxes = Boxes(boxes.rectangles, boxes.sizes, 0.5 * boxes.reserve, np.inf)
    whole = solve_boxes(boxes)
    assert whole.complete
    room = whole.found.ideal - boxes.reserve
    scores = {
        "nash": lambda gain: np.log(gain).sum(),
        "kalai_smorodinsky": lambda gain: np.min(gain / room),
        "egalitarian": np.min,
        "utilitarian": np.sum,
    }
    unproved = 0
    for nodes in (3, 10, 30):
        try:
            part = solve_boxes(boxes, max_nodes=nodes)
        except NotSolved:
            continue
        for name, score in scores.items():
            best, here = (score(s.found.utilities[getattr(s.found, name)] - boxes.reserve) for s in (whole, part))
            assert here + part.gaps[name] >= best - 1e-9
            unproved += part.gaps[name] > 0
    assert unproved > 0


@pytest.mark.parametrize("seed", range(8))
def test_a_bound_of_a_node_holds_for_every_package_of_it(seed):
    rng = np.random.default_rng(seed)
    boxes = some_boxes(3 * seed)  # with losses
    space, _ = box_space(boxes.rectangles, boxes.sizes, NO_CAP)
    alive = rng.random(len(space.home)) < 0.7
    alive[space.offsets[:-1]] = True
    kept = np.diff(space.offsets)
    every = [space.offsets[:-1] + package for block in enumerate_packages(kept) for package in block]
    worth = np.array([utility(space, package) for package in every if alive[package].all()])
    n_boxes, n_sides = len(space.bonus), len(space.issue)
    state, whole = np.zeros(n_boxes, np.int64), np.zeros(n_sides, bool)
    node = Node(alive, state, whole, np.zeros(2))
    _look(space, np.zeros(n_boxes, bool), node)
    for steps in (1, 2, 30):
        dual = Dual(rng.random(n_sides), rng.random(n_boxes), rng.random(1))
        corner = rng.random(2)
        pick, often = np.zeros(len(kept), np.int64), np.zeros(n_sides)
        bound = lower(space, node, corner, steps, dual, pick, often)
        weights = np.array([dual.weight[0], 1 - dual.weight[0]])
        assert bound >= ((worth - corner) @ weights).max() - 1e-12


def test_options_that_another_makes_needless_are_left_out():
    both = [(1.0, ((0, 0, 4),)), (2.0, ((0, 3, 9), (1, 2, 2)))], [(1.0, ((1, 1, 3),))]
    space, span = box_space(both, [10, 10, 4], NO_CAP)
    assert space.home.tolist() == [3, 2, 0] and span.tolist() == [3.0, 1.0]
    loss = [(-1.0, ((0, 0, 4),)), (2.0, ((0, 3, 9),))], [(1.0, ((0, 0, 2),))]
    assert box_space(loss, [10], NO_CAP)[0].home.tolist() == [0, 5]


def test_limits_are_told_and_three_parties_refused():
    rng = np.random.default_rng(1)
    own, sizes = [some_rectangles(rng, [10] * 12, 25, losses=False) for _ in range(2)], [10] * 12
    edge = solve_boxes(Boxes(own, sizes, np.zeros(2))).found.utilities
    space, span = box_space(own, sizes, NO_CAP)
    corners = np.stack([edge[1:, 0], edge[:-1, 1]], axis=1) + 0.5  # more than each neighbour: nothing is there
    first = [reach(space, corner / span, 1) for corner in corners]
    assert not any(one.found for one in first) and not all(one.none for one in first)
    assert all(reach(space, corner / span, 10_000).none for corner in corners)
    above = Boxes(own, sizes, next(corner for corner, one in zip(corners, first) if not one.none))
    with pytest.raises(NotSolved, match="within 1 nodes"):
        solve_boxes(above, max_nodes=1)
    assert not len(solve_boxes(above).found.utilities) and shortfall(above).proved
    assert not shortfall(above, max_nodes=1).proved
    with pytest.raises(NotSolved, match="two parties"):
        solve_boxes(Boxes([[(1.0, ((0, 0, 0),))]] * 3, [2], np.zeros(3)))
