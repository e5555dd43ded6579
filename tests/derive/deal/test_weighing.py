"""The record weighs the draws: against importance weights, for any chunk, and by what kind of change a patch is."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from tests.cases import NAMES, case
from tests.derive.deal.test_acceptance import with_numbers
from winset.case import model as m
from winset.case.defaults import is_default
from winset.derive.deal import weighing
from winset.derive.deal.acceptance import judge
from winset.derive.deal.weighing import record
from winset.derive.record.answers import answers
from winset.run import study


def quiet(name="harbour"):
    """A case without a war, so that no core is solved."""
    whole = case(name)
    return replace(whole, war=None, digest=whole.digest + "quiet")


def signs(arrays):
    plans = [p for p in arrays.case.plans if p.kind == "plan"]
    return {(v.plan, p): x for v in judge(arrays, plans, detail=False) for p, x in v.signs.items()}


def test_what_is_left_has_the_shares_of_importance_weights():
    made = study(quiet(), draws=4096)
    said = record(made)
    weights = np.prod(said.weights, axis=0)
    before, after = signs(made.before.arrays()[0]), signs(made.arrays()[0])
    moved = 0
    for key, x in before.items():
        expected = float(weights @ x / weights.sum())
        size = weights.sum() ** 2 / (weights**2).sum()
        error = np.sqrt(max(expected * (1 - expected), 1e-3) * (1 / size + 1 / made.kept))
        assert abs(float(after[key].mean()) - expected) < 4 * error
        moved += abs(float(x.mean()) - expected) > 0.02
    assert moved, "the record of this case moves some share by more than two points"
    assert made.kept == 4096 and made.candidates > 4096


def test_no_value_of_no_deal_leads_out_of_the_bounds_of_a_weight():
    made = study(quiet(), draws=64)
    for h in weighing.heard(made, made.case, made.batch(0)[0]):
        never, always = h.weight(np.full(64, not h.answer.favours)), h.weight(np.full(64, h.answer.favours))
        both = np.stack([never, np.where(h.possible, always, never)])
        np.testing.assert_array_equal(np.stack(h.bounds()), [both.min(axis=0), both.max(axis=0)])
        np.testing.assert_array_equal(np.where(h.answer.favours, always, never) == 1, h.tactical <= 0.5)


@pytest.mark.parametrize("chunk", [1, 7, 30, 512])
def test_the_draws_left_are_the_same_for_any_chunk(chunk):
    whole, parts = study(quiet(), draws=30), study(quiet(), draws=30, chunk=chunk)
    figure = next(f for f in whole.known.figures if f.mode is not None and f.quantity == "attention")
    columns = [np.concatenate([a.get(*figure.subject, figure.quantity) for a in s.arrays()]) for s in (whole, parts)]
    assert (columns[0] == columns[1]).all() and whole.kept == parts.kept == 30


def test_of_some_blocks_is_said_what_is_said_of_all_and_what_is_dear_is_asked_of_no_others(monkeypatch):
    made = study(quiet(), draws=64)
    (luck,) = made.batch(3)
    size = luck.count // luck.blocks
    whole = made.weigher(made, made.case, luck, None, range(luck.blocks))
    asked, weight = [], weighing._weight
    monkeypatch.setattr(weighing, "_weight", lambda *given: asked.extend(given[-1]) or weight(*given))
    for blocks in (range(1), range(2, 5), range(luck.blocks - 1, luck.blocks)):
        asked.clear()
        own = range(size * blocks.start, size * blocks.stop)
        few = made.weigher(made, made.case, luck, None, blocks)
        np.testing.assert_array_equal(few, whole[own.start : own.stop])
        assert asked and set(asked) <= set(own)


@pytest.mark.parametrize("chunk", [64, 20])
def test_blocks_after_those_that_leave_enough_are_not_weighed(chunk, monkeypatch):
    """Of one slice none; where slices are gone through in turn, at most one to be on the safe side."""
    made = study(quiet(), draws=64, chunk=chunk)
    looked_at, weigh = set(), weighing._kept

    def noted(study, case, luck, how, blocks):
        looked_at.update(luck.block + number for number in blocks)
        return weigh(study, case, luck, how, blocks)

    monkeypatch.setattr(weighing, "_kept", noted)
    assert made.kept == 64
    needed = made.lucks[0].blocks
    assert looked_at >= set(range(needed)) and len(looked_at) <= needed + (chunk < 64)


def test_a_lever_acts_on_the_draws_as_they_are_and_a_reading_is_weighed_anew():
    whole = quiet()
    ideal = next(f for f in whole.figures if f.key == "tavenna.no_deal")
    change = {ideal.id: m.Change(low=0.0, mode=0.02, high=0.05)}
    base = study(whole, draws=512)

    def under(kind):
        return study(
            whole, draws=512, patches=[m.Patch(id="p", title="t", kind=kind, basis="judgement: t", set=change)]
        )

    attention = next(f for f in whole.figures if f.quantity == "attention" and f.mode is not None)
    column = {
        s: made.arrays()[0].get(*attention.subject, "attention")
        for s, made in (("base", base), ("lever", under("lever")), ("reading", under("reading")))
    }
    assert (column["base"] == column["lever"]).all() and (column["base"] != column["reading"]).any()
    assert under("lever").candidates == base.candidates


def test_answers_count_after_the_last_change_of_direction_and_the_most_telling_first():
    ukraine = {(a.plan, a.party): a for a in answers(case("ukraine-2025"))}
    assert ukraine["us28", "russia"].kind == "not_accepted" and ukraine["us28", "russia"].date == dt.date(2025, 12, 2)
    assert ukraine["us_ua20", "ukraine"].kind == "wrote" and ukraine["us28", "united_states"].kind == "wrote_by_envoy"
    assert ("us28", "e3") not in ukraine, "only those who sign are weighed"
    early = {(a.plan, a.party): a.kind for a in answers(study(case("ukraine-2025"), as_of=dt.date(2025, 11, 22)).known)}
    assert early["us28", "russia"] == "wrote_by_envoy" and ("us28", "ukraine") not in early


def test_a_case_without_answers_keeps_every_draw_as_it_was():
    whole = quiet()
    silent = replace(whole, plans=tuple(p.model_copy(update={"responses": (), "authors": ()}) for p in whole.plans))
    made = study(silent, draws=64)
    assert made.kept == made.candidates == 64 and record(made) is None and made.lucks == made.before.lucks


def test_an_answer_that_cannot_be_tactical_is_kept_in_every_draw():
    whole = with_numbers(quiet(), {"refused.tactical": 0.0})
    made = study(whole, draws=256)
    for one in record(made).moved:
        if one.answer.kind == "refused" and one.before > 0:
            assert one.after == 1.0


def test_a_contradiction_is_told_with_file_and_line():
    lines = {f.key: 0.0 for f in quiet().figures if f.key.startswith("tavenna/") and f.quantity == "red_line_real"}
    whole = with_numbers(quiet(), {"tavenna.no_deal": 0.0} | lines)
    result = study(whole, draws=64).look("settlement", readings=False, exact=False)
    said = [n for n in result.notes if n.startswith("plans.yaml:")]
    assert any("Tavenna refused it" in n for n in said), result.notes


@pytest.mark.parametrize("name", NAMES)
def test_defaults_stand_in_and_are_marked(name):
    whole = case(name)
    kinds = {a.kind for a in answers(whole)}
    assert all(is_default(whole.figure[f"{kind}.tactical"]) for kind in kinds)
    assert all(f.basis.judgements[0].startswith("default of winset") for f in whole.figures if is_default(f))
