"""The value of fighting on: the core's by default, against the canonical solver, and the dossier's number beside it."""

import dataclasses

import numpy as np
import pytest

from tests.cases import NAMES, case
from winset.arrays import Study, at_modes
from winset.case import model as m
from winset.case.patch import apply
from winset.derive.deal.acceptance import judge
from winset.derive.war import columns as war
from winset.derive.war import core_game as games
from winset.derive.war import no_deal as going_on
from winset.derive.war.core_game import Size
from winset.derive.war.no_deal import basis, core_error, no_deal, no_deal_from_core
from winset.derive.war.outcomes import law, solved, watched
from winset.derive.worth.utilities import Reading
from winset.errors import SettingError
from winset.reads import reading
from winset.settings import using
from winset.theory import war_core, war_held


def arrays_of(name, draws=12, chunk=16_384):
    return Study(case(name), case(name).as_of, draws=draws, seed=3, chunk=chunk).arrays()


@pytest.mark.parametrize("name", NAMES)
def test_the_core_is_the_default_and_the_dossier_the_rival(name):
    arrays = arrays_of(name)[0]
    core = no_deal_from_core(arrays)
    for party in (a.id for a in arrays.case.signatories):
        assert no_deal(arrays, party, "dossier") is arrays.get(party, "no_deal")
        np.testing.assert_array_equal(no_deal(arrays, party), core[party])
    for side in arrays.case.war.belligerents:
        assert (core[side] != arrays.get(side, "no_deal")).any()
        behind = {arrays.case.figure[i].quantity for i in basis(arrays, side)}
        assert {"endurance", "flow_cost", "battle_win"} <= behind
        assert basis(arrays, side, "dossier") == (arrays.id(side, "no_deal"),)


def test_without_a_war_the_dossier_is_all_there_is():
    whole = case("harbour")
    quiet = dataclasses.replace(whole, war=None)
    arrays = Study(quiet, quiet.as_of, draws=12, seed=3).arrays()[0]
    for party in (a.id for a in quiet.signatories):
        assert no_deal(arrays, party) is arrays.get(party, "no_deal")
        assert basis(arrays, party) == (arrays.id(party, "no_deal"),)


def test_a_rival_reading_changes_going_on_only_through_the_figures_of_the_war():
    study = Study(case("harbour"), case("harbour").as_of, draws=12, seed=3)
    as_stated = no_deal_from_core(study.arrays()[0])

    def under(key, low, mode, high):
        name = next(f.id for f in study.known.figures if f.key == key)
        patch = m.Patch(
            id="x",
            title="x",
            kind="reading",
            basis="judgement: a test",
            set={name: {"low": low, "mode": mode, "high": high}},
        )
        arrays = study.arrays(apply(study.case, patch))[0]
        return {p: no_deal(arrays, p) for p in as_stated}

    attention = next(f.key for f in study.known.figures if f.quantity == "attention")
    for party, column in under(attention, 0, 50, 100).items():
        np.testing.assert_array_equal(column, as_stated[party])
    set_ = under("sarrow.no_deal", 0.1, 0.2, 0.3)
    np.testing.assert_array_equal(set_["tavenna"], as_stated["tavenna"])
    assert (set_["sarrow"] <= 0.3).all() and (set_["sarrow"] != as_stated["sarrow"]).any()
    longer = under("sarrow.endurance", 60, 80, 90)
    first = study.arrays()[0].get("sarrow", "endurance") < study.arrays()[0].get("tavenna", "endurance")
    assert first.any() and not first.all()  # who would be exhausted later anyway gains nothing by lasting longer still
    for side, sign in (("sarrow", 1), ("tavenna", -1)):
        gain = sign * (longer[side] - as_stated[side])
        assert (gain[first] > 0).all() and (gain >= -1e-12).all()


@pytest.mark.parametrize("name", NAMES)
def test_the_core_is_the_canonical_one(name):
    """Against `war_core`, with one round of talks a step, which is all that it knows."""
    arrays = arrays_of(name)[0]
    one = war.war(arrays)
    plans, rows = war.with_plan(one), []
    for d in range(one.draws):
        game, keep, _ = games.game(one, d, Size(3.0, 20, 4, 40), plan=int(plans[d]))
        whole = tuple(float(round(x)) for x in game.defect_front)
        game = dataclasses.replace(
            game,
            clock=dataclasses.replace(game.clock, pace=np.inf),
            ratify=0.3 * game.ratify,
            defect_front=tuple(map(int, whole)),
        )
        rows.append((war_held.solve(game).at_start(), war_core.solve(game).at_start("no_deal"), len(keep)))
    assert any(keep for _, _, keep in rows)
    np.testing.assert_allclose([r[0] for r in rows], [r[1] for r in rows], atol=1e-10)


@pytest.mark.parametrize("name", NAMES)
def test_any_chunk_gives_the_same(name):
    whole, parts = arrays_of(name), arrays_of(name, chunk=5)
    for party, column in no_deal_from_core(whole[0]).items():
        np.testing.assert_array_equal(column, np.concatenate([no_deal_from_core(a)[party] for a in parts]))


def test_a_third_party_by_simulation():
    """Flows month by month, and ends as drawn, against the closed sums; its case's own discount and cost."""
    one = war.war(arrays_of("ukraine-2025", 24)[0])
    (beside,) = one.beside
    assert beside.party == "united_states"
    plans, rng = war.with_plan(one), np.random.default_rng(1)
    free = np.flatnonzero((one.open & one.ratified).any(axis=1))[:4]
    for d in free:
        one = dataclasses.replace(one, hazard=0 * one.hazard)
        whole = law(solved(one, int(d), plan=int(plans[d])), one, int(d))
        got = watched(beside, one, int(d), whole, whole)
        q, c, fade = beside.quo[d], beside.cost[d], (1 - beside.discount[d]) ** (1 / 12)
        ends = [(t, p, w) for t, row in zip(whole.middle, whole.deal) for p, w in zip(row, beside.deal[d]) if p > 0]
        wins = (beside.A_wins[d], beside.B_wins[d])
        ends += [(t, p, w) for t, row in zip(whole.middle, whole.broken) for p, w in zip(row[:2], wins) if p > 0]
        x = one.exhausted[d]
        ends += [
            (whole.end, whole.broken[:, 2].sum(), q + x[0] * (wins[1] - q)),
            (whole.end, whole.broken[:, 3].sum(), q + x[1] * (wins[0] - q)),
        ]
        ends = [e for e in ends if e[1] > 0]
        odds = np.array([p for _, p, _ in ends] + [max(0.0, 1 - sum(p for _, p, _ in ends))])
        picks, total = rng.choice(len(odds), 20_000, p=odds / odds.sum()), 0.0
        for i, count in zip(*np.unique(picks, return_counts=True)):
            t, _, w = ends[i] if i < len(ends) else (whole.edges[-1], 0, q)
            fine = np.arange(0, t, 0.01) + 0.005
            flow = ((-np.log(fade) * q - c) * fade**fine).sum() * 0.01
            total += count * (flow + fade**t * w)
        assert got == pytest.approx(total / 20_000, abs=0.02)


def test_a_third_party_that_the_war_costs_nothing_has_the_mean_of_present_and_ends():
    one = war.war(arrays_of("ukraine-2025", 12)[0])
    (beside,) = one.beside
    same = dataclasses.replace(
        beside,
        cost=0 * beside.cost,
        A_wins=beside.quo,
        B_wins=beside.quo,
        deal=np.tile(beside.quo[:, None], one.value.shape[1]),
    )
    for d in range(one.draws):
        alone = law(None, one, d)
        assert watched(same, one, d, alone, alone) == pytest.approx(beside.quo[d])
        assert watched(dataclasses.replace(same, cost=beside.cost + 0.001), one, d, alone, alone) < beside.quo[d]


def test_dearer_fighting_is_worth_less():
    arrays = arrays_of("harbour")[0]
    one = war.war(arrays)
    dear = war.scaled(one, "cost", 2.0)
    for d in range(6):
        assert (solved(dear, d).solved.at_start() < solved(one, d).solved.at_start()).all()


def test_the_setting_reaches_who_accepts_what():
    arrays = arrays_of("harbour", 64)[0]
    plans = [p for p in arrays.case.plans if p.kind == "plan"]
    for own, other in zip(judge(arrays, plans, Reading(no_deal="dossier")), judge(arrays, plans)):
        for party, value in no_deal_from_core(arrays).items():
            np.testing.assert_allclose(other.margin[party], own.worth[party] - value)
    with pytest.raises(SettingError):
        Reading(no_deal="oracle")


def test_its_error_is_told():
    gaps, small, full = core_error(arrays_of("harbour")[0], 2)
    assert gaps.shape == (2, 2) and np.abs(gaps).max() < 0.05 and small < full


def test_without_the_figures_it_says_what_is_missing():
    whole = case("harbour")
    lost = dataclasses.replace(whole, figures=tuple(f for f in whole.figures if f.key != "case.forts"))
    with pytest.raises(KeyError, match=r"case\.forts"):
        no_deal_from_core(Study(lost, lost.as_of, draws=4).arrays()[0])


def test_at_the_modes_the_core_is_solved_once_and_its_reads_are_told_again(monkeypatch):
    harbour, calls, solve = dataclasses.replace(case("harbour")), [], going_on._fought_on
    monkeypatch.setattr(going_on, "_fought_on", lambda war: (calls.append(war.draws), solve(war))[1])
    told = []
    for _ in range(2):
        arrays = at_modes(harbour)
        with reading() as seen:
            table = no_deal_from_core(arrays)
        told.append((table, seen, seen.touched, arrays.used))
    assert calls == [1] and told[0][1:] == told[1][1:] and told[1][3] >= told[1][1]
    cost = next(f for f in harbour.figures if f.quantity == "flow_cost")
    dearer = dataclasses.replace(cost, mode=cost.high)
    other = at_modes(dataclasses.replace(harbour, figures=tuple(dearer if f is cost else f for f in harbour.figures)))
    assert no_deal_from_core(other) != told[0][0] and calls == [1, 1]
    with using({"choice_noise": 0.2}):
        assert no_deal_from_core(arrays) != told[0][0] and calls == [1, 1, 1]
