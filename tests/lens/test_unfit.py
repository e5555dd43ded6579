"""What the record or the dossier speaks against ends no run: it has no row, and the note says why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.cases import case
from tests.derive.deal.test_acceptance import with_numbers
from tests.derive.deal.test_weighing import quiet
from winset.case import model as m
from winset.case.patch import combine
from winset.derive.war.core_game import Size
from winset.errors import DossierError
from winset.lens import lens
from winset.lens.futures import pulled
from winset.lens.influence import lens as influence
from winset.lens.settlement import odds as settlement
from winset.lens.settlement.lens import Settlement
from winset.result import plain as plain_of
from winset.run import study

BASIS = "judgement: a trial"
WHY = "No draw fits what is on record under: "


def certain() -> m.Case:
    """The harbour without a war, an acceptance being meant; with a reading in which Sarrow cannot have meant its
    own."""
    made = with_numbers(quiet(), {"accepted.tactical": 0.0})
    change = {"sarrow.no_deal": m.Change(low=1.0, mode=1.0, high=1.0)}
    never = m.Patch(id="never", title="Sarrow would sign nothing", kind="reading", basis=BASIS, set=change)
    return replace(made, readings=(*made.readings, never))


def test_a_reading_that_no_draw_fits_has_no_row_and_is_told() -> None:
    result = Settlement(exact=False).look(study(certain(), draws=64))
    table = result.table("readings")
    assert f"{WHY}Sarrow would sign nothing." in table.note
    assert "Sarrow would sign nothing" not in [row[0] for row in table.rows] and len(table.rows) > 3
    plain = Settlement(exact=False).look(study(quiet(), draws=64))
    assert WHY not in plain.table("readings").note


def test_a_source_without_which_no_draw_fits_has_no_odds() -> None:
    made = certain()
    reading = made.readings[-1]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(settlement, "without_source", lambda whole, source: combine(whole, [reading]))
        assert settlement.odds_without(study(made, draws=64), (settlement.Reading(), "a-source")) == {}


def test_two_levers_that_the_case_cannot_take_together_are_not_combined(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = case("harbour")
    keys = [f.id for f in whole.figures if f.quantity == "attention" and f.subject[0] == "sarrow"]
    nothing = m.Change(low=0.0, mode=0.0, high=0.0)
    halves = [
        m.Patch(id=f"half-{k}", title=f"half {k}", kind="lever", basis=BASIS, set=dict.fromkeys(keys[k::2], nothing))
        for k in (0, 1)
    ]
    for half in halves:
        combine(whole, [half])
    with pytest.raises(DossierError, match="attends to no issue"):
        combine(whole, halves)
    asked: list[int] = []
    monkeypatch.setattr(
        pulled, "worlds", lambda study, cases, *_, **__: asked.append(len(cases)) or [None] * len(cases)
    )
    monkeypatch.setattr(pulled, "measured", lambda futures: np.zeros((len(futures), 5, 8)) if futures else None)
    monkeypatch.setattr(pulled, "ways", lambda *_: [])
    found = pulled.pull(study(replace(whole, levers=tuple(halves)), draws=8), pulled.Pull(8, 0, Size(), 0.1))
    assert found is not None
    assert found.unsound == (("half 0", "half 1"),) and found.apart == () and [len(s) for s in found.sets] == [0, 1, 1]


def test_a_circle_whose_wish_turns_a_scale_over_has_no_row_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wish of Reik's circle put where Tavenna's own victory over the ships is worth nothing to it."""
    usual = influence._as_settled

    def far(whole: m.Case, patch: m.Patch) -> m.Case:
        if patch.id != "circle-of-reik":
            return usual(whole, patch)
        change = m.Change(low=0.0, mode=0.0, high=0.0)
        return usual(whole, patch.model_copy(update={"set": {key: change for key in patch.set if "/fleet." in key}}))

    plain = lens("influence").look(study(case("harbour"), draws=8))
    monkeypatch.setattr(influence, "_as_settled", far)
    result = lens("influence").look(study(case("harbour"), draws=8))
    told = "by the wish of the circle of Oda Reik cannot be told"
    assert any(told in sentence for sentence in result.answer) and not any(told in s for s in plain.answer)
    assert {plain_of(row[2]) for row in plain.table("circle_signs").rows} == {"Oda Reik"}
    assert not any(table.key == "circle_signs" for table in result.tables)
