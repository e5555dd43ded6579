"""Weighing evidence: Bayes' rule by hand, the limits of the group weight, and the classical matrix."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.errors import SettingError
from winset.theory import weighing
from winset.theory.learning_while_fighting import staller_posterior

RATIO = st.floats(0.1, 10.0)


def block(rows):
    return np.log(np.array(rows, dtype=float))[None]


def test_two_hypotheses_by_hand():
    """Odds 1/3 times 2 times 4.5 are 3 to 1."""
    found = weighing.posterior(np.array([[0.75, 0.25]]), block([[1, 2], [1, 4.5]]), ["", ""], rho=0.5)
    assert found[0, 1] == pytest.approx(0.75)


def test_refusals_give_the_posterior_of_a_staller():
    logs = block([[1 - 0.6, 1 - 0.05]] * 3)
    logs = logs - logs[..., :1]
    found = weighing.posterior(np.array([[0.5, 0.5]]), logs, ["", "", ""], 0.0)
    assert found[0, 1] == pytest.approx(staller_posterior(0.5, 0.6, 0.05, 3))


@given(st.lists(st.tuples(RATIO, RATIO), min_size=1, max_size=6), st.floats(0.0, 1.0))
def test_it_is_bayes_rule_with_the_group_weight(ratios, rho):
    prior = np.array([0.5, 0.3, 0.2])
    logs = block([(1.0, a, b) for a, b in ratios])
    m = len(ratios)
    weight = 1 / (1 + (m - 1) * rho)
    plain = prior * np.array(
        [1.0, math.prod(a for a, _ in ratios) ** weight, math.prod(b for _, b in ratios) ** weight]
    )
    found = weighing.posterior(prior[None], logs, ["g"] * m, rho)[0]
    assert found == pytest.approx(plain / plain.sum(), rel=1e-9)


@given(st.integers(1, 8), RATIO)
def test_the_same_act_told_many_times_counts_once_at_full_dependence(copies, ratio):
    prior = np.array([[0.6, 0.4]])
    once = weighing.posterior(prior, block([[1, ratio]]), ["g"], 1.0)
    many = weighing.posterior(prior, block([[1, ratio]] * copies), ["g"] * copies, 1.0)
    assert many == pytest.approx(once)


def test_only_groups_share():
    assert weighing.shares(["a", "", "a", ""], 0.5) == pytest.approx([1 / 1.5, 1, 1 / 1.5, 1])
    with pytest.raises(SettingError):
        weighing.shares(["a"], 1.5)


def test_leaving_one_out_is_weighing_the_rest():
    rng = np.random.default_rng(3)
    prior, logs = rng.dirichlet([2, 2, 2], size=20), rng.normal(size=(20, 4, 3))
    groups = ["a", "a", "", "a"]
    found = weighing.without_each(prior, logs, groups, 0.4, [False] * 4)
    rest = weighing.posterior(prior, logs[:, [0, 2, 3]], ["a", "", "a"], 0.4)
    assert found[1] == pytest.approx(rest.mean(axis=0))
    weighed = weighing.without_each(prior, logs, groups, 0.4, [True, True, False, False])
    weight = weighing.draw_weights(prior, logs[:, [0, 2, 3]], ["a", "", "a"], 0.4, [True, False, False])
    assert weighed[1] == pytest.approx(weight @ rest / weight.sum())
    assert found.sum(axis=1) == pytest.approx(np.ones(4))


def test_diagnosticity_is_zero_for_what_fits_all_alike():
    logs = block([[1, 1, 1], [1, 10, 0.1]])[0]
    assert weighing.diagnosticity(logs, ["", ""], 0.0) == pytest.approx([0.0, 2.0])


CHANCE = st.floats(0.01, 1.0)
WORLD = st.tuples(st.floats(0.05, 0.95), *[CHANCE] * 4, RATIO)  # prior of one type, chance of two acts by type, a ratio


@given(st.lists(WORLD, min_size=1, max_size=5))
def test_joint_weighing_against_every_case_counted_out(worlds):
    """Worlds equally likely; two acts with chances, one with a ratio, whose level makes it as likely in every world."""
    table = {}  # (world, type): P(world, type, all three acts)
    for d, (prior, a0, a1, b0, b1, ratio) in enumerate(worlds):
        level = 0.1 / ((1 - prior) + prior * ratio)  # the third act happens with chance 0.1 in every world
        for h, (chance, third) in enumerate([((1 - prior) * a0 * b0, level), (prior * a1 * b1, level * ratio)]):
            table[d, h] = chance * third / len(worlds)
    total = sum(table.values())
    prior = np.array([[1 - w[0], w[0]] for w in worlds])
    logs = np.log(np.array([[[w[1], w[2]], [w[3], w[4]], [1.0, w[5]]] for w in worlds]))
    told = (prior, logs, ["", "", ""], 0.0)
    weight = weighing.draw_weights(*told, [True, True, False])
    found = weighing.mean(weighing.posterior(*told), weight)
    for h in (0, 1):
        assert found[h] == pytest.approx(sum(table[d, h] for d in range(len(worlds))) / total)
    for d in range(len(worlds)):
        assert weight[d] / len(worlds) == pytest.approx((table[d, 0] + table[d, 1]) / total)


def test_ratios_alone_leave_the_draws_as_they_are():
    rng = np.random.default_rng(5)
    prior, logs = rng.dirichlet([2, 2, 2], size=30), rng.normal(size=(30, 4, 3))
    weight = weighing.draw_weights(prior, logs, ["a", "a", "", ""], 0.5, [False] * 4)
    assert weight == pytest.approx(np.ones(30))
    assert weighing.effective(weight) == pytest.approx(30)
    assert weighing.effective(np.array([4.0, 0.0, 0.0, 0.0])) == pytest.approx(1)


@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(1, 4)), min_size=1, max_size=12), st.floats(1, 99))
def test_weighted_means_and_percentiles_are_those_of_the_draws_repeated(rows, at):
    column, weight = np.array([float(x) for x, _ in rows]), np.array([float(w) for _, w in rows])
    repeated = np.sort(np.repeat(column, weight.astype(int)))
    assert weighing.mean(column, weight) == pytest.approx(repeated.mean())
    below = np.arange(1, len(repeated) + 1) / len(repeated)
    assert weighing.percentiles(column, weight, [at])[0] == repeated[np.argmax(below >= at / 100 - 1e-12)]


@given(st.lists(st.floats(-9, 9), min_size=2, max_size=5), st.permutations(range(5)))
def test_the_bound_is_between_every_pair_and_knows_no_first(logs, order):
    row = np.array([logs])
    order = [k for k in order if k < len(logs)]
    found = weighing.bounded(row, 10.0)
    assert np.ptp(found) <= math.log(10.0) + 1e-12 and found.max() == row.max()
    assert (weighing.bounded(row[:, order], 10.0) == found[:, order]).all()
    assert (found == row).all() or np.ptp(row) > math.log(10.0)


def test_marks_and_inconsistencies():
    """Against their geometric mean: 1/4, 1/2, 1 and 8 times as likely (mean 1)."""
    marks = weighing.marks(np.log(np.array([[0.25, 0.5, 1.0, 8.0], [1.0, 1.0, 1.0, 1.0]])), 1.5, 3.0)
    assert marks == [["II", "I", "N", "CC"], ["N", "N", "N", "N"]]
    assert weighing.inconsistencies(marks, 4, 2) == [2, 1, 0, 0]


@given(st.lists(RATIO, min_size=1, max_size=5))
def test_at_the_even_prior_the_two_are_even(ratios):
    logs = np.log(np.array([[1.0, r] for r in ratios]))
    prior = weighing.even_prior(logs, [""] * len(ratios), 0.0, leader=1, rival=0)
    found = weighing.posterior(np.array([[prior, 1 - prior]]), logs[None], [""] * len(ratios), 0.0)
    assert found[0] == pytest.approx([0.5, 0.5], abs=1e-9)


def test_fewest_to_drop_against_every_subset():
    """Items apart: 5, 3 and 1.5 to one for the leader; the rival starts at 4 to 1. Without the first it is behind."""
    logs = np.log(np.array([[1, 5], [1, 3], [1, 1.5]]))
    prior = np.log(np.array([0.8, 0.2]))
    assert weighing.fewest_to_drop(prior, logs, ["", "", ""], 0.0, leader=1) == [
        0,
        1,
    ]  # 5*3*1.5 = 22.5, 3*1.5 = 4.5 > 4, 1.5 < 4
    assert weighing.fewest_to_drop(np.log([0.2, 0.8]), logs, ["", "", ""], 0.0, leader=1) is None
