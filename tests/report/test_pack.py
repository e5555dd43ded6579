"""The papers of the pack: what is in them, that every line is cited, that text stays text, and that pages hold
together.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from docx import Document

from tests.report import many, sample
from tests.report.test_html import Page
from winset.errors import SettingError
from winset.report.pack import made, pictures, refs
from winset.report.pack.paper import Heading, Paper, Prose, Said, Sheet, text
from winset.report.pack.sheets import as_csv
from winset.report.pack.told import Told

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
PAPERS = made.chosen("", change=False)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", " =1", "=cmd|' /C calc'!A0")
SIZES = [(2, 1), (8, 15)]


def papers(report, *names: str) -> dict[str, Paper]:
    return {p.key: p for p in made.papers(report, names or PAPERS)}


def printed(paper: Paper) -> str:
    """All words of a paper, in order."""
    said = []
    for block in paper.blocks:
        if isinstance(block, Heading):
            said.append(block.text)
        elif isinstance(block, Prose):
            said += [line.text for line in block.said]
        elif isinstance(block, Sheet):
            said += [*block.heads, *(cell.text for row in block.rows for cell in row), block.note]
    return "\n".join(said)


def test_papers_are_chosen_by_name() -> None:
    assert made.chosen("", change=False) == ("memo", "comparison", "cards", "scenarios", "actors")
    assert made.chosen("", change=True)[-1] == "change"
    assert made.chosen("cards, memo", change=False) == ("memo", "cards")
    with pytest.raises(SettingError, match="unknown paper letter; one of memo"):
        made.chosen("memo,letter", change=False)
    with pytest.raises(SettingError, match="needs something to compare"):
        made.chosen("change", change=False)


@pytest.mark.parametrize(("parties", "plans"), SIZES)
def test_every_paper_of_a_case_of_any_size(parties: int, plans: int) -> None:
    held = many.pack(parties, plans, plans > 1)
    for name in PAPERS:
        assert held[f"{name}.docx"][:2] == b"PK"
        page = Page(held[f"{name}.html"].decode())
        assert not page.unbalanced and not page.open
        assert not [t for t, _ in page.tags if t in ("script", "iframe", "object", "form")]
    for name, data in held.items():
        if name.endswith(".png"):
            assert data[:8] == b"\x89PNG\r\n\x1a\n"


def test_the_same_report_gives_the_same_bytes() -> None:
    report = many.report(2, 1)
    one, other = many.files(report), many.pack(2, 1)
    assert one == other
    for name, data in one.items():
        if name.endswith((".docx", ".xlsx")):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
                core = archive.read("docProps/core.xml").decode()
            assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+", core)) == {"2024-04-10T00:00:00"}, name


def test_the_memo_puts_the_plans_that_come_closest_beside_no_deal() -> None:
    report = many.report(8, 15, long=True)
    told = Told(report)
    sheet = papers(report, "memo")["memo"].sheets[0]
    odds = {p.id: told.value("settlement", f"passes.{p.id}") for p in told.plans}
    best = sorted(odds.values(), reverse=True)[:3]
    shown = [next(p.id for p in told.plans if row[0].text.startswith(p.name[:8])) for row in sheet.rows[:-1]]
    assert [odds[p] for p in shown] == best
    assert sheet.rows[-1][0].text.startswith("No deal")
    assert "Left open" in printed(papers(report, "memo")["memo"])


def test_who_gains_follows_the_sign_of_the_margin() -> None:
    report = many.report(2, 1)
    told = Told(report)
    rows = told.by_party("margins")
    cell = papers(report, "memo")["memo"].sheets[0].rows[0][2].text
    for party in told.parties:
        middle = rows["draft-00", party.id].number("margin")
        assert middle is not None
        line = next(x for x in cell.split("\n") if told.name(party.id) in x)
        assert line.startswith("Better" if middle > 0 else "No better")


def test_a_wide_comparison_is_split_by_plans_and_repeats_its_provisions() -> None:
    report = many.report(8, 15, long=True)
    paper = papers(report, "comparison")["comparison"]
    groups = [b for b in paper.blocks if isinstance(b, Sheet) and b.heads[0] == "Provision"]
    assert len(groups) == 3 and all(len(g.heads) == 6 for g in groups)
    assert [h for g in groups for h in g.heads[1:]] == [p.name for p in Told(report).plans]
    assert all([row[0].text for row in g.rows] == [i.name for i in report.case.issues] for g in groups)
    long = next(s for s in paper.data if s.key == "provisions")
    assert len(long.rows) == 6 * 15 * 8


def test_a_cell_of_the_comparison_says_whose_line_the_lens_found_crossed() -> None:
    report = many.report(2, 1, issues=3)
    told = Told(report)
    paper = papers(report, "comparison")["comparison"]
    group = next(b for b in paper.blocks if isinstance(b, Sheet) and b.heads[0] == "Provision")
    crossed = {(str(r["issue"]), str(r["party"])): r.number("stops") for r in told.rows("settlement", "clauses")}
    seen = 0
    for row in group.rows:
        over = {p: s for (i, p), s in crossed.items() if i == row[0].text and s}
        seen += len(over)
        for party in told.parties:
            assert (told.name(party.id) in row[1].text) == (told.name(party.id) in over), row[1].text
    assert seen, "the case has a clause that crosses a line"


def test_cards_tell_the_line_and_how_real_it_is() -> None:
    paper = papers(many.report(2, 1), "cards")["cards"]
    said = printed(paper)
    assert "no further than: the middle part of i0" in said
    assert "the line itself with a chance of 60% (40% to 80%)" in said
    assert "options 2 and 3" in said, "the party that asks for the high end stops at the middle"
    cited = paper.cited()
    assert "p1" in cited and "p2" in cited, "passages stand in the evidence"


def test_an_issue_on_which_nobody_differs_is_no_card() -> None:
    report = many.report(2, 1)
    figures = tuple(
        replace(f, at="high") if f.subject[1:] == ("i3",) and f.quantity == "ideal" else f for f in report.case.figures
    )
    held = replace(report, case=replace(report.case, figures=figures))
    headings = [b.text for b in papers(held, "cards")["cards"].blocks if isinstance(b, Heading)]
    assert "Provision i3" not in headings and "Provision i2" in headings
    assert "Not contested, as far as the case says: Provision i3." in printed(papers(held, "cards")["cards"])


def test_a_case_without_what_futures_need_says_what_is_missing() -> None:
    report = many.report(2, 1)
    futures = next(r for r in report.results if r.lens == "futures")
    assert "Nothing can be said" in futures.answer[0]
    said = printed(papers(report, "scenarios")["scenarios"])
    assert "No odds of futures can be given" in said and futures.notes[0] in said
    assert "Nothing can be said" in printed(papers(report, "memo")["memo"])


def test_a_lens_that_was_not_asked_is_said_so() -> None:
    report = replace(many.report(2, 1), results=())
    for name in ("memo", "comparison", "scenarios"):
        assert "was not asked" in printed(papers(report, name)[name]), name


@pytest.mark.parametrize("which", ["made", "sample"])
def test_every_reference_is_known_and_every_mark_leads_to_one(which: str) -> None:
    held = many.report(2, 1) if which == "made" else sample.report()
    told = Told(held)
    for paper in papers(held).values():
        for id_ in paper.cited():
            assert refs.reference(told, id_) != id_, f"{paper.key}: nothing is known of {id_}"
        page = many.files(held, paper.key)[f"{paper.key}.html"].decode()
        anchors = set(re.findall(r'id="(ref-\d+)"', page))
        assert set(re.findall(r'href="#(ref-\d+)"', page)) <= anchors
        assert len(anchors) >= len(paper.cited())


def test_nothing_is_said_in_numbers_that_the_report_does_not_hold() -> None:
    """Every percentage of the comparison is one of a finding or table of the report."""
    report = many.report(8, 15, long=True)
    held = {words for r in report.results for f in r.findings for words in _percents(f.value, f.low, f.high)}
    for result in report.results:
        for table in result.tables:
            held |= {w for row in table.rows for cell in row for w in _percents(getattr(cell, "value", cell))}
    said = set(re.findall(r"[<>]?\d+%", printed(papers(report, "comparison")["comparison"])))
    assert said and said <= held, said - held


def _percents(*values: object) -> set[str]:
    from winset.report.words import percent

    return {percent(float(v)) for v in values if isinstance(v, int | float) and not isinstance(v, bool)}


def test_hostile_text_stays_text_in_every_form() -> None:
    held = many.files(sample.report(sample.HOSTILE)) | many.files(many.report(2, 1, sample.HOSTILE))
    for name, data in held.items():
        if name.endswith(".docx"):
            document = Document(io.BytesIO(data))
            body = "\n".join(
                [p.text for p in document.paragraphs]
                + [c.text for t in document.tables for r in t.rows for c in r.cells]
            )
            assert "<script>" in body or name == "scenarios.docx", f"{name}: the words are shown, not obeyed"
            assert "\x1b" not in body and "\u202e" not in body
        elif name.endswith(".html"):
            tags = [tag for tag, _ in Page(data.decode()).tags]
            assert "script" not in tags and tags.count("svg") == 0
            assert not [a for _, found in Page(data.decode()).tags for a in found if a.startswith("on")]
        elif name.endswith(".svg"):
            assert "<script" not in data.decode() and "onload=" not in re.sub(r">[^<]*<", "><", data.decode())
        elif name.endswith(".csv"):
            assert "\x1b" not in data.decode() and "\u202e" not in data.decode()


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_a_spreadsheet_is_a_formula(formula: str) -> None:
    held = many.files(many.report(2, 1, formula)) if formula == FORMULAS[0] else {}
    sheet = Sheet("x", "x", (formula, "n"), (0.5, 0.5), ((text(formula, cites=(formula,)), text("a")),))
    rows = list(csv.reader(io.StringIO(as_csv(sheet))))
    assert all(not cell.lstrip().startswith(("=", "+", "-", "@")) for row in rows for cell in row), rows
    paper = Paper("x", formula, formula, (sheet, Prose((Said(formula, (formula,)),))))
    from winset.report.pack.sheets import as_xlsx

    for data in (as_xlsx(Told(sample.report()), paper), *(d for n, d in held.items() if n.endswith(".xlsx"))):
        book = openpyxl.load_workbook(io.BytesIO(data))
        kinds = {cell.data_type for page in book for row in page.iter_rows() for cell in row}
        assert kinds <= {"s", "n"}, kinds
        assert not any(cell.hyperlink for page in book for row in page.iter_rows() for cell in row)


def test_numbers_of_a_spreadsheet_are_numbers() -> None:
    held = many.pack(2, 1)
    page = openpyxl.load_workbook(io.BytesIO(held["comparison.xlsx"]))["provisions"]
    heads = [c.value for c in page[1]]
    values = [row[heads.index("Party signs the plan")].value for row in page.iter_rows(min_row=2)]
    assert all(isinstance(v, int | float) for v in values)
    rows = list(csv.DictReader(io.StringIO(held["comparison.provisions.csv"].decode())))
    assert [float(r["Party signs the plan"]) for r in rows] == values


def test_characters_that_no_file_can_hold_are_left_out() -> None:
    held = many.files(many.report(2, 1, "\ufffe\uffff\x00\x0b"))
    assert all(Document(io.BytesIO(d)).paragraphs for n, d in held.items() if n.endswith(".docx"))
    assert all(openpyxl.load_workbook(io.BytesIO(d)).sheetnames for n, d in held.items() if n.endswith(".xlsx"))


def test_a_picture_names_its_source_and_no_label_leaves_it() -> None:
    report = many.report(8, 15, long=True)
    told = Told(report)
    found = [p for paper in papers(report, "cards", "actors").values() for p in paper.pictures]
    assert len(found) >= 2
    for picture in found:
        assert "Source: " in picture.svg and told.case.digest[:12] in picture.svg and "var(" not in picture.svg
        inner = re.search(r'<svg x="\d+"[^>]*viewBox="0 0 (\d+) (\d+)"', picture.svg)
        assert inner is not None
        wide, high = int(inner[1]), int(inner[2])
        for x, y, anchor, words in re.findall(
            r'<text x="([\d.]+)" y="([\d.]+)"[^>]*text-anchor="(\w+)"[^>]*>([^<]*)<',
            picture.svg.split('viewBox="0 0 ')[2],
        ):
            length = 6.3 * len(words)
            left = float(x) - {"start": 0, "middle": length / 2, "end": length}[anchor]
            if float(y) < high - 2 and words not in picture.svg.split("Source")[1]:
                assert left >= -12 and left + length <= wide + 30, (picture.key, words)


def test_the_map_keeps_two_actors_of_one_name_apart() -> None:
    report = many.report(2, 1)
    actors = tuple(a.model_copy(update={"name": "One name"}) for a in report.case.actors)
    picture = papers(replace(report, case=replace(report.case, actors=actors)), "actors")["actors"].pictures[0]
    assert picture.svg.count(">One name<") == 3


def test_sides_of_the_map_let_ties_lead_across() -> None:
    star = [("a", x) for x in "bcdef"]
    left, right = pictures._sides(list("abcdef"), star)
    assert sorted(map(len, (left, right))) == [1, 5] and ["a"] in (left, right)
    ring = list(zip("abcdef", "bcdefa", strict=True))
    for ties in (star, ring, [*ring, *star, ("b", "e"), ("a", "a")]):
        left, right = pictures._sides(list("fedcba"), ties)
        assert sorted(left + right) == list("abcdef")
        across = sum((x in left) != (y in left) for x, y in ties)
        assert 2 * across >= sum(x != y for x, y in ties), "a local search lets at least half lead across"


def pages(folder: Path, held: dict[str, bytes]) -> dict[str, list[str]]:
    """The text of each page of each Word file, as LibreOffice lays it out."""
    for name, data in held.items():
        if name.endswith(".docx"):
            (folder / name).write_bytes(data)
    assert OFFICE is not None
    words = [
        OFFICE,
        f"-env:UserInstallation=file://{folder}/profile",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        folder,
    ]
    subprocess.run([*words, *sorted(folder.glob("*.docx"))], check=True, capture_output=True, timeout=300)
    found = {}
    for file in folder.glob("*.pdf"):
        done = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True)
        found[file.stem] = done.stdout.removesuffix("\f").split("\f")
    return found


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed, so that no page can be laid out")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed, so that no page can be read")
@pytest.mark.parametrize(("parties", "plans", "long"), [(2, 1, False), (8, 15, True)])
def test_pages(tmp_path: Path, parties: int, plans: int, long: bool) -> None:
    found = pages(tmp_path, many.pack(parties, plans, long))
    assert set(found) == set(PAPERS)
    assert len(found["memo"]) == 1, "the memo is one page"
    for name, held in found.items():
        for i, page in enumerate(held):
            assert f"page {i + 1} of {len(held)}" in " ".join(page.split()), f"{name}: page {i + 1} has no number"
            assert "seed 1" in page and "d" * 12 in page
    if plans > 5:
        heads = [p for p in found["comparison"] if "Provision by provision" in p]
        assert len(heads) == 6 and "plans 1 to 5 of 30" in heads[0]
