"""Hyper-rectangles as an additive problem with rules, against a look at every package."""

import numpy as np
import pytest

from winset.theory.bargaining import NoZone, egalitarian, kalai_smorodinsky, nash, uniform_cut, utilitarian
from winset.theory.nonadditive import hyperrectangles, solve
from winset.theory.rectangles import additive_form

SOLVERS = {"nash": nash, "kalai_smorodinsky": kalai_smorodinsky, "egalitarian": egalitarian, "utilitarian": utilitarian}


def some_rectangles(rng, sizes, n, losses):
    """Bonuses, some for all packages, some losses, some shared by both parties."""
    own = []
    for _ in range(n):
        named = rng.choice(len(sizes), int(rng.integers(0, min(4, len(sizes) + 1))), replace=False)
        sides = tuple((int(j), *map(int, sorted(rng.integers(0, sizes[j], 2)))) for j in named)
        own.append((float(rng.integers(-5 if losses else 1, 10)), sides))
    return own


def looked_at(boxes, sizes, reserve, cap=np.inf):
    each = [hyperrectangles(own, cap) for own in boxes]
    return solve(lambda x: np.stack([u(x) for u in each], axis=1), sizes, reserve), each


@pytest.mark.parametrize("seed", range(12))
def test_solutions_are_those_of_a_look_at_every_package(seed):
    rng = np.random.default_rng(seed)
    sizes = [int(k) for k in rng.integers(2, 5, 5)]
    losses = seed % 3 == 0
    boxes = [some_rectangles(rng, sizes, 7, losses) for _ in range(2)]
    boxes[1] += boxes[0][:2]
    reserve = np.array([sum(max(w, 0) for w, _ in own) * rng.choice([0.2, 0.5, 0.8]) for own in boxes])
    every, each = looked_at(boxes, sizes, reserve)
    problem = additive_form(boxes, sizes, reserve=reserve)
    for name, solver in SOLVERS.items():
        found, at = solver(problem, method="milp"), getattr(every, name)
        if at is None:
            assert isinstance(found, NoZone)
            continue
        package = found.package[: len(sizes)]
        worth = np.array([u(package[None])[0] for u in each])
        np.testing.assert_allclose(found.utilities, worth, atol=1e-9)  # no bonus unearned, no loss dodged
        known = every.utilities[at]
        score = {"nash": np.prod, "utilitarian": np.sum, "egalitarian": np.min}.get(name)
        if score is None:
            room = every.ideal - reserve
            assert np.min((worth - reserve) / room) == pytest.approx(np.min((known - reserve) / room), abs=1e-7)
        else:
            assert score(worth - reserve) == pytest.approx(score(known - reserve), rel=1e-7, abs=1e-7)


def test_a_loss_for_one_and_a_bonus_for_the_other_on_the_same_box():
    box = ((0, 0, 1), (1, 1, 1))
    problem = additive_form([[(3.0, box), (5.0, ())], [(-2.0, box), (5.0, ())]], [3, 2], reserve=np.zeros(2))
    found = utilitarian(problem, method="milp")
    assert found.utilities.tolist() == [8.0, 3.0] and found.proved
    least = egalitarian(problem, method="milp")
    assert least.utilities.tolist() == [5.0, 5.0]
    apart = additive_form([[(3.0, box)], [(-2.0, box)]], [3, 2], reserve=np.array([1.0, -1.0]))
    assert uniform_cut(apart, "milp").shortfall == pytest.approx(1.0)
