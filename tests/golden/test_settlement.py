"""The reference rows of fourteen negotiation domains (computed by us and by a peer program, on GENIUS's scale)."""

import csv

import pytest

from tests.golden._domains import load
from tests.golden.settlement import check_row
from tests.shared import SHARED, needs_shared
from winset.theory.corrections import diagnose

DATA = SHARED / "data"
ROWS = list(csv.DictReader((DATA / "settlement_reference.csv").read_text().splitlines())) if DATA.is_dir() else []


@needs_shared
@pytest.mark.parametrize("row", ROWS, ids=[row["domain"] for row in ROWS])
def test_reference_row(row):
    verdicts = list(check_row(row, DATA / "domains"))
    assert sum(outcome is True for *_, outcome in verdicts) >= 15
    assert [v for v in verdicts if v[3] is not True] == []


@needs_shared
@pytest.mark.parametrize(("domain", "cut"), [("Lunch", 0.102), ("SYAgent", 0.110)])
def test_the_two_domains_without_a_zone_are_diagnosed(domain, cut):
    row = next(row for row in ROWS if row["domain"] == domain)
    found = diagnose(load(DATA / "domains" / domain, row["profiles"], row["fmt"]))
    assert found.cut_with_red_lines.shortfall == pytest.approx(cut, abs=5e-4)
    assert found.corrections and all(c.dropped for c in found.corrections) and len(found.binding) >= 2
