"""Demands made on what messengers report: a closed form of two plans, and a case with louder messengers."""

from dataclasses import replace

import numpy as np
import pytest

from tests.cases import case
from tests.derive.circle.test_circles import with_figures
from winset.arrays import Arrays, Luck
from winset.derive.circle import messages
from winset.derive.types.misheard import believed, demanded, error
from winset.derive.types.ultimatum import Demand, Ultimatum
from winset.lens.screening import misread
from winset.run import study


def ultimatum(heard=None, gains=(0.1, 0.3), draws=1):
    """A soft plan that a target of value 0.45 takes, and a hard one that it refuses."""
    one = np.ones(draws)
    plans = [Demand(name, w * one, 0 * one, one, g * one) for name, w, g in zip(("soft", "hard"), (0.5, 0.4), gains)]
    told = None if heard is None else (heard[0] * one, heard[1] * one)
    return Ultimatum(
        "a",
        "b",
        tuple(plans),
        np.ones((draws, 1)),
        one,
        0.45 * np.ones((draws, 1)),
        0 * one,
        0 * one,
        0 * one,
        1e-4,
        None,
        None,
        0.0,
        (0, 0),
        (),
        told,
    )


def test_who_hears_the_target_readier_than_it_is_asks_too_much():
    exact, ready, stiff = (demanded(ultimatum((e, 0.0))) for e in (0.0, -0.1, 0.1))
    assert (exact.plan, exact.refuses, exact.brings) == ("soft", pytest.approx(0), pytest.approx(0.1))
    assert (ready.plan, ready.refuses, ready.brings) == ("hard", pytest.approx(1), pytest.approx(0))
    assert (stiff.made, stiff.brings) == (0, 0)  # it thinks that neither would be taken
    assert demanded(ultimatum((-0.1, 0.0)), truly=True) == exact == demanded(ultimatum())
    assert error(ultimatum((0.3, 0.4))) == pytest.approx(0.5) and error(ultimatum()) == 0


def test_fresh_noise_widens_what_is_believed_as_the_two_variances_add():
    u = ultimatum((0.0, 0.2))
    wide = np.sqrt(1e-8 + 3 * 0.04 / np.pi**2)
    expected = 1 - 1 / (1 + np.exp(-(0.4 - 0.45) / wide))
    assert believed(u, u.demands[1])[0, 0] == pytest.approx(expected)
    assert demanded(u).plan == "hard" and demanded(ultimatum()).plan == "soft"


def test_louder_messengers_reach_the_screening_games():
    """Nothing but the error changes: the same target, the same plans, more of the demands refused."""
    told = {}
    for noise in (0.0, 0.5):
        whole = with_figures(
            case("harbour"),
            *((f"aren/{side}", "message_noise", noise) for side in ("sarrow", "tavenna")),
            ("merrin", "face_value", 1.0),
        )
        result = study(whole, draws=256).look("screening")
        told[noise] = [[getattr(x, "value", x) for x in row] for row in result.table("misread").rows]
    (calm, true), (loud, same) = told[0.0], told[0.5]
    assert calm[2] < loud[2] and true[2] == 0
    assert loud[6] > same[6] and loud[7] < same[7]


def test_a_case_that_says_nothing_of_messengers_has_no_such_table():
    assert (
        not misread.table(case("harbour"), [ultimatum()]).rows and misread.answer(case("harbour"), [ultimatum()]) == ()
    )
    whole = case("harbour")
    silent = replace(whole, figures=tuple(f for f in whole.figures if f.quantity != "message_noise"), digest="silent")
    assert messages.heard(Arrays(silent, Luck(1, 8)), "sarrow", "tavenna") is None
    fresh = messages.heard(Arrays(whole, Luck(1, 8)), "sarrow", "tavenna")
    constant = messages.heard(Arrays(whole, Luck(1, 8)), "merrin", "tavenna")
    assert not fresh[0].any() and fresh[1].all() and constant[0].any() and not constant[1].any()
