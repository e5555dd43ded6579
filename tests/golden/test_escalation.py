"""Every golden row of the models in tests.golden.escalation, to its own tolerance."""

from __future__ import annotations

import csv
import json

import pytest

from tests.golden.escalation import MODELS
from tests.shared import SHARED, needs_shared

PATH = SHARED / "data" / "golden" / "escalation_scorecard.csv"
ROWS = list(csv.DictReader(PATH.read_text().splitlines())) if PATH.exists() else []


@needs_shared
def test_every_model_has_a_row():
    assert set(MODELS) <= {row["model"] for row in ROWS}


@needs_shared
@pytest.mark.parametrize("model", MODELS)
def test_golden_rows(model):
    for row in (r for r in ROWS if r["model"] == model):
        found = MODELS[model](json.loads(row["params"]), row["quantity"])
        assert found is not None, ("not covered", row["id"], row["quantity"])
        assert abs(found - float(row["value"])) <= float(row["tol"]) + 1e-15, (row["id"], row["params"], found)
