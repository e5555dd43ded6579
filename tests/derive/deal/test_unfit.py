"""A record that no draw fits: the error names the answers that cannot be had together, and no others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.derive.deal.test_acceptance import with_numbers
from tests.derive.deal.test_weighing import quiet
from winset.case import model as m
from winset.derive.deal.unfit import at_odds
from winset.errors import NoDrawFits
from winset.run import study

KINDS = ("accepted", "refused", "wrote", "wrote_by_envoy", "conditional", "not_accepted")
NEVER = {f"{kind}.tactical": 0.0 for kind in KINDS}
USUAL = {f"{kind}.tactical": 0.4 for kind in KINDS}


def said(case: m.Case) -> str:
    with pytest.raises(NoDrawFits) as caught:
        study(case, draws=32).lucks  # noqa: B018
    return str(caught.value)


def answered(case: m.Case, **answers: str) -> m.Case:
    """The case in which only these answers of Sarrow to the newest plan are on record: the plan is there once for
    each."""
    *_, newest = (p for p in case.plans if p.kind == "plan")
    twins = [
        newest.model_copy(
            update={
                "id": f"twin-{name}",
                "name": f"twin {name}",
                "authors": (),
                "responses": (
                    m.Response(
                        actor="sarrow", date=case.as_of, response=kind.replace("-", "_"), basis="judgement: a trial"
                    ),
                ),
            }
        )
        for name, kind in answers.items()
    ]
    others = tuple(p for p in case.plans if p.kind != "plan")
    return replace(case, plans=(*others, *twins), digest=case.digest + str(answers))


def test_one_answer_that_no_draw_gives_is_named_with_its_line() -> None:
    never_signs = with_numbers(quiet(), USUAL | {"accepted.tactical": 0.0, "sarrow.no_deal": 1.0})
    told = said(never_signs)
    assert told.count("\n  plans.yaml:") == 1
    assert "plans.yaml:97: Sarrow on “" in told and "accepted it (2024-09-27); by itself it fits no draw" in told
    assert "accepted.tactical in figures.csv" in told and "No draw fits this answer:" in told


def test_two_answers_that_are_sound_apart_are_named_together() -> None:
    both = answered(with_numbers(quiet(), NEVER), a="accepted", b="refused")
    told = said(both)
    assert "No draw fits these answers together:" in told
    assert "twin a”: accepted it" in told and "twin b”: refused it" in told
    assert "accepted.tactical, refused.tactical" in told
    for one in ({"a": "accepted"}, {"b": "refused"}):
        assert study(answered(with_numbers(quiet(), NEVER), **one), draws=32).kept > 0


def test_an_answer_that_may_be_tactical_leaves_draws() -> None:
    both = answered(with_numbers(quiet(), USUAL), a="accepted", b="refused")
    assert study(both, draws=32).kept > 0


@settings(max_examples=100)
@given(arrays(float, st.tuples(st.integers(1, 6), st.integers(1, 8)), elements=st.sampled_from([0.0, 1e-3, 0.4, 1.0])))
def test_no_answer_named_can_be_missed(weights: np.ndarray) -> None:
    def left(places: list[int]) -> float:
        return 50 * float(np.prod(weights[places], axis=0).mean())

    found, every = at_odds(weights, 50), list(range(len(weights)))
    if left(every) >= 1:
        assert found == every
        return
    assert left(found) < 1
    assert all(left([other for other in found if other != k]) >= 1 for k in found)
