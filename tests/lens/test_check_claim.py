"""`check_claim` against recomputations by hand."""

import datetime as dt
import json

import pytest
from click.testing import CliRunner

from tests.cases import ROOT
from tests.lens.strikes import CALLS, FIRST, by_hand, raw
from tests.shared import SHARED, needs_shared
from winset.cli.claim import check_claim
from winset.errors import SettingError


@needs_shared
def test_check_claim_agrees_with_the_hand(tmp_path):
    file = raw()
    drones = [file[FIRST + dt.timedelta(i)][0] for i in range(360)]
    run = CliRunner().invoke(
        check_claim,
        [
            str(ROOT / "cases" / "ukraine-2025"),
            "--after",
            "call:united_states>russia",
            "--series",
            "strikes:drones_launched",
            "--within",
            "3",
            "--file",
            str(SHARED / "data" / "strikes_daily.csv"),
            "--json",
        ],
    )
    assert run.exit_code == 0, run.output
    found = json.loads(run.output)
    ratio, low, high, x, y = by_hand(drones, CALLS, 3)
    assert (found["ratio"], found["low"], found["high"]) == pytest.approx((ratio, low, high), rel=1e-9)
    assert (found["count_exposed"], found["count_other"], found["acts"]) == (x, y, 8)
    assert [e["date"] for e in found["each"]] == [str(d) for d in CALLS]
    assert found["each"][0]["counts"] == [float(file[CALLS[0] + dt.timedelta(k)][0]) for k in range(4)]


def test_check_claim_on_events_of_the_case_and_on_nonsense():
    folder = str(ROOT / "cases" / "harbour")
    run = CliRunner().invoke(check_claim, [folder, "--after", "call", "--series", "strike", "--within", "2"])
    assert run.exit_code == 0 and "only what the case lists" in run.output
    for bad in (
        ["--after", "wink", "--series", "strike"],
        ["--after", "call:nobody>", "--series", "strike"],
        ["--after", "call", "--series", "nope"],
    ):
        run = CliRunner().invoke(check_claim, [folder, *bad, "--within", "2"])
        assert isinstance(run.exception, SettingError), bad
