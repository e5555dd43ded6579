"""Quantile functions: PERT recovers what it was given; named distributions agree with scipy.stats."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import integrate, interpolate, stats

from winset import column_kernels, quantile
from winset.errors import SettingError
from winset.quantile import named, parse_distribution, pert, pert_shape

SHARES = st.floats(0, 1)
QUANTILES = np.array([1e-9, 0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999, 1 - 1e-9])


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e6), SHARES)
@settings(max_examples=200)
def test_pert_returns_the_percentiles_it_was_given(low: float, width: float, share: float) -> None:
    high = low + width
    mode = min(max(low + share * width, low), high)
    assume(high > low)
    found = pert(low, mode, high, np.array([0.05, 0.95]))
    np.testing.assert_allclose(found, [low, high], atol=1e-9 * (1 + abs(low) + width))


@given(st.floats(0, 100), st.floats(0.1, 50), SHARES)
def test_pert_has_its_mode_where_it_was_given(low: float, width: float, share: float) -> None:
    """The density is 1 / (dx/dq): highest where the quantile function is flattest."""
    mode = low + share * width
    q = np.linspace(1e-4, 1 - 1e-4, 4001)
    x = pert(low, mode, low + width, q)
    assert (np.diff(x) > 0).all()
    flattest = int(np.argmin(np.diff(x)))
    assert abs(x[flattest] - mode) < 0.03 * (x[-1] - x[0])


@given(SHARES)
def test_pert_is_the_scaled_beta_of_its_definition(share: float) -> None:
    """Beta(1 + 4t, 5 - 4t) has its mode at t (for any t in 0..1): checked with scipy's own density and distribution."""
    t, q05, q95 = pert_shape(share)
    beta = stats.beta(1 + 4 * t, 5 - 4 * t)
    np.testing.assert_allclose(beta.cdf([q05, q95]), [0.05, 0.95], atol=1e-12)
    grid = np.linspace(0, 1, 4001)
    assert abs(grid[np.argmax(beta.pdf(grid))] - t) <= 1 / 4000
    assert abs((t - q05) / (q95 - q05) - share) < 1e-9


def test_pert_mean_by_integration() -> None:
    """The mean of PERT on [a, b] with mode m is (a + 4m + b)/6 (Malcolm et al. 1959)."""
    low, mode, high = 10.0, 18.0, 40.0
    t, q05, q95 = pert_shape((mode - low) / (high - low))
    width = (high - low) / (q95 - q05)
    a, b = mode - t * width, mode + (1 - t) * width
    mean, _ = integrate.quad(lambda q: float(pert(low, mode, high, np.array([q]))[0]), 0, 1)
    assert mean == pytest.approx((a + 4 * mode + b) / 6, rel=1e-6)


@given(
    st.floats(0, 100), st.floats(0, 100), st.floats(0, 100), st.floats(1e-12, 1 - 1e-12), st.floats(1e-12, 1 - 1e-12)
)
def test_pert_never_falls(x: float, y: float, z: float, p: float, q: float) -> None:
    low, mode, high = sorted((x, y, z))
    a, b = pert(low, mode, high, np.array(sorted((p, q))))
    assert a <= b or a == pytest.approx(b)


@given(st.floats(0.05, 50), SHARES, st.floats(0.001, 0.999))
def test_pert_mirrored(width: float, share: float, q: float) -> None:
    one = pert(0.0, share * width, width, np.array([q]))
    other = pert(0.0, (1 - share) * width, width, np.array([1 - q]))
    np.testing.assert_allclose(one, width - other, atol=1e-7 * width)


def test_pert_degenerate() -> None:
    np.testing.assert_array_equal(pert(7.0, 7.0, 7.0, QUANTILES), np.full(len(QUANTILES), 7.0))
    np.testing.assert_allclose(pert(0.0, 0.0, 1.0, np.array([0.05, 0.95])), [0, 1], atol=1e-9)
    np.testing.assert_allclose(pert(0.0, 1.0, 1.0, np.array([0.05, 0.95])), [0, 1], atol=1e-9)
    assert np.isfinite(pert(0.0, 0.0, 5e-324, QUANTILES)).all()
    assert np.isfinite(pert(0.0, 1e15, 1e15, QUANTILES)).all()


@pytest.mark.parametrize("three", [(2.0, 1.0, 3.0), (1.0, 4.0, 3.0), (3.0, 2.0, 1.0), (float("nan"), 1.0, 2.0)])
def test_pert_out_of_order(three: tuple[float, float, float]) -> None:
    with pytest.raises(SettingError, match="does not hold"):
        pert(*three, QUANTILES)


FROZEN = {
    "beta(2,3)": stats.beta(2, 3),
    "beta(0.5, 0.5)": stats.beta(0.5, 0.5),
    "uniform(-1,3)": stats.uniform(-1, 4),
    "normal(10,2.5)": stats.norm(10, 2.5),
    "lognormal(20,0.7)": stats.lognorm(0.7, scale=20),
    "gamma(2.5,4)": stats.gamma(2.5, scale=1 / 4),
    " gamma( 3e0 , 1 ) ": stats.gamma(3),
}


@pytest.mark.parametrize("text", list(FROZEN))
def test_named_against_scipy(text: str) -> None:
    np.testing.assert_allclose(named(text, QUANTILES), FROZEN[text].ppf(QUANTILES), rtol=1e-8, atol=1e-12)


@given(st.floats(0.1, 50), st.floats(0.1, 50))
def test_named_inverts_the_distribution_function(a: float, b: float) -> None:
    inner = QUANTILES[1:-1]
    for text, law in [
        (f"beta({a!r},{b!r})", stats.beta(a, b)),
        (f"gamma({a!r},{b!r})", stats.gamma(a, scale=1 / b)),
        (f"normal({-a!r},{b!r})", stats.norm(-a, b)),
        (f"uniform({-a!r},{b!r})", stats.uniform(-a, a + b)),
        (f"lognormal({a!r},{b / 50!r})", stats.lognorm(b / 50, scale=a)),
    ]:
        x = named(text, inner)
        keep = (x > 1e-12) & (x < 1 - 1e-12) if text.startswith("beta") else x != 0  # beyond, x itself is rounded away
        np.testing.assert_allclose(law.cdf(x)[keep], inner[keep], rtol=1e-6)


@pytest.mark.parametrize(
    "text",
    ["", "beta", "beta()", "beta(1)", "beta(1,2,3)", "beta(0,1)", "beta(-1,1)", "uniform(1,1)", "uniform(2,1)",
        "normal(0,0)",
     "normal(0,-1)", "normal(nan,1)", "normal(0,inf)", "lognormal(0,1)", "lognormal(1,500)", "gamma(1,0)",
     "cauchy(0,1)", "BETA(1,2)",
     "beta(1,2", "beta(1;2)", "beta(a,b)", "beta(1,2) + 1", "uniform(-1e308,1e308)", "normal(0,1e300)", "beta((1),2)"],
)  # fmt: skip
def test_unknown_and_impossible_distributions(text: str) -> None:
    with pytest.raises(SettingError):
        parse_distribution(text)


@given(st.text(alphabet="betagamnorl()0123456789.,-+e_ ", max_size=25))
def test_any_text_is_a_distribution_or_refused(text: str) -> None:
    try:
        parse_distribution(text)
    except SettingError as error:
        assert str(error)
    else:
        assert np.isfinite(named(text, QUANTILES)).all()


@pytest.mark.parametrize("t", [0.001, 0.37, 0.999])
def test_between_even_nodes_a_spline_is_what_scipy_makes_of_it(t):
    spline = quantile._unit_beta(t)
    nodes = np.concatenate([spline.x, np.nextafter(spline.x, 9.0), np.nextafter(spline.x, -9.0)])
    score = np.concatenate([np.random.default_rng(1).normal(size=20_000) * 2, nodes])
    column, held = np.empty(len(score)), np.clip(score, -quantile.SPAN, quantile.SPAN)
    assert column_kernels.spline(spline.x, spline.c, quantile.SPAN, quantile.NODE, score, column)
    np.testing.assert_array_equal(column, interpolate.PPoly(spline.c, spline.x)(held))
    assert not column_kernels.spline(spline.x, spline.c, quantile.SPAN, quantile.NODE, held, column)


@pytest.mark.parametrize("t", [0.001, 0.37, 0.999])
def test_the_spline_is_that_of_scipy(t):
    spline, law = quantile._unit_beta(t), stats.beta(1 + 4 * t, 5 - 4 * t)
    level = law.ppf(stats.norm.cdf(spline.x))
    peer = interpolate.CubicHermiteSpline(spline.x, level, stats.norm.pdf(spline.x) / law.pdf(level))
    middle = np.abs(spline.x[:-1]) < 4
    np.testing.assert_allclose(spline.c[:, middle], peer.c[:, middle], rtol=1e-6, atol=1e-6)
