"""The commands on futures, through click."""

import json

from click.testing import CliRunner

from tests.cases import ROOT
from winset.cli.compare import compare
from winset.cli.export import export_group as export
from winset.formats.efg import read

HARBOUR = str(ROOT / "cases" / "harbour")


def test_compare_prints_differences(tmp_path):
    one = tmp_path / "longer.yaml"
    one.write_text(
        "id: longer\ntitle: Sarrow lasts\nbasis: 'judgement: test'\nset:\n  sarrow.endurance: {low: 40, mode: 50, "
        "high: 60}\n"
    )
    two = tmp_path / "shorter.yaml"
    two.write_text(
        "id: shorter\ntitle: Sarrow tires\nbasis: 'judgement: test'\nset:\n  sarrow.endurance: {low: 3, mode: 5, high: "
        "8}\n"
    )
    args = [HARBOUR, "--patch", str(one), "--patch", str(two), "--draws", "8"]
    shown = CliRunner().invoke(compare, args)
    assert (
        shown.exit_code == 0
        and "Sarrow lasts against the case as it stands" in shown.output
        and "Sarrow tires against Sarrow lasts" in shown.output
    )
    rows = json.loads(CliRunner().invoke(compare, [*args, "--json"]).output)
    gone = {(r["of"], r["against"]): r["change"] for r in rows if r["what"].startswith("Sarrow cannot go on")}
    assert gone["Sarrow lasts", "the case as it stands"] < 0 < gone["Sarrow tires", "Sarrow lasts"]


def test_a_crisis_game_is_written_whole(tmp_path):
    out = tmp_path / "crisis.efg"
    done = CliRunner().invoke(
        export, ["efg", HARBOUR, "--demander", "sarrow", "--target", "tavenna", "--out", str(out)]
    )
    assert done.exit_code == 0 and read(out.read_text())[1] == ("Sarrow", "Tavenna")
    printed = CliRunner().invoke(export, ["efg", HARBOUR, "--demander", "sarrow", "--target", "tavenna"])
    assert printed.output == out.read_text()
