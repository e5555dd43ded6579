"""Zones over many draws against brute force in every draw, and certificates checked one by one."""

import numpy as np
import pytest

import winset.theory.zone as module
from tests.theory.settlement_cases import Brute
from winset.errors import SettingError
from winset.theory.additive import additive_problem
from winset.theory.zone import acceptance, draws, most_acceptable, zones


def random_draws(rng, n_draws, sizes, n, share, red=0.04):
    flat, cuts = sum(sizes), np.cumsum(sizes)[:-1]
    weights = np.repeat(rng.dirichlet(np.ones(len(sizes)), n), sizes, axis=1)
    values = np.clip(rng.random((n, flat)) + 0.15 * rng.standard_normal((n_draws, n, flat)), 0, 1) * weights
    parts = np.split(values, cuts, axis=2)
    low, high = sum(p.min(axis=2) for p in parts), sum(p.max(axis=2) for p in parts)
    reserve = low + (share + 0.05 * rng.standard_normal((n_draws, n))) * (high - low)
    return values, reserve, rng.random(values.shape) < red, cuts


def random_rules(rng, sizes):
    rules = []
    for _ in range(int(rng.integers(0, 4))):
        picked = rng.choice(len(sizes), min(len(sizes), int(rng.integers(1, 4))), replace=False)
        rules.append(tuple((int(j), frozenset({int(rng.integers(sizes[j]))})) for j in picked))
    return tuple(rules)


@pytest.mark.parametrize(("joint", "nodes"), [(64, 200_000), (1, 200_000), (64, 2)])
def test_every_draw_against_brute_force(joint, nodes, monkeypatch):
    """With rule groups as joint options, with rules enforced in the search, and with 0/1 programmes as a fallback."""
    monkeypatch.setattr(module, "JOINT", joint)
    monkeypatch.setattr(module, "NODES", nodes)
    rng = np.random.default_rng(joint + nodes)
    ways = set()
    for _ in range(12):
        n = int(rng.integers(2, 5))
        sizes = [int(k) for k in rng.integers(2, 4, int(rng.integers(1, 6)))]
        values, reserve, red, cuts = random_draws(rng, 25, sizes, n, float(rng.choice([0.4, 0.6, 0.7])))
        rules = random_rules(rng, sizes)
        many = draws(values, reserve, red, sizes, rules)
        found = zones(many)
        ways |= set(found.how.tolist())
        brutes = []
        for d in range(25):
            problem = additive_problem(
                np.split(values[d], cuts, axis=1), reserve=reserve[d], red=np.split(red[d], cuts, axis=1), rules=rules
            )
            brute = Brute(problem)
            brutes.append(brute)
            assert found.exists[d] == brute.acceptable.any()
            if found.exists[d]:
                row = np.flatnonzero((brute.packages == found.pool[found.witness[d]]).all(axis=1))[0]
                assert brute.acceptable[row]
            elif module.HOW[found.how[d]] == "weights" and brute.feasible.any():
                surplus = (brute.gains[brute.feasible] @ found.weights[d]).max()
                assert surplus <= found.surplus[d] + 1e-9 < 0
                worth = np.where(many.closed[d], -np.inf, found.weights[d] @ many.values[d])
                best = sum(part.max() for part in np.split(worth, many.shape.offsets[1:-1]))
                assert found.surplus[d] == pytest.approx(best - found.weights[d] @ reserve[d])
        accepted = acceptance(values, reserve, red, sizes, brutes[0].packages, rules)
        for d, brute in enumerate(brutes):
            own = brute.meets & ~brute.red.any(axis=2) & ~brute.rule_broken.any(axis=1)[:, None]
            np.testing.assert_array_equal(accepted[:, d], own)
        best = accepted.all(axis=2).mean(axis=1)
        top = most_acceptable(many, found)
        assert top.share <= best.max() + 1e-12 <= top.bound + 2e-12 <= top.zone_share + 4e-12
        if top.share > 0:
            row = np.flatnonzero((brutes[0].packages == top.package).all(axis=1))[0]
            assert best[row] == pytest.approx(top.share)
    assert ways >= ({2, 3} if nodes > 2 else {3, 5})


def test_the_order_of_draws_changes_no_answer():
    rng = np.random.default_rng(12)
    sizes = [3, 4, 3, 2, 4, 3, 3]
    values, reserve, red, _ = random_draws(rng, 200, sizes, 3, 0.68)
    order = rng.permutation(200)
    one = zones(draws(values, reserve, red, sizes))
    two = zones(draws(values[order], reserve[order], red[order], sizes))
    np.testing.assert_array_equal(one.exists[order], two.exists)
    assert 0 < one.exists.sum() < 200


def test_rules_that_forbid_all_leave_no_zone():
    values, reserve = np.ones((3, 2, 2)), np.zeros((3, 2))
    many = draws(values, reserve, np.zeros((3, 2, 2), bool), [2], (((0, frozenset({0, 1})),),))
    found = zones(many)
    assert not found.exists.any()
    assert most_acceptable(many, found).bound == 0.0


def test_shapes_are_checked():
    with pytest.raises(SettingError, match="flat options"):
        draws(np.ones((1, 2, 4)), np.zeros((1, 2)), np.zeros((1, 2, 4), bool), [2, 3])
    with pytest.raises(SettingError, match="shape"):
        draws(np.ones((1, 2, 4)), np.zeros((2, 2)), np.zeros((1, 2, 4), bool), [2, 2])


@pytest.mark.parametrize("rules", [(), (((0, frozenset({1})), (2, frozenset({0, 2})), (3, frozenset({0}))),)])
def test_draws_in_units_are_sums_over_the_options_of_each_unit(rules):
    """Values, red lines and slack of joint options, against their definitions in the plainest words."""
    rng = np.random.default_rng(3)
    sizes = [2, 4, 3, 1]
    values, reserve, red, cuts = random_draws(rng, 7, sizes, 3, 0.5, red=0.2)
    values[:, 2] = 0.25  # a party to which all options are alike has no span
    many = draws(values, reserve, red, sizes, rules)
    for k, parts in enumerate(many.shape.parts):
        options = parts[parts >= 0]
        np.testing.assert_array_equal(many.values[:, :, k], sum(values[:, :, o] for o in options))
        np.testing.assert_array_equal(many.red[:, :, k], red[:, :, options].any(axis=2))
        np.testing.assert_array_equal(many.closed[:, k], red[:, :, options].any(axis=(1, 2)))
    span = sum(np.ptp(part, axis=2) for part in np.split(values, cuts, axis=2))
    np.testing.assert_array_equal(many.slack, 1e-9 * np.where(span > 0, span, 1.0))
    assert max((parts >= 0).sum() for parts in many.shape.parts) == (3 if rules else 1)
