"""Sobol indices against closed forms (Ishigami, a g-function of 50 inputs) and against SALib's estimators."""

from __future__ import annotations

import numpy as np
import pytest

from winset import seeds
from winset.errors import SettingError
from winset.theory.sobol import design, first_of_draws, indices, means_of, parts_of, total_of


def ishigami(u, a=7.0, b=0.1):
    x = np.pi * (2 * u - 1)
    return np.sin(x[..., 0]) + a * np.sin(x[..., 1]) ** 2 + b * x[..., 2] ** 4 * np.sin(x[..., 0])


def g(u):
    a = np.arange(u.shape[-1]) / 2
    return np.prod((np.abs(4 * u - 2) + a) / (1 + a), axis=-1)


def run(f, inputs, points, seed=1, resamples=200):
    d = design(inputs, points, seed)
    return indices(f(d.a), f(d.b), np.stack([f(m) for m in d.mixed]), resamples=resamples, seed=seed)


def closed_ishigami(a=7.0, b=0.1):
    one = 0.5 * (1 + b * np.pi**4 / 5) ** 2
    two = a**2 / 8
    both = b**2 * np.pi**8 * (1 / 18 - 1 / 50)
    return np.array([one, two, 0]) / (one + two + both), np.array([one + both, two, both]) / (one + two + both)


def closed_g(inputs):
    own = 1 / (3 * (1 + np.arange(inputs) / 2) ** 2)
    whole = np.prod(1 + own)
    return own / (whole - 1), own * (whole / (1 + own)) / (whole - 1)


def test_ishigami_has_its_closed_form() -> None:
    found, (first, total) = run(ishigami, 3, 8192), closed_ishigami()
    assert found.first == pytest.approx(first, abs=0.02) and found.total == pytest.approx(total, abs=0.02)


def test_a_g_function_of_fifty_inputs_has_its_closed_form_and_its_intervals_hold_it() -> None:
    found, (first, total) = run(g, 50, 8192), closed_g(50)
    assert found.first == pytest.approx(first, abs=0.02) and found.total == pytest.approx(total, abs=0.02)
    held = (found.first_range[0] <= first) & (first <= found.first_range[1])
    held_total = (found.total_range[0] <= total) & (total <= found.total_range[1])
    assert held.mean() >= 0.8 and held_total.mean() >= 0.8  # 90% intervals, wide for a sequence that is no chance


def test_the_estimates_are_those_of_salib() -> None:
    analyze = pytest.importorskip("SALib.analyze.sobol", reason="the oracle SALib is not installed").analyze
    d = design(3, 256, 3)
    at_a, at_b, mixed = ishigami(d.a), ishigami(d.b), np.stack([ishigami(m) for m in d.mixed])
    runs = np.concatenate([at_a[:, None], mixed.T, at_b[:, None]], axis=1).ravel()
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    theirs = analyze(problem, (runs - runs.mean()) / runs.std(), calc_second_order=False, num_resamples=2, seed=1)
    ours = indices(at_a, at_b, mixed, resamples=2, seed=1)
    assert ours.first == pytest.approx(theirs["S1"], abs=0.01)  # it centres on all runs and not on those of A and B
    assert ours.total == pytest.approx(theirs["ST"], abs=1e-9)


def test_indices_do_not_depend_on_place_and_scale() -> None:
    d = design(3, 512, 5)
    plain = [ishigami(d.a), ishigami(d.b), np.stack([ishigami(m) for m in d.mixed])]
    one = indices(*plain, resamples=50, seed=2)
    other = indices(*(100 + 3 * x for x in plain), resamples=50, seed=2)
    for name in ("first", "total", "first_range", "total_range"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-9)


def test_what_does_not_vary_has_no_indices_and_bad_designs_are_refused() -> None:
    none = indices(np.ones(4), np.ones(4), np.ones((2, 4)), resamples=3, seed=1)
    assert not none.first.any() and not none.total.any()
    for bad in ((0, 8), (2, 7), (2, 1)):
        with pytest.raises(SettingError):
            design(*bad, seed=1)
    with pytest.raises(SettingError):
        indices(np.ones(4), np.ones(3), np.ones((2, 4)), resamples=3, seed=1)
    with pytest.raises(SettingError):
        parts_of(np.ones((3, 1)), 4)


def luck(name, count=20_000):
    return seeds.uniform(seeds.words(11, name, count=count))


def test_from_draws_a_linear_outcome_gets_its_shares_and_noise_gets_none() -> None:
    x = np.stack([luck(n) for n in "abcd"], axis=1)
    y = np.stack([2 * x[:, 0] + x[:, 1], luck("noise")], axis=1)
    found = first_of_draws(x, y, 20)
    assert found[:2, 0] == pytest.approx([0.8, 0.2], abs=0.02)
    assert np.abs(found[2:, 0]).max() < 0.01 and np.abs(found[:, 1]).max() < 0.01


def test_a_yes_or_no_column_has_two_parts_of_any_size() -> None:
    x = (luck("yes", 1000) < 0.9).astype(float)[:, None]
    means, size = means_of(parts_of(x, 10), x, 10)
    assert size.sum() == 1000 and (size > 0).sum() == 2
    assert means[0, :2, 0].tolist() == [0.0, 1.0]
    assert first_of_draws(x, x, 10)[0, 0] == pytest.approx(1.0, abs=0.002)


def test_jansens_total_of_a_product_holds_the_interaction() -> None:
    a, b, anew = luck("a"), luck("b"), luck("anew")
    total = total_of(((a - 0.5) * (b - 0.5))[None], ((anew - 0.5) * (b - 0.5))[None])
    assert total[0] == pytest.approx(1.0, abs=0.03)  # without main effects each input's total is the whole variance
    assert total_of(np.ones(5), np.ones(5)) == 0
