from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from winset.errors import SettingError
from winset.theory import event_study as es
from winset.theory import poisson_rates as rates

count = st.integers(0, 80)


@given(count, count, st.floats(1.0, 50.0), st.floats(1.0, 300.0))
def test_exact_test_against_scipy(x, y, e1, e0):
    found = rates.rate_ratio(x, y, e1, e0)
    if x + y > 0:
        n, pi = x + y, e1 / (e1 + e0)
        assert found.p_greater == pytest.approx(stats.binomtest(x, n, pi, alternative="greater").pvalue)
        assert found.p_less == pytest.approx(stats.binomtest(x, n, pi, alternative="less").pvalue)
        limits = stats.binomtest(x, n, pi).proportion_ci(0.9, method="exact")
        assert found.low / (found.low + e0 / e1) == pytest.approx(limits.low, abs=1e-9)
        if np.isfinite(found.high):
            assert found.high / (found.high + e0 / e1) == pytest.approx(limits.high, abs=1e-9)
        assert found.low <= (found.ratio if y else np.inf) <= found.high


@given(count, count, st.floats(1.0, 50.0), st.floats(1.0, 300.0))
def test_the_unit_of_time_does_not_matter(x, y, e1, e0):
    days, hours = rates.rate_ratio(x, y, e1, e0), rates.rate_ratio(x, y, 24 * e1, 24 * e0)
    assert days.ratio == pytest.approx(hours.ratio, nan_ok=True)
    assert days.high == pytest.approx(hours.high)
    assert days.p_two_sided == pytest.approx(hours.p_two_sided)


@given(st.lists(st.integers(0, 39), min_size=1, max_size=8), st.integers(1, 7))
def test_windows_are_unions_of_days_after(contacts, window):
    inside = {d for c in contacts for d in range(c + 1, c + window + 1) if d < 40}
    before = {d for c in contacts for d in range(c - window + 1, c + 1) if d >= 0} - inside
    assert set(np.flatnonzero(es.exposed_days(40, contacts, window))) == inside
    assert set(np.flatnonzero(es.before_days(40, contacts, window))) == before


@given(st.integers(0, 2**31), st.integers(1, 4), st.sampled_from(es.AGAINST))
def test_tallies_against_sets(seed, window, against):
    rng = np.random.default_rng(seed)
    counts, contacts = rng.poisson(3.0, 60), rng.choice(58, 6, replace=False)
    found = es.change_after(counts, contacts, window, against=against, draws=19)
    inside = es.exposed_days(60, contacts, window)
    other = es.before_days(60, contacts, window) if against == "before" else ~inside
    assert (found.x, found.exposed) == (counts[inside].sum(), inside.sum())
    assert (found.y, found.other) == (counts[other].sum(), other.sum())
    assert found.ratio == pytest.approx(counts[inside].mean() / counts[other].mean())
    assert 0 < found.p_permutation <= 1
    assert found.p_permutation + found.p_permutation_less >= 1


def test_random_placement_tends_to_the_enumerated_test():
    counts, contacts, window = np.array([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]), [4, 6], 2

    def ratio(dates):
        inside = es.exposed_days(12, dates, window)
        return counts[inside].mean() / counts[~inside].mean()

    every = [ratio(pair) for pair in itertools.combinations(range(12), 2) if es.exposed_days(12, pair, window).any()]
    exact = np.mean(np.array(every) >= ratio(contacts) - 1e-12)
    found = es.change_after(counts, contacts, window, draws=40_000)
    assert found.p_permutation == pytest.approx(exact, abs=0.01)


def test_rotation_is_every_turn_of_the_dates():
    rng = np.random.default_rng(4)
    counts, contacts = rng.poisson(4.0, 50), [3, 9, 10, 30]
    inside = es.exposed_days(50, contacts, 3)
    turned = [np.roll(counts, s) for s in range(50)]
    every = np.array([c[inside].mean() / c[~inside].mean() for c in turned])
    found = es.change_after(counts, contacts, 3, placement="rotation")
    assert found.placements == 50
    assert found.p_permutation == pytest.approx(np.mean(every >= every[0] - 1e-12))


@pytest.mark.parametrize("against", es.AGAINST)
def test_rotation_within_blocks_is_the_ratio_of_every_turned_series(against):
    rng = np.random.default_rng(4)
    counts, contacts = rng.poisson(4.0, 50), [3, 9, 10, 30]
    blocks = np.arange(50) // 20
    inside = es.exposed_days(50, contacts, 3)
    outside = es.before_days(50, contacts, 3) if against == "before" else ~inside
    every = []
    for turn in range(50):
        c, b, top, bottom = np.roll(counts, -turn), np.roll(blocks, -turn), 0.0, 0.0
        for k in range(3):
            e1, e0 = (inside & (b == k)).sum(), (outside & (b == k)).sum()
            if e1 + e0:
                top += c[inside & (b == k)].sum() * e0 / (e1 + e0)
                bottom += c[outside & (b == k)].sum() * e1 / (e1 + e0)
        every.append(top / (top + bottom))
    null = es.rotations(counts, contacts, 3, block=20, against=against)
    np.testing.assert_allclose(null, every)
    greater, less = (np.mean(f(null[:, None], null[None, :]), axis=1) for f in (np.less_equal, np.greater_equal))
    np.testing.assert_allclose(es.two_sided(np.round(null, 9)), np.minimum(1, 2 * np.minimum(greater, less)), atol=0.05)


def test_two_sided_counts_both_tails_and_the_smallest_of_many_is_one_of_many():
    null = np.array([0.9, 0.1, 0.5, 0.5, 0.4])
    np.testing.assert_allclose(es.two_sided(null), [0.4, 0.4, 1, 1, 0.8])
    p = np.array([[0.2, 0.6, 1.0, 0.4], [0.4, 0.2, 0.6, 1.0]])
    np.testing.assert_allclose(es.over_all(p), [0.5, 0.75])  # smallest by turn: .2 .2 .6 .4


def test_rotation_keeps_its_size_where_contacts_and_bursts_cluster():
    """Bursts of two weeks, contacts in runs: placed at random they look significant too often, turned they do not."""
    rng, turned, placed, runs = np.random.default_rng(8), [], [], 400
    for i in range(runs):
        burst = np.repeat(rng.gamma(1.0, 10.0, 18), 14)[:240]
        counts, start = rng.poisson(burst), rng.integers(240)
        contacts = sorted({(start + k) % 239 for k in (0, 2, 5, 8, 60, 63, 66, 70)})
        turned.append(es.two_sided(es.rotations(counts, contacts, 3))[0])
        found = es.change_after(counts, contacts, 3, draws=199, seed=i)
        placed.append(2 * min(found.p_permutation, found.p_permutation_less))
    assert np.mean(np.array(turned) <= 0.05) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)
    assert np.mean(np.array(placed) <= 0.05) > 0.12


@given(st.integers(1, 9))
def test_scaling_counts_leaves_ratio_and_permutation_alone(k):
    counts, contacts = np.random.default_rng(7).poisson(4.0, 80), [5, 20, 33, 60]
    a, b = (es.change_after(c, contacts, 3, draws=199, seed=3) for c in (counts, k * counts))
    assert a.ratio == pytest.approx(b.ratio)
    assert a.p_permutation == b.p_permutation


def test_blocks_take_out_a_drift():
    """Contacts late in a rising series: the pooled ratio is far from 1, the blocked one is not."""
    rng = np.random.default_rng(11)
    counts = rng.poisson(np.repeat([2.0, 20.0], 200))
    contacts = [210, 240, 260, 300, 330, 350, 380]
    pooled = es.change_after(counts, contacts, 3, draws=999)
    blocked = es.change_after(counts, contacts, 3, draws=999, block=200)
    assert pooled.ratio > 1.6
    assert blocked.ratio == pytest.approx(1.0, abs=0.15)
    assert blocked.p_permutation > 0.05
    assert blocked.other < 200  # the first half compares nothing


@given(st.integers(0, 2**31))
def test_blocked_ratio_is_mantel_haenszel(seed):
    rng = np.random.default_rng(seed)
    counts, contacts = rng.poisson(3.0, 60) + 1, np.sort(rng.choice(58, 6, replace=False))
    inside, top, bottom = es.exposed_days(60, contacts, 2), 0.0, 0.0
    for start in range(0, 60, 20):
        c, m = counts[start : start + 20], inside[start : start + 20]
        top += c[m].sum() * (~m).sum() / 20
        bottom += c[~m].sum() * m.sum() / 20
    assert es.change_after(counts, contacts, 2, block=20, draws=9).ratio == pytest.approx(top / bottom)


def test_blocked_placement_tends_to_the_enumerated_test():
    counts, contacts, window = np.array([3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]), [1, 7], 1
    every = [
        es.change_after(counts, pair, window, block=6, draws=1).ratio
        for pair in itertools.product(range(6), range(6, 12))
    ]
    seen = es.change_after(counts, contacts, window, block=6, draws=40_000)
    assert seen.p_permutation == pytest.approx(np.mean(np.array(every) >= seen.ratio - 1e-12), abs=0.01)


def test_a_planted_rise_is_found():
    rng = np.random.default_rng(5)
    contacts = list(range(10, 300, 14))
    counts = rng.poisson(4.0, 300)
    counts[es.exposed_days(300, contacts, 1)] += 6
    found = es.change_after(counts, contacts, 1, draws=999)
    assert found.p_permutation <= 0.002
    assert found.quasi_low < found.ratio < found.quasi_high


def test_same_seed_same_answer_and_order_of_contacts_does_not_matter():
    counts = np.random.default_rng(2).poisson(4.0, 90)
    a = es.change_after(counts, [5, 30, 70], 3, draws=199, seed=1)
    assert a == es.change_after(counts, [70, 5, 30, 5], 3, draws=199, seed=1)


@pytest.mark.parametrize(("ratio", "rate", "e1", "e0"), [(1.5, 2.0, 20, 80), (2.0, 0.5, 10, 60), (1.0, 3.0, 15, 90)])
def test_power_against_simulation(ratio, rate, e1, e0):
    rng = np.random.default_rng(9)
    x, y = rng.poisson(ratio * rate * e1, 20_000), rng.poisson(rate * e0, 20_000)
    found = np.mean(stats.binom.sf(x - 1, x + y, e1 / (e1 + e0)) <= 0.05)
    assert rates.power_of(ratio, rate, e1, e0) == pytest.approx(found, abs=0.012)


@given(st.floats(0.2, 20.0), st.integers(3, 60), st.integers(60, 400))
def test_smallest_detectable_has_the_power_asked(rate, e1, e0):
    ratio = rates.smallest_detectable(rate, e1, e0)
    assert rates.power_of(ratio, rate, e1, e0) == pytest.approx(0.8, abs=0.02)
    assert rates.smallest_detectable(rate, e1, e0, dispersion=4.0) > ratio > 1.0


def test_the_power_of_a_test_takes_no_more_memory_for_larger_counts(monkeypatch):
    small = [rates.power_of(1.02, 900.0, 30.0, 300.0)]
    monkeypatch.setattr(rates, "NODES", 200)
    small.append(rates.power_of(1.02, 900.0, 30.0, 300.0))
    assert small[0] == pytest.approx(small[1], abs=1e-3)  # the ripple of whole numbers is of that size
    sizes = []
    monkeypatch.setattr(rates, "binomial_above", lambda k, n, p: sizes.append(np.size(n)) or np.zeros(np.size(n)))
    rates.power_of(1.02, 1e9, 30.0, 300.0)
    assert max(sizes) <= 200


def test_dispersion_of_poisson_is_one_and_of_bursts_is_not():
    rng = np.random.default_rng(3)
    contacts = [50, 500, 900]
    calm = es.change_after(rng.poisson(6.0, 2000), contacts, 3, draws=19)
    burst = es.change_after(rng.negative_binomial(1, 1 / 7.0, 2000), contacts, 3, draws=19)
    assert calm.dispersion == pytest.approx(1.0, abs=0.12)
    assert burst.dispersion == pytest.approx(7.0, rel=0.2)


@pytest.mark.parametrize(
    "kwargs",
    [{"contacts": []}, {"contacts": [100]}, {"window": 0}, {"against": "after"}, {"placement": "none"}, {"draws": 0},
     {"block": 1}, {"placement": "rotation", "admissible": np.ones(50, dtype=bool)},
     {"admissible": np.zeros(50, dtype=bool)}],
)  # fmt: skip
def test_bad_settings(kwargs):
    base = {"contacts": [5, 20], "window": 3, "draws": 9}
    with pytest.raises(SettingError):
        es.change_after(np.ones(50, dtype=int), **(base | kwargs))


@pytest.mark.slow
@pytest.mark.parametrize("against", es.AGAINST)
def test_permutation_keeps_its_size_on_bursty_null_series(against):
    rng = np.random.default_rng(20)
    p = []
    for i in range(1000):
        level = np.repeat(rng.gamma(2.0, 5.0, 4), 60)
        counts = rng.negative_binomial(1, 1 / (1 + level))
        contacts = rng.choice(238, 10, replace=False)
        p.append(es.change_after(counts, contacts, 3, against=against, draws=199, seed=i).p_permutation)
    for size in (0.05, 0.1, 0.2):
        assert np.mean(np.array(p) <= size) <= size + 3 * np.sqrt(size * (1 - size) / 1000)
    assert np.mean(p) == pytest.approx(0.5, abs=0.04)
