"""Rates at which lines are crossed, against closed forms, enumeration and other solvers."""

import csv
import itertools
from collections import Counter
from datetime import date
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize, stats

from winset.errors import SettingError
from winset.theory import lines_crossed as lc


def sample(*groups):
    """Groups of (war, months, crossed, kept)."""
    crossed, months, wars = [], [], []
    for war, at, yes, no in groups:
        crossed += [True] * yes + [False] * no
        months += [at] * (yes + no)
        wars += [war] * (yes + no)
    return lc.Sample(crossed=np.array(crossed, bool), months=np.array(months, float), wars=tuple(wars))


def line(war="w", owner="a", text="x", crossed="yes", stated="2000-01-01", when="2001-01-01", agreed="2002-01-01"):
    return lc.Line(
        id="i",
        war=war,
        owner=owner,
        kind="red_line",
        line=text,
        source="",
        stated=date.fromisoformat(stated),
        date=date.fromisoformat(when),
        agreement="",
        agreed=date.fromisoformat(agreed),
        clause="",
        crossed=crossed,
        second="",
        note="",
    )


counts = st.integers(1, 12)


@given(counts, counts, st.floats(0.05, 40))
def test_with_one_time_for_all_the_rate_has_a_closed_form(yes, no, months):
    data = sample(("a", months, yes, no))
    share = yes / (yes + no)
    assert lc.share_crossed(data, resamples=10).value == pytest.approx(share)
    assert lc.wear_rate(data, resamples=10).value == pytest.approx(-np.log(1 - share) / months, rel=1e-6)


@given(counts, counts, counts, counts)
def test_the_rate_has_the_greatest_likelihood(yes, no, more, less):
    data = sample(("a", 0.4, yes, no), ("b", 7.0, more, less))

    def cost(log_rate):
        chance = 1 - np.exp(-np.exp(log_rate) * data.months)
        return -np.sum(np.where(data.crossed, np.log(chance), np.log1p(-chance)))

    found = optimize.minimize_scalar(cost, bounds=(-9, 4), method="bounded", options={"xatol": 1e-9})
    assert lc.wear_rate(data, resamples=5).value == pytest.approx(np.exp(found.x), rel=1e-3)
    assert lc.log_likelihoods(data)["wear"] == pytest.approx(-found.fun, abs=1e-6)


def test_two_times_give_the_share_and_the_rate_exactly():
    data = sample(("a", 1.0, 20, 80), ("b", 11.0, 60, 40))  # kept .8 after 1, .4 after 11: wear of log(2)/10, .857 real
    share, rate = lc.share_and_wear(data, resamples=5)
    assert rate.value == pytest.approx(np.log(2) / 10, rel=0.08)  # half a step of the grid
    assert share.value == pytest.approx(0.8 * np.exp(np.log(2) / 10), rel=0.02)  # follows the rate
    fits = lc.log_likelihoods(data)
    saturated = 20 * np.log(0.2) + 80 * np.log(0.8) + 60 * np.log(0.6) + 40 * np.log(0.4)
    assert fits["both"] == pytest.approx(saturated, abs=0.1)
    assert fits["both"] >= max(fits["base"], fits["wear"])


def test_one_time_cannot_tell_wear_from_posture_and_says_no_wear():
    share, rate = lc.share_and_wear(sample(("a", 3.0, 3, 7)), resamples=5)
    assert (share.value, rate.value) == (pytest.approx(0.7), 0.0)


def test_nothing_crossed_is_no_wear_and_all_crossed_is_endless():
    assert lc.wear_rate(sample(("a", 2.0, 0, 4)), resamples=5).value == 0.0
    assert lc.wear_rate(sample(("a", 2.0, 4, 0)), resamples=5).value == np.inf


def test_resampled_wars_agree_with_every_possible_resample():
    wars = (("a", 1.0, 1, 9), ("b", 2.0, 6, 2), ("c", 3.0, 3, 3))
    exact = []
    for drawn in itertools.product(wars, repeat=3):
        yes, no = sum(w[2] for w in drawn), sum(w[3] for w in drawn)
        exact.append(yes / (yes + no))
    made = lc.share_crossed(sample(*wars), resamples=20000, level=0.8)
    exact.sort()
    assert made.low == pytest.approx(exact[int(0.1 * 27)])
    assert made.high == pytest.approx(exact[int(0.9 * 27)])


def test_the_answer_knows_neither_the_order_of_rows_nor_another_seed_by_much():
    rows = lc.ended_wars()
    once, again = lc.share_crossed(lc.sample(rows)), lc.share_crossed(lc.sample(rows[::-1]))
    assert once == again
    other = lc.share_crossed(lc.sample(rows), seed=2)
    assert (other.low, other.high) == (pytest.approx(once.low, abs=0.02), pytest.approx(once.high, abs=0.02))


def test_a_cohort_counts_lines_given_up_over_months_lived():
    rows = (
        line(text="kept", crossed="no", agreed="2002-01-01"),
        line(text="crossed", crossed="yes", agreed="2002-01-01"),
        line(text="dropped", crossed="before", agreed="2000-07-01"),
        line(text="open", crossed="unclear", agreed="2002-01-01", war="v"),
    )
    lived = lc.cohort(rows)
    days = 731 + 731 + 182 + 731
    assert lc.given_up_rate(lived, resamples=5).value == pytest.approx(2 / (days / lc.DAYS_A_MONTH))


def test_the_later_part_of_a_cohort_counts_only_what_lived_so_long():
    lived = sample(("a", 2.0, 5, 5), ("b", 14.0, 1, 3))
    late = lc.older(lived, 12.0)
    assert (late.crossed.sum(), late.months.sum()) == (1, pytest.approx(8.0))
    early = lived.months.clip(max=12.0).sum()
    assert late.months.sum() + early == pytest.approx(lived.months.sum())


@given(st.floats(0.02, 0.5), st.floats(0.5, 20))
def test_lives_without_memory_have_one_rate_at_every_age(rate, age):
    lives = stats.expon.ppf((np.arange(4000) + 0.5) / 4000, scale=1 / rate)
    lived = lc.Sample(crossed=np.ones(4000, bool), months=lives, wars=("a",) * 4000)
    late = lc.older(lived, min(age, 2 / rate))
    assert lc.given_up_rate(late, resamples=5).value == pytest.approx(rate, rel=0.02)


def test_a_line_of_two_negotiations_is_followed_once_from_its_first_statement():
    rows = (line(stated="2000-01-01", crossed="no"), line(stated="2000-06-01", crossed="before", agreed="2001-01-01"))
    lived = lc.cohort(rows)
    assert lived.crossed.tolist() == [True]
    assert lived.months[0] == pytest.approx(366 / lc.DAYS_A_MONTH)


def test_given_up_ahead_of_the_date_is_no_line_that_stood():
    rows = (line(), line(crossed="before"), line(crossed="unclear"))
    assert len(lc.sample(rows).crossed) == 1
    assert lc.sample(rows, unclear=True).crossed.tolist() == [True, True]
    assert lc.sample(rows, unclear=False).crossed.tolist() == [True, False]


def test_lines_of_an_owner_go_together_as_a_pair_of_normals():
    q, s = 40, 70
    both = lc.log_owner(2, 0)[q, s]
    at = stats.norm.ppf(lc.SHARES_CROSSED[q])
    correlation = lc.SHARES_TOGETHER[s]
    pair = stats.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]]).cdf([at, at])
    assert np.exp(both) == pytest.approx(pair, abs=1e-4)
    assert lc.log_owner(3, 2)[q, 0] == pytest.approx(np.log(0.45**3 * 0.55**2))


def test_all_or_nothing_owners_are_found_dependent_and_mixed_ones_are_not():
    alike = [
        line(war=w, owner=o, crossed=c) for w in "uvwxyz" for o, c in (("a", "yes"), ("b", "no")) for _ in range(5)
    ]
    mixed = [line(war=w, owner=o, crossed=c) for w in "uvwxyz" for o in "ab" for c in ("yes", "no", "no", "yes")]
    assert lc.owner_dependence(alike, resamples=5)[1].value == pytest.approx(lc.SHARES_TOGETHER[-1])
    assert lc.owner_dependence(mixed, resamples=5)[1].value == 0.0


def test_kappa_is_one_for_the_same_codes_and_near_zero_by_chance():
    codes = ["yes", "no", "unclear"] * 400
    assert lc.kappa(codes, codes) == 1.0
    assert abs(lc.kappa(codes, list(np.random.default_rng(1).permutation(codes)))) < 0.08


def test_the_table_is_whole():
    rows = lc.ended_wars()
    assert len({row.id for row in rows}) == len(rows)
    for row in rows:
        assert row.crossed in ("yes", "no", "unclear", "before") and row.second in ("", "yes", "no", "unclear")
        assert row.source and row.agreement and row.stated <= row.date
        if row.crossed == "before":
            assert row.stated <= row.agreed <= row.date
        else:
            assert row.clause and row.agreed > row.date
    text = files("winset.theory").joinpath("lines_of_ended_wars.csv").read_text(encoding="utf-8")
    seen = Counter(row["crossed"] for row in csv.DictReader(text.splitlines()))
    assert lc.share_crossed(lc.sample(rows)).value == pytest.approx(seen["yes"] / (seen["yes"] + seen["no"]))
    assert len({row.war for row in rows}) == 10


@pytest.mark.parametrize(
    ("crossed", "months", "wars"), [([], [], ()), ([True], [0.0], ("a",)), ([True], [1.0], ("a", "b"))]
)
def test_impossible_samples_are_refused(crossed, months, wars):
    with pytest.raises(SettingError):
        lc.Sample(crossed=np.array(crossed, bool), months=np.array(months), wars=wars)


def test_impossible_settings_are_refused():
    data = sample(("a", 1.0, 1, 1))
    with pytest.raises(SettingError):
        lc.share_crossed(data, resamples=0)
    with pytest.raises(SettingError):
        lc.share_crossed(data, level=1.0)
    with pytest.raises(SettingError):
        lc.kappa(["yes"], [])
