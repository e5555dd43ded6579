"""Dates that run backwards, names that cannot be told apart, numbers that are none: errors with their line, not
silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.case.broken import HARBOUR, copy, problems, replace, rows, said, write_rows
from tests.case.test_patch import ONE
from tests.test_cli import refused
from winset.case.load import load
from winset.case.model import Patch
from winset.case.patch import apply, read_patches
from winset.errors import DossierError

TAVENNA = "{id: tavenna, name: Tavenna,"
ROE = (
    "{id: roe, name: Ansel Roe, level: person, role: official, signs: false, principal: sarrow, office: Foreign "
    "Minister}"
)
ENDS = "sarrow: {defeat: tavenna-terms, victory: sarrow-terms}"
SLIPS = [
    ("case.yaml", "began: 2024-02-10", "began: 2025-02-10", "`as_of` 2024-10-01 lies before `began` 2025-02-10"),
    (
        "case.yaml",
        ROE,
        ROE.replace("office", "since: 2024-03-01, until: 2024-02-01, office"),
        "roe: `until` 2024-02-01 lies before",
    ),
    (
        "plans.yaml",
        "public: 2024-05-16",
        "public: 2024-05-13",
        "merrin-draft-1: `public` 2024-05-13 lies before `date` 2024-05-14",
    ),
    (
        "plans.yaml",
        "{actor: sarrow, date: 2024-05-20",
        "{actor: sarrow, date: 2024-05-10",
        "the answer of sarrow to merrin-draft-1",
    ),
    (
        "plans.yaml",
        "date: 2024-08-09",
        "date: 2024-05-09",
        "sarrow-counter: `date` 2024-05-09 lies before `date of merrin-draft-1`",
    ),
    (
        "events.csv",
        "e03,2024-04-08,day,2024-04-09",
        "e03,2024-04-08,day,2024-04-07",
        "e03: `public` 2024-04-07 lies before",
    ),
    (
        "events.csv",
        "e05,2024-07-31,passages",
        "e05,2024-06-01,passages",
        "e08: `due` 2024-06-01 lies before `date` 2024-06-25",
    ),
    ("events.csv", "e05,2024-07-31,passages", "e08,2024-07-31,passages", "e08 refers to itself"),
    (
        "events.csv",
        "e05,2024-07-31,passages",
        "e01,2024-07-31,passages",
        "e08 is about a deadline, and e01 is a battle",
    ),
    ("sources.yaml", "published_to: ", "published_to: 2023-01-01 # ", "`published_to` 2023-01-01 lies before"),
    (
        "questions.yaml",
        "resolved_on: 2024-08-01",
        "resolved_on: 2024-06-01",
        "deadline-july: `resolved_on` 2024-06-01 lies before",
    ),
    ("case.yaml", "{id: hesk,", "{id: any,", "no actor may be called `any`"),
    ("case.yaml", "{id: hesk,", "{id: case,", "no actor may be called `case`"),
    ("case.yaml", "{id: hesk,", "{id: canal,", "'canal' is the id of an actor and of an issue"),
    ("case.yaml", TAVENNA, "{id: tavenna, name: ' SARROW',", "the name of an actor ' SARROW' stands twice"),
    ("case.yaml", TAVENNA, "{id: tavenna, name: '  ',", "the name of an actor is blank"),
    ("case.yaml", "name: The canal\n", "name: The harbour\n", "the name of an issue 'The harbour' stands twice"),
    ("case.yaml", "label: four patrol boats", "label: none", "the label of an option of fleet 'none' stands twice"),
    ("plans.yaml", "name: Sarrow's counter-draft", "name: Merrin's first draft", "the name of a plan"),
    (
        "case.yaml",
        ENDS,
        ENDS.replace("victory: sarrow", "victory: tavenna"),
        "victory package of sarrow is worth no more",
    ),
    (
        "case.yaml",
        ENDS,
        "sarrow: {defeat: sarrow-terms, victory: tavenna-terms}",
        "victory package of sarrow is worth no more",
    ),
    ("case.yaml", ENDS, "sarrow: {zero: -1.0e+308, one: 1.0e+308}", "the scale of sarrow runs from -1e+308 to 1e+308"),
    ("case.yaml", ENDS, "sarrow: {zero: 1.0, one: 1.0000000000000002}", "with room between the two"),
    ("criteria.yaml", "option: sarrow-rule", "option: tavenna-rule", "has one option for both its ends"),
    (
        "readings.yaml",
        "{low: 0.7, mode: 0.85, high: 0.95}",
        "{low: true, mode: 0.85, high: 0.95}",
        "a plain, finite number",
    ),
    (
        "readings.yaml",
        "{low: 0.7, mode: 0.85, high: 0.95}",
        "{low: 0.7_5, mode: 0.85, high: 0.95}",
        "a plain, finite number",
    ),
    ("events.csv", ",-9,,,,,", ",-٣,,,,,", "a plain, finite number"),
    ("events.csv", ",-9,,,,,", ",-9,1e308,,,,", "less than or equal to"),
    ("figures.csv", "lease,place,,70,80,90", "lease,place,,7_0,80,90", "'7_0' is not a finite number"),
    ("figures.csv", "lease,place,,70,80,90", "lease,place,,٧٠,80,90", "'٧٠' is not a finite number"),
]


@pytest.mark.parametrize(("file", "old", "new", "what"), SLIPS, ids=[s[3][:60] for s in SLIPS])
def test_what_once_was_taken_in_silence_is_told(tmp_path: Path, file: str, old: str, new: str, what: str) -> None:
    case = copy(tmp_path)
    line = replace(case, file, old, new)
    found = said(case, what, file)
    assert found.line is not None and abs(found.line - line) <= 30 and found.remedy


@pytest.mark.parametrize(("name", "is_told"), [("levers.yml", True), ("Events.CSV", True), ("plans.csv", True),
    ("what-if.yaml", False)])  # fmt: skip
def test_a_file_that_would_not_be_read(tmp_path: Path, name: str, is_told: bool) -> None:
    case = copy(tmp_path)
    (case / name).write_text("levers: []\n")
    assert [p.file for p in problems(case)] == [name] * is_told


def test_a_file_with_a_slip_in_its_name_is_told_where_the_right_one_is_missing(tmp_path: Path) -> None:
    case = copy(tmp_path)
    (case / "lever.yaml").write_text("levers: []\n")
    assert problems(case) == ()
    (case / "levers.yaml").unlink()
    assert "a case has levers.yaml" in said(case, "is not read", "lever.yaml").what


@pytest.mark.parametrize("name", ["series.yaml", "questions.yaml", "events.csv"])
def test_a_link_to_nothing(tmp_path: Path, name: str) -> None:
    case = copy(tmp_path)
    (case / name).unlink(missing_ok=True)
    (case / name).symlink_to("nowhere")
    said(case, "missing file", name)


def test_a_patch_file_may_hold_readings_and_levers(tmp_path: Path) -> None:
    one = "\n".join("  " + line for line in ONE.strip().splitlines())
    path = tmp_path / "both.yaml"
    path.write_text(f"readings:\n-{one[1:]}\nlevers:\n-{one[1:].replace('higher', 'other')}\n", encoding="utf-8")
    assert [(p.id, p.kind) for p in read_patches(path)] == [("higher", "reading"), ("other", "lever")]


def test_a_patch_that_turns_a_scale_upside_down(tmp_path: Path) -> None:
    case = load(HARBOUR)
    swapped = {issue: clause.option for issue, clause in case.plan["tavenna-terms"].clauses.items()}
    patch = Patch(id="swap", title="a trial", basis="judgement: x", clauses={"sarrow-terms": swapped})
    with pytest.raises(DossierError, match="victory package of sarrow is worth no more"):
        apply(case, patch)


def test_what_is_compared_has_names_of_its_own(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.yaml").write_text(ONE, encoding="utf-8")
    both = ("--patch", tmp_path / "a" / "x.yaml", "--patch", tmp_path / "b" / "x.yaml")
    assert "two of what is compared are called" in refused("compare", HARBOUR, *both, "--draws", "8")


def test_the_least_count_of_a_claim_is_a_number() -> None:
    from click.testing import CliRunner

    from winset.cli.main import main

    asked = ["check-claim", str(HARBOUR), "--after", "talks", "--series", "strike", "--within", "7", "--least", "nan"]
    told = CliRunner().invoke(main, asked)
    assert told.exit_code == 2 and "--least" in told.output


def test_some_fifty_problems_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    case = copy(tmp_path)
    table = rows(case, "events.csv")
    at = {name: table[0].index(name) for name in ("id", "basis")}
    for k in range(80):
        row = list(table[1])
        row[at["id"]], row[at["basis"]] = f"z{k}", f"passages: nosuch{k}"
        table.append(row)
    write_rows(case, "events.csv", table)
    with pytest.raises(DossierError) as caught:
        load(case)
    text = str(caught.value)
    assert len(caught.value.problems) == 80
    assert text.count("unknown passage") == 50 and text.endswith("and 30 more in events.csv")


def test_an_unreadable_file_is_told_alone(tmp_path: Path) -> None:
    case = copy(tmp_path)
    replace(case, "plans.yaml", "fleet: none", "fleet: nun")
    assert [p.file for p in problems(case)] == ["plans.yaml"]
    (case / "figures.csv").write_bytes(b"\xff\xfe")
    assert [p.file for p in problems(case)] == ["figures.csv"]
