"""criteria.yaml: what is wrong with it is told with file, line and remedy; a case without it loads as before."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.case.broken import copy, replace, write_rows
from tests.case.broken import rows as rows_of
from tests.cases import case
from winset.case.criteria import DOMAINS, Verdict
from winset.case.load import load
from winset.case.patch import as_of
from winset.errors import DossierError

FILE = "criteria.yaml"
TURNS = [
    ("    actor: sarrow\n", "    actor: sarow\n", "unknown actor 'sarow'", "did you mean 'sarrow'"),
    ("    domain: territory\n", "    domain: teritory\n", "unknown domain", "did you mean 'territory'"),
    ("    issue: harbour\n", "    issue: harbor\n", "unknown issue", "did you mean 'harbour'"),
    ("option: tavenna-rule, says", "option: tavena-rule, says", "unknown option of harbour", "did you mean"),
    ("option: tavenna-rule, says", "says", "no option of harbour for the defeat", "add `option: `"),
    ("option: tavenna-rule, says", "option: sarrow-rule, says", "one option for both its ends", "choose two"),
    ("    before: sarrow-rule\n", "    before: wat\n", "unknown option of harbour 'wat'", ""),
    ('"passages: s01"', '"passages: s99"', "unknown passage 's99'", "did you mean"),
    ('"passages: s01"', '"somebody said so"', "a basis is one of", "each end of a criterion is cited"),
    ("  - id: sarrow-ships\n", "  - id: sarrow-harbour\n", "'sarrow-harbour' stands twice", "choose another"),
    ("    domain: territory\n", "    domain: territory\n    counts: 0\n", "counts", ""),
    ("says: no loss, basis", "option: lease, says: no loss, basis", "of no issue", "add `issue`"),
]


def told(folder) -> list:
    with pytest.raises(DossierError) as caught:
        load(folder)
    return caught.value.problems


@pytest.mark.parametrize(("old", "new", "what", "remedy"), TURNS, ids=[t[2] for t in TURNS])
def test_every_slip_is_told_where_it_stands(tmp_path, old, new, what, remedy):
    folder = copy(tmp_path)
    line = replace(folder, FILE, old, new)
    found = [p for p in told(folder) if p.file == FILE and what in p.what]
    assert len(found) == 1 and remedy in found[0].remedy
    assert found[0].line is not None and abs(found[0].line - line) < 14  # where the criterion stands


def test_a_score_of_no_criterion_or_outcome_is_told(tmp_path):
    folder = copy(tmp_path)
    lines = [replace(folder, "figures.csv", "sarrow-trade/today", "sarrow-trde/today")]
    lines.append(replace(folder, "figures.csv", "sarrow-word/today", "sarrow-word/yesterday"))
    found = told(folder)
    assert [(p.file, p.line) for p in found] == [("figures.csv", n) for n in lines]
    assert "unknown criterion 'sarrow-trde'" in found[0].what and "sarrow-trade" in found[0].remedy
    assert "unknown outcome 'yesterday'" in found[1].what and "today" in found[1].remedy


def test_scores_without_the_file_are_told_once_each(tmp_path):
    folder = copy(tmp_path)
    (folder / FILE).unlink()
    assert all("unknown criterion" in p.what and p.file == "figures.csv" for p in told(folder))


def test_a_case_without_criteria_loads_as_before(tmp_path):
    folder = copy(tmp_path)
    (folder / FILE).unlink()
    table = rows_of(folder, "figures.csv")
    write_rows(folder, "figures.csv", [r for r in table if r[1] != "score"])
    levers = folder / "levers.yaml"  # one of them moves a score
    kept = [line for line in levers.read_text(encoding="utf-8").splitlines(keepends=True) if ".score@" not in line]
    levers.write_text("".join(kept), encoding="utf-8")
    whole = load(folder)
    assert whole.scorecard is None and whole.digest != case("harbour").digest


def test_the_domains_may_be_the_usual_four(tmp_path):
    folder = copy(tmp_path)
    text = (folder / FILE).read_text(encoding="utf-8")
    (folder / FILE).write_text(text[text.index("criteria:") :], encoding="utf-8")
    card = load(folder).scorecard
    assert card is not None and card.domains == DOMAINS


def test_a_verdict_is_known_from_the_day_its_source_is_out(tmp_path):
    folder = copy(tmp_path)
    with (folder / FILE).open("a", encoding="utf-8") as out:
        out.write(
            "verdicts:\n  - {id: v, source: tavenna-beacon, actor: tavenna, claim: it does best, "
            'basis: "passages: t03", '
            "criteria: [tavenna-canal, sarrow-trade]}\n"
        )
    whole = load(folder)
    days = (dt.date(2024, 9, 9), dt.date(2024, 9, 10))
    assert [len(as_of(whole, d).scorecard.verdicts) for d in days] == [0, 1]
    assert isinstance(whole.scorecard.verdicts[0], Verdict)


@pytest.mark.parametrize(
    ("criteria", "what"),
    [
        ("[sarrow-trade]", "uses no criterion of tavenna"),
        ("[tavenna-canal]", "compares tavenna with nobody"),
        ("[tavenna-canal, nope]", "unknown criterion 'nope'"),
    ],
)
def test_a_verdict_compares_its_actor_with_somebody(tmp_path, criteria, what):
    folder = copy(tmp_path)
    with (folder / FILE).open("a", encoding="utf-8") as out:
        out.write(
            "verdicts:\n  - {id: v, source: tavenna-beacon, actor: tavenna, claim: it does best, "
            'basis: "passages: t03", '
            f"criteria: {criteria}}}\n"
        )
    assert any(what in p.what and p.file == FILE for p in told(folder))
