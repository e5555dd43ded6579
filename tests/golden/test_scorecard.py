"""Every golden row of the models in tests.golden.scorecard, to its own tolerance."""

from __future__ import annotations

import csv
import json

import pytest

from tests.golden.scorecard import MODELS
from tests.shared import SHARED, needs_shared

PATH = SHARED / "data" / "golden" / "escalation_scorecard.csv"
ROWS = list(csv.DictReader(PATH.read_text().splitlines())) if PATH.exists() else []


@needs_shared
def test_every_model_has_a_row():
    assert set(MODELS) <= {row["model"] for row in ROWS}


@needs_shared
@pytest.mark.parametrize("row", [r for r in ROWS if r["model"] in MODELS], ids=lambda r: f"{r['id']}-{r['model']}")
def test_golden_row(row):
    found = MODELS[row["model"]](json.loads(row["params"]), row["quantity"])
    assert found is not None, "not covered"
    assert abs(found - float(row["value"])) <= float(row["tol"]) + 1e-15
