"""The golden rows of influence: those of the repository, and those made by others where they are at hand."""

from pathlib import Path

from tests.golden.__main__ import run, run_models
from tests.golden._form import read
from tests.shared import SHARED, needs_shared

HERE = Path(__file__).with_name("influence.csv")
THEIRS = SHARED / "data" / "influence"


def test_the_rows_of_the_repository():
    told: list[str] = []
    rows = read(HERE)
    passed, failed, uncovered = run_models(rows, told.append)
    assert (failed, uncovered) == (0, 0), told
    assert passed == len(rows) > 50
    wrong = [{**row, "value": str(float(row["value"]) + 1)} for row in rows]
    assert run_models(wrong, told.append)[1] == len(rows)


@needs_shared
def test_the_rows_of_others():
    """What only a source reports (an outcome, a band, another program's forecast) is shown and not covered."""
    told: list[str] = []
    passed, failed, uncovered = run(THEIRS / "expected_outcomes.csv", THEIRS, told.append)
    assert failed == 0, told
    assert passed > 150 and uncovered < 10, told
