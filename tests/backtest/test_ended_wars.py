"""The ended wars of the repository: forecasts that stand in a whole chain, outcomes written after them and read by the
scoring alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from winset.backtest import chain, ended, wars
from winset.case.load import digest, load
from winset.errors import DossierError

CASES = Path(__file__).parents[2] / "cases"
LEDGER = CASES / "ended-wars.jsonl"
FOLDERS = sorted(p.parent for p in CASES.glob(f"*/{ended.FILE}"))


@pytest.fixture(scope="module")
def record():
    return chain.read(LEDGER)


def test_the_chain_is_whole_and_breaks_where_it_is_touched(record, tmp_path):
    assert len(FOLDERS) == 6 and len(record) > 1000
    text = LEDGER.read_text().splitlines()
    changed = json.loads(text[700])
    (tmp_path / "r.jsonl").write_text("\n".join([*text[:700], json.dumps({**changed, "seed": 2}), *text[701:]]))
    with pytest.raises(DossierError, match=r"r\.jsonl:701"):
        chain.read(tmp_path / "r.jsonl")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda p: p.name)
def test_an_outcome_follows_forecasts_of_all_dates_and_answers_all_that_was_asked(folder, record):
    case = load(folder)
    ending, before = ended.read(folder / ended.FILE, case, record)
    assert wars.war(case, ending, before).dates == list(case.dates)
    with pytest.raises(DossierError, match="no line with this digest"):
        ended.read(folder / ended.FILE, case, [])
    strange = [x for x in record if x.said["case"] != case.id or x.digest == ending.record]
    assert strange[-1].digest == ending.record
    if strange[-1].said["case"] != case.id:  # the line is there, and no forecast of this case before it
        with pytest.raises(DossierError, match="holds no outlook"):
            ended.read(folder / ended.FILE, case, strange)
    asked = {q.id: q for q in case.questions}
    assert set(ending.questions) == set(asked)
    for name, state in ending.questions.items():
        if name.startswith("over-"):
            assert state == ending.over_by(asked[name].resolve_by)
    plans = [p for p in case.plans if p.kind == "plan"]
    signs = [a.id for a in case.actors if a.signs]
    assert {(a.plan, a.actor) for a in ending.answers} == {
        (p.id, who) for p in plans for who in signs if who not in p.authors
    }


def test_no_run_reads_an_outcome(tmp_path):
    folder = FOLDERS[0]
    for file in folder.iterdir():
        if file.name != ended.FILE:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    assert digest(folder) == digest(tmp_path) == load(folder).digest
