"""A verdict that is made without the war core says so, wherever it is made."""

import dataclasses

import pytest
from click.testing import CliRunner

from tests.case.broken import copy, replace
from tests.cases import NAMES, case
from winset.arrays import Study
from winset.cli.main import main
from winset.derive.war.columns import missing
from winset.derive.war.no_deal import without_core
from winset.lens import lens
from winset.settle import settle

WORDS = "Without the war core"
PATCH = "id: p\ntitle: t\nbasis: 'judgement: test'\nset:\n  sarrow.no_deal: {low: 0.1, mode: 0.2, high: 0.3}\n"


def peace(name):
    return dataclasses.replace(case(name), war=None)


@pytest.mark.parametrize("name", NAMES)
def test_with_the_core_nothing_is_said(name):
    assert without_core(case(name)) == ""
    assert WORDS in without_core(peace(name)) and "war between two belligerents" in without_core(peace(name))


def test_one_party_alone_is_no_war():
    known = case("harbour")
    twice = dataclasses.replace(known, war=known.war.model_copy(update={"sides": (("sarrow",), ("sarrow",))}))
    assert missing(twice) == ["war between two belligerents"]


@pytest.mark.parametrize("name", ["settlement", "screening"])
def test_lenses_note_it(name):
    for known, said in ((peace("harbour"), True), (case("harbour"), False)):
        found = lens(name).look(Study(known, known.as_of, draws=16, seed=1))
        assert any(WORDS in note for note in found.notes) == said
        assert name != "settlement" or any(WORDS in x for x in found.answer) == said


def test_futures_can_say_nothing():
    found = lens("futures").look(Study(peace("harbour"), case("harbour").as_of, draws=16, seed=1))
    assert "Nothing can be said" in found.answer[0] and "war between two belligerents" in found.answer[0]


def test_settle_and_compare_say_it_too(tmp_path):
    folder = copy(tmp_path)
    assert WORDS not in settle(folder)["origin"]
    replace(
        folder,
        "case.yaml",
        "  belligerents: [[sarrow, hesk], [tavenna]]  # the League of Hesk stands beside Sarrow and does not sign\n",
        "",
    )
    assert WORDS in settle(folder)["origin"]
    (tmp_path / "p.yaml").write_text(PATCH)
    shown = CliRunner().invoke(main, ["compare", str(folder), "--patch", str(tmp_path / "p.yaml"), "--draws", "8"])
    assert shown.exit_code == 0 and WORDS in shown.stdout
    asked = CliRunner().invoke(
        main, ["compare", str(folder), "--patch", str(tmp_path / "p.yaml"), "--draws", "8", "--json"]
    )
    assert WORDS in asked.stderr and WORDS not in asked.stdout
