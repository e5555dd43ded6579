"""The scorecard lens: what may not change its answer, what must, and what it says where it can say nothing."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.cases import case
from winset.arrays import Study
from winset.case.criteria import Verdict
from winset.case.model import Case
from winset.case.patch import combine
from winset.derive.worth import scores
from winset.errors import DossierError
from winset.lens import lens
from winset.lens.lacking import lacks, place_of
from winset.lens.scorecard import shares
from winset.lens.scorecard.words import leads, trails, weightings
from winset.report.brief import HEADS
from winset.result import Result, plain
from winset.settings import using

DRAWS = 64


def look(whole: Case, **settings) -> Result:
    with using({f"scorecard.{k}": v for k, v in settings.items()}):
        return lens("scorecard").look(Study(whole, whole.as_of, draws=DRAWS, seed=5))


def numbers(result: Result) -> dict[str, tuple]:
    return {f.key: (f.value, f.low, f.high) for f in result.findings}


def with_card(whole: Case, **change) -> Case:
    return dataclasses.replace(whole, scorecard=whole.scorecard.model_copy(update=change))


@pytest.fixture(scope="module")
def harbour() -> Case:
    return case("harbour")


@pytest.fixture(scope="module")
def usual(harbour) -> Result:
    return look(harbour)


def test_the_headline_is_short_and_the_picture_is_there(usual):
    assert 0 < len(usual.headline.split()) <= 25
    assert usual.picture in {c.key for c in usual.charts}
    assert usual.so_what and {p.part for p in usual.points} == {"gains"}
    assert list(HEADS).index("gains") == list(HEADS).index("last") + 1


def test_splitting_a_criterion_changes_nothing(harbour, usual):
    """One criterion as two halves, each with half of the count and the same scores, under other names."""
    own = next(c for c in harbour.scorecard.criteria if c.id == "sarrow-trade")
    halves = [own.model_copy(update={"id": n, "counts": 0.5}) for n in ("sarrow-a", "sarrow-z")]
    kept = [c for c in harbour.scorecard.criteria if c is not own]
    figures = [
        dataclasses.replace(f, id=f.id.replace("sarrow-trade", half.id), subject=(half.id, f.subject[1]), group=f.key)
        for f in harbour.figures
        if f.subject[0] == "sarrow-trade"
        for half in halves
    ]
    grouped = [dataclasses.replace(f, group=f.key) if f.subject[0] == "sarrow-trade" else f for f in harbour.figures]
    split = dataclasses.replace(
        harbour, figures=(*(f for f in harbour.figures if f.subject[0] != "sarrow-trade"), *figures)
    )
    before = look(dataclasses.replace(harbour, figures=tuple(grouped)))
    after = look(with_card(split, criteria=(*kept, *halves)))
    for key, value in numbers(before).items():
        assert numbers(after)[key] == pytest.approx(value, abs=1e-9), key
    assert numbers(before).keys() == numbers(after).keys() == numbers(usual).keys()


ON_ISSUES = [c.id for c in case("harbour").scorecard.criteria if c.issue]


@pytest.mark.parametrize("which", ON_ISSUES)
@pytest.mark.parametrize("part", [0.5, 0.15])
def test_splitting_a_criterion_on_an_issue_changes_nothing(harbour, usual, which, part):
    """Whatever share each half has, and wherever its id puts it among the others."""
    criteria = list(harbour.scorecard.criteria)
    own = next(c for c in criteria if c.id == which)
    ends = (("aaa", own.counts * part), ("zzz", own.counts * (1 - part)))
    halves = [own.model_copy(update={"id": name, "counts": count}) for name, count in ends]
    after = numbers(look(with_card(harbour, criteria=(*halves, *(c for c in criteria if c is not own)))))
    assert after.keys() == numbers(usual).keys()
    for key, value in numbers(usual).items():
        assert after[key] == pytest.approx(value, abs=1e-9), key


def test_order_changes_nothing(harbour, usual):
    card = harbour.scorecard
    turned = with_card(harbour, criteria=tuple(reversed(card.criteria)), domains=tuple(reversed(card.domains)))
    assert numbers(look(turned)) == numbers(usual)


def test_names_of_criteria_and_domains_change_nothing(harbour, usual):
    card = harbour.scorecard
    renamed = with_card(
        harbour,
        criteria=tuple(c.model_copy(update={"name": f"Q{i}"}) for i, c in enumerate(card.criteria)),
        domains=tuple(d.model_copy(update={"name": f"D{i}"}) for i, d in enumerate(card.domains)),
    )
    assert numbers(look(renamed)) == numbers(usual)


def test_an_issue_is_scored_from_its_defeat_to_its_victory(harbour):
    arrays = Study(harbour, harbour.as_of, draws=DRAWS, seed=5).arrays()
    board = next(b for b in scores.boards(arrays) if b.actor == "sarrow")
    column = [c.id for c in board.criteria].index("sarrow-harbour")
    assert np.all(board.scores[board.at("today"), :, column] == 0)  # Tavenna runs it: Sarrow's own defeat
    assert np.all(board.scores[board.at("before"), :, column] == 1)
    middle = board.scores[board.at("merrin-draft-1"), :, column]
    assert middle.min() > 0 and middle.max() < 1


def test_a_side_that_breaks_goes_part_of_the_way_to_its_defeat(harbour):
    arrays = Study(harbour, harbour.as_of, draws=DRAWS, seed=5).arrays()
    board = next(b for b in scores.boards(arrays) if b.actor == "sarrow")
    column = [c.id for c in board.criteria].index("sarrow-harbour")
    far = np.concatenate([a.get("tavenna", "exhausted_share") for a in arrays])
    assert board.scores[board.at("tavenna-breaks"), :, column] == pytest.approx(far)


def test_better_than_today_is_what_drawn_weights_say(harbour):
    """By plain draws of weights in every draw, within and over domains, without anything that the lens uses for it."""
    arrays = Study(harbour, harbour.as_of, draws=2048, seed=5).arrays()
    board = next(b for b in scores.boards(arrays) if b.actor == "tavenna")
    one = shares.scored([board])[0]
    gap = board.scores[board.at("merrin-draft-2")] - board.scores[board.at("today")]
    rng, ahead = np.random.default_rng(0), []
    for d in range(len(gap)):
        over = rng.dirichlet(np.ones(len(board.domains)), 50)
        whole = np.zeros(50)
        for k, domain in enumerate(board.domains):
            own = [j for j, c in enumerate(board.criteria) if c.domain == domain]
            whole += over[:, k] * (rng.dirichlet(np.ones(len(own)), 50) @ gap[d, own])
        ahead.append((whole > 0).mean())
    assert shares.than(one, "merrin-draft-2", "today").value == pytest.approx(np.mean(ahead), abs=0.01)


def test_a_wider_spread_of_weightings_moves_the_range(harbour):
    wide, narrow = (look(harbour, concentrations=c) for c in ((0.1, 1.0, 20.0), (0.99, 1.0, 1.01)))
    ranges = [{k: high - low for k, (_, low, high) in numbers(r).items()} for r in (wide, narrow)]
    assert all(ranges[0][k] >= ranges[1][k] - 1e-9 for k in ranges[0])
    assert sum(ranges[0].values()) > sum(ranges[1].values()) + 0.5


def test_a_lead_inside_the_margin_is_none():
    close = shares.Share(0.53, 0.52, 0.56, (0.0, 1.0))
    assert not leads(close) and not trails(close) and weightings(close) == "about half of the weightings"
    clear = shares.Share(0.7, 0.6, 0.9, (0.0, 1.0))
    assert leads(clear) and weightings(clear) == "most weightings"


def test_a_verdict_is_tried_with_its_authors_criteria_and_with_others(harbour):
    verdict = Verdict(
        id="v",
        source="tavenna-beacon",
        actor="merrin",
        claim="Merrin does best",
        basis="passages: t07",
        criteria=("merrin-ship", "merrin-envoy", "tavenna-canal"),
    )
    table = look(with_card(harbour, verdicts=(verdict,))).table("verdicts")
    tried = set(zip(table.column("by"), table.column("other")))
    assert ("the criteria its author used", "Tavenna") in tried and (
        "the criteria its author used",
        "Sarrow",
    ) not in tried
    assert ("all criteria of the case", "Sarrow") in tried
    held = dict(zip(zip(table.column("by"), table.column("other"), table.column("measure")), table.column("share")))
    today = "nearer to its own victory"
    assert held["the criteria its author used", "Tavenna", today] > 0.95  # the closed canal alone speaks for Tavenna
    assert held["all criteria of the case", "Tavenna", today] < 0.2  # with harbour, ships and schools it is the reverse


def test_what_no_score_is_given_for_is_left_out_and_named(harbour):
    figures = tuple(f for f in harbour.figures if f.subject != ("sarrow-word", "truce"))
    result = look(dataclasses.replace(harbour, figures=figures))
    assert "better.sarrow.truce" not in numbers(result) and "better.tavenna.truce" in numbers(result)
    assert any("sarrow-word/truce.score" in note for note in result.notes)


def test_a_case_without_criteria_is_told_which_to_add(harbour):
    bare = dataclasses.replace(harbour, scorecard=None)
    told = lacks(bare)["scorecard"]
    assert len(told) == 8 and "tavenna/economy criteria" in told
    assert {place_of(x) for x in told} == {"criteria.yaml"}
    assert look(bare).answer[0].startswith("Nothing can be said")
    none = dataclasses.replace(
        with_card(harbour, criteria=tuple(c for c in harbour.scorecard.criteria if c.id == "merrin-envoy")),
        figures=tuple(f for f in harbour.figures if f.quantity != "score"),
    )
    assert "merrin-envoy/today.score" in lacks(none)["scorecard"]
    assert {place_of(x) for x in lacks(none)["scorecard"]} == {"figures.csv"}


def test_ends_that_are_the_wrong_way_round_are_told(harbour):
    own = next(c for c in harbour.scorecard.criteria if c.id == "sarrow-harbour")
    turned = own.model_copy(update={"defeat": own.victory, "victory": own.defeat})
    rest = tuple(c for c in harbour.scorecard.criteria if c is not own)
    with pytest.raises(DossierError, match="sarrow-harbour"):
        look(with_card(harbour, criteria=(*rest, turned)))


def test_two_parties_and_one_plan(harbour):
    small = with_card(
        dataclasses.replace(
            harbour, plans=tuple(p for p in harbour.plans if p.kind != "plan" or p.id == "merrin-draft-1")
        ),
        criteria=tuple(c for c in harbour.scorecard.criteria if c.actor != "merrin" and c.issue == "harbour"),
    )
    result = look(small)
    assert "better.tavenna.merrin-draft-1" in numbers(result)
    assert result.table("ranks").column("share")


def test_a_lever_moves_the_scores_that_it_sets_and_no_others(harbour, usual):
    rows = usual.table("levers")
    assert set(rows.column("actor")) == {"Sarrow"}  # its word, which the blockade sets
    (today,) = [r for r in rows.rows if r[2] == "Today, the war going on"]
    lever = harbour.levers[0]
    key = "sarrow-word/today.score@2024-08-22"
    before, after = (
        np.mean([np.concatenate([a.get("sarrow-word/today", "score") for a in study.arrays(of)])]) / 100
        for study in [Study(harbour, harbour.as_of, draws=DRAWS, seed=5)]
        for of in (harbour, combine(harbour, [lever]))
    )
    assert key in lever.set and plain(today[5]) == pytest.approx((after - before) / 4)  # one of four domains
    told = lever.model_copy(update={"set": {k: v for k, v in lever.set.items() if k != key}})
    none = look(dataclasses.replace(harbour, levers=(told,)))
    assert "levers" not in {t.key for t in none.tables}
    assert any("1 lever" in n or "One lever" in n for n in none.notes)


def test_a_lever_that_changes_a_plan_changes_the_plans_score(harbour):
    own = {"merrin-draft-1": {"harbour": "sarrow-rule"}}
    lever = harbour.levers[0].model_copy(update={"id": "gives-back", "set": {}, "clauses": own})
    rows = look(dataclasses.replace(harbour, levers=(lever,))).table("levers")
    moved = {(row[1], row[2]): plain(row[5]) for row in rows.rows}
    assert {name for _, name in moved} == {next(p.name for p in harbour.plans if p.id == "merrin-draft-1")}
    assert moved["Sarrow", *{n for _, n in moved}] > 0 > moved["Tavenna", *{n for _, n in moved}]
