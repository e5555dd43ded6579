"""The influence lens: bargaining as a distribution, circles of advisers, those between, and what is missing."""

from dataclasses import replace

import numpy as np
import pytest

from tests.cases import case
from tests.derive.circle.test_circles import with_figures
from winset.arrays import Study
from winset.lens import lens
from winset.lens.influence.bargaining import TRIED
from winset.lens.influence.board import MODELS, _distinct, boards, multiverse
from winset.lens.influence.lens import Influence
from winset.result import plain
from winset.settings import using
from winset.theory import condorcet, means


def study(whole, draws=64):
    return Study(whole, whole.as_of, draws=draws, seed=3)


def looked(whole, draws=64, **fields):
    return Influence(**fields).look(study(whole, draws))


@pytest.fixture(scope="module")
def harbour():
    return looked(case("harbour"))


def test_the_three_parts_answer(harbour):
    told = " ".join(harbour.answer)
    assert "bargaining by weight alone would end at" in told and "Per Dunmar has the largest share" in told
    assert "Access to both Sarrow and Tavenna" in told
    assert "did worse than a weighted mean" in told and "never" not in harbour.offer.headline
    assert len(harbour.offer.headline.split()) <= 25 and harbour.offer.picture == "network_chart"
    assert {p.part for p in harbour.offer.points} == {"moves"}


def test_only_parties_play(harbour):
    parties = {a.name for a in case("harbour").actors if a.level == "party"}
    assert set(harbour.table("leverage").column("party")) <= parties
    assert set(harbour.table("rounds").column("party")) <= parties


def test_ends_are_a_distribution_beside_its_benchmarks(harbour):
    whole = case("harbour")
    held = {b.issue.id: b for b in boards(study(whole).arrays())}
    for b in held.values():
        np.testing.assert_allclose(b.chance.sum(axis=1), 1)
        assert b.by_option.sum() == pytest.approx(1)
    b = held["repair"]  # two parties at the two ends: the chance is the share of the weight
    np.testing.assert_allclose(b.chance, b.weight / b.weight.sum(axis=1, keepdims=True), atol=1e-6)
    row = harbour.table("outcomes")
    at = row.column("issue").index(held["harbour"].issue.name)
    assert row.column("average")[at] == pytest.approx(
        float(means.weighted_mean(held["harbour"].ideal, held["harbour"].weight).mean())
    )
    assert row.column("least")[at] <= row.column("average")[at] <= row.column("most")[at]
    assert sum(harbour.table("options").column("chance")) == pytest.approx(len(held))


def test_every_model_stands_beside_every_ordered_issue(harbour):
    table = harbour.table("models")
    assert set(table.column("model")) == set(MODELS)
    assert len(table.rows) == len(MODELS) * sum(i.kind == "scale" for i in case("harbour").issues)
    tried = {name for name, *_ in TRIED}
    assert {"weighted mean", "election, markov-uniform", "always 50"} <= tried
    whole = looked(case("harbour"), 16, signs=False)
    with using({"influence.election": "conditional"}):
        other = looked(case("harbour"), 16, signs=False)
    assert other.settings["election"] == "conditional"
    assert other.table("outcomes").column("mean") != whole.table("outcomes").column("mean")


def test_leverage_is_what_more_weight_does(harbour):
    """Ten percent more capability of one party, against a case in which it has it."""
    whole = case("harbour")
    before = boards(study(whole).arrays())
    figure = next(f for f in whole.figures if f.key == "tavenna.capability")
    more = replace(figure, **{k: getattr(figure, k) * 1.1 for k in ("low", "mode", "high")})
    after = boards(
        study(replace(whole, figures=tuple(more if f is figure else f for f in whole.figures), digest="x")).arrays()
    )
    at = next(i for i, b in enumerate(before) if b.issue.id == "harbour")
    change = float(np.median(after[at].mean - before[at].mean))
    table = harbour.table("leverage")
    rows = zip(table.column("issue"), table.column("party"), table.column("ends"))
    told = next(x for issue, party, x in rows if issue == before[at].issue.name and party == "Tavenna")
    assert told == pytest.approx(change, abs=1e-6)


def test_two_parties_that_stand_together_count_once():
    """Splitting a party in two with half the weight each changes nothing."""
    x, w = np.array([[0.0, 40.0, 100.0]]), np.array([[1.0, 2.0, 3.0]])
    one = condorcet.places(x, w)
    split = condorcet.places(np.array([[0.0, 40.0, 100.0, 100.0]]), np.array([[1.0, 2.0, 1.5, 1.5]]))
    np.testing.assert_allclose(split[0, :2], one[0, :2], atol=1e-6)
    np.testing.assert_allclose(split[0, 2:].sum(), one[0, 2], atol=1e-6)
    near = condorcet.places(np.array([[0.0, 40.0, 99.5, 100.0]]), np.array([[1.0, 2.0, 1.5, 1.5]]), alike=1.0)
    np.testing.assert_allclose(near[0, :2], one[0, :2], atol=0.01)


def test_a_circle_gives_the_rival_reading_of_the_partys_wish(harbour):
    signs = harbour.table("circle_signs")
    assert set(signs.column("party")) == {"Tavenna"} and any(abs(x) > 0.05 for x in signs.column("change"))
    changes = harbour.table("changes")
    assert set(changes.column("change")) == {"left out"}
    own = dict(zip(harbour.table("circle").column("issue"), harbour.table("circle").column("own")))
    for issue, after in zip(changes.column("issue"), changes.column("after")):
        assert after == pytest.approx(own[issue])  # alone, the leader keeps the own view


def test_an_adviser_who_was_once_heard_more_can_be_heard_again():
    """Of weights of several dates the largest is the one to go back to."""
    whole = case("ukraine-2025")
    found = looked(whole, 16, signs=False).table("changes")
    again = [(a, c) for a, c in zip(found.column("adviser"), found.column("change")) if c != "left out"]
    assert again and all("heard as on 2025-" in told for _, told in again)


def test_what_is_missing_is_said():
    whole = case("ukraine-2025")
    notes = " ".join(looked(whole, 16, signs=False).notes)
    assert "Volodymyr Zelensky cannot be settled" in notes and "rada/" in notes
    bare = replace(
        whole,
        figures=tuple(f for f in whole.figures if f.quantity not in ("capability", "adviser_weight")),
        digest="y",
    )
    found = lens("influence").look(study(bare, 8))
    assert found.answer[0].startswith("Nothing can be said") and any("capability" in n for n in found.notes)


@pytest.mark.parametrize("gone", ["adviser_weight", "capability", "channels", "war"])
def test_each_part_answers_without_the_others(gone):
    whole = case("harbour")
    if gone == "channels":
        less = replace(whole, channels=(), events=(), digest=gone)
    elif gone == "war":
        less = replace(whole, war=None, digest=gone)
    else:
        less = replace(whole, figures=tuple(f for f in whole.figures if f.quantity != gone), digest=gone)
    found = looked(less, 8, signs=False)
    keys = {t.key for t in found.tables}
    assert ("circle" in keys) == (gone != "adviser_weight")
    assert ("outcomes" in keys) == (gone != "capability")
    assert ("mediators" in keys) == (gone != "war")
    assert all(plain(c) is not None for t in found.tables for r in t.rows for c in r)
    assert found.offer.headline and found.answer and len(found.offer.headline.split()) <= 25


@pytest.mark.parametrize("circles", [True, False])
def test_where_no_issue_is_ordered_it_says_with_which_option_bargaining_ends(circles):
    """The guarantee alone: a leader has no place to settle at, and no option is half-way to another."""
    whole = case("harbour")
    issues = tuple(i for i in whole.issues if i.kind == "options")
    gone = {i.id for i in whole.issues} - {i.id for i in issues}
    figures = tuple(f for f in whole.figures if not gone & set(f.subject))
    channels = whole.channels if circles else ()
    found = looked(
        replace(whole, issues=issues, figures=figures, plans=(), war=None, channels=channels, digest="one"), 8
    )
    b = boards(study(replace(whole, issues=issues, figures=figures, digest="one"), 8).arrays())[0]
    best = b.issue.options[int(np.argmax(b.chance.mean(axis=0)))].label
    assert "none of these is ordered" in found.answer[0] and f"would most likely end with “{best}”" in found.answer[0]
    assert f"would most likely end with “{best}”" in found.offer.headline and len(found.offer.headline.split()) <= 25


def test_degenerate_weights_and_wishes_give_numbers():
    whole = with_figures(
        case("harbour"),
        ("sarrow", "capability", 0.0),
        ("tavenna", "capability", 0.0),
        ("merrin", "capability", 0.0),
        ("tavenna/harbour", "ideal", 0.0),
        ("sarrow/harbour", "ideal", 0.0),
        ("merrin/harbour", "ideal", 0.0),
        ("dunmar/reik", "adviser_weight", 0.0),
        ("reik/reik", "adviser_weight", 0.0),
    )
    found = looked(whole, 8, signs=False)
    for table in found.tables:
        for row in table.rows:
            assert all(np.isfinite(v) for c in row if isinstance(v := plain(c), float)), table.key


def test_the_unit_of_capability_is_free():
    """A thousand times the capability of everybody moves no number of the game."""
    whole = case("harbour")
    grown = tuple(
        replace(f, **{k: getattr(f, k) * 1000 for k in ("low", "mode", "high")}) if f.quantity == "capability" else f
        for f in whole.figures
    )
    one, other = looked(whole, 16, signs=False), looked(replace(whole, figures=grown, digest="z"), 16, signs=False)
    for key in ("outcomes", "models", "leverage", "moves", "mediators"):
        for row, again in zip(one.table(key).rows, other.table(key).rows, strict=True):
            for a, b in zip(row, again, strict=True):
                if isinstance(plain(a), float):
                    assert plain(a) == pytest.approx(plain(b), abs=1e-4), key
                else:
                    assert plain(a) == plain(b), key


def test_the_multiverse_needs_no_luck():
    held = boards([study(case("harbour")).at_modes()])
    first, again = multiverse(held), multiverse(held)
    for name in MODELS:
        for issue, (mean, _) in first.ends[name].items():
            np.testing.assert_array_equal(mean, again.ends[name][issue][0])
            assert 0 <= mean[0] <= 100


def test_where_no_weight_can_move_anything_the_reason_is_told():
    """Without capability all count alike; where all wish the same, nobody is said to have most leverage."""
    whole = case("harbour")
    none = tuple(replace(f, low=0.0, mode=0.0, high=0.0) if f.quantity == "capability" else f for f in whole.figures)
    found = looked(replace(whole, figures=none, digest="none"), 8, signs=False)
    assert any("no party has weight on it" in said for said in found.answer)
    assert not any("most leverage" in said for said in found.answer) and "no party has weight" in found.offer.headline


def test_numbers_without_a_range_are_played_as_if_in_every_draw():
    """The same ends, whether a draw is played once for all or each by itself."""
    whole = case("harbour")
    fixed = tuple(replace(f, low=f.mode, high=f.mode) if f.mode is not None else f for f in whole.figures)
    held = boards(study(replace(whole, figures=fixed, digest="fixed"), 5).arrays())
    alone = boards([study(replace(whole, figures=fixed, digest="fixed"), 5).at_modes()])
    many, one = multiverse(held), multiverse(alone)
    for name in MODELS:
        for issue, (mean, median) in many.ends[name].items():
            assert len(mean) == len(median) == 5
            np.testing.assert_allclose(mean, one.ends[name][issue][0][0], atol=1e-6)


def test_a_draw_that_comes_again_is_played_where_it_first_came():
    once, again = _distinct(np.array([[3.0, 1.0], [2.0, 1.0], [3.0, 1.0], [2.0, 2.0], [2.0, 1.0]]))
    assert once.tolist() == [0, 1, 3] and again.tolist() == [0, 1, 0, 2, 1]
