"""What reads well and yet does not hold together: each fault at its line, with a remedy, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case.broken import copy, problems, replace, rows, said, write_rows
from winset.case.load import load
from winset.errors import DossierError

# file, words replaced, by what, what is said of it, what the remedy has. The line is that of the words, plus `below`.
FAULTS = [
    ("case.yaml", "principal: tavenna, office: President", "principal: tavena, office: President",
        "unknown actor 'tavena'", "did you mean 'tavenna'?"),
    ("case.yaml", "id: dunmar, name: Per Dunmar", "id: reik, name: Per Dunmar", "the actor id 'reik' stands twice",
        "choose another"),
    ("case.yaml", "id: sarrow, name: Sarrow, level: party", "id: sarrow, name: Sarrow, level: person",
        "sarrow signs but is not a party", "a party signs"),
    ("case.yaml", "id: sarrow, name: Sarrow, level: party", "id: Sarrow!, name: Sarrow, level: party",
        "(found 'Sarrow!')", "lower-case"),
    ("case.yaml", "role: mediator", "role: judge", "(found 'judge')", "schema"),
    ("case.yaml", "belligerents: [[sarrow, hesk], [tavenna]]", "belligerents: [[sarrow, hesk], [tavenne]]",
        "unknown actor 'tavenne'", "'tavenna'"),
    ("case.yaml", "belligerents: [[sarrow, hesk], [tavenna]]", "belligerents: [sarrow, sarrow]",
        "sarrow stands twice among the belligerents", "two different parties"),
    ("case.yaml", "belligerents: [[sarrow, hesk], [tavenna]]", "belligerents: [sarrow, reik]",
        "the belligerent reik is not a party", "`level: party`, `signs: true`"),
    ("case.yaml", "belligerents: [[sarrow, hesk], [tavenna]]", "belligerents: [sarrow, merrin]",
        "the belligerent merrin does not sign", "`signs: true`"),
    ("case.yaml", "belligerents: [[sarrow, hesk], [tavenna]]", "belligerents: [[sarrow, hesk], [tavenna, hesk]]",
        "hesk stands twice among the belligerents", "two different parties"),
    ("case.yaml", "belligerents: [[sarrow, hesk], [tavenna]]", "belligerents: [[sarrow, reik], [tavenna]]",
        "the ally reik is not a party", "name the party"),
    ("case.yaml", "belligerents: [[sarrow, hesk], [tavenna]]", "belligerents: [[sarrow, heks], [tavenna]]",
        "unknown actor 'heks'", "'hesk'"),
    ("figures.csv", "hesk,capability,,0.2,0.3,0.5,,index,", "hesk/sarrow,follows,,0.2,0.3,0.5,,probability,",
        "hesk does not sign as an ally of sarrow", "an ally that signs"),
    ("case.yaml", "belligerents: [[sarrow, hesk], [tavenna]]", "belligerents: [sarrow-diet, tavenna]",
        "the belligerent sarrow-diet is not a party", "`level: party`"),
    ("case.yaml", "{guarantee: [merrin-guard], fleet: [any]}",
        "{harbour: [sarrow-rule, joint-board, lease, tavenna-rule], canal: [closed, phased, open]}",
        "the rules together forbid every package", "out of a `forbid`"),
    ("case.yaml", "status_quo: any", "status_quo: anny", "unknown option 'anny'", "did you mean 'any'?"),
    ("case.yaml", "{id: any, label: any number}", "{id: deferred, label: any number}",
        "no option may be called `deferred`", "meaning of its own"),
    ("case.yaml", "{id: any, label: any number}", "{id: silent, label: any number}", "no option may be called `silent`",
        "meaning of its own"),
    ("case.yaml", "{id: any, label: any number}", "{id: none, label: any number}", "the option id 'none' stands twice",
        "choose another"),
    ("case.yaml", "actors: [merrin], rule", "actors: [merin], rule", "unknown actor 'merin'", "'merrin'"),
    ("case.yaml", "actors: [merrin], rule: consensus", "actors: [], rule: consensus", "at least 1 item", ""),
    ("case.yaml", "actors: [merrin], rule: consensus", "actors: [merrin], rule: unanimity", "(found 'unanimity')", ""),
    ("case.yaml", ", fleet: [any]}", "}", "the rule guard-and-fleet speaks of one issue",
        "a combination across issues"),
    ("case.yaml", ", fleet: [any]}", ", fleet: []}", "at least 1 item", ""),
    ("case.yaml", ", fleet: [any]}", ", fleat: [any]}", "unknown issue 'fleat'", "'fleet'"),
    ("case.yaml", ", fleet: [any]}", ", fleet: [many]}", "unknown option 'many'", "'any'"),
    ("case.yaml", "basis: \"judgement: The guard", "basis: \"The guard", "basis: a basis is one of", ""),
    ("case.yaml", "{defeat: tavenna-terms", "{defeat: tavenna-trems", "unknown plan 'tavenna-trems'",
        "'tavenna-terms'"),
    ("case.yaml", "{defeat: tavenna-terms", "{defeat: merrin-draft-1", "says nothing on fleet, guarantee, schools",
        "an option for every issue"),
    ("case.yaml", "{defeat: tavenna-terms, victory: sarrow-terms}", "{defeat: tavenna-terms}", "defeat", ""),
    ("case.yaml", "  tavenna: {defeat", "  tavenne: {defeat", "unknown actor 'tavenne'", "'tavenna'"),
    ("plans.yaml", "authors: [merrin]", "authors: [merlin]", "unknown actor 'merlin'", "'merrin'"),
    ("plans.yaml", "follows: merrin-draft-1", "follows: merin-draft-1", "unknown plan 'merin-draft-1'",
        "'merrin-draft-1'"),
    ("plans.yaml", "    date: 2024-09-06\n", "", "the plan merrin-draft-2 has no date", "as-of"),
    ("plans.yaml", "      harbour: joint-board", "      harbor: joint-board", "unknown issue 'harbor'", "'harbour'"),
    ("plans.yaml", "      fleet: deferred", "      fleet: defered", "unknown option 'defered'", ""),
    ("plans.yaml", "      canal: phased", "      canal: deferred", "canal may not be deferred", "deferrable: true"),
    ("plans.yaml", "{actor: sarrow, date: 2024-05-20", "{actor: sarow, date: 2024-05-20", "unknown actor 'sarow'",
        "'sarrow'"),
    ("plans.yaml", "response: conditional", "response: maybe", "(found 'maybe')", ""),
    ("plans.yaml", "basis: \"report: Merrin Gazette, 2024-05-16\"", "basis: \"hearsay: a friend\"", "a basis is one of",
        ""),
    ("plans.yaml", "basis: \"report: Merrin Gazette, 2024-05-16\"", "basis: \"passages: s99\"", "unknown passage 's99'",
        ""),
    ("plans.yaml", "basis: \"report: Merrin Gazette, 2024-05-16\"", "basis: \"dataset: x.csv\"", "sha256 HEX", ""),
    ("plans.yaml", "id: sarrow-counter", "id: merrin-draft-1", "the plan id 'merrin-draft-1' stands twice",
        "choose another"),
    ("sources.yaml", "file: sarrow-ledger.txt", "file: ../sarrow-ledger.txt", "(found '../sarrow-ledger.txt')", ""),
    ("sources.yaml", "file: sarrow-ledger.txt", "file: /etc/passwd", "(found '/etc/passwd')", ""),
    ("sources.yaml", "file: sarrow-ledger.txt", "file: 'a\\b'", "(found 'a\\\\b')", ""),
    ("sources.yaml", "canon: winset-c14n-1", "canon: winset-c14n-9", "winset-c14n-1", ""),
    ("sources.yaml", "start: 1892, end: 1968", "start: 1892, end: 1969", "does not fit 1968 characters", "canonical"),
    ("sources.yaml", "start: 1892, end: 1968", "start: 1892, end: 1892", "does not fit", "canonical"),
    ("sources.yaml", "id: tavenna-beacon", "id: sarrow-ledger", "the source id 'sarrow-ledger' stands twice",
        "choose another"),
    ("passages.csv", "t01,tavenna-beacon", "t01,tavenna-beakon", "unknown source 'tavenna-beakon'", "'tavenna-beacon'"),
    ("passages.csv", "t01,tavenna-beacon,291,402", "t01,tavenna-beacon,291,310", "19 characters", "20 to 400"),
    ("passages.csv", "t01,tavenna-beacon,291,402", "t01,tavenna-beacon,291,692", "401 characters", "20 to 400"),
    ("passages.csv", "t01,tavenna-beacon,291,402", "t01,tavenna-beacon,402,291", "-111 characters", "20 to 400"),
    ("passages.csv", "t01,tavenna-beacon,291,402", "t01,tavenna-beacon,-1,100", "greater than or equal to 0", ""),
    ("passages.csv", "t09,tavenna-beacon,1595,1678", "t09,tavenna-beacon,1740,1800", "ends beyond the text",
        "1791 characters"),
    ("passages.csv", "s10,sarrow-ledger,1761,1833", "s10,sarrow-ledger,1880,1930", "lies in a comment",
        "cite the text itself"),
    ("passages.csv", "s10,sarrow-ledger,1761,1833", "s10,sarrow-ledger,1700,1730", "lies in a caption",
        "cite the text itself"),
    ("passages.csv", "s10,sarrow-ledger,1761,1833", "s10,sarrow-ledger,90,130", "lies in a furniture",
        "cite the text itself"),
    ("passages.csv", "t02,", "t01,", "the passage id 't01' stands twice", "choose another"),
    ("passages.csv", ",author,,The Tavennan writer puts", ",nobody,,The Tavennan writer puts", "(found 'nobody')", ""),
    ("passages.csv", "dbab2ee625c7b259", "zzzzzzzzzzzzzzzz", "should match pattern", "hex"),
    ("figures.csv", "passages: t08,,\nsarrow,damage", "passages: t18,,\nsarrow,damage", "unknown passage 't18'",
        "did you mean"),
    ("figures.csv", "0.55,0.75,0.9,,probability", "0.55,0.75,1.3,,probability", "high 1.3 is outside 0 to 1",
        "consent: probability"),
    ("figures.csv", "0.55,0.75,0.9,,probability", "-0.1,0.75,0.9,,probability", "low -0.1 is outside 0 to 1",
        "consent"),
    ("figures.csv", "0.55,0.75,0.9,,probability", "0.55,0.75,0.9,,percent", "wrong unit 'percent'",
        "consent is in probability"),
    ("figures.csv", "0.55,0.75,0.9,,probability", "0.75,0.55,0.9,,probability",
        "low 0.75 <= mode 0.55 <= high 0.9 does not hold", "order the three"),
    ("figures.csv", "0.55,0.75,0.9,,probability", "0.55,0.95,0.9,,probability", "does not hold", "order the three"),
    ("figures.csv", "0.55,0.75,0.9,,probability", "0.55,,0.9,,probability", "low, mode and high are all needed",
        "distribution"),
    ("figures.csv", "0.55,0.75,0.9,,probability", ",,,,probability", "low, mode and high are all needed",
        "distribution"),
    ("figures.csv", "0.55,0.75,0.9,,probability", "nan,0.75,0.9,,probability", "'nan' is not a finite number",
        "plain number"),
    ("figures.csv", "0.55,0.75,0.9,,probability", "0.55,0.75,inf,,probability", "'inf' is not a finite number",
        "plain number"),
    ("figures.csv", "0.55,0.75,0.9,,probability", "0.55,0.75,1e999,,probability", "'1e999' is not a finite number",
        "plain number"),
    ("figures.csv", "0.55,0.75,0.9,,probability", "0.55,0.75,90%,,probability", "'90%' is not a finite number",
        "plain number"),
    ("figures.csv", "11,12,13,,usd_bn", "11,12,1e300,,usd_bn", "outside 0 to 1e+15", ""),
    ("figures.csv", "0.55,0.75,0.9,,probability", "0.55,0.75,0.9,\"beta(2,2)\",probability", "side by side",
        "one of the three ways"),
    ("figures.csv", "0.55,0.75,0.9,,probability", ",,,\"beta(2)\",probability", "impossible parameters", ""),
    ("figures.csv", "0.55,0.75,0.9,,probability", ",,,\"cauchy(0,1)\",probability",
        "unknown distribution 'cauchy(0,1)'", ""),
    ("figures.csv", "0.55,0.75,0.9,,probability", ",,,\"uniform(2,3)\",probability",
        "the median 2.5 of uniform(2,3) is outside 0 to 1", ""),
    ("figures.csv", "11,12,13,,usd_bn", ",,,\"lognormal(1,500)\",usd_bn", "impossible parameters", ""),
    ("figures.csv", "11,12,13,,usd_bn", ",,,\"normal(nan,1)\",usd_bn", "impossible parameters", ""),
    ("figures.csv", "sarrow,gdp,2024-01-01", "sarrow,gdpp,2024-01-01", "unknown quantity 'gdpp'", "'gdp'"),
    ("figures.csv", "sarrow,gdp,2024-01-01", "sarow,gdp,2024-01-01", "unknown subject 'sarow'", "'sarrow'"),
    ("figures.csv", "sarrow,no_deal", "sarow,no_deal", "unknown actor 'sarow'", "'sarrow'"),
    ("figures.csv", "sarrow,no_deal", "sarrow/harbour/lease,no_deal", "the subject of no_deal is `actor`", ""),
    ("figures.csv", "case,decisive_rate", "sarrow,decisive_rate", "the subject of decisive_rate is `case`", ""),
    ("figures.csv", "fleet/patrol,place", "fleet/patroll,place", "unknown option 'patroll'", "'patrol'"),
    ("figures.csv", "fleet/patrol,place", "fleet,place", "the subject of place is `issue/option`", ""),
    ("figures.csv", "plan:merrin-draft-2,fund", "plan:merrin-draft-9,fund", "unknown subject 'plan:merrin-draft-9'",
        ""),
    ("figures.csv", "x:callis,persons", "y:callis,persons", "unknown subject 'y:callis'", "x:NAME"),
    ("figures.csv", "x:callis,persons", "x:call.is,persons", "unknown subject 'x:call.is'", "x:NAME"),
    ("figures.csv", "tavenna/sincere,reservation", "tavenna/Sin cere,reservation",
        "'Sin cere' cannot be the name of a hypothesis", ""),
    ("figures.csv", "fleet/twelve,place", "fleet/patrol,place", "the Figure fleet/patrol.place stands twice",
        "first in line"),
    ("figures.csv", "judgement: Four boats can police the mole and cannot close the bay.", "Four boats",
        "basis: a basis is one of", "every Figure has a basis"),
    ("figures.csv", "judgement: Four boats can police the mole and cannot close the bay.", "",
        "basis: a basis is one of", "every Figure has a basis"),
    ("positions.csv", "tavenna,harbour,red_line,,2024-05-22,30,42,50", "tavenna,harbour,red_line,,2024-05-22,30,42,150",
        "high 150 is outside 0 to 100", "last place"),
    ("positions.csv", "sarrow,harbour,red_line,,2024-04-08,,,,joint-board",
        "sarrow,harbour,red_line,,2024-04-08,,,,joint-bord", "unknown option 'joint-bord' of harbour", "'joint-board'"),
    ("positions.csv", "sarrow,harbour,red_line,,2024-04-08,,,,joint-board",
        "sarrow,harbour,red_line,,2024-04-08,1,2,3,joint-board", "side by side", "one of the three ways"),
    ("positions.csv", "sarrow,harbour,red_line,,2024-04-08,,,,joint-board",
        "sarrow,harbour,red_line,lease,2024-04-08,,,,", "harbour is a scale", "option blank"),
    ("positions.csv", "tavenna,harbour,attention,,2024-02-10,75,85,95,",
        "tavenna,harbour,attention,,2024-02-10,,,,lease", "attention cannot be `at` an option", ""),
    ("positions.csv", "tavenna,guarantee,red_line,merrin-guard,2024-07-15,,,",
        "tavenna,guarantee,red_line,merrin-guard,2024-07-15,1,2,3", "an excluded option takes no numbers", "blank"),
    ("positions.csv", "tavenna,guarantee,value,none", "tavenna,guarantee,value,nobody",
        "unknown option 'nobody' of guarantee", ""),
    ("positions.csv", "tavenna,canal,ideal", "tavenna,channel,ideal", "unknown issue 'channel'", ""),
    ("positions.csv", "tavenna,canal,ideal", "tavenna,all,ideal", "unknown issue 'all'", ""),
    ("positions.csv", "tavenna,canal,ideal", "tavenna,guarantee,ideal", "guarantee is not a scale", "value"),
    ("positions.csv", "tavenna,canal,ideal,", ",,persons,", "persons is no quantity of a position", "figures.csv"),
    ("events.csv", "battle,ASSAULT", "batle,ASSAULT", "unknown kind 'batle'", "'battle'"),
    ("events.csv", "e02,2024-02-20", "e01,2024-02-20", "the row id 'e01' stands twice", "choose another"),
    ("events.csv", ",,,e06,,passages: s08", ",,,e96,,passages: s08", "unknown event 'e96'", "did you mean"),
    ("events.csv", ",,,e05,2024-07-31", ",,,,2024-07-31", "no `ref` to the deadline it refers to", "deadline_set"),
    ("events.csv", "canal to Tavennan ships.,-6", "canal to Tavennan ships.,-11", "greater than or equal to -10", ""),
    ("events.csv", "canal to Tavennan ships.,-6", "canal to Tavennan ships.,nan", "(found 'nan')", ""),
    ("events.csv", "aerial,tavenna,sarrow", "aerial,tavena,sarrow", "unknown actor 'tavena'", "'tavenna'"),
    ("channels.csv", "c03,dunmar,reik", "c03,dunmarr,reik", "unknown actor 'dunmarr'", "'dunmar'"),
    ("channels.csv", "advises", "advices", "(found 'advices')", ""),
    ("questions.yaml", "id: truce-winter", "id: deadline-july", "the question id 'deadline-july' stands twice",
        "choose another"),
    ("questions.yaml", "    resolution: yes\n", "", "`resolution` goes with `status: resolved`", "both or neither"),
    ("questions.yaml", "resolve_by: 2024-08-15", "resolve_by: 2024-06-15", "lies before `as_of`", "two dates"),
    ("questions.yaml", "source: tavenna-beacon", "source: tavenna-becon", "unknown source 'tavenna-becon'",
        "'tavenna-beacon'"),
    ("questions.yaml", "happens(deadline_lapsed, sarrow", "happens(deadline_elapsed, sarrow",
        "unknown kind of event 'deadline_elapsed'", "'deadline_lapsed'"),
    ("questions.yaml", "happens(deadline_lapsed, sarrow", "happens(deadline_lapsed, sarow", "unknown actor 'sarow'",
        "'sarrow'"),
    ("questions.yaml", "happens(deadline_lapsed, sarrow", "happens deadline_lapsed, sarrow", "rule: expected (",
        "grammar"),
    ("questions.yaml", "rule: happens(deadline_lapsed",
        "rule: value(drones, 2024-08-15) > 3 or happens(deadline_lapsed", "unknown series 'drones'", "imported series"),
    ("questions.yaml", "happens(deadline_lapsed, sarrow, tavenna, 2024-08-15)",
        "happens(deadline_lapsed, sarrow, tavenna, 2024-08-15, at callis)", "`at callis` with deadline_lapsed",
        "only a capture"),
    ("questions.yaml", "2025-06-30, at callis)", "2025-06-30, near callis)", "rule: expected either or at", "grammar"),
    ("case.yaml", "from: 2024-10-05", "from: 2024-10-25", "the pause harvest-recess ends before it begins",
        "`from` or `to`"),
    ("case.yaml", "kinds: [talks, meeting, call, visit]", "kinds: [talk, meeting, call, visit]",
        "unknown kind of event 'talk'", "'talks'"),
    ("case.yaml", "actors: [merrin, aren]", "actors: [merrin, arren]", "unknown actor 'arren'", "'aren'"),
    ("case.yaml", 'basis: "report: Merrin Gazette, 2024-09-20"', 'basis: "a hunch"', "basis:", ""),
    ("readings.yaml", "tavenna.revenue_at_risk@2024-08-22", "tavenna.revenue_at_risk@2024-08-23",
        "unknown Figure 'tavenna.revenue_at_risk@2024-08-23'", "in the reading canal-fifth"),
    ("readings.yaml", "{low: 0.7, mode: 0.85, high: 0.95}", "{low: 0.7, mode: 0.85, high: 1.95}",
        "high 1.95 is outside 0 to 1", "guard-line-real"),
    ("readings.yaml", "{low: 0.7, mode: 0.85, high: 0.95}", "{}", "nothing is changed", "guard-line-real"),
    ("readings.yaml", "{low: 0.7, mode: 0.85, high: 0.95}", "{at: none}", "cannot be `at` an option",
        "guard-line-real"),
    ("readings.yaml", "{low: 0.7, mode: 0.85, high: 0.95}", "{low: .nan}", "finite number", ""),
    ("readings.yaml", "{low: 0.7, mode: 0.85, high: 0.95}", "{high: inf}", "finite number", ""),
    ("readings.yaml", "{at: lease}", "{at: lese}", "unknown option 'lese' of harbour", "president-not-marshal"),
    ("readings.yaml", "basis: \"passages: t05\"", "basis: \"passages: t55\"", "unknown passage 't55'",
        "president-not-marshal"),
    ("readings.yaml", "basis: \"passages: t05\"", "basis: \"the writer\"", "basis: a basis is one of",
        "president-not-marshal"),
    ("readings.yaml", "merrin-draft-1: {fleet: patrol}", "merrin-draft-7: {fleet: patrol}",
        "unknown plan 'merrin-draft-7'", "boats-in-draft-1"),
    ("readings.yaml", "merrin-draft-1: {fleet: patrol}", "merrin-draft-1: {fleets: patrol}", "unknown issue 'fleets'",
        "boats-in-draft-1"),
    ("readings.yaml", "merrin-draft-1: {fleet: patrol}", "merrin-draft-1: {fleet: patrols}",
        "unknown option 'patrols' of fleet", "boats-in-draft-1"),
    ("readings.yaml", "merrin-draft-1: {fleet: patrol}", "merrin-draft-1: {canal: deferred}",
        "canal may not be deferred", "boats-in-draft-1"),
    ("readings.yaml", "merrin-draft-1: {fleet: patrol}", "merrin-draft-1: {}", "the patch changes nothing",
        "boats-in-draft-1"),
    ("readings.yaml", "merrin-draft-1: {fleet: patrol}", "sarrow-terms: {fleet: silent}",
        "the benchmark sarrow-terms gives an option for every issue", ""),
    ("readings.yaml", "id: guard-line-real", "id: canal-fifth", "the reading id 'canal-fifth' stands twice",
        "choose another"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "what", "remedy"), FAULTS, ids=[f[3][:50] for f in FAULTS])
def test_one_fault(tmp_path: Path, file: str, old: str, new: str, what: str, remedy: str) -> None:
    case = copy(tmp_path)
    line = replace(case, file, old, new)
    found = [p for p in problems(case) if what in p.what or what in p.remedy]
    assert found, "\n".join(map(str, problems(case)))
    match = [p for p in found if p.file == file and p.line is not None and abs(p.line - line) <= near(file, old)]
    assert match, f"line {line} is at fault, not {[str(p) for p in found]}"
    assert any(remedy in p.remedy or remedy in p.what for p in match), [str(p) for p in match]


def near(file: str, old: str) -> int:
    """In a table a problem stands in its row. In YAML it may stand at the head of the thing at fault, some lines up."""
    return old.count("\n") if file.endswith(".csv") else 20


def test_all_problems_at_once(tmp_path: Path) -> None:
    case = copy(tmp_path)
    chosen = {}
    for file, old, new, what, _ in FAULTS:
        text = (case / file).read_text(encoding="utf-8")
        if file in ("figures.csv", "positions.csv", "events.csv") and old in text and not any(old in o for o in chosen):
            replace(case, file, old, new)
            chosen[old] = what
    found = problems(case)
    assert len(found) >= 20 and {p.file for p in found} == {"figures.csv", "positions.csv", "events.csv"}
    text = str(DossierError(found))
    assert text.startswith(f"{len(found)} problems in the dossier")
    assert all(str(p) in text for p in found)
    assert [(p.file, p.line or 0) for p in found] == sorted((p.file, p.line or 0) for p in found)


def test_principals_in_a_circle(tmp_path: Path) -> None:
    case = copy(tmp_path)
    replace(
        case,
        "case.yaml",
        "role: leader, signs: false, principal: tavenna",
        "role: leader, signs: false, principal: dunmar",
    )
    replace(
        case,
        "case.yaml",
        "role: adviser, signs: false, principal: tavenna",
        "role: adviser, signs: false, principal: reik",
    )
    assert "circle" in said(case, "reik is its own principal").remedy
    assert "circle" in said(case, "dunmar is its own principal").remedy
    case = copy(tmp_path / "self")
    replace(
        case,
        "case.yaml",
        "role: leader, signs: false, principal: tavenna",
        "role: leader, signs: false, principal: reik",
    )
    said(case, "reik is its own principal")


def test_plans_in_a_circle(tmp_path: Path) -> None:
    case = copy(tmp_path)
    replace(case, "plans.yaml", "follows: null", "follows: merrin-draft-2")
    for plan in ("merrin-draft-1", "sarrow-counter", "merrin-draft-2"):
        assert "earlier version" in said(case, f"the plan {plan} follows itself", "plans.yaml").remedy


def test_one_more_signs(tmp_path: Path) -> None:
    case = copy(tmp_path)
    replace(case, "case.yaml", "role: mediator, signs: false", "role: mediator, signs: true")
    assert "defeat and victory" in said(case, "no scale for merrin", "case.yaml").remedy
    assert "merrin signs" in said(case, "missing Figure merrin/schools.ideal").remedy


def test_nobody_signs(tmp_path: Path) -> None:
    case = copy(tmp_path)
    for _ in range(2):
        replace(case, "case.yaml", "signs: true", "signs: false")
    assert "signs: true" in said(case, "no actor signs", "case.yaml").remedy


@pytest.mark.parametrize(
    ("file", "start", "key"),
    [
        ("figures.csv", "merrin/guarantee/merrin-guard,consent", "merrin/guarantee/merrin-guard.consent"),
        ("figures.csv", "harbour/lease,place", "harbour/lease.place"),
        ("figures.csv", "fleet/any,deferred_weight", "fleet/any.deferred_weight"),
        ("positions.csv", "tavenna,harbour,red_line_real", "tavenna/harbour.red_line_real"),
        ("positions.csv", "tavenna,guarantee,red_line_real", "tavenna/guarantee.red_line_real"),
        ("positions.csv", "sarrow,schools,attention", "sarrow/schools.attention"),
        ("positions.csv", "sarrow,schools,ideal", "sarrow/schools.ideal"),
        ("positions.csv", "sarrow,guarantee,value,treaty", "sarrow/guarantee/treaty.value"),
    ],
)
def test_missing_figures(tmp_path: Path, file: str, start: str, key: str) -> None:
    case = copy(tmp_path)
    lines = (case / file).read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [x for x in lines if not x.startswith(start + ",")]
    assert len(kept) == len(lines) - 1
    (case / file).write_text("".join(kept), encoding="utf-8")
    found = said(case, f"missing Figure {key}")
    assert "add it" in found.remedy


def test_unused_passage(tmp_path: Path) -> None:
    case = copy(tmp_path)
    replace(
        case,
        "readings.yaml",
        '{low: 0.055, mode: 0.065, high: 0.08, basis: "passages: t02 | judgement',
        '{low: 0.055, mode: 0.065, high: 0.08, basis: "judgement',
    )
    replace(case, "readings.yaml", 'basis: "passages: t02"', 'basis: "report: somebody, 2024"')
    replace(
        case,
        "criteria.yaml",
        'says: it stays closed, basis: "passages: t02"',
        'says: it stays closed, basis: "report: A, 2024"',
    )
    assert "cite it" in said(case, "the passage t02 is not used", "passages.csv").remedy


def test_a_judgement_text_over_too_many_figures(tmp_path: Path) -> None:
    case = copy(tmp_path)
    table = rows(case, "figures.csv")
    basis, group = table[0].index("basis"), table[0].index("group")
    for row in table[1:11]:
        row[basis] = "judgement: It seems so."
    write_rows(case, "figures.csv", table)
    assert problems(case) == ()
    table[11][basis] = "judgement: It  seems so."
    write_rows(case, "figures.csv", table)
    assert "share a `group`" in said(case, "one judgement text covers 11 Figures", "figures.csv").remedy
    table[11][group] = table[10][group] = "ends"
    write_rows(case, "figures.csv", table)
    assert problems(case) == ()


# A red line needs an acceptable side.


def line_and_ideal(
    tmp_path: Path, ideal: str, line: str, dates: tuple[str, str] = ("2024-02-10", "2024-05-22")
) -> Path:
    case = copy(tmp_path)
    replace(
        case,
        "positions.csv",
        "tavenna,harbour,ideal,,2024-02-10,,,,tavenna-rule",
        f"tavenna,harbour,ideal,,{dates[0]},{ideal}",
    )
    replace(
        case,
        "positions.csv",
        "tavenna,harbour,red_line,,2024-05-22,30,42,50,",
        f"tavenna,harbour,red_line,,{dates[1]},{line}",
    )
    return case


@pytest.mark.parametrize(
    ("ideal", "line", "sound"),
    [
        ("30,42,60,", "30,42,50,", False),
        ("42,42,42,", "30,42,50,", False),
        (",,,joint-board", "40,50,60,", False),  # the mode of joint-board's place is 50
        ("40,50,60,", ",,,joint-board", False),
        (",,,joint-board", ",,,joint-board", True),
        ("30,43,60,", "30,42,50,", True),
        (",,,lease", "30,42,50,", True),
    ],
)
def test_red_line_where_the_ideal_is(tmp_path: Path, ideal: str, line: str, sound: bool) -> None:
    case = line_and_ideal(tmp_path, ideal, line)
    if sound:  # what else hangs on the ideal, as the ends of a criterion do, is told in its own file
        assert [p for p in problems(case) if p.file == "positions.csv"] == []
    else:
        found = said(case, "no side of the line is acceptable", "positions.csv")
        assert "tavenna/harbour.red_line@2024-05-22" in found.what and found.line is not None


def test_red_line_and_ideal_that_never_hold_together(tmp_path: Path) -> None:
    case = line_and_ideal(tmp_path, "30,42,60,", "30,42,50,", ("2024-02-10", "2024-05-22"))
    table = rows(case, "positions.csv")
    newer = "tavenna,harbour,ideal,,2024-05-01,,,,tavenna-rule,judgement: A later statement of what it wants.,,".split(
        ","
    )
    write_rows(case, "positions.csv", [*table, newer])
    assert problems(case) == ()
    newer[4] = "2024-06-01"  # on 22 May the older ideal is still in force
    write_rows(case, "positions.csv", [*table, newer])
    said(case, "no side of the line is acceptable")


def test_reading_that_puts_the_ideal_on_the_line(tmp_path: Path) -> None:
    case = line_and_ideal(
        tmp_path, ",,,tavenna-rule", "30,80,90,"
    )  # the mode of lease's place is 80, and a reading sets it
    assert "president-not-marshal" in said(case, "no side of the line is acceptable", "readings.yaml").remedy


def test_load_is_the_same_each_time(tmp_path: Path) -> None:
    case = copy(tmp_path)
    assert load(case) == load(case)
    digest = load(case).digest
    replace(case, "case.yaml", "as_of: 2024-10-01", "as_of: 2024-10-02")
    assert load(case).digest != digest
