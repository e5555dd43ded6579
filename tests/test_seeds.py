"""Streams of random numbers: one stratum each, slices, independence, and Philox itself against published words."""

from __future__ import annotations

import hashlib
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from winset import seeds
from winset.errors import SettingError
from winset.seeds import order, stratified, stratified_each, uniform, words

NAMES = st.lists(st.text(alphabet="abcxyz/.:-", min_size=1, max_size=8), min_size=1, max_size=3)


@given(st.integers(0, 2**70), NAMES, st.integers(1, 400))
def test_each_stratum_is_used_once(seed: int, names: list[str], total: int) -> None:
    draws = stratified(seed, *names, total=total)
    assert draws.shape == (total,)
    assert ((draws > 0) & (draws < 1)).all()
    assert sorted(np.floor(draws * total).astype(int)) == list(range(total))


@given(st.integers(0, 9), NAMES, st.integers(1, 400), st.integers(0, 400), st.integers(0, 400))
def test_slices_of_the_draws_are_slices_of_the_whole(seed: int, names: list[str], total: int, a: int, b: int) -> None:
    whole = stratified(seed, *names, total=total)
    np.testing.assert_array_equal(stratified(seed, *names, total=total, draws=slice(a, b)), whole[a:b])


@given(st.lists(NAMES, min_size=1, max_size=4), st.integers(1, 400), st.integers(0, 400), st.integers(0, 400))
def test_streams_made_together_are_those_made_one_by_one(each: list[list[str]], total: int, a: int, b: int) -> None:
    made = stratified_each(1, [tuple(names) for names in each], total=total, draws=slice(a, b))
    alone = [stratified(1, *names, total=total, draws=slice(a, b)) for names in each]
    np.testing.assert_array_equal(made, alone)


PANEL = 40  # as in the two tests that follow


@given(NAMES, st.integers(1, 200), st.integers(0, 200), st.integers(0, 200))
def test_many_draws_come_in_panels_each_with_its_own_strata(names: list[str], total: int, a: int, b: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seeds, "PANEL", PANEL)
        whole = stratified(1, *names, total=total)
        np.testing.assert_array_equal(stratified(1, *names, total=total, draws=slice(a, b)), whole[a:b])
    assert len(whole) == total
    for first in range(0, total, PANEL):
        panel = whole[first : first + PANEL]
        assert sorted(np.floor(panel * len(panel)).astype(int)) == list(range(len(panel)))
    np.testing.assert_array_equal(whole[:PANEL], stratified(1, *names, total=min(PANEL, total)))


def test_panels_are_independent_of_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """As names are: five sigma of Spearman's r, which has variance 1/(n - 1)."""
    n = 10_000
    monkeypatch.setattr(seeds, "PANEL", n)
    one, other = np.split(stratified(1, "x", total=2 * n), 2)
    assert abs(stats.spearmanr(one, other).statistic) < 5 / np.sqrt(n - 1)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many words were asked for at each call; no panel is held yet."""
    calls: list[int] = []

    def counted(*names, count, first=0):
        calls.append(count)
        return words(*names, count=count, first=first)

    monkeypatch.setattr(seeds, "words", counted)
    monkeypatch.setattr(seeds, "_own", threading.local())
    return calls


def test_a_slice_costs_its_own_panels_and_not_all_draws(asked: list[int]) -> None:
    """Counted in words of the generator: as many for the last slice of ten million draws as for one of 16,384."""
    for total in (seeds.PANEL, 100 * seeds.PANEL, 600 * seeds.PANEL):
        stratified(1, "x", total=total, draws=slice(total - 4096, total))
    assert asked == [seeds.PANEL, 4096] * 3


def test_slices_in_turn_have_the_strata_of_their_panel_once(asked: list[int]) -> None:
    """Two streams, two panels, four slices each, and the first panel again, which is held no more."""
    size, total = seeds.PANEL // 4, 2 * seeds.PANEL
    for first in (*range(0, total, size), 0):
        for name in "xy":
            stratified(1, name, total=total, draws=slice(first, first + size))
    assert asked.count(seeds.PANEL) == 3 * 2 and asked.count(size) == 9 * 2
    assert [len(held) for _, held in seeds._own.panels.values()] == [2]


def test_no_more_strata_are_held_than_there_is_room_for(asked: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeds, "KEPT", 3)
    for total in (100, 200):
        for name in "wxyz":
            part = stratified(1, name, total=total, draws=slice(10, 20))
            np.testing.assert_array_equal(part, stratified(1, name, total=total)[10:20])
    assert sum(len(held) for _, held in seeds._own.panels.values()) == 3


@given(NAMES, st.integers(0, 50), st.integers(1, 50))
def test_later_words_are_those_that_come_after_the_first(names: list[str], first: int, count: int) -> None:
    np.testing.assert_array_equal(
        words(1, *names, count=count, first=first), words(1, *names, count=first + count)[first:]
    )


@given(NAMES, st.integers(1, 50), st.integers(1, 50))
def test_fewer_words_are_the_first_of_more(names: list[str], few: int, more: int) -> None:
    np.testing.assert_array_equal(words(1, *names, count=few), words(1, *names, count=few + more)[:few])


def test_the_key_is_the_digest_of_seed_and_names() -> None:
    """Stated in the module: Philox 4x64 under the first 16 bytes of SHA-256 of seed and names, parted by U+001F."""
    key = np.frombuffer(hashlib.sha256(b"7\x1fa\x1fb").digest()[:16], dtype="<u8")
    np.testing.assert_array_equal(words(7, "a", "b", count=9), np.random.Philox(key=key).random_raw(9))
    assert not np.array_equal(words(7, "ab", count=9), words(7, "a", "b", count=9))
    assert not np.array_equal(words(8, "a", "b", count=9), words(7, "a", "b", count=9))


def test_philox_gives_its_published_words() -> None:
    """Known answers of Random123 (kat_vectors, philox4x64 10 rounds). numpy counts up before the first block."""
    zero = np.random.Philox(key=0, counter=np.full(4, 2**64 - 1, dtype=np.uint64))
    expected = [0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B]
    assert [int(w) for w in zero.random_raw(4)] == expected


@pytest.mark.parametrize(
    "other", [("sarrow.no_deal",), ("tavenna.no_deal", "x"), ("tavenna.no_dea",), ("Tavenna.no_deal",)]
)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_names_are_independent(other: tuple[str, ...], seed: int) -> None:
    """Spearman's r of two independent permutations has variance 1/(n - 1); 5 sigma is passed once in 1.7 million."""
    n = 20_000
    a, b = stratified(seed, "tavenna.no_deal", total=n), stratified(seed, *other, total=n)
    assert abs(stats.spearmanr(a, b).statistic) < 5 / np.sqrt(n - 1)
    table, *_ = np.histogram2d(a, b, bins=10, range=[[0, 1], [0, 1]])
    assert stats.chi2.sf(((table - n / 100) ** 2 / (n / 100)).sum(), 81) > 1e-6


def test_seeds_are_independent() -> None:
    n = 20_000
    a, b = stratified(1, "x", total=n), stratified(2, "x", total=n)
    assert abs(stats.spearmanr(a, b).statistic) < 5 / np.sqrt(n - 1)


def test_draws_next_to_each_other_are_independent() -> None:
    """The serial correlation of a random permutation has variance about 1/n."""
    a = stratified(1, "x", total=20_000)
    assert abs(np.corrcoef(a[:-1], a[1:])[0, 1]) < 5 / np.sqrt(len(a))


def test_the_place_inside_a_stratum_is_uniform() -> None:
    n = seeds.PANEL
    inside = stratified(1, "x", total=n) * n % 1
    assert stats.kstest(inside, "uniform").pvalue > 1e-6


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=20))
@settings(max_examples=100)
def test_words_become_the_middle_of_their_cell(raw: list[int]) -> None:
    numbers = uniform(np.array(raw, dtype=np.uint64))
    assert ((numbers > 0) & (numbers <= 1)).all()
    np.testing.assert_allclose(numbers, [w / 2**64 for w in raw], atol=2.0**-52)


def test_the_largest_words_stay_below_one() -> None:
    assert uniform(np.array([2**64 - 1], dtype=np.uint64))[0] < 1
    assert uniform(np.array([0], dtype=np.uint64))[0] > 0


@pytest.mark.parametrize("total", [0, -1])
def test_no_draws(total: int) -> None:
    with pytest.raises(SettingError, match="at least 1"):
        stratified(1, "x", total=total)


@pytest.mark.parametrize("values", [2, 50, 2**63])
def test_words_that_are_alike_keep_their_order(values):
    raw = np.random.default_rng(2).integers(0, values, 4096).astype(np.uint64)
    np.testing.assert_array_equal(order(raw), np.argsort(raw, kind="stable"))


@pytest.mark.parametrize("values", [2, 50, 2**63])
@pytest.mark.parametrize("draws", [slice(10, 50), slice(0, 60)])
def test_strata_go_by_the_stable_order_of_words(monkeypatch, draws, values):
    """Equal words keep their order, so that the draws do not hang on how a sort is made."""
    raw = np.random.default_rng(3).integers(0, values, (3, 2 * 60)).astype(np.uint64)
    monkeypatch.setattr(seeds, "words", lambda seed, name, count, first=0: raw[int(name)][first : first + count])
    monkeypatch.setattr(seeds, "_own", threading.local())
    made = stratified_each(1, [("0",), ("1",), ("2",)], total=60, draws=draws)
    stratum = np.argsort(np.argsort(raw[:, :60], axis=1, kind="stable"), axis=1)
    np.testing.assert_array_equal(made, ((stratum + uniform(raw[:, 60:])) / 60)[:, draws])
