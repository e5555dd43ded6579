"""What others foretold: read with every slip told, chances by a published table, scored on the same questions as
ours."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest

from tests.cases import ROOT, case
from tests.test_cli import HARBOUR
from winset.backtest import foretold
from winset.backtest.entries import entries
from winset.backtest.questions import past_of
from winset.backtest.standing import WORDS, nothing_more
from winset.case.load import load
from winset.errors import DossierError
from winset.settings import using

HEAD = "id,who,date,title,rule,by,chance,words,cluster,basis\n"
SMALL = {"paths.draws": 16, "paths.paths": 64, "backtest.draws": 16}
ROWS = (
    HEAD
    + '1,tavenna-beacon,2024-06-15,A call,"happens(call, aren, reik, 2024-07-15)",2024-07-15,,likely,,passages: t09\n'
    '2,crowd,2024-06-15,No truce,"not happens(ceasefire, any, any, 2024-08-01)",2024-08-01,0.9,,,report: A poll\n'
    '3,crowd,2024-09-20,Late,"happens(ceasefire, any, any, 2025-08-01)",2025-08-01,0.2,,,report: A poll\n'
)


@pytest.fixture
def home(tmp_path):
    shutil.copytree(HARBOUR, tmp_path / "harbour")
    (tmp_path / "harbour" / foretold.FILE).write_text(ROWS)
    return tmp_path / "harbour"


def test_words_are_the_middles_of_the_published_ranges():
    ranges = {
        "almost no chance": (1, 5), "very unlikely": (5, 20), "unlikely": (20, 45), "roughly even chance": (45, 55),
        "likely": (55, 80), "very likely": (80, 95), "almost certain": (95, 99),
    }  # fmt: skip
    assert {w: WORDS[w] for w in ranges} == pytest.approx({w: (a + b) / 200 for w, (a, b) in ranges.items()})


def test_it_is_no_file_of_the_case(home):
    assert load(home).digest == load(HARBOUR).digest
    assert foretold.read(HARBOUR, load(HARBOUR)) == ()


def test_they_are_scored_on_the_questions_that_we_are_asked(home):
    whole = load(home)
    with using(SMALL):
        found = {f.id: f for f in foretold.scored(foretold.read(home, whole), whole, past_of(whole))}
    assert found["foretold:1"].chance == 0.675 and found["foretold:1"].state in ("yes", "no")
    assert found["foretold:2"].state == "yes" and found["foretold:2"].asked.nothing == 1.0
    assert found["foretold:3"].state == "pending"
    assert all(f.ours is None or 0 <= f.ours <= 1 for f in found.values())


def test_nothing_more_is_the_rule_on_the_record_as_it_stood(home):
    said = foretold.read(home, load(home))
    assert [nothing_more(load(home), s.question, s.date) for s in said] == [0.0, 1.0, 0.0]


def test_they_stand_in_the_record_under_their_names_and_not_before_their_day(home):
    whole = load(home)
    with using(SMALL):
        rows = entries(whole, dt.date(2024, 8, 1), said=foretold.read(home, whole))
    own = {r["id"].split("@")[0]: r for r in rows if r["id"].startswith("foretold:")}
    assert set(own) == {"foretold:1", "foretold:2"}
    assert own["foretold:1"]["who"] == "source tavenna-beacon" and own["foretold:2"]["who"] == "crowd"
    assert own["foretold:1"]["asked"] == "2024-06-15"


def test_every_slip_is_told_at_once(home):
    (home / foretold.FILE).write_text(
        HEAD + "1,a,2024-06-15,T,nonsense(,2024-07-15,0.5,likely,,b\n"
        '1,a,2030-01-01,T,"happens(call, aren, reik, 2024-07-15)",2024-07-15,1.5,,,b\n'
        ',a,2024-06-15,T,"happens(call, aren, reik, 2024-07-15)",someday,,perhaps,,\n'
    )
    with pytest.raises(DossierError) as error:
        foretold.read(home, load(home))
    told = " ".join(str(p) for p in error.value.problems)
    for what in ("rule:", "one of the two", "no chance", "made by", "is not a date", "not in the table", "has an id"):
        assert what in told, what
    assert {p.line for p in error.value.problems} == {2, 3, 4}


@pytest.mark.parametrize("chance", ["0.7_5", "٠.٥", "nan", "1e400"])
def test_a_chance_is_a_plain_number(home, chance):
    row = f'1,a,2024-06-15,T,"happens(call, aren, reik, 2024-07-15)",2024-07-15,{chance},,,report: A 2024\n'
    (home / foretold.FILE).write_text(HEAD + row, encoding="utf-8")
    with pytest.raises(DossierError, match="is no chance"):
        foretold.read(home, load(home))


def test_the_authors_are_cited_by_passages_of_their_own_text_on_its_last_day():
    whole = case("ukraine-2025")
    rows = foretold.read(ROOT / "cases" / "ukraine-2025", whole)
    assert {s.who for s in rows} == set(whole.source)
    for said in rows:
        assert said.date == whole.source[said.who].published_to
        cited = said.basis.removeprefix("passages: ").split()
        assert cited and all(whole.passage[p].source == said.who for p in cited)
