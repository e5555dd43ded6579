"""Every golden row of the war theory, to its own tolerance."""

import csv
import json

import pytest

from tests.golden._form import Params
from tests.golden.war import MODELS
from tests.shared import SHARED, needs_shared

FILE = SHARED / "data" / "golden" / "war_models.csv"
ROWS = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines())) if FILE.is_file() else []


@needs_shared
@pytest.mark.parametrize("model", sorted(MODELS))
def test_golden_rows(model):
    rows = [row for row in ROWS if row["model"] == model]
    assert rows, f"no golden row for {model}"
    wrong = []
    for row in rows:
        ours = MODELS[model](Params(json.loads(row["params"])), row["quantity"])
        if ours is None or not abs(ours - float(row["value"])) <= max(float(row["tol"]), 1e-14):
            wrong.append((row["id"], row["params"], row["quantity"], row["value"], ours))
    assert not wrong
