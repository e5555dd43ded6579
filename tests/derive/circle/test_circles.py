"""Where leaders settle, against their closed form, and who stands between the sides."""

from dataclasses import replace

import numpy as np
import pytest

from tests.cases import case
from winset.arrays import Study
from winset.case import model as m
from winset.derive.circle import circles
from winset.derive.record.mediators import mediators
from winset.theory.opinion import shares


def arrays(whole, draws=64):
    return Study(whole, whole.as_of, draws=draws, seed=3).arrays()


def figure(whole, subject, quantity, value):
    return m.Figure(
        id=f"{subject}.{quantity}",
        subject=tuple(subject.split("/")),
        quantity=quantity,
        basis=m.parse_basis("judgement: test"),
        low=value,
        mode=value,
        high=value,
    )


def with_figures(whole, *told):
    new = [figure(whole, *one) for one in told]
    left = [f for f in whole.figures if f.key not in {n.key for n in new}]
    return replace(whole, figures=(*left, *new), digest=whole.digest + str(told))


def test_one_adviser_is_an_average_of_two():
    """Where the own weight is not stated it is what the advisers leave of 1."""
    whole = case("harbour")
    one = circles.settle(arrays(whole), "reik", "harbour")
    given = arrays(whole)[0]
    weight = given.get("dunmar", "reik", "adviser_weight")
    own, other = (given.get(p, "harbour", "ideal") for p in ("reik", "dunmar"))
    np.testing.assert_allclose(one.position, (1 - weight) * own + weight * other)
    assert one.people == ("reik", "dunmar") and one.leading == ("dunmar", 1.0)
    assert set(one.basis) >= {given.id("dunmar", "reik", "adviser_weight"), given.id("reik", "harbour", "ideal")}


def test_advisers_who_listen_to_each_other_are_settled_together():
    """Against the general solution: the marshal hears the president too, and a third is heard through the marshal."""
    whole = with_figures(
        case("harbour"),
        ("dunmar/reik", "adviser_weight", 0.4),
        ("reik/reik", "adviser_weight", 0.6),
        ("reik/dunmar", "adviser_weight", 0.3),
        ("roe/dunmar", "adviser_weight", 0.2),
        ("roe/harbour", "ideal", 10.0),
    )
    one = circles.settle(arrays(whole), "reik", "harbour")
    assert one.people == ("reik", "dunmar", "roe")
    W = np.array([[0, 1, 0], [0.6, 0, 0.4], [0, 0, 1]])
    np.testing.assert_allclose(one.share, np.tile(shares(W, np.array([0.4, 0.5, 0]))[0], (64, 1)), atol=1e-6)


def test_whoever_has_no_view_is_not_heard_and_the_rest_share_his_weight():
    whole = with_figures(
        case("harbour"),
        ("dunmar/reik", "adviser_weight", 0.2),
        ("reik/reik", "adviser_weight", 0.3),
        ("aren/reik", "adviser_weight", 0.5),
    )
    one = circles.settle(arrays(whole), "reik", "harbour")
    np.testing.assert_allclose(one.share[0], [0.6, 0.4])
    assert one.unheard == pytest.approx(0.5)
    out = circles.settle(arrays(whole), "reik", "harbour", {("dunmar", "reik"): 0.0})
    np.testing.assert_allclose(out.share[:, 0], 1)


def test_levers_are_what_a_little_more_weight_does():
    whole = case("harbour")
    held = arrays(whole)
    one = circles.settle(held, "reik", "fleet")
    weight = float(held[0].get("dunmar", "reik", "adviser_weight")[0])
    more = circles.settle(held, "reik", "fleet", {("dunmar", "reik"): weight + 1e-6})
    assert one.lever[0, 1] == pytest.approx((more.position[0] - one.position[0]) / 1e-6, rel=1e-4)


def test_what_would_let_a_circle_be_settled_is_said():
    whole = with_figures(case("harbour"), ("roe/aren", "adviser_weight", 0.5))
    assert circles.silent(whole, "aren") and not circles.silent(whole, "reik")
    assert circles.leaders(whole) == ["aren", "reik"]


def test_those_between_the_sides():
    whole = case("harbour")
    (one,) = mediators(arrays(whole))  # an ally of a side does not stand between
    assert one.party == "merrin" and one.reaches_both
    assert {c.id for side in one.access for c in side} >= {"c01", "c02", "c05"}
    assert one.leverage is not None and one.bias is not None
    assert ((one.bias >= -1) & (one.bias <= 1)).all()
    given = arrays(whole)[0]
    own, near = (given.get(p, "capability") for p in ("merrin", "sarrow"))
    np.testing.assert_allclose(one.leverage[0], own / (own + near))


def test_a_mediator_with_the_wishes_of_one_side_leans_to_it_wholly():
    whole = case("harbour")
    held = arrays(whole)[0]
    told = [(f"merrin/{i}", "ideal", float(held.get("sarrow", i, "ideal")[0])) for i in ("harbour", "fleet", "canal")]
    told += [(f"sarrow/{i}", "ideal", value) for i, (_, _, value) in zip(("harbour", "fleet", "canal"), told)]
    told += [("merrin/guarantee", "attention", 0.0)]
    (one,) = mediators(arrays(with_figures(whole, *told)))
    np.testing.assert_allclose(one.bias, 1)


def test_without_a_war_nobody_stands_between():
    assert mediators(arrays(replace(case("harbour"), war=None))) == []
