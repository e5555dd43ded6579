"""From a case to columns of draws: what depends on what, and nothing on anything else."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from tests import cases
from winset.arrays import Arrays, Luck, Study, at_modes, compile
from winset.case.model import Basis, Case, Change, Figure, Patch
from winset.case.patch import apply
from winset.errors import SettingError

BASIS = Basis((("judgement", "x"),))
N = 4000


@pytest.fixture(scope="module")
def case() -> Case:
    return cases.case("harbour")


def numeric(case: Case) -> list[Figure]:
    return [f for f in case.figures if f.low is not None]


def columns(arrays: Arrays) -> dict[str, np.ndarray]:
    return {f.id: arrays.get(*f.subject, f.quantity) for f in arrays.case.figures if f.low is not None or f.at}


def with_figures(case: Case, *figures: Figure) -> Case:
    return dataclasses.replace(case, figures=figures)


def figure(subject: str, quantity: str, low: float, mode: float, high: float, **more: object) -> Figure:
    parts = tuple(subject.split("/"))
    given = {"low": low, "mode": mode, "high": high, **more}
    return Figure(f"{subject}.{quantity}", parts, quantity, BASIS, **given)  # type: ignore[arg-type]


def test_columns_have_their_percentiles(case: Case) -> None:
    """Stratified draws: the shares up to low and from high on are 5% to within one stratum (clipped draws stay
    there)."""
    arrays = compile(case, draws=N)
    for f in numeric(arrays.case):
        column = columns(arrays)[f.id]
        assert f.low is not None and f.high is not None
        if f.low == f.high:
            assert (column == f.mode).all()
        else:
            assert abs((column <= f.low).mean() - 0.05) <= 1 / N + 1e-12, f.id
            assert abs((column >= f.high).mean() - 0.05) <= 1 / N + 1e-12, f.id


def test_columns_are_clipped_to_what_the_quantity_allows(case: Case) -> None:
    base = with_figures(
        case,
        figure("sarrow", "no_deal", 0.0, 0.02, 0.5),
        figure("tavenna", "no_deal", 0.5, 0.98, 1.0),
        figure("sarrow", "gdp", 0, 0, 9),
        figure("x:wide", "share", None, None, None, distribution="normal(0.5,9)"),  # type: ignore[arg-type]
    )
    arrays = compile(base, draws=N)
    for f in base.figures:
        column = arrays.get(*f.subject, f.quantity)
        assert column.min() >= 0 and np.isfinite(column).all()
        assert f.quantity == "gdp" or column.max() <= 1
    assert arrays.get("sarrow", "gdp").min() == 0


@pytest.mark.parametrize("seed", [0, 1, 2**40])
def test_the_same_case_and_seed_give_the_same_columns(case: Case, seed: int) -> None:
    first, again = (columns(compile(case, draws=500, seed=seed)) for _ in range(2))
    assert all((first[k] == again[k]).all() for k in first)
    other = columns(compile(case, draws=500, seed=seed + 1))
    moving = [f.id for f in compile(case).case.figures if f.low is not None and f.low != f.high]
    assert all((first[k] != other[k]).any() for k in moving)


@given(st.integers(1, 300), st.integers(1, 300))
def test_slices_of_the_draws(draws: int, chunk: int) -> None:
    case = _CASE
    whole = compile(case, draws=draws)
    parts = Study(case, case.as_of, draws=draws, chunk=chunk).arrays()
    assert sum(p.draws for p in parts) == draws and all(p.draws <= chunk for p in parts)
    for f in numeric(whole.case)[::9]:
        joined = np.concatenate([p.get(*f.subject, f.quantity) for p in parts])
        np.testing.assert_array_equal(joined, whole.get(*f.subject, f.quantity))
    happen = np.concatenate([p.happens("x", np.full(p.draws, 0.3), "f", 0.5) for p in parts])
    np.testing.assert_array_equal(happen, whole.happens("x", np.full(draws, 0.3), "f", 0.5))


_CASE = cases.case("harbour")


def test_order_of_figures_and_order_of_asking(case: Case) -> None:
    shuffled = list(case.figures)
    random.Random(3).shuffle(shuffled)
    plain = columns(compile(case, draws=300))
    arrays = compile(with_figures(case, *shuffled), draws=300)
    for f in reversed(arrays.case.figures):
        if f.id in plain:
            np.testing.assert_array_equal(arrays.get(*f.subject, f.quantity), plain[f.id])


def test_one_more_figure_changes_no_other(case: Case) -> None:
    plain = columns(compile(case, draws=300))
    extra = figure("x:unrelated", "count", 1, 2, 3)
    after = columns(compile(with_figures(case, extra, *case.figures), draws=300))
    assert all((plain[k] == after[k]).all() for k in plain)
    few = [f for f in numeric(case) if f.id in plain][::2]
    fewer = columns(compile(with_figures(case, *few), draws=300))
    assert len(fewer) == len(few) > 20 and all((plain[k] == fewer[k]).all() for k in fewer)


def test_a_patch_changes_its_own_column_only_and_keeps_the_luck(case: Case) -> None:
    patch = Patch(id="p", title="p", basis="judgement: x", set={"sarrow.no_deal": Change(low=0.5, mode=0.6, high=0.7)})
    luck = Luck(1, N)
    before, after = compile(case, luck=luck), compile(apply(case, patch), luck=luck)
    old, new = columns(before), columns(after)
    assert [k for k in old if (old[k] != new[k]).any()] == ["sarrow.no_deal"]
    assert (stats.rankdata(old["sarrow.no_deal"]) == stats.rankdata(new["sarrow.no_deal"])).all()


def test_dates_of_one_number_share_its_luck(case: Case) -> None:
    """A quantile belongs to (subject, quantity): what was high in July is high in September."""
    old = figure("sarrow", "no_deal", 0.2, 0.3, 0.4, date=dt.date(2024, 1, 1))
    new = dataclasses.replace(
        old, id="sarrow.no_deal@2024-06-01", date=dt.date(2024, 6, 1), low=0.5, mode=0.6, high=0.7
    )
    base, luck = with_figures(case, old, new), Luck(1, 500)
    spring = compile(base, as_of=dt.date(2024, 5, 31), luck=luck).get("sarrow", "no_deal")
    summer = compile(base, as_of=dt.date(2024, 6, 1), luck=luck).get("sarrow", "no_deal")
    assert (stats.rankdata(spring) == stats.rankdata(summer)).all()
    np.testing.assert_allclose(summer, spring + 0.3, atol=1e-12)


def test_a_group_shares_luck_and_others_do_not(case: Case) -> None:
    a, b = figure("x:a", "count", 10, 20, 40, group="g"), figure("x:b", "count", 1000, 1300, 1400, group="g")
    c = figure("x:c", "count", 10, 20, 40)
    arrays = compile(with_figures(case, a, b, c), draws=N)
    ranks = [stats.rankdata(arrays.get(n, "count")) for n in ("x:a", "x:b", "x:c")]
    assert np.abs(ranks[0] - ranks[1]).max() <= 1  # neighbours may swap in the last digit
    assert abs(np.corrcoef(ranks[0], ranks[2])[0, 1]) < 5 / np.sqrt(N - 1)


def test_a_position_at_a_label_is_the_place_of_the_label(case: Case) -> None:
    arrays = compile(case, draws=100)
    np.testing.assert_array_equal(
        arrays.get("merrin", "harbour", "ideal"), arrays.get("harbour", "joint-board", "place")
    )


def test_columns_cannot_be_written_to(case: Case) -> None:
    column = compile(case, draws=10).get("sarrow", "no_deal")
    with pytest.raises(ValueError, match="read-only"):
        column[0] = 7


def test_at_modes(case: Case) -> None:
    arrays = at_modes(case)
    assert arrays.draws == 1
    for f in arrays.case.figures:
        if f.mode is not None:
            assert arrays.get(*f.subject, f.quantity).tolist() == [f.mode]
    assert arrays.happens("x", np.array([0.51])).all() and not arrays.happens("x", np.array([0.49])).any()


# Yes/no matters


@given(st.floats(0.01, 0.99), st.floats(0, 1))
def test_a_matter_happens_in_its_share_of_draws(p: float, share: float) -> None:
    """Without a factor the share is exact to one stratum; with one, within 5 standard errors of independent draws."""
    arrays = Arrays(_CASE, Luck(1, N))
    alone = arrays.happens("x", np.full(N, p)).mean()
    assert abs(alone - p) <= 1 / N + 1e-9
    together = arrays.happens("x", np.full(N, p), "f", share).mean()
    assert abs(together - p) < 5 * np.sqrt(p * (1 - p) / N) + 1 / N


def test_matters_of_one_factor_move_together_as_far_as_said() -> None:
    """The odds that two happen is the bivariate normal distribution function at correlation `share`."""
    n, p, q = 40_000, 0.4, 0.7
    arrays = Arrays(_CASE, Luck(5, n))
    for share in (0.0, 0.3, 0.8, 1.0):
        a, b = arrays.happens("a", np.full(n, p), "f", share), arrays.happens("b", np.full(n, q), "f", share)
        rho = min(share, 1 - 1e-12)
        both = stats.multivariate_normal(cov=[[1, rho], [rho, 1]], allow_singular=True).cdf(special.ndtri([p, q]))
        assert abs((a & b).mean() - both) < 5 * np.sqrt(both * (1 - both) / n) + 1e-4


def test_certain_and_impossible_matters() -> None:
    arrays = Arrays(_CASE, Luck(1, 200))
    assert arrays.happens("x", np.ones(200), "f", 0.5).all()
    assert not arrays.happens("x", np.zeros(200), "f", 0.5).any()


def test_likelier_matters_happen_wherever_less_likely_ones_do() -> None:
    arrays = Arrays(_CASE, Luck(1, 500))
    few, many = arrays.happens("x", np.full(500, 0.3)), arrays.happens("x", np.full(500, 0.6))
    assert (many | ~few).all()


def test_what_was_asked_before_has_no_effect_on_what_is_asked_now() -> None:
    """Probabilities made for one call and thrown away must not be taken for one another."""
    arrays = Arrays(_CASE, Luck(1, 1000))
    for i in range(200):
        p = (i + 1) / 202
        assert abs(arrays.happens("x", np.full(1000, p)).mean() - p) <= 2e-3, p


def test_bad_settings(case: Case) -> None:
    for draws in (0, -5, 10_000_001):
        with pytest.raises(SettingError, match="draws"):
            Luck(1, draws)
    with pytest.raises(SettingError, match="chunk"):
        Study(case, case.as_of, chunk=0)
    with pytest.raises(SettingError):
        Study(case, case.as_of, draws=0)
    with pytest.raises(KeyError):
        compile(case, draws=10).get("nobody", "no_deal")
