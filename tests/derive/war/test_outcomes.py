"""The law of endings: closed forms for what follows a deal, simulation for the race, and sharing of cores."""

import dataclasses

import numpy as np
import pytest

from tests.cases import NAMES, case
from winset.arrays import Arrays, Luck
from winset.case.patch import as_of
from winset.derive.war import columns as war
from winset.derive.war import core_draws, outcomes
from winset.derive.war import core_game as games
from winset.derive.war.core_game import Size
from winset.derive.war.lags import PEACE_LAG, TEXT_LAG, text_cdf, text_lag
from winset.derive.war.outcomes import Law, calendar, future, join
from winset.seeds import uniform, words
from winset.settings import number
from winset.theory.base_rate import log_pool, lognormal_cdf


def of(name, total=32, part=slice(None)):
    whole = case(name)
    return war.war(Arrays(as_of(whole, whole.as_of), Luck(5, total, part)))


@pytest.mark.parametrize("name", NAMES)
def test_states_and_causes_are_laws(name):
    found = future([of(name)])[0]
    np.testing.assert_allclose(found.state.sum(axis=2), 1, atol=1e-9)
    assert (found.cause >= -1e-12).all() and (np.diff(found.ended, axis=1) >= -1e-12).all()
    assert (found.ended <= 1).all() and (found.ended[:, 0] == 0).all()
    assert (found.lasting <= found.cause[:, :, :2].sum(axis=2) + 1e-12).all()
    np.testing.assert_allclose(found.deal.sum(axis=1), found.cause[:, -1, :2].sum(axis=1), atol=1e-9)


def test_causes_that_add_up_to_a_last_digit_more_than_one_end_the_fighting_for_certain():
    """Beyond 1 there are no log-odds, and the pool with a base rate would be no number."""
    found = future([of("harbour", 4)])[0]
    over = dataclasses.replace(
        found, cause=found.cause / found.cause.sum(axis=2, keepdims=True).clip(1e-9) * (1 + 4e-16)
    )
    assert over.cause.sum(axis=2).max() > 1 and over.ended.max() == 1
    assert np.isfinite(log_pool(over.ended, 0.5, 0.5)).all()


def test_slices_of_draws_join_to_the_whole():
    whole = future([of("harbour", 20)])[0]
    parts = join([future([of("harbour", 20, slice(a, a + 5))])[0] for a in range(0, 20, 5)])
    for name in ("state", "cause", "deal", "lasting"):
        np.testing.assert_array_equal(getattr(parts, name), getattr(whole, name))


def test_a_future_at_some_months_is_the_whole_at_those():
    whole = future([of("harbour", 6)])[0]
    some = whole.only((0.0, 12.0, 24.0))
    assert list(some.months) == [0.0, 12.0, 24.0, whole.months[-1]]
    for month in some.months:
        at, now = some.at(month), whole.at(month)
        for name in ("state", "cause", "lasting", "event", "kind", "ended"):
            np.testing.assert_array_equal(getattr(some, name)[:, at], getattr(whole, name)[:, now])
    assert some.deal is whole.deal and some.out is whole.out


def signed_now(one, kind, hazard):
    """A law that signs a deal of a kind for certain, evenly over the first step."""
    kinds = (kind, *("package" for _ in one.deals[1:]))
    made = dataclasses.replace(one, kinds=kinds, hazard=np.full_like(one.hazard, hazard))
    deal = np.zeros((2, len(one.deals)))
    deal[0, 0] = 1.0
    return made, Law(deal, np.zeros((2, 5)), 1.0)


def test_a_deal_breaks_at_its_yearly_rate():
    one, made = signed_now(of("harbour"), "package", 0.3)
    state, cause, _, lasting, _, _ = calendar(made, one, 0, np.arange(0, 25.0))
    age = np.array([12, 24]) - 0.5
    np.testing.assert_allclose(state[[12, 24], 0], 0.7 ** (age / 12), rtol=1e-9)
    np.testing.assert_allclose(state[[12, 24], 5], 1 - 0.7 ** (age / 12), rtol=1e-9)
    assert cause[24, 0] == 1 and lasting[12] == pytest.approx(0.7 ** (11.5 / 12))


def test_peace_after_a_truce_is_a_transition_of_its_own():
    one, made = signed_now(of("harbour"), "truce", 0.0)
    state, cause, _, _, _, _ = calendar(made, one, 0, np.arange(0, 61.0))
    for month in (6, 12, 36, 60):
        peace = float(lognormal_cdf(np.array([(month - 0.5) * war.DAYS]), *PEACE_LAG)[0])
        young = month - 0.5 < number("war.young_truce")
        assert state[month, 0] == pytest.approx(peace)
        assert state[month, 1 if young else 2] == pytest.approx(1 - peace) and state[month, 2 if young else 1] == 0
    assert cause[60, 1] == 1


def test_terms_of_a_side_that_cannot_go_on_bring_a_ceasefire_then_and_a_text_later():
    """Exhausted for certain at month 4: fire stops then; the text in the form and with the lags of the record."""
    one = dataclasses.replace(of("harbour"), form=np.full(32, 0.25))
    broken = np.zeros((2, 5))
    broken[1, 2] = 1.0
    _, cause, _, lasting, event, kind = calendar(
        Law(np.zeros((2, len(one.deals))), broken, 3.0, 4.0), one, 0, np.arange(0, 61.0)
    )
    np.testing.assert_allclose(cause[:, 4], np.arange(61) >= 4)
    np.testing.assert_allclose(kind[60], [0.25, 0.75, 0, 0])
    assert (event[:4] == 0).all() and event[4, 0] == pytest.approx(0.25 * 5 / 14)  # five texts of 14 on the day
    for month in (6, 12, 36):
        days = (month - 4) * war.DAYS
        on_record = np.mean(np.array(TEXT_LAG) <= days)
        text = 0.25 * on_record + 0.75 * float(lognormal_cdf(np.array([days]), *PEACE_LAG)[0])
        assert event[month, 0] == pytest.approx(text, abs=0.25 / 14)  # lines between the steps of the record
    np.testing.assert_allclose(event.sum(axis=1), cause.sum(axis=1))
    assert lasting[60] == 0  # terms are not counted as an agreement that both wanted


@pytest.mark.parametrize("name", NAMES)
def test_events_and_kinds_add_up_to_the_end_of_the_fighting(name):
    found = future([of(name)])[0]
    np.testing.assert_allclose(found.event.sum(axis=2), found.ended, atol=1e-9)
    np.testing.assert_allclose(found.kind.sum(axis=2), found.ended, atol=1e-9)
    assert (found.event >= -1e-9).all() and (np.diff(found.event[:, :, 0], axis=1) >= -1e-9).all()


def test_lags_drawn_are_those_of_the_record():
    drawn = text_lag((np.arange(14_000) + 0.5) / 14_000)
    assert np.mean(drawn == 0) == pytest.approx(5 / 14, abs=0.001)
    for lag in (9, 65, 177):
        assert np.mean(drawn <= lag) == pytest.approx(float(text_cdf(np.array([float(lag)]))[0]), abs=0.001)


@pytest.mark.parametrize("name", NAMES)
def test_the_race_against_a_simulation(name):
    """Wars in which nothing can be signed, fought out one by one with other code."""
    one = of(name)
    one = dataclasses.replace(one, open=np.zeros_like(one.open))
    wars_a_draw, size = 4000, Size(3.0, 20)
    found = future([one], size)[0]
    for d in range(0, 12, 3):
        made = games.frame(one, d, size)
        p, steps = games.fought_with(one, d, made.size), made.steps
        until = (one.endurance[d] * (1 - one.pressure[d, :, 1] * one.pressed[d])).min() / made.size.step
        u = uniform(words(9, f"race {d}", count=wars_a_draw * steps * 2)).reshape(2, wars_a_draw, steps)
        ended, at = np.zeros(7), 60
        for w in range(wars_a_draw):
            k = made.start
            for n in range(steps):
                left = min(1.0, until - n)
                if u[1, w, n] < left:
                    k += 1 if u[0, w, n] < p else -1
                if k in (0, made.forts):
                    ended[2 if k else 3] += 1
                    break
                if until <= n + 1:
                    ended[
                        4
                        if one.endurance[d, 0] * (1 - one.pressure[d, 0, 1] * one.pressed[d, 0]) / made.size.step
                        == until
                        else 5
                    ] += 1
                    break
        if until * made.size.step < at:  # so that all of it is over on the last month
            exact = found.cause[d, at]
            error = np.sqrt(np.maximum(exact * (1 - exact), 1e-4) / wars_a_draw)
            assert (np.abs(ended / wars_a_draw - exact) <= 4 * error).all()


def test_variants_that_differ_in_what_the_analyst_holds_alone_share_the_core(monkeypatch):
    """A regime in force from now on is known to the players, and has another clock: it is solved apart. So is a draw in
    which a signatory that does not fight agrees to other deals, since its no deal is what the analyst expects."""
    one = of("ukraine-2025", 64)
    luckier = dataclasses.replace(one, p=np.minimum(one.p + 0.05, 0.99))
    alone = [future([w])[0] for w in (one, luckier)]
    calls = []
    values = core_draws.values
    monkeypatch.setattr(core_draws, "values", lambda *asked: calls.append(1) or values(*asked))
    together = future([one, luckier, one])
    together_calls = len(calls)
    free = np.flatnonzero((one.open & one.ratified).any(axis=1))
    plans, cores = war.with_plan(one), 0
    for d in free:
        done = {}
        for w in (one, luckier):
            outcomes.solved(w, d, plan=int(plans[d]), done=done)
        cores += len(done)
    assert together_calls == cores < 1.5 * len(free)
    for own, shared in zip((*alone, alone[0]), together):
        np.testing.assert_array_equal(own.state, shared.state)


def test_more_endurance_for_one_side_breaks_it_less_often():
    one = of("ukraine-2025", 32)
    base, more = future([one, war.scaled(one, "endurance", 1.5, 1)])
    assert (more.state[:, -1, 4] <= base.state[:, -1, 4] + 0.05).all()
    assert more.state[:, 24, 4].mean() < base.state[:, 24, 4].mean()
    assert more.state[:, 24, 3].mean() > base.state[:, 24, 3].mean()
