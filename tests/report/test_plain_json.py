from __future__ import annotations

import datetime as dt
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.report import sample
from winset.report import Report, to_json
from winset.report.plain_json import canonical
from winset.result import Cited


def test_same_report_same_bytes_whatever_the_order_of_settings():
    report = sample.report()
    turned = Report(report.case, report.results, dict(reversed(report.settings.items())), report.history)
    assert to_json(report) == to_json(turned)


def test_it_holds_the_answer_and_what_it_rests_on():
    document = json.loads(to_json(sample.report()))
    assert document["results"][0]["answer"] == ["One of the two drafts would pass.", "The North decides."]
    assert document["settings"]["seed"] == 1
    assert set(document["figures"]) == {"south.no_deal", "north/tolls.ideal@2024-02-01"}
    assert document["figures"]["north/tolls.ideal@2024-02-01"]["basis"][0] == ["passages", "p1 p2"]
    assert set(document["passages"]) == {"p1", "p2"}
    assert document["results"][0]["tables"][0]["rows"][0][2] == {
        "basis": ["south.no_deal"],
        "value": round(0.5 / 6, 13),
    }


def test_a_basis_of_several_ids_stands_once():
    report = sample.report()
    document = json.loads(to_json(report))
    several = [
        c.basis for t in report.results[0].tables for r in t.rows for c in r if isinstance(c, Cited) and c.basis[1:]
    ]
    held = {name: tuple(ids) for name, ids in document["sets"].items()}
    named = [
        cell["basis"]
        for table in document["results"][0]["tables"]
        for row in table["rows"]
        for cell in row
        if isinstance(cell, dict) and cell["basis"][:1] and cell["basis"][0].startswith("set:")
    ]
    assert several and [held[name] for (name,) in named] == several and set(several) <= set(held.values())


def test_keys_are_sorted_and_nothing_is_not_json():
    text = to_json(sample.report(sample.HOSTILE))

    def pairs(items):
        keys = [k for k, _ in items]
        assert keys == sorted(keys)
        return dict(items)

    json.loads(text, object_pairs_hook=pairs, parse_constant=pytest.fail)


@settings(max_examples=200)
@given(st.floats(allow_nan=True, allow_infinity=True))
def test_floats_keep_twelve_digits(value):
    made = canonical(value)
    if not math.isfinite(value):
        assert made is None
    else:
        assert made == pytest.approx(value, rel=1e-11, abs=0) and canonical(made) == made
        assert not (made == 0 and math.copysign(1, made) < 0)


def test_arrays_dates_and_sets():
    assert canonical({"b": np.float64(0.1) * 3, "a": np.arange(2), "c": {dt.date(2024, 2, 1)}, 1: np.bool_(True)}) == {
        "b": 0.3,
        "a": [0, 1],
        "c": ["2024-02-01"],
        "1": True,
    }
    with pytest.raises(TypeError):
        canonical(object())
