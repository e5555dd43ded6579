"""What reads well and yet does not hold together: each fault at its line, with a remedy, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case.broken import copy, problems, replace, rows, said, write_rows
from tests.case.faults import FAULTS
from winset.case.load import load
from winset.errors import DossierError


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
